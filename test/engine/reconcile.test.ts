import { describe, expect, test } from 'vitest';
import type { Item } from '../../src/model/index.ts';
import { reconcile } from '../../src/engine/reconcile.ts';
import type { Repairing } from '../../src/engine/repair.ts';
import { situationsOf } from '../../src/store/stage/situations.ts';
import { openState } from '../../src/store/state.ts';
import { exampleProfile } from '../planning/example.ts';
import { openCompany, reporting } from './company.ts';
import type { Company } from './company.ts';

const repairing: Repairing = { command: 'reconcile --repair', actor: 'test' };

async function found(company: Company, how?: Repairing) {
  company.now += 60_000;
  return reconcile(company.engine, [], how, async ({ run, taken }) => {
    const target = run.targets[0]!;
    return {
      counts: Object.fromEntries(target.stock!.counts),
      items: [...situationsOf(run.stage, 0)].map(({ item }): Item => item),
      taken: taken.get('app'),
    };
  });
}

const events = (company: Company, like: string) => {
  const state = openState(company.configuration.state, false);
  try {
    return state.db.prepare('SELECT event, key, detail FROM audit WHERE event LIKE ? ORDER BY seq').all(like);
  } finally {
    state.close();
  }
};

const idOf = (company: Company, name: string): string =>
  [...company.directory.accounts].find(([, one]) => one['userName'] === name)![0];

describe('a reconciliation', () => {
  test('keeps to what is somebody’s: managers are compared as people, and a stranger is drift', async () => {
    const company = openCompany([reporting('ada'), reporting('bob', 'ada'), reporting('cy', 'ada')]);
    await company.sync();
    expect((await found(company)).counts).toEqual({ inSync: 3 });
    const bob = company.directory.accounts.get(idOf(company, 'bob'))!;
    const urn = Object.keys(bob).find((name) => name.startsWith('urn:'))!;
    company.directory.accounts.set(idOf(company, 'bob'), { ...bob, [urn]: { manager: { value: 'id99' } } });
    const { items } = await found(company, repairing);
    expect(items).toMatchObject([
      {
        key: 'bob',
        changes: [{ confirmed: { value: 'ada' }, live: { value: "id99 (nobody's account)" }, policy: 'fix' }],
      },
    ]);
    expect((await company.sync()).view.operations).toEqual(['update bob']);
    expect(company.directory.content()['bob']).toMatchObject({ manager: 'ada' });
    expect((await found(company)).counts).toEqual({ inSync: 3 });
  });

  test('writes into the trail what it took for confirmed, account by account', async () => {
    const company = openCompany([reporting('ada', '', { title: 'Dr' }), reporting('bob')]);
    await company.sync();
    const [ada, bob] = [idOf(company, 'ada'), idOf(company, 'bob')];
    company.directory.accounts.set(ada, { ...company.directory.accounts.get(ada)!, title: 'Boss' });
    company.directory.accounts.delete(bob);
    await found(company);
    expect(events(company, 'account.%')).toEqual([]);
    expect((await found(company, repairing)).taken).toEqual({ read: 1, closed: 1, held: [] });
    expect(events(company, 'account.%')).toEqual([
      {
        event: 'account.read',
        key: 'ada',
        detail: `{"actor":"test","changes":[{"confirmed":"Dr","live":"Boss","path":"title","policy":"fix"}],"remoteId":"${ada}"}`,
      },
      { event: 'account.missing', key: 'bob', detail: `{"actor":"test","remoteId":"${bob}"}` },
    ]);
    expect((await company.sync()).view.operations).toEqual(['update ada', 'create bob']);
  });

  test('looks at those alone whom it marked, and a plan before the sync sees the same', async () => {
    const company = openCompany([reporting('ada', '', { title: 'Dr' }), reporting('bob'), reporting('cy')]);
    await company.sync();
    const ada = idOf(company, 'ada');
    company.directory.accounts.set(ada, { ...company.directory.accounts.get(ada)!, title: 'Boss' });
    await found(company, repairing);
    await company.plan(() => undefined);
    expect(company.looked).toEqual(['ada']);
    await company.sync();
    await company.plan(() => undefined);
    expect(company.looked).toEqual([]);
  });

  test('of a target that is only observed takes nothing', async () => {
    const company = openCompany([reporting('ada')]);
    await company.sync();
    const [target] = company.configuration.targets;
    company.configuration = { ...company.configuration, targets: [{ ...target!, mode: 'observe' }] };
    company.directory.accounts.set(idOf(company, 'ada'), {
      id: 'id1',
      userName: 'ada',
      title: 'Boss',
      active: true,
    });
    expect(await found(company, repairing)).toMatchObject({ counts: { drifted: 1 }, taken: undefined });
  });

  test('names somebody once of an account that could be theirs by several attributes', async () => {
    const company = openCompany([{ ...reporting('ada'), mail: 'ada@x.example' }]);
    const emails = [{ value: 'ada@x.example' }];
    company.directory.add({ userName: 'ada', emails, active: false });
    expect((await found(company)).items).toMatchObject([
      { situation: 'disputed', candidates: [{ key: 'ada', by: 'userName' }] },
    ]);
  });

  test('says nothing of somebody whose last request has no answer (law 11)', async () => {
    const company = openCompany([reporting('ada', '', { title: 'Dr' }), reporting('bob')]);
    await company.sync();
    company.people = [reporting('ada', '', { title: 'Prof' }), reporting('bob')];
    company.directory.before = () => ({
      kind: 'failed',
      failure: { class: 'unanswered', code: 'unreachable', message: 'no answer' },
    });
    company.directory.trouble = { class: 'transient', code: 'server', message: 'busy' };
    await company.sync();
    company.directory.trouble = undefined;
    company.directory.before = () => undefined;
    company.directory.accounts.set('id1', { ...company.directory.accounts.get('id1')!, title: 'Boss' });
    const { counts, items, taken } = await found(company, repairing);
    expect(counts).toEqual({ unknown: 1, inSync: 1 });
    expect(items).toMatchObject([{ situation: 'unknown', key: 'ada' }]);
    expect(taken).toEqual({ read: 0, closed: 0, held: [] });
  });

  test('reads a thousand accounts that the list does not show, and believes it of the others', async () => {
    const everybody = Array.from({ length: 1203 }, (_, number) =>
      reporting(`p${String(number).padStart(4, '0')}`),
    );
    const company = openCompany(everybody);
    await company.sync();
    for (const { user } of everybody.slice(3)) company.directory.accounts.delete(idOf(company, user!));
    company.directory.reads = 0;
    expect((await found(company)).counts).toEqual({ inSync: 3, missing: 1200 });
    expect(company.directory.reads).toBe(1001);
    company.directory.isComplete = false;
    expect((await found(company)).counts).toEqual({ inSync: 3, missing: 1000, unknown: 200 });
  });

  test('of a list that proves nothing takes a 404 for an absence only if another account was shown', async () => {
    const profile = { ...exampleProfile, list: { ...exampleProfile.list, provesAbsence: false } };
    const company = openCompany([reporting('ada'), reporting('bob')], { target: { profile } });
    await company.sync();
    company.directory.accounts.delete(idOf(company, 'bob'));
    expect((await found(company)).counts).toEqual({ inSync: 1, missing: 1 });
    company.directory.accounts.clear();
    expect((await found(company)).counts).toEqual({ unknown: 2 });
  });
});
