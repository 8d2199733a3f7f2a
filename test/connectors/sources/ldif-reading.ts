import { writeFile } from 'node:fs/promises';
import type { SourceEnvironment } from '../../../connectors/sources/environment.ts';
import { ldifSource } from '../../../connectors/sources/ldif.ts';
import { noFiles } from '../../../connectors/sources/ldif/fetch.ts';
import { namesOf } from '../../../connectors/sources/ldif/names.ts';
import type { Comment, Paragraph } from '../../../connectors/sources/ldif/paragraph.ts';
import { ParagraphCutter } from '../../../connectors/sources/ldif/paragraphs.ts';
import { parse } from '../../../connectors/sources/ldif/parse.ts';
import type { Parsed } from '../../../connectors/sources/ldif/parse.ts';
import { Unmet } from '../../../connectors/sources/unmet.ts';
import type { LdifOptions, SourceRecord } from '../../../src/model/index.ts';
import { readAll } from './reading.ts';
import type { Columns, Reading } from './reading.ts';

export const columns = (...names: readonly string[]): Columns => new Map(names.map((name) => [name, []]));

export async function readLdifFile(
  path: string,
  options: Partial<LdifOptions> = {},
  environment: Partial<SourceEnvironment> = {},
  wanted: Columns = columns(),
  asked: ReadonlySet<string> = new Set(),
): Promise<Reading> {
  const all: LdifOptions = { paths: [path], allowFiles: false, expect: {}, ...options };
  return readAll(ldifSource('people', all, { clock: Date.now, ...environment }), wanted, asked);
}

/** Writes the content to a file and reads it. */
export async function readLdif(
  path: string,
  content: string | Uint8Array,
  options: Partial<LdifOptions> = {},
  environment: Partial<SourceEnvironment> = {},
  wanted: Columns = columns(),
  asked: ReadonlySet<string> = new Set(),
): Promise<Reading> {
  await writeFile(path, content);
  return readLdifFile(path, options, environment, wanted, asked);
}

/** What a listing needs of the world around it, where nobody reads anything of it. */
export const surroundings = () => ({
  fetch: noFiles,
  warn: () => undefined,
  names: namesOf(columns(), new Set()),
  unmet: new Unmet(columns()),
});

/** All that can be seen of a record. */
export const seen = (record: SourceRecord) => ({
  line: record.line,
  defect: record.defect,
  text: record.text(),
  fields: record.fields(),
});

/** Paragraphs out of bytes that arrive in pieces of the given length. */
export function cut(bytes: Buffer, size: number): { paragraphs: Paragraph[]; comments: Comment[] } {
  const cutter = new ParagraphCutter(() => false);
  const paragraphs: Paragraph[] = [];
  const comments: Comment[] = [];
  const feed = (chunk: Buffer, final: boolean) => {
    cutter.feed(chunk, final);
    for (let paragraph = cutter.next(); paragraph; paragraph = cutter.next()) paragraphs.push(paragraph);
    comments.push(...cutter.takeComments());
  };
  for (let at = 0; at < bytes.length; at += size) feed(Buffer.from(bytes.subarray(at, at + size)), false);
  feed(Buffer.alloc(0), true);
  return { paragraphs, comments };
}

/** The first paragraph of a text, taken apart. */
export function parsed(text: string): Parsed {
  const [paragraph] = cut(Buffer.from(text), 4096).paragraphs;
  if (paragraph === undefined) throw new Error('there is no paragraph');
  return parse(paragraph, noFiles);
}
