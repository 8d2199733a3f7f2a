import { describe, expect, test } from 'vitest';
import { listServices } from '../../connectors/targets/services.ts';
import type { Attribute } from '../../src/mock/schema/types.ts';
import type { Mock } from '../../src/mock/index.ts';
import {
  ENTERPRISE,
  USER,
  ask,
  created,
  filtered,
  mockOf,
  patchOf,
  person,
  withMail,
  wordOf,
} from './calling.ts';
import type { Body, Reply } from './calling.ts';

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const start = {
  title: 'Countess',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [
    { value: 'work@example.com', type: 'work', primary: true },
    { value: 'home@example.com', type: 'home' },
  ],
};

/** A PATCH on somebody new: the answer, and what GET shows afterwards. */
async function change(...operations: readonly object[]): Promise<{ answer: Reply; shown: Body }> {
  const mock = await mockOf('interop');
  const id = await created(mock, person('ada', start));
  const answer = await ask(mock, 'PATCH', `/Users/${id}`, patchOf(...operations));
  return { answer, shown: (await ask(mock, 'GET', `/Users/${id}`)).body };
}

/** Refused in full: the error, and nothing changed. */
async function refused(scimType: string, ...operations: readonly object[]): Promise<void> {
  const { answer, shown } = await change({ op: 'replace', path: 'title', value: 'lost' }, ...operations);
  expect([answer.status, answer.body['scimType']], answer.text).toEqual([400, scimType]);
  expect(shown).toMatchObject(start);
}

async function documents(mock: Mock, path: string): Promise<readonly Body[]> {
  return (await ask(mock, 'GET', path)).body['Resources'] as unknown as readonly Body[];
}

