import { constants, createReadStream, openSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RollcallError } from '../model/index.ts';
import { fileTrouble } from './trouble.ts';

/**
 * A file that the command line names, to be read; of a named pipe, what somebody writes into it, be it later. The stream
 * fails with what the system says.
 */
export async function openNamed(path: string): Promise<Readable> {
  return (await isPipe(path)) ? openPipe(path, constants.O_RDONLY) : createReadStream(path);
}

/** All bytes of such a file. Throws what the system says. */
export async function readNamed(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await openNamed(path)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * Writes pieces as they come, for nobody but this user to read. A named pipe has to have a reader already. Throws
 * `RollcallError('usage', …)`.
 */
export async function writePieces(path: string, what: string, pieces: Iterable<string>): Promise<void> {
  try {
    if (await isPipe(path))
      await pipeline(Readable.from(chunksOf(pieces)), openPipe(path, constants.O_WRONLY));
    else await writeFile(path, pieces);
  } catch (error) {
    throw unwritable(path, what, error);
  }
}

async function writeFile(path: string, pieces: Iterable<string>): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    // A file that was there before has kept its mode, and a device is nobody's to change.
    if ((await file.stat()).isFile()) await file.chmod(0o600);
    for (const chunk of chunksOf(pieces)) await file.appendFile(chunk);
  } finally {
    await file.close();
  }
}

export function unwritable(path: string, what: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).syscall === undefined) return error;
  return new RollcallError('usage', {
    message: `the ${what} cannot be written to ${path}: ${fileTrouble(error)}`,
  });
}

async function isPipe(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFIFO() === true;
}

/**
 * Opened as a file, a named pipe would keep a thread waiting for whoever is at its other end, and a process does not end
 * before its threads do, whatever signal it gets.
 */
function openPipe(path: string, flag: number): Socket {
  const fd = openSync(path, flag | constants.O_NONBLOCK);
  return new Socket({ fd, readable: flag === constants.O_RDONLY, writable: flag === constants.O_WRONLY });
}

function* chunksOf(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < 64 * 1024) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
