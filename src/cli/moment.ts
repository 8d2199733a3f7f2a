import { RollcallError } from '../model/index.ts';

const ago: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const day = 86_400_000;

/** Milliseconds since 1970 at which something begins and ends; a moment is both at once. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * `2026-03-31`, which is all of that day; `2026-03-31T08:00`, with a zone or in UTC; or so long ago: `90m`, `24h`, `7d`,
 * `2w`. Throws `RollcallError('usage')` for anything else.
 */
export function spanOf(text: string, option: string, now: number): Span {
  const given = text.trim();
  const [, number, unit] = /^(\d{1,6})([mhdw])$/.exec(given) ?? [];
  if (unit !== undefined) return at(now - Number(number) * ago[unit]!);
  const [, date, time, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?) ?(Z|UTC|[+-]\d{2}:\d{2})?)?$/.exec(
      given,
    ) ?? [];
  const start = date === undefined ? NaN : Date.parse(`${date}T00:00Z`);
  // 2026-02-30 is the second of March to Date.parse.
  const isDay = !Number.isNaN(start) && new Date(start).toISOString().startsWith(date!);
  if (isDay && time === undefined) return { from: start, to: start + day };
  const moment = isDay
    ? Date.parse(`${date}T${time}${zone === undefined || zone === 'UTC' ? 'Z' : zone}`)
    : NaN;
  if (!Number.isNaN(moment)) return at(moment);
  throw new RollcallError('usage', {
    message: `${option} ${text} is no time`,
    hint: 'such as 2026-03-31, 2026-03-31T08:00 (in UTC, unless a zone stands behind it), or 24h for so long ago',
  });
}

function at(moment: number): Span {
  return { from: moment, to: moment };
}
