import { accountCounts } from './figures.ts';
import { haltOf } from './halts.ts';
import type { Halt } from './halts.ts';
import { pauseOf } from './pauses.ts';
import type { Pause } from './pauses.ts';
import type { State } from './state.ts';
import { KEY, WHOSE } from './whose.ts';

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

/**
 * Whether something was sent to a target since then that may have been carried out, and has no answer that says so. Where
 * another page was in the place of the service, it was not.
 */
export function isInDoubt(state: State, target: number, since: number): boolean {
  const found = `SELECT 1 FROM operation WHERE target = ? AND state = 'leased' AND sent_at >= ? AND code IS NOT 'protocol' LIMIT 1`;
  return state.sql(found).get(target, since) !== undefined;
}

export interface TargetStatus {
  readonly name: string;
  readonly linked: number;
  readonly active: number;
  readonly invited: number;
  readonly backlog: Backlog;
  readonly paused?: Pause;
  readonly halted?: Halt;
  readonly plannedAt?: number;
  /** The next people whose turn it is, and who have not been tried yet. */
  readonly pending: readonly Pending[];
  /** The first failed, waiting and left-out people, with the reason. */
  readonly troubles: readonly Trouble[];
}

export interface Pending {
  readonly key: string;
  readonly kind: string;
  readonly why: string;
}

export interface Trouble {
  readonly key: string;
  readonly state: 'failed' | 'waiting' | 'pending' | 'inDoubt' | 'leftOut';
  readonly kind?: string;
  readonly rule?: string;
  readonly reason: string;
  readonly since?: number;
  /** Of what failed: the first run after that sends it again. */
  readonly again?: number;
}

/** Everything that a state knows of a target, by the target's name; undefined where it was never planned. */
export function targetStatus(state: State, name: string, most: number): TargetStatus | undefined {
  const row = state.sql('SELECT id, planned_at FROM target WHERE name = ?').get(name) as
    { id: number; planned_at: number | null } | undefined;
  if (row === undefined) return undefined;
  const halted = haltOf(state, row.id);
  const paused = pauseOf(state, row.id);
  return {
    name,
    ...accountCounts(state, row.id),
    backlog: backlog(state, row.id),
    ...(paused !== undefined && { paused }),
    ...(halted !== undefined && { halted }),
    ...(row.planned_at !== null && { plannedAt: row.planned_at }),
    pending: pending(state, row.id, most),
    troubles: troubles(state, row.id, most),
  };
}

/** In the order in which they are sent. */
function pending(state: State, target: number, most: number): readonly Pending[] {
  return state
    .sql(
      `SELECT ${KEY} AS key, kind, why FROM ${WHOSE}
       WHERE target = ? AND state = 'open' AND attempts = 0 ORDER BY phase, operation.id LIMIT ?`,
    )
    .all(target, most) as Pending[];
}

interface TroubleRow {
  readonly key: string;
  readonly kind: string;
  readonly state: string;
  readonly rule: string | null;
  readonly reason: string;
  readonly again: number | null;
}

function troubles(state: State, target: number, most: number): readonly Trouble[] {
  const operations = state
    .sql(
      `SELECT ${KEY} AS key, kind, state, code AS rule, coalesce(error, iif(state = 'leased', 'it was sent, and its answer is not known yet', '')) AS reason,
         iif(state = 'failed', run_at, NULL) AS again FROM ${WHOSE}
       WHERE target = ? AND state <> 'held' AND (state <> 'open' OR attempts > 0) ORDER BY state, key LIMIT ?`,
    )
    .all(target, most) as readonly TroubleRow[];
  const leftOut = state
    .sql(
      'SELECT key, rule, reason, since FROM left_out JOIN person ON person.id = person WHERE target = ? ORDER BY key LIMIT ?',
    )
    .all(target, most) as { key: string; rule: string; reason: string; since: number }[];
  const names = { failed: 'failed', waiting: 'waiting', open: 'pending', leased: 'inDoubt' } as const;
  return [
    ...operations.map((row) => ({
      key: row.key,
      kind: row.kind,
      state: names[row.state as keyof typeof names],
      ...(row.rule !== null && { rule: row.rule }),
      reason: row.reason,
      ...(row.again !== null && { again: row.again }),
    })),
    ...leftOut.map((row) => ({ ...row, state: 'leftOut' as const })),
  ];
}

export interface LastRun {
  readonly id: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly command: string;
  readonly actor: string;
}

export function lastRun(state: State): LastRun | undefined {
  const row = state
    .sql('SELECT id, started_at, ended_at, command, actor FROM run ORDER BY id DESC LIMIT 1')
    .get() as
    { id: number; started_at: number; ended_at: number | null; command: string; actor: string } | undefined;
  return (
    row && {
      id: row.id,
      startedAt: row.started_at,
      ...(row.ended_at !== null && { endedAt: row.ended_at }),
      command: row.command,
      actor: row.actor,
    }
  );
}

/** People whose record is rejected and who have an account: since when they are left as they are. */
export function frozen(
  state: State,
  most: number,
): readonly {
  readonly key: string;
  readonly since: number;
  readonly rule: string;
  readonly reason: string;
}[] {
  return state
    .sql(
      `SELECT key, since, rule, reason FROM rejection JOIN person ON person.id = person
       WHERE EXISTS (SELECT 1 FROM account WHERE account.person = rejection.person) ORDER BY since, key LIMIT ?`,
    )
    .all(most) as { key: string; since: number; rule: string; reason: string }[];
}

/** Targets that the state holds accounts of and the configuration does not name any more: reported and left alone (rule 9). */
export function forgottenTargets(
  state: State,
  known: readonly string[],
): readonly { readonly name: string; readonly linked: number }[] {
  const rows = state
    .sql(
      'SELECT name, (SELECT coalesce(sum(count), 0) FROM account_count WHERE target = target.id) AS linked FROM target ORDER BY name',
    )
    .all() as { name: string; linked: number }[];
  return rows.filter((row) => !known.includes(row.name));
}
