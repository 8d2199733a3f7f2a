import type { Environment } from '@marcbachmann/cel-js';
import { addDays, dateFormat, daysBetween, todayIn } from './dates.ts';
import type { DateFormat } from './dates.ts';
import { compilePattern } from './pattern.ts';
import type { Matcher } from './pattern.ts';

/** What a function says when it cannot work with what it met. The message never holds a value of a record. */
export class FunctionFault extends Error {}

export interface FunctionOptions {
  readonly timeZone: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Spells text of any script in ASCII; loaded only where an expression asks for it. */
  readonly transliterate?: (text: string) => string;
}

/** Functions that give another result tomorrow: a record that they read is evaluated at every run. */
export const clockFunctions: ReadonlySet<string> = new Set(['today', 'now']);

/** Functions whose last argument is written out, so that it is checked when the configuration is loaded. */
export const patternFunctions: Readonly<Record<string, (pattern: string) => string | undefined>> = {
  matches: (pattern) => {
    matcher(pattern);
    return undefined;
  },
  parseDate: (pattern) => (format(pattern) ? undefined : datePattern),
  formatDate: (pattern) => (format(pattern) ? undefined : datePattern),
};

/** The method `matches` that comes with the library backtracks; calls of it are turned to this one. */
export const linearMatches = 'matchesPattern';

const datePattern = 'a date pattern is made of YYYY, MM or M or MMM, DD or D, and may go on with HH, mm, ss';

/**
 * What mapping needs beyond CEL itself. A function for text takes what is absent too, and gives it back: its version
 * for `null` stands first, so that a result that may be absent is never taken for text when types are checked.
 */
export function registerFunctions(environment: Environment, options: FunctionOptions): Environment {
  const add = (signature: string, handler: (...values: never[]) => unknown): void => {
    environment.registerFunction(signature, handler, { async: false });
  };
  const onText = (name: string, change: (text: string) => string): void => {
    add(`${name}(null): dyn`, () => null);
    add(`${name}(string): string`, change);
  };
  onText('lower', (text) => text.toLowerCase());
  onText('upper', (text) => text.toUpperCase());
  onText('capitalise', (text) => upperFirst(text));
  onText('title', title);
  onText('trim', (text) => text.trim());
  onText('collapse', (text) => text.trim().replaceAll(/\s+/g, ' '));
  onText('ascii', (text) => (options.transliterate ?? notLoaded)(text));

  add('truncate(null, int): dyn', () => null);
  add('truncate(string, int): string', (text: string, length: bigint) =>
    [...text].slice(0, Math.max(0, Number(length))).join(''),
  );
  add('replace(null, string, string): dyn', () => null);
  add('replace(string, string, string): string', (text: string, from: string, to: string) =>
    from === '' ? text : text.replaceAll(from, () => to),
  );
  add('split(null, string): list<string>', () => []);
  add('split(string, string): list<string>', split);
  add('join(list, string): string', join);
  add('first(null): dyn', () => null);
  add('first(list): dyn', (list: Iterable<unknown>) => [...list].find((item) => !isBlank(item)) ?? null);
  add('default(dyn, dyn): dyn', (value: unknown, fallback: unknown) => (isBlank(value) ? fallback : value));
  add('none(): dyn', () => null);
  add('get(map, string): dyn', (map: Record<string, unknown>, name: string) =>
    Object.hasOwn(map, name) ? (map[name] ?? null) : null,
  );
  add('ref(null): dyn', () => null);
  add('ref(string): dyn', (key: string) => (isBlank(key) ? null : key));
  add('matches(null, string): bool', () => false);
  add('matches(string, string): bool', (text: string, pattern: string) => matcher(pattern)(text));
  add(`string.${linearMatches}(string): bool`, (text: string, pattern: string) => matcher(pattern)(text));
  registerDates(add, options);
  return environment;
}

function registerDates(
  add: (signature: string, handler: (...values: never[]) => unknown) => void,
  options: FunctionOptions,
): void {
  const today = todayIn(options.timeZone, options.clock);
  add('today(): string', () => today());
  add('now(): google.protobuf.Timestamp', () => new Date(options.clock()));
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

/** Absent, empty, or nothing but white space. */
function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0;
}

function split(text: string, separator: string): string[] {
  const parts = separator === '' ? [text] : text.split(separator);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function join(list: Iterable<unknown>, separator: string): string {
  const parts: string[] = [];
  for (const item of list) {
    if (isBlank(item)) continue;
    if (typeof item !== 'string') return fault('join met a list with something in it that is not text');
    parts.push(item);
  }
  return parts.join(separator);
}

/** `anne-marie O'NEIL` is `Anne-Marie O'Neil`; the s of `it's` stays small. */
function title(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(
      /(?<![\p{L}\p{M}\p{N}'’])(\p{L}['’])?(\p{L})/gu,
      (_, before: string | undefined, letter: string) => `${before ?? ''}${letter}`.toUpperCase(),
    );
}

function upperFirst(text: string): string {
  const first = text.codePointAt(0);
  if (first === undefined) return text;
  const character = String.fromCodePoint(first);
  return character.toUpperCase() + text.slice(character.length);
}

const matchers = new Map<string, Matcher>();
const formats = new Map<string, DateFormat | undefined>();

function matcher(pattern: string): Matcher {
  return remembered(matchers, pattern, compilePattern);
}

function format(pattern: string): DateFormat | undefined {
  return remembered(formats, pattern, dateFormat);
}

/** Patterns are written in the configuration, so there are few; the bound is for a process that reads many of them. */
function remembered<T>(known: Map<string, T>, pattern: string, make: (pattern: string) => T): T {
  const found = known.get(pattern);
  if (found !== undefined || known.has(pattern)) return found as T;
  if (known.size >= 1_000) known.clear();
  const made = make(pattern);
  known.set(pattern, made);
  return made;
}

function notLoaded(): never {
  throw new FunctionFault('ascii is not loaded');
}

function fault(message: string): never {
  throw new FunctionFault(message);
}
