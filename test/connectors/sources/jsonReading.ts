import { writeFile } from 'node:fs/promises';
import { jsonSource } from '../../../connectors/sources/json.ts';
import type { SourceEnvironment } from '../../../connectors/sources/csv.ts';
import type { JsonOptions, SourceRecord } from '../../../src/model/index.ts';
import { NO_COLUMNS } from './reading.ts';
import type { Reading } from './reading.ts';

export function jsonOptions(paths: readonly string[], options: Partial<JsonOptions> = {}): JsonOptions {
  return { paths, records: '', format: 'auto', expect: {}, ...options };
}

export async function readJsonFiles(
  paths: readonly string[],
  options: Partial<JsonOptions> = {},
  environment: Partial<SourceEnvironment> = {},
): Promise<Reading> {
  const source = jsonSource('people', jsonOptions(paths, options), { clock: Date.now, ...environment });
  const reading = source.read(NO_COLUMNS);
  const records: SourceRecord[] = [];
  const batches: number[] = [];
  for (;;) {
    const step = await reading.next();
    if (step.done) return { records, batches, receipt: step.value };
    batches.push(step.value.length);
    records.push(...step.value);
  }
}

/** Writes the content to a file and reads it. */
export async function readJson(
  path: string,
  content: string | Uint8Array,
  options: Partial<JsonOptions> = {},
  environment: Partial<SourceEnvironment> = {},
): Promise<Reading> {
  await writeFile(path, content);
  return readJsonFiles([path], options, environment);
}
