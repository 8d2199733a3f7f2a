import { RollcallError } from '../../../src/model/index.ts';
import type { Dialect } from './dialect.ts';

/** One row of the file. A row without quotes, as most rows are, is not taken apart here. Rows all have one shape, for speed. */
export interface Row {
  /** The physical line on which it begins, from 1. */
  readonly line: number;
  /** Number of cells. */
  readonly width: number;
  /** The whole row, where no quote is in it, so that every delimiter parts two cells. */
  readonly plain: string | undefined;
  /** The cells, where `plain` is absent. */
  readonly cells: readonly string[] | undefined;
  /** A cell holds the end of a line; if its quotes are not meant so, the row has swallowed the beginning of others. */
  readonly severalLines: boolean;
  /** Cells, from 0, with a quote where RFC 4180 §2 does not let one stand, so that their text is in doubt. */
  readonly misplaced: readonly number[] | undefined;
}

/** In characters. A row beyond this is a quote that was left open, or a file that is no list of people. */
export const LONGEST_ROW = 1024 * 1024;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const OPEN_QUOTE = 'a quote that was opened in this row may never have been closed';

/**
 * Cuts text into rows after RFC 4180, whatever chunks the text comes in. CRLF, LF and CR each end a line, in any
 * mixture. Text after a closing quote is taken up to the next delimiter, and the row ends with its line, so that
 * one misplaced quote spoils one row and not the rest of the file.
 *
 * Use: `feed` a chunk, call `next` until it gives nothing, feed the next one. What is not a whole row is kept; because
 * a row has a longest length, time stays linear and memory bounded.
 */
export class RowScanner {
  readonly #file: string;
  readonly #quoteText: string;
  readonly #delimiter: number;
  /** Not a number where nothing is quoted: it then equals no character. */
  readonly #quote: number;
  /** No character above this one means anything: nearly all characters are done with one comparison. */
  readonly #highest: number;
  #text = '';
  #position = 0;
  #line = 1;
  #final = false;
  /** A row that was not whole is begun again when there is twice as much of it: so each character is seen few times. */
  #enough = 0;
  #waiting = false;
  #terminated = true;

  constructor(dialect: Dialect, file: string) {
    this.#file = file;
    this.#quoteText = dialect.quote;
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote.charCodeAt(0);
    this.#highest = Math.max(this.#delimiter, CARRIAGE_RETURN, dialect.quote === '' ? 0 : this.#quote);
  }

  /** Whether the last row ended with the end of a line. */
  get terminated(): boolean {
    return this.#terminated;
  }

