import { describe, expect, test } from 'vitest';
import { ENTERPRISE, USER, ask, created, filtered, mockOf, patchOf, person, wordOf } from './calling.ts';

const whole = {
  schemas: [USER, ENTERPRISE],
  externalId: 'E-1',
  userName: 'ada@example.com',
  name: { givenName: 'Ada', familyName: 'Löveläce', formatted: 'Ada Löveläce' },
  emails: [{ value: 'ada@example.com', type: 'work', primary: true }, { value: 'ada@home.example' }],
  active: true,
  [ENTERPRISE]: { department: 'R&D', manager: { value: '26118915' } },
};

describe('RFC 7644 §3.3, creating', () => {
  test('answers 201 with Location, id, meta and what was written', async () => {
    const mock = await mockOf('rfc');
    const { status, headers, body } = await ask(mock, 'POST', '/Users', whole);
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/scim+json');
    expect(headers.get('location')).toBe(`${mock.url}/Users/${wordOf(body['id'])}`);
    expect(body).toMatchObject(whole);
    expect(body['id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(body['meta']).toMatchObject({ resourceType: 'User', location: headers.get('location') });
    expect(body['meta']?.['created']).toBe(body['meta']?.['lastModified']);
  });

  test('takes application/json as well', async () => {
    const mock = await mockOf('rfc');
    const { status } = await ask(mock, 'POST', '/Users', whole, { type: 'application/json; charset=utf-8' });
    expect(status).toBe(201);
  });

  test('passes over what is read-only, and makes an id of its own', async () => {
    const mock = await mockOf('rfc');
    const given = person('a', { id: 'mine', meta: { version: 'x' }, groups: [{ value: 'g' }] });
    const { body } = await ask(mock, 'POST', '/Users', given);
    expect(body['id']).not.toBe('mine');
    expect(body).not.toHaveProperty('groups');
    expect(body['meta']?.['version']).not.toBe('x');
  });

  test('names are taken in any case (RFC 7643 §2.1), and come back in their own', async () => {
    const mock = await mockOf('rfc');
    const { body } = await ask(mock, 'POST', '/Users', {
      USERNAME: 'a',
      Name: { GIVENNAME: 'Ada' },
      [ENTERPRISE.toUpperCase()]: { DEPARTMENT: 'R&D' },
    });
    expect(body).toMatchObject({
      userName: 'a',
      name: { givenName: 'Ada' },
      [ENTERPRISE]: { department: 'R&D' },
    });
    expect(body['schemas']).toEqual([USER, ENTERPRISE]);
  });

  test.each<[string, string, object]>([
    ['POST', '/Users', person('b', { password: ['hunter2'] })],
    ['POST', '/Users', person('b', { password: { hunter2: 'hunter2' } })],
    ['POST', '/Users', person('b', { password: ['hunter2', 'hunter2'] })],
    ['PUT', '/Users/1', person('a', { password: ['hunter2'] })],
    ['PATCH', '/Users/1', patchOf({ op: 'replace', path: 'password', value: ['hunter2'] })],
    ['PATCH', '/Users/1', patchOf({ op: 'add', value: { password: { value: 'hunter2' } } })],
  ])('%s %s with a password that is none names no password: %j', async (method, path, body) => {
    const mock = await mockOf('rfc', { people: [{ id: '1', userName: 'a' }] });
    const alone = await ask(mock, method, path, body);
    expect([alone.status, alone.body['scimType']]).toEqual([400, 'invalidValue']);
    const operation = { method, path, bulkId: 'x', data: body };
    const inBulk = await ask(mock, 'POST', '/Bulk', { Operations: [operation] });
    expect(inBulk.body['Operations']).toMatchObject([{ status: '400' }]);
    expect([alone.text, inBulk.text].join()).not.toContain('hunter2');
  });

  test('a body that is no JSON is not quoted: it may hold a password', async () => {
    const mock = await mockOf('rfc');
    for (const text of ['{"password":hunter2}', '{"password":"hunter2"x}', 'hunter2']) {
      const answer = await ask(mock, 'POST', '/Users', text);
      expect([answer.status, answer.text]).toEqual([400, expect.not.stringContaining('hunter2')]);
      expect(answer.body['detail']).toMatch(/^The body is not JSON: ./);
    }
  });

  test('no value is named for what is never returned, nor for what has such a part', async () => {
    const attributes = [
      { name: 'safe', type: 'complex', subAttributes: [{ name: 'pin', type: 'integer', returned: 'never' }] },
      { name: 'box', type: 'complex', returned: 'never', subAttributes: [{ name: 'note' }] },
    ];
    const schema = { id: 'urn:example:Vault', name: 'Vault', attributes };
    const mock = await mockOf('rfc', { schemas: { extensions: [{ of: 'User', schema }] } });
    for (const value of [
      4711,
      { safe: 4711 },
      { safe: { pin: '4711' } },
      { box: '4711' },
      { box: { note: 4711 } },
    ]) {
      const answer = await ask(mock, 'POST', '/Users', person('a', { 'urn:example:Vault': value }));
      expect([answer.status, answer.text]).toEqual([400, expect.not.stringContaining('4711')]);
    }
  });

  test('a password is accepted and never returned, stored or shown', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('a', { password: 'correct horse' }));
    const told = [
      await ask(mock, 'GET', `/Users/${id}`),
      await ask(mock, 'GET', '/Users'),
      await ask(mock, 'GET', '/_mock/users'),
      await ask(mock, 'GET', '/_mock/requests'),
    ];
    for (const { text } of told) expect(text).not.toContain('correct horse');
    expect(mock.users()[0]).toMatchObject({ passwordSet: true });
    expect(() => mock.startSession('a', 'wrong')).toThrow('not the password');
    expect(mock.startSession('a', 'correct horse')).toMatchObject({ endedAt: null });
  });

  test('somebody of whom it is not said is active', async () => {
    const mock = await mockOf('rfc');
    expect((await ask(mock, 'POST', '/Users', person('a'))).body['active']).toBe(true);
    expect((await ask(mock, 'POST', '/Users', person('b', { active: false }))).body['active']).toBe(false);
  });

  test('PUT says it again where it is left out; PATCH may take it away, which keeps nobody out', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('a', { active: false }));
    expect((await ask(mock, 'PUT', `/Users/${id}`, person('a'))).body['active']).toBe(true);
    const removed = await ask(mock, 'PATCH', `/Users/${id}`, patchOf({ op: 'remove', path: 'active' }));
    expect(removed.status).toBe(200);
    expect(removed.body).not.toHaveProperty('active');
    expect((await ask(mock, 'GET', filtered('active eq true'))).body['totalResults']).toBe(0);
    expect((await ask(mock, 'GET', filtered('not (active pr)'))).body['totalResults']).toBe(1);
    expect(mock.startSession('a')).toMatchObject({ endedAt: null });
    const off = patchOf({ op: 'replace', path: 'active', value: false });
    await ask(mock, 'PATCH', `/Users/${id}`, off);
    expect(mock.sessions()[0]?.endedAt).not.toBeNull();
  });

  test('null, an empty array and an empty object are no value (RFC 7643 §2.5)', async () => {
    const mock = await mockOf('rfc');
    const { body } = await ask(mock, 'POST', '/Users', person('a', { title: null, emails: [], name: {} }));
    expect(body).not.toHaveProperty('title');
    expect(body).not.toHaveProperty('emails');
    expect(body).not.toHaveProperty('name');
  });

  test.each([
    ['no userName', { schemas: [USER], title: 'x' }, 'invalidValue'],
    ['an empty userName', person(''), 'invalidValue'],
    ['a userName that is a number', { userName: 7 }, 'invalidValue'],
    ['active as a text', person('a', { active: 'True' }), 'invalidValue'],
    ['emails that are no array', person('a', { emails: { value: 'x' } }), 'invalidValue'],
    ['an e-mail that is a text', person('a', { emails: ['x@y'] }), 'invalidValue'],
    [
      'two primary e-mails',
      person('a', {
        emails: [
          { value: 'x', primary: true },
          { value: 'y', primary: true },
        ],
      }),
      'invalidValue',
    ],
    ['a name that is a text', person('a', { name: 'Ada' }), 'invalidValue'],
    ['a certificate that is no Base64', person('a', { x509Certificates: [{ value: '!!' }] }), 'invalidValue'],
    ['an extension that is a text', person('a', { [ENTERPRISE]: 'x' }), 'invalidValue'],
    [
      'a schema of something else',
      { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], userName: 'a' },
      'invalidSyntax',
    ],
    ['schemas that are a text', { schemas: USER, userName: 'a' }, 'invalidSyntax'],
    ['one attribute twice', '{"userName":"a","username":"b"}', 'invalidSyntax'],
    ['an array', [], 'invalidSyntax'],
    ['a text', '"ada"', 'invalidSyntax'],
    ['nothing', '', 'invalidSyntax'],
  ])('%s is refused, and nothing is made', async (_what, body, scimType) => {
    const mock = await mockOf('rfc');
    const answer = await ask(mock, 'POST', '/Users', body);
    expect([answer.status, answer.body['scimType']]).toEqual([400, scimType]);
    expect(mock.users()).toEqual([]);
  });

  test('a userName that is taken, in whatever case, is 409 uniqueness', async () => {
    const mock = await mockOf('rfc');
    await created(mock, person('Ada@Example.com'));
    const { status, body } = await ask(mock, 'POST', '/Users', person('aDA@example.COM'));
    expect([status, body['scimType'], body['status']]).toEqual([409, 'uniqueness', '409']);
    expect(mock.users()).toHaveLength(1);
  });

  test('two people may have one externalId and one e-mail address', async () => {
    const mock = await mockOf('rfc');
    const same = { externalId: 'x', emails: [{ value: 'one@example.com' }] };
    await created(mock, person('a', same));
    await created(mock, person('b', same));
    expect(mock.users()).toHaveLength(2);
  });

  test('unknown attributes are ignored; a service may refuse them instead', async () => {
    const mock = await mockOf('rfc');
    const { body } = await ask(
      mock,
      'POST',
      '/Users',
      person('a', { shoeSize: 44, 'urn:example:x': { y: 1 } }),
    );
    expect(body).not.toHaveProperty('shoeSize');
    const strict = await mockOf('rfc', { service: await strictService() });
    const refused = await ask(strict, 'POST', '/Users', person('a', { shoeSize: 44 }));
    expect([refused.status, refused.body['scimType']]).toEqual([400, 'invalidSyntax']);
  });
});

