/** Where a text stops being JSON, and what to do about it. */
export interface Fault {
  /** In characters from the beginning of the text. */
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

/** What may stand at a place, in words. */
export type Expected = 'a value' | 'a name in double quotes' | 'a colon' | 'a comma or the closing bracket';

const EXPORT_AGAIN = 'correct the export: every JSON library writes this in the right way';

const KNOWN: readonly { readonly looks: RegExp; readonly message: string; readonly hint: string }[] = [
  {
    looks: /^['‘’“”`]/,
    message: 'a quote that is not a double quote',
    hint: 'JSON puts names and text into straight double quotes; Python writes it with json.dumps, not with str',
  },
  { looks: /^(\/[/*]|#|<!--)/, message: 'a comment, and JSON has none', hint: 'remove it' },
  {
    looks: /^-?(NaN|Infinity)\b/i,
    message: 'a number that JSON does not have',
    hint: 'let the export write null in the place of NaN and Infinity',
  },
  {
    looks: /^(None|True|False|undefined|nil)\b/i,
    message: 'a word that JSON does not have',
    hint: 'JSON writes null, true and false, in small letters',
  },
];

/** What is wrong with a text at a place where something else should stand; `afterComma`: behind one that parts. */
export function unexpected(rest: string, expected: Expected, afterComma: boolean): Omit<Fault, 'offset'> {
  const known = KNOWN.find(({ looks }) => looks.test(rest));
  if (known) return known;
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  if (character === ',' && expected === 'a value')
    return { message: 'a comma with nothing before it', hint: 'remove the comma, or write the value' };
  if (afterComma && /[,\]}]/.test(character))
    return { message: 'a comma with nothing behind it', hint: 'remove the comma' };
  if (expected === 'a name in double quotes' && /[\w$]/.test(character))
    return { message: 'a name without quotes', hint: 'JSON puts every name into double quotes' };
  return { message: `${JSON.stringify(character)} where ${expected} should stand`, hint: EXPORT_AGAIN };
}

const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /^\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}|u[\dA-Fa-f]{0,3}$|$)/;

/** Reads a text strictly after RFC 8259, to tell where it goes wrong; `undefined` where it merely ends too soon. */
export function findFault(text: string): Fault | undefined {
  const closers: string[] = [];
  let expected: Expected = 'a value';
  /** What stood before, where it is a bracket that opens, a comma or a colon. */
  let before = '';
  for (let at = 0; ;) {
    at = skip(/[ \t\r\n]*/y, text, at);
    if (at === text.length) return undefined;
    const character = text[at]!;
    const closer = closers.at(-1);
    const isClose = character === closer && (expected === 'a comma or the closing bracket' || opens(before));
    const isOpen = expected === 'a value' && opens(character);
    const isSign = expected === SIGNS[character] && closer !== undefined;
    if (isClose) closers.pop();
    if (isOpen) closers.push(character === '{' ? '}' : ']');
    const end = isClose || isOpen || isSign ? at + 1 : endOfScalar(text, at, expected);
    if (typeof end !== 'number') return end;
    if (end === at) return faultAt(text, at, expected, closer, before === ',');
    const wasName = expected === 'a name in double quotes' && !isClose;
    before = isOpen || isSign ? character : '';
    at = end;
    if (wasName) expected = 'a colon';
    else if (before === ':' || character === '[') expected = 'a value';
    else if (before === ',' || before === '{')
      expected = closers.at(-1) === '}' ? 'a name in double quotes' : 'a value';
    else expected = 'a comma or the closing bracket';
  }
}

/** What is expected where a sign may stand. */
const SIGNS: Readonly<Record<string, Expected>> = { ',': 'a comma or the closing bracket', ':': 'a colon' };

function opens(character: string): boolean {
  return character === '{' || character === '[';
}

function faultAt(
  text: string,
  offset: number,
  expected: Expected,
  closer: string | undefined,
  afterComma: boolean,
): Fault {
  if (closer !== undefined || expected !== 'a comma or the closing bracket')
    return { offset, ...unexpected(text.slice(offset, offset + 16), expected, afterComma) };
  return { offset, message: 'something stands behind the end of the value', hint: 'remove it' };
}

/** Behind the text, number or word that begins here; where it begins, if there is none or none may stand here. */
function endOfScalar(text: string, at: number, expected: Expected): number | Fault {
  if (expected === 'a colon' || expected === 'a comma or the closing bracket') return at;
  if (text[at] === '"') return endOfString(text, at);
  return expected === 'a value' ? skip(SCALAR, text, at) : at;
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Behind the closing quote, or at the end of the text where there is none. */
function endOfString(text: string, start: number): number | Fault {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) return at + 1;
    if (code === 10 || code === 13) {
      const message = 'a text that is not closed before its line ends';
      return {
        offset: start,
        message,
        hint: 'a double quote is missing, or a line break is not written \\n',
      };
    }
    if (code < 32) {
      const message = `a control character inside a text (U+${code.toString(16).padStart(4, '0')})`;
      return { offset: at, message, hint: EXPORT_AGAIN };
    }
    if (code !== 92) continue;
    if (!ESCAPE.test(text.slice(at, at + 6))) {
      const message = 'a backslash with nothing to escape behind it';
      return { offset: at, message, hint: 'a backslash that is meant as such is doubled' };
    }
    at += 1;
  }
  return text.length;
}
