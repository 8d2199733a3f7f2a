import { describe, expect, test } from 'vitest';
import { ENTERPRISE, ask, created, filtered, mockOf, person } from './calling.ts';
import type { Mock } from '../../src/mock/index.ts';

const people = Array.from({ length: 250 }, (_, at) => ({ userName: `user${at}` }));

describe('RFC 7644 §3.4.2.4, paging by index', () => {
  test.each([
    ['', 1, 100, 'user0'],
    ['?startIndex=1&count=10', 1, 10, 'user0'],
    ['?startIndex=0&count=10', 1, 10, 'user0'],
    ['?startIndex=-5&count=10', 1, 10, 'user0'],
    ['?startIndex=241&count=10', 241, 10, 'user240'],
    ['?startIndex=246&count=10', 246, 5, 'user245'],
    ['?startIndex=251', 251, 0, undefined],
    ['?startIndex=999999999999', 999999999999, 0, undefined],
    ['?count=0', 1, 0, undefined],
    ['?count=-1', 1, 0, undefined],
    ['?count=100000', 1, 250, 'user0'],
    ['?startIndex=250&count=1', 250, 1, 'user249'],
    ['?startIndex=%2B2&count=%2B1', 2, 1, 'user1'],
    ['?startIndex=007&count=002', 7, 2, 'user6'],
    // What a client says that counts in 64 bits and wants everything.
    ['?count=9223372036854775807', 1, 250, 'user0'],
    ['?count=-9223372036854775808', 1, 0, undefined],
    ['?startIndex=9223372036854775807', Number.MAX_SAFE_INTEGER, 0, undefined],
    ['?startIndex=-9223372036854775808&count=1', 1, 1, 'user0'],
  ])('%s', async (query, startIndex, itemsPerPage, first) => {
    const mock = await mockOf('rfc', { people });
    const { status, body } = await ask(mock, 'GET', `/Users${query}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 250,
      startIndex,
      itemsPerPage,
    });
    const resources = body['Resources'] as unknown as { userName: string }[];
    expect(resources).toHaveLength(itemsPerPage);
    expect(resources[0]?.userName).toBe(first);
  });

  test('no page is longer than the maximum', async () => {
    const mock = await mockOf('rfc', {
      people: Array.from({ length: 1200 }, (_, at) => ({ userName: `u${at}` })),
    });
    const { body } = await ask(mock, 'GET', '/Users?count=5000');
    expect([body['totalResults'], body['itemsPerPage']]).toEqual([1200, 1000]);
  });

  test('pages side by side hold everybody once', async () => {
    const mock = await mockOf('rfc', { people });
    const seen = new Set<string>();
    for (let start = 1; start <= 250; start += 37) {
      const { body } = await ask(mock, 'GET', `/Users?startIndex=${start}&count=37`);
      for (const { userName } of body['Resources'] as unknown as { userName: string }[]) seen.add(userName);
    }
    expect(seen.size).toBe(250);
  });

  test.each([
    'startIndex=one',
    'count=1.5',
    'count=1e3',
    'count=',
    'count=5&count=6',
    'startIndex=1&startIndex=1',
    'startIndex=',
    'startIndex=+1',
    'startIndex=0x1',
    'startIndex=NaN',
    'count=Infinity',
    'count=%D9%A1',
    'count=10%00',
    'count=5%20',
    `count=${'9'.repeat(500)}`,
    'filter=id%20pr&filter=id%20pr',
  ])('%s is 400 invalidValue', async (query) => {
    const mock = await mockOf('rfc');
    const { status, body } = await ask(mock, 'GET', `/Users?${query}`);
    expect([status, body['scimType']]).toEqual([400, 'invalidValue']);
  });

  test('who was deleted is in no list', async () => {
    const mock = await mockOf('rfc', { people: people.slice(0, 5) });
    const [, second] = mock.users();
    await ask(mock, 'DELETE', `/Users/${second!.id}`);
    const { body } = await ask(mock, 'GET', '/Users');
    const names = (body['Resources'] as unknown as { userName: string }[]).map(({ userName }) => userName);
    expect([body['totalResults'], names]).toEqual([4, ['user0', 'user2', 'user3', 'user4']]);
  });
});

describe('RFC 7644 §3.4.2.2, filters', () => {
  const directory = [
    {
      id: 'id-1',
      externalId: 'Ext-1',
      userName: 'Ada@Example.com',
      name: { familyName: 'Lovelace' },
      emails: [
        { value: 'ada@example.com', type: 'work', primary: true },
        { value: 'shared@example.com', type: 'home' },
      ],
      title: 'Countess',
      [ENTERPRISE]: { department: 'R&D', employeeNumber: '7' },
    },
    {
      id: 'id-2',
      externalId: 'ext-1',
      userName: 'bob',
      emails: [{ value: 'shared@example.com', type: 'work' }],
      active: false,
    },
    { id: 'id-3', userName: 'quote"and\\slash', title: '' },
  ];

  test.each<[string, string[]]>([
    ['userName eq "ada@example.com"', ['id-1']],
    ['username EQ "ADA@EXAMPLE.COM"', ['id-1']],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "bob"', ['id-2']],
    ['externalId eq "Ext-1"', ['id-1']],
    ['externalId eq "EXT-1"', []],
    ['id eq "id-2"', ['id-2']],
    ['id eq "ID-2"', []],
    ['emails eq "shared@example.com"', ['id-1', 'id-2']],
    ['emails.value eq "SHARED@example.com"', ['id-1', 'id-2']],
    ['emails[type eq "work" and value eq "shared@example.com"]', ['id-2']],
    ['emails[type eq "home"]', ['id-1']],
    ['active eq true', ['id-1', 'id-3']],
    ['active eq False', ['id-2']],
    ['active ne true', ['id-2']],
    ['userName eq "bob" and active eq true', []],
    ['userName eq "bob" and active eq false', ['id-2']],
    ['active eq false and userName eq "bob"', ['id-2']],
    ['userName eq "bob" or externalId eq "Ext-1"', ['id-1', 'id-2']],
    ['not (active eq true)', ['id-2']],
    ['userName eq "bob" or userName eq "Ada@Example.com" and active eq false', ['id-2']],
    ['(userName eq "bob" or userName eq "Ada@Example.com") and active eq true', ['id-1']],
    ['userName eq "quote\\"and\\\\slash"', ['id-3']],
    ['userName co "EXAMPLE"', ['id-1']],
    ['userName sw "ada"', ['id-1']],
    ['userName ew ".COM"', ['id-1']],
    ['title pr', ['id-1']],
    ['name.familyName eq "lovelace"', ['id-1']],
    ['externalId eq null', ['id-3']],
    ['externalId ne null', ['id-1', 'id-2']],
    ['userName gt "b"', ['id-2', 'id-3']],
    ['userName lt "b"', ['id-1']],
    ['meta.created ge "2000-01-01T00:00:00Z"', ['id-1', 'id-2', 'id-3']],
    ['meta.created lt "2000-01-01T00:00:00+02:00"', []],
    ['meta.resourceType eq "User"', ['id-1', 'id-2', 'id-3']],
    [`${ENTERPRISE}:department eq "r&d"`, ['id-1']],
    [`${ENTERPRISE}:manager.value pr`, []],
    [`schemas eq "${ENTERPRISE}"`, ['id-1']],
  ])('%s', async (filter, expected) => {
    const mock = await mockOf('rfc', { people: directory });
    const { status, body, text } = await ask(mock, 'GET', filtered(filter));
    expect(status, text).toBe(200);
    expect((body['Resources'] as unknown as { id: string }[]).map(({ id }) => id)).toEqual(expected);
    expect(body['totalResults']).toBe(expected.length);
  });

  test.each([
    'userName',
    'userName eq',
    'userName eq bob',
    'userName is "bob"',
    'userName eq "bob',
    'userName eq "bob" and',
    'userName eq "bob" "x"',
    'eq "bob"',
    'nobody eq "x"',
    'urn:example:x:y eq "x"',
    'emails[type eq "work"',
    'emails[type eq "work"]]',
    'emails[nothing eq "work"]',
    'userName[type eq "work"]',
    '(userName eq "bob"',
    'userName eq "bob")',
    'active gt true',
    'active co "t"',
    'userName gt 5',
    'meta.created gt "yesterday"',
    'userName eq 01',
    'userName eq "\\x"',
    'password eq "secret"',
    'name.familyName.first eq "x"',
    '',
    ' ',
    `${'('.repeat(50)}userName pr${')'.repeat(50)}`,
    Array.from({ length: 300 }, () => 'userName pr').join(' or '),
  ])('%s is 400 invalidFilter', async (filter) => {
    const mock = await mockOf('rfc', { people: directory });
    const { status, body, text } = await ask(mock, 'GET', filtered(filter));
    expect([status, body['scimType']], text).toEqual([400, 'invalidFilter']);
  });

  test('a filter of 10,000 terms is refused at once', async () => {
    const mock = await mockOf('rfc', { people: directory });
    const filter = Array.from({ length: 10_000 }, (_, at) => `userName eq "${at}"`).join(' or ');
    expect((await ask(mock, 'GET', filtered(filter))).status).toBe(431);
  });

  test('look-ups follow every change', async () => {
    const mock = await mockOf('rfc');
    const id = await created(
      mock,
      person('a', { externalId: 'one', emails: [{ value: 'x@y' }, { value: 'x@y', type: 'home' }] }),
    );
    expect(await found(mock, 'externalId eq "one"')).toEqual([id]);
    expect(await found(mock, 'emails.value eq "x@y"')).toEqual([id]);
    await ask(mock, 'PUT', `/Users/${id}`, person('b', { externalId: 'two', emails: [{ value: 'z@y' }] }));
    expect(await found(mock, 'externalId eq "one"')).toEqual([]);
    expect(await found(mock, 'emails.value eq "x@y"')).toEqual([]);
    expect(await found(mock, 'userName eq "a"')).toEqual([]);
    expect(await found(mock, 'externalId eq "two"')).toEqual([id]);
    const second = await created(mock, person('c', { externalId: 'two' }));
    expect(await found(mock, 'externalId eq "two"')).toEqual([id, second]);
    await ask(mock, 'DELETE', `/Users/${id}`);
    expect(await found(mock, 'externalId eq "two"')).toEqual([second]);
  });

  test('is paged like a list', async () => {
    const mock = await mockOf('rfc', { people });
    const { body } = await ask(mock, 'GET', `${filtered('userName sw "user"')}&startIndex=249&count=10`);
    expect([body['totalResults'], body['itemsPerPage'], body['startIndex']]).toEqual([250, 2, 249]);
  });
});

async function found(mock: Mock, filter: string): Promise<string[]> {
  const { body } = await ask(mock, 'GET', filtered(filter));
  return (body['Resources'] as unknown as { id: string }[]).map(({ id }) => id);
}
