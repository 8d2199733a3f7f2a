import { SparedValue, TOO_LONG } from './spared.ts';
import type { Spared } from './spared.ts';
import type { Comment, Paragraph } from './paragraph.ts';
import { LONG_VALUE, LONGEST_VALUE } from './value.ts';

/** In characters. More than this of one entry is not kept. */
const LONGEST_ENTRY = 64 * 1024 * 1024;
/** Enough of a comment for what is understood in it. */
const COMMENT = 1024;
/** In characters: `LONGEST_VALUE` as base64, and a name before it. */
const LONGEST_LINE = Math.ceil(LONGEST_VALUE / 3) * 4 + COMMENT;
/** In characters: enough to be sure that a value is long, even as base64. */
const CERTAINLY_LONG = 2 * LONG_VALUE;

type Content = Pick<Paragraph, 'line' | 'text'> &
  Required<Pick<Paragraph, 'lines' | 'spared' | 'isTooLarge'>>;

/**
 * A paragraph of which not all is kept: comments are cut off, and of a long value that nobody reads remains a digest.
 * What is in memory is what is kept, whatever the file holds.
 */
export class LongParagraph {
  readonly #isRead: (name: string) => boolean;
  readonly #texts: string[] = [];
  readonly #lines: number[] = [];
  readonly #spared = new Map<number, Spared>();
  #kept = 0;
  #line: number;
  /** The line that is being read, as pieces; where it began; and what has become of it. */
  #pieces: string[] = [];
  #length = 0;
  #begun = 0;
  #value: SparedValue | undefined;
  #isComment = false;
  /** The length at which it must be asked whether the line is kept. */
  #limit = CERTAINLY_LONG;

  constructor(isRead: (name: string) => boolean, line: number) {
    this.#isRead = isRead;
    this.#line = line;
  }

  /** A piece of a physical line, without its end; `begins`: its first. */
  add(piece: string, begins: boolean): void {
    const folded = begins && piece.startsWith(' ') && this.#begun > 0;
    if (begins && !folded) {
      this.#close();
      this.#begun = this.#line;
      this.#isComment = piece.startsWith('#');
    }
    const text = folded ? piece.slice(1) : piece;
    const room = COMMENT - this.#length;
    this.#length += text.length;
    if (this.#value !== undefined) return this.#value.add(text);
    if (!this.#isComment) this.#pieces.push(text);
    else if (room > 0) this.#pieces.push(text.slice(0, room));
    if (this.#length > this.#limit && !this.#isComment) this.#spare();
  }

  endLine(): void {
    this.#line += 1;
  }

  finish(): Content & { readonly comments: readonly Comment[] } {
    this.#close();
    const first = this.#texts.findIndex((text) => !text.startsWith('#'));
    const head = first === -1 ? this.#texts.length : first;
    const comments = this.#texts
      .slice(0, head)
      .map((text, index) => ({ line: this.#lines[index] ?? this.#line, text }));
    return {
      comments,
      line: this.#lines[head] ?? this.#line,
      text: this.#texts.slice(head).join('\n'),
      lines: this.#lines.slice(head),
      isTooLarge: this.#kept > LONGEST_ENTRY,
      spared: new Map([...this.#spared].map(([index, spared]) => [index - head, spared])),
    };
  }

  /** Turns the line that is being read into a digest, or into a fault, if it is longer than it may be. */
  #spare(): void {
    const line = this.#pieces.length === 1 ? (this.#pieces[0] ?? '') : this.#pieces.join('');
    this.#pieces = [line];
    const value = SparedValue.begin(line);
    const isRead = value === undefined || this.#isRead(value.name);
    this.#limit = LONGEST_LINE;
    if (isRead && this.#length <= LONGEST_LINE) return;
    this.#value = value ?? SparedValue.nameless(line.slice(0, COMMENT));
    if (isRead) this.#value.refuse(TOO_LONG);
    this.#pieces = [];
  }

  #close(): void {
    if (this.#begun === 0) return;
    if (this.#value === undefined && this.#length > LONG_VALUE && !this.#isComment) this.#judge();
    const index = this.#texts.length;
    const text = this.#value === undefined ? this.#pieces.join('') : this.#value.head;
    this.#kept += text.length;
    if (this.#kept <= LONGEST_ENTRY) {
      if (this.#value !== undefined && this.#value.name !== '') this.#spared.set(index, this.#value.finish());
      this.#texts.push(text);
      this.#lines.push(this.#begun);
    }
    this.#pieces = [];
    this.#length = 0;
    this.#begun = 0;
    this.#value = undefined;
    this.#limit = CERTAINLY_LONG;
  }

  /** A whole line that may be long: whether its value is, is known when it is decoded. */
  #judge(): void {
    const line = this.#pieces.join('');
    this.#pieces = [line];
    const value = SparedValue.begin(line);
    if (value === undefined) return;
    const spared = value.finish();
    const isRead = this.#isRead(value.name);
    if (spared.bytes > (isRead ? LONGEST_VALUE : LONG_VALUE)) {
      this.#value = SparedValue.begin(line);
      if (isRead) this.#value?.refuse(TOO_LONG);
    }
  }
}
