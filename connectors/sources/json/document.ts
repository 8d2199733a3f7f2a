import type { Locus } from '../../../src/model/index.ts';
import { behindTheEnd, complaint, misplaced, noList, notJson, tooLong } from './complaint.ts';
import { findFault } from './fault.ts';
import type { Expected } from './fault.ts';
import { ASIDE, frame, locationOf, matchedInside, note, requireFound, requireWayIntoList } from './frame.ts';
import type { Frame } from './frame.ts';
import { quoted } from './record.ts';
import { DEEPEST, LONGEST_VALUE, slice } from './slice.ts';
import type { Place, Slice } from './slice.ts';
import { canBeginValue, ValueScanner } from './value.ts';
import type { Window } from './window.ts';

const COMMA = 44;
const COLON = 58;
const QUOTE = 34;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
/** So much is awaited behind a fault that it can be named: the words for it do not depend on the chunks. */
const ENOUGH_TO_NAME = 16;

/** What a value is that is read whole. */
type Reading = 'record' | 'name' | 'value beside';
type State = Expected | 'the end';

export interface Lookout {
  /** Where the records are. */
  readonly pointer: readonly string[];
  /** Pointers to single values that are wanted as well. */
  readonly values: readonly string[];
  /** One of those: where it stands, the list of records may be left out of the document. */
  readonly sign?: string | undefined;
  /** Where the document is an object and no list, it is a record. */
  readonly isRecord?: boolean;
}

/**
 * Walks one JSON document (RFC 8259), and gives the elements of the list at a pointer. What is around them is read
 * strictly. A record that is not JSON is given as it is, as long as its end can be told: it is for the record to say.
 *
 * Use: push bytes into the window, call `next` until it gives nothing, push more. At the end, `cut` says why it is none.
 */
export class DocumentReader {
  /** The values at the pointers that were wanted, as far as they were there. Of an object or a list only that it is. */
  readonly values = new Map<string, unknown>();
  readonly #window: Window;
  readonly #lookout: Lookout;
  readonly #file: string;
  readonly #scanner = new ValueScanner();
  readonly #frames: Frame[] = [];
  #state: State = 'a value';
  /** Whether the object or the list has only just begun, so that it may end. */
  #mayClose = false;
  #afterComma = false;
  #reading: Reading = 'record';
  #place: Place = { line: 1, column: 1 };

  constructor(window: Window, lookout: Lookout, file: string) {
    this.#window = window;
    this.#lookout = lookout;
    this.#file = file;
  }

