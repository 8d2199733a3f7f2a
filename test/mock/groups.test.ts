import { describe, expect, test } from 'vitest';
import type { Mock } from '../../src/mock/index.ts';
import { ask, created, mockOf, patchOf, person, wordOf } from './calling.ts';
import type { Body, Reply } from './calling.ts';

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

interface Member {
  readonly value: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly display?: string;
}

const valued = (ids: readonly string[]) => ids.map((value) => ({ value }));
const values = (members: unknown) => ((members ?? []) as readonly Member[]).map(({ value }) => value);

async function grouped(mock: Mock, displayName: string, members: readonly string[] = []): Promise<string> {
  const body = { schemas: [GROUP], displayName, members: valued(members) };
  const { status, text, body: made } = await ask(mock, 'POST', '/Groups', body);
  if (status !== 201) throw new Error(`not created: ${status} ${text}`);
  return wordOf(made['id']);
}

const group = async (mock: Mock, id: string): Promise<Body> => (await ask(mock, 'GET', `/Groups/${id}`)).body;
const groupsOf = async (mock: Mock, id: string): Promise<readonly Member[]> =>
  ((await ask(mock, 'GET', `/Users/${id}`)).body['groups'] ?? []) as unknown as Member[];

function changed(mock: Mock, id: string, ...operations: object[]): Promise<Reply> {
  return ask(mock, 'PATCH', `/Groups/${id}`, patchOf(...operations));
}

/** Three people, and a group of the first two. */
async function team() {
  let now = 1_000_000;
  const mock = await mockOf('rfc', { clock: () => (now += 1000) });
  const a = await created(mock, person('ada', { displayName: 'Ada' }));
  const b = await created(mock, person('bob'));
  const c = await created(mock, person('cyd'));
  return { mock, a, b, c, g: await grouped(mock, 'Team', [a, b]) };
}

