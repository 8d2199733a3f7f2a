import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { RollcallError } from '../model/index.ts';
import { Ledger } from './ledger.ts';
import { migrations } from './migrations.ts';

/** An open state file: everything that Rollcall remembers. Times in it are milliseconds since 1970. */
export interface State {
  readonly path: string;
  readonly db: Database.Database;
  /** Secret of this state: keys the digests, so that a copy of the file cannot be searched by guessing. */
  readonly salt: string;
  /** A statement that is prepared once: for what runs once for each operation. */
  sql(text: string): Database.Statement;
  close(): void;
}

/**
 * Opens a state file, makes it (mode 0600) if `create` says so, and brings its schema up to date. A state that is not
 * there and shall not be made is an empty one in memory: what `plan` starts from before the first `sync`.
 * Throws `RollcallError('state', …)` where the file is no state, is damaged, or was written by a newer Rollcall.
 */
export function openState(path: string, create: boolean): State {
  const exists = existsSync(path);
  const db = open(exists || create ? path : ':memory:', exists);
  try {
    // A file that is somebody else's is not touched, not even its mode.
    db.transaction(() => recognise(db, path))();
    if (exists) chmodSync(path, 0o600);
    db.pragma('journal_mode = WAL');
    // What is committed is on the disk: a power cut must not forget a lease, or its POST would be repeated unlooked (law 11).
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 10000');
    db.pragma('cache_size = -16000');
    // 64 MB of log: pages of the indexes are written again and again, and go to their place once for all of that.
    db.pragma('wal_autocheckpoint = 16000');
    migrate(db);
    return stateOf(db, path);
  } catch (error) {
    db.close();
    throw explain(error, path);
  }
}

/**
 * The same for whoever only looks: nothing of it can be written, and nobody who writes is in the way, nor waits for this.
 * One that an older Rollcall wrote is brought up to date first, as by any other command. Throws as `openState` does.
 */
export function openReader(path: string): State {
  if (!existsSync(path)) return openState(path, false);
  const db = open(path, true, true);
  let isOld: boolean;
  try {
    db.transaction(() => recognise(db, path))();
    isOld = versionOf(db) < migrations.length;
  } catch (error) {
    db.close();
    throw explain(error, path, looking);
  }
  if (isOld) {
    db.close();
    openState(path, false).close();
    return openReader(path);
  }
  db.pragma('busy_timeout = 10000');
  db.pragma('cache_size = -16000');
  return stateOf(db, path);
}

function stateOf(db: Database.Database, path: string): State {
  const statements = new Map<string, Database.Statement>();
  const sql = (text: string): Database.Statement => {
    let statement = statements.get(text);
    if (!statement) statements.set(text, (statement = db.prepare(text)));
    return statement;
  };
  return { path, db, salt: String(meta(db, 'salt')), sql, close: () => db.close() };
}

function open(path: string, exists: boolean, readonly = false): Database.Database {
  try {
    if (path !== ':memory:') {
      requireStatePlace(path);
      // Made with the right mode from its first moment on, and not after it has been world-readable for an instant.
      if (!exists) closeSync(openSync(path, 'a', 0o600));
    }
    const db = new Database(path, { readonly });
    // Whatever is changed is copied first, page by page: in memory, nothing is gained by large ones.
    if (path === ':memory:') db.pragma('page_size = 1024');
    return db;
  } catch (error) {
    throw explain(error, path);
  }
}

/** Throws `RollcallError('state', …)` where something stands at the path that is no file. */
export function requireStatePlace(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return;
  throw new RollcallError('state', {
    message: `${path} is ${found.isDirectory() ? 'a folder' : 'a pipe, a socket or a device'}`,
    hint: 'state: names the SQLite file that Rollcall keeps',
  });
}

function recognise(db: Database.Database, path: string): void {
  const version = versionOf(db);
  if (version > migrations.length)
    throw new RollcallError('state', {
      message: `${path} was written by a newer Rollcall (state version ${version}, this one knows ${migrations.length})`,
      hint: 'update Rollcall, or name another state file',
    });
  if (version === 0 && db.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() !== undefined)
    throw new RollcallError('state', {
      message: `${path} is a database, but not one of Rollcall's`,
      hint: 'name another file under state:',
    });
}

