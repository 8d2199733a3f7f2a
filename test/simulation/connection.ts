import type Database from 'better-sqlite3';
import type { Life } from './life.ts';

/** Makes other statements of those that are asked for, or commits what belongs together apart: the product without one of its laws. */
export interface Spoil {
  readonly statement?: (sql: string) => string;
  /** Every statement is committed by itself, whatever it is part of. */
  readonly apart?: boolean;
}

type Row = unknown;
type Mode = 'row' | 'value' | 'list';

interface Kept {
  readonly statement: Database.Statement;
  readonly isReader: boolean;
  mode: Mode;
}

/** A connection whose statements are prepared once, for as many runs as it lives. */
export class Connection {
  readonly raw: Database.Database;
  readonly isAttached: boolean;
  /** The functions that the newest run has given it. SQLite is told of each name once, for it forgets its statements then. */
  readonly functions = new Map<string, (...all: unknown[]) => unknown>();
  readonly #kept = new Map<string, Kept>();
  #emptying: readonly Database.Statement[] | undefined;

  /** The place of a plan is attached for good, or by each run. */
  constructor(raw: Database.Database, isAttached = true) {
    this.raw = raw;
    this.isAttached = isAttached;
  }

  kept(sql: string): Kept {
    let kept = this.#kept.get(sql);
    if (kept === undefined) {
      const statement = this.raw.prepare(settled(sql));
      kept = { statement, isReader: statement.reader, mode: 'row' };
      this.#kept.set(sql, kept);
    }
    return kept;
  }

  define(name: string, options: object, run: (...all: unknown[]) => unknown): void {
    if (!this.functions.has(name))
      this.raw.function(name, { ...options, varargs: true }, (...all: unknown[]) =>
        this.functions.get(name)!(...all),
      );
    this.functions.set(name, run);
  }

  rollBack(): void {
    if (this.raw.inTransaction) this.raw.exec('ROLLBACK');
  }

  /** Without any row. Those that refer to others go first; a PRAGMA would have every statement prepared anew. */
  empty(): void {
    this.rollBack();
    if (this.#emptying === undefined) {
      const tables = this.raw
        .prepare(
          `SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid DESC`,
        )
        .pluck()
        .all() as string[];
      const deletes = tables.map((name) => this.raw.prepare(`DELETE FROM main."${name}"`));
      const unties = tables.includes('receipt') ? [this.raw.prepare('UPDATE target SET receipt = NULL')] : [];
      // What a trigger puts into another table goes with the second round.
      this.#emptying = [...unties, ...deletes, ...deletes];
    }
    this.raw.exec('BEGIN');
    for (const statement of this.#emptying) statement.run();
    this.raw.exec('COMMIT');
  }
}

/**
 * SQLite prepares a statement anew for each value of a LIMIT that is bound, and for some others, in the hope of a better
 * plan (https://sqlite.org/qpsg.html): that costs thirty times as much as to run it. Not for an expression of the value.
 */
function settled(sql: string): string {
  return sql.replaceAll(/(<=|>=|<>|<|>|=|LIMIT) (\?|:\w)/g, (_, comparison: string, value: string) => {
    return `${comparison} +${value}`;
  });
}

/** A connection as one run has it: each write of its own is a moment at which the run may be killed. */
export function connectionTo(connection: Connection, life?: Life, spoil?: Spoil): Database.Database {
  return new Opened(connection, life, spoil) as unknown as Database.Database;
}

class Opened {
  readonly #connection: Connection;
  readonly #life: Life | undefined;
  readonly #spoil: Spoil;

  constructor(connection: Connection, life: Life | undefined, spoil: Spoil = {}) {
    this.#connection = connection;
    this.#life = life;
    this.#spoil = spoil;
  }

  get inTransaction(): boolean {
    return this.#connection.raw.inTransaction;
  }

  prepare(sql: string): Prepared {
    // Nobody else could notice: it is no moment.
    if (sql.startsWith('ATTACH ')) return this.#attaching(sql);
    return new Prepared(this, this.#connection.kept(this.#spoil.statement?.(sql) ?? sql));
  }

  exec(sql: string): this {
    if (sql.startsWith('DETACH ')) {
      if (!this.#connection.isAttached) this.#connection.raw.exec(sql);
      return this;
    }
    if (/;\s*\S/.test(sql)) this.write(() => this.#connection.raw.exec(sql));
    else this.prepare(sql).run();
    return this;
  }

  #attaching(sql: string): Prepared {
    const { isAttached, raw } = this.#connection;
    const run = (...all: unknown[]): unknown => (isAttached ? undefined : raw.prepare(sql).run(...all));
    return { run } as unknown as Prepared;
  }

  pragma(sql: string, options?: Database.PragmaOptions): unknown {
    return this.#connection.raw.pragma(sql, options);
  }

  function(name: string, options: object, run: (...all: unknown[]) => unknown): this {
    this.#connection.define(name, options, run);
    return this;
  }

  transaction<T>(run: (...all: unknown[]) => T): unknown {
    const { raw } = this.#connection;
    const whole = (...all: unknown[]): T => {
      if (this.#spoil.apart === true) return run(...all);
      if (raw.inTransaction) throw new Error('a transaction inside of another one is not simulated');
      return this.write(() => {
        raw.exec('BEGIN');
        try {
          const result = run(...all);
          raw.exec('COMMIT');
          return result;
        } catch (error) {
          if (raw.inTransaction) raw.exec('ROLLBACK');
          throw error;
        }
      });
    };
    return Object.assign(whole, { immediate: whole, deferred: whole, exclusive: whole });
  }

  /** A moment before what is committed, and one after it. Of what is inside of a transaction nothing is seen outside. */
  write<T>(run: () => T): T {
    const life = this.#life;
    if (life === undefined) return run();
    if (this.inTransaction) {
      if (life.isOver) life.meet('write');
      return run();
    }
    life.meet('write');
    const result = run();
    life.meet('written');
    return result;
  }

  read<T>(run: () => T): T {
    if (this.#life?.isOver === true) this.#life.meet('read');
    return run();
  }

  close(): this {
    return this;
  }
}

class Prepared {
  readonly #opened: Opened;
  readonly #kept: Kept;
  #mode: Mode = 'row';

  constructor(opened: Opened, kept: Kept) {
    this.#opened = opened;
    this.#kept = kept;
  }

  pluck(isOn = true): this {
    this.#mode = isOn ? 'value' : 'row';
    return this;
  }

  raw(isOn = true): this {
    this.#mode = isOn ? 'list' : 'row';
    return this;
  }

  run(...all: unknown[]): Database.RunResult {
    return this.#opened.write(() => this.#kept.statement.run(...all));
  }

  get(...all: unknown[]): Row {
    return this.#read(() => this.#asked().get(...all));
  }

  all(...all: unknown[]): Row[] {
    return this.#read(() => this.#asked().all(...all));
  }

  iterate(...all: unknown[]): IterableIterator<Row> {
    return this.all(...all)[Symbol.iterator]();
  }

  #read<T>(run: () => T): T {
    return this.#kept.statement.readonly ? this.#opened.read(run) : this.#opened.write(run);
  }

  #asked(): Database.Statement {
    const { statement, mode, isReader } = this.#kept;
    if (isReader && mode !== this.#mode) {
      if (this.#mode === 'row') statement[mode === 'value' ? 'pluck' : 'raw'](false);
      else statement[this.#mode === 'value' ? 'pluck' : 'raw'](true);
      this.#kept.mode = this.#mode;
    }
    return statement;
  }
}
