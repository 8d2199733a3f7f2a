import { describe, expect, test } from 'vitest';
import { USER, ask, created, filtered, mockOf, patchOf, person, withMail, wordOf } from './calling.ts';
import type { Recorded } from '../../src/mock/index.ts';

describe('the journal', () => {
  test('tells method, path, query, body and status of each request, in order, and leaves out the door', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('ada'));
    await ask(mock, 'GET', filtered('userName eq "ada"') + '&count=1&count=2');
    await ask(mock, 'PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'title', value: 'x' }));
    await ask(mock, 'GET', '/Users', undefined, { token: null });
    await ask(mock, 'POST', '/Users', '{broken');
    await ask(mock, 'DELETE', '/Nothing');
    const { status, body } = await ask(mock, 'GET', '/_mock/requests');
    expect([status, body['total']]).toEqual([200, 6]);
    const items = body['items'] as unknown as Recorded[];
    expect(items.map(({ number, method, path, status: said }) => [number, method, path, said])).toEqual([
      [1, 'POST', '/scim/v2/Users', 201],
      [2, 'GET', '/scim/v2/Users', 400],
      [3, 'PATCH', `/scim/v2/Users/${id}`, 200],
      [4, 'GET', '/scim/v2/Users', 401],
      [5, 'POST', '/scim/v2/Users', 400],
      [6, 'DELETE', '/scim/v2/Nothing', 404],
    ]);
    expect(items[0]?.body).toEqual(person('ada'));
    expect(items[1]?.query).toEqual({ filter: 'userName eq "ada"', count: ['1', '2'] });
    expect(items[4]?.body).toBe('{broken');
    expect(items[3]).not.toHaveProperty('body');
    expect(Date.parse(items[0]!.at)).toBeGreaterThan(Date.parse('2020-01-01'));
  });

  test('since=N gives what came after the Nth request', async () => {
    const mock = await mockOf('rfc');
    for (const name of ['a', 'b', 'c']) await created(mock, person(name));
    const { body } = await ask(mock, 'GET', '/_mock/requests?since=2');
    expect([body['total'], (body['items'] as unknown as Recorded[]).map(({ number }) => number)]).toEqual([
      3,
      [3],
    ]);
    expect((await ask(mock, 'GET', '/_mock/requests?since=99')).body).toMatchObject({ total: 3, items: [] });
    expect((await ask(mock, 'GET', '/_mock/requests?since=x')).status).toBe(400);
    expect(mock.journal(2)).toMatchObject([{ number: 3 }]);
  });

  test('keeps the last requests alone, and their numbers go on', async () => {
    const mock = await mockOf('rfc', { journal: 3 });
    for (let at = 0; at < 8; at++) await ask(mock, 'GET', `/Users/${at}`);
    const { body } = await ask(mock, 'GET', '/_mock/requests');
    expect([body['total'], (body['items'] as unknown as Recorded[]).map(({ path }) => path.at(-1))]).toEqual([
      8,
      ['5', '6', '7'],
    ]);
  });

  test('keeps no bodies, or no requests, if it is told so', async () => {
    const bodiless = await mockOf('rfc', { journalBodies: false });
    await created(bodiless, person('ada'));
    expect(bodiless.journal()).toHaveLength(1);
    expect(bodiless.journal()[0]).not.toHaveProperty('body');
    const none = await mockOf('rfc', { journal: 0 });
    await created(none, person('ada'));
    expect((await ask(none, 'GET', '/_mock/requests')).body).toEqual({ total: 1, items: [] });
  });

  test.each([
    ['in a body', 'POST', '/Users', person('a', { password: 'hunter2' })],
    ['in another case', 'POST', '/Users', person('a', { PassWord: 'hunter2' })],
    ['behind an escape', 'POST', '/Users', '{"userName":"a","\\u0070assword":"hunter2"}'],
    ['that is no text', 'POST', '/Users', person('a', { password: { x: 'hunter2' } })],
    ['in broken JSON', 'POST', '/Users', '{"userName":"a","password":"hunter2"'],
    [
      'in a PATCH with a path',
      'PATCH',
      '/Users/1',
      patchOf({ op: 'replace', path: 'password', value: 'hunter2' }),
    ],
    [
      'in a PATCH whose members are in another case',
      'PATCH',
      '/Users/1',
      patchOf({ Op: 'replace', PATH: 'password', Value: 'hunter2' }),
    ],
    [
      'in a PATCH with its whole name',
      'PATCH',
      '/Users/1',
      patchOf({ op: 'replace', path: `${USER}:passWord`, value: 'hunter2' }),
    ],
    [
      'in a PATCH without a path',
      'PATCH',
      '/Users/1',
      patchOf({ op: 'add', value: { [`${USER}:password`]: 'hunter2' } }),
    ],
    [
      'in a bulk request',
      'POST',
      '/Bulk',
      { Operations: [{ method: 'POST', path: '/Users', data: person('a', { password: 'hunter2' }) }] },
    ],
    ['in a filter', 'GET', filtered('password eq "hunter2"'), undefined],
    ['in a filter that is encoded', 'GET', '/Users?filter=passw%6Frd%20eq+%22hunter2%22', undefined],
    ['in a filter that is encoded wrongly', 'GET', '/Users?filter=p%61ssword+eq+%22hunter2%22%zz', undefined],
    ['in the filter of a search', 'POST', '/.search', { filter: 'password eq "hunter2"' }],
    [
      'in the filter of a path',
      'PATCH',
      '/Users/1',
      patchOf({ op: 'remove', path: 'x[password eq "hunter2"]' }),
    ],
  ])('masks a password %s', async (_what, method, path, body) => {
    const mock = await mockOf('rfc');
    await ask(mock, method, path, body);
    expect((await ask(mock, 'GET', '/_mock/requests')).text).not.toContain('hunter2');
    expect(mock.journal()).toHaveLength(1);
  });

  const schemas = {
    resourceTypes: [
      {
        name: 'Device',
        endpoint: '/Devices',
        schema: {
          id: 'urn:example:Device',
          name: 'Device',
          attributes: [
            { name: 'label' },
            { name: 'pin', type: 'integer', mutability: 'writeOnly', returned: 'never' },
            {
              name: 'keys',
              type: 'complex',
              multiValued: true,
              subAttributes: [{ name: 'value', returned: 'never' }, { name: 'type' }],
            },
          ],
        },
      },
    ],
  };
  const secret = 424242;
  test.each([
    ['POST', '/Devices', { label: 'x', PIN: secret }],
    ['POST', '/Devices', { label: 'x', keys: [{ value: `${secret}`, type: 'x' }] }],
    ['PATCH', '/Devices/1', patchOf({ op: 'add', path: 'keys[type eq "x"].value', value: secret })],
    ['PATCH', '/Devices/1', patchOf({ op: 'add', path: 'keys', value: [{ Value: secret }] })],
    ['PATCH', '/Devices/1', patchOf({ op: 'add', path: 'keys', value: [`${secret}`] })],
    ['PATCH', '/Devices/1', patchOf({ op: 'remove', path: `keys[value eq "${secret}"]` })],
    ['GET', `/Devices?filter=p%69n+eq+${secret}`, undefined],
  ])('masks what a schema of its own never returns: %s %s %j', async (method, path, body) => {
    const mock = await mockOf('rfc', { schemas });
    await ask(mock, method, path, body);
    const [kept] = mock.journal();
    expect(JSON.stringify(kept)).not.toContain(`${secret}`);
    if (body && 'label' in body) expect(kept?.body).toMatchObject({ label: 'x' });
  });

  test('keeps the value of an attribute that is none of the secret ones', async () => {
    const mock = await mockOf('rfc', { schemas });
    const body = person('a', { title: 'password pin keys', emails: [{ value: 'a@x' }] });
    await ask(mock, 'POST', '/Users', body);
    expect(mock.journal()[0]?.body).toEqual(body);
  });
});

