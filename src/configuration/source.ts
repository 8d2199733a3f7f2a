import { basename, dirname, resolve } from 'node:path';
import { isObject } from '../model/index.ts';
import type { Expectation, SourceConfiguration, SourceLimits, SourcePart, Template } from '../model/index.ts';
import { didYouMean } from '../model/nearest.ts';
import { durationSeconds } from './durations.ts';
import { ldapOf } from './ldap.ts';
import { listedGroupsOf } from './listed.ts';
import { readCondition, readKey } from './mapping.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import { joinSchema, partSchema, sourceSchema, unionSchema } from './source-schema.ts';
import type { SourceText } from './source-schema.ts';
import type { SourcePlace } from './source-place.ts';

type FileText = Exclude<SourceText, { connector: 'ldap' }>;
type ExpectationText = Pick<NonNullable<FileText['expect']>, 'minimum' | 'checksum' | 'maximumAge'>;
/** What a source has besides its name and limits. */
type Connected = SourceConfiguration extends infer S
  ? S extends unknown
    ? Omit<S, 'name' | 'limits'>
    : never
  : never;

/** A read that lost a tenth of its records, or could not use a tenth of them, is looked at by a person first. */
export const usualSourceLimits: SourceLimits = { shrunk: 10, rejected: 10, floor: 20 };

/** The one source, or the population of several; `undefined` where something is wrong with it. */
export function readSource(around: Omit<SourcePlace, 'path'>): SourceConfiguration | undefined {
  const { reading } = around;
  checkPath(reading, ['state']);
  const [one, several, population] = ['source', 'sources', 'population'].map((name) => reading.raw([name]));
  if (one === undefined && several === undefined)
    reading.problem(['source'], 'source is missing', 'it says where the people are read from');
  else if (one !== undefined && several !== undefined)
    reading.problem(
      ['sources'],
      'there is a source already',
      'put it among the sources, with a name of its own',
    );
  else if (several !== undefined && population === undefined)
    reading.problem(['sources'], 'population is missing', 'such as population: { union: [hr, contractors] }');
  else if (several === undefined && population !== undefined)
    reading.problem(['population'], 'there are no sources to make it of', 'name them under sources');
  if (several === undefined) return readOne({ ...around, path: ['source'] }, 'source');
  return readPopulation(around);
}

function readOne(place: SourcePlace, name: string): SourceConfiguration | undefined {
  const { reading, path, presets } = place;
  checkPaths(place);
  const source: SourceText | undefined =
    path[0] === 'source' ? reading.part(path, sourceSchema) : reading.part(path, partSchema);
  if (!source) return undefined;
  const { shrunk, rejected, floor } = { ...usualSourceLimits, ...withoutUndefined(source.limits ?? {}) };
  const where = readCondition(reading, [...path, 'where'], ['record']);
  const by = reading.template([...path, 'expect', 'by'], { variables: ['record'], wants: 'text' });
  const isDelta = source.connector !== 'ldap' && source.mode === 'delta';
  if (isDelta) checkDelta(place, by);
  if (path[0] !== 'source' && source.connector === 'ldap' && source.incremental !== undefined)
    reading.problem([...path, 'incremental'], 'what changed alone is read of a source that stands alone');
  const preset = presets.get(name);
  const groups = source.connector === 'json' ? listedGroupsOf(source, place) : undefined;
  return {
    name,
    ...(preset !== undefined && { preset }),
    limits: { shrunk, rejected, floor },
    ...(where && { where }),
    ...(by && { by }),
    ...(groups && { groups }),
    ...(isDelta && { isDelta }),
    ...(source.confirmAbsence === true && { confirmAbsence: true }),
    ...watchOf(source),
    ...optionsOf(source, place),
  };
}

/** An export is written in less than three seconds or with pauses that are shorter; who writes more slowly says so. */
const usualStillness = 3;

function watchOf(source: SourceText): { readonly watchSeconds?: number } {
  const watch = source.connector === 'ldap' ? false : (source.watch ?? false);
  if (watch === false) return {};
  return { watchSeconds: watch === true ? usualStillness : durationSeconds(watch) };
}