describe('RFC 7644 §3.4.1, reading', () => {
  test('gives the resource', async () => {
    const mock = await mockOf('rfc');
    const made = await ask(mock, 'POST', '/Users', whole);
    const { status, body } = await ask(mock, 'GET', `/Users/${wordOf(made.body['id'])}`);
    expect(status).toBe(200);
    expect(body).toEqual(made.body);
  });

  test.each(['nobody', 'a%2Fb', '%20', 'ü', '__proto__', 'constructor'])(
    'an id that is none (%s) is 404',
    async (id) => {
      const mock = await mockOf('rfc');
      const { status, body } = await ask(mock, 'GET', `/Users/${id}`);
      expect([status, body['status']]).toEqual([404, '404']);
    },
  );

  test('ids with any characters can be addressed', async () => {
    const mock = await mockOf('rfc', { people: [{ id: 'a/b c?d#é', userName: 'odd' }] });
    const { Resources } = (await ask(mock, 'GET', '/Users')).body as { Resources: unknown };
    const [first] = Resources as { meta: { location: string } }[];
    const answer = await fetch(first!.meta.location, { headers: { authorization: 'Bearer the-token' } });
    expect(await answer.json()).toMatchObject({ id: 'a/b c?d#é', userName: 'odd' });
  });
});

