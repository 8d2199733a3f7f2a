import PQueue from 'p-queue';

/** Starts no more at a time, and no more in a second, than a target bears. It paces and decides nothing (law 9). */
export interface Pace {
  readonly concurrency: number;
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when fewer than `concurrency` tasks are waiting or running. */
  room(): Promise<void>;
  /** How many more can start now. */
  free(): number;
  idle(): Promise<void>;
}

export function createPace(limits: { readonly concurrency: number; readonly perSecond?: number }): Pace {
  const { concurrency, perSecond } = limits;
  // A fixed window lets up to twice the cap through at its edge; `strict` counts over a sliding one.
  const rate = perSecond === undefined ? {} : window(perSecond);
  const queue = new PQueue({ concurrency, ...rate });
  return {
    concurrency,
    run: (task) => queue.add(task),
    room: () => queue.onSizeLessThan(1),
    free: () => Math.max(0, concurrency - queue.pending - queue.size),
    idle: () => queue.onIdle(),
  };
}

/** Less than one in a second is one in several seconds. */
function window(perSecond: number): { interval: number; intervalCap: number; strict: true } {
  return perSecond >= 1
    ? { interval: 1000, intervalCap: Math.floor(perSecond), strict: true }
    : { interval: Math.ceil(1000 / perSecond), intervalCap: 1, strict: true };
}
