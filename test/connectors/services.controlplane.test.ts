import { describe, expect, test } from 'vitest';
import type { Mock } from '../../src/mock/index.ts';
import { ERROR, USER, ask, filtered, mockOf, patchOf, wordOf } from '../mock/calling.ts';

const play = (options = {}) => mockOf('cosmo-controlplane', options);

function body(email: string, more: object = {}): object {
  return {
    schemas: [USER],
    userName: email,
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: [{ primary: true, value: email, type: 'work' }],
    displayName: 'Ada Lovelace',
    locale: 'en-US',
    externalId: '00u1',
    groups: [],
    password: 'wunder@123',
    active: true,
    ...more,
  };
}

async function invited(mock: Mock, email: string): Promise<string> {
  return wordOf((await ask(mock, 'POST', '/Users', body(email))).body['id']);
}

async function member(mock: Mock, email: string): Promise<string> {
  const id = await invited(mock, email);
  mock.accept(email);
  return id;
}

describe('routes', () => {
  test('GET on the base URL says SCIM', async () => {
    const mock = await play();
    for (const path of ['', '/']) {
      const { status, text } = await ask(mock, 'GET', path);
      expect([status, text]).toEqual([200, 'SCIM']);
    }
  });

  test.each([
    ['DELETE', '/Users/1'],
    ['GET', '/Groups'],
    ['GET', '/ServiceProviderConfig'],
    ['GET', '/ResourceTypes'],
    ['GET', '/Schemas'],
    ['POST', '/Bulk'],
    ['GET', '/Me'],
    ['PUT', '/Users'],
  ])('%s %s is not there: Fastify says so, and asks for no credential', async (method, path) => {
    const mock = await play();
    const answer = await ask(mock, method, path, undefined, { token: null });
    expect([answer.status, answer.body]).toEqual([
      404,
      { statusCode: 404, error: 'Not Found', message: `Route ${method}:/scim/v2${path} not found` },
    ]);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });
});

