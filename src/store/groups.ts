import type { Group, Resource } from '../model/index.ts';
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

/** A membership that a target confirmed to hold. */
export interface Membership {
  readonly group: number;
  /** False where a request about it has no answer: it may be there, or not. */
  readonly isSure: boolean;
}

/** Reads the groups of one target for planning, as they are when it is made. */
export class GroupReader {
  readonly #state: State;
  readonly #target: number;
  readonly accounts: ReadonlyMap<number, GroupAccount>;
  /** How many memberships there are in all. */
  readonly memberships: number;

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
  }

  /** The groups that somebody is in. */
  of(slot: number): readonly Membership[] {
    if (this.memberships === 0) return [];
    const rows = this.#state
      .sql('SELECT grp, sure FROM membership WHERE target = ? AND person = ? ORDER BY grp')
      .all(this.#target, slot + 1) as { grp: number; sure: number }[];
    return rows.map(({ grp, sure }) => ({ group: grp, isSure: sure === 1 }));
  }

  /** How many are in a group. */
  sizeOf(group: number): number {
    return this.#state
      .sql('SELECT count(*) FROM membership WHERE target = ? AND grp = ?')
      .pluck()
      .get(this.#target, group) as number;
  }

  /** Whose group an id of the target is. */
  ownerOf(remoteId: string): number | undefined {
    for (const [group, account] of this.accounts) if (account.remoteId === remoteId) return group;
    return undefined;
  }
}
