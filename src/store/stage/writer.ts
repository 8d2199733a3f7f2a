import type Database from 'better-sqlite3';

const rowsAtOnce = 40;

/** Appends rows many at a time: a statement for each row costs three times as much. */
export class Writer {
  readonly #many: Database.Statement;
  readonly #one: Database.Statement;
  readonly #width: number;
  #pending: unknown[] = [];

  constructor(db: Database.Database, into: string, row: string) {
    this.#width = row.split('?').length - 1;
    this.#one = db.prepare(into + row);
    this.#many = db.prepare(into + Array.from({ length: rowsAtOnce }, () => row).join(', '));
  }

  add(row: readonly unknown[]): void {
    for (const value of row) this.#pending.push(value);
    if (this.#pending.length < this.#width * rowsAtOnce) return;
    this.#many.run(this.#pending);
    this.#pending.length = 0;
  }

  flush(): void {
    for (let at = 0; at < this.#pending.length; at += this.#width)
      this.#one.run(this.#pending.slice(at, at + this.#width));
    this.#pending.length = 0;
  }
}
