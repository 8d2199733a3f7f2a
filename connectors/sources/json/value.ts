const LINE_FEED = 10;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * Finds the end of one value, in whatever pieces its bytes come, and counts what is in it. It looks at strings and
 * brackets only: whether the value is JSON is for `JSON.parse` to say, which needs to know where to stop.
 *
 * A string that is not closed ends with its line, as no line break may stand in it: so one missing quote spoils one
 * record and not, where each record has lines of its own, the rest of the file.
 */
export class ValueScanner {
  /** Whether the end was found. */
  done = true;
  /** Names with a value, in all objects of the value. */
  members = 0;
  /** How deep objects and lists are nested in it. */
  deepest = 0;
  /** Ends of lines that the last piece had, and where the last of them stands. */
  lines = 0;
  lastLine = 0;
  #depth = 0;
  #inString = false;
  #isScalar = false;

  /** `first`: the byte with which the value begins. */
  begin(first: number): void {
    this.done = false;
    this.members = 0;
    this.deepest = 0;
    this.#depth = 0;
    this.#inString = false;
    this.#isScalar = first !== QUOTE && !isBracket(first);
  }

  /** Whether the value is a number or a word, which is over where the bytes are. */
  get isScalar(): boolean {
    return this.#isScalar;
  }

  /** Whether a bracket or a quote waits for its other half. */
  get isOpen(): boolean {
    return this.#depth > 0 || this.#inString;
  }

  /** How far it came: behind the value if it is `done`. That may be one byte beyond `to`, after a backslash. */
  scan(bytes: Uint8Array, from: number, to: number): number {
    this.lines = 0;
    if (this.#isScalar) return this.#scanScalar(bytes, from, to);
    // Nearly all bytes of a file pass here. Everything is a variable of this one function, which makes it twice as fast.
    let inString = this.#inString;
    let depth = this.#depth;
    let deepest = this.deepest;
    let members = this.members;
    let at = from;
    while (at < to) {
      if (!inString) {
        const byte = bytes[at++]!;
        if (byte !== QUOTE) {
          if (byte === COLON) members += 1;
          else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
            depth += 1;
            if (depth > deepest) deepest = depth;
          } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
            depth -= 1;
            if (depth <= 0) break;
          } else if (byte === LINE_FEED) this.#passLine(at - 1);
          continue;
        }
        inString = true;
      }
      while (at < to) {
        const byte = bytes[at++]!;
        if (byte === QUOTE || byte === LINE_FEED) {
          inString = false;
          if (byte === LINE_FEED) this.#passLine(at - 1);
          break;
        }
        if (byte === BACKSLASH) at += 1;
      }
      if (depth === 0 && !inString) break;
    }
    this.#inString = inString;
    this.#depth = depth;
    this.deepest = deepest;
    this.members = members;
    this.done = depth <= 0 && !inString && at > from;
    return at;
  }

  #passLine(at: number): void {
    this.lines += 1;
    this.lastLine = at;
  }

  #scanScalar(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && !endsScalar(bytes[at]!)) at += 1;
    this.done = at < to;
    return at;
  }
}

/** White space, a sign, or the beginning of something else. */
function endsScalar(byte: number): boolean {
  return byte <= 32 || byte === COMMA || byte === COLON || byte === QUOTE || isBracket(byte);
}

function isBracket(byte: number): boolean {
  return byte === OPEN_OBJECT || byte === OPEN_LIST || byte === CLOSE_OBJECT || byte === CLOSE_LIST;
}

const BEGINS = Buffer.from('{["-0123456789tfn');

/** A bracket, a quote, a digit, a minus, or the first letter of true, false and null. */
export function canBeginValue(byte: number): boolean {
  return BEGINS.includes(byte);
}
