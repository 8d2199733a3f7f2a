import { isObject } from '../model/index.ts';
import type { Schedule } from '../model/index.ts';
import { nextTick } from '../planning/schedule.ts';
import type { ConfigurationDocument } from './document.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';

/** What a text says of when something is due, or what is wrong with it. */
export type ParseSchedule = (text: string) => Schedule | { readonly problem: string };

const hint = 'such as "*/15 * * * *": minute, hour, day, month, day of the week';
const units = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const;

/** Whoever has no schedule loads no library for it. */
export async function parserFor({ value }: ConfigurationDocument): Promise<ParseSchedule> {
  const targets = isObject(value) && isObject(value['targets']) ? Object.values(value['targets']) : [];
  const asks = targets.some(
    (target) => isObject(target) && (target['schedule'] !== undefined || target['reconcile'] !== undefined),
  );
  return asks ? loadParser() : () => ({ problem: 'there is no schedule' });
}

/** Texts are read by the library that knows what cron takes; what they say is plain data afterwards. */
export async function loadParser(): Promise<ParseSchedule> {
  const { CronTime } = await import('cron');
  return (text) => {
    try {
      // Each field as its numbers, with commas between them, or as *.
      const fields = new CronTime(text, 'UTC').toJSON();
      const parts = units.map((unit, index) => [unit, numbersOf(fields[index]!)] as const);
      return { text, ...Object.fromEntries(parts.filter(([, numbers]) => numbers !== undefined)) };
    } catch {
      return { problem: 'this is no cron schedule' };
    }
  };
}

function numbersOf(field: string): ReadonlySet<number> | undefined {
  return field === '*' ? undefined : new Set(field.split(',').map(Number));
}

/** The schedule at a path; nothing where there is none, or where it is none. One that never comes is an error. */
export function readSchedule(reading: Reading, path: Path, parse: ParseSchedule): Schedule | undefined {
  const text = reading.raw(path);
  if (typeof text !== 'string' || text === '') return undefined;
  const schedule = parse(text);
  if ('problem' in schedule) {
    reading.problem(path, schedule.problem, hint);
    return undefined;
  }
  // A leap year is at most eight years away from any year.
  if (nextTick(schedule, 'UTC', Date.UTC(2001, 0)) !== undefined) return schedule;
  reading.problem(path, 'this day is in no calendar, so it would never be due', hint);
  return undefined;
}