// The rows are those of draft-zollner-scim-interop-profile-01 that bind a service, section by section.
describe('the SCIM 2.0 Interoperability Profile, --as interop', () => {
  test('S1 §4: ServiceProviderConfig says interopProfileConformant, and no other service does', async () => {
    const mock = await mockOf('interop');
    expect((await ask(mock, 'GET', '/ServiceProviderConfig')).body['interopProfileConformant']).toBe(true);
    const others = (await listServices()).filter(({ name, discovery }) => name !== 'interop' && discovery);
    expect(others.length).toBeGreaterThan(2);
    for (const { name } of others) {
      const { body } = await ask(await mockOf(name), 'GET', '/ServiceProviderConfig');
      expect(body, name).not.toHaveProperty('interopProfileConformant');
    }
  });

  test('S1 §4: its schema has interopProfileConformant, optional and read-only, and that of no other service', async () => {
    const attributesOf = async (name: string) => {
      const path = '/Schemas/urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
      return (await ask(await mockOf(name), 'GET', path)).body['attributes'] as unknown as Attribute[];
    };
    expect(
      (await attributesOf('interop')).find(({ name }) => name === 'interopProfileConformant'),
    ).toMatchObject({
      type: 'boolean',
      multiValued: false,
      required: false,
      mutability: 'readOnly',
      returned: 'default',
    });
    for (const name of ['rfc', 'entra-lenient'])
      expect(
        (await attributesOf(name)).map((one) => one.name),
        name,
      ).not.toContain('interopProfileConformant');
  });

  test('S2 §5.1: ServiceProviderConfig, Schemas and ResourceTypes are served', async () => {
    const mock = await mockOf('interop');
    for (const path of ['/ServiceProviderConfig', '/Schemas', '/ResourceTypes'])
      expect((await ask(mock, 'GET', path)).status, path).toBe(200);
  });

  test('S3 §5.1: every schema that a resource type names is in Schemas, and what is there can be written', async () => {
    const mock = await mockOf('interop');
    const schemas = await documents(mock, '/Schemas');
    const named = (await documents(mock, '/ResourceTypes')).flatMap((type) => [
      wordOf(type['schema']),
      ...(type['schemaExtensions'] as unknown as Body[]).map((one) => wordOf(one['schema'])),
    ]);
    // Those of the discovery documents may be there or not.
    const own = /:core:2\.0:(ServiceProviderConfig|ResourceType|Schema)$/;
    const listed = schemas.map(({ id }) => wordOf(id)).filter((id) => !own.test(id));
    expect(listed.sort()).toEqual([...new Set(named)].sort());
    const user = schemas.find(({ id }) => wordOf(id) === USER)?.['attributes'] as unknown as Attribute[];
    for (const attribute of user.filter(({ mutability }) => mutability !== 'readOnly')) {
      const value = filled(attribute);
      const body = { ...person('somebody'), [attribute.name]: value };
      const answer = await ask(mock, 'POST', '/Users', body);
      expect(answer.status, `${attribute.name}: ${answer.text}`).toBe(201);
      expect(answer.body, attribute.name).toMatchObject({ [attribute.name]: value });
      await ask(mock, 'DELETE', `/Users/${wordOf(answer.body['id'])}`);
    }
  });

  test('S4 §5.1: the id of a resource type is its name', async () => {
    const types = await documents(await mockOf('interop'), '/ResourceTypes');
    expect(types.map(({ id, name }) => [id, name])).toEqual([
      ['User', 'User'],
      ['Group', 'Group'],
    ]);
  });

  test('S5 §5.2: userName has no case, in filters and for uniqueness; id and externalId have', async () => {
    const mock = await mockOf('interop');
    const id = await created(mock, person('JSmith', { externalId: 'ABC-123' }));
    expect((await ask(mock, 'GET', filtered('userName eq "jsmith"'))).body['totalResults']).toBe(1);
    expect((await ask(mock, 'POST', '/Users', person('jsmith'))).status).toBe(409);
    expect((await ask(mock, 'GET', filtered('externalId eq "abc-123"'))).body['totalResults']).toBe(0);
    expect((await ask(mock, 'GET', filtered('externalId eq "ABC-123"'))).body['totalResults']).toBe(1);
    expect((await ask(mock, 'POST', '/Users', person('other', { externalId: 'abc-123' }))).status).toBe(201);
    const other = id.toUpperCase() === id ? id.toLowerCase() : id.toUpperCase();
    expect((await ask(mock, 'GET', filtered(`id eq "${other}"`))).body['totalResults']).toBe(0);
    expect((await ask(mock, 'GET', `/Users/${other}`)).status).toBe(404);
  });

  test.each<[string, object]>([
    ['an attribute', person('x', { shoeSize: 44 })],
    ['a sub-attribute', person('x', { name: { nobiliary: 'von' } })],
    ['a sub-attribute of one of several', person('x', { emails: [{ value: 'a@b', colour: 'red' }] })],
    ['an attribute of an extension', person('x', { [ENTERPRISE]: { floor: 3 } })],
    ['an extension', person('x', { 'urn:example:x': { y: 1 } })],
    ['a schema URI', { ...person('x'), schemas: [USER, 'urn:example:x'] }],
  ])(
    'S6 §5.3: a POST with %s that is not known is 400 invalidSyntax, and makes nobody',
    async (_what, body) => {
      const mock = await mockOf('interop');
      const { status, body: said } = await ask(mock, 'POST', '/Users', body);
      expect([status, said['scimType']]).toEqual([400, 'invalidSyntax']);
      expect(mock.users()).toEqual([]);
      const id = await created(mock, person('x'));
      const put = await ask(mock, 'PUT', `/Users/${id}`, body);
      expect([put.status, put.body['scimType']]).toEqual([400, 'invalidSyntax']);
    },
  );

  test.each([
    'shoeSize',
    'name.nobiliary',
    'emails[type eq "work"].colour',
    'urn:example:x:y',
    `${ENTERPRISE}:floor`,
  ])('S6 §5.3: a PATCH of %s is 400 invalidSyntax, and changes nothing', (path) =>
    refused('invalidSyntax', { op: 'add', path, value: 'x' }),
  );

  test('S6 §5.3: so is a PATCH whose value has an unknown sub-attribute, or whose message an unknown schema', async () => {
    await refused('invalidSyntax', { op: 'add', path: 'name', value: { nobiliary: 'von' } });
    await refused('invalidSyntax', { op: 'replace', path: 'name', value: { nobiliary: 'von' } });
    const mock = await mockOf('interop');
    const id = await created(mock, person('ada'));
    const body = patchOf({ op: 'add', path: 'title', value: 'x' }) as { schemas: string[] };
    const answer = await ask(mock, 'PATCH', `/Users/${id}`, {
      ...body,
      schemas: [...body.schemas, 'urn:example:x'],
    });
    expect([answer.status, answer.body['scimType']]).toEqual([400, 'invalidSyntax']);
  });

  test('S7 §5.4: whatever has a type publishes which types there are, and takes no other', async () => {
    const mock = await mockOf('interop');
    let typed = 0;
    for (const { attributes } of await documents(mock, '/Schemas'))
      for (const one of attributes as unknown as Attribute[]) {
        const type = one.multiValued && one.subAttributes?.find(({ name }) => name === 'type');
        if (!type) continue;
        typed++;
        expect(type.canonicalValues?.length, one.name).toBeGreaterThan(0);
      }
    expect(typed).toBeGreaterThan(4);
    const mails = (type: string) => person('x', { emails: [{ value: 'a@b', type }] });
    expect((await ask(mock, 'POST', '/Users', mails('castle'))).body['scimType']).toBe('invalidValue');
    expect((await ask(mock, 'POST', '/Users', mails('home'))).status).toBe(201);
    await refused('invalidValue', { op: 'replace', path: 'emails[type eq "work"].type', value: 'castle' });
    await refused('invalidValue', { op: 'add', path: 'emails[type eq "castle"].value', value: 'a@b' });
  });

  test('S8 §6.1: a resource has one address, which is by its id', async () => {
    const mock = await mockOf('interop');
    const id = await created(mock, person('ada', { externalId: 'e1' }));
    const { body } = await ask(mock, 'GET', `/Users/${id}`);
    expect(wordOf(body['meta']?.['location'])).toBe(`${mock.url}/Users/${id}`);
    for (const path of ['/Users/ada', '/Users/e1', `/Groups/${id}`])
      expect((await ask(mock, 'GET', path)).status, path).toBe(404);
  });

  test('S9 §6.2: answers and requests are application/scim+json', async () => {
    const mock = await mockOf('interop');
    const made = await ask(mock, 'POST', '/Users', person('ada'), {
      type: 'application/scim+json; charset=utf-8',
    });
    expect(made.status).toBe(201);
    for (const [method, path] of [
      ['GET', '/Users'],
      ['GET', '/Users/nobody'],
      ['GET', '/Schemas'],
    ] as const)
      expect((await ask(mock, method, path)).headers.get('content-type'), path).toBe('application/scim+json');
    const plain = await ask(mock, 'POST', '/Users', person('ben'), { type: 'application/json' });
    expect([plain.status, plain.headers.get('content-type')]).toEqual([415, 'application/scim+json']);
  });

  test('S10 §6.3: eq and and are there; an attribute that no schema has is invalidFilter', async () => {
    const mock = await mockOf('interop');
    await created(mock, withMail('ada@example.com', { title: 'Countess' }));
    const found = async (filter: string) => (await ask(mock, 'GET', filtered(filter))).body;
    expect((await found('userName eq "ada@example.com"'))['totalResults']).toBe(1);
    expect((await found('userName eq "ada@example.com" and title eq "Countess"'))['totalResults']).toBe(1);
    expect((await found('userName eq "ada@example.com" and title eq "Duke"'))['totalResults']).toBe(0);
    expect((await found('emails[type eq "work" and value eq "ada@example.com"]'))['totalResults']).toBe(1);
    for (const filter of ['shoeSize eq 44', 'name.nobiliary eq "von"', 'members.value eq "x"'])
      expect((await found(filter))['scimType'], filter).toBe('invalidFilter');
  });

  test.each([
    'title co "x"',
    'title pr',
    'title ne "x"',
    'title eq "x" or title eq "y"',
    'not (title eq "x")',
  ])('S10 §6.3: %s is for no client to send, and is invalidFilter', async (filter) => {
    const { status, body } = await ask(await mockOf('interop'), 'GET', filtered(filter));
    expect([status, body['scimType']]).toEqual([400, 'invalidFilter']);
  });

  test('S10 §6.3: a filter with another method than GET is refused, and nothing happens', async () => {
    const mock = await mockOf('interop');
    const id = await created(mock, person('ada'));
    const filter = '?filter=userName%20eq%20%22ada%22';
    const patching = patchOf({ op: 'replace', path: 'title', value: 'x' });
    for (const [method, path, body] of [
      ['POST', '/Users', person('ben')],
      ['PUT', `/Users/${id}`, person('ben')],
      ['PATCH', `/Users/${id}`, patching],
      ['DELETE', `/Users/${id}`, undefined],
    ] as const)
      expect((await ask(mock, method, path + filter, body)).body['scimType'], method).toBe('invalidFilter');
    expect(mock.users()).toMatchObject([{ userName: 'ada' }]);
    expect(mock.users()[0]).not.toHaveProperty('title');
  });

  test('S11 §6.4: a hundred by default, a hundred on request, and an end to it', async () => {
    const people = Array.from({ length: 250 }, (_, at) => ({ userName: `u${at}` }));
    const mock = await mockOf('interop', { people });
    const page = async (query: string) => (await ask(mock, 'GET', `/Users${query}`)).body;
    expect((await page(''))['itemsPerPage']).toBeGreaterThanOrEqual(100);
    expect((await page('?count=100'))['itemsPerPage']).toBe(100);
    expect((await page('?count=1000'))['itemsPerPage']).toBe(200);
    const last = await page('?startIndex=201&count=100');
    expect([last['totalResults'], last['itemsPerPage'], last['startIndex']]).toEqual([250, 50, 201]);
  });

  test('S12 §6.5: PATCH is there, and ServiceProviderConfig says so', async () => {
    const { answer } = await change({ op: 'replace', path: 'title', value: 'Lady' });
    expect([answer.status, answer.body['title']]).toEqual([200, 'Lady']);
    const { body } = await ask(await mockOf('interop'), 'GET', '/ServiceProviderConfig');
    expect(body['patch']).toEqual({ supported: true });
  });

  test.each<object>([
    { op: 'replace', value: { title: 'Lady' } },
    { op: 'add', value: { title: 'Lady' } },
    { op: 'remove' },
    { op: 'replace', path: null, value: { title: 'Lady' } },
  ])('S13 §6.5.1.1: %j is 400 invalidSyntax', (operation) => refused('invalidSyntax', operation));

  test('S14 §6.5.2.1: add and replace are the same for one simple value', async () => {
    for (const op of ['add', 'replace']) {
      expect((await change({ op, path: 'title', value: 'Lady' })).shown['title']).toBe('Lady');
      expect((await change({ op, path: 'nickName', value: 'Al' })).shown['nickName']).toBe('Al');
      expect((await change({ op, path: 'active', value: false })).shown['active']).toBe(false);
    }
  });

  test('S14 §6.5.2.1: replace swaps a complex value, add merges into it, a dot changes one part', async () => {
    const value = { givenName: 'A' };
    expect((await change({ op: 'replace', path: 'name', value })).shown['name']).toEqual(value);
    const merged = { givenName: 'A', familyName: 'Lovelace' };
    expect((await change({ op: 'add', path: 'name', value })).shown['name']).toEqual(merged);
    const one = { op: 'replace', path: 'name.givenName', value: 'A' };
    expect((await change(one)).shown['name']).toEqual(merged);
    const boss = { op: 'replace', path: `${ENTERPRISE}:manager`, value: { value: 'm1' } };
    expect((await change(boss)).shown[ENTERPRISE]).toEqual({ manager: { value: 'm1' } });
    await refused('invalidValue', { op: 'replace', path: 'name', value: 'Ada' });
  });

  test('S15 §6.5.2.2: replace swaps the collection, add appends to it, and both want an array', async () => {
    const value = [{ value: 'new@example.com', type: 'other' }];
    expect((await change({ op: 'replace', path: 'emails', value })).shown['emails']).toEqual(value);
    const { shown } = await change({ op: 'add', path: 'emails', value });
    expect(shown['emails']).toEqual([...start.emails, ...value]);
    for (const op of ['add', 'replace'])
      await refused('invalidValue', { op, path: 'emails', value: value[0] });
  });

  test('S16 §6.5.3: a filter without a sub-attribute is invalidPath', async () => {
    const value = { value: 'new@example.com' };
    for (const op of ['add', 'replace'])
      await refused('invalidPath', { op, path: 'emails[type eq "work"]', value });
  });

  test('S16 §6.5.3: a filter that picks several values is invalidFilter', async () => {
    const mock = await mockOf('interop');
    const two = { value: 'b@example.com', type: 'work' };
    const id = await created(
      mock,
      person('ada', { emails: [{ value: 'a@example.com', type: 'work' }, two] }),
    );
    for (const operation of [
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'c@example.com' },
      { op: 'remove', path: 'emails[type eq "work"]' },
    ]) {
      const { status, body } = await ask(mock, 'PATCH', `/Users/${id}`, patchOf(operation));
      expect([status, body['scimType']]).toEqual([400, 'invalidFilter']);
    }
    expect(mock.users()[0]?.['emails']).toHaveLength(2);
  });

  test.each(['emails[type co "wor"].value', 'emails[type pr].value', 'emails[not (type eq "home")].value'])(
    'S16 §6.5.3: %s has an operator that is not for clients, and is invalidSyntax',
    (path) => refused('invalidSyntax', { op: 'replace', path, value: 'new@example.com' }),
  );

  test('S16 §6.5.2.2: a filter with a sub-attribute behind it is the way to one value', async () => {
    const { shown } = await change({
      op: 'replace',
      path: 'emails[type eq "home"].value',
      value: 'new@example.com',
    });
    expect(shown['emails']).toMatchObject([{ value: 'work@example.com' }, { value: 'new@example.com' }]);
  });

  test('S16: one member is removed by a filter all the same, since nothing else could', async () => {
    const mock = await mockOf('interop');
    const ids = [await created(mock, person('a')), await created(mock, person('b'))];
    const group = { schemas: [GROUP], displayName: 'G', members: ids.map((value) => ({ value })) };
    const path = `/Groups/${wordOf((await ask(mock, 'POST', '/Groups', group)).body['id'])}`;
    const removal = patchOf({ op: 'remove', path: `members[value eq "${ids[0]}"]` });
    expect((await ask(mock, 'PATCH', path, removal)).status).toBe(200);
    expect((await ask(mock, 'GET', path)).body['members']).toMatchObject([{ value: ids[1] }]);
  });

  test('S17 §6.6: a PATCH deletes nobody, and DELETE does', async () => {
    const mock = await mockOf('interop');
    const id = await created(mock, person('ada'));
    await ask(mock, 'PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: false }));
    expect((await ask(mock, 'GET', `/Users/${id}`)).body['active']).toBe(false);
    expect((await ask(mock, 'GET', '/Users')).body['totalResults']).toBe(1);
    expect((await ask(mock, 'DELETE', `/Users/${id}`)).status).toBe(204);
    expect(mock.users()).toEqual([]);
  });

  test('S18 §6.6: whoever is deleted is 404 for all, in no list, and the userName is free', async () => {
    const mock = await mockOf('interop');
    const id = await created(mock, person('ada'));
    await ask(mock, 'DELETE', `/Users/${id}`);
    const patching = patchOf({ op: 'replace', path: 'title', value: 'x' });
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', person('ada')],
      ['PATCH', patching],
      ['DELETE', undefined],
    ] as const)
      expect((await ask(mock, method, `/Users/${id}`, body)).status, method).toBe(404);
    for (const query of ['/Users', filtered('userName eq "ada"'), filtered(`id eq "${id}"`)])
      expect((await ask(mock, 'GET', query)).body['totalResults'], query).toBe(0);
    expect(await created(mock, person('ada'))).not.toBe(id);
  });

  test('S19 §6.7: conditional headers are ignored, and there are no ETags', async () => {
    const mock = await mockOf('interop');
    const id = await created(mock, person('ada'));
    const headers = { 'if-match': 'W/"other"' };
    const patching = patchOf({ op: 'replace', path: 'title', value: 'x' });
    const answer = await ask(mock, 'PATCH', `/Users/${id}`, patching, { headers });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, null]);
    expect(answer.body['meta']).not.toHaveProperty('version');
    const again = await ask(mock, 'GET', `/Users/${id}`, undefined, { headers: { 'if-none-match': '*' } });
    expect(again.status).toBe(200);
    expect((await ask(mock, 'GET', '/ServiceProviderConfig')).body['etag']).toEqual({ supported: false });
  });

  test('S20 §6.9.1: a name that is taken is 409 uniqueness, by POST and by PATCH', async () => {
    const mock = await mockOf('interop');
    await created(mock, person('ada'));
    const id = await created(mock, person('ben'));
    const post = await ask(mock, 'POST', '/Users', person('ADA'));
    const taken = patchOf({ op: 'replace', path: 'userName', value: 'Ada' });
    const patch = await ask(mock, 'PATCH', `/Users/${id}`, taken);
    for (const { status, body } of [post, patch])
      expect([status, body['scimType'], body['status']]).toEqual([409, 'uniqueness', '409']);
    expect(mock.users().map(({ userName }) => userName)).toEqual(['ada', 'ben']);
  });

  test('S21 §6.8 and §7.2: no Basic, and no Bulk; both are optional', async () => {
    const mock = await mockOf('interop');
    const { body } = await ask(mock, 'GET', '/ServiceProviderConfig');
    expect(body['authenticationSchemes']).toMatchObject([{ type: 'oauthbearertoken' }]);
    expect(body['bulk']).toMatchObject({ supported: false });
    expect((await ask(mock, 'POST', '/Bulk', {})).status).toBe(404);
    const basic = `Basic ${Buffer.from('user:the-token').toString('base64')}`;
    const refusedBasic = await ask(mock, 'GET', '/Users', undefined, {
      token: null,
      headers: { authorization: basic },
    });
    expect(refusedBasic.status).toBe(401);
    expect(refusedBasic.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });
});

