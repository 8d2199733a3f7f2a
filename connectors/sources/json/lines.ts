import { RollcallError } from '../../../src/model/index.ts';
import { findFault } from './fault.ts';
import { LONGEST_VALUE, slice } from './slice.ts';
import type { Slice } from './slice.ts';
import { ValueScanner } from './value.ts';
import type { Window } from './window.ts';

const LINE_FEED = 10;
const OPEN_LIST = 91;
const SPACES: readonly number[] = [32, 9, 13];

/**
 * One record on each line (https://github.com/ndjson/ndjson-spec), blank lines passed over. A line that is not JSON
 * spoils nothing but itself. Used as `DocumentReader`.
 */
export class LineReader {
  readonly #window: Window;
  readonly #file: string;
  readonly #scanner = new ValueScanner();
  #isFirst = true;
  /** Whether a line has begun and its end is still to come. */
  #isInside = false;
  #cut: string | undefined;

  constructor(window: Window, file: string) {
    this.#window = window;
    this.#file = file;
  }

  /** The next line that is whole and not blank, or `undefined` where more bytes are needed. */
  next(): Slice | undefined {
    for (;;) {
      if (!this.#isInside && !this.#begin()) return undefined;
      const end = this.#endOfLine();
      this.#isInside = end === undefined;
      if (end === undefined) return undefined;
      const value = this.#line(end);
      if (value !== undefined) return value;
    }
  }

  /** Why the last line is not whole, if so. */
  cut(): string | undefined {
    return this.#cut;
  }

  /** Goes to the first byte of the next line that is not blank; false where none is there yet. */
  #begin(): boolean {
    const byte = this.#window.skipSpace();
    if (byte === undefined) return false;
    if (this.#isFirst && byte === OPEN_LIST) throw this.#isList();
    this.#isFirst = false;
    return true;
  }

  /** Where the line of `start` ends, or `undefined` where that is still to come. `at` is how far it was looked for. */
  #endOfLine(): number | undefined {
    const window = this.#window;
    const found = window.bytes.indexOf(LINE_FEED, window.at);
    const isThere = found !== -1 && found < window.end;
    window.at = isThere ? found : window.end;
    if (window.at - window.start > LONGEST_VALUE) throw this.#tooLong();
    return isThere || window.final ? window.at : undefined;
  }

  /** `undefined` where the file ends inside it. */
  #line(end: number): Slice | undefined {
    const window = this.#window;
    const { line, start } = window;
    this.#scanner.begin(window.bytes[start]!);
    this.#scanner.scan(window.bytes, start, end);
    const place = { line, column: window.column(start) };
    const value = slice(window, trimmed(window.bytes, start, end), place, this.#scanner);
    const isCut = end === window.end && window.final && this.#scanner.isOpen;
    if (!isCut || findFault(value.text) !== undefined) return value;
    this.#cut = `the file ends inside the record on line ${line}: it looks cut`;
    return undefined;
  }

  #isList(): RollcallError {
    const { line } = this.#window;
    return new RollcallError('source', {
      message: 'the file begins with a list, and not with a record on a line of its own',
      locus: { file: this.#file, line },
      hint: 'say `format: json`',
    });
  }

  #tooLong(): RollcallError {
    const { line } = this.#window;
    return new RollcallError('source', {
      message: 'the line is longer than 16 MiB',
      locus: { file: this.#file, line },
      hint: 'if the file is one document and not a record on each line, say `format: json`',
    });
  }
}

/** The end without the white space before it, which may be the carriage return of a CRLF. */
function trimmed(bytes: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && SPACES.includes(bytes[at - 1]!)) at -= 1;
  return at;
}
