import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { KINDS, TargetError } from '../../src/model/index.ts';
import type { Failure, Outcome, Profile, TargetConfiguration } from '../../src/model/index.ts';
import { approveOn } from '../../src/engine/approve.ts';
import { offboardNow } from '../../src/engine/offboard-now.ts';
import { pauseTarget } from '../../src/engine/pause.ts';
import { targetRow } from '../../src/store/accounts.ts';
import { heldKinds } from '../../src/store/approvals.ts';
import { voidPlans } from '../../src/store/generation.ts';
import { openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { exampleProfile, template } from '../planning/example.ts';
import { openCompany, targetWith } from './company.ts';
import type { Company, Person } from './company.ts';

// Many are new at `app`, of whom it has to be asked one by one, while somebody leaves at `wiki`.

const person = (id: string, part: Person = {}): Person => ({
  id,
  user: `${id}@example.com`,
  status: 'active',
  ...part,
});
const three = [person('a'), person('b'), person('c')];
const withoutB = [person('a'), person('b', { status: 'left' }), person('c')];
const newcomers = (count: number, part: Person = {}): readonly Person[] =>
  Array.from({ length: count }, (_, index) => person(`new${index}`, part));

const profile = { ...exampleProfile, list: { ...exampleProfile.list, provesAbsence: false } };
const few = { create: { floor: 0, count: 5 } };
const asks = (part: Partial<TargetConfiguration> = {}): TargetConfiguration =>
  targetWith({ profile, allow: ['create', 'update', 'link'], ...part });
const wiki = (part: Partial<TargetConfiguration> = {}): TargetConfiguration =>
  targetWith({ name: 'wiki', baseUrl: 'http://127.0.0.1/wiki', ...part });

/** A company whose first three people have accounts everywhere. */
async function settled(
  targets: readonly TargetConfiguration[],
  part: Parameters<typeof openCompany>[1] = {},
): Promise<Company> {
  const company = openCompany(three, { ...part, targets });
  const { results } = await company.sync();
  expect(results.every(({ state }) => state === 'done')).toBe(true);
  for (const directory of company.directories.values()) directory.log.length = 0;
  return company;
}

function read<T>({ configuration }: Company, use: (state: State) => T): T {
  const state = openState(configuration.state, false);
  try {
    return use(state);
  } finally {
    state.close();
  }
}

const heldAt = (company: Company, name = 'app') =>
  read(company, (state) => heldKinds(state, targetRow(state, name)!.id));
const selected = (company: Company, sql: string): readonly object[] =>
  read(company, (state) => state.db.prepare(sql).all() as object[]);

/** The line to `app` is slow: each question takes a moment. `amid` is called at the first one. */
function slow(company: Company, amid: () => void | Promise<void> = () => undefined): { questions: number } {
  const counted = { questions: 0 };
  const openTarget = company.engine.openTarget.bind(company.engine);
  company.engine.openTarget = (...of) => {
    const remote = openTarget(...of);
    if (of[0].name !== 'app') return remote;
    const find: typeof remote.find = async (...what) => {
      if (++counted.questions === 1) await amid();
      await delay(1);
      return remote.find(...what);
    };
    return { ...remote, find };
  };
  return counted;
}

/** Syncs, and tells how many questions `app` was asked before a target was first sent something. */
async function timed(company: Company, name: string, options: Parameters<Company['sync']>[0] = {}) {
  const counted = slow(company);
  let first: number | undefined;
  const directory = company.directories.get(name)!;
  const { before } = directory;
  directory.before = (...of) => {
    first ??= counted.questions;
    return before(...of);
  };
  let plans = 0;
  const synced = await company.sync({ sleep: (time) => delay(time), onPlan: () => void plans++, ...options });
  return { first: first!, plans, ...synced, ...counted };
}

const posts = (company: Company): readonly string[] =>
  company.directory.log.filter((line) => line.startsWith('POST'));
const invalid: Failure = { class: 'invalid', code: 'invalid', message: 'no' };
const refuses =
  (method: string) =>
  (request: { readonly method: string }): Outcome | undefined =>
    request.method === method ? { kind: 'failed', failure: invalid } : undefined;

describe('whoever leaves', () => {
  test('is off before most of the questions are asked, and everybody is created in the same sync', async () => {
    const company = await settled([targetWith({ profile })]);
    company.people = [...withoutB, ...newcomers(300)];
    const { first, questions, result } = await timed(company, 'app');
    expect(company.directory.log[0]).toBe('PATCH b@example.com active');
    expect(questions).toBeGreaterThanOrEqual(600);
    expect(first).toBeLessThan(150);
    expect(result).toMatchObject({
      state: 'done',
      counts: { deactivate: 1, create: 300 },
      leaverLag: { count: 1, open: 0 },
    });
    expect(company.directory.log).toHaveLength(301);
    expect((await company.sync()).view.operations).toEqual([]);
    expect(selected(company, `SELECT key FROM audit WHERE event = 'person.left'`)).toEqual([{ key: 'b' }]);
  });

  test('waits for a few questions, and for all of a plan that somebody has looked at', async () => {
    const company = await settled([targetWith({ profile })]);
    company.people = [...withoutB, ...newcomers(20)];
    expect(await timed(company, 'app')).toMatchObject({ first: 40, plans: 1 });
    const other = await settled([targetWith({ profile })]);
    other.people = [...withoutB, ...newcomers(60)];
    expect(await timed(other, 'app', { leaversWaitFor: Infinity })).toMatchObject({ first: 120, plans: 1 });
  });

  test('waits at no target for the questions of another one', async () => {
    const company = await settled([asks(), wiki()]);
    company.people = [...withoutB, ...newcomers(60)];
    const { first, results, questions } = await timed(company, 'wiki');
    expect(first).toBeLessThan(100);
    expect(questions).toBe(120);
    expect(company.directories.get('wiki')!.log[0]).toBe('PATCH b@example.com active');
    expect(results).toMatchObject([{ counts: { create: 60 } }, { counts: { deactivate: 1, create: 60 } }]);
  });

  test('waits not for a few questions of each of many targets either', async () => {
    const more = asks({ name: 'crm', baseUrl: 'http://127.0.0.1/crm', allow: ['create', 'deactivate'] });
    const company = await settled([asks(), more]);
    company.people = [...withoutB, ...newcomers(30)];
    const { results } = await timed(company, 'crm');
    expect(company.directories.get('crm')!.log[0]).toBe('PATCH b@example.com active');
    expect(results).toMatchObject([{ counts: { create: 30 } }, { counts: { deactivate: 1, create: 30 } }]);
  });

  test('at a target that was halted, and answers again, goes first', async () => {
    const company = await settled([asks(), wiki()]);
    const directory = company.directories.get('wiki')!;
    const down = { class: 'target', code: 'unreachable', message: 'down' } as const;
    directory.trouble = down;
    directory.before = () => ({ kind: 'failed', failure: down });
    company.people = [person('a', { title: 'Dr' }), person('b'), person('c')];
    for (let run = 0; run < 5; run++) await company.sync();
    expect(selected(company, 'SELECT probe_at FROM target WHERE probe_at IS NOT NULL')).toHaveLength(1);
    directory.trouble = undefined;
    directory.before = () => undefined;
    directory.log.length = 0;
    company.people = [person('a', { title: 'Dr' }), ...withoutB.slice(1), ...newcomers(60)];
    const { first, results } = await timed(company, 'wiki');
    expect(directory.log[0]).toBe('PATCH b@example.com active');
    expect(first).toBeLessThan(100);
    expect(results[1]).toMatchObject({ state: 'done', counts: { deactivate: 1 } });
  });

  test('goes first with all who leave, or with none: a limit holds them as one, and an approval lets them through as one', async () => {
    const assign = template(({ record }) => record['title'] !== 'Dr');
    const two = { deactivate: { floor: 0, count: 1 } };
    const company = await settled([asks(), wiki({ limits: two, mapping: { assign } })]);
    company.people = [...withoutB.slice(0, 2), person('c', { title: 'Dr' }), ...newcomers(60)];
    const { results } = await timed(company, 'wiki');
    expect(results[1]).toMatchObject({ held: [{ kind: 'deactivate', count: 2 }], counts: { create: 60 } });
    const { log } = company.directories.get('wiki')!;
    expect(log.filter((line) => line.startsWith('PATCH'))).toEqual([]);
    company.approve('wiki');
    company.people = [...company.people, ...newcomers(120).slice(60)];
    const { first } = await timed(company, 'wiki');
    expect(first).toBeLessThan(100);
    expect(log.slice(60, 62)).toEqual(['PATCH b@example.com active', 'PATCH c@example.com active']);
  });

  test('goes first also where others are held, and this one was approved by name', async () => {
    const limits = { deactivate: { floor: 0, count: 0 } };
    const company = await settled([asks(), wiki({ limits })]);
    company.people = [...withoutB.slice(0, 2), person('c', { status: 'left' }), ...newcomers(20)];
    await company.sync();
    const { checksum } = heldAt(company, 'wiki')[0]!;
    await approveOn(
      company.configuration,
      { name: 'wiki', checksum, actor: 'test', keys: ['b'] },
      company.now,
    );
    company.people = [...company.people, ...newcomers(80).slice(20)];
    const { first, results } = await timed(company, 'wiki');
    expect(first).toBeLessThan(100);
    expect(results[1]).toMatchObject({ held: [{ kind: 'deactivate', count: 1 }], counts: { deactivate: 1 } });
    const content = company.directories.get('wiki')!.content();
    expect(content).toMatchObject({ 'b@example.com': { active: false }, 'c@example.com': { active: true } });
    expect((await company.sync()).results[1]).toMatchObject({ held: [{ count: 1 }], counts: {} });
  });

  test('goes first also where accounts that are to be deleted are held', async () => {
    const assign = template(({ record }) => record['title'] !== 'Dr');
    const limits = { delete: { floor: 0, count: 0 } };
    const company = await settled([asks(), wiki({ limits, onOutOfScope: 'delete', mapping: { assign } })]);
    company.people = [...withoutB.slice(0, 2), person('c', { title: 'Dr' }), ...newcomers(60)];
    const { first, results } = await timed(company, 'wiki');
    expect(first).toBeLessThan(100);
    expect(results[1]).toMatchObject({ held: [{ kind: 'delete', count: 1 }], counts: { deactivate: 1 } });
    expect(company.directories.get('wiki')!.content()).toHaveProperty('c@example.com');
  });

  test('is nobody where a joiner may be the same person: there is one plan, and both wait', async () => {
    const company = await settled([asks(), wiki()]);
    company.people = [person('a'), person('c'), person('b2', { user: 'b@example.com' }), ...newcomers(60)];
    await timed(company, 'wiki');
    const leftOut =
      'SELECT key, rule FROM left_out JOIN person ON person.id = person WHERE target = 2 ORDER BY key';
    expect(selected(company, leftOut)).toEqual([
      { key: 'b', rule: 'rekey' },
      { key: 'b2', rule: 'rekey' },
    ]);
    expect(selected(company, 'SELECT id FROM run')).toHaveLength(2);
    expect(company.directories.get('wiki')!.log.filter((line) => line.startsWith('PATCH'))).toEqual([]);
  });

  test('and everybody else is not read again where the run is stopped in the first read', async () => {
    const company = await settled([asks(), wiki()]);
    company.people = [...withoutB, ...newcomers(60)];
    const controller = new AbortController();
    const openSource = company.engine.openSource.bind(company.engine);
    let reads = 0;
    company.engine.openSource = (...of) => {
      reads++;
      controller.abort();
      return openSource(...of);
    };
    await company.sync({ signal: controller.signal });
    expect(reads).toBe(1);
    expect(company.directories.get('wiki')!.log).toEqual([]);
  });

  test('is tried first at each run, where the target has refused it', async () => {
    const company = await settled([asks({ limits: few }), wiki()]);
    const directory = company.directories.get('wiki')!;
    directory.before = refuses('PATCH');
    company.people = [...withoutB, ...newcomers(60)];
    await company.sync();
    directory.before = () => undefined;
    const { first, results } = await timed(company, 'wiki');
    expect(first).toBeLessThan(100);
    expect(results).toMatchObject([{ state: 'held' }, { state: 'done', counts: { deactivate: 1 } }]);
  });
});

describe('whoever leaves, where a target takes its time to answer', () => {
  const soon: Parameters<Company['sync']>[0] = { sleep: (time) => delay(Math.min(time, 20)) };
  const isOff = (company: Company, name: string): boolean =>
    company.directories.get(name)!.content()['b@example.com']!['active'] === false;
  const until = async (is: () => boolean): Promise<void> => {
    while (!is()) await delay(1);
  };

  test('is off everywhere before the first answer of it', async () => {
    const company = await settled([targetWith({ profile }), wiki()]);
    company.people = [...withoutB, ...newcomers(1)];
    const counted = slow(company, () => until(() => isOff(company, 'app') && isOff(company, 'wiki')));
    const { results } = await company.sync(soon);
    expect(results).toMatchObject([
      { state: 'done', counts: { deactivate: 1, create: 1 }, leaverLag: { count: 1, open: 0 } },
      { state: 'done', counts: { deactivate: 1, create: 1 } },
    ]);
    // The question that was given up, and that of the plan which has its answer.
    expect(counted.questions).toBeGreaterThan(2);
    expect((await company.sync()).view.operations).toEqual([]);
  });

  test('is off also where the time of the run is over before that answer comes', async () => {
    const company = await settled([targetWith({ profile }), wiki()]);
    company.people = [...withoutB, ...newcomers(1)];
    const controller = new AbortController();
    slow(company, async () => {
      await until(() => isOff(company, 'app') && isOff(company, 'wiki'));
      controller.abort();
    });
    await company.sync({ ...soon, signal: controller.signal });
    expect(company.directory.content()).not.toHaveProperty('new0@example.com');
    expect(isOff(company, 'wiki')).toBe(true);
    await company.sync();
    expect(company.directory.content()).toHaveProperty('new0@example.com');
  });

  test('is off also where that question has failed by then', async () => {
    const company = await settled([targetWith({ profile }), wiki()]);
    company.people = [...withoutB, ...newcomers(1)];
    slow(company, async () => {
      await until(() => isOff(company, 'wiki'));
      throw new TargetError({ class: 'target', code: 'unreachable', message: 'down' });
    });
    const { results } = await company.sync(soon);
    expect(results).toMatchObject([
      { counts: { deactivate: 1, create: 1 } },
      { counts: { deactivate: 1, create: 1 } },
    ]);
  });

  const down = { class: 'target', code: 'unreachable', message: 'down' } as const;

  /** `app` answers nothing but after the leaver is off at `wiki`, nor by what one asks it in that way. */
  function hangs(company: Company, way: 'probe' | 'read' | 'find'): void {
    const openTarget = company.engine.openTarget.bind(company.engine);
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      if (of[0].name !== 'app') return remote;
      const late = async (...what: never[]): Promise<never> => {
        await until(() => isOff(company, 'wiki'));
        return (remote[way] as (...all: never[]) => Promise<never>)(...what);
      };
      return { ...remote, [way]: late };
    };
  }

  test('is off before a halted target has answered whether it is well again', async () => {
    const company = await settled([targetWith({ profile }), wiki()]);
    const { directory } = company;
    directory.trouble = down;
    directory.before = () => ({ kind: 'failed', failure: down });
    company.people = [person('a', { title: 'Dr' }), person('b'), person('c')];
    await company.sync();
    directory.trouble = undefined;
    directory.before = () => undefined;
    company.people = [person('a', { title: 'Dr' }), ...withoutB.slice(1)];
    hangs(company, 'probe');
    const { results } = await company.sync(soon);
    expect(results).toMatchObject([
      { state: 'done', counts: { update: 1, deactivate: 1 } },
      { state: 'done', counts: { deactivate: 1 } },
    ]);
    expect((await company.sync()).view.operations).toEqual([]);
  });

  test('is off before one answers that is asked for the leavers’ sake', async () => {
    const company = await settled([targetWith({ profile }), wiki()]);
    const { directory } = company;
    directory.trouble = down;
    directory.before = () => ({ kind: 'failed', failure: down });
    company.people = [person('a', { title: 'Dr' }), person('b'), person('c')];
    for (let run = 0; run < 5; run++) await company.sync();
    expect(selected(company, 'SELECT probe_at FROM target WHERE probe_at IS NOT NULL')).toHaveLength(1);
    directory.trouble = undefined;
    directory.before = () => undefined;
    company.people = [person('a', { title: 'Dr' }), ...withoutB.slice(1)];
    hangs(company, 'probe');
    const { results } = await company.sync(soon);
    expect(results).toMatchObject([
      { state: 'done', counts: { update: 1, deactivate: 1 } },
      { state: 'done', counts: { deactivate: 1 } },
    ]);
  });

  /** The answer about a new title of `a` at `app` is lost. */
  async function doubtful(): Promise<Company> {
    const company = await settled([targetWith({ profile }), wiki()]);
    const lost: Failure = { class: 'unanswered', code: 'unreachable', message: 'no answer' };
    company.directory.before = () => ({ kind: 'failed', failure: lost });
    company.directory.trouble = { ...down, class: 'unanswered' };
    company.people = [person('a', { title: 'Dr' }), person('b'), person('c')];
    await company.sync({ wait: 0 });
    expect(selected(company, `SELECT id FROM operation WHERE state = 'leased'`)).toHaveLength(1);
    company.directory.before = () => undefined;
    company.directory.trouble = undefined;
    company.people = [person('a', { title: 'Dr' }), ...withoutB.slice(1)];
    return company;
  }

  test('is off before it is read what is in doubt, and that is read once', async () => {
    const company = await doubtful();
    hangs(company, 'read');
    const { results } = await company.sync(soon);
    expect(results).toMatchObject([
      { state: 'done', counts: { deactivate: 1 } },
      { state: 'done', counts: { deactivate: 1 } },
    ]);
    expect(company.directory.content()).toMatchObject({ 'a@example.com': { title: 'Dr' } });
    expect((await company.sync()).view.operations).toEqual([]);
  });

  test('is off at the same target, too, while it cannot show yet what a run had begun that was killed', async () => {
    const company = await settled([targetWith({ profile: { ...profile, lookupLagSeconds: 600 } })]);
    const { directory } = company;
    directory.before = () => {
      throw new Error('killed');
    };
    company.people = [...three, person('new')];
    await expect(company.sync()).rejects.toThrow('killed');
    expect(selected(company, `SELECT kind FROM operation WHERE state = 'leased'`)).toEqual([
      { kind: 'create' },
    ]);
    directory.before = () => undefined;
    company.people = [...withoutB, person('new')];
    const sleep = async (time: number): Promise<void> => {
      if (time < 5000) return delay(Math.min(time, 20));
      await until(() => isOff(company, 'app'));
      company.now += time;
    };
    const { result } = await company.sync({ sleep, wait: 3_600_000 });
    expect(result).toMatchObject({ state: 'done', counts: { deactivate: 1 } });
    expect(directory.content()).toHaveProperty('new@example.com');
  });

  test('is off there, too, where questions about others have all the places of the target', async () => {
    const company = await settled([targetWith({ profile, pace: { concurrency: 2 } })]);
    company.people = [...withoutB, ...newcomers(4)];
    const openTarget = company.engine.openTarget.bind(company.engine);
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      const find: typeof remote.find = async (...what) => {
        await until(() => isOff(company, 'app'));
        return remote.find(...what);
      };
      return { ...remote, find };
    };
    const { result } = await company.sync(soon);
    expect(result).toMatchObject({ state: 'done', counts: { deactivate: 1, create: 4 } });
  });

  test('keeps nobody from being offboarded at another target by taking long', async () => {
    const company = await settled([targetWith({ profile }), wiki()]);
    company.people = [...withoutB, ...newcomers(60)];
    const content = () => company.directories.get('wiki')!.content();
    const openTarget = company.engine.openTarget.bind(company.engine);
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      if (of[0].name !== 'app') return remote;
      const send: typeof remote.send = async (request) => {
        if (request.method === 'PATCH') await until(() => content()['c@example.com']!['active'] === false);
        return remote.send(request);
      };
      const find: typeof remote.find = async (...what) => (await delay(5), remote.find(...what));
      return { ...remote, send, find };
    };
    const syncing = company.sync(soon);
    await until(() => isOff(company, 'wiki'));
    const order = { key: 'c', actor: 'test', command: 'offboard c' };
    const waiting = { signal: new AbortController().signal, wait: 8000, random: () => 0 };
    await offboardNow(company.engine, order, { ...waiting, sleep: (time) => delay(Math.min(time, 20)) });
    await syncing;
    expect(content()['c@example.com']).toMatchObject({ active: false });
  });

  test('is planned for so many times and no more, where others are faster each time', async () => {
    const company = await settled([targetWith({ profile }), wiki()]);
    company.people = [...withoutB, ...newcomers(1)];
    slow(company, () => delay(60));
    let plans = 0;
    const onPlan: Parameters<Company['sync']>[0] = {
      onPlan: (run) => {
        plans++;
        if (run.isOfLeavers !== true) voidPlans(run.state);
      },
    };
    await expect(company.sync({ ...soon, ...onPlan })).rejects.toThrow(/another run released a plan/);
    expect(plans).toBeLessThan(20);
    expect(selected(company, 'SELECT id FROM run WHERE ended_at IS NULL')).toEqual([]);
  });

  test('is not told to be off any more once they were read to be back, whatever else is asked then', async () => {
    const company = await settled([targetWith({ profile }), wiki({ pace: { concurrency: 1 } })]);
    const back = [person('a', { status: 'left' }), person('b'), person('c'), ...newcomers(60)];
    company.people = [
      person('a', { status: 'left' }),
      person('b', { status: 'left' }),
      person('c'),
      ...newcomers(60),
    ];
    const openSource = company.engine.openSource.bind(company.engine);
    let reads = 0;
    company.engine.openSource = (...of) => {
      if (++reads === 2) company.people = back;
      return openSource(...of);
    };
    const openTarget = company.engine.openTarget.bind(company.engine);
    const told: string[] = [];
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      if (of[0].name !== 'wiki') return remote;
      const send: typeof remote.send = async (request) => {
        const id = decodeURIComponent(request.path.slice('/Users/'.length));
        const who = company.directories.get('wiki')!.accounts.get(id)?.['userName'] as string | undefined;
        if (request.method === 'PATCH') told.push(who!);
        // There is one place, and it is taken until the second read is over.
        if (who === 'a@example.com') await until(() => reads === 2).then(() => delay(100));
        return remote.send(request);
      };
      return { ...remote, send };
    };
    slow(company);
    await company.sync(soon);
    expect(told).toEqual(['a@example.com']);
    expect(isOff(company, 'wiki')).toBe(false);
  });

  test('keeps nobody from anything where nobody leaves', async () => {
    const company = await doubtful();
    company.people = [person('a', { title: 'Dr' }), person('b', { title: 'Dr' }), person('c')];
    company.directories.get('wiki')!.before = () => undefined;
    const openTarget = company.engine.openTarget.bind(company.engine);
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      const read: typeof remote.read = async (id) => {
        await delay(60);
        return remote.read(id);
      };
      return { ...remote, read };
    };
    const { results } = await company.sync(soon);
    expect(results.every(({ state }) => state === 'done')).toBe(true);
    expect(company.directories.get('wiki')!.content()).toMatchObject({ 'b@example.com': { title: 'Dr' } });
  });

  test('waits where there is a held read, or nobody to be asked about: nothing is planned twice', async () => {
    const company = await settled([targetWith({ profile }), wiki()]);
    company.people = withoutB;
    let plans = 0;
    await company.sync({ ...soon, onPlan: () => void plans++ });
    expect(plans).toBe(1);
    expect(selected(company, 'SELECT id FROM run')).toHaveLength(2);
  });
});

