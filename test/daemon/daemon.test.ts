import { describe, expect, test } from 'vitest';
import { loadParser } from '../../src/configuration/schedule.ts';
import { usualSourceLimits } from '../../src/configuration/source.ts';
import { Daemon } from '../../src/daemon/daemon.ts';
import type { Job, Work } from '../../src/daemon/agenda.ts';
import type { CarriedOut, Lanes, Service } from '../../src/daemon/contract.ts';
import type { Due } from '../../src/store/due.ts';
import { Bell, keepAtWork } from '../../src/daemon/keep.ts';
import { Watch } from '../../src/daemon/watch.ts';
import { RollcallError } from '../../src/model/index.ts';
import type { Configuration, CsvOptions, Schedule } from '../../src/model/index.ts';
import { targetWith } from '../engine/company.ts';
import { exampleMapping } from '../planning/example.ts';

const parse = await loadParser();
const minute = 60_000;
const midnight = Date.UTC(2026, 0, 5);

const everyQuarter = targetWith({ schedule: parse('*/15 * * * *') as Schedule });
const everyQuarterAt = (name: string) =>
  targetWith({ name, baseUrl: `http://127.0.0.1/${name}`, schedule: everyQuarter.schedule! });
const base: Configuration = {
  digest: '',
  file: '/etc/rollcall.yaml',
  state: '/var/rollcall.db',
  timeZone: 'UTC',
  source: { name: 'hr', connector: 'csv', csv: {} as CsvOptions, limits: usualSourceLimits },
  mapping: exampleMapping,
  targets: [everyQuarter],
  warnings: [],
};

