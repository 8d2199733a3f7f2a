import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { reconcile } from '../../src/engine/reconcile.ts';
import type { MatchAttribute, PaceRules, Profile, ScimRequest } from '../../src/model/index.ts';
import { exampleProfile } from '../planning/example.ts';
import { openCompany, reporting, targetWith } from './company.ts';
import type { Company, Person } from './company.ts';

const hour = 3_600_000;
const many = (count: number, part: Person = {}): readonly Person[] =>
  Array.from({ length: count }, (_, index) => reporting(`p${String(index).padStart(3, '0')}`, '', part));

/** With everybody's account, and the pace from then on. */
async function settled(people: readonly Person[], pace: PaceRules): Promise<Company> {
  const company = openCompany(people);
  await company.sync();
  company.directory.log.length = 0;
  company.configuration = { ...company.configuration, targets: [targetWith({ pace })] };
  return company;
}

describe('a budget of requests', () => {
  const pace: PaceRules = { concurrency: 4, budgets: [{ of: 'requests', count: 20, per: 'hour' }] };

  test('is kept over runs, lets a leaver through from what is kept for that, and comes back', async () => {
    const company = await settled(many(40), pace);
    company.people = many(40, { title: 'Dr' });
    expect((await company.sync()).result).toMatchObject({
      state: 'partial',
      counts: { update: 19 },
      waiting: 21,
    });
    company.people = company.people.slice(1);
    const second = await company.sync();
    expect(second.view.operations[0]).toBe('deactivate p000');
    expect(second.result).toMatchObject({ state: 'partial', counts: { deactivate: 1 }, waiting: 21 });
    expect(company.directory.log).toHaveLength(20);
    company.now += hour + 120_000;
    expect((await company.sync()).result).toMatchObject({ counts: { update: 19 }, waiting: 2 });
  });

  test('is waited for where the run has the time', async () => {
    const company = await settled(many(25), pace);
    company.people = many(25, { title: 'Dr' });
    const begun = company.now;
    const { result } = await company.sync({
      wait: 2 * hour,
      sleep: async (milliseconds) => void (company.now += milliseconds),
    });
    expect(result).toMatchObject({ state: 'done', counts: { update: 25 } });
    expect(company.now - begun).toBeGreaterThan(hour);
  });
});

test('a budget of creates holds creates alone, and what follows goes on without them', async () => {
  const pace: PaceRules = { concurrency: 2, budgets: [{ of: 'create', count: 5, per: 'hour' }] };
  const company = await settled(many(6), pace);
  company.people = many(18, { title: 'Dr' });
  expect((await company.sync()).result).toMatchObject({ counts: { update: 6, create: 5 }, waiting: 7 });
  expect((await company.sync()).result).toMatchObject({ counts: {}, waiting: 7 });
  company.now += hour + 120_000;
  expect((await company.sync()).result).toMatchObject({ counts: { create: 5 }, waiting: 2 });
});

test('a rest that a target has asked for outlives the run, and holds a leaver only if that was asked of one', async () => {
  const company = await settled(many(8), { concurrency: 1 });
  company.people = many(8, { title: 'Dr' });
  const busy = { class: 'transient', code: 'rate', message: 'too many', retryAfter: hour } as const;
  company.directory.before = ({ body }) =>
    JSON.stringify(body).includes('active') ? undefined : { kind: 'failed', failure: busy };
  await company.sync();
  expect(company.directory.log).toHaveLength(1);
  await company.sync();
  expect(company.directory.log).toHaveLength(1);
  company.people = many(8, { title: 'Dr' }).slice(2);
  expect((await company.sync()).result).toMatchObject({ counts: { deactivate: 2 }, waiting: 6 });
  expect(company.directory.log.slice(1)).toEqual(['PATCH p000 active', 'PATCH p001 active']);

  company.directory.before = () => ({ kind: 'failed', failure: busy });
  company.people = company.people.slice(2);
  await company.sync();
  // One of the two was sent to find out.
  expect(company.directory.log.slice(3)).toEqual(['PATCH p002 active']);
  company.now += hour;
  company.directory.before = () => undefined;
  expect((await company.sync()).result).toMatchObject({ state: 'done', waiting: 0 });
});

