import { isObject } from '../../model/index.ts';
import { eventView, wordsOf } from '../../reports/history.ts';
import { seconds } from '../../reports/style.ts';
import type { TrailRow } from '../../store/trail/rows.ts';
import { pages, searchField, table, tag, targetLink, whoLink } from '../frame.ts';
import type { Tone } from '../frame.ts';
import { address, markup, moment, number } from '../html.ts';
import type { Html } from '../html.ts';
import { timeline } from '../chart.ts';
import { outcomeOf, spanOf } from '../runs.ts';
import type { RunView } from '../runs.ts';

export interface HistoryPageView {
  readonly filter: {
    readonly person: string;
    readonly target: string;
    readonly event: string;
    readonly run: string;
  };
  readonly targets: readonly string[];
  /** Newest first. */
  readonly rows: readonly TrailRow[];
  readonly next?: number;
  readonly isFirst: boolean;
}

const events = ['', 'operation', 'operation.failed', 'person', 'account', 'approval', 'target', 'run'];

export function historyPage({ filter, targets, rows, next, isFirst }: HistoryPageView): Html {
  const at = (before?: number): string => address('/history', { ...filter, before });
  const option = (value: string, chosen: string): Html =>
    markup`<option value="${value}" ${value === chosen && markup` selected`}>
      ${value === '' ? 'all' : value}
    </option>`;
  return markup`<h1>History</h1>
    <form class="find" method="get" action="/history" role="search">
      ${searchField('Person or group', 'person', filter.person, 500)}
      <label
        >Target<br /><select name="target">
          ${['', ...targets].map((one) => option(one, filter.target))}
        </select></label
      >
      <label
        >Event<br /><select name="event">
          ${[...new Set([...events, filter.event])].map((one) => option(one, filter.event))}
        </select></label
      >
      <label
        >Run<br /><input
          type="text"
          name="run"
          value="${filter.run}"
          inputmode="numeric"
          maxlength="12"
          size="6"
      /></label>
      <button class="act">Show</button>
    </form>
    ${rows.length === 0 ? markup`<p>Nothing of that is in the trail.</p>` : eventTable(rows, 'Newest first')}
    ${pages(isFirst ? undefined : at(), next === undefined ? undefined : at(next), 'Older')}`;
}

export function eventTable(rows: readonly TrailRow[], caption: string): Html {
  return table(
    caption,
    ['Row', 'When', 'Event', 'Target', 'Who', 'What', 'By'],
    rows.map((row) => {
      const { seq, run, target, key, event, actor, detail } = eventView(row);
      return [
        String(seq),
        moment(row.at),
        tag(event, toneOf(event)),
        target,
        key !== undefined && whoLink(key, isObject(detail) ? detail['kind'] : undefined),
        wordsOf(event, detail),
        markup`${actor}${run !== undefined && markup` <a href="${address('/history', { run })}">run ${run}</a>`}`,
      ];
    }),
  );
}

function toneOf(event: string): Tone {
  if (/\.(failed|held|halted|missing|doubt)$/.test(event)) return 'bad';
  if (/\.(retry|waiting|unsure|paused)$/.test(event)) return 'warn';
  return event === 'operation.done' ? 'good' : 'calm';
}

export interface RunsPageView {
  readonly now: number;
  readonly runs: readonly RunView[];
  readonly next?: number;
  readonly isFirst: boolean;
}

const tones = { good: 'good', bad: 'bad', warn: 'warn', open: 'calm' } as const;

export function runsPage({ now, runs, next, isFirst }: RunsPageView): Html {
  return markup`<h1>Runs</h1>
    ${
      runs.length === 0
        ? markup`<p>Nothing was ever synced with this state.</p>`
        : markup`<div class="card">
              ${timeline(
                runs.map((run) => spanOf(run, now)),
                'These runs in time',
              )}
            </div>
            <p></p>
            ${table(
              'Newest first',
              ['Run', 'Began', 'Took', 'Command', 'By', 'Ended', 'Targets'],
              runs.map((run) => {
                const { tone, word } = outcomeOf(run);
                return [
                  markup`<a href="${address('/history', { run: run.id })}">${run.id}</a>`,
                  moment(run.startedAt),
                  run.endedAt !== undefined &&
                    markup`<span class="whole">${seconds(Math.round((run.endedAt - run.startedAt) / 100) / 10)}</span>`,
                  run.command,
                  run.actor,
                  markup`${tag(word, tones[tone])}${run.error !== undefined && markup` ${run.error}`}`,
                  markup`<ul class="changes">
                    ${run.targets.map(({ name, state, words, failed, waiting }) => markup`<li>${targetLink(name)} ${state}${words !== '' && `: ${words}`}${failed > 0 && `; failed ${number(failed)}`}${waiting > 0 && `; waiting ${number(waiting)}`}</li>`)}
                  </ul>`,
                ];
              }),
            )}`
    }
    ${pages(isFirst ? undefined : '/runs', next === undefined ? undefined : address('/runs', { before: next }), 'Older')}`;
}
