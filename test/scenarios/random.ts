/** Draws that are the same for the same seed. */
export interface Random {
  /** A whole number from 0 to below `most`. */
  below(most: number): number;
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Up to `count` different ones, in a drawn order. */
  some<T>(items: readonly T[], count: number): T[];
  shuffled<T>(items: readonly T[]): T[];
}

/** The generator that is known as mulberry32: 32 bits of state, enough to draw days from. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number): number => Math.floor(next() * most);
  const shuffled = <T>(items: readonly T[]): T[] => {
    const left = [...items];
    return items.map(() => left.splice(below(left.length), 1)[0]!);
  };
  return {
    below,
    chance: (share) => next() < share,
    pick: (items) => items[below(items.length)]!,
    some: (items, count) => shuffled(items).slice(0, count),
    shuffled,
  };
}
