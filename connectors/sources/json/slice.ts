import { isUtf8 } from 'node:buffer';
import type { ValueScanner } from './value.ts';
import type { Window } from './window.ts';

/** The text of one value, as it stands in the file, and what is known of it without having parsed it. */
export interface Slice {
  readonly line: number;
  readonly column: number;
  /** Where the bytes are not UTF-8, it has U+FFFD in their place. */
  readonly text: string;
  /** The bytes as characters of one byte each, where they are not UTF-8. */
  readonly raw: string | undefined;
  /** Names with a value, in all objects in it. */
  readonly members: number;
  /** How deep objects and lists are nested in it. */
  readonly deepest: number;
}

/** In bytes. What is longer is no person, but a quote or a bracket that was left open. */
export const LONGEST_VALUE = 16 * 1024 * 1024;
/** Deeper than any record of a person, and far from where recursion ends. */
export const DEEPEST = 200;

/** Where a value begins. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export function slice(window: Window, end: number, place: Place, scanner: ValueScanner): Slice {
  const { bytes, start } = window;
  const text = bytes.toString('utf8', start, end);
  const isText = !text.includes('\ufffd') || isUtf8(bytes.subarray(start, end));
  const raw = isText ? undefined : bytes.toString('latin1', start, end);
  const { line, column } = place;
  return { line, column, text, raw, members: scanner.members, deepest: scanner.deepest };
}