test('a run that has a time to end begins nothing after it, and leaves the rest to the next', async () => {
  const company = await settled(many(10), { concurrency: 1 });
  company.people = many(10, { title: 'Dr' });
  const until = company.now + 60_000 + 3000;
  company.directory.before = () => {
    company.now += 1000;
    return undefined;
  };
  expect((await company.sync({ until })).result).toMatchObject({
    state: 'partial',
    counts: { update: 3 },
    waiting: 7,
    stoppedAt: until,
  });
  const { result } = await company.sync();
  expect(result).toMatchObject({ state: 'done', counts: { update: 7 } });
  expect(result).not.toHaveProperty('stoppedAt');
});

test('a rest that outlives the run leaves out whom the target cannot be asked about, and nobody else', async () => {
  const company = await settled(many(3), { concurrency: 2 });
  company.people = many(40);
  const busy = { class: 'transient', code: 'rate', message: 'too many', retryAfter: hour } as const;
  company.directory.before = ({ method }) =>
    method === 'POST' ? { kind: 'failed', failure: busy } : undefined;
  await company.sync();
  const reads = company.directory.reads;
  company.people = many(41).slice(1);
  const { result, view } = await company.sync();
  expect(result).toMatchObject({ state: 'partial', counts: { deactivate: 1 } });
  expect(view.leftOut).toEqual({ p040: 'unproved' });
  // Whom the plan before has asked about is not counted once more.
  expect(view.operations).toContain('create p039');
  expect(company.directory.reads).toBe(reads);
  company.now += hour;
  company.directory.before = () => undefined;
  expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { create: 38 } });
});

const lookUps: Profile = { ...exampleProfile, list: { ...exampleProfile.list, provesAbsence: false } };

