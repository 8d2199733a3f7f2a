import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readList } from '../../src/cli/sso-list.ts';
import { reconcile } from '../../src/engine/reconcile.ts';
import { unlink } from '../../src/engine/unlink.ts';
import { accessCsv, accessText } from '../../src/reports/access.ts';
import { compared } from '../../src/reports/compared.ts';
import { styleFor } from '../../src/reports/style.ts';
import { accessIn, knownTargets } from '../../src/store/access.ts';
import type { Access } from '../../src/store/access.ts';
import { rekey } from '../../src/store/rekey.ts';
import { openReader, openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { straysOf } from '../../src/store/strays.ts';
import { accessAt } from '../../src/store/trail/access-at.ts';
import { exampleProfile } from '../planning/example.ts';
import { temporaryFolder } from '../store/released.ts';
import { openCompany, reporting, targetWith } from './company.ts';
import type { Company } from './company.ts';

function read<T>(company: Company, use: (state: State) => T): T {
  const state = openReader(company.configuration.state);
  try {
    return use(state);
  } finally {
    state.close();
  }
}

const byPlace = (one: Access, other: Access): number =>
  one.key < other.key ? -1 : one.key > other.key ? 1 : one.target < other.target ? -1 : 1;

const now = (company: Company): readonly Access[] =>
  read(company, (state) =>
    knownTargets(state)
      .flatMap(({ id, name }) => [...accessIn(state, { target: id, name, withEmails: true })])
      .sort(byPlace),
  );
const then = (company: Company, before: number): readonly Access[] =>
  read(company, (state) => [...accessAt(state, {}, before)].sort(byPlace));
const short = (all: readonly Access[]): readonly string[] =>
  all.map(({ target, key, state }) => `${target} ${key} ${state}`);
const lookInto = (company: Company, repairs: boolean) =>
  reconcile(
    company.engine,
    [],
    repairs ? { command: 'reconcile', actor: 'test' } : undefined,
    async ({ run }) => run.targets.length,
  );

describe('who has access', () => {
  test('is told with the state, since when it is so, and why', async () => {
    const company = openCompany(
      [reporting('ada', '', { name: '=Ada', mail: 'ada@x.example' }), reporting('bob')],
      {
        target: { limits: { deactivate: { count: 0, floor: 0 } } },
      },
    );
    company.directory.add({ userName: 'bob', externalId: 'bob' });
    await company.sync();
    const first = company.now;
    company.people = [
      reporting('ada', '', { name: '=Ada', mail: 'ada@x.example', status: 'left' }),
      reporting('bob'),
    ];
    await company.sync();
    expect(now(company)).toMatchObject([
      {
        key: 'ada',
        state: 'active',
        origin: 'created',
        emails: ['ada@x.example'],
        since: first,
        stateSince: first,
        why: 'in the source and assigned',
        leaves: { state: 'held' },
      },
      { key: 'bob', state: 'active', origin: 'adopted' },
    ]);
    company.approve();
    await company.sync();
    const [ada] = now(company);
    expect(ada).toMatchObject({
      state: 'off',
      since: first,
      stateSince: company.now,
      why: 'not active in the source',
    });
    expect(ada).not.toHaveProperty('leaves');
    const report = { accounts: [{ ...ada!, userName: '=ada' }], targets: [{ name: 'app' }] };
    expect([...accessCsv(report)][1]).toContain("app,ada,'=ada,off,");
    expect([...accessText(report, styleFor(false))].slice(1)).toEqual([
      'app  1 account, 0 active; everybody who is active is assigned',
      "  whether it has accounts that are nobody's is not known: rollcall reconcile app looks",
    ]);
  });

  test('of somebody who has no account says whom that is about, and that no read has had the key', () => {
    const text = (of: { key: string; isKnown: boolean }) => [
      ...accessText({ accounts: [], targets: [{ name: 'app' }], of }, styleFor(false)),
    ];
    expect(text({ key: 'ada', isKnown: true })).toEqual(['ada has no account']);
    expect(text({ key: 'E20O1', isKnown: false })).toEqual([
      'E20O1 has no account, and no accepted read has ever had this key',
      '  rollcall explain E20O1 looks whether the source has it by now',
    ]);
  });

  test('has open invitations in it, and leavers who wait for theirs', async () => {
    const create = { ...exampleProfile.create, invites: true, invitedReadable: false };
    const company = openCompany([reporting('ada'), reporting('bob')], {
      target: { profile: { ...exampleProfile, create } },
    });
    company.directory.before = ({ method }) =>
      method === 'POST'
        ? undefined
        : { kind: 'failed', failure: { class: 'missing', code: 'notFound', message: 'nobody', status: 404 } };
    await company.sync();
    company.people = [reporting('ada'), reporting('bob', '', { status: 'left' })];
    await company.sync();
    expect(short(now(company))).toEqual(['app ada invited', 'app bob leaving']);
    expect(short(then(company, company.now + 1))).toEqual(['app ada invited', 'app bob leaving']);
  });

  test('knows the accounts that are nobody’s by the last reconciliation', async () => {
    const company = openCompany([reporting('ada')]);
    await company.sync();
    const strays = () => read(company, (state) => straysOf(state, 1));
    expect(strays()).toBeUndefined();
    company.directory.add({ userName: 'eve', active: false });
    await lookInto(company, false);
    expect(strays()).toEqual({
      at: company.now,
      count: 1,
      items: [expect.objectContaining({ situation: 'orphan', userName: 'eve', active: false })],
    });
    company.directory.accounts.clear();
    company.directory.isComplete = false;
    company.now += 1000;
    await lookInto(company, false);
    expect(strays()).toMatchObject({ count: 1 });
  });
});

describe('who had access', () => {
  /** What a moment's accounts are, without what the trail does not tell of them. */
  const remembered = (all: readonly Access[]): readonly object[] =>
    all.map(({ emails: _, confirmedAt: __, leaves, ...access }) => ({
      ...access,
      ...(leaves && { leaves: true }),
    }));

  async function story() {
    const company = openCompany([], {
      targets: [
        targetWith(),
        targetWith({ name: 'wiki', onLeave: 'delete', baseUrl: 'http://127.0.0.1/wiki' }),
      ],
    });
    const days: { readonly at: number; readonly was: readonly object[] }[] = [];
    const day = async (act: () => Promise<unknown>): Promise<void> => {
      await act();
      days.push({ at: company.now + 1, was: remembered(now(company)) });
      company.now += 60_000;
    };
    company.directories.get('wiki')!.add({ userName: 'cy', externalId: 'cy', active: false });
    const come =
      (...people: Company['people']) =>
      async (): Promise<void> => {
        company.people = people;
        await company.sync();
      };
    const [ada, bob, cy] = [reporting('ada'), reporting('bob'), reporting('cy')];
    await day(come(ada, bob, cy));
    await day(come(ada, { ...bob, user: 'bobby' }, cy));
    await day(come(ada, { ...bob, user: 'bobby', status: 'left' }, cy));
    await day(come(ada, { ...bob, user: 'bobby' }, cy));
    await day(async () => {
      const { accounts } = company.directory;
      for (const [id, one] of accounts)
        if (one['userName'] === 'cy') accounts.set(id, { ...one, active: false });
      for (const [id, one] of accounts) if (one['userName'] === 'ada') accounts.delete(id);
      await lookInto(company, true);
    });
    await day(come(ada, { ...bob, user: 'bobby' }, cy));
    await day(async () => unlink(company.engine, 'app', 'cy', { command: 'unlink', actor: 'test' }));
    await day(async () => {
      const state = openState(company.configuration.state, false);
      rekey(state, { old: 'bob', now: 'robert', actor: 'test', at: company.now });
      state.close();
      company.people = [ada, { ...reporting('robert'), user: 'bobby' }, cy];
    });
    await day(async () => company.sync());
    await day(come(cy));
    return { company, days };
  }

  test('is what it was at the time, through every kind of change', async () => {
    const { company, days } = await story();
    for (const { at, was } of days) expect(remembered(then(company, at))).toEqual(was);
    expect(then(company, days[0]!.at - 60_000)).toEqual([]);
    const [first] = days;
    const one = read(company, (state) => [...accessAt(state, { key: 'ada', targets: ['app'] }, first!.at)]);
    expect(short(one)).toEqual(['app ada active']);
    const robert = read(company, (state) => [
      ...accessAt(state, { key: 'robert', targets: ['app'] }, days[8]!.at),
    ]);
    expect(robert).toMatchObject([{ state: 'active', userName: 'bobby' }]);
  });

  test('is known as far as the trail goes back, also of those whose beginning went', async () => {
    const { company, days } = await story();
    const was = days.map(({ at }) => short(then(company, at)));
    company.configuration = { ...company.configuration, keepAudit: company.now + 60_000 - days[3]!.at };
    await company.sync();
    expect(() => then(company, days[0]!.at)).toThrow('went by retention');
    for (const index of [4, 6, 8, 9]) expect(short(then(company, days[index]!.at))).toEqual(was[index]);
  });
});

describe('a list of the sign-on', () => {
  const listOf = (text: string) => {
    const file = join(temporaryFolder(), 'list.csv');
    writeFileSync(file, text);
    return readList(file);
  };
  const account = (key: string, state: Access['state'], emails: readonly string[] = []): Access => ({
    target: 'app',
    key,
    userName: `${key}@x.example`,
    emails,
    remoteId: `id-${key}`,
    state,
    origin: 'created',
    since: 0,
    confirmedAt: 0,
    groups: [],
  });
  const accounts = [
    account('ada', 'active'),
    account('bob', 'active', ['Robert@X.example']),
    account('cy', 'off'),
    account('dan', 'invited'),
    account('eve', 'off'),
  ];

  test.each([
    [
      'by e-mail',
      'Name,Email Address\nA,ADA@x.example\nB,robert@x.example\nC,cy@x.example\nX,"x@x.example"\n',
    ],
    ['by id', 'user_id\nid-ada\nid-bob\nid-cy\nx\n'],
    ['without a header', 'ada@x.example\nrobert@x.example\ncy@x.example\nx@x.example\n'],
    [
      'of another make',
      '\uFEFFlogin;group\r\nada@x.example;a\r\nbob@x.example;a\r\ncy@x.example;a\r\nx@x.example;\r\n',
    ],
  ])('is compared %s', async (_, text) => {
    const listed = await listOf(text);
    const tally = { here: 0, off: 0, there: 0, both: 0 };
    const found = [...compared(accounts, listed, tally)].map((one) =>
      one.side === 'there' ? one.side : `${one.side} ${one.access.key}`,
    );
    listed.close();
    expect(found).toEqual(['off cy', 'here dan', 'there']);
    expect(tally).toEqual({ both: 2, off: 1, here: 1, there: 1 });
  });

  test('that is cut, or out of step, is refused', async () => {
    await expect(listOf('email,name\nada@x.example,"A')).rejects.toThrow();
    await expect(listOf('email,name\nada@x.example,A,B\n')).rejects.toThrow();
  });
});
