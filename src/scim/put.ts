import { activeAfter, needed, passwordFor, withEmpty, withManager, withMeta, withSchemas } from './body.ts';
import { USER_SCHEMAS } from './schema.ts';
import { CORE_USER, ENTERPRISE, isObject } from '../model/index.ts';
import type { Binding, Sendable } from './body.ts';
import type { Json, JsonObject, Profile, Resource } from '../model/index.ts';

/**
 * The body of a PUT: the whole resource, with `id` and with `active` outright (RFC 7644 §3.5.1). What a PUT does not
 * name is cleared, so the attributes that the profile has no say in are taken along from what the target holds,
 * where that is known; read-only ones, `groups` among them, are never sent.
 */
export function putBody(operation: Sendable, profile: Profile, binding: Binding): JsonObject {
  const after = needed(operation.after, 'the resource that shall be there afterwards');
  const { before } = binding;
  const password = passwordFor(profile, binding);
  const mine = withManager(after, binding.managerId);
  const merged = before === undefined ? mine : merge(kept(before, profile), mine);
  const attributes: Resource = {
    id: needed(binding.remoteId, 'the id of the account'),
    ...merged,
    active: activeAfter(operation, before),
    ...(password !== undefined && { password }),
  };
  return withMeta(withSchemas(withEmpty(attributes, profile.update.putAlways)), profile, 'put', 'User');
}

/** Of what the target holds, the part that is not ours to say. A manager only ever goes out as the id that was bound (law 10). */
function kept(before: Resource, profile: Profile): Resource {
  const writable = new Set([...profile.users.writable, 'enterprise.manager']);
  const others: Record<string, Json> = {};
  for (const [name, value] of Object.entries(before)) {
    const rest =
      name === ENTERPRISE ? restOf(ENTERPRISE, value, 'enterprise.', writable) : core(name, value, writable);
    if (rest !== undefined) others[name] = rest;
  }
  return others;
}

function core(name: string, value: Json, writable: ReadonlySet<string>): Json | undefined {
  if (name.startsWith('urn:')) return value;
  const attribute = USER_SCHEMAS.get(CORE_USER)!.find((one) => one.name === name);
  if (attribute?.mutability !== 'readWrite' || name === 'active' || writable.has(name)) return undefined;
  if (!attribute.multiValued && isObject(value)) return restOf(CORE_USER, value, `${name}.`, writable);
  const hasPart = [...writable].some((path) => path.startsWith(`${name}.`));
  return hasPart ? undefined : value;
}

/** Of a complex value, the sub-attributes that are not ours. */
function restOf(
  schema: string,
  value: Json,
  prefix: string,
  writable: ReadonlySet<string>,
): Json | undefined {
  if (!isObject(value)) return undefined;
  const rest = Object.entries(value).filter(
    ([name]) =>
      !writable.has(`${prefix}${name}`) && !(schema === CORE_USER && isSaidByUs(prefix, writable, name)),
  );
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** `name.formatted` is made of the other parts; beside parts that we change, the old one would contradict them. */
function isSaidByUs(prefix: string, writable: ReadonlySet<string>, name: string): boolean {
  return name === 'formatted' && [...writable].some((path) => path.startsWith(prefix));
}

function merge(others: Resource, mine: Resource): Resource {
  const merged: Record<string, Json> = { ...others };
  for (const [name, value] of Object.entries(mine)) {
    const had = merged[name];
    merged[name] = isObject(had) && isObject(value) ? { ...had, ...value } : value;
  }
  return merged;
}
