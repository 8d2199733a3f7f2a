import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openScratch, scratchError } from './scratch.ts';

/** A list that somebody else keeps, on the disk for as long as it is compared: it may be as long as the company is large. */
export interface Listed {
  /** What a line says of somebody: one or several of their names, folded by whoever compares. */
  put(line: number, shown: string, names: readonly string[]): void;
  /** Notes that the lines which have one of these names were met, and says whether there are any. */
  meet(names: readonly string[]): boolean;
  /** The lines that nobody met, in their order. */
  rest(): IterableIterator<{ readonly line: number; readonly shown: string }>;
  close(): void;
}

/** Throws `RollcallError('state', …)` where there is no place for temporary files. */
export function openListed(): Listed {
  const scratch = openScratch();
  const db = new Database(join(scratch.folder, 'listed.db'));
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.exec(`CREATE TABLE line (number INTEGER PRIMARY KEY, shown TEXT NOT NULL, met INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE named (name TEXT NOT NULL, line INTEGER NOT NULL);
    BEGIN`);
  const line = db.prepare('INSERT INTO line (number, shown) VALUES (?, ?)');
  const named = db.prepare('INSERT INTO named VALUES (?, ?)');
  let meet: Database.Statement | undefined;
  return {
    put: (number, shown, names) => {
      try {
        line.run(number, shown);
        for (const name of names) named.run(name, number);
      } catch (error) {
        throw scratchError(error);
      }
    },
    meet: (names) => {
      if (meet === undefined) db.exec('CREATE INDEX named_name ON named (name, line)');
      meet ??= db.prepare('UPDATE line SET met = 1 WHERE number IN (SELECT line FROM named WHERE name = ?)');
      let lines = 0;
      for (const name of names) lines += meet.run(name).changes;
      return lines > 0;
    },
    rest: () =>
      db
        .prepare('SELECT number AS line, shown FROM line WHERE met = 0 ORDER BY number')
        .iterate() as ReturnType<Listed['rest']>,
    close: () => {
      db.close();
      scratch.close();
    },
  };
}
