/** Distinguished names after RFC 4514, as words: nothing here knows a directory. What is no DN gives `undefined`. */

/** One `type=value`. */
export interface AttributeTypeAndValue {
  readonly type: string;
  /** Unescaped. A value written as `#04…` (BER in hexadecimal) stays so. */
  readonly value: string;
  readonly isHex: boolean;
}

/** One step of a DN: usually one pair, several where they are joined by `+`. */
export interface Rdn {
  readonly pairs: readonly AttributeTypeAndValue[];
  /** Where the next step begins in the text; its length after the last. */
  readonly next: number;
}

/** `OID.` before a number is from before RFC 4514; `_` is in no RFC, and in names that servers have. */
const TYPE = / *((?:oid\.)?[0-9]+(?:\.[0-9]+)*|[a-z][a-z0-9_-]*) *= */iy;
const HEX = /#((?:[0-9a-f]{2})+) */iy;
const PAIR = /^(?:[0-9a-f]{2})/i;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** From the entry up to the root; the empty DN, which is the root's, has no steps. */
export function parseDn(text: string): readonly Rdn[] | undefined {
  if (text.trim() === '') return [];
  const steps: Rdn[] = [];
  let pairs: AttributeTypeAndValue[] = [];
  for (let position = 0; ;) {
    TYPE.lastIndex = position;
    const type = TYPE.exec(text)?.[1];
    const found = type === undefined ? undefined : readValue(text, TYPE.lastIndex);
    if (type === undefined || found === undefined) return undefined;
    pairs.push({ type: type.replace(/^oid\./i, ''), value: found.value, isHex: found.isHex });
    position = found.end + 1;
    if (text[found.end] === '+') continue;
    steps.push({ pairs, next: Math.min(position, text.length) });
    if (found.end === text.length) return steps;
    pairs = [];
  }
}

/** A DN as it is compared: without case, insignificant spaces and ways of escaping (RFC 4518 §2). */
export function normalDn(text: string): string | undefined {
  const steps = parseDn(text);
  return steps && normalSteps(steps).join(',');
}

/** The DN one step up, as it is written; `''` above the last step, `undefined` above the root. */
export function parentDn(text: string): string | undefined {
  const [first] = parseDn(text) ?? [];
  return first && text.slice(first.next).trim();
}

/** Whether a DN is in the subtree of another, which includes that one itself. False where either is no DN. */
export function isUnder(dn: string, base: string): boolean {
  const [steps, root] = [parseDn(dn), parseDn(base)];
  if (steps === undefined || root === undefined || steps.length < root.length) return false;
  const above = normalSteps(root);
  return normalSteps(steps.slice(steps.length - root.length)).every((step, index) => step === above[index]);
}

interface Found {
  readonly value: string;
  readonly isHex: boolean;
  /** Where the separator stands, or the length of the text. */
  readonly end: number;
}

function readValue(text: string, start: number): Found | undefined {
  if (text[start] === '"') return readQuoted(text, start + 1);
  if (text[start] !== '#') return readString(text, start);
  HEX.lastIndex = start;
  const digits = HEX.exec(text)?.[1];
  if (digits === undefined || !isSeparator(text[HEX.lastIndex])) return undefined;
  return { value: `#${digits.toLowerCase()}`, isHex: true, end: HEX.lastIndex };
}

function readString(text: string, start: number): Found | undefined {
  let end = start;
  // Spaces at the end do not count, unless they are escaped.
  let kept = start;
  for (; !isSeparator(text[end]); end += 1) {
    if (/["<>\0]/.test(text[end]!)) return undefined;
    if (text[end] === '\\') end += 1;
    if (end >= text.length) return undefined;
    if (text[end] !== ' ' || text[end - 1] === '\\') kept = end + 1;
  }
  const value = unescaped(text.slice(start, kept));
  return value === undefined ? undefined : { value, isHex: false, end };
}

/** `cn="Doe, Jane"`: RFC 2253 §4 has it read, and nothing writes it. */
function readQuoted(text: string, start: number): Found | undefined {
  let end = start;
  for (; text[end] !== '"'; end += 1) {
    if (text[end] === '\\') end += 1;
    if (end >= text.length) return undefined;
  }
  const value = unescaped(text.slice(start, end));
  let after = end + 1;
  while (text[after] === ' ') after += 1;
  return value === undefined || !isSeparator(text[after]) ? undefined : { value, isHex: false, end: after };
}

/** `;` is another comma (RFC 2253 §4). */
function isSeparator(character: string | undefined): boolean {
  return character === undefined || character === ',' || character === '+' || character === ';';
}

function unescaped(text: string): string | undefined {
  if (!text.includes('\\')) return text;
  let value = '';
  for (let position = 0; position < text.length;) {
    const character = text[position]!;
    if (character !== '\\') {
      value += character;
      position += 1;
    } else if (PAIR.test(text.slice(position + 1, position + 3))) {
      const run = /^(?:\\[0-9a-f]{2})+/i.exec(text.slice(position))![0];
      const decoded = decodeRun(run);
      if (decoded === undefined) return undefined;
      value += decoded;
      position += run.length;
    } else {
      if (!/[ "#+,;<=>\\]/.test(text[position + 1] ?? '')) return undefined;
      value += text[position + 1]!;
      position += 2;
    }
  }
  return value;
}

/** Bytes in hexadecimal are UTF-8 together, not one by one. */
function decodeRun(run: string): string | undefined {
  const bytes = run.match(/[0-9a-f]{2}/gi)!.map((pair) => Number.parseInt(pair, 16));
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function normalSteps(steps: readonly Rdn[]): readonly string[] {
  return steps.map(({ pairs }) => pairs.map(normalPair).sort().join('+'));
}

function normalPair({ type, value, isHex }: AttributeTypeAndValue): string {
  const name = type.toLowerCase();
  if (isHex) return `${name}=${value}`;
  const folded = value.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  return `${name}=${folded.replace(/["+,;<>\\]|^#/g, '\\$&').replaceAll('\0', '\\00')}`;
}
