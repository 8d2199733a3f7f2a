import { createHash } from 'node:crypto';
import { RollcallError } from '../../src/model/index.ts';
import type {
  Expectation,
  JsonFormat,
  JsonOptions,
  Receipt,
  Source,
  SourceRecord,
} from '../../src/model/index.ts';
import { CHUNK_BYTES } from './batch.ts';
import type { SourceEnvironment } from './environment.ts';
import { incompleteness } from './expectation.ts';
import { contentOf } from './inflate.ts';
import { SourceFile } from './file.ts';
import type { FileProof } from './file.ts';
import { Batch } from './json/batch.ts';
import type { Lookout } from './json/document.ts';
import { claimsOf, pageReasons } from './json/expectation.ts';
import type { PageClaims } from './json/expectation.ts';
import { findPages, labelOf, requireUnchanged } from './pages.ts';
import { formatPointer, parsePointer } from './json/pointer.ts';
import { JsonReader } from './json/reader.ts';
import { Unmet } from './unmet.ts';
import type { Columns } from './unmet.ts';

const NOTHING = Buffer.alloc(0);

/** What came of reading one file. */
interface Page extends FileProof, PageClaims {
  readonly count: number;
  readonly isLines: boolean;
  readonly endsLine: boolean;
  readonly reasons: readonly string[];
}

type Batches<Result> = AsyncGenerator<readonly SourceRecord[], Result>;

/** JSON (RFC 8259) or a JSON record on each line, in one file or several, streamed. */
export function jsonSource(name: string, options: JsonOptions, environment: SourceEnvironment): Source {
  const file = labelOf(options.paths);
  return { name, file, read: (columns) => read(name, file, options, environment, columns) };
}

async function* read(
  name: string,
  file: string,
  options: JsonOptions,
  environment: SourceEnvironment,
  columns: Columns,
): Batches<Receipt> {
  const unmet = new Unmet(columns);
  const claims = claimsOf(options.expect);
  const { mayBeEmpty } = options;
  const sign =
    mayBeEmpty?.sign === undefined ? undefined : formatPointer(parsePointer(mayBeEmpty.sign, 'sign'));
  const values = [claims.noMore, claims.total, sign].filter((pointer) => pointer !== undefined);
  const lookout = { pointer: parsePointer(options.records, 'records'), values, sign };
  requireFormat(options);
  const found = await findPages(options.paths);
  const pages: Page[] = [];
  for (const { path } of found) {
    const format = pages[0]?.isLines === true ? 'ndjson' : options.format;
    const chunkBytes = environment.chunkBytes ?? CHUNK_BYTES;
    const batch = new Batch(path === file ? undefined : path, unmet);
    pages.push(yield* readPage(path, batch, format, lookout, chunkBytes));
  }
  await requireUnchanged(options.paths, found);
  const count = pages.reduce((sum, page) => sum + page.count, 0);
  const proof = proofOf(pages);
  const reasons = await incompleteness(expectationOf(options, pages), {
    ...proof,
    count,
    mayBeEmpty: mayBeEmpty !== undefined,
    found: [
      ...pages.flatMap((page) => page.reasons),
      ...pageReasons(claims, pages, count),
      ...checksumReasons(options, pages),
    ],
    now: environment.clock(),
    nothing: 'the list has no records',
  });
  if (reasons.length === 0 && (count > 0 || mayBeEmpty === undefined))
    unmet.requireMet(columns, { file, record: 'record', name: 'name' });
  const ends = pages.every((page) => page.isLines) && { endsLine: pages.every((page) => page.endsLine) };
  return {
    source: name,
    file,
    count,
    sha256: proof.sha256,
    writtenAt: proof.modifiedAt,
    complete: reasons.length === 0,
    ...ends,
    reasons,
  };
}

async function* readPage(
  path: string,
  batch: Batch,
  format: JsonFormat,
  lookout: Lookout,
  chunkBytes: number,
): Batches<Page> {
  const file = await SourceFile.open(path);
  const chunks = contentOf(file, path, chunkBytes);
  try {
    const reader = new JsonReader(format, lookout, path);
    let step = await chunks.next();
    for (; step.done !== true; step = await chunks.next()) yield* batch.fill(reader, step.value, false);
    yield* batch.fill(reader, NOTHING, true);
    yield* batch.rest();
    const reasons = [step.value, reader.cut()].filter((reason) => typeof reason === 'string');
    const { isLines, endsLine, values } = reader;
    return { ...(await file.finish()), file: path, count: batch.count, isLines, endsLine, values, reasons };
  } finally {
    await chunks.return(undefined);
    await file.close();
  }
}

function requireFormat({ format, records }: JsonOptions): void {
  if (format !== 'ndjson' || records === '') return;
  throw new RollcallError('source', {
    message: `\`records\` is ${JSON.stringify(records)}, and with \`format: ndjson\` every line is a record`,
    hint: 'take out one of the two',
  });
}

/** Of one file its own; of several the digest of their digests, in their order, and the age of the oldest. */
function proofOf(pages: readonly Page[]): FileProof {
  const [first] = pages;
  if (pages.length === 1 && first !== undefined) return first;
  const hash = createHash('sha256');
  for (const { sha256 } of pages) hash.update(sha256, 'hex');
  return { sha256: hash.digest('hex'), modifiedAt: Math.min(...pages.map((page) => page.modifiedAt)) };
}

/** What is expected of every file alike, and can be asked of the whole. */
function expectationOf({ expect }: JsonOptions, pages: readonly Page[]): Expectation {
  if (pages.length === 1) return expect;
  const { checksum: _, ...rest } = expect;
  return rest;
}

function checksumReasons({ expect }: JsonOptions, pages: readonly Page[]): readonly string[] {
  if (expect.checksum === undefined || pages.length === 1) return [];
  return [`\`expect.checksum\` is the checksum of one file, and ${pages.length} were read`];
}