describe('whoever left by the first plan, and is back with the very record of before, when no second one was released', () => {
  test.each([
    ['by a status', [person('b', { status: 'left' })]],
    ['by absence', []],
  ])('is on again: %s', async (_, b) => {
    const company = await settled([targetWith({ profile })]);
    const isOn = (): unknown => company.directory.content()['b@example.com']!['active'];
    company.people = [person('a'), ...b, person('c'), ...newcomers(60)];
    const openSource = company.engine.openSource.bind(company.engine);
    let reads = 0;
    company.engine.openSource = (...of) => {
      const source = openSource(...of);
      if (++reads < 2) return source;
      const read: typeof source.read = async function* () {
        while (isOn() === true) await delay(1);
        throw new Error('the source is away');
      };
      return { ...source, read };
    };
    await expect(company.sync()).rejects.toThrow('away');
    expect(isOn()).toBe(false);
    company.engine.openSource = openSource;
    company.people = three;
    expect((await company.sync()).view.operations).toEqual(['reactivate b']);
    expect(isOn()).toBe(true);
  });
});

describe('whoever left by the first plan, and is back by the second one', () => {
  test.each([
    ['before they are told', 0, ['b true']],
    ['when they are off', 1, ['b false', 'b false']],
  ])('is on in the end: %s', async (_, sent, seen) => {
    const company = await settled([targetWith({ profile })]);
    const states: string[] = [];
    const isOn = (): unknown => company.directory.content()['b@example.com']!['active'];
    company.people = [...withoutB, ...newcomers(60)];
    const openSource = company.engine.openSource.bind(company.engine);
    let reads = 0;
    company.engine.openSource = (...of) => {
      if (++reads === 2) company.people = [...three, ...newcomers(60)];
      return openSource(...of);
    };
    slow(company, async () => {
      states.push(`b ${String(isOn())}`);
      while (sent === 1 && isOn() === true) await delay(1);
      if (sent === 1) states.push(`b ${String(isOn())}`);
    });
    if (sent === 0) pauseTarget(company.engine, 'app', { actor: 'test' });
    await company.sync();
    expect(states).toEqual(seen);
    expect(isOn()).toBe(true);
    expect((await company.sync()).view.operations.filter((one) => one.endsWith(' b'))).toEqual([]);
  });
});