describe('RFC 7643 §4.2, groups', () => {
  test('a group is made with its members; $ref, type and display are the service’s', async () => {
    const mock = await mockOf('rfc');
    const ada = await created(mock, person('ada', { displayName: 'Ada' }));
    const inner = await grouped(mock, 'Inner');
    const { status, headers, body } = await ask(mock, 'POST', '/Groups', {
      schemas: [GROUP],
      externalId: 'x',
      displayName: 'Team',
      members: [
        { value: ada, display: 'somebody else', $ref: 'https://elsewhere/x' },
        { value: inner, type: 'Group' },
      ],
    });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${mock.url}/Groups/${wordOf(body['id'])}`);
    expect(body).toMatchObject({ schemas: [GROUP], externalId: 'x', displayName: 'Team' });
    expect(body['meta']).toMatchObject({ resourceType: 'Group', location: headers.get('location') });
    expect(body['members']).toEqual([
      { value: ada, type: 'User', $ref: `${mock.url}/Users/${ada}`, display: 'Ada' },
      { value: inner, type: 'Group', $ref: `${mock.url}/Groups/${inner}`, display: 'Inner' },
    ]);
    expect(await group(mock, wordOf(body['id']))).toEqual(body);
  });

  test('a group may be empty, and two may have one name', async () => {
    const mock = await mockOf('rfc');
    for (const body of [{ displayName: 'Same', members: [] }, { displayName: 'Same' }]) {
      const answer = await ask(mock, 'POST', '/Groups', body);
      expect([answer.status, answer.body['members']]).toEqual([201, undefined]);
    }
  });

  test('the name of a member is the one that it has now', async () => {
    const { mock, a, g } = await team();
    await ask(
      mock,
      'PATCH',
      `/Users/${a}`,
      patchOf({ op: 'replace', path: 'displayName', value: 'Lovelace' }),
    );
    expect((await group(mock, g))['members']).toMatchObject([{ display: 'Lovelace' }, { display: 'bob' }]);
  });

  test('one member is there once, however often it is given', async () => {
    const { mock, a } = await team();
    expect(values((await group(mock, await grouped(mock, 'Twice', [a, a])))['members'])).toEqual([a]);
  });

  test.each<[string, object]>([
    ['a member who is nobody', { displayName: 'A', members: [{}] }],
    ['a member with a name alone, which is read-only', { displayName: 'A', members: [{ display: 'x' }] }],
    ['no displayName', { members: [] }],
    ['an empty displayName', { displayName: '' }],
    ['an unknown member', { displayName: 'x', members: [{ value: 'nobody' }] }],
    ['a member without a value', { displayName: 'x', members: [{ type: 'User' }] }],
    ['a member that is a text', { displayName: 'x', members: ['nobody'] }],
    ['members that are an object', { displayName: 'x', members: { value: 'nobody' } }],
  ])('%s is refused with 400 invalidValue, and nothing is made', async (_what, body) => {
    const mock = await mockOf('rfc');
    const answer = await ask(mock, 'POST', '/Groups', body);
    expect([answer.status, answer.body['scimType']]).toEqual([400, 'invalidValue']);
    expect((await ask(mock, 'GET', '/Groups')).body['totalResults']).toBe(0);
  });

  test('a member of another type than is said is refused; the type is read in any case', async () => {
    const { mock, a } = await team();
    const typed = (type: string) =>
      ask(mock, 'POST', '/Groups', { displayName: 'x', members: [{ value: a, type }] });
    expect((await typed('Group')).status).toBe(400);
    expect((await typed('user')).body['members']).toMatchObject([{ value: a, type: 'User' }]);
  });

  test('people of another organisation are no members', async () => {
    const mock = await mockOf('rfc', {
      organisations: [{ name: 'one' }, { name: 'two' }],
      keys: [{ token: 'two', permissions: ['scim'], organisation: 'two' }],
    });
    const a = await created(mock, person('a'));
    const answer = await ask(
      mock,
      'POST',
      '/Groups',
      { displayName: 'x', members: valued([a]) },
      { token: 'two' },
    );
    expect(answer.status).toBe(400);
  });
});

describe('RFC 7643 §4.2 and §2.3.7, members by $ref alone', () => {
  test.each<[string, (base: string, id: string) => string]>([
    ['an absolute URI', (base, id) => `${base}/Users/${id}`],
    [
      'an absolute URI that is written in another way',
      (base, id) => `${base.toUpperCase().replace('/SCIM/V2', '/scim/v2')}/x/../Users/${id}`,
    ],
    ['a URI relative to the base URL', (_base, id) => `Users/${id}`],
    ['a path from the root of the host', (_base, id) => `/scim/v2/Users/${id}`],
    ['a URI relative to the group, as in §8.3', (_base, id) => `../Users/${id}`],
  ])('%s gives value and type', async (_what, refOf) => {
    const { mock, a, g } = await team();
    const made = await ask(mock, 'POST', '/Groups', {
      displayName: 'New',
      members: [{ $ref: refOf(mock.url, a) }, { $ref: refOf(mock.url, g).replace('Users', 'Groups') }],
    });
    expect([made.status, made.body['members']]).toEqual([
      201,
      [
        { value: a, type: 'User', $ref: `${mock.url}/Users/${a}`, display: 'Ada' },
        { value: g, type: 'Group', $ref: `${mock.url}/Groups/${g}`, display: 'Team' },
      ],
    ]);
  });

  test('also in PATCH and PUT, and once where it is a member already', async () => {
    const { mock, a, b, c, g } = await team();
    const refs = (...ids: string[]) => ids.map((id) => ({ $ref: `Users/${id}` }));
    await changed(mock, g, { op: 'add', path: 'members', value: refs(a, c) });
    expect(values((await group(mock, g))['members'])).toEqual([a, b, c]);
    const put = await ask(mock, 'PUT', `/Groups/${g}`, { displayName: 'Team', members: refs(c, a) });
    expect(values(put.body['members'])).toEqual([c, a]);
  });

  test('an id that has to be encoded in a URI', async () => {
    const mock = await mockOf('rfc', { people: [{ id: 'a b/ü', userName: 'ada' }] });
    const ref = `Users/${encodeURIComponent('a b/ü')}`;
    const { body } = await ask(mock, 'POST', '/Groups', { displayName: 'G', members: [{ $ref: ref }] });
    expect(values(body['members'])).toEqual(['a b/ü']);
  });

  test('where there is a value, that is what counts', async () => {
    const { mock, a, b } = await team();
    const members = [{ value: a, $ref: `Users/${b}` }];
    const { body } = await ask(mock, 'POST', '/Groups', { displayName: 'G', members });
    expect(values(body['members'])).toEqual([a]);
  });

  test.each<[string, (base: string, id: string) => object]>([
    ['to another service', (_base, id) => ({ $ref: `https://example.com/scim/v2/Users/${id}` })],
    ['to somebody who is not there', (base) => ({ $ref: `${base}/Users/nobody` })],
    ['to a person as a group', (base, id) => ({ $ref: `${base}/Groups/${id}` })],
    ['to a person who is said to be a group', (base, id) => ({ $ref: `${base}/Users/${id}`, type: 'Group' })],
    ['to more than a resource', (base, id) => ({ $ref: `${base}/Users/${id}/emails` })],
    ['to a part of a resource', (base, id) => ({ $ref: `${base}/Users/${id}?attributes=id` })],
    ['to all people', (base) => ({ $ref: `${base}/Users/` })],
    ['that is the id alone', (_base, id) => ({ $ref: id })],
    ['that is no URI', () => ({ $ref: 'http://[' })],
    ['that is not encoded well', (base) => ({ $ref: `${base}/Users/%E0%A4%A` })],
    ['that is empty', () => ({ $ref: '' })],
  ])('a $ref %s is 400 invalidValue', async (_what, memberOf) => {
    const { mock, a } = await team();
    const body = { displayName: 'x', members: [memberOf(mock.url, a)] };
    const answer = await ask(mock, 'POST', '/Groups', body);
    expect([answer.status, answer.body['scimType']]).toEqual([400, 'invalidValue']);
    expect(answer.body['detail']).not.toMatch(/mock failed/);
  });

  test('a group refers to itself by no $ref either', async () => {
    const { mock, g } = await team();
    const answer = await changed(mock, g, { op: 'add', path: 'members', value: [{ $ref: `Groups/${g}` }] });
    expect([answer.status, answer.body['scimType']]).toEqual([400, 'invalidValue']);
  });
});

