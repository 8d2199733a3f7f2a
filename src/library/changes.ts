import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withInput } from '../configuration/index.ts';
import { RollcallError } from '../model/index.ts';
import type { Configuration, SourceConfiguration } from '../model/index.ts';
import { openScratch } from '../store/scratch.ts';
import type { Changes } from './types.ts';

type Given = Readonly<Record<string, unknown>>;

/** A configuration whose source is the changes, and what puts away that which was written for it. */
export interface Changed {
  readonly configuration: Configuration;
  close(): void;
}

/**
 * Changes in the place of the source. Records go through a file in the source's own format, readable by nobody else and
 * gone afterwards, so that they are read, proved and mapped as the source's are. Throws `RollcallError('usage')` for what
 * cannot be such a record.
 */
export function openChanges(configuration: Configuration, { records, file, source }: Changes): Changed {
  if ((records === undefined) === (file === undefined))
    throw wrong('changes are either records or a file', 'changes: { records: [ … ] }');
  if (file !== undefined)
    return { configuration: withInput(configuration, resolve(file), source), close: () => undefined };
  if (records!.length === 0) throw wrong('there are no changes: the list of records is empty');
  const scratch = openScratch();
  try {
    const path = join(scratch.folder, 'changes');
    const changed = plainly(withInput(configuration, path, source));
    writeFileSync(path, textOf(changed.source, records!), { mode: 0o600 });
    return { configuration: changed, close: () => scratch.close() };
  } catch (error) {
    scratch.close();
    throw error;
  }
}

/** However the source's own file is written, this one is written in one way. */
function plainly(configuration: Configuration): Configuration {
  const { source } = configuration;
  if (source.connector !== 'csv') return configuration;
  const csv = { ...source.csv, delimiter: ',', quote: '"', encoding: 'utf-8' as const };
  return { ...configuration, source: { ...source, csv } };
}

function textOf({ connector }: SourceConfiguration, records: readonly Given[]): string {
  records.forEach((record, index) => {
    if (typeof record !== 'object' || record === null || Array.isArray(record))
      throw wrong(`${nameOf(index)} is no object`);
  });
  return connector === 'csv'
    ? csvOf(records)
    : connector === 'ldif'
      ? ldifOf(records)
      : JSON.stringify(records);
}

/** A column that one of them lacks would be emptied by an empty cell, which nobody has said. */
function csvOf(records: readonly Given[]): string {
  const columns = Object.keys(records[0]!).filter((column) => records[0]![column] !== undefined);
  const rows = records.map((record, index) => {
    const other = columns.find((column) => record[column] === undefined);
    const more = Object.keys(record).find(
      (column) => record[column] !== undefined && !columns.includes(column),
    );
    if (other !== undefined || more !== undefined)
      throw wrong(
        `${nameOf(index)} ${other === undefined ? 'has' : 'has no'} ${JSON.stringify(other ?? more)}, unlike ${nameOf(0)}`,
        'those with other columns go into a run of their own; an empty text empties a column',
      );
    return columns.map((column) => cell(textIn(record[column], nameOf(index), column)));
  });
  return [columns.map(cell), ...rows].map((cells) => `${cells.join(',')}\n`).join('');
}

/** In quotes throughout: what a value looks like decides nothing. */
function cell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** RFC 2849 in base64 throughout, which takes any value. */
function ldifOf(records: readonly Given[]): string {
  return records
    .map((record, index) => {
      const { dn, ...attributes } = record;
      if (typeof dn !== 'string' || dn === '') throw wrong(`${nameOf(index)} has no dn`);
      const lines = Object.entries(attributes).flatMap(([name, values]) => {
        if (!/^[A-Za-z0-9.-]+(;[A-Za-z0-9-]+)*$/.test(name))
          throw wrong(`${nameOf(index)} has an attribute of the name ${JSON.stringify(name)}`);
        const all: readonly unknown[] = Array.isArray(values) ? values : [values];
        return all
          .map((value) => textIn(value, nameOf(index), name))
          .filter((text) => text !== '')
          .map((text) => line(name, text));
      });
      return [line('dn', dn), ...lines, ''].join('\n');
    })
    .join('\n');
}

function line(name: string, text: string): string {
  return `${name}:: ${Buffer.from(text, 'utf8').toString('base64')}`;
}

/** Nothing is an empty cell; an object is no text. */
function textIn(value: unknown, record: string, name: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong(`${record} has a ${JSON.stringify(name)} that is no text`);
}

function nameOf(index: number): string {
  return `record ${index + 1} of the changes`;
}

function wrong(message: string, hint?: string): RollcallError {
  return new RollcallError('usage', { message, ...(hint !== undefined && { hint }) });
}
