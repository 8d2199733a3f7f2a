import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import { matches } from '../filter/match.ts';
import type { Filter } from '../filter/parse.ts';
import { invalid } from '../refusal.ts';
import { judgeImmutable, judgeRequired } from '../resource/read.ts';
import { judgeCount, judgeType, onePrimary, readOne, unknown } from '../resource/value.ts';
import { findAttribute, findExtension } from '../schema/compiled.ts';
import type { CompiledAttribute, CompiledExtension } from '../schema/compiled.ts';
import { Roll, memberList, noTarget } from './members.ts';
import type { Touched } from './members.ts';
import { isPath, parsePath } from './path.ts';
import type { Target } from './path.ts';
import type { PatchOperation } from './read.ts';
import { asObject, changedAt, described, isAnother, listOf, termsOf } from './values.ts';
import {
  OBJECT,
  clears,
  complex,
  guarded,
  immutable,
  inside,
  objectAt,
  onlyOnce,
  required,
  set,
  spend,
  write,
  writeUnlessReadOnly,
} from './write.ts';
import type { Holder, RolledMembers, Run } from './write.ts';
import type { Op, Patching } from './patching.ts';

export type { Patching } from './patching.ts';

/*
 * Why this is not scim-patch (0.8.3, measured in test/mock/oracle-patch.test.ts): it knows no schema, and so finds names
 * in one case only and judges neither types nor mutability nor what is required. A new primary leaves the old one. One
 * object in place of an array is merged into every value, or stored as it is. The URN of a whole extension, and a filter
 * with a colon in it, are cut in the wrong place. `remove` has no noTarget and obeys a value; null and empty objects
 * stay. By default half of a message that fails stays done, and a filter that matches nothing makes a value; and a name
 * such as `__proto__.admin` reaches the prototype of all objects. Where it holds, both come to the same.
 */

/** A thousand operations on ten thousand values, or a hundred on a hundred thousand; a second or two of work. */
const COMPARISONS = 10_000_000;

/** What a PATCH comes to. */
export interface Patched {
  readonly attributes: JsonObject;
  /** The members who come and go, where the others were kept apart and it is about some of them; else they are attributes. */
  readonly touched: Touched | undefined;
  /** Whether it says nothing of anything else. */
  readonly isOfMembers: boolean;
}

/**
 * The attributes after all operations, in their order. Works on its own copy, so that a refusal in the middle leaves
 * everything as it was (RFC 7644 §3.5.2: all or nothing). Throws 413 where its paths and lists ask for too much work.
 */
export function applyPatch(
  patching: Patching,
  attributes: JsonObject,
  operations: readonly PatchOperation[],
): JsonObject {
  return applied(patching, attributes, operations).attributes;
}

/** The same where members are kept apart: `apart` has their types by id, and they are not among the attributes. */
export function applied(
  patching: Patching,
  attributes: JsonObject,
  operations: readonly PatchOperation[],
  apart?: ReadonlyMap<string, string>,
): Patched {
  const { compiled } = patching;
  const result: Holder = { ...attributes };
  const list = memberList(compiled);
  const run: Run = {
    ...patching,
    budget: { left: COMPARISONS },
    members: list && { attribute: list, roll: apart && new Roll(apart), areAlone: true },
  };
  for (const operation of operations) {
    if (operation.path === undefined) applyPathless(run, result, operation);
    else applyAt(run, result, operation, operation.path);
  }
  const touched = apart && run.members?.roll?.touched;
  if (run.members && !touched) unrolled(run, result, run.members);
  const isOfMembers = run.members?.areAlone ?? false;
  if (touched && isOfMembers) return { attributes, touched, isOfMembers };
  judgeRequired(compiled, result);
  // Also where a whole extension or complex attribute was taken away or swapped.
  judgeImmutable(compiled, attributes, result);
  // No list would say that nothing was said of it.
  if (list && apart && !touched) result[list.name] ??= [];
  return { attributes: result, touched, isOfMembers };
}

