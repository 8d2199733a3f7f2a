import { ENTERPRISE, isObject } from '../model/index.ts';
import type { Group, GroupAbilities, Identity, Json, Profile, Resource } from '../model/index.ts';
import { ownName } from './names.ts';

/** What a target shall hold of an identity, and what had to be left out on the way. */
export interface Adapted {
  /** With `active`, and with the manager as an identity key if the target can hold one. */
  readonly resource: Resource;
  /** Attributes that the service demands and the identity does not have: then a create is not sent. */
  readonly missing: readonly string[];
}

/**
 * Bends an identity to what a target can hold and will echo back, before anything is compared (law 3).
 * What the profile does not name as writable is not there for it: neither sent nor compared.
 */
export function adapt(identity: Identity, profile: Profile, own?: Resource, defaults?: Resource): Adapted {
  const { required } = profile.users;
  const said = own === undefined ? identity.attributes : override(identity.attributes, own);
  const attributes = defaults === undefined ? said : completed(said, defaults);
  const manager = identity.manager === identity.key ? undefined : identity.manager;
  const resource: Record<string, Json> = {};
  for (const [name, wanted] of writableOf(profile)) {
    if (name === 'active') {
      resource[name] = identity.active;
      continue;
    }
    let value = attributes[name];
    if (value !== undefined && wanted !== true) value = pick(value, wanted);
    if (name === ENTERPRISE && manager !== undefined && (wanted === true || wanted.has('manager')))
      value = { ...(value as Resource | undefined), manager: { value: manager } };
    if (value === undefined) continue;
    resource[name] = Array.isArray(value)
      ? valuesFor(name, value as Json[], profile)
      : name === 'userName'
        ? heldName(value, profile)
        : value;
  }
  return { resource, missing: required.filter((path) => valueAt(resource, path) === undefined) };
}

/** The same of a group, without those who are in it. */
export function adaptGroup({ key, name }: Group, { externalId, slug }: GroupRules): Resource {
  const displayName = slug?.kept === true ? ownName(name, slug).name : name;
  return externalId ? { displayName, externalId: key } : { displayName };
}

type GroupRules = Pick<Extract<GroupAbilities, { supported: true }>, 'externalId' | 'slug'>;

/** What of a resource a target holds for us: the attributes that may be written there, and their parts. */
export function heldOf(resource: Resource, profile: Profile): Resource {
  const held: Record<string, Json> = {};
  for (const [name, wanted] of writableOf(profile)) {
    const whole = resource[name];
    const value = whole === undefined || wanted === true ? whole : pick(whole, wanted);
    if (value !== undefined) held[name] = value;
  }
  return held;
}

/** A value of the target's own `map` takes the place of the identity's; complex values are merged by sub-attribute. */
function override(base: Resource, own: Resource): Resource {
  const merged: Record<string, Json> = { ...base };
  for (const name of Object.keys(own)) {
    const value = own[name]!;
    const before = merged[name];
    if (value === null) delete merged[name];
    else merged[name] = isObject(value) && isObject(before) ? { ...before, ...value } : value;
  }
  return merged;
}

/** With a default in the place of what is absent; complex values are completed by sub-attribute. */
function completed(said: Resource, defaults: Resource): Resource {
  const whole: Record<string, Json> = { ...said };
  for (const [name, value] of Object.entries(defaults)) {
    const had = whole[name];
    if (isObject(value) && isObject(had)) whole[name] = { ...value, ...had };
    else if (had === undefined || (Array.isArray(had) && had.length === 0)) whole[name] = value;
  }
  return whole;
}

type Writable = readonly (readonly [name: string, wanted: true | ReadonlySet<string>])[];
const writables = new WeakMap<Profile, Writable>();

/**
 * Top-level names with `true` where all of the value may be sent, or the sub-attributes that may; in code-unit order,
 * so that a resource which is built along it is in canonical order. `active` is always among them.
 */
function writableOf(profile: Profile): Writable {
  const known = writables.get(profile);
  if (known) return known;
  const map = new Map<string, true | Set<string>>([['active', true]]);
  for (const path of profile.users.writable) {
    const dot = path.indexOf('.');
    const head = dot < 0 ? path : path.slice(0, dot);
    const name = head === 'enterprise' ? ENTERPRISE : head;
    const had = map.get(name);
    if (dot < 0) map.set(name, true);
    else if (had === undefined) map.set(name, new Set([path.slice(dot + 1)]));
    else if (had !== true) had.add(path.slice(dot + 1));
  }
  const sorted = [...map].sort(([left], [right]) => (left < right ? -1 : 1));
  writables.set(profile, sorted);
  return sorted;
}

function pick(value: Json, names: ReadonlySet<string>): Json | undefined {
  if (Array.isArray(value))
    return (value as Json[]).map((item) => pick(item, names)).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  const kept: Record<string, Json> = {};
  for (const name of Object.keys(value)) if (names.has(name)) kept[name] = value[name] as Json;
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** Where the service keeps a name of its own in the place of the one that it is sent, its own is said at once. */
function heldName(userName: Json, { users: { login } }: Profile): Json {
  return login?.kept === true && typeof userName === 'string' ? ownName(userName, login).name : userName;
}

/** Several values as the service wants them: no more than it holds, each whole, and one of them primary. */
function valuesFor(name: string, values: readonly Json[], { users }: Profile): Json {
  const most = users.maxValues[name];
  const fill = users.fill?.[name];
  const few = most === undefined ? values : atMost(values, most);
  const whole =
    fill === undefined ? few : few.map((value) => (isObject(value) ? { ...fill, ...value } : value));
  const lacksPrimary =
    users.primary?.includes(name) === true &&
    !whole.some((value) => isObject(value) && value['primary'] === true);
  return lacksPrimary
    ? whole.map((value, index) => (index === 0 && isObject(value) ? { ...value, primary: true } : value))
    : whole;
}

/** The primary value first of all: it is the one that people mean. */
function atMost(values: readonly Json[], most: number): readonly Json[] {
  if (values.length <= most) return values;
  const primary = values.filter((value) => isObject(value) && value['primary'] === true);
  return [...primary, ...values.filter((value) => !primary.includes(value))].slice(0, most);
}

/** The value at `title`, `name.givenName`, `enterprise.department`; `undefined` where there is none. */
export function valueAt(resource: Resource, path: string): Json | undefined {
  const dot = path.indexOf('.');
  const head = dot < 0 ? path : path.slice(0, dot);
  const tail = dot < 0 ? undefined : path.slice(dot + 1);
  const value = resource[head === 'enterprise' ? ENTERPRISE : head];
  if (tail === undefined) return Array.isArray(value) && value.length === 0 ? undefined : value;
  if (Array.isArray(value)) {
    const first = (value as Json[]).find((item) => isObject(item) && item[tail] !== undefined);
    return isObject(first) ? first[tail] : undefined;
  }
  return isObject(value) ? value[tail] : undefined;
}