describe('what is really held', () => {
  test('users tells everybody at once, with membership and invitation', async () => {
    const mock = await mockOf('cosmo', {
      people: Array.from({ length: 1500 }, (_, at) => ({ userName: `u${at}` })),
    });
    const id = await created(mock, withMail('ada@x', { password: 'x' }));
    const { body } = await ask(mock, 'GET', '/_mock/users');
    const items = body['items'] as unknown as { userName: string }[];
    expect([body['total'], items.length]).toEqual([1501, 1501]);
    expect(items[0]).toMatchObject({
      userName: 'u0',
      membership: 'member',
      invitation: null,
      passwordSet: false,
    });
    expect(items[1500]).toMatchObject({
      id,
      userName: 'ada@x',
      active: true,
      membership: 'invited',
      passwordSet: true,
      invitation: { state: 'pending', email: 'ada@x', sent: 1 },
    });
    expect(mock.users()[1500]).toEqual(items[1500]);
  });

  test('what users tells can be put into another mock', async () => {
    const mock = await mockOf('cosmo');
    await created(mock, withMail('ada@x', { active: true }));
    await created(mock, withMail('bob@x'));
    mock.accept('bob@x');
    const told: unknown = JSON.parse((await ask(mock, 'GET', '/_mock/users')).text);
    const copy = await mockOf('cosmo', { people: told });
    expect(copy.users().map(({ id, membership }) => [id, membership])).toEqual(
      mock.users().map(({ id, membership }) => [id, membership]),
    );
  });
});

