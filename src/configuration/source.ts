import { basename, dirname, resolve } from 'node:path';
import type * as z from 'zod';
import type { Expectation, SourceConfiguration, SourceLimits } from '../model/index.ts';
import { durationSeconds } from './durations.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import { sourceSchema } from './source-schema.ts';

type SourceText = z.output<typeof sourceSchema>;
type ExpectationText = Pick<NonNullable<SourceText['expect']>, 'minimum' | 'checksum' | 'maximumAge'>;
/** What a source has besides its name and limits. */
type Connected = SourceConfiguration extends infer S
  ? S extends unknown
    ? Omit<S, 'name' | 'limits'>
    : never
  : never;

/** A read that lost a tenth of its records, or could not use a tenth of them, is looked at by a person first. */
export const usualSourceLimits: SourceLimits = { shrunk: 10, rejected: 10, floor: 20 };

export function readSource(reading: Reading, folder: string): SourceConfiguration | undefined {
  checkPaths(reading);
  const source = reading.part(['source'], sourceSchema);
  if (!source) return undefined;
  const { shrunk, rejected, floor } = { ...usualSourceLimits, ...withoutUndefined(source.limits ?? {}) };
  return { name: 'source', limits: { shrunk, rejected, floor }, ...optionsOf(source, reading, folder) };
}

function optionsOf(source: SourceText, reading: Reading, folder: string): Connected {
  const expect = expectationOf(source.expect ?? {}, folder);
  switch (source.connector) {
    case 'csv': {
      const { encoding = 'auto', quote = '"', delimiter: given = 'auto', expect: { trailer } = {} } = source;
      const delimiter = given === 'tab' ? '\t' : given;
      checkCharacters(reading, delimiter, quote);
      const path = resolve(folder, source.path);
      const expected = { ...expect, ...(trailer !== undefined && { trailer }) };
      return { connector: 'csv', csv: { path, delimiter, quote, encoding, expect: expected } };
    }
    case 'ldif': {
      const { allowFiles = false } = source;
      return { connector: 'ldif', ldif: { path: resolve(folder, source.path), allowFiles, expect } };
    }
    case 'json': {
      const { records = '', format = 'auto', expect: { noMore, total } = {} } = source;
      checkLines(reading);
      const paths = [source.path].flat().map((path) => resolve(folder, path));
      const expected = {
        ...expect,
        ...(noMore !== undefined && { noMore }),
        ...(total !== undefined && { total }),
      };
      return { connector: 'json', json: { paths, records, format, expect: expected } };
    }
  }
}

function expectationOf({ minimum, checksum, maximumAge }: ExpectationText, folder: string): Expectation {
  return {
    ...(minimum !== undefined && { minimum }),
    ...(checksum !== undefined && { checksum: resolve(folder, checksum) }),
    ...(maximumAge !== undefined && { maximumAge: durationSeconds(maximumAge) }),
  };
}

/** The files that a source is read from, or patterns of them. */
export function pathsOf(source: SourceConfiguration): readonly string[] {
  switch (source.connector) {
    case 'csv':
      return [source.csv.path];
    case 'ldif':
      return [source.ldif.path];
    case 'json':
      return source.json.paths;
  }
}

function checkCharacters(reading: Reading, delimiter: string, quote: string): void {
  if (delimiter === quote)
    reading.problem(['source', 'quote'], 'the quote and the delimiter are the same character');
  for (const [name, character] of Object.entries({ delimiter, quote }))
    if (/^[\r\n\0]$/.test(character)) reading.problem(['source', name], `${name} cannot be a line break`);
}

/** Where every line is a record, nothing stands around the records or beside them. */
function checkLines(reading: Reading): void {
  if (reading.raw(['source', 'format']) !== 'ndjson') return;
  for (const path of [
    ['source', 'records'],
    ['source', 'expect', 'noMore'],
    ['source', 'expect', 'total'],
  ]) {
    const pointer = reading.raw(path);
    if (pointer === undefined || pointer === '') continue;
    reading.problem(path, 'with `format: ndjson` every line is a record', 'take out one of the two');
  }
}

/** Paths are seen from the configuration's own folder; no shell has been at them. */
function checkPaths(reading: Reading): void {
  const given = reading.raw(['source', 'path']);
  const several: Path[] = Array.isArray(given) ? given.map((_, index) => ['source', 'path', index]) : [];
  for (const path of [['state'], ['source', 'path'], ...several, ['source', 'expect', 'checksum']]) {
    const text = reading.raw(path);
    if (typeof text !== 'string') continue;
    if (path[1] === 'path' && reading.raw(['source', 'connector']) === 'json' && isDeepPattern(text))
      reading.problem(path, '`*` may stand only behind the last slash', 'name the folders one by one');
    if (/^~(?:[/\\]|$)/.test(text))
      reading.problem(path, '~ stands for a home folder in a shell only', 'write the path out');
    if (text.includes('\0')) reading.problem(path, 'a path has no NUL character');
    if (text.includes('${')) reading.problem(path, 'a path is no expression', 'write the path out');
  }
}

/** Whether the name of a folder on the way has an asterisk. */
function isDeepPattern(path: string): boolean {
  return path.slice(0, -basename(path).length || undefined).includes('*');
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
