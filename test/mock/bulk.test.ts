import { describe, expect, test } from 'vitest';
import { service as rfc } from '../../connectors/targets/generic/service.ts';
import type { Mock } from '../../src/mock/index.ts';
import {
  ENTERPRISE,
  ERROR,
  USER,
  ask,
  created,
  mockOf,
  patchOf,
  person,
  withMail,
  wordOf,
} from './calling.ts';
import type { Body, Reply } from './calling.ts';

const REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

interface Result {
  readonly method?: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: { readonly schemas: string[]; readonly scimType?: string; readonly detail: string };
}

interface Named {
  readonly value: string;
  readonly type?: string;
  readonly display?: string;
}

const bulk = (mock: Mock, operations: readonly unknown[], more: object = {}): Promise<Reply> =>
  ask(mock, 'POST', '/Bulk', { schemas: [REQUEST], ...more, Operations: operations });

async function results(mock: Mock, operations: readonly unknown[], more: object = {}): Promise<Result[]> {
  const { status, body, text } = await bulk(mock, operations, more);
  if (status !== 200) throw new Error(`no bulk response: ${status} ${text}`);
  return body['Operations'] as unknown as Result[];
}

const post = (path: string, bulkId: string, data: object) => ({ method: 'POST', path, bulkId, data });
const group = (bulkId: string, ...members: string[]) =>
  post('/Groups', bulkId, {
    schemas: [GROUP],
    displayName: bulkId,
    members: members.map((value) => ({ value })),
  });
const statuses = (all: readonly Result[]) => all.map(({ status }) => status);
const idIn = (result: Result | undefined) => result?.location?.split('/').pop() ?? '';

async function at(mock: Mock, result: Result | undefined): Promise<Reply> {
  return ask(mock, 'GET', (result?.location ?? '').slice(mock.url.length));
}

async function membersOf(mock: Mock, result: Result | undefined): Promise<Named[]> {
  return ((await at(mock, result)).body['members'] ?? []) as unknown as Named[];
}