describe('what interop refuses of Okta and Entra', () => {
  test('Okta: a create with a password, which its schema has not; and it says that none can be changed', async () => {
    const mock = await mockOf('interop');
    const { status, body } = await ask(mock, 'POST', '/Users', person('ada', { password: 'x', groups: [] }));
    expect([status, body['scimType']]).toEqual([400, 'invalidSyntax']);
    expect(wordOf(body['detail'])).toContain('password');
    const schema = (await ask(mock, 'GET', `/Schemas/${USER}`)).body['attributes'] as unknown as Attribute[];
    expect(schema.map(({ name }) => name)).not.toContain('password');
    const config = (await ask(mock, 'GET', '/ServiceProviderConfig')).body;
    expect(config['changePassword']).toEqual({ supported: false });
    expect((await ask(mock, 'POST', '/Users', person('ada', { groups: [] }))).status).toBe(201);
  });

  test('Okta: deactivation by a PATCH without a path', () =>
    refused('invalidSyntax', { op: 'replace', value: { active: false } }));

  test('Entra with its flag: many attributes without a path, keys that are paths', () =>
    refused('invalidSyntax', { op: 'replace', value: { 'name.givenName': 'A', displayName: 'A' } }));

  test('Entra without its flag: "False", a manager without the URN, a manager as a text or in an array', async () => {
    await refused('invalidValue', { op: 'Replace', path: 'active', value: 'False' });
    await refused('invalidSyntax', { op: 'Add', path: 'manager', value: [{ value: 'm1' }] });
    await refused('invalidValue', { op: 'Add', path: `${ENTERPRISE}:manager`, value: 'm1' });
    await refused('invalidValue', { op: 'Add', path: `${ENTERPRISE}:manager`, value: [{ value: 'm1' }] });
  });

  test('Entra: a group with the ADSCIM schema URI', async () => {
    const ADSCIM = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';
    const mock = await mockOf('interop');
    const group = { schemas: [GROUP, ADSCIM], displayName: 'N' };
    const { status, body } = await ask(mock, 'POST', '/Groups', group);
    expect([status, body['scimType']]).toEqual([400, 'invalidSyntax']);
    expect((await ask(mock, 'GET', '/Groups')).body['totalResults']).toBe(0);
  });

  test('Entra: a filter whose value has no quotes', async () => {
    const { status, body } = await ask(await mockOf('interop'), 'GET', filtered('externalId eq jyoung'));
    expect([status, body['scimType']]).toEqual([400, 'invalidFilter']);
  });

  test('Entra: attributes of an extension beside the core ones', async () => {
    const { body } = await ask(await mockOf('interop'), 'POST', '/Users', person('a', { department: null }));
    expect(body['scimType']).toBe('invalidSyntax');
  });
});

