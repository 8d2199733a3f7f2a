import { targetRow } from './accounts.ts';
import { restOf } from './budgets.ts';
import { haltOf } from './halts.ts';
import { ordersOf } from './pauses.ts';
import type { State } from './state.ts';

/** That something waits on a target which no change is needed for: from when on it may be tried. */
export interface Due {
  readonly at: number;
  /** When a person has resumed the target last; 0 where nobody has. */
  readonly resumedAt: number;
}

interface Named {
  readonly name: string;
  readonly renamedFrom?: string;
}

/**
 * What earlier runs have left on a target: released and not sent yet, in doubt, or failed and worth another trial by then.
 * Undefined where nothing waits but for a person, an approval or somebody's account. While the target is paused, what is of
 * a phase up to `always` alone (rule 25).
 */
export function dueOn(state: State, { name, renamedFrom }: Named, always: number): Due | undefined {
  const row = targetRow(state, name, renamedFrom);
  if (row === undefined) return undefined;
  const { isPaused, resumedAt } = ordersOf(state, row.id);
  const due = state
    .sql(
      `SELECT min(run_at) FROM operation WHERE target = ? AND phase <= ?
         AND (state IN ('open', 'leased', 'failed') OR (state = 'waiting' AND run_at > 0))`,
    )
    .pluck()
    .get(row.id, isPaused ? always : Number.MAX_SAFE_INTEGER) as number | null;
  if (due === null) return undefined;
  return { at: Math.max(due, restOf(state, row.id), haltOf(state, row.id)?.probeAt ?? 0), resumedAt };
}

/** The same, asked again and again: the state is looked into only where somebody has written to it since. */
export function duesIn(state: State, always: number): (target: Named) => Due | undefined {
  const known = new Map<string, { readonly version: unknown; readonly due: Due | undefined }>();
  return (target) => {
    const { name } = target;
    const version = state.db.pragma('data_version', { simple: true });
    const before = known.get(name);
    if (before?.version === version) return before?.due;
    const due = dueOn(state, target, always);
    known.set(name, { version, due });
    return due;
  };
}
