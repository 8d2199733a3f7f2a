import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { Accepts } from '../dialect.ts';
import { invalid, refuse } from '../refusal.ts';
import { asMeant } from '../resource/meant.ts';
import { judgeCount, readValue, twice, unknown } from '../resource/value.ts';
import { findAttribute } from '../schema/compiled.ts';
import type { Attributes, CompiledAttribute } from '../schema/compiled.ts';
import type { Roll } from './members.ts';
import { appended, lasting, listOf, notListed, same, withoutListed } from './values.ts';
import type { Op, Patching } from './patching.ts';

/** A resource, an extension or a complex value while it is being changed. */
export type Holder = Record<string, Json>;

/** Members while they are changed: a list among the other attributes, or by themselves. */
export interface RolledMembers {
  readonly attribute: CompiledAttribute;
  roll: Roll | undefined;
  /** Whether nothing else was looked at so far. */
  areAlone: boolean;
}

/** One PATCH under way, and how many comparisons it may still cost. */
export interface Run extends Patching {
  readonly budget: { left: number };
  readonly members: RolledMembers | undefined;
}

/** What it costs to compare a value as a whole, or to make it anew, beside one comparison of a filter. */
export const OBJECT = 10;

/** Throws 413 where a PATCH asks for more work than there is for it. */
export function spend({ budget }: Run, comparisons: number): void {
  budget.left -= comparisons;
  if (budget.left < 0)
    throw refuse(413, undefined, 'This PATCH asks for more comparisons than this service makes.');
}

/**
 * An object with other sub-attributes. In a replacement those that are not given stay, or go, as the service has it:
 * RFC 7644 §3.5.2.3 says of a complex attribute that what is given "replaces any existing values or adds", and of
 * values that pass a filter that they are replaced. What cannot be written stays in either case.
 */
export function complex(
  patching: Run,
  existing: JsonObject | undefined,
  subs: Attributes,
  op: Op,
  value: Record<string, unknown>,
  prefix: string,
): JsonObject | undefined {
  const merges = op === 'add' || patching.rules.replaceComplex === 'merge';
  const changed: Holder = merges ? { ...existing } : lasting(existing, subs);
  writeAll(patching, changed, subs, op, value, prefix);
  return Object.keys(changed).length > 0 ? changed : undefined;
}

function writeAll(
  patching: Run,
  holder: Holder,
  attributes: Attributes,
  op: Op,
  value: Record<string, unknown>,
  prefix: string,
): void {
  const once = onlyOnce();
  for (const name of Object.keys(value)) {
    const attribute = findAttribute(attributes, name);
    once(attribute && prefix + attribute.name);
    if (attribute) writeUnlessReadOnly(patching, holder, attribute, op, value[name], prefix + attribute.name);
    else unknown(prefix + name, patching.reading);
  }
}

/** Throws for a name that was given before, in another case. */
export function onlyOnce(): (name: string | undefined) => void {
  const given = new Set<string>();
  return (name) => {
    if (name === undefined) return;
    if (given.has(name)) throw twice(name);
    given.add(name);
  };
}

export function writeUnlessReadOnly(
  patching: Run,
  holder: Holder,
  attribute: CompiledAttribute,
  op: Op,
  value: unknown,
  path: string,
): void {
  if (attribute.mutability !== 'readOnly')
    guarded(holder, attribute, () => write(patching, holder, attribute, op, value, path));
}

/**
 * Lets an attribute be changed, and throws `mutability` if it has another value then and may not: what is immutable can
 * be set once (RFC 7644 §3.5.2), and to give it the value that it has changes nothing (§3.5.2.1).
 */
export function guarded(holder: Holder, attribute: CompiledAttribute, work: () => void): void {
  const { name, mutability } = attribute;
  const before = holder[name];
  work();
  if (mutability === 'immutable' && before !== undefined && !same(before, holder[name]))
    throw immutable(name);
}

/** One attribute of the holder: set, added to, merged or taken away. `null` takes away, too (RFC 7643 §2.5). */
export function write(
  patching: Run,
  holder: Holder,
  attribute: CompiledAttribute,
  op: Op,
  value: unknown,
  path: string,
): void {
  const { accepts, refuses } = patching.reading.dialect ?? {};
  if (op === 'remove') {
    const isListed = accepts?.removeByValue && attribute.multiValued && (value ?? undefined) !== undefined;
    if (!isListed) return set(holder, attribute.name, undefined);
    const listed = readValue(attribute, Array.isArray(value) ? value : [value], path, patching.reading);
    const before = listOf(holder[attribute.name]);
    spend(patching, before.length * OBJECT);
    return set(holder, attribute.name, withoutListed(before, listOf(listed)));
  }
  if (value === null) return op === 'add' ? undefined : set(holder, attribute.name, undefined);
  if (clears(value, accepts)) return set(holder, attribute.name, undefined);
  if (attribute.multiValued) {
    if (refuses?.loneValues && !Array.isArray(value))
      throw invalid('invalidValue', `"${path}" holds several values and needs an array.`);
    const read = listOf(readValue(attribute, Array.isArray(value) ? value : [value], path, patching.reading));
    const values = op === 'add' ? appendedTo(patching, holder, attribute, read) : read;
    judgeCount(values, path, patching.reading);
    return set(holder, attribute.name, values);
  }
  // A text that stands for a complex value is all of it: merged, it would keep the old value's URI.
  const meant = typeof value === 'string' ? value : asMeant(attribute, value, accepts);
  if (attribute.subs && isObject(meant)) {
    const before = objectAt(holder, attribute.name);
    return set(holder, attribute.name, complex(patching, before, attribute.subs, op, meant, `${path}.`));
  }
  set(holder, attribute.name, readValue(attribute, value, path, patching.reading));
}

/** Members are told by their id alone: the type is the service's, and whoever is one stays as they are. */
function appendedTo(run: Run, holder: Holder, attribute: CompiledAttribute, values: readonly Json[]): Json[] {
  const before = listOf(holder[attribute.name]);
  spend(run, before.length * OBJECT);
  const { compiled } = run;
  const { members } = compiled.type;
  const areMembers = members !== undefined && compiled.attributes.get(members.attribute) === attribute;
  return appended(before, areMembers ? notListed(values, before) : values);
}

/** Whether a value takes the attribute away instead of being its value. */
export function clears(value: unknown, accepts: Accepts | undefined): boolean {
  return value === null || (value === '' && accepts?.emptyClears === true);
}

/** Works on a complex attribute of the holder, which is made for it and dropped again if it stays empty. */
export function inside(holder: Holder, name: string, work: (inner: Holder) => void): void {
  const inner: Holder = { ...objectAt(holder, name) };
  work(inner);
  set(holder, name, Object.keys(inner).length > 0 ? inner : undefined);
}

export function objectAt(holder: Holder, name: string): JsonObject | undefined {
  const value = holder[name];
  return isObject(value) ? value : undefined;
}

export function set(holder: Holder, name: string, value: Json | undefined): void {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) delete holder[name];
  else holder[name] = value;
}

export function required(name: string): Error {
  return invalid('mutability', `"${name}" is required and cannot be removed.`);
}

export function immutable(name: string): Error {
  return invalid('mutability', `"${name}" cannot be changed once it is set.`);
}
