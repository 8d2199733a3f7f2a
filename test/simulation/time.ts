/** Something that falls due at a time of its own. */
interface Timer {
  readonly at: number;
  readonly serial: number;
  readonly run: () => void;
}

/** No run of a small world has so many events, and none at one time: then it goes round in a circle. */
const mostEvents = 100_000;
const mostAtOnce = 2_000;

/** Nothing is left that could happen, and what is awaited has not ended. */
export class StuckError extends Error {
  override readonly name = 'StuckError';
}

/**
 * The time of a simulated world. It stands still while anything is being worked out, and jumps to whatever falls due
 * next. Of what falls due together, that comes first which was asked for first: the same world has the same order.
 */
export class Time {
  now: number;
  readonly #timers = new Map<number, Timer>();
  #serial = 0;

  constructor(now: number) {
    this.now = now;
  }

  after(milliseconds: number, run: () => void): number {
    const serial = ++this.#serial;
    this.#timers.set(serial, { at: this.now + Math.max(0, milliseconds), serial, run });
    return serial;
  }

  cancel(serial: number): void {
    this.#timers.delete(serial);
  }

  /** Nothing of what was to come happens any more. */
  clear(): void {
    this.#timers.clear();
  }

  /** Ends early where the signal says so. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      this.after(milliseconds, resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Lets happen what has to happen until a promise is settled. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    work.then(settle, settle);
    let atOnce = 0;
    for (let count = 0; ; count++) {
      await quiet();
      if (isSettled) return work;
      const next = this.#next();
      if (next === undefined) throw new StuckError('nothing is left that could happen');
      atOnce = next.at > this.now ? 0 : atOnce + 1;
      if (count === mostEvents || atOnce === mostAtOnce) throw new StuckError('it goes on for ever');
      this.#timers.delete(next.serial);
      this.now = next.at;
      next.run();
    }
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers.values())
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.serial < next.serial))
        next = timer;
    return next;
  }
}

/** Resolves when no promise has anything left to do: what is due in the next tick comes after all of them. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/**
 * Makes the timers and the clock of the whole process those of the world, until what is returned is called. In between
 * nobody else has a turn: a world is nothing but promises, and the event loop stands still.
 */
export function takeTime(time: Time): () => void {
  const before = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
  };
  const { now } = Date;
  const { stackTraceLimit } = Error;
  const handleOf = (serial: () => number) => ({
    unref: () => undefined,
    ref: () => undefined,
    hasRef: () => true,
    [Symbol.toPrimitive]: serial,
  });
  const once = (run: (...all: unknown[]) => void, milliseconds = 0, ...rest: unknown[]): object => {
    const serial = time.after(milliseconds, () => run(...rest));
    return handleOf(() => serial);
  };
  const again = (run: (...all: unknown[]) => void, milliseconds = 0, ...rest: unknown[]): object => {
    let serial = 0;
    const next = (): void => {
      serial = time.after(Math.max(1, milliseconds), () => {
        next();
        run(...rest);
      });
    };
    next();
    return handleOf(() => serial);
  };
  const stop = (handle: unknown): void => {
    if (handle !== undefined && handle !== null) time.cancel(Number(handle));
  };
  Object.assign(globalThis, {
    setTimeout: once,
    clearTimeout: stop,
    setInterval: again,
    clearInterval: stop,
  });
  Date.now = () => time.now;
  // Whoever is killed, or aborts, makes an error; nobody looks at where it was made, and to write that down takes long.
  Error.stackTraceLimit = 0;
  return () => {
    Object.assign(globalThis, before);
    Date.now = now;
    Error.stackTraceLimit = stackTraceLimit;
  };
}
