import { describe, expect, test } from 'vitest';
import { RollcallError } from '../../src/model/index.ts';
import type { Failure, Limits, Outcome } from '../../src/model/index.ts';
import { lock } from '../../src/store/locks.ts';
import { openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { exampleMapping, exampleProfile, template } from '../planning/example.ts';
import { openDirectory } from './directory.ts';
import { openCompany, stops, targetWith, viewOf } from './company.ts';
import type { Company, Person } from './company.ts';

const person = (id: string, part: Person = {}): Person => ({ id, user: id, status: 'active', ...part });
const crowd = (count: number, part: Person = {}): readonly Person[] =>
  Array.from({ length: count }, (_, index) => person(`p${String(index).padStart(3, '0')}`, part));

async function settled(people: readonly Person[], part: Parameters<typeof openCompany>[1] = {}) {
  const company = openCompany(people, part);
  await company.sync();
  company.directory.log.length = 0;
  return company;
}

function withState<T>(company: Company, use: (state: State) => T): T {
  const state = openState(company.configuration.state, false);
  try {
    return use(state);
  } finally {
    state.close();
  }
}

const failure = (kind: Failure['class'], part: Partial<Failure> = {}): Outcome => ({
  kind: 'failed',
  failure: { class: kind, code: 'server', message: `it answered ${kind}`, ...part },
});

describe('a sync', () => {
  test('creates, updates and leaves exactly what differs, and a second one sends nothing', async () => {
    const company = openCompany(crowd(10));
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { create: 10 } });
    company.people = [...crowd(9).slice(1), person('p000', { title: 'Dr' }), person('new')];
    const { view, result } = await company.sync();
    expect(view.operations).toEqual(['deactivate p009', 'update p000', 'create new']);
    expect(result.counts).toEqual({ deactivate: 1, update: 1, create: 1 });
    const sent = company.directory.log.length;
    expect(sent).toBe(13);
    expect((await company.sync()).view.operations).toEqual([]);
    expect(company.directory.log).toHaveLength(sent);
  });

  test('of the same people in another order has the same checksums, and of other people others', async () => {
    const people = [
      ...crowd(8),
      person('x', { boss: 'p001' }),
      person('y', { boss: 'z' }),
      person('z', { boss: 'y' }),
    ];
    const checksums = (order: readonly Person[]) => openCompany(order).plan((run) => viewOf(run).checksums);
    const first = await checksums(people);
    expect(Object.keys(first)).toEqual(['create', 'update']);
    expect(await checksums([...people].reverse())).toEqual(first);
    expect(await checksums([...people.slice(5), ...people.slice(0, 5)])).toEqual(first);
    const others = await checksums([...people.slice(1), person('p000', { title: 'Dr' })]);
    expect(others['create']).not.toBe(first['create']);
    expect(others['update']).toBe(first['update']);
  });

  test('looks only into records that differ', async () => {
    const company = await settled(crowd(20));
    await company.sync();
    expect(company.looked).toEqual([]);
    company.people = [...crowd(20).slice(0, 19).reverse(), person('p019', { title: 'Dr' })];
    await company.sync();
    expect(company.looked).toEqual(['p019']);
  });

  test('looks into all records when the configuration of a target differs', async () => {
    const company = await settled(crowd(5));
    const [target] = company.configuration.targets;
    company.configuration = { ...company.configuration, targets: [{ ...target!, digest: 'second' }] };
    await company.sync();
    expect(company.looked).toHaveLength(5);
    await company.sync();
    expect(company.looked).toEqual([]);
  });

  test('looks again at whoever failed, waits or was left out', async () => {
    const company = openCompany(crowd(4));
    company.directory.before = (_, name) =>
      name === 'p001' ? failure('invalid') : name === 'p002' ? failure('transient') : undefined;
    const { result } = await company.sync();
    expect(result).toMatchObject({ state: 'partial', failed: 1, waiting: 1, counts: { create: 2 } });
    company.directory.before = () => undefined;
    // What may succeed at any time is tried again; what the target refused, when a quarter of an hour has passed.
    const next = await company.sync();
    expect([...company.looked].sort()).toEqual(['p001', 'p002']);
    expect(next.result).toMatchObject({ state: 'partial', failed: 1, waiting: 0, counts: { create: 1 } });
    company.now += 15 * 60_000;
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { create: 1 } });
    expect((await company.sync()).view.operations).toEqual([]);
    expect(company.looked).toEqual([]);
  });

  test('sends what the target refused at once, if it is something else now', async () => {
    const company = openCompany(crowd(2));
    company.directory.before = (_, name) => (name === 'p001' ? failure('invalid') : undefined);
    await company.sync();
    company.directory.before = () => undefined;
    company.people = [person('p000'), person('p001', { title: 'Dr' })];
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { create: 1 } });
  });

  test('keeps nothing of a plan that was not released', async () => {
    const company = await settled(crowd(3));
    company.people = [...crowd(2), person('new', { title: 'x' })];
    await expect(company.sync({ onPlan: stops })).rejects.toThrow('stopped by the test');
    expect(company.directory.log).toEqual([]);
    const { view } = await company.sync();
    expect(view.operations).toEqual(['deactivate p002', 'create new']);
  });

  test('that is stopped before its plan is released sends nothing, and the next does it all', async () => {
    const company = await settled(crowd(3));
    company.people = crowd(2);
    const stop = new AbortController();
    await company.sync({ signal: stop.signal, onPlan: () => stop.abort() });
    expect(company.directory.log).toEqual([]);
    expect((await company.sync()).view.operations).toEqual(['deactivate p002']);
  });

  test('that is stopped in the middle leaves the rest to the next', async () => {
    const company = openCompany(crowd(20));
    const stop = new AbortController();
    company.directory.before = () => {
      stop.abort();
      return undefined;
    };
    const { result } = await company.sync({ signal: stop.signal });
    expect(result.state).toBe('partial');
    expect(company.directory.log.length).toBeLessThan(20);
    company.directory.before = () => undefined;
    await company.sync();
    expect(company.directory.log).toHaveLength(20);
    expect(new Set(company.directory.log).size).toBe(20);
  });
});

