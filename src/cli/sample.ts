import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { openSource } from '../../connectors/sources/index.ts';
import { knownPointers, recognise } from '../../connectors/sources/presets/recognise.ts';
import { isObject, RollcallError } from '../model/index.ts';
import type { SourceConfiguration } from '../model/index.ts';
import type { Shape } from '../configuration/index.ts';
import { asOptions, headerOf } from './header.ts';
import type { Reading } from './header.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the first records of a file are like. */
export interface Sample {
  /** Names that some of them have. */
  readonly columns: readonly string[];
  readonly shape: Shape;
  readonly preset?: string;
}

/** How the file is looked at, as options say it. */
export interface Looking extends Reading {
  /** Whatever it is called. */
  readonly isCsv?: boolean;
  /** Where the list of records is, in JSON. */
  readonly records?: string;
}

/** Enough of a directory to have met its people behind its folders, machines and groups. */
const MOST_ENTRIES = 5_000;
const MOST_RECORDS = 64;

/** The object classes that people have, the narrowest first: Active Directory's, then those of RFC 2798 and RFC 4519. */
const PEOPLE = ['user', 'inetOrgPerson', 'organizationalPerson', 'person'];
/** Those of groups (RFC 4519, RFC 2307), with the attribute that names members, and by what it does. */
const GROUPS = [
  { objectClass: 'group', members: 'member', match: 'record.dn' },
  { objectClass: 'groupOfNames', members: 'member', match: 'record.dn' },
  { objectClass: 'groupOfUniqueNames', members: 'uniqueMember', match: 'record.dn' },
  { objectClass: 'posixGroup', members: 'memberUid', match: 'first(get(record, "uid"))' },
] as const;

/** What the file is, by its name, and else by how it begins. */
export async function sampleOf(people: string, options: Looking): Promise<Sample> {
  const kind = options.isCsv === true ? 'csv' : kindOf(people);
  if (kind === 'ldif') return sampleLdif(resolve(people));
  if (kind === 'json') return sampleJson(resolve(people), options.records);
  return { columns: await headerOf(people, options), shape: { connector: 'csv' } };
}

function kindOf(path: string): 'csv' | 'ldif' | 'json' {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  if (/\.(ldif|ldf)$/.test(name)) return 'ldif';
  if (/\.(json|jsonl|ndjson)$/.test(name)) return 'json';
  if (/\.(csv|tsv)$/.test(name)) return 'csv';
  const head = beginning(path);
  if (/^\s*[[{]/.test(head)) return 'json';
  return /^(version:|dn:|#)/i.test(head.trimStart()) ? 'ldif' : 'csv';
}

/** Nothing where it cannot be read: whoever reads it in earnest says why. */
function beginning(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(256);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0)).replace(/^\ufeff/, '');
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** Of an LDIF file: what its people are called by, and the groups beside them. Throws where nothing can be proposed. */
async function sampleLdif(path: string): Promise<Sample> {
  const ldif = { paths: [path], allowFiles: false, expect: {} };
  const entries = await first({ ...common, connector: 'ldif', ldif }, MOST_ENTRIES);
  // Names of classes are the same in any case (RFC 4512 §1.4), and an expression compares text: each is as this file has it.
  const spelled = new Map(
    entries.flatMap(classesOf).map((one): readonly [string, string] => [one.toLowerCase(), one]),
  );
  const where = PEOPLE.map((name) => spelled.get(name.toLowerCase())).find((name) => name !== undefined);
  const [group] = GROUPS.flatMap(({ objectClass, ...rest }) => {
    const found = spelled.get(objectClass.toLowerCase());
    return found === undefined ? [] : [{ objectClass: found, ...rest }];
  });
  const people = where === undefined ? entries : entries.filter((entry) => classesOf(entry).includes(where));
  requireSome(people, path);
  return {
    columns: namesOf(people).filter((name) => name !== 'dn' && name !== 'objectClass'),
    shape: { connector: 'ldif', ...(where !== undefined && { where }), ...(group && { group }) },
  };
}

/** Of a JSON file: where its records are and what is in them, or the preset that knows it. */
async function sampleJson(path: string, pointer: string | undefined): Promise<Sample> {
  const failures: unknown[] = [];
  for (const records of pointer === undefined ? knownPointers : [pointer]) {
    try {
      const json = { paths: [path], records, format: 'auto' as const, expect: {} };
      return ofRecords(await first({ ...common, connector: 'json', json }, MOST_RECORDS), records, path);
    } catch (error) {
      if (!(error instanceof RollcallError) || error.code !== 'source') throw error;
      failures.push(error);
    }
  }
  // What is wrong with the whole as the list says where the lists are.
  throw failures[0];
}

function ofRecords(people: readonly Fields[], records: string, path: string): Sample {
  requireSome(people, path);
  const preset = people.map((one) => recognise(records, one)).find((name) => name !== undefined);
  const paths = new Map<string, readonly string[]>();
  for (const name of namesOf(people, isLeaf)) paths.set(name, [name]);
  for (const one of people)
    for (const [outer, inner] of Object.entries(one))
      if (isObject(inner))
        for (const name of namesOf([inner], isLeaf)) if (!paths.has(name)) paths.set(name, [outer, name]);
  return {
    columns: [...paths.keys()],
    shape: { connector: 'json', records, paths },
    ...(preset !== undefined && { preset }),
  };
}

const common = { name: 'source', limits: { shrunk: 0, rejected: 0, floor: 0 } };

async function first(configuration: SourceConfiguration, most: number): Promise<readonly Fields[]> {
  const source = openSource(configuration, { clock: () => Date.now() });
  const reading = source.read(new Map());
  const found: Fields[] = [];
  try {
    for (let step = await reading.next(); !step.done && found.length < most; step = await reading.next())
      found.push(...step.value.filter(({ defect }) => defect === undefined).map((record) => record.fields()));
    return found;
  } catch (error) {
    throw asOptions(error);
  } finally {
    await reading.return(undefined as never);
  }
}

/** A value that an attribute can be made of: what is inside an object is another matter. */
function isLeaf(value: unknown): boolean {
  return Array.isArray(value) ? value.every((one) => typeof one === 'string') : !isObject(value);
}

function namesOf(
  records: readonly Fields[],
  isMeant: (value: unknown) => boolean = () => true,
): readonly string[] {
  const names = records.flatMap((record) =>
    Object.entries(record).flatMap(([name, value]) => (isMeant(value) ? [name] : [])),
  );
  return [...new Set(names)];
}

function classesOf(entry: Fields): readonly string[] {
  const [, found] = Object.entries(entry).find(([name]) => name.toLowerCase() === 'objectclass') ?? [];
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
}

function requireSome(records: readonly Fields[], path: string): void {
  if (records.length > 0) return;
  throw new RollcallError('source', {
    message: 'the file has no record that can be read, so that nothing can be proposed',
    locus: { file: path },
    hint: 'name a file with people in it, or none: the usual columns are written then',
  });
}
