/** Points in time as directories write them, in milliseconds since 1970. What is none of the kind gives `undefined`. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/**
 * Generalized Time (RFC 4517 §3.3.13): `YYYYMMDDHH`, perhaps minutes, perhaps seconds, perhaps a fraction of the last
 * of them, and always a zone. A second of 60 is a leap second, and here the one after it.
 */
const GENERALIZED =
  /^(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])(?:([0-5]\d)([0-5]\d|60)?)?(?:[.,](\d{1,40}))?(?:Z|([+-])([01]\d|2[0-3])([0-5]\d)?)$/;

export function generalizedTime(text: string): number | undefined {
  const match = GENERALIZED.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hours, minutes, seconds, fraction = '', sign, zoneHours, zoneMinutes = '0'] =
    match;
  const midnight = midnightOf(`${year}-${month}-${day}`);
  if (midnight === undefined) return undefined;
  const unit = seconds !== undefined ? second : minutes !== undefined ? minute : hour;
  const local = Number(hours) * hour + Number(minutes ?? 0) * minute + Number(seconds ?? 0) * second;
  // The local time is ahead of UTC by what stands behind a plus.
  const zone = sign === undefined ? 0 : Number(zoneHours) * hour + Number(zoneMinutes) * minute;
  return inRange(midnight + local + share(fraction, unit) - (sign === '-' ? -zone : zone));
}

/** So many milliseconds of a unit, rounded down; digits are counted exactly, so that .1 of an hour is six minutes. */
function share(fraction: string, unit: number): number {
  return Number((BigInt(fraction || '0') * BigInt(unit)) / 10n ** BigInt(fraction.length));
}

/** FILETIME counts from 1601 in steps of 100 nanoseconds (MS-DTYP §2.3.3). */
const from1601To1970 = 11_644_473_600_000n;

/**
 * Of a Large Integer that is a time. `never` for 0 and 2^63 - 1, which `accountExpires` says for it (MS-ADA1 §2.1) and
 * which stand where nothing has happened yet.
 */
export function fileTime(text: string): number | 'never' | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const steps = BigInt(text);
  if (steps === 0n || steps === 2n ** 63n - 1n) return 'never';
  return inRange(Number(steps / 10_000n - from1601To1970));
}

/**
 * Of a date and time of ISO 8601 that says its zone, as the functions of this folder give it. One without a zone is
 * another time for everybody.
 */
export function isoInstant(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/.exec(text);
  if (!match || midnightOf(match[1]!) === undefined) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : inRange(time);
}

/** `2026-03-01T08:00:00Z`, to the second below, so that all of them sort and compare as text. */
export function isoText(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** The 30th of February is none. */
function midnightOf(date: string): number | undefined {
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date ? undefined : time;
}

/** The years that are written with four digits. */
export function inRange(instant: number): number | undefined {
  return instant >= -62_167_219_200_000 && instant < 253_402_300_800_000 ? instant : undefined;
}
