/**
 * So many starts in each second, wherever the second begins: a fixed window lets up to twice the cap through at its edge.
 * A rate of less than one is one start in several seconds.
 */
export class Turns {
  readonly #perSecond: number;
  readonly #starts: number[] = [];
  #cap = 1;
  #interval = 1000;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.slow(1);
  }

  /** Keeps to a share of the rate, above 0 and up to 1, until it is told another. */
  slow(share: number): void {
    const rate = this.#perSecond * share;
    this.#cap = rate >= 1 ? Math.floor(rate) : 1;
    this.#interval = rate >= 1 ? 1000 : Math.ceil(1000 / rate);
  }

  /** The time from which on the next may start; 0 where none has started yet. */
  at(): number {
    const before = this.#starts.at(-this.#cap);
    return before === undefined ? 0 : before + this.#interval;
  }

  /** How many may start now. */
  left(now: number): number {
    const under = this.#starts.filter((at) => at > now - this.#interval).length;
    return Math.max(0, this.#cap - under);
  }

  take(now: number): void {
    this.#starts.push(now);
    if (this.#starts.length > Math.max(1, this.#perSecond)) this.#starts.shift();
  }
}
