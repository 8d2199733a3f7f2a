const shortest = 60_000;
const longest = 15 * 60_000;
/** Of the time, no more than a fifth is for reading and planning what was read and planned before. */
const timesAsLong = 4;
const longestRest = 60 * 60_000;

interface Last {
  readonly begun: number;
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
  ended(target: string, { isStuck, ...last }: Omit<Last, 'stuck'> & { readonly isStuck: boolean }): void {
    const stuck = isStuck ? (this.#last.get(target)?.stuck ?? 0) + 1 : 0;
    this.#last.set(target, { ...last, stuck });
  }

  /** From when on; at once where a person has resumed it since, and where a clock was set back. */
  from(target: string, now: number, resumedAt = -Infinity): number {
    const last = this.#last.get(target);
    if (last === undefined || last.at > now || (resumedAt > last.begun && resumedAt <= now)) return 0;
    const distance = Math.min(shortest * 2 ** Math.max(0, last.stuck - 1), longest);
    return last.at + Math.max(distance, Math.min(last.took * timesAsLong, longestRest));
  }
}