/** Carries out what an operation asks of an attribute: of members by themselves, and in any other case by `write`. */
function applyTo(
  run: Run,
  result: Holder,
  target: Target,
  { op, value }: Pick<PatchOperation, 'op' | 'value'>,
  write: () => void,
): void {
  const { members } = run;
  if (!members || target.extension !== undefined || target.attribute !== members.attribute) {
    if (members) members.areAlone = false;
    return write();
  }
  if (!members.roll) {
    const list = listOf(result[members.attribute.name]);
    spend(run, list.length * OBJECT);
    members.roll = Roll.of(list);
  }
  if (members.roll.change(run, target, op, value)) return;
  const isWhole = !target.filter && !target.sub && op !== 'add';
  if (isWhole) members.roll = new Roll(new Map(), []);
  unrolled(run, result, members);
  write();
}

/** The members as a list among the other attributes. */
function unrolled(run: Run, result: Holder, members: RolledMembers): void {
  if (!members.roll) return;
  spend(run, members.roll.size * OBJECT);
  set(result, members.attribute.name, members.roll.values());
  members.roll = undefined;
}

/** Without a path the value is a part of the resource. What is read-only in it is passed over, as with PUT. */
function applyPathless(patching: Run, result: Holder, { op, value }: PatchOperation): void {
  const { compiled, reading, members } = patching;
  if (members && Object.keys(value as object).length === 0) members.areAlone = false;
  const given = value as Record<string, unknown>;
  const once = onlyOnce();
  for (const name of Object.keys(given)) {
    const attribute = findAttribute(compiled.attributes, name);
    const extension = attribute ? undefined : findExtension(compiled, name);
    once(attribute?.name ?? extension?.id);
    if (attribute) {
      const part = { extension: undefined, attribute, filter: undefined, sub: undefined };
      applyTo(patching, result, part, { op, value: given[name] }, () =>
        writeUnlessReadOnly(patching, result, attribute, op, given[name], attribute.name),
      );
    } else if (extension) applyExtension(patching, result, extension, op, given[name]);
    else if (reading.dialect?.accepts?.pathKeys && isPath(compiled, name))
      applyAt(patching, result, { op, path: name, value: given[name] }, name);
    else if (name.toLowerCase() !== 'schemas' && !findAttribute(compiled.common, name))
      unknown(name, reading);
  }
}

function applyAt(patching: Run, result: Holder, { op, value }: PatchOperation, path: string): void {
  const target = parsePath(patching.compiled, path, patching.terms, patching.reading.dialect);
  if (!('attribute' in target)) return applyExtension(patching, result, target, op, value);
  const { extension, attribute, sub } = target;
  if (attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly') {
    throw invalid('mutability', `"${path.slice(0, 120)}" is read-only.`);
  }
  if (op === 'remove' && sub?.required) throw required(sub.name);
  const work = (holder: Holder): void => {
    guarded(holder, attribute, () => applyTarget(patching, holder, target, op, value));
    // RFC 7644 §3.5.2.2, "removed or becomes unassigned": also where a filter took the last value away.
    if (op === 'remove' && attribute.required && holder[attribute.name] === undefined)
      throw required(attribute.name);
  };
  applyTo(patching, result, target, { op, value }, () => {
    if (extension === undefined) work(result);
    else inside(result, extension, work);
  });
}

function applyTarget(patching: Run, holder: Holder, target: Target, op: Op, value: unknown): void {
  const { attribute, filter, sub } = target;
  if (filter) return applyFiltered(patching, holder, { ...target, filter }, op, value);
  if (!sub) return write(patching, holder, attribute, op, value, attribute.name);
  if (!attribute.multiValued) {
    return inside(holder, attribute.name, (inner) =>
      guarded(inner, sub, () => write(patching, inner, sub, op, value, `${attribute.name}.${sub.name}`)),
    );
  }
  const values = listOf(holder[attribute.name]);
  spend(patching, values.length * 2 * OBJECT);
  if (values.length === 0 && op !== 'remove') values.push({});
  const all = new Set(values.keys());
  const changed = changedAt(values, all, (one) => part(patching, one as JsonObject, sub, op, value));
  onePrimary(changed, attribute.name);
  for (const one of changed) judgeType(attribute, one, attribute.name, patching.reading);
  set(holder, attribute.name, changed);
}