describe('RFC 7644 §3.7, bulk operations', () => {
  test('each method is carried out, and answered as a single request would be (§3.7.3)', async () => {
    const mock = await mockOf('rfc');
    const kept = await created(mock, person('kept', { title: 'old' }));
    const gone = await created(mock, person('gone'));
    const { status, headers, body } = await bulk(mock, [
      post('/Users', 'qwerty', person('new')),
      { method: 'PUT', path: `/Users/${kept}`, data: person('kept', { title: 'new' }) },
      {
        method: 'PATCH',
        path: `/Users/${kept}`,
        bulkId: 'mine',
        data: patchOf({ op: 'add', path: 'nickName', value: 'K' }),
      },
      { method: 'DELETE', path: `/Users/${gone}` },
    ]);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/scim+json']);
    expect(body['schemas']).toEqual([RESPONSE]);
    const all = body['Operations'] as unknown as Result[];
    expect(all).toEqual([
      {
        method: 'POST',
        bulkId: 'qwerty',
        location: expect.stringMatching(`^${mock.url}/Users/`) as string,
        version: expect.stringMatching(/^W\/"/) as string,
        status: '201',
      },
      {
        method: 'PUT',
        location: `${mock.url}/Users/${kept}`,
        version: expect.any(String) as string,
        status: '200',
      },
      {
        method: 'PATCH',
        bulkId: 'mine',
        location: `${mock.url}/Users/${kept}`,
        version: expect.any(String) as string,
        status: '200',
      },
      { method: 'DELETE', location: `${mock.url}/Users/${gone}`, status: '204' },
    ]);
    const after = await at(mock, all[2]);
    expect(after.body).toMatchObject({ userName: 'kept', title: 'new', nickName: 'K' });
    expect(after.headers.get('etag')).toBe(all[2]?.version);
    expect((await at(mock, all[0])).body['userName']).toBe('new');
    expect((await at(mock, all[3])).status).toBe(404);
  });

  test('goes on after an error, and answers it with the body of a single request', async () => {
    const mock = await mockOf('rfc');
    await created(mock, person('taken'));
    const all = await results(mock, [
      post('/Users', 'a', person('TAKEN')),
      { method: 'DELETE', path: '/Users/nobody' },
      post('/Users', 'b', person('free')),
    ]);
    expect(statuses(all)).toEqual(['409', '404', '201']);
    expect(all[0]).toEqual({
      method: 'POST',
      bulkId: 'a',
      status: '409',
      response: {
        schemas: [ERROR],
        status: '409',
        scimType: 'uniqueness',
        detail: expect.any(String) as string,
      },
    });
    expect(all[1]).toMatchObject({ location: `${mock.url}/Users/nobody`, response: { schemas: [ERROR] } });
  });

  test('failOnErrors ends the work at so many errors; what was not processed has no result', async () => {
    const mock = await mockOf('rfc');
    const operations = [
      { method: 'DELETE', path: '/Users/nobody' },
      post('/Users', 'a', person('a')),
      { method: 'DELETE', path: '/Users/nobody' },
      post('/Users', 'b', person('b')),
    ];
    expect(statuses(await results(mock, operations, { failOnErrors: 1 }))).toEqual(['404']);
    expect(statuses(await results(mock, operations, { failOnErrors: 2 }))).toEqual(['404', '201', '404']);
    expect(mock.users().map(({ userName }) => userName)).toEqual(['a']);
  });

  test('invites whom a single request would invite', async () => {
    const mock = await mockOf('cosmo');
    await results(mock, [post('/Users', 'a', withMail('a@example.com')), post('/Users', 'b', person('b'))]);
    expect(mock.mailbox().map(({ to }) => to)).toEqual(['a@example.com']);
  });

  test('a password in it is kept nowhere', async () => {
    const mock = await mockOf('rfc');
    const secret = { password: 'correct horse' };
    const change = patchOf({ op: 'replace', path: 'password', value: 'correct horse' });
    const all = await results(mock, [
      post('/Users', 'a', person('a', secret)),
      { method: 'PATCH', path: '/Users/bulkId:a', data: change },
      post('/Users', 'b', { ...secret, userName: 7 }),
    ]);
    expect(statuses(all)).toEqual(['201', '200', '400']);
    expect((await ask(mock, 'GET', '/_mock/requests')).text).not.toContain('correct horse');
    expect(JSON.stringify(all)).not.toContain('correct horse');
    expect(mock.startSession('a', 'correct horse')).toMatchObject({ endedAt: null });
  });

  test('version is If-Match (§3.7), and the headers of the bulk request are not', async () => {
    const mock = await mockOf('rfc');
    const made = await ask(mock, 'POST', '/Users', person('a'));
    const path = `/Users/${wordOf(made.body['id'])}`;
    const version = made.headers.get('etag');
    const data = person('a', { title: 'x' });
    const body = {
      Operations: [
        { method: 'PUT', path, version, data },
        { method: 'PUT', path, version, data: person('a', { title: 'y' }) },
        { method: 'DELETE', path, version },
      ],
    };
    const answer = await ask(mock, 'POST', '/Bulk', body, { headers: { 'if-match': 'W/"none"' } });
    const all = answer.body['Operations'] as unknown as Result[];
    expect(statuses(all)).toEqual(['200', '412', '412']);
    expect(all[1]?.location).toBe(mock.url + path);
    expect((await ask(mock, 'GET', path)).body['title']).toBe('x');
  });

  test.each<[string, unknown, string]>([
    ['a method that is none', { method: 'GET', path: '/Users' }, '400'],
    ['a method in lower case', { ...post('/Users', 'a', person('a')), method: 'post' }, '400'],
    ['no method', { path: '/Users', bulkId: 'a', data: person('a') }, '400'],
    ['no path', { method: 'POST', bulkId: 'a', data: person('a') }, '400'],
    ['a path that is a number', { method: 'DELETE', path: 7 }, '400'],
    ['a path that leads nowhere', { method: 'DELETE', path: '/Teams/1' }, '404'],
    ['a path with too much in it', { method: 'DELETE', path: '/Users/1/2' }, '404'],
    ['a path that is badly encoded', { method: 'DELETE', path: '/Users/%E0%A4%A' }, '400'],
    ['another bulk request', { method: 'POST', path: '/Bulk', bulkId: 'a', data: {} }, '404'],
    ['POST to a resource', { method: 'POST', path: '/Users/1', bulkId: 'a', data: person('a') }, '405'],
    ['DELETE of all', { method: 'DELETE', path: '/Users' }, '405'],
    ['POST without a bulkId', { method: 'POST', path: '/Users', data: person('a') }, '400'],
    ['an empty bulkId', post('/Users', '', person('a')), '400'],
    ['a bulkId that is a number', { method: 'DELETE', path: '/Users/1', bulkId: 7 }, '400'],
    ['POST without data', { method: 'POST', path: '/Users', bulkId: 'a' }, '400'],
    ['PATCH without data', { method: 'PATCH', path: '/Users/here' }, '400'],
    ['data that is a text', { method: 'PUT', path: '/Users/here', data: 'x' }, '400'],
    ['a version that is a number', { method: 'DELETE', path: '/Users/here', version: 1 }, '400'],
    ['a text', 'DELETE', '400'],
    ['null', null, '400'],
    ['an array', [], '400'],
  ])('%s is an error of its own, and the others are carried out', async (_what, operation, status) => {
    const mock = await mockOf('rfc', { people: [{ id: 'here', userName: 'here' }] });
    const all = await results(mock, [operation, post('/Users', 'last', person('last'))]);
    expect(statuses(all)).toEqual([status, '201']);
    expect(all[0]?.response?.schemas).toEqual([ERROR]);
    expect(all[0]?.response?.detail).not.toMatch(/undefined|mock failed/);
    expect(mock.users()).toHaveLength(2);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['an array', []],
    ['another message', { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{}] }],
    ['no operations', { schemas: [REQUEST] }],
    ['an empty list of operations', { schemas: [REQUEST], Operations: [] }],
    ['operations that are an object', { schemas: [REQUEST], Operations: {} }],
    ['failOnErrors of 0', { failOnErrors: 0, Operations: [post('/Users', 'a', person('a'))] }],
    ['failOnErrors of 1.5', { failOnErrors: 1.5, Operations: [post('/Users', 'a', person('a'))] }],
    ['failOnErrors as a text', { failOnErrors: '1', Operations: [post('/Users', 'a', person('a'))] }],
  ])('a body with %s is 400 as a whole', async (_what, body) => {
    const mock = await mockOf('rfc');
    const answer = await ask(mock, 'POST', '/Bulk', body);
    expect([answer.status, answer.body['schemas']]).toEqual([400, [ERROR]]);
    expect(mock.users()).toEqual([]);
  });

  test('only POST is done there; a service without bulk has no such endpoint', async () => {
    const mock = await mockOf('rfc');
    const got = await ask(mock, 'GET', '/Bulk');
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    const { bulk: _, ...features } = rfc.features;
    const plain = await mockOf('rfc', { service: { ...rfc, features } });
    expect((await bulk(plain, [post('/Users', 'a', person('a'))])).status).toBe(404);
    expect((await ask(plain, 'GET', '/ServiceProviderConfig')).body['bulk']).toMatchObject({
      supported: false,
    });
    const controlplane = await mockOf('cosmo-controlplane');
    expect((await bulk(controlplane, [])).status).toBe(404);
  });
});

