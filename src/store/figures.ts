import type { State } from './state.ts';

/** What was done since a row of the trail, counted: nothing of it names a person. */
export interface Done {
  readonly target: string;
  readonly kind: string;
  readonly outcome: string;
  /** Of what failed, the class of the cause. */
  readonly code: string | null;
  readonly count: number;
}

/** The last row of the trail. */
export interface Mark {
  readonly seq: number;
}

export function markOfTrail(state: State): Mark {
  return state.sql('SELECT coalesce(max(seq), 0) AS seq FROM audit').get() as Mark;
}

export function doneSince(state: State, after: Mark, until: Mark): readonly Done[] {
  return state
    .sql(
      `SELECT target, coalesce(detail ->> 'kind', '') AS kind, substr(event, 11) AS outcome, detail ->> 'code' AS code, count(*) AS count
       FROM audit WHERE seq > ? AND seq <= ? AND target IS NOT NULL AND event IN ('operation.done', 'operation.failed', 'operation.waiting', 'operation.doubt', 'operation.retry')
       GROUP BY 1, 2, 3, 4`,
    )
    .all(after.seq, until.seq) as Done[];
}

export interface RunsEnded {
  /** Its first word. */
  readonly command: string;
  readonly outcome: 'done' | 'trouble' | 'error';
  readonly count: number;
}

/** By when they ended: one that began earlier may go on for longer. */
export function runsSince(state: State, after: Mark, until: Mark): readonly RunsEnded[] {
  return state
    .sql(
      `SELECT CASE instr(command, ' ') WHEN 0 THEN command ELSE substr(command, 1, instr(command, ' ') - 1) END AS command,
         CASE WHEN outcome ->> 'error' IS NOT NULL THEN 'error'
           WHEN EXISTS (SELECT 1 FROM json_each(outcome, '$.targets') WHERE value ->> 'state' <> 'done') THEN 'trouble' ELSE 'done' END AS outcome,
         count(*) AS count
       FROM run WHERE ended_at IS NOT NULL AND id IN (SELECT run FROM audit WHERE seq > ? AND seq <= ? AND event = 'run.ended')
       GROUP BY 1, 2`,
    )
    .all(after.seq, until.seq) as RunsEnded[];
}

/** What is open on a target, by its state. */
export function openByState(
  state: State,
  target: number,
): readonly { readonly state: string; readonly count: number }[] {
  return state
    .sql('SELECT state, count(*) AS count FROM operation WHERE target = ? GROUP BY state')
    .all(target) as { state: string; count: number }[];
}

/** How many accounts of people a target has of ours, how many of them are on, and how many are only invited. */
export function accountCounts(
  state: State,
  target: number,
): { readonly linked: number; readonly active: number; readonly invited: number } {
  return state
    .sql(
      `SELECT coalesce(sum(count), 0) AS linked, coalesce(sum(count * active), 0) AS active,
         coalesce(sum(iif(state = 'invited', count, 0)), 0) AS invited
       FROM account_count WHERE target = ? AND type = 'User'`,
    )
    .get(target) as { linked: number; active: number; invited: number };
}
