import Database from 'better-sqlite3';

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