/** Of what changed there is nobody who could be missing. */
function checkDelta({ reading, path }: SourcePlace, by: Template | undefined): void {
  if (path[0] !== 'source') reading.problem([...path, 'mode'], 'a delta is for a source that stands alone');
  if (by !== undefined)
    reading.problem(
      [...path, 'expect', 'by'],
      'a delta has no parts that could shrink',
      'take out one of the two',
    );
}

/** Several sources that have the people together. The strictest limits of any are those of all. */
function readPopulation(around: Omit<SourcePlace, 'path'>): SourceConfiguration | undefined {
  const { reading } = around;
  const parts = new Map<string, SourceConfiguration>();
  for (const name of namesAt(reading, ['sources'])) {
    const path = ['sources', name];
    const source = readOne({ ...around, path }, name);
    if (source) parts.set(name, source);
    if (reading.raw([...path, 'previousKey']) !== undefined)
      reading.problem([...path, 'previousKey'], 'previousKey is for a source that stands alone');
  }
  const join = reading.part(['population', 'join'], joinSchema);
  const named = join === undefined ? unionOf(reading) : joinOf(join);
  for (const { name, path } of named) {
    if (reading.raw(['sources', name]) === undefined)
      reading.problem(path, `there is no source "${name}"`, didYouMean(name, [...parts.keys()]));
    if (named.filter((one) => one.name === name).length > 1) reading.problem(path, `${name} is named twice`);
  }
  for (const name of parts.keys())
    if (!named.some((one) => one.name === name))
      reading.warning(['sources', name], 'no population names this source, so it is not read');
  const chosen = named.flatMap(({ name, key }): readonly SourcePart[] => {
    const source = parts.get(name);
    const template = source && readKey(reading, key);
    if (source && reading.raw(key) === undefined)
      reading.problem(key.slice(0, -1), 'key is missing', 'it tells a person from all others');
    return source && template ? [{ source, key: template }] : [];
  });
  const [authority, ...others] = chosen;
  if (authority === undefined || chosen.length < named.length) return undefined;
  const strictest = (limit: keyof SourceLimits): number =>
    Math.min(...chosen.map(({ source }) => source.limits[limit]));
  const limits = {
    shrunk: strictest('shrunk'),
    rejected: strictest('rejected'),
    floor: strictest('floor'),
  };
  const confirmAbsence = chosen.some(({ source }) => source.confirmAbsence === true);
  const common = { name: 'source', limits, ...(confirmAbsence && { confirmAbsence }) };
  if (join !== undefined) return { ...common, connector: 'join', authority, with: others };
  return { ...common, connector: 'union', parts: chosen };
}

/** A source of a population: where it is named, and where what gives its keys stands. */
interface Named {
  readonly name: string;
  readonly path: Path;
  readonly key: Path;
}

function unionOf(reading: Reading): readonly Named[] {
  const names = reading.part(['population', 'union'], unionSchema) ?? [];
  return names.map((name, index) => ({
    name,
    path: ['population', 'union', index],
    key: ['sources', name, 'key'],
  }));
}

/** The authority first. */
function joinOf({ authority, with: others }: { authority: string; with: object }): readonly Named[] {
  return [
    { name: authority, path: ['population', 'join', 'authority'], key: ['sources', authority, 'key'] },
    ...Object.keys(others).map((name) => {
      const path = ['population', 'join', 'with', name];
      return { name, path, key: path };
    }),
  ];
}

function namesAt(reading: Reading, path: Path): readonly string[] {
  const raw = reading.raw(path);
  return isObject(raw) ? Object.keys(raw) : [];
}

