import { isObject } from '../../model/index.ts';
import { shown } from '../refusal.ts';

/** A place in a file that somebody wrote by hand, and who is told what is wrong there. Reading goes on after that. */
export interface Place {
  /** Such as `resourceTypes[0].schema.attributes[2]`; empty at the top. */
  readonly path: string;
  readonly tell: (path: string, message: string) => void;
}

export type Members = Readonly<Record<string, unknown>>;

export function below({ path, tell }: Place, member: string | number): Place {
  if (typeof member === 'number') return { path: `${path}[${member}]`, tell };
  const isPlain = /^[$\w-]{1,60}$/.test(member);
  const step = isPlain ? member : `[${shown(member)}]`;
  return { path: path === '' || !isPlain ? path + step : `${path}.${step}`, tell };
}

export function tell(place: Place, message: string): void {
  place.tell(place.path, message);
}

/** Tells of a value that is no object, and of members that are none of `known`. */
export function objectAt(value: unknown, place: Place, known: readonly string[]): Members | undefined {
  if (!isObject(value)) {
    tell(place, `An object is needed here, not ${shown(value)}.`);
    return undefined;
  }
  for (const name of Object.keys(value))
    if (!known.includes(name))
      tell(below(place, name), `${shown(name)} is none of the members here: ${known.join(', ')}.`);
  return value;
}

/** The items of a list, each with its place; none where it is not there. Tells of what is no list, or too long. */
export function listAt(
  members: Members,
  name: string,
  place: Place,
  limit: number,
): readonly (readonly [unknown, Place])[] {
  const value = valueOf(members, name);
  const at = below(place, name);
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    tell(at, `A list is needed here, not ${shown(value)}.`);
    return [];
  }
  if (value.length > limit) tell(at, `${value.length} items are more than the ${limit} that may be here.`);
  return value.slice(0, limit).map((item: unknown, index) => [item, below(at, index)] as const);
}

/** Text that has to be there and fit. */
export function textAt(
  members: Members,
  name: string,
  place: Place,
  fits: { readonly pattern: RegExp; readonly says: string },
): string | undefined {
  const value = valueOf(members, name);
  if (value === undefined) tell(place, `"${name}" is missing.`);
  else if (typeof value === 'string' && fits.pattern.test(value)) return value;
  else tell(below(place, name), `"${name}" has to be ${fits.says}, not ${shown(value)}.`);
  return undefined;
}

export const WORDS = { pattern: /^[^]{1,1000}$/, says: 'text' } as const;

/** Text that may be left out. */
export function wordsAt(members: Members, name: string, place: Place): string | undefined {
  return valueOf(members, name) === undefined ? undefined : textAt(members, name, place, WORDS);
}

export function flagAt(members: Members, name: string, place: Place): boolean | undefined {
  const value = valueOf(members, name);
  if (value === undefined || typeof value === 'boolean') return value;
  tell(below(place, name), `"${name}" has to be true or false, not ${shown(value)}.`);
  return undefined;
}

export function wordAt<T extends string>(
  members: Members,
  name: string,
  place: Place,
  words: readonly T[],
): T | undefined {
  const value = valueOf(members, name);
  if (value === undefined) return undefined;
  const found = words.find((word) => word === value);
  if (found === undefined)
    tell(below(place, name), `"${name}" has to be one of ${words.join(', ')}, not ${shown(value)}.`);
  return found;
}

/** Different texts, at least one; `undefined` where the list is not there. */
export function textsAt(members: Members, name: string, place: Place): readonly string[] | undefined {
  if (valueOf(members, name) === undefined) return undefined;
  const texts = new Set<string>();
  const items = listAt(members, name, place, 1000);
  for (const [item, at] of items) {
    if (typeof item !== 'string' || item === '' || item.length > 1000)
      tell(at, `Text is needed here, not ${shown(item)}.`);
    else if (texts.has(item)) tell(at, `${shown(item)} is here already.`);
    else texts.add(item);
  }
  if (items.length === 0 && Array.isArray(members[name]))
    tell(below(place, name), `"${name}" is empty; leave it out instead.`);
  return texts.size > 0 ? [...texts] : undefined;
}

/** A member of the object itself, never an inherited one. */
export function valueOf(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}
