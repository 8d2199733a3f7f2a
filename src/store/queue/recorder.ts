import { ownerOf } from '../accounts.ts';
import { audit } from '../audit.ts';
import { writeSpent } from '../budgets.ts';
import type { Spent } from '../budgets.ts';
import type { AuditEvent } from '../audit.ts';
import { brakeAfter } from '../brake.ts';
import { actorOf, currentRun } from '../runs.ts';
import type { State } from '../state.ts';
import { LEASED_COLUMNS, LEASED_FROM } from './leased.ts';
import type { LeasedRow } from './leased.ts';
import { PHASE } from '../../planning/judge.ts';
import { memberEvents, writeMembers } from './members.ts';
import { detailOf } from './detail.ts';
import { endsLink, groupsEndedBy, resourceOf, writeStep } from './steps.ts';
import type { Writing } from './writing.ts';
import type { Told, ToldStep } from './told.ts';

export interface TargetOfQueue {
  readonly id: number;
  readonly name: string;
  /** The most members of a group that one request takes. */
  readonly members?: number;
  /** The run pauses the target itself, for everybody who comes after it. */
  readonly isPausedByRun?: boolean;
  /** Whose operations are sent alone, beside those of groups: a person's id. */
  readonly only?: number;
  /** What was released after this run alone, and whoever is offboarded: the number of a run. */
  readonly since?: number;
}

/** That an operation is meant, where a queue is not about all of them; a condition in SQL. Whoever is offboarded always is (rule 26). */
export function isMeant({ only, since }: Pick<TargetOfQueue, 'only' | 'since'>, table = 'operation'): string {
  const person =
    only === undefined
      ? ''
      : ` AND (coalesce(${table}.person, ${only}) = ${only} OR ${table}.phase = ${PHASE.offboard})`;
  const run =
    since === undefined ? '' : ` AND (${table}.run > ${since} OR ${table}.phase = ${PHASE.offboard})`;
  return person + run;
}

/**
 * What is to be leased: up to `most` requests of the first phase that has something due, and of none after `last`;
 * with up to so many `members` in each that is about a group's.
 */
export interface Lease extends LeaseLimits {
  readonly last: number;
  readonly most: number;
  readonly members?: number;
}

/** What the target's budgets have left: of creates, and of people to be added to a group, by its id, where it is few. */
export interface LeaseLimits {
  readonly creates?: number;
  readonly groups?: Readonly<Record<number, number>>;
}

/** What is written in one transaction: what became of what was leased, or what is leased next. */
export type Entry = {
  readonly target: TargetOfQueue;
  readonly run: number;
  readonly now: number;
} & ({ readonly steps: readonly Told[]; readonly spent?: readonly Spent[] } | { readonly lease: Lease });

/** Writes down what delivery does, here or in a thread of its own. */
export interface Recorder {
  /** Resolves when it is on the disk, with the operations that were leased; one entry after the other, in their order. */
  record(entry: Entry): Promise<readonly LeasedRow[]>;
  /** Resolves when nobody uses the state for it any more. */
  close(): Promise<void>;
}

/** In this thread. */
export function recorderHere(state: State): Recorder {
  return { record: async (entry) => record(state, entry), close: async () => undefined };
}

/** All of an entry, or nothing of it (law 5). */
export function record(state: State, entry: Entry): readonly LeasedRow[] {
  return state.db
    .transaction(() => {
      if ('lease' in entry) return take(state, entry, entry.lease);
      confirm(state, entry, entry.steps);
      writeSpent(state, entry.target.id, entry.spent ?? []);
      return [];
    })
    .immediate();
}

function confirm(state: State, { target, run, now }: Entry, steps: readonly Told[]): void {
  const writing = { state, run, target: target.id };
  const askedBy = askersAfter(state, run);
  const events = steps.flatMap((told): readonly AuditEvent[] => {
    const { id, actor } = askedBy(told.kind === 'members' ? told.outcomes[0]?.member.id : told.operation.id);
    const base = { at: now, run: id, target: target.name };
    if (told.kind === 'members') {
      writeMembers(writing, told, now);
      return memberEvents(told, base, actor);
    }
    const before = endsLink(told) ? resourceOf(writing, told.operation) : undefined;
    const groups = groupsEndedBy(writing, told);
    const step = written(writing, told, now);
    const { key } = step.operation;
    const detail = detailOf(step, { actor, before, groups });
    return [{ ...base, key, event: `operation.${step.kind}`, detail }];
  });
  audit(state, events);
  const people = steps.flatMap((told) => (told.kind === 'members' ? [] : [told.operation.person]));
  brakeAfter(state, target, people, { run, now });
}

/**
 * Whose plan an operation is, for the trail: that of the run which delivers, or of one that was released beside it since. Who
 * undoes a run takes back what that one wanted, and not what was asked of whoever delivered at the time.
 */
