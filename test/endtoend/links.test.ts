import { describe, expect, test } from 'vitest';
import { behind } from '../support/behind.ts';
import { people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import type { Ending } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, journalled, writes } from '../support/service.ts';

const team = people(3);

/** Three people with accounts; two more are new, and there are three accounts that nobody has. */
async function populated(ending: Ending) {
  const place = await openPlaceWithService(ending);
  const there = behind(place.mock);
  place.people(team);
  await place.settle();
  await there.create({ userName: 'person4@example.com', externalId: 'P0004', active: false });
  await there.create({ userName: '=cmd()', emails: [{ value: 'person5@example.com' }], active: true });
  await there.create({ userName: 'person5@example.com', name: { givenName: 'Old' }, active: true });
  place.people(people(5));
  expect((await place.run('sync', '--quiet')).code).toBe(3);
  const report = (await place.run('reconcile', 'app', '--csv')).stdout;
  /** The report with the decision for those lines that fit. */
  const decided = (...fitting: readonly string[]): string =>
    report
      .split('\n')
      .map((line) => (fitting.some((text) => line.includes(text)) ? `link${line}` : line))
      .join('\n');
  return { ...place, there, report, decided };
}

describe.concurrent('whose account is which', patient, () => {
  test('is listed, for people and for scripts', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(2));
    expect((await place.run('links')).stdout).toBe('app  nobody is linked\n');
    await place.settle();
    const id = behind(place.mock).idOf('person1@example.com');
    const { stdout } = await place.run('links', 'app');
    expect(stdout).toMatch(
      /^app\n {2}P0001 {2}\S+ {2}created, on, since [\d-]+ [\d:]+ UTC\n.*\n {2}2 accounts\n$/,
    );
    const json = (await place.run('links', '--json')).json<{ targets: { app: object[] } }>();
    expect(json.targets.app[0]).toEqual({
      key: 'P0001',
      remoteId: id,
      origin: 'created',
      state: 'linked',
      active: true,
      since: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
    const csv = (await place.run('links', '--csv')).stdout.split('\n');
    expect(csv[0]).toBe('target,key,remoteId,origin,state,active,since');
    expect(csv[1]).toMatch(new RegExp(`^app,P0001,${id},created,linked,true,\\d{4}-`));
    place.people([person(1, { first: 'Renamed' }), person(2)]);
    await place.settle();
    expect((await place.run('links', '--csv')).stdout).toBe(csv.join('\n'));
  });

  test('the match report has a line for each account that nobody has and each who could have it', async (context) => {
    const { report, there } = await populated(context);
    const lines = report.trimEnd().split('\n');
    expect(lines[0]).toBe(
      'decision,target,key,remoteId,situation,by,userName,email,externalId,active,reason',
    );
    expect(lines).toHaveLength(4);
    expect(report).toContain(`,app,P0004,${there.idOf('person4@example.com')},adoptable,externalId,`);
    expect(report).toMatch(
      new RegExp(`^,app,P0005,${there.idOf('person5@example.com')},disputed,userName,`, 'm'),
    );
    expect(report).toMatch(/,disputed,emails\.value,'=cmd\(\),person5@example\.com,/);
  });

  test('link --from takes what was decided, and the next sync puts right what differs', async (context) => {
    const place = await populated(context);
    const { there, mock } = place;
    const id = there.idOf('person5@example.com');
    // As a spreadsheet would write it.
    place.write('matches.csv', `\uFEFF${place.decided(`,P0005,${id},`, ',P0004,').replaceAll('\n', '\r\n')}`);
    const before = journalled(mock);
    const ended = await place.run('link', '--from', 'matches.csv');
    expect(ended).toMatchObject({
      code: 0,
      stdout: 'linked: 2 accounts. The next rollcall sync puts right what differs\n',
    });
    expect(writes(mock, before)).toEqual([]);
    expect((await place.run('links', '--csv')).stdout.match(/,adopted,linked,/g)).toHaveLength(2);
    await place.settle();
    expect(there.idOf('person5@example.com')).toBe(id);
    expect(accounts(mock)).toMatchObject({ 'person4@example.com': true, '=cmd()': true });
    expect((await place.run('plan', '--quiet', '--exit-code')).code).toBe(0);
    const looked = await place.run('reconcile', '--json');
    expect(looked.json()).toMatchObject({
      targets: { app: { counts: { inSync: 5, orphan: 1, drifted: 0 } } },
    });
    const again = await place.run('link', '--from', 'matches.csv', '--json');
    expect(again).toMatchObject({ code: 0 });
    expect(again.json()).toEqual({ linked: 0, already: 2 });
  });

  test('an attribute that nobody maps stays as it is on an account that is taken over', async (context) => {
    const place = await populated(context);
    const { there, mock } = place;
    await there.patch('person5@example.com', { title: 'of their own' });
    place.write('matches.csv', place.decided(`,P0005,${there.idOf('person5@example.com')},`));
    expect((await place.run('link', '--from', 'matches.csv')).code).toBe(0);
    await place.run('sync', '--quiet');
    expect(
      mock.users().find(({ userName }) => (userName as unknown) === 'person5@example.com'),
    ).toMatchObject({
      title: 'of their own',
      name: { givenName: 'First5' },
    });
  });

  test('link --from takes all or nothing, and names every line that cannot be', async (context) => {
    const place = await populated(context);
    const { there } = place;
    const [first, second] = [there.idOf('=cmd()'), there.idOf('person5@example.com')];
    const head = 'decision,target,key,remoteId';
    const good = `link,app,P0004,${there.idOf('person4@example.com')}`;
    const wrong: readonly (readonly [string, RegExp])[] = [
      [
        `perhaps,app,P0005,x\nlink,app,,${first}\nlink,app,P0005`,
        /matches\.csv:3: the decision is neither link nor empty\n[^]*matches\.csv:4: key is missing\n[^]*matches\.csv:5: /,
      ],
      [
        `link,app,P0005,${first}\nlink,app,P0005,${second}\nlink,app,P9999,x`,
        /matches\.csv:4: another line says so of the same person[^]*matches\.csv:5: nobody has the key P9999[^]*nobody was linked/,
      ],
    ];
    for (const [lines, words] of wrong) {
      place.write('matches.csv', `${head}\n${good}\n${lines}\n`);
      const ended = await place.run('link', '--from', 'matches.csv');
      expect([lines, ended.code, ended.stderr]).toEqual([lines, 1, expect.stringMatching(words)]);
    }
    place.write('matches.csv', 'target,key\napp,P0004\n');
    expect(await place.run('link', '--from', 'matches.csv')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/decision/) as string,
    });
    expect(await place.run('link', '--from', 'missing.csv')).toMatchObject({ code: 1 });
    expect((await place.run('links', '--csv')).stdout).not.toContain('adopted');
  });

  test('unlink takes an account from somebody who is active: the next sync finds it, and holds the link', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(team);
    await place.settle();
    const before = journalled(place.mock);
    const ended = await place.run('unlink', 'app', 'P0002');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(
      /^the account \S+ on app is nobody's now, and stays as it is; it was that of P0002\nif they .*\n$/,
    );
    expect(place.mock.journal(before)).toEqual([]);
    const held = await place.run('sync', '--json');
    expect(held.code).toBe(3);
    expect(held.json()).toMatchObject({ targets: { app: { held: [{ kind: 'link', count: 1 }] } } });
    expect(writes(place.mock, before)).toEqual([]);
  });

  test('unlink of somebody who left leaves the account alone, and an orphan', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(team);
    await place.settle();
    place.people([team[0]!, team[1]!, person(3, { status: 'left' })]);
    await place.settle();
    const ended = await place.run('unlink', 'app', 'P0003');
    expect(ended.stdout).toMatch(/not active in the source: the next sync does nothing for them/);
    await place.settle();
    expect((await place.run('reconcile', '--json')).json()).toMatchObject({
      targets: {
        app: { counts: { inSync: 2, orphan: 1 }, items: [{ situation: 'orphan', externalId: 'P0003' }] },
      },
    });
  });

  test('unlink of what is not linked is refused', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(team);
    for (const [target, key, words] of [
      ['app', 'P0001', /P0001 has no account on app/],
      ['elsewhere', 'P0001', /there is no target "elsewhere"/],
    ] as const)
      expect(await place.run('unlink', target, key)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(words) as string,
      });
  });
});
