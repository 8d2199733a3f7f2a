import type { Schedule } from '../model/index.ts';
import { changeBetween, instantOf, offsetAt, wallTime } from './calendar.ts';
import type { WallTime } from './calendar.ts';

const second = 1000;
const day = 86_400 * second;
/** The 29th of February is missing in 1900 and 2100: eight years are the longest that a day lets itself be waited for. */
const mostDays = 8 * 366;
/** Around a change of the clocks, for so long. */
const near = 4 * 3600 * second;

/**
 * The first instant after `after` at which a schedule is due in a time zone, in milliseconds since 1970; undefined where
 * there is none, as on the 30th of February.
 *
 * When the clocks change, it is as cron has done it since Vixie's: what is due at stated hours is due once on each day that
 * has that hour; a time that is skipped is made up for at the moment of the change, and one that comes twice counts the
 * first time. What is due in every hour goes by the time that passes, also through the hour that comes twice.
 */
export function nextTick(schedule: Schedule, zone: string, after: number): number | undefined {
  return schedule.hour === undefined
    ? nextOfEveryHour(schedule, zone, after)
    : nextOfHours(schedule, zone, after);
}

function nextOfHours(schedule: Schedule, zone: string, after: number): number | undefined {
  let wall = nextWall(schedule, wallTime(zone, after));
  while (wall !== undefined) {
    const instant = instantOf(zone, wall);
    if (instant > after) return instant;
    wall = nextWall(schedule, wall);
  }
  return undefined;
}

function nextOfEveryHour(schedule: Schedule, zone: string, after: number): number | undefined {
  const offset = offsetAt(zone, after);
  const wall = nextWall(schedule, wallTime(zone, after));
  if (wall === undefined) return undefined;
  const instant = wall - offset;
  if (offsetAt(zone, after + near) !== offset) {
    const change = changeBetween(zone, after, after + near);
    if (instant < change) return instant;
    const then = nextWall(schedule, wallTime(zone, change) - second);
    return then === undefined ? undefined : then - offsetAt(zone, change);
  }
  // Far away, the clocks may have changed in the meantime.
  return instant <= after + near ? instant : instantOf(zone, wall);
}

/** The next time after `after` that a calendar without changes of the clocks has. */
function nextWall(schedule: Schedule, after: WallTime): WallTime | undefined {
  const first = after + second;
  const midnight = Math.floor(first / day) * day;
  const today = isDay(schedule, midnight) ? nextWithinDay(schedule, (first - midnight) / second) : undefined;
  if (today !== undefined) return midnight + today * second;
  for (let count = 1; count <= mostDays; count++) {
    const date = midnight + count * day;
    if (isDay(schedule, date)) return date + nextWithinDay(schedule, 0)! * second;
  }
  return undefined;
}

/** Where both days are said, either of them will do, as POSIX has it for crontab. */
function isDay({ month, dayOfMonth, dayOfWeek }: Schedule, midnight: WallTime): boolean {
  const date = new Date(midnight);
  if (month?.has(date.getUTCMonth() + 1) === false) return false;
  const isOfMonth = dayOfMonth?.has(date.getUTCDate());
  const isOfWeek = dayOfWeek?.has(date.getUTCDay());
  if (isOfMonth === undefined || isOfWeek === undefined) return isOfMonth ?? isOfWeek ?? true;
  return isOfMonth || isOfWeek;
}

/** The first second of a day that is due, from a given one on. */
function nextWithinDay({ hour, minute, second: seconds }: Schedule, from: number): number | undefined {
  let [hours, minutes, rest] = [Math.floor(from / 3600), Math.floor(from / 60) % 60, from % 60];
  for (; hours < 24; hours++, minutes = 0, rest = 0) {
    if (hour?.has(hours) === false) continue;
    for (; minutes < 60; minutes++, rest = 0) {
      if (minute?.has(minutes) === false) continue;
      for (; rest < 60; rest++) if (seconds?.has(rest) !== false) return hours * 3600 + minutes * 60 + rest;
    }
  }
  return undefined;
}

/**
 * How much later than its schedule something is due, below `most` milliseconds: always the same for a name, so that a
 * restart changes nothing, and spread evenly over names.
 */
export function jitterOf(name: string, most: number): number {
  // FNV-1a, and a last mixing for names that differ in their end alone.
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return Math.floor((((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32) * most);
}
