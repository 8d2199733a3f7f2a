import type { Situation } from '../model/index.ts';
import type { Found } from './stage/situations.ts';
import type { State } from './state.ts';

/** An account of a target that is nobody's, as the last reconciliation saw it. */
export interface Stray {
  readonly remoteId: string;
  readonly situation: Situation;
  readonly userName?: string;
  readonly email?: string;
  readonly active?: boolean;
  readonly reason?: string;
}

/** What the last reconciliation of a target found that is nobody's, and when that was. */
export interface Strays {
  readonly at: number;
  readonly count: number;
  /** The first of them. */
  readonly items: readonly Stray[];
}

/** So many are kept: they are there to be looked at, and reconcile itself names all of them. */
const mostKept = 1000;

/** Keeps what was found in the place of what was found before. */
export function keepStrays(state: State, target: number, found: Iterable<Found>, now: number): void {
  state.db
    .transaction(() => {
      state.sql('DELETE FROM stray WHERE target = ?').run(target);
      const insert = state.sql('INSERT OR IGNORE INTO stray VALUES (?, ?, ?, ?, ?, ?, ?)');
      let count = 0;
      for (const { item } of found) {
        const { remoteId, situation, userName, email, active, reason } = item;
        if (count++ >= mostKept) continue;
        const isActive = active === undefined ? null : Number(active);
        insert.run(target, remoteId, situation, userName ?? null, email ?? null, isActive, reason ?? null);
      }
      state.sql('UPDATE target SET reconciled_at = ?, strays = ? WHERE id = ?').run(now, count, target);
    })
    .immediate();
}

/** Undefined where the target was never reconciled. */
export function straysOf(state: State, target: number): Strays | undefined {
  const row = state
    .sql('SELECT reconciled_at AS at, strays AS count FROM target WHERE id = ?')
    .get(target) as { at: number | null; count: number | null } | undefined;
  if (row === undefined || row.at === null) return undefined;
  const rows = state
    .sql(
      'SELECT remote_id AS remoteId, situation, user_name AS userName, email, active, reason FROM stray WHERE target = ? ORDER BY remote_id',
    )
    .all(target) as (Record<'userName' | 'email' | 'reason', string | null> & {
    remoteId: string;
    situation: Situation;
    active: number | null;
  })[];
  const items = rows.map(({ remoteId, situation, userName, email, active, reason }) => ({
    remoteId,
    situation,
    ...(userName !== null && { userName }),
    ...(email !== null && { email }),
    ...(active !== null && { active: active === 1 }),
    ...(reason !== null && { reason }),
  }));
  return { at: row.at, count: row.count ?? 0, items };
}
