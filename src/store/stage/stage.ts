import { join } from 'node:path';
import Database from 'better-sqlite3';
import { canonical } from '../../model/index.ts';
import type { Rejection, Remote } from '../../model/index.ts';
import { PHASE } from '../../planning/judge.ts';
import { openScratch } from '../scratch.ts';
import type { Scratch } from '../scratch.ts';
import { digestOf, usualReason } from './operation.ts';
import type { EarlierOperation, Staged } from './operation.ts';
import { INDEX, TABLES } from './tables.ts';
import { Writer } from './writer.ts';

const createColumns = 'target, kind, phase, slot, key, after, digest, needs';
const opColumns = `${createColumns}, part, why, before_digest, changes, secret, remote_id, invited`;

/**
 * Where a plan is built: a scratch database without a journal, in a folder of its own (mode 0700), gone when it is
 * closed. Rows are appended many at a time and without an index; what needs an order gets it once, at the end.
 *
 * Here is what is said of people while they are met, one by one; the files beside this one ask about all of it.
 */
export class Stage {
  readonly path: string;
  /** For the files beside this one. */
  readonly db: Database.Database;
  readonly #scratch: Scratch;
  readonly #writers = new Map<string, Writer>();
  readonly #statements = new Map<string, Database.Statement>();
  readonly #absent = new Set<number>();