describe('RFC 7644 §3.7.3, the data of a PATCH in a bulk request', () => {
  const operations = [
    { op: 'remove', path: 'nickName' },
    { op: 'add', path: 'userName', value: 'Dave' },
  ];
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];

  test.each<[string, unknown]>([
    ['the operations in brackets, as in the example', operations],
    ['a PatchOp message', { schemas, Operations: operations }],
    ['a message without schemas', { Operations: operations }],
    ['the same in another case', { operations }],
  ])('may be %s', async (_what, data) => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('babs', { nickName: 'Babs' }));
    const all = await results(mock, [{ method: 'PATCH', path: `/Users/${id}`, data }]);
    expect(statuses(all)).toEqual(['200']);
    const { body } = await at(mock, all[0]);
    expect([body['userName'], body['nickName']]).toEqual(['Dave', undefined]);
  });

  test('in brackets it may refer to what the request makes', async () => {
    const mock = await mockOf('rfc');
    const all = await results(mock, [
      group('team'),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:team',
        data: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:a' }] }],
      },
      post('/Users', 'a', person('a')),
    ]);
    expect(statuses(all)).toEqual(['201', '200', '201']);
    expect((await membersOf(mock, all[0])).map(({ value }) => value)).toEqual([idIn(all[2])]);
  });

  test.each<[string, unknown]>([
    ['another message', { schemas: [REQUEST], Operations: operations }],
    ['no operations', []],
    ['schemas alone', { schemas }],
    ['an empty object', {}],
    ['operations of another protocol', [{ op: 'move', from: '/a', path: '/b' }]],
  ])('is 400 with %s', async (_what, data) => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('babs', { nickName: 'Babs' }));
    const all = await results(mock, [{ method: 'PATCH', path: `/Users/${id}`, data }]);
    expect([all[0]?.status, all[0]?.response?.scimType]).toEqual(['400', 'invalidSyntax']);
  });

  test('a single PATCH has to have schemas all the same (§3.5.2)', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('babs', { nickName: 'Babs' }));
    for (const body of [operations, { Operations: operations }]) {
      const answer = await ask(mock, 'PATCH', `/Users/${id}`, body);
      expect([answer.status, answer.body['scimType']]).toEqual([400, 'invalidSyntax']);
    }
  });
});

