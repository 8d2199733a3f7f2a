import type { Resource } from '../model/index.ts';
import type { State } from './state.ts';

/** Somebody, or a group, whose account an earlier plan has found, and takes over. */
export interface FoundBefore {
  readonly remoteId: string;
  readonly digest: string;
  readonly why: string;
}

/** The people whom an earlier plan creates: whose create has failed, and who were proved not to be there. */
export function createsBefore(
  state: State,
  target: number,
): { readonly failed: ReadonlySet<number>; readonly absent: ReadonlySet<number> } {
  const those = (which: string): ReadonlySet<number> =>
    new Set(
      state
        .sql(
          `SELECT person - 1 FROM operation WHERE target = ? AND kind = 'create' AND person IS NOT NULL AND ${which}`,
        )
        .pluck()
        .all(target) as number[],
    );
  return { failed: those("state = 'failed'"), absent: those("state IN ('open', 'failed') AND absent = 1") };
}

/** By slot, what was sent to create people, and has no answer. */
export function createsInDoubt(state: State, target: number): ReadonlyMap<number, Resource> {
  const rows = state
    .sql(
      `SELECT person - 1 AS slot, after FROM operation
       WHERE target = ? AND kind = 'create' AND state = 'leased' AND person IS NOT NULL`,
    )
    .all(target) as readonly { readonly slot: number; readonly after: string }[];
  return new Map(rows.map(({ slot, after }) => [slot, JSON.parse(after) as Resource]));
}

/** By slot, the links that an earlier plan has released and that wait to be carried out. */
export function openLinks(state: State, target: number): ReadonlyMap<number, FoundBefore> {
  const rows = state
    .sql(
      `SELECT person - 1 AS slot, remote_id AS remoteId, digest, why FROM operation
       WHERE target = ? AND kind = 'link' AND state = 'open' AND person IS NOT NULL`,
    )
    .all(target) as readonly (FoundBefore & { readonly slot: number })[];
  return new Map(rows.map(({ slot, ...found }) => [slot, found]));
}

/** What an earlier plan has released for a group that it has asked about; the id is that of one to be taken over. */
export function openGroup(
  state: State,
  target: number,
  group: number,
):
  | {
      readonly remoteId: string | null;
      readonly digest: string;
      readonly why: string;
      readonly absent: 0 | 1;
    }
  | undefined {
  return state
    .sql(
      `SELECT remote_id AS remoteId, digest, why, absent FROM operation WHERE target = ? AND grp = ? AND state = 'open'
       AND kind IN ('createGroup', 'linkGroup')`,
    )
    .get(target, group) as ReturnType<typeof openGroup>;
}