describe('RFC 7644 §3.5.1, replacing', () => {
  test('clears what is left out, keeps id and created, and moves lastModified', async () => {
    let now = 1_000_000;
    const mock = await mockOf('rfc', { clock: () => (now += 1000) });
    const id = await created(mock, { ...whole, password: 'secret' });
    const { status, body } = await ask(
      mock,
      'PUT',
      `/Users/${id}`,
      person('new@example.com', { id: 'other' }),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, userName: 'new@example.com', schemas: [USER] });
    for (const gone of ['externalId', 'name', 'emails', ENTERPRISE]) expect(body).not.toHaveProperty([gone]);
    expect(Date.parse(wordOf(body['meta']?.['lastModified']))).toBeGreaterThan(
      Date.parse(wordOf(body['meta']?.['created'])),
    );
    expect(mock.users()[0]).toMatchObject({ passwordSet: true });
  });

  test('an echo of the whole resource changes nothing, not even lastModified', async () => {
    let now = 1_000_000;
    const mock = await mockOf('rfc', { clock: () => (now += 1000) });
    const id = await created(mock, whole);
    const before = (await ask(mock, 'GET', `/Users/${id}`)).body;
    expect((await ask(mock, 'PUT', `/Users/${id}`, before)).body).toEqual(before);
  });

  test('the old userName is free afterwards, and the new one is found', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('old'));
    await ask(mock, 'PUT', `/Users/${id}`, person('new'));
    await created(mock, person('old'));
    expect((await ask(mock, 'POST', '/Users', person('new'))).status).toBe(409);
  });

  test('a name that somebody else has is 409, and nothing changes', async () => {
    const mock = await mockOf('rfc');
    await created(mock, person('taken'));
    const id = await created(mock, person('mine', { title: 'x' }));
    expect((await ask(mock, 'PUT', `/Users/${id}`, person('TAKEN'))).status).toBe(409);
    expect((await ask(mock, 'GET', `/Users/${id}`)).body).toMatchObject({ userName: 'mine', title: 'x' });
    expect((await ask(mock, 'PUT', `/Users/${id}`, person('MINE'))).body['userName']).toBe('MINE');
  });
});

describe('RFC 7644 §3.6, deleting', () => {
  test('answers 204, then 404 to everything; the name is free', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, whole);
    const other = await created(mock, person('other'));
    const gone = await ask(mock, 'DELETE', `/Users/${id}`);
    expect([gone.status, gone.text, gone.headers.get('content-type')]).toEqual([204, '', null]);
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : person('x');
      expect((await ask(mock, method, `/Users/${id}`, body)).status).toBe(404);
    }
    expect(mock.users().map((user) => user.id)).toEqual([other]);
    await created(mock, whole);
  });
});

async function strictService() {
  const { service } = await import('../../connectors/targets/generic/service.ts');
  return {
    ...service,
    resourceTypes: service.resourceTypes.map((one) => ({ ...one, unknownAttributes: 'refused' as const })),
  };
}
