import { join } from 'node:path';
import Database from 'better-sqlite3';
import { canonical } from '../../model/index.ts';
import type { Kind, Rejection, Remote, Resource } from '../../model/index.ts';
import { PHASE } from '../../planning/judge.ts';
import { openScratch } from '../scratch.ts';
import type { Scratch } from '../scratch.ts';
import { digestOf, isSame, operationRow, usualReason } from './operation.ts';
import type { EarlierOperation, OperationRow, Staged } from './operation.ts';
import { INDEX, TABLES } from './tables.ts';
import { Writer } from './writer.ts';

/** A create that meets an account which the target holds already. */
export interface LiveMatch {
  readonly slot: number;
  readonly key: string;
  readonly remoteId: string;
  readonly by: 'externalId' | 'userName' | 'emails.value';
  /** What both have; names and addresses in lower case. */
  readonly value: string;
  readonly active: boolean;
}

const digestsAtOnce = 256;

export interface DigestRun {
  readonly kind: Kind;
  readonly count: number;
  readonly invited: number;
  readonly digests: string;
}

/**
 * Where a plan is built: a scratch database without a journal, in a folder of its own (mode 0700), gone when it is
 * closed. Rows are appended many at a time and without an index; what needs an order gets it once, at the end.
 */
export class Stage {
  readonly path: string;
  readonly #scratch: Scratch;
  readonly #db: Database.Database;
  readonly #writers = new Map<string, Writer>();
  readonly #absent = new Set<number>();

  constructor() {
    this.#scratch = openScratch();
    this.path = join(this.#scratch.folder, 'stage.db');
    this.#db = new Database(this.path);
    // Rows are long and are read and written in their order: few large pages.
    this.#db.pragma('page_size = 32768');
    this.#db.pragma('journal_mode = OFF');
    this.#db.pragma('synchronous = OFF');
    this.#db.pragma('locking_mode = NORMAL');
    this.#db.pragma('cache_size = -8000');
    this.#db.exec(TABLES);
    this.#db.function('lower_', { deterministic: true }, (value: unknown) =>
      typeof value === 'string' ? value.toLowerCase() : null,
    );
    this.#db.exec('BEGIN');
  }

  /** Makes what was staged visible to another connection, which then copies it into the state. */
  commit(): void {
    this.flush();
    if (this.#db.inTransaction) this.#db.exec('COMMIT');
  }

  close(): void {
    this.#db.close();
    this.#scratch.close();
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

  addPerson(slot: number, key: string): void {
    this.#append('person', 'slot, key', [slot, key]);
  }

  /** Another key for somebody; `former` is given where references to the old one are to follow. */
  renamePerson(slot: number, key: string, former?: string): void {
    const isNew = this.keyOf(slot) !== undefined;
    this.#db
      .prepare('INSERT OR REPLACE INTO person (slot, key, renamed, former) VALUES (?, ?, ?, ?)')
      .run(slot, key, isNew ? 0 : 1, former ?? null);
  }

  /** Operations that wait for one slot wait for another. */
  redirect(slots: ReadonlyMap<number, number>): void {
    this.flush();
    this.#db.exec('CREATE TEMP TABLE IF NOT EXISTS redirected (slot INTEGER PRIMARY KEY, now INTEGER)');
    const insert = this.#db.prepare('INSERT INTO redirected VALUES (?, ?)');
    for (const [slot, now] of slots) insert.run(slot, now);
    this.#db.exec(
      'UPDATE op SET needs = (SELECT now FROM redirected WHERE slot = op.needs) WHERE needs IN (SELECT slot FROM redirected)',
    );
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

  /** Takes back what was said of these people's records; returns how many rejections that were. */
  forgetRejections(slots: Iterable<number>): number {
    this.flush();
    return this.#db
      .prepare('DELETE FROM rejection WHERE slot IN (SELECT value FROM json_each(?))')
      .run(JSON.stringify([...slots])).changes;
  }

  addNote(target: number, slot: number, key: string, rule: string, text: string): void {
    this.#append('note', 'target, slot, key, rule, text', [target, slot, key, rule, text]);
  }

  /** Somebody whom a target's plan leaves out, and why. */
  leaveOut(target: number, slot: number, key: string, rule: string, reason: string): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO left_out VALUES (?, ?, ?, ?, ?)')
      .run(target, slot, key, rule, reason);
  }

  /** Drops all that was staged for these people, on one target or on all (-1). Takes effect with `applyStrikes`. */
  strike(target: number, slots: Iterable<number>): void {
    const insert = this.#db.prepare('INSERT OR IGNORE INTO struck VALUES (?, ?)');
    for (const slot of slots) insert.run(target, slot);
  }

  /** One pass over all that is staged, however many were struck. */
  applyStrikes(): void {
    this.flush();
    if (this.#db.prepare('SELECT 1 FROM struck LIMIT 1').get() === undefined) return;
    for (const table of ['op', 'claim', 'rename', 'note'])
      this.#db.exec(
        `DELETE FROM ${table} WHERE EXISTS (SELECT 1 FROM struck WHERE struck.slot = ${table}.slot AND struck.target IN (${table}.target, -1))`,
      );
    this.#db.exec(
      'DELETE FROM left_out WHERE EXISTS (SELECT 1 FROM struck WHERE struck.slot = left_out.slot AND struck.target = -1)',
    );
    this.#db.exec('DELETE FROM struck');
  }

