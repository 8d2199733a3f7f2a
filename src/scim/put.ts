import { activeAfter, needed, passwordFor, withEmpty, withManager, withMeta, withSchemas } from './body.ts';
import { USER_SCHEMAS } from './schema.ts';
import { CORE_USER, ENTERPRISE, isObject } from '../model/index.ts';
import type { Binding, Sendable } from './body.ts';
import type { Json, JsonObject, Profile, Resource } from '../model/index.ts';

/**
 * The body of a PUT: the whole resource, with `id` and with `active` outright (RFC 7644 §3.5.1). What a PUT does not
 * name is cleared, so the attributes that are not ours to say are taken along from what the target holds, where that is
 * known; read-only ones, `groups` among them, are never sent.
 */
export function putBody(operation: Sendable, profile: Profile, binding: Binding): JsonObject {
  const after = needed(operation.after, 'the resource that shall be there afterwards');
  const { before, ours = profile.users.writable } = binding;
  const password = passwordFor(profile, binding);
  const mine = withManager(after, binding.managerId);
  const merged = before === undefined ? mine : merge(kept(before, mine, ours), mine);
  const attributes: Resource = {
    id: needed(binding.remoteId, 'the id of the account'),
    ...merged,
    active: activeAfter(operation, before),
    ...(password !== undefined && { password }),
  };
  return withMeta(withSchemas(withEmpty(attributes, profile.update.putAlways)), profile, 'put', 'User');
}

/** Of what the target holds, the part that is not ours to say. A manager only ever goes out as the id that was bound (law 10). */
function kept(before: Resource, mine: Resource, ours: readonly string[]): Resource {
  const said = new Set([...ours, 'enterprise.manager']);
  const others: Record<string, Json> = {};
  for (const [name, value] of Object.entries(before)) {
    const rest =
      name === ENTERPRISE ? restOf(value, 'enterprise.', said) : core(name, value, mine[name], said);
    if (rest !== undefined) others[name] = rest;
  }
  return others;
}

function core(
  name: string,
  value: Json,
  mine: Json | undefined,
  said: ReadonlySet<string>,
): Json | undefined {
  if (name.startsWith('urn:')) return value;
  const attribute = USER_SCHEMAS.get(CORE_USER)!.find((one) => one.name === name);
  if (attribute?.mutability !== 'readWrite' || name === 'active' || said.has(name)) return undefined;
  if (!attribute.multiValued && isObject(value))
    return withoutStale(restOf(value, `${name}.`, said), value, mine);
  const hasPart = [...said].some((path) => path.startsWith(`${name}.`));
  return hasPart ? undefined : value;
}

/** Of a complex value, the sub-attributes that are not ours, and have a value. */
function restOf(value: Json, prefix: string, said: ReadonlySet<string>): Resource | undefined {
  if (!isObject(value) || said.has(prefix.slice(0, -1))) return undefined;
  const rest = Object.entries(value).filter(([name, part]) => part !== null && !said.has(`${prefix}${name}`));
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** `name.formatted` is made of the other parts: beside a part that becomes another one, it would contradict that. */
function withoutStale(
  rest: Resource | undefined,
  before: Resource,
  mine: Json | undefined,
): Resource | undefined {
  if (rest?.['formatted'] === undefined) return rest;
  const after = isObject(mine) ? mine : {};
  const parts = new Set([...Object.keys(before), ...Object.keys(after)]);
  if (![...parts].some((part) => !(part in rest) && (before[part] ?? null) !== (after[part] ?? null)))
    return rest;
  const { formatted: _, ...others } = rest;
  return Object.keys(others).length === 0 ? undefined : others;
}

function merge(others: Resource, mine: Resource): Resource {
  const merged: Record<string, Json> = { ...others };
  for (const [name, value] of Object.entries(mine)) {
    const had = merged[name];
    merged[name] = isObject(had) && isObject(value) ? { ...had, ...value } : value;
  }
  return merged;
}
