import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { people, person } from '../support/company.ts';
import type { ConfigurationParts, Person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, journalled, playService, writes } from '../support/service.ts';

interface Report {
  readonly source: { readonly count: number; readonly complete: boolean };
  readonly rejections: readonly {
    readonly key?: string;
    readonly file: string;
    readonly line: number;
    readonly rule: string;
    readonly reason: string;
  }[];
  readonly frozen: number;
  readonly targets: Readonly<Record<string, TargetReport>>;
}

interface TargetReport {
  readonly state: string;
  readonly counts: { readonly User: Readonly<Record<string, number>> };
  readonly held: readonly {
    readonly kind: string;
    readonly checksum: string;
    readonly breaches: readonly { readonly rule: string; readonly message: string }[];
  }[];
}

/** A place in which these people have accounts. */
async function synced(
  context: TestContext,
  rows: readonly Person[],
  parts: Partial<ConfigurationParts> = {},
) {
  const place = await openPlaceWithService(context, parts);
  place.people(rows);
  await place.settle();
  return { ...place, before: journalled(place.mock) };
}

describe.concurrent('records that cannot be mapped', patient, () => {
  test('three among a thousand are named with line and reason; the 997 others go on, theirs stay as they were', async (context) => {
    const company = people(1000);
    const place = await synced(context, company, {
      identity: `title: '\${record.department == "" ? split(record.last, "-")[1] : "Engineer"}'`,
      target: 'limits: { update: { count: 2000 } }',
    });
    const changed = company.map((row) => ({ ...row, first: `${row.first}x` }));
    changed[99] = { ...changed[99]!, status: 'sabbatical' };
    changed[499] = { ...changed[499]!, department: '' };
    changed[899] = { ...changed[899]!, email: '' };
    changed[4] = { ...changed[4]!, status: 'left' };
    changed.pop();
    place.people(changed);

    const ended = await place.run('sync', '--json', '--wait', '0s');
    expect(ended.code).toBe(4);
    const report = ended.json<Report>();
    const file = place.path('people.csv');
    expect(report.rejections).toEqual([
      {
        key: 'P0100',
        file,
        line: 101,
        rule: 'status',
        reason: expect.stringContaining('"sabbatical"') as string,
      },
      {
        key: 'P0500',
        file,
        line: 501,
        rule: 'expression',
        reason: expect.stringContaining('split(record.last, "-")[1]') as string,
      },
      {
        key: 'P0900',
        file,
        line: 901,
        rule: 'userName',
        reason: expect.stringContaining('userName is empty') as string,
      },
    ]);
    expect(report.frozen).toBe(3);

    const users = new Map(place.mock.users().map((user) => [user['externalId'] as string, user]));
    const firstOf = (key: string): string => (users.get(key)!['name'] as { givenName: string }).givenName;
    expect(
      [...users]
        .filter(([, user]) => user['active'] === false)
        .map(([key]) => key)
        .sort(),
    ).toEqual(['P0005', 'P1000']);
    for (const [index, key] of ['P0100', 'P0500', 'P0900'].entries())
      expect(firstOf(key)).toBe(`First${[100, 500, 900][index]}`);
    // Two have left; all others have their new name.
    expect([...users.keys()].filter((key) => firstOf(key).endsWith('x'))).toHaveLength(1000 - 3 - 2);

    const status = await place.run('status');
    for (const key of ['P0100', 'P0500', 'P0900'])
      expect(status.stdout).toMatch(new RegExp(`${key}  since \\d{4}-`));
  });

  test('a status word that was never seen is a rejection with its line, and no leaver', async (context) => {
    const company = people(3);
    const place = await synced(context, company);
    place.people([company[0]!, { ...company[1]!, status: 'gone' }, company[2]!]);
    const ended = await place.run('sync');
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(
      /people\.csv:3  P0002  status: status "gone" is named neither under active\.on/,
    );
    expect(ended.stdout).toMatch(/1 record rejected, and the account stays as it was/);
    expect(writes(place.mock, place.before)).toEqual([]);
  });

  test('a row without a key is named and nobody leaves by absence; who leaves by word still goes', async (context) => {
    const company = people(4);
    const place = await synced(context, company);
    place.people([{ ...company[0]!, id: ' ' }, { ...company[1]!, status: 'left' }, company[2]!]);
    const ended = await place.run('sync');
    expect(ended.stdout).toMatch(/people\.csv:2  \(no key\)  key: the key is empty/);
    expect(ended.stdout).toMatch(/nobody leaves by absence in this run/);
    expect(accounts(place.mock)).toEqual({
      'person1@example.com': true,
      'person2@example.com': false,
      'person3@example.com': true,
      'person4@example.com': true,
    });
    place.people([company[0]!, { ...company[1]!, status: 'left' }, company[2]!]);
    expect((await place.run('sync')).code).toBe(0);
    expect(accounts(place.mock)['person4@example.com']).toBe(false);
  });

  test('two active rows with one key, and two with one userName, reject all four', async (context) => {
    const company = people(4);
    const place = await synced(context, company);
    const moved = { ...company[3]!, email: company[2]!.email };
    place.people([
      company[0]!,
      { ...company[1]!, id: 'P0001' },
      company[2]!,
      moved,
      person(9, { id: 'P0002', email: 'new@example.com' }),
    ]);
    const ended = await place.run('sync');
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(/people\.csv:2  P0001  duplicateKey: 2 active records .* lines 2, 3/);
    expect(ended.stdout).toMatch(/people\.csv:3  P0001  duplicateKey/);
    expect(ended.stdout).toMatch(/people\.csv:4  P0003  duplicateUserName: .* lines 4, 5/);
    expect(ended.stdout).toMatch(/people\.csv:5  P0004  duplicateUserName/);
    expect(
      writes(place.mock, place.before).filter(
        ({ path }) => !path.endsWith(String(place.mock.users()[1]!.id)),
      ),
    ).toEqual([]);
    expect(Object.values(accounts(place.mock))).not.toContain(false);
  });

  test('an expression that fails on one row rejects that row, with the expression and the type of its value', async (context) => {
    const place = await synced(context, people(2));
    place.configure({
      baseUrl: place.mock.url,
      identity: `title: '\${record.department == "Sales" ? string(int(record.last)) : "Engineer"}'`,
    });
    place.people([person(1), person(2, { department: 'Sales' })]);
    const ended = await place.run('sync');
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(/people\.csv:3  P0002  expression: .*int\(record\.last\)/);
    expect(ended.stdout).toMatch(/the value is a string, and cannot be turned into an int/);
    expect(place.mock.users().map((user) => user['title'])).toEqual(['Engineer', undefined]);
  });

  test('a file that lost a quarter of its people is held until somebody approves that very file', async (context) => {
    const company = people(100);
    const place = await synced(context, company, { target: 'limits: { deactivate: { count: 100 } }' });
    place.people(company.slice(0, 75));
    const held = await place.run('sync', '--json');
    expect(held.code).toBe(3);
    const [source] = held.json<Report>().targets['app']!.held;
    expect(source).toMatchObject({
      kind: 'source',
      breaches: [
        {
          rule: 'source.shrunk',
          message: expect.stringMatching(/75 records .* 100: 25\.0 % fewer/) as string,
        },
      ],
    });
    expect(writes(place.mock, place.before)).toEqual([]);
    expect((await place.run('approve', 'app', source!.checksum)).code).toBe(0);
    expect((await place.run('sync')).code).toBe(0);
    expect(Object.values(accounts(place.mock)).filter((active) => !active)).toHaveLength(25);
  });
});

