import type { State } from '../store/state.ts';
import { reading } from './reading.ts';
import type { Answer } from './route.ts';
import type { World } from './world.ts';

/** A run of somebody else is looked at so often, in milliseconds. */
const lookEvery = 200;

/** Asks the daemon to deliver, and looks until the answer is more than 202, the time is over or the daemon ends. */
export async function until(world: World, end: number, look: (state: State) => Answer): Promise<Answer> {
  const { host, now, sleep, stopping } = world;
  let delivered = host.deliver();
  for (;;) {
    const left = end - now();
    const early = new AbortController();
    const signal = AbortSignal.any([early.signal, stopping]);
    const isOver = await Promise.race([
      delivered.then(() => true),
      sleep(Math.max(0, Math.min(left, lookEvery)), signal).then(() => false),
    ]);
    early.abort();
    const answer = await reading(world, look);
    if (answer.status !== 202 || now() >= end || stopping.aborted) return answer;
    // A target is busy or rests: not asked again at once, and again and again.
    if (!isOver) continue;
    await sleep(Math.max(0, Math.min(lookEvery, end - now())), stopping);
    delivered = host.deliver();
  }
}
