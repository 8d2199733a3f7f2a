import { hostname } from 'node:os';
import { closeSync, openSync, realpathSync } from 'node:fs';
import Database from 'better-sqlite3';
import { RollcallError } from '../model/index.ts';
import type { State } from './state.ts';

export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly command: string;
  readonly since: number;
}

export type LockAttempt =
  | { readonly held: true; readonly release: () => void }
  /** Somebody else has it; `holder` is absent where they have not said so yet. */
  | { readonly held: false; readonly holder?: Holder };

/** Of the daemon, one for each state: no target can have this name. */
export const DAEMON = '~daemon';

/** Of whoever plans once more since others were faster: they wait for that. No target can have this name. */
export const PLANNING = '~planning';

/**
 * A lock that the system frees when its holder dies, however it dies: a transaction that is held on a file beside the
 * state. Who holds it is written into the state, for a sentence to whoever comes second.
 */
export function lock(state: State, name: string, command: string, now: number): LockAttempt {
  const path = lockPath(state, name);
  const file = held(path);
  if (file === undefined) {
    const holder = holderOf(state, name);
    return holder ? { held: false, holder } : { held: false };
  }
  try {
    state.db
      .prepare('INSERT OR REPLACE INTO lock VALUES (?, ?, ?, ?, ?)')
      .run(name, process.pid, hostname(), command, now);
  } catch (error) {
    // Whoever gets no lock holds none: a daemon would keep everybody out for as long as it lives.
    file.close();
    throw error;
  }
  return {
    held: true,
    release: () => {
      try {
        state.db.prepare('DELETE FROM lock WHERE name = ?').run(name);
      } catch {
        // Only the sentence about the holder stays: the lock itself is the transaction.
      }
      file.close();
    },
  };
}

/** A database on which a transaction is held; `undefined` where somebody else holds one. */
function held(path: string): Database.Database | undefined {
  let file: Database.Database | undefined;
  try {
    closeSync(openSync(path, 'a', 0o600));
    file = new Database(path, { timeout: 0 });
    file.pragma('journal_mode = DELETE');
    file.exec('BEGIN EXCLUSIVE');
    return file;
  } catch (error) {
    file?.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return undefined;
    throw new RollcallError(
      'state',
      {
        message: `the lock ${path} cannot be used (${(error as Error).message})`,
        hint: 'nothing was sent; Rollcall makes this file itself, and it may be removed while no run is under way',
      },
      { cause: error },
    );
  }
}

/** Who holds a lock just now; undefined where nobody does. It makes no lock file, and takes no lock for longer than to ask. */
export function holds(state: State, name: string): Holder | undefined {
  let file: Database.Database | undefined;
  try {
    file = new Database(lockPath(state, name), { timeout: 0, fileMustExist: true });
    file.exec('BEGIN EXCLUSIVE');
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code === 'SQLITE_BUSY' ? holderOf(state, name) : undefined;
  } finally {
    file?.close();
  }
}

function lockPath(state: State, name: string): string {
  return `${ownPath(state)}.${encodeURIComponent(name)}.lock`;
}

/** Beside the file itself, by whatever link somebody comes to it. */
function ownPath({ path }: State): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export function holderOf(state: State, name: string): Holder | undefined {
  return state.db.prepare('SELECT pid, host, command, since FROM lock WHERE name = ?').get(name) as
    Holder | undefined;
}