describe('RFC 7643 §4.1.2, groups of a person', () => {
  test('are derived: direct, and indirect by a group in a group', async () => {
    const { mock, a, b, c, g } = await team();
    const outer = await grouped(mock, 'Outer', [g, b]);
    const whole = await grouped(mock, 'Whole', [outer]);
    expect(await groupsOf(mock, c)).toEqual([]);
    expect(await groupsOf(mock, a)).toEqual([
      { value: g, $ref: `${mock.url}/Groups/${g}`, display: 'Team', type: 'direct' },
      { value: outer, $ref: `${mock.url}/Groups/${outer}`, display: 'Outer', type: 'indirect' },
      { value: whole, $ref: `${mock.url}/Groups/${whole}`, display: 'Whole', type: 'indirect' },
    ]);
    expect((await groupsOf(mock, b)).map(({ display, type }) => [display, type])).toEqual([
      ['Team', 'direct'],
      ['Outer', 'direct'],
      ['Whole', 'indirect'],
    ]);
  });

  test('groups in a circle are gone round once', async () => {
    const { mock, a, g } = await team();
    const outer = await grouped(mock, 'Outer', [g]);
    expect((await changed(mock, g, { op: 'add', path: 'members', value: valued([outer]) })).status).toBe(200);
    expect((await groupsOf(mock, a)).map(({ value, type }) => [value, type])).toEqual([
      [g, 'direct'],
      [outer, 'indirect'],
    ]);
    expect(values((await group(mock, outer))['members'])).toEqual([g]);
  });

  test('a group is no member of itself', async () => {
    const { mock, g } = await team();
    const answer = await changed(mock, g, { op: 'add', path: 'members', value: valued([g]) });
    expect([answer.status, answer.body['scimType']]).toEqual([400, 'invalidValue']);
  });

  test('are read-only: passed over in POST and PUT, and mutability in PATCH', async () => {
    const { mock, a, c, g } = await team();
    const made = await ask(mock, 'POST', '/Users', person('dan', { groups: valued([g]) }));
    expect([made.status, made.body['groups']]).toEqual([201, undefined]);
    const put = await ask(mock, 'PUT', `/Users/${a}`, person('ada', { groups: [] }));
    expect(values(put.body['groups'])).toEqual([g]);
    for (const operation of [
      { op: 'add', path: 'groups', value: valued([g]) },
      { op: 'remove', path: 'groups' },
      { op: 'remove', path: `groups[value eq "${g}"]` },
    ]) {
      const answer = await ask(mock, 'PATCH', `/Users/${c}`, patchOf(operation));
      expect([answer.status, answer.body['scimType']]).toEqual([400, 'mutability']);
    }
    expect(values((await group(mock, g))['members'])).not.toContain(c);
  });
});

