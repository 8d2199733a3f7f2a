import type Database from 'better-sqlite3';
import type { Account, Resource } from '../model/index.ts';
import type { Accepted } from '../planning/guard.ts';
import type { EarlierOperation } from './stage/operation.ts';
import { accountCounts } from './figures.ts';
import type { State } from './state.ts';

/** One account in so many is looked up alone; beyond that, reading whose they all are costs less. */
const fewOf = 16;

/** Reads accounts for planning, as they are when it is made: by slot, which is the person's id less one. */
export class AccountReader {
  readonly #target: number;
  readonly #name: string;
  readonly #state: State;
  readonly #one: Database.Statement;
  /** How many people have an account. */
  readonly count: number;
  /** The first slot of which the target knows nobody. */
  readonly #size: number;
  #asked = 0;
  #linked: Uint8Array | undefined;

  constructor(state: State, target: number, name: string) {
    this.#target = target;
    this.#name = name;
    this.#state = state;
    this.#one = state.sql(
      `SELECT remote_id, resource, state, origin, secret_digest, confirmed_at FROM account WHERE target = ? AND person = ? AND type = 'User'`,
    );
    this.count = accountCounts(state, target).linked;
    this.#size = state
      .sql('SELECT coalesce(max(person), 0) FROM account WHERE target = ?')
      .pluck()
      .get(target) as number;
  }

  of(slot: number, key: string): Account | undefined {
    if (slot >= this.#size) return undefined;
    const known = this.#known();
    if (known !== undefined && known[slot] !== 1) return undefined;
    const row = this.#one.get(this.#target, slot + 1) as AccountRow | undefined;
    return row && accountOf(row, this.#name, key);
  }

  has(slot: number): boolean {
    if (slot >= this.#size) return false;
    const known = this.#known();
    if (known !== undefined) return known[slot] === 1;
    return (
      this.#state
        .sql(`SELECT 1 FROM account WHERE target = ? AND person = ? AND type = 'User'`)
        .get(this.#target, slot + 1) !== undefined
    );
  }

  /** By slot, a 1 for whoever has an account; nothing as long as only a few were asked about. */
  #known(): Uint8Array | undefined {
    if (this.#linked === undefined && ++this.#asked * fewOf >= this.count) this.#linked = this.#all();
    return this.#linked;
  }

  #all(): Uint8Array {
    const bits = new Uint8Array(this.#size);
    const ids = this.#state
      .sql(`SELECT person FROM account WHERE target = ? AND type = 'User'`)
      .pluck()
      .iterate(this.#target);
    for (const id of ids as IterableIterator<number>) bits[id - 1] = 1;
    return bits;
  }

  /** The slot of the person to whom an id of the target belongs. */
  ownerOf(remoteId: string): number | undefined {
    const id = this.#state
      .sql(`SELECT person FROM account WHERE target = ? AND type = 'User' AND remote_id = ?`)
      .pluck()
      .get(this.#target, remoteId) as number | undefined;
    return id === undefined ? undefined : id - 1;
  }

  /** The target's ids of a few accounts that can be read. */
  some(most: number): readonly string[] {
    return this.#state
      .sql(`SELECT remote_id FROM account WHERE target = ? AND state = 'linked' LIMIT ?`)
      .pluck()
      .all(this.#target, most) as string[];
  }
}

/** The names of everybody whose account on a target is on. */
export function* activeNames(
  state: State,
  target: number,
): Generator<{ readonly slot: number; readonly userName: string }> {
  yield* state
    .sql(
      `SELECT person - 1 AS slot, resource ->> 'userName' AS userName FROM account
       WHERE target = ? AND type = 'User' AND resource ->> 'active' IS NOT 0 AND resource ->> 'userName' IS NOT NULL`,
    )
    .iterate(target) as IterableIterator<{ slot: number; userName: string }>;
}

export interface AccountRow {
  readonly remote_id: string;
  readonly resource: string;
  readonly state: 'linked' | 'invited';
  readonly origin: 'created' | 'adopted';
  readonly secret_digest: string | null;
  readonly confirmed_at: number;
}

export function accountOf(row: AccountRow, target: string, key: string): Account {
  return {
    target,
    key,
    remoteId: row.remote_id,
    resource: JSON.parse(row.resource) as Resource,
    state: row.state,
    origin: row.origin,
    ...(row.secret_digest !== null && { secretDigest: row.secret_digest }),
    confirmedAt: row.confirmed_at,
  };
}

/** Whether somebody has an account on any target, also on one that is not configured any more. */
export function hasAccount(state: State, slot: number): boolean {
  const found = state
    .sql(`SELECT 1 FROM target JOIN account ON target = target.id AND person = ? AND type = 'User' LIMIT 1`)
    .get(slot + 1);
  return found !== undefined;
}

/** The targets to which something was sent for somebody whose answer is not recorded. */
export function doubtsOf(state: State, slot: number): readonly string[] {
  return state
    .sql(
      `SELECT name FROM target CROSS JOIN operation ON operation.target = target.id AND state = 'leased' AND person = ?`,
    )
    .pluck()
    .all(slot + 1) as string[];
}

/** The key of a slot, for the few people who are met by their slot alone. */
export function keyOf(state: State, slot: number): string | undefined {
  return state
    .sql('SELECT key FROM person WHERE id = ?')
    .pluck()
    .get(slot + 1) as string | undefined;
}

/**
 * People for whom something is open, held, left out or rejected, who leave, who refer to nobody, who are in a group that waits to be
 * deleted, or who are offboarded or were so when some target was last planned for: examined at every run (law 15).
 */
export function restless(state: State, size: number): Uint8Array {
  const bits = new Uint8Array(size);
  const ids = state.db
    .prepare(
      `SELECT person FROM operation WHERE person IS NOT NULL UNION SELECT person FROM left_out UNION SELECT person FROM rejection UNION SELECT person FROM leaving
       UNION SELECT person FROM dangling UNION SELECT person FROM membership WHERE sure = 0
       UNION SELECT membership.person FROM operation JOIN membership USING (target, grp) WHERE operation.kind = 'deleteGroup'
       UNION SELECT person.id FROM offboarding JOIN person ON person.key = offboarding.key
         WHERE ended_at IS NULL OR ended_run >= (SELECT min(cursor) FROM target)`,
    )
    .pluck()
    .iterate() as IterableIterator<number>;
  for (const id of ids) bits[id - 1] = 1;
  return bits;
}

/** An operation of an earlier plan. */
export interface Unfinished extends EarlierOperation {
  /** When one that failed is worth another trial; 0 for all others. */
  readonly restsUntil: number;
}

/** What an earlier plan released on a target and nobody has carried out yet, held and leased operations apart. */
export function* unfinished(state: State, target: number, people?: readonly number[]): Generator<Unfinished> {
  const whose =
    people === undefined ? '' : ' AND (person IS NULL OR person IN (SELECT value FROM json_each(:people)))';
  const rows = state.db
    .prepare(
      `SELECT id, coalesce(person, 0) - 1 AS slot, part, kind, digest, iif(state = 'failed', run_at, 0) AS restsUntil
       FROM operation WHERE target = :target AND state IN ('open', 'waiting', 'failed')${whose}`,
    )
    .iterate({
      target,
      ...(people && { people: JSON.stringify(people) }),
    }) as IterableIterator<Unfinished>;
  yield* rows;
}

/** People of whom an operation was sent to the target and whose answer is not recorded (law 11). */
export function inDoubt(state: State, target: number): ReadonlySet<number> {
  const ids = state.db
    .prepare(`SELECT person FROM operation WHERE target = ? AND state = 'leased' AND person IS NOT NULL`)
    .pluck()
    .all(target) as number[];
  return new Set(ids.map((id) => id - 1));
}

/** What is known of a target from former runs. */
export interface TargetRow {
  readonly id: number;
  readonly name: string;
  readonly fingerprint: string;
  readonly cursor: number;
  readonly digest: string;
  /** The first run of those whose reads it was not given, though what they say of people is kept. */
  readonly behind: number | null;
}

/** A target by its name, or else by the one that it had before. */
export function targetRow(state: State, name: string, renamedFrom?: string): TargetRow | undefined {
  const row = state.db.prepare(
    'SELECT id, name, fingerprint, cursor, digest, behind FROM target WHERE name = ?',
  );
  return (row.get(name) ?? (renamedFrom && row.get(renamedFrom)) ?? undefined) as TargetRow | undefined;
}

/**
 * The id of a target, which is made known to the state if it is not yet. With `digest`, that of its configuration: as long as
 * nobody is known, it has dealt with everybody by that one.
 */
export function ensureTarget(
  state: State,
  name: string,
  fingerprint: string,
  { renamedFrom, digest = '' }: { readonly renamedFrom?: string | undefined; readonly digest?: string } = {},
): number {
  const { db } = state;
  return db
    .transaction(() => {
      const known = targetRow(state, name, renamedFrom);
      const isAnybody = db.prepare('SELECT 1 FROM person LIMIT 1').get() !== undefined;
      const id =
        known?.id ??
        Number(
          db.prepare('INSERT INTO target (name, fingerprint) VALUES (?, ?)').run(name, fingerprint)
            .lastInsertRowid,
        );
      const configured = isAnybody ? (known?.digest ?? '') : digest;
      db.prepare(
        'UPDATE target SET name = :name, digest = :configured WHERE id = :id AND (name <> :name OR digest <> :configured)',
      ).run({ id, name, configured });
      return id;
    })
    .immediate();
}

/** The last read that was accepted for a target, against which a read has shrunk or not. */
export function acceptedReceipt(state: State, target: number, source: string): Accepted | undefined {
  const row = state.db
    .prepare(
      'SELECT count, ends_line, counts, sha256, written_at FROM target JOIN receipt ON receipt.id = target.receipt WHERE target.id = ? AND source = ?',
    )
    .get(target, source) as AcceptedRow | undefined;
  if (row === undefined) return undefined;
  const counts = row.counts === null ? {} : { counts: JSON.parse(row.counts) as Accepted['counts'] & object };
  const writtenAt = row.written_at === null ? {} : { writtenAt: row.written_at };
  return { count: row.count, endsLine: row.ends_line === 1, sha256: row.sha256, ...counts, ...writtenAt };
}

interface AcceptedRow {
  readonly count: number;
  readonly ends_line: number;
  readonly counts: string | null;
  readonly sha256: string;
  readonly written_at: number | null;
}

/** Whose account an id of a target is, if it is somebody's. */
export function ownerOf(state: State, target: number, remoteId: string): string | undefined {
  return state
    .sql(
      `SELECT person.key FROM account JOIN person ON person.id = account.person WHERE target = ? AND type = 'User' AND remote_id = ?`,
    )
    .pluck()
    .get(target, remoteId) as string | undefined;
}
