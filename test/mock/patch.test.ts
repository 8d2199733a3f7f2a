import { describe, expect, test } from 'vitest';
import { ENTERPRISE, USER, ask, created, mockOf, patchOf, person, wordOf } from './calling.ts';

const start = {
  userName: 'ada',
  title: 'Countess',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [
    { value: 'work@example.com', type: 'work', primary: true },
    { value: 'home@example.com', type: 'home' },
  ],
  roles: [{ value: 'admin' }],
  [ENTERPRISE]: { department: 'R&D', manager: { value: 'm1' } },
};

/** What is left after operations, without what every resource has. */
async function after(...operations: readonly object[]) {
  const mock = await mockOf('rfc');
  const id = await created(mock, person('ada', start));
  const { status, body, text } = await ask(mock, 'PATCH', `/Users/${id}`, patchOf(...operations));
  expect(status, text).toBe(200);
  const { schemas: _schemas, id: _id, meta: _meta, active: _active, ...rest } = body;
  return rest;
}

describe('RFC 7644 §3.5.2.1, add', () => {
  test.each<[string, object, object]>([
    ['sets a simple attribute', { op: 'add', path: 'nickName', value: 'Al' }, { nickName: 'Al' }],
    [
      'replaces a simple attribute that is there',
      { op: 'add', path: 'title', value: 'Lady' },
      { title: 'Lady' },
    ],
    [
      'merges into a complex attribute',
      { op: 'add', path: 'name', value: { middleName: 'K' } },
      { name: { ...start.name, middleName: 'K' } },
    ],
    [
      'sets a sub-attribute',
      { op: 'add', path: 'name.middleName', value: 'K' },
      { name: { ...start.name, middleName: 'K' } },
    ],
    [
      'appends a value',
      { op: 'add', path: 'roles', value: [{ value: 'user' }] },
      { roles: [{ value: 'admin' }, { value: 'user' }] },
    ],
    [
      'takes one value without an array',
      { op: 'add', path: 'roles', value: { value: 'user' } },
      { roles: [{ value: 'admin' }, { value: 'user' }] },
    ],
    [
      'adds nothing that is there',
      { op: 'add', path: 'roles', value: [{ value: 'admin' }] },
      { roles: [{ value: 'admin' }] },
    ],
    [
      'a new primary takes the old one’s place',
      { op: 'add', path: 'emails', value: [{ value: 'new@example.com', primary: true }] },
      {
        emails: [
          { ...start.emails[0], primary: false },
          start.emails[1],
          { value: 'new@example.com', primary: true },
        ],
      },
    ],
    [
      'makes a value that its filter describes',
      { op: 'add', path: 'phoneNumbers[type eq "work"].value', value: '1' },
      { phoneNumbers: [{ type: 'work', value: '1' }] },
    ],
    [
      'without a path adds each attribute',
      { op: 'add', value: { nickName: 'Al', roles: [{ value: 'user' }] } },
      { nickName: 'Al', roles: [{ value: 'admin' }, { value: 'user' }] },
    ],
    [
      'with a URN before the name',
      { op: 'add', path: `${ENTERPRISE}:costCenter`, value: '1' },
      { [ENTERPRISE]: { ...start[ENTERPRISE], costCenter: '1' } },
    ],
    [
      'with the core URN before the name',
      { op: 'add', path: 'urn:ietf:params:scim:schemas:core:2.0:User:title', value: 'Lady' },
      { title: 'Lady' },
    ],
    [
      'on a whole extension',
      { op: 'add', path: ENTERPRISE, value: { division: 'North' } },
      { [ENTERPRISE]: { ...start[ENTERPRISE], division: 'North' } },
    ],
  ])('%s', async (_what, operation, expected) => {
    expect(await after(operation)).toEqual({ ...start, ...expected });
  });
});

