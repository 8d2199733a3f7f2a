import { readFileSync, utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { csv, person } from '../support/company.ts';
import { exportConfiguration, ldif, ldifParts } from '../support/exports.ts';
import { accounts, journalled, writes } from '../support/service.ts';
import { at, newsroom, told } from './newsroom.ts';
import { bearer } from './office.ts';

const containing = (text: string) => expect.stringContaining(text) as string;

describe('an event', () => {
  test('is a hire, a change and a leave at once; the file that was written before takes nothing of it back', async (context) => {
    const { tell, mock, settle, age } = await newsroom(context);
    const record = { ...person(9), id: undefined };
    await tell({ id: '1', key: 'P0009', kind: 'hire', at: at(-60), record });
    await tell({ id: '2', key: 'P0001', kind: 'change', at: at(-50), record: { last: 'Married' } });
    const left = await tell({ id: '3', key: 'P0002', kind: 'leave', at: at(-40) });
    expect(left).toMatchObject({ status: 202, body: { state: 'accepted' } });
    expect(await left.after()).toMatchObject({ state: 'delivered', run: expect.any(Number) as number });
    const expected = {
      'person1@example.com': true,
      'person2@example.com': false,
      'person3@example.com': true,
      'person9@example.com': true,
    };
    expect(accounts(mock)).toEqual(expected);
    const before = journalled(mock);
    await settle();
    expect(writes(mock, before)).toEqual([]);
    expect(
      mock.users().find(({ userName }) => (userName as unknown) === 'person1@example.com'),
    ).toMatchObject({
      name: { familyName: 'Married' },
    });

    // The file is written anew, and has not heard of any of it: what it says of people counts, and only whom it never had stays.
    age(0);
    await settle();
    expect(accounts(mock)).toEqual({ ...expected, 'person2@example.com': true });
    expect(
      mock.users().find(({ userName }) => (userName as unknown) === 'person1@example.com'),
    ).toMatchObject({
      name: { familyName: 'Last1' },
    });
  });

  test('stands against a source of changes that was written before, which is read once more', async (context) => {
    const { tell, mock, people, configure, age, ...place } = await newsroom(context);
    configure({ source: 'mode: delta' });
    people([person(1, { department: 'Sales' }), person(2, { department: 'Sales' })]);
    age(3600);
    await place.run('sync', '--quiet');
    await tell({ id: 'l', key: 'P0001', kind: 'leave', at: at(-60) });
    await tell({ id: 'c', key: 'P0002', kind: 'change', at: at(-50), record: { last: 'Married' } });
    // A file that nobody has read yet, and that is older than the events: what they do not tell, it does.
    people([person(1, { department: 'Support' }), person(2, { department: 'Support' })]);
    age(1800);
    for (const _ of [1, 2]) {
      expect(await place.run('sync', '--quiet')).toMatchObject({ code: 0 });
      expect(accounts(mock)).toMatchObject({ 'person1@example.com': false, 'person2@example.com': true });
      expect(mock.users()[1]).toMatchObject({
        name: { familyName: 'Married' },
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Support' },
      });
    }
    // Written since, it says how it is.
    age(-2);
    await place.run('sync', '--quiet');
    expect(accounts(mock)).toMatchObject({ 'person1@example.com': true });
  });

  test('of an entry names its attributes in any case', async (context) => {
    const { ask, tell, mock, path, daemon, ...place } = await newsroom(context);
    const [, http] = readFileSync(path('rollcall.yaml'), 'utf8').split('\nhttp:');
    place.write('people.ldif', ldif([1, 2, 3].map((number) => person(number))));
    place.write('rollcall.yaml', `${exportConfiguration(mock.url, ldifParts)}\nhttp:${http}`);
    const then = new Date(Date.now() - 3_600_000);
    utimesSync(path('people.ldif'), then, then);
    await place.run('sync', '--quiet');
    await daemon.reload('SIGHUP');
    const renamed = { name: { givenName: 'Renamed' } };
    const change = { id: 'c', key: 'P0001', kind: 'change', at: at(-5), record: { givenName: ['Renamed'] } };
    expect(await (await tell(change)).after()).toMatchObject({ state: 'delivered' });
    expect(mock.users()[0]).toMatchObject(renamed);
    await place.run('sync', '--quiet');
    expect(mock.users()[0]).toMatchObject(renamed);
    // So that what decides whether somebody is there is known in any case as well (rule 7).
    const record = { EMPLOYEETYPE: ['left'], SN: ['Signed'] };
    await ask('POST', '/v1/provision', { key: 'P0001', record }, bearer('provision'));
    await daemon.idle();
    expect(mock.users()[0]).toMatchObject({ active: true, name: { familyName: 'Signed' } });
  });

  test('that does not tell what a password is made of sets none', async (context) => {
    const identity = 'password: Welcome-${record.pin}';
    const { ask, tell, mock, age, daemon, ...place } = await newsroom(context, {
      rows: 0,
      parts: { connector: 'cosmo', identity },
    });
    const withPin = (numbers: readonly number[]): string => {
      const [head, ...lines] = csv(numbers.map((number) => person(number)))
        .trim()
        .split('\n');
      return [`${head},pin`, ...lines.map((line) => `${line},correct-horse-1!`)].join('\n') + '\n';
    };
    place.write('people.csv', withPin([1, 2]));
    await place.run('sync', '--quiet');
    age(3600);
    const before = journalled(mock);
    await ask('POST', '/v1/provision', { key: 'P0001' }, bearer('provision'));
    await daemon.idle();
    expect(writes(mock, before)).toEqual([]);
    // Whoever is hired without goes without, also as a read of everybody has it, until one has them.
    await tell({ id: 'h', key: 'P0003', kind: 'hire', at: at(-60), record: person(3) });
    await place.run('sync', '--quiet');
    expect(writes(mock, before).map(({ method }) => method)).toEqual(['POST']);
    const isSet = (): unknown => mock.users()[2]?.['passwordSet'];
    expect(isSet()).toBe(false);
    place.write('people.csv', withPin([1, 2, 3]));
    await place.run('sync', '--quiet');
    expect(isSet()).toBe(true);
  });

  test('of a hire whom a read once had is over with it: missing from the next, they have left', async (context) => {
    const { tell, mock, settle, people, age } = await newsroom(context);
    await tell({ id: 'h', key: 'P0004', kind: 'hire', at: at(-60), record: person(4) });
    people([1, 2, 3, 4].map((number) => person(number)));
    await settle();
    people([1, 2, 3].map((number) => person(number)));
    age(-2);
    await settle();
    expect(accounts(mock)).toMatchObject({ 'person4@example.com': false, 'person3@example.com': true });
  });

  test('of a hire who comes into the file under another key keeps nobody on under the former one', async (context) => {
    const office = await newsroom(context);
    const { tell, mock, people, age } = office;
    await tell({ id: 'h', key: 'P0004', kind: 'hire', at: at(-60), record: person(4) });
    const renumbered = { ...person(4), id: 'P0014' };
    people([...[1, 2, 3].map((number) => person(number)), renumbered]);
    expect((await office.run('sync')).stdout).toContain('P0014  duplicateUserName');
    expect((await office.run('rekey', 'P0004', 'P0014')).code).toBe(0);
    expect((await office.run('sync', '--quiet')).code).toBe(0);
    people([...[1, 2, 3].map((number) => person(number)), { ...renumbered, status: 'left' }]);
    age(-2);
    expect((await office.run('sync', '--quiet')).code).toBe(0);
    expect(accounts(mock)).toMatchObject({ 'person4@example.com': false, 'person3@example.com': true });
  });

  test('of a hire whose record names the former key is over with it', async (context) => {
    const office = await newsroom(context, {
      parts: { source: 'previousKey: ${get(record, "was")}' },
    });
    const { tell, mock, age } = office;
    await tell({ id: 'h', key: 'P0004', kind: 'hire', at: at(-60), record: person(4) });
    const file = (status: string): void => {
      const rows = csv([person(1), person(2), person(3), { ...person(4), id: 'P0014', status }])
        .trim()
        .split('\n');
      const was = (index: number): string => (index === 0 ? 'was' : index === 4 ? 'P0004' : '');
      office.write('people.csv', `${rows.map((row, index) => `${row},${was(index)}`).join('\n')}\n`);
    };
    file('active');
    expect((await office.run('sync', '--quiet')).code).toBe(0);
    expect(accounts(mock)).toMatchObject({ 'person4@example.com': true });
    file('left');
    age(-2);
    expect((await office.run('sync', '--quiet')).code).toBe(0);
    expect(accounts(mock)).toMatchObject({ 'person4@example.com': false, 'person3@example.com': true });
    expect((await office.run('plan', '--exit-code')).code).toBe(0);
  });

  test('comes twice, late, for nobody, or broken: each is answered, and nobody is touched', async (context) => {
    const { tell, ask, mock, age } = await newsroom(context);
    const leave = { id: 'a', key: 'P0003', kind: 'leave', at: at(-60) };
    expect((await tell(leave)).status).toBe(202);
    const before = journalled(mock);
    expect(await tell(leave)).toMatchObject({ status: 200, body: { state: 'delivered' } });
    expect(await tell({ ...leave, key: 'P0001' })).toMatchObject({ status: 409 });
    expect(
      await tell({ id: 'b', key: 'P0003', kind: 'change', at: at(-70), record: { last: 'Old' } }),
    ).toMatchObject({ status: 200, body: { state: 'ignored', reason: containing('late') } });
    expect(await tell({ id: 'c', key: 'P0001', kind: 'leave', at: at(-7200) })).toMatchObject({
      status: 200,
      body: { state: 'ignored', reason: containing('the source was written after it') },
    });
    expect(await tell({ id: 'd', key: 'nobody', kind: 'leave', at: at(-1) })).toMatchObject({
      body: { state: 'ignored', reason: containing('unknown') },
    });
    const odd = await tell({ id: 'e', key: 'P0001', kind: 'change', at: at(-1), record: { status: 'odd' } });
    expect(await odd.after()).toMatchObject({ state: 'refused', reason: containing('odd') });
    const bad = [
      { id: 'f', key: 'P0001', kind: 'leave', at: at(3600) },
      { id: 'f', key: 'P0001', kind: 'leave', at: 'yesterday' },
      { id: 'f', key: 'P0001', kind: 'fire', at: at(0) },
      { id: 'f', key: ' ', kind: 'leave', at: at(0) },
      { id: 'f', key: 'P0001', kind: 'hire', at: at(0) },
      { id: 'f', key: 'P0001', kind: 'change', at: at(0), record: { last: ['a', 'list'] } },
      { id: 'f', key: 'P0001', kind: 'leave', at: at(0), source: 'elsewhere' },
      { id: 'f', key: 'P0001', kind: 'leave', at: at(0), more: 1 },
      [],
      'no JSON',
    ];
    for (const event of bad)
      expect(
        await ask('POST', '/v1/events', event, { ...told, 'content-type': 'application/json' }),
        JSON.stringify(event),
      ).toMatchObject({ status: 400, body: { error: { message: expect.any(String) as string } } });
    expect(await ask('GET', '/v1/events/f', undefined, told)).toMatchObject({ status: 404 });
    age(3600);
    expect(writes(mock, before)).toEqual([]);
  });

  test('that was accepted before the daemon ended is carried out at its next start, and what was told stays in order', async (context) => {
    const { ask, mock, daemon } = await newsroom(context);
    mock.addFault('delay=300,method=POST');
    const events = [
      { id: '1', key: 'P0007', kind: 'hire', at: at(-30), record: person(7) },
      { id: '2', key: 'P0007', kind: 'change', at: at(-20), record: { last: 'Second' } },
      { id: '4', key: 'P0007', kind: 'leave', at: at(-5) },
      { id: '3', key: 'P0007', kind: 'change', at: at(-10), record: { last: 'Third' } },
    ];
    for (const event of events) expect((await ask('POST', '/v1/events', event, told)).status).toBe(202);
    await daemon.deliver();
    await expect
      .poll(async () => (await ask('GET', '/v1/events/4', undefined, told)).body['state'], {
        timeout: 10_000,
      })
      .toBe('delivered');
    await expect.poll(() => accounts(mock)['person7@example.com'] ?? false, { timeout: 10_000 }).toBe(false);
    await daemon.idle();
    expect(accounts(mock)['person7@example.com'] ?? false).toBe(false);
  });
});
