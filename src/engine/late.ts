import type { SyncOptions } from './contract.ts';

/** Milliseconds that somebody who leaves waits for the answers of targets, any of them, before they are sent first. */
const patience = 2000;

/**
 * What has to be known before everybody is planned for, and whether whoever leaves waits too long for it: a probe of a halted
 * target, or the reading of what is in doubt, of whichever target (laws 12 and 13). It is waited for once in a sync without
 * them; after that, nobody who leaves is left who was not told.
 */
export class Late {
  readonly #options: SyncOptions;
  readonly #all: Promise<unknown>[] = [];
  readonly #abort = new AbortController();
  #isOver: boolean;

  constructor(options: SyncOptions) {
    this.#options = options;
    // Whoever is asked for, whoever undoes and whoever has looked at a plan has one plan.
    const { isAsked, build, leaversWaitFor } = options;
    this.#isOver = isAsked === true || build !== undefined || leaversWaitFor === Infinity;
  }

  /** Whether what goes on is still of use: nobody waits for it where the sync has failed meanwhile. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.#options.signal, this.#abort.signal]);
  }

  /** Something goes on that was not done in time. */
  get isAny(): boolean {
    return this.#all.length > 0;
  }

  /** Whether something is done in time; where it is not, `ended` waits for it. */
  async isInTime(doing: Promise<unknown>): Promise<boolean> {
    if (this.#isOver || (await isWithin(doing, this.#options))) {
      await doing;
      return true;
    }
    doing.catch(() => undefined);
    this.#all.push(doing);
    this.#isOver = true;
    return false;
  }

  /** Resolves when nothing of it goes on any more, and nothing more of it is begun. */
  async close(): Promise<void> {
    this.#abort.abort();
    await Promise.allSettled(this.#all);
  }

  /** Throws what went wrong with it. */
  async ended(): Promise<void> {
    await Promise.all(this.#all.splice(0));
  }
}

/** Whether it is done within the time that somebody who leaves waits for it. */
export async function isWithin(
  doing: Promise<unknown>,
  { sleep }: Pick<SyncOptions, 'sleep'>,
): Promise<boolean> {
  const done = doing.then(() => true);
  // Where nobody is asked anything, there is nothing to be waited for.
  if (await Promise.race([done, new Promise<false>((resolve) => setTimeout(resolve, 0, false))])) return true;
  const late = new AbortController();
  const waiting = sleep(patience, late.signal).then(() => false);
  return Promise.race([done, waiting]).finally(() => late.abort());
}
