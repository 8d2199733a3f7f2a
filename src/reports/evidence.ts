import type { Departure } from '../store/trail/evidence.ts';
import { csvLine } from './csv.ts';
import { count, iso, plain, seconds, when } from './style.ts';
import type { Style } from './style.ts';
import { joined } from './views.ts';

const time = (at: number | undefined): string => (at === undefined ? '' : iso(at));

/** Seconds from the first read that said so to the confirmation; nothing of what is open, or came to nothing. */
export function lagOf({ state, read, ended }: Departure): number | undefined {
  if (ended === undefined || state === 'back' || state === 'unlinked') return undefined;
  return Math.max(0, (ended.at - read.at) / 1000);
}

export function departureView(departure: Departure): object {
  const { key, target, why, state, read, ended, open } = departure;
  const { at, writtenAt, ...source } = read;
  const lag = lagOf(departure);
  return {
    key,
    target,
    state,
    why,
    read: { at: time(at), ...source, ...(writtenAt !== undefined && { writtenAt: time(writtenAt) }) },
    ...(ended && { ended: { ...ended, at: time(ended.at) } }),
    ...(lag !== undefined && { lagSeconds: lag }),
    ...(open && { open }),
  };
}

/** What all of them come to. */
export interface EvidenceTally {
  confirmed: number;
  open: number;
  other: number;
  /** Seconds. */
  longest: number;
  sum: number;
}

export function newTally(): EvidenceTally {
  return { confirmed: 0, open: 0, other: 0, longest: 0, sum: 0 };
}

/** Passes them on, and counts. */
export function* tallied(all: Iterable<Departure>, tally: EvidenceTally): Generator<Departure> {
  for (const departure of all) {
    const lag = lagOf(departure);
    if (departure.state === 'open') tally.open++;
    else if (lag === undefined) tally.other++;
    else {
      tally.confirmed++;
      tally.sum += lag;
      tally.longest = Math.max(tally.longest, lag);
    }
    yield departure;
  }
}

const words = {
  confirmed: ['green', 'off'],
  gone: ['green', 'account was gone'],
  unlinked: ['yellow', 'unlinked by hand'],
  back: ['dim', 'was back before'],
  open: ['red', 'OPEN'],
} as const;

export function* evidenceText(
  all: Iterable<Departure>,
  tally: EvidenceTally,
  style: Style,
): Generator<string> {
  for (const departure of tallied(all, tally)) {
    const { key, target, why, state, read, ended, open } = departure;
    const lag = lagOf(departure);
    const [colour, word] = words[state];
    const end = ended === undefined ? '' : ` ${when(ended.at)}`;
    const waits =
      open === undefined
        ? ''
        : `: ${open.state}${open.reason === undefined ? '' : `, ${plain(open.reason)}`}`;
    const from = [
      read.run !== undefined && `run ${read.run}`,
      read.sha256 !== undefined && `sha256 ${read.sha256.slice(0, 12)}`,
    ].filter(Boolean);
    yield [
      style('bold', plain(key)),
      plain(target),
      `read ${when(read.at)}${from.length > 0 ? ` (${from.join(', ')})` : ''}`,
      `${style(colour, word)}${end}${waits}`,
      ...(lag === undefined ? [] : [`lag ${lagText(lag)}`]),
      plain(why),
    ].join('  ');
  }
  const { confirmed, open, other, longest, sum } = tally;
  if (confirmed + open + other === 0) {
    yield 'nobody left in that time';
    return;
  }
  const times =
    confirmed === 0
      ? ''
      : `, in ${lagText(sum / confirmed)} on average and ${lagText(longest)} at the longest`;
  const rest = other === 0 ? '' : `; ${other} came to nothing`;
  yield `${count(confirmed, 'account')} switched off${times}; ${open === 0 ? 'none open' : style('red', `${open} open`)}${rest}`;
}

function lagText(lag: number): string {
  if (lag < 10) return `${Number(lag.toFixed(1))} s`;
  return lag < 172_800 ? seconds(Math.round(lag)) : `${(lag / 86_400).toFixed(1)} days`;
}

export function* evidenceJson(
  all: Iterable<Departure>,
  tally: EvidenceTally,
  span: { readonly from: number; readonly to: number },
): Generator<string> {
  yield `{"from":"${time(span.from)}","to":"${time(span.to)}","leavers":[`;
  yield* joined(views(tallied(all, tally)));
  const { confirmed, open, other, longest, sum } = tally;
  const lag = confirmed === 0 ? {} : { averageSeconds: sum / confirmed, longestSeconds: longest };
  yield `],"counts":${JSON.stringify({ confirmed, open, other, ...lag })}}\n`;
}

function* views(all: Iterable<Departure>): Generator<object> {
  for (const departure of all) yield departureView(departure);
}

export function* evidenceCsv(all: Iterable<Departure>): Generator<string> {
  yield csvLine([
    'key',
    'target',
    'state',
    'why',
    'readAt',
    'readRun',
    'file',
    'sha256',
    'endedAt',
    'endedRun',
    'status',
    'requestId',
    'lagSeconds',
    'waitsFor',
  ]);
  for (const departure of all) {
    const { key, target, state, why, read, ended, open } = departure;
    yield csvLine([
      key,
      target,
      state,
      why,
      time(read.at),
      String(read.run ?? ''),
      read.file ?? '',
      read.sha256 ?? '',
      time(ended?.at),
      String(ended?.run ?? ''),
      String(ended?.status ?? ''),
      ended?.requestId ?? '',
      String(lagOf(departure) ?? ''),
      open === undefined ? '' : [open.state, open.reason].filter(Boolean).join(': '),
    ]);
  }
}
