const shortest = 60_000;
const longest = 15 * 60_000;
/** Of the time, no more than a fifth is for reading and planning what was read and planned before. */
const timesAsLong = 4;

interface Last {
  readonly at: number;
  /** How many runs in a row have left something and carried out nothing. */
  readonly stuck: number;
  /** Milliseconds that it took until it delivered. */
  readonly took: number;
}

/**
 * When the daemon comes back to what a run has left on a target: a minute later, and at growing distances, up to a quarter
 * of an hour, where one run after the other carries out nothing of it.
 */
export class Returns {
  readonly #last = new Map<string, Last>();

  /** A run has ended for a target. */
  ended(target: string, { at, took, isStuck }: Omit<Last, 'stuck'> & { readonly isStuck: boolean }): void {
    const stuck = isStuck ? (this.#last.get(target)?.stuck ?? 0) + 1 : 0;
    this.#last.set(target, { at, took, stuck });
  }

  /** From when on; at once where a person has resumed it since. */
  from(target: string, resumedAt = -Infinity): number {
    const last = this.#last.get(target);
    if (last === undefined || resumedAt >= last.at) return 0;
    const distance = Math.min(shortest * 2 ** Math.max(0, last.stuck - 1), longest);
    return last.at + Math.max(distance, last.took * timesAsLong);
  }
}