  /** Pairs of a leaver and a joiner with one name in one plan (rule 12). */
  probableRekeys(target: number): readonly { readonly joiner: number; readonly leaver: number }[] {
    this.flush();
    if (!this.#has(`SELECT 1 FROM claim WHERE target = ? AND side = 'leave' LIMIT 1`, target)) return [];
    this.#db.exec(INDEX.claimValue);
    return this.#db
      .prepare(
        `SELECT DISTINCT a.slot AS joiner, b.slot AS leaver FROM claim b
         JOIN claim a ON a.target = b.target AND a.value = b.value AND a.side = 'create'
         WHERE b.target = ? AND b.side = 'leave' AND a.slot <> b.slot ORDER BY 1, 2`,
      )
      .all(target) as { joiner: number; leaver: number }[];
  }

  /** Who takes a name that whom gives up, among the renames of one plan. */
  renameEdges(target: number): readonly { readonly taker: number; readonly giver: number }[] {
    this.flush();
    if (!this.#has('SELECT 1 FROM rename WHERE target = ? LIMIT 1', target)) return [];
    this.#db.exec(INDEX.renameGives);
    return this.#db
      .prepare(
        `SELECT a.slot AS taker, b.slot AS giver FROM rename a JOIN rename b ON b.target = a.target AND b.gives = a.takes
         WHERE a.target = ? AND a.slot <> b.slot ORDER BY 1, 2`,
      )
      .all(target) as { taker: number; giver: number }[];
  }

  setPhase(target: number, slot: number, phase: number): void {
    this.#db
      .prepare('UPDATE op SET phase = ? WHERE target = ? AND slot = ? AND part = 0')
      .run(phase, target, slot);
  }

  /** Creates whose externalId, userName or e-mail an account of the target has already. */
  *liveMatches(target: number): Generator<LiveMatch> {
    this.flush();
    if (!this.#has('SELECT 1 FROM live WHERE target = ? LIMIT 1', target)) return;
    this.#db.exec(INDEX.liveValue);
    // One search of the index for each create and attribute: a join with OR would read all of `live` for each create.
    const matched = ([attribute, value]: readonly [string, string]): string =>
      `SELECT op.slot, op.key, live.remote_id AS remoteId, live.attribute AS "by", live.value, live.active
       FROM op CROSS JOIN live ON live.target = op.target AND live.attribute = '${attribute}' AND live.value = ${value}
       WHERE op.target = :target AND op.kind = 'create'`;
    const rows = this.#db
      .prepare(`${liveAttributes.map(matched).join(' UNION ALL ')} ORDER BY 2`)
      .all({ target }) as (Omit<LiveMatch, 'active'> & { active: number })[];
    for (const row of rows) yield { ...row, active: row.active === 1 };
  }

  /** What an account shall hold after this plan: `null` where it is deleted, `undefined` where the plan does not touch it. */
  afterwards(target: number, slot: number): Resource | null | undefined {
    this.flush();
    this.#db.exec(INDEX.opSlot);
    const row = this.#db
      .prepare(`SELECT kind, after FROM op WHERE target = ? AND slot = ? AND part = 0 AND kind <> 'create'`)
      .get(target, slot) as { kind: Kind; after: string | null } | undefined;
    if (row === undefined) return undefined;
    return row.after === null ? null : (JSON.parse(row.after) as Resource);
  }

  hasLive(target: number): boolean {
    this.flush();
    return this.#has('SELECT 1 FROM live WHERE target = ? LIMIT 1', target);
  }

  hasOtherThanCreates(target: number): boolean {
    this.flush();
    return this.#has(`SELECT 1 FROM op WHERE target = ? AND kind <> 'create' LIMIT 1`, target);
  }

  creates(target: number): IterableIterator<OperationRow> {
    this.flush();
    return this.#rows(`SELECT op.* FROM op WHERE target = ? AND kind = 'create' ORDER BY id`, [target]);
  }

  /** The operations (part 0) of a few people. */
  idsOf(target: number, slots: ReadonlySet<number>): readonly number[] {
    if (slots.size === 0) return [];
    this.flush();
    const rows = this.#db
      .prepare('SELECT id, slot FROM op WHERE target = ? AND part = 0')
      .raw()
      .iterate(target) as IterableIterator<[number, number]>;
    const ids: number[] = [];
    for (const [id, slot] of rows) if (slots.has(slot)) ids.push(id);
    return ids;
  }

  /** The key of somebody whom this run met for the first time. */
  keyOf(slot: number): string | undefined {
    this.flush();
    return this.#db.prepare('SELECT key FROM person WHERE slot = ?').pluck().get(slot) as string | undefined;
  }

  /** The plan proved that nobody on the target has the name of this person, or of anybody whom it creates (rule 10). */
  markAbsent(target: number, slot?: number): void {
    if (slot === undefined) this.#absent.add(target);
    else
      this.#db
        .prepare(`UPDATE op SET absent = 1 WHERE target = ? AND slot = ? AND kind = 'create'`)
        .run(target, slot);
  }

  /** Whether the absence of everybody whom the plan creates was proved at once, by the whole list. */
  isAbsenceProved(target: number): boolean {
    return this.#absent.has(target);
  }

  /** Writes an operation anew, or drops it where nothing of it is left. */
  rewrite(id: number, change: (row: OperationRow) => Staged | undefined): void {
    for (const row of [...this.#rows('SELECT op.* FROM op WHERE id = ?', [id])]) {
      const next = change(row);
      if (next === undefined) this.#db.prepare('DELETE FROM op WHERE id = ?').run(id);
      else {
        const after = next.after === undefined ? null : canonical(next.after);
        this.#db
          .prepare(
            'UPDATE op SET kind = ?, phase = ?, after = ?, changes = ?, why = ?, needs = iif(?, needs, NULL), remote_id = ?, digest = ? WHERE id = ?',
          )
          .run(
            next.kind,
            next.phase,
            after,
            next.kind === 'create' ? null : JSON.stringify(next.changes),
            next.why,
            next.needs === undefined ? 0 : 1,
            next.remoteId ?? null,
            digestOf(next, after),
            id,
          );
      }
    }
  }

  /**
   * Operations that an earlier plan released and that are not carried out yet: of the same ones, the rows go on. One that
   * rests has failed, and is not sent by this run if it is still wanted as it was.
   */
  addEarlier(target: number, { id, slot, part, kind, digest }: EarlierOperation, rests = false): void {
    const row = [id, target, slot, part, kind, digest, rests ? 1 : 0];
    this.#append('earlier', 'operation, target, slot, part, kind, digest, rests', row);
  }

  hasResting(target: number): boolean {
    this.flush();
    return this.#has('SELECT 1 FROM earlier WHERE target = ? AND rests = 1 LIMIT 1', target);
  }

  /** The people whom the plan would create as an earlier one would, which has failed and rests. */
  restingCreates(target: number): ReadonlySet<number> {
    if (!this.hasResting(target)) return new Set();
    const slots = this.#db
      .prepare(
        `SELECT op.slot FROM op JOIN earlier ON earlier.slot = op.slot AND earlier.target = op.target AND earlier.part = op.part
         WHERE op.target = ? AND op.kind = 'create' AND earlier.rests = 1 AND earlier.digest = op.digest`,
      )
      .pluck()
      .all(target) as number[];
    return new Set(slots);
  }

  /** Who takes a name that its owner gives up in this plan, and did not in an earlier one. */
  newlyFree(target: number): readonly number[] {
    this.flush();
    for (const table of ['earlier', 'rename'])
      if (!this.#has(`SELECT 1 FROM ${table} WHERE target = ? LIMIT 1`, target)) return [];
    this.#db.exec(INDEX.opSlot);
    this.#db.exec(INDEX.earlierSlot);
    return this.#db
      .prepare(
        `SELECT DISTINCT a.slot FROM rename a JOIN rename b ON b.target = a.target AND b.gives = a.takes
         WHERE a.target = ? AND a.slot <> b.slot AND NOT EXISTS (SELECT 1 FROM earlier JOIN op ON op.target = earlier.target
           AND op.slot = earlier.slot AND op.digest = earlier.digest WHERE earlier.target = b.target AND earlier.slot = b.slot)`,
      )
      .pluck()
      .all(target) as number[];
  }

  /** What stopped these people before is out of the way now: what they want is wanted anew. */
  forgetEarlier(target: number, slots: Iterable<number>): void {
    this.flush();
    const forget = this.#db.prepare('DELETE FROM earlier WHERE target = ? AND slot = ?');
    for (const slot of slots) forget.run(target, slot);
  }

  /**
   * Puts a target's operations in their order: (phase, key, part), keys as UTF-8 bytes. `phase` moves those that wait
   * for somebody else; without it, none does.
   */
  order(target: number, phase?: (slot: number, kind: string, phase: number) => number): void {
    this.flush();
    this.#db.function(
      'phase_',
      { deterministic: true },
      (phase ?? (() => 0)) as (...args: unknown[]) => number,
    );
    const isEarlier = this.#has('SELECT 1 FROM earlier WHERE target = ? LIMIT 1', target);
    if (isEarlier) this.#db.exec(INDEX.earlierSlot);
    const earlier = isEarlier
      ? `EXISTS (SELECT 1 FROM earlier WHERE earlier.slot = o.slot AND earlier.target = o.target AND ${isSame('earlier', 'o')})`
      : '0';
    this.#db
      .prepare(
        `INSERT INTO ord (target, op, kind, phase, digest, invited, earlier)
         SELECT target, id, kind, p, digest, invited, ${earlier} FROM (SELECT id, target, slot, kind, key, part, digest, invited, ${phase ? 'phase_(slot, kind, phase)' : 'phase'} AS p FROM op WHERE target = ?) AS o
         ORDER BY p, key, part`,
      )
      .run(target);
  }

  /**
   * The digests of each kind in their order, joined, some hundreds at a time; with how many they are and how many of
   * them only wait for an invitation. `fresh` leaves out what an earlier plan released.
   */
  *digests(target: number, fresh: boolean): Generator<DigestRun> {
    const rows = this.#db
      .prepare(
        `SELECT kind, digest, invited FROM ord WHERE target = ?${fresh ? ' AND earlier = 0' : ''} ORDER BY id`,
      )
      .raw()
      .iterate(target) as IterableIterator<[Kind, string, number]>;
    let run: { -readonly [name in keyof DigestRun]: DigestRun[name] } | undefined;
    for (const [kind, digest, invited] of rows) {
      if (run === undefined || run.kind !== kind || run.count === digestsAtOnce) {
        if (run !== undefined) yield run;
        run = { kind, count: 0, invited: 0, digests: '' };
      }
      run.count++;
      run.invited += invited;
      run.digests += digest;
    }
    if (run !== undefined) yield run;
  }

  /** Whether an earlier plan released some of these operations. */
  hasEarlier(target: number): boolean {
    return this.#has('SELECT 1 FROM ord WHERE target = ? AND earlier = 1 LIMIT 1', target);
  }

  /** The sealed plan of a target, in order. */
  operations(target: number): IterableIterator<OperationRow> {
    return this.#rows(
      'SELECT op.*, ord.phase AS sealed_phase FROM ord JOIN op ON op.id = ord.op WHERE ord.target = ? ORDER BY ord.id',
      [target],
    );
  }

  *leftOut(target: number): Generator<{ slot: number; key: string; rule: string; reason: string }> {
    this.flush();
    yield* this.#db
      .prepare('SELECT slot, key, rule, reason FROM left_out WHERE target = ? ORDER BY key')
      .iterate(target) as IterableIterator<{ slot: number; key: string; rule: string; reason: string }>;
  }

  *notes(target: number): Generator<{ slot: number; key: string; rule: string; text: string }> {
    this.flush();
    yield* this.#db
      .prepare('SELECT slot, key, rule, text FROM note WHERE target = ? ORDER BY key, rule')
      .iterate(target) as IterableIterator<{ slot: number; key: string; rule: string; text: string }>;
  }

  *rejections(): Generator<{
    slot: number | null;
    key: string | null;
    line: number | null;
    rule: string;
    reason: string;
  }> {
    this.flush();
    yield* this.#db
      .prepare('SELECT slot, key, line, rule, reason FROM rejection ORDER BY line, rowid')
      .iterate() as IterableIterator<{
      slot: number | null;
      key: string | null;
      line: number | null;
      rule: string;
      reason: string;
    }>;
  }

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
    const writer = new Writer(this.#db, `INSERT INTO ${table} (${columns}) VALUES `, `(${values})`);
    this.#writers.set(name, writer);
    return writer;
  }

  #has(sql: string, ...parameters: unknown[]): boolean {
    return this.#db.prepare(sql).get(...parameters) !== undefined;
  }

  *#rows(sql: string, parameters: unknown[]): Generator<OperationRow> {
    for (const row of this.#db.prepare(sql).iterate(...parameters) as IterableIterator<
      Record<string, unknown>
    >)
      yield operationRow(row);
  }
}

const createColumns = 'target, kind, phase, slot, key, after, digest, needs';
const opColumns = `${createColumns}, part, why, before_digest, changes, secret, remote_id, invited`;

/** What of a create is looked for among the accounts of the target, and how it is written there. */
const liveAttributes: readonly (readonly [attribute: string, value: string])[] = [
  ['externalId', "op.after ->> 'externalId'"],
  ['userName', "lower_(op.after ->> 'userName')"],
  [
    'emails.value',
    `lower_(coalesce(
       (SELECT one.value ->> 'value' FROM json_each(op.after, '$.emails') AS one WHERE one.value ->> 'primary' = 1),
       op.after ->> '$.emails[0].value'))`,
  ],
];
