import PQueue from 'p-queue';
import type { PaceRules } from '../model/index.ts';
import { afterwards, concurrencyOf, fullShare, slowStart } from './share.ts';
import type { Event } from './share.ts';
import { Turns } from './turns.ts';

/** Starts no more at a time, and no more in a second, than a target bears. It paces and decides nothing (law 9). */
export interface Pace {
  /** At present: never more than what the target is said to bear. */
  readonly concurrency: number;
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when fewer than `concurrency` tasks are waiting or running. */
  room(): Promise<void>;
  /** How many more can start now. */
  free(): number;
  /** Milliseconds until the next can start, as far as the clock is concerned. */
  freeIn(): number;
  idle(): Promise<void>;
  /** Learns what became of a request. */
  learn(event: Event): void;
}

export interface Clockwork {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** For whoever only keeps distances. */
const stopwatch: Clockwork = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** `isSlow`: begins with one at a time, since the target was halted. */
export function createPace(
  rules: PaceRules,
  { now, sleep }: Clockwork = stopwatch,
  { isSlow = false }: { readonly isSlow?: boolean } = {},
): Pace {
  const { concurrency: ceiling, perSecond } = rules;
  let share = isSlow ? slowStart(ceiling, now()) : fullShare(now());
  const queue = new PQueue({ concurrency: concurrencyOf(share, ceiling) });
  const turns = perSecond === undefined ? undefined : new Turns(perSecond);
  turns?.slow(share.value);

  const turn = async (): Promise<void> => {
    if (turns === undefined) return;
    const from = now();
    const at = Math.max(from, turns.at());
    turns.take(at);
    if (at > from) await sleep(at - from);
  };

  return {
    get concurrency() {
      return queue.concurrency;
    },
    run: (task) =>
      queue.add(async () => {
        await turn();
        return task();
      }),
    room: () => queue.onSizeLessThan(1),
    free: () => {
      const places = Math.max(0, queue.concurrency - queue.pending - queue.size);
      return turns === undefined ? places : Math.min(places, turns.left(now()));
    },
    freeIn: () => Math.max(0, (turns?.at() ?? 0) - now()),
    idle: () => queue.onIdle(),
    learn: (event) => {
      share = afterwards(share, event, ceiling, now());
      const concurrency = concurrencyOf(share, ceiling);
      if (concurrency !== queue.concurrency) queue.concurrency = concurrency;
      turns?.slow(share.value);
    },
  };
}
