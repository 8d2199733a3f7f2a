import type { Running } from './types.ts';

/** Events that may wait for somebody who goes through them. */
const mostWaiting = 10_000;
/** A plan goes on when no more than so many wait. */
const mostAhead = 1000;

interface Skipped {
  readonly type: 'skipped';
  readonly count: number;
}

/** Somebody who goes through the events. */
interface Reader<Happening> {
  readonly waiting: (Happening | Skipped)[];
  skipped: number;
  /** Called when there is something to take, or it is over. */
  wake?: (() => void) | undefined;
  /** Called when there is room again. */
  taken?: (() => void) | undefined;
}

/** Who is told of events, without waiting. */
export interface Told<Happening> {
  /** Whether anybody listens. */
  readonly isHeard: boolean;
  tell(event: Happening): void;
}

/** Where that which is under way tells of itself. While nobody listens, telling costs nothing and keeps nothing. */
export class Teller<Happening> implements Told<Happening> {
  readonly #readers = new Set<Reader<Happening>>();
  #isOver = false;
  #error: { readonly reason: unknown } | undefined;

  get isHeard(): boolean {
    return this.#readers.size > 0;
  }

  /** Tells without waiting: where too many events wait already, it is only counted (law 15). */
  tell(event: Happening): void {
    for (const reader of this.#readers) {
      if (reader.waiting.length >= mostWaiting) reader.skipped++;
      else {
        this.#closeGap(reader);
        reader.waiting.push(event);
        reader.wake?.();
      }
    }
  }

  /** Tells, and waits until whoever listens has come along. */
  async tellInTurn(event: Happening): Promise<void> {
    this.tell(event);
    for (const reader of this.#readers)
      if (reader.waiting.length >= mostAhead)
        await new Promise<void>((resolve) => {
          reader.taken = resolve;
        });
  }

  end(error?: { readonly reason: unknown }): void {
    this.#isOver = true;
    this.#error = error;
    for (const reader of this.#readers) reader.wake?.();
  }

  /** Opened at once, and not when the first event is asked for: nothing is missed in between. */
  open(): AsyncGenerator<Happening> {
    const reader: Reader<Happening> = { waiting: [], skipped: 0 };
    this.#readers.add(reader);
    return this.#read(reader);
  }

  async *#read(reader: Reader<Happening>): AsyncGenerator<Happening> {
    try {
      for (;;) {
        const event = reader.waiting.shift();
        if (event !== undefined) {
          if (reader.waiting.length < mostAhead / 2) reader.taken?.();
          yield event as Happening;
        } else if (reader.skipped > 0) this.#closeGap(reader);
        else if (this.#isOver) break;
        else
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
      }
    } finally {
      this.#readers.delete(reader);
      reader.taken?.();
    }
    if (this.#error !== undefined) throw this.#error.reason;
  }

  #closeGap(reader: Reader<Happening>): void {
    if (reader.skipped === 0) return;
    reader.waiting.push({ type: 'skipped', count: reader.skipped });
    reader.skipped = 0;
  }
}

/**
 * Begins some work, and gives its promise, which is also the list of its events. Work begins after whoever asked for it
 * has had the time to listen. Whoever listens is told of its error, too, and need not await it as well.
 */
export function running<Result, Happening>(
  work: (teller: Teller<Happening>) => Promise<Result>,
): Running<Result, Happening> {
  const teller = new Teller<Happening>();
  const promise = Promise.resolve()
    .then(() => work(teller))
    .then(
      (result) => {
        teller.end();
        return result;
      },
      (reason: unknown) => {
        teller.end({ reason });
        throw reason;
      },
    );
  return Object.assign(promise, {
    [Symbol.asyncIterator]: () => {
      promise.catch(() => undefined);
      return teller.open();
    },
  });
}
