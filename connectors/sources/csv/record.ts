import type { Element, SourceRecord } from '../../../src/model/index.ts';
import { cellsOf, quoted } from './header.ts';
import type { Header } from './header.ts';
import type { Row } from './rows.ts';

/**
 * A row below its header. It is cut into cells when somebody asks for them.
 *
 * Where the row is defective, only cells that certainly stand below their own name can be read: a key out of the
 * wrong column would name the wrong person, whereas a key that cannot be read makes nobody a leaver (rule 2).
 */
export class CsvRecord implements SourceRecord {
  readonly #header: Header;
  readonly #row: Row;
  readonly defect?: string;

  constructor(header: Header, row: Row) {
    this.#header = header;
    this.#row = row;
    const defects = describeDefects(header, row);
    if (defects !== undefined) this.defect = defects;
  }

  get line(): number {
    return this.#row.line;
  }

  /** The header's fingerprint and the cells, quoted only where they must be, so that every record has one text. */
  text(): string {
    const { plain, cells = [], misplaced } = this.#row;
    const { fingerprint, dialect, special } = this.#header;
    if (plain !== undefined) return fingerprint + plain;
    const written = cells.map((cell) => (special.test(cell) ? quoteCell(cell, dialect.quote) : cell));
    // No cell holds a NUL, so that what is misplaced never reads like what is not.
    const mark = misplaced === undefined ? '' : '\0';
    return fingerprint + mark + written.join(dialect.delimiter);
  }

  field(name: string, element?: Element): string | undefined {
    if (element !== undefined) return undefined;
    const position = this.#header.positions.get(name);
    if (position === undefined || !this.#readable(position)) return undefined;
    const { plain, cells } = this.#row;
    return cells ? cells[position] : plainCell(plain ?? '', this.#header.dialect.delimiter, position);
  }

  fields(): Readonly<Record<string, string>> {
    const { names, dialect, empty } = this.#header;
    const cells = cellsOf(this.#row, dialect);
    if (this.defect !== undefined) {
      const readable = names.map(
        (name, position) => [name, cells[position], this.#readable(position)] as const,
      );
      return Object.fromEntries(
        readable.flatMap(([name, cell, sure]) => (sure && cell !== undefined ? [[name, cell]] : [])),
      );
    }
    // A copy that has all the names already is filled twice as fast as a new object.
    const fields = { ...empty };
    for (let position = 0; position < names.length; position += 1)
      fields[names[position]!] = cells[position] ?? '';
    return fields;
  }

  #readable(position: number): boolean {
    if (this.defect === undefined) return true;
    const { misplaced, severalLines, width } = this.#row;
    if (severalLines || misplaced?.includes(position)) return false;
    return position === 0 || width === this.#header.names.length;
  }
}

function describeDefects(header: Header, row: Row): string | undefined {
  const sentences: string[] = [];
  if (row.misplaced !== undefined) {
    const columns = row.misplaced
      .slice(0, 5)
      .map((index) => quoted(header.names[index] ?? `cell ${index + 1}`));
    sentences.push(
      `a quote is misplaced in ${columns.join(', ')}: a cell that holds quotes is put in quotes, and each one in it is doubled`,
    );
  }
  if (row.width !== header.names.length) {
    sentences.push(
      `the row has ${count(row.width, 'cell')}, the header ${count(header.names.length, 'column')}`,
    );
  } else if (repeatsHeader(header, row)) {
    sentences.push('the row repeats the header, as if several files had been joined into one');
  }
  return sentences.length === 0 ? undefined : sentences.join('; ');
}

function repeatsHeader(header: Header, row: Row): boolean {
  const [first = ''] = header.names;
  const begins = row.plain?.startsWith(first) ?? row.cells?.[0] === first;
  return begins && cellsOf(row, header.dialect).every((cell, index) => cell.trim() === header.names[index]);
}

function count(number: number, thing: string): string {
  return number === 1 ? `1 ${thing}` : `${number} ${thing}s`;
}

/** One cell of a row without quotes, without cutting up the rest. */
function plainCell(plain: string, delimiter: string, position: number): string {
  let start = 0;
  for (let skipped = 0; skipped < position; skipped += 1) start = plain.indexOf(delimiter, start) + 1;
  const end = plain.indexOf(delimiter, start);
  return plain.slice(start, end === -1 ? plain.length : end);
}

function quoteCell(cell: string, quote: string): string {
  return quote + cell.replaceAll(quote, quote + quote) + quote;
}
