import type { Resource } from './identity.ts';
import type { Json } from './json.ts';

export type ResourceType = 'User' | 'Group';

const USER_KINDS = ['create', 'update', 'deactivate', 'reactivate', 'delete', 'link'] as const;
const GROUP_KINDS = ['createGroup', 'updateGroup', 'deleteGroup', 'linkGroup'] as const;
const MEMBER_KINDS = ['memberAdd', 'memberRemove'] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];
export type MemberKind = (typeof MEMBER_KINDS)[number];

/** What can be limited, held and approved on a target. */
export type Kind = (typeof USER_KINDS)[number] | GroupKind | MemberKind;
export const KINDS: readonly Kind[] = [...USER_KINDS, ...GROUP_KINDS, ...MEMBER_KINDS];

export function isGroupKind(kind: Kind): kind is GroupKind {
  return (GROUP_KINDS as readonly string[]).includes(kind);
}

export function isMemberKind(kind: Kind): kind is MemberKind {
  return (MEMBER_KINDS as readonly string[]).includes(kind);
}

export function typeOf(kind: Kind): ResourceType {
  return isGroupKind(kind) || isMemberKind(kind) ? 'Group' : 'User';
}

/** What happens, in a word that is the same for people and groups; beside the type it says everything. */
export function actOf(kind: Kind): string {
  return isGroupKind(kind) ? kind.replace('Group', '') : kind;
}

/** One attribute that differs. `path` is a SCIM attribute path; a side that is absent is `undefined`. */
export interface AttributeChange {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/**
 * One sendable step of a plan. It holds identity keys; the target's ids are filled in when it is sent (law 10).
 */
export interface Operation {
  readonly type: ResourceType;
  readonly kind: Kind;
  /** Of a membership, the person's, or that of the group which is a member. */
  readonly key: string;
  /** Of a membership, the key of the group. */
  readonly group?: string;
  /** Set of a membership where the member is a group (RFC 7643 §4.2). */
  readonly member?: 'Group';
  /** 0, 1 for the reference that follows on a cycle of managers, or 2 for a membership. */
  readonly part: 0 | 1 | 2;
  /** Order of sending: leavers first, then changes, then creates with managers before their reports. */
  readonly phase: number;
  /** The resource that the target shall hold afterwards; absent for `delete`. */
  readonly after?: Resource;
  readonly changes: readonly AttributeChange[];
  readonly why: string;
  /** The identity key that must have an account first, for the reference alone. */
  readonly needs?: string;
  /** Digest of the confirmed resource that this starts from; the empty string where there is none. */
  readonly beforeDigest: string;
  /** sha256 over type, kind, key, part, beforeDigest and the canonical `after`, in hexadecimal (law 1). */
  readonly digest: string;
  /** A password goes with it, read when it is sent (rule 27). */
  readonly secretDigest?: string;
  /** The account is an invitation that is still open: the change waits for its acceptance (rule 14). */
  readonly invited?: boolean;
  /** For `link`: the id of the account that would be taken over. */
  readonly remoteId?: string;
}

/** Why somebody is left out of a plan; the last five, that the next plan looks at them whatever their record says. */
export type LeftOutRule =
  | 'rekey'
  | 'disputed'
  | 'nameTaken'
  | 'nameCycle'
  | 'login'
  | 'protected'
  | 'required'
  | 'expression'
  | 'inDoubt'
  | 'unproved'
  | 'absentOnce'
  | 'unaccepted'
  | 'missing'
  | 'drifted'
  | 'linked'
  | 'unlinked'
  | 'password';

/** Somebody who was left out of a plan, and why: shown, counted as waiting, retried at each run. */
export interface LeftOut {
  readonly key: string;
  readonly rule: LeftOutRule;
  readonly reason: string;
}

/** A note about somebody for whom the plan goes on, such as a manager who is left out (rule 19). */
export interface Note {
  readonly key: string;
  readonly rule: string;
  readonly text: string;
}

export interface Limit {
  readonly count?: number;
  /** Of the accounts linked at the window's start. */
  readonly percent?: number;
  /** At or below this number the kind is never breached. */
  readonly floor: number;
}
export type Limits = Readonly<Partial<Record<Kind, Limit>>>;

/** A limit of the source: what a read must not do without a person's consent. */
export interface SourceLimits {
  /** The most per cent fewer records than the last accepted read had. */
  readonly shrunk: number;
  /** The most per cent of records that may be rejected. */
  readonly rejected: number;
  /** Below this many records (or rejections) the two above are not looked at. */
  readonly floor: number;
}

export interface Breach {
  /**
   * `count`, `percent`, `group.percent`, `canary`, `follows`, `source.incomplete`, `source.end`, `source.shrunk`,
   * `source.rejected`, `target.baseUrl`.
   */
  readonly rule: string;
  readonly message: string;
  readonly number?: number;
  readonly limit?: number;
}

/**
 * A kind of operation on a target that waits for an approval. `target` is the target as a whole, because its base URL
 * is another (rule 9); `source` is all of them, because of how the read went (law 7).
 */
export interface Held {
  readonly kind: Kind | 'target' | 'source';
  readonly checksum: string;
  readonly count: number;
  readonly breaches: readonly Breach[];
}

/** Whether it only waits for something else that is held, and goes with that: an approval of its own has no effect. */
export function isBehind({ breaches }: Pick<Held, 'breaches'>): boolean {
  return breaches.length > 0 && breaches.every(({ rule }) => rule === 'follows');
}

/** The counts and checksums of a sealed plan for one target. */
export interface KindTotal {
  readonly kind: Kind;
  readonly count: number;
  /** sha256 over the operations' digests in order, in hexadecimal. */
  readonly checksum: string;
}
