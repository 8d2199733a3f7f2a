import { describe, expect, onTestFinished, test } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import { behind } from '../support/behind.ts';
import type { Behind } from '../support/behind.ts';
import { people, person } from '../support/company.ts';
import type { ConfigurationParts, Person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import type { Ending } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import type { Place } from '../support/place.ts';
import type { Ended } from '../support/rollcall.ts';
import { accounts, journalled, playService, writes } from '../support/service.ts';
import type { Mock } from '../../src/mock/index.ts';

interface Item {
  readonly situation: string;
  readonly key?: string;
  readonly remoteId: string;
  readonly changes?: readonly { readonly path: string; readonly policy: string }[];
  readonly candidates?: readonly { readonly key: string; readonly by: string }[];
}

interface Report {
  readonly targets: Readonly<
    Record<
      string,
      {
        readonly complete: boolean;
        readonly reason?: string;
        readonly counts: Readonly<Record<string, number>>;
        readonly notReturned: Readonly<Record<string, number>>;
        readonly items: readonly Item[];
        readonly taken?: {
          readonly read: number;
          readonly closed: number;
          readonly held: readonly unknown[];
        };
      }
    >
  >;
  readonly sync?: { readonly targets: Readonly<Record<string, { readonly state: string }>> };
}

interface Synced extends Place {
  readonly mock: Mock;
  readonly there: Behind;
}

const reportOf = (ended: Ended) => ended.json<Report>().targets['app']!;
/** What is not zero. */
const countsOf = (ended: Ended) =>
  Object.fromEntries(Object.entries(reportOf(ended).counts).filter(([, number]) => number > 0));
const items = (ended: Ended) =>
  reportOf(ended).items.map(({ situation, key, changes }) =>
    [situation, key, ...(changes ?? []).map(({ path, policy }) => `${path}:${policy}`)]
      .filter(Boolean)
      .join(' '),
  );

const team = people(6);

/** Six people who have accounts. */
async function synced(
  ending: Ending,
  parts: Partial<ConfigurationParts> = {},
  rows: readonly Person[] = team,
): Promise<Synced> {
  const place = await openPlaceWithService(ending, parts);
  place.people(rows);
  await place.settle();
  return { ...place, there: behind(place.mock) };
}

/** In sync, by the live list and by the plan. */
async function expectInSync(place: Place, number: number): Promise<void> {
  const again = await place.run('reconcile', '--json', '--exit-code');
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(countsOf(again)).toEqual({ inSync: number });
  expect(reportOf(again)).toMatchObject({ complete: true, items: [] });
  expect(await place.run('plan', '--quiet', '--exit-code')).toMatchObject({ code: 0, stderr: '' });
}

describe.concurrent('what a target really holds', patient, () => {
  test('is in sync after a sync, at the cost of one list', async (context) => {
    const place = await synced(context);
    const before = journalled(place.mock);
    await expectInSync(place, 6);
    expect(writes(place.mock, before)).toEqual([]);
    expect(place.mock.journal(before).map(({ path }) => path)).toEqual(['/scim/v2/Users']);
    const shown = await place.run('reconcile');
    expect(shown.stdout).toMatch(
      /^app {2}http\S+, 6 accounts linked, 6 listed; the list is complete\n {2}in sync 6\n$/,
    );
  });

  test('has drifted, attribute by attribute, and is put right by --repair alone', async (context) => {
    const place = await synced(context);
    const { there, mock } = place;
    const department = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';
    await there.patch('person1@example.com', { 'name.givenName': 'Else', [department]: 'Sales' });
    await there.patch('person2@example.com', { title: 'an attribute that nobody maps' });
    await there.patch('person3@example.com', {
      userName: 'third@example.com',
      emails: [{ value: 'x@example.com', type: 'work' }],
    });
    const before = journalled(mock);
    const looked = await place.run('reconcile', '--json');
    expect(looked.code).toBe(0);
    expect(countsOf(looked)).toEqual({ inSync: 4, drifted: 2 });
    expect(items(looked)).toEqual([
      `drifted P0001 name.givenName:fix ${department}:fix`,
      'drifted P0003 emails:fix userName:fix',
    ]);
    expect((await place.run('reconcile', '--exit-code', '--quiet')).code).toBe(2);
    expect(writes(mock, before)).toEqual([]);
    expect((await place.run('plan', '--quiet', '--exit-code')).code).toBe(0);
    expect((await place.run('reconcile')).stdout).toMatch(
      /~ drifted {2}P0001[^\n]*\n {8}name.givenName: "First1" → "Else" {2}to be put right\n/,
    );

    const repaired = await place.run('reconcile', '--repair', '--json');
    expect(repaired.code).toBe(0);
    expect(reportOf(repaired).taken).toEqual({ read: 2, closed: 0, held: [] });
    expect(repaired.json<Report>().sync!.targets['app']).toMatchObject({
      state: 'done',
      counts: { User: { update: 2 } },
    });
    expect(writes(mock, before).map(({ method }) => method)).toEqual(['PATCH', 'PATCH']);
    expect(accounts(mock)).toHaveProperty('person3@example.com', true);
    await expectInSync(place, 6);
  });

  test('is not compared where it is not returned', async (context) => {
    const place = await synced(context);
    await place.there.clear('person1@example.com', 'name.givenName');
    const looked = await place.run('reconcile', '--json', '--exit-code');
    expect(looked.code).toBe(0);
    expect(reportOf(looked)).toMatchObject({ counts: { inSync: 6 }, notReturned: { 'name.givenName': 1 } });
  });

  test('is put right by the policy of each attribute', async (context) => {
    const place = await synced(context, {
      target: 'drift: { default: report, attributes: { userName: fix, emails: ignore } }',
    });
    const { there } = place;
    await there.patch('person1@example.com', {
      'name.givenName': 'Else',
      emails: [{ value: 'x@example.com' }],
    });
    await there.patch('person2@example.com', { userName: 'second@example.com', active: false });
    const repaired = await place.run('reconcile', '--repair', '--json');
    expect(repaired.code).toBe(0);
    expect(items(repaired)).toEqual([
      'drifted P0001 name.givenName:report',
      'drifted P0002 active:report userName:fix',
    ]);
    const again = await place.run('reconcile', '--json');
    expect(items(again)).toEqual(['drifted P0001 name.givenName:report', 'drifted P0002 active:report']);
    expect(place.mock.users()[0]).toMatchObject({ name: { givenName: 'Else' } });
  });

  test('who was switched off there stays off until the configuration says fix; a leaver who is on again does not stay on', async (context) => {
    const place = await synced(context, {}, [...team, person(7)]);
    const { there, mock } = place;
    place.people([...team, person(7, { status: 'left' })]);
    await place.settle();
    await there.patch('person7@example.com', { active: true });
    await there.patch('person1@example.com', { active: false });
    const repaired = await place.run('reconcile', '--repair', '--json');
    expect(items(repaired)).toEqual(['drifted P0001 active:report', 'drifted P0007 active:fix']);
    expect(accounts(mock)).toMatchObject({ 'person1@example.com': false, 'person7@example.com': false });
    place.configure({ baseUrl: mock.url, target: 'drift: { attributes: { active: fix } }' });
    expect((await place.run('reconcile', '--repair', '--quiet')).code).toBe(0);
    expect(accounts(mock)).toMatchObject({ 'person1@example.com': true, 'person7@example.com': false });
    await expectInSync(place, 7);
  });

  test('an account that is gone is missing; a repair closes the link, and the sync makes a new one', async (context) => {
    const place = await synced(context);
    const { there, mock } = place;
    await there.remove('person2@example.com');
    const looked = await place.run('reconcile', '--json', '--exit-code');
    expect(looked.code).toBe(2);
    expect(items(looked)).toEqual(['missing P0002']);
    const repaired = await place.run('reconcile', '--repair', '--json');
    expect(repaired.code).toBe(0);
    expect(reportOf(repaired).taken).toEqual({ read: 0, closed: 1, held: [] });
    expect(accounts(mock)['person2@example.com']).toBe(true);
    await expectInSync(place, 6);
  });

  test('a leaver whose account is gone gets no other', async (context) => {
    const place = await synced(context);
    await place.there.remove('person2@example.com');
    place.people(team.filter(({ id }) => id !== 'P0002'));
    const before = journalled(place.mock);
    expect((await place.run('reconcile', '--repair', '--quiet')).code).toBe(0);
    expect(writes(place.mock, before)).toEqual([]);
    await expectInSync(place, 5);
  });

  test('too many that are gone are held, and a number lets them through', async (context) => {
    const place = await synced(context, { target: 'limits: { deactivate: { count: 2 } }' });
    const { there, mock } = place;
    for (const number of [1, 2, 3]) await there.remove(`person${number}@example.com`);
    const before = journalled(mock);
    const held = await place.run('reconcile', '--repair', '--json');
    expect(held.code).toBe(3);
    expect(reportOf(held).taken).toMatchObject({ closed: 0, held: [{ rule: 'count', number: 3, limit: 2 }] });
    expect(writes(mock, before)).toEqual([]);
    expect((await place.run('reconcile', '--repair')).stdout).toMatch(
      /HELD missing 3: 3 missing accounts, and the limit is 2\n.*rollcall reconcile app --repair --missing 3\n/,
    );
    expect((await place.run('reconcile', '--repair', '--missing', '2', '--quiet')).code).toBe(3);
    expect((await place.run('reconcile', '--repair', '--missing', '3', '--quiet')).code).toBe(0);
    await expectInSync(place, 6);
  });

  test('where none of ours is there, it may be another service: nothing is closed without a number', async (context) => {
    const place = await synced(context, {}, people(2));
    for (const number of [1, 2]) await place.there.remove(`person${number}@example.com`);
    const held = await place.run('reconcile', '--repair', '--json');
    expect(held.code).toBe(3);
    expect(reportOf(held).taken).toMatchObject({ closed: 0, held: [{ rule: 'missing.all' }] });
    expect(accounts(place.mock)).toEqual({});
  });

  test('an account that nobody made is an orphan, and is never touched', async (context) => {
    const place = await synced(context, { target: `protect: "\${identity.userName == 'root'}"` });
    await place.there.create({ userName: 'stranger', active: true });
    await place.there.create({ userName: 'root', active: true });
    const before = journalled(place.mock);
    const repaired = await place.run('reconcile', '--repair', '--json');
    expect(repaired.code).toBe(0);
    expect(countsOf(repaired)).toEqual({ inSync: 6, orphan: 1, protected: 1 });
    expect(writes(place.mock, before)).toEqual([]);
    expect(accounts(place.mock)).toMatchObject({ stranger: true, root: true });
  });

  test('accounts of people who are new are adoptable, or disputed where several could be meant', async (context) => {
    const place = await synced(context);
    const { there } = place;
    await there.create({ userName: 'person7@example.com', externalId: 'P0007', active: true });
    await there.create({ userName: 'person8@example.com', active: true });
    await there.create({ userName: 'eight', emails: [{ value: 'person8@example.com' }], active: true });
    place.people(people(8));
    const looked = await place.run('reconcile', '--json');
    expect(countsOf(looked)).toEqual({ inSync: 6, adoptable: 1, disputed: 2 });
    const candidates = reportOf(looked).items.flatMap((item) =>
      item.candidates!.map(({ key, by }) => `${item.situation} ${key} ${by}`),
    );
    expect(candidates.sort()).toEqual([
      'adoptable P0007 externalId',
      'disputed P0008 emails.value',
      'disputed P0008 userName',
    ]);
    const before = journalled(place.mock);
    expect((await place.run('reconcile', '--repair', '--quiet')).code).toBe(3);
    expect(writes(place.mock, before)).toEqual([]);
  });
});

describe.concurrent('what a list does not prove', patient, () => {
  test.for([
    ['omit=2', /^it says that there are 6, and gave 4$/],
    ['repeat=2', /^2 entries came more than once$/],
  ] as const)(
    'a list with %s says so, makes nobody missing and repairs nothing',
    async ([fault, reason], context) => {
      const place = await synced(context);
      const { there, mock } = place;
      await there.patch('person1@example.com', { 'name.givenName': 'Else' });
      await there.remove('person2@example.com');
      await place.there.create({ userName: 'person2@example.org', active: true });
      mock.addFault(fault);
      const before = journalled(mock);
      for (const args of [['reconcile'], ['reconcile', '--exit-code'], ['reconcile', '--repair']]) {
        const ended = await place.run(...args, '--json');
        expect(ended.code).toBe(4);
        expect(reportOf(ended)).toMatchObject({
          complete: false,
          reason: expect.stringMatching(reason) as string,
        });
        expect(reportOf(ended)).not.toHaveProperty('taken');
      }
      expect((await place.run('reconcile')).stdout).toMatch(/NOT COMPLETE: .*\n/);
      expect(writes(mock, before)).toEqual([]);
      mock.clearFaults();
      expect(countsOf(await place.run('reconcile', '--json'))).toEqual({
        inSync: 4,
        drifted: 1,
        missing: 1,
        orphan: 1,
      });
    },
  );

  test('whom a list leaves out that claims to be whole is asked for, and is not missing', async (context) => {
    const place = await synced(context);
    await place.there.remove('person2@example.com');
    place.mock.addFault('omit=2,total=page');
    const looked = await place.run('reconcile', '--json');
    expect(looked.code).toBe(0);
    expect(countsOf(looked)).toEqual({ inSync: 5, missing: 1 });
    expect(reportOf(looked)).toMatchObject({
      complete: false,
      reason: 'it left out 2 accounts that are there',
    });
  });

  test('a list that breaks off is an error of its target, and says nothing of anybody', async (context) => {
    const place = await synced(context);
    await place.there.remove('person2@example.com');
    place.mock.addFault('status=403,method=GET');
    for (const args of [['reconcile'], ['reconcile', '--repair']]) {
      const ended = await place.run(...args, '--json');
      expect(ended.code).toBe(1);
      expect(ended.json()).toMatchObject({
        error: { code: 'forbidden' },
        targets: { app: { error: { code: 'forbidden' } } },
      });
      expect(countsOf(ended)).toEqual({});
    }
    place.mock.clearFaults();
    expect(countsOf(await place.run('reconcile', '--json'))).toEqual({ inSync: 5, missing: 1 });
  });

  test('one target out of reach does not hide the other', async (context) => {
    const place = await openPlaceWithService(context);
    const other = await playService(context);
    const targets = [
      'other:',
      '  connector: generic',
      `  baseUrl: ${other.url}`,
      '  auth: { kind: bearer, token: { env: APP_TOKEN } }',
    ].join('\n');
    place.configure({ baseUrl: place.mock.url, targets });
    place.people(team);
    await place.settle();
    other.addFault('status=401');
    const ended = await place.run('reconcile', '--json');
    expect(ended.code).toBe(4);
    expect(countsOf(ended)).toEqual({ inSync: 6 });
    expect(ended.json()).toMatchObject({ targets: { other: { error: { code: 'unauthorised' } } } });
  });

  test('another base URL is not asked, and told what settles that', async (context) => {
    const place = await synced(context);
    const other = await playService(context);
    place.configure({ baseUrl: other.url });
    const ended = await place.run('reconcile', '--repair');
    expect(ended).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/rollcall sync settles that/) as string,
    });
    expect(other.journal()).toEqual([]);
  });
});

