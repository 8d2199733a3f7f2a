import type { Json, JsonObject } from '../../../src/model/index.ts';
import { isObject } from '../../../src/model/index.ts';
import type { Circumstances, Directory } from '../../../src/mock/description.ts';
import { Refused, invalid } from '../../../src/mock/refusal.ts';

/** The parts of github.com/happelj/accessiq, app/scim and app/services, that data cannot say. See service.ts for the letters. */
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const LONGEST = 100;

/** Q1 `_parse_user_payload`, `_apply_attribute_patch`: an address, a name, a flag and the enterprise profile are all there is. */
export function settleUser(attributes: JsonObject, { how, held, directory }: Circumstances): JsonObject {
  const userName = addressOf(attributes['userName']);
  const displayName = nameOf(attributes, how, held?.attributes['userName']);
  // Q1 `_remove_attribute`: who has `active` removed is switched off.
  const active = attributes['active'] ?? how !== 'patch';
  const profile = profileOf(attributes[ENTERPRISE], held?.id, directory);
  return {
    userName,
    name: { formatted: displayName },
    displayName,
    active,
    // Q1 `user_to_scim_resource`: made of the userName, whatever was sent.
    emails: [{ value: userName, type: 'work', primary: true }],
    ...(profile && { [ENTERPRISE]: profile }),
  };
}

function addressOf(value: Json | undefined): string {
  const address = typeof value === 'string' ? value.trim() : '';
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) throw wrong('userName must be a valid email address');
  return address.toLowerCase();
}

/** Q1: `name.formatted` stands in for it in a POST or PUT; who has it removed is called by the e-mail address. */
function nameOf(attributes: JsonObject, how: Circumstances['how'], before: Json | undefined): string {
  const { displayName, name } = attributes;
  if (how === 'patch' && displayName === undefined) return before as string;
  const formatted = how !== 'patch' && isObject(name) ? name['formatted'] : undefined;
  return shortText(displayName ?? formatted, 'displayName');
}

function profileOf(
  value: Json | undefined,
  self: string | undefined,
  directory: Directory,
): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const profile: Record<string, Json> = {};
  for (const [name, one] of Object.entries(value))
    profile[name] = name === 'manager' ? managerOf(one, self, directory) : shortText(one, name);
  return profile;
}

/** Q2 `EnterpriseUserService`: somebody who is there, who is not the person, and who does not report to the person. */
function managerOf(value: Json, self: string | undefined, directory: Directory): JsonObject {
  const id = isObject(value) ? value['value'] : undefined;
  if (typeof id !== 'string' || !/^\s*\+?0*[1-9]\d*\s*$/.test(id))
    throw wrong('manager.value must be a positive user id');
  if (id === self) throw wrong('Self manager is not allowed');
  const seen = new Set<string>();
  for (let above = directory.byId(id); above && !seen.has(above.id);) {
    seen.add(above.id);
    const next = managerIn(above.attributes[ENTERPRISE]);
    if (next !== undefined && next === self) throw wrong('Manager cycle detected');
    above = next === undefined ? undefined : directory.byId(next);
  }
  if (seen.size === 0) throw wrong('Unknown manager');
  return { value: id };
}

function managerIn(profile: Json | undefined): string | undefined {
  const manager = isObject(profile) ? profile['manager'] : undefined;
  return isObject(manager) && typeof manager['value'] === 'string' ? manager['value'] : undefined;
}

/** Q2 `_require_distinct_users`. */
export function settleGroup(attributes: JsonObject): JsonObject {
  const { displayName, members } = attributes;
  const ids = Array.isArray(members) ? (members as readonly JsonObject[]).map(({ value }) => value) : [];
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  if (twice !== undefined)
    throw new Refused({
      status: 409,
      scimType: 'uniqueness',
      detail: `Duplicate group member ${twice as string}`,
    });
  return { ...attributes, displayName: shortText(displayName, 'displayName') };
}

/** Q1 `user_to_scim_resource`, `group_to_scim_resource`: of `meta` there is less, and a group without members says so. */
export function shownUser(resource: JsonObject): Json {
  return withMeta(resource, ['resourceType', 'location']);
}

export function shownGroup(resource: JsonObject): Json {
  const { members = [] } = resource;
  const shown = (members as readonly JsonObject[]).map(({ value, $ref, display }) => ({
    value,
    $ref,
    display,
  }));
  shown.sort((one, other) => Number(one.value) - Number(other.value));
  return {
    ...withMeta(resource, ['resourceType', 'location', 'lastModified']),
    members: shown as unknown as Json,
  };
}

function withMeta(resource: JsonObject, names: readonly string[]): JsonObject {
  const { meta } = resource;
  if (!isObject(meta)) return resource;
  const kept = Object.entries(meta).filter(([name]) => names.includes(name));
  return { ...resource, meta: Object.fromEntries(kept) };
}

function shortText(value: Json | undefined, name: string): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '') throw wrong(`${name} must be a non-empty string`);
  if (text.length > LONGEST) throw wrong(`${name} must be ${LONGEST} characters or fewer`);
  return text;
}

function wrong(detail: string): Error {
  return invalid('invalidValue', detail);
}