describe('RFC 7644 §3.5.2.3, replace', () => {
  test.each<[string, object, object]>([
    ['sets a simple attribute', { op: 'replace', path: 'title', value: 'Lady' }, { title: 'Lady' }],
    ['in any case', { OP: 'Replace', PATH: 'TITLE', VALUE: 'Lady' }, { title: 'Lady' }],
    ['adds what is not there', { op: 'replace', path: 'nickName', value: 'Al' }, { nickName: 'Al' }],
    [
      'leaves the sub-attributes that are not given',
      { op: 'replace', path: 'name', value: { familyName: 'King' } },
      { name: { givenName: 'Ada', familyName: 'King' } },
    ],
    [
      'replaces all values',
      { op: 'replace', path: 'emails', value: [{ value: 'one@example.com' }] },
      { emails: [{ value: 'one@example.com' }] },
    ],
    [
      'one sub-attribute of the values that pass a filter',
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'new@example.com' },
      { emails: [{ ...start.emails[0], value: 'new@example.com' }, start.emails[1]] },
    ],
    [
      'the values that pass a filter',
      { op: 'replace', path: 'emails[type eq "home" or value sw "x"]', value: { value: 'h2@example.com' } },
      { emails: [start.emails[0], { value: 'h2@example.com', type: 'home' }] },
    ],
    [
      'a primary by filter takes the old one’s place',
      { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
      {
        emails: [
          { ...start.emails[0], primary: false },
          { ...start.emails[1], primary: true },
        ],
      },
    ],
    [
      'without a path',
      { op: 'replace', value: { title: 'Lady', name: { givenName: 'A' } } },
      { title: 'Lady', name: { givenName: 'A', familyName: 'Lovelace' } },
    ],
    [
      'without a path, an extension',
      { op: 'replace', value: { [ENTERPRISE]: { department: 'X' } } },
      { [ENTERPRISE]: { department: 'X', manager: { value: 'm1' } } },
    ],
    [
      'passes over what is read-only without a path',
      { op: 'replace', value: { id: 'x', groups: [{ value: 'g' }], meta: {}, title: 'Lady' } },
      { title: 'Lady' },
    ],
    [
      'the manager',
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: { value: 'm2' } },
      { [ENTERPRISE]: { department: 'R&D', manager: { value: 'm2' } } },
    ],
    [
      'a sub-attribute in an extension',
      { op: 'replace', path: `${ENTERPRISE.toLowerCase()}:manager.value`, value: 'm2' },
      { [ENTERPRISE]: { department: 'R&D', manager: { value: 'm2' } } },
    ],
  ])('%s', async (_what, operation, expected) => {
    expect(await after(operation)).toEqual({ ...start, ...expected });
  });

  test('null takes the value away (RFC 7643 §2.5)', async () => {
    const home = { op: 'replace', path: 'emails[type eq "home"]', value: null };
    expect((await after(home))['emails']).toEqual([start.emails[0]]);
    const { title: _title, ...rest } = start;
    expect(await after({ op: 'replace', path: 'title', value: null })).toEqual(rest);
  });

  test('a service may swap a complex attribute whole', async () => {
    const { service } = await import('../../connectors/targets/generic/service.ts');
    const swapping = service.resourceTypes.map((one) => ({
      ...one,
      patch: { ...one.patch, replaceComplex: 'swap' as const, answer: 204 as const },
    }));
    const mock = await mockOf('rfc', { service: { ...service, resourceTypes: swapping } });
    const id = await created(mock, person('ada', start));
    const answer = await ask(
      mock,
      'PATCH',
      `/Users/${id}`,
      patchOf({ op: 'replace', path: 'name', value: { familyName: 'King' } }),
    );
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(mock.users()[0]?.['name']).toEqual({ familyName: 'King' });
  });
});

