import type { Explained, ExplainedTarget } from '../../engine/explain.ts';
import { diff } from '../../planning/diff.ts';
import { trialView } from '../../reports/trial.ts';
import { verdictOf } from '../../reports/verdict.ts';
import type { Verdict } from '../../reports/verdict.ts';
import { labelOf, shortPath, shortValue } from '../../reports/views.ts';
import { table, tag, targetLink } from '../frame.ts';
import type { Tone, Viewer } from '../frame.ts';
import { address, markup, moment, name as named } from '../html.ts';
import type { Html } from '../html.ts';
import { accessTag } from './access.ts';
import { commands } from './failures.ts';
import { changesOf } from './held.ts';
import { eventTable } from './history.ts';
import { offboardingOf } from './offboard.ts';
import type { PersonView } from '../person-view.ts';

export function personPage(view: PersonView, viewer: Viewer): Html {
  const { key, label, rejected, targets, last } = view;
  return markup`<h1>${named(key)}${label !== undefined && markup` <span class="soft">${named(label)}</span>`}</h1>
    ${rejected !== undefined && markup`<div class="note warn"><p>${tag('rejected', 'warn')} since ${moment(rejected.since)}, ${rejected.rule}: ${rejected.reason}</p></div>`}
    ${targets.length > 0 && offboardingOf(view, viewer)}
    <h2>Accounts</h2>
    ${table(
      'By target',
      ['Target', 'State', 'Account', 'Since', 'Why', 'Groups', 'Not done'],
      targets.map(({ name, access, open, leftOut }) => [
        targetLink(name),
        access === undefined ? tag('none') : accessTag(access),
        access !== undefined &&
          markup`${access.userName !== undefined && named(access.userName)}
            <span class="soft">${access.remoteId}</span>`,
        moment(access?.stateSince ?? access?.since),
        access?.why,
        access?.groups.map((group, index) => markup`${index > 0 && ', '}${named(group)}`),
        markup`${open.map(({ kind, state, error }) => markup`${tag(`${kind} ${state === 'leased' ? 'in doubt' : state}`, state === 'failed' || state === 'held' ? 'bad' : 'warn')} ${error} `)}${leftOut !== undefined && markup`${tag('left out', 'warn')} ${leftOut.reason}`}`,
      ]),
    )}
    <h2>What happened</h2>
    ${last.length === 0 ? markup`<p>Nothing of them is in the trail.</p>` : eventTable(last, 'Newest first')}
    <p><a href="${address('/history', { person: key })}">All of it</a></p>
    <h2>Why it is so</h2>
    <p class="soft">
      The record is read, and a plan is made as the next sync would make it. Nothing is sent.
    </p> `;
}

const tones: Readonly<Partial<Record<Verdict['outcome'], Tone>>> = {
  inSync: 'good',
  planned: 'calm',
  pending: 'calm',
  none: 'calm',
  off: 'calm',
  observed: 'calm',
  failed: 'bad',
  held: 'bad',
  halted: 'bad',
  rejected: 'bad',
};

/** The way of one person from the record on, and the rule that decided, at each target. */
export function explanation(person: Explained): Html {
  const { records, unread, isAbsent } = person;
  return markup`${unread !== undefined && markup`<div class="note warn"><p>The source could not be read: ${unread.message}</p></div>`}
  ${records.length === 0 && markup`<p>${unread !== undefined ? 'Nothing is kept of their record.' : isAbsent ? 'In no record of the source any more.' : 'In no record of the source.'}</p>`}
  ${records.map((record) => {
    const { line, identity, rejection } = trialView(record);
    return markup`<section class="card" aria-label="Record">
      <h3>
        Record${line !== undefined && unread === undefined && ` in line ${line}`}
        ${rejection !== undefined ? tag('rejected', 'bad') : identity?.active === true ? tag('active', 'good') : tag('not active')}
      </h3>
      ${rejection !== undefined && markup`<p>${rejection.rule}: ${rejection.reason}</p>`}
      ${
        identity !== undefined &&
        markup`<p>${named(labelOf(identity.attributes))}</p>
          <details>
            <summary>What the mapping makes of it</summary>
            <dl class="pairs">
              ${diff({}, identity.attributes).map(
                ({ path, after }) =>
                  markup`<dt>${shortPath(path)}</dt>
                    <dd>${named(shortValue(after))}</dd>`,
              )}${
                identity.manager !== undefined &&
                markup`<dt>manager</dt>
                  <dd>${named(shortValue(identity.manager))}</dd>`
              }${
                identity.groups.length > 0 &&
                markup`<dt>groups</dt>
                  <dd>${named(shortValue(identity.groups))}</dd>`
              }
            </dl>
          </details>`
      }
    </section>`;
  })}
  ${person.targets.map((target) => explainedTarget(person, target))}`;
}

function explainedTarget(person: Explained, target: ExplainedTarget): Html {
  const { outcome, says, rule, change } = verdictOf(person, target);
  const { name, assigned, bent, missing, planned, notes } = target;
  const result =
    assigned === undefined
      ? undefined
      : assigned.result === true
        ? 'yes'
        : assigned.result === false
          ? 'no'
          : assigned.result;
  const left = bent.filter(({ after }) => after === undefined).map(({ path }) => shortPath(path));
  return markup`<section class="card" aria-label="${name}">
    <h3>${targetLink(name)} ${tag(outcome, tones[outcome] ?? 'warn')}</h3>
    <p><strong>${says}</strong></p>
    <dl class="pairs">
      ${
        rule !== undefined &&
        markup`<dt>Decided by</dt>
          <dd>${rule}</dd>`
      }
      ${
        change !== undefined &&
        markup`<dt>What would change it</dt>
          <dd>${commands(change.replaceAll(' TARGET', ` ${name}`))}</dd>`
      }
      ${
        assigned !== undefined &&
        markup`<dt>Assigned</dt>
          <dd>
            ${result}${assigned.expression === undefined ? ', everybody is' : markup`: <code>${assigned.expression}</code>`}
          </dd>`
      }
      ${
        left.length > 0 &&
        markup`<dt>Not held there</dt>
          <dd>${left.join(', ')}</dd>`
      }
      ${
        missing.length > 0 &&
        markup`<dt>Missing</dt>
          <dd>${missing.join(', ')}</dd>`
      }
      ${notes.map(
        ({ rule: word, text }) =>
          markup`<dt>Note</dt>
            <dd>${word}: ${text}</dd>`,
      )}
      ${planned.map(
        (one) =>
          markup`<dt>Next sync</dt>
            <dd>
              ${one.kind}${one.group !== undefined && markup` ${named(one.group)}`}:
              ${one.why}${changesOf({ kind: one.kind, changes: one.kind === 'create' && one.after ? diff({}, one.after) : one.changes })}
            </dd>`,
      )}
    </dl>
  </section> `;
}
