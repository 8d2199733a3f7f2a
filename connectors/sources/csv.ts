import type { CsvOptions, Locus, Receipt, Source, SourceRecord } from '../../src/model/index.ts';
import { BATCH_RECORDS, BATCH_SIZE, CHUNK_BYTES } from './batch.ts';
import { RowReader } from './csv/reader.ts';
import { Table } from './csv/table.ts';
import type { SourceEnvironment } from './environment.ts';
import { incompleteness } from './expectation.ts';
import { SourceFile } from './file.ts';

export type { SourceEnvironment } from './environment.ts';

const NOTHING = Buffer.alloc(0);

/** A CSV file after RFC 4180 with a header, streamed: what is in memory does not grow with the file. */
export function csvSource(name: string, options: CsvOptions, environment: SourceEnvironment): Source {
  return { name, file: options.path, read: (columns) => read(name, options, environment, columns) };
}

async function* read(
  name: string,
  options: CsvOptions,
  environment: SourceEnvironment,
  columns: ReadonlyMap<string, readonly Locus[]>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const file = await SourceFile.open(options.path);
  try {
    const reader = new RowReader(options, await file.head(3));
    const table = new Table(options, columns);
    let bytesWaiting = 0;
    for await (const chunk of file.chunks(environment.chunkBytes ?? CHUNK_BYTES)) {
      yield* batches(reader, table, chunk, false);
      bytesWaiting += chunk.length;
      if (bytesWaiting < BATCH_SIZE) continue;
      bytesWaiting = 0;
      if (table.waiting > 0) yield table.take();
    }
    yield* batches(reader, table, NOTHING, true);
    if (table.waiting > 0) yield table.take();
    const found = table.finish(reader.terminated);
    const proof = await file.finish();
    const { count, trailer } = table;
    const now = environment.clock();
    const nothing = 'the file has a header and no records';
    const reasons = await incompleteness(options.expect, { ...proof, count, nothing, found, trailer, now });
    const complete = reasons.length === 0;
    const { terminated: endsLine } = reader;
    const { modifiedAt: writtenAt } = proof;
    return {
      source: name,
      file: options.path,
      count,
      sha256: proof.sha256,
      complete,
      endsLine,
      reasons,
      writtenAt,
    };
  } finally {
    await file.close();
  }
}

/** Adds the rows of one chunk to the table, and yields batches as they become full. */
function* batches(
  reader: RowReader,
  table: Table,
  chunk: Buffer,
  final: boolean,
): Generator<readonly SourceRecord[], void> {
  reader.push(chunk, final);
  for (let row = reader.next(); row; row = reader.next()) {
    table.add(row, reader.dialect);
    if (table.waiting === BATCH_RECORDS) yield table.take();
  }
}
