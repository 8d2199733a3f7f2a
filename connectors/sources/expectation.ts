import type { Expectation } from '../../src/model/index.ts';
import type { FileProof } from './file.ts';
import { explain, openFile } from './file.ts';

/** What a read turned out to hold, to be measured against what was expected of it. */
export interface ReadResult extends FileProof {
  /** Records, without a trailer row. */
  readonly count: number;
  /** What is said of the file where it has no records. */
  readonly nothing: string;
  /** Whether it need not have any. */
  readonly mayBeEmpty?: boolean;
  /** Milliseconds since 1970 at which the file is judged. */
  readonly now: number;
  /** Reasons that the format itself gives. */
  readonly found: readonly string[];
  readonly trailer?: Trailer | undefined;
}

/** A row that claims to be the last one, and to say how many stood before it. */
export interface Trailer {
  readonly line: number;
  /** As it stands in the file. */
  readonly claimed: string;
  /** Records that stood before it. */
  readonly count: number;
  /** The line of the first row that follows it, although none should. */
  readonly followedAt?: number;
}

/** Every reason why the read proves nothing about who is absent, one sentence each; none where it is complete (law 6). */
export async function incompleteness(expect: Expectation, result: ReadResult): Promise<readonly string[]> {
  return [
    ...(result.count === 0 && result.mayBeEmpty !== true ? [result.nothing] : []),
    ...result.found,
    ...minimumReasons(expect.minimum, result.count),
    ...trailerReasons(expect.trailer, result.trailer),
    ...(await checksumReasons(expect.checksum, result.sha256)),
    ...ageReasons(expect.maximumAge, result.now - result.modifiedAt),
  ];
}

function minimumReasons(minimum: number | undefined, count: number): readonly string[] {
  if (minimum === undefined || count >= minimum) return [];
  return [`${count} records were read, and at least ${minimum} are expected`];
}

function trailerReasons(word: string | undefined, trailer: Trailer | undefined): readonly string[] {
  if (word === undefined) return [];
  if (trailer === undefined)
    return [`the file does not end with a ${JSON.stringify(word)} row, so its end may be missing`];
  const claimed = trailer.claimed.trim();
  const wrong =
    /^\d{1,15}$/.test(claimed) && Number(claimed) === trailer.count
      ? []
      : [
          `the ${JSON.stringify(word)} row on line ${trailer.line} says ${JSON.stringify(claimed.slice(0, 40))} rows, and ${trailer.count} stand before it`,
        ];
  const followed =
    trailer.followedAt === undefined
      ? []
      : [
          `rows follow the ${JSON.stringify(word)} row of line ${trailer.line}, from line ${trailer.followedAt} on`,
        ];
  return [...wrong, ...followed];
}

function ageReasons(maximum: number | undefined, ageMilliseconds: number): readonly string[] {
  const age = Math.floor(ageMilliseconds / 1000);
  if (maximum === undefined || age <= maximum) return [];
  return [`the file was last written ${age} seconds ago, and at most ${maximum} are expected`];
}

async function checksumReasons(path: string | undefined, sha256: string): Promise<readonly string[]> {
  if (path === undefined) return [];
  let text: string;
  try {
    text = await beginning(path);
  } catch (error) {
    return [`the checksum file ${path} cannot be read: ${explain(error)}`];
  }
  const expected = /[0-9a-f]{64}/i.exec(text)?.[0];
  if (expected === undefined) return [`${path} holds no sha256 checksum, which is 64 hexadecimal digits`];
  if (expected.toLowerCase() === sha256) return [];
  return [
    `the checksum in ${path} is that of another file: it begins with ${expected.slice(0, 8)}, this one with ${sha256.slice(0, 8)}`,
  ];
}

/** Enough of a checksum file for its first line, however long it is. */
async function beginning(path: string): Promise<string> {
  const handle = await openFile(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
