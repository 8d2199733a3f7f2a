import { describe, expect, test } from 'vitest';
import type { MockOptions } from '../../../src/mock/index.ts';
import { ask, mockOf, patchOf, person } from '../calling.ts';

const key = { token: 'hers' };
const mine = { keys: [{ token: 'hers', permissions: ['scim'], user: 'ada' }] };
const ada = { id: '1', userName: 'ada', title: 'Boss' };
const withAda = (...faults: readonly string[]): Partial<MockOptions> => ({ ...mine, people: [ada], faults });
const title = patchOf({ op: 'replace', path: 'title', value: 'x' });

describe('a fault on /Me is one on the person whom it means', () => {
  test('user=USER strikes each method, and not somebody else', async () => {
    const mock = await mockOf('rfc', withAda('status=500,user=Ada'));
    const statuses = [
      await ask(mock, 'GET', '/Me', undefined, key),
      await ask(mock, 'PATCH', '/Me', title, key),
      await ask(mock, 'DELETE', '/Me', undefined, key),
    ].map(({ status }) => status);
    expect(statuses).toEqual([500, 500, 500]);
    mock.clearFaults();
    mock.addFault('status=500,user=bob');
    expect((await ask(mock, 'GET', '/Me', undefined, key)).status).toBe(200);
  });

  test.each(['/Me', '/Users/1'])('unwritten: PUT and PATCH on %s leave the attribute', async (path) => {
    const mock = await mockOf('rfc', withAda('unwritten=title'));
    const put = await ask(mock, 'PUT', path, person('ada', { title: 'New' }), key);
    expect([put.status, put.body['title']]).toEqual([200, 'Boss']);
    const patched = await ask(mock, 'PATCH', path, title, key);
    expect([patched.status, patched.body['title']]).toEqual([200, 'Boss']);
  });

  test('unwritten: also where the ids are others', async () => {
    const mock = await mockOf('rfc', withAda('ids=slash', 'unwritten=title'));
    const put = await ask(mock, 'PUT', '/Me', person('ada', { title: 'New' }), key);
    expect(put.body).toMatchObject({ id: '1/7', title: 'Boss' });
  });

  test('lag: whoever was changed is as before', async () => {
    let now = Date.parse('2026-11-25T09:00:00Z');
    const mock = await mockOf('rfc', { ...withAda('lag=5000'), clock: () => now });
    now += 60_000;
    expect((await ask(mock, 'PATCH', '/Me', title, key)).status).toBe(200);
    const seen = async () => (await ask(mock, 'GET', '/Me', undefined, key)).body['title'];
    expect(await seen()).toBe('Boss');
    now += 5000;
    expect(await seen()).toBe('x');
  });

  test('hidden and vanish: nobody is there', async () => {
    const mock = await mockOf('rfc', withAda('hidden=ada,count=1'));
    expect((await ask(mock, 'GET', '/Me', undefined, key)).status).toBe(404);
    expect((await ask(mock, 'GET', '/Me', undefined, key)).status).toBe(200);
    mock.addFault('vanish=ada');
    expect((await ask(mock, 'GET', '/Me', undefined, key)).status).toBe(404);
  });
});

describe('POST /Me is a create', () => {
  test('lie: it is answered, nobody is made, and the key stands for the same as before', async () => {
    const mock = await mockOf('rfc', { ...mine, faults: ['lie,count=1'] });
    expect((await ask(mock, 'POST', '/Me', person('ada'), key)).status).toBe(201);
    expect([mock.users().length, mock.journal().at(-1)!.fault]).toEqual([0, 'fault-1']);
    expect((await ask(mock, 'GET', '/Me', undefined, key)).status).toBe(404);
    expect((await ask(mock, 'POST', '/Users', person('ada'))).status).toBe(201);
    expect((await ask(mock, 'GET', '/Me', undefined, key)).body['userName']).toBe('ada');
  });

  test('licences: it is refused beyond them', async () => {
    const mock = await mockOf('rfc', { ...mine, people: [{ userName: 'bob' }], faults: ['licences=1'] });
    expect((await ask(mock, 'POST', '/Me', person('ada'), key)).status).toBe(403);
  });
});