describe('RFC 7644 §3.5.2, members by PATCH', () => {
  type People = { readonly a: string; readonly b: string; readonly c: string };
  test.each<[string, (people: People) => readonly object[], (people: People) => readonly string[]]>([
    [
      'add an array',
      ({ c }) => [{ op: 'add', path: 'members', value: valued([c]) }],
      ({ a, b, c }) => [a, b, c],
    ],
    [
      'add one value',
      ({ c }) => [{ op: 'add', path: 'members', value: { value: c } }],
      ({ a, b, c }) => [a, b, c],
    ],
    [
      'Add without a path',
      ({ c }) => [{ op: 'Add', value: { members: valued([c]) } }],
      ({ a, b, c }) => [a, b, c],
    ],
    [
      'add with the URN in the path',
      ({ c }) => [{ op: 'add', path: `${GROUP}:members`, value: valued([c]) }],
      ({ a, b, c }) => [a, b, c],
    ],
    [
      'add who is there',
      ({ b, c }) => [{ op: 'add', path: 'members', value: valued([b, c]) }],
      ({ a, b, c }) => [a, b, c],
    ],
    ['remove one', ({ a }) => [{ op: 'remove', path: `members[value eq "${a}"]` }], ({ b }) => [b]],
    [
      'remove one by the URN',
      ({ a }) => [{ op: 'remove', path: `${GROUP}:members[value eq "${a}"]` }],
      ({ b }) => [b],
    ],
    [
      'remove several',
      ({ a, b }) => [{ op: 'remove', path: `members[value eq "${a}" or value eq "${b}"]` }],
      () => [],
    ],
    ['remove by type', () => [{ op: 'remove', path: 'members[type eq "User"]' }], () => []],
    ['remove all', () => [{ op: 'Remove', path: 'members' }], () => []],
    ['replace all', ({ c }) => [{ op: 'replace', path: 'members', value: valued([c]) }], ({ c }) => [c]],
    [
      'Replace without a path',
      ({ c }) => [{ op: 'Replace', value: { members: valued([c]) } }],
      ({ c }) => [c],
    ],
    ['replace by nothing', () => [{ op: 'replace', path: 'members', value: [] }], () => []],
    [
      'replace one by another',
      ({ a, c }) => [{ op: 'replace', path: `members[value eq "${a}"]`, value: { value: c } }],
      ({ b, c }) => [c, b],
    ],
    [
      'remove and add in one go',
      ({ a, c }) => [
        { op: 'remove', path: `members[value eq "${a}"]` },
        { op: 'add', path: 'members', value: valued([c]) },
      ],
      ({ b, c }) => [b, c],
    ],
  ])('%s', async (_what, operations, wanted) => {
    const { mock, g, ...people } = await team();
    const answer = await changed(mock, g, ...operations(people));
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('"Team"')]);
    expect(values(answer.body['members'])).toEqual(wanted(people));
    expect((await group(mock, g))['members']).toEqual(answer.body['members']);
    for (const id of Object.values(people))
      expect(values(await groupsOf(mock, id))).toEqual(wanted(people).includes(id) ? [g] : []);
  });

  test.each<[string, (people: People) => readonly object[], string]>([
    ['an unknown member', () => [{ op: 'add', path: 'members', value: valued(['nobody']) }], 'invalidValue'],
    [
      'a member without a value',
      () => [{ op: 'add', path: 'members', value: [{}, { type: 'User' }] }],
      'invalidValue',
    ],
    ['who is not there', ({ c }) => [{ op: 'remove', path: `members[value eq "${c}"]` }], 'noTarget'],
    [
      'the value of a member',
      ({ a, c }) => [{ op: 'replace', path: `members[value eq "${a}"].value`, value: c }],
      'mutability',
    ],
    [
      'the display of a member',
      ({ a }) => [{ op: 'replace', path: `members[value eq "${a}"].display`, value: 'x' }],
      'mutability',
    ],
    ['a filter that is none', () => [{ op: 'remove', path: 'members[value eq' }], 'invalidPath'],
    ['the name', () => [{ op: 'remove', path: 'displayName' }], 'mutability'],
    [
      'a bad one after a good one',
      ({ c }) => [
        { op: 'add', path: 'members', value: valued([c]) },
        { op: 'add', path: 'members', value: valued(['nobody']) },
      ],
      'invalidValue',
    ],
  ])('%s is refused, and the group stays as it was', async (_what, operations, scimType) => {
    const { mock, g, ...people } = await team();
    const before = await group(mock, g);
    const answer = await changed(mock, g, ...operations(people));
    expect([answer.status, answer.body['scimType']]).toEqual([400, scimType]);
    expect(await group(mock, g)).toEqual(before);
  });

  test('what changes nothing leaves version and lastModified alone; the order of members is nothing', async () => {
    const { mock, a, b, g } = await team();
    const before = await group(mock, g);
    await changed(mock, g, { op: 'add', path: 'members', value: valued([a]) });
    await changed(mock, g, { op: 'replace', path: 'members', value: valued([b, a]) });
    await ask(mock, 'PUT', `/Groups/${g}`, { displayName: 'Team', members: valued([b, a]) });
    await ask(mock, 'PUT', `/Groups/${g}`, before);
    expect(await group(mock, g)).toEqual(before);
  });

  test('PUT gives the whole list, and without one clears it (§3.5.1)', async () => {
    const { mock, a, c, g } = await team();
    const put = (body: object) => ask(mock, 'PUT', `/Groups/${g}`, body);
    expect(values((await put({ displayName: 'Team', members: valued([c]) })).body['members'])).toEqual([c]);
    expect(await groupsOf(mock, a)).toEqual([]);
    expect((await put({ displayName: 'Team' })).body).not.toHaveProperty('members');
    expect(await groupsOf(mock, c)).toEqual([]);
    expect((await put({ displayName: 'Team', members: valued(['nobody']) })).status).toBe(400);
  });
});