describe('acts', () => {
  test('the door tells what it can do, and takes JSON without a media type', async () => {
    const mock = await mockOf('cosmo', { people: [{ userName: 'ada' }] });
    const { body } = await ask(mock, 'GET', '/_mock');
    expect(body).toMatchObject({ service: 'cosmo', url: mock.url });
    expect(body['routes']).toContain('POST /_mock/invitations/:id/accept');
    const started = await ask(
      mock,
      'POST',
      '/_mock/sessions',
      { userName: 'ada' },
      { type: 'application/x-www-form-urlencoded' },
    );
    expect(started.status).toBe(201);
  });

  test.each([
    ['GET', '/_mock/nothing', undefined, 404],
    ['PUT', '/_mock/users', undefined, 404],
    ['POST', '/_mock/sessions', undefined, 400],
    ['POST', '/_mock/sessions', {}, 400],
    ['POST', '/_mock/sessions', { userName: 'nobody' }, 404],
    ['POST', '/_mock/sessions', '{broken', 400],
    ['POST', '/_mock/keys', { permissions: 'scim' }, 400],
    ['POST', '/_mock/keys', { token: 7 }, 400],
    ['POST', '/_mock/keys', { organisation: 'nobody' }, 404],
    ['DELETE', '/_mock/faults/nothing', undefined, 404],
  ])('%s %s is refused with a sentence', async (method, path, body, status) => {
    const mock = await mockOf('cosmo');
    const answer = await ask(mock, method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(wordOf(answer.body['error']?.['message'])).toMatch(/\S/);
  });

  test('keys are made at the door, with the permissions that are asked for', async () => {
    const mock = await mockOf('cosmo');
    const made = await ask(mock, 'POST', '/_mock/keys', { token: 'weak', permissions: [] });
    expect([made.status, made.body]).toMatchObject([
      201,
      { id: 'key-2', token: 'weak', permissions: [], organisation: 'example' },
    ]);
    expect((await ask(mock, 'GET', '/Users', undefined, { token: 'weak' })).status).toBe(400);
    const { token } = (await ask(mock, 'POST', '/_mock/keys')).body as unknown as { token: string };
    expect((await ask(mock, 'GET', '/Users', undefined, { token })).status).toBe(200);
    expect((await ask(mock, 'GET', '/_mock', undefined, { token })).status).toBe(403);
  });

  test('reset goes back to how the mock was started', async () => {
    const mock = await mockOf('cosmo', {
      people: [{ id: 'first', userName: 'ada' }],
      keys: [{ token: 'k', permissions: ['scim'] }],
      faults: ['status=500,path=/Users/broken'],
    });
    await created(mock, withMail('bob@x'));
    await ask(mock, 'DELETE', '/Users/first');
    await ask(mock, 'POST', '/_mock/faults', { status: 418 });
    await ask(mock, 'POST', '/_mock/keys', { token: 'later' });
    expect((await ask(mock, 'POST', '/_mock/reset')).status).toBe(200);
    expect(mock.users().map(({ id }) => id)).toEqual(['first']);
    expect([mock.journal(), mock.mailbox(), mock.invitations(), mock.sessions()]).toEqual([[], [], [], []]);
    expect((await ask(mock, 'GET', '/_mock/faults')).body['total']).toBe(1);
    expect((await ask(mock, 'GET', '/Users', undefined, { token: 'later' })).status).toBe(401);
    expect((await ask(mock, 'GET', '/Users', undefined, { token: 'k' })).status).toBe(200);
  });
});
