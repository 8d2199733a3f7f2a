import { describe, expect, test } from 'vitest';
import type { Mock } from '../../../src/mock/index.ts';
import { ERROR, GROUP, ask, mockOf, patchOf, person } from '../calling.ts';
import type { Body } from '../calling.ts';
import { adding, grouped, membersOf, three } from './talking.ts';

const send = (mock: Mock, operations: readonly object[], more: object = {}) =>
  ask(mock, 'POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    ...more,
    Operations: operations,
  });

async function results(
  mock: Mock,
  operations: readonly object[],
  more: object = {},
): Promise<readonly Body[]> {
  const { status, body, text } = await send(mock, operations, more);
  expect(status, text).toBe(200);
  return body['Operations'] as unknown as readonly Body[];
}

const statuses = (all: readonly Body[]) => all.map((one) => Number(one['status']));
const make = (userName: string) => ({
  method: 'POST',
  path: '/Users',
  bulkId: userName,
  data: person(userName),
});
const title = patchOf({ op: 'replace', path: 'title', value: 'x' });
const change = (id: string, data: object = title) => ({ method: 'PATCH', path: `/Users/${id}`, data });

describe('a fault strikes the operations of a bulk request that it is for', () => {
  test('lie: answered as if it were done', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['lie'] });
    const all = await results(mock, [make('new'), change('1'), { method: 'DELETE', path: '/Users/2' }]);
    expect(statuses(all)).toEqual([201, 200, 204]);
    expect(mock.users().map((one) => [one['userName'], one['title']])).toEqual(
      three.map(({ userName }) => [userName, undefined]),
    );
    expect(mock.journal()).toMatchObject([{ path: '/scim/v2/Bulk', status: 200, fault: 'fault-1' }]);
  });

  test('an error for one person, for a time; the others go on', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['status=500,user=Bob,count=1'] });
    const all = ['1', '2', '3', '2'].map((id) => change(id));
    const first = await results(mock, all);
    expect(statuses(first)).toEqual([200, 500, 200, 200]);
    expect(first[1]!['response']).toMatchObject({ schemas: [ERROR], status: '500' });
    expect(statuses(await results(mock, all))).toEqual([200, 200, 200, 200]);
  });

  test('by path and by method, before or after the work; failOnErrors counts them', async () => {
    const mock = await mockOf('rfc', { people: three });
    const group = await grouped(mock, '1');
    const all = [
      change('1'),
      { method: 'PATCH', path: `/Groups/${group}`, data: adding('2') },
      make('new'),
      change('3'),
    ];
    mock.addFault('status=429,path=/Groups,when=after');
    mock.addFault('status=503,method=PATCH,path=/Users,after=1');
    expect(statuses(await results(mock, all))).toEqual([200, 429, 201, 503]);
    expect(statuses(await results(mock, all, { failOnErrors: 1 }))).toEqual([503]);
    expect(await membersOf(mock, group)).toEqual(['1', '2']);
  });

  test.each<[string, object, number]>([
    ['licences=3', make('new'), 403],
    ['activeForm=string', change('1', patchOf({ op: 'replace', path: 'active', value: false })), 400],
    ['unwritten=title', change('1'), 200],
    ['html,status=502,path=/Users', change('1'), 502],
    ['empty,status=500,path=/Users,when=before', change('1'), 500],
    ['truncate,path=/Users', change('9'), 404],
    ['hidden=Ada', change('1'), 404],
    ['hidden=Ada,path=/Users', change('1'), 404],
    ['vanish=Ada', change('1'), 404],
  ])('%s', async (fault, operation, status) => {
    const mock = await mockOf('rfc', { people: three, faults: [fault] });
    const group = { method: 'POST', path: '/Groups', bulkId: 'g', data: { displayName: 'g' } };
    expect(statuses(await results(mock, [operation, group]))).toEqual([status, 201]);
    expect(mock.users().map((one) => one['title'])).not.toContain('x');
    expect(mock.journal()[0]!.fault).toBe('fault-1');
  });

  test('lag: whoever was changed is as before', async () => {
    let now = Date.parse('2026-11-25T09:00:00Z');
    const mock = await mockOf('rfc', { clock: () => now, people: three, faults: ['lag=5000'] });
    now += 60_000;
    await results(mock, [change('1'), { method: 'DELETE', path: '/Users/2' }]);
    const seen = async () => [
      (await ask(mock, 'GET', '/Users/1')).body['title'],
      (await ask(mock, 'GET', '/Users/2')).status,
    ];
    expect(await seen()).toEqual([undefined, 200]);
    now += 5000;
    expect(await seen()).toEqual(['x', 404]);
  });
});

describe('what is for the request itself', () => {
  test('takes its place as a whole, and is counted once', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['status=503,count=1', 'lag=1,after=1'] });
    expect((await send(mock, [change('1'), change('2')])).status).toBe(503);
    expect(statuses(await results(mock, [change('1'), change('2')]))).toEqual([200, 200]);
    expect(mock.journal().map(({ fault }) => fault)).toEqual(['fault-1', 'fault-2']);
  });

  test.each(['status=500,after=1', 'status=500,path=/Bulk,count=0', 'omit'])(
    '%s: where it does not strike that, it does not strike the operations',
    async (fault) => {
      const mock = await mockOf('rfc', { people: three, faults: [fault] });
      expect(statuses(await results(mock, [change('1'), change('2')]))).toEqual([200, 200]);
    },
  );

  test.each([
    'delay=1000,user=Ada',
    'drop=after,user=Ada',
    'status=500,delay=1000,user=Ada',
    'ids=slash,user=Ada',
  ])('%s: what takes time, or befalls the bytes or the ids, strikes no single operation', async (fault) => {
    const mock = await mockOf('rfc', { people: three, faults: [fault] });
    const [first] = await results(mock, [change('1')]);
    expect([first!['status'], first!['location']]).toEqual(['200', `${mock.url}/Users/1`]);
    expect(mock.journal()[0]).not.toHaveProperty('fault');
  });
});

test('hidden: a circle that cannot be closed is taken back, though nobody sees it', async () => {
  const mock = await mockOf('rfc', { faults: ['hidden'] });
  const group = (bulkId: string, other: string) => ({
    method: 'POST',
    path: '/Groups',
    bulkId,
    data: { schemas: [GROUP], displayName: bulkId, members: [{ value: `bulkId:${other}` }] },
  });
  const all = await results(mock, [group('a', 'b'), group('b', 'a')]);
  expect(statuses(all).every((status) => status >= 400)).toBe(true);
  mock.clearFaults();
  expect((await ask(mock, 'GET', '/Groups')).body['totalResults']).toBe(0);
});