describe('RFC 7644 §3.6, who is deleted leaves', () => {
  test('a person leaves all groups, whose version and lastModified change', async () => {
    const { mock, a, b, g } = await team();
    const only = await grouped(mock, 'Only', [a]);
    const without = await grouped(mock, 'Without', [b]);
    const ids = [g, only, without];
    const before = await Promise.all(ids.map((id) => group(mock, id)));
    await ask(mock, 'DELETE', `/Users/${a}`);
    const after = await Promise.all(ids.map((id) => group(mock, id)));
    expect(after.map(({ members }) => values(members))).toEqual([[b], [], [b]]);
    for (const name of ['version', 'lastModified'])
      expect(after.map(({ meta }, at) => meta?.[name] === before[at]?.['meta']?.[name])).toEqual([
        false,
        false,
        true,
      ]);
  });

  test('a group leaves the groups that it is in, and its members lose what came by it', async () => {
    const { mock, a, g } = await team();
    const outer = await grouped(mock, 'Outer', [g]);
    const before = await group(mock, outer);
    expect(await groupsOf(mock, a)).toHaveLength(2);
    expect((await ask(mock, 'DELETE', `/Groups/${g}`)).status).toBe(204);
    expect(await groupsOf(mock, a)).toEqual([]);
    const after = await group(mock, outer);
    expect(after).not.toHaveProperty('members');
    expect(after['meta']?.['version']).not.toBe(before['meta']?.['version']);
    expect((await ask(mock, 'GET', `/Users/${a}`)).status).toBe(200);
  });
});

test('a member who is not seen for a while stands in nobody’s way: others leave and come', async () => {
  const { mock, a, b, c, g } = await team();
  mock.addFault('hidden=ada');
  expect((await ask(mock, 'DELETE', `/Users/${b}`)).status).toBe(204);
  const added = await changed(mock, g, { op: 'add', path: 'members', value: valued([c]) });
  expect(added.status).toBe(200);
  // Also where they go and come in one message.
  const again = await changed(
    mock,
    g,
    { op: 'remove', path: `members[value eq "${a}"]` },
    { op: 'add', path: 'members', value: valued([a]) },
  );
  expect(again.status).toBe(200);
  mock.clearFaults();
  expect(values((await group(mock, g))['members'])).toEqual([a, c]);
});