function askersAfter(
  state: State,
  run: number,
): (operation: number | undefined) => { readonly id: number; readonly actor: string | undefined } {
  const own = { id: run, actor: actorOf(state, run) };
  if (currentRun(state) <= run) return () => own;
  const later = state.sql('SELECT run FROM operation WHERE id = ? AND run > ?').pluck();
  return (operation) => {
    const id = later.get(operation ?? 0, run) as number | undefined;
    return id === undefined ? own : { id, actor: actorOf(state, id) };
  };
}

function take(
  state: State,
  { target, now }: Entry,
  { last, most, members = 1, creates = Infinity, groups = {} }: Lease,
): readonly LeasedRow[] {
  // Where nobody can be created at present, what follows need not wait for that.
  const asked = { target: target.id, meant: isMeant(target), now, most, members, groups, creates };
  const before = nextRows(state, {
    ...asked,
    first: -Infinity,
    last: creates > 0 ? last : Math.min(last, PHASE.create - 1),
  });
  const rows =
    before.length > 0 || creates > 0 ? before : nextRows(state, { ...asked, first: PHASE.reference, last });
  const mark = state.sql(`UPDATE operation SET state = 'leased', sent_at = ?, in_doubt = 0 WHERE id = ?`);
  for (const row of rows) mark.run(now, row.id);
  return rows;
}

function isCreate(row: LeasedRow): boolean {
  return row.kind === 'create';
}

/** Of the first phase that has something which can be sent now. Where all its groups are busy, it waits alone. */
function nextRows(
  state: State,
  asked: Omit<Due, 'phase' | 'isAdding'> & {
    readonly first: number;
    readonly last: number;
    readonly creates: number;
  },
): readonly LeasedRow[] {
  const { target, meant, last, now, most, creates } = asked;
  const next = state.sql(
    `SELECT ${LEASED_COLUMNS} FROM ${LEASED_FROM} WHERE operation.target = ? AND operation.state = 'open' AND operation.phase BETWEEN ? AND ? AND operation.run_at <= ?${meant} ORDER BY operation.phase, operation.id LIMIT ?`,
  );
  for (let { first } = asked; ;) {
    const due = next.all(target, first, last, now, most) as LeasedRow[];
    const [one] = due;
    if (one === undefined) return [];
    const { phase } = one;
    const rows = isMembership(one)
      ? memberships(state, { ...asked, phase, isAdding: one.kind === 'memberAdd' })
      : due.filter((row) => row.phase === phase).slice(0, isCreate(one) ? creates : due.length);
    if (rows.length > 0) return rows;
    first = phase + 1;
  }
}

function isMembership(row: LeasedRow): boolean {
  return row.part === 2;
}

/** What is asked for of one phase of a target. */
interface Due {
  readonly target: number;
  /** What else is asked of it, as SQL. */
  readonly meant: string;
  readonly phase: number;
  /** They come into groups, for which there may be a budget. */
  readonly isAdding: boolean;
  readonly now: number;
  readonly most: number;
  readonly members: number;
  readonly groups: Readonly<Record<number, number>>;
}

/** Some of each of several groups, but of none about which something is on its way: one group is told in order. */
function memberships(
  state: State,
  { target, meant, phase, isAdding, now, most, members, groups }: Due,
): readonly LeasedRow[] {
  const due = `operation.target = ? AND operation.state = 'open' AND operation.phase = ? AND operation.part = 2${meant}`;
  const next = state
    .sql(`SELECT grp FROM operation WHERE ${due} AND run_at <= ? AND grp > ? ORDER BY grp LIMIT 1`)
    .pluck();
  const busy = state.sql(`SELECT 1 FROM operation WHERE grp = ? AND target = ? AND state = 'leased' LIMIT 1`);
  const some = state.sql(
    `SELECT ${LEASED_COLUMNS} FROM ${LEASED_FROM} WHERE ${due} AND operation.run_at <= ? AND operation.grp = ? ORDER BY operation.id LIMIT ?`,
  );
  const rows: LeasedRow[] = [];
  let group = 0;
  for (let count = 0; count < most;) {
    const found = next.get(target, phase, now, group) as number | undefined;
    if (found === undefined) break;
    group = found;
    const left = isAdding ? Math.min(members, groups[group] ?? members) : members;
    if (left <= 0 || busy.get(group, target) !== undefined) continue;
    rows.push(...(some.all(target, phase, now, group, left) as LeasedRow[]));
    count++;
  }
  return rows;
}

/**
 * The step as it was written. A target that answers a create with the account of somebody else moves no account, for it
 * would be two people's: the table has each id once.
 */
function written(writing: Writing, step: ToldStep, now: number): ToldStep {
  try {
    writeStep(writing, step, now);
    return step;
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code !== 'SQLITE_CONSTRAINT_UNIQUE' || step.kind !== 'done' || step.account === null) throw error;
    const { remoteId } = step.account;
    const failed: ToldStep = {
      kind: 'failed',
      operation: step.operation,
      code: 'conflict',
      error: `the target answered with the account of ${ownerOf(writing.state, writing.target, remoteId)} (${remoteId})`,
    };
    writeStep(writing, failed, now);
    return failed;
  }
}