  /** The next record that is whole, or `undefined` where more bytes are needed. */
  next(): Slice | undefined {
    for (;;) {
      if (!this.#scanner.done) {
        const value = this.#scan();
        if (value === undefined) return undefined;
        if (this.#reading === 'record') return value;
        this.#takeIn(value);
        continue;
      }
      const byte = this.#window.skipSpace();
      if (byte === undefined || !this.#step(byte)) return undefined;
    }
  }

  /** To be called when all bytes are in and `next` gives nothing: why the document is not whole, if so. */
  cut(): string | undefined {
    if (this.#state === 'the end') return undefined;
    if (!this.#scanner.done) {
      this.#explain(this.#window.end);
      const { line } = this.#place;
      if (this.#reading === 'record')
        return `the file ends inside the record that begins on line ${line}: it looks cut`;
    }
    const last = this.#frames.at(-1);
    const what = last?.isList === true && last.isTarget ? 'list of records' : 'document';
    return `the file ends before the ${what} does: it looks cut`;
  }

  /** Reads on in the value that was begun. */
  #scan(): Slice | undefined {
    const window = this.#window;
    const scanner = this.#scanner;
    const end = scanner.scan(window.bytes, window.at, window.end);
    window.passLines(scanner.lines, scanner.lastLine);
    window.at = end;
    if (end - window.start > LONGEST_VALUE) {
      this.#explain(window.start + LONGEST_VALUE);
      throw tooLong(this.#reading, this.#file, this.#place);
    }
    if (!scanner.done && !(window.final && scanner.isScalar && this.#frames.length === 0)) return undefined;
    scanner.done = true;
    const value = slice(window, end, this.#place, scanner);
    this.#state = this.#reading === 'name' ? 'a colon' : this.#frames.length === 0 ? 'the end' : NEXT;
    return value;
  }

  #begin(reading: Reading, first: number): boolean {
    const window = this.#window;
    this.#reading = reading;
    this.#place = { line: window.line, column: window.column(window.at) };
    this.#mayClose = false;
    this.#afterComma = false;
    this.#scanner.begin(first);
    return true;
  }

  /** Takes one step at a byte that is no white space; false where more bytes are needed. */
  #step(byte: number): boolean {
    const parent = this.#frames.at(-1);
    if (parent !== undefined && byte === (parent.isList ? CLOSE_LIST : CLOSE_OBJECT)) {
      if (this.#state === NEXT || this.#mayClose) return this.#close(parent);
    } else if (this.#state === NEXT && byte === COMMA && parent !== undefined) {
      if (typeof parent.key === 'number') parent.key += 1;
      return this.#pass(parent.isList ? 'a value' : NAME, true);
    } else if (this.#state === 'a colon' && byte === COLON) return this.#pass('a value', false);
    else if (this.#state === NAME && byte === QUOTE) return this.#begin('name', byte);
    else if (this.#state === 'a value' && canBeginValue(byte)) return this.#enter(byte, parent);
    return this.#fault();
  }

  #pass(state: State, afterComma: boolean): true {
    this.#state = state;
    this.#afterComma = afterComma;
    this.#window.at += 1;
    this.#window.start = this.#window.at;
    return true;
  }

  /** A value begins: an element of the list, something on the way to it, or something beside it. */
  #enter(byte: number, parent: Frame | undefined): boolean {
    const isWhole = parent === undefined && byte === OPEN_OBJECT && this.#lookout.isRecord === true;
    if (isWhole || (parent?.isList && parent.isTarget)) return this.#begin('record', byte);
    if (parent?.isList && parent.matched === ASIDE) return this.#begin('value beside', byte);
    const { pointer, values } = this.#lookout;
    const { line } = this.#window;
    const matched = matchedInside(parent, pointer);
    const opens = byte === OPEN_OBJECT || byte === OPEN_LIST;
    if (parent !== undefined && matched !== ASIDE) this.#noteFound(parent);
    if (!opens) return this.#begin('value beside', byte);
    if (values.length > 0) this.#noteValue(byte === OPEN_LIST ? [] : {});
    const location = locationOf(this.#frames);
    const isList = byte === OPEN_LIST;
    if (isList) {
      if (parent !== undefined && typeof parent.key === 'string') note(parent.lists, parent.key);
      requireWayIntoList(matched, location, pointer, this.#file, line);
    }
    if (this.#frames.length === DEEPEST) {
      throw complaint(TOO_DEEP, this.#here(), 'this is no list of people');
    }
    this.#frames.push(frame(isList, matched, pointer, line));
    this.#mayClose = true;
    this.#pass(isList ? 'a value' : NAME, false);
    return true;
  }

  #close(closed: Frame): true {
    this.#frames.pop();
    const { pointer, sign } = this.#lookout;
    if (closed.matched !== 0 || sign === undefined || !this.values.has(sign))
      requireFound(closed, locationOf(this.#frames), pointer, this.#file);
    this.#mayClose = false;
    return this.#pass(this.#frames.length === 0 ? 'the end' : NEXT, false);
  }

  /** A name, or a value that is no record. */
  #takeIn(value: Slice): void {
    let parsed: unknown;
    try {
      if (value.raw !== undefined) throw new SyntaxError('not UTF-8');
      parsed = JSON.parse(value.text);
    } catch (error) {
      throw notJson(value, this.#file, error);
    }
    const parent = this.#frames.at(-1);
    if (this.#reading === 'name') {
      parent!.key = parsed as string;
      if (parent!.matched !== ASIDE) note(parent!.names, parent!.key);
      return;
    }
    const isElementBeside = parent?.isList === true && parent.matched === ASIDE;
    if (isElementBeside) return;
    if (matchedInside(parent, this.#lookout.pointer) !== ASIDE)
      throw noList(parsed, locationOf(this.#frames), this.#file, value.line);
    this.#noteValue(parsed);
  }

  #noteFound(parent: Frame): void {
    if (parent.found && !parent.isList) {
      const message = `the name ${quoted(String(parent.key))} stands more than once in one object`;
      throw complaint(message, this.#here(), UNDECIDED);
    }
    parent.found = true;
  }

  #noteValue(value: unknown): void {
    const location = locationOf(this.#frames);
    if (!this.#lookout.values.includes(location)) return;
    if (this.values.has(location))
      throw complaint(`${location} stands more than once`, this.#here(), UNDECIDED);
    this.values.set(location, value);
  }

  /** Throws, or waits until there are enough bytes to say what is wrong. */
  #fault(): boolean {
    const { bytes, at, end, final, line } = this.#window;
    const enough = at + ENOUGH_TO_NAME;
    if (end < enough && !final) return false;
    const locus = { file: this.#file, line, column: this.#window.column(at) };
    if (this.#state === 'the end') throw behindTheEnd(locus);
    throw misplaced(bytes.toString('utf8', at, Math.min(end, enough)), this.#state, this.#afterComma, locus);
  }

  /** Throws where a value that does not end has a fault that says why. */
  #explain(end: number): void {
    const value = slice(this.#window, Math.min(end, this.#window.end), this.#place, this.#scanner);
    if (findFault(value.text) !== undefined) throw notJson(value, this.#file);
  }

  #here(): Locus {
    return { file: this.#file, line: this.#window.line };
  }
}

const TOO_DEEP = `objects and lists are nested more than ${DEEPEST} deep`;
const UNDECIDED = 'nobody can tell which of the two is meant: correct the export';
const NEXT = 'a comma or the closing bracket';
const NAME = 'a name in double quotes';
