import { createHash } from 'node:crypto';
import { base64Bytes } from './value.ts';

/** What is left of a value that was not kept. */
export interface Spared {
  readonly name: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Why there is no value. */
  readonly fault?: string;
}

/** In characters, and a multiple of four: how much is decoded at once. */
const STEP = 16 * 1024;

/** A value that is read through to its end, and of which nothing but a digest stays. */
export class SparedValue {
  readonly name: string;
  /** What stays of its line. */
  readonly head: string;
  readonly #isBase64: boolean;
  readonly #hash = createHash('sha256');
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true });
  #bytes = 0;
  #fault: string | undefined;
  #waiting: string[] = [];
  #waitingLength = 0;

  private constructor(name: string, head: string, isBase64: boolean) {
    this.name = name;
    this.head = head;
    this.#isBase64 = isBase64;
  }

  /** Of a line as far as it is there, one character for each byte. `undefined` where it names no attribute. */
  static begin(line: string): SparedValue | undefined {
    const colon = line.indexOf(':');
    if (colon === -1) return undefined;
    const isBase64 = line[colon + 1] === ':';
    const value = new SparedValue(line.slice(0, colon), `${line.slice(0, colon)}:`, isBase64);
    if (line[colon + 1] === '<') value.refuse('the URL is too long');
    value.add(line.slice(colon + (isBase64 ? 2 : 1)));
    return value;
  }

  /** Of a line that is nothing but long. */
  static nameless(head: string): SparedValue {
    return new SparedValue('', head, false);
  }

  refuse(fault: string): void {
    this.#fault ??= fault;
  }

  add(piece: string): void {
    // Spaces behind the colon do not belong to the value (RFC 2849's FILL).
    const isFill = this.#bytes + this.#waitingLength === 0;
    const text = isFill && piece.startsWith(' ') ? piece.replace(/^ +/, '') : piece;
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    if (this.#waitingLength > STEP) this.#work(false);
  }

  finish(): Spared {
    this.#work(true);
    const sha256 = this.#hash.digest('hex');
    const rest = { name: this.name, bytes: this.#bytes, sha256 };
    return this.#fault === undefined ? rest : { ...rest, fault: this.#fault };
  }

  #work(final: boolean): void {
    const text = this.#waiting.join('');
    // The last four characters are for the end, because padding may stand only there.
    const ready = final ? text.length : (text.length - 1) & ~3;
    this.#waiting = [text.slice(ready)];
    this.#waitingLength = text.length - ready;
    const bytes = this.#isBase64
      ? this.#decode(text.slice(0, ready), final)
      : this.#check(text.slice(0, ready), final);
    this.#bytes += bytes.length;
    this.#hash.update(bytes);
  }

  #decode(text: string, final: boolean): Buffer {
    const bytes = !final && text.includes('=') ? undefined : base64Bytes(text);
    if (bytes === undefined) this.refuse(BAD_BASE64);
    return bytes ?? Buffer.from(text, 'base64');
  }

  #check(text: string, final: boolean): Buffer {
    const bytes = Buffer.from(text, 'latin1');
    if (/[\0\r]/.test(text)) this.refuse(BAD_CHARACTER);
    try {
      this.#utf8.decode(bytes, { stream: !final });
    } catch {
      this.refuse(BAD_UTF8);
    }
    return bytes;
  }
}

export const BAD_BASE64 = 'is not base64 (RFC 4648), or a part of it is missing';
export const BAD_CHARACTER = 'holds a NUL or a carriage return, which LDIF has only in base64';
export const BAD_UTF8 = 'holds bytes that are not UTF-8, which LDIF has only in base64';
export const TOO_LONG = 'is longer than 10 MB';
