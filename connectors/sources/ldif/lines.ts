import { isUtf8 } from 'node:buffer';
import type { Fault, Value } from './entry.ts';
import type { Paragraph } from './paragraph.ts';
import { BAD_BASE64, BAD_CHARACTER, BAD_UTF8 } from './spared.ts';
import { decode, isAttributeName } from './value.ts';

/** A line of an entry, unfolded: a name and its value. The line that ends a block is called `-`. */
export interface Line {
  /** Counted among the unfolded lines of the paragraph, comments included, from 0. */
  readonly index: number;
  readonly name: string;
  /** Absent where it cannot be read; then there is a fault. */
  readonly value: Value | undefined;
}

/** Fetches what a URL names: a value, or a sentence that says why there is none. */
export type Fetch = (url: string, name: string) => Value | string;

export interface Lines {
  readonly lines: readonly Line[];
  readonly faults: readonly Fault[];
}

/** All lines of a paragraph but its comments, with every fault that a line has by itself. */
export function readLines(paragraph: Paragraph, fetch: Fetch): Lines {
  const lines: Line[] = [];
  const faults: Fault[] = [];
  const { text: all, isRaw } = unfolded(paragraph);
  const texts = all.split('\n');
  for (let index = 0; index < texts.length; index += 1) {
    const text = texts[index] ?? '';
    const fail = (message: string, attribute?: string) =>
      faults.push({
        line: physicalLine(paragraph, index),
        message,
        ...(attribute === undefined ? {} : { attribute }),
      });
    if (text.startsWith('#')) continue;
    if (text === '-') {
      lines.push({ index, name: '-', value: undefined });
      continue;
    }
    const colon = text.indexOf(':');
    const name = text.slice(0, Math.max(colon, 0));
    if (colon === -1 || !isAttributeName(name)) {
      fail(misshapen(text, colon));
      continue;
    }
    const spared = paragraph.spared?.get(index);
    const value = spared
      ? (spared.fault ?? { form: 'digest' as const, text: `${spared.sha256} ${spared.bytes}` })
      : readValue(text, colon, isRaw, (url) => fetch(url, name));
    if (typeof value === 'string') fail(value, name);
    lines.push({ index, name, value: typeof value === 'string' ? undefined : value });
  }
  return { lines, faults };
}

/** Folds undone. `isRaw`: it is not all text, and has one character for each byte. */
function unfolded({ text, isAscii, lines }: Paragraph): { readonly text: string; readonly isRaw: boolean } {
  const joined = lines === undefined && text.includes('\n ') ? text.replaceAll('\n ', '') : text;
  if (isAscii) return { text: joined, isRaw: false };
  const bytes = Buffer.from(joined, 'latin1');
  return isUtf8(bytes) ? { text: bytes.toString('utf8'), isRaw: false } : { text: joined, isRaw: true };
}

/** The line of the file on which an unfolded line begins. */
export function physicalLine({ line, text, lines }: Paragraph, index: number): number {
  if (lines !== undefined) return lines[index] ?? line;
  let position = 0;
  let physical = line;
  for (let passed = 0; ; physical += 1) {
    const end = text.indexOf('\n', position);
    const isFold = text.startsWith(' ', position) && position > 0;
    if (!isFold && passed++ === index) return physical;
    if (end === -1) return physical;
    position = end + 1;
  }
}

function misshapen(text: string, colon: number): string {
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  if (text.startsWith(' ')) return `${shown} goes on from a line that is not there`;
  return colon === -1 ? `${shown} has no colon` : `${shown} does not begin with the name of an attribute`;
}

/** A sentence where there is no value. */
function readValue(
  text: string,
  colon: number,
  isRaw: boolean,
  fetch: (url: string) => Value | string,
): Value | string {
  const sign = text.charAt(colon + 1);
  let from = sign === ':' || sign === '<' ? colon + 2 : colon + 1;
  // RFC 2849's FILL.
  while (text.charCodeAt(from) === 32) from += 1;
  const rest = text.slice(from);
  if (sign === ':') return decode(rest) ?? BAD_BASE64;
  if (/[\0\r]/.test(rest)) return BAD_CHARACTER;
  const value = isRaw ? decoded(rest) : rest;
  if (value === undefined) return BAD_UTF8;
  return sign === '<' ? fetch(value) : { form: 'text', text: value };
}

function decoded(raw: string): string | undefined {
  const bytes = Buffer.from(raw, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
