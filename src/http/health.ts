import { RollcallError } from '../model/index.ts';
import type { Configuration } from '../model/index.ts';
import { nextTick } from '../planning/schedule.ts';
import type { State } from '../store/state.ts';
import { tickOf } from '../store/ticks.ts';
import { reading } from './reading.ts';
import type { Part } from './server.ts';
import type { World } from './world.ts';

/** What a probe is told. It needs no key, and names nobody and nothing but targets. */
export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

/** For whoever watches over the process: alive, and ready to do its work. */
export const health: Part = (app, world) => {
  app.get('/healthz', async () => ({ alive: true, version: world.version }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = await readinessOf(world);
    await reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
};

async function readinessOf(world: World): Promise<Readiness> {
  const { configuration } = world.host;
  const checks: Record<string, string> = {};
  try {
    await reading(world, (state) => {
      checks['state'] = 'ok';
      const late = overdue(state, configuration, world.now());
      checks['schedule'] = late.length === 0 ? 'ok' : `no sync in time of ${late.join(', ')}`;
    });
  } catch (error) {
    checks['state'] =
      error instanceof RollcallError && error.message.includes('newer Rollcall')
        ? 'written by a newer version'
        : 'cannot be read';
  }
  if (world.stopping.aborted) checks['daemon'] = 'ends';
  return { ready: Object.values(checks).every((said) => said === 'ok'), checks };
}

/** The targets whose schedule was due twice since they were synced last. */
export function overdue(state: State, { targets, timeZone }: Configuration, now: number): readonly string[] {
  return targets
    .filter(({ name, schedule, jitterSeconds = 0 }) => {
      const last = tickOf(state, name, 'sync');
      if (schedule === undefined || last === undefined) return false;
      const first = nextTick(schedule, timeZone, last) ?? Infinity;
      const second = nextTick(schedule, timeZone, first) ?? Infinity;
      return second + jitterSeconds * 1000 < now;
    })
    .map(({ name }) => name);
}