describe('RFC 7644 §3.5.2.2, remove', () => {
  test.each<[string, object, string, object]>([
    ['a simple attribute', { op: 'remove', path: 'title' }, 'title', {}],
    ['an attribute that is not there', { op: 'remove', path: 'nickName' }, 'nickName', {}],
    ['all values', { op: 'remove', path: 'emails' }, 'emails', {}],
    ['the only value by a filter', { op: 'remove', path: 'roles[value eq "admin"]' }, 'roles', {}],
    [
      'the values by a filter',
      { op: 'remove', path: 'emails[type eq "home"]' },
      '',
      { emails: [start.emails[0]] },
    ],
    [
      'a sub-attribute by a filter',
      { op: 'remove', path: 'emails[type eq "home"].type' },
      '',
      { emails: [start.emails[0], { value: 'home@example.com' }] },
    ],
    ['a sub-attribute', { op: 'remove', path: 'name.givenName' }, '', { name: { familyName: 'Lovelace' } }],
    ['a whole extension', { op: 'remove', path: ENTERPRISE }, ENTERPRISE, {}],
    [
      'an attribute of an extension',
      { op: 'remove', path: `${ENTERPRISE}:manager` },
      '',
      { [ENTERPRISE]: { department: 'R&D' } },
    ],
  ])('%s', async (_what, operation, gone, expected) => {
    const rest = Object.fromEntries(Object.entries(start).filter(([name]) => name !== gone));
    expect(await after(operation)).toEqual({ ...rest, ...expected });
  });
});

