import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { RollcallError } from '../model/index.ts';

/** A folder (mode 0700) for what one run writes for itself: plans hold personal data, and may be large. */
export interface Scratch {
  readonly folder: string;
  close(): void;
}

const prefix = 'rollcall-run-';
/** Milliseconds in which a run has surely taken its own lock. */
const grace = 60_000;

/**
 * The folder is gone with `close`, and when the process ends. What a run that was killed left behind is removed by the
 * next: a lock says whether somebody still works in it, and the system frees that with its holder, however it dies.
 * Throws `RollcallError('state', …)` where there is no place for temporary files.
 */
export function openScratch(): Scratch {
  const parent = tmpdir();
  try {
    const folder = mkdtempSync(join(parent, prefix));
    const lock = lockOf(folder);
    const close = (): void => {
      leave(close);
      lock?.close();
      rmSync(folder, { recursive: true, force: true });
    };
    enter(close);
    sweep(parent, lstatSync(folder).mtimeMs);
    return { folder, close };
  } catch (error) {
    throw unwritable(error);
  }
}

/** What is open; many runs may be under way in one process, and all of them have one listener. */
const opened = new Set<() => void>();

function enter(close: () => void): void {
  if (opened.size === 0) process.on('exit', closeAll);
  opened.add(close);
}

function leave(close: () => void): void {
  opened.delete(close);
  if (opened.size === 0) process.off('exit', closeAll);
}

function closeAll(): void {
  for (const close of [...opened]) close();
}

/** A disk that is full, or fails, while a run writes what is temporary: said with the way on. Any other error as it is. */
export function scratchError(error: unknown): unknown {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^SQLITE_(FULL|IOERR_WRITE)/.test(code) ? unwritable(error) : error;
}

function unwritable(error: unknown): RollcallError {
  return new RollcallError(
    'state',
    {
      message: `nothing temporary can be written in ${tmpdir()} (${(error as Error).message})`,
      hint: 'nothing was sent; the environment variable TMPDIR names another folder',
    },
    { cause: error },
  );
}

function sweep(parent: string, now: number): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(parent, name);
    try {
      const { mtimeMs, uid } = lstatSync(folder);
      const isOurs = uid === process.getuid?.() && now - mtimeMs > grace;
      const lock = isOurs ? lockOf(folder) : undefined;
      if (lock === undefined) continue;
      lock.close();
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Somebody else was quicker, or may more: what is left is left.
    }
  }
}

/** A transaction that is held on a file in the folder; `undefined` where somebody else holds it. */
function lockOf(folder: string): Database.Database | undefined {
  const lock = new Database(join(folder, 'lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock.close();
    return undefined;
  }
}
