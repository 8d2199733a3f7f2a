import { describe, expect, test } from 'vitest';
import { ask, mockOf, person, wordOf } from '../calling.ts';
import { adding, grouped, patch, three } from './talking.ts';

describe('expire', () => {
  test('401 after so many requests, until there is a new token', async () => {
    const mock = await mockOf('rfc', { faults: ['expire,after=2'] });
    const statuses = [];
    for (let at = 0; at < 4; at++) statuses.push((await ask(mock, 'GET', '/Users')).status);
    expect(statuses).toEqual([200, 200, 401, 401]);
    const { body, headers } = await ask(mock, 'GET', '/Users');
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(body['status']).toBe('401');
    const fresh = await ask(mock, 'POST', '/_mock/keys', {});
    const token = wordOf(fresh.body['token']);
    expect((await ask(mock, 'GET', '/Users', undefined, { token })).status).toBe(200);
    expect((await ask(mock, 'GET', '/Users')).status).toBe(401);
  });
});

describe('licences', () => {
  test.each([
    ['licences=4', 403],
    ['licences=4,status=402,detail="Buy more."', 402],
  ])('%s: whoever is created beyond them', async (fault, code) => {
    const mock = await mockOf('rfc', { people: three, faults: [fault] });
    expect((await ask(mock, 'POST', '/Users', person('fourth'))).status).toBe(201);
    const { status, body } = await ask(mock, 'POST', '/Users', person('fifth'));
    expect([status, wordOf(body['detail'])]).toEqual([
      code,
      code === 402 ? 'Buy more.' : expect.stringContaining('4'),
    ]);
    await patch(mock, '/Users/1', { op: 'replace', path: 'active', value: false });
    expect((await ask(mock, 'POST', '/Users', person('fifth'))).status).toBe(201);
    expect((await ask(mock, 'POST', '/Groups', { displayName: 'g' })).status).toBe(201);
  });
});

describe('maxMembers', () => {
  test('a request with more of them gets 413, or another status', async () => {
    const mock = await mockOf('rfc', { people: three });
    const id = await grouped(mock);
    mock.addFault('maxMembers=2,method=PATCH');
    mock.addFault('maxMembers=2,method=POST,status=400');
    expect((await ask(mock, 'PATCH', `/Groups/${id}`, adding('1', '2', '3'))).status).toBe(413);
    const one = (value: string) => ({ op: 'add', path: 'members', value: [{ value }] });
    expect((await patch(mock, `/Groups/${id}`, one('1'), one('2'), one('3'))).status).toBe(413);
    expect((await ask(mock, 'PATCH', `/Groups/${id}`, adding('1', '2'))).status).toBe(200);
    const members = three.map(({ id: value }) => ({ value }));
    expect((await ask(mock, 'POST', '/Groups', { displayName: 'g', members })).status).toBe(400);
  });
});