describe('RFC 7644 §3.7.2, references by bulkId', () => {
  test('a group gets the id of a person of the same request, made before it or after it', async () => {
    const mock = await mockOf('rfc');
    const all = await results(mock, [
      post('/Users', 'before', person('before')),
      group('team', 'bulkId:before', 'bulkId:after'),
      post('/Users', 'after', person('after')),
    ]);
    expect(statuses(all)).toEqual(['201', '201', '201']);
    expect(all.map(({ bulkId }) => bulkId)).toEqual(['before', 'team', 'after']);
    expect((await membersOf(mock, all[1])).map(({ value, display }) => [value, display])).toEqual([
      [idIn(all[0]), 'before'],
      [idIn(all[2]), 'after'],
    ]);
  });

  test('in any place of the data: an extension, a PATCH value, a PATCH path, a $ref', async () => {
    const mock = await mockOf('rfc');
    const first = await results(mock, [group('team')]);
    const path = `/Groups/${idIn(first[0])}`;
    const all = await results(mock, [
      post(
        '/Users',
        'report',
        person('report', {
          schemas: [USER, ENTERPRISE],
          [ENTERPRISE]: { manager: { value: 'bulkId:boss', $ref: '../Users/bulkId:boss' } },
        }),
      ),
      post('/Users', 'boss', person('boss')),
      {
        method: 'PATCH',
        path,
        data: patchOf({
          op: 'add',
          path: 'members',
          value: [{ value: 'bulkId:boss' }, { value: 'bulkId:report' }],
        }),
      },
      {
        method: 'PATCH',
        path,
        data: patchOf({ op: 'remove', path: 'members[value eq "bulkId:report"]' }),
      },
    ]);
    expect(statuses(all)).toEqual(['201', '201', '200', '200']);
    const boss = idIn(all[1]);
    expect((await at(mock, all[0])).body[ENTERPRISE]).toMatchObject({
      manager: { value: boss, $ref: `../Users/${boss}` },
    });
    expect((await membersOf(mock, first[0])).map(({ value }) => value)).toEqual([boss]);
  });

  test('in the $ref of a member that has nothing else', async () => {
    const mock = await mockOf('rfc');
    const team = { schemas: [GROUP], displayName: 'team', members: [{ $ref: 'Users/bulkId:a' }] };
    const all = await results(mock, [post('/Groups', 'team', team), post('/Users', 'a', person('a'))]);
    expect(statuses(all)).toEqual(['201', '201']);
    expect((await membersOf(mock, all[0])).map(({ value }) => value)).toEqual([idIn(all[1])]);
  });

  test('in the path of PUT, PATCH and DELETE, also ahead of the POST', async () => {
    const mock = await mockOf('rfc');
    const all = await results(mock, [
      { method: 'PATCH', path: '/Users/bulkId:a', data: patchOf({ op: 'add', path: 'title', value: 'x' }) },
      post('/Users', 'a', person('a')),
      { method: 'PUT', path: '/Users/bulkId:b', data: person('b', { title: 'y' }) },
      post('/Users', 'b', person('b')),
      post('/Users', 'c', person('c')),
      { method: 'DELETE', path: '/Users/bulkId:c' },
    ]);
    expect(statuses(all)).toEqual(['200', '201', '200', '201', '201', '204']);
    expect(all[0]?.location).toBe(all[1]?.location);
    expect(mock.users().map(({ userName, title }) => [userName, title])).toEqual([
      ['a', 'x'],
      ['b', 'y'],
    ]);
  });

  test('where there is no such bulkId, 400; where it was not made, 409', async () => {
    const mock = await mockOf('rfc');
    await created(mock, person('taken'));
    const all = await results(mock, [
      group('lost', 'bulkId:nothing'),
      { method: 'DELETE', path: '/Users/bulkId:nothing' },
      post('/Users', 'a', person('taken')),
      group('late', 'bulkId:a'),
      { method: 'DELETE', path: '/Users/bulkId:a' },
      group('later', 'bulkId:late'),
    ]);
    expect(statuses(all)).toEqual(['400', '400', '409', '409', '409', '409']);
    expect(all[0]?.response?.detail).toContain('nothing');
    expect((await ask(mock, 'GET', '/Groups')).body['totalResults']).toBe(0);
    expect(mock.users()).toHaveLength(1);
  });

  test('a bulkId that is given twice makes one resource, and the second is 400', async () => {
    const mock = await mockOf('rfc');
    const all = await results(mock, [
      post('/Users', 'a', person('first')),
      post('/Users', 'a', person('second')),
      group('team', 'bulkId:a'),
    ]);
    expect(statuses(all)).toEqual(['201', '400', '201']);
    expect((await membersOf(mock, all[2])).map(({ display }) => display)).toEqual(['first']);
  });

  test('a text that only speaks of a bulkId stays what it is', async () => {
    const mock = await mockOf('rfc');
    const title = 'see bulkId:a and "bulkId:zzz"';
    const all = await results(mock, [post('/Users', 'a', person('a', { title }))]);
    expect((await at(mock, all[0])).body['title']).toBe(title);
  });
});