function versionOf(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

function migrate(db: Database.Database): void {
  for (let step = versionOf(db); step < migrations.length; step++)
    db.transaction(() => {
      // Another process may have done it in the meantime.
      if (versionOf(db) !== step) return;
      db.exec(migrations[step]!);
      if (step === 0) db.prepare(`INSERT INTO meta VALUES ('salt', ?)`).run(randomBytes(16).toString('hex'));
      db.pragma(`user_version = ${step + 1}`);
    }).immediate();
}

const untouched = 'nothing was sent; move the file away only if you mean to start anew';
const owner = 'run it as the user whose state it is, and who can write that folder';
const opened = 'look whether that folder is there, and whether this user may read the file';
const looking = 'it was only to be looked at, and nothing of it was changed';
const underWay = 'what was sent and could not be written down any more is looked up by the next run';
const anew = (path: string): string =>
  `move ${path} aside, with its -wal and -shm: a copy from before is put in its place, or rollcall rebuild makes it anew from each target, and sends nothing`;
const withRoom = `make room: nothing that was written down is lost, and ${underWay}`;

/** What a failure of SQLite or of the system means for the state, by the beginning of its code; the first that fits counts. */
const TROUBLES: readonly (readonly [
  codes: RegExp,
  why: (path: string) => string,
  hint?: (path: string) => string,
])[] = [
  [/^SQLITE_NOTADB/, () => 'is not a Rollcall state, or is damaged', anew],
  [/^SQLITE_CORRUPT/, () => 'is damaged', anew],
  [
    /^(SQLITE_(READONLY|PERM|CANTOPEN_FULLPATH|IOERR_ACCESS)|EACCES|EPERM|EROFS)/,
    (path) => `cannot be written: this user has to be able to write it, and in ${dirname(path)}`,
    () => owner,
  ],
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT|SQLITE_IOERR_(WRITE|SHMSIZE))/,
    () => 'cannot grow: the disk is full',
    () => withRoom,
  ],
  [/^(ENOENT|ENOTDIR|SQLITE_CANTOPEN)/, (path) => `cannot be opened in ${dirname(path)}`, () => opened],
  [/^SQLITE_(BUSY|LOCKED)/, () => 'is in use by another program'],
  [/^/, () => 'cannot be used'],
];

function explain(error: unknown, path: string, usual = untouched): Error {
  if (error instanceof RollcallError) return error;
  const code = (error as { code?: string }).code ?? '';
  const [, why, hint] = TROUBLES.find(([codes]) => codes.test(code))!;
  return new RollcallError(
    'state',
    {
      message: `the state ${path} ${why(path)} (${(error as Error).message})`,
      hint: hint?.(path) ?? usual,
    },
    { cause: error },
  );
}

/** Every failure of the state, in a sentence for a person. */
export function stateError(error: unknown, state: Pick<State, 'path'>): Error {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && code.startsWith('SQLITE')
    ? explain(error, state.path, underWay)
    : (error as Error);
}

/** Opens a state for as long as `use` takes; what fails of it is a sentence for a person. */
export async function withState<T>(
  path: string,
  create: boolean,
  use: (state: State) => Promise<T> | T,
): Promise<T> {
  return using(openState(path, create), use);
}

/** The same for whoever only looks. */
export async function withReader<T>(path: string, use: (state: State) => Promise<T> | T): Promise<T> {
  return using(openReader(path), use);
}

async function using<T>(state: State, use: (state: State) => Promise<T> | T): Promise<T> {
  try {
    return await use(state);
  } catch (error) {
    throw stateError(error, state);
  } finally {
    state.close();
  }
}

export function meta(db: Database.Database, name: string): unknown {
  return (db.prepare('SELECT value FROM meta WHERE name = ?').get(name) as { value: unknown } | undefined)
    ?.value;
}

export function setMeta(db: Database.Database, name: string, value: string | number): void {
  db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
    name,
    value,
  );
}

/** Where the source can go on: what the last read left behind that was taken as it was, with nothing held of it. */
export function markOf({ db }: State): string | undefined {
  const text = meta(db, 'mark');
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** The ledger as the last release left it. */
export function loadLedger(state: State): Ledger {
  const size = (state.db.prepare('SELECT max(id) FROM person').pluck().get() as number | null) ?? 0;
  const pages = state.db
    .prepare('SELECT data FROM ledger ORDER BY page')
    .pluck()
    .iterate() as Iterable<Buffer>;
  return new Ledger(state.salt, pages, size);
}
