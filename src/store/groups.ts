import type { Group, Resource } from '../model/index.ts';
import type { ConfirmedMember } from '../planning/group-drift.ts';
import type { State } from './state.ts';

/** A group on a target: link and last confirmed resource in one, as a person's account is. */
export interface GroupAccount {
  readonly remoteId: string;
  readonly resource: Resource;
  readonly origin: 'created' | 'adopted';
}

/** The groups that the state knows, each under the name that it was last met by. */
export function knownGroups(state: State): readonly (Group & { readonly id: number })[] {
  return state.db.prepare('SELECT id, key, name FROM grp').all() as (Group & { id: number })[];
}

interface MemberRow {
  readonly key: string;
  readonly id: string;
  readonly sure: number;
  readonly active: number;
  readonly isGroup?: number;
}

/** A membership that a target confirmed to hold. */
export interface Membership {
  readonly group: number;
  /** False where a request about it has no answer: it may be there, or not. */
  readonly isSure: boolean;
}

const MEMBERS = `SELECT person.key, account.remote_id AS id, min(sure) AS sure, account.resource ->> 'active' IS NOT 0 AS active
  FROM (SELECT person, sure FROM membership WHERE target = :target AND grp = :group
    UNION ALL SELECT person, 0 FROM operation WHERE target = :target AND grp = :group AND part = 2 AND state = 'leased') AS held
  JOIN person ON person.id = held.person
  JOIN account ON account.target = :target AND account.person = held.person AND account.type = 'User' GROUP BY held.person`;

/** The same of a group that is a member of another one. */
export interface Nesting extends Membership {
  readonly member: number;
}

const GROUPS_IN = `SELECT grp.key, group_account.remote_id AS id, min(sure) AS sure, 1 AS active, 1 AS isGroup
  FROM (SELECT member, sure FROM nesting WHERE target = :target AND grp = :group
    UNION ALL SELECT member, 0 FROM operation WHERE target = :target AND grp = :group AND member IS NOT NULL AND state = 'leased') AS held
  JOIN grp ON grp.id = held.member
  JOIN group_account ON group_account.target = :target AND group_account.grp = held.member GROUP BY held.member`;

/** Who was confirmed to be in a group, people and groups, by the target's ids. */
export function membersOf(
  state: State,
  target: number,
  group: number,
): readonly { readonly id: string; readonly isGroup: boolean }[] {
  const rows = state
    .sql(
      `SELECT remote_id AS id, 0 AS nested FROM membership JOIN account USING (target, person)
         WHERE membership.target = :target AND grp = :group AND sure = 1 AND type = 'User'
       UNION ALL SELECT remote_id, 1 FROM nesting JOIN group_account ON group_account.target = nesting.target
         AND group_account.grp = nesting.member WHERE nesting.target = :target AND nesting.grp = :group AND sure = 1`,
    )
    .all({ target, group }) as { id: string; nested: number }[];
  return rows.map(({ id, nested }) => ({ id, isGroup: nested === 1 }));
}

/** Reads the groups of one target for planning, as they are when it is made. */
export class GroupReader {
  readonly #state: State;
  readonly #target: number;
  readonly accounts: ReadonlyMap<number, GroupAccount>;
  /** How many memberships of people there are in all. */
  readonly memberships: number;
  /** How many of groups. */
  readonly #nested: number;

  constructor(state: State, target: number) {
    this.#state = state;
    this.#target = target;
    const rows = state
      .sql('SELECT grp, remote_id, resource, origin FROM group_account WHERE target = ?')
      .all(target) as { grp: number; remote_id: string; resource: string; origin: GroupAccount['origin'] }[];
    this.accounts = new Map(
      rows.map(({ grp, remote_id: remoteId, resource, origin }) => [
        grp,
        { remoteId, resource: JSON.parse(resource) as Resource, origin },
      ]),
    );
    this.memberships = state
      .sql('SELECT count(*) FROM membership WHERE target = ?')
      .pluck()
      .get(target) as number;
    this.#nested = state.sql('SELECT count(*) FROM nesting WHERE target = ?').pluck().get(target) as number;
  }

  /** How many memberships there are in all. */
  get members(): number {
    return this.memberships + this.#nested;
  }

  /** Which groups are in which. */
  nesting(): readonly Nesting[] {
    if (this.#nested === 0) return [];
    const rows = this.#state
      .sql('SELECT grp, member, sure FROM nesting WHERE target = ? ORDER BY grp, member')
      .all(this.#target) as { grp: number; member: number; sure: number }[];
    return rows.map(({ grp, member, sure }) => ({ group: grp, member, isSure: sure === 1 }));
  }

  /** The groups that somebody is in. */
  of(slot: number): readonly Membership[] {
    if (this.memberships === 0) return [];
    const rows = this.#state
      .sql('SELECT grp, sure FROM membership WHERE target = ? AND person = ? ORDER BY grp')
      .all(this.#target, slot + 1) as { grp: number; sure: number }[];
    return rows.map(({ grp, sure }) => ({ group: grp, isSure: sure === 1 }));
  }

  /** Who was confirmed to be in a group, and has an account; who is being put in or out just now is among them, unsure. */
  membersOf(group: number): readonly ConfirmedMember[] {
    const rows = [MEMBERS, GROUPS_IN].flatMap(
      (sql) => this.#state.sql(sql).all({ target: this.#target, group }) as readonly MemberRow[],
    );
    return rows.map(({ key, id, sure, active, isGroup = 0 }) => ({
      key,
      remoteId: id,
      isSure: sure === 1,
      isActive: active === 1,
      ...(isGroup === 1 && { isGroup: true }),
    }));
  }

  /** By slot, the people who were confirmed to be in a group, or may be. */
  *slotsIn(group: number): Generator<number> {
    const people = 'SELECT person - 1 FROM membership WHERE target = ? AND grp = ?';
    yield* this.#state.db.prepare<[number, number], number>(people).pluck().iterate(this.#target, group);
  }

  /** Whether a request about a group has no answer, or is under way. */
  isUnsettled(group: number): boolean {
    const leased = `SELECT 1 FROM operation WHERE target = ? AND grp = ? AND state = 'leased' AND part <> 2`;
    return this.#state.sql(leased).get(this.#target, group) !== undefined;
  }

  /** How many are in a group, people and groups. */
  sizeOf(group: number): number {
    return this.#state
      .sql(
        `SELECT (SELECT count(*) FROM membership WHERE target = :target AND grp = :group)
           + (SELECT count(*) FROM nesting WHERE target = :target AND grp = :group)`,
      )
      .pluck()
      .get({ target: this.#target, group }) as number;
  }

  /** Whose group an id of the target is. */
  ownerOf(remoteId: string): number | undefined {
    for (const [group, account] of this.accounts) if (account.remoteId === remoteId) return group;
    return undefined;
  }
}
