import type { State } from './state.ts';

/** What was spent of one of a target's budgets within some moments that begin at a time. */
export interface Spent {
  readonly budget: string;
  readonly at: number;
  readonly count: number;
}

/** What was spent of a target's budgets and may still count. */
export function spentOf(state: State, target: number): readonly Spent[] {
  return state
    .sql('SELECT budget, at, count FROM spent WHERE target = ? ORDER BY budget, at')
    .all(target) as Spent[];
}

/** Adds to what was spent, inside the caller's transaction. */
export function writeSpent(state: State, target: number, spent: readonly Spent[]): void {
  for (const { budget, at, count } of spent)
    state
      .sql(
        'INSERT INTO spent VALUES (?, ?, ?, ?) ON CONFLICT (target, budget, at) DO UPDATE SET count = count + excluded.count',
      )
      .run(target, budget, at, count);
}

/** Writes the last of a run down, and forgets what counts for nothing any more; with it, until when the target rests. */
export function settleSpent(
  state: State,
  target: number,
  spent: readonly Spent[],
  { restUntil, forgetBefore }: { readonly restUntil: number | undefined; readonly forgetBefore: number },
): void {
  const isKnown = state.sql('SELECT rest_until FROM target WHERE id = ?').pluck().get(target) as
    number | null;
  const hasOld = state
    .sql('SELECT 1 FROM spent WHERE target = ? AND at < ? LIMIT 1')
    .get(target, forgetBefore);
  if (spent.length === 0 && isKnown === (restUntil ?? null) && hasOld === undefined) return;
  state.db
    .transaction(() => {
      writeSpent(state, target, spent);
      state.sql('DELETE FROM spent WHERE target = ? AND at < ?').run(target, forgetBefore);
      state.sql('UPDATE target SET rest_until = ? WHERE id = ?').run(restUntil ?? null, target);
    })
    .immediate();
}

/** Until when a target has asked for a rest; 0 where it has not. */
export function restOf(state: State, target: number): number {
  return (
    (state.sql('SELECT rest_until FROM target WHERE id = ?').pluck().get(target) as
      number | null | undefined) ?? 0
  );
}