describe('a rule that reads the clock', () => {
  const atNight = (company: () => Company) => company().now > 5_000_000;

  test.each(['assign', 'map'] as const)('in %s is asked at every run', async (where) => {
    const holder: { company?: Company } = {};
    const reads = template(
      ({ record }) => {
        const late = holder.company!.engine.clock.now() > 5_000_000;
        return where === 'assign' ? record['id'] !== 'p001' || late : { title: late ? 'late' : 'early' };
      },
      { readsClock: true },
    );
    const company = openCompany(crowd(3), { target: { mapping: { [where]: reads } } });
    holder.company = company;
    await company.sync();
    expect(atNight(() => company)).toBe(false);
    company.now = 6_000_000;
    const { view } = await company.sync();
    expect(view.operations).toEqual(
      where === 'assign' ? ['create p001'] : ['update p000', 'update p001', 'update p002'],
    );
  });

  test('in the mapping is asked at every run', async () => {
    const holder: { company?: Company } = {};
    const attributes = template(({ record }) => ({
      userName: record['user'],
      title: holder.company!.engine.clock.now() > 5_000_000 ? 'late' : 'early',
    }));
    const company = openCompany(crowd(1), { mapping: { ...exampleMapping, attributes } });
    holder.company = company;
    await company.sync();
    company.now = 6_000_000;
    expect((await company.sync()).view.operations).toEqual(['update p000']);
  });
});

