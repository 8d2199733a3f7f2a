import { open, readFile, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RollcallError } from '../model/index.ts';
import type { SecretReference } from '../model/index.ts';
import { describeSecret, resolveSecret } from './secret.ts';
import type { Environment } from './secret.ts';

/** What was done with a secret, and what takes its place, if anything does. */
export interface Exchanged<T> {
  readonly result: T;
  readonly next?: string;
}

/** Milliseconds after which whoever holds a file is taken to be dead: longer than an exchange may last. */
const longestHold = 60_000;
const patience = 20;

/**
 * Uses a secret that may be spent by that, such as a refresh token, and keeps what comes in its place before anything
 * else happens: in the same file, mode 0600, through a second file beside it that also keeps other runs out, for two
 * uses of one refresh token look like a theft to the server (RFC 9700 §4.14.2). What a run that died had written is
 * taken up by the next.
 *
 * Throws `RollcallError('configuration')` before `use` where a new secret could not be kept in the file, and after it
 * where there is a new secret and no file. No message holds either secret.
 */
export async function exchangeSecret<T>(
  reference: SecretReference,
  env: Environment,
  use: (current: string) => Promise<Exchanged<T>>,
): Promise<T> {
  if (reference.kind !== 'file') {
    const current = await resolveSecret(reference, env);
    const { result, next } = await use(current);
    if (next === undefined || next === current) return result;
    throw refuse(
      `the server gave a new secret in the place of the one in ${describeSecret(reference)}, and it cannot be kept there`,
      'get a new refresh token, and put it into a file: refreshToken: { file: PATH } has each new one written back',
    );
  }
  const path = await ownFile(reference.path);
  const spare = `${path}.new`;
  const handle = await hold(path, spare);
  let isKept = false;
  try {
    const current = await resolveSecret(reference, env);
    const { result, next } = await use(current);
    if (next === undefined || next === current) return result;
    await keep(handle, spare, path, next);
    isKept = true;
    return result;
  } finally {
    await handle.close();
    if (!isKept) await unlink(spare).catch(() => undefined);
  }
}

/** The file itself, behind any links, if nobody but its owner may read it. */
async function ownFile(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    const { mode } = await stat(real);
    if (process.platform === 'win32' || (mode & 0o077) === 0) return real;
  } catch (error) {
    throw unreadable(path, error);
  }
  throw refuse(`the secret file ${path} may be read by others`, `chmod 600 ${path}`);
}

/** Makes the second file, which only one run can; waits for another run, and clears up after one that died. */
async function hold(path: string, spare: string): Promise<FileHandle> {
  for (const since = Date.now(); Date.now() - since < 2 * longestHold;) {
    try {
      return await open(spare, 'wx', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw refuse(
          `a new secret could not be kept beside ${path}: ${String((error as NodeJS.ErrnoException).code)}`,
          'let this user write in that folder; or, where the server never gives a new one, read it with { command: … }',
        );
      await takeOver(path, spare);
      await delay(patience);
    }
  }
  throw refuse(
    `${spare} is in the way: another run seems to be using ${path}`,
    'where none is, take it away; what stands in it, if anything, is the newer secret',
  );
}

async function takeOver(path: string, spare: string): Promise<void> {
  try {
    if (Date.now() - (await stat(spare)).mtimeMs < longestHold) return;
    // Whole, it is the newest secret there is: the server knows the one in the file no longer.
    const isWhole = (await readFile(spare, 'utf8')).endsWith('\n');
    if (isWhole) await rename(spare, path);
    else await unlink(spare);
  } catch {
    // Another run was faster.
  }
}

async function keep(handle: FileHandle, spare: string, path: string, secret: string): Promise<void> {
  try {
    await handle.writeFile(`${secret}\n`);
    await handle.sync();
    await rename(spare, path);
    await settle(dirname(path));
  } catch {
    // The one there is is spent: whatever became of the second file, the first one is worth nothing now.
    await writeFile(path, `${secret}\n`, { mode: 0o600, flush: true }).catch((error: unknown) => {
      throw refuse(
        `the new secret could not be written to ${path} (${String((error as NodeJS.ErrnoException).code)}), and the old one is spent`,
        'get a new refresh token, and put it there',
      );
    });
  }
}

/** A rename is on the disk when its folder is. */
async function settle(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Not every system opens a folder.
  }
}

function unreadable(path: string, error: unknown): RollcallError {
  const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
  return refuse(
    code === 'ENOENT'
      ? `the secret file ${path} is not there`
      : `the secret file ${path} cannot be read (${code})`,
  );
}

function refuse(message: string, hint?: string): RollcallError {
  return new RollcallError('configuration', { message, ...(hint !== undefined && { hint }) });
}
