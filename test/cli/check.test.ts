import { describe, expect, test } from 'vitest';
import { configuration, people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';

interface Document {
  readonly error?: object;
  readonly source: {
    readonly rejected: number;
    readonly rules: object;
    readonly rejections: readonly object[];
  };
}

const on = people(60);
const unknown = (count: number) =>
  on.map((one, index) => (index < count ? { ...one, status: 'resting' } : one));

describe.concurrent('a check of the people', patient, () => {
  test('is not ok where more are rejected than the limit of the source, and counts them by rule', async (context) => {
    const place = await openPlaceWithService(context);
    place.people([...unknown(30), { ...on[40]!, first: 'Twice' }]);
    const shown = await place.run('check', '--offline');
    expect(shown.code).toBe(1);
    expect(shown.stdout).toMatch(/^not ok source {2}people\.csv: 61 records/m);
    expect(shown.stdout).toMatch(/ {2}! 32 of 61 records were rejected: 52\.5 %, and the limit is 10 %\n/);
    expect(shown.stdout).toMatch(/ {2}32 records rejected \(status 30, duplicateKey 2\):\n/);
    expect(shown.stdout.match(/^ {4}people\.csv:/gm)).toHaveLength(20);
    expect(shown.stdout).toContain('… and 12 more (--all shows them)');

    const all = await place.run('check', '--offline', '--all');
    expect(all.stdout.match(/^ {4}people\.csv:/gm)).toHaveLength(32);
    const document = (await place.run('check', '--json')).json<Document>();
    expect(document).toMatchObject({
      error: { code: 'source', message: expect.stringMatching(/^32 of 61 records/) as string },
      source: { rejected: 32, rules: { status: 30, duplicateKey: 2 } },
    });
    expect(document.source.rejections).toHaveLength(32);
  });

  test('is not ok where most of a few are rejected, which no limit looks at', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(unknown(3).slice(0, 5));
    const most = await place.run('check');
    expect(most.code).toBe(1);
    expect(most.stdout).toMatch(
      / {2}! 3 of 5 records were rejected: the configuration does not fit this file\n/,
    );
    place.people(unknown(3).slice(0, 6));
    const half = await place.run('check');
    expect(half).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok source/m) as string });
  });

  test('names what is odd about people, and is ok all the same', async (context) => {
    const place = await openPlaceWithService(context);
    const baseUrl = place.mock.url;
    place.write(
      'rollcall.yaml',
      `${configuration({ baseUrl })}groups: [{ from: "\${[record.department]}" }]\n`,
    );
    place.people([
      person(1, { manager: 'P0002', department: 'engineering' }),
      person(2, { manager: 'P0003' }),
      person(3, { manager: 'P0001' }),
      person(4, { manager: 'P0004' }),
      person(5, { manager: 'P0404', email: 'person5@localhost' }),
      person(6, { id: 'p0005', manager: 'P0404' }),
      person(7, { id: 'person7@example.com' }),
      person(8, { id: 'uid=p8,dc=example' }),
      person(9, { status: 'left', email: 'gone', manager: 'P0404' }),
    ]);
    const { code, stdout } = await place.run('check', '--offline');
    expect(code).toBe(0);
    expect(stdout.slice(stdout.indexOf('warning 1 key is an e-mail'))).toBe(
      [
        'warning 1 key is an e-mail address: an address changes with a name, and a key never may',
        '    people.csv:8  person7@example.com  this key is an e-mail address',
        'warning 1 key is a DN: a DN changes when an entry is moved, and a key never may',
        '    people.csv:9  uid=p8,dc=example  this key is a DN',
        'warning 1 key differs from another in case alone: they are taken for different people',
        '    people.csv:7  p0005  this key differs from P0005 in case alone',
        'warning 1 group differs from another in case alone: they are taken for different groups',
        '    people.csv:3  P0002  the group Engineering differs from engineering in case alone',
        'warning 1 e-mail address is none that mail can be sent to',
        '    people.csv:6  P0005  "person5@localhost" has a host behind the @ that nobody outside can reach: there is no dot in it',
        'warning 1 person is named as their own manager, which is left out',
        '    people.csv:5  P0004  is named as their own manager',
        'warning 2 people have a manager who is in no record, and is left out',
        '    people.csv:6  P0005  the manager P0404 is in no record',
        '    people.csv:7  p0005  the manager P0404 is in no record',
        'warning 1 circle of managers: one reference of each is sent later',
        '    P0001, P0002, P0003 report to each other in a circle',
        '',
      ].join('\n'),
    );
    const { lints } = (await place.run('check', '--json')).json<{
      lints: { rule: string; count: number }[];
    }>();
    expect(lints.map(({ rule, count }) => `${rule} ${count}`)).toEqual([
      'keyEmail 1',
      'keyDn 1',
      'keyCase 1',
      'groupCase 1',
      'email 1',
      'managerSelf 1',
      'manager 2',
      'managerCycle 1',
    ]);
    expect(lints[6]).toMatchObject({ examples: [{ line: 6, key: 'P0005' }, { line: 7 }] });
  });

  test('names three of many, and all where that is asked for', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(on.map((one) => ({ ...one, manager: 'nobody' })));
    const few = await place.run('check', '--offline');
    expect(few.stdout).toMatch(/60 people have a manager[^]*P0003[^]*… and 57 more \(--all shows them\)\n$/);
    const all = await place.run('check', '--offline', '--all');
    expect(all.stdout.match(/the manager nobody/g)).toHaveLength(60);
    expect(all.stdout).not.toContain('more');
  });

  test('shows the first records as identities, and everybody who is rejected', async (context) => {
    const place = await openPlaceWithService(context);
    place.people([...unknown(25), { ...on[40]!, first: 'Twice' }].slice(22));
    const { stdout } = await place.run('check', '--offline', '--sample', '4');
    expect(stdout).toContain('5 records rejected');
    expect(stdout.match(/^ {4}people\.csv:.*status "resting"/gm)).toHaveLength(3);
    expect(stdout.match(/^ {2}people\.csv:\d+ {2}P\d+/gm)).toEqual(
      [2, 3, 4, 5].map((line) => `  people.csv:${line}  P00${line + 21}`),
    );
    expect(stdout).toMatch(/people\.csv:4 {2}P0025\n {8}rejected status: /);
    expect(stdout).toMatch(
      /people\.csv:5 {2}P0026 {2}First26 Last26 <person26@example\.com> {2}active\n {8}emails:/,
    );

    const { sample } = (await place.run('check', '--offline', '--sample', '20', '--json')).json<{
      sample: { line: number; identity?: object; rejection?: { rule: string } }[];
    }>();
    expect(sample).toHaveLength(20);
    expect(sample[18]).toMatchObject({
      line: 20,
      identity: { key: 'P0041' },
      rejection: { rule: 'duplicateKey' },
    });
    expect(sample[19]).toMatchObject({ line: 21, identity: { key: 'P0042', active: true } });
    expect(sample[19]).not.toHaveProperty('rejection');
    const none = (await place.run('check', '--offline', '--json')).json<{ sample: object[] }>();
    expect(none.sample).toEqual([]);
  });

  test.each(['-1', 'x', '', '10001', '1e3'])(
    '--sample %j is an error, and nothing is read',
    async (sample) => {
      const { run } = await import('../../src/cli/check.ts');
      const options = { config: 'nowhere.yaml', color: false, logLevel: 'silent', sample } as const;
      await expect(run(options, [])).rejects.toThrow(/--sample .*: so many of the first records/);
    },
  );
});