describe('limits', () => {
  const limits: Limits = { deactivate: { count: 3, floor: 1 }, create: { count: 50, floor: 0 } };

  test('hold the kind that breaks them, and the others go out', async () => {
    const company = await settled(crowd(10), { target: { limits } });
    company.people = [...crowd(6), person('new')];
    const { view, result } = await company.sync();
    expect(view.held).toEqual(['deactivate']);
    expect(result).toMatchObject({ state: 'held', counts: { create: 1 }, failed: 0, waiting: 0 });
    expect(company.directory.log).toEqual(['POST new']);
  });

  test('let exactly that through which somebody approved, once', async () => {
    const company = await settled(crowd(10), { target: { limits } });
    company.people = crowd(6);
    await company.sync();
    company.approve();
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { deactivate: 4 } });
    // What was approved does not fill the window for others.
    company.people = crowd(5);
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { deactivate: 1 } });
    company.people = crowd(1);
    expect((await company.sync()).result).toMatchObject({ state: 'held' });
  });

  test('let nothing else through with it', async () => {
    const company = await settled(crowd(10), { target: { limits } });
    company.people = crowd(6);
    await company.sync();
    company.approve();
    company.people = crowd(5);
    expect((await company.sync()).result).toMatchObject({ state: 'held', counts: {} });
    company.people = crowd(6);
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { deactivate: 4 } });
  });

  test('count what was released within a day', async () => {
    const company = await settled(crowd(10), { target: { limits } });
    company.people = crowd(8);
    expect((await company.sync()).result.state).toBe('done');
    company.people = crowd(6);
    expect((await company.sync()).result.state).toBe('held');
    company.now += 24 * 60 * 60 * 1000;
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { deactivate: 2 } });
  });

  test('that are no longer broken hold nobody any more', async () => {
    const company = await settled(crowd(10), { target: { limits } });
    company.people = crowd(6);
    await company.sync();
    company.people = crowd(10);
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: {} });
    expect(company.directory.log).toEqual([]);
  });
});

describe('a read that breaks a limit', () => {
  test('holds everything on every target, until somebody says that this file is meant', async () => {
    const company = await settled(crowd(20), { targets: [targetWith(), targetWith({ name: 'other' })] });
    company.people = [...crowd(10), person('new')];
    const { results, view } = await company.sync();
    expect(results.map(({ state }) => state)).toEqual(['held', 'held']);
    expect(view.held).toEqual(['source', 'create', 'deactivate']);
    expect(company.directory.log).toEqual([]);
    company.approve('app');
    const next = await company.sync();
    expect(next.results.map(({ state }) => state)).toEqual(['done', 'held']);
    company.approve('other');
    expect((await company.sync()).results.map(({ state }) => state)).toContain('done');
  });

  test('is not what the next is measured against, if no target could be asked', async () => {
    const company = await settled(crowd(20));
    company.people = [...crowd(5), person('new')];
    company.directory.trouble = { class: 'target', code: 'unreachable', message: 'no such host' };
    expect((await company.sync()).result.state).toBe('failed');
    company.directory.trouble = undefined;
    expect((await company.sync()).view.held).toContain('source');
    expect(company.directory.log).toEqual([]);
  });

  test('is accepted by the target that it was approved for, and by no other', async () => {
    const company = await settled(crowd(20), { targets: [targetWith(), targetWith({ name: 'other' })] });
    company.people = crowd(10);
    await company.sync();
    company.approve('app');
    expect((await company.sync({ names: ['app'] })).result.state).toBe('done');
    company.people = crowd(9);
    const { results } = await company.sync();
    expect(results.map(({ name, state }) => [name, state])).toEqual([
      ['app', 'done'],
      ['other', 'held'],
    ]);
    expect(company.directories.get('other')!.log.filter((line) => line.startsWith('PATCH'))).toEqual([]);
  });

  test('is what the next is measured against, once it is approved', async () => {
    const company = await settled(crowd(20));
    company.people = crowd(10);
    await company.sync();
    company.approve();
    await company.sync();
    company.people = crowd(9);
    expect((await company.sync()).view.held).toEqual([]);
  });
});

