import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { ServedType } from '../description.ts';
import type { Accepts } from '../dialect.ts';
import { matches } from '../filter/match.ts';
import type { Filter } from '../filter/parse.ts';
import { invalid } from '../refusal.ts';
import { judgeRequired } from '../resource/read.ts';
import { asMeant } from '../resource/meant.ts';
import { judgeCount, judgeType, onePrimary, readOne, readValue, unknown } from '../resource/value.ts';
import type { Reading } from '../resource/value.ts';
import { findAttribute, findExtension } from '../schema/compiled.ts';
import type { Attributes, CompiledAttribute, CompiledExtension, CompiledType } from '../schema/compiled.ts';
import { isPath, parsePath } from './path.ts';
import type { Target } from './path.ts';
import type { PatchOperation } from './read.ts';
import { appended, changedAt, described, listOf, withoutListed } from './values.ts';

type Op = PatchOperation['op'];
type Holder = Record<string, Json>;

export interface Patching {
  readonly compiled: CompiledType;
  readonly reading: Reading;
  readonly rules: ServedType['patch'];
  /** Terms that one filter may have. */
  readonly terms: number;
}

/**
 * The attributes after all operations, in their order. Works on its own copy, so that a refusal in the middle leaves
 * everything as it was (RFC 7644 §3.5.2: all or nothing).
 */
export function applyPatch(
  patching: Patching,
  attributes: JsonObject,
  operations: readonly PatchOperation[],
): JsonObject {
  const result: Holder = { ...attributes };
  for (const operation of operations) {
    if (operation.path === undefined) applyPathless(patching, result, operation);
    else applyAt(patching, result, operation, operation.path);
  }
  judgeRequired(patching.compiled, result);
  return result;
}

/** Without a path the value is a part of the resource. What is read-only in it is passed over, as with PUT. */
function applyPathless(patching: Patching, result: Holder, { op, value }: PatchOperation): void {
  const { compiled, reading } = patching;
  const given = value as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    const attribute = findAttribute(compiled.attributes, name);
    const extension = attribute ? undefined : findExtension(compiled, name);
    if (attribute) writeUnlessReadOnly(patching, result, attribute, op, given[name], attribute.name);
    else if (extension) applyExtension(patching, result, extension, op, given[name]);
    else if (reading.dialect?.accepts?.pathKeys && isPath(compiled, name))
      applyAt(patching, result, { op, path: name, value: given[name] }, name);
    else if (name.toLowerCase() !== 'schemas' && !findAttribute(compiled.common, name))
      unknown(name, reading);
  }
}

function applyAt(patching: Patching, result: Holder, { op, value }: PatchOperation, path: string): void {
  const target = parsePath(patching.compiled, path, patching.terms, patching.reading.dialect);
  if (!('attribute' in target)) return applyExtension(patching, result, target, op, value);
  const { extension, attribute, sub } = target;
  if (attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly') {
    throw invalid('mutability', `"${path.slice(0, 120)}" is read-only.`);
  }
  if (op === 'remove' && attribute.required && !sub && !target.filter) {
    throw invalid('mutability', `"${attribute.name}" is required and cannot be removed.`);
  }
  if (extension === undefined) return applyTarget(patching, result, target, op, value);
  inside(result, extension, (holder) => applyTarget(patching, holder, target, op, value));
}

function applyTarget(patching: Patching, holder: Holder, target: Target, op: Op, value: unknown): void {
  const { attribute, filter, sub } = target;
  if (filter) return applyFiltered(patching, holder, { ...target, filter }, op, value);
  if (!sub) return write(patching, holder, attribute, op, value, attribute.name);
  if (!attribute.multiValued) {
    return inside(holder, attribute.name, (inner) => write(patching, inner, sub, op, value, sub.name));
  }
  const values = listOf(holder[attribute.name]);
  if (values.length === 0 && op !== 'remove') values.push({});
  const all = new Set(values.keys());
  const changed = changedAt(values, all, (one) => part(patching, one, sub, op, value));
  onePrimary(changed, attribute.name);
  for (const one of changed) judgeType(attribute, one, attribute.name, patching.reading);
  set(holder, attribute.name, changed);
}

/** `emails[type eq "work"]` and `emails[type eq "work"].value`. */
function applyFiltered(
  patching: Patching,
  holder: Holder,
  { attribute, filter, sub }: Target & { readonly filter: Filter },
  op: Op,
  value: unknown,
): void {
  const { accepts, refuses } = patching.reading.dialect ?? {};
  if (refuses?.filteredWholes && !sub && op !== 'remove')
    throw invalid('invalidPath', `A path with a filter has to name a sub-attribute of "${attribute.name}".`);
  const values = listOf(holder[attribute.name]);
  const places = new Set<number>();
  values.forEach((one, at) => {
    if (isObject(one) && matches(filter, one)) places.add(at);
  });
  if (places.size === 0) {
    if (op === 'remove' && patching.rules.removeNothing === 'ignored') return;
    if (accepts?.replaceMakes && op === 'replace' && clears(value, accepts)) return;
    // "add" makes what does not exist (RFC 7644 §3.5.2.1), where the filter says what that would be.
    const makes = op === 'add' || (op === 'replace' && accepts?.replaceMakes);
    const made = makes ? described(filter) : undefined;
    // The filter compares without types; what is kept has those of the schema.
    const fresh = made && readOne(attribute, made, attribute.name, patching.reading);
    if (!fresh) throw invalid('noTarget', `No value of "${attribute.name}" passes the filter.`);
    places.add(values.length);
    values.push(fresh);
  }
  if (refuses?.severalMatches && places.size > 1)
    throw invalid('invalidFilter', `${places.size} values of "${attribute.name}" pass the filter.`);
  const change = (one: JsonObject): JsonObject | undefined => {
    if (sub) return part(patching, one, sub, op, value);
    if (op === 'remove' || value === null) return op === 'add' ? one : undefined;
    const read = readOne(attribute, value, attribute.name, patching.reading);
    return { ...one, ...(read as JsonObject | undefined) };
  };
  const changed = changedAt(values, places, change);
  onePrimary(changed, attribute.name);
  judgeCount(changed, attribute.name, patching.reading);
  for (const one of changed) judgeType(attribute, one, attribute.name, patching.reading);
  set(holder, attribute.name, changed);
}

