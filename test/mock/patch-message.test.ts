import { describe, expect, test } from 'vitest';
import { service as rfc } from '../../connectors/targets/generic/service.ts';
import { ENTERPRISE, ERROR, PATCH_OP, ask, created, mockOf, patchOf, person, withMail } from './calling.ts';
import type { Reply } from './calling.ts';
import type { Mock } from '../../src/mock/index.ts';

const title = { op: 'replace', path: 'title', value: 'Lady' };

async function adaOf(mock: Mock): Promise<(message: unknown, query?: string) => Promise<Reply>> {
  const id = await created(
    mock,
    withMail('ada', { title: 'Countess', name: { familyName: 'L', givenName: 'A' } }),
  );
  return (message, query = '') => ask(mock, 'PATCH', `/Users/${id}${query}`, message);
}

describe('RFC 7644 §3.5.2, what a message has to be', () => {
  test.each<[string, unknown]>([
    ['no "schemas"', { Operations: [title] }],
    ['"schemas" that is null', { schemas: null, Operations: [title] }],
    ['"schemas" that is a text', { schemas: PATCH_OP, Operations: [title] }],
    ['"schemas" that is empty', { schemas: [], Operations: [title] }],
    ['"schemas" of another message', { schemas: [ERROR], Operations: [title] }],
    ['"schemas" that is no list of texts', { schemas: [{}], Operations: [title] }],
    ['no "Operations"', { schemas: [PATCH_OP] }],
    ['"Operations" that is null', { schemas: [PATCH_OP], Operations: null }],
    ['"Operations" that is empty', { schemas: [PATCH_OP], Operations: [] }],
    ['"Operations" that is one operation', { schemas: [PATCH_OP], Operations: title }],
    ['an operation that is a text', { schemas: [PATCH_OP], Operations: [title, 'x'] }],
    ['an operation that is an array', { schemas: [PATCH_OP], Operations: [title, [title]] }],
    ['"op" that is null', patchOf({ ...title, op: null })],
    ['"op" that is an array', patchOf({ ...title, op: ['replace'] })],
    ['"op" that is empty', patchOf({ ...title, op: '' })],
    ['"op" of RFC 6902', patchOf({ ...title, op: 'test' })],
    ['"op" with a space', patchOf({ ...title, op: 'replace ' })],
    ['a resource', person('ada')],
    ['a text', '"x"'],
    ['null', 'null'],
    ['one name in two cases', patchOf({ op: 'replace', value: { title: 'a', TITLE: 'b' } })],
    [
      'the same in an object',
      patchOf({ op: 'add', path: 'name', value: { givenName: 'a', GivenName: 'b' } }),
    ],
    [
      'the same with a URN',
      patchOf({ op: 'add', value: { [ENTERPRISE]: {}, [ENTERPRISE.toUpperCase()]: {} } }),
    ],
  ])('%s is invalidSyntax', async (_what, message) => {
    const mock = await mockOf('rfc');
    const send = await adaOf(mock);
    const { status, body, text } = await send(message);
    expect([status, body['scimType'], body['status'], body['schemas']], text).toEqual([
      400,
      'invalidSyntax',
      '400',
      [ERROR],
    ]);
    expect(mock.users()[0]).toMatchObject({ title: 'Countess', name: { givenName: 'A' } });
  });

  test('no body at all is invalidSyntax', async () => {
    const send = await adaOf(await mockOf('rfc'));
    expect((await send(undefined)).body['scimType']).toBe('invalidSyntax');
  });

  test.each<[string, object]>([
    ['add without a value', { op: 'add', path: 'title' }],
    ['replace without a value', { op: 'replace', path: 'title' }],
    ['add without path and value', { op: 'add' }],
    ['null without a path', { op: 'replace', value: null }],
    ['an array without a path', { op: 'add', value: [{ title: 'x' }] }],
    ['an object for a text', { op: 'add', path: 'title', value: { value: 'x' } }],
    ['an array for a text', { op: 'add', path: 'title', value: ['x'] }],
    ['a number for a text', { op: 'replace', path: 'title', value: 7 }],
    ['a text for an object', { op: 'replace', path: 'name', value: 'Ada' }],
    ['an array for an object', { op: 'add', path: 'name', value: [{ givenName: 'Ada' }] }],
    ['a text for a truth', { op: 'replace', path: 'active', value: 'true' }],
    ['texts for objects', { op: 'add', path: 'emails', value: ['a@x'] }],
    ['lists of lists', { op: 'add', path: 'emails', value: [[{ value: 'a@x' }]] }],
    ['a text for a chosen object', { op: 'replace', path: 'emails[type eq "work"]', value: 'a@x' }],
    [
      'a list for a chosen object',
      { op: 'replace', path: 'emails[type eq "work"]', value: [{ value: 'a@x' }] },
    ],
    ['a text for a chosen truth', { op: 'add', path: 'emails[type eq "work"].primary', value: 'true' }],
    ['what is no Base64', { op: 'add', path: 'x509Certificates', value: [{ value: '?' }] }],
    ['what is required, emptied', { op: 'replace', path: 'userName', value: '' }],
    ['what is required, null without a path', { op: 'replace', value: { userName: null } }],
  ])('%s is invalidValue', async (_what, operation) => {
    const mock = await mockOf('rfc');
    const send = await adaOf(mock);
    const before = JSON.stringify(mock.users());
    const { status, body, text } = await send(patchOf(title, operation));
    expect([status, body['scimType']], text).toEqual([400, 'invalidValue']);
    expect(JSON.stringify(mock.users())).toBe(before);
  });

  test.each(['add', 'Add', 'ADD', 'replace', 'Replace', 'rEPLACE'])('"%s" is an op', async (op) => {
    const send = await adaOf(await mockOf('rfc'));
    expect((await send(patchOf({ ...title, op }))).body['title']).toBe('Lady');
    expect((await send(patchOf({ op: 'REMOVE', path: 'Title' }))).body).not.toHaveProperty('title');
  });

  test('more operations than the service takes are 413, and none of them is done', async () => {
    const service = { ...rfc, limits: { ...rfc.limits, patchOperations: 3 } };
    const mock = await mockOf('rfc', { service });
    const send = await adaOf(mock);
    expect((await send(patchOf(title, title, title))).status).toBe(200);
    const other = { ...title, value: 'x' };
    const { status, body } = await send(patchOf(other, other, other, other));
    expect([status, body['status'], body['scimType']]).toEqual([413, '413', undefined]);
    expect(mock.users()[0]?.['title']).toBe('Lady');
  });

  test('__proto__ and constructor are names that no schema has', async () => {
    const mock = await mockOf('rfc');
    const send = await adaOf(mock);
    const value = '{"__proto__":{"title":"x","admin":true},"constructor":{"prototype":{"admin":true}}}';
    const texts = [
      `{"op":"add","value":${value}}`,
      `{"op":"replace","value":{"name":${value}}}`,
      `{"op":"add","path":"name","value":${value}}`,
      `{"op":"add","path":"emails","value":[${value}]}`,
      `{"op":"replace","path":"emails[type eq \\"work\\"]","value":${value}}`,
      `{"op":"add","path":"${ENTERPRISE}","value":${value}}`,
      `{"op":"replace","path":"title","value":"Lady","__proto__":{"op":"remove"}}`,
    ];
    for (const text of texts) {
      const { status, body } = await send(`{"schemas":["${PATCH_OP}"],"Operations":[${text}]}`);
      expect(status, text).toBe(200);
      expect(body['name']).toEqual({ familyName: 'L', givenName: 'A' });
      expect(body['emails']).toEqual([{ value: 'ada', type: 'work', primary: true }]);
      expect(body).not.toHaveProperty([ENTERPRISE]);
    }
    expect(mock.users()[0]?.['title']).toBe('Lady');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    for (const path of ['__proto__', '__proto__.title', 'constructor.prototype', 'name.__proto__']) {
      expect((await send(patchOf({ op: 'add', path, value: 'x' }))).body['scimType']).toBe('invalidPath');
    }
  });
});

