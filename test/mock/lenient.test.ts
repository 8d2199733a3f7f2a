import { describe, expect, test } from 'vitest';
import type { Mock } from '../../src/mock/index.ts';
import {
  ENTERPRISE,
  PATCH_OP,
  USER,
  ask,
  created,
  filtered,
  mockOf,
  patchOf,
  person,
  wordOf,
} from './calling.ts';

const ADSCIM = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

const start = {
  title: 'Countess',
  emails: [{ value: 'home@example.com', type: 'home' }],
  [ENTERPRISE]: { department: 'R&D', manager: { value: 'm1', $ref: 'https://example.com/m1' } },
};

/** What a PATCH does to somebody, or the refusal. */
async function after(service: string, ...operations: readonly object[]) {
  const mock = await mockOf(service);
  const id = await created(mock, person('ada', start));
  const { status, body } = await ask(mock, 'PATCH', `/Users/${id}`, patchOf(...operations));
  if (status >= 400) return [status, body['scimType']];
  const { id: _id, membership: _membership, ...rest } = mock.users()[0] ?? {};
  return rest;
}

describe('what entra-lenient takes, and rfc does not', () => {
  test.each<[string, object, object, readonly unknown[] | object]>([
    [
      'textBooleans: "False" for a boolean',
      { op: 'Replace', path: 'active', value: 'False' },
      { active: false },
      [400, 'invalidValue'],
    ],
    [
      'textBooleans: in a filter',
      { op: 'Add', path: 'roles[primary eq "True"].value', value: 'admin' },
      { roles: [{ primary: true, value: 'admin' }] },
      [400, expect.stringMatching(/^invalid(Filter|Value)$/)],
    ],
    [
      'bareExtensionNames: manager without its URN, arraysOfOne: as an array',
      { op: 'Add', path: 'manager', value: [{ value: 'm2' }] },
      { [ENTERPRISE]: { department: 'R&D', manager: { value: 'm2', $ref: 'https://example.com/m1' } } },
      [400, 'invalidPath'],
    ],
    [
      'bareValues: a manager as the bare id takes the place of the whole',
      { op: 'Add', path: `${ENTERPRISE}:manager`, value: 'm2' },
      { [ENTERPRISE]: { department: 'R&D', manager: { value: 'm2' } } },
      [400, 'invalidValue'],
    ],
    [
      'pathKeys: keys that are paths',
      { op: 'replace', value: { 'name.givenName': 'Ada', [`${ENTERPRISE}:division`]: 'North' } },
      { name: { givenName: 'Ada' }, [ENTERPRISE]: { ...start[ENTERPRISE], division: 'North' } },
      start,
    ],
    [
      'replaceMakes: an address of a type that nobody has',
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'work@example.com' },
      { emails: [start.emails[0], { type: 'work', value: 'work@example.com' }] },
      [400, 'noTarget'],
    ],
  ])('%s', async (_what, operation, lenient, strict) => {
    expect(await after('entra-lenient', operation)).toMatchObject(lenient);
    const plain = await after('rfc', operation);
    if (Array.isArray(strict)) expect(plain).toEqual(strict);
    else expect(plain).toMatchObject(strict);
  });

  test('bareValues: nothing of the manager before is left, not even the URI', async () => {
    const change = { op: 'Add', path: `${ENTERPRISE}:manager`, value: 'm2' };
    expect(await after('entra-lenient', change)).not.toHaveProperty([ENTERPRISE, 'manager', '$ref']);
  });

  test('emptyClears: an empty text takes an attribute away; at rfc it is a text', async () => {
    const empty = { op: 'Replace', path: 'title', value: '' };
    expect(await after('entra-lenient', empty)).not.toHaveProperty('title');
    expect(await after('rfc', empty)).toMatchObject({ title: '' });
    const boss = { op: 'Replace', path: `${ENTERPRISE}:manager`, value: '' };
    expect(await after('entra-lenient', boss)).toMatchObject({
      [ENTERPRISE]: { department: 'R&D' },
    });
    expect(await after('entra-lenient', boss)).not.toHaveProperty([ENTERPRISE, 'manager']);
    expect(await after('rfc', boss)).toEqual([400, 'invalidValue']);
  });

  test('clearing an address that is not there changes nothing', async () => {
    for (const value of ['', null]) {
      const change = { op: 'replace', path: 'emails[type eq "work"].value', value };
      expect(await after('entra-lenient', change)).toMatchObject({ emails: start.emails });
    }
  });

  test('a text that is no boolean is still refused', async () => {
    const change = { op: 'Replace', path: 'active', value: 'nein' };
    expect(await after('entra-lenient', change)).toEqual([400, 'invalidValue']);
  });

  test('an array of two is still no value for an attribute that has one', async () => {
    const change = { op: 'Replace', path: 'manager', value: [{ value: 'a' }, { value: 'b' }] };
    expect(await after('entra-lenient', change)).toEqual([400, 'invalidValue']);
  });

  test('a key that is a URN of nobody is passed over, and one that is a broken path is refused', async () => {
    const mine = { op: 'replace', value: { 'urn:example:x': 1, nickName: 'Al' } };
    expect(await after('entra-lenient', mine)).toMatchObject({ nickName: 'Al' });
    const broken = { op: 'replace', value: { 'emails[type eq': 'x' } };
    expect(await after('entra-lenient', broken)).toEqual([400, 'invalidPath']);
  });

  test('a PATCH is answered with 204', async () => {
    const mock = await mockOf('entra-lenient');
    const id = await created(mock, person('ada'));
    const change = patchOf({ op: 'Add', path: 'nickName', value: 'Al' });
    const { status, text } = await ask(mock, 'PATCH', `/Users/${id}`, change);
    expect([status, text]).toEqual([204, '']);
  });

  test.each([
    ['externalId eq jyoung', 1],
    ['externalId eq nobody', 0],
    ['externalId eq 7f4bc1a3-285e-48ae-8202-5accb43efb0e', 1],
    ['externalId eq 42', 1],
    ['externalId eq true', 1],
    ['externalId eq "jyoung"', 1],
    ['userName eq JYOUNG@example.com and active eq True', 1],
    ['active eq "True"', 4],
    ['active eq "False"', 0],
    ['meta.created gt 2011-05-13T04:42:34Z', 4],
    ['nickName eq null', 4],
  ])('bareFilterValues: %s finds %i', async (filter, found) => {
    const mock = await mockOf('entra-lenient');
    await created(mock, person('jyoung@example.com', { externalId: 'jyoung' }));
    await created(mock, person('b', { externalId: '7f4bc1a3-285e-48ae-8202-5accb43efb0e' }));
    await created(mock, person('c', { externalId: '42' }));
    await created(mock, person('d', { externalId: 'true' }));
    const { status, body, text } = await ask(mock, 'GET', filtered(filter));
    expect([status, body['totalResults']], text).toEqual([200, found]);
  });

  test.each(['externalId eq jyoung', 'externalId eq 7f4bc1a3-285e', 'manager eq "m1"'])(
    'at rfc, %s is invalidFilter',
    async (filter) => {
      const { status, body } = await ask(await mockOf('rfc'), 'GET', filtered(filter));
      expect([status, body['scimType']]).toEqual([400, 'invalidFilter']);
    },
  );

  test('a filter that is broken is refused here, too', async () => {
    for (const filter of [
      'externalId eq',
      'externalId eq )',
      'shoeSize eq 4',
      'externalId jyoung',
      'a b c',
    ]) {
      const { status, body } = await ask(await mockOf('entra-lenient'), 'GET', filtered(filter));
      expect([status, body['scimType']], filter).toEqual([400, 'invalidFilter']);
    }
  });
});