describe('RFC 7644 §3.5.2, the message', () => {
  test.each<[string, unknown, string]>([
    ['no operations', { Operations: [] }, 'invalidSyntax'],
    ['nothing that is an operation', { Operations: [null] }, 'invalidSyntax'],
    ['operations that are an object', { Operations: {} }, 'invalidSyntax'],
    [
      'another schema',
      { schemas: ['urn:example:x'], Operations: [{ op: 'remove', path: 'title' }] },
      'invalidSyntax',
    ],
    ['an array', [], 'invalidSyntax'],
    ['an unknown op', patchOf({ op: 'move', path: 'title', value: 'x' }), 'invalidSyntax'],
    ['no op', patchOf({ path: 'title', value: 'x' }), 'invalidSyntax'],
    ['remove without a path', patchOf({ op: 'remove' }), 'noTarget'],
    ['replace without a value', patchOf({ op: 'replace', path: 'title' }), 'invalidValue'],
    ['replace without path and object', patchOf({ op: 'replace', value: 'x' }), 'invalidValue'],
    ['a path that is a number', patchOf({ op: 'add', path: 7, value: 'x' }), 'invalidPath'],
    ['an unknown attribute', patchOf({ op: 'add', path: 'shoeSize', value: 1 }), 'invalidPath'],
    ['an unknown sub-attribute', patchOf({ op: 'add', path: 'name.first', value: 'x' }), 'invalidPath'],
    ['an unknown URN', patchOf({ op: 'add', path: 'urn:example:y:z', value: 'x' }), 'invalidPath'],
    ['an empty path', patchOf({ op: 'add', path: '', value: 'x' }), 'invalidPath'],
    [
      'a filter that is not closed',
      patchOf({ op: 'add', path: 'emails[type eq "work"', value: 'x' }),
      'invalidPath',
    ],
    [
      'a filter that cannot be read',
      patchOf({ op: 'add', path: 'emails[type is "work"].value', value: 'x' }),
      'invalidFilter',
    ],
    [
      'a filter on one value',
      patchOf({ op: 'add', path: 'name[givenName eq "Ada"].familyName', value: 'x' }),
      'invalidPath',
    ],
    [
      'text after a filter',
      patchOf({ op: 'add', path: 'emails[type eq "work"]value', value: 'x' }),
      'invalidPath',
    ],
    ['__proto__ as a path', patchOf({ op: 'add', path: '__proto__', value: {} }), 'invalidPath'],
    [
      'replace, and no value passes the filter',
      patchOf({ op: 'replace', path: 'emails[type eq "x"].value', value: 'x' }),
      'noTarget',
    ],
    [
      'remove, and no value passes the filter',
      patchOf({ op: 'remove', path: 'emails[type eq "x"]' }),
      'noTarget',
    ],
    [
      'add, and the filter describes no value',
      patchOf({ op: 'add', path: 'ims[type sw "x"].value', value: 'x' }),
      'noTarget',
    ],
    ['what is read-only', patchOf({ op: 'replace', path: 'id', value: 'x' }), 'mutability'],
    ['what is read-only inside', patchOf({ op: 'replace', path: 'meta.version', value: 'x' }), 'mutability'],
    ['a group of the person', patchOf({ op: 'add', path: 'groups', value: [{ value: 'g' }] }), 'mutability'],
    ['removing what is required', patchOf({ op: 'remove', path: 'userName' }), 'mutability'],
    ['emptying what is required', patchOf({ op: 'replace', path: 'userName', value: null }), 'invalidValue'],
    ['a value of another type', patchOf({ op: 'replace', path: 'active', value: 'False' }), 'invalidValue'],
    [
      'a value of another type inside',
      patchOf({ op: 'replace', value: { name: { givenName: 7 } } }),
      'invalidValue',
    ],
    ['two primaries', patchOf({ op: 'replace', path: 'emails.primary', value: true }), 'invalidValue'],
    [
      'two primaries in one value',
      patchOf({
        op: 'add',
        path: 'emails',
        value: [
          { value: 'x', primary: true },
          { value: 'y', primary: true },
        ],
      }),
      'invalidValue',
    ],
    [
      'more values than the service holds',
      patchOf({
        op: 'add',
        path: 'roles',
        value: Array.from({ length: 1001 }, (_, at) => ({ value: `${at}` })),
      }),
      'invalidValue',
    ],
  ])('%s is refused', async (_what, message, scimType) => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('ada', start));
    const { status, body, text } = await ask(mock, 'PATCH', `/Users/${id}`, message);
    expect([status, body['scimType']], text).toEqual([400, scimType]);
  });

  test('all or nothing: a refusal in the last operation leaves everything as it was', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('ada', start));
    const before = (await ask(mock, 'GET', `/Users/${id}`)).body;
    const operations = [
      { op: 'replace', path: 'title', value: 'Lady' },
      { op: 'add', path: 'emails', value: [{ value: 'new@example.com', primary: true }] },
      { op: 'replace', path: `${ENTERPRISE}:manager.value`, value: 'm2' },
      { op: 'replace', path: 'active', value: false },
      { op: 'replace', path: 'nothing', value: 1 },
    ];
    expect((await ask(mock, 'PATCH', `/Users/${id}`, patchOf(...operations))).status).toBe(400);
    expect((await ask(mock, 'GET', `/Users/${id}`)).body).toEqual(before);
  });

  test('what changes nothing leaves lastModified alone; what changes moves it', async () => {
    let now = 1_000_000;
    const mock = await mockOf('rfc', { clock: () => (now += 1000) });
    const id = await created(mock, person('ada', start));
    const modified = async (operation: object) =>
      (await ask(mock, 'PATCH', `/Users/${id}`, patchOf(operation))).body['meta']?.['lastModified'];
    const first = await modified({ op: 'replace', path: 'title', value: 'Countess' });
    expect(first).toBe(mock.users()[0]?.meta.created);
    expect(await modified({ op: 'add', path: 'roles', value: [{ value: 'admin' }] })).toBe(first);
    expect(await modified({ op: 'remove', path: 'nickName' })).toBe(first);
    expect(await modified({ op: 'replace', path: 'title', value: 'Lady' })).not.toBe(first);
  });

  test('operations build on each other, in order', async () => {
    const changed = await after(
      { op: 'remove', path: 'emails' },
      { op: 'add', path: 'emails', value: [{ value: 'a', type: 'work' }] },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'b' },
    );
    expect(changed['emails']).toEqual([{ value: 'b', type: 'work' }]);
  });

  test('a userName that is taken is 409 uniqueness', async () => {
    const mock = await mockOf('rfc', { people: [{ userName: 'bob' }] });
    const id = await created(mock, person('ada'));
    const { status, body } = await ask(
      mock,
      'PATCH',
      `/Users/${id}`,
      patchOf({ op: 'replace', path: 'userName', value: 'BOB' }),
    );
    expect([status, body['scimType']]).toEqual([409, 'uniqueness']);
  });

  test.each<[string, string, object]>([
    ['remove', 'rfc', { op: 'remove', path: 'password' }],
    ['remove by the URN', 'rfc', { op: 'remove', path: `${USER}:password` }],
    ['replace by null', 'rfc', { op: 'replace', path: 'password', value: null }],
    ['replace by null without a path', 'rfc', { op: 'replace', value: { password: null } }],
    [
      'replace by nothing, where that clears',
      'entra-lenient',
      { op: 'replace', path: 'password', value: '' },
    ],
  ])('a password is taken away by %s (§3.5.2.2)', async (_what, name, operation) => {
    const mock = await mockOf(name);
    const made = await ask(mock, 'POST', '/Users', person('ada', { password: 'swordfish' }));
    const path = `/Users/${wordOf(made.body['id'])}`;
    expect((await ask(mock, 'PATCH', path, patchOf(operation))).status).toBeLessThan(300);
    expect(mock.users()[0]).toMatchObject({ passwordSet: false });
    expect(() => mock.startSession('ada', 'swordfish')).toThrow('not the password');
    // A change, though nobody can see it; and the second time there is nothing left to change.
    const after = await ask(mock, 'GET', path);
    expect(after.headers.get('etag')).not.toBe(made.headers.get('etag'));
    await ask(mock, 'PATCH', path, patchOf(operation));
    expect((await ask(mock, 'GET', path)).headers.get('etag')).toBe(after.headers.get('etag'));
  });

  test.each<[string, readonly object[], string | undefined]>([
    ['an add of null', [{ op: 'add', path: 'password', value: null }], 'old'],
    ['a change of something else', [{ op: 'add', path: 'title', value: 'x' }], 'old'],
    [
      'a remove and an add',
      [
        { op: 'remove', path: 'password' },
        { op: 'add', path: 'password', value: 'new' },
      ],
      'new',
    ],
    [
      'an add and a remove',
      [
        { op: 'add', path: 'password', value: 'new' },
        { op: 'remove', path: 'password' },
      ],
      undefined,
    ],
    [
      'a remove before an operation that is refused',
      [
        { op: 'remove', path: 'password' },
        { op: 'add', path: 'shoeSize', value: 9 },
      ],
      'old',
    ],
  ])('after %s the password is what the last operation left', async (_what, operations, password) => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('ada', { password: 'old' }));
    const answer = await ask(mock, 'PATCH', `/Users/${id}`, patchOf(...operations));
    expect(answer.text).not.toMatch(/password|old|:[0-9a-f]{64}/);
    expect(mock.users()[0]).toMatchObject({ passwordSet: password !== undefined });
    if (password !== undefined) expect(mock.startSession('ada', password)).toMatchObject({ endedAt: null });
  });

  test('a password is set by PATCH and shown nowhere, not in the journal either', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('ada'));
    const operations = [
      { op: 'replace', path: 'password', value: 'swordfish1' },
      { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:Password', value: 'swordfish2' },
      { op: 'replace', value: { password: 'swordfish3' } },
    ];
    for (const operation of operations) {
      expect((await ask(mock, 'PATCH', `/Users/${id}`, patchOf(operation))).text).not.toContain('swordfish');
    }
    expect(mock.startSession('ada', 'swordfish3').userId).toBe(id);
    expect(JSON.stringify([mock.users(), mock.journal()])).not.toContain('swordfish');
  });

  test('more operations than one PATCH may hold are 413', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('ada'));
    const many = Array.from({ length: 1001 }, () => ({ op: 'replace', path: 'title', value: 'x' }));
    expect((await ask(mock, 'PATCH', `/Users/${id}`, patchOf(...many))).status).toBe(413);
  });
});
