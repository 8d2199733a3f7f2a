import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { csvSource } from '../../../connectors/sources/csv.ts';
import type { SourceEnvironment } from '../../../connectors/sources/csv.ts';
import type { CsvOptions, Locus, Receipt, Source, SourceRecord } from '../../../src/model/index.ts';
import { RollcallError } from '../../../src/model/index.ts';

export interface Reading {
  readonly records: readonly SourceRecord[];
  readonly batches: readonly number[];
  readonly receipt: Receipt;
}

export type Columns = ReadonlyMap<string, readonly Locus[]>;
export const NO_COLUMNS: Columns = new Map();

export function csvOptions(path: string, options: Partial<CsvOptions> = {}): CsvOptions {
  return { path, delimiter: 'auto', quote: '"', encoding: 'auto', expect: {}, ...options };
}

/** A folder that is there while the tests of a file run. */
export function temporaryFolder(): { readonly path: (name: string) => string } {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return { path: (name) => join(folder, name) };
}

/** Everything that a source yields. */
export async function readAll(
  source: Source,
  columns: Columns = NO_COLUMNS,
  asked: ReadonlySet<string> = new Set(),
): Promise<Reading> {
  const reading = source.read(columns, asked);
  const records: SourceRecord[] = [];
  const batches: number[] = [];
  for (;;) {
    const step = await reading.next();
    if (step.done) return { records, batches, receipt: step.value };
    batches.push(step.value.length);
    records.push(...step.value);
  }
}

export async function readFile(
  path: string,
  options: Partial<CsvOptions> = {},
  environment: Partial<SourceEnvironment> = {},
  columns: Columns = NO_COLUMNS,
): Promise<Reading> {
  return readAll(
    csvSource('people', csvOptions(path, options), { clock: Date.now, ...environment }),
    columns,
  );
}

/** Writes the content to a file and reads it. */
export async function readContent(
  path: string,
  content: string | Uint8Array,
  options: Partial<CsvOptions> = {},
  environment: Partial<SourceEnvironment> = {},
  columns: Columns = NO_COLUMNS,
): Promise<Reading> {
  await writeFile(path, content);
  return readFile(path, options, environment, columns);
}

/** The error that a person would see; anything else that happens fails the test. */
export async function refusal(reading: Promise<unknown>): Promise<RollcallError> {
  try {
    await reading;
  } catch (error) {
    if (error instanceof RollcallError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