describe('a target at another base URL', () => {
  test('that knows none of the accounts is another service, whatever was approved', async () => {
    const company = await settled(crowd(4));
    const { directory } = company;
    move(company);
    const another = openDirectory();
    company.directories = new Map([['app', another]]);
    company.people = crowd(3);
    await company.sync();
    company.approve();
    const { result } = await company.sync();
    expect(result).toMatchObject({ state: 'failed', error: { code: 'notFound' } });
    expect(result.error!.message).toMatch(/it is another service/);
    expect(another.log).toEqual([]);
    const [target] = company.configuration.targets;
    company.configuration = {
      ...company.configuration,
      targets: [{ ...target!, baseUrl: 'http://127.0.0.1/scim/v2' }],
    };
    company.directories = new Map([['app', directory]]);
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { deactivate: 1 } });
  });

  const move = (company: Company): void => {
    const [target] = company.configuration.targets;
    const moved = { ...target!, baseUrl: 'http://127.0.0.1/other', digest: 'moved' };
    company.configuration = { ...company.configuration, targets: [moved] };
  };

  test('is held as a whole until that is approved, and nothing released before goes there', async () => {
    const company = await settled(crowd(4));
    company.people = crowd(3);
    company.directory.before = () => failure('transient');
    await company.sync();
    company.directory.before = () => undefined;
    company.directory.log.length = 0;
    move(company);
    company.people = [...crowd(3), person('new')];
    const { view } = await company.sync();
    expect(view.held).toEqual(['target', 'create']);
    expect(company.directory.log).toEqual([]);
    company.approve();
    expect((await company.sync()).result).toMatchObject({
      state: 'done',
      counts: { create: 1, deactivate: 1 },
    });
    expect((await company.sync()).view.held).toEqual([]);
  });

  test('that differs in a slash at the end or in the case of the host is none', async () => {
    const company = await settled(crowd(1), { target: { baseUrl: 'http://example.com/scim' } });
    const [target] = company.configuration.targets;
    company.configuration = {
      ...company.configuration,
      targets: [{ ...target!, baseUrl: 'http://EXAMPLE.com:80/scim/' }],
    };
    expect((await company.sync()).view.held).toEqual([]);
  });
});

describe('a target under another name', () => {
  test('is planned as what it was, before a sync gives it the name', async () => {
    const company = await settled(crowd(3));
    const [target] = company.configuration.targets;
    company.configuration = {
      ...company.configuration,
      targets: [{ ...target!, name: 'new', renamedFrom: 'app' }],
    };
    company.directories = new Map([['new', company.directory]]);
    company.people = [...crowd(2), person('p002', { title: 'Dr' })];
    expect((await company.plan(viewOf)).operations).toEqual(['update p002']);
    expect((await company.sync()).result).toMatchObject({ name: 'new', counts: { update: 1 } });
  });
});

