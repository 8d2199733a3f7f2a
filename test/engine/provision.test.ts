import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { offboardNow } from '../../src/engine/offboard-now.ts';
import { provision } from '../../src/engine/provision.ts';
import type { Provisioned } from '../../src/engine/provision.ts';
import { pauseTarget } from '../../src/engine/pause.ts';
import { openState } from '../../src/store/state.ts';
import { openCompany, reporting, targetWith } from './company.ts';
import type { Company } from './company.ts';

const waiting = {
  signal: new AbortController().signal,
  wait: 1000,
  sleep: async () => undefined,
  random: () => 0,
  newPassword: () => 'made',
};

const provide = (company: Company, key: string, ...names: readonly string[]): Promise<Provisioned> =>
  provision(company.engine, { key, names, command: `provision ${key}`, actor: 'ada' }, waiting);

describe('one person, provisioned now', () => {
  test('has an account, and what waits for others goes on waiting', async () => {
    const company = openCompany([reporting('a'), reporting('b')]);
    const failure = { class: 'transient', code: 'server', message: 'busy' } as const;
    company.directory.before = () => ({ kind: 'failed', failure });
    await company.sync();
    company.directory.before = () => undefined;
    company.directory.log.length = 0;
    company.now += 3_600_000;
    company.people = [reporting('a'), reporting('b', '', { title: 'new' }), reporting('c', 'b')];
    expect(await provide(company, 'c')).toMatchObject({
      standing: 'active',
      targets: [{ name: 'app', state: 'on', done: ['create'] }],
    });
    expect(company.directory.log).toEqual(['POST c']);
    expect((await provide(company, 'c')).targets).toMatchObject([{ state: 'on', done: [] }]);
    expect(company.directory.log).toEqual(['POST c']);
    await company.sync();
    expect(company.directory.log.slice(1, 3).sort()).toEqual(['POST a', 'POST b']);
    expect(company.directory.content()['c']).toMatchObject({ manager: 'b' });
  });

  test('whom nobody knows, whose record is rejected, who has left, is held or offboarded, is told why', async () => {
    const limits = { create: { count: 0, floor: 0 } };
    const company = openCompany([reporting('alice'), reporting('b')]);
    await company.sync();
    company.directory.log.length = 0;
    await expect(provide(company, 'alcie')).rejects.toMatchObject({
      code: 'usage',
      problems: [{ message: 'nobody has the key alcie', hint: 'did you mean alice?' }],
    });
    company.people = [
      reporting('alice', '', { status: 'odd' }),
      reporting('b', '', { status: 'left' }),
      reporting('c'),
    ];
    company.configuration = { ...company.configuration, targets: [targetWith({ limits })] };
    expect(await provide(company, 'alice')).toMatchObject({
      standing: 'rejected',
      reason: expect.stringMatching(/people\.csv:2/) as string,
      targets: [{ state: 'on' }],
    });
    company.people = [...company.people, reporting('d', '', { status: 'odd' })];
    expect(await provide(company, 'd')).toMatchObject({
      standing: 'rejected',
      targets: [{ state: 'none', reason: 'no account, and none is made of a record that is rejected' }],
    });
    expect(await provide(company, 'c')).toMatchObject({
      targets: [{ state: 'held', reason: expect.stringMatching(/^create is held: 1 create/) as string }],
    });
    expect(company.directory.log).toEqual([]);
    expect(await provide(company, 'b')).toMatchObject({
      standing: 'left',
      targets: [{ state: 'off', done: ['deactivate'] }],
    });
    await offboardNow(
      company.engine,
      { key: 'c', actor: 'ada', command: 'offboard c' },
      { ...waiting, wait: 0 },
    );
    company.configuration = { ...company.configuration, targets: [targetWith()] };
    expect(await provide(company, 'c')).toMatchObject({
      standing: 'offboarded',
      offboarding: { actor: 'ada' },
      targets: [{ state: 'none' }],
    });
    expect(company.directory.log).toEqual(['PATCH b active']);
  });

  test('waits for whoever delivers, and says who that is where they take longer', async () => {
    const targets = [targetWith({ name: 'app' }), targetWith({ name: 'crm' })];
    const company = openCompany([reporting('a')], { targets });
    await company.sync();
    company.people = [reporting('a'), reporting('b'), reporting('c')];
    let isFirst = true;
    const begun: Promise<Provisioned>[] = [];
    company.directory.before = () => {
      if (isFirst) begun.push(provide(company, 'c'));
      isFirst = false;
      return undefined;
    };
    await company.sync({ names: ['app'] });
    expect((await begun[0]!).targets).toMatchObject([
      { name: 'app', state: expect.stringMatching(/^(waiting|on)$/) as string },
      { name: 'crm', state: 'on', done: ['create'] },
    ]);
  });

  /** Provides somebody as soon as the first request of a run is under way, with answers that take their time. */
  async function whileDelivering(company: Company, key: string, wait = 5000) {
    const { directory } = company;
    const open = directory.open.bind(directory);
    let asked: Promise<Provisioned> | undefined;
    directory.open = (name) => {
      const target = open(name);
      return {
        ...target,
        send: async (request, ...rest) => {
          asked ??= provision(
            company.engine,
            { key, names: [], command: `provision ${key}`, actor: 'ada' },
            { ...waiting, wait, sleep: (milliseconds) => delay(milliseconds) },
          );
          await delay(10);
          return target.send(request, ...rest);
        },
      };
    };
    const { results } = await company.sync();
    directory.open = open;
    return { results, provisioned: await asked! };
  }

  const many = Array.from({ length: 150 }, (_, index) => reporting(`p${100 + index}`));

  test('goes out next where many creates wait on a target that somebody else delivers to', async () => {
    const company = openCompany([reporting('a')], { target: { pace: { concurrency: 2 } } });
    await company.sync();
    company.people = [reporting('a'), ...many, reporting('zoe')];
    const { provisioned, results } = await whileDelivering(company, 'zoe');
    expect(provisioned).toMatchObject({
      standing: 'active',
      targets: [{ name: 'app', state: 'on', done: ['create'] }],
    });
    const { log } = company.directory;
    expect(log.indexOf('POST zoe')).toBeLessThan(80);
    expect(log.filter((line) => line === 'POST zoe')).toHaveLength(1);
    expect(log).toHaveLength(152);
    expect(results).toMatchObject([{ state: 'done', waiting: 0 }]);
    expect((await company.sync()).view.operations).toEqual([]);
    // It is of whoever asked: to undo the run that delivered takes nothing of it back.
    const state = openState(company.configuration.state, false);
    const runs = state.db
      .prepare(
        `SELECT run.command FROM audit JOIN run ON run.id = audit.run WHERE key = 'zoe' AND event = 'operation.done'`,
      )
      .pluck()
      .all();
    state.close();
    expect(runs).toEqual(['provision zoe']);
  });

  test('while a run still reads the source goes out before its plan, which is made anew and wants nothing twice', async () => {
    const company = openCompany([reporting('a')]);
    await company.sync();
    company.people = [reporting('a'), ...many.slice(0, 5), reporting('zoe')];
    const openSource = company.engine.openSource.bind(company.engine);
    let asked: Promise<Provisioned> | undefined;
    const reads: string[] = [];
    company.engine.openSource = (...of) => {
      const source = openSource(...of);
      return {
        ...source,
        read: async function* (...what) {
          reads.push(asked === undefined ? 'sync' : 'again');
          if (asked === undefined) {
            asked = provision(
              company.engine,
              { key: 'zoe', names: [], command: 'provision zoe', actor: 'ada' },
              { ...waiting, wait: 5000, sleep: (milliseconds) => delay(milliseconds) },
            );
            await asked;
            expect(company.directory.log.slice(1)).toEqual(['POST zoe']);
          }
          return yield* source.read(...what);
        },
      };
    };
    const { results } = await company.sync();
    expect(await asked!).toMatchObject({ targets: [{ state: 'on', done: ['create'] }] });
    expect(reads).toEqual(['sync', 'again', 'again']);
    expect(results).toMatchObject([{ state: 'done', counts: { create: 6 } }]);
    expect(company.directory.log).toHaveLength(7);
    expect((await company.sync()).view.operations).toEqual([]);
  });

  test('overtakes the plan of everybody once, and waits for its turn then', async () => {
    const company = openCompany([reporting('a')]);
    await company.sync();
    company.people = [reporting('a'), ...many.slice(0, 3), reporting('zoe'), reporting('zora')];
    const openSource = company.engine.openSource.bind(company.engine);
    const asked: Promise<Provisioned>[] = [];
    const ask = (key: string): Promise<Provisioned> => {
      const sleep = (milliseconds: number): Promise<void> => delay(milliseconds);
      const request = { key, names: [], command: `provision ${key}`, actor: 'ada' };
      asked.push(provision(company.engine, request, { ...waiting, wait: 5000, sleep }));
      return asked.at(-1)!;
    };
    let reads = 0;
    company.engine.openSource = (...of) => {
      const source = openSource(...of);
      return {
        ...source,
        read: async function* (...what) {
          reads++;
          if (reads === 1) await ask('zoe');
          if (reads === 3) {
            void ask('zora');
            // Far longer than it would take if it did not wait.
            await delay(300);
            expect(reads).toBe(3);
          }
          return yield* source.read(...what);
        },
      };
    };
    await company.sync();
    expect(await Promise.all(asked)).toMatchObject([
      { targets: [{ state: 'on' }] },
      { targets: [{ state: 'on' }] },
    ]);
    expect(company.directory.log).toHaveLength(6);
  });

  test('is sent by themselves where whoever delivered ends before, and waits on a target that is paused', async () => {
    const company = openCompany([reporting('a')], { target: { pace: { concurrency: 1 } } });
    await company.sync();
    company.people = [reporting('a'), ...many.slice(0, 9), reporting('zoe')];
    const controller = new AbortController();
    const { directory } = company;
    let asked: Promise<Provisioned> | undefined;
    directory.before = () => {
      asked ??= provision(
        company.engine,
        { key: 'zoe', names: [], command: 'provision zoe', actor: 'ada' },
        { ...waiting, wait: 5000, sleep: (milliseconds) => delay(milliseconds) },
      );
      controller.abort();
      return undefined;
    };
    await company.sync({ signal: controller.signal });
    expect(await asked!).toMatchObject({ targets: [{ state: 'on', done: ['create'] }] });
    expect(directory.log).toEqual(['POST a', expect.stringMatching(/POST p/), 'POST zoe']);
    pauseTarget(company.engine, 'app', { actor: 'ada' });
    company.people = [...company.people, reporting('zora')];
    expect((await provide(company, 'zora')).targets).toMatchObject([
      { state: 'waiting', reason: expect.stringMatching(/paused/) as string },
    ]);
  });

  test('goes out as soon as a run for somebody else alone has ended, and is told so where that takes longer', async () => {
    for (const wait of [5000, 0]) {
      const company = openCompany([reporting('a')]);
      await company.sync();
      company.people = [reporting('a'), reporting('b'), reporting('zoe')];
      const { directory } = company;
      directory.log.length = 0;
      let asked: Promise<Provisioned> | undefined;
      let isAnswered: () => void = () => undefined;
      const answered = new Promise<void>((resolve) => (isAnswered = resolve));
      const open = directory.open.bind(directory);
      directory.open = (name) => {
        const target = open(name);
        return {
          ...target,
          send: async (request, ...rest) => {
            asked ??= provision(
              company.engine,
              { key: 'zoe', names: [], command: 'provision zoe', actor: 'ada' },
              { ...waiting, wait, sleep: (milliseconds) => delay(milliseconds) },
            ).finally(isAnswered);
            await Promise.race([answered, delay(400)]);
            return target.send(request, ...rest);
          },
        };
      };
      expect((await provide(company, 'b')).targets).toMatchObject([{ state: 'on', done: ['create'] }]);
      if (wait > 0) {
        expect((await asked!).targets).toMatchObject([{ state: 'on', done: ['create'] }]);
        expect(directory.log).toEqual(['POST b', 'POST zoe']);
      } else {
        expect((await asked!).targets).toMatchObject([
          {
            state: 'waiting',
            reason: expect.stringMatching(
              /^create: app is being .* by `rollcall provision b`.*, and sends nobody else anything; the next run sends it$/,
            ) as string,
          },
        ]);
        expect(directory.log).toEqual(['POST b']);
      }
    }
  });

  test('whoever is offboarded meanwhile is switched off by it: nothing holds that up', async () => {
    const company = openCompany([reporting('a'), reporting('c')]);
    await company.sync();
    company.people = [reporting('a'), reporting('b'), reporting('c')];
    const { directory } = company;
    directory.log.length = 0;
    let asked: Promise<unknown> | undefined;
    const open = directory.open.bind(directory);
    directory.open = (name) => {
      const target = open(name);
      return {
        ...target,
        send: async (request, ...rest) => {
          const who = { key: 'c', actor: 'ada', command: 'offboard c' };
          asked ??= offboardNow(company.engine, who, { ...waiting, wait: 0 });
          await asked;
          return target.send(request, ...rest);
        },
      };
    };
    await provide(company, 'b');
    expect(await asked!).toMatchObject({
      targets: [
        { state: 'waiting', reason: expect.stringMatching(/provision b.*switches them off first/) as string },
      ],
    });
    expect(directory.log).toEqual(['POST b', 'PATCH c active']);
  });
});