  /** `final` says that no more text follows. Throws at a NUL, which no text holds. */
  feed(text: string, final: boolean): void {
    const nul = text.indexOf('\0');
    if (nul !== -1) {
      throw new RollcallError('source', {
        message: 'the file holds a NUL byte, so it is not text in the encoding that it is read in',
        locus: { file: this.#file, line: this.lineAfter(text.slice(0, nul)) },
        hint: 'if it is UTF-16 without a byte order mark, say `encoding: utf-16le` or `utf-16be`; otherwise export it again',
      });
    }
    this.#text = this.#text.slice(this.#position) + text;
    this.#position = 0;
    this.#final = final;
    this.#waiting = !final && this.#text.length < this.#enough;
  }

  /** The physical line at the end of this text, if it followed what was fed. */
  lineAfter(text: string): number {
    return this.#line + countLineEnds(this.#text.slice(this.#position) + text);
  }

  /** The next row that is whole, or `undefined` where more text is needed. Blank lines are passed over. */
  next(): Row | undefined {
    if (this.#waiting) return undefined;
    for (;;) {
      const start = this.#position;
      const line = this.#line;
      const row = this.#scan(start);
      const end = row === undefined ? this.#text.length : this.#position;
      // Room for the CRLF at its end.
      if (end - start > LONGEST_ROW + 2) throw this.#tooLong(line);
      if (row === undefined) this.#enough = 2 * (end - start);
      if (row !== null) return row;
    }
  }

  /** `null` for a blank line. */
  #scan(start: number): Row | null | undefined {
    const text = this.#text;
    const length = text.length;
    let width = 1;
    let end = start;
    for (; end < length; end += 1) {
      const code = text.charCodeAt(end);
      if (code > this.#highest) continue;
      if (code === this.#delimiter) width += 1;
      else if (code === this.#quote) return this.#scanCells(start);
      else if (code === LINE_FEED || code === CARRIAGE_RETURN) break;
    }
    if (end === length && (!this.#final || start === length)) return undefined;
    const line = this.#line;
    if (!this.#endRow(end, 0)) return undefined;
    const plain = text.slice(start, end);
    if (width === 1 && plain.trim() === '') return null;
    return { line, width, plain, cells: undefined, severalLines: false, misplaced: undefined };
  }

  #scanCells(start: number): Row | undefined {
    const cells: string[] = [];
    const misplaced: number[] = [];
    let position = start;
    let lines = 0;
    for (;;) {
      const opens = this.#text.charCodeAt(position) === this.#quote;
      const cell = opens ? this.#quotedCell(position) : this.#bareCell(position);
      if (cell === undefined) return undefined;
      if (cell.misplaced) misplaced.push(cells.length);
      cells.push(cell.value);
      lines += cell.lines;
      position = cell.end;
      if (this.#text.charCodeAt(position) !== this.#delimiter) break;
      position += 1;
    }
    const line = this.#line;
    if (!this.#endRow(position, lines)) return undefined;
    return {
      line,
      width: cells.length,
      plain: undefined,
      cells,
      severalLines: lines > 0,
      misplaced: misplaced.length > 0 ? misplaced : undefined,
    };
  }

  /** Up to a delimiter, the end of the line or of the text. */
  #bareCell(start: number): Cell | undefined {
    const end = this.#bareEnd(start);
    if (end === undefined) return undefined;
    const value = this.#text.slice(start, end);
    const misplaced = this.#quoteText !== '' && value.trimStart().startsWith(this.#quoteText);
    return { value, end, lines: 0, misplaced };
  }

  #quotedCell(start: number): Cell | undefined {
    const text = this.#text;
    const length = text.length;
    const quote = this.#quote;
    let escaped = false;
    let lines = 0;
    let close = start + 1;
    for (; close < length; close += 1) {
      const code = text.charCodeAt(close);
      if (code > this.#highest) continue;
      if (code === quote) {
        if (text.charCodeAt(close + 1) !== quote) break;
        escaped = true;
        close += 1;
      } else if (
        code === LINE_FEED ||
        (code === CARRIAGE_RETURN && text.charCodeAt(close + 1) !== LINE_FEED)
      ) {
        lines += 1;
      }
    }
    if (close >= length && this.#final) throw this.#open();
    const end = this.#bareEnd(close + 1);
    if (end === undefined) return undefined;
    const inner = text.slice(start + 1, close);
    const value = escaped ? inner.replaceAll(this.#quoteText + this.#quoteText, this.#quoteText) : inner;
    if (end === close + 1) return { value, end, lines, misplaced: false };
    const after = text.slice(close + 1, end);
    const misplaced = after.trim() !== '';
    return { value: misplaced ? value + after : value, end, lines, misplaced };
  }

  #bareEnd(start: number): number | undefined {
    const text = this.#text;
    const length = text.length;
    for (let end = start; end < length; end += 1) {
      const code = text.charCodeAt(end);
      if (code === this.#delimiter || code === LINE_FEED || code === CARRIAGE_RETURN) return end;
    }
    return this.#final ? length : undefined;
  }

  /** Moves behind the end of a row; false where the line feed of a CRLF may still be to come. */
  #endRow(end: number, linesInside: number): boolean {
    const text = this.#text;
    let after = end + 1;
    if (text.charCodeAt(end) === CARRIAGE_RETURN) {
      if (after === text.length && !this.#final) return false;
      if (text.charCodeAt(after) === LINE_FEED) after += 1;
    }
    this.#terminated = end < text.length;
    this.#position = this.#terminated ? after : end;
    this.#line += linesInside + 1;
    return true;
  }

  #tooLong(line: number): RollcallError {
    return new RollcallError('source', {
      message: 'the row that begins here is longer than a million characters (1 MiB)',
      locus: { file: this.#file, line },
      hint: OPEN_QUOTE,
    });
  }

  #open(): RollcallError {
    return new RollcallError('source', {
      message: 'the file ends inside quotes, in the row that begins here',
      locus: { file: this.#file, line: this.#line },
      hint: `${OPEN_QUOTE}, or the file was cut`,
    });
  }
}

interface Cell {
  readonly value: string;
  /** Where the delimiter or the end of the line stands behind it. */
  readonly end: number;
  /** Ends of lines inside it. */
  readonly lines: number;
  readonly misplaced: boolean;
}

/** CRLF, LF and CR each count once. */
function countLineEnds(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === LINE_FEED || (code === CARRIAGE_RETURN && text.charCodeAt(index + 1) !== LINE_FEED))
      count += 1;
  }
  return count;
}