describe('whoever leaves by the read of a plan that is made anew', () => {
  test('waits for none of its questions either', async () => {
    const company = await settled([targetWith({ profile })]);
    company.people = [...withoutB, ...newcomers(60)];
    const counted = slow(company, async () => {
      while (company.directory.content()['b@example.com']!['active'] === true) await delay(1);
      // Somebody else releases a plan, and the source goes on.
      read(company, (state) => voidPlans(state));
      company.people = [...withoutB.slice(0, 2), person('c', { status: 'left' }), ...newcomers(60)];
    });
    let first: number | undefined;
    company.directory.before = (_, name) => {
      if (name === 'c@example.com') first ??= counted.questions;
      return undefined;
    };
    const { result } = await company.sync({ sleep: (time) => delay(time) });
    expect(result).toMatchObject({ state: 'done', counts: { deactivate: 2, create: 60 } });
    expect(counted.questions).toBe(240);
    expect(first).toBeLessThan(220);
  });
});

describe('what waits of others while they leave', () => {
  /** With 60 creates that are held at `app`, and somebody who leaves now. */
  async function held(): Promise<Company> {
    const company = await settled([asks({ limits: few }), wiki()]);
    company.people = [...three, ...newcomers(60)];
    await company.sync();
    expect(heldAt(company)).toMatchObject([{ kind: 'create', count: 60 }]);
    company.people = [...withoutB, ...newcomers(60)];
    return company;
  }

  test('is held as it was, and can be let through meanwhile', async () => {
    const company = await held();
    const [before] = heldAt(company);
    let amid: unknown;
    slow(company, async () => {
      amid = heldAt(company);
      const given = { name: 'app', checksum: before!.checksum.slice(0, 16), actor: 'test' };
      expect(await approveOn(company.configuration, given, company.now)).toHaveLength(1);
    });
    await company.sync();
    expect(amid).toEqual([before]);
    expect(posts(company)).toHaveLength(60);
  });

  test('is held as it was where the target cannot be asked', async () => {
    const company = await held();
    company.directory.trouble = { class: 'target', code: 'unreachable', message: 'down' };
    await company.sync();
    expect(heldAt(company)).toMatchObject([{ kind: 'create', count: 60 }]);
  });

  test('is held as it was where the run is stopped, or cannot read again', async () => {
    const company = await held();
    const controller = new AbortController();
    slow(company, () => controller.abort());
    await company.sync({ signal: controller.signal });
    expect(heldAt(company)).toMatchObject([{ kind: 'create', count: 60 }]);
    const other = await held();
    const openSource = other.engine.openSource.bind(other.engine);
    let reads = 0;
    other.engine.openSource = (...of) => {
      if (++reads === 2) throw new Error('the source is away');
      return openSource(...of);
    };
    await expect(other.sync()).rejects.toThrow('away');
    expect(heldAt(other)).toMatchObject([{ kind: 'create', count: 60 }]);
    other.engine.openSource = openSource;
    expect((await other.sync()).results[1]).toMatchObject({ state: 'done' });
    expect(other.directories.get('wiki')!.content()['b@example.com']).toMatchObject({ active: false });
  });

  test('keeps its attempts where it has failed, and is neither counted nor held again', async () => {
    const company = await settled([asks({ limits: few }), wiki()]);
    company.people = [...three, ...newcomers(60)];
    await company.sync();
    company.approve('app');
    company.directory.before = refuses('POST');
    await company.sync();
    const failed = 'SELECT DISTINCT state, attempts FROM operation WHERE target = 1';
    const counted = 'SELECT kind, sum(count) FROM released WHERE target = 1 GROUP BY kind';
    expect(selected(company, failed)).toEqual([{ state: 'failed', attempts: 1 }]);
    const before = selected(company, counted);
    company.now += 3_600_000;
    company.people = [...withoutB, ...newcomers(60)];
    expect((await company.sync()).results[0]).toMatchObject({ held: [], failed: 60 });
    expect(selected(company, failed)).toEqual([{ state: 'failed', attempts: 2 }]);
    expect(selected(company, counted)).toEqual(before);
  });

  test('stays approved where a link has failed', async () => {
    const company = await settled([asks({ limits: { link: { floor: 0, count: 0 } } }), wiki()]);
    for (const { id, user } of newcomers(60)) company.directory.add({ userName: user!, externalId: id! });
    company.people = [...three, ...newcomers(60)];
    await company.sync();
    expect(heldAt(company)).toMatchObject([{ kind: 'link', count: 60 }]);
    company.approve('app');
    const openTarget = company.engine.openTarget.bind(company.engine);
    company.engine.openTarget = (...of) => ({
      ...openTarget(...of),
      read: () => Promise.reject(new TargetError(invalid)),
    });
    expect((await company.sync()).results[0]).toMatchObject({ failed: 60 });
    company.engine.openTarget = openTarget;
    company.now += 3_600_000;
    company.people = [...withoutB, ...newcomers(60)];
    expect((await company.sync()).results[0]).toMatchObject({ state: 'done', counts: { link: 60 } });
  });

  test('is counted once, also where somebody is to have a manager who is new', async () => {
    const company = await settled([asks(), wiki()]);
    company.people = [...withoutB.slice(1), person('a', { boss: 'new0', title: 'Dr' }), ...newcomers(60)];
    await company.sync();
    const counted = `SELECT sum(count) AS count FROM released WHERE target = 1 AND kind = 'update'`;
    expect(selected(company, counted)).toEqual([{ count: 1 }]);
  });

  test('waits with its target while that is paused', async () => {
    const company = await held();
    pauseTarget(company.engine, 'wiki', { actor: 'test' });
    const { since } = heldAt(company)[0]!;
    let plans = 0;
    for (let run = 0; run < 2; run++) await company.sync({ onPlan: () => void plans++ });
    expect(plans).toBe(2);
    expect(heldAt(company)).toMatchObject([{ kind: 'create', count: 60, since }]);
    expect(company.directories.get('wiki')!.log).not.toContain('PATCH b@example.com active');
  });

  test('is let through with a read that is approved, once', async () => {
    const company = await settled([asks(), wiki({ limits: { deactivate: { floor: 0, count: 0 } } })]);
    const odd = Array.from({ length: 100 }, (_, index) => person(`odd${index}`, { status: 'odd' }));
    company.people = [...withoutB, ...newcomers(60), ...odd];
    expect((await company.sync()).results).toMatchObject([{ state: 'held' }, { state: 'held' }]);
    for (const name of ['app', 'wiki']) company.approve(name);
    await company.sync();
    expect(posts(company)).toHaveLength(60);
  });
});

