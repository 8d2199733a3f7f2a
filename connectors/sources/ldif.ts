import { createHash } from 'node:crypto';
import type { LdifOptions, Receipt, Source, SourceRecord } from '../../src/model/index.ts';
import { RollcallError } from '../../src/model/index.ts';
import { BATCH_RECORDS, BATCH_SIZE, CHUNK_BYTES } from './batch.ts';
import { markedEncoding } from './decode.ts';
import type { SourceEnvironment } from './environment.ts';
import { incompleteness } from './expectation.ts';
import { contentOf } from './inflate.ts';
import { RecordView } from './view.ts';
import { SourceFile } from './file.ts';
import type { FileProof } from './file.ts';
import { filesBelow, noFiles } from './ldif/fetch.ts';
import { Listing } from './ldif/listing.ts';
import { isDn, namesOf } from './ldif/names.ts';
import type { Names } from './ldif/names.ts';
import { ParagraphCutter } from './ldif/paragraphs.ts';
import type { LdifRecord } from './ldif/record.ts';
import { findPages, labelOf, requireUnchanged } from './pages.ts';
import { Unmet } from './unmet.ts';
import type { Columns } from './unmet.ts';

export type { SourceEnvironment } from './environment.ts';

const NOTHING = Buffer.alloc(0);

/**
 * LDIF files after RFC 2849 with the content of a directory, streamed: memory does not grow with them. Several files are
 * parts of one export, in their order. With `takesChanges`, they may have change records as well.
 */
export function ldifSource(
  name: string,
  options: LdifOptions,
  environment: SourceEnvironment,
  takesChanges = false,
): Source {
  const file = labelOf(options.paths);
  return {
    name,
    file,
    read: (columns, asked = new Set()) =>
      read({ name, file, options, environment, columns, asked, takesChanges }),
  };
}

interface Reading {
  readonly name: string;
  readonly file: string;
  readonly options: LdifOptions;
  readonly environment: SourceEnvironment;
  readonly columns: Columns;
  readonly asked: ReadonlySet<string>;
  readonly takesChanges: boolean;
}

async function* read(reading: Reading): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const { name, file, options, environment, columns, asked } = reading;
  const { paths, expect } = options;
  const files = await findPages(paths);
  const shared = {
    names: namesOf(columns, asked),
    unmet: new Unmet(columns, (one) => one.toLowerCase()),
    warn: environment.warn ?? (() => undefined),
  };
  const parts: Part[] = [];
  for (const { path } of files) parts.push(yield* readPart(path, files.length > 1, reading, shared));
  if (files.length > 1) await requireUnchanged(paths, files);
  const proof = proofOf(parts);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const nothing = files.length > 1 ? 'the files hold no entries' : 'the file holds no entries';
  const found = parts.flatMap((part) => part.found);
  const result = { ...proof, count, nothing, found, trailer: undefined, now: environment.clock() };
  const reasons = await incompleteness(expect, result);
  const complete = reasons.length === 0;
  if (complete) shared.unmet.requireMet(columns, { file, record: 'entry', name: 'attribute' });
  const endsLine = parts.every((part) => part.endsLine);
  const { modifiedAt: writtenAt } = proof;
  return { source: name, file, count, sha256: proof.sha256, complete, endsLine, reasons, writtenAt };
}

/** What one file turned out to hold. */
interface Part extends FileProof {
  readonly count: number;
  readonly endsLine: boolean;
  readonly found: readonly string[];
}

interface Shared {
  readonly names: Names;
  readonly unmet: Unmet;
  readonly warn: NonNullable<SourceEnvironment['warn']>;
}

async function* readPart(
  path: string,
  isOneOfSeveral: boolean,
  { options, environment, takesChanges }: Reading,
  { names, unmet, warn }: Shared,
): AsyncGenerator<readonly SourceRecord[], Part> {
  const file = await SourceFile.open(path);
  try {
    const isRead = (attribute: string) => isDn(attribute) || names.isRead(attribute);
    const cutter = new ParagraphCutter(isRead);
    const fetch = options.allowFiles ? filesBelow(path, isRead) : noFiles;
    const listing = new Listing(path, { fetch, warn, names, unmet, takesChanges });
    const placed = (records: readonly LdifRecord[]): readonly SourceRecord[] =>
      isOneOfSeveral ? records.map((record) => new RecordView(record, path)) : records;
    let bytesWaiting = 0;
    requireUtf8(await file.head(2), path);
    const chunks = contentOf(file, path, environment.chunkBytes ?? CHUNK_BYTES);
    let step = await chunks.next();
    if (step.done !== true) requireUtf8(step.value, path);
    for (; step.done !== true; step = await chunks.next()) {
      for (const batch of batches(cutter, listing, step.value, false)) yield placed(batch);
      bytesWaiting += step.value.length;
      if (bytesWaiting < BATCH_SIZE) continue;
      bytesWaiting = 0;
      if (listing.waiting > 0) yield placed(listing.take());
    }
    for (const batch of batches(cutter, listing, NOTHING, true)) yield placed(batch);
    listing.close();
    if (listing.waiting > 0) yield placed(listing.take());
    const endsLine = cutter.terminated && listing.endsBlank;
    const own = [...(step.value === undefined ? [] : [step.value]), ...listing.finish(cutter)];
    const found = isOneOfSeveral ? own.map((reason) => `${path}: ${reason}`) : own;
    return { ...(await file.finish()), count: listing.count, endsLine, found };
  } finally {
    await file.close();
  }
}

/** The digest of several files is that of their digests; they are as old as the oldest. */
function proofOf(parts: readonly Part[]): FileProof {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const hash = createHash('sha256');
  for (const { sha256 } of parts) hash.update(sha256, 'hex');
  return { sha256: hash.digest('hex'), modifiedAt: Math.min(...parts.map((part) => part.modifiedAt)) };
}

/** Adds what is in one chunk to the listing, and yields batches as they become full. */
function* batches(
  cutter: ParagraphCutter,
  listing: Listing,
  chunk: Buffer,
  final: boolean,
): Generator<readonly LdifRecord[], void> {
  cutter.feed(chunk, final);
  for (;;) {
    const paragraph = cutter.next();
    for (const comment of cutter.takeComments()) listing.comment(comment);
    if (paragraph === undefined) return;
    listing.add(paragraph);
    if (listing.waiting === BATCH_RECORDS) yield listing.take();
  }
}

/** Throws where what begins so is UTF-16. */
function requireUtf8(head: Buffer, file: string): void {
  const marked = markedEncoding(head);
  const isWide =
    marked?.startsWith('utf-16') === true || (head.length >= 2 && (head[0] === 0 || head[1] === 0));
  if (!isWide) return;
  throw new RollcallError('source', {
    message: `the file is ${marked ?? 'UTF-16'} text, and LDIF is UTF-8`,
    locus: { file, line: 1 },
    hint: 'export it as UTF-8, or convert it with `iconv -f UTF-16 -t UTF-8`; ldifde writes UTF-16 with its option -u',
  });
}
