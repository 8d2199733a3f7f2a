import type { Strays } from '../../store/strays.ts';
import { seconds } from '../../reports/style.ts';
import { table } from '../frame.ts';
import { address, markup, moment, name as named, number } from '../html.ts';
import type { Html } from '../html.ts';
import type { RunView } from '../runs.ts';
import { figuresOf, notesOf, standingTag, trendOf } from './overview.ts';
import type { TargetStanding } from './overview.ts';
import { tag, tokenOf, whoLink } from '../frame.ts';
import type { Viewer } from '../frame.ts';

export interface TargetPageView {
  readonly target: TargetStanding;
  readonly baseUrl: string;
  readonly connector: string;
  readonly runs: readonly RunView[];
  readonly strays?: Strays;
}

const counted: Readonly<Record<string, string>> = {
  requests: 'requests',
  writes: 'requests that write',
  reads: 'requests that read',
  create: 'people created',
  memberAdd: 'people added to a group',
};

export function targetPage(view: TargetPageView, viewer: Viewer): Html {
  const { target, baseUrl, connector, runs, strays } = view;
  const { name, budgets = [], restUntil, leaverLag, pending = [], troubles = [], schedule, nextRun } = target;
  const link = (path: string): string => address(path, { target: name });
  return markup`<h1>${name} ${standingTag(target)}</h1>
    <p class="soft">
      ${connector} at <code>${baseUrl}</code>${target.mode === 'observe' && ', only observed'}
    </p>
    ${notesOf(target)}
    <div class="card">
      ${figuresOf(target)}${trendOf(name, runs)}
      <p class="pages">
        <a href="${link('/access')}">Who has access</a><a href="${link('/held')}">Held plan</a
        ><a href="${link('/failures')}">Failures</a><a href="${link('/history')}">History</a>
      </p>
      <dl class="pairs">
        ${
          schedule !== undefined &&
          markup`<dt>Schedule</dt>
            <dd>${schedule}${nextRun !== undefined && markup`, next ${moment(nextRun)}`}</dd>`
        }
        ${
          target.plannedAt !== undefined &&
          markup`<dt>Planned</dt>
            <dd>${moment(target.plannedAt)}</dd>`
        }
        ${
          leaverLag?.longestSeconds !== undefined &&
          markup`<dt>Leavers in 24 hours</dt>
            <dd>
              ${number(leaverLag.count)} off, ${seconds(leaverLag.medianSeconds!)} after the read began,
              ${seconds(leaverLag.longestSeconds)} at the most
            </dd>`
        }
        ${
          restUntil !== undefined &&
          markup`<dt>Rests</dt>
            <dd>until ${moment(restUntil)}, as it has asked for</dd>`
        }
        ${budgets.map(
          ({ of, per, count, left }) =>
            markup`<dt>Budget</dt>
              <dd>
                ${number(left)} of ${number(count)} ${counted[of]} left in ${per === 'hour' ? 'an' : 'a'}
                ${per}
              </dd>`,
        )}
      </dl>
    </div>
    ${viewer.mayOperate && operate(target, viewer)}
    ${
      troubles.length > 0 &&
      markup`<h2>Not done</h2>
        ${table(
          'The first of them',
          ['Key', 'State', 'Why'],
          troubles.map(({ key, state, kind, rule, reason, again }) => [
            whoLink(key, kind),
            tag(state, state === 'failed' ? 'bad' : 'warn'),
            markup`${kind ?? rule}:
            ${reason}${again !== undefined && markup` (sent again by the first run after ${moment(again)})`}`,
          ]),
        )}`
    }
    ${
      pending.length > 0 &&
      markup`<h2>Next in line</h2>
        ${table(
          'The first of them',
          ['Key', 'What', 'Why'],
          pending.map(({ key, kind, why }) => [whoLink(key, kind), tag(kind), why]),
        )}`
    }
    ${
      strays !== undefined &&
      strays.count > 0 &&
      markup`<h2>Accounts that are nobody's</h2>
        ${table(
          markup`${number(strays.count)} by the reconciliation of
          ${moment(strays.at)}${strays.count > 50 && '; the first 50'}`,
          ['Account', 'Situation', 'Why'],
          strays.items
            .slice(0, 50)
            .map(({ userName, remoteId, situation, reason }) => [
              named(userName ?? remoteId),
              tag(situation, 'warn'),
              reason,
            ]),
        )}`
    }`;
}

/** A pause, or the end of one and of a halt: what is sent to it is up to whoever may operate. */
function operate({ name, paused, halted }: TargetStanding, viewer: Viewer): Html {
  const target = markup`${tokenOf(viewer)}<input type="hidden" name="target" value="${name}" />`;
  return markup`<section class="card" aria-label="What can be done with ${name}">
    ${
      (paused !== undefined || halted !== undefined) &&
      markup`<form method="post" action="/resume">${target}<button class="act">Resume ${name}</button></form>`
    }
    ${
      paused === undefined &&
      markup`<form class="find" method="post" action="/pause">
        ${target}<label
          >Why, for the audit trail<br /><input
            type="text"
            name="reason"
            maxlength="500"
            autocomplete="off"
        /></label>
        <button>Pause ${name}</button>
      </form>`
    }
  </section>`;
}