describe('RFC 7644 §3.7.1, circular references', () => {
  test('two groups that are members of each other are both made, as in the example there', async () => {
    const mock = await mockOf('rfc');
    const all = await results(mock, [group('A', 'bulkId:B'), group('B', 'bulkId:A')]);
    expect(statuses(all)).toEqual(['201', '201']);
    const [a, b] = all;
    expect(await membersOf(mock, a)).toMatchObject([{ value: idIn(b), type: 'Group', display: 'B' }]);
    expect(await membersOf(mock, b)).toMatchObject([{ value: idIn(a), type: 'Group', display: 'A' }]);
    for (const one of all) expect((await at(mock, one)).headers.get('etag')).toBe(one.version);
  });

  test('a longer circle, with others hanging on it', async () => {
    const mock = await mockOf('rfc');
    const all = await results(mock, [
      group('A', 'bulkId:B', 'bulkId:X'),
      group('B', 'bulkId:C', 'bulkId:A'),
      group('C', 'bulkId:A'),
      post('/Users', 'X', person('x')),
      group('D', 'bulkId:C'),
    ]);
    expect(statuses(all)).toEqual(['201', '201', '201', '201', '201']);
    const names = await Promise.all(
      all.map(async (one) => (await membersOf(mock, one)).map((m) => m.display)),
    );
    expect(names.map((some) => some.sort())).toEqual([['B', 'x'], ['A', 'C'], ['A'], [], ['C']]);
  });

  test('people who manage each other, and somebody who manages themselves', async () => {
    const mock = await mockOf('rfc');
    const managed = (name: string, by: string) =>
      post(
        '/Users',
        name,
        person(name, { [ENTERPRISE]: { department: 'D', manager: { value: `bulkId:${by}` } } }),
      );
    const all = await results(mock, [managed('a', 'b'), managed('b', 'a'), managed('c', 'c')]);
    expect(statuses(all)).toEqual(['201', '201', '201']);
    const managers = await Promise.all(all.map(async (one) => (await at(mock, one)).body[ENTERPRISE]));
    expect(managers).toEqual(
      [1, 0, 2].map((other) => ({
        department: 'D',
        manager: expect.objectContaining({ value: idIn(all[other]) }) as object,
      })),
    );
  });

  test('where one of them cannot be made, none is left behind, and the others are 409', async () => {
    const mock = await mockOf('rfc');
    const all = await results(mock, [
      post('/Groups', 'A', { members: [{ value: 'bulkId:B' }] }),
      group('B', 'bulkId:C'),
      group('C', 'bulkId:A'),
      { method: 'DELETE', path: '/Groups/bulkId:C' },
    ]);
    expect(statuses(all)).toEqual(['400', '409', '409', '409']);
    expect((await ask(mock, 'GET', '/Groups')).body['totalResults']).toBe(0);
  });

  test('what the service refuses once the circle is closed is taken back with that answer', async () => {
    const mock = await mockOf('rfc');
    const all = await results(mock, [group('A', 'bulkId:A'), group('B', 'bulkId:A')]);
    expect(statuses(all)).toEqual(['400', '409']);
    expect(all[0]?.response?.detail).toContain('itself');
    expect((await ask(mock, 'GET', '/Groups')).body['totalResults']).toBe(0);
  });

  test('what was there before is neither deleted nor changed by what is taken back', async () => {
    const mock = await mockOf('rfc');
    const existing = { schemas: [GROUP], displayName: 'Everybody' };
    const everybody = wordOf((await ask(mock, 'POST', '/Groups', existing)).body['id']);
    const ada = await created(mock, { ...person('ada'), title: 'Engineer' });
    const all = await results(mock, [
      group('A', 'bulkId:A'),
      {
        method: 'PATCH',
        path: `/Groups/${everybody}`,
        data: patchOf({ op: 'add', path: 'members', value: [{ value: 'bulkId:A' }] }),
      },
      { method: 'PUT', path: `/Users/${ada}`, data: { ...person('ada'), title: 'bulkId:A' } },
    ]);
    expect(statuses(all)).toEqual(['400', '409', '409']);
    const { body } = await ask(mock, 'GET', `/Groups/${everybody}`);
    expect(body['displayName']).toBe('Everybody');
    expect(body['members']).toBeUndefined();
    expect((await ask(mock, 'GET', `/Users/${ada}`)).body['title']).toBe('Engineer');
  });

  test('what was carried out already on something that was there before is undone', async () => {
    const mock = await mockOf('rfc');
    const ada = await created(mock, { ...person('ada'), title: 'Engineer' });
    const all = await results(mock, [
      post('/Groups', 'A', { displayName: 'A', members: [{ value: 'bulkId:B' }] }),
      { method: 'PUT', path: `/Users/${ada}`, data: { ...person('ada'), title: 'bulkId:A' } },
      post('/Groups', 'B', { members: [{ value: 'bulkId:A' }] }),
    ]);
    expect(statuses(all)).toEqual(['409', '409', '400']);
    expect((await ask(mock, 'GET', `/Users/${ada}`)).body['title']).toBe('Engineer');
  });

  test('each error counts once', async () => {
    const mock = await mockOf('rfc');
    const all = await results(
      mock,
      [group('A', 'bulkId:A'), group('B', 'bulkId:A'), post('/Users', 'C', person('c'))],
      { failOnErrors: 3 },
    );
    expect(statuses(all)).toEqual(['400', '409', '201']);
  });

  test('a circle that failOnErrors cuts is taken back', async () => {
    const mock = await mockOf('rfc');
    await created(mock, person('taken'));
    const all = await results(
      mock,
      [group('A', 'bulkId:B', 'bulkId:X'), group('B', 'bulkId:A'), post('/Users', 'X', person('taken'))],
      { failOnErrors: 1 },
    );
    expect(all.map(({ bulkId, status }) => [bulkId, status])).toEqual([
      ['B', '409'],
      ['X', '409'],
    ]);
    expect((await ask(mock, 'GET', '/Groups')).body['totalResults']).toBe(0);
  });
});