describe('what planning asks', () => {
  const hourly: PaceRules = {
    concurrency: 4,
    reserve: 10,
    budgets: [{ of: 'requests', count: 40, per: 'hour' }],
  };

  test.each([['one by one', lookUps] as const, ['by a list', exampleProfile] as const])(
    '%s spends nothing of what is kept for those who leave, however often it plans',
    async (_, profile) => {
      const company = openCompany(many(60), { target: { profile, pace: hourly } });
      const requests = (): number => company.directory.log.length + company.directory.reads;
      const present = many(2);
      company.people = present;
      await company.sync();
      company.people = many(60);
      for (let runs = 0; runs < 4; runs++) await company.sync();
      const before = requests();
      expect(before).toBeLessThanOrEqual(36);
      company.people = many(60).slice(1);
      const { result } = await company.sync();
      expect(result).toMatchObject({ counts: { deactivate: 1 } });
      expect(company.directory.log.at(-1)).toBe('PATCH p000 active');
      expect(requests()).toBe(before + 1);
    },
  );

  test('leaves enough of a budget for creating those about whom it asks, so that each run comes further', async () => {
    const company = openCompany(many(30), { target: { profile: lookUps, pace: hourly } });
    const created: number[] = [];
    for (let hours = 0; hours < 4; hours++) {
      const { result } = await company.sync();
      created.push(result.counts.create ?? 0);
      company.now += hour + 120_000;
    }
    expect(created.slice(0, 2).every((count) => count >= 9)).toBe(true);
    expect(created.reduce((sum, count) => sum + count)).toBe(30);
  });

  test('is no list that a budget would break off: each run would begin it anew, and nobody would ever be created', async () => {
    const paged: Profile = { ...exampleProfile, list: { ...exampleProfile.list, pageSize: 1 } };
    const pace: PaceRules = { concurrency: 4, budgets: [{ of: 'requests', count: 20, per: 'hour' }] };
    const people = many(30);
    const company = await settled(people, pace);
    company.configuration = { ...company.configuration, targets: [targetWith({ profile: paged, pace })] };
    const openTarget = company.engine.openTarget.bind(company.engine);
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      const list: typeof remote.list = async function* (before) {
        let count = 0;
        for await (const page of remote.list())
          for (const one of page) {
            await before?.();
            count++;
            yield [one];
          }
        return { complete: true, count };
      };
      return { ...remote, list };
    };
    company.people = [...people, ...many(70).slice(30)];
    const created: number[] = [];
    for (let run = 0; run < 3; run++) {
      created.push((await company.sync()).result.counts.create ?? 0);
      company.now += hour + 120_000;
    }
    expect(Math.min(...created)).toBeGreaterThan(0);
  });

  test('keeps to the requests of a second, as what is sent does, and each request has one turn', async () => {
    const company = openCompany(many(4), {
      target: {
        profile: { ...lookUps, update: { ...lookUps.update, method: 'put' } },
        pace: { concurrency: 4, perSecond: 1 },
      },
    });
    const starts = timed(company);
    const sleep = sleeper(company);
    await company.sync({ sleep, wait: 60_000 });
    company.people = many(5, { title: 'Dr' }).slice(1);
    await company.sync({ sleep, wait: 60_000 });
    expect(company.directory.log.filter((line) => line.startsWith('PUT'))).toHaveLength(3);
    expect(starts.length).toBeGreaterThan(18);
    for (const [index, at] of starts.slice(1).entries())
      expect(at - starts[index]!).toBeGreaterThanOrEqual(1000);
    // And none has waited for two.
    expect(company.now - starts[0]!).toBeLessThan(60_000 + (starts.length + 3) * 1000);
  });

  test('keeps to them when the target is compared with what it confirmed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const company = openCompany(many(6), { target: { profile: lookUps } });
    await company.sync();
    // The list leaves half of them out, and each of these is read.
    company.configuration = {
      ...company.configuration,
      targets: [targetWith({ profile: lookUps, pace: { concurrency: 4, perSecond: 1 } })],
    };
    const starts = timed(company, () => performance.now());
    const openTarget = company.engine.openTarget.bind(company.engine);
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      return {
        ...remote,
        list: async function* (before) {
          const reading = remote.list(before);
          const step = await reading.next();
          if (step.done !== true) yield step.value.slice(3);
          return { complete: false, count: 6 };
        },
      };
    };
    const reconciled = reconcile(company.engine, [], undefined, async () => undefined);
    for (let seconds = 0; seconds < 10; seconds++) await vi.advanceTimersByTimeAsync(1000);
    await reconciled;
    expect(starts).toHaveLength(4);
    for (const [index, at] of starts.slice(1).entries())
      expect(at - starts[index]!).toBeGreaterThanOrEqual(1000);
  });

  test('does not keep somebody who leaves waiting, where few questions take long', async () => {
    const company = await settled(many(3), { concurrency: 4 });
    const pace: PaceRules = { concurrency: 4, perSecond: 1 };
    company.configuration = { ...company.configuration, targets: [targetWith({ profile: lookUps, pace })] };
    company.people = many(30).slice(1);
    const asked: number[] = [];
    company.directory.before = () => {
      asked.push(company.directory.reads);
      return undefined;
    };
    company.directory.reads = 0;
    const { result } = await company.sync({
      sleep: async (milliseconds) => {
        company.now += milliseconds;
        await new Promise((resolve) => setTimeout(resolve, 1));
      },
      wait: 60_000,
    });
    expect(company.directory.log[0]).toBe('PATCH p000 active');
    expect(asked[0]).toBeLessThan(10);
    expect(result).toMatchObject({ state: 'done', counts: { deactivate: 1, create: 27 } });
  });
});

/** Sleeps by the clock of the company, which goes on when everybody sleeps: to when the first of them wakes up. */
function sleeper(company: Company): (milliseconds: number) => Promise<void> {
  const asleep: { readonly at: number; readonly wake: () => void }[] = [];
  const wakeNext = (): void => {
    const [next] = asleep.sort((one, other) => one.at - other.at).splice(0, 1);
    company.now = Math.max(company.now, next!.at);
    next!.wake();
    if (asleep.length > 0) setTimeout(wakeNext, 1);
  };
  return (milliseconds) =>
    new Promise((wake) => {
      if (asleep.push({ at: company.now + milliseconds, wake }) === 1) setTimeout(wakeNext, 1);
    });
}

/** When each request goes out. */
function timed(company: Company, now: () => number = () => company.now): readonly number[] {
  const starts: number[] = [];
  const openTarget = company.engine.openTarget.bind(company.engine);
  company.engine.openTarget = (...of) => {
    const remote = openTarget(...of);
    const timing =
      <A extends readonly unknown[], T>(ask: (...all: A) => T) =>
      (...all: A): T => {
        starts.push(now());
        return ask(...all);
      };
    return {
      ...remote,
      send: timing((request: ScimRequest) => remote.send(request)),
      read: timing((id: string) => remote.read(id)),
      find: timing((attribute: MatchAttribute, value: string) => remote.find(attribute, value)),
      list: (before) =>
        remote.list(async () => {
          await before?.();
          starts.push(now());
        }),
    };
  };
  return starts;
}