function filled({ name, type, multiValued, subAttributes, canonicalValues }: Attribute): unknown {
  const one =
    type === 'complex'
      ? Object.fromEntries(
          (subAttributes ?? [])
            .filter(({ mutability }) => mutability !== 'readOnly')
            .map((sub) => [sub.name, filled(sub)]),
        )
      : type === 'boolean'
        ? true
        : type === 'reference'
          ? 'https://example.com/x'
          : type === 'binary'
            ? 'AAEC'
            : (canonicalValues?.[0] ?? `a ${name}`);
  return multiValued ? [one] : one;
}

test.each([
  ['not a uri', 400],
  ['http://x/<ada>', 400],
  ['http://x/\u00e9', 400],
  ['https://photos.example.com/ada.jpg', 201],
  ['../photos/ada%20l.jpg', 201],
])('RFC 7643 §2.3.7: a reference is a URI, and %j is %d', async (profileUrl, status) => {
  const mock = await mockOf('interop');
  expect((await ask(mock, 'POST', '/Users', person('ada', { profileUrl }))).status).toBe(status);
  expect((await ask(await mockOf('rfc'), 'POST', '/Users', person('ada', { profileUrl }))).status).toBe(201);
});

test('RFC 7643 §3: a resource without "schemas" is invalidSyntax here, and taken elsewhere', async () => {
  const mock = await mockOf('interop', { people: [{ id: '1', userName: 'bob' }] });
  for (const [method, path, body] of [
    ['POST', '/Users', { userName: 'ada' }],
    ['PUT', '/Users/1', { userName: 'ada' }],
    ['POST', '/Groups', { displayName: 'g' }],
  ] as const) {
    const answer = await ask(mock, method, path, body);
    expect([answer.status, answer.body['scimType'], answer.body['detail']]).toEqual([
      400,
      'invalidSyntax',
      '"schemas" is required.',
    ]);
  }
  expect((await ask(mock, 'POST', '/Users', { SCHEMAS: [USER], userName: 'ada' })).status).toBe(201);
  expect((await ask(await mockOf('rfc'), 'POST', '/Users', { userName: 'ada' })).status).toBe(201);
});
