import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import type { Part } from './select.ts';

export interface Placed {
  readonly shelf: Shelf;
  readonly stored: Stored;
}

/** What a list is sorted by; `undefined` is no value. */
export type SortKey = string | number | undefined;

/** Where something stands in a list, told without the list: it holds even if the resource itself is gone. */
export interface Position {
  /** The resource type's, among those of the list. */
  readonly place: number;
  readonly sequence: number;
  readonly key: SortKey;
}

/** Everything that a list is about, in its order. Places are counted from 0. */
export interface Ordered {
  readonly length: number;
  /** From one place to before another; both may be beyond the end. */
  slice(from: number, to: number): readonly Placed[];
  positionAt(at: number): Position;
  /** How many stand before a position, or with `through` before it and at it. */
  countBefore(position: Position, through: boolean): number;
}

/** The order that nobody asked for: type by type, oldest first. It copies nothing. */
export function byAge(parts: readonly Part[]): Ordered {
  const starts: number[] = [];
  let length = 0;
  for (const { list } of parts) {
    starts.push(length);
    length += list.length;
  }
  return {
    length,
    slice: (from, to) =>
      parts.flatMap(({ shelf, list }, place) => {
        const start = starts[place]!;
        const part = list.slice(Math.max(0, from - start), Math.max(0, to - start));
        return part.map((stored) => ({ shelf, stored }));
      }),
    positionAt: (at) => {
      const place = starts.findLastIndex((start) => start <= at);
      return { place, sequence: parts[place]!.list[at - starts[place]!]!.sequence, key: undefined };
    },
    countBefore: ({ place, sequence }, through) => {
      const part = parts[place];
      if (!part) return length;
      const isBefore = (stored: Stored) =>
        through ? stored.sequence <= sequence : stored.sequence < sequence;
      return starts[place]! + countWhile(part.list, isBefore);
    },
  };
}

/**
 * A list that comes in another order each time: nothing but a place tells where something stands in it. It counts from 1,
 * as sequences do.
 */
export function byPlace(ordered: Ordered): Ordered {
  const { length } = ordered;
  return {
    ...ordered,
    positionAt: (at) => ({ place: 0, sequence: at + 1, key: undefined }),
    countBefore: ({ sequence }, through) => Math.min(through ? sequence : sequence - 1, length),
  };
}

/** How many of a list, from its beginning, hold: all up to some place, and none from there on. */
export function countWhile<T>(list: readonly T[], holds: (one: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
