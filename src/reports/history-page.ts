import { headText } from '../store/audit.ts';
import type { Head } from '../store/audit.ts';
import type { TrailRow } from '../store/trail/rows.ts';
import { eventView, wordsOf } from './history.ts';
import { markup, name, nothing, page, table } from './html.ts';
import type { Html } from './html.ts';
import { count, shownPath, when } from './style.ts';

/** What stands above the rows: of which trail they are, and which of its rows. */
export interface HistoryHead {
  readonly state: string;
  readonly now: number;
  readonly trail?: Head | undefined;
  /** The filters in words, such as `person E1042`. */
  readonly filters: readonly string[];
  /** Only the newest so many, where there may be more. */
  readonly most?: number;
}

/** The audit trail, or a part of it, as a page in one file; in pieces, as the rows come. */
export function historyPage(rows: Iterable<TrailRow>, about: HistoryHead): Generator<string> {
  return page('history', 'Audit trail', body(rows, about));
}

function* body(rows: Iterable<TrailRow>, { state, now, trail, filters, most }: HistoryHead): Generator<Html> {
  yield markup`<h1>Audit trail</h1>`;
  yield markup`<p class="soft">
    Of ${name(shownPath(state))}, read at ${when(now)};
    ${filters.length > 0 ? filters.join(', ') : 'everything'}, the oldest first.
  </p>`;
  if (trail !== undefined)
    yield markup`<p>
      Head of the whole trail: <code>${headText(trail)}</code>.
      <code>rollcall history --verify --head</code> proves with it that not all of it was written anew.
    </p>`;
  let number = 0;
  function* counted(): Generator<Html> {
    for (const row of rows) {
      number++;
      yield rowText(row);
    }
  }
  yield* table(markup`Times are in UTC`, ['Row', 'When', 'Target', 'Who', 'Event', 'What', 'By'], counted());
  yield markup`<p>${number === 0 ? 'Nothing of that is in the trail.' : count(number, 'row')}</p>`;
  if (number === most) yield markup`<p class="amber">These are the newest; there may be older ones.</p>`;
}

function rowText(row: TrailRow): Html {
  const { seq, at, run, target = '', key = '', event, actor, detail } = eventView(row);
  const by = [actor, run !== undefined && `run ${run}`].filter(Boolean).join(', ');
  const time = markup`<time datetime="${at}">${at.replace('T', ' ').replace(/\.\d+Z$/, '')}</time>`;
  const kind = /\.(failed|held|halted|missing|doubt)$/.test(event)
    ? markup`<span class="red">${event}</span>`
    : markup`${event}`;
  return markup`<tr>
    <td class="number">${String(seq)}</td>
    <td>${time}</td>
    <td>${target}</td>
    <th scope="row">${key === '' ? nothing : name(key)}</th>
    <td>${kind}</td>
    <td>${name(wordsOf(event, detail))}</td>
    <td>${name(by)}</td>
  </tr>`;
}