describe('RFC 7644 §3.5.2, the answer', () => {
  const silent = {
    ...rfc,
    resourceTypes: rfc.resourceTypes.map((one) => ({
      ...one,
      patch: { ...one.patch, answer: 204 as const },
    })),
  };

  test('200 has the whole resource, its version and no location of another', async () => {
    const mock = await mockOf('rfc');
    const send = await adaOf(mock);
    const { status, body, headers } = await send(patchOf(title));
    expect([status, headers.get('content-type')]).toEqual([200, 'application/scim+json']);
    expect(headers.get('etag')).toBe(body['meta']?.['version']);
    const read = await ask(mock, 'GET', `/Users/${mock.users()[0]!.id}`);
    expect(read.body).toEqual(body);
  });

  test('204 has no body and the version, unless "attributes" asks for some', async () => {
    const mock = await mockOf('rfc', { service: silent });
    const send = await adaOf(mock);
    const quiet = await send(patchOf(title));
    expect([quiet.status, quiet.text]).toEqual([204, '']);
    expect(quiet.headers.get('etag')).toBe(
      (await ask(mock, 'GET', `/Users/${mock.users()[0]!.id}`)).headers.get('etag'),
    );
    expect((await send(patchOf(title), '?excludedAttributes=name')).status).toBe(204);
    const told = await send(patchOf(title), '?attributes=title');
    expect(told.status).toBe(200);
    expect(Object.keys(told.body).sort()).toEqual(['id', 'schemas', 'title']);
  });

  test.each<[string, readonly string[]]>([
    ['?attributes=title,name.givenName', ['id', 'name', 'schemas', 'title']],
    ['?attributes=urn:ietf:params:scim:schemas:core:2.0:User:userName', ['id', 'schemas', 'userName']],
    ['?attributes=nothing', ['id', 'schemas']],
    ['?excludedAttributes=emails,meta,active', ['id', 'name', 'schemas', 'title', 'userName']],
  ])('%s (§3.9)', async (query, names) => {
    const send = await adaOf(await mockOf('rfc'));
    const { status, body } = await send(patchOf(title), query);
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(names);
  });

  test('both parameters are refused, and nothing is changed', async () => {
    const mock = await mockOf('rfc');
    const send = await adaOf(mock);
    const both = '?attributes=title&excludedAttributes=name';
    expect((await send(patchOf(title), both)).status).toBe(400);
    expect(mock.users()[0]?.['title']).toBe('Countess');
    expect((await ask(mock, 'PUT', `/Users/${mock.users()[0]!.id}${both}`, person('eve'))).status).toBe(400);
    expect(mock.users()[0]?.['userName']).toBe('ada');
    expect((await ask(mock, 'POST', `/Users${both}`, person('bob'))).status).toBe(400);
    expect(mock.users()).toHaveLength(1);
  });
});