describe('several targets', () => {
  const two = [targetWith(), targetWith({ name: 'other' })];

  test('each get their own, and one’s trouble stays its own', async () => {
    const company = openCompany(crowd(3), { targets: two });
    company.directory.before = () => failure('target', { code: 'unauthorised' });
    const { results } = await company.sync();
    expect(results.map(({ state }) => state)).toEqual(['failed', 'done']);
    expect(company.directories.get('other')!.accounts.size).toBe(3);
    company.directory.before = () => undefined;
    expect((await company.sync()).results.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(company.directory.accounts.size).toBe(3);
  });

  test('may be named, and the others catch up when it is their turn', async () => {
    const company = openCompany(crowd(3), { targets: two });
    const { results } = await company.sync({ names: ['other'] });
    expect(results.map(({ name }) => name)).toEqual(['other']);
    expect(company.directory.accounts.size).toBe(0);
    company.people = [...crowd(2), person('p002', { status: 'left' })];
    await company.sync({ names: ['other'] });
    await company.sync();
    expect(company.directory.accounts.size).toBe(2);
    company.people = crowd(1);
    await company.sync({ names: ['other'] });
    expect((await company.sync()).view.operations).toEqual(['deactivate p001']);
    await expect(company.sync({ names: ['nobody'] })).rejects.toThrow('there is no target "nobody"');
  });

  test('that are only observed are sent nothing, and are planned for all the same', async () => {
    const company = openCompany(crowd(3), {
      targets: [targetWith({ mode: 'observe' }), targetWith({ name: 'other' })],
    });
    const { view } = await company.sync();
    expect(view.operations).toHaveLength(3);
    expect(company.directory.log).toEqual([]);
    expect(company.directories.get('other')!.accounts.size).toBe(3);
    expect((await company.sync()).view.operations).toHaveLength(3);
  });

  test('of which one is busy are reported, and the others go on', async () => {
    const company = openCompany(crowd(1), { targets: two });
    const state = openState(company.configuration.state, true);
    const attempt = lock(state, 'app', 'sync --wait 60s', 77);
    const { results } = await company.sync();
    expect(results.map(({ name, state: outcome }) => [name, outcome])).toEqual([
      ['other', 'done'],
      ['app', 'failed'],
    ]);
    expect(results[1]!.error).toMatchObject({ code: 'locked' });
    expect(results[1]!.error!.message).toContain(`rollcall sync --wait 60s\`, process ${process.pid}`);
    await expect(company.sync({ names: ['app'] })).rejects.toThrow(RollcallError);
    if (attempt.held) attempt.release();
    state.close();
    expect((await company.sync({ names: ['app'] })).result.state).toBe('done');
  });
});

describe('what was sent and not answered', () => {
  test('is read before anything is planned, also of somebody who has left meanwhile', async () => {
    const company = openCompany(crowd(2), {
      target: { profile: { ...exampleProfile, lookupLagSeconds: 10 } },
    });
    // The POST arrives, and its answer is lost; within this run there is no time to look.
    company.directory.before = (request, name) => {
      if (name !== 'p001') return undefined;
      company.directory.add(request.body!);
      return failure('unanswered');
    };
    expect((await company.sync()).result).toMatchObject({ state: 'partial', waiting: 1 });
    company.directory.before = () => undefined;
    company.people = [person('p000'), person('p001', { status: 'left' })];
    const { view } = await company.sync();
    expect(view.operations).toEqual(['deactivate p001']);
    expect(company.directory.content()['p001']).toMatchObject({ active: false });
    expect(company.directory.log.filter((line) => line === 'POST p001')).toHaveLength(1);
  });

  test('and could not be read before the person was gone is still switched off', async () => {
    const company = await settled(crowd(1));
    company.people = crowd(2);
    company.directory.before = (request, name) => {
      if (name !== 'p001') return undefined;
      company.directory.add(request.body!);
      company.directory.trouble = { class: 'transient', code: 'server', message: 'busy' };
      return failure('unanswered');
    };
    await company.sync();
    company.people = crowd(1);
    const { view, result } = await company.sync();
    expect(view.leftOut).toEqual({ p001: 'inDoubt' });
    expect(result.state).toBe('partial');
    company.directory.trouble = undefined;
    company.directory.before = () => undefined;
    expect((await company.sync()).view.operations).toEqual(['deactivate p001']);
    expect(company.directory.content()['p001']).toMatchObject({ active: false });
  });

  test('and cannot be read yet keeps its person out of the plan, and nobody else', async () => {
    const company = await settled(crowd(2));
    company.people = [person('p000', { title: 'x' }), person('p001', { title: 'x' })];
    company.directory.before = (_, name) => (name === 'p000' ? failure('unanswered') : undefined);
    company.directory.trouble = { class: 'transient', code: 'server', message: 'busy' };
    await company.sync();
    company.people = [person('p000', { status: 'left' }), person('p001', { title: 'y' })];
    const { view, result } = await company.sync();
    expect(view).toMatchObject({ operations: ['update p001'], leftOut: { p000: 'inDoubt' } });
    expect(result.state).toBe('partial');
    company.directory.trouble = undefined;
    company.directory.before = () => undefined;
    expect((await company.sync()).view.operations).toEqual(['deactivate p000']);
  });
});

describe('a plan', () => {
  test('writes nothing, makes no state, and is the one that sync carries out', async () => {
    const company = openCompany(crowd(3));
    const planned = await company.plan((run) => viewOf(run));
    expect(() => withState(company, (state) => state.db.memory)).not.toThrow();
    expect(withState(company, (state) => state.db.memory)).toBe(true);
    expect((await company.sync()).view.checksums).toEqual(planned.checksums);
    company.people = crowd(2);
    const before = withState(company, (state) => state.db.prepare('SELECT count(*) FROM run').pluck().get());
    expect((await company.plan((run) => viewOf(run))).operations).toEqual(['deactivate p002']);
    expect((await company.plan((run) => viewOf(run))).operations).toEqual(['deactivate p002']);
    expect(withState(company, (state) => state.db.prepare('SELECT count(*) FROM run').pluck().get())).toBe(
      before,
    );
    expect(company.directory.log).toHaveLength(3);
  });
});
