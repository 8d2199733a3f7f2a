import { RollcallError } from '../../../src/model/index.ts';
import type { JsonFormat } from '../../../src/model/index.ts';
import { DocumentReader } from './document.ts';
import type { Lookout } from './document.ts';
import { LineReader } from './lines.ts';
import { LONGEST_VALUE } from './slice.ts';
import type { Slice } from './slice.ts';
import { ValueScanner } from './value.ts';
import { Window } from './window.ts';
import type { Mark } from './window.ts';

const LINE_FEED = 10;
const OPEN_OBJECT = 123;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');
/** Enough of a file for its encoding to be told (RFC 4627 §3). */
const HEAD_BYTES = 4;

/** From the bytes of a file to its records. Push a chunk, take records until there is none. */
export class JsonReader {
  readonly #format: JsonFormat;
  readonly #lookout: Lookout;
  readonly #file: string;
  readonly #window = new Window();
  #isBegun = false;
  #reader: DocumentReader | LineReader | undefined;
  /** Looks at the first line where that may decide the format. */
  #probe: { readonly mark: Mark; readonly scanner: ValueScanner } | undefined;
  #lastByte = 0;

  constructor(format: JsonFormat, lookout: Lookout, file: string) {
    this.#format = format;
    this.#lookout = lookout;
    this.#file = file;
  }

  /** Known with the first record. */
  get isLines(): boolean {
    return this.#reader instanceof LineReader;
  }

  /** Whether the last byte ended a line. */
  get endsLine(): boolean {
    return this.#lastByte === LINE_FEED;
  }

  /** What stood at the pointers that are looked out for. */
  get values(): ReadonlyMap<string, unknown> {
    return this.#reader instanceof DocumentReader ? this.#reader.values : new Map();
  }

  push(chunk: Buffer, final: boolean): void {
    this.#window.push(chunk, final);
    this.#lastByte = chunk.at(-1) ?? this.#lastByte;
  }

  next(): Slice | undefined {
    this.#reader ??= this.#decide();
    return this.#reader?.next();
  }

  /** To be called when all bytes are in and `next` gives nothing: why the file is not whole, if so. */
  cut(): string | undefined {
    return this.#reader?.cut();
  }

  #decide(): DocumentReader | LineReader | undefined {
    if (!this.#begin()) return undefined;
    const window = this.#window;
    if (this.#probe === undefined) {
      const first = window.skipSpace();
      if (first === undefined && window.final) throw this.#empty();
      if (first === undefined) return undefined;
      const looks = this.#format === 'auto' || this.#format === 'records';
      const mayBeLines = looks && this.#lookout.pointer.length === 0;
      if (!mayBeLines || first !== OPEN_OBJECT) return this.#readerOf(this.#format === 'ndjson');
      const scanner = new ValueScanner();
      scanner.begin(first);
      this.#probe = { mark: window.mark(), scanner };
    }
    const isLines = looksLikeLines(window, this.#probe.scanner, this.#format === 'records');
    if (isLines === undefined) return undefined;
    window.rewind(this.#probe.mark);
    return this.#readerOf(isLines);
  }

  #readerOf(isLines: boolean): DocumentReader | LineReader {
    if (isLines) return new LineReader(this.#window, this.#file);
    // An object that is written over several lines.
    const isRecord = this.#format === 'records' && this.#lookout.pointer.length === 0;
    return new DocumentReader(this.#window, { ...this.#lookout, isRecord }, this.#file);
  }

  /** Passes over a byte order mark; false where too few bytes are there. */
  #begin(): boolean {
    const window = this.#window;
    if (this.#isBegun) return true;
    if (window.end < HEAD_BYTES && !window.final) return false;
    const head = window.bytes.subarray(0, Math.min(window.end, HEAD_BYTES));
    const isMarked = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
    if (isMarked || head.includes(0)) throw this.#notUtf8();
    if (head.subarray(0, 3).equals(BYTE_ORDER_MARK)) window.at = BYTE_ORDER_MARK.length;
    this.#isBegun = true;
    return true;
  }

  #notUtf8(): RollcallError {
    return new RollcallError('source', {
      message: 'the file is UTF-16 or UTF-32, and JSON is exchanged in UTF-8',
      locus: { file: this.#file, line: 1 },
      hint: 'export it as UTF-8; PowerShell does so with `Out-File -Encoding utf8`',
    });
  }

  #empty(): RollcallError {
    return new RollcallError('source', {
      message: 'the file is empty',
      locus: { file: this.#file },
      hint: 'an export that failed often leaves an empty file behind',
    });
  }
}

/**
 * Whether the file holds a record on each line: its first value is whole on one line, and something follows on a line
 * below; where one alone is a record, nothing has to. `undefined` where more bytes are needed to tell.
 */
function looksLikeLines(window: Window, scanner: ValueScanner, isAlone: boolean): boolean | undefined {
  if (!scanner.done) {
    window.at = scanner.scan(window.bytes, window.at, window.end);
    if (scanner.lines > 0 || window.at - window.start > LONGEST_VALUE) return false;
    if (!scanner.done) return window.final ? false : undefined;
  }
  let isBelow = false;
  for (let at = window.at; at < window.end; at += 1) {
    const byte = window.bytes[at]!;
    if (byte === LINE_FEED) isBelow = true;
    else if (byte > 32) return isBelow;
  }
  return window.final || window.end - window.start > LONGEST_VALUE ? isAlone : undefined;
}
