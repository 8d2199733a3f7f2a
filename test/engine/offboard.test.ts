import { describe, expect, test, vi } from 'vitest';
import { RollcallError } from '../../src/model/index.ts';
import { lift } from '../../src/engine/offboard.ts';
import { offboardNow } from '../../src/engine/offboard-now.ts';
import type { OffEverywhere } from '../../src/engine/offboard-now.ts';
import type { Offboard } from '../../src/engine/offboard.ts';
import { pauseTarget } from '../../src/engine/pause.ts';
import { sync } from '../../src/engine/sync.ts';
import { openState } from '../../src/store/state.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { exampleProfile } from '../planning/example.ts';
import { openCompany, reporting, targetWith } from './company.ts';
import type { Company } from './company.ts';

const off = (company: Company, key: string, part: Partial<Offboard> = {}): Promise<OffEverywhere> =>
  offboardNow(
    company.engine,
    { key, actor: 'ada', command: `offboard ${key}`, ...part },
    { signal: new AbortController().signal, wait: 5000, sleep: async () => undefined, random: () => 0 },
  );

const inState = <T>(company: Company, use: (state: ReturnType<typeof openState>) => T): T => {
  const state = openState(company.configuration.state, false);
  try {
    return use(state);
  } finally {
    state.close();
  }
};

const events = (company: Company, key: string): readonly string[] =>
  inState(company, (state) =>
    state.db.prepare('SELECT event FROM audit WHERE key = ? ORDER BY seq').pluck().all(key),
  ) as string[];

const liftOf = (company: Company, key: string): void =>
  void inState(company, (state) => lift(state, { key, actor: 'eve' }, company.now));

/** A sync as any other, with an engine of its own. */
const syncWith = ({ engine }: Pick<Company, 'engine'>): Promise<unknown> =>
  sync(
    engine,
    {
      names: [],
      command: 'sync',
      actor: 'test',
      signal: new AbortController().signal,
      wait: 0,
      sleep: async () => undefined,
      random: () => 0,
      newPassword: () => 'made',
    },
    (_, results) => results,
  );

const none = { deactivate: { count: 0, floor: 0 } };

