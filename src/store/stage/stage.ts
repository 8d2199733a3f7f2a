import type Database from 'better-sqlite3';
import { canonical } from '../../model/index.ts';
import type { Group, LeftOutRule, Rejection, Remote } from '../../model/index.ts';
import { PHASE } from '../../planning/judge.ts';
import type { AppendName } from './appends.ts';
import { BackgroundWriter } from './background.ts';
import { openStagePlace } from './database.ts';
import type { StagePlace } from './database.ts';
import { digestOf, usualReason } from './operation.ts';
import type { EarlierOperation, Staged } from './operation.ts';
import { INDEX } from './tables.ts';
import { Writer } from './writer.ts';

/** Rows after which a thread is worth its start. */
const manyRows = 20_000;

/** What is to be kept of somebody's record; nothing of it where there is none any more. */
interface StagedRecord {
  readonly fields?: string;
  /** The name of the entry that it is. */
  readonly place?: string | undefined;
  /** The name of the source whose record it is, where there are several. */
  readonly part?: string | undefined;
}

/**
 * Where a plan is built: a scratch database without a journal, in a folder of its own (mode 0700), gone when it is
 * closed. Rows are appended many at a time and without an index, a large plan's in a thread of its own; what needs an
 * order gets it once, at the end.
 *
 * Here is what is said of people while they are met, one by one; the files beside this one ask about all of it.
 */
export class Stage {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #place: StagePlace;
  readonly #near: Writer;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #absent = new Set<number>();
  readonly #farAfter: number;
  #appended = 0;
  /** Writes while many rows are appended and nobody asks about them. */
  #far: BackgroundWriter | undefined;

  /** `farAfter`: how many rows are written here before a thread goes on with the others. */
  constructor(farAfter = manyRows, place = openStagePlace()) {
    this.#place = place;
    this.path = place.path;
    this.#farAfter = farAfter;
    this.#db = place.db;
    this.#near = new Writer(this.#db);
    this.#db.exec('BEGIN');
  }

  /**
   * For the files beside this one, which ask for it, or for a statement of `sql`, each time anew: a row that is appended
   * in between may have left the database to the thread.
   */
  get db(): Database.Database {
    this.#takeBack();
    return this.#db;
  }

