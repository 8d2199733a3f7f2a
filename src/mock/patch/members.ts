import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { Filter } from '../filter/parse.ts';
import { invalid } from '../refusal.ts';
import { readValue } from '../resource/value.ts';
import type { CompiledAttribute } from '../schema/compiled.ts';
import { parsePath } from './path.ts';
import type { PatchOperation } from './read.ts';
import { listOf } from './values.ts';
import type { Patching } from './write.ts';

/** By id: what is said of a member who is to be there after a PATCH, and `undefined` for one who is not. */
export type Touched = ReadonlyMap<string, JsonObject | undefined>;

/**
 * What operations change about the members of a group, where they only add members by `value` and take out some of them:
 * that is most of what clients do with a large group, and it costs no more than what it changes. `undefined` for all other
 * messages, which `applyPatch` reads as a whole; where both can, they come to the same (test/mock/members.test.ts).
 */
export function membersTouched(
  patching: Patching,
  members: ReadonlyMap<string, string>,
  operations: readonly PatchOperation[],
): Touched | undefined {
  const touched = new Map<string, JsonObject | undefined>();
  const isThere = (id: string): boolean =>
    touched.has(id) ? touched.get(id) !== undefined : members.has(id);
  let size = members.size;
  for (const { op, path, value } of operations) {
    const part = path === undefined ? undefined : partAt(patching, path);
    const ids = part && (op === 'remove' ? removed(patching, part, value) : undefined);
    if (ids) {
      const there = ids.filter(isThere);
      if (part.filter && there.length === 0 && patching.rules.removeNothing === 'noTarget')
        throw noTarget(part.attribute);
      for (const id of there) touched.set(id, undefined);
      size -= there.length;
      continue;
    }
    const given = part && op === 'add' ? added(patching, part, value) : undefined;
    if (!given) return undefined;
    for (const [id, said] of given) {
      if (isThere(id)) {
        const { type } = said;
        // What is said of somebody who is there has to be right all the same: the whole message is judged then.
        if (type !== undefined && type !== members.get(id)) return undefined;
        continue;
      }
      // Whoever is taken out and added again is a new one, and judged as such.
      touched.delete(id);
      touched.set(id, said);
      size++;
    }
    if (size > patching.reading.values) return undefined;
  }
  return touched;
}

interface Part {
  readonly attribute: CompiledAttribute;
  readonly filter: Filter | undefined;
}

/** The members that a path points at; `undefined` where it leads elsewhere, or into one of them. */
function partAt({ compiled, reading, terms }: Patching, path: string): Part | undefined {
  const target = parsePath(compiled, path, terms, reading.dialect);
  if (!('attribute' in target) || target.sub || target.extension !== undefined) return undefined;
  const { attribute, filter } = target;
  const isPlain = attribute.mutability === 'readWrite' && !attribute.required;
  return attribute.name === compiled.type.members?.attribute && isPlain ? { attribute, filter } : undefined;
}

/** The ids that a `remove` names, by a filter for one of them or, where a service takes that, in a list. */
function removed(
  { reading }: Patching,
  { attribute, filter }: Part,
  value: unknown,
): readonly string[] | undefined {
  if (filter) {
    const isOne = filter.kind === 'compare' && filter.operator === 'eq' && typeof filter.value === 'string';
    const isId = isOne && filter.path.attribute.name === 'value' && filter.path.attribute.caseExact;
    return isId ? [filter.value] : undefined;
  }
  if (!reading.dialect?.accepts?.removeByValue || (value ?? undefined) === undefined) return undefined;
  const listed = readValue(attribute, Array.isArray(value) ? value : [value], attribute.name, reading);
  return idsOf(listOf(listed))?.map(([id]) => id);
}

function added(
  { reading }: Patching,
  { attribute, filter }: Part,
  value: unknown,
): readonly (readonly [string, JsonObject])[] | undefined {
  const isAlone = !Array.isArray(value);
  if (filter || (isAlone && (!isObject(value) || reading.dialect?.refuses?.loneValues))) return undefined;
  return idsOf(listOf(readValue(attribute, isAlone ? [value] : value, attribute.name, reading)));
}

/** `undefined` where one of the members is not given by its id. */
function idsOf(members: readonly Json[]): readonly (readonly [string, JsonObject])[] | undefined {
  const found: [string, JsonObject][] = [];
  for (const member of members) {
    const id = isObject(member) ? member['value'] : undefined;
    if (typeof id !== 'string') return undefined;
    found.push([id, member as JsonObject]);
  }
  return found;
}

export function noTarget({ name }: CompiledAttribute): Error {
  return invalid('noTarget', `No value of "${name}" passes the filter.`);
}