test.concurrent('another base URL holds the whole target until it is approved', patient, async (context) => {
  const company = people(3);
  const place = await synced(context, company);
  const other = await playService(context);
  place.configure({ baseUrl: other.url });
  place.people([{ ...company[0]!, first: 'Renamed' }, company[1]!, person(4)]);

  const held = await place.run('sync', '--json');
  expect(held.code).toBe(3);
  const target = held.json<Report>().targets['app']!;
  expect(target.state).toBe('held');
  expect(target.held[0]).toMatchObject({
    kind: 'target',
    breaches: [{ rule: 'target.baseUrl', message: expect.stringContaining(other.url) as string }],
  });
  expect(writes(other)).toEqual([]);
  expect(writes(place.mock, place.before)).toEqual([]);

  // The same service under another name, which somebody says that it is.
  place.configure({ baseUrl: place.mock.url.replace('127.0.0.1', 'localhost') });
  const again = await place.run('plan', '--json');
  const [whole] = again.json<Report>().targets['app']!.held;
  expect((await place.run('approve', 'app', target.held[0]!.checksum)).code).toBe(0);
  expect((await place.run('sync')).code, 'an approval of one URL is none of another').toBe(3);
  expect((await place.run('approve', 'app', whole!.checksum)).code).toBe(0);
  expect((await place.run('sync')).code).toBe(0);
  expect(accounts(place.mock)).toEqual({
    'person1@example.com': true,
    'person2@example.com': true,
    'person3@example.com': false,
    'person4@example.com': true,
  });
  expect(writes(other)).toEqual([]);
});
