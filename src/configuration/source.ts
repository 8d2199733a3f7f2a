import { dirname, resolve } from 'node:path';
import type { CsvOptions, Expectation, SourceConfiguration, SourceLimits } from '../model/index.ts';
import { durationSeconds } from './durations.ts';
import type { Reading } from './reading.ts';
import { sourceSchema } from './schema.ts';

/** A read that lost a tenth of its records, or could not use a tenth of them, is looked at by a person first. */
export const usualSourceLimits: SourceLimits = { shrunk: 10, rejected: 10, floor: 20 };

export function readSource(reading: Reading, folder: string): SourceConfiguration | undefined {
  checkPaths(reading);
  const source = reading.part(['source'], sourceSchema);
  if (!source) return undefined;
  const { expect = {} } = source;
  const delimiter = source.delimiter === 'tab' ? '\t' : (source.delimiter ?? 'auto');
  const quote = source.quote ?? '"';
  checkCharacters(reading, delimiter, quote);
  const expectation: Expectation = {
    ...(expect.minimum !== undefined && { minimum: expect.minimum }),
    ...(expect.trailer !== undefined && { trailer: expect.trailer }),
    ...(expect.checksum !== undefined && {
      checksum: resolve(folder, expect.checksum),
    }),
    ...(expect.maximumAge !== undefined && { maximumAge: durationSeconds(expect.maximumAge) }),
  };
  const csv: CsvOptions = {
    path: resolve(folder, source.path),
    delimiter,
    quote,
    encoding: source.encoding ?? 'auto',
    expect: expectation,
  };
  const { shrunk, rejected, floor } = { ...usualSourceLimits, ...withoutUndefined(source.limits ?? {}) };
  return { name: 'source', connector: source.connector, csv, limits: { shrunk, rejected, floor } };
}

function checkCharacters(reading: Reading, delimiter: string, quote: string): void {
  if (delimiter === quote)
    reading.problem(['source', 'quote'], 'the quote and the delimiter are the same character');
  for (const [name, character] of Object.entries({ delimiter, quote }))
    if (/^[\r\n\0]$/.test(character)) reading.problem(['source', name], `${name} cannot be a line break`);
}

/** Paths are seen from the configuration's own folder; no shell has been at them. */
function checkPaths(reading: Reading): void {
  for (const path of [['state'], ['source', 'path'], ['source', 'expect', 'checksum']]) {
    const text = reading.raw(path);
    if (typeof text !== 'string') continue;
    if (/^~(?:[/\\]|$)/.test(text))
      reading.problem(path, '~ stands for a home folder in a shell only', 'write the path out');
    if (text.includes('\0')) reading.problem(path, 'a path has no NUL character');
    if (text.includes('${')) reading.problem(path, 'a path is no expression', 'write the path out');
  }
}

export function folderOf(file: string): string {
  return dirname(resolve(file));
}

/** Keys that are there without a value do not hide a default. */
export function withoutUndefined<T extends object>(value: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}
