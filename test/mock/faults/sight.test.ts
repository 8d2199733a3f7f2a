import { describe, expect, test } from 'vitest';
import type { Mock } from '../../../src/mock/index.ts';
import { ask, created, filtered, mockOf, patchOf, person } from '../calling.ts';
import { adding, grouped, groupsWith, membersOf, names, patch, three } from './talking.ts';

const BOB = filtered('userName eq "Bob"').slice('/Users'.length);

/** A clock that stands still until it is moved. */
function clockAt(now = Date.parse('2026-11-25T09:00:00Z')) {
  return { clock: () => now, move: (milliseconds: number) => void (now += milliseconds) };
}

describe('hidden', () => {
  test('one person is not found by filter, list or id, and a create gets 409 all the same', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['hidden=bob'] });
    expect(await names(mock)).toEqual(['Ada', 'Cyd']);
    expect(await names(mock, BOB)).toEqual([]);
    expect((await ask(mock, 'GET', '/Users/2')).status).toBe(404);
    const { status, body } = await ask(mock, 'POST', '/Users', person('Bob'));
    expect([status, body['scimType']]).toEqual([409, 'uniqueness']);
    expect((await ask(mock, 'GET', '/Users/1')).status).toBe(200);
  });

  test('nobody is found', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['hidden,count=3'] });
    const { status, body } = await ask(mock, 'GET', '/Users');
    expect([status, body['totalResults'], body['Resources']]).toEqual([200, 0, []]);
    expect(await names(mock, BOB)).toEqual([]);
    expect((await ask(mock, 'GET', '/Users/2')).status).toBe(404);
    expect((await ask(mock, 'GET', '/Users/2')).status).toBe(200);
  });

  test('in a service that finds in its own way, too', async () => {
    const mock = await mockOf('cosmo-controlplane', {
      people: [
        { id: '2', userName: 'b@x', name: { givenName: 'B' }, emails: [{ value: 'b@x', primary: true }] },
      ],
    });
    const query = filtered('userName eq "b@x"');
    expect((await ask(mock, 'GET', query)).body['totalResults']).toBe(1);
    mock.addFault('hidden=2');
    expect((await ask(mock, 'GET', query)).body['totalResults']).toBe(0);
  });
});

describe('vanish', () => {
  test('the account is gone, and can be made again', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['vanish=Bob,after=1'] });
    expect((await ask(mock, 'GET', '/Users/2')).status).toBe(200);
    expect(
      (await ask(mock, 'PATCH', '/Users/2', patchOf({ op: 'add', path: 'title', value: 'x' }))).status,
    ).toBe(404);
    expect(mock.users().map((one) => one['userName'])).toEqual(['Ada', 'Cyd']);
    expect((await ask(mock, 'POST', '/Users', person('Bob'))).status).toBe(201);
  });
});

describe('vanish and what else is in force', () => {
  const everywhere = async (mock: Mock) => ({
    byId: (await ask(mock, 'GET', '/Users/2')).status,
    list: await names(mock),
    filter: await names(mock, BOB),
  });
  const gone = { byId: 404, list: ['Ada', 'Cyd'], filter: [] };

  test.each([['lag=5000'], ['lag=5000', 'hidden=Ada'], ['hidden=Ada', 'lag=5000']])(
    'with %s %s: gone as from everywhere, and the name is free',
    async (...others) => {
      const { clock, move } = clockAt();
      const mock = await mockOf('rfc', { clock, people: three, faults: others.filter((one) => one) });
      move(60_000);
      await ask(mock, 'PATCH', '/Users/2', patchOf({ op: 'add', path: 'title', value: 'x' }));
      mock.addFault('vanish=Bob,count=1');
      expect((await ask(mock, 'GET', '/Users/2')).status).toBe(200);
      mock.clearFaults();
      expect(await everywhere(mock)).toEqual(gone);
      expect((await ask(mock, 'POST', '/Users', person('Bob'))).status).toBe(201);
      expect(mock.users().map((one) => one['userName'])).toEqual(['Ada', 'Cyd', 'Bob']);
    },
  );

  test('nobody else goes, however often it is asked for', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['hidden', 'vanish=Bob', 'vanish=2'] });
    await ask(mock, 'GET', '/Users');
    mock.clearFaults();
    expect(await everywhere(mock)).toEqual(gone);
  });
});