describe('a bulk request beside others', () => {
  /** Sends requests one after the other until the bulk request is answered, and gives what came back. */
  async function beside(
    mock: Mock,
    operations: readonly unknown[],
    request: (nth: number) => Promise<Reply>,
  ) {
    let isDone = false;
    const done = results(mock, operations).finally(() => (isDone = true));
    const replies: Reply[] = [];
    while (!isDone) replies.push(await request(replies.length));
    return { all: await done, replies };
  }

  test('others are answered in between, and see what is done of it so far, in its order', async () => {
    const mock = await mockOf('rfc');
    const names = Array.from({ length: 500 }, (_, at) => `p${at}`);
    const { all, replies } = await beside(
      mock,
      names.map((name) => post('/Users', name, person(name))),
      () => ask(mock, 'GET', '/Users?count=1000'),
    );
    expect(new Set(statuses(all))).toEqual(new Set(['201']));
    const seen = replies.map(({ body }) => (body['Resources'] ?? []) as unknown as { userName: string }[]);
    expect(seen.some((users) => users.length > 0 && users.length < names.length)).toBe(true);
    for (const users of seen)
      expect(users.map(({ userName }) => userName)).toEqual(names.slice(0, users.length));
  });

  test('no write is lost, and lastModified never goes back', async () => {
    let now = 1_000_000;
    const mock = await mockOf('rfc', { clock: () => (now += 1000) });
    const id = await created(mock, person('a'));
    const path = `/Users/${id}`;
    const titles = Array.from({ length: 300 }, (_, at) => ({
      method: 'PATCH',
      path,
      data: [{ op: 'replace', path: 'title', value: `t${at}` }],
    }));
    const { all, replies } = await beside(mock, titles, (nth) =>
      nth % 2 === 0
        ? ask(mock, 'PATCH', path, patchOf({ op: 'replace', path: 'nickName', value: `n${nth}` }))
        : ask(mock, 'GET', path),
    );
    expect(new Set(statuses(all))).toEqual(new Set(['200']));
    expect(replies.length).toBeGreaterThan(1);
    const { body } = await ask(mock, 'GET', path);
    expect([body['title'], body['nickName']]).toEqual(['t299', `n${(replies.length - 1) & ~1}`]);
    const times = [...replies.map((reply) => reply.body), body].map((one) =>
      wordOf(one['meta']?.['lastModified']),
    );
    expect(times).toEqual([...times].sort());
    const numbers = replies.map((reply) => Number(wordOf(reply.body['title'] ?? 't-1').slice(1)));
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
  });

  test('nobody sees a group of a circle that lacks its member, also of one that is taken back', async () => {
    const mock = await mockOf('rfc');
    await created(mock, person('taken'));
    const circles = Array.from({ length: 150 }, (_, at) => [
      group(`a${at}`, `bulkId:b${at}`),
      group(`b${at}`, `bulkId:a${at}`),
      group(`c${at}`, `bulkId:d${at}`),
      group(`d${at}`, `bulkId:c${at}`, `bulkId:no${at}`),
      post('/Users', `no${at}`, person('taken')),
    ]).flat();
    const { replies } = await beside(mock, circles, () => ask(mock, 'GET', '/Groups?count=1000'));
    const seen = replies.flatMap(({ body }) => (body['Resources'] ?? []) as unknown as Body[]);
    expect(seen.length).toBeGreaterThan(0);
    for (const one of seen) {
      expect(wordOf(one['displayName'])).toMatch(/^[ab]/);
      expect(one['members']).toHaveLength(1);
    }
  });

  test('faults are played on its answer as on any other', async () => {
    const mock = await mockOf('rfc', { faults: ['status=503,path=/Bulk,when=after'] });
    expect((await bulk(mock, [post('/Users', 'a', person('a'))])).status).toBe(503);
    expect(mock.users()).toHaveLength(1);
  });
});

