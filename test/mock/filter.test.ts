import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Mock } from '../../src/mock/index.ts';
import { ENTERPRISE, USER, ask, created, filtered, mockOf, person, wordOf } from './calling.ts';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const directory = [
  {
    id: 'A-1',
    externalId: 'Ext',
    userName: 'Ada',
    displayName: 'Ada Lovelace',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    nickName: 'and or not',
    emails: [
      { value: 'ada@example.com', type: 'work', primary: true },
      { value: 'ada@home.example', type: 'home' },
    ],
    x509Certificates: [{ value: 'AAEC' }],
    profileUrl: 'https://example.com/Ada',
  },
  {
    id: 'a-1',
    externalId: 'ext',
    userName: 'bob',
    emails: [{ value: 'bob@example.com', type: 'home' }],
    active: false,
    [ENTERPRISE]: { employeeNumber: '10', department: 'R&D', manager: { value: 'A-1' } },
  },
  { id: 'c', userName: 'carol [x] (y)', emails: [{ type: 'other' }], title: 'null', roles: [{ value: 'x' }] },
];

describe('RFC 7644 §3.4.2.2, the grammar', () => {
  test.each<[string, string[]]>([
    // Every operator.
    ['displayName eq "ada lovelace"', ['A-1']],
    ['displayName ne "ada lovelace"', ['a-1', 'c']],
    ['displayName co "LOVE"', ['A-1']],
    ['displayName sw "ada l"', ['A-1']],
    ['displayName ew "LACE"', ['A-1']],
    ['displayName pr', ['A-1']],
    ['userName gt "BOB"', ['c']],
    ['userName ge "BOB"', ['a-1', 'c']],
    ['userName lt "Bob"', ['A-1']],
    ['userName le "Bob"', ['A-1', 'a-1']],
    // Operators, names and words in any case.
    ['USERNAME EQ "ada" OR Name.GivenName Pr AND NOT (Active eq TRUE)', ['A-1']],
    ['not(userName eq "ada")', ['a-1', 'c']],
    ['NOT (userName eq "ada")', ['a-1', 'c']],
    // "and" binds closer than "or", "not" closest of all; grouping decides otherwise.
    ['userName eq "ada" or userName eq "bob" and active eq true', ['A-1']],
    ['active eq true and userName eq "bob" or userName eq "ada"', ['A-1']],
    ['(userName eq "ada" or userName eq "bob") and active eq false', ['a-1']],
    ['not (userName eq "ada") and not (userName eq "bob")', ['c']],
    ['not (userName eq "ada" or userName eq "bob")', ['c']],
    ['not (not (userName eq "ada"))', ['A-1']],
    ['((userName eq "ada"))', ['A-1']],
    // Text that looks like grammar.
    ['nickName eq "and or not"', ['A-1']],
    ['userName eq "carol [x] (y)"', ['c']],
    ['userName eq "\\u0061\\u0064a"', ['A-1']],
    ['title eq "null"', ['c']],
    ['title eq null', ['A-1', 'a-1']],
    ['title ne null', ['c']],
    // Values that hold several parts.
    ['emails[type eq "work" and value co "@example.com"]', ['A-1']],
    ['emails[type eq "home" and value co "@example.com"]', ['a-1']],
    ['emails[type eq "home" and (value ew "example" or primary eq true)]', ['A-1']],
    ['emails[not (type eq "work")]', ['A-1', 'a-1', 'c']],
    ['emails[not (value pr)]', ['c']],
    ['emails[value pr and not (primary eq true)] and active eq false', ['a-1']],
    ['EMAILS[TYPE EQ "work"] or userName eq "carol [x] (y)"', ['A-1', 'c']],
    ['emails.type eq "home" and emails.value co "example.com"', ['A-1', 'a-1']],
    ['name[givenName eq "ada" and familyName pr]', ['A-1']],
    // A complex attribute is there if any part of it is; to compare it is to compare its value.
    ['emails pr', ['A-1', 'a-1', 'c']],
    ['emails.value pr', ['A-1', 'a-1']],
    ['name pr', ['A-1']],
    ['emails eq "bob@example.com"', ['a-1']],
    ['emails co "example.com"', ['A-1', 'a-1']],
    ['emails eq null', []],
    ['name eq null', ['a-1', 'c']],
    ['roles ne null', ['c']],
    // Names with a URN.
    [`${USER}:userName eq "ada"`, ['A-1']],
    [`${USER.toUpperCase()}:USERNAME eq "ada"`, ['A-1']],
    [`${USER}:name.familyName sw "love"`, ['A-1']],
    [`${USER}:emails[type eq "work"]`, ['A-1']],
    [`${USER}:externalId eq "Ext"`, ['A-1']],
    [`${ENTERPRISE}:employeeNumber eq "10"`, ['a-1']],
    [`${ENTERPRISE}:manager.value eq "a-1"`, []],
    [`${ENTERPRISE}:manager eq "A-1"`, ['a-1']],
    [`${ENTERPRISE}:manager[value eq "A-1"]`, ['a-1']],
    [`not (${ENTERPRISE}:department pr)`, ['A-1', 'c']],
    // Case counts where the schema says so.
    ['id eq "A-1"', ['A-1']],
    ['id sw "a"', ['a-1']],
    ['externalId eq "ext"', ['a-1']],
    ['externalId co "E"', ['A-1']],
    ['profileUrl eq "https://example.com/ada"', []],
    ['profileUrl ew "Ada"', ['A-1']],
    ['x509Certificates eq "AAEC"', ['A-1']],
    ['x509Certificates eq "aaec"', []],
    ['meta.resourceType eq "user"', []],
    ['emails.type eq "WORK"', ['A-1']],
    // Booleans.
    ['active eq false', ['a-1']],
    ['active ne false', ['A-1', 'c']],
    ['emails.primary eq true', ['A-1']],
    ['active pr', ['A-1', 'a-1', 'c']],
    // Extra space does no harm.
    ['  userName   eq   "ada"  ', ['A-1']],
    ['( userName eq "ada" )', ['A-1']],
  ])('%s', async (filter, expected) => {
    const mock = await mockOf('rfc', { people: directory });
    expect(await found(mock, filter)).toEqual(expected);
  });

  test.each([
    'userName eq"ada"',
    'userName eq "ada"and active eq true',
    'userName eq "ada" and(active eq true)',
    '(userName eq "ada")or active eq true',
    'userName\teq\t"ada"',
    'userName eq "a\tb"',
    "userName eq 'ada'",
    'userName eq ada',
    'userName == "ada"',
    'userName eq "ada" & active eq true',
    'userName eq "ada", active eq true',
    'not userName eq "ada"',
    'userName not eq "ada"',
    'and',
    'userName pr or',
    'or userName pr',
    'userName pr and and active pr',
    'userName pr pr',
    '()',
    'not ()',
    '(',
    ')',
    '[]',
    'emails[]',
    'emails[type]',
    'emails[emails[type eq "work"]]',
    'emails.value[type eq "work"]',
    'emails[type eq "work"]value eq "x"',
    'emails[type eq "work"] .value eq "x"',
    'emails[type eq "work"].nothing eq "x"',
    'emails[userName eq "ada"]',
    'emails[type eq "work")',
    '.value eq "x"',
    'name. eq "x"',
    'emails.value.type eq "x"',
    `${USER} pr`,
    `${USER}:nothing pr`,
    `${ENTERPRISE}:userName eq "ada"`,
    'department eq "R&D"',
    // What cannot be compared with that.
    'name eq "Ada"',
    'name gt "Ada"',
    'name co "Ada"',
    'addresses eq "x"',
    'active eq "true"',
    'active eq 1',
    'active ge false',
    'active sw "t"',
    'userName eq true',
    'userName ne 7',
    'userName co null',
    'userName gt null',
    'emails.primary gt true',
    'emails[primary eq "yes"]',
    'x509Certificates gt "AAEC"',
    'meta.created eq "yesterday"',
    'meta.created gt "2026"',
    'meta.created gt "2026-13-01T00:00:00Z"',
    'meta.created gt 2026',
    'meta gt "2026-01-01T00:00:00Z"',
    'emails.type eq +1',
    'userName eq 1.',
    'userName eq nan',
  ])('%s is 400 invalidFilter', async (filter) => {
    const mock = await mockOf('rfc', { people: directory });
    const { status, body, text } = await ask(mock, 'GET', filtered(filter));
    expect([status, body['scimType']], text).toEqual([400, 'invalidFilter']);
  });
});

