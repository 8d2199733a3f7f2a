import { isAscii } from 'node:buffer';
import { isTelling } from './ldapsearch.ts';
import { LongParagraph } from './long.ts';
import { Look } from './plain.ts';
import { LONG_VALUE } from './value.ts';
import type { Paragraph, Comment } from './paragraph.ts';

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const LINE_FEED = 10;
const SPACE = 32;
const HASH = 35;
/** How much of a line that goes on beyond a chunk is passed on at once. */
const PIECE = 16 * 1024;
const OTHER_THAN_ASCII = /[^\0-\x7f]/;
const UNCLEAN = /[\0\r]/;

/**
 * Cuts the bytes of an LDIF file into paragraphs, whatever chunks they come in. CRLF and LF end a line (RFC 2849's SEP).
 * Use: `feed` a chunk, call `next` until it gives nothing, feed the next one. What is not a whole paragraph is kept;
 * one that is long goes into a `LongParagraph`, which keeps the memory bounded.
 */
export class ParagraphCutter {
  readonly #isRead: (name: string) => boolean;
  readonly #look = new Look();
  #text = '';
  #position = 0;
  #line = 1;
  #final = false;
  #held = '';
  /** The first bytes, until there are enough for a byte order mark. */
  #head: Buffer | undefined = Buffer.alloc(0);
  /** Of all that is in `#text`: nothing but ASCII; and neither NUL nor a carriage return. */
  #ascii = true;
  #clean = true;
  #terminated = true;
  #long: LongParagraph | undefined;
  #inLine = false;
  #comments: Comment[] = [];
  #blank = true;

  /** `isRead`: whether somebody reads this attribute, so that its values are kept. */
  constructor(isRead: (name: string) => boolean) {
    this.#isRead = isRead;
  }

  /** Whether the last line ended with the end of a line. */
  get terminated(): boolean {
    return this.#terminated;
  }

  /** Whether there was nothing but blank lines. */
  get isBlank(): boolean {
    return this.#blank;
  }

  /** The physical line after what was taken. */
  get line(): number {
    return this.#line;
  }

  /** The comments that tell something, of those that stood before the paragraph which came last. */
  takeComments(): readonly Comment[] {
    const comments = this.#comments;
    if (comments.length > 0) this.#comments = [];
    return comments;
  }

  /** `final` says that no more bytes follow. */
  feed(bytes: Buffer, final: boolean): void {
    const chunk = this.#head === undefined ? bytes : this.#begin(bytes, final);
    if (chunk === undefined) return;
    let fresh = this.#held + chunk.toString('latin1');
    this.#held = '';
    if (fresh.endsWith('\r') && !final) {
      this.#held = '\r';
      fresh = fresh.slice(0, -1);
    }
    const nul = chunk.includes(0);
    const returns = fresh.includes('\r');
    if (returns) fresh = fresh.replaceAll('\r\n', '\n');
    const rest = this.#text.slice(this.#position);
    this.#ascii = isAscii(chunk) && (this.#ascii || !OTHER_THAN_ASCII.test(rest));
    this.#clean = !nul && !(returns && fresh.includes('\r')) && (this.#clean || !UNCLEAN.test(rest));
    if (fresh !== '') this.#terminated = fresh.endsWith('\n');
    if (this.#held !== '') this.#terminated = false;
    this.#text = rest + fresh;
    this.#position = 0;
    this.#final = final;
  }

  /** Passes over a byte order mark; `undefined` where too few bytes are there to tell. */
  #begin(bytes: Buffer, final: boolean): Buffer | undefined {
    const head = Buffer.concat([this.#head!, bytes]);
    const { length } = BYTE_ORDER_MARK;
    const isEnough = final || head.length >= length;
    this.#head = isEnough ? undefined : head;
    if (!isEnough) return undefined;
    return head.subarray(0, length).equals(BYTE_ORDER_MARK) ? head.subarray(length) : head;
  }

  /** The next paragraph that is whole, or `undefined` where more is needed. */
  next(): Paragraph | undefined {
    while (this.#long === undefined) {
      this.#skipBlankLines();
      const start = this.#position;
      if (start >= this.#text.length) return undefined;
      this.#blank = false;
      if (this.#text.charCodeAt(start) === HASH && this.#takeComment()) continue;
      const isComment = this.#text.charCodeAt(start) === HASH;
      if (!isComment && this.#look.over(this.#text, start)) {
        const { end } = this.#look;
        if (end - start <= LONG_VALUE) return this.#whole(start, end);
      } else if (!this.#final && this.#text.length - start <= LONG_VALUE) return undefined;
      this.#long = new LongParagraph(this.#isRead, this.#line);
      this.#inLine = false;
    }
    return this.#gather(this.#long);
  }

  #skipBlankLines(): void {
    while (this.#text.charCodeAt(this.#position) === LINE_FEED) {
      this.#position += 1;
      this.#line += 1;
    }
  }

  /** Takes a comment with the lines that it is folded into. False where it does not end in the text, or is long. */
  #takeComment(): boolean {
    const text = this.#text;
    const start = this.#position;
    let end = start;
    let lines = 0;
    do {
      end = text.indexOf('\n', end) + 1;
      lines += 1;
      if (end === 0 || (end === text.length && !this.#final) || end - start > LONG_VALUE) return false;
    } while (text.charCodeAt(end) === SPACE);
    if (isTelling(text, start))
      this.#comments.push({ line: this.#line, text: text.slice(start, end - 1).replaceAll('\n ', '') });
    this.#position = end;
    this.#line += lines;
    return true;
  }

  #whole(start: number, end: number): Paragraph {
    const look = this.#look;
    const text = this.#text.slice(start, end);
    const ascii = this.#ascii || !OTHER_THAN_ASCII.test(text);
    const isPlain = look.isPlain && ascii && this.#clean;
    const plain = !isPlain ? undefined : look.folds === 0 ? text : text.replaceAll('\n ', '');
    const line = this.#line;
    this.#position = end + 1;
    this.#line += look.lines;
    return {
      line,
      text,
      isAscii: ascii,
      plain,
      encoded: look.encoded,
      end: 'blank',
    };
  }

  /** Passes on what there is of a long paragraph, line by line, and of a long line piece by piece. */
  #gather(long: LongParagraph): Paragraph | undefined {
    const text = this.#text;
    for (;;) {
      const end = text.indexOf('\n', this.#position);
      const rest = text.length - this.#position;
      if (end === -1 && !this.#final && rest <= PIECE) return undefined;
      const piece = text.slice(this.#position, end === -1 ? undefined : end);
      if (end !== -1 && piece === '' && !this.#inLine) return this.#finish(long, 'blank');
      if (piece !== '') long.add(piece, !this.#inLine);
      this.#inLine = end === -1;
      if (end === -1) {
        this.#position = text.length;
        return this.#final
          ? this.#finish(long, rest > 0 || !this.#terminated ? 'nothing' : 'line')
          : undefined;
      }
      this.#position = end + 1;
      this.#line += 1;
      long.endLine();
    }
  }

  #finish(long: LongParagraph, end: Paragraph['end']): Paragraph | undefined {
    this.#long = undefined;
    this.#inLine = false;
    const { comments, ...content } = long.finish();
    this.#comments.push(...comments);
    if (content.text === '') return this.next();
    return {
      ...content,
      isAscii: !OTHER_THAN_ASCII.test(content.text),
      plain: undefined,
      encoded: undefined,
      end,
    };
  }
}
