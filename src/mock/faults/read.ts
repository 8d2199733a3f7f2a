import { RollcallError, isObject } from '../../model/index.ts';
import type { Problem } from '../../model/index.ts';
import { didYouMean } from '../../model/nearest.ts';
import { methodsOf } from './asked.ts';
import { randomFrom } from './fault.ts';
import type { Chosen, Fault, FaultMatch } from './fault.ts';
import type { FaultSpec, Value } from './spec.ts';
import { Past } from './past.ts';
import { effects } from './table.ts';
import { details, numberOf, words } from './words.ts';

/**
 * `status=500,method=POST,user=ada@example.com,count=3` as a fault. A value with a comma stands in double quotes.
 * Throws `RollcallError('usage')` with everything that is wrong.
 */
export function parseFault(text: string): FaultSpec {
  const spec: Record<string, Value> = {};
  for (const part of text.match(/(?:"[^"]*"|[^,"])+/g) ?? []) {
    const [name = '', ...rest] = part.trim().split('=');
    if (name === '') continue;
    if (Object.hasOwn(spec, name))
      throw new RollcallError('usage', `The fault "${text}" says "${name}" twice.`);
    const { isText = false } = (own(effects, name) ?? own(words, name))?.takes ?? {};
    Object.defineProperty(spec, name, {
      value: rest.length === 0 ? true : scalar(rest.join('='), isText),
      enumerable: true,
    });
  }
  return spec;
}

/**
 * A fault out of JSON or text, ready to be played. `now`, in milliseconds, is what `from` and `until` count from.
 * Throws `RollcallError('usage')` with everything that is wrong.
 */
export function readFault(given: unknown, id: string, now = 0): Fault {
  const spec = typeof given === 'string' ? parseFault(given) : given;
  if (!isObject(spec))
    throw new RollcallError('usage', {
      message: 'A fault is a text such as status=500,count=3, or an object.',
      hint: KNOWN,
    });
  const problems = [...problemsOf(spec)];
  if (problems.length > 0) throw new RollcallError('usage', problems);
  const known = spec as FaultSpec;
  const contradictions = [...contradictionsOf(known, now)];
  if (contradictions.length > 0) throw new RollcallError('usage', contradictions);
  return build(known, id, now);
}

const KNOWN = '`rollcall mock --fault help` lists everything that a fault can do.';

/** Words that are none, and values that do not fit. */
function* problemsOf(spec: Record<string, unknown>): Generator<Problem> {
  let unknown = 0;
  for (const [name, value] of Object.entries(spec)) {
    const known = own(effects, name) ?? own(words, name);
    if (!known) {
      unknown++;
      const names = [...Object.keys(effects), ...Object.keys(words)];
      yield { message: `A fault knows no word "${name}".`, hint: didYouMean(name, names) ?? KNOWN };
    } else if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      yield { message: `The fault's "${name}" has to be a text, a number or true.` };
    } else if (!known.takes.fits(value)) {
      const { says, shown } = known.takes;
      const meant = typeof value === 'string' ? didYouMean(value, shown.slice(1).split('|')) : undefined;
      yield {
        message: `The fault's "${name}" takes ${says}, not ${value === true ? 'nothing' : JSON.stringify(value)}.`,
        ...(meant !== undefined && { hint: meant }),
      };
    }
  }
  // A word that is none may have been meant to be the effect.
  const does = Object.keys(spec).some((name) => own(effects, name)) || spec['delay'] !== undefined;
  if (!does && unknown === 0) {
    yield {
      message: 'A fault needs something to do, such as status=500, drop=after or delay=2000.',
      hint: KNOWN,
    };
  }
}

/** Words that are right one by one, and never come true together. */
function* contradictionsOf(spec: FaultSpec, now: number): Generator<Problem> {
  const chosen = chosenOf(spec);
  const sending = chosen.filter(({ effect }) => effect.send);
  if (sending.length > 1) {
    const names = sending.map(({ word }) => word).join(' and ');
    yield {
      message: `A fault cannot send one answer in two ways: ${names}.`,
      hint: 'Make two faults of it.',
    };
  }
  const method = spec['method'] === undefined ? undefined : String(spec['method']).toUpperCase();
  for (const { word, effect } of chosen) {
    if (method === undefined || !effect.operations) continue;
    if (effect.operations.some((one) => methodsOf(one).includes(method))) continue;
    const fitting = [...new Set(effect.operations.flatMap((one) => methodsOf(one)))].join(', ');
    yield { message: `The fault's "${word}" never happens with ${method}, but with ${fitting}.` };
  }
  const speaks = chosen.some(({ word, effect }) => word === 'status' || effect.ownStatus);
  for (const name of Object.keys(details)) {
    if (spec[name] === undefined || speaks) continue;
    yield {
      message: `The fault's "${name}" belongs to an error, and this fault has none.`,
      hint: 'Put status=N beside it.',
    };
  }
  if (timeOf(spec['until'], now, Infinity) <= timeOf(spec['from'], now, -Infinity))
    yield { message: 'The fault ends before it begins: its "until" has to be later than its "from".' };
}

/** What a fault does. `status` is a detail of an effect that has an answer of its own. */
function chosenOf(spec: FaultSpec): readonly Chosen[] {
  const all = Object.entries(effects).flatMap(([word, effect]): Chosen[] => {
    const value = own(spec, word);
    return value === undefined ? [] : [{ word, value, effect }];
  });
  return all.some(({ effect }) => effect.ownStatus) ? all.filter(({ word }) => word !== 'status') : all;
}

function build(spec: FaultSpec, id: string, now: number): Fault {
  const chosen = chosenOf(spec);
  return {
    id,
    spec,
    match: matchOf(spec),
    delay: numberOf(spec['delay'], 0) + numberOf(spec['lostUpdates'], 0),
    effects: chosen,
    when: whenOf(spec, chosen),
    from: timeOf(spec['from'], now, -Infinity),
    until: timeOf(spec['until'], now, Infinity),
    after: numberOf(spec['after'], 0),
    count: numberOf(spec['count'], Infinity),
    share: numberOf(spec['share'], 1),
    random: randomFrom(numberOf(spec['seed'], 1)),
    memory: { past: new Past(), tokens: new Set() },
    seen: 0,
    played: 0,
  };
}

/** What comes before the service does anything, unless something beside it needs what the service did. */
function whenOf(spec: FaultSpec, chosen: readonly Chosen[]): 'before' | 'after' {
  if (spec['when'] === 'before' || spec['when'] === 'after') return spec['when'];
  if (spec['drop'] === 'before' || spec['reset'] === 'before') return 'before';
  return chosen.some(({ effect }) => effect.when === 'after') ? 'after' : 'before';
}

/** Seconds from now, or a point in time. */
function timeOf(value: Value | undefined, now: number, otherwise: number): number {
  if (value === undefined) return otherwise;
  return typeof value === 'number' ? now + value * 1000 : Date.parse(String(value));
}

function matchOf(spec: FaultSpec): FaultMatch {
  const { method, path, user } = spec;
  return {
    ...(method === undefined ? {} : { method: String(method).toUpperCase() }),
    ...(path === undefined ? {} : { path: String(path).split(/\*+/) }),
    ...(user === undefined ? {} : { user: String(user).toLowerCase() }),
  };
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function scalar(text: string, isText: boolean): string | number {
  if (text.startsWith('"') && text.endsWith('"') && text.length > 1) return text.slice(1, -1);
  return !isText && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
