import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openScratch, scratchError } from './scratch.ts';

/** Texts by their keys, on the disk, for as long as a read lasts: first all are put in, and then they are asked for. */
export interface KeyedTexts {
  put(key: string, text: string): void;
  /** All that were put in with this key, in their order. */
  get(key: string): readonly string[];
  close(): void;
}

/** How many are written in one transaction. */
const AT_ONCE = 10_000;

/** Throws `RollcallError('state', …)` where there is no place for temporary files. */
export function openKeyedTexts(): KeyedTexts {
  const scratch = openScratch();
  const db = new Database(join(scratch.folder, 'keyed.db'));
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  // Appended, and put in order once: an index that is kept all the time costs ten times as much.
  db.exec('CREATE TABLE keyed (key TEXT NOT NULL, text TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO keyed VALUES (?, ?)');
  let select: Database.Statement | undefined;
  let waiting = 0;
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw scratchError(error);
    }
  };
  return {
    put: (key, text) =>
      attempt(() => {
        if (waiting === 0) db.exec('BEGIN');
        insert.run(key, text);
        waiting = (waiting + 1) % AT_ONCE;
        if (waiting === 0) db.exec('COMMIT');
      }),
    get: (key) =>
      attempt(() => {
        if (select === undefined) {
          if (waiting > 0) db.exec('COMMIT');
          db.exec('CREATE INDEX keyed_key ON keyed (key)');
          select = db.prepare('SELECT text FROM keyed WHERE key = ? ORDER BY rowid').pluck();
        }
        return select.all(key) as string[];
      }),
    close: () => {
      db.close();
      scratch.close();
    },
  };
}