describe('lag', () => {
  test('members who come or go do so later, for those who read and for a filter', async () => {
    const { clock, move } = clockAt();
    const mock = await mockOf('rfc', { clock, people: three });
    const id = await grouped(mock, '1', '2');
    move(60_000);
    mock.addFault('lag=5000');
    await ask(mock, 'PATCH', `/Groups/${id}`, adding('3'));
    await patch(mock, `/Groups/${id}`, { op: 'remove', path: 'members[value eq "1"]' });
    const seen = async () => [
      (await ask(mock, 'GET', `/Groups/${id}`)).body['members'],
      await groupsWith(mock, '1'),
      await groupsWith(mock, '3'),
    ];
    expect(await seen()).toMatchObject([[{ value: '1' }, { value: '2' }], 1, 0]);
    move(5000);
    expect(await seen()).toMatchObject([[{ value: '2' }, { value: '3' }], 0, 1]);
  });

  test('whoever is deleted leaves the groups later, too', async () => {
    const { clock, move } = clockAt();
    const mock = await mockOf('rfc', { clock, people: three });
    const id = await grouped(mock, '1', '2');
    move(60_000);
    mock.addFault('lag=5000');
    expect((await ask(mock, 'DELETE', '/Users/1')).status).toBe(204);
    const seen = async () => [
      (await ask(mock, 'GET', `/Groups/${id}`)).body['members'],
      (await ask(mock, 'GET', '/Users/1')).body['groups'],
      await groupsWith(mock, '1'),
    ];
    const ada = { value: '1', display: 'Ada' };
    expect(await seen()).toMatchObject([[ada, { value: '2' }], [{ value: id }], 1]);
    move(5000);
    expect(await seen()).toMatchObject([[{ value: '2' }], undefined, 0]);
  });

  test('behind another fault that shows other people, too', async () => {
    const { clock, move } = clockAt();
    const mock = await mockOf('rfc', { clock, people: three, faults: ['hidden=Ada', 'lag=5000'] });
    move(60_000);
    await ask(mock, 'PUT', '/Users/2', person('Bert'));
    expect((await ask(mock, 'GET', '/Users/2')).body['userName']).toBe('Bob');
    expect(await names(mock)).toEqual(['Bob', 'Cyd']);
    expect(await names(mock, BOB)).toEqual(['Bob']);
    move(5000);
    expect(await names(mock)).toEqual(['Bert', 'Cyd']);
  });

  test('whoever was created is not there yet', async () => {
    const { clock, move } = clockAt();
    const mock = await mockOf('rfc', { clock, people: three, faults: ['lag=5000'] });
    move(60_000);
    const id = await created(mock, person('Dan'));
    for (const late of [0, 4999]) {
      move(late);
      expect((await ask(mock, 'GET', `/Users/${id}`)).status).toBe(404);
      expect(await names(mock)).toEqual(['Ada', 'Bob', 'Cyd']);
      expect(await names(mock, filtered('userName eq "Dan"').slice(6))).toEqual([]);
    }
    expect((await ask(mock, 'POST', '/Users', person('Dan'))).status).toBe(409);
    move(1);
    expect((await ask(mock, 'GET', `/Users/${id}`)).status).toBe(200);
    expect(await names(mock)).toEqual(['Ada', 'Bob', 'Cyd', 'Dan']);
  });

  test('whoever was changed is as before, through several changes, and found as before', async () => {
    const { clock, move } = clockAt();
    const mock = await mockOf('rfc', { clock, people: three, faults: ['lag=5000'] });
    move(60_000);
    await ask(mock, 'PUT', '/Users/2', person('Bert'));
    move(3000);
    await ask(mock, 'PUT', '/Users/2', person('Burt'));
    const seen = async () => (await ask(mock, 'GET', '/Users/2')).body['userName'];
    expect(await seen()).toBe('Bob');
    expect(await names(mock)).toEqual(['Ada', 'Bob', 'Cyd']);
    expect(await names(mock, BOB)).toEqual(['Bob']);
    expect(await names(mock, filtered('userName eq "Burt"').slice(6))).toEqual([]);
    move(2000);
    expect(await seen()).toBe('Bert');
    move(3000);
    expect(await seen()).toBe('Burt');
    expect(await names(mock, BOB)).toEqual([]);
  });

  test('whoever was deleted is still there', async () => {
    const { clock, move } = clockAt();
    const mock = await mockOf('rfc', { clock, people: three, faults: ['lag=5000'] });
    move(60_000);
    expect((await ask(mock, 'DELETE', '/Users/2')).status).toBe(204);
    expect((await ask(mock, 'GET', '/Users/2')).status).toBe(200);
    expect(await names(mock)).toEqual(['Ada', 'Bob', 'Cyd']);
    move(5000);
    expect((await ask(mock, 'GET', '/Users/2')).status).toBe(404);
    expect(await names(mock)).toEqual(['Ada', 'Cyd']);
  });
});

describe('memberLag', () => {
  test.each([
    ['memberLag=5000', 404],
    ['memberLag=5000,status=400', 400],
  ])('%s: a group does not take somebody who was just created', async (fault, code) => {
    const { clock, move } = clockAt();
    const mock = await mockOf('rfc', { clock, people: three });
    move(60_000);
    const group = await grouped(mock, '1');
    const id = await created(mock, person('Dan'));
    mock.addFault(fault);
    expect((await ask(mock, 'PATCH', `/Groups/${group}`, adding(id))).status).toBe(code);
    expect((await ask(mock, 'PATCH', `/Groups/${group}`, adding('2'))).status).toBe(200);
    move(5000);
    expect((await ask(mock, 'PATCH', `/Groups/${group}`, adding(id))).status).toBe(200);
    expect(await membersOf(mock, group)).toEqual(['1', '2', id].sort());
  });
});
