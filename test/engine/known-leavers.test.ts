import { describe, expect, test } from 'vitest';
import { TargetError } from '../../src/model/index.ts';
import type { Failure, TargetConfiguration } from '../../src/model/index.ts';
import { newsOf } from '../../src/notify/news.ts';
import { link } from '../../src/engine/link.ts';
import { offboardNow } from '../../src/engine/offboard-now.ts';
import { pauseTarget } from '../../src/engine/pause.ts';
import type { Run } from '../../src/engine/run.ts';
import { unlink } from '../../src/engine/unlink.ts';
import { lagOf } from '../../src/reports/evidence.ts';
import { targetRow } from '../../src/store/accounts.ts';
import { leaverLag } from '../../src/store/lag.ts';
import { openKeyedTexts } from '../../src/store/keyed.ts';
import { leaversOn } from '../../src/store/notices.ts';
import { rekey } from '../../src/store/rekey.ts';
import { openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { departuresIn } from '../../src/store/trail/evidence.ts';
import { exampleMapping, exampleProfile, present, template } from '../planning/example.ts';
import { openCompany, reporting, targetWith } from './company.ts';
import type { Company, Person } from './company.ts';

// Somebody who has left and is on is in each figure, from the first read on that said so, whatever holds them up.

const left = (id: string, part: Person = {}): Person => reporting(id, '', { status: 'left', ...part });
const lost: Failure = { class: 'unanswered', code: 'unreachable', message: 'no answer' };
const refused: Failure = { class: 'invalid', code: 'invalid', message: 'no' };
const minute = 60;
const limited = { limits: { deactivate: { count: 0, floor: 0 } } };

function read<T>({ configuration }: Company, use: (state: State, target: number) => T): T {
  const state = openState(configuration.state, false);
  try {
    return use(state, targetRow(state, 'app')!.id);
  } finally {
    state.close();
  }
}

const lagNow = (company: Company) =>
  read(company, (state, target) => leaverLag(state, target, 0, company.now));
const told = (company: Company) => read(company, (state, target) => leaversOn(state, target, 9).keys);
const evidence = (company: Company) =>
  read(company, (state) =>
    [...departuresIn(state, { from: 0, to: Infinity, targets: ['app'] })].map((one) => ({
      key: one.key,
      state: one.open?.state ?? one.state,
      why: one.why,
      seconds: lagOf(one),
      known: (company.now - one.read.at) / 1000,
    })),
  );

/** Bob's change has no answer, and he cannot be read, until `heal`. */
async function doubted(people: readonly Person[] = [], target: Partial<TargetConfiguration> = {}) {
  const company = openCompany([reporting('ada'), reporting('bob'), ...people], { target });
  await company.sync();
  let isHidden = true;
  const openTarget = company.engine.openTarget.bind(company.engine);
  company.engine.openTarget = (...of) => {
    const remote = openTarget(...of);
    const ask: typeof remote.read = async (id) => {
      if (isHidden) throw new TargetError(refused);
      return remote.read(id);
    };
    return { ...remote, read: ask };
  };
  company.directory.before = (_, name) => (name === 'bob' ? { kind: 'failed', failure: lost } : undefined);
  company.people = [reporting('ada'), reporting('bob', '', { title: 'Dr' }), ...people];
  expect((await company.sync()).result.waiting).toBe(1);
  const heal = (): void => {
    isHidden = false;
    company.directory.before = () => undefined;
  };
  return { company, heal };
}

describe('whoever leaves while an earlier request has no answer', () => {
  test('is known from the first read on that said so, and told, until they are off', async () => {
    const { company, heal } = await doubted();
    company.people = [reporting('ada'), left('bob')];
    await company.sync();
    const { result } = await company.sync();
    expect(result.leaverLag).toEqual({ count: 0, open: 1, oldestOpenSeconds: minute });
    expect(result).toMatchObject({ state: 'partial', waiting: 2 });
    expect(told(company)).toEqual(['bob']);
    expect(evidence(company)).toEqual([
      {
        key: 'bob',
        state: 'leftOut',
        why: 'not active in the source',
        seconds: undefined,
        known: minute,
      },
    ]);
    heal();
    const { result: last } = await company.sync();
    expect(last.leaverLag).toEqual({
      count: 1,
      medianSeconds: 2 * minute,
      longestSeconds: 2 * minute,
      open: 0,
    });
    expect(evidence(company)).toMatchObject([{ state: 'confirmed', seconds: 2 * minute }]);
    expect(told(company)).toEqual([]);
  });

  test('by being absent as well, and beside others whom the target cannot be asked about', async () => {
    const { company } = await doubted();
    company.people = [reporting('ada'), reporting('new')];
    company.directory.trouble = { class: 'target', code: 'unreachable', message: 'no route' };
    await company.sync();
    await company.sync();
    expect(lagNow(company)).toEqual({ count: 0, open: 1, oldestOpenSeconds: minute });
    expect(evidence(company)).toMatchObject([{ key: 'bob', why: 'no longer in the source' }]);
  });

  test('is not counted any more once they are back', async () => {
    const { company, heal } = await doubted();
    company.people = [reporting('ada'), left('bob')];
    await company.sync();
    company.people = [reporting('ada'), reporting('bob')];
    await company.sync();
    expect(lagNow(company)).toBeUndefined();
    expect(told(company)).toEqual([]);
    expect(evidence(company)).toMatchObject([{ key: 'bob', state: 'back' }]);
    heal();
    await company.sync();
    expect(company.directory.content()['bob']).toMatchObject({ active: true });
    company.people = [reporting('ada'), left('bob')];
    await company.sync();
    expect(evidence(company)).toMatchObject([{ state: 'back' }, { state: 'confirmed', seconds: 0 }]);
  });

  test('is no leaver where they are out of scope, or protected', async () => {
    const mapping = {
      assign: template(({ record }) => record['dept'] !== 'out'),
      protect: template(({ record }) => record['dept'] === 'vip'),
    };
    const { company } = await doubted([], { mapping });
    for (const bob of [reporting('bob', '', { dept: 'out' }), left('bob', { dept: 'vip' })]) {
      company.people = [reporting('ada'), bob];
      await company.sync();
      expect([lagNow(company), told(company), evidence(company)]).toEqual([undefined, [], []]);
    }
  });

  test.each<Partial<TargetConfiguration>>([
    { allow: ['create', 'update'] },
    { allow: ['create', 'update', 'deactivate'], onLeave: 'delete' },
  ])('is no leaver where the target may not be told so: %j', async (part) => {
    const { company, heal } = await doubted([], part);
    company.people = [reporting('ada'), left('bob')];
    await company.sync();
    expect([lagNow(company), told(company), evidence(company)]).toEqual([undefined, [], []]);
    heal();
    await company.sync();
    await company.sync();
    expect(company.directory.content()['bob']).toMatchObject({ active: true });
    expect(evidence(company)).toEqual([]);
  });

  test('is not switched off any more where that is in doubt, and not allowed by now', async () => {
    const { company, heal } = await doubted();
    heal();
    await company.sync();
    company.directory.before = (_, name) => (name === 'bob' ? { kind: 'failed', failure: lost } : undefined);
    company.people = [reporting('ada'), left('bob')];
    expect((await company.sync()).result.waiting).toBe(1);
    company.configuration = {
      ...company.configuration,
      targets: [targetWith({ allow: ['create', 'update'], digest: 'second' })],
    };
    heal();
    await company.sync();
    await company.sync();
    expect(company.directory.content()['bob']).toMatchObject({ active: true });
    expect(evidence(company)).toMatchObject([{ state: 'back' }]);
  });

  test('is known since the order where a person says so', async () => {
    const { company, heal } = await doubted();
    const off = () =>
      offboardNow(
        company.engine,
        { key: 'bob', actor: 'ada', command: 'offboard bob' },
        { signal: new AbortController().signal, wait: 0, sleep: async () => undefined, random: () => 0 },
      );
    await off();
    company.now += 30_000;
    expect(lagNow(company)).toEqual({ count: 0, open: 1, oldestOpenSeconds: 30 });
    expect(evidence(company)).toMatchObject([{ key: 'bob', known: 30 }]);
    heal();
    await company.sync();
    expect(lagNow(company)).toMatchObject({ count: 1, longestSeconds: 90, open: 0 });
    expect(evidence(company)).toMatchObject([{ state: 'confirmed', seconds: 90 }]);
  });
});

describe('whoever leaves, and perhaps has another key,', () => {
  test('is known and told until somebody has said what is so', async () => {
    const attributes = template(({ record: { user, mail } }) =>
      present({
        userName: user as string,
        ...(typeof mail === 'string' && { emails: [{ value: mail, primary: true }] }),
      }),
    );
    const mail = 'bob@example.com';
    const company = openCompany([reporting('ada'), reporting('bob', '', { mail })], {
      mapping: { ...exampleMapping, attributes },
    });
    await company.sync();
    company.people = [reporting('ada'), left('bob', { mail }), reporting('bill', '', { mail })];
    await company.sync();
    const { result, view } = await company.sync();
    expect(view.leftOut).toEqual({ bill: 'rekey', bob: 'rekey' });
    expect(result.leaverLag).toEqual({ count: 0, open: 1, oldestOpenSeconds: minute });
    expect(told(company)).toEqual(['bob']);
    expect(evidence(company)).toMatchObject([{ key: 'bob', state: 'leftOut', known: minute }]);
    company.people = [reporting('ada'), left('bob', { mail }), reporting('bill')];
    const { result: last } = await company.sync();
    expect(last.leaverLag).toMatchObject({ count: 1, longestSeconds: 2 * minute, open: 0 });
    expect(evidence(company)).toMatchObject([{ state: 'confirmed', seconds: 2 * minute }]);
  });
});

describe('whatever holds up somebody who leaves, they are known from the first read on:', () => {
  /** Bob has left for a minute, by two reads. */
  async function held(
    target: Partial<TargetConfiguration>,
    before: (company: Company) => void = () => undefined,
  ) {
    const company = openCompany([reporting('ada'), reporting('bob')], { target });
    await company.sync();
    before(company);
    company.people = [reporting('ada'), left('bob')];
    await company.sync();
    const { result } = await company.sync();
    return { company, result };
  }
  const create = { ...exampleProfile.create, invites: true, invitedReadable: false };
  const inviting = { ...exampleProfile, create };
  const fails = (failure: Failure) => (company: Company) => {
    company.directory.before = () => ({ kind: 'failed', failure });
  };
  const unseen = (company: Company): void => {
    company.directory.accounts.clear();
    fails({ class: 'missing', code: 'notFound', message: 'nobody', status: 404 })(company);
  };

  test.each([
    ['a limit', limited, undefined, 'held', []],
    [
      'a pause',
      {},
      (company: Company) => pauseTarget(company.engine, 'app', { actor: 'eve' }),
      'open',
      ['bob'],
    ],
    ['a halted target', {}, fails({ class: 'target', code: 'unauthorised', message: 'no' }), 'open', ['bob']],
    ['a refusal', {}, fails(refused), 'failed', ['bob']],
    ['an open invitation', { profile: inviting }, unseen, 'waiting', []],
  ] as const)('%s', async (_, target, before, state, keys) => {
    const { company, result } = await held(target, before);
    expect(result.leaverLag).toEqual({ count: 0, open: 1, oldestOpenSeconds: minute });
    expect(evidence(company)).toMatchObject([{ key: 'bob', state, known: minute }]);
    expect(told(company)).toEqual(keys);
  });

  test('what was held counts from then on when it is let through', async () => {
    const { company } = await held(limited);
    company.approve();
    const { result } = await company.sync();
    expect(result.leaverLag).toMatchObject({ count: 1, longestSeconds: 2 * minute, open: 0 });
    expect(evidence(company)).toMatchObject([{ state: 'confirmed', seconds: 2 * minute }]);
  });

  const scoped = { assign: template(({ record }) => record['dept'] !== 'out') };
  const outOfScope = reporting('bob', '', { dept: 'out' });

  test('and that ends where they are back, though out of scope (rule 6)', async () => {
    const { company } = await held({ ...limited, mapping: scoped });
    company.people = [reporting('ada'), outOfScope];
    await company.sync();
    expect(evidence(company)).toMatchObject([{ key: 'bob', state: 'back' }]);
    expect(lagNow(company)).toBeUndefined();
    company.approve();
    const { result } = await company.sync();
    expect(result.leaverLag).toEqual({ count: 1, medianSeconds: 0, longestSeconds: 0, open: 0 });
    expect(evidence(company)).toMatchObject([{ state: 'back' }]);
  });

  test.each([{}, { leaversWaitFor: 0 }])(
    'where the same operation goes on, and is released before all others, as well: %j',
    async (options) => {
      const { company } = await held({ mapping: scoped }, fails(refused));
      company.people = [reporting('ada'), outOfScope, reporting('new')];
      company.directory.before = () => undefined;
      const { result } = await company.sync(options);
      expect(result.leaverLag).toEqual({ count: 1, medianSeconds: 0, longestSeconds: 0, open: 0 });
      expect(evidence(company)).toMatchObject([{ key: 'bob', state: 'back' }]);
    },
  );

  test('but not of a read that is held itself (law 6)', async () => {
    const staff = [...Array(12).keys()].map((index) => reporting(`p${index}`));
    const company = openCompany(staff);
    await company.sync();
    company.people = staff.slice(0, 6);
    const { result } = await company.sync();
    expect(result.held.map(({ kind }) => kind)).toEqual(['source', 'deactivate']);
    expect([result.leaverLag, evidence(company)]).toEqual([undefined, []]);
    company.people = staff;
    await company.sync();
    expect([lagNow(company), evidence(company)]).toEqual([undefined, []]);
  });

  test('nor at an address that waits for an approval (rule 9)', async () => {
    const company = openCompany([reporting('ada'), reporting('bob')]);
    await company.sync();
    company.configuration = {
      ...company.configuration,
      targets: [targetWith({ baseUrl: 'http://127.0.0.1/other' })],
    };
    company.people = [reporting('ada'), left('bob')];
    const { result } = await company.sync();
    expect(result.held.map(({ kind }) => kind)).toContain('target');
    expect([result.leaverLag, evidence(company)]).toEqual([undefined, []]);
  });

  test('and from the read on that is let through', async () => {
    const staff = [...Array(12).keys()].map((index) => reporting(`p${index}`));
    const company = openCompany(staff);
    await company.sync();
    company.people = staff.slice(0, 6);
    await company.sync();
    company.approve();
    const { result } = await company.sync();
    expect(result.leaverLag).toMatchObject({ count: 6, longestSeconds: 0, open: 0 });
    expect(evidence(company)).toHaveLength(6);
  });

  test('under another key as well, which somebody else may have had', async () => {
    const { company } = await held(limited);
    read(company, (state) => rekey(state, { old: 'bob', now: 'bill', actor: 'eve', at: company.now }));
    company.people = [reporting('ada'), left('bill', { user: 'bob' })];
    await company.sync();
    expect(evidence(company)).toMatchObject([{ key: 'bob', state: 'held', known: 2 * minute }]);
    company.approve();
    await company.sync();
    expect(evidence(company)).toMatchObject([{ key: 'bob', state: 'confirmed', seconds: 3 * minute }]);
    company.people = [reporting('ada'), reporting('bob', 'Other', { user: 'other' })];
    company.directory.accounts.clear();
    expect((await company.sync()).result.counts).toEqual({ create: 1 });
    company.people = [reporting('ada'), left('bob', { user: 'other' })];
    await company.sync();
    expect(evidence(company)).toMatchObject([
      { key: 'bob', state: 'confirmed', seconds: 3 * minute },
      { key: 'bob', state: 'held' },
    ]);
  });

  test('anew where the account was unlinked and is linked again', async () => {
    const { company } = await held(limited);
    const [remoteId] = [...company.directory.accounts].find(([, { userName }]) => userName === 'bob')!;
    const order = { command: 'link', actor: 'eve' };
    unlink(company.engine, 'app', 'bob', order);
    await company.sync();
    const resources = openKeyedTexts();
    const line = { target: 'app', key: 'bob', remoteId, locus: { file: 'links.csv', line: 2 } };
    await link(company.engine, [line], order, resources);
    resources.close();
    await company.sync();
    expect(evidence(company)).toMatchObject([{ state: 'unlinked' }, { state: 'held', known: 0 }]);
    company.approve();
    await company.sync();
    expect(evidence(company)).toMatchObject([{ state: 'unlinked' }, { state: 'confirmed', seconds: minute }]);
  });

  test('and whose record is rejected since has not come back', async () => {
    const { company } = await held(limited);
    company.people = [reporting('ada'), left('bob', { defect: 'ragged' })];
    await company.sync();
    expect(lagNow(company)).toBeUndefined();
    expect(evidence(company)).toMatchObject([{ key: 'bob', state: 'rejected', known: 2 * minute }]);
    company.people = [reporting('ada'), left('bob')];
    await company.sync();
    expect(lagNow(company)).toMatchObject({ open: 1, oldestOpenSeconds: 3 * minute });
  });
});

describe('the time counts from the beginning of the read', () => {
  test('however long planning takes', async () => {
    const company = openCompany([reporting('ada'), reporting('bob')], {
      target: { profile: { ...exampleProfile, list: { ...exampleProfile.list, provesAbsence: false } } },
    });
    await company.sync();
    const openTarget = company.engine.openTarget.bind(company.engine);
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      const find: typeof remote.find = async (...what) => {
        company.now += 10_000;
        return remote.find(...what);
      };
      return { ...remote, find };
    };
    company.people = [reporting('ada'), left('bob'), reporting('new')];
    const { result } = await company.sync();
    const { longestSeconds } = result.leaverLag!;
    expect(longestSeconds).toBeGreaterThanOrEqual(10);
    expect(evidence(company)).toMatchObject([{ state: 'confirmed', seconds: longestSeconds }]);
  });

  test('of the first plan where there are two, also of whom that one leaves to the second', async () => {
    const targets = [
      targetWith({
        ...limited,
        profile: { ...exampleProfile, list: { ...exampleProfile.list, provesAbsence: false } },
      }),
      targetWith({ name: 'wiki', baseUrl: 'http://127.0.0.1/wiki' }),
    ];
    const company = openCompany([reporting('ada'), reporting('bob')], { targets });
    await company.sync();
    const before = company.now + 60_000;
    company.people = [reporting('ada'), left('bob'), reporting('new')];
    let plans = 0;
    await company.sync({
      leaversWaitFor: 0,
      onPlan: () => {
        plans++;
        company.now += 10_000;
      },
    });
    expect(plans).toBe(2);
    const all = read(company, (state) => [...departuresIn(state, { from: 0, to: Infinity })]);
    expect(all.map(({ target, state, read: { at } }) => [target, state, at])).toEqual([
      ['wiki', 'confirmed', before],
      ['app', 'open', before],
    ]);
    expect(all[0]!.read).toMatchObject({ records: 3, sha256: all[1]!.read.sha256 });
    expect(lagNow(company)).toEqual({ count: 0, open: 1, oldestOpenSeconds: (company.now - before) / 1000 });
  });

  test('and not of a deletion of an account that was off for long', async () => {
    const day = 86_400_000;
    const company = openCompany([reporting('ada'), reporting('bob')], {
      target: { deleteAfter: { left: 30 * day }, limits: { delete: { floor: 9 } } },
    });
    await company.sync();
    company.people = [reporting('ada'), left('bob')];
    await company.sync();
    company.now += 31 * day;
    const { result } = await company.sync();
    expect(result.counts).toEqual({ delete: 1 });
    expect(result.leaverLag).toBeUndefined();
  });
});

test('what there is to say of a run has them in it', async () => {
  const { company } = await doubted();
  company.people = [reporting('ada'), left('bob')];
  let run!: Run;
  const { results } = await company.sync({ onPlan: (one) => (run = one) });
  const state = openState(company.configuration.state, false);
  try {
    const { targets } = newsOf({ ...run, state }, results, { runId: 3, isStopped: false });
    expect(targets[1]).toMatchObject({ target: 'app', leavers: { count: 1, keys: ['bob'] } });
  } finally {
    state.close();
  }
});
