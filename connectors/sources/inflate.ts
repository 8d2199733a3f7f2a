import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { RollcallError } from '../../src/model/index.ts';
import type { SourceFile } from './file.ts';

/** Of a gzip member (RFC 1952 §2.3.1). */
const MAGIC: readonly number[] = [0x1f, 0x8b];

function isGzip(head: Uint8Array): boolean {
  return MAGIC.every((byte, index) => head[index] === byte);
}

/** The bytes of a file, uncompressed where it is compressed with gzip. Returns why they are not whole, if so. */
export async function* contentOf(
  file: SourceFile,
  path: string,
  chunkBytes: number,
): AsyncGenerator<Buffer, string | undefined> {
  const chunks = file.chunks(chunkBytes);
  if (isGzip(await file.head(2))) return yield* inflate(chunks, path);
  yield* chunks;
  return undefined;
}

/**
 * What is compressed in the chunks of a gzip file, which are all read. Returns why that is not whole, where the data
 * end early. Throws where they are damaged.
 */
async function* inflate(
  chunks: AsyncGenerator<Buffer>,
  file: string,
): AsyncGenerator<Buffer, string | undefined> {
  const gunzip = createGunzip();
  const feed = { bytes: 0 };
  let isAny = false;
  const fed = pipeline(copies(chunks, feed), gunzip).catch(() => undefined);
  try {
    for await (const piece of gunzip) {
      isAny = true;
      yield piece as Buffer;
    }
    // Of what follows the last member, zeros are passed over in silence and end the stream.
    const isRead = (await chunks.next()).done === true && feed.bytes === gunzip.bytesWritten;
    if (!isRead) throw damaged(file, 'something stands behind its end');
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'Z_BUF_ERROR' && !isAny) throw damaged(file, 'it ends before anything can be read', error);
    if (code === 'Z_BUF_ERROR') return 'the compressed data end early: the file looks cut';
    if (code === 'Z_DATA_ERROR') throw damaged(file, (error as Error).message, error);
    throw error;
  } finally {
    gunzip.destroy();
    await fed;
    await chunks.return(undefined);
  }
}

/** Copies, because the memory of a chunk is written again while the copy may still wait. */
async function* copies(
  chunks: AsyncGenerator<Buffer>,
  feed: { bytes: number },
): AsyncGenerator<Buffer, void> {
  for (let step = await chunks.next(); step.done !== true; step = await chunks.next()) {
    feed.bytes += step.value.length;
    yield Buffer.from(step.value);
  }
}

function damaged(file: string, how: string, cause?: unknown): RollcallError {
  const problem = {
    message: `the compressed file is damaged: ${how}`,
    locus: { file },
    hint: 'copy it again and check it with `gzip --test`',
  };
  return new RollcallError('source', problem, { cause });
}
