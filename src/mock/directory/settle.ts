import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { Circumstances, Directory, Held } from '../description.ts';
import type { Bounds } from '../quirks.ts';
import { invalid } from '../refusal.ts';
import type { Shelf } from './organisation.ts';
import type { Stored } from './stored.ts';
import { attributesOf } from './stored.ts';

/**
 * What the service makes of the attributes that a request comes to: with what cannot change as it was, and in the form that
 * it keeps. Throws for what it refuses, such as more values than it takes.
 */
export function settled(
  shelf: Shelf,
  attributes: JsonObject,
  how: Circumstances['how'] = 'create',
  stored?: Stored,
): JsonObject {
  const { createOnly, bounds, hooks } = shelf.served;
  let result = attributes;
  if (createOnly && stored) result = withFixed(result, attributesOf(stored), createOnly);
  if (bounds) judgeBounds(bounds, result);
  if (!hooks?.settle) return result;
  return hooks.settle(result, { how, held: stored && heldOf(stored), directory: directoryOf(shelf) });
}

export function heldOf(stored: Stored): Held {
  return { id: stored.id, attributes: attributesOf(stored), membership: stored.membership };
}

/** What a hook may look at; `seen` leaves out whoever the service does not show. */
export function directoryOf(
  { resources }: Shelf,
  seen: (found: readonly Stored[]) => readonly Stored[] = (found) => found,
): Directory {
  return {
    byId: (id) => {
      const stored = resources.byId(id);
      const [one] = stored ? seen([stored]) : [];
      return one && heldOf(one);
    },
    find: (path, value) => seen(resources.find(path, value) ?? []).map(heldOf),
    first: (count) => seen(resources.all()).slice(0, count).map(heldOf),
  };
}

function withFixed(attributes: JsonObject, before: JsonObject, names: readonly string[]): JsonObject {
  const result: Record<string, Json> = { ...attributes };
  for (const name of names) {
    const value = before[name];
    if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result;
}

function judgeBounds(bounds: Bounds, attributes: JsonObject): void {
  for (const [path, { values: most, characters }] of Object.entries(bounds)) {
    const found = valuesAt(attributes, path);
    if (most !== undefined && found.length > most)
      throw invalid('invalidValue', `"${path}" has ${found.length} values; at most ${most} are allowed.`);
    const isLong = (one: Json): boolean => typeof one === 'string' && one.length > characters!;
    if (characters !== undefined && found.some(isLong))
      throw invalid('invalidValue', `"${path}" has more than ${characters} characters.`);
  }
}

function valuesAt(attributes: JsonObject, path: string): readonly Json[] {
  const [name = '', sub] = path.split('.');
  const value = attributes[name];
  if (value === undefined) return [];
  const all: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return sub === undefined ? all : all.flatMap((one) => (isObject(one) ? ((one[sub] ?? []) as Json) : []));
}
