import { RollcallError, isObject } from '../../model/index.ts';
import type { Problem } from '../../model/index.ts';
import { effects } from './effects.ts';
import type { Effect } from './effects.ts';
import { randomFrom } from './fault.ts';
import type { Fault, FaultMatch, FaultSpec } from './fault.ts';

/** The words beside the effects: which requests, how often, and the details of an effect. */
const words: Readonly<Record<string, (value: string | number | boolean) => boolean>> = {
  method: isText,
  path: isText,
  user: isText,
  count: isWhole,
  after: isWhole,
  share: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  seed: isWhole,
  when: (value) => value === 'before' || value === 'after',
  delay: (value) => isWhole(value) && Number(value) <= 3_600_000,
  retryAfter: (value) => isWhole(value) || (isText(value) && /^[\x20-\x7e]*$/.test(String(value))),
  retryAfterDate: (value) => isWhole(value) && Number(value) <= 10 ** 9,
  scimType: isText,
  detail: isText,
};

/**
 * `status=500,method=POST,user=ada@example.com,count=3` as a fault. A value with a comma stands in double quotes.
 * Throws `RollcallError('usage')` with everything that is wrong.
 */
export function parseFault(text: string): FaultSpec {
  const spec: Record<string, string | number | boolean> = {};
  for (const part of text.match(/(?:"[^"]*"|[^,"])+/g) ?? []) {
    const [name = '', ...rest] = part.trim().split('=');
    if (name === '') continue;
    if (Object.hasOwn(spec, name))
      throw new RollcallError('usage', `The fault "${text}" says "${name}" twice.`);
    Object.defineProperty(spec, name, {
      value: rest.length === 0 ? true : scalar(rest.join('=')),
      enumerable: true,
    });
  }
  return spec;
}

/** A fault out of JSON or text, ready to be played. Throws `RollcallError('usage')` with everything that is wrong. */
export function readFault(given: unknown, id: string): Fault {
  const spec = typeof given === 'string' ? parseFault(given) : given;
  if (!isObject(spec))
    throw new RollcallError('usage', 'A fault is a text such as status=500,count=3, or an object.');
  const problems = [...problemsOf(spec)];
  if (problems.length > 0) throw new RollcallError('usage', problems);
  return build(spec as FaultSpec, id);
}

function* problemsOf(spec: Record<string, unknown>): Generator<Problem> {
  for (const [name, value] of Object.entries(spec)) {
    const effect = Object.hasOwn(effects, name) ? effects[name] : undefined;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      yield { message: `The fault's "${name}" has to be a text, a number or true.` };
    } else if (effect) {
      if (!fits(effect, value))
        yield { message: `The fault's "${name}" takes ${taken(effect)}, not ${String(value)}.` };
    } else if (!Object.hasOwn(words, name)) {
      yield {
        message: `A fault knows no word "${name}".`,
        hint: `It knows ${[...Object.keys(effects), ...Object.keys(words)].join(', ')}.`,
      };
    } else if (!words[name]!(value)) {
      yield { message: `The fault's "${name}" cannot be ${JSON.stringify(value)}.` };
    }
  }
  if (effectWord(spec) === undefined && spec['delay'] === undefined) {
    yield {
      message: 'A fault needs something to do.',
      hint: `One of ${Object.keys(effects).join(', ')} or delay.`,
    };
  }
}

/** `status` beside `html` or `empty` is a detail of theirs; otherwise a fault does one thing. */
function effectWord(spec: Record<string, unknown>): string | undefined {
  const named = Object.keys(effects).filter((word) => spec[word] !== undefined && spec[word] !== false);
  return named.find((word) => word !== 'status') ?? named[0];
}

function build(spec: FaultSpec, id: string): Fault {
  const word = effectWord(spec);
  const value = word === undefined ? undefined : spec[word];
  const effect = word === undefined ? undefined : effects[word];
  const own = word === 'drop' ? value : undefined;
  return {
    id,
    spec,
    match: matchOf(spec),
    delay: numeric(spec['delay'], 0),
    ...(word === undefined || value === undefined ? {} : { effect: { word, value } }),
    when: (spec['when'] ?? own ?? effect?.when ?? 'before') as 'before' | 'after',
    after: numeric(spec['after'], 0),
    count: numeric(spec['count'], Infinity),
    share: numeric(spec['share'], 1),
    random: randomFrom(numeric(spec['seed'], 1)),
    seen: 0,
    played: 0,
  };
}

function matchOf(spec: FaultSpec): FaultMatch {
  const { method, path, user } = spec;
  return {
    ...(method === undefined ? {} : { method: String(method).toUpperCase() }),
    ...(path === undefined ? {} : { path: String(path).split(/\*+/) }),
    ...(user === undefined ? {} : { user: String(user).toLowerCase() }),
  };
}

function scalar(text: string): string | number {
  if (text.startsWith('"') && text.endsWith('"') && text.length > 1) return text.slice(1, -1);
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function fits({ takes }: Effect, value: string | number | boolean): boolean {
  if (takes === 'number') return isWhole(value) && Number(value) >= 100 && Number(value) <= 599;
  if (takes === 'nothing') return value === true;
  if (takes === 'numberOrNothing') return value === true || (isWhole(value) && Number(value) <= 2 ** 30);
  return typeof value === 'string' && takes.includes(value);
}

function taken({ takes }: Effect): string {
  if (takes === 'number') return 'a status from 100 to 599';
  if (takes === 'nothing') return 'no value';
  return takes === 'numberOrNothing' ? 'a number of bytes, or no value' : takes.join(' or ');
}

function isWhole(value: string | number | boolean): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: string | number | boolean): boolean {
  return typeof value === 'string' && value !== '' && value.length <= 1000;
}

function numeric(value: string | number | boolean | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
