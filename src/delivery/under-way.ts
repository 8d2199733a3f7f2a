/** What somebody has begun, so that they can wait for the end of that alone, whatever else the same target is asked. */
export class UnderWay {
  #last: Promise<unknown> = Promise.resolve();

  /** Whoever begins it deals with its failure. */
  add(doing: Promise<unknown>): void {
    const ended = doing.catch(() => undefined);
    this.#last = this.#last.then(() => ended);
  }

  /** Resolves when all of it has ended, well or not. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
