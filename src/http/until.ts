import type { State } from '../store/state.ts';
import { reading } from './reading.ts';
import type { Answer } from './route.ts';
import type { World } from './world.ts';

/** It is looked at so often what others do, in milliseconds. */
const lookEvery = 200;
/** A target is busy or rests: it is not asked for again at once, and again and again. */
const askEvery = 1000;

/** Asks the daemon to deliver, and looks until the answer is more than 202, the time is over or the daemon ends. */
export async function until(world: World, end: number, look: (state: State) => Answer): Promise<Answer> {
  const { host, now, sleep, stopping } = world;
  let delivered: Promise<void> | undefined = host.deliver();
  let askAt = Infinity;
  for (;;) {
    const early = new AbortController();
    const signal = AbortSignal.any([early.signal, stopping]);
    const nap = sleep(Math.max(0, Math.min(end - now(), lookEvery)), signal).then(() => false);
    const isOver = await Promise.race(delivered ? [delivered.then(() => true), nap] : [nap]);
    early.abort();
    const answer = await reading(world, look);
    if (answer.status !== 202 || now() >= end || stopping.aborted) return answer;
    if (isOver) {
      delivered = undefined;
      askAt = now() + askEvery;
    }
    if (now() < askAt) continue;
    delivered = host.deliver();
    askAt = Infinity;
  }
}