  /** Makes what was staged visible to another connection, which then copies it into the state. */
  commit(): void {
    this.flush();
    if (this.#db.inTransaction) this.#db.exec('COMMIT');
  }

  close(): void {
    this.#far?.abandon();
    this.#place.close();
  }

  /** Prepared once: a statement for each person costs more memory than the population does. */
  sql(text: string): Database.Statement {
    this.#takeBack();
    const known = this.#statements.get(text) ?? this.#db.prepare(text);
    this.#statements.set(text, known);
    return known;
  }

  /** `needs` is the slot of the manager who must have an account first, for the reference alone. */
  addOperation(target: number, slot: number, operation: Staged, needs?: number): void {
    const { kind, part, phase, key, why, beforeDigest, secretDigest, remoteId, invited } = operation;
    const after = operation.after === undefined ? null : canonical(operation.after);
    if (isPlainCreate(operation)) return this.append('create', [target, slot, key, after, needs ?? null]);
    const changes = kind === 'create' ? null : JSON.stringify(operation.changes);
    this.append('operation', [
      target,
      kind,
      phase,
      slot,
      key,
      after,
      digestOf(operation, after),
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

  /** A group by the id that the state knows it by, or will. */
  addGroup(id: number, { key, name }: Group): void {
    this.append('grp', [id, key, name]);
  }

  /** What becomes of a group itself. */
  addGroupOperation(target: number, group: number, operation: Staged): void {
    const { kind, phase, key, why, beforeDigest, changes, remoteId } = operation;
    const after = operation.after === undefined ? null : canonical(operation.after);
    this.append('group', [
      target,
      kind,
      phase,
      -1,
      key,
      after,
      digestOf(operation, after),
      0,
      why,
      beforeDigest,
      JSON.stringify(changes),
      remoteId ?? null,
      group,
    ]);
  }

  /** Somebody who comes into a group, or goes out of it. */
  addMembership(target: number, slot: number, group: number, operation: Staged): void {
    const { kind, phase, key, why } = operation;
    this.append('member', [target, kind, phase, slot, key, digestOf(operation, null), 2, why, group]);
  }

  /** A group that comes into another one, or goes out of it. */
  addNesting(target: number, group: number, member: number, operation: Staged): void {
    const { kind, phase, key, why } = operation;
    const digest = digestOf(operation, null);
    this.append('nesting', [target, kind, phase, -1, key, digest, 2, why, group, member]);
  }

  /**
   * Operations that an earlier plan released and that are not carried out yet: of the same ones, the rows go on. One that
   * rests has failed, and is not sent by this run if it is still wanted as it was.
   */
  addEarlier(target: number, { id, slot, part, kind, digest }: EarlierOperation, rests = false): void {
    this.append('earlier', [id, target, slot, part, kind, digest, rests ? 1 : 0]);
  }

  addPerson(slot: number, key: string): void {
    this.append('person', [slot, key]);
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
    for (const value of values) this.append('claim', [target, side, value, slot]);
  }

  addRename(target: number, slot: number, gives: string, takes: string): void {
    this.append('rename', [target, slot, gives, takes]);
  }

  addLive(target: number, remote: Remote): void {
    const active = remote.active === false ? 0 : 1;
    const add = (attribute: string, value: string | undefined): void => {
      if (value)
        this.append('live', [target, remote.id, attribute, value, active, remote.externalId || null]);
    };
    add('externalId', remote.externalId);
    add('userName', remote.userName?.toLowerCase());
    for (const email of remote.emails) add('emails.value', email.toLowerCase());
  }

  addRejection({ key, page, line, rule, reason }: Rejection, slot: number | undefined): void {
    this.append('rejection', [slot ?? null, key ?? null, page, line, rule, reason]);
  }

  addNote(target: number, slot: number, key: string, rule: string, text: string): void {
    this.append('note', [target, slot, key, rule, text]);
  }

  /** Somebody whom a target's plan leaves out, and why. */
  leaveOut(target: number, slot: number, key: string, rule: LeftOutRule, reason: string): void {
    this.append('leftOut', [target, slot, key, rule, reason]);
  }

  /** Drops all that was staged for these people, on one target or on all (-1). Takes effect with `applyStrikes`. */
  strike(target: number, slots: Iterable<number>): void {
    for (const slot of slots) this.append('struck', [target, slot]);
  }

  addRecord(slot: number, { fields, place, part }: StagedRecord = {}): void {
    this.append('record', [slot, place ?? null, fields ?? null, part ?? null]);
  }

  /** What is kept of records stays as it was before this plan. */
  forgetRecords(): void {
    this.flush();
    this.db.exec('DELETE FROM record');
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

  /** The same of many. */
  markEachAbsent(target: number, slots: readonly number[]): void {
    this.flush();
    this.db.exec(INDEX.opSlot);
    this.sql(
      `UPDATE op SET absent = 1 WHERE target = ? AND kind = 'create' AND slot IN (SELECT value FROM json_each(?))`,
    ).run(target, JSON.stringify(slots));
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
    this.#takeBack();
    this.#near.flush();
  }

  /** For the files beside this one: a row of any table. */
  append(name: AppendName, row: readonly unknown[]): void {
    if (++this.#appended === this.#farAfter) this.#sendAway();
    (this.#far ?? this.#near).add(name, row);
  }

  /** Leaves the database to a thread, until somebody here asks for it. */
  #sendAway(): void {
    if (!this.#db.inTransaction) return;
    this.#near.flush();
    this.#db.exec('COMMIT');
    this.#far = new BackgroundWriter(this.path);
  }

  #takeBack(): void {
    if (this.#far === undefined) return;
    // Where it has failed, it is there to say so whenever it is asked again.
    this.#far.flush();
    this.#far = undefined;
    this.#db.exec('BEGIN');
  }
}

/** Whether a row of the kind `create` says all of it. */
function isPlainCreate(operation: Staged): boolean {
  const { kind, part, phase, why, beforeDigest, secretDigest, remoteId, invited } = operation;
  return (
    kind === 'create' &&
    part === 0 &&
    phase === PHASE.create &&
    why === usualReason &&
    beforeDigest === '' &&
    secretDigest === undefined &&
    remoteId === undefined &&
    invited === undefined
  );
}
