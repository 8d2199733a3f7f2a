import { decode, written } from './value.ts';

const LINE_FEED = 10;
const SPACE = 32;
const COLON = 58;
const SLOTS = 8192;

/** 1 for what a name without options may begin with, 2 for what else may stand in it. */
const NAME_CHARACTERS = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[a-z0-9]/i.test(character) ? 1 : /[._-]/.test(character) ? 2 : 0;
});

/**
 * Most paragraphs of most exports are written in the very form that a record's text has: `name: value` on each line,
 * the values of one attribute together, no comments; at most folded. They are recognised here in one pass, and need
 * not be taken apart until somebody asks for a field. Where this says no, nothing is lost but time.
 */
export class Look {
  /** Where the paragraph ends: the position of the last line's end. */
  end = 0;
  /** How many lines it has. */
  lines = 0;
  isPlain = false;
  /** How many of them go on from the one above. */
  folds = 0;
  /** The colons whose values are base64, counted from the start of the unfolded paragraph. */
  encoded: number[] | undefined;
  /** By the hash of an attribute's name: the paragraph in which it was seen last. */
  readonly #seen = new Int32Array(SLOTS);
  #turn = 0;
  #start = 0;
  #previousHash = 0;
  #previousStart = 0;

  /** Looks over the paragraph that begins here. False where the text ends before it does. */
  over(text: string, start: number): boolean {
    this.#turn = (this.#turn + 1) | 0;
    this.#start = start;
    this.#previousHash = 0;
    this.encoded = undefined;
    this.folds = 0;
    let isPlain = text.startsWith('dn: ', start);
    let lines = 0;
    for (let position = start; ;) {
      const end = text.indexOf('\n', position);
      if (end === -1) return false;
      if (end === position) {
        this.end = position - 1;
        this.lines = lines;
        this.isPlain = isPlain;
        return true;
      }
      if (text.charCodeAt(position) === SPACE) this.folds += 1;
      else isPlain &&= this.#plainLine(text, position, lines - this.folds);
      lines += 1;
      position = end + 1;
    }
  }

  #plainLine(text: string, start: number, index: number): boolean {
    let hash = 7;
    let colon = start;
    for (; ; colon += 1) {
      const code = text.charCodeAt(colon);
      if (code === COLON) break;
      if (NAME_CHARACTERS[code] === 0) return false;
      // Letters alike, whatever their case.
      hash = (Math.imul(hash, 31) + (code | 32)) | 0;
    }
    if (NAME_CHARACTERS[text.charCodeAt(start)] !== 1) return false;
    let space = colon + 1;
    if (text.charCodeAt(space) === COLON) {
      (this.encoded ??= []).push(colon - this.#start - 2 * this.folds);
      space += 1;
    }
    if (text.charCodeAt(space) !== SPACE) return false;
    const first = text.charCodeAt(space + 1);
    if (first === SPACE || first === LINE_FEED) return false;
    if (index === 1 && isReserved(text, start, colon)) return false;
    if (hash === this.#previousHash) return sameName(text, this.#previousStart, start, colon);
    const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
    if (this.#seen[slot] === this.#turn) return false;
    this.#seen[slot] = this.#turn;
    this.#previousHash = hash;
    this.#previousStart = start;
    return true;
  }
}

/** What makes a change record of an entry, where it stands below the dn. */
function isReserved(text: string, start: number, colon: number): boolean {
  const length = colon - start;
  if (length !== 7 && length !== 10) return false;
  const name = text.slice(start, colon).toLowerCase();
  return name === 'control' || name === 'changetype';
}

/** Whether a name is spelled as the one before. */
function sameName(text: string, previous: number, start: number, colon: number): boolean {
  for (let at = start; at <= colon; at += 1)
    if (text.charCodeAt(at) !== text.charCodeAt(previous + at - start)) return false;
  return true;
}

/** The text of a plain paragraph's record: its own, with the values that base64 hides. `undefined` where one is bad. */
export function plainText(text: string, encoded: readonly number[] | undefined): string | undefined {
  if (encoded === undefined) return text;
  let result = '';
  let from = 0;
  for (const colon of encoded) {
    const found = text.indexOf('\n', colon);
    const end = found === -1 ? text.length : found;
    const value = decode(text.slice(colon + 3, end));
    if (value === undefined) return undefined;
    result += text.slice(from, colon) + written(value);
    from = end;
  }
  return result + text.slice(from);
}