describe('authentication', () => {
  test('no header is 401 with a number for its status, and no challenge', async () => {
    const mock = await play();
    const { status, body: said, headers } = await ask(mock, 'GET', '/Users', undefined, { token: null });
    expect([status, said]).toEqual([
      401,
      { schemas: [ERROR], detail: 'Missing Authorization header.', status: 401 },
    ]);
    expect(headers.get('www-authenticate')).toBeNull();
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('a key that is not known is 401', async () => {
    const { status, body: said } = await ask(await play(), 'GET', '/', undefined, { token: 'wrong' });
    expect([status, said['detail']]).toEqual([401, 'Invalid api key']);
  });

  test.each(['the-token', 'Bearer the-token', 'bearer   the-token'])(
    '%j comes in: the word Bearer may be left out',
    async (authorization) => {
      const answer = await ask(await play(), 'GET', '/', undefined, {
        token: null,
        headers: { authorization },
      });
      expect(answer.status).toBe(200);
    },
  );

  test('a key that has expired is 401 in its own words', async () => {
    let now = 1_000_000;
    const keys = [{ token: 'short', permissions: ['scim'], expires: 1 }];
    const mock = await play({ clock: () => now, keys });
    now += 1000;
    const { status, body: said } = await ask(mock, 'GET', '/', undefined, { token: 'short' });
    expect([status, said['detail']]).toEqual([401, 'Api key is expired']);
  });

  test('a key without the permission, and an organisation without SCIM, are 400', async () => {
    const mock = await play({
      organisations: [{ name: 'on' }, { name: 'off', scim: false }],
      keys: [
        { token: 'plain', permissions: [] },
        { token: 'off', permissions: ['scim'], organisation: 'off' },
      ],
    });
    const plain = await ask(mock, 'GET', '/', undefined, { token: 'plain' });
    expect([plain.status, plain.body]).toEqual([
      400,
      {
        schemas: [ERROR],
        detail: 'API key doesnt have the permission to perform scim operations.',
        status: 400,
      },
    ]);
    const off = await ask(mock, 'GET', '/', undefined, { token: 'off' });
    expect([off.status, off.body['detail']]).toEqual([
      400,
      'Scim feature is not enabled for this organization.',
    ]);
  });
});

describe('POST', () => {
  test('answers 201 with an echo, of which most was not stored', async () => {
    const mock = await play();
    const sent = body('Ada@Example.com', { active: false, title: 'not echoed' });
    const { status, body: echo } = await ask(mock, 'POST', '/Users', sent);
    expect(status).toBe(201);
    expect(echo).toEqual({
      schemas: [USER],
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      userName: 'Ada@Example.com',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      emails: [{ primary: true, value: 'Ada@Example.com', type: 'work' }],
      displayName: 'Ada Lovelace',
      locale: 'en-US',
      externalId: '00u1',
      active: false,
      groups: [],
      meta: { resourceType: 'User' },
    });
    mock.accept('ada@example.com');
    const { body: held } = await ask(mock, 'GET', `/Users/${wordOf(echo['id'])}`);
    expect(held).toEqual({
      schemas: [USER],
      id: echo['id'],
      userName: 'ada@example.com',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      active: true,
      emails: [{ primary: true, value: 'ada@example.com' }],
      groups: [],
      meta: { resourceType: 'User' },
    });
  });

  test('the address is the primary e-mail, else the userName', async () => {
    const mock = await play();
    await ask(
      mock,
      'POST',
      '/Users',
      body('name', { emails: [{ value: 'a@x' }, { value: 'b@x', primary: true }] }),
    );
    await ask(mock, 'POST', '/Users', body('name@x', { emails: [{ value: 'c@x' }] }));
    expect(mock.mailbox().map(({ to }) => to)).toEqual(['b@x', 'name@x']);
  });

  test('whoever is invited is not there: 404 by id, found by no filter, in no list', async () => {
    const mock = await play();
    const id = await invited(mock, 'ada@x');
    const put = body('ada@x');
    const patch = patchOf({ op: 'replace', value: { active: false } });
    for (const [method, sent] of [
      ['GET', undefined],
      ['PUT', put],
      ['PATCH', patch],
    ] as const) {
      const { status, body: said } = await ask(mock, method, `/Users/${id}`, sent);
      expect([status, said]).toEqual([404, { schemas: [ERROR], detail: 'User not found', status: 404 }]);
    }
    expect((await ask(mock, 'GET', filtered('userName eq "ada@x"'))).body['totalResults']).toBe(0);
    expect((await ask(mock, 'GET', '/Users')).body['totalResults']).toBe(0);
    expect(mock.invitations()).toMatchObject([{ state: 'pending' }]);
  });

  test('a repeated create while pending is 201 again with the same id, and an e-mail each time', async () => {
    const mock = await play();
    const id = await invited(mock, 'ada@x');
    expect(await invited(mock, 'ADA@x')).toBe(id);
    expect(await invited(mock, 'ada@x')).toBe(id);
    expect([mock.mailbox().length, mock.invitations().length, mock.users().length]).toEqual([3, 1, 1]);
  });

  test('a member, also one who is switched off, is HTTP 400 around a body that says 409', async () => {
    const mock = await play();
    const id = await member(mock, 'ada@x');
    for (const active of [true, false]) {
      await ask(mock, 'PATCH', `/Users/${id}`, patchOf({ op: 'replace', value: { active } }));
      const { status, body: said } = await ask(mock, 'POST', '/Users', body('ada@x'));
      expect([status, said]).toEqual([
        400,
        { schemas: [ERROR], detail: 'User is already a part of the organization.', status: 409 },
      ]);
    }
  });

  test('a member of another organisation gets the e-mail again after 30 minutes, and 201 in any case', async () => {
    let now = 1_000_000_000;
    const mock = await play({
      clock: () => now,
      organisations: [{ name: 'here' }, { name: 'there' }],
      keys: [{ token: 'there', permissions: ['scim'], organisation: 'there' }],
    });
    await ask(mock, 'POST', '/Users', body('ada@x'), { token: 'there' });
    const id = await invited(mock, 'ada@x');
    await invited(mock, 'ada@x');
    expect(mock.mailbox()).toHaveLength(2);
    mock.accept('ada@x', 'there');
    now += 30 * 60 * 1000 - 1;
    expect(await invited(mock, 'ada@x')).toBe(id);
    expect(mock.mailbox()).toHaveLength(2);
    now += 1;
    await invited(mock, 'ada@x');
    expect(mock.mailbox()).toHaveLength(3);
  });

  test('whoever declined is invited anew by another create, with the same id', async () => {
    const mock = await play();
    const id = await invited(mock, 'ada@x');
    mock.decline('ada@x');
    expect(await invited(mock, 'ada@x')).toBe(id);
    expect(mock.invitations().map(({ state }) => state)).toEqual(['declined', 'pending']);
    mock.accept('ada@x');
    expect((await ask(mock, 'GET', `/Users/${id}`)).status).toBe(200);
  });

  test('at the limit of members it is HTTP 400 around a body that says 500, also for a member', async () => {
    const mock = await play({ organisations: [{ name: 'small', limit: 1 }] });
    await member(mock, 'ada@x');
    for (const email of ['ada@x', 'bob@x']) {
      const { status, body: said } = await ask(mock, 'POST', '/Users', body(email));
      expect([status, said]).toEqual([
        400,
        { schemas: [ERROR], detail: 'The user limit for this organization has been reached', status: 500 },
      ]);
    }
  });

  test('without emails it crashes in Fastify’s words, without name in a SCIM error', async () => {
    const mock = await play();
    const { emails: _emails, ...mailless } = body('a@x') as { emails: unknown };
    const first = await ask(mock, 'POST', '/Users', mailless);
    expect([first.status, first.body]).toEqual([
      500,
      {
        statusCode: 500,
        error: 'Internal Server Error',
        message: "Cannot read properties of undefined (reading 'find')",
      },
    ]);
    const { name: _name, ...nameless } = body('a@x') as { name: unknown };
    const second = await ask(mock, 'POST', '/Users', nameless);
    expect([second.status, second.body]).toEqual([
      500,
      { schemas: [ERROR], detail: "Cannot read properties of undefined (reading 'givenName')", status: 500 },
    ]);
    expect(mock.users()).toEqual([]);
  });

  test('broken JSON is 500 as scim+json and 400 as json', async () => {
    const mock = await play();
    expect((await ask(mock, 'POST', '/Users', '{')).body['statusCode']).toBe(500);
    expect((await ask(mock, 'POST', '/Users', '{', { type: 'application/json' })).body['statusCode']).toBe(
      400,
    );
    expect((await ask(mock, 'POST', '/Users', '{', { type: 'text/xml' })).body['statusCode']).toBe(415);
  });
});

describe('GET with a filter', () => {
  test.each(['userName eq "ADA@x"', 'externalId eq "ada@x"', 'nonsense is ada@x', 'a b "a"da@x"'])(
    '%s is a look-up by e-mail address',
    async (filter) => {
      const mock = await play();
      const id = await member(mock, 'ada@x');
      const { body: said } = await ask(mock, 'GET', filtered(filter));
      expect(said).toEqual({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 1,
        startIndex: 1,
        itemsPerPage: 1,
        Resources: [
          {
            id,
            emails: [{ value: 'ada@x' }],
            userName: 'ada@x',
            active: true,
            name: { givenName: 'Ada', familyName: 'Lovelace' },
          },
        ],
      });
    },
  );

  test.each(['userName eq "a b"', 'userName', 'userName eq "a" and active eq true', 'userName  eq "a"'])(
    '%s is no three words: 400',
    async (filter) => {
      const { status, body: said } = await ask(await play(), 'GET', filtered(filter));
      expect([status, said]).toEqual([400, { schemas: [ERROR], detail: 'Wrong filter value.', status: 400 }]);
    },
  );

  test('no match is a list without Resources', async () => {
    const { status, body: said } = await ask(await play(), 'GET', filtered('userName eq "x"'));
    expect([status, said]).toEqual([
      200,
      { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 0 },
    ]);
  });

  test('two filters crash', async () => {
    const { status, body: said } = await ask(await play(), 'GET', '/Users?filter=a&filter=b');
    expect([status, said['statusCode']]).toEqual([500, 500]);
  });
});

describe('GET of the list', () => {
  test('ignores startIndex and count, stops at 999, and counts the rows that it returns', async () => {
    const people = Array.from({ length: 1100 }, (_, at) => body(`u${at}@x`));
    const mock = await play({ people });
    const { body: said } = await ask(mock, 'GET', '/Users?startIndex=501&count=10');
    expect([said['totalResults'], said['itemsPerPage'], said['startIndex']]).toEqual([999, 999, '501']);
    const rows = said['Resources'] as unknown as { userName: string }[];
    expect([rows.length, rows[0]?.userName, rows[998]?.userName]).toEqual([999, 'u0@x', 'u998@x']);
  });

  test('has the inactive members, and nobody who is invited', async () => {
    const mock = await play({ people: [body('on@x'), body('off@x', { active: false })] });
    await invited(mock, 'invited@x');
    const { body: said } = await ask(mock, 'GET', '/Users');
    expect(
      (said['Resources'] as unknown as { userName: string; active: boolean }[]).map(
        ({ userName, active }) => [userName, active],
      ),
    ).toEqual([
      ['on@x', true],
      ['off@x', false],
    ]);
  });
});

describe('PUT', () => {
  test('changes the names that are not empty and active, and echoes the rest', async () => {
    const mock = await play();
    const id = await member(mock, 'ada@x');
    const sent = {
      name: { givenName: '', familyName: 'King' },
      userName: 'new@x',
      emails: [{ value: 'new@x' }],
      active: false,
      groups: [],
      externalId: 'x',
    };
    const { status, body: echo } = await ask(mock, 'PUT', `/Users/${id}`, sent);
    const { externalId: _externalId, ...echoed } = sent;
    expect([status, echo]).toEqual([
      200,
      { schemas: [USER], id, ...echoed, userName: 'ada@x', meta: { resourceType: 'User' } },
    ]);
    expect((await ask(mock, 'GET', `/Users/${id}`)).body).toMatchObject({
      userName: 'ada@x',
      name: { givenName: 'Ada', familyName: 'King' },
      emails: [{ value: 'ada@x' }],
      active: false,
    });
  });

  test('without active it fails after the name was saved', async () => {
    const mock = await play();
    const id = await member(mock, 'ada@x');
    const { status, body: said } = await ask(mock, 'PUT', `/Users/${id}`, { name: { familyName: 'King' } });
    expect([status, said['statusCode']]).toEqual([500, 500]);
    expect(mock.users()[0]).toMatchObject({ name: { givenName: 'Ada', familyName: 'King' }, active: true });
  });

  test('without name it crashes, and nothing is saved', async () => {
    const mock = await play();
    const id = await member(mock, 'ada@x');
    expect((await ask(mock, 'PUT', `/Users/${id}`, { active: false })).body['statusCode']).toBe(500);
    expect(mock.users()[0]).toMatchObject({ active: true });
  });
});

describe('an id that is no UUID', () => {
  test.each(['GET', 'PUT', 'PATCH'])(
    '%s is 500 in Fastify’s words; one that nobody has is 404',
    async (method) => {
      const mock = await play();
      const sent = { GET: undefined, PUT: body('a@x'), PATCH: patchOf() }[method];
      const { status, body: said } = await ask(mock, method, '/Users/7', sent);
      expect([status, said]).toEqual([
        500,
        {
          statusCode: 500,
          error: 'Internal Server Error',
          message: 'invalid input syntax for type uuid: "7"',
        },
      ]);
      const nobody = await ask(mock, method, '/Users/00000000-0000-4000-8000-000000000000', sent);
      expect(nobody.status).toBe(404);
    },
  );
});

describe('PATCH', () => {
  test.each<[string, object, boolean, number]>([
    ['without a path, a boolean', { op: 'replace', value: { active: false } }, false, 204],
    ['op in any case', { op: 'Replace', value: { active: false } }, false, 204],
    ['without a path, a text is skipped', { op: 'replace', value: { active: 'false' } }, true, 204],
    ['with a path, a text', { op: 'replace', path: 'active', value: 'False' }, false, 204],
    ['with a path, any text but true', { op: 'replace', path: 'Active', value: 'yes' }, false, 204],
    ['with a path, TRUE', { op: 'replace', path: 'active', value: 'TRUE' }, true, 204],
    ['with a path and no value', { op: 'replace', path: 'active' }, false, 204],
    ['with a path, a boolean crashes', { op: 'replace', path: 'active', value: false }, true, 500],
    ['a path that is null crashes', { op: 'replace', path: null, value: { active: false } }, true, 500],
    ['without path and value it crashes', { op: 'replace' }, true, 500],
    ['add is skipped', { op: 'add', value: { active: false } }, true, 204],
    ['remove is skipped', { op: 'remove', path: 'active' }, true, 204],
    ['another attribute is skipped', { op: 'replace', path: 'name.familyName', value: 'X' }, true, 204],
    [
      'another attribute without a path is skipped',
      { op: 'replace', value: { displayName: 'X' } },
      true,
      204,
    ],
  ])('%s', async (_what, operation, active, status) => {
    const mock = await play();
    const id = await member(mock, 'ada@x');
    const answer = await ask(mock, 'PATCH', `/Users/${id}`, patchOf(operation));
    expect([answer.status, mock.users()[0]?.['active']]).toEqual([status, active]);
    if (status === 204) expect(answer.text).toBe('');
    expect(mock.users()[0]?.['name']).toEqual({ givenName: 'Ada', familyName: 'Lovelace' });
  });

  test('an id in any form that PostgreSQL takes for a uuid is one, and nobody has it', async () => {
    const mock = await play();
    const uuid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
    const bare = uuid.replaceAll('-', '');
    const fours = bare.replaceAll(/.{4}(?!$)/g, '$&-');
    const statusOf = async (id: string) =>
      (await ask(mock, 'GET', `/Users/${encodeURIComponent(id)}`)).status;
    for (const id of [uuid, uuid.toUpperCase(), `{${uuid}}`, bare, fours, `{${bare}}`])
      expect([id, await statusOf(id)]).toEqual([id, 404]);
    for (const id of [`{${uuid}`, `${uuid}}`, `${uuid}0`, uuid.slice(1), `${uuid}-`, uuid.replace('-', '--')])
      expect([id, await statusOf(id)]).toEqual([id, 500]);
  });

  test('what came before a crash is done', async () => {
    const mock = await play();
    const id = await member(mock, 'ada@x');
    const operations = [{ op: 'replace', value: { active: false } }, null as unknown as object];
    expect((await ask(mock, 'PATCH', `/Users/${id}`, patchOf(...operations))).status).toBe(500);
    expect(mock.users()[0]?.['active']).toBe(false);
  });

  test.each([{}, { Operations: [] }, { Operations: null }])('no operations (%j) are 204', async (sent) => {
    const mock = await play();
    const id = await member(mock, 'ada@x');
    expect((await ask(mock, 'PATCH', `/Users/${id}`, sent)).status).toBe(204);
  });

  test('somebody who is switched off keeps their sessions, and starts no new one', async () => {
    const mock = await play();
    const id = await member(mock, 'ada@x');
    mock.startSession('ada@x');
    await ask(mock, 'PATCH', `/Users/${id}`, patchOf({ op: 'replace', value: { active: false } }));
    expect(mock.sessions()).toMatchObject([{ endedAt: null }]);
    expect(() => mock.startSession('ada@x')).toThrow('switched off');
  });
});
