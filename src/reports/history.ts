import { isObject } from '../model/index.ts';
import type { TrailRow } from '../store/trail/rows.ts';
import type { Fault, Verdict } from '../store/trail/verify.ts';
import { headText } from '../store/audit.ts';
import type { Head } from '../store/audit.ts';
import { csvLine } from './csv.ts';
import { count, iso, plain } from './style.ts';
import type { Style } from './style.ts';

/** An event of the trail for whoever looks, with what all of them have taken out of the detail. */
export interface EventView {
  readonly seq: number;
  readonly at: string;
  readonly run?: number;
  readonly target?: string;
  readonly key?: string;
  readonly event: string;
  readonly actor?: string;
  readonly detail: unknown;
}

export function eventView({ seq, at, run, target, key, event, detail: text }: TrailRow): EventView {
  const detail = detailOf(text);
  const actor = isObject(detail) ? detail['actor'] : undefined;
  return {
    seq,
    at: timeText(at),
    ...(run !== null && { run }),
    ...(target !== null && { target }),
    ...(key !== null && { key }),
    event,
    ...(typeof actor === 'string' && { actor }),
    detail,
  };
}

/** What somebody has written into the file by hand is no reason to say nothing of the rest. */
function detailOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Milliseconds that a date can hold (ECMA-262, 21.4.1.1); a row that was changed by hand may have any number. */
const lastDate = 8.64e15;

function timeText(at: number): string {
  return Number.isSafeInteger(at) && Math.abs(at) <= lastDate
    ? iso(at)
    : JSON.stringify(String(at)).slice(1, -1);
}

/** Most of what stands in a row needs no care. */
const harmless = /^[\w.:-]*$/;

function quoted(text: string | null): string {
  return typeof text === 'string' && harmless.test(text) ? `"${text}"` : JSON.stringify(text);
}

/**
 * A row as a line of JSON: nothing but what its hash covers, so that the export proves as much as the state. `detail` is
 * written as it stands, and is not read.
 */
export function trailLine({ seq, at, run, target, key, event, detail, previous, hash }: TrailRow): string {
  return `{"seq":${seq},"at":"${timeText(at)}","run":${run},"target":${quoted(target)},"key":${quoted(key)},"event":${quoted(event)},"detail":${detail},"previous":${quoted(previous)},"hash":${quoted(hash)}}`;
}

const columns = [
  'seq',
  'at',
  'run',
  'target',
  'key',
  'event',
  'actor',
  'kind',
  'why',
  'code',
  'error',
  'status',
  'requestId',
  'detail',
  'hash',
] as const;

