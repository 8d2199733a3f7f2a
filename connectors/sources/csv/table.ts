import { RollcallError } from '../../../src/model/index.ts';
import type { CsvOptions, Locus } from '../../../src/model/index.ts';
import type { Trailer } from '../expectation.ts';
import type { Dialect } from './dialect.ts';
import { cellsOf, readHeader, requireColumns } from './header.ts';
import type { Header } from './header.ts';
import { CsvRecord } from './record.ts';
import type { Row } from './rows.ts';

/** What the rows of a file amount to: the first is the header, the last may be a trailer, the others are records. */
export class Table {
  readonly #options: CsvOptions;
  readonly #columns: ReadonlyMap<string, readonly Locus[]>;
  #header: Header | undefined;
  #waiting: CsvRecord[] = [];
  #count = 0;
  #last: Row | undefined;
  #trailer: Trailer | undefined;

  /** `columns`: the names that the header must have, and where in the configuration each is read. */
  constructor(options: CsvOptions, columns: ReadonlyMap<string, readonly Locus[]>) {
    this.#options = options;
    this.#columns = columns;
  }

  /** Records so far. */
  get count(): number {
    return this.#count;
  }

  get trailer(): Trailer | undefined {
    return this.#trailer;
  }

  /** Records that nobody took yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  take(): readonly CsvRecord[] {
    const records = this.#waiting;
    this.#waiting = [];
    return records;
  }

  /** Throws where the first row cannot be a header, or lacks a column that is read. */
  add(row: Row, dialect: Dialect): void {
    this.#last = row;
    if (this.#header === undefined) {
      this.#header = readHeader(row, dialect, this.#options.path);
      requireColumns(this.#header, this.#columns, this.#options.path);
    } else if (!isBlank(row, dialect) && !this.#isTrailer(row, dialect)) {
      this.#count += 1;
      this.#waiting.push(new CsvRecord(this.#header, row));
    }
  }

  /**
   * To be called after the last row. Says why the end of the file may be missing; `terminated`: the last row ended
   * with the end of a line. Throws where there was no row at all.
   */
  finish(terminated: boolean): readonly string[] {
    if (this.#header === undefined) {
      throw new RollcallError('source', {
        message: 'the file is empty: it has not even a header',
        locus: { file: this.#options.path },
        hint: 'an export that failed often leaves an empty file behind',
      });
    }
    const last = this.#last;
    if (terminated || last === undefined || this.#trailer?.line === last.line) return [];
    const isShort = last.width < this.#header.names.length;
    if (!isShort && !isBlank(last, this.#header.dialect)) return [];
    const how = isShort ? 'short' : 'empty';
    return [`the last row, on line ${last.line}, is ${how} and its line does not end: the file looks cut`];
  }

  #isTrailer(row: Row, dialect: Dialect): boolean {
    const word = this.#options.expect.trailer;
    if (word === undefined) return false;
    if (this.#trailer && this.#trailer.followedAt === undefined) {
      this.#trailer = { ...this.#trailer, followedAt: row.line };
    }
    const [first, second = ''] = cellsOf(row, dialect);
    if (first?.trim() !== word) return false;
    this.#trailer ??= { line: row.line, claimed: second, count: this.#count };
    return true;
  }
}

/** Nothing but delimiters, as spreadsheets write it below the last row: it is nobody's, like an empty line. */
function isBlank({ plain }: Row, { delimiter }: Dialect): boolean {
  if (plain === undefined || !(plain.startsWith(delimiter) || plain.startsWith(' '))) return false;
  return plain.replaceAll(delimiter, '').trim() === '';
}