describe('RFC 7643 §2.3.5, dates', () => {
  let now = 0;
  let mock: Mock;
  let ids: string[];
  beforeEach(async () => {
    now = Date.parse('2026-03-01T12:00:00.500Z');
    mock = await mockOf('rfc', { clock: () => now });
    ids = [];
    for (const name of ['a', 'b', 'c']) {
      ids.push(await created(mock, person(name)));
      now += 3_600_000;
    }
  });

  test.each<[string, number[]]>([
    ['meta.created eq "2026-03-01T12:00:00.500Z"', [0]],
    ['meta.created eq "2026-03-01T14:00:00.5+02:00"', [0]],
    ['meta.created ne "2026-03-01T12:00:00.500Z"', [1, 2]],
    ['meta.created gt "2026-03-01T13:00:00.500Z"', [2]],
    ['meta.created ge "2026-03-01T13:00:00.500Z"', [1, 2]],
    ['meta.created lt "2026-03-01T13:00:00.500Z"', [0]],
    ['meta.created le "2026-03-01T13:00:00.500Z"', [0, 1]],
    ['meta.created gt "2026-03-01T08:30:00-05:00"', [2]],
    ['meta.created lt "2026-03-01T13:00:00"', [0]],
    ['meta.lastModified sw "2026-03-01T13"', [1]],
    ['meta.lastModified co "03-01"', [0, 1, 2]],
    ['meta.created pr and meta.location pr', [0, 1, 2]],
  ])('%s', async (filter, expected) => {
    expect(await found(mock, filter)).toEqual(expected.map((at) => ids[at]));
  });

  test('a time without a zone is one of UTC, wherever the mock runs', async () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    try {
      expect(await found(mock, 'meta.created lt "2026-03-01T13:00:00"')).toEqual([ids[0]]);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  test('lastModified moves with a change, and only with one', async () => {
    const since = `meta.lastModified ge "${new Date(now).toISOString()}"`;
    expect(await found(mock, since)).toEqual([]);
    await ask(mock, 'PUT', `/Users/${ids[1]}`, person('b'));
    expect(await found(mock, since)).toEqual([]);
    await ask(mock, 'PUT', `/Users/${ids[1]}`, person('b', { title: 'x' }));
    expect(await found(mock, since)).toEqual([ids[1]]);
    expect(await found(mock, `${since} and userName eq "b"`)).toEqual([ids[1]]);
    expect(await found(mock, `${since} and userName eq "a"`)).toEqual([]);
  });
});

describe('RFC 7643 §4.1.2 and §4.2, filters by membership', () => {
  let mock: Mock;
  const users: Record<string, string> = {};
  const groups: Record<string, string> = {};
  beforeEach(async () => {
    mock = await mockOf('rfc');
    for (const name of ['ada', 'bob', 'carol']) users[name] = await created(mock, person(name));
    await group('inner', [users['ada']!, users['carol']!]);
    await group('outer', [groups['inner']!, users['bob']!]);
    await group('empty', []);
  });

  async function group(displayName: string, members: readonly string[]): Promise<void> {
    const body = { displayName, members: members.map((value) => ({ value })) };
    const { body: made } = await ask(mock, 'POST', '/Groups', body);
    groups[displayName] = wordOf(made['id']);
  }

  const people = async (filter: string) => {
    const names = Object.keys(users);
    return (await found(mock, filter)).map((id) => names.find((name) => users[name] === id));
  };
  const groupsBy = async (filter: string) => {
    const names = Object.keys(groups);
    const path = `/Groups?filter=${encodeURIComponent(filter)}`;
    return (await found(mock, filter, path)).map((id) => names.find((name) => groups[name] === id));
  };

  test('groups.value finds the members of a group, and those of the groups in it', async () => {
    expect(await people(`groups.value eq "${groups['inner']}"`)).toEqual(['ada', 'carol']);
    expect(await people(`groups.value eq "${groups['outer']}"`)).toEqual(['ada', 'bob', 'carol']);
    expect(await people(`groups.value eq "${groups['empty']}"`)).toEqual([]);
    expect(await people(`groups.value eq "${groups['inner']!.toUpperCase()}"`)).toEqual([]);
    expect(await people('groups.value eq "nothing"')).toEqual([]);
    expect(await people(`groups eq "${groups['inner']}"`)).toEqual(['ada', 'carol']);
    expect(await people(`groups[value eq "${groups['outer']}" and type eq "direct"]`)).toEqual(['bob']);
    expect(await people(`groups[value eq "${groups['outer']}" and type eq "indirect"]`)).toEqual([
      'ada',
      'carol',
    ]);
    expect(await people('groups.display eq "INNER"')).toEqual(['ada', 'carol']);
    expect(await people(`not (groups.value eq "${groups['inner']}")`)).toEqual(['bob']);
    expect(await people(`groups.value eq "${groups['inner']}" and userName eq "carol"`)).toEqual(['carol']);
  });

  test('it is about who belongs there now', async () => {
    const filter = `groups.value eq "${groups['outer']}"`;
    const scan = `groups.value sw "${groups['outer']}"`;
    expect([await people(filter), await people(scan)]).toEqual(Array(2).fill(['ada', 'bob', 'carol']));
    const members = [{ value: users['carol'] }];
    await ask(mock, 'PUT', `/Groups/${groups['outer']}`, { displayName: 'outer', members });
    expect([await people(filter), await people(scan)]).toEqual([['carol'], ['carol']]);
    await ask(mock, 'DELETE', `/Users/${users['carol']}`);
    expect([await people(filter), await people(scan)]).toEqual([[], []]);
    expect(await groupsBy('members.value pr')).toEqual(['inner']);
    await ask(mock, 'DELETE', `/Groups/${groups['inner']}`);
    expect(await people('groups pr')).toEqual([]);
  });

  test('members.value finds the groups that somebody is in', async () => {
    expect(await groupsBy(`members.value eq "${users['ada']}"`)).toEqual(['inner']);
    expect(await groupsBy(`members.value eq "${users['ada']!.toUpperCase()}"`)).toEqual([]);
    expect(await groupsBy(`members eq "${groups['inner']}"`)).toEqual(['outer']);
    expect(await groupsBy(`members[value eq "${users['bob']}" and type eq "User"]`)).toEqual(['outer']);
    expect(await groupsBy(`members[value eq "${users['bob']}" and type eq "Group"]`)).toEqual([]);
    const either = `members.value eq "${users['bob']}" or members.value eq "${users['ada']}"`;
    expect(await groupsBy(either)).toEqual(['inner', 'outer']);
    expect(await groupsBy(`displayName eq "outer" and members.value eq "${users['ada']}"`)).toEqual([]);
    expect(await groupsBy('members.type eq "group"')).toEqual(['outer']);
    expect(await groupsBy('members.display eq "ada"')).toEqual(['inner']);
    expect(await groupsBy(`members.$ref ew "${users['ada']}"`)).toEqual(['inner']);
    expect(await groupsBy('members eq null')).toEqual(['empty']);
    expect(await groupsBy('not (members pr)')).toEqual(['empty']);
  });

  test('who got a value later still stands in the order of the list', async () => {
    for (const name of ['carol', 'ada', 'bob'])
      await ask(mock, 'PUT', `/Users/${users[name]}`, person(name, { externalId: 'x', displayName: 'x' }));
    expect(await people('externalId eq "x"')).toEqual(['ada', 'bob', 'carol']);
    expect(await people('userName eq "bob" or userName eq "ada"')).toEqual(['ada', 'bob']);
    expect(await people('externalId eq "x" and displayName eq "x" and userName pr')).toEqual([
      'ada',
      'bob',
      'carol',
    ]);
  });

  test('a circle of groups ends', async () => {
    const members = [{ value: groups['outer'] }, { value: users['ada'] }];
    await ask(mock, 'PUT', `/Groups/${groups['inner']}`, { displayName: 'inner', members });
    expect(await people(`groups.value eq "${groups['inner']}"`)).toEqual(['ada', 'bob']);
    expect(await people(`groups.value eq "${groups['outer']}"`)).toEqual(['ada', 'bob']);
  });
});

describe('what an index finds is what a look at everybody finds', () => {
  test('for any filter of terms that have one, and of some that have none', async () => {
    const mock = await mockOf('rfc');
    const ids: string[] = [];
    for (const [at, name] of ['a', 'B', 'c', 'd'].entries())
      ids.push(
        await created(
          mock,
          person(name, {
            externalId: at % 2 === 0 ? 'x' : 'X',
            emails: [
              { value: `${name}@x`, type: 'work' },
              ...(at > 1 ? [{ value: 'a@x', type: 'home' }] : []),
            ],
          }),
        ),
      );
    const body = { displayName: 'g', members: ids.slice(1, 3).map((value) => ({ value })) };
    const group = wordOf((await ask(mock, 'POST', '/Groups', body)).body['id']);
    const term = fc.constantFrom(
      'userName eq "A"',
      'userName eq "b"',
      'externalId eq "x"',
      'externalId eq "none"',
      `id eq "${ids[3]}"`,
      'emails.value eq "A@X"',
      'emails[type eq "home" and value eq "a@x"]',
      'emails[value eq "a@x" or value eq "B@x"]',
      'emails[not (value eq "a@x")]',
      `groups.value eq "${group}"`,
      `groups[value eq "${group}" or type eq "indirect"]`,
      'userName gt "b"',
      'active eq true',
      'title pr',
    );
    const { filter } = fc.letrec<{ filter: string; joined: string }>((tie) => ({
      filter: fc.oneof({ maxDepth: 3 }, term, tie('joined')),
      joined: fc
        .tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter'), fc.boolean())
        .map(([one, word, other, turned]) => `${turned ? 'not ' : ''}(${one} ${word} ${other})`),
    }));
    const property = fc.asyncProperty(filter, async (text) => {
      expect(await found(mock, text)).toEqual(await found(mock, `not (not (${text}))`));
    });
    await fc.assert(property, { seed: 7644, numRuns: 150 });
  });
});

describe('a filter cannot hold up the mock', () => {
  const nested = (times: number) => `${'('.repeat(times)}userName pr${')'.repeat(times)}`;
  const long = 100_000;

  test.each<[string, string]>([
    ['10,000 terms', Array.from({ length: 10_000 }, (_, at) => `userName eq "${at}"`).join(' or ')],
    ['10,000 times not', `${'not ('.repeat(10_000)}userName pr${')'.repeat(10_000)}`],
    ['deep groups', nested(50_000)],
    ['open groups', '('.repeat(long)],
    ['open quotes', '"'.repeat(long + 1)],
    ['backslashes', `userName eq "${'\\'.repeat(long + 1)}`],
    ['open brackets', 'emails['.repeat(10_000)],
    ['dots', `userName${'.a'.repeat(long)} pr`],
    ['a long name', `${'a'.repeat(long)} eq "x"`],
    ['a long URN', `${'urn:a'.repeat(long)}:x eq "x"`],
    ['a long number', `userName eq ${'1'.repeat(long)}`],
    ['a long exponent', 'userName eq 1e999999999'],
    ['a broken number', `userName eq ${'1'.repeat(long)}x`],
    ['a long date', `meta.created gt "${'2026-01-01T'.repeat(10_000)}"`],
    ['control characters', `userName eq "${'\u0000'.repeat(100)}"`],
    ['only spaces', ' '.repeat(long)],
  ])('%s: 400 invalidFilter, long before this test is given up', async (_what, filter) => {
    const mock = await mockOf('rfc', { people: directory });
    for (const path of ['/.search', '/Users/.search']) {
      const { status, body } = await ask(mock, 'POST', path, { schemas: [SEARCH], filter });
      expect([status, body['scimType']]).toEqual([400, 'invalidFilter']);
      expect(wordOf(body['detail']).length).toBeLessThan(300);
    }
  });

  test.each<[string, string, number]>([
    ['the most terms', Array.from({ length: 200 }, (_, at) => `userName co "${at}"`).join(' or '), 0],
    ['a pattern that would catch fire', `userName co "${'a*'.repeat(10_000)}(a+)+$"`, 0],
    ['a long text', `userName ne "${'x'.repeat(long)}"`, 3],
    ['lone halves of characters', 'userName ne "\\ud800"', 3],
    ['words of objects', 'userName ne "__proto__"', 3],
  ])('%s: answered', async (_what, filter, total) => {
    const mock = await mockOf('rfc', { people: directory });
    const { status, body } = await ask(mock, 'POST', '/Users/.search', { schemas: [SEARCH], filter });
    expect([status, body['totalResults']]).toEqual([200, total]);
  });

  test.each([
    '__proto__ pr',
    'constructor eq "x"',
    'toString pr',
    'emails.constructor pr',
    'name[__proto__ pr]',
  ])('%s is no attribute', async (filter) => {
    const mock = await mockOf('rfc', { people: directory });
    expect((await ask(mock, 'GET', filtered(filter))).body['scimType']).toBe('invalidFilter');
  });

  test('broken escapes in an address are no filter', async () => {
    const mock = await mockOf('rfc', { people: directory });
    for (const filter of ['%', '%ff', '%zz%20pr', 'userName%20eq%20%22%ff%22%22'])
      expect((await ask(mock, 'GET', `/Users?filter=${filter}`)).status).toBe(400);
  });
});

async function found(mock: Mock, filter: string, path = filtered(filter)): Promise<string[]> {
  const { status, body, text } = await ask(mock, 'GET', path);
  expect(status, text).toBe(200);
  const resources = body['Resources'] as unknown as { id: string }[];
  expect(body['totalResults']).toBe(resources.length);
  return resources.map(({ id }) => id);
}

// Entra sends it: test/fixtures/entra/09-lookup-by-address.json.
test.each([
  ['rfc', 400],
  ['interop', 400],
  ['entra-lenient', 200],
])('RFC 7644 §3.4.2.2 has no part behind a filter: at %s it is %d', async (name, status) => {
  const mock = await mockOf(name, {
    people: [{ id: '1', userName: 'a', emails: [{ value: 'a@x', type: 'work' }] }],
  });
  const answer = await ask(mock, 'GET', filtered('emails[type eq "work"].value eq "a@x"'));
  expect([answer.status, answer.body['scimType'], answer.body['totalResults']]).toEqual(
    status === 200 ? [200, undefined, 1] : [400, 'invalidFilter', undefined],
  );
});
