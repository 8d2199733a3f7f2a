import type { Spared } from './spared.ts';

/** Lines between two blank ones, and what is known of them before they are taken apart. */
export interface Paragraph {
  /** The physical line on which it begins, from 1. */
  readonly line: number;
  /** One character for each byte. Lines are parted by a line feed, and the last has none. */
  readonly text: string;
  readonly isAscii: boolean;
  /** Unfolded, where it is a record's text but for the values behind these colons. */
  readonly plain: string | undefined;
  readonly encoded: readonly number[] | undefined;
  /** `blank`: a blank line follows. `line`: the file ends with its last line. `nothing`: that line does not even end. */
  readonly end: 'blank' | 'line' | 'nothing';
  /** Of a long paragraph, which comes unfolded: the physical line of each line, and what stands for values too long. */
  readonly lines?: readonly number[];
  readonly spared?: ReadonlyMap<number, Spared>;
  /** A part of it was not kept. */
  readonly isTooLarge?: boolean;
}

/** A comment above an entry, or by itself. */
export interface Comment {
  readonly line: number;
  /** Unfolded, one character for each byte. */
  readonly text: string;
}
