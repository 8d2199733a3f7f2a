import type { Json, JsonObject } from '../../model/index.ts';
import type { Invitation } from './invitation.ts';

/** `none` has an account without being invited: there is no e-mail address, or the account began switched off. */
export type Membership = 'member' | 'invited' | 'withdrawn' | 'declined' | 'none';

/**
 * One resource. Its attributes are kept as JSON text, because a million objects take four times the memory, and
 * because most requests only pass the text on.
 */
export interface Stored {
  readonly id: string;
  /** Grows with each resource; the order of lists. */
  readonly sequence: number;
  /** A JSON object without `schemas`, `id`, `meta`, members, and whatever is never returned. */
  text: string;
  /** `undefined` where the resource type has none. */
  members: Members | undefined;
  /** `schemas` as JSON text. */
  schemas: string;
  /** As the attribute says it; `undefined` where it says nothing, and then nobody is kept out. */
  active: boolean | undefined;
  /** Milliseconds since 1970. */
  readonly created: number;
  modified: number;
  /** Counts its states, from 1; of a group also what its members are called. */
  version: number;
  /** Counts the names that others show it under, from 1. */
  names: number;
  /** Salt and hash, never the password. */
  password: string | undefined;
  membership: Membership;
  /** Whether it was deleted, of somebody whom the service keeps and shows to nobody. */
  isHidden?: boolean;
  /** The last one. */
  invitation: Invitation | undefined;
  /** Whether this is how it was before: then whoever writes it writes all of it, also what stays the same. */
  readonly isEarlier?: boolean;
}

/**
 * Who belongs to a group. They are kept beside its text and not in it: with ten thousand of them, a change of one would
 * otherwise cost as much as the whole group, which would be read, judged, compared and written anew.
 */
export interface Members {
  /** The attribute that shows them. */
  readonly attribute: string;
  /** By id, in the order in which they came: the name of the resource type. */
  readonly types: Map<string, string>;
  /** Whether a copy of the resource has the same ones, so that they are copied before they are changed. */
  isShared: boolean;
}

/** Everything that is kept and can be read again, with the members. */
export function attributesOf(stored: Stored): Record<string, Json> {
  const { members } = stored;
  const attributes = ownAttributes(stored);
  if (members && members.types.size > 0)
    attributes[members.attribute] = Array.from(members.types, ([value, type]) => ({ value, type }));
  return attributes;
}

/** The same without the members, who may be many. */
export function ownAttributes({ text }: Stored): Record<string, Json> {
  return JSON.parse(text) as Record<string, Json>;
}

export function withoutMembers({ members }: Pick<Stored, 'members'>, attributes: JsonObject): JsonObject {
  if (!members || attributes[members.attribute] === undefined) return attributes;
  const { [members.attribute]: _, ...rest } = attributes;
  return rest;
}

/** What others show a resource under, such as a group its members and a person the groups. */
export function nameOf(attributes: JsonObject): string | undefined {
  const name = attributes['displayName'] ?? attributes['userName'];
  return typeof name === 'string' ? name : undefined;
}

/** The resource as it is now, whatever becomes of it. */
export function copyOf(stored: Stored): Stored {
  if (stored.members) stored.members.isShared = true;
  return { ...stored };
}