describe('somebody who is absent for the first time', () => {
  test.each([
    ['another target', [asks(), wiki()]],
    ['the target', [wiki({ profile })]],
  ])('is not switched off by the second plan of one sync: there is much to ask %s', async (_, targets) => {
    const company = await settled(targets);
    const { configuration } = company;
    company.configuration = { ...configuration, source: { ...configuration.source, confirmAbsence: true } };
    const openSource = company.engine.openSource.bind(company.engine);
    company.engine.openSource = (...of) => ({ ...openSource(...of), isLive: true });
    company.people = [...withoutB.slice(0, 2), ...newcomers(60)];
    const { results } = await company.sync();
    expect(results.at(-1)).toMatchObject({ counts: { deactivate: 1 } });
    const content = company.directories.get('wiki')!.content();
    expect(content).toMatchObject({ 'b@example.com': { active: false }, 'c@example.com': { active: true } });
    await company.sync();
    expect(company.directories.get('wiki')!.content()['c@example.com']).toMatchObject({ active: false });
  });
});

describe('with groups', () => {
  const groups: Profile['groups'] = {
    supported: true,
    create: true,
    rename: true,
    delete: true,
    externalId: true,
    match: ['displayName'],
    members: { perRequest: 10, nested: false, remove: 'filter' },
  };
  const target = asks({
    profile: { ...profile, groups },
    allow: KINDS.filter((kind) => kind !== 'delete'),
    groups: { onGone: 'delete', onLeave: 'remove' },
  });
  const listed = template(({ record }) => (record['groups'] ? (record['groups'] as string).split(' ') : []));

  /** Groups are taken as they come, and told to the log; asking for one takes a moment. */
  async function grouped(people: readonly Person[], onQuestion: () => void = () => undefined) {
    const { mapping } = openCompany().configuration;
    const company = openCompany(people, {
      targets: [target, wiki()],
      mapping: { ...mapping, groups: [{ kind: 'list', from: listed }] },
    });
    const sent: string[] = [];
    const openTarget = company.engine.openTarget.bind(company.engine);
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      const send: typeof remote.send = async (request, ...rest) => {
        if (!request.path.startsWith('/Groups')) return remote.send(request, ...rest);
        sent.push(`${request.method} ${request.path}`);
        if (request.method !== 'POST') return { kind: 'done', status: 204 };
        const made = { id: `g${sent.length}`, resource: request.body!, emails: [], active: true };
        return { kind: 'done', status: 201, remote: made };
      };
      const findGroups = async () => {
        onQuestion();
        await delay(2);
        return [];
      };
      return { ...remote, send, findGroups };
    };
    await company.sync();
    await company.sync();
    return { company, sent };
  }

  test('nobody waits for questions about many new groups', async () => {
    let [asked, first]: [number, number | undefined] = [0, undefined];
    const { company } = await grouped(three, () => void asked++);
    company.directories.get('wiki')!.before = () => {
      first ??= asked;
      return undefined;
    };
    const many = Array.from({ length: 200 }, (_, index) => `G${index}`).join(' ');
    company.people = [person('a', { groups: many }), ...withoutB.slice(1)];
    await company.sync({ sleep: (time) => delay(time) });
    expect(first).toBeLessThan(100);
    expect(asked).toBe(200);
  });

  test('whoever is off goes out of their groups by the second plan', async () => {
    const { company, sent } = await grouped([
      three[0]!,
      person('b', { groups: 'G' }),
      person('c', { groups: 'G' }),
    ]);
    sent.length = 0;
    company.directory.log.length = 0;
    const [, , c] = three;
    company.people = [person('a'), person('b', { status: 'left' }), { ...c, groups: 'G' }, ...newcomers(60)];
    const { results } = await timed(company, 'app');
    expect(company.directory.log[0]).toBe('PATCH b@example.com active');
    expect(results[0]).toMatchObject({ state: 'done', counts: { deactivate: 1, memberRemove: 1 } });
    expect(sent).toHaveLength(1);
  });

  test('one that only those who are new come into is not to be deleted', async () => {
    const { company, sent } = await grouped([...three.slice(0, 2), person('c', { groups: 'G' })]);
    expect(sent).toContain('POST /Groups');
    company.people = [...withoutB, ...newcomers(60, { groups: 'G' })];
    let amid: unknown;
    slow(company, () => {
      amid = selected(company, `SELECT kind FROM operation WHERE kind = 'deleteGroup'`);
    });
    await company.sync();
    expect(amid).toEqual([]);
    expect(sent.filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });
});