describe('RFC 7644 §3.5.2.1, what changes nothing leaves version and lastModified alone', () => {
  const nothing: readonly (readonly [string, readonly object[]])[] = [
    ['the same text', [{ ...title, value: 'Countess' }]],
    [
      'the same object, its parts in another order',
      [{ op: 'replace', path: 'name', value: { givenName: 'A', familyName: 'L' } }],
    ],
    [
      'the same values, their parts in another order',
      [{ op: 'replace', path: 'emails', value: [{ primary: true, type: 'work', value: 'ada' }] }],
    ],
    ['a value that is there', [{ op: 'add', path: 'emails', value: { value: 'ada', type: 'work' } }]],
    [
      'the primary one made primary',
      [{ op: 'replace', path: 'emails[type eq "work"].primary', value: true }],
    ],
    ['without a path', [{ op: 'add', value: { title: 'Countess', name: { givenName: 'A' } } }]],
    ['null for what has no value', [{ op: 'replace', path: 'nickName', value: null }]],
    ['null added', [{ op: 'add', path: 'title', value: null }]],
    ['an empty object added', [{ op: 'add', path: 'name', value: {} }]],
    ['no values added', [{ op: 'add', path: 'emails', value: [] }]],
    [
      'what is not there removed',
      [
        { op: 'remove', path: 'nickName' },
        { op: 'remove', path: 'ims.value' },
      ],
    ],
    ['an unknown name', [{ op: 'add', value: { shoeSize: 9 } }]],
    [
      'taken away and given back',
      [
        { op: 'remove', path: 'title' },
        { ...title, value: 'Countess' },
      ],
    ],
    ['changed and changed back', [title, { ...title, value: 'Countess' }]],
  ];

  test.each(nothing)('%s', async (_what, operations) => {
    let now = 1_000_000;
    const mock = await mockOf('rfc', { clock: () => (now += 1000) });
    const send = await adaOf(mock);
    const { status, body, headers } = await send(patchOf(...operations));
    expect(status).toBe(200);
    expect(body['meta']?.['lastModified']).toBe(body['meta']?.['created']);
    const id = mock.users()[0]!.id;
    const cached = { headers: { 'if-none-match': headers.get('etag')! } };
    expect((await ask(mock, 'GET', `/Users/${id}`, undefined, cached)).status).toBe(304);
    const { body: changed, headers: fresh } = await send(patchOf(...operations, title));
    expect(changed['meta']?.['lastModified']).not.toBe(body['meta']?.['lastModified']);
    expect(fresh.get('etag')).not.toBe(headers.get('etag'));
  });

  test('a refusal leaves both alone, however much was done before it', async () => {
    let now = 1_000_000;
    const mock = await mockOf('rfc', { clock: () => (now += 1000), people: [{ userName: 'bob' }] });
    const send = await adaOf(mock);
    const before = await send(patchOf(title));
    const last: readonly object[] = [
      { op: 'replace', path: 'userName', value: 'BOB' },
      { op: 'remove', path: 'userName' },
      { op: 'remove', path: 'emails[type eq "fax"]' },
      { op: 'remove' },
      { op: 'x' },
    ];
    for (const operation of last) {
      const many = [
        { ...title, value: 'x' },
        { op: 'remove', path: 'emails' },
        { op: 'remove', path: 'name' },
      ];
      expect((await send(patchOf(...many, operation))).status).toBeGreaterThanOrEqual(400);
    }
    const id = mock.users()[1]!.id;
    const { body, headers } = await ask(mock, 'GET', `/Users/${id}`);
    expect(body).toEqual(before.body);
    expect(headers.get('etag')).toBe(before.headers.get('etag'));
  });
});
