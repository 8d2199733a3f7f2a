import type { State } from './state.ts';

export interface Backlog {
  /** Released and not sent yet. */
  readonly pending: number;
  readonly failed: number;
  /** For a reference, an invitation, an answer that is in doubt, or a person who was left out. */
  readonly waiting: number;
  readonly held: number;
}

/** What is open on a target, counted. */
export function backlog(state: State, target: number): Backlog {
  const rows = state
    .sql('SELECT state, count(*) AS count FROM operation WHERE target = ? GROUP BY state')
    .all(target) as { state: string; count: number }[];
  const of = (name: string): number => rows.find((row) => row.state === name)?.count ?? 0;
  const leftOut = state.sql('SELECT count(*) FROM left_out WHERE target = ?').pluck().get(target) as number;
  return {
    pending: of('open'),
    failed: of('failed'),
    waiting: of('waiting') + of('leased') + leftOut,
    held: of('held'),
  };
}
