import type { Holder } from '../../store/locks.ts';
import { seconds } from '../../reports/style.ts';
import { timeline, trend } from '../chart.ts';
import type { Bar } from '../chart.ts';
import { table, tag, targetLink, personLink } from '../frame.ts';
import type { Tone } from '../frame.ts';
import { address, markup, moment, number } from '../html.ts';
import type { Html } from '../html.ts';
import type { StatusView } from '../../reports/status.ts';
import type { RunView } from '../runs.ts';
import { spanOf } from '../runs.ts';

export type TargetStanding = StatusView['targets'][number];

export interface OverviewView {
  readonly now: number;
  readonly daemon?: Holder;
  readonly targets: readonly TargetStanding[];
  readonly frozen: StatusView['frozen'];
  readonly forgotten: StatusView['forgotten'];
  /** Newest first. */
  readonly runs: readonly RunView[];
}

/** How a target stands, in one word. */
export function standingTag({ backlog, halted, paused, held }: TargetStanding): Html {
  const [text, tone]: [string, Tone] =
    backlog === undefined
      ? ['never synced', 'calm']
      : halted !== undefined
        ? ['halted', 'bad']
        : paused !== undefined
          ? ['paused', 'warn']
          : held.length > 0
            ? ['held', 'bad']
            : backlog.failed > 0
              ? ['failures', 'warn']
              : backlog.pending + backlog.waiting > 0
                ? ['at work', 'calm']
                : ['in sync', 'good'];
  return tag(text, tone);
}

export function figuresOf({ backlog, linked = 0, active = 0, invited = 0 }: TargetStanding): Html {
  const { pending = 0, failed = 0, waiting = 0, held = 0 } = backlog ?? {};
  const all: readonly (readonly [string, number])[] = [
    ['accounts', linked],
    ['active', active],
    ...(invited > 0 ? [['invited', invited] as const] : []),
    ['pending', pending],
    ['failed', failed],
    ['waiting', waiting],
    ['held', held],
  ];
  return markup`<dl class="figures">
    ${all.map(
      ([label, value]) =>
        markup`<div>
          <dt>${label}</dt>
          <dd>${number(value)}</dd>
        </div>`,
    )}
  </dl>`;
}

/** What was done at a target, and what failed, run by run; the oldest first. */
export function barsOf(target: string, runs: readonly RunView[], most = 24): readonly Bar[] {
  return runs
    .flatMap(({ id, targets }) => {
      const own = targets.find(({ name }) => name === target);
      return own === undefined ? [] : [{ label: `run ${id}`, good: own.done, bad: own.failed }];
    })
    .slice(0, most)
    .toReversed();
}

export function trendOf(target: string, runs: readonly RunView[]): Html {
  const bars = barsOf(target, runs);
  if (bars.length === 0) return markup`<p class="soft">No run yet.</p>`;
  const [done, failed] = [bars, bars].map((all, index) =>
    all.reduce((sum, { good, bad }) => sum + (index === 0 ? good : bad), 0),
  );
  return markup`${trend(bars, `The last ${bars.length} runs of ${target}: ${number(done!)} operations done, ${number(failed!)} failed`)}<small
      >the last ${bars.length} runs: ${number(done!)} done, ${number(failed!)} failed</small
    >`;
}

export function overview(view: OverviewView): Html {
  const { targets, runs, forgotten } = view;
  return markup`<h1>Overview</h1>
    ${attention(view)}
    <h2>Targets</h2>
    <div class="cards">${targets.map((target) => card(target, runs))}</div>
    ${forgotten.map(({ name, linked }) => markup`<p class="note warn">${name}: ${number(linked)} accounts in the state, and not in the configuration; left alone.</p>`)}
    <h2>The last runs</h2>
    ${
      runs.length === 0
        ? markup`<p>Nothing was ever synced with this state.</p>`
        : markup`<div class="card">
              ${timeline(
                runs.slice(0, 40).map((run) => spanOf(run, view.now)),
                'The last runs in time',
              )}
            </div>
            <p><a href="/runs">All runs</a></p>`
    }`;
}

