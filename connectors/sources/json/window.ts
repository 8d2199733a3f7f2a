const LINE_FEED = 10;

/**
 * The bytes of a file that are being looked at: from the beginning of what is not whole yet to the last that came.
 * Chunks are copied into one piece of memory, which grows only where a single value needs it.
 */
export class Window {
  bytes: Buffer = Buffer.alloc(0);
  /** What stands before this may be forgotten. */
  start = 0;
  /** What is looked at next. */
  at = 0;
  /** Behind the last byte. */
  end = 0;
  /** Whether no more bytes will come. */
  final = false;
  /** The physical line of `at`, from 1. */
  line = 1;
  /** Byte of the file at which that line begins. */
  #lineStart = 0;
  /** Byte of the file that stands first in `bytes`. */
  #offset = 0;

  push(chunk: Buffer, final: boolean): void {
    if (this.end + chunk.length > this.bytes.length) this.#makeRoom(chunk.length);
    chunk.copy(this.bytes, this.end);
    this.end += chunk.length;
    this.final = final;
  }

  #makeRoom(needed: number): void {
    const kept = this.end - this.start;
    const room = kept + needed <= this.bytes.length / 2 ? this.bytes : Buffer.alloc(2 * (kept + needed));
    this.bytes.copy(room, 0, this.start, this.end);
    this.bytes = room;
    this.#offset += this.start;
    this.at -= this.start;
    this.end = kept;
    this.start = 0;
  }

  /** In bytes from the beginning of the line, from 1. */
  column(at: number): number {
    return this.#offset + at - this.#lineStart + 1;
  }

  /** Takes note of ends of lines that were passed; `last` is where the last of them stands. */
  passLines(count: number, last: number): void {
    if (count === 0) return;
    this.line += count;
    this.#lineStart = this.#offset + last + 1;
  }

  /** Goes to the next byte that is no white space (RFC 8259 §2), and forgets what is before it. */
  skipSpace(): number | undefined {
    const { bytes, end } = this;
    let at = this.at;
    let byte: number | undefined;
    for (; at < end; at += 1) {
      byte = bytes[at]!;
      if (byte > 32) break;
      if (byte === LINE_FEED) this.passLines(1, at);
      else if (byte !== 32 && byte !== 9 && byte !== 13) break;
    }
    this.at = at;
    this.start = at;
    return at < end ? byte : undefined;
  }

  /** To be given to `rewind`, as long as `start` stays where it is. */
  mark(): Mark {
    return { line: this.line, lineStart: this.#lineStart };
  }

  /** Back to `start`, where the mark was set. */
  rewind({ line, lineStart }: Mark): void {
    this.at = this.start;
    this.line = line;
    this.#lineStart = lineStart;
  }
}

export interface Mark {
  readonly line: number;
  readonly lineStart: number;
}
