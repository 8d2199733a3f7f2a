import { writeFile } from 'node:fs/promises';
import { jsonSource } from '../../../connectors/sources/json.ts';
import type { SourceEnvironment } from '../../../connectors/sources/csv.ts';
import type { JsonOptions } from '../../../src/model/index.ts';
import { NO_COLUMNS, readAll } from './reading.ts';
import type { Columns, Reading } from './reading.ts';

export function jsonOptions(paths: readonly string[], options: Partial<JsonOptions> = {}): JsonOptions {
  return { paths, records: '', format: 'auto', expect: {}, ...options };
}

export async function readJsonFiles(
  paths: readonly string[],
  options: Partial<JsonOptions> = {},
  environment: Partial<SourceEnvironment> = {},
  columns: Columns = NO_COLUMNS,
): Promise<Reading> {
  return readAll(
    jsonSource('people', jsonOptions(paths, options), { clock: Date.now, ...environment }),
    columns,
  );
}

/** Writes the content to a file and reads it. */
export async function readJson(
  path: string,
  content: string | Uint8Array,
  options: Partial<JsonOptions> = {},
  environment: Partial<SourceEnvironment> = {},
  columns: Columns = NO_COLUMNS,
): Promise<Reading> {
  await writeFile(path, content);
  return readJsonFiles([path], options, environment, columns);
}