function optionsOf(source: SourceText, place: SourcePlace): Connected {
  const { folder } = place;
  if (source.connector === 'ldap') return { connector: 'ldap', ldap: ldapOf(source, place) };
  const expect = expectationOf(source.expect ?? {}, folder);
  switch (source.connector) {
    case 'csv': {
      const { encoding = 'auto', quote = '"', delimiter: given = 'auto', expect: { trailer } = {} } = source;
      const delimiter = given === 'tab' ? '\t' : given;
      checkCharacters(place, delimiter, quote);
      const path = resolve(folder, source.path);
      const expected = { ...expect, ...(trailer !== undefined && { trailer }) };
      return { connector: 'csv', csv: { path, delimiter, quote, encoding, expect: expected } };
    }
    case 'ldif': {
      const { allowFiles = false } = source;
      return { connector: 'ldif', ldif: { paths: resolved(source.path, folder), allowFiles, expect } };
    }
    case 'json': {
      const { records = '', format = 'auto', expect: { noMore, total } = {} } = source;
      checkLines(place);
      const paths = resolved(source.path, folder);
      const expected = {
        ...expect,
        ...(noMore !== undefined && { noMore }),
        ...(total !== undefined && { total }),
      };
      return { connector: 'json', json: { paths, records, format, expect: expected } };
    }
  }
}

function resolved(path: string | readonly string[], folder: string): readonly string[] {
  return [path].flat().map((one) => resolve(folder, one));
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
      return source.ldif.paths;
    case 'json':
      return [
        ...source.json.paths,
        ...(source.groups === undefined ? [] : [...source.groups.list.paths, ...source.groups.members.paths]),
      ];
    case 'ldap':
      return [];
    case 'union':
      return source.parts.flatMap((part) => pathsOf(part.source));
    case 'join':
      return [source.authority, ...source.with].flatMap((part) => pathsOf(part.source));
  }
}

/** What is to be watched, each part with the seconds for which it has to be still. */
export function watchedOf(
  source: SourceConfiguration,
): readonly { readonly paths: readonly string[]; readonly seconds: number }[] {
  const parts =
    source.connector === 'union'
      ? source.parts
      : source.connector === 'join'
        ? [source.authority, ...source.with]
        : undefined;
  if (parts !== undefined) return parts.flatMap((part) => watchedOf(part.source));
  return source.watchSeconds === undefined ? [] : [{ paths: pathsOf(source), seconds: source.watchSeconds }];
}

function checkCharacters({ reading, path }: SourcePlace, delimiter: string, quote: string): void {
  if (delimiter === quote)
    reading.problem([...path, 'quote'], 'the quote and the delimiter are the same character');
  for (const [name, character] of Object.entries({ delimiter, quote }))
    if (/^[\r\n\0]$/.test(character)) reading.problem([...path, name], `${name} cannot be a line break`);
}

/** Where every line is a record, nothing stands around the records or beside them. */
function checkLines({ reading, path: source }: SourcePlace): void {
  if (reading.raw([...source, 'format']) !== 'ndjson') return;
  for (const path of [
    [...source, 'records'],
    [...source, 'expect', 'noMore'],
    [...source, 'expect', 'total'],
  ]) {
    const pointer = reading.raw(path);
    if (pointer === undefined || pointer === '') continue;
    reading.problem(path, 'with `format: ndjson` every line is a record', 'take out one of the two');
  }
}

function checkPaths({ reading, path: source }: SourcePlace): void {
  const files = [[], ['groups'], ['groups', 'members']].flatMap((part): Path[] => {
    const path = [...source, ...part, 'path'];
    const given = reading.raw(path);
    return Array.isArray(given) ? given.map((_, index) => [...path, index]) : [path];
  });
  const isList = reading.raw([...source, 'connector']) !== 'csv';
  for (const path of files) {
    const text = reading.raw(path);
    if (isList && typeof text === 'string' && isDeepPattern(text))
      reading.problem(path, '`*` may stand only behind the last slash', 'name the folders one by one');
  }
  for (const path of [...files, [...source, 'expect', 'checksum'], [...source, 'ca']])
    checkPath(reading, path);
}

/** Paths are seen from the configuration's own folder; no shell has been at them. */
function checkPath(reading: Reading, path: Path): void {
  const text = reading.raw(path);
  if (typeof text !== 'string') return;
  if (/^~(?:[/\\]|$)/.test(text))
    reading.problem(path, '~ stands for a home folder in a shell only', 'write the path out');
  if (text.includes('\0')) reading.problem(path, 'a path has no NUL character');
  if (text.includes('${')) reading.problem(path, 'a path is no expression', 'write the path out');
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
