import type Database from 'better-sqlite3';
import { APPENDS } from './appends.ts';
import type { AppendName } from './appends.ts';

/** Appends rows to a database that is open here: all of them are in it when `flush` is through. */
export class Writer {
  readonly #db: Database.Database;
  readonly #tables = new Map<AppendName, TableWriter>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  add(name: AppendName, row: readonly unknown[]): void {
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = new TableWriter(this.#db, name)));
    table.add(row);
  }

  flush(): void {
    for (const table of this.#tables.values()) table.flush();
  }
}

const rowsAtOnce = 40;

/** Rows of one kind, many at a time: a statement for each costs three times as much. */
class TableWriter {
  readonly #db: Database.Database;
  readonly #into: string;
  readonly #row: string;
  /** Prepared where there are so many: it is long, and a small plan has no use for it. */
  #many: Database.Statement | undefined;
  readonly #one: Database.Statement;
  readonly #width: number;
  readonly #complete: ((row: readonly unknown[]) => readonly unknown[]) | undefined;
  readonly #pending: unknown[] = [];

  constructor(db: Database.Database, name: AppendName) {
    const { into, row, ...more } = APPENDS[name];
    this.#db = db;
    this.#into = into;
    this.#row = row;
    this.#width = row.split('?').length - 1;
    this.#one = db.prepare(into + row);
    this.#complete = 'complete' in more ? more.complete : undefined;
  }

  add(row: readonly unknown[]): void {
    for (const value of this.#complete?.(row) ?? row) this.#pending.push(value);
    if (this.#pending.length < this.#width * rowsAtOnce) return;
    this.#many ??= this.#db.prepare(
      this.#into + Array.from({ length: rowsAtOnce }, () => this.#row).join(', '),
    );
    this.#many.run(this.#pending);
    this.#pending.length = 0;
  }

  flush(): void {
    for (let at = 0; at < this.#pending.length; at += this.#width)
      this.#one.run(this.#pending.slice(at, at + this.#width));
    this.#pending.length = 0;
  }
}
