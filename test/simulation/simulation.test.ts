import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diskInFiles, diskInMemory } from './disk.ts';
import type { Disk } from './disk.ts';
import { FOUND } from './found.ts';
import { LAWLESS } from './lawless.ts';
import { play } from './play.ts';
import type { Lawless } from './play.ts';
import { explain, search, seedsOf } from './search.ts';
import { SMALL, drawWorld } from './world.ts';
import type { Size, ToldBy } from './world.ts';

/** More of them, and others: `SIMULATION_WORLDS=20000 SIMULATION_SEED=5 npx vitest run test/simulation`; or `main.ts`. */
const worlds = Number(process.env['SIMULATION_WORLDS'] ?? 1000);
const first = Number(process.env['SIMULATION_SEED'] ?? 1);
const patient = { timeout: 600_000 };
const sizeOf = (told: ToldBy): Size => ({ ...SMALL, told });

describe('simulated worlds', () => {
  let disk: Disk;
  beforeAll(() => {
    disk = diskInMemory();
  });
  afterAll(() => disk.close());

  test.for([
    ['reads', worlds],
    ['changes', worlds / 2],
    ['events', worlds / 2],
  ] as const)(
    'told by %s, nothing is ever lost, done twice or done to the wrong person, and in the end all is as it shall be',
    patient,
    async ([told, count]) => {
      const { failed, ...rest } = await search({ first, count, disk, size: sizeOf(told) });
      console.info(`told by ${told}, seeds ${first} to ${first + count - 1}:`, JSON.stringify(rest));
      expect(failed).toEqual([]);
      expect(rest.worlds).toBe(count);
      expect(rest.gaveWay).toBeGreaterThan(count / 100);
    },
  );

  test.for(Object.entries(FOUND))('%s', async ([, world]) => {
    const { faults, trace } = await play(world, disk, { isTold: true });
    expect(faults, trace.join('\n')).toEqual([]);
  });

  test.for([
    ['reads', 15],
    ['changes', 8],
    ['events', 8],
  ] as const)(
    'a seed of those told by %s is played again just so, in memory as with the real files',
    patient,
    async ([told, count]) => {
      const files = diskInFiles();
      try {
        for (let seed = 1; seed <= count; seed++) {
          const world = drawWorld(seed, sizeOf(told));
          const played = await play(world, disk, { isTold: true });
          expect(await play(world, disk, { isTold: true })).toEqual(played);
          expect(await play(world, files, { isTold: true })).toEqual(played);
          expect(played.trace.length).toBeGreaterThan(4);
        }
      } finally {
        files.close();
      }
    },
  );

  test('of the worlds that were asked for, only those are begun that there is time for', async () => {
    expect(await search({ first: 7, count: 3, disk, until: performance.now() })).toMatchObject({ worlds: 0 });
    const soon = performance.now() + 200;
    const { worlds: played, failed } = await search({ first: 7, count: 1e6, disk, until: soon });
    expect(performance.now()).toBeGreaterThanOrEqual(soon);
    expect(played).toBeGreaterThan(0);
    expect(failed).toEqual([]);
  });

  test.each([
    { parts: [], told: 'none' },
    { parts: [{ first: 1, worlds: 0 }], told: 'none' },
    { parts: [{ first: 1, worlds: 10 }], told: '1 to 10' },
    {
      parts: [
        { first: 1, worlds: 5 },
        { first: 6, worlds: 5 },
      ],
      told: '1 to 10',
    },
    {
      parts: [
        { first: 1, worlds: 4 },
        { first: 6, worlds: 5 },
      ],
      told: '1 to 4 and 6 to 10',
    },
  ])('the seeds of threads are told as $told', ({ parts, told }) => {
    expect(seedsOf(parts)).toBe(told);
  });

  test.for(Object.entries<Lawless>(LAWLESS))(
    'without a law it is found soon: %s',
    patient,
    async ([, lawless]) => {
      const started = process.cpuUsage();
      const { failed } = await search({
        first: 1,
        count: 1000,
        disk,
        lawless,
        onWorld: (_, { faults }) => faults.length === 0,
      });
      const { user, system } = process.cpuUsage(started);
      expect(failed).toHaveLength(1);
      expect((user + system) / 1e6).toBeLessThan(30);
    },
  );

  test('what is found is made as small as it can be, and fails in the same way', patient, async () => {
    const lawless = LAWLESS['doubts are sent again'];
    const { failed } = await search({
      first: 1,
      count: 100,
      disk,
      lawless,
      onWorld: (_, { faults }) => faults.length === 0,
    });
    const world = drawWorld(failed[0]!.seed);
    const [one, other] = [await explain(world, disk, lawless), await explain(world, disk, lawless)];
    expect(one).toEqual(other);
    expect(one!.played.faults[0]!.kind).toBe(failed[0]!.text.split(':')[0]);
    expect(one!.world.people.length).toBeLessThanOrEqual(2);
    expect(one!.world.days.length).toBeLessThanOrEqual(world.days.length);
    expect((await play(one!.world, disk)).faults).toEqual([]);
  });
});
