import type { JsonObject } from './json.ts';
import type { MembershipOf } from './group.ts';

/** The enterprise extension's URN (RFC 7643 §4.3); `enterprise` in a configuration is short for it. */
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

/**
 * A SCIM resource without `schemas`, `id` and `meta`: attributes under their RFC 7643 names, extension attributes
 * in an object under the extension's URN. References hold an identity key, not a target's id (law 10).
 */
export type Resource = JsonObject;

/** The canonical person, before any target has bent it. */
export interface Identity {
  /** Immutable, never reused for somebody else. */
  readonly key: string;
  readonly active: boolean;
  /** In SCIM core-schema form, without `active` and without the manager. */
  readonly attributes: Resource;
  /** The key of the manager, another identity. */
  readonly manager?: string;
  /** Names of the groups that name the person, or into which a group that does is flattened; sorted. */
  readonly groups: readonly string[];
  /** The keys of those whose key is another than their name, by name. */
  readonly groupKeys?: ReadonlyMap<string, string>;
  /** The keys of groups of which it is not known whether the person is in them; `ANY_GROUP` among them is all. */
  readonly unknownGroups?: ReadonlySet<string>;
  /** Groups that they are in through groups kept within those alone. */
  readonly indirectly?: readonly MembershipOf[];
  /** The key that this person had before, where the source says so. */
  readonly previousKey?: string;
}

/** A target's account of a person: the link and the last *confirmed* resource in one. */
export interface Account {
  readonly target: string;
  readonly key: string;
  readonly remoteId: string;
  /** What the target confirmed to hold, as we said it: adapted, with `active`, the manager as an identity key. */
  readonly resource: Resource;
  readonly state: 'linked' | 'invited';
  readonly origin: 'created' | 'adopted';
  /** Of a password that was last set, keyed with the state's own salt; never the password. */
  readonly secretDigest?: string;
  readonly confirmedAt: number;
}