function clears(value: unknown, accepts: Accepts | undefined): boolean {
  return value === null || (value === '' && accepts?.emptyClears === true);
}

/** One value with one sub-attribute changed; `undefined` where nothing is left of it. */
function part(
  patching: Patching,
  one: JsonObject,
  sub: CompiledAttribute,
  op: Op,
  value: unknown,
): JsonObject | undefined {
  const changed: Holder = { ...one };
  write(patching, changed, sub, op, value, sub.name);
  return Object.keys(changed).length > 0 ? changed : undefined;
}

function applyExtension(
  patching: Patching,
  result: Holder,
  { id, attributes }: CompiledExtension,
  op: Op,
  value: unknown,
): void {
  if (op === 'remove' || value === null) {
    delete result[id];
    return;
  }
  if (!isObject(value)) throw invalid('invalidValue', `"${id}" needs an object with attributes.`);
  inside(result, id, (holder) => writeAll(patching, holder, attributes, op, value, `${id}:`));
}

function writeAll(
  patching: Patching,
  holder: Holder,
  attributes: Attributes,
  op: Op,
  value: Record<string, unknown>,
  prefix: string,
): void {
  for (const name of Object.keys(value)) {
    const attribute = findAttribute(attributes, name);
    if (attribute) writeUnlessReadOnly(patching, holder, attribute, op, value[name], prefix + attribute.name);
    else unknown(prefix + name, patching.reading);
  }
}

function writeUnlessReadOnly(
  patching: Patching,
  holder: Holder,
  attribute: CompiledAttribute,
  op: Op,
  value: unknown,
  path: string,
): void {
  if (attribute.mutability !== 'readOnly') write(patching, holder, attribute, op, value, path);
}

/** One attribute of the holder: set, added to, merged or taken away. `null` takes away, too (RFC 7643 §2.5). */
function write(
  patching: Patching,
  holder: Holder,
  attribute: CompiledAttribute,
  op: Op,
  value: unknown,
  path: string,
): void {
  const existing = holder[attribute.name];
  if (attribute.mutability === 'immutable' && existing !== undefined) {
    throw invalid('mutability', `"${path}" cannot be changed once it is set.`);
  }
  const { accepts, refuses } = patching.reading.dialect ?? {};
  if (op === 'remove') {
    const isListed = accepts?.removeByValue && attribute.multiValued && (value ?? undefined) !== undefined;
    if (!isListed) return set(holder, attribute.name, undefined);
    const listed = readValue(attribute, Array.isArray(value) ? value : [value], path, patching.reading);
    return set(holder, attribute.name, withoutListed(listOf(existing), listOf(listed)));
  }
  if (value === null) return op === 'add' ? undefined : set(holder, attribute.name, undefined);
  if (clears(value, accepts)) return set(holder, attribute.name, undefined);
  if (attribute.multiValued) {
    if (refuses?.loneValues && !Array.isArray(value))
      throw invalid('invalidValue', `"${path}" holds several values and needs an array.`);
    const read = listOf(readValue(attribute, Array.isArray(value) ? value : [value], path, patching.reading));
    const values = op === 'add' ? appended(listOf(existing), read) : read;
    judgeCount(values, path, patching.reading);
    return set(holder, attribute.name, values);
  }
  const merges = attribute.subs && (op === 'add' || patching.rules.replaceComplex === 'merge');
  // A text that stands for a complex value is all of it: merged, it would keep the old value's URI.
  const meant = typeof value === 'string' ? value : asMeant(attribute, value, accepts);
  if (merges && isObject(meant)) {
    const { subs } = attribute;
    return inside(holder, attribute.name, (inner) => writeAll(patching, inner, subs!, op, meant, `${path}.`));
  }
  set(holder, attribute.name, readValue(attribute, value, path, patching.reading));
}

/** Works on a complex attribute of the holder, which is made for it and dropped again if it stays empty. */
function inside(holder: Holder, name: string, work: (inner: Holder) => void): void {
  const existing = holder[name];
  const inner: Holder = isObject(existing) ? { ...existing } : {};
  work(inner);
  set(holder, name, Object.keys(inner).length > 0 ? inner : undefined);
}

function set(holder: Holder, name: string, value: Json | undefined): void {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) delete holder[name];
  else holder[name] = value;
}
