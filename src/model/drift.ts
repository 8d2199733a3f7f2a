import type { GroupMatch, MatchAttribute } from './profile.ts';
import type { ResourceType } from './plan.ts';
import type { Json } from './json.ts';

/** What becomes of an attribute that a target holds otherwise than it confirmed. `ignore`: it is not looked at. */
export const DRIFT_POLICIES = ['fix', 'report', 'ignore'] as const;
export type DriftPolicy = (typeof DRIFT_POLICIES)[number];

/** Attributes as profiles name them: `title`, `name.givenName`, `emails`, `enterprise.department`, `active`. */
export interface DriftRules {
  /** What the mapping says and the target can hold. Nothing else is ours to compare. */
  readonly compared: readonly string[];
  /** Of what `attributes` does not name. */
  readonly default?: DriftPolicy;
  /** `name` is for all of its parts, `enterprise` for the whole extension; the nearest counts. */
  readonly attributes: Readonly<Record<string, DriftPolicy>>;
}

/**
 * One attribute of a live account that differs from the last confirmed one. A side that is absent is `undefined`. Of the
 * `members` of a group, `confirmed` are the keys of those who are not in it any more, and `live` those who are in it as well.
 */
export interface Drift {
  readonly path: string;
  readonly confirmed?: Json;
  readonly live?: Json;
  /** `cannotFollow`: the target takes no change of it (rule 16). */
  readonly policy: 'fix' | 'report' | 'cannotFollow';
}

/**
 * How an account stands, each in exactly one of these, in the order in which they are told. `unknown`: nothing can be
 * said of it, because the target did not show it or its last request has no answer.
 */
export const SITUATIONS = [
  'drifted',
  'missing',
  'disputed',
  'adoptable',
  'orphan',
  'invited',
  'protected',
  'unknown',
  'inSync',
] as const;
export type Situation = (typeof SITUATIONS)[number];

/** Somebody without an account who could have one that is nobody's. */
export interface Candidate {
  readonly key: string;
  readonly by: MatchAttribute | GroupMatch;
  readonly situation: 'adoptable' | 'disputed';
  /** Why it is disputed. */
  readonly reason?: string;
}

/** One account of a target, or one group, and how it stands. */
export interface Item {
  readonly situation: Situation;
  readonly type: ResourceType;
  readonly remoteId: string;
  /** Whose it is, or would be. */
  readonly key?: string;
  readonly userName?: string;
  /** Of a group. */
  readonly displayName?: string;
  readonly externalId?: string;
  readonly email?: string;
  readonly active?: boolean;
  readonly changes?: readonly Drift[];
  readonly candidates?: readonly Candidate[];
  readonly reason?: string;
}
