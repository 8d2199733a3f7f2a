import type { CsvEncoding } from '../../src/model/index.ts';

/** The encodings that a file can be in, once `auto` is settled. */
export type Encoding = Exclude<CsvEncoding, 'auto'>;

/** Bytes that are no text in the encoding. */
export class UndecodableError extends Error {
  /** Byte in the file, from 0. */
  readonly offset: number;
  /** The text between the last whole chunk and that byte. */
  readonly textBefore: string;

  constructor(offset: number, textBefore: string) {
    super(`byte ${offset} is not text`);
    this.name = 'UndecodableError';
    this.offset = offset;
    this.textBefore = textBefore;
  }
}

const BYTE_ORDER_MARKS: readonly { readonly encoding: Encoding; readonly bytes: readonly number[] }[] = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
];

/** The encoding that a byte order mark at the start of a file names (Unicode, chapter 23.8). */
export function markedEncoding(head: Uint8Array): Encoding | undefined {
  return BYTE_ORDER_MARKS.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte))?.encoding;
}

interface Codec {
  /** Throws where the bytes are not text. */
  readonly decode: (bytes: Buffer) => string;
  /** How many of the bytes are whole characters: what a chunk border cut is left for the next chunk. */
  readonly whole: (bytes: Buffer) => number;
}

const everything = (bytes: Buffer) => bytes.length;

const CODECS: Readonly<Record<Encoding, () => Codec>> = {
  'utf-8': () => unicode('utf-8', wholeUtf8),
  'utf-16le': () => unicode('utf-16le', (bytes) => wholeUtf16(bytes, 1)),
  'utf-16be': () => unicode('utf-16be', (bytes) => wholeUtf16(bytes, 0)),
  latin1: () => ({ decode: (bytes) => bytes.toString('latin1'), whole: everything }),
  'windows-1252': () => ({ decode: decodeWindows1252, whole: everything }),
};

/** Turns the chunks of a file into text, without its byte order mark. It never guesses: what is not text throws. */
export class Decoder {
  readonly #codec: Codec;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes that were decoded before `#rest`. */
  #offset = 0;
  #begun = false;

  constructor(encoding: Encoding) {
    this.#codec = CODECS[encoding]();
  }

  /** Throws `UndecodableError`. `final` says that no more bytes follow, so that a cut character is an error. */
  decode(chunk: Buffer, final: boolean): string {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const length = final ? bytes.length : this.#codec.whole(bytes);
    const text = this.#text(bytes.subarray(0, length));
    // A copy, because the memory of a chunk is written again.
    this.#rest = Buffer.from(bytes.subarray(length));
    this.#offset += length;
    return this.#unmarked(text);
  }

  #text(bytes: Buffer): string {
    try {
      return this.#codec.decode(bytes);
    } catch {
      const good = decodableLength(this.#codec, bytes);
      const before = this.#unmarked(this.#codec.decode(bytes.subarray(0, good)));
      throw new UndecodableError(this.#offset + good, before);
    }
  }

  #unmarked(text: string): string {
    if (this.#begun || text === '') return text;
    this.#begun = true;
    return text.startsWith('\ufeff') ? text.slice(1) : text;
  }
}

/** The longest beginning that is text, found by halving. */
function decodableLength(codec: Codec, bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const beginning = bytes.subarray(0, middle);
    if (decodes(codec, beginning.subarray(0, codec.whole(beginning)))) good = middle;
    else bad = middle;
  }
  return codec.whole(bytes.subarray(0, good));
}

function decodes(codec: Codec, bytes: Buffer): boolean {
  try {
    codec.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function unicode(label: 'utf-8' | 'utf-16le' | 'utf-16be', whole: Codec['whole']): Codec {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  return { decode: (bytes) => decoder.decode(bytes), whole };
}

/** The last character of a UTF-8 chunk begins at most three bytes before its end (RFC 3629 §3). */
function wholeUtf8(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

/** UTF-16 comes in pairs of bytes, and a character beyond the first plane in two pairs (RFC 2781 §2.1). */
function wholeUtf16(bytes: Buffer, highByte: 0 | 1): number {
  const even = bytes.length - (bytes.length % 2);
  const high = even > 0 ? (bytes[even - 2 + highByte] ?? 0) : 0;
  return high >= 0xd8 && high <= 0xdb ? even - 2 : even;
}

/**
 * What Windows-1252 has in the place of ISO-8859-1's control characters 80–9F, in their order; `\0` where it has
 * nothing (https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT). Written out, because
 * TextDecoder lets the five bytes that have no character through, and some versions of Node confuse the encoding
 * with Latin-1 (nodejs/node issue 56542).
 */
const WINDOWS_1252 = '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ';

function decodeWindows1252(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (control) => {
    const character = WINDOWS_1252.charAt(control.charCodeAt(0) - 0x80);
    if (character === '\0') throw new RangeError('not a character of Windows-1252');
    return character;
  });
}
