import { audit } from './audit.ts';
import type { State } from './state.ts';

/** That somebody has paused a target: since when, who, and why if they said so. */
export interface Pause {
  readonly since: number;
  readonly actor: string;
  readonly reason?: string;
}

interface Named {
  readonly id: number;
  readonly name: string;
}

interface Pausing {
  readonly actor: string;
  readonly reason?: string;
  readonly now: number;
  /** That brings the pause along. */
  readonly run?: number;
}

/** Undefined where a target is not paused. */
export function pauseOf(state: State, target: number): Pause | undefined {
  const row = state
    .sql(
      'SELECT paused_since AS since, paused_by AS actor, paused_reason AS reason FROM target WHERE id = ? AND paused_since IS NOT NULL',
    )
    .get(target) as { since: number; actor: string; reason: string | null } | undefined;
  if (row === undefined) return undefined;
  const { reason, ...rest } = row;
  return { ...rest, ...(reason !== null && { reason }) };
}

/**
 * Pauses a target, and gives the pause as it is then: one that stands already goes on, with a new reason if there is one.
 * One short transaction beside whoever delivers, who looks at it before each lease (rule 26).
 */
export function pause(state: State, { id, name }: Named, { actor, reason, now, run }: Pausing): Pause {
  return state.db
    .transaction(() => {
      state
        .sql(
          `UPDATE target SET paused_since = coalesce(paused_since, ?), paused_by = ?, paused_reason = coalesce(?, paused_reason) WHERE id = ?`,
        )
        .run(now, actor, reason ?? null, id);
      const detail = { actor, ...(reason !== undefined && { reason }) };
      audit(state, [
        { at: now, target: name, event: 'target.paused', detail, ...(run !== undefined && { run }) },
      ]);
      return pauseOf(state, id)!;
    })
    .immediate();
}

/** The row of the trail with which a run paused a target. */
export function pausedByRun(state: State, name: string, run: number): number {
  const sql = `SELECT coalesce(max(seq), 0) FROM audit WHERE run = ? AND target = ? AND event = 'target.paused'`;
  return state.sql(sql).pluck().get(run, name) as number;
}

/** Whether somebody has paused a target after a row of the trail, and up to which row that is known. */
export function pausedSince(
  state: State,
  name: string,
  seq: number,
): { readonly head: number; readonly isPaused: boolean } {
  const { head, paused } = state
    .sql(
      `SELECT coalesce(max(seq), 0) AS head, coalesce(max(target IS ? AND event = 'target.paused'), 0) AS paused FROM audit WHERE seq > ?`,
    )
    .get(name, seq) as { head: number; paused: number };
  return { head: Math.max(head, seq), isPaused: paused === 1 };
}

/** What a resumption ended. */
export interface Resumed {
  readonly paused?: Pause;
  /** Since when the target was halted. */
  readonly haltedSince?: number;
  /** Operations that waited for their time, or had failed, and are due now. */
  readonly due: number;
}

/** Ends a pause and a halt, and lets nothing wait for its time any more; what is in doubt stays to be read (law 11). */
export function resume(
  state: State,
  { id, name }: Named,
  { actor, now }: { readonly actor: string; readonly now: number },
): Resumed {
  return state.db
    .transaction(() => {
      const paused = pauseOf(state, id);
      const halted = state.sql('SELECT halted_since FROM target WHERE id = ?').pluck().get(id) as
        number | null;
      const due = state
        .sql(
          `UPDATE operation SET run_at = 0 WHERE target = ? AND run_at > 0 AND state IN ('open', 'failed')`,
        )
        .run(id).changes;
      state
        .sql(
          `UPDATE target SET paused_since = NULL, paused_by = NULL, paused_reason = NULL, halted_since = NULL, halted_reason = NULL,
             halted_code = NULL, probes = 0, probe_at = NULL, refused = NULL, rest_until = NULL, resumed_at = ? WHERE id = ?`,
        )
        .run(now, id);
      const resumed = {
        ...(paused !== undefined && { paused }),
        ...(halted !== null && { haltedSince: halted }),
        due,
      };
      audit(state, [{ at: now, target: name, event: 'target.resumed', detail: { actor, ...resumed } }]);
      return resumed;
    })
    .immediate();
}

/** What whoever delivers looks at again and again: whether a person has paused the target, or resumed it. */
export interface Orders {
  readonly isPaused: boolean;
  readonly resumedAt: number;
}

export function ordersOf(state: State, target: number): Orders {
  const row = state
    .sql(
      'SELECT paused_since IS NOT NULL AS paused, coalesce(resumed_at, 0) AS resumed FROM target WHERE id = ?',
    )
    .get(target) as { paused: number; resumed: number } | undefined;
  return { isPaused: row?.paused === 1, resumedAt: row?.resumed ?? 0 };
}
