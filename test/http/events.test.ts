import { describe, expect, test } from 'vitest';
import { csv, person } from '../support/company.ts';
import { accounts, journalled, writes } from '../support/service.ts';
import { at, newsroom, told } from './newsroom.ts';

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