describe('somebody who is offboarded', () => {
  test('has what is kept for those who leave, and questions about others spend nothing of it', async () => {
    const company = openCompany([reporting('a'), reporting('b'), reporting('c')]);
    await company.sync();
    const budgets = [{ of: 'requests', count: 3, per: 'hour' }] as const;
    const pace = { concurrency: 1, budgets, reserve: 50 };
    company.configuration = { ...company.configuration, targets: [targetWith({ pace })] };
    company.directory.reads = 0;
    const [first] = (await off(company, 'a')).targets;
    expect(first).toMatchObject({ state: 'off', matches: [] });
    const [second] = (await off(company, 'b')).targets;
    expect(second!.state).toBe('off');
    expect(second!.unasked).toMatch(/^what may be asked of it is used up/);
    expect(company.directory.reads).toBeLessThanOrEqual(1);
  });

  test('is told at once of a target that may be asked nothing for longer than is waited for', async () => {
    const company = openCompany([reporting('a'), reporting('b')]);
    await company.sync();
    const budgets = [{ of: 'requests', count: 4, per: 'hour' }] as const;
    company.configuration = {
      ...company.configuration,
      targets: [targetWith({ pace: { concurrency: 1, budgets, reserve: 0 } })],
    };
    company.people = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => reporting(key, '', { title: 'Dr' }));
    await company.sync();
    const sleep = vi.fn(async () => undefined);
    const signal = new AbortController().signal;
    const waiting = { signal, wait: 60_000, sleep, random: () => 0 };
    const order = { key: 'a', actor: 'ada', command: 'offboard a' };
    const { targets } = await offboardNow(company.engine, order, waiting);
    expect(targets[0]!.state).toBe('waiting');
    expect(targets[0]!.reason).toMatch(
      /^what may be asked of it is used up, or it rests, until 1970-01-01T01:1/,
    );
    expect(targets[0]!.unasked).toBe(targets[0]!.reason);
    expect(sleep).not.toHaveBeenCalled();

    // Where the time is enough, it is waited for.
    const patient = {
      ...waiting,
      wait: 7_200_000,
      sleep: async (time: number) => void (company.now += time),
    };
    expect((await offboardNow(company.engine, order, patient)).targets[0]).toMatchObject({ state: 'off' });
  });

  test('is off on every target at once, past limits and pauses, stays off, and comes back when it is lifted', async () => {
    const targets = [targetWith({ name: 'app', limits: none }), targetWith({ name: 'crm', limits: none })];
    const company = openCompany([reporting('a'), reporting('b', 'a')], { targets });
    await company.sync();
    pauseTarget(company.engine, 'crm', { actor: 'ada' });
    const all = [...company.directories.values()];
    for (const { log } of all) log.length = 0;

    const { targets: done } = await off(company, 'a', { reason: 'stolen laptop' });
    expect(done.map(({ name, state }) => [name, state])).toEqual([
      ['app', 'off'],
      ['crm', 'off'],
    ]);
    expect(done[0]!.confirmedAt).toBe(company.now);
    for (const { log } of all) expect(log).toEqual(['PATCH a active']);
    expect(events(company, 'a').slice(-5)).toEqual([
      'person.offboarded',
      'person.left',
      'person.left',
      'operation.done',
      'operation.done',
    ]);

    // The source goes on to have them: nothing is planned, and no plan ends it.
    company.people = [reporting('a', '', { title: 'changed' }), reporting('b', 'a')];
    const { view, result } = await company.sync();
    expect(view.operations).toEqual([]);
    expect(view.notes).toEqual([
      expect.stringMatching(
        /^a: offboarded by ada: stolen laptop, since .*rollcall offboard a --lift ends it$/,
      ),
    ]);
    expect(result).toMatchObject({ state: 'done', waiting: 0 });
    for (const { log } of all) expect(log).toEqual(['PATCH a active']);

    liftOf(company, 'a');
    expect((await company.sync()).view.operations).toEqual(['reactivate a']);
    expect(company.directory.content()['a']).toMatchObject({ active: true, title: 'changed' });
    expect(await company.plan((run) => [...run.targets[0]!.sealed!.totals])).toEqual([]);
  });

  test('is so until a complete read says that they left, and is a leaver as all others then', async () => {
    const company = openCompany([reporting('a'), reporting('b')], { target: { onLeave: 'delete' } });
    await company.sync();
    await off(company, 'a');
    company.people = [reporting('b')];
    company.receipt = { complete: false, reasons: ['cut'] };
    await company.sync();
    expect(
      inState(company, ({ db }) => db.prepare('SELECT ended_by FROM offboarding').pluck().get()),
    ).toBeNull();
    company.receipt = {};
    expect((await company.sync()).view.operations).toEqual([]);
    expect(events(company, 'a').at(-1)).toBe('person.offboarding.agreed');
    // What the target does with leavers is done now.
    expect((await company.sync()).view.operations).toEqual(['delete a']);
    expect((await company.sync()).view.operations).toEqual([]);
    // Back in the source, they are somebody as everybody is.
    company.people = [reporting('a'), reporting('b')];
    expect((await company.sync()).view.operations).toEqual(['create a']);
  });

  test('has no account made, and whatever a plan wanted that is held, waits or fails is dropped', async () => {
    const limits = { create: { count: 0, floor: 0 }, update: { count: 0, floor: 0 } };
    const company = openCompany([reporting('a')], { target: { limits: {} } });
    await company.sync();
    company.configuration = { ...company.configuration, targets: [targetWith({ limits })] };
    company.people = [reporting('a', '', { title: 'new' }), reporting('b')];
    expect((await company.sync()).view.held).toEqual(['create', 'update']);
    expect((await off(company, 'b')).targets).toMatchObject([{ state: 'none', matches: [] }]);
    expect((await off(company, 'a')).targets).toMatchObject([{ state: 'off' }]);
    const left = (): unknown =>
      inState(company, ({ db }) => db.prepare('SELECT count(*) FROM operation').pluck().get());
    expect(left()).toBe(0);
    company.configuration = { ...company.configuration, targets: [targetWith()] };
    expect((await company.sync()).view.operations).toEqual([]);
    expect(company.directory.log).toEqual(['POST a', 'PATCH a active']);
  });

  test('and nobody knows yet, is meant when it is said so, and is not missed by a read that never had them', async () => {
    const company = openCompany([{ ...reporting('alice'), user: 'alice.lid' }]);
    await company.sync();
    const unknown = await off(company, 'alcie').catch((error: unknown) => error);
    expect(unknown).toBeInstanceOf(RollcallError);
    expect((unknown as RollcallError).problems[0]).toMatchObject({
      message: 'nobody has the key alcie',
      hint: 'did you mean alice?',
    });
    await expect(off(company, 'ALICE.LID')).rejects.toMatchObject({
      problems: [{ hint: 'that is a name of alice: give the key' }],
    });
    await off(company, 'bob', { isUnknownMeant: true });
    await company.sync();
    company.people = [{ ...reporting('alice'), user: 'alice.lid' }, reporting('bob')];
    expect((await company.sync()).view).toMatchObject({
      operations: [],
      notes: [expect.stringMatching(/^bob: offboarded/)],
    });
    expect(company.directory.log).toEqual(['POST alice.lid']);
    company.people = [{ ...reporting('alice'), user: 'alice.lid' }];
    await company.sync();
    expect(events(company, 'bob').at(-1)).toBe('person.offboarding.agreed');
  });

  test('while a run plans, delivers or rests, is switched off by that run, and what it wanted of them is not sent', async () => {
    const company = openCompany([reporting('a'), reporting('b'), reporting('c')], {
      target: { pace: { concurrency: 1 } },
    });
    await company.sync();
    company.directory.log.length = 0;
    company.people = ['a', 'b', 'c', 'd', 'e'].map((key) => reporting(key, '', { title: 'new' }));
    let ordered: Promise<OffEverywhere> | undefined;
    await company.sync({
      // The plan is made, and not released yet: a and d are in it.
      onPlan: () => {
        ordered = off(company, 'a');
      },
    });
    const { targets } = await ordered!;
    expect(targets).toMatchObject([{ name: 'app' }]);
    expect(company.directory.log[0]).toBe('PATCH a active');
    expect(company.directory.log.filter((line) => line.includes(' a'))).toEqual(['PATCH a active']);
    expect(company.directory.content()['a']).toMatchObject({ active: false });
  });

  test('while a run still reads the source, does not wait for its plan', async () => {
    const company = openCompany([reporting('a'), reporting('b')]);
    await company.sync();
    company.directory.log.length = 0;
    company.people = [reporting('a', '', { title: 'new' }), reporting('b', '', { title: 'new' })];
    const sent = new Promise<void>((resolve) => {
      company.directory.before = () => {
        resolve();
        return undefined;
      };
    });
    const { engine } = company;
    let ordered: Promise<OffEverywhere> | undefined;
    const slow: Company = {
      ...company,
      engine: {
        ...engine,
        openSource: (state) => {
          const source = engine.openSource(state);
          return {
            ...source,
            read: async function* (...about) {
              ordered = off(company, 'a');
              await sent;
              return yield* source.read(...about);
            },
          };
        },
      },
    };
    await syncWith(slow);
    expect((await ordered!).targets).toMatchObject([
      { state: 'waiting', reason: expect.stringMatching(/^app is being delivered to by/) as string },
    ]);
    expect(company.directory.log).toEqual(['PATCH a active', 'PATCH b title']);
  });

  test('and lifted while a run still reads the source, gets back what the source says', async () => {
    const company = openCompany([reporting('a'), reporting('b')]);
    await company.sync();
    company.directory.log.length = 0;
    company.people = [reporting('a', '', { title: 'new' }), reporting('b')];
    const { engine } = company;
    const isOff = (): boolean =>
      inState(company, ({ db }) =>
        db.prepare(`SELECT count(*) FROM account WHERE resource ->> 'active' = 0`).pluck().get(),
      ) === 1;
    let ordered: Promise<OffEverywhere> | undefined;
    const slow: Company = {
      ...company,
      engine: {
        ...engine,
        openSource: (state) => {
          const source = engine.openSource(state);
          return {
            ...source,
            read: async function* (...about) {
              const receipt = yield* source.read(...about);
              if (ordered !== undefined) return receipt;
              // The record was compared with an account that is on.
              ordered = off(company, 'a');
              await vi.waitUntil(isOff, 5000);
              liftOf(company, 'a');
              return receipt;
            },
          };
        },
      },
    };
    await syncWith(slow);
    await ordered;
    await company.sync();
    expect(company.directory.content()['a']).toMatchObject({ active: true, title: 'new' });
    expect(company.directory.log[0]).toBe('PATCH a active');
  });

  test('whose create is on its way, is switched off as soon as that is answered', async () => {
    const company = openCompany([reporting('a')]);
    let ordered: Promise<OffEverywhere> | undefined;
    company.directory.before = ({ method }) => {
      if (method === 'POST') ordered = off(company, 'a', { isUnknownMeant: true });
      return undefined;
    };
    await company.sync();
    await ordered;
    expect(company.directory.log).toEqual(['POST a', 'PATCH a active']);
    expect(company.directory.content()['a']).toMatchObject({ active: false });
    expect((await company.sync()).view.operations).toEqual([]);
  });

  test('whose last request nobody has answered, is read first, and switched off', async () => {
    const company = openCompany([reporting('a')]);
    await company.sync();
    company.people = [reporting('a', '', { title: 'new' })];
    company.directory.before = () => {
      company.directory.trouble = { class: 'transient', code: 'server', message: 'busy' };
      return { kind: 'failed', failure: { class: 'unanswered', code: 'unreachable', message: 'cut' } };
    };
    await company.sync();
    company.directory.before = () => undefined;
    company.directory.trouble = undefined;
    company.directory.log.length = 0;
    expect((await off(company, 'a')).targets).toMatchObject([{ state: 'off' }]);
    expect(company.directory.log).toEqual(['PATCH a active']);
  });

  test('waits where the target cannot be reached, and the next run switches them off before anybody else', async () => {
    const company = openCompany([reporting('a'), reporting('b')]);
    await company.sync();
    const failure = { class: 'target', code: 'unreachable', message: 'no route' } as const;
    company.directory.before = () => ({ kind: 'failed', failure });
    company.directory.trouble = failure;
    expect((await off(company, 'a')).targets).toMatchObject([
      { state: 'waiting', reason: 'halted: no route', unasked: 'no route' },
    ]);
    company.directory.before = () => undefined;
    company.directory.trouble = undefined;
    company.directory.log.length = 0;
    company.people = [reporting('a'), reporting('b', '', { title: 'new' }), reporting('c')];
    await company.sync();
    expect(company.directory.log).toEqual(['PATCH a active', 'PATCH b title', 'POST c']);
  });

  test('is named beside accounts that could be theirs and are nobody’s, which are not touched', async () => {
    const targets = [targetWith({ name: 'app' }), targetWith({ name: 'crm', mapping: {}, mode: 'observe' })];
    const company = openCompany([reporting('a')], { targets });
    await company.sync();
    const id = company.directories.get('crm')!.add({ userName: 'A', externalId: 'a' });
    const { targets: done } = await off(company, 'a');
    expect(done).toMatchObject([
      { name: 'app', state: 'off', matches: [] },
      { name: 'crm', state: 'none', matches: [{ remoteId: id, active: true }] },
    ]);
    expect(company.directories.get('crm')!.log).toEqual([]);
  });

  test('and protected, stays on unless that is said, and the others go off', async () => {
    const protect = { text: 'true', evaluate: () => true, columns: [] } as never;
    const targets = [targetWith({ name: 'app', mapping: { protect } }), targetWith({ name: 'crm' })];
    const company = openCompany([reporting('a')], { targets });
    await company.sync();
    expect((await off(company, 'a')).targets.map(({ state }) => state)).toEqual(['protected', 'off']);
    await company.sync();
    expect(company.directory.content()['a']).toMatchObject({ active: true });
    // Nothing but the protected account is on now.
    await expect(off(company, 'a')).rejects.toThrow(/a is protected on app, and has no other account/);
    const told = await off(company, 'a', { isProtectedMeant: true });
    expect(told.targets.map(({ state }) => state)).toEqual(['off', 'off']);
    expect(company.directory.content()['a']).toMatchObject({ active: false });
  });

  test('goes out of the groups that we put them in, and is not put in again', async () => {
    const groups = { onGone: 'empty', onLeave: 'remove' } as const;
    const profile = { ...exampleProfile, groups: profiles().get('generic')!.groups };
    const company = openCompany([reporting('a')], { target: { groups, profile } });
    await company.sync();
    inState(company, ({ db }) => {
      db.exec(`INSERT INTO grp VALUES (1, 'staff', 'Staff');
        INSERT INTO group_account SELECT id, 1, 'g1', '{"displayName":"Staff"}', 'created', 1 FROM target;
        INSERT INTO membership SELECT target, person, 1, 1 FROM account`);
    });
    company.directory.before = ({ path }) =>
      path.startsWith('/Groups') ? { kind: 'done', status: 204 } : undefined;
    company.directory.log.length = 0;
    expect((await off(company, 'a')).targets).toMatchObject([{ state: 'off' }]);
    expect(company.directory.log).toEqual(['PATCH a active', expect.stringMatching(/^PATCH +members/)]);
    expect(inState(company, ({ db }) => db.prepare('SELECT * FROM membership').all())).toEqual([]);
    expect(inState(company, ({ db }) => db.prepare('SELECT * FROM operation').all())).toEqual([]);
  });

  test('cannot be lifted where nobody is', async () => {
    const company = openCompany([reporting('alice')]);
    await company.sync();
    expect(() => liftOf(company, 'alice')).toThrow('alice is not offboarded');
    // Who is known by this key is not asked whether they were meant.
    const hintOf = (key: string): unknown => {
      try {
        return liftOf(company, key);
      } catch (error) {
        return (error as RollcallError).problems[0]!.hint;
      }
    };
    expect([hintOf('alice'), hintOf('alcie')]).toEqual([
      'rollcall status lists who is',
      'did you mean alice?',
    ]);
  });
});