export function* historyCsv(rows: Iterable<TrailRow>): Generator<string> {
  yield csvLine(columns);
  for (const row of rows) {
    const { seq, run, target, key, event, detail: text, hash } = row;
    const { at, actor = '', detail } = eventView(row);
    const of = (name: string): string => (isObject(detail) ? textOf(detail[name]) : '');
    yield csvLine([
      String(seq),
      at,
      run === null ? '' : String(run),
      target ?? '',
      key ?? '',
      event,
      actor,
      ...['kind', 'why', 'code', 'error', 'status', 'requestId'].map(of),
      text,
      hash,
    ]);
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** One event a line, oldest first. */
export function* historyText(rows: Iterable<TrailRow>, style: Style): Generator<string> {
  for (const row of rows) {
    const { seq, at, run, target, key, event, actor, detail } = eventView(row);
    const time = at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
    const whom = [target, key].filter((part) => part !== undefined).map((part) => style('bold', plain(part)));
    const by = [actor && `by ${plain(actor)}`, run !== undefined && `run ${run}`].filter(Boolean).join(', ');
    const what = wordsOf(event, detail);
    yield [seq, time, ...whom, coloured(event, style), what && plain(what), by && style('dim', by)]
      .filter((part) => part !== '')
      .join('  ');
  }
}

function coloured(event: string, style: Style): string {
  const name = plain(event);
  if (/\.(failed|held|halted|missing|doubt)$/.test(event)) return style('red', name);
  return /\.(retry|waiting|unsure)$/.test(event) ? style('yellow', name) : name;
}

/** What an event says in few words; what has no words of its own is shown as it is. */
export function wordsOf(event: string, detail: unknown): string {
  if (!isObject(detail)) return textOf(detail);
  const of = (name: string): string => textOf(detail[name]);
  const list = (name: string): string =>
    isObject(detail[name])
      ? Object.entries(detail[name])
          .map(([kind, number]) => `${kind} ${textOf(number)}`)
          .join(', ')
      : '';
  if (event.startsWith('operation.')) {
    const group = detail['group'] === undefined ? '' : ` ${of('group')}`;
    const answer = [of('status'), of('requestId') && `request ${of('requestId')}`].filter(Boolean).join(', ');
    const said = [of('why'), of('error')].filter(Boolean).join('; ');
    return `${of('kind')}${group}${said && `: ${said}`}${answer && ` (${answer})`}`;
  }
  switch (event) {
    case 'plan.released':
      return list('counts') || 'nothing to do';
    case 'plan.held':
      return `${of('kind')} ${of('count')}, ${of('checksum').slice(0, 16)}`;
    case 'approval.given':
      return [of('checksum').slice(0, 16), Array.isArray(detail['kinds']) && detail['kinds'].join(', ')]
        .filter(Boolean)
        .join(' ');
    case 'run.started':
      return `rollcall ${of('command')}${of('configuration') && `, configuration ${of('configuration').slice(0, 12)}`}`;
    case 'run.ended':
      return Array.isArray(detail['targets'])
        ? detail['targets']
            .map((one: unknown) => (isObject(one) ? `${textOf(one['name'])} ${textOf(one['state'])}` : ''))
            .join(', ')
        : of('error') || list('taken');
    case 'person.left':
      return of('why');
    case 'event.accepted':
      return `${of('kind')}, ${of('id')}`;
    case 'event.ignored':
      return `${of('kind')}, ${of('id')}: ${of('reason')}`;
    case 'trail.pruned':
      return `${of('rows')} rows up to ${of('seq')}, older than ${of('before')}`;
    default: {
      const { actor: _, ...rest } = detail;
      const said = Object.entries(rest);
      if (said.some(([, value]) => typeof value === 'object' && value !== null)) return JSON.stringify(rest);
      return said
        .map(([name, value]) => (name === 'reason' ? textOf(value) : `${name} ${textOf(value)}`))
        .join(', ');
    }
  }
}

/** What was found when the trail was looked at as a whole; `what` is the state or the file, `kept` a head from elsewhere. */
export function* verdictText(verdict: Verdict, what: string, style: Style, kept?: Head): Generator<string> {
  const { rows, first, head, isWhole, faults, count: number } = verdict;
  if (number > 0) {
    yield `${style('red', 'NOT AS IT WAS WRITTEN')}  ${plain(what)}`;
    for (const { message } of faults) yield `  ${plain(message)}`;
    if (number > faults.length) yield `  … and ${(number - faults.length).toLocaleString('en-GB')} more`;
    return;
  }
  if (head === undefined) {
    yield `${plain(what)} has no rows yet`;
    return;
  }
  const good = isWhole
    ? style('green', 'as it was written')
    : style('yellow', `as it was written from row ${first} on, and not whole`);
  yield `${good}  ${plain(what)}: ${count(rows, 'row')}, ${first} to ${head.seq}`;
  const follows = kept !== undefined && kept.seq + 1 === first;
  if (first !== 1 && !follows)
    yield isWhole
      ? `  what was before row ${first} went by retention, as the trail itself says`
      : `  what was before row ${first} is not in it, and nothing is said of that`;
  yield `  head  ${headText(head)}`;
  if (follows) yield `  it begins right behind row ${kept.seq}, whose head was kept`;
  else if (kept !== undefined)
    yield `  row ${kept.seq} is as it was when its head was kept, and so is all that is before it`;
  else yield '  keep it elsewhere: with --head it proves that not all of this was written anew';
}

export function verdictJson({ rows, first, head, isWhole, faults, count: number }: Verdict): object {
  return {
    verified: number === 0,
    rows,
    ...(first !== undefined && { first }),
    ...(head && { head: headText(head) }),
    whole: isWhole,
    faults: faults.map(({ seq, kind, message }: Fault) => ({ seq, kind, message })),
    count: number,
  };
}
