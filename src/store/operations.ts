import type Database from 'better-sqlite3';
import { canonical } from '../model/index.ts';
import type { Resource } from '../model/index.ts';
import { audit } from './audit.ts';
import type { AuditEvent } from './audit.ts';
import { LEASED_COLUMNS, LEASED_FROM, detailOf, leasedOf } from './leased.ts';
import type { Leased, LeasedRow, Step } from './leased.ts';
import type { State } from './state.ts';
import { writeStep } from './steps.ts';
import type { Writing } from './steps.ts';

export { isLeaving, withoutPassword } from './leased.ts';
export type { Leased, Step } from './leased.ts';

const doubtsAtOnce = 64;

/** The operations of one target that are released, seen by whoever holds the target's lock. */
export class OperationQueue {
  readonly #state: State;
  readonly #db: Database.Database;
  readonly #target: number;
  readonly #name: string;
  readonly #run: number;
  readonly #writing: Writing;
  readonly #lease: Database.Transaction<
    (last: number, most: number, now: number, steps: readonly Step[]) => readonly Leased[]
  >;
  /** The canonical texts of what is leased: most of it is confirmed as it stands, and need not be written anew. */
  readonly #texts = new WeakMap<Resource, string>();
  readonly #confirm: Database.Transaction<(steps: readonly Step[], now: number) => void>;
  #isRooted = false;