describe('RFC 7644 §3.4.2, finding groups', () => {
  test.each<[string, (id: string) => string]>([
    ['members.value', (id) => `members.value eq "${id}"`],
    ['members[value]', (id) => `members[value eq "${id}"]`],
    ['members', (id) => `members eq "${id}"`],
    ['the name, in any case', () => 'displayName eq "TEAM"'],
    ['the externalId', () => 'externalId eq "E"'],
    ['members of a type', () => 'members[type eq "Group"]'],
    ['the name of a member', () => 'members.display eq "bob"'],
  ])('by %s', async (_what, filter) => {
    const mock = await mockOf('rfc');
    const bob = await created(mock, person('bob'));
    const inner = await grouped(mock, 'Inner');
    const body = { displayName: 'Team', externalId: 'E', members: valued([bob, inner]) };
    const made = await ask(mock, 'POST', '/Groups', body);
    const { body: list } = await ask(mock, 'GET', `/Groups?filter=${encodeURIComponent(filter(bob))}`);
    expect((list['Resources'] as unknown as Body[]).map(({ id }) => id)).toEqual([made.body['id']]);
  });

  test('people by the group that they are in', async () => {
    const { mock, a, b, g } = await team();
    const filter = encodeURIComponent(`groups.value eq "${g}"`);
    const { body } = await ask(mock, 'GET', `/Users?filter=${filter}`);
    expect((body['Resources'] as unknown as Body[]).map(({ id }) => id)).toEqual([a, b]);
  });

  test('excludedAttributes=members leaves the members out (§3.9)', async () => {
    const { mock, g } = await team();
    for (const path of [`/Groups/${g}`, '/Groups'])
      expect((await ask(mock, 'GET', `${path}?excludedAttributes=members`)).text).not.toContain('members');
  });
});

test('ten thousand members in one group stay quick', { timeout: 60_000 }, async () => {
  const people = Array.from({ length: 10_001 }, (_, at) => ({ id: `p${at}`, userName: `person-${at}` }));
  const mock = await mockOf('rfc', { people });
  const before = process.cpuUsage();
  const g = await grouped(
    mock,
    'All',
    people.slice(1).map(({ id }) => id),
  );
  await changed(mock, g, { op: 'add', path: 'members', value: valued(['p0']) });
  await changed(mock, g, { op: 'remove', path: 'members[value eq "p5000"]' });
  await ask(mock, 'DELETE', '/Users/p6000');
  expect(values((await group(mock, g))['members'])).toHaveLength(9_999);
  // Each of these people shows the group.
  const list = await ask(mock, 'GET', '/Users?count=1000');
  expect(list.text.split('"display":"All"')).toHaveLength(1001);
  const { user, system } = process.cpuUsage(before);
  // In microseconds, of the processor: what others do on the machine is not counted. One second is usual.
  expect((user + system) / 1e6).toBeLessThan(4);
});

test('groups may be nested a hundred deep, and no deeper, from whichever end (the mock’s own limit)', async () => {
  const mock = await mockOf('rfc');
  const make = async (...members: string[]): Promise<{ status: number; id: string }> => {
    const body = { schemas: [GROUP], displayName: 'g', members: members.map((value) => ({ value })) };
    const answer = await ask(mock, 'POST', '/Groups', body);
    return { status: answer.status, id: wordOf(answer.body['id']) };
  };
  const nest = (outer: string, inner: string) =>
    ask(
      mock,
      'PATCH',
      `/Groups/${outer}`,
      patchOf({ op: 'add', path: 'members', value: [{ value: inner }] }),
    );
  const chain = [(await make()).id];
  while (chain.length < 100) chain.push((await make(chain.at(-1)!)).id);
  expect((await make(chain.at(-1)!)).status).toBe(400);
  const more = (await make()).id;
  const refused = await nest(chain[0]!, more);
  expect([refused.status, refused.body['scimType'], refused.body['detail']]).toEqual([
    400,
    'invalidValue',
    'Groups would be nested more than 100 deep.',
  ]);
  expect((await nest(chain[1]!, more)).status).toBe(200);
});