describe.concurrent('an invitation', patient, () => {
  test('of Cosmo by its documentation is listed, and in sync', async (context) => {
    const place = await openPlaceWithService(
      context,
      { connector: 'cosmo' },
      { service: await loadService('cosmo') },
    );
    place.people(team);
    await place.settle();
    expect(place.mock.invitations()).toHaveLength(6);
    const ended = await place.run('reconcile', '--repair', '--json');
    expect(ended.code).toBe(0);
    expect(countsOf(ended)).toEqual({ inSync: 6 });
    expect(place.mock.invitations()).toHaveLength(6);
  });

  test('of the control plane is invited and never missing; accepted, it is an account', async (context) => {
    const place = await openPlaceWithService(
      context,
      { connector: 'cosmo-controlplane' },
      { service: await loadService('cosmo-controlplane') },
    );
    const { mock } = place;
    place.people(team);
    await place.settle();
    const open = await place.run('reconcile', '--repair', '--json');
    expect(open.code).toBe(0);
    expect(countsOf(open)).toEqual({ invited: 6 });
    expect(reportOf(open)).toMatchObject({ complete: false, taken: { read: 0, closed: 0, held: [] } });
    mock.acceptAll(2);
    expect(countsOf(await place.run('reconcile', '--json'))).toEqual({ invited: 4, inSync: 2 });
    expect((await place.run('links', '--csv')).stdout.match(/,invited,/g)).toHaveLength(6);
    expect(reportOf(await place.run('reconcile', '--repair', '--json')).taken).toEqual({
      read: 2,
      closed: 0,
      held: [],
    });
    expect((await place.run('links', '--csv')).stdout.match(/,invited,/g)).toHaveLength(4);
    expect(mock.journal().filter(({ method }) => method === 'POST')).toHaveLength(6);
  });
});

test.each([
  [['--missing', '3'], /--missing is for --repair/],
  [['--repair', '--missing', 'all'], /--missing all: so many accounts/],
  [['--repair', '--csv'], /--csv is for looking/],
  [['--repair', '--exit-code'], /--exit-code is for looking/],
  [['--csv', '--json'], /two forms of one thing/],
])('reconcile %j is refused', async (args, words) => {
  const place = await openPlaceWithService({ onTestFinished });
  const ended = await place.run('reconcile', ...args);
  expect([ended.code, `${ended.stderr}${ended.stdout}`]).toEqual([1, expect.stringMatching(words)]);
  expect(place.mock.journal()).toEqual([]);
});