  constructor() {
    this.#scratch = openScratch();
    this.path = join(this.#scratch.folder, 'stage.db');
    this.db = new Database(this.path);
    // Rows are long and are read and written in their order: few large pages.
    this.db.pragma('page_size = 32768');
    this.db.pragma('journal_mode = OFF');
    this.db.pragma('synchronous = OFF');
    this.db.pragma('locking_mode = NORMAL');
    this.db.pragma('cache_size = -8000');
    this.db.exec(TABLES);
    this.db.function('lower_', { deterministic: true }, (value: unknown) =>
      typeof value === 'string' ? value.toLowerCase() : null,
    );
    this.db.exec('BEGIN');
  }

  /** Makes what was staged visible to another connection, which then copies it into the state. */
  commit(): void {
    this.flush();
    if (this.db.inTransaction) this.db.exec('COMMIT');
  }

  close(): void {
    this.db.close();
    this.#scratch.close();
  }

  /** Prepared once: a statement for each person costs more memory than the population does. */
  sql(text: string): Database.Statement {
    const known = this.#statements.get(text) ?? this.db.prepare(text);
    this.#statements.set(text, known);
    return known;
  }

  /** `needs` is the slot of the manager who must have an account first, for the reference alone. */
  addOperation(target: number, slot: number, operation: Staged, needs?: number): void {
    const { kind, part, phase, key, why, beforeDigest, secretDigest, remoteId, invited } = operation;
    const after = operation.after === undefined ? null : canonical(operation.after);
    const digest = digestOf(operation, after);
    // Most of a large plan are plain creates, and what they do not say costs as much to write as what they do.
    if (
      kind === 'create' &&
      phase === PHASE.create &&
      part === 0 &&
      why === usualReason &&
      secretDigest === undefined
    )
      return this.#creates(target).add([slot, key, after, digest, needs ?? null]);
    const changes = kind === 'create' ? null : JSON.stringify(operation.changes);
    this.#append('op', opColumns, [
      target,
      kind,
      phase,
      slot,
      key,
      after,
      digest,
      needs ?? null,
      part,
      why,
      beforeDigest,
      changes,
      secretDigest ?? null,
      remoteId ?? null,
      invited ? 1 : 0,
    ]);
  }

  /**
   * Operations that an earlier plan released and that are not carried out yet: of the same ones, the rows go on. One that
   * rests has failed, and is not sent by this run if it is still wanted as it was.
   */
  addEarlier(target: number, { id, slot, part, kind, digest }: EarlierOperation, rests = false): void {
    const row = [id, target, slot, part, kind, digest, rests ? 1 : 0];
    this.#append('earlier', 'operation, target, slot, part, kind, digest, rests', row);
  }

  addPerson(slot: number, key: string): void {
    this.#append('person', 'slot, key', [slot, key]);
  }

  /** Another key for somebody; `former` is given where references to the old one are to follow. */
  renamePerson(slot: number, key: string, former?: string): void {
    const isNew = this.keyOf(slot) !== undefined;
    this.sql('INSERT OR REPLACE INTO person (slot, key, renamed, former) VALUES (?, ?, ?, ?)').run(
      slot,
      key,
      isNew ? 0 : 1,
      former ?? null,
    );
  }

  /** The key of somebody whom this run met for the first time. */
  keyOf(slot: number): string | undefined {
    this.flush();
    return this.sql('SELECT key FROM person WHERE slot = ?').pluck().get(slot) as string | undefined;
  }

  /** The names (userName and e-mails, folded) that a create wants and a leaver has. */
  addClaims(target: number, side: 'create' | 'leave', slot: number, values: readonly string[]): void {
    for (const value of values)
      this.#append('claim', 'target, side, value, slot', [target, side, value, slot]);
  }

  addRename(target: number, slot: number, gives: string, takes: string): void {
    this.#append('rename', 'target, slot, gives, takes', [target, slot, gives, takes]);
  }

  addLive(target: number, remote: Remote): void {
    const active = remote.active === false ? 0 : 1;
    const add = (attribute: string, value: string | undefined): void => {
      if (value)
        this.#append('live', 'target, remote_id, attribute, value, active', [
          target,
          remote.id,
          attribute,
          value,
          active,
        ]);
    };
    add('externalId', remote.externalId);
    add('userName', remote.userName?.toLowerCase());
    for (const email of remote.emails) add('emails.value', email.toLowerCase());
  }

  addRejection(rejection: Rejection, slot: number | undefined): void {
    this.#append('rejection', 'slot, key, line, rule, reason', [
      slot ?? null,
      rejection.key ?? null,
      rejection.locus.line ?? null,
      rejection.rule,
      rejection.reason,
    ]);
  }

  addNote(target: number, slot: number, key: string, rule: string, text: string): void {
    this.#append('note', 'target, slot, key, rule, text', [target, slot, key, rule, text]);
  }

  /** Somebody whom a target's plan leaves out, and why. */
  leaveOut(target: number, slot: number, key: string, rule: string, reason: string): void {
    this.sql('INSERT OR REPLACE INTO left_out VALUES (?, ?, ?, ?, ?)').run(target, slot, key, rule, reason);
  }

  /** Drops all that was staged for these people, on one target or on all (-1). Takes effect with `applyStrikes`. */
  strike(target: number, slots: Iterable<number>): void {
    const insert = this.sql('INSERT OR IGNORE INTO struck VALUES (?, ?)');
    for (const slot of slots) insert.run(target, slot);
  }

  /** The plan proved that nobody on the target has the name of this person, or of anybody whom it creates (rule 10). */
  markAbsent(target: number, slot?: number): void {
    if (slot === undefined) this.#absent.add(target);
    else {
      this.db.exec(INDEX.opSlot);
      this.sql(`UPDATE op SET absent = 1 WHERE target = ? AND slot = ? AND kind = 'create'`).run(
        target,
        slot,
      );
    }
  }

  /** Whether the absence of everybody whom the plan creates was proved at once, by the whole list. */
  isAbsenceProved(target: number): boolean {
    return this.#absent.has(target);
  }

  /** Whether there is such a row among those that were written. */
  has(sql: string, ...parameters: unknown[]): boolean {
    return this.sql(sql).get(...parameters) !== undefined;
  }

  /** Writes what still waits to be written; whoever asks about rows that were appended does this first. */
  flush(): void {
    for (const writer of this.#writers.values()) writer.flush();
  }

  #append(table: string, columns: string, row: readonly unknown[]): void {
    const writer =
      this.#writers.get(columns) ?? this.#writer(columns, table, columns, row.map(() => '?').join(', '));
    writer.add(row);
  }

  /** Appends plain creates of one target: what is the same in all of them stands in the statement. */
  #creates(target: number): Writer {
    const name = `creates ${target}`;
    const known = this.#writers.get(name);
    return (
      known ?? this.#writer(name, 'op', createColumns, `${target}, 'create', ${PHASE.create}, ?, ?, ?, ?, ?`)
    );
  }

  #writer(name: string, table: string, columns: string, values: string): Writer {
    const writer = new Writer(this.db, `INSERT INTO ${table} (${columns}) VALUES `, `(${values})`);
    this.#writers.set(name, writer);
    return writer;
  }
}
