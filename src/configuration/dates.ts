/** Dates as mapping needs them: calendar days as ISO text (`2026-03-01`), which also sorts and compares as text. */

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const token = /YYYY|MMM|MM|M|DD|D|HH|mm|ss/g;
const digits: Readonly<Record<string, string>> = {
  YYYY: '(\\d{4})',
  MMM: '([A-Za-z]{3})',
  MM: '(\\d{2})',
  M: '(\\d{1,2})',
  DD: '(\\d{2})',
  D: '(\\d{1,2})',
  HH: '(\\d{2})',
  mm: '(\\d{2})',
  ss: '(\\d{2})',
};
const day = 86_400_000;

export interface DateFormat {
  /** ISO text: a date, or a date and time where the pattern has hours; `undefined` where the text does not fit. */
  parse(text: string): string | undefined;
  /** Of an ISO date or date and time; `undefined` where it is none. */
  format(iso: string): string | undefined;
}

/** A pattern of YYYY MMM MM M DD D HH mm ss and other characters as they stand; `undefined` where it names no day. */
export function dateFormat(pattern: string): DateFormat | undefined {
  const tokens = pattern.match(token) ?? [];
  const names = tokens.map((name) => (name.startsWith('M') ? 'M' : name.startsWith('D') ? 'D' : name));
  const unread = pattern.replace(token, '');
  if (new Set(names).size !== names.length || /[YMDHhms]/.test(unread)) return undefined;
  if (!names.includes('YYYY') || !names.includes('M') || !names.includes('D')) return undefined;
  const source = pattern.split(/(YYYY|MMM|MM|M|DD|D|HH|mm|ss)/).map((part) => digits[part] ?? escape(part));
  const expression = new RegExp(`^${source.join('')}$`);
  const withTime = names.includes('HH');
  return {
    parse(text) {
      const match = expression.exec(text.trim());
      if (!match) return undefined;
      const found: Record<string, number> = {};
      names.forEach((name, index) => (found[name] = number(match[index + 1]!)));
      return isoText(found, withTime);
    },
    format(iso) {
      const parts = isoParts(iso);
      return parts && pattern.replace(token, (name) => formatted(name, parts));
    },
  };
}

/** Whole days from one ISO date to another; negative where the second is earlier. */
export function daysBetween(from: string, to: string): number | undefined {
  const start = dayNumber(from);
  const end = dayNumber(to);
  return start === undefined || end === undefined ? undefined : end - start;
}

export function addDays(iso: string, days: number): string | undefined {
  const start = dayNumber(iso);
  if (start === undefined || !Number.isSafeInteger(days) || Math.abs(days) > 1_000_000) return undefined;
  const result = new Date((start + days) * day).toISOString().slice(0, 10);
  return /^\d{4}-/.test(result) ? result : undefined;
}

/** Today's date in a time zone, as ISO text. Working it out is slow, so it is kept for the minute. */
export function todayIn(timeZone: string, clock: () => number): () => string {
  let calendar: Intl.DateTimeFormat | undefined;
  let minute = NaN;
  let text = '';
  return () => {
    const now = clock();
    if (Math.floor(now / 60_000) !== minute) {
      calendar ??= new Intl.DateTimeFormat('en-CA-u-ca-gregory-nu-latn', {
        timeZone,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
      });
      minute = Math.floor(now / 60_000);
      const parts = Object.fromEntries(calendar.formatToParts(now).map((part) => [part.type, part.value]));
      text = `${parts['year']}-${parts['month']}-${parts['day']}`;
    }
    return text;
  };
}

function isoText(found: Readonly<Record<string, number>>, withTime: boolean): string | undefined {
  const {
    YYYY: year = NaN,
    M: month = NaN,
    D: dayOfMonth = NaN,
    HH: hour = 0,
    mm: minute = 0,
    ss: second = 0,
  } = found;
  const date = `${pad(year, 4)}-${pad(month)}-${pad(dayOfMonth)}`;
  if (dayNumber(date) === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  return withTime ? `${date}T${pad(hour)}:${pad(minute)}:${pad(second)}` : date;
}

/** Days since 1970 of an ISO date, or of the date that a date and time begins with. The 30th of February is none. */
function dayNumber(iso: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T.*)?$/.exec(iso.trim());
  if (!match) return undefined;
  const time = Date.parse(`${match[1]!}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== match[1]) return undefined;
  return time / day;
}

function isoParts(iso: string): Readonly<Record<string, number>> | undefined {
  if (dayNumber(iso) === undefined) return undefined;
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?)?/.exec(iso.trim());
  if (!match) return undefined;
  const [YYYY, M, D, HH, mm, ss] = match.slice(1).map((part) => Number(part ?? 0));
  return { YYYY: YYYY!, M: M!, D: D!, HH: HH!, mm: mm!, ss: ss! };
}

function formatted(name: string, parts: Readonly<Record<string, number>>): string {
  if (name === 'MMM') {
    const month = months[parts['M']! - 1]!;
    return month[0]!.toUpperCase() + month.slice(1);
  }
  const value = parts[name.startsWith('M') ? 'M' : name.startsWith('D') ? 'D' : name]!;
  return name.length === 1 ? String(value) : pad(value, name.length);
}

/** Digits, or the English short name of a month. */
function number(text: string): number {
  return /^\d/.test(text) ? Number(text) : months.indexOf(text.toLowerCase()) + 1;
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
