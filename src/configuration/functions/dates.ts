import { addDays, dateFormat, daysBetween, todayIn } from '../dates.ts';
import { fault, isBlank, remembered } from './fault.ts';
import type { Add } from './fault.ts';

export const format = remembered(dateFormat);

export const datePattern =
  'a date pattern is made of YYYY, MM or M or MMM, DD or D, and may go on with HH, mm, ss';

export function registerDates(add: Add, timeZone: string, clock: () => number): void {
  const today = todayIn(timeZone, clock);
  add('today(): string', () => today());
  add('now(): google.protobuf.Timestamp', () => new Date(clock()));
  add('parseDate(null, string): dyn', () => null);
  add('parseDate(string, string): dyn', (text: string, pattern: string) => {
    if (isBlank(text)) return null;
    return format(pattern)?.parse(text) ?? fault(`parseDate met text that is no date of the form ${pattern}`);
  });
  add('formatDate(null, string): dyn', () => null);
  add('formatDate(string, string): dyn', (iso: string, pattern: string) => {
    if (isBlank(iso)) return null;
    return (
      format(pattern)?.format(iso) ?? fault('formatDate met text that is no date of the form YYYY-MM-DD')
    );
  });
  add('addDays(string, int): string', (iso: string, days: bigint) => {
    return addDays(iso, Number(days)) ?? fault('addDays met text that is no date of the form YYYY-MM-DD');
  });
  add('daysBetween(string, string): int', (from: string, to: string) => {
    const days = daysBetween(from, to);
    return days === undefined
      ? fault('daysBetween met text that is no date of the form YYYY-MM-DD')
      : BigInt(days);
  });
}
