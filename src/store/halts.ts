import { audit } from './audit.ts';
import type { State } from './state.ts';

/** That a target failed as a whole, since when and why. */
export interface Halt {
  readonly since: number;
  readonly code: string;
  readonly reason: string;
  /** Before that it is not asked again of itself; absent where the next run asks it. */
  readonly probeAt?: number;
}

interface Halted {
  readonly id: number;
  readonly name: string;
  readonly run?: number;
}

interface HaltRow {
  readonly since: number;
  readonly code: string;
  readonly reason: string;
  readonly probes: number;
  readonly probe_at: number | null;
  readonly refused: string | null;
}

const minute = 60_000;
const longestDistance = 10 * minute;

/**
 * Milliseconds until a halted target is asked again, after so many failures since the one that halted it: the next run asks
 * at once, and then at growing distances, one minute, two, four, and up to ten.
 */
export function probeDistance(failures: number): number {
  return failures === 0 ? 0 : Math.min(2 ** (failures - 1) * minute, longestDistance);
}

function rowOf(state: State, target: number): HaltRow | undefined {
  return state
    .sql(
      `SELECT halted_since AS since, halted_code AS code, halted_reason AS reason, probes, probe_at, refused FROM target
       WHERE id = ? AND halted_since IS NOT NULL`,
    )
    .get(target) as HaltRow | undefined;
}

/** Undefined where a target is not halted. */
export function haltOf(state: State, target: number): Halt | undefined {
  const row = rowOf(state, target);
  if (row === undefined) return undefined;
  const { since, code, reason, probe_at } = row;
  return { since, code, reason, ...(probe_at !== null && { probeAt: probe_at }) };
}

/** Whether a halted target refused another credential than this one, of which `mark` is a keyed digest. */
export function refusedAnother(state: State, target: number, mark: string): boolean {
  const refused = rowOf(state, target)?.refused;
  return refused !== undefined && refused !== null && refused !== mark;
}

export function noteRefused(state: State, target: number, mark: string): void {
  state.sql('UPDATE target SET refused = ? WHERE id = ? AND halted_since IS NOT NULL').run(mark, target);
}

/** Halts a target, or notes that it has failed once more: the trail has that it is halted, and each new reason. */
export function halt(
  state: State,
  { id, name, run }: Halted,
  failure: { readonly code: string; readonly message: string },
  now: number,
): void {
  state.db
    .transaction(() => {
      const before = rowOf(state, id);
      const probes = before === undefined ? 0 : before.probes + 1;
      state
        .sql(
          `UPDATE target SET halted_since = coalesce(halted_since, ?), halted_reason = ?, halted_code = ?, probes = ?, probe_at = ?,
             refused = NULL WHERE id = ?`,
        )
        .run(
          now,
          failure.message,
          failure.code,
          probes,
          probes === 0 ? null : now + probeDistance(probes),
          id,
        );
      if (before?.code === failure.code) return;
      const { code, message } = failure;
      audit(state, [
        {
          at: now,
          ...(run !== undefined && { run }),
          target: name,
          event: 'target.halted',
          detail: { code, message },
        },
      ]);
    })
    .immediate();
}

/** A halted target answers again. */
export function answers(state: State, { id, name, run }: Halted, now: number): void {
  if (rowOf(state, id) === undefined) return;
  state.db
    .transaction(() => {
      const changed = state
        .sql(
          `UPDATE target SET halted_since = NULL, halted_reason = NULL, halted_code = NULL, probes = 0, probe_at = NULL, refused = NULL
           WHERE id = ? AND halted_since IS NOT NULL`,
        )
        .run(id).changes;
      if (changed === 0) return;
      const base = { at: now, ...(run !== undefined && { run }), target: name };
      audit(state, [{ ...base, event: 'target.resumed', detail: {} }]);
    })
    .immediate();
}

/** Whether somebody who leaves waits to be switched off on a target, of what was released before. */
export function hasLeavers(state: State, target: number): boolean {
  return (
    state
      .sql(
        `SELECT 1 FROM operation WHERE target = ? AND state IN ('open', 'leased', 'failed') AND kind IN ('deactivate', 'delete') LIMIT 1`,
      )
      .get(target) !== undefined
  );
}