  constructor(state: State, target: { readonly id: number; readonly name: string }, run: number) {
    this.#state = state;
    this.#db = state.db;
    this.#target = target.id;
    this.#name = target.name;
    this.#run = run;
    this.#writing = {
      state,
      run,
      target: target.id,
      textOf: (resource) => this.#textOf(resource),
      remoteIdOf: (key) => this.remoteIdOf(key),
    };
    this.#confirm = this.#db.transaction((steps, now) => this.#record(steps, now));
    this.#lease = this.#db.transaction((last, most, now, steps) => {
      this.#record(steps, now);
      return this.#take(last, most, now);
    });
  }

  /** When the next operation that waits for its time falls due. */
  nextDue(): number | undefined {
    return (this.#state
      .sql(`SELECT min(run_at) FROM operation WHERE target = ? AND state = 'open'`)
      .pluck()
      .get(this.#target) ?? undefined) as number | undefined;
  }

  /**
   * Takes up to `most` operations to be sent at once, all of the first phase that has some and of none after `last`, and in
   * the same transaction writes down what became of earlier ones. No byte of them may go out before `durable` says that the lease is on the disk (law 11): a power cut
   * could forget it, and a POST would be repeated unlooked.
   */
  lease(last: number, most: number, now: number, steps: readonly Step[] = []): readonly Leased[] {
    if (this.#isRooted) return this.#lease.immediate(last, most, now, steps);
    // The first commit brings the log's own entry in its folder to the disk as well, which only SQLite does.
    this.#db.pragma('synchronous = FULL');
    try {
      const leased = this.#lease.immediate(last, most, now, steps);
      this.#isRooted = true;
      return leased;
    } finally {
      this.#db.pragma('synchronous = NORMAL');
    }
  }

  /** Resolves when everything that was leased until now is on the disk, as after a commit with `synchronous = FULL`. */
  durable(): Promise<void> {
    return this.#state.flush();
  }

  /** Leased, and nothing of it was sent. */
  putBack(operations: readonly Leased[]): void {
    const open = this.#state.sql(`UPDATE operation SET state = 'open', sent_at = NULL WHERE id = ?`);
    this.#db.transaction(() => operations.forEach(({ id }) => open.run(id))).immediate();
  }

  /** The ids of what was leased by a run that is gone, or got no answer. */
  doubtfulIds(): readonly number[] {
    return this.#state
      .sql(`SELECT id FROM operation WHERE target = ? AND state = 'leased' ORDER BY phase, id`)
      .pluck()
      .all(this.#target) as number[];
  }

  /** The same as operations, some at a time: what is written about them meanwhile is no hindrance. */
  *doubtful(): Generator<Leased> {
    const ids = this.doubtfulIds();
    const some = this.#state.sql(
      `SELECT ${LEASED_COLUMNS} FROM json_each(?) AS wanted CROSS JOIN ${LEASED_FROM} WHERE operation.id = wanted.value`,
    );
    for (let from = 0; from < ids.length; from += doubtsAtOnce)
      for (const row of some.all(JSON.stringify(ids.slice(from, from + doubtsAtOnce))) as LeasedRow[])
        yield leasedOf(row);
  }

  /** The target's id of another person's account. */
  remoteIdOf(key: string): string | undefined {
    return this.#state
      .sql(
        `SELECT remote_id FROM account JOIN person ON person.id = account.person WHERE target = ? AND type = 'User' AND person.key = ?`,
      )
      .pluck()
      .get(this.#target, key) as string | undefined;
  }

  /** Whose account an id of the target is, if it is somebody's. */
  ownerOf(remoteId: string): string | undefined {
    return this.#state
      .sql(
        `SELECT person.key FROM account JOIN person ON person.id = account.person WHERE target = ? AND type = 'User' AND remote_id = ?`,
      )
      .pluck()
      .get(this.#target, remoteId) as string | undefined;
  }

  /** One transaction: the operation is closed, the account moved and the trail written, or none of it (law 5). */
  confirm(steps: readonly Step[], now: number): void {
    this.#confirm.immediate(steps, now);
  }

  #record(steps: readonly Step[], now: number): void {
    const events: AuditEvent[] = [];
    for (const told of steps) {
      const step = this.#written(told, now);
      events.push({
        at: now,
        run: this.#run,
        target: this.#name,
        key: step.operation.key,
        event: `operation.${step.kind}`,
        detail: detailOf(step, this.#writing.textOf),
      });
    }
    audit(this.#state, events);
  }

  #take(last: number, most: number, now: number): readonly Leased[] {
    const due = this.#state
      .sql(
        `SELECT ${LEASED_COLUMNS} FROM ${LEASED_FROM} WHERE operation.target = ? AND operation.state = 'open' AND operation.phase <= ? AND operation.run_at <= ? ORDER BY operation.phase, operation.id LIMIT ?`,
      )
      .all(this.#target, last, now, most) as LeasedRow[];
    const rows = due.filter(({ phase }) => phase === due[0]!.phase);
    const mark = this.#state.sql(
      `UPDATE operation SET state = 'leased', sent_at = ?, in_doubt = 0 WHERE id = ?`,
    );
    for (const row of rows) mark.run(now, row.id);
    return rows.map((row) => {
      const leased = leasedOf(row, now);
      if (leased.after !== undefined) this.#texts.set(leased.after, row.after!);
      return leased;
    });
  }

  #textOf(resource: Resource): string {
    return this.#texts.get(resource) ?? canonical(resource);
  }

  /**
   * The step as it was written. A target that answers a create with the account of somebody else moves no account, for it
   * would be two people's: the table has each id once.
   */
  #written(step: Step, now: number): Step {
    try {
      writeStep(this.#writing, step, now);
      return step;
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      if (code !== 'SQLITE_CONSTRAINT_UNIQUE' || step.kind !== 'done' || step.account === null) throw error;
      const { operation } = step;
      const { remoteId } = step.account;
      const told = `the target answered with the account of ${this.ownerOf(remoteId)} (${remoteId})`;
      const failed: Step = { kind: 'failed', operation, code: 'conflict', error: told };
      writeStep(this.#writing, failed, now);
      return failed;
    }
  }

  halt(failure: { readonly code: string; readonly message: string }, now: number): void {
    this.#db
      .transaction(() => {
        this.#state
          .sql(
            'UPDATE target SET halted_since = coalesce(halted_since, ?), halted_reason = ?, halted_code = ? WHERE id = ?',
          )
          .run(now, failure.message, failure.code, this.#target);
        this.#tell('target.halted', failure, now);
      })
      .immediate();
  }

  /** The target answers again. */
  resume(now: number): void {
    const changed = this.#state
      .sql(
        'UPDATE target SET halted_since = NULL, halted_reason = NULL, halted_code = NULL WHERE id = ? AND halted_since IS NOT NULL',
      )
      .run(this.#target).changes;
    if (changed > 0) this.#db.transaction(() => this.#tell('target.resumed', {}, now)).immediate();
  }

  #tell(event: string, detail: object, now: number): void {
    audit(this.#state, [{ at: now, run: this.#run, target: this.#name, event, detail }]);
  }
}