function card(target: TargetStanding, runs: readonly RunView[]): Html {
  const { name, mode, schedule, nextRun, plannedAt } = target;
  return markup`<section class="card" aria-label="${name}">
    <h3>${targetLink(name)} ${standingTag(target)}</h3>
    ${figuresOf(target)} ${trendOf(name, runs)}
    <p class="soft">
      ${mode === 'observe' && 'only observed. '}${plannedAt !== undefined && markup`Planned ${moment(plannedAt)}. `}${schedule !== undefined && markup`Schedule ${schedule}${nextRun !== undefined && markup`, next ${moment(nextRun)}`}.`}
    </p>
  </section> `;
}

/** What waits for a person, the worst first; that there is nothing is said as well. */
function attention({ targets, frozen, daemon }: OverviewView): Html {
  const notes = targets.flatMap((target) => notesOf(target));
  const isScheduled = targets.some(({ schedule }) => schedule !== undefined);
  return markup`<section aria-label="What waits for somebody">
    ${
      notes.length === 0 &&
      frozen.length === 0 &&
      markup`<div class="note good"><p>Nothing waits for anybody.</p></div>`
    }${notes}${
      isScheduled &&
      daemon === undefined &&
      markup`<div class="note warn"><p>No daemon runs, so that no schedule is kept.</p></div>`
    }${
      frozen.length > 0 &&
      markup`<details class="note warn">
        <summary>
          ${frozen.length === 1 ? 'The record of one person' : `The records of ${number(frozen.length)} people`}
          with an account ${frozen.length === 1 ? 'is' : 'are'} rejected: the account stays as it was.
        </summary>
        ${table(
          'The first of them, the longest rejected first',
          ['Key', 'Since', 'Why'],
          frozen
            .slice(0, 20)
            .map(({ key, since, rule, reason }) => [personLink(key), moment(since), `${rule}: ${reason}`]),
        )}
      </details>`
    }
  </section>`;
}

export function notesOf({ name, held, halted, paused, backlog, leaverLag }: TargetStanding): readonly Html[] {
  const failed = backlog?.failed ?? 0;
  return [
    ...(halted === undefined
      ? []
      : [
          markup`<div class="note bad">
            <p>${tag('halted', 'bad')} ${targetLink(name)} since ${moment(halted.since)}: ${halted.reason}</p>
          </div>`,
        ]),
    ...(held.length === 0
      ? []
      : [
          markup`<div class="note bad">
            <p>
              ${tag('held', 'bad')} ${targetLink(name)}:
              ${held.map(({ kind, count }) => `${kind} ${number(count)}`).join(', ')} waits for an approval.
              <a href="${address('/held', { target: name })}">Look at the held plan of ${name}</a>
            </p>
          </div>`,
        ]),
    ...(leaverLag === undefined || leaverLag.open === 0
      ? []
      : [
          markup`<div class="note bad">
            <p>
              ${tag('leavers', 'bad')} ${targetLink(name)}: ${number(leaverLag.open)} not off
              yet${leaverLag.oldestOpenSeconds !== undefined && `, known for ${seconds(leaverLag.oldestOpenSeconds)}`}.
              <a href="/leavers">Leavers</a>
            </p>
          </div>`,
        ]),
    ...(paused === undefined
      ? []
      : [
          markup`<div class="note warn">
            <p>
              ${tag('paused', 'warn')} ${targetLink(name)} since ${moment(paused.since)} by
              ${paused.actor}${paused.reason !== undefined && `: ${paused.reason}`}
            </p>
          </div>`,
        ]),
    ...(failed === 0
      ? []
      : [
          markup`<div class="note warn">
            <p>
              ${tag('failed', 'warn')} ${targetLink(name)}: ${number(failed)}
              ${failed === 1 ? 'operation' : 'operations'}.
              <a href="${address('/failures', { target: name })}">What to do about ${name}</a>
            </p>
          </div>`,
        ]),
  ];
}
