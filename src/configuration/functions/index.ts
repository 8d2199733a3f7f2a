import type { Environment } from '@marcbachmann/cel-js';
import { onAttributeWith } from './attribute.ts';
import { datePattern, format, registerDates } from './dates.ts';
import { baseProblem, flagProblem, registerDirectory, typeProblem } from './directory.ts';
import { fault, isBlank } from './fault.ts';
import type { Add } from './fault.ts';
import { matcher, registerText } from './text.ts';
import { registerTimes } from './times.ts';

export { FunctionFault } from './fault.ts';
export { linearMatches } from './text.ts';

export interface FunctionOptions {
  readonly timeZone: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Spells text of any script in ASCII; loaded only where an expression asks for it. */
  readonly transliterate?: (text: string) => string;
}

/** Functions that give another result tomorrow: a record that they read is evaluated at every run. */
export const clockFunctions: ReadonlySet<string> = new Set(['today', 'now', 'isExpired', 'isLocked']);

/** A second argument that is written out, so that it is checked when the configuration is loaded. */
interface Written {
  /** What it is, in words. */
  readonly what: string;
  /** What is wrong with it. */
  readonly problem: (text: string) => string | undefined;
}

const date: Written = { what: 'pattern', problem: (text) => (format(text) ? undefined : datePattern) };
const type: Written = { what: 'attribute', problem: typeProblem };

export const writtenArguments: Readonly<Record<string, Written>> = {
  matches: {
    what: 'pattern',
    problem: (pattern) => {
      matcher(pattern);
      return undefined;
    },
  },
  parseDate: date,
  formatDate: date,
  hasFlag: { what: 'flag', problem: flagProblem },
  rdnValue: type,
  dnValues: type,
  isUnder: { what: 'base', problem: baseProblem },
};

/**
 * What mapping needs beyond CEL itself. A function for text takes what is absent too, and gives it back: its version
 * for `null` stands first, so that a result that may be absent is never taken for text when types are checked.
 */
export function registerFunctions(environment: Environment, options: FunctionOptions): Environment {
  const add: Add = (signature, handler) => {
    environment.registerFunction(signature, handler, { async: false });
  };
  registerText(add, options.transliterate);
  registerDates(add, options.timeZone, options.clock);
  registerAbsence(add);
  const onAttribute = onAttributeWith(add);
  registerTimes(onAttribute, options.clock);
  registerDirectory(onAttribute);
  return environment;
}

/** What is absent, and what refers to somebody else. */
function registerAbsence(add: Add): void {
  add('first(null): dyn', () => null);
  add('first(list): dyn', (list: Iterable<unknown>) => [...list].find((item) => !isBlank(item)) ?? null);
  add('default(dyn, dyn): dyn', (value: unknown, fallback: unknown) => (isBlank(value) ? fallback : value));
  add('none(): dyn', () => null);
  add('get(null, string): dyn', () => null);
  add('get(map, string): dyn', (map: Record<string, unknown>, name: string) =>
    Object.hasOwn(map, name) ? (map[name] ?? null) : null,
  );
  add('ref(null): dyn', () => null);
  add('ref(string): dyn', (key: string) => (isBlank(key) ? null : key));
  // JSON writes many a key as a number, and the key itself is taken from one, too.
  add('ref(int): dyn', String);
  add('ref(double): dyn', (key: number) =>
    Number.isSafeInteger(key)
      ? String(key)
      : fault('ref met a number that is not whole, or too large to be exact'),
  );
}
