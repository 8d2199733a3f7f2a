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
  /** Whether it leaves the database as it is. */
  readonly isRead: boolean;
  mode: Mode;
}

/** A connection whose statements are prepared once, for as many runs as it lives. */
export class Connection {
  readonly raw: Database.Database;
  /** The place of a plan that is attached, and stays so until there is to be another; nothing where each run attaches its own. */
  attached: string | undefined;
  /** The functions that the newest run has given it. SQLite is told of each name once, for it forgets its statements then. */
  readonly functions = new Map<string, (...all: unknown[]) => unknown>();
  readonly #kept = new Map<string, Kept>();
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #rollBack: Database.Statement;
  #emptying: Emptying | undefined;
  /** Whether something is being written that is committed as a whole. */
  isWhole = false;

  constructor(raw: Database.Database, attached?: string) {
    this.raw = raw;
    this.attached = attached;
    this.#begin = raw.prepare('BEGIN');
    this.#commit = raw.prepare('COMMIT');
    this.#rollBack = raw.prepare('ROLLBACK');
  }

  kept(sql: string): Kept {
    let kept = this.#kept.get(sql);
    if (kept === undefined) {
      const statement = this.raw.prepare(settled(sql));
      kept = { statement, isReader: statement.reader, isRead: statement.readonly, mode: 'row' };
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
    if (this.raw.inTransaction) this.#rollBack.run();
  }

  /** All of it, or nothing. */
  whole<T>(run: () => T): T {
    this.#begin.run();
    this.isWhole = true;
    try {
      const result = run();
      this.#commit.run();
      return result;
    } catch (error) {
      this.rollBack();
      throw error;
    } finally {
      this.isWhole = false;
    }
  }

  /** Without any row. Only where there are rows is anything deleted: that is a handful of tables of sixty. */
  empty(): void {
    this.rollBack();
    const { filled, deletes } = (this.#emptying ??= emptyingOf(this.raw));
    for (let names = filled.all(); names.length > 0; names = filled.all())
      this.whole(() => {
        for (const name of names) for (const statement of deletes.get(name as string)!) statement.run();
      });
  }
}

interface Emptying {
  /** The names of the tables that have rows; those that refer to others come first. */
  readonly filled: Database.Statement;
  readonly deletes: ReadonlyMap<string, readonly Database.Statement[]>;
}

function emptyingOf(raw: Database.Database): Emptying {
  const names = raw
    .prepare(
      `SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid DESC`,
    )
    .pluck()
    .all() as string[];
  const filled = names.map((name) => `SELECT '${name}' WHERE EXISTS (SELECT 1 FROM main."${name}")`);
  const unties = names.includes('target') ? [raw.prepare('UPDATE target SET receipt = NULL')] : [];
  const deletes = names.map((name) => {
    const statement = raw.prepare(`DELETE FROM main."${name}"`);
    return [name, name === 'receipt' ? [...unties, statement] : [statement]] as const;
  });
  return { filled: raw.prepare(filled.join(' UNION ALL ')).pluck(), deletes: new Map(deletes) };
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
      if (this.#connection.attached === undefined) this.#connection.raw.exec(sql);
      return this;
    }
    if (/;\s*\S/.test(sql)) this.write(() => this.#connection.raw.exec(sql));
    else this.prepare(sql).run();
    return this;
  }

  #attaching(sql: string): Prepared {
    const connection = this.#connection;
    const run = (path: string): void => {
      if (connection.attached === path) return;
      if (connection.attached !== undefined) {
        connection.raw.exec('DETACH stage');
        connection.attached = path;
      }
      connection.raw.prepare(sql).run(path);
    };
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
    const whole = (...all: unknown[]): T => {
      if (this.#spoil.apart === true) return run(...all);
      // What is inside of another one is committed with it; nobody goes on where it fails.
      if (this.#connection.isWhole) return run(...all);
      return this.write(() => this.#connection.whole(() => run(...all)));
    };
    return Object.assign(whole, { immediate: whole, deferred: whole, exclusive: whole });
  }

  write<T>(run: () => T): T {
    const isMoment = this.beforeWrite();
    const result = run();
    if (isMoment) this.afterWrite();
    return result;
  }

  /** A moment before what is committed, and one after it. Of what is inside of a transaction nothing is seen outside. */
  beforeWrite(): boolean {
    const life = this.#life;
    if (life === undefined) return false;
    const isMoment = !this.#connection.isWhole;
    if (isMoment || life.isOver) life.meet('write');
    return isMoment;
  }

  afterWrite(): void {
    this.#life!.meet('written');
  }

  beforeRead(): void {
    if (this.#life?.isOver === true) this.#life.meet('read');
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
    const isMoment = this.#opened.beforeWrite();
    const result = this.#kept.statement.run(...all);
    if (isMoment) this.#opened.afterWrite();
    return result;
  }

  get(...all: unknown[]): Row {
    const isMoment = this.#before();
    const row = this.#asked().get(...all);
    if (isMoment) this.#opened.afterWrite();
    return row;
  }

  all(...all: unknown[]): Row[] {
    const isMoment = this.#before();
    const rows = this.#asked().all(...all);
    if (isMoment) this.#opened.afterWrite();
    return rows;
  }

  iterate(...all: unknown[]): IterableIterator<Row> {
    return this.all(...all)[Symbol.iterator]();
  }

  #before(): boolean {
    if (!this.#kept.isRead) return this.#opened.beforeWrite();
    this.#opened.beforeRead();
    return false;
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
