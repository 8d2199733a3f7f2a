import type Database from 'better-sqlite3';
import { canonical } from '../model/index.ts';
import type { AttributeChange, Kind, Resource } from '../model/index.ts';
import { audit } from './audit.ts';
import type { AuditEvent } from './audit.ts';
import type { State } from './state.ts';

/** An operation that is leased: everything needed to send it, references still as identity keys. */
export interface Leased {
  readonly id: number;
  readonly person: number;
  readonly key: string;
  readonly kind: Kind;
  readonly part: 0 | 1;
  readonly phase: number;
  readonly after?: Resource;
  readonly changes: readonly AttributeChange[];
  readonly why: string;
  readonly secretDigest?: string;
  readonly attempts: number;
  /** What came of the last attempt in this plan, as an error code. */
  readonly lastCode?: string;
  readonly sentAt: number;
  /** The plan proved that nobody had this name (rule 10). */
  readonly absent: boolean;
  /** The account as it was last confirmed; absent for a create. */
  readonly account?: {
    readonly remoteId: string;
    readonly resource: Resource;
    readonly state: 'linked' | 'invited';
  };
  /** For `link`. */
  readonly linkTo?: string;
}

/** What became of a leased operation, to be written down. Several are written in one transaction. */
export type Step =
  | {
      readonly kind: 'done';
      readonly operation: Leased;
      /** The account afterwards; `null` where the link is closed. */
      readonly account: {
        readonly remoteId: string;
        readonly resource: Resource;
        readonly state: 'linked' | 'invited';
        readonly origin?: 'adopted';
      } | null;
      /** A manager who had no account when it was sent: the reference follows as part 1. */
      readonly owed?: {
        readonly manager: string;
        readonly after: Resource;
        readonly change: AttributeChange;
      };
      readonly status?: number;
    }
  | {
      readonly kind: 'retry';
      readonly operation: Leased;
      readonly runAt: number;
      readonly error: string;
      readonly code: string;
      readonly counted: boolean;
      /** What the account was read to hold; the next plan goes on from it (law 11). */
      readonly confirmed?: Resource;
    }
  | {
      readonly kind: 'failed' | 'waiting';
      readonly operation: Leased;
      readonly error: string;
      readonly code: string;
      readonly confirmed?: Resource;
    }
  | { readonly kind: 'doubt'; readonly operation: Leased; readonly error: string };

const columns = `operation.id, operation.person, person.key, operation.kind, operation.part, operation.phase, operation.after,
  operation.changes, operation.why, operation.secret_digest, operation.attempts, operation.code, operation.sent_at, operation.absent,
  operation.remote_id AS link_to, account.remote_id, account.resource, account.state AS account_state`;
const joined = `operation JOIN person ON person.id = operation.person
  LEFT JOIN account ON account.target = operation.target AND account.person = operation.person AND account.type = operation.type`;

/** The operations of one target that are released, seen by whoever holds the target's lock. */
export class OperationQueue {
  readonly #state: State;
  readonly #db: Database.Database;
  readonly #target: number;
  readonly #name: string;
  readonly #run: number;
  readonly #lease: Database.Transaction<
    (phase: number, most: number, now: number, steps: readonly Step[]) => readonly Leased[]
  >;
  readonly #confirm: Database.Transaction<(steps: readonly Step[], now: number) => void>;
  #isRooted = false;

