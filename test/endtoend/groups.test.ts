import { describe, expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import type { Person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';
import type { Place } from '../support/place.ts';
import type { Mock } from '../../src/mock/index.ts';
import { journalled, playService, TOKEN, writes } from '../support/service.ts';

const header = { authorization: `Bearer ${TOKEN}` };

interface Groups {
  readonly rules?: string;
  /** Lines of the target. */
  readonly target?: string;
}

const configuration = (url: string, { rules, target = '' }: Groups) => `state: ./rollcall.db
source: { connector: csv, path: ./people.csv, key: "\${record.id}" }
identity:
  userName: \${record.email}
  name: { givenName: "\${record.first}", familyName: "\${record.last}" }
  active: { from: "\${record.status}", on: [active], off: [left] }
groups:
${rules ?? '  - { from: "${split(record.department, \\";\\")}" }'}
targets:
  app:
    connector: generic
    baseUrl: ${url}
    auth: { kind: bearer, token: { env: APP_TOKEN } }
${target}
`;

async function opened(
  context: Parameters<typeof openPlace>[0],
  rows: readonly Person[],
  groups: Groups = {},
) {
  const place = openPlace(context);
  const mock = await playService(context, 'rfc');
  place.write('rollcall.yaml', configuration(mock.url, groups));
  place.people(rows);
  return { ...place, mock };
}

/** Who is in which group on the target, by the numbers of people. */
async function members(mock: Mock): Promise<Readonly<Record<string, readonly string[]>>> {
  const names = new Map(
    mock.users().map(({ id, externalId, userName }) => [id, (externalId ?? userName) as string]),
  );
  const answer = await fetch(`${mock.url}/Groups?count=100`, { headers: header });
  const { Resources: groups = [] } = (await answer.json()) as {
    Resources?: { displayName: string; members?: { value: string }[] }[];
  };
  return Object.fromEntries(
    groups.map((group) => [
      group.displayName,
      (group.members ?? []).map(({ value }) => names.get(value) ?? value).sort(),
    ]),
  );
}

async function synced(place: Place, code = 0) {
  const ended = await place.run('sync', '--json');
  expect([ended.code, ended.stderr]).toEqual([code, '']);
  return ended.json<{ targets: { app: { counts: { Group: object } } } }>().targets.app.counts.Group;
}

const settled = async (place: Place) =>
  expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });

