import { ENTERPRISE, isObject } from '../model/index.ts';
import type { Identity, Json, Profile, Resource } from '../model/index.ts';

/** What a target shall hold of an identity, and what had to be left out on the way. */
export interface Adapted {
  /** With `active`, and with the manager as an identity key if the target can hold one. */
  readonly resource: Resource;
  /** Attributes that the service demands and the identity does not have: then a create is not sent. */
  readonly missing: readonly string[];
}

const managerPath = 'enterprise.manager';

/**
 * Bends an identity to what a target can hold and will echo back, before anything is compared (law 3).
 * What the profile does not name as writable is not there for it: neither sent nor compared.
 */
export function adapt(identity: Identity, profile: Profile, own?: Resource): Adapted {
  const users = profile.users;
  const attributes = own === undefined ? identity.attributes : override(identity.attributes, own);
  const resource: Record<string, Json> = {};
  const writable = writableOf(profile);
  for (const name of Object.keys(attributes)) {
    const value = attributes[name]!;
    const wanted = writable.get(name);
    if (wanted === undefined || name === 'active') continue;
    const kept = wanted === true ? value : pick(value, wanted);
    if (kept === undefined) continue;
    const most = users.maxValues[name];
    resource[name] = most !== undefined && Array.isArray(kept) ? atMost(kept as Json[], most) : kept;
  }
  if (identity.manager !== undefined && identity.manager !== identity.key && holds(writable, managerPath))
    resource[ENTERPRISE] = {
      ...(resource[ENTERPRISE] as Resource | undefined),
      manager: { value: identity.manager },
    };
  resource['active'] = identity.active;
  return { resource, missing: users.required.filter((path) => valueAt(resource, path) === undefined) };
}

/** A value of the target's own `map` takes the place of the identity's; complex values are merged by sub-attribute. */
function override(base: Resource, own: Resource): Resource {
  const merged: Record<string, Json> = { ...base };
  for (const name of Object.keys(own)) {
    const value = own[name]!;
    const before = merged[name];
    if (value === null) delete merged[name];
    else merged[name] = isObject(value) && isObject(before) ? ({ ...before, ...value }) : value;
  }
  return merged;
}

type Writable = ReadonlyMap<string, true | ReadonlySet<string>>;
const writables = new WeakMap<Profile, Writable>();

/** Top-level names with `true` where all of the value may be sent, or the sub-attributes that may. */
function writableOf(profile: Profile): Writable {
  const known = writables.get(profile);
  if (known) return known;
  const map = new Map<string, true | Set<string>>();
  for (const path of profile.users.writable) {
    const dot = path.indexOf('.');
    const head = dot < 0 ? path : path.slice(0, dot);
    const name = head === 'enterprise' ? ENTERPRISE : head;
    const had = map.get(name);
    if (dot < 0) map.set(name, true);
    else if (had === undefined) map.set(name, new Set([path.slice(dot + 1)]));
    else if (had !== true) had.add(path.slice(dot + 1));
  }
  writables.set(profile, map);
  return map;
}

function holds(writable: Writable, path: string): boolean {
  const [head, tail] = path.split('.') as [string, string];
  const entry = writable.get(head === 'enterprise' ? ENTERPRISE : head);
  return entry === true || (entry !== undefined && entry.has(tail));
}

function pick(value: Json, names: ReadonlySet<string>): Json | undefined {
  if (Array.isArray(value))
    return (value as Json[]).map((item) => pick(item, names)).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  const kept: Record<string, Json> = {};
  for (const name of Object.keys(value)) if (names.has(name)) kept[name] = value[name] as Json;
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** The primary value first of all: it is the one that people mean. */
function atMost(values: readonly Json[], most: number): Json {
  if (values.length <= most) return values;
  const primary = values.filter((value) => isObject(value) && value['primary'] === true);
  return [...primary, ...values.filter((value) => !primary.includes(value))].slice(0, most);
}

/** The value at `title`, `name.givenName`, `enterprise.department`; `undefined` where there is none. */
export function valueAt(resource: Resource, path: string): Json | undefined {
  const [head, tail] = path.split('.', 2) as [string, string | undefined];
  const value = resource[head === 'enterprise' ? ENTERPRISE : head];
  if (tail === undefined) return Array.isArray(value) && value.length === 0 ? undefined : value;
  if (Array.isArray(value)) {
    const first = (value as Json[]).find((item) => isObject(item) && item[tail] !== undefined);
    return isObject(first) ? (first[tail]) : undefined;
  }
  return isObject(value) ? (value[tail]) : undefined;
}
