import type { LdifOptions, Receipt, Source, SourceRecord } from '../../src/model/index.ts';
import { RollcallError } from '../../src/model/index.ts';
import { markedEncoding } from './decode.ts';
import type { SourceEnvironment } from './environment.ts';
import { incompleteness } from './expectation.ts';
import { contentOf } from './inflate.ts';
import { SourceFile } from './file.ts';
import { filesBelow, noFiles } from './ldif/fetch.ts';
import { Listing } from './ldif/listing.ts';
import { isDn, namesOf } from './ldif/names.ts';
import { ParagraphCutter } from './ldif/paragraphs.ts';
import { Unmet } from './unmet.ts';
import type { Columns } from './unmet.ts';

export type { SourceEnvironment } from './environment.ts';

const CHUNK_BYTES = 64 * 1024;
/** As in the CSV source: few enough that a batch is forgotten while it is young. */
const BATCH_RECORDS = 64;
const BATCH_BYTES = 1024 * 1024;
const NOTHING = Buffer.alloc(0);

/** An LDIF file after RFC 2849 with the content of a directory, streamed: memory does not grow with the file. */
export function ldifSource(name: string, options: LdifOptions, environment: SourceEnvironment): Source {
  return {
    name,
    file: options.path,
    read: (columns, asked = new Set()) => read(name, options, environment, { columns, asked }),
  };
}

async function* read(
  name: string,
  options: LdifOptions,
  environment: SourceEnvironment,
  { columns, asked }: { readonly columns: Columns; readonly asked: ReadonlySet<string> },
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const file = await SourceFile.open(options.path);
  try {
    const names = namesOf(columns, asked);
    const isRead = (attribute: string) => isDn(attribute) || names.isRead(attribute);
    const cutter = new ParagraphCutter(isRead);
    const fetch = options.allowFiles ? filesBelow(options.path, isRead) : noFiles;
    const warn = environment.warn ?? (() => undefined);
    const unmet = new Unmet(columns, (one) => one.toLowerCase());
    const listing = new Listing(options, { fetch, warn, names, unmet });
    let bytesWaiting = 0;
    requireUtf8(await file.head(2), options.path);
    const chunks = contentOf(file, options.path, environment.chunkBytes ?? CHUNK_BYTES);
    let step = await chunks.next();
    if (step.done !== true) requireUtf8(step.value, options.path);
    for (; step.done !== true; step = await chunks.next()) {
      yield* batches(cutter, listing, step.value, false);
      bytesWaiting += step.value.length;
      if (bytesWaiting < BATCH_BYTES) continue;
      bytesWaiting = 0;
      if (listing.waiting > 0) yield listing.take();
    }
    yield* batches(cutter, listing, NOTHING, true);
    if (listing.waiting > 0) yield listing.take();
    const { terminated: endsLine } = cutter;
    const found = [...(step.value === undefined ? [] : [step.value]), ...listing.finish(cutter)];
    const proof = await file.finish();
    const { count } = listing;
    const now = environment.clock();
    const nothing = 'the file holds no entries';
    const result = { ...proof, count, nothing, found, trailer: undefined, now };
    const reasons = await incompleteness(options.expect, result);
    const complete = reasons.length === 0;
    if (complete) unmet.requireMet(columns, { file: options.path, record: 'entry', name: 'attribute' });
    return { source: name, file: options.path, count, sha256: proof.sha256, complete, endsLine, reasons };
  } finally {
    await file.close();
  }
}

/** Adds what is in one chunk to the listing, and yields batches as they become full. */
function* batches(
  cutter: ParagraphCutter,
  listing: Listing,
  chunk: Buffer,
  final: boolean,
): Generator<readonly SourceRecord[], void> {
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