/** `emails[type eq "work"]` and `emails[type eq "work"].value`. */
function applyFiltered(
  patching: Run,
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
  spend(patching, values.length * termsOf(filter));
  values.forEach((one, at) => {
    if (matches(filter, asObject(one))) places.add(at);
  });
  spend(patching, places.size * 2 * OBJECT);
  if (places.size === 0) {
    if (op === 'remove' && patching.rules.removeNothing === 'ignored') return;
    if (accepts?.replaceMakes && op === 'replace' && clears(value, accepts)) return;
    // "add" makes what does not exist (RFC 7644 §3.5.2.1), where the filter says what that would be.
    const makes = op === 'add' || (op === 'replace' && accepts?.replaceMakes);
    const fresh = makes ? newValue(patching, attribute, filter) : undefined;
    if (fresh === undefined) throw noTarget(attribute);
    places.add(values.length);
    values.push(fresh);
  }
  if (refuses?.severalMatches && places.size > 1)
    throw invalid('invalidFilter', `${places.size} values of "${attribute.name}" pass the filter.`);
  const changed = changedAt(values, places, (one) => {
    if (sub) return part(patching, one as JsonObject, sub, op, value);
    if (op === 'remove' || value === null) return op === 'add' ? one : undefined;
    if (!isObject(one) || !isObject(value))
      return readOne(attribute, value, attribute.name, patching.reading);
    // Values may come and go whose parts are immutable (RFC 7643 §4.2): another such part is another value in its place.
    const before = op === 'replace' && isAnother(one, value, attribute.subs!) ? undefined : one;
    return complex(patching, before, attribute.subs!, op, value, `${attribute.name}.`);
  });
  onePrimary(changed, attribute.name);
  judgeCount(changed, attribute.name, patching.reading);
  for (const one of changed) judgeType(attribute, one, attribute.name, patching.reading);
  set(holder, attribute.name, changed);
}

/** The value that a filter describes, if the schema takes it and it passes the filter itself. */
function newValue(patching: Run, attribute: CompiledAttribute, filter: Filter): Json | undefined {
  const wanted = described(filter);
  if (!wanted) return undefined;
  const value = attribute.subs ? wanted : wanted['value'];
  const read = readOne(attribute, value, attribute.name, patching.reading);
  return read !== undefined && matches(filter, asObject(read)) ? read : undefined;
}

/** One value with one sub-attribute changed; `undefined` where nothing is left of it. */
function part(
  patching: Run,
  one: JsonObject,
  sub: CompiledAttribute,
  op: Op,
  value: unknown,
): JsonObject | undefined {
  const changed: Holder = { ...one };
  guarded(changed, sub, () => write(patching, changed, sub, op, value, sub.name));
  return Object.keys(changed).length > 0 ? changed : undefined;
}

function applyExtension(
  patching: Run,
  result: Holder,
  { id, required: isRequired, attributes }: CompiledExtension,
  op: Op,
  value: unknown,
): void {
  if (patching.members) patching.members.areAlone = false;
  if (op === 'add' && value === null) return;
  const before = objectAt(result, id);
  if (op === 'remove' || value === null) {
    if (op === 'remove' && isRequired) throw required(id);
    const fixed = Object.keys(before ?? {}).find((name) => attributes.get(name)?.mutability === 'immutable');
    if (fixed !== undefined) throw immutable(`${id}:${fixed}`);
    delete result[id];
    return;
  }
  if (!isObject(value)) throw invalid('invalidValue', `"${id}" needs an object with attributes.`);
  set(result, id, complex(patching, before, attributes, op, value, `${id}:`));
}
