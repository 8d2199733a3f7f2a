import { normalDn } from '../../../src/model/index.ts';
import type { Attribute, Fault, Value } from './entry.ts';
import { RANGE } from './ranges.ts';
import { written } from './value.ts';

/** What an entry has, of which a range may be missing. */
export interface Piece {
  /** The physical line on which it begins. */
  readonly line: number;
  readonly dn: string;
  readonly attributes: readonly Attribute[];
}

/**
 * Entries of which a range is missing wait here for another entry of the same DN that has it: whoever asks Active Directory
 * for one range after the other gets as many entries, and may write all of them into one file. They are few, and are kept
 * in memory until the file ends.
 */
export class Pieces {
  readonly #waiting = new Map<string, Piece>();

  /** An entry with what waits for it, which does not wait any more; a fault where they contradict each other. */
  join(piece: Piece, isRead: (name: string) => boolean): Piece | Fault {
    if (this.#waiting.size === 0 || !hasRanges(piece)) return piece;
    const place = normalDn(piece.dn);
    const before = place === undefined ? undefined : this.#waiting.get(place);
    if (before === undefined) return piece;
    const attributes = together(before.attributes, piece.attributes, isRead);
    if (typeof attributes === 'string') {
      const message = `is not the same in the entry of line ${before.line}, which has ranges of this one`;
      return { line: piece.line, attribute: attributes, message };
    }
    this.#waiting.delete(place!);
    return { ...before, attributes };
  }

  /** False where its DN is none, so that nothing can be waited for. */
  wait(piece: Piece): boolean {
    const place = normalDn(piece.dn);
    if (place === undefined || this.#waiting.has(place)) return false;
    this.#waiting.set(place, piece);
    return true;
  }

  /** What has waited for nothing. */
  left(): Iterable<Piece> {
    return this.#waiting.values();
  }
}

function hasRanges({ attributes }: Piece): boolean {
  return attributes.some(({ name }) => RANGE.test(name));
}

/** The attributes of both; the name of one that somebody reads and that is not the same in both. */
function together(
  before: readonly Attribute[],
  more: readonly Attribute[],
  isRead: (name: string) => boolean,
): readonly Attribute[] | string {
  const known = new Map(before.map((one) => [one.name.toLowerCase(), one]));
  for (const one of more) {
    const other = known.get(one.name.toLowerCase());
    if (other === undefined) known.set(one.name.toLowerCase(), one);
    else if (textOf(one.values) !== textOf(other.values) && isRead(RANGE.exec(one.name)?.[1] ?? one.name))
      return one.name;
  }
  return [...known.values()];
}

function textOf(values: readonly Value[]): string {
  return values.map(written).join('\n');
}
