import { describe, expect, test } from 'vitest';
import { service as rfc } from '../../connectors/targets/generic/service.ts';
import type { Mock } from '../../src/mock/index.ts';
import { ERROR, ask, created, mockOf, patchOf, person, wordOf } from './calling.ts';

/** A key that stands for somebody, made at the mock's own door. */
async function keyFor(mock: Mock, user: string): Promise<{ readonly token: string }> {
  const { status, body } = await ask(mock, 'POST', '/_mock/keys', { user });
  if (status !== 201) throw new Error(`no key: ${status}`);
  return { token: wordOf(body['token']) };
}

describe('RFC 7644 §3.11, /Me', () => {
  test('GET gives the person of the credential, and their own Location', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('ada'));
    for (const name of ['ada', 'ADA', id]) {
      const { status, headers, body } = await ask(mock, 'GET', '/Me', undefined, await keyFor(mock, name));
      expect([status, body['id']]).toEqual([200, id]);
      expect(headers.get('location')).toBe(`${mock.url}/Users/${id}`);
      expect(headers.get('etag')).toBe(body['meta']?.['version']);
      expect(body['meta']?.['location']).toBe(headers.get('location'));
    }
    const part = await ask(mock, 'GET', '/Me?attributes=userName', undefined, await keyFor(mock, 'ada'));
    expect(Object.keys(part.body).sort()).toEqual(['id', 'schemas', 'userName']);
  });

  test('PUT, PATCH and DELETE are done to that person', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('ada', { title: 'x' }));
    await created(mock, person('bob'));
    const key = await keyFor(mock, 'ada');
    const location = `${mock.url}/Users/${id}`;
    const put = await ask(mock, 'PUT', '/Me', person('lovelace'), key);
    expect([put.status, put.body['userName'], put.headers.get('location')]).toEqual([
      200,
      'lovelace',
      location,
    ]);
    const change = patchOf({ op: 'add', path: 'title', value: 'Countess' });
    const patched = await ask(mock, 'PATCH', '/Me', change, key);
    expect([patched.status, patched.body['title'], patched.headers.get('location')]).toEqual([
      200,
      'Countess',
      location,
    ]);
    const gone = await ask(mock, 'DELETE', '/Me', undefined, key);
    expect([gone.status, gone.text, gone.headers.get('location')]).toEqual([204, '', location]);
    expect(mock.users().map(({ userName }) => userName)).toEqual(['bob']);
    expect((await ask(mock, 'GET', '/Me', undefined, key)).status).toBe(404);
  });

  test('a key stands for its person also under another name, and not for who takes the old one', async () => {
    const mock = await mockOf('rfc', {
      people: [{ id: 'one', userName: 'ada' }],
      keys: [{ token: 'hers', permissions: ['scim'], user: 'ada' }],
    });
    const key = { token: 'hers' };
    expect((await ask(mock, 'PUT', '/Me', person('lovelace'), key)).status).toBe(200);
    await created(mock, person('ada'));
    expect((await ask(mock, 'GET', '/Me', undefined, key)).body).toMatchObject({
      id: 'one',
      userName: 'lovelace',
    });
    await ask(mock, 'POST', '/_mock/reset');
    expect((await ask(mock, 'GET', '/Me', undefined, key)).body).toMatchObject({
      id: 'one',
      userName: 'ada',
    });
  });

  test('every answer has the Location, also one that refuses', async () => {
    const mock = await mockOf('rfc');
    const made = await ask(mock, 'POST', '/Users', person('ada'));
    await created(mock, person('bob'));
    const key = await keyFor(mock, 'ada');
    const etag = made.headers.get('etag') ?? '';
    const answers = [
      await ask(mock, 'GET', '/Me', undefined, { ...key, headers: { 'if-none-match': etag } }),
      await ask(mock, 'PUT', '/Me', person('x'), { ...key, headers: { 'if-match': 'W/"0"' } }),
      await ask(mock, 'PUT', '/Me', person('bob'), key),
      await ask(mock, 'PATCH', '/Me', patchOf({ op: 'remove', path: 'userName' }), key),
      await ask(mock, 'POST', '/Me', person('c'), key),
    ];
    expect(answers.map(({ status }) => status)).toEqual([304, 412, 409, 400, 409]);
    for (const { headers } of answers) expect(headers.get('location')).toBe(made.headers.get('location'));
    expect(mock.users()).toHaveLength(2);
  });

  test('POST makes the person whom the key stands for, and only once', async () => {
    const mock = await mockOf('rfc');
    const key = await keyFor(mock, 'ada');
    const before = await ask(mock, 'GET', '/Me', undefined, key);
    expect([before.status, before.body['schemas']]).toEqual([404, [ERROR]]);
    const made = await ask(mock, 'POST', '/Me', person('lovelace'), key);
    expect([made.status, made.headers.get('location')]).toEqual([
      201,
      `${mock.url}/Users/${wordOf(made.body['id'])}`,
    ]);
    expect((await ask(mock, 'GET', '/Me', undefined, key)).body['id']).toBe(made.body['id']);
    expect((await ask(mock, 'POST', '/Me', person('again'), key)).status).toBe(409);
    expect(mock.users()).toHaveLength(1);
  });

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    '%s by a credential that stands for nobody is 501',
    async (method) => {
      const mock = await mockOf('rfc');
      const body = method === 'GET' || method === 'DELETE' ? undefined : person('a');
      const answer = await ask(mock, method, '/Me', body);
      expect([answer.status, answer.body['status'], answer.headers.get('location')]).toEqual([
        501,
        '501',
        null,
      ]);
      expect(mock.users()).toEqual([]);
    },
  );

  test('a service without it says 501, and one that has no SCIM errors the 404 of its framework', async () => {
    const service = { ...rfc, features: { ...rfc.features, me: false } };
    const plain = await mockOf('rfc', { service });
    expect((await ask(plain, 'GET', '/Me')).status).toBe(501);
    expect((await ask(plain, 'POST', '/Me', person('a'))).status).toBe(501);
    const controlplane = await mockOf('cosmo-controlplane');
    expect((await ask(controlplane, 'GET', '/Me')).status).toBe(404);
  });

  test('what cannot be done to a person cannot be done there', async () => {
    const resourceTypes = rfc.resourceTypes.map((one) => ({
      ...one,
      operations: ['create', 'read'] as const,
    }));
    const mock = await mockOf('rfc', { service: { ...rfc, resourceTypes } });
    const answer = await ask(mock, 'DELETE', '/Me');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, GET']);
    expect((await ask(mock, 'GET', '/Me/x')).status).toBe(404);
  });

  test('a key needs no person; one that is named has to be a text', async () => {
    const mock = await mockOf('rfc');
    expect((await ask(mock, 'POST', '/_mock/keys', {})).body).not.toHaveProperty('user');
    for (const user of [7, '', null, {}])
      expect((await ask(mock, 'POST', '/_mock/keys', { user })).status).toBe(400);
  });

  test('a key of another organisation does not reach the person of the same name', async () => {
    const mock = await mockOf('rfc', {
      organisations: [{ name: 'one' }, { name: 'two' }],
      keys: [{ token: 'other', permissions: ['scim'], organisation: 'two', user: 'ada' }],
    });
    await created(mock, person('ada'));
    expect((await ask(mock, 'GET', '/Me', undefined, { token: 'other' })).status).toBe(404);
  });
});
