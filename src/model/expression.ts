import type { Group } from './group.ts';
import type { SourceRecord } from './source.ts';
import type { Template } from './template.ts';

/** What a template says of a record. The record is not built where it is one column's text. */
export function evaluateOn(template: Template, record: SourceRecord): unknown {
  const { column, element } = template;
  return column === undefined
    ? template.evaluate({ record: record.fields() })
    : record.field(column, element);
}

/** All names that it reads of a record, or looks for in one. */
export function namesIn({ columns, asked = [] }: Template): readonly string[] {
  return [...columns, ...asked];
}

/** An expression that failed on one record: the record is rejected. The message names the expression and the type it met. */
export class EvaluationError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'EvaluationError';
  }
}

/** Whoever reads this of an object hears why it is unknown. */
export function forbid(object: object, name: string, reason: string): void {
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: true,
    get: () => {
      throw new EvaluationError(reason);
    },
  });
}

/** How `active` is read from a record: words that say yes and no, every other being a rejection; or a yes-or-no expression. */
export type ActiveRule =
  | {
      readonly kind: 'words';
      readonly from: Template;
      readonly on: readonly string[];
      readonly off: readonly string[];
    }
  | { readonly kind: 'condition'; readonly condition: Template };

/** How a record becomes an identity. */
export interface Mapping {
  readonly key: Template;
  readonly previousKey?: Template;
  /** One object: SCIM attributes, the enterprise extension under its URN, without `active` and `manager`. */
  readonly attributes: Template;
  readonly active: ActiveRule;
  readonly manager?: Template;
  /** Read late, never kept (rule 27). */
  readonly password?: Template;
  readonly groups: readonly GroupRule[];
}

/**
 * Membership by a list on the person (`from`), by a rule that each person meets or not (`members`), or by records that are
 * groups and name their members.
 */
export type GroupRule =
  | { readonly kind: 'list'; readonly from: Template }
  | { readonly kind: 'rule'; readonly key: string; readonly name: string; readonly members: Template }
  | GroupRecords;

/** Groups that stand in the source, as a directory has them. */
export interface GroupRecords {
  readonly kind: 'records';
  /** Which records are groups. */
  readonly where: Template;
  /** What never changes of it; its name where nothing is said. */
  readonly key?: Template;
  readonly name: Template;
  /** What the group names its members by. */
  readonly members: Template;
  /** Of a person's record, and of a group's: by what a group names it. */
  readonly match: Template;
  /**
   * Whether who is in a group within a group is one of its own members, for expressions and for every target; or in it
   * through the other group, as long as a target holds groups in groups.
   */
  readonly nested: 'flatten' | 'keep';
}

/** What rules about records that are groups evaluate on them. */
export function templatesOfRecords(rules: readonly GroupRule[]): readonly Template[] {
  return rules.flatMap((rule) =>
    rule.kind === 'records'
      ? [rule.where, ...(rule.key ? [rule.key] : []), rule.name, rule.members, rule.match]
      : [],
  );
}

/**
 * Under this name, which no expression writes, a record holds the groups that its person is in (`MembershipOf`), and
 * those that they may be in, where that could not be read.
 */
export const MEMBER_OF = '\0memberOf';

/** The key, which no group has, of a membership that may be in any group: where not all of them could be read. */
export const ANY_GROUP = '';

/** Under this name a record holds by what the groups name it that are listed apart from the people. */
export const LISTED_AS = '\0listedAs';
/** Under this name the record of such a group holds what it is. */
export const LISTED_GROUP = '\0listedGroup';

export interface ListedGroup extends Group {
  readonly members: readonly string[];
  readonly nested: 'flatten' | 'keep';
}

/** What a target makes of an identity beyond its profile. */
export interface TargetMapping {
  /** Who gets an account here; without it, everybody. */
  readonly assign?: Template;
  /**
   * Attributes that replace the identity's, for this target only. One that it sets and that is absent on a record is
   * `null`; within `name` and the enterprise extension, what is absent is left out.
   */
  readonly map?: Template;
  /** Attributes for people of whom the source has none; within `name` and the enterprise extension, part by part. */
  readonly defaults?: Template;
  /** People whose account is never switched off by a sync. */
  readonly protect?: Template;
}
