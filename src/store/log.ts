import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import type Database from 'better-sqlite3';
import { RollcallError } from '../model/index.ts';

/** The write-ahead log of a state: where every commit goes first. */
export interface Log {
  /** Resolves when all that was committed until now is on the disk, and rejects where the disk does not take it. */
  flush(): Promise<void>;
  close(): void;
}

const sync = promisify(fdatasync);

/**
 * Flushes the log of a connection that commits with `synchronous = NORMAL`. That is what FULL does in the middle of
 * each commit (https://www.sqlite.org/wal.html §3; on doing it later, https://sqlite.org/forum/forumpost/d1a6bc7c4cd2baca),
 * but nobody else stands still meanwhile: a disk takes longer for it than a good network for a request. The log may be
 * opened beside SQLite, which keeps its locks elsewhere; the database itself may not, or closing it would lose them.
 */
export function openLog(db: Database.Database, path: string): Log {
  let file: number | undefined;
  let waiting = 0;
  let isClosed = false;
  const end = (): void => {
    if (file !== undefined && isClosed && waiting === 0) closeSync(file);
  };
  return {
    async flush() {
      waiting += 1;
      try {
        file ??= openSync(`${fileOf(db)}-wal`, 'r+');
        await sync(file);
      } catch (error) {
        const message = `the disk does not take what is written to the state ${path} (${(error as Error).message})`;
        throw new RollcallError('state', { message, hint: 'nothing more was sent' }, { cause: error });
      } finally {
        waiting -= 1;
        end();
      }
    },
    close() {
      isClosed = true;
      end();
    },
  };
}

/** Where SQLite found the file, links resolved: the log lies beside that. */
function fileOf(db: Database.Database): string {
  const databases = db.pragma('database_list') as { readonly name: string; readonly file: string }[];
  return databases.find(({ name }) => name === 'main')!.file;
}
