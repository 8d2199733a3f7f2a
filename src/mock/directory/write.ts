import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../model/index.ts';
import { canonical } from '../../model/index.ts';
import type { ServiceDescription } from '../description.ts';
import { Refused } from '../refusal.ts';
import { schemasText } from '../resource/present.ts';
import { follow, leave, mailAddress, nextStep } from './lifecycle.ts';
import { belongings, groupsOf, withMembers } from './membership.ts';
import type { Step } from './lifecycle.ts';
import type { Organisation, Shelf } from './organisation.ts';
import type { Membership, Stored } from './resources.ts';
import { sealed } from './secret.ts';

/** Where a write happens. */
export interface Place {
  readonly service: ServiceDescription;
  readonly organisation: Organisation;
  readonly shelf: Shelf;
  readonly now: number;
}

/** How a resource is there from the start, without the lifecycle: a person of the data file. */
export interface Given {
  readonly id?: string;
  readonly membership: Membership;
}

/** The lifecycle of what is no person. */
const NOBODY: Step = { membership: 'member', invite: false, withdraw: false, endSessions: false };

/** Stores a new resource. Throws the service's own refusal where a unique value is taken. */
export function create(place: Place, attributes: JsonObject, given?: Given): Stored {
  const { service, organisation, shelf, now } = place;
  const clash = shelf.resources.holder(attributes);
  if (clash) throw taken(shelf, clash.path);
  const { visible, password } = withoutPassword(
    withActive(shelf, withMembers(organisation, shelf, attributes)),
  );
  const active = visible['active'] !== false;
  const step = shelf.compiled.attributes.has('active')
    ? nextStep(service, undefined, { active, email: mailAddress(visible) })
    : NOBODY;
  const stored: Stored = {
    id: given?.id ?? randomUUID(),
    sequence: shelf.resources.nextSequence(),
    text: JSON.stringify(visible),
    schemas: schemasText(shelf.compiled, visible),
    active,
    created: now,
    modified: now,
    version: 1,
    password,
    membership: given?.membership ?? 'none',
    invitation: undefined,
  };
  shelf.resources.insert(stored, visible);
  if (!given) follow(organisation, stored, visible, step, now);
  return stored;
}

/** Gives a resource new attributes. What changes nothing leaves the time of the last change alone. */
export function update(place: Place, stored: Stored, before: JsonObject, after: JsonObject): void {
  const { service, organisation, shelf, now } = place;
  const clash = shelf.resources.holder(after, stored);
  if (clash) throw taken(shelf, clash.path);
  const { visible, password } = withoutPassword(
    withActive(shelf, withMembers(organisation, shelf, after, before, stored)),
  );
  const text = JSON.stringify(visible);
  if (password === undefined && isUnchanged(stored, text, before, visible)) return;
  const active = visible['active'] !== false;
  const step = shelf.compiled.attributes.has('active')
    ? nextStep(service, stored, { active, email: mailAddress(visible) })
    : NOBODY;
  shelf.resources.reindex(stored, before, visible);
  stored.text = text;
  stored.schemas = schemasText(shelf.compiled, visible);
  stored.active = active;
  stored.modified = now;
  stored.version++;
  if (password !== undefined) stored.password = password;
  follow(organisation, stored, visible, step, now);
}

/** The same attributes in another order are no change; they take as many characters. */
function isUnchanged({ text }: Stored, other: string, before: JsonObject, after: JsonObject): boolean {
  return text === other || (text.length === other.length && canonical(before) === canonical(after));
}

export function remove(place: Place, stored: Stored): void {
  place.shelf.resources.remove(stored, attributesOf(stored));
  leave(place.organisation, stored, place.now);
  leaveGroups(place, stored);
}

/** Nobody who is gone is a member of anything. */
function leaveGroups(place: Place, { id }: Stored): void {
  const shelf = groupsOf(place.organisation);
  const name = shelf?.served.type.members?.attribute;
  if (!shelf || name === undefined) return;
  for (const { group, type } of belongings(place.organisation, id)) {
    if (type !== 'direct') continue;
    const before = attributesOf(group);
    const rest = (before[name] as readonly JsonObject[]).filter(({ value }) => value !== id);
    const { [name]: _, ...others } = before;
    update({ ...place, shelf }, group, before, rest.length > 0 ? { ...others, [name]: rest } : others);
  }
}

export function attributesOf(stored: Stored): Record<string, Json> {
  return JSON.parse(stored.text) as Record<string, Json>;
}

export function taken({ served }: Shelf, path: string): Refused {
  return new Refused({ ...served.exists, detail: served.exists.detail.replace('%s', path) });
}

/** Somebody of whom nothing else is said is active. */
function withActive(shelf: Shelf, attributes: JsonObject): JsonObject {
  if (attributes['active'] !== undefined || !shelf.compiled.attributes.has('active')) return attributes;
  return { ...attributes, active: true };
}

function withoutPassword(attributes: JsonObject): { visible: JsonObject; password: string | undefined } {
  if (attributes['password'] === undefined) return { visible: attributes, password: undefined };
  const { password, ...visible } = attributes;
  return { visible, password: typeof password === 'string' ? sealed(password) : undefined };
}
