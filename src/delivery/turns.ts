/** So many starts in so many milliseconds. */
interface Window {
  readonly cap: number;
  readonly milliseconds: number;
}

/**
 * So many starts in each second, wherever the second begins: a fixed window lets up to twice the cap through at its edge.
 * A rate of less than one is one start in several seconds. Of a burst no more start at once, and the others follow at the
 * distances of the rate.
 */
export class Turns {
  readonly #perSecond: number;
  readonly #burst: number | undefined;
  readonly #starts: number[] = [];
  #windows: readonly Window[] = [];

  constructor(perSecond: number, burst?: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.slow(1);
  }

  /** Keeps to a share of the rate, above 0 and up to 1, until it is told another. */
  slow(share: number): void {
    const rate = this.#perSecond * share;
    const second = rate >= 1 ? { cap: Math.floor(rate), milliseconds: 1000 } : spread(1, rate);
    const isSmaller = this.#burst !== undefined && this.#burst < second.cap;
    this.#windows = isSmaller ? [second, spread(this.#burst, rate)] : [second];
  }

  /** The time from which on the next may start; 0 where none has started yet. */
  at(): number {
    return this.#windows.reduce((at, { cap, milliseconds }) => {
      const before = this.#starts.at(-cap);
      return before === undefined ? at : Math.max(at, before + milliseconds);
    }, 0);
  }

  /** How many may start now. */
  left(now: number): number {
    const lefts = this.#windows.map(
      ({ cap, milliseconds }) => cap - this.#starts.filter((at) => at > now - milliseconds).length,
    );
    return Math.max(0, Math.min(...lefts));
  }

  take(now: number): void {
    this.#starts.push(now);
    if (this.#starts.length > Math.max(1, this.#perSecond)) this.#starts.shift();
  }
}

/** So many at once, as often as the rate has them. */
function spread(cap: number, perSecond: number): Window {
  return { cap, milliseconds: Math.ceil((1000 * cap) / perSecond) };
}