describe.concurrent('groups', patient, () => {
  test('are created with the people who are in them; a mover, a leaver and somebody who is back are followed', async (context) => {
    const rows = [
      person(1, { department: 'Sales;Board' }),
      person(2, { department: 'Sales' }),
      person(3, { department: 'Board' }),
    ];
    const place = await opened(context, rows);
    expect(await synced(place)).toEqual({ create: 2, memberAdd: 4 });
    expect(await members(place.mock)).toEqual({ Board: ['P0001', 'P0003'], Sales: ['P0001', 'P0002'] });
    await settled(place);
    place.people([
      rows[0]!,
      person(2, { department: 'Board' }),
      person(3, { department: 'Board', status: 'left' }),
    ]);
    expect(await synced(place)).toEqual({ memberAdd: 1, memberRemove: 2 });
    expect(await members(place.mock)).toEqual({ Board: ['P0001', 'P0002'], Sales: ['P0001'] });
    await settled(place);
    place.people(rows);
    expect(await synced(place)).toEqual({ memberAdd: 2, memberRemove: 1 });
    expect(await members(place.mock)).toEqual({ Board: ['P0001', 'P0003'], Sales: ['P0001', 'P0002'] });
    await settled(place);
  });

  test('take as many members in a request as the target may be given, and one after the other', async (context) => {
    const place = await opened(context, people(250));
    expect(await synced(place)).toEqual({ create: 1, memberAdd: 250 });
    const patches = writes(place.mock).filter(({ path }) => path.includes('/Groups/'));
    expect(patches).toHaveLength(3);
    const before = journalled(place.mock);
    place.people([...people(249), person(250, { department: '' })]);
    expect(await synced(place)).toEqual({ memberRemove: 1 });
    expect(writes(place.mock, before)).toMatchObject([
      {
        method: 'PATCH',
        body: { Operations: [{ op: 'remove', path: expect.stringContaining('members[value eq') as string }] },
      },
    ]);
  });

  test('by rule: renamed by key, emptied, and deleted where that is asked for', async (context) => {
    const rule = (name: string) =>
      `  - { key: engineers, name: ${name}, members: "\${record.department == 'Engineering'}" }`;
    const place = await opened(context, people(3), { rules: rule('Engineers') });
    await synced(place);
    expect(await members(place.mock)).toEqual({ Engineers: ['P0001', 'P0002', 'P0003'] });
    const configure = (groups: Groups) => place.write('rollcall.yaml', configuration(place.mock.url, groups));
    configure({ rules: rule('Builders') });
    expect(await synced(place)).toEqual({ update: 1 });
    expect(await members(place.mock)).toEqual({ Builders: ['P0001', 'P0002', 'P0003'] });
    configure({ rules: '  - { name: Others, members: false }' });
    expect(await synced(place)).toEqual({ create: 1, memberRemove: 3 });
    expect(await members(place.mock)).toEqual({ Builders: [], Others: [] });
    await settled(place);
    configure({
      rules: '  - { name: Others, members: false }',
      target: '    groups: { onGone: delete }\n    limits: { deleteGroup: { count: 1 } }',
    });
    expect(await synced(place)).toEqual({ delete: 1 });
    expect(await members(place.mock)).toEqual({ Others: [] });
    await settled(place);
  });

  test('full and gone: each plan asks to delete it, and it goes once that is approved', async (context) => {
    const list = '  - { from: "${split(record.department, \\";\\")}" }';
    const rule = '  - { key: all, name: Everybody, members: true }';
    const place = await opened(context, people(3), { rules: `${list}\n${rule}` });
    await synced(place);
    const target = '    groups: { onGone: delete }';
    place.write('rollcall.yaml', configuration(place.mock.url, { rules: list, target }));
    const held = async () =>
      (await place.run('sync', '--json')).json<{
        targets: { app: { held: { kind: string; checksum: string }[] } };
      }>().targets.app.held;
    const [first] = await held();
    expect(first).toMatchObject({ kind: 'deleteGroup' });
    expect(await held()).toEqual([first]);
    expect((await place.run('plan')).stdout).toContain(
      'deleteGroup  all  Everybody  no longer in the source',
    );
    expect((await place.run('approve', 'app', first!.checksum)).code).toBe(0);
    expect(await synced(place)).toEqual({ delete: 1 });
    expect(await members(place.mock)).toEqual({ Engineering: ['P0001', 'P0002', 'P0003'] });
    await settled(place);
  });

  test('are sent as far as a target is to have them, and kept where that is asked for', async (context) => {
    const rows = [person(1, { department: 'app-one;Sales' }), person(2, { department: 'app-two' })];
    const place = await opened(context, rows, { target: '    groups: { names: [app-*], onLeave: keep }' });
    await synced(place);
    expect(await members(place.mock)).toEqual({ 'app-one': ['P0001'], 'app-two': ['P0002'] });
    place.people([{ ...rows[0]!, status: 'left' }, rows[1]!]);
    expect(await synced(place)).toEqual({});
    expect(await members(place.mock)).toEqual({ 'app-one': ['P0001'], 'app-two': ['P0002'] });
    const narrowed = async (target: string) => {
      place.write('rollcall.yaml', configuration(place.mock.url, { target }));
      return (await place.run('plan')).stdout;
    };
    const given = 'not among the groups that this target is given';
    expect(await narrowed('    groups: { names: [app-one] }')).toContain(`P0002  out of app-two  ${given}`);
    expect(await narrowed('    groups: { names: [app-one], onGone: delete }')).toMatch(
      new RegExp(`deleteGroup {2}app-two .*${given}, with 1 in it`),
    );
  });

  test('that exist are taken over only if somebody says so, and who is in them stays', async (context) => {
    const place = await opened(context, [person(1, { department: 'Sales' })]);
    const { mock } = place;
    const create = async (path: string, body: object) => {
      const answer = await fetch(`${mock.url}${path}`, {
        method: 'POST',
        headers: { ...header, 'content-type': 'application/scim+json' },
        body: JSON.stringify(body),
      });
      return ((await answer.json()) as { id: string }).id;
    };
    const stranger = await create('/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'stranger',
    });
    await create('/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'sales',
      members: [{ value: stranger }],
    });
    const held = await place.run('sync', '--json');
    expect(held.code).toBe(3);
    const [linkGroup] = held.json<{ targets: { app: { held: { kind: string; checksum: string }[] } } }>()
      .targets.app.held;
    expect(linkGroup).toMatchObject({ kind: 'linkGroup' });
    expect((await place.run('approve', 'app', linkGroup!.checksum)).code).toBe(0);
    // What was approved is not asked for again, where the target does not answer before it was sent.
    await place.run('pause', 'app');
    await place.run('sync');
    mock.addFault('status=503,method=GET,path=/Groups');
    await place.run('sync');
    mock.clearFaults();
    await place.run('resume', 'app');
    expect(await synced(place)).toEqual({ link: 1, memberAdd: 1 });
    expect(await members(mock)).toEqual({ sales: ['P0001', 'stranger'] });
    expect(await synced(place)).toEqual({ update: 1 });
    expect(await members(mock)).toEqual({ Sales: ['P0001', 'stranger'] });
    await settled(place);
  });

  test('one member whom the target does not know is found and named, and the others go in', async (context) => {
    const place = await opened(context, people(9));
    await synced(place);
    const fifth = place.mock.users().find(({ externalId }) => externalId === 'P0005')!;
    await fetch(`${place.mock.url}/Users/${fifth.id}`, { method: 'DELETE', headers: header });
    const before = journalled(place.mock);
    place.people(people(9).map((one) => ({ ...one, department: 'Engineering;Crew' })));
    const ended = await place.run('sync', '--json');
    expect(ended.code).toBe(4);
    expect(await members(place.mock)).toMatchObject({
      Crew: ['P0001', 'P0002', 'P0003', 'P0004', 'P0006', 'P0007', 'P0008', 'P0009'],
    });
    expect(writes(place.mock, before).filter(({ path }) => path.includes('/Groups/')).length).toBeLessThan(
      10,
    );
    const status = await place.run('status');
    expect(status.stdout).toMatch(/P0005 .*memberAdd/);
  });

  test('of a group that is gone from the target, nobody is looked for by halves', async (context) => {
    const place = await opened(context, people(40));
    await synced(place);
    const [group] = place.mock.groups();
    await fetch(`${place.mock.url}/Groups/${group!.id}`, { method: 'DELETE', headers: header });
    const before = journalled(place.mock);
    place.people(people(40).map((one, index) => ({ ...one, department: index < 20 ? 'Engineering' : '' })));
    expect((await place.run('sync', '--wait', '0s', '--quiet')).code).toBe(4);
    expect(writes(place.mock, before)).toHaveLength(1);
    expect((await place.run('status')).stdout).toContain(
      'P0040  memberRemove: the group Engineering is not on the target any more',
    );
  });

  test('a mass removal is held, of all memberships and of one group', async (context) => {
    const rows = people(60).map((one, index) => ({ ...one, department: index < 30 ? 'Small' : 'Large' }));
    const place = await opened(context, rows);
    await synced(place);
    place.people(rows.map((one, index) => (index < 25 ? { ...one, department: 'Large' } : one)));
    const ended = await place.run('sync', '--json');
    expect(ended.code).toBe(3);
    const [held] = ended.json<{
      targets: { app: { held: { kind: string; breaches: { message: string }[] }[] } };
    }>().targets.app.held;
    expect(held).toMatchObject({ kind: 'memberRemove' });
    expect(held!.breaches.map(({ message }) => message)).toEqual([
      expect.stringContaining('25 memberRemove operations are 41.7 % of 60 memberships'),
      '25 of the 30 members of the group Small are 83.3 %, and the limit is 10 %',
    ]);
    expect(await members(place.mock)).toMatchObject({ Small: expect.arrayContaining(['P0001']) as object });
  });

  test('a mass leave that is held takes nobody out of them; whoever stays goes out as ever', async (context) => {
    const rows = people(60).map((one, index) => ({ ...one, department: index < 20 ? 'Crew' : '' }));
    const place = await opened(context, rows, {
      rules: `  - { name: Crew, members: "\${record.department == 'Crew'}" }`,
    });
    await synced(place);
    // The first 13 of the crew, by mistake or not; the last one is moved.
    const isLeft = (index: number): boolean => index < 13 || (index >= 20 && index < 46);
    place.people(
      rows.map((one, index) => ({
        ...one,
        ...(isLeft(index) && { status: 'left' }),
        ...(index === 19 && { department: '' }),
      })),
    );
    const ended = await place.start('sync').ended;
    expect(ended.code).toBe(3);
    const text = 'HELD memberRemove 13: 13 wait for the deactivate of the same people, which is held';
    expect(ended.stdout).toContain('HELD deactivate 39: ');
    expect(ended.stdout).toContain(text);
    expect((await members(place.mock))['Crew']).toHaveLength(19);
    type Shown = { targets: { app: { held: { kind: string; count: number; checksum: string }[] } } };
    const heldBy = async (command: 'plan' | 'sync') => {
      const again = await place.run(command, '--json');
      expect(again.code).toBe(3);
      return again.json<Shown>().targets.app.held;
    };
    const held = await heldBy('plan');
    expect(held).toMatchObject([
      { kind: 'deactivate', count: 39 },
      { kind: 'memberRemove', count: 13, breaches: [{ rule: 'follows', number: 13 }] },
    ]);
    expect(await heldBy('sync')).toEqual(held);
    expect((await place.run('status')).stdout).toContain(text);
    const [deactivate, memberRemove] = held.map(({ checksum }) => checksum.slice(0, 16));
    expect((await place.run('approve', 'app', memberRemove!)).stdout).toContain('approve that');
    await heldBy('sync');
    expect((await place.run('approve', 'app', deactivate!)).stdout).toContain('deactivate 39 on app');
    const last = await place.start('sync', '--json').ended;
    expect(last.code).toBe(0);
    expect((await members(place.mock))['Crew']).toHaveLength(6);
    await settled(place);
  });

  test('take in whoever got no account in an earlier run, in the run that makes it', async (context) => {
    const place = await opened(context, people(2));
    place.mock.addFault('status=425,method=POST,user=person2@example.com,count=1');
    expect((await place.run('sync', '--wait', '0s', '--quiet')).code).toBe(4);
    expect((await place.run('sync', '--quiet')).code).toBe(0);
    expect(await members(place.mock)).toEqual({ Engineering: ['P0001', 'P0002'] });
  });

  test('what has no answer is said again, and whoever left in between is out', async (context) => {
    const place = await opened(context, people(2), { target: '    timeout: 1s' });
    place.mock.addFault('delay=600000,method=PATCH,path=/Groups,count=2');
    const ended = await place.run('sync', '--wait', '0s', '--json');
    expect(ended.code).toBe(4);
    // Nobody knows whether they are in the group: who is to be out is told so, and who is to be in as well.
    place.people([person(1), person(2, { department: '' })]);
    await synced(place);
    expect(await members(place.mock)).toEqual({ Engineering: ['P0001'] });
    await settled(place);
  });
});
