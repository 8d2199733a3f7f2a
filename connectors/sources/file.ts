import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { RollcallError } from '../../src/model/index.ts';

/** What is known of a file once its last byte was read. */
export interface FileProof {
  /** Of the bytes as they lie in the file, in hexadecimal. */
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** A file that is read once, from its first byte to its last, while its digest is taken. */
export class SourceFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #before: BigIntStats;
  readonly #hash = createHash('sha256');
  #length = 0n;

  private constructor(path: string, handle: FileHandle, before: BigIntStats) {
    this.#path = path;
    this.#handle = handle;
    this.#before = before;
  }

  /** Throws `RollcallError('source', …)` for whatever is not a file that can be read. */
  static async open(path: string): Promise<SourceFile> {
    try {
      const handle = await openFile(path);
      try {
        return new SourceFile(path, handle, await handle.stat({ bigint: true }));
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  /** The first bytes, without moving on; fewer where the file has fewer. */
  async head(length: number): Promise<Buffer> {
    return this.#read(Buffer.alloc(length), 0n);
  }

  /**
   * All bytes in order. The next chunk is already being read while the last one is worked on, so a chunk must not
   * be kept: its memory is written again two turns later.
   */
  async *chunks(size: number): AsyncGenerator<Buffer, void> {
    const buffers = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)] as const;
    let pending = this.#read(buffers[0], 0n);
    try {
      for (let turn = 1; ; turn += 1) {
        const chunk = await pending;
        if (chunk.length === 0) return;
        this.#length += BigInt(chunk.length);
        pending = this.#read(buffers[turn % 2 === 0 ? 0 : 1], this.#length);
        this.#hash.update(chunk);
        yield chunk;
      }
    } finally {
      // The reader may have stopped early: what is still under way must not fail unheard.
      await pending.catch(() => undefined);
    }
  }

  async #read(buffer: Buffer, position: bigint): Promise<Buffer> {
    try {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position);
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw unreadable(this.#path, error);
    }
  }

  /** To be called after the last chunk. Throws where the file changed meanwhile, because then it is no one file. */
  async finish(): Promise<FileProof> {
    const before = this.#before;
    const states = await Promise.all([
      this.#handle.stat({ bigint: true }).catch(() => undefined),
      stat(this.#path, { bigint: true }).catch(() => undefined),
    ]);
    const changed = states.some((now) => now === undefined || !sameFile(before, now));
    if (changed || this.#length !== before.size) {
      throw new RollcallError('source', {
        message: 'the file changed while it was read',
        locus: { file: this.#path },
        hint: 'let the export write to another name and rename the file when it is whole, then run again',
      });
    }
    return { sha256: this.#hash.digest('hex'), modifiedAt: Number(before.mtimeMs) };
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

function sameFile(before: BigIntStats, now: BigIntStats): boolean {
  return (
    before.size === now.size &&
    before.mtimeNs === now.mtimeNs &&
    before.ino === now.ino &&
    before.dev === now.dev
  );
}

/** Opens what is a file. It is looked at first, because opening a named pipe waits until somebody writes to it. */
export async function openFile(path: string): Promise<FileHandle> {
  const state = await stat(path);
  if (state.isDirectory()) throw new Error('it is a folder');
  if (!state.isFile()) throw new Error('it is not a file but a pipe, a socket or a device');
  return open(path, 'r');
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
  EIO: 'the disk or the network share failed',
};

/** What the system said about a file, in words. */
export function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return EXPLANATIONS[code] ?? (error instanceof Error ? error.message : String(error));
}

function unreadable(path: string, error: unknown): RollcallError {
  const problem = {
    message: `the source cannot be read: ${explain(error)}`,
    locus: { file: path },
    hint: 'check `path` in the configuration, and that the account which runs Rollcall may read the file',
  };
  return new RollcallError('source', problem, { cause: error });
}
