import { ownerOf } from '../accounts.ts';
import { audit } from '../audit.ts';
import type { AuditEvent } from '../audit.ts';
import type { State } from '../state.ts';
import { LEASED_COLUMNS, LEASED_FROM } from './leased.ts';
import type { LeasedRow } from './leased.ts';
import { memberEvents, writeMembers } from './members.ts';
import { detailOf, writeStep } from './steps.ts';
import type { Writing } from './steps.ts';
import type { Told, ToldStep } from './told.ts';

export interface TargetOfQueue {
  readonly id: number;
  readonly name: string;
  /** The most members of a group that one request takes. */
  readonly members?: number;
}

/**
 * What is to be leased: up to `most` requests of the first phase that has something due, and of none after `last`;
 * with up to so many `members` in each that is about a group's.
 */
export interface Lease {
  readonly last: number;
  readonly most: number;
  readonly members?: number;
}

/** What is written in one transaction: what became of what was leased, or what is leased next. */
export type Entry = {
  readonly target: TargetOfQueue;
  readonly run: number;
  readonly now: number;
} & ({ readonly steps: readonly Told[] } | { readonly lease: Lease });

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
      return [];
    })
    .immediate();
}

function confirm(state: State, { target, run, now }: Entry, steps: readonly Told[]): void {
  const writing = { state, run, target: target.id };
  const base = { at: now, run, target: target.name };
  const events = steps.flatMap((told): readonly AuditEvent[] => {
    if (told.kind === 'members') {
      writeMembers(writing, told, now);
      return memberEvents(told, base);
    }
    const step = written(writing, told, now);
    const { key } = step.operation;
    return [{ ...base, key, event: `operation.${step.kind}`, detail: detailOf(step) }];
  });
  audit(state, events);
}

function take(
  state: State,
  { target, now }: Entry,
  { last, most, members = 1 }: Lease,
): readonly LeasedRow[] {
  const rows = nextRows(state, { target: target.id, last, now, most, members });
  const mark = state.sql(`UPDATE operation SET state = 'leased', sent_at = ?, in_doubt = 0 WHERE id = ?`);
  for (const row of rows) mark.run(now, row.id);
  return rows;
}

/** Of the first phase that has something which can be sent now. Where all its groups are busy, it waits alone. */
function nextRows(state: State, asked: Omit<Due, 'phase'> & { readonly last: number }): readonly LeasedRow[] {
  const { target, last, now, most } = asked;
  const next = state.sql(
    `SELECT ${LEASED_COLUMNS} FROM ${LEASED_FROM} WHERE operation.target = ? AND operation.state = 'open' AND operation.phase > ? AND operation.phase <= ? AND operation.run_at <= ? ORDER BY operation.phase, operation.id LIMIT ?`,
  );
  for (let before = -Infinity; ;) {
    const due = next.all(target, before, last, now, most) as LeasedRow[];
    const [first] = due;
    if (first === undefined) return [];
    const { phase } = first;
    const rows = isMembership(first)
      ? memberships(state, { ...asked, phase })
      : due.filter((row) => row.phase === phase);
    if (rows.length > 0) return rows;
    before = phase;
  }
}

function isMembership(row: LeasedRow): boolean {
  return row.part === 2;
}

/** What is asked for of one phase of a target. */
interface Due {
  readonly target: number;
  readonly phase: number;
  readonly now: number;
  readonly most: number;
  readonly members: number;
}

/** Some of each of several groups, but of none about which something is on its way: one group is told in order. */
function memberships(state: State, { target, phase, now, most, members }: Due): readonly LeasedRow[] {
  const due = `operation.target = ? AND operation.state = 'open' AND operation.phase = ? AND operation.part = 2`;
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
    if (busy.get(group, target) !== undefined) continue;
    rows.push(...(some.all(target, phase, now, group, members) as LeasedRow[]));
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
