import { PHASE } from '../planning/judge.ts';
import type { State } from './state.ts';

/**
 * How long it took until people who leave were off: from the beginning of the first read that said so, whatever held them
 * up since, to the target's word that it is so. Of those who are not off yet, since when that is known of the first.
 */
export interface LeaverLag {
  readonly count: number;
  readonly medianSeconds?: number;
  readonly longestSeconds?: number;
  readonly open: number;
  readonly oldestOpenSeconds?: number;
}

const kept = 30 * 86_400_000;

/** Of an operation: since when it is known that they leave; of whoever has not left, but is out of scope, since its own run. */
const KNOWN =
  'coalesce((SELECT known_at FROM leaving WHERE target = operation.target AND person = operation.person), known_at)';

/** Notes that somebody is off, inside the caller's transaction, before it is written of the account and the operation is closed. */
export function noteLeaver(state: State, operation: number, now: number): void {
  state
    .sql(
      `INSERT INTO leaver SELECT target, ?, max(0, ? - ${KNOWN}) FROM operation WHERE id = ? AND known_at IS NOT NULL`,
    )
    .run(now, now, operation);
  state
    .sql(
      'DELETE FROM leaving WHERE (target, person) IN (SELECT target, person FROM operation WHERE id = ? AND known_at IS NOT NULL)',
    )
    .run(operation);
}

/**
 * Of whoever was switched off from a time on, and of whoever is not yet; nothing where there is nobody of either kind. Whose
 * record is rejected may not have left at all, and is told as frozen.
 */
export function leaverLag(state: State, target: number, since: number, now: number): LeaverLag | undefined {
  const times = state
    .sql('SELECT milliseconds FROM leaver WHERE target = ? AND at >= ? ORDER BY milliseconds')
    .pluck()
    .all(target, since) as number[];
  const { open, first } = state
    .sql(
      `SELECT count(*) AS open, min(known_at) AS first FROM (
         SELECT known_at FROM leaving WHERE target = :target AND person NOT IN (SELECT person FROM rejection)
         UNION ALL SELECT known_at FROM operation WHERE target = :target AND state IN ('open', 'leased', 'waiting', 'failed')
           AND phase <= ${PHASE.leave} AND known_at IS NOT NULL AND person NOT IN (SELECT person FROM leaving WHERE target = :target))`,
    )
    .get({ target }) as { open: number; first: number | null };
  if (times.length === 0 && open === 0) return undefined;
  const middle = times[Math.floor((times.length - 1) / 2)];
  return {
    count: times.length,
    ...(middle !== undefined && { medianSeconds: seconds(middle), longestSeconds: seconds(times.at(-1)!) }),
    open,
    ...(first !== null && { oldestOpenSeconds: seconds(now - first) }),
  };
}

/** How long each took who was switched off from a time on: when that was, and milliseconds; the oldest first. */
export function lagsSince(
  state: State,
  target: number,
  since: number,
): readonly { readonly at: number; readonly milliseconds: number }[] {
  return state
    .sql('SELECT at, milliseconds FROM leaver WHERE target = ? AND at >= ? ORDER BY at')
    .all(target, since) as { at: number; milliseconds: number }[];
}

export function forgetLags(state: State, target: number, now: number): void {
  state.sql('DELETE FROM leaver WHERE target = ? AND at < ?').run(target, now - kept);
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
