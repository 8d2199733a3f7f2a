import type { Log, Service } from './contract.ts';
import type { Daemon } from './daemon.ts';

export interface Keeping {
  readonly now: () => number;
  /** Wakes up early when it is told to. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** How long what is under way may take to end after the signal, in milliseconds. */
  readonly grace: number;
  readonly log: Log;
  readonly services: readonly Service[];
}

/** Resolves when it is woken: one that sleeps does not miss it, and neither does one that is about to. */
export class Bell {
  #ring: (() => void) | undefined;
  #isRung = false;

  ring(): void {
    this.#isRung = true;
    this.#ring?.();
  }

  async heard(sleep: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    this.#ring = stop;
    signal.addEventListener('abort', stop, { once: true });
    if (!this.#isRung && !signal.aborted) await sleep(controller.signal);
    signal.removeEventListener('abort', stop);
    this.#ring = undefined;
    this.#isRung = false;
  }
}

/**
 * Keeps a daemon at work until the signal, and lets what is under way come to its end; false where that took too long.
 * Never sleeps for long: timers stand still while the machine sleeps, and what was due meanwhile is found afterwards.
 */
export async function keepAtWork(daemon: Daemon, bell: Bell, keeping: Keeping): Promise<boolean> {
  const { now, sleep, signal, services } = keeping;
  const started: Service[] = [];
  try {
    for (const service of services) {
      await service.start(daemon);
      started.push(service);
    }
    while (!signal.aborted) {
      await daemon.look();
      for (const service of started) service.look?.();
      const wait = Math.max(0, Math.min(daemon.step() - now(), daemon.lookEvery));
      await bell.heard((early) => sleep(wait, early), signal);
    }
  } catch (error) {
    await end(daemon, started, keeping);
    throw error;
  }
  return end(daemon, started, keeping);
}

/** Whether everything came to its end in time. */
async function end(
  daemon: Daemon,
  services: readonly Service[],
  { sleep, grace, log }: Keeping,
): Promise<boolean> {
  const ends = Promise.all([daemon.idle(), ...services.map((service) => stopped(service, log))]);
  const late = new AbortController();
  const isOver = await Promise.race([ends.then(() => true), sleep(grace, late.signal).then(() => false)]);
  late.abort();
  if (!isOver) log.warn({ grace }, 'what was under way did not end in time; the next run looks at it');
  return isOver;
}

async function stopped(service: Service, log: Log): Promise<void> {
  await service.stop().catch((error: unknown) => {
    log.error({ service: service.name, message: (error as Error).message }, 'a service did not end well');
  });
}
