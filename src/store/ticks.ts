import type { State } from './state.ts';

/** When the daemon last did a work for a target; undefined where it never has. */
export function tickOf(state: State, target: string, work: string): number | undefined {
  return state.sql('SELECT at FROM tick WHERE target = ? AND work = ?').pluck().get(target, work) as
    number | undefined;
}

export function noteTick(state: State, target: string, work: string, at: number): void {
  state
    .sql('INSERT INTO tick VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at')
    .run(target, work, at);
}