describe('RFC 7644 §3.7.4, limits', () => {
  test('more than maxOperations is 413, names the limit, and does nothing', async () => {
    const service = {
      ...rfc,
      features: { ...rfc.features, bulk: { maxOperations: 2, maxPayloadSize: 4096 } },
    };
    const mock = await mockOf('rfc', { service });
    const operations = ['a', 'b', 'c'].map((name) => post('/Users', name, person(name)));
    const { status, body } = await bulk(mock, operations);
    expect([status, body['status']]).toEqual([413, '413']);
    expect(body['detail']).toContain('maxOperations (2)');
    expect(mock.users()).toEqual([]);
    expect(statuses(await results(mock, operations.slice(1)))).toEqual(['201', '201']);
    expect((await ask(mock, 'GET', '/ServiceProviderConfig')).body['bulk']).toEqual({
      supported: true,
      maxOperations: 2,
      maxPayloadSize: 4096,
    });
  });

  test('more than maxPayloadSize is 413 and names the limit; it may be less or more than another body may have', async () => {
    for (const maxPayloadSize of [2000, 2_000_000]) {
      const features = { ...rfc.features, bulk: { maxOperations: 10, maxPayloadSize } };
      const mock = await mockOf('rfc', { service: { ...rfc, features } });
      const sized = (bytes: number) => {
        const empty = JSON.stringify({ Operations: [post('/Users', 'a', person('a', { title: '' }))] });
        return empty.replace('"title":""', `"title":"${'x'.repeat(bytes - empty.length)}"`);
      };
      const over = await ask(mock, 'POST', '/Bulk', sized(maxPayloadSize + 1));
      expect([over.status, over.body['schemas']]).toEqual([413, [ERROR]]);
      expect(over.body['detail']).toContain(`maxPayloadSize (${maxPayloadSize} bytes)`);
      expect((await ask(mock, 'POST', '/Bulk', sized(maxPayloadSize))).status).toBe(200);
    }
  });

  test('data that is nested without end neither hangs nor breaks the service', async () => {
    const mock = await mockOf('rfc');
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const body = `{"Operations":[{"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"a","x":${deep}}}]}`;
    const { status, body: answer } = await ask(mock, 'POST', '/Bulk', body);
    expect([status, statuses(answer['Operations'] as unknown as Result[])]).toEqual([200, ['201']]);
  });

  test('a chain as long as a request may be is made in one go, whichever way it is given', async () => {
    const mock = await mockOf('rfc');
    // Of people, since groups may not be nested so deep.
    const chain = Array.from({ length: 1000 }, (_, at) => {
      const manager = at < 999 ? { [ENTERPRISE]: { manager: { value: `bulkId:p${at + 1}` } } } : {};
      return post('/Users', `p${at}`, person(`p${at}`, manager));
    });
    const all = await results(mock, chain);
    expect(new Set(statuses(all))).toEqual(new Set(['201']));
    const { body } = await at(mock, all[0]);
    expect(wordOf(all[1]!['location']).endsWith(wordOf(body[ENTERPRISE]!['manager']!['value']))).toBe(true);
  });
});
