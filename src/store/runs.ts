import type { State } from './state.ts';

/** The number of the newest run; 0 before the first. */
export function currentRun(state: State): number {
  return (state.sql('SELECT max(id) FROM run').pluck().get() as number | null) ?? 0;
}

export function startRun(
  state: State,
  run: { readonly command: string; readonly actor: string; readonly now: number },
): number {
  return Number(
    state
      .sql('INSERT INTO run (started_at, command, actor) VALUES (?, ?, ?)')
      .run(run.now, run.command, run.actor).lastInsertRowid,
  );
}

export function endRun(state: State, id: number, outcome: object, now: number): void {
  state.sql('UPDATE run SET ended_at = ?, outcome = ? WHERE id = ?').run(now, JSON.stringify(outcome), id);
}
