import { beforeEach, describe, expect, test } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import type { Mock } from '../../src/mock/index.ts';
import { ENTERPRISE, ask, created, mockOf, person, wordOf } from './calling.ts';
import type { Reply } from './calling.ts';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

describe('RFC 7644 §3.4.3, POST to /.search', () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await mockOf('rfc');
    const ada = await created(
      mock,
      person('ada', { displayName: 'Ada', externalId: 'b', title: 'Countess' }),
    );
    await created(mock, person('bob', { displayName: 'Bob', [ENTERPRISE]: { department: 'Sales' } }));
    for (const [displayName, externalId, members] of [
      ['Cooks', 'a', [{ value: ada }]],
      ['Drivers', 'c', []],
    ])
      await ask(mock, 'POST', '/Groups', { schemas: [GROUP], displayName, externalId, members });
  });

  const search = (path: string, request: object): Promise<Reply> =>
    ask(mock, 'POST', path, { schemas: [SEARCH], ...request });

  test('below a type it is the same as GET with parameters', async () => {
    const asked = await ask(
      mock,
      'GET',
      '/Users?filter=userName%20pr&sortBy=userName&sortOrder=descending&startIndex=1&count=1&attributes=userName,title',
    );
    const searched = await search('/Users/.search', {
      filter: 'userName pr',
      sortBy: 'userName',
      sortOrder: 'descending',
      startIndex: 1,
      count: 1,
      attributes: ['userName', 'title'],
    });
    expect(searched.status).toBe(200);
    expect(searched.body).toEqual(asked.body);
    expect(namesOf(searched)).toEqual(['bob']);
    const without = await search('/Users/.search', { excludedAttributes: ['userName'], filter: 'title pr' });
    expect(without.body['Resources']).toMatchObject([{ displayName: 'Ada' }]);
    expect(without.text).not.toContain('userName');
  });

  test('GET on the root itself is the same over all types (§3.4.2.1)', async () => {
    const filter = encodeURIComponent('displayName pr and externalId ge "b"');
    for (const path of ['', '/']) {
      const { status, body } = await ask(mock, 'GET', `${path}?filter=${filter}&sortBy=externalId&count=2`);
      expect([status, body['totalResults'], body['itemsPerPage']]).toEqual([200, 2, 2]);
      expect(body['Resources']).toMatchObject([{ userName: 'ada' }, { displayName: 'Drivers' }]);
    }
    const answer = await ask(mock, 'POST', '', person('carl'));
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  });

  test('parameters on the address count for nothing, nor does a null or an empty array', async () => {
    const request = { filter: null, attributes: [], excludedAttributes: null, count: null, cursor: null };
    const { body } = await search('/Users/.search?filter=userName%20eq%20%22x%22&count=0', request);
    expect(body).toMatchObject({ totalResults: 2, itemsPerPage: 2, startIndex: 1 });
    expect((body['Resources'] as unknown as object[])[0]).toHaveProperty('userName');
  });

  test('names of members count in any case (RFC 7643 §2.1), and what is no member is passed over', async () => {
    const { body } = await ask(mock, 'POST', '/Users/.search', {
      SCHEMAS: [SEARCH],
      Filter: 'title pr',
      x: 1,
    });
    expect(body['totalResults']).toBe(1);
  });

  test('at the root it finds all types, each shown as it is', async () => {
    const { status, body } = await search('/.search', {});
    expect(status).toBe(200);
    expect(body).toMatchObject({
      totalResults: 4,
      startIndex: 1,
      itemsPerPage: 4,
      Resources: [
        { userName: 'ada', groups: [{ display: 'Cooks' }], meta: { resourceType: 'User' } },
        { userName: 'bob', meta: { resourceType: 'User' } },
        { displayName: 'Cooks', members: [{ display: 'Ada' }], meta: { resourceType: 'Group' } },
        { displayName: 'Drivers', meta: { resourceType: 'Group' } },
      ],
    });
    for (const { meta } of body['Resources'] as unknown as { meta: { location: string } }[])
      expect((await ask(mock, 'GET', meta.location.slice(mock.url.length))).status).toBe(200);
  });

  // §3.4.2.1: an attribute that a type does not have has no value there.
  test.each<[string, string[]]>([
    ['userName eq "ada"', ['Ada']],
    ['userName pr', ['Ada', 'Bob']],
    ['not (userName pr)', ['Cooks', 'Drivers']],
    ['members pr', ['Cooks']],
    ['displayName co "o"', ['Bob', 'Cooks']],
    ['userName eq "bob" or displayName eq "drivers"', ['Bob', 'Drivers']],
    ['userName eq "bob" and displayName eq "drivers"', []],
    ['meta.resourceType eq "Group"', ['Cooks', 'Drivers']],
    ['meta.resourceType eq "User" and title eq "countess"', ['Ada']],
    [`${GROUP}:displayName pr`, ['Cooks', 'Drivers']],
    [`${ENTERPRISE}:department eq "sales"`, ['Bob']],
    [`schemas eq "${GROUP}"`, ['Cooks', 'Drivers']],
    ['members[type eq "User"]', ['Cooks']],
    ['emails[type eq "work"] or members[type eq "User" and value pr]', ['Cooks']],
    ['not (members[type eq "User"]) and not (userName sw "a")', ['Bob', 'Drivers']],
    ['externalId eq "a" or externalId eq "b"', ['Ada', 'Cooks']],
    ['externalId gt "a"', ['Ada', 'Drivers']],
    ['title ne "Countess"', ['Bob', 'Cooks', 'Drivers']],
    ['userName eq null', ['Nobody']],
  ])('at the root, %s', async (filter, expected) => {
    const answer = await search('/.search', { filter });
    expect(answer.status, answer.text).toBe(200);
    expect(namesOf(answer, 'displayName')).toEqual(expected.filter((name) => name !== 'Nobody'));
    expect(answer.body['totalResults']).toBe(namesOf(answer, 'displayName').length);
  });

  test.each([
    'nothing eq "x"',
    'userName eq "ada" or nothing pr',
    'emails.nothing pr',
    'emails[nothing eq "x"]',
    'urn:example:x:y pr',
    'password pr',
    'userName eq',
    'members[value eq "x"',
    '',
  ])('at the root, %s is 400 invalidFilter, because no type has it', async (filter) => {
    const { status, body } = await search('/.search', { filter });
    expect([status, body['scimType']]).toEqual([400, 'invalidFilter']);
  });

  test('at the root it is sorted and paged across the types', async () => {
    const named = async (request: object) => namesOf(await search('/.search', request), 'displayName');
    expect(await named({ sortBy: 'externalId' })).toEqual(['Cooks', 'Ada', 'Drivers', 'Bob']);
    expect(await named({ sortBy: 'externalId', sortOrder: 'descending' })).toEqual([
      'Bob',
      'Drivers',
      'Ada',
      'Cooks',
    ]);
    expect(await named({ sortBy: 'userName' })).toEqual(['Ada', 'Bob', 'Cooks', 'Drivers']);
    expect(await named({ sortBy: 'displayName', sortOrder: 'descending' })).toEqual([
      'Drivers',
      'Cooks',
      'Bob',
      'Ada',
    ]);
    expect(await named({ startIndex: 2, count: 2 })).toEqual(['Bob', 'Cooks']);
    expect(await named({ startIndex: 3, count: 1 })).toEqual(['Cooks']);
    expect(await named({ sortBy: 'externalId', startIndex: 2, count: 2 })).toEqual(['Ada', 'Drivers']);
    for (const order of [
      {},
      { sortBy: 'externalId' },
      { filter: 'displayName pr', sortBy: 'members.value' },
    ]) {
      const seen: string[] = [];
      for (let cursor: string | undefined = ''; cursor !== undefined;) {
        const page: Reply = await search('/.search', { ...order, count: 1, cursor });
        seen.push(...namesOf(page, 'displayName'));
        cursor = page.body['nextCursor'] as string | undefined;
        expect(seen.length).toBeLessThan(10);
      }
      expect(seen).toEqual(await named(order));
    }
    const { body } = await search('/.search', { sortBy: 'nothing' });
    expect(body['scimType']).toBe('invalidValue');
  });

  test('at the root, attributes are those of each type that has them', async () => {
    const { body } = await search('/.search', { attributes: ['displayName', 'userName', 'members.value'] });
    const shown = (body['Resources'] as unknown as object[]).map((resource) => Object.keys(resource).sort());
    expect(shown).toEqual([
      ['displayName', 'id', 'schemas', 'userName'],
      ['displayName', 'id', 'schemas', 'userName'],
      ['displayName', 'id', 'members', 'schemas'],
      ['displayName', 'id', 'schemas'],
    ]);
  });

  test.each<[string, unknown]>([
    ['no schemas', {}],
    ['another message', { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] }],
    ['schemas as text', { schemas: SEARCH }],
    ['an array', []],
    ['a text', '"x"'],
    ['null', 'null'],
    ['no body', undefined],
    ['a member twice', { schemas: [SEARCH], filter: 'id pr', Filter: 'id pr' }],
    ['half a body', '{"schemas":'],
  ])('%s is 400 invalidSyntax', async (_what, request) => {
    for (const path of ['/.search', '/Users/.search']) {
      const { status, body } = await ask(mock, 'POST', path, request);
      expect([status, body['scimType']]).toEqual([400, 'invalidSyntax']);
    }
  });

  test.each([
    { attributes: 'userName' },
    { attributes: ['userName', 1] },
    { excludedAttributes: {} },
    { attributes: ['title'], excludedAttributes: ['name'] },
    { filter: 1 },
    { filter: ['id pr'] },
    { sortBy: true },
    { sortBy: 'id', sortOrder: 'up' },
    { startIndex: '1' },
    { startIndex: 1.5 },
    { count: '10' },
    { count: true },
    { count: 1.5 },
    { cursor: 1 },
    { cursor: '', startIndex: 1 },
  ])('%j is 400 invalidValue', async (request) => {
    for (const path of ['/.search', '/Users/.search']) {
      const { status, body, text } = await search(path, request);
      expect([status, body['scimType']], text).toEqual([400, 'invalidValue']);
    }
  });

  test.each([
    [{ startIndex: -5, count: 1 }, 1, 1],
    [{ startIndex: 1e15, count: 1e300 }, 1e15, 0],
    [{ count: 0 }, 1, 0],
    [{ count: -1 }, 1, 0],
  ])('%j is paged as with GET', async (request, startIndex, itemsPerPage) => {
    const { body } = await search('/Users/.search', request);
    expect(body).toMatchObject({ totalResults: 2, startIndex, itemsPerPage });
  });

  test('only POST is done there, and who may not come in does not learn of it', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const { status, headers } = await ask(mock, method, '/.search', method === 'GET' ? undefined : {});
      expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    }
    const { status } = await ask(mock, 'POST', '/.search', { schemas: [SEARCH] }, { token: 'wrong' });
    expect(status).toBe(401);
  });

  test('nothing is created by it, and nobody of another organisation is found', async () => {
    const other = await mockOf('rfc', {
      organisations: [{ name: 'one' }, { name: 'two' }],
      keys: [{ token: 'two', permissions: ['scim'], organisation: 'two' }],
    });
    await created(other, person('ada'));
    const request = { schemas: [SEARCH], userName: 'eve' };
    const found = await ask(other, 'POST', '/.search', request, { token: 'two' });
    expect(found.body).toMatchObject({ totalResults: 0, Resources: [] });
    expect([other.users().length, other.users('two').length]).toEqual([1, 0]);
  });

  test('a fault for a person strikes whoever searches for that person', async () => {
    mock.addFault('status=503,user=ada,method=POST');
    expect((await search('/Users/.search', { filter: 'userName eq "Ada"' })).status).toBe(503);
    expect((await search('/.search', { filter: 'userName eq "bob"' })).status).toBe(200);
  });

  test('a service without it has no such path', async () => {
    const rfc = await loadService('rfc');
    const service = { ...rfc, features: { ...rfc.features, search: false } };
    const plain = await mockOf('rfc', { service });
    expect((await ask(plain, 'POST', '/.search', { schemas: [SEARCH] })).status).toBe(404);
    expect((await ask(plain, 'POST', '/Users/.search', { schemas: [SEARCH] })).status).toBe(405);
    expect((await ask(plain, 'GET', '/.search')).status).toBe(404);
  });
});

function namesOf({ body }: Reply, attribute = 'userName'): string[] {
  return (body['Resources'] as unknown as Record<string, string>[]).map((one) => wordOf(one[attribute]));
}
