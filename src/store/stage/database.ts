import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openScratch } from '../scratch.ts';
import { TABLES } from './tables.ts';

/** Where one plan is built: an empty database with its tables. */
export interface StagePlace {
  readonly path: string;
  readonly db: Database.Database;
  /** What is in it is gone. */
  close(): void;
}

/** A scratch file in a folder of its own. */
export function openStagePlace(): StagePlace {
  const scratch = openScratch();
  const path = join(scratch.folder, 'stage.db');
  const db = openStageDatabase(path);
  prepareStage(db);
  const close = (): void => {
    db.close();
    scratch.close();
  };
  return { path, db, close };
}

/** Makes the tables of a plan, and what its questions need. */
export function prepareStage(db: Database.Database): void {
  // In one transaction: each table in one of its own took longer than a small plan.
  db.exec(`BEGIN; ${TABLES}; COMMIT`);
  db.function('lower_', { deterministic: true }, (value: unknown) =>
    typeof value === 'string' ? value.toLowerCase() : null,
  );
}

/** Opens the database of one plan: nothing in it outlives the run, so that nothing is kept for a crash. */
export function openStageDatabase(path: string): Database.Database {
  const db = new Database(path);
  // Rows are long and are read and written in their order: few large pages.
  db.pragma('page_size = 32768');
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma('locking_mode = NORMAL');
  db.pragma('cache_size = -8000');
  // Only an order that does not fit into that memory is worked out by several (https://www.sqlite.org/pragma.html#pragma_threads).
  db.pragma('threads = 2');
  return db;
}
