/** Where a run may be cut off: at whatever it does that somebody else could notice. */
export type Moment = 'write' | 'written' | 'send' | 'answer' | 'read' | 'sleep';

/** The process is gone. Whoever catches it can do nothing any more. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * One run of the program, from its start to its end, or to the moment at which it is killed. From then on it can neither
 * write nor send, whatever its code still does.
 */
export class Life {
  isOver = false;
  /** At which moment it ended, if it was killed. */
  killedAt: Moment | undefined;
  /** Rejects when it is killed. */
  readonly killed: Promise<never>;
  #left: number;
  #reject!: (error: Killed) => void;
  readonly #onMoment: ((moment: Moment) => void) | undefined;

  /** It is killed at so many moments from its start, if it lives for so long. */
  constructor(moments = Infinity, onMoment?: (moment: Moment) => void) {
    this.#left = moments;
    this.#onMoment = onMoment;
    this.killed = new Promise((_, reject) => (this.#reject = reject));
    this.killed.catch(() => undefined);
  }

  /** Throws where it is over, or ends here. */
  meet(moment: Moment): void {
    if (this.isOver) throw new Killed('this run is over');
    this.#onMoment?.(moment);
    if (--this.#left > 0) return;
    this.isOver = true;
    this.killedAt = moment;
    const error = new Killed(`killed at ${moment}`);
    this.#reject(error);
    throw error;
  }
}

/** For what a run that is over waits for: it never comes. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
