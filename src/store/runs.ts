import { audit } from './audit.ts';
import type { State } from './state.ts';

/** The number of the newest run; 0 before the first. */
export function currentRun(state: State): number {
  return (state.sql('SELECT max(id) FROM run').pluck().get() as number | null) ?? 0;
}

/** Begins a run, and the trail says so: who, by which command, with which configuration. */
export function startRun(
  state: State,
  run: {
    readonly command: string;
    readonly actor: string;
    readonly now: number;
    /** sha256 of the configuration's file, in hexadecimal. */
    readonly configuration?: string;
  },
): number {
  const { command, actor, now, configuration } = run;
  return state.db
    .transaction(() => {
      const id = Number(
        state.sql('INSERT INTO run (started_at, command, actor) VALUES (?, ?, ?)').run(now, command, actor)
          .lastInsertRowid,
      );
      const detail = { command, actor, ...(configuration !== undefined && { configuration }) };
      audit(state, [{ at: now, run: id, event: 'run.started', detail }]);
      return id;
    })
    .immediate();
}

export function endRun(state: State, id: number, outcome: object, now: number): void {
  const detail = JSON.stringify(outcome);
  state.db
    .transaction(() => {
      state.sql('UPDATE run SET ended_at = ?, outcome = ? WHERE id = ?').run(now, detail, id);
      audit(state, [{ at: now, run: id, event: 'run.ended', detail: JSON.parse(detail) as object }]);
    })
    .immediate();
}

/** Who began a run; nobody, where the state does not know it. */
export function actorOf(state: State, run: number): string | undefined {
  return state.sql('SELECT actor FROM run WHERE id = ?').pluck().get(run) as string | undefined;
}
