import { createHash } from 'node:crypto';
import { RollcallError } from '../../../src/model/index.ts';
import type { Locus, Problem } from '../../../src/model/index.ts';
import { specialCharacters } from './dialect.ts';
import type { Dialect } from './dialect.ts';
import type { Row } from './rows.ts';

/** What all records of one file have in common. */
export interface Header {
  readonly dialect: Dialect;
  readonly names: readonly string[];
  readonly positions: ReadonlyMap<string, number>;
  /** Of names and dialect: rows that look alike below different headers are different records. */
  readonly fingerprint: string;
  /** Matches what makes a cell need quotes. */
  readonly special: RegExp;
  /** Every name with the empty string, to be copied and filled. */
  readonly empty: Readonly<Record<string, string>>;
}

/** How many columns are named one by one before the rest is only counted. */
const NAMED = 20;

/** The header that a file's first row is. Throws, with every fault at once, where its names cannot name columns. */
export function readHeader(row: Row, dialect: Dialect, file: string): Header {
  const names = cellsOf(row, dialect).map((name) => name.trim());
  const faults = headerFaults(row, names);
  if (faults.length > 0) {
    const locus = { file, line: row.line };
    throw new RollcallError(
      'source',
      faults.map((message) => ({ message, locus })),
    );
  }
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([dialect.delimiter, dialect.quote, names]))
    .digest('hex')
    .slice(0, 16);
  return {
    dialect,
    names,
    positions: new Map(names.map((name, index) => [name, index])),
    fingerprint,
    special: specialCharacters(dialect),
    // Not by assignment, which a column called `__proto__` would defeat.
    empty: Object.fromEntries(names.map((name) => [name, ''])),
  };
}

/** All cells of a row, as they stand. */
export function cellsOf(row: Row, dialect: Dialect): readonly string[] {
  return row.cells ?? (row.plain ?? '').split(dialect.delimiter);
}

function headerFaults(row: Row, names: readonly string[]): readonly string[] {
  const misplaced = (row.misplaced ?? []).map(
    (index) => `column ${index + 1} of the header has a quote in the wrong place`,
  );
  const unnamed = names.flatMap((name, index) =>
    name === '' ? [`column ${index + 1} of the header has no name`] : [],
  );
  const repeated = [...Map.groupBy(names.keys(), (index) => names[index] ?? '')].flatMap(([name, at]) =>
    name !== '' && at.length > 1
      ? [`the header names ${quoted(name)} more than once, in columns ${some(at.map((index) => index + 1))}`]
      : [],
  );
  const faults = [...misplaced, ...unnamed, ...repeated];
  return faults.length <= NAMED
    ? faults
    : [...faults.slice(0, NAMED), `the header has ${faults.length - NAMED} more faults of this kind`];
}

/** Throws with one problem for each place in the configuration that reads a column which the header lacks. */
export function requireColumns(
  header: Header,
  columns: ReadonlyMap<string, readonly Locus[]>,
  file: string,
): void {
  const problems: Problem[] = [];
  for (const [name, loci] of columns) {
    if (header.positions.has(name)) continue;
    const message = `${file} has no column ${quoted(name)}`;
    const hint = missingHint(name, header.names);
    if (loci.length === 0) problems.push({ message, locus: { file }, hint });
    for (const locus of loci) problems.push({ message, locus, hint });
  }
  if (problems.length > 0) throw new RollcallError('source', problems);
}

function missingHint(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  const guess = near === undefined ? '' : `did you mean ${quoted(near)}? `;
  const alone = names.length === 1 ? ', which is only one: is `delimiter` right?' : '';
  return `${guess}The header names ${some(names.map(quoted))}${alone}`;
}

function some(items: readonly (string | number)[]): string {
  const shown = items.slice(0, NAMED).join(', ');
  return items.length > NAMED ? `${shown} and ${items.length - NAMED} more` : shown;
}

/** In quotes, with control characters made visible, and not longer than a line. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

/** The name that takes the fewest edits, if they are few; case, spaces, hyphens and underscores cost nothing. */
function nearest(wanted: string, names: readonly string[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');
  const target = plain(wanted.slice(0, 100));
  let best: string | undefined;
  let least = Math.ceil(target.length / 3) + 1;
  for (const name of names) {
    if (name.length > 100) continue;
    const distance = editDistance(target, plain(name));
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

/** Insertions, deletions and replacements that turn one into the other (Levenshtein). */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 0; i < left.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < right.length; j += 1) {
      const replaced = (row[j] ?? 0) + (left[i] === right[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