describe('groups', () => {
  async function three(mock: Mock) {
    const ids = [
      await created(mock, person('a')),
      await created(mock, person('b')),
      await created(mock, person('c')),
    ];
    const members = ids.map((value) => ({ value }));
    const group = { schemas: [GROUP, ADSCIM], displayName: 'Readers', members };
    const answer = await ask(mock, 'POST', '/Groups', group);
    expect(answer.status, answer.text).toBe(201);
    return { ids, path: `/Groups/${wordOf(answer.body['id'])}` };
  }

  test('the ADSCIM schema URI is passed over, and does not come back', async () => {
    for (const service of ['rfc', 'entra-lenient']) {
      const mock = await mockOf(service);
      const { path } = await three(mock);
      expect((await ask(mock, 'GET', path)).body['schemas']).toEqual([GROUP]);
    }
  });

  test('removeByValue: those that are listed go, whether they are there or not', async () => {
    const mock = await mockOf('entra-lenient');
    const { ids, path } = await three(mock);
    const gone = [{ $ref: null, value: ids[0] }, { value: ids[2] }, { value: 'nobody' }];
    await ask(mock, 'PATCH', path, patchOf({ op: 'Remove', path: 'members', value: gone }));
    expect((await ask(mock, 'GET', path)).body['members']).toMatchObject([{ value: ids[1] }]);
    await ask(mock, 'PATCH', path, patchOf({ op: 'Remove', path: 'members', value: [] }));
    expect((await ask(mock, 'GET', path)).body['members']).toHaveLength(1);
    await ask(mock, 'PATCH', path, patchOf({ op: 'Remove', path: 'members' }));
    expect((await ask(mock, 'GET', path)).body).not.toHaveProperty('members');
  });

  test('removeByValue: a list that holds no members is refused, however deep it is', async () => {
    const mock = await mockOf('entra-lenient');
    const { path } = await three(mock);
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    for (const value of ['"x"', '[7]', '{"value":7}', deep, `[{"value":${deep}}]`]) {
      const body = `{"schemas":["${PATCH_OP}"],"Operations":[{"op":"Remove","path":"members","value":${value}}]}`;
      const answer = await ask(mock, 'PATCH', path, body);
      expect([answer.status, answer.body['scimType']], value.slice(0, 20)).toEqual([400, 'invalidValue']);
    }
    expect((await ask(mock, 'GET', path)).body['members']).toHaveLength(3);
  });

  test('RFC 7644 §3.5.2.2: at rfc a remove without a filter takes all members, whatever its value says', async () => {
    const mock = await mockOf('rfc');
    const { ids, path } = await three(mock);
    await ask(mock, 'PATCH', path, patchOf({ op: 'Remove', path: 'members', value: [{ value: ids[0] }] }));
    expect((await ask(mock, 'GET', path)).body).not.toHaveProperty('members');
  });

  test('two groups of one name are 409, by POST and by PATCH', async () => {
    const mock = await mockOf('entra-lenient');
    const { path } = await three(mock);
    const again = await ask(mock, 'POST', '/Groups', { schemas: [GROUP], displayName: 'READERS' });
    expect([again.status, again.body['scimType']]).toEqual([409, 'uniqueness']);
    await ask(mock, 'POST', '/Groups', { schemas: [GROUP], displayName: 'Writers' });
    const change = patchOf({ op: 'Replace', path: 'displayName', value: 'Writers' });
    expect((await ask(mock, 'PATCH', path, change)).status).toBe(409);
  });
});

describe('what rfc takes of Okta', () => {
  test('a password, an empty list of groups, and a PATCH without a path that has the id in it', async () => {
    const mock = await mockOf('rfc');
    const made = await ask(
      mock,
      'POST',
      '/Users',
      person('ada', { password: 'x', groups: [], active: true }),
    );
    expect(made.status).toBe(201);
    expect(made.body).not.toHaveProperty('password');
    const id = wordOf(made.body['id']);
    const change = patchOf({ op: 'replace', value: { id, active: false } });
    expect((await ask(mock, 'PATCH', `/Users/${id}`, change)).body).toMatchObject({ id, active: false });
  });

  test('a PUT that echoes id, groups and meta, also those of somebody else, changes none of them', async () => {
    const mock = await mockOf('rfc');
    const made = await ask(mock, 'POST', '/Users', person('ada'));
    const id = wordOf(made.body['id']);
    const echo = { ...made.body, id: 'other', groups: [{ value: 'g' }], meta: { resourceType: 'Group' } };
    const { status, body } = await ask(mock, 'PUT', `/Users/${id}`, { ...echo, schemas: [USER] });
    expect(status).toBe(200);
    expect(body).toEqual(made.body);
  });
});
