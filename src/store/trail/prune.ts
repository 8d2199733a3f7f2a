import { audit } from '../audit.ts';
import type { State } from '../state.ts';
import { anchorOf } from './verify.ts';

/** So many rows go in one transaction at the most: whoever else writes does not wait for long. */
const atOnce = 20_000;

/**
 * Takes away what is older than `before`, run by run and oldest first: a run of which something is younger stays whole,
 * with all that was written after it began. What is left goes on from an anchor, which has the number and the hash of the
 * last row that went, and the trail itself says so, so that it verifies from there. Returns how many rows went. `run` is who does it.
 */
export function pruneTrail(
  state: State,
  { run, before, now }: { readonly run: number; readonly before: number; readonly now: number },
): number {
  let gone = 0;
  for (;;) {
    const some = state.db.transaction(() => pruneSome(state, run, before, now)).immediate();
    gone += some;
    if (some < atOnce) return gone;
  }
}

function pruneSome(state: State, run: number, before: number, now: number): number {
  const begins = anchorOf(state)?.seq ?? 0;
  const to = Math.min(lastOld(state, before), begins + atOnce);
  if (to <= begins) return 0;
  const { hash, at } = state.sql('SELECT hash, at FROM audit WHERE seq = ?').get(to) as {
    hash: string;
    at: number;
  };
  state.sql('INSERT INTO audit_anchor VALUES (?, ?, ?)').run(to, hash, at);
  const detail = { seq: to, hash, rows: to - begins, before: new Date(before).toISOString() };
  // Written before anything goes, so that there is always a row after which the next is numbered.
  audit(state, [{ at: now, run, event: 'trail.pruned', detail }]);
  return state.sql('DELETE FROM audit WHERE seq <= ?').run(to).changes;
}

/** The last row that is old, and that no run has which is younger in part; what is not a run's goes with what is around it. */
function lastOld(state: State, before: number): number {
  const young = state.sql('SELECT seq FROM audit WHERE at >= ? ORDER BY seq LIMIT 1').pluck();
  const first = young.get(before) as number | undefined;
  const last = first ?? ((state.sql('SELECT max(seq) FROM audit').pluck().get() as number | null) ?? 0) + 1;
  // A run that began before the first young row was written may have rows on both sides; one that was killed never ends.
  const straddling = state
    .sql(
      `SELECT min(seq) FROM audit WHERE run IN (SELECT id FROM run WHERE started_at < ? AND (ended_at >= ?
         OR (ended_at IS NULL AND EXISTS (SELECT 1 FROM audit AS young WHERE young.run = run.id AND young.at >= ?))))`,
    )
    .pluck()
    .get(before, before, before) as number | null;
  return Math.min(last, straddling ?? last) - 1;
}
