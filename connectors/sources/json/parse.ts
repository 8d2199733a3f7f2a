import { isObject } from '../../../src/model/index.ts';
import { buildValue, closingQuote, hasEscapedName, isName } from './names.ts';

/**
 * A number of more than 15 digits, or with an exponent, behind something that can stand before a number. Most texts
 * have none, and asking costs a tenth of parsing.
 */
const LARGE_NUMBER = /(?:^|[:,[\s])-?(?:\d{16}|[\d.]+[eE])/;

/**
 * As `JSON.parse`, but a number beyond 2^53 is kept as the text that stands in the file: a double would change its
 * digits, and a key of eighteen digits would become that of somebody else (RFC 8259 §6 warns of it).
 */
export function parseExactly(text: string): unknown {
  if (!hasEscapedName(text)) return parseNumbers(text);
  // Refuses what is not JSON.
  JSON.parse(text);
  return buildValue(text, parseNumbers);
}

function parseNumbers(text: string): unknown {
  return LARGE_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

function keepDigits(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER ? context?.source : value;
}

/** Names with a value, in all objects in the value. It is less than stands in the text where a name is repeated. */
export function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item);
    return count;
  }
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name];
    count += typeof member === 'object' ? 1 + countMembers(member) : 1;
  }
  return count;
}

/** A name that stands twice in one object. */
export interface Repeated {
  readonly name: string;
  /** The member of the record in which that is, which may be the name itself. */
  readonly member: string;
}

/** All names that are repeated in one object, in a text that is JSON and an object. */
export function repeatedNames(text: string): readonly Repeated[] {
  const found: Repeated[] = [];
  /** The names of each object that is open, and nothing for a list. */
  const open: (Set<string> | undefined)[] = [];
  let member = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(undefined);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = closingQuote(text, at);
      const names = open.at(-1);
      if (names !== undefined && isName(text, end)) {
        const name = JSON.parse(text.slice(at, end + 1)) as string;
        if (open.length === 1) member = name;
        if (names.has(name)) found.push({ name, member });
        names.add(name);
      }
      at = end;
    }
  }
  return found;
}

/** Whether a text anywhere in the value cannot be kept or sent as it is. */
export function holds(value: unknown, isUnfit: (text: string) => boolean): boolean {
  if (typeof value === 'string') return isUnfit(value);
  if (Array.isArray(value)) return value.some((item) => holds(item, isUnfit));
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, member]) => isUnfit(name) || holds(member, isUnfit));
}
