import { RollcallError } from '../../../src/model/index.ts';
import type { CsvEncoding, CsvOptions } from '../../../src/model/index.ts';
import { Decoder, markedEncoding, UndecodableError } from '../decode.ts';
import type { Encoding } from '../decode.ts';
import { checkDialect, detectDelimiter } from './dialect.ts';
import type { Dialect } from './dialect.ts';
import { LONGEST_ROW, RowScanner } from './rows.ts';
import type { Row } from './rows.ts';

/** From the bytes of a file to its rows. Use it as `RowScanner`: push a chunk, take rows until there is none. */
export class RowReader {
  readonly #options: CsvOptions;
  readonly #encoding: Encoding;
  readonly #decoder: Decoder;
  #dialect: Dialect | undefined;
  #scanner: RowScanner | undefined;
  /** What came before the delimiter was known. */
  #undecided = '';

  /** `head` is the beginning of the file, long enough for a byte order mark: three bytes. */
  constructor(options: CsvOptions, head: Uint8Array) {
    checkDialect(options.delimiter, options.quote, options.path);
    this.#options = options;
    this.#encoding = settleEncoding(options.encoding, head, options.path);
    this.#decoder = new Decoder(this.#encoding);
  }

  /** Known with the first row. */
  get dialect(): Dialect {
    return this.#dialect ?? { delimiter: ',', quote: this.#options.quote };
  }

  /** Whether the last row ended with the end of a line. */
  get terminated(): boolean {
    return this.#scanner?.terminated ?? true;
  }

  push(chunk: Buffer, final: boolean): void {
    const text = this.#decode(chunk, final);
    if (this.#scanner) this.#scanner.feed(text, final);
    else this.#begin(this.#undecided + text, final);
  }

  next(): Row | undefined {
    return this.#scanner?.next();
  }

  #begin(text: string, final: boolean): void {
    const { delimiter: declared, quote, path } = this.#options;
    // A first line beyond the longest row is refused by the scanner, whatever its delimiter is.
    const enough = final || text.length > LONGEST_ROW + 2;
    const delimiter = declared === 'auto' ? detectDelimiter(text, quote, enough, path) : declared;
    this.#undecided = text;
    if (delimiter === undefined) return;
    this.#undecided = '';
    this.#dialect = { delimiter, quote };
    this.#scanner = new RowScanner(this.#dialect, path);
    this.#scanner.feed(text, final);
  }

  #decode(chunk: Buffer, final: boolean): string {
    try {
      return this.#decoder.decode(chunk, final);
    } catch (error) {
      if (error instanceof UndecodableError) throw this.#undecodable(error);
      throw error;
    }
  }

  #undecodable(error: UndecodableError): RollcallError {
    const { path } = this.#options;
    const scanner = this.#scanner ?? new RowScanner(this.dialect, path);
    const problem = {
      message: `the byte at offset ${error.offset} is not ${this.#encoding} text`,
      locus: { file: path, line: scanner.lineAfter(this.#undecided + error.textBefore) },
      hint:
        this.#encoding === 'utf-8'
          ? 'if the file comes from a Windows program, `encoding: windows-1252` might be meant'
          : '`encoding` in the configuration may name another encoding than the file is in',
    };
    return new RollcallError('source', problem, { cause: error });
  }
}

function settleEncoding(declared: CsvEncoding, head: Uint8Array, file: string): Encoding {
  const marked = markedEncoding(head);
  if (declared === 'auto') return marked ?? 'utf-8';
  if (marked === undefined || marked === declared) return declared;
  throw new RollcallError('source', {
    message: `the file begins with the byte order mark of ${marked}, and the configuration says ${declared}`,
    locus: { file, line: 1 },
    hint: `say \`encoding: ${marked}\`, or leave it out`,
  });
}
