import type { Refusal } from './refusal.ts';

/*
 * Where services differ from RFC 7644 and from one another, as data: each rule says what one of them is documented to do,
 * and what is not said is the RFC's.
 */

/** What a list can be filtered by (RFC 7644 §3.4.2.2). */
export interface FilterRules {
  /** All that is taken, in the schema's own spelling and order: `userName eq`, `id eq and members eq`. */
  readonly forms?: readonly string[];
  /** Or the operators that are taken with any attribute, `and`, `or`, `not` and `pr` among them. */
  readonly operators?: readonly string[];
  /** The attributes that a filter may ask about; all where nothing is said. */
  readonly paths?: readonly string[];
  /** Whether names are known in the schema's own case alone; RFC 7643 §2.1 knows them in any. */
  readonly exactNames?: boolean;
  /** By attribute: what is said where no resource has the id that it is compared with. */
  readonly refers?: Readonly<Record<string, Refusal>>;
  /** What is said of any other filter, also of one that cannot be read; `nothing` is an empty list. */
  readonly otherwise: Refusal | 'nothing';
}

/** How a list is paged (RFC 7644 §3.4.2.4). */
export interface ListRules {
  readonly defaultCount: number;
  readonly maxCount: number;
  /** Whether every list begins with the first, whatever `startIndex` says. */
  readonly startIndex?: 'ignored';
  /** What is said of a `startIndex` below 1 and a `count` below 0, which the RFC takes for 1 and 0. */
  readonly outOfRange?: Refusal;
  /** What a list can be sorted by (RFC 7644 §3.4.2.3), and what is said of anything else. */
  readonly sortBy?: { readonly paths: readonly string[]; readonly otherwise: Refusal };
}

/** What a PATCH may say (RFC 7644 §3.5.2). A path is meant without its filter and without the core schema's URN. */
export interface PatchRules {
  readonly answer: 200 | 204;
  /** `replace` on a complex attribute leaves the other sub-attributes (RFC 7644 §3.5.2.3), or drops them. */
  readonly replaceComplex: 'merge' | 'swap';
  /** `remove` with a value filter that matches nothing (RFC 7644 §3.12, table 9: `noTarget`). */
  readonly removeNothing: 'noTarget' | 'ignored';
  /** How many operations one request may have, where that is not the service's limit for all (413). */
  readonly operations?: { readonly most: number; readonly otherwise: Refusal };
  /** The paths that are obeyed, an attribute for all of its parts, and what becomes of others. */
  readonly only?: { readonly paths: readonly string[]; readonly otherwise: 'ignored' | Refusal };
  /** What becomes of an operation whose path has a filter. */
  readonly filteredPaths?: 'ignored' | Refusal;
  /** What is said of an `add` or `replace` that has a path. */
  readonly paths?: Refusal;
  /** What is said of an operation without a path that names several attributes. */
  readonly severalAtOnce?: Refusal;
  /** Attributes that one request may name once, and what is said if it names one twice. */
  readonly once?: { readonly paths: readonly string[]; readonly otherwise: Refusal };
  /** Attributes that nobody can remove, and what is said then. */
  readonly lasting?: { readonly paths: readonly string[]; readonly otherwise: Refusal };
}

/** What can be done to the members of a group, and who sees them. */
export interface MemberRules {
  /** Only in answers about `one` group and not in lists; or `never`, and the list is shown empty. */
  readonly shown?: 'one' | 'never';
  /** Whether a person who is switched off is not shown; the membership stays. */
  readonly inactive?: 'hidden';
  /** How many members one request may name. */
  readonly changes?: { readonly most: number; readonly otherwise: Refusal };
  /** What is said of a PATCH that replaces all of them, and of one that removes them all by naming none. */
  readonly replaceAll?: Refusal;
  readonly removeAll?: Refusal;
  /** What is said where somebody is added who is a member already; `%s` stands for the id. */
  readonly present?: Refusal;
  /** What is said where somebody is taken out who is no member. */
  readonly absent?: Refusal;
}

/** By attribute, such as `emails` or `name.givenName`: how many values it may have, and each how many characters. */
export type Bounds = Readonly<Record<string, { readonly values?: number; readonly characters?: number }>>;