  constructor(state: State, target: { readonly id: number; readonly name: string }, run: number) {
    this.#state = state;
    this.#db = state.db;
    this.#target = target.id;
    this.#name = target.name;
    this.#run = run;
    this.#confirm = this.#db.transaction((steps, now) => this.#record(steps, now));
    this.#lease = this.#db.transaction((phase, most, now, steps) => {
      this.#record(steps, now);
      return this.#take(phase, most, now);
    });
  }

  /** The first phase that has something to send now, or undefined. */
  nextPhase(now: number): number | undefined {
    return (this.#state
      .sql(
        `SELECT phase FROM operation WHERE target = ? AND state = 'open' AND run_at <= ? ORDER BY phase, id LIMIT 1`,
      )
      .pluck()
      .get(this.#target, now) ?? undefined) as number | undefined;
  }

  /** When the next operation that waits for its time falls due. */
  nextDue(): number | undefined {
    return (this.#state
      .sql(`SELECT min(run_at) FROM operation WHERE target = ? AND state = 'open'`)
      .pluck()
      .get(this.#target) ?? undefined) as number | undefined;
  }

  /**
   * Takes up to `most` operations of a phase to be sent at once, and in the same transaction writes down what became of
   * earlier ones. No byte of them may go out before `durable` says that the lease is on the disk (law 11): a power cut
   * could forget it, and a POST would be repeated unlooked.
   */
  lease(phase: number, most: number, now: number, steps: readonly Step[] = []): readonly Leased[] {
    if (this.#isRooted) return this.#lease.immediate(phase, most, now, steps);
    // The first commit brings the log's own entry in its folder to the disk as well, which only SQLite does.
    this.#db.pragma('synchronous = FULL');
    try {
      const leased = this.#lease.immediate(phase, most, now, steps);
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

  /** What was leased by a run that is gone, or got no answer. */
  doubtful(): readonly Leased[] {
    const rows = this.#state
      .sql(
        `SELECT ${columns} FROM ${joined} WHERE operation.target = ? AND operation.state = 'leased' ORDER BY operation.phase, operation.id`,
      )
      .all(this.#target) as Row[];
    return rows.map(leasedOf);
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
      const step = this.#believed(told);
      this.#write(step, now);
      events.push({
        at: now,
        run: this.#run,
        target: this.#name,
        key: step.operation.key,
        event: `operation.${step.kind}`,
        detail: detailOf(step),
      });
    }
    audit(this.#state, events);
  }

  #take(phase: number, most: number, now: number): readonly Leased[] {
    const rows = this.#state
      .sql(
        `SELECT ${columns} FROM ${joined} WHERE operation.target = ? AND operation.state = 'open' AND operation.phase = ? AND operation.run_at <= ? ORDER BY operation.id LIMIT ?`,
      )
      .all(this.#target, phase, now, most) as Row[];
    const mark = this.#state.sql(
      `UPDATE operation SET state = 'leased', sent_at = ?, in_doubt = 0 WHERE id = ?`,
    );
    for (const row of rows) mark.run(now, row.id);
    return rows.map((row) => leasedOf({ ...row, sent_at: now }));
  }

  /** A target that answers a create with the account of somebody else moves no account: it would be two people's. */
  #believed(step: Step): Step {
    const { operation } = step;
    if (step.kind !== 'done' || step.account === null || operation.account !== undefined) return step;
    const owner = this.ownerOf(step.account.remoteId);
    if (owner === undefined || owner === operation.key) return step;
    const error = `the target answered with the account of ${owner} (${step.account.remoteId})`;
    return { kind: 'failed', operation, code: 'conflict', error };
  }

  halt(failure: { readonly code: string; readonly message: string }, now: number): void {
    this.#db
      .transaction(() => {
        this.#state
          .sql(
            'UPDATE target SET halted_since = coalesce(halted_since, ?), halted_reason = ?, halted_code = ? WHERE id = ?',
          )
          .run(now, failure.message, failure.code, this.#target);
        audit(this.#state, [
          { at: now, run: this.#run, target: this.#name, event: 'target.halted', detail: failure },
        ]);
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
    if (changed > 0)
      this.#db
        .transaction(() =>
          audit(this.#state, [
            { at: now, run: this.#run, target: this.#name, event: 'target.resumed', detail: {} },
          ]),
        )
        .immediate();
  }

  #write(step: Step, now: number): void {
    const { operation } = step;
    switch (step.kind) {
      case 'done':
        this.#state.sql('DELETE FROM operation WHERE id = ?').run(operation.id);
        this.#writeAccount(step, now);
        if (step.owed !== undefined) this.#owe(step.owed, operation);
        return;
      case 'retry':
        this.#state
          .sql(
            `UPDATE operation SET state = 'open', run_at = ?, attempts = attempts + ?, error = ?, code = ?, in_doubt = 0 WHERE id = ?`,
          )
          .run(step.runAt, step.counted ? 1 : 0, step.error, step.code, operation.id);
        this.#writeRead(step, now);
        return;
      case 'failed':
      case 'waiting':
        this.#state
          .sql(
            'UPDATE operation SET state = ?, attempts = attempts + 1, error = ?, code = ?, in_doubt = 0, run_at = ? WHERE id = ?',
          )
          .run(step.kind, step.error, step.code, now + nextTrial(operation), operation.id);
        this.#writeRead(step, now);
        return;
      case 'doubt':
        this.#state
          .sql('UPDATE operation SET in_doubt = 1, error = ? WHERE id = ?')
          .run(step.error, operation.id);
        return;
    }
  }

  #writeRead(
    { operation, confirmed }: Extract<Step, { kind: 'retry' | 'failed' | 'waiting' }>,
    now: number,
  ): void {
    if (confirmed === undefined) return;
    this.#state
      .sql(
        `UPDATE account SET resource = ?, confirmed_at = ? WHERE target = ? AND person = ? AND type = 'User'`,
      )
      .run(canonical(confirmed), now, this.#target, operation.person);
  }

  #writeAccount(step: Extract<Step, { kind: 'done' }>, now: number): void {
    const { operation, account } = step;
    if (account === null) {
      this.#state
        .sql(`DELETE FROM account WHERE target = ? AND person = ? AND type = 'User'`)
        .run(this.#target, operation.person);
      return;
    }
    this.#state
      .sql(
        `INSERT INTO account (target, type, person, remote_id, resource, state, origin, secret_digest, confirmed_at) VALUES (?, 'User', ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (target, person, type) DO UPDATE SET resource = excluded.resource, state = excluded.state, remote_id = excluded.remote_id,
           secret_digest = coalesce(excluded.secret_digest, secret_digest), confirmed_at = excluded.confirmed_at`,
      )
      .run(
        this.#target,
        operation.person,
        account.remoteId,
        canonical(account.resource),
        account.state,
        account.origin ?? 'created',
        operation.secretDigest ?? null,
        now,
      );
    if (operation.account !== undefined) return;
    // References that waited for this person can be said now.
    this.#state
      .sql(
        `UPDATE operation SET state = 'open', run_at = 0 WHERE target = ? AND state = 'waiting' AND code = 'reference' AND needs = ?`,
      )
      .run(this.#target, operation.person);
  }

  #owe(owed: NonNullable<Extract<Step, { kind: 'done' }>['owed']>, operation: Leased): void {
    const manager = this.#state.sql('SELECT id FROM person WHERE key = ?').pluck().get(owed.manager) as
      number | undefined;
    const waits =
      this.#state
        .sql(`SELECT 1 FROM operation WHERE target = ? AND person = ? AND part = 1`)
        .get(this.#target, operation.person) !== undefined;
    if (manager === undefined || waits) return;
    const ready = this.remoteIdOf(owed.manager) !== undefined;
    this.#state
      .sql(
        `INSERT INTO operation (run, target, phase, type, person, part, kind, after, changes, why, needs, before_digest, digest, state, code, error)
         VALUES (?, ?, ?, 'User', ?, 1, 'update', ?, ?, 'the manager had no account yet', ?, '', '', ?, 'reference', ?)`,
      )
      .run(
        this.#run,
        this.#target,
        10_000,
        operation.person,
        canonical(owed.after),
        JSON.stringify([owed.change]),
        manager,
        ready ? 'open' : 'waiting',
        `waits for the account of ${owed.manager}`,
      );
  }
}

/**
 * Milliseconds until what failed is worth another trial, if nothing changes before: a quarter of an hour, twice as long
 * each time, up to a day; a leaver's, up to an hour. The first run after that sends it again.
 */
function nextTrial({ kind, attempts }: Leased): number {
  const minutes = kind === 'deactivate' || kind === 'delete' ? 60 : 24 * 60;
  return Math.min(15 * 2 ** attempts, minutes) * 60_000;
}

interface Row {
  readonly id: number;
  readonly person: number;
  readonly key: string;
  readonly kind: Kind;
  readonly part: 0 | 1;
  readonly phase: number;
  readonly after: string | null;
  readonly changes: string | null;
  readonly why: string;
  readonly secret_digest: string | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly sent_at: number | null;
  readonly absent: number;
  readonly link_to: string | null;
  readonly remote_id: string | null;
  readonly resource: string | null;
  readonly account_state: 'linked' | 'invited' | null;
}

function leasedOf(row: Row): Leased {
  return {
    id: row.id,
    person: row.person,
    key: row.key,
    kind: row.kind,
    part: row.part,
    phase: row.phase,
    ...(row.after !== null && { after: JSON.parse(row.after) as Resource }),
    changes: row.changes === null ? [] : (JSON.parse(row.changes) as AttributeChange[]),
    why: row.why,
    ...(row.secret_digest !== null && { secretDigest: row.secret_digest }),
    attempts: row.attempts,
    ...(row.code !== null && { lastCode: row.code }),
    sentAt: row.sent_at ?? 0,
    absent: row.absent === 1,
    ...(row.remote_id !== null && {
      account: {
        remoteId: row.remote_id,
        resource: JSON.parse(row.resource!) as Resource,
        state: row.account_state!,
      },
    }),
    ...(row.link_to !== null && { linkTo: row.link_to }),
  };
}

/** What an auditor needs: what was asked, why, from what to what, and what the target said. Names in canonical order. */
function detailOf(step: Step): object {
  const { kind, part, why, changes, account } = step.operation;
  if (step.kind === 'doubt') return { error: step.error, kind, part, why };
  if (step.kind !== 'done')
    return { ...(step.confirmed && { confirmed: step.confirmed }), error: step.error, kind, part, why };
  const remoteId = step.account?.remoteId ?? account?.remoteId ?? null;
  const status = step.status ?? null;
  return kind === 'create'
    ? { after: step.account?.resource, kind, part, remoteId, status, why }
    : { changes, kind, part, remoteId, status, why };
}
