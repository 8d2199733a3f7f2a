import { randomUUID } from 'node:crypto';
import { canonical } from '../../model/index.ts';
import type { Json, JsonObject } from '../../model/index.ts';
import type { ServiceDescription } from '../description.ts';
import type { Touched } from '../patch/members.ts';
import { Refused } from '../refusal.ts';
import { withoutHidden } from '../resource/hidden.ts';
import { schemasText } from '../resource/present.ts';
import { follow, leave, mailAddress, nextStep, openInvitation } from './lifecycle.ts';
import {
  belongings,
  changeOfSome,
  groupsOf,
  isEmpty,
  memberChange,
  membersIn,
  setMembers,
} from './membership.ts';
import type { MemberChange } from './membership.ts';
import type { Step } from './lifecycle.ts';
import { isPeople } from './organisation.ts';
import type { Organisation, Shelf } from './organisation.ts';
import type { Membership, Stored } from './stored.ts';
import { opens, sealed } from './secret.ts';
import { attributesOf, nameOf, withoutMembers } from './stored.ts';
import type { Members } from './stored.ts';

/** Where a write happens. */
export interface Place {
  readonly service: ServiceDescription;
  readonly organisation: Organisation;
  readonly shelf: Shelf;
  readonly now: number;
  /** The service's base URL. */
  readonly base: string;
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
  const members = membersOf(place, attributes);
  const own = withoutMembers({ members }, withActive(place, attributes));
  const { visible, password } = kept(organisation, shelf, own);
  const active = activeOf(visible);
  const step = hasLifecycle(organisation, shelf)
    ? nextStep(service, undefined, { active: active !== false, email: mailAddress(visible) })
    : NOBODY;
  const sequence = shelf.resources.nextSequence();
  const stored: Stored = {
    id: given?.id ?? newId(shelf, attributes, sequence),
    sequence,
    text: JSON.stringify(visible),
    members,
    schemas: schemasText(shelf.compiled, visible),
    active,
    created: now,
    modified: now,
    version: 1,
    names: 1,
    password: password === undefined ? undefined : sealed(password),
    membership: given?.membership ?? 'none',
    invitation: undefined,
  };
  shelf.resources.insert(stored, visible);
  if (!given) follow(organisation, stored, visible, step, now);
  else if (given.membership === 'invited') openInvitation(organisation, stored, visible, now);
  return stored;
}

function newId({ served: { newIds } }: Shelf, { externalId }: JsonObject, sequence: number): string {
  if (newIds === undefined) return randomUUID();
  if (newIds !== 'externalId') return String(newIds.after + sequence);
  return typeof externalId === 'string' ? externalId : randomUUID();
}

/**
 * The attributes as a PATCH works on them. A password is kept beside them; here it is among them, by its seal: a PATCH
 * may take it away like any other attribute (RFC 7644 §3.5.2.2), and a PUT that leaves it out does not.
 */
export function withSeal(
  { organisation, shelf }: Place,
  stored: Stored,
  attributes = attributesOf(stored),
): JsonObject {
  const { password } = stored;
  return password !== undefined && isPeople(organisation, shelf) ? { ...attributes, password } : attributes;
}

/**
 * Gives a resource new attributes. What changes nothing leaves its version and the time of the last change alone. With a
 * password's seal in `given`, `after` has it if the password stays. With `some`, these are the members who come and go, and
 * the attributes are without any.
 */
export function update(
  place: Place,
  stored: Stored,
  given: JsonObject,
  after: JsonObject,
  some?: Touched,
): void {
  const { service, organisation, shelf, now } = place;
  const { rest: before, password: seal } = apart(organisation, shelf, given);
  const clash = shelf.resources.holder(after, stored);
  if (clash) throw taken(shelf, clash.path);
  const change = some
    ? changeOfSome(place, shelf, stored, some)
    : memberChange(place, shelf, stored, before, after);
  const old = withoutMembers(stored, before);
  const { visible, password, isHiding } = kept(organisation, shelf, withoutMembers(stored, after));
  const text = JSON.stringify(visible);
  const isGone = seal !== undefined && password === undefined;
  const isNew = password !== undefined && password !== seal && !isOpenedBy(stored, password);
  // What is never returned is not kept, and may be new each time.
  const isOther = stored.isEarlier || isGone || isNew || isHiding || !isEmpty(change);
  if (!isOther && isSame(stored, text, old, visible)) return;
  const active = activeOf(visible);
  const was = { membership: stored.membership, active: stored.active !== false };
  const step = hasLifecycle(organisation, shelf)
    ? nextStep(service, was, { active: active !== false, email: mailAddress(visible) })
    : NOBODY;
  shelf.resources.reindex(stored.id, old, visible);
  setMembers(shelf, stored, change);
  stored.text = text;
  stored.schemas = schemasText(shelf.compiled, visible);
  stored.active = active;
  stored.modified = now;
  stored.version++;
  if (stored.isEarlier || nameOf(old) !== nameOf(visible)) rename(organisation, stored);
  if (isGone) stored.password = undefined;
  if (isNew) stored.password = sealed(password);
  follow(organisation, stored, visible, step, now);
}