interface Run extends Job {
  readonly lanes: Lanes;
  end(busy?: readonly string[], isLeft?: boolean): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** A daemon in a world of its own: the test is its clock, its files and what it carries out. */
function world(part: Partial<Configuration> = {}, ticks = new Map<string, number>()) {
  const controller = new AbortController();
  const the = {
    now: midnight,
    files: new Map<string, string>([[base.file, 'v1']]),
    next: (): Configuration => ({ ...base, ...part }),
    runs: [] as Run[],
    log: [] as string[],
    ticks,
    stop: () => controller.abort(),
    signal: controller.signal,
    rings: 0,
    approved: [] as string[],
    approvals: (): readonly string[] => the.approved.splice(0),
    /** By target: what earlier runs have left. */
    left: new Map<string, Due>(),
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const programOf = (configuration: Configuration) => ({
    configuration,
    engine: () => Promise.reject(new Error('nothing is wired here')),
    carryOut: (job: Job, _: AbortSignal, lanes: Lanes) =>
      new Promise<CarriedOut>((resolve, reject) => {
        the.runs.push({
          ...job,
          lanes,
          end: (busy = [], isLeft = false) => (resolve({ busy, isLeft }), settle()),
          fail: (error) => (reject(error), settle()),
        });
      }),
  });
  const say =
    (level: string) =>
    (fields: object, message: string): void =>
      void the.log.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const daemon = new Daemon(programOf(the.next()), {
    now: () => the.now,
    log: { info: say('info'), warn: say('warn'), error: say('error') },
    load: async () => programOf(the.next()),
    ticks: {
      of: (target, work) => the.ticks.get(`${target} ${work}`),
      note: (target: string, work: Work, at) => void the.ticks.set(`${target} ${work}`, at),
    },
    approved: () => the.approvals(),
    due: ({ name }) => the.left.get(name),
    lookAt: async (paths) => {
      const looks = paths.map((path) => the.files.get(path) ?? '');
      return looks.includes('') ? '' : looks.join('\n');
    },
    signal: the.signal,
    wake: () => the.rings++,
  });
  return Object.assign(the, { daemon });
}

describe('a daemon', () => {
  test('notes what it has done, and makes up after a restart for what it has not', async () => {
    const the = world();
    expect(the.ticks.get('app sync')).toBe(midnight);
    expect(the.daemon.step()).toBe(midnight + 15 * minute);
    the.now += 15 * minute;
    the.daemon.step();
    expect(the.runs).toMatchObject([{ work: 'sync', targets: ['app'] }]);
    // It was killed in the middle of it.
    const again = world({}, the.ticks);
    again.now = midnight + 17 * minute;
    again.daemon.step();
    expect(again.runs).toHaveLength(1);
    await again.runs[0]!.end();
    expect(the.ticks.get('app sync')).toBe(midnight + 17 * minute);
  });

  test('that was down while something was due does it once, at its start', async () => {
    const the = world({}, new Map([['app sync', midnight - 500 * minute]]));
    the.daemon.step();
    await the.runs[0]!.end();
    expect(the.daemon.step()).toBe(midnight + 15 * minute);
    expect(the.runs).toHaveLength(1);
  });

  test('does not count as done what it was stopped in', async () => {
    const the = world();
    the.now += 15 * minute;
    the.daemon.step();
    the.stop();
    await the.runs[0]!.end();
    expect(the.ticks.get('app sync')).toBe(midnight);
    expect(the.daemon.step()).toBe(Infinity);
    await the.daemon.idle();
  });

  test('goes on after a run that fails, and comes back to a target that somebody else delivers to', async () => {
    const the = world();
    the.now += 15 * minute;
    the.daemon.step();
    await the.runs[0]!.fail(new RollcallError('source', 'people.csv is not there'));
    expect(the.log.at(-1)).toMatch(/^error a run failed .*people\.csv is not there/);
    the.now += 15 * minute;
    the.daemon.step();
    await the.runs[1]!.end(['app']);
    expect(the.daemon.step()).toBe(the.now + 30_000);
    the.now += 30_000;
    the.daemon.step();
    expect(the.runs).toHaveLength(3);
  });

  test('reads a configuration that has changed, and keeps the one it has where the new one is wrong', async () => {
    const the = world();
    await the.daemon.look();
    the.files.set(base.file, 'v2');
    await the.daemon.look();
    expect(the.log).toEqual([]);
    the.next = () => {
      throw new RollcallError(
        'configuration',
        ['this is no cron schedule', 'there is no such key'].map((message) => ({ message })),
      );
    };
    the.now += 1000;
    await the.daemon.look();
    expect(the.log.at(-1)).toMatch(/^error the configuration is refused.*no cron schedule.*no such key/);
    expect(the.daemon.configuration.targets).toEqual([everyQuarter]);

    const hourly = { ...everyQuarter, schedule: parse('0 * * * *') as Schedule };
    the.next = () => ({ ...base, targets: [hourly] });
    await the.daemon.reload('SIGHUP');
    expect(the.log.at(-1)).toMatch(/^info the configuration was read again .*SIGHUP/);
    expect(the.daemon.step()).toBe(midnight + 60 * minute);

    the.next = () => ({ ...base, state: '/elsewhere.db' });
    await the.daemon.reload('SIGHUP');
    expect(the.log.at(-1)).toMatch(/^error the configuration is refused.*restart the daemon/);
    the.next = () => ({ ...base, targets: [targetWith()] });
    await the.daemon.reload('SIGHUP');
    expect(the.log.at(-1)).toMatch(/^warn no target has a schedule/);
  });

  test('reads connectors of one’s own again, also where one is gone', async () => {
    const the = world({ parts: ['own.yaml'] });
    the.files.set('own.yaml', 'v1');
    await the.daemon.look();
    the.files.delete('own.yaml');
    await the.daemon.look();
    the.now += 1000;
    await the.daemon.look();
    expect(the.log).toHaveLength(1);
  });

  test('syncs by a configuration that has changed as it does at its start: where it watches the source', async () => {
    const csv = { path: 'people.csv' } as never;
    const source = { ...base.source, connector: 'csv', csv, watchSeconds: 3 } as const;
    const the = world({ source, targets: [targetWith()] });
    the.daemon.step();
    await the.runs[0]!.end();
    the.next = () => ({
      ...base,
      digest: 'another',
      source,
      targets: [targetWith(), everyQuarterAt('other')],
    });
    await the.daemon.reload('SIGHUP');
    the.daemon.step();
    expect(the.runs[1]).toMatchObject({ work: 'sync', targets: ['app', 'other'] });
    const scheduled = world();
    scheduled.daemon.step();
    await scheduled.daemon.reload('SIGHUP');
    scheduled.daemon.step();
    expect(scheduled.runs).toEqual([]);
  });

  test('syncs all targets at its start, and when a source that it watches has changed and is still', async () => {
    const other = targetWith({ name: 'other', baseUrl: 'http://127.0.0.1/other' });
    const csv = { path: 'people.csv' } as never;
    const source = { ...base.source, connector: 'csv', csv, watchSeconds: 3 } as const;
    const the = world({ source, targets: [everyQuarter, other] });
    the.files.set('people.csv', 'one');
    await the.daemon.look();
    the.daemon.step();
    expect(the.runs).toMatchObject([{ targets: ['app', 'other'] }]);
    // It changes while it is read: once more, when that run is over.
    for (const look of ['half', 'more', 'whole', 'whole', 'whole', 'whole', 'whole']) {
      the.files.set('people.csv', look);
      the.now += 1000;
      await the.daemon.look();
      the.daemon.step();
    }
    expect(the.runs).toHaveLength(1);
    await the.runs[0]!.end();
    the.daemon.step();
    expect(the.runs).toHaveLength(2);
    await the.runs[1]!.end();
    the.now += 5000;
    await the.daemon.look();
    the.daemon.step();
    expect(the.runs).toHaveLength(2);
    expect(the.log.filter((line) => line.includes('the source has changed'))).toHaveLength(1);
  });
});

describe('two targets that are due together', () => {
  const everyMinute = { schedule: parse('* * * * *') as Schedule };
  const quick = targetWith({ name: 'quick', ...everyMinute });
  const slow = targetWith({ name: 'slow', ...everyMinute, baseUrl: 'http://127.0.0.1/slow' });

  test('do not wait for each other: the quick one is synced each minute while the slow one takes an hour', async () => {
    const the = world({ targets: [quick, slow] });
    the.now += minute;
    the.daemon.step();
    const [both] = the.runs;
    expect(both).toMatchObject({ targets: ['quick', 'slow'] });
    both!.lanes.planned();
    for (let count = 1; count <= 60; count++) {
      const run = the.runs.at(-1)!;
      const rings = the.rings;
      run.lanes.done('quick', false);
      // It may be due again already.
      expect(the.rings).toBeGreaterThan(rings);
      expect(the.ticks.get('quick sync')).toBe(the.now);
      if (count > 1) await run.end();
      expect(the.daemon.step()).toBe(the.now + minute);
      the.now += minute;
      the.daemon.step();
      expect(the.runs).toHaveLength(count + 1);
      expect(the.runs.at(-1)).toMatchObject({ work: 'sync', targets: ['quick'] });
      the.runs.at(-1)!.lanes.planned();
    }
    expect(the.ticks.get('slow sync')).toBe(midnight);
    await both!.end();
    expect(the.ticks.get('slow sync')).toBe(midnight + minute);
    the.daemon.step();
    expect(the.runs.at(-1)).toMatchObject({ targets: ['slow'] });
  });

  test('are tried again where one of them is another’s just now, and the other has ended before', async () => {
    const the = world({ targets: [quick, slow] });
    the.now += minute;
    the.daemon.step();
    the.runs[0]!.lanes.done('quick', false);
    await the.runs[0]!.fail(new RollcallError('state', 'the disk is full'));
    expect(the.ticks.get('quick sync')).toBe(midnight + minute);
    expect(the.ticks.get('slow sync')).toBe(midnight);
    the.now += minute;
    the.daemon.step();
    expect(the.runs[1]).toMatchObject({ targets: ['quick', 'slow'] });
  });
});

test('what was told and could not be planned, or not all of it, is told again, also to a target that is delivered to', async () => {
  const the = world();
  the.daemon.ask();
  the.daemon.step();
  void the.daemon.deliver();
  the.daemon.step();
  expect(the.runs).toMatchObject([{ work: 'sync' }, { work: 'events', targets: ['app'] }]);
  await the.runs[1]!.fail(new RollcallError('state', 'another run released a plan'));
  expect(the.daemon.step()).toBe(midnight + 30_000);
  the.now += 30_000;
  the.daemon.step();
  expect(the.runs).toHaveLength(3);
  await the.runs[2]!.end([], true);
  the.now += 1000;
  the.daemon.step();
  expect(the.runs.slice(2)).toMatchObject([{ work: 'events' }, { work: 'events' }]);
  // Where all of it was planned, whoever delivers sends it; it is looked after when that one has ended.
  await the.runs[3]!.end(['app']);
  the.now += 60_000;
  the.daemon.step();
  expect(the.runs).toHaveLength(4);
  await the.runs[0]!.end();
  the.daemon.step();
  expect(the.runs.slice(4)).toMatchObject([{ work: 'events' }]);
});

describe('what a run has left', () => {
  const watched: Partial<Configuration> = {
    source: { ...base.source, connector: 'csv', csv: { path: 'people.csv' } as never, watchSeconds: 3 },
    targets: [targetWith({})],
  };
  const due = (at: number, resumedAt = 0): Due => ({ at, resumedAt });

  /** The minutes at which a run begins within some hours, where each of them leaves something, and some carry out something. */
  async function runsOf(the: ReturnType<typeof world>, hours: number, served: (run: number) => boolean) {
    const begun: number[] = [];
    const before = the.runs.length;
    for (const end = the.now + hours * 60 * minute; the.now < end; the.now += minute / 2) {
      await the.daemon.look();
      the.daemon.step();
      if (the.runs.length === before + begun.length) continue;
      begun.push((the.now - midnight) / minute);
      const run = the.runs.at(-1)!;
      run.lanes.planned();
      run.lanes.done('app', !served(begun.length));
      await run.end();
    }
    return begun;
  }

  test('is come back to without a schedule and without a change: soon, and less and less often where nothing is served', async () => {
    const the = world(watched);
    the.left.set('app', due(midnight));
    expect(await runsOf(the, 1, (run) => run === 1 || run === 8)).toEqual([
      0, 1, 2, 4, 8, 16, 31, 46, 47, 48, 50, 54,
    ]);
    expect(the.runs.every(({ work }) => work === 'sync')).toBe(true);
  });

  test('is not come back to before it is due, nor where nothing is left', async () => {
    const the = world(watched);
    the.left.set('app', due(midnight + 40 * minute));
    expect(await runsOf(the, 0.75, () => true)).toEqual([0, 40, 41, 42, 43, 44]);
    the.left.clear();
    expect(await runsOf(the, 3, () => true)).toEqual([]);
  });

  test('is gone on with by the schedule as well, and between its times', async () => {
    const the = world();
    expect(await runsOf(the, 1, () => true)).toEqual([15, 30, 45]);
    the.left.set('app', due(midnight + 64 * minute));
    expect((await runsOf(the, 0.2, () => true)).slice(0, 2)).toEqual([60, 64]);
  });

  test('is gone on with at once after a person has resumed the target', async () => {
    const the = world(watched);
    the.left.set('app', due(midnight));
    expect(await runsOf(the, 0.5, () => false)).toEqual([0, 1, 3, 7, 15]);
    the.now = midnight + 20 * minute;
    the.left.set('app', due(midnight, the.now));
    expect((await runsOf(the, 0.1, () => false))[0]).toBe(20);
  });

  test('is not gone on with again and again for a resume that a wrong clock has put into the future', async () => {
    const the = world(watched);
    the.left.set('app', due(midnight, midnight + 120 * minute));
    expect(await runsOf(the, 1, () => false)).toEqual([0, 1, 3, 7, 15, 30, 45]);
  });

  test('is come back to where the clock was set back', async () => {
    const the = world(watched);
    the.left.set('app', due(midnight - 24 * 60 * minute));
    expect(await runsOf(the, 0.1, () => false)).toEqual([0, 1, 3]);
    the.now = midnight - 10 * 60 * minute;
    expect((await runsOf(the, 0.1, () => false))[0]).toBe(-600);
  });

  test('is gone on with after a run in the middle of which the target was resumed', async () => {
    const the = world(watched);
    await the.daemon.look();
    the.daemon.step();
    the.now += 5 * minute;
    the.left.set('app', due(midnight, the.now));
    the.now += 1;
    the.runs[0]!.lanes.planned();
    the.runs[0]!.lanes.done('app', true);
    await the.runs[0]!.end();
    expect((await runsOf(the, 0.05, () => false))[0]).toBeCloseTo(5, 1);
  });

  test('is not read for again and again where reading takes long', async () => {
    const the = world(watched);
    the.left.set('app', due(midnight));
    await the.daemon.look();
    the.daemon.step();
    the.now += 10 * minute;
    const run = the.runs[0]!;
    run.lanes.planned();
    run.lanes.done('app', false);
    await run.end();
    the.now += 39 * minute;
    await the.daemon.look();
    the.daemon.step();
    expect(the.runs).toHaveLength(1);
    the.now += minute;
    await the.daemon.look();
    the.daemon.step();
    expect(the.runs).toHaveLength(2);
  });

  test('also where a run has failed before it was planned, and not while somebody is at it', async () => {
    const the = world(watched);
    await the.daemon.look();
    the.daemon.step();
    the.now += 5 * minute;
    await the.daemon.look();
    the.daemon.step();
    expect(the.runs).toHaveLength(1);
    await the.runs[0]!.fail(new RollcallError('state', 'the disk is full'));
    the.now += 19 * minute;
    await the.daemon.look();
    the.daemon.step();
    expect(the.runs).toHaveLength(1);
    the.now += minute;
    await the.daemon.look();
    the.daemon.step();
    expect(the.runs).toHaveLength(2);
  });

  test('is sent without a read where the daemon reads none, and is left alone where it only observes', async () => {
    const http = { host: '127.0.0.1', port: 0, keys: [] } as unknown as NonNullable<Configuration['http']>;
    const the = world({
      http,
      targets: [
        targetWith({}),
        targetWith({ name: 'seen', mode: 'observe', baseUrl: 'http://127.0.0.1/seen' }),
      ],
    });
    the.left.set('app', due(midnight));
    the.left.set('seen', due(midnight));
    await the.daemon.look();
    the.daemon.step();
    expect(the.runs).toMatchObject([{ work: 'events', targets: ['app'] }]);
  });

  test('is nothing to end for: that the state does not say so is told once', async () => {
    const the = world(watched);
    the.left.get = () => {
      throw new RollcallError('state', 'the state is locked');
    };
    for (let count = 0; count < 3; count++) await the.daemon.look();
    expect(the.log.filter((line) => line.includes('what is due could not be read'))).toHaveLength(1);
  });
});

describe('a delivery that takes long', () => {
  const csv = { path: 'people.csv' } as never;
  const source = { ...base.source, connector: 'csv', csv, watchSeconds: 1 } as const;

  /** One that delivers, and whose source has changed since. */
  async function delivering() {
    const the = world({ source, targets: [everyQuarter] });
    the.files.set('people.csv', 'one');
    await the.daemon.look();
    the.daemon.step();
    the.now += 1000;
    the.runs[0]!.lanes.planned();
    the.files.set('people.csv', 'two');
    await the.daemon.look();
    the.now += 1000;
    await the.daemon.look();
    return the;
  }

  test('gives way when the source has changed, and what it leaves over goes on after another read', async () => {
    const the = await delivering();
    const gives = the.runs[0]!.lanes.givesWay('app');
    expect(gives.aborted).toBe(false);
    the.daemon.step();
    expect(gives.aborted).toBe(true);
    expect(the.log.filter((line) => line.includes('the delivery ends'))).toHaveLength(1);
    expect(the.runs).toHaveLength(1);
    await the.runs[0]!.end();
    the.daemon.step();
    expect(the.runs.slice(1)).toMatchObject([{ work: 'sync', targets: ['app'] }]);
    expect(the.runs[1]!.lanes.givesWay('app').aborted).toBe(false);
    the.runs[1]!.lanes.planned();
    await the.runs[1]!.end();
    expect(the.daemon.step()).toBe(midnight + 15 * minute);
    expect(the.runs).toHaveLength(2);
  });

  test('goes on without the source that it gave way to, where that cannot be read', async () => {
    const the = await delivering();
    the.daemon.step();
    await the.runs[0]!.end();
    the.daemon.step();
    await the.runs[1]!.fail(new RollcallError('source', 'people.csv has no header'));
    the.daemon.step();
    expect(the.runs.slice(2)).toMatchObject([{ work: 'events', targets: ['app'] }]);
    the.runs[2]!.lanes.planned();
    await the.runs[2]!.end();
    // A run that failed and had displaced nobody leaves it to the schedule.
    the.now = midnight + 15 * minute;
    the.daemon.step();
    await the.runs[3]!.fail(new RollcallError('source', 'people.csv has no header'));
    the.daemon.step();
    expect(the.runs).toHaveLength(4);
  });

  test('goes on without the source also where something was told and planned beside that read', async () => {
    const the = await delivering();
    the.daemon.step();
    await the.runs[0]!.end();
    the.daemon.step();
    // Whoever reads has the target, and what is told is planned beside it and left to it.
    void the.daemon.deliver();
    the.daemon.step();
    expect(the.runs.slice(1)).toMatchObject([{ work: 'sync' }, { work: 'events' }]);
    the.runs[2]!.lanes.planned();
    await the.runs[2]!.end();
    await the.runs[1]!.fail(new RollcallError('source', 'people.csv has no header'));
    the.daemon.step();
    expect(the.runs.slice(3)).toMatchObject([{ work: 'events', targets: ['app'] }]);
  });

  test('goes on where the state does not say whether something was approved, and that is told once', async () => {
    const the = await delivering();
    the.approvals = () => {
      throw new Error('disk I/O error');
    };
    await the.daemon.look();
    await the.daemon.look();
    the.daemon.ask();
    expect(the.log.filter((line) => line.includes('approved'))).toHaveLength(1);
    the.approvals = () => ['app'];
    await the.daemon.look();
    the.daemon.step();
    expect(the.runs[0]!.lanes.givesWay('app').aborted).toBe(true);
  });

  test('ends with the configuration that it goes by, and goes on by the new one where that has the target', async () => {
    const the = world({ targets: [everyQuarter, everyQuarterAt('gone')] });
    the.now += 15 * minute;
    the.daemon.step();
    const [run] = the.runs;
    run!.lanes.planned();
    expect(['app', 'gone'].map((name) => run!.lanes.givesWay(name).aborted)).toEqual([false, false]);
    the.next = () => {
      throw new RollcallError('configuration', { message: 'there is no such key' });
    };
    await the.daemon.reload('SIGHUP');
    expect(['app', 'gone'].map((name) => run!.lanes.givesWay(name).aborted)).toEqual([false, false]);
    the.next = () => ({ ...base, digest: 'another' });
    await the.daemon.reload('SIGHUP');
    expect(['app', 'gone'].map((name) => run!.lanes.givesWay(name).aborted)).toEqual([true, true]);
    the.daemon.step();
    expect(the.runs).toHaveLength(1);
    await run!.end();
    the.daemon.step();
    expect(the.runs[1]).toMatchObject({ work: 'sync', targets: ['app'] });
    expect(the.runs).toHaveLength(2);
  });

  test('does not end for a configuration that says the same', async () => {
    const the = await delivering();
    await the.daemon.reload('SIGHUP');
    expect(the.runs[0]!.lanes.givesWay('app').aborted).toBe(false);
  });

  test('that has ended for another configuration goes on before a comparison, and without a source that cannot be read', async () => {
    const reconcile = { schedule: parse('*/30 * * * *') as Schedule, repair: false };
    const csv = { path: 'people.csv' } as never;
    const source = { ...base.source, connector: 'csv', csv, watchSeconds: 3 } as const;
    const target = targetWith({ reconcile });
    const the = world({ source, targets: [target] });
    the.daemon.step();
    // The comparison falls due while it still plans, and so does the reload.
    the.now += 30 * minute;
    the.daemon.step();
    the.next = () => ({ ...base, digest: 'another', source, targets: [target] });
    await the.daemon.reload('SIGHUP');
    the.runs[0]!.lanes.planned();
    await the.runs[0]!.end();
    the.daemon.step();
    expect(the.runs.map(({ work }) => work)).toEqual(['sync', 'sync']);
    await the.runs[1]!.fail(new RollcallError('source', 'people.csv has no header'));
    the.daemon.step();
    expect(the.runs[2]).toMatchObject({ work: 'events', targets: ['app'] });
  });

  test('of a target that has another name by now goes on under that', async () => {
    const daily = parse('0 3 * * *') as Schedule;
    const the = world({ targets: [targetWith({ schedule: daily })] });
    the.now = midnight + 3 * 60 * minute;
    the.daemon.step();
    the.runs[0]!.lanes.planned();
    the.next = () => ({
      ...base,
      digest: 'another',
      targets: [targetWith({ name: 'new', renamedFrom: 'app', schedule: daily })],
    });
    await the.daemon.reload('SIGHUP');
    expect(the.runs[0]!.lanes.givesWay('app').aborted).toBe(true);
    await the.runs[0]!.end();
    the.daemon.step();
    expect(the.runs[1]).toMatchObject({ work: 'sync', targets: ['new'] });
  });

  test('gives way when something was approved, and only once', async () => {
    const the = world();
    the.now += 15 * minute;
    the.daemon.step();
    the.runs[0]!.lanes.planned();
    the.approved.push('app');
    // Whoever approves by HTTP asks for a sync as well.
    the.daemon.ask(['app']);
    await the.daemon.look();
    the.daemon.step();
    expect(the.runs[0]!.lanes.givesWay('app').aborted).toBe(true);
    await the.runs[0]!.end();
    the.daemon.step();
    the.runs[1]!.lanes.planned();
    await the.daemon.look();
    expect(the.daemon.step()).toBe(midnight + 30 * minute);
    expect(the.runs[1]!.lanes.givesWay('app').aborted).toBe(false);
    the.approved.push('app');
    await the.daemon.look();
    the.daemon.step();
    expect(the.runs[1]!.lanes.givesWay('app').aborted).toBe(true);
  });
});

describe('a watch', () => {
  const watching = (still: number) => {
    const watch = new Watch(still);
    return (...looks: readonly (readonly [number, string])[]) =>
      looks.map(([at, look]) => watch.observe(look, at));
  };

  test('sees a file that is written for long once, when it is still', () => {
    expect(
      watching(30)(
        [0, 'a'],
        [10, 'b1'],
        [20, 'b2'],
        [30, 'b3'],
        [40, 'b3'],
        [59, 'b3'],
        [60, 'b3'],
        [99, 'b3'],
      ),
    ).toEqual([false, false, false, false, false, false, true, false]);
  });

  test('sees one that took the place of another, and not the moment between them', () => {
    expect(watching(10)([0, 'a'], [10, ''], [30, ''], [40, 'b'], [50, 'b'])).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  test('sees one that comes into being, and not one that is as it was', () => {
    expect(watching(10)([0, ''], [50, 'a'], [60, 'a'])).toEqual([false, false, true]);
    expect(watching(10)([0, 'a'], [10, ''], [20, 'a'], [90, 'a'])).toEqual([false, false, false, false]);
  });
});

describe('at work', () => {
  /** Each sleep is told to the test, which ends it. */
  function sleeper() {
    const asleep: { readonly wait: number; wake: () => void }[] = [];
    const waiting: (() => void)[] = [];
    const sleep = (wait: number, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve());
        asleep.push({ wait, wake: resolve });
        waiting.splice(0).forEach((tell) => tell());
      });
    const next = async (): Promise<{ readonly wait: number; wake: () => void }> => {
      while (asleep.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      return asleep.shift()!;
    };
    return { sleep, next };
  }

  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

  test('it ends when it is told to and what is under way has ended, and its services with it', async () => {
    const the = world();
    const { sleep, next } = sleeper();
    const said: string[] = [];
    const service: Service = {
      name: 'http',
      start: async (host) => void said.push(`start ${host.configuration.targets.length}`),
      stop: async () => void said.push('stop'),
    };
    const bell = new Bell();
    const keeping = {
      now: () => the.now,
      sleep,
      signal: the.signal,
      grace: 30_000,
      log: silent,
      services: [service],
    };
    const over = keepAtWork(the.daemon, bell, keeping);
    const first = await next();
    expect(first.wait).toBe(1000);
    the.daemon.ask();
    bell.ring();
    await next();
    expect(the.runs).toHaveLength(1);
    the.stop();
    const grace = await next();
    expect(grace.wait).toBe(30_000);
    await the.runs[0]!.end();
    expect(await over).toBe(true);
    expect(said).toEqual(['start 1', 'stop']);
  });

  test('it does not wait for longer than it may', async () => {
    const the = world();
    const { sleep, next } = sleeper();
    const keeping = { now: () => the.now, sleep, signal: the.signal, grace: 5, log: silent, services: [] };
    const over = keepAtWork(the.daemon, new Bell(), keeping);
    the.now += 15 * minute;
    (await next()).wake();
    await next();
    expect(the.runs).toHaveLength(1);
    the.stop();
    (await next()).wake();
    expect(await over).toBe(false);
  });

  test('where a service does not start, what has started ends, and the daemon with it', async () => {
    const the = world();
    const { sleep } = sleeper();
    const said: string[] = [];
    const good: Service = {
      name: 'a',
      start: async () => undefined,
      stop: async () => void said.push('stop'),
    };
    const bad: Service = { ...good, name: 'b', start: () => Promise.reject(new Error('the port is taken')) };
    const keeping = {
      now: () => the.now,
      sleep,
      signal: the.signal,
      grace: 5,
      log: silent,
      services: [good, bad],
    };
    await expect(keepAtWork(the.daemon, new Bell(), keeping)).rejects.toThrow('the port is taken');
    expect(said).toEqual(['stop']);
  });
});