/**
 * Somebody is called otherwise, and so the groups that show the name are in another state. Nobody updated them, though: that
 * is what `lastModified` would say (RFC 7643 §3.1). There are few of them, as nobody is in as many groups as a group has
 * members; people who show the name of a group find out when they are read (`versionOf`).
 */
function rename(organisation: Organisation, stored: Stored): void {
  stored.names++;
  for (const { group, type } of belongings(organisation, stored.id)) if (type === 'direct') group.version++;
}

/** Lets some come and go, and nothing else; that costs no more than they do. */
export function changeMembers({ shelf, now }: Place, stored: Stored, change: MemberChange): void {
  if (isEmpty(change)) return;
  setMembers(shelf, stored, change);
  stored.modified = now;
  stored.version++;
}

function membersOf(place: Place, attributes: JsonObject): Members | undefined {
  const attribute = place.shelf.served.type.members?.attribute;
  if (attribute === undefined) return undefined;
  return { attribute, types: membersIn(place, place.shelf, attributes), isShared: false };
}

/** A person's password, or its seal, and all the rest. */
function apart(
  organisation: Organisation,
  shelf: Shelf,
  attributes: JsonObject,
): { readonly rest: JsonObject; readonly password: Json | undefined } {
  if (attributes['password'] === undefined || !isPeople(organisation, shelf))
    return { rest: attributes, password: undefined };
  const { password, ...rest } = attributes;
  return { rest, password };
}

function isOpenedBy({ password: seal }: Stored, password: string): boolean {
  return seal !== undefined && opens(seal, password);
}

/** The order of attributes means nothing (RFC 8259 §4). What is as long as before may be the same in another order. */
function isSame(stored: Stored, text: string, before: JsonObject, after: JsonObject): boolean {
  return (
    text === stored.text || (text.length === stored.text.length && canonical(before) === canonical(after))
  );
}

export function remove(place: Place, stored: Stored): void {
  leaveGroups(place, stored);
  place.shelf.resources.remove(stored.id);
  leave(place.organisation, stored, place.now);
}

/** Nobody who is gone is a member of anything. */
function leaveGroups(place: Place, { id }: Stored): void {
  const shelf = groupsOf(place.organisation);
  if (!shelf) return;
  for (const { group, type } of belongings(place.organisation, id))
    if (type === 'direct')
      changeMembers({ ...place, shelf }, group, { gone: new Set([id]), come: new Map() });
}

export function taken({ served }: Shelf, path: string): Refused {
  return new Refused({ ...served.exists, detail: served.exists.detail.replace('%s', path) });
}

function hasLifecycle(organisation: Organisation, shelf: Shelf): boolean {
  return isPeople(organisation, shelf) && shelf.compiled.attributes.has('active');
}

/** What is stored of the attributes: all that can be read again, and beside it a person's password. */
function kept(
  organisation: Organisation,
  shelf: Shelf,
  attributes: JsonObject,
): { readonly visible: JsonObject; readonly password: string | undefined; readonly isHiding: boolean } {
  const { rest, password } = apart(organisation, shelf, attributes);
  const { visible, isHiding } = withoutHidden(shelf.compiled, rest);
  return { visible, password: typeof password === 'string' ? password : undefined, isHiding };
}

/**
 * Somebody of whom a POST or PUT says nothing else is active: a default, as RFC 7644 §3.5.1 allows it. Whoever removes
 * the attribute by PATCH has it removed (§3.5.2.2); it says nothing then, and keeps nobody out.
 */
export function withActive({ organisation, shelf }: Place, attributes: JsonObject): JsonObject {
  if (attributes['active'] !== undefined || !hasLifecycle(organisation, shelf)) return attributes;
  return { ...attributes, active: true };
}

function activeOf({ active }: JsonObject): boolean | undefined {
  return typeof active === 'boolean' ? active : undefined;
}
