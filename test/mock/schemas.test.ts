import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import { startMock, withSchemas } from '../../src/mock/index.ts';
import type { Mock } from '../../src/mock/index.ts';
import { RollcallError } from '../../src/model/index.ts';
import { USER, ask, created, mockOf, patchOf, person, wordOf } from './calling.ts';
import type { Body } from './calling.ts';

const text = readFileSync(new URL('devices.json', import.meta.url), 'utf8');
const devices: unknown = JSON.parse(text);
const DEVICE = 'urn:example:params:scim:schemas:1.0:Device';
const WARRANTY = 'urn:example:params:scim:schemas:extension:1.0:Warranty';
const BADGE = 'urn:example:params:scim:schemas:extension:1.0:Badge';
const PURPOSE = 'urn:example:params:scim:schemas:extension:1.0:Purpose';

const device = (serial: string, more: object = {}): object => ({
  schemas: [DEVICE, WARRANTY],
  serial,
  recovery: 'r',
  [WARRANTY]: { until: '2030-01-01T00:00:00Z' },
  ...more,
});

const served = (): Promise<Mock> => mockOf('rfc', { schemas: devices });

async function listed(mock: Mock, path: string): Promise<readonly string[]> {
  const { status, body, text: said } = await ask(mock, 'GET', path);
  expect(status, said).toBe(200);
  return (body['Resources'] as unknown as { serial: string }[]).map(({ serial }) => serial);
}

describe('a resource type of a file (RFC 7643 §6 and §7)', () => {
  test('is discovered like any other, with the defaults of §2.2', async () => {
    const mock = await served();
    const { body } = await ask(mock, 'GET', '/ResourceTypes/Device');
    expect(body).toMatchObject({
      endpoint: '/Devices',
      description: 'What people carry about.',
      schema: DEVICE,
      schemaExtensions: [
        { schema: WARRANTY, required: true },
        { schema: `${WARRANTY}:Abroad`, required: false },
      ],
    });
    const schema = (await ask(mock, 'GET', `/Schemas/${DEVICE}`)).body as unknown as {
      readonly attributes: readonly { readonly name: string }[];
    };
    const named = (name: string) => schema.attributes.find((one) => one.name === name);
    expect(named('tags')).toEqual({
      name: 'tags',
      type: 'string',
      multiValued: true,
      description: 'tags',
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    });
    // §2.3.6, §2.3.7 and the description of writeOnly in §7.
    expect(named('manual')).toMatchObject({ caseExact: true });
    expect(named('key')).toMatchObject({ caseExact: true });
    expect(named('password')).toMatchObject({ returned: 'never' });
    expect((await ask(mock, 'GET', '/ResourceTypes/User')).body['schemaExtensions']).toMatchObject([
      {},
      { schema: BADGE, required: false },
    ]);
  });

  test('is created, listed, read, replaced, patched and deleted', async () => {
    const mock = await served();
    const made = await ask(mock, 'POST', '/Devices', device('a', { tags: ['x'] }));
    expect(made.status, made.text).toBe(201);
    const id = wordOf(made.body['id']);
    expect(made.headers.get('location')).toBe(`${mock.url}/Devices/${id}`);
    expect(made.body['meta']).toMatchObject({
      resourceType: 'Device',
      location: `${mock.url}/Devices/${id}`,
    });
    const path = `/Devices/${id}`;
    const put = await ask(mock, 'PUT', path, device('a', { label: 'L' }));
    expect([put.status, put.body['label'], put.body['tags']]).toEqual([200, 'L', undefined]);
    const patched = await ask(mock, 'PATCH', path, patchOf({ op: 'add', path: 'tags', value: ['y'] }));
    expect([patched.status, patched.body['tags']]).toEqual([200, ['y']]);
    expect((await ask(mock, 'DELETE', path)).status).toBe(204);
    const gone = await ask(mock, 'GET', path);
    expect([gone.status, gone.body['detail']]).toEqual([404, 'There is no Device with this id.']);
    expect((await ask(mock, 'POST', path, {})).status).toBe(405);
  });

  test('is filtered, paged and projected', async () => {
    const mock = await served();
    for (const serial of ['a', 'b', 'c'])
      await ask(
        mock,
        'POST',
        '/Devices',
        device(serial, { ports: serial.charCodeAt(0), active: serial === 'b' }),
      );
    const find = (filter: string) => listed(mock, `/Devices?filter=${encodeURIComponent(filter)}`);
    expect(await find('serial eq "b"')).toEqual(['b']);
    expect(await find('ports gt 97')).toEqual(['b', 'c']);
    expect(await find('active eq true')).toEqual(['b']);
    expect(await find(`${WARRANTY}:until gt "2029-01-01T00:00:00Z" and ports le 97`)).toEqual(['a']);
    expect(await listed(mock, '/Devices?startIndex=2&count=1')).toEqual(['b']);
    const { body } = await ask(mock, 'GET', '/Devices?attributes=ports&count=1');
    expect(Object.keys((body['Resources'] as unknown as Body[])[0]!).sort()).toEqual([
      'id',
      'ports',
      'schemas',
    ]);
  });

  test('has simple values, which a filter finds by themselves and as their own "value" (RFC 7644 §3.5.2.2)', async () => {
    const mock = await served();
    for (const [serial, tags] of [
      ['a', ['x', 'y']],
      ['b', ['y']],
    ] as const)
      await ask(mock, 'POST', '/Devices', device(serial, { tags }));
    const find = (filter: string) => listed(mock, `/Devices?filter=${encodeURIComponent(filter)}`);
    expect(await find('tags eq "x"')).toEqual(['a']);
    expect(await find('tags[value eq "x"]')).toEqual(['a']);
    expect(await find('not (tags[value eq "x" or value eq "z"])')).toEqual(['b']);
    for (const wrong of ['tags[name eq "x"]', 'label[value eq "x"]', 'tags[value[value eq "x"]]']) {
      const answer = await ask(mock, 'GET', `/Devices?filter=${encodeURIComponent(wrong)}`);
      expect([answer.status, answer.body['scimType']]).toEqual([400, 'invalidFilter']);
    }
  });

  test('has a required extension, without which nothing is made', async () => {
    const mock = await served();
    const without = await ask(mock, 'POST', '/Devices', { schemas: [DEVICE], serial: 'a', recovery: 'r' });
    expect([without.status, without.body['scimType']]).toEqual([400, 'invalidValue']);
    const group = await ask(mock, 'POST', '/Groups', { displayName: 'g' });
    expect(group.body['detail']).toBe(`The extension "${PURPOSE}" is required.`);
    const good = await ask(mock, 'POST', '/Groups', { displayName: 'g', [PURPOSE]: { purpose: 'team' } });
    expect(good.status).toBe(201);
  });

  test("an attribute of the same name as a person's is not a person's", async () => {
    const mock = await mockOf('cosmo', { schemas: devices });
    const made = await ask(mock, 'POST', '/Devices', device('a'));
    expect(made.body).not.toHaveProperty('active');
    const badge = person('ada', { active: true, [BADGE]: { active: false } });
    const id = await created(mock, badge);
    const path = `/Users?attributes=id&filter=${encodeURIComponent(`${BADGE}:active eq false`)}`;
    expect((await ask(mock, 'GET', path)).body['Resources']).toMatchObject([{ id }]);
    expect(mock.invitations()).toEqual([]);
  });

  test('a unique attribute of an extension is kept apart, and free again once it is let go', async () => {
    const mock = await served();
    const withBadge = (userName: string, badgeNumber: string) =>
      ask(mock, 'POST', '/Users', person(userName, { [BADGE]: { badgeNumber } }));
    const first = await withBadge('a', 'N1');
    const second = await withBadge('b', 'N1');
    expect([second.status, second.body['scimType'], second.body['detail']]).toEqual([
      409,
      'uniqueness',
      `Another resource has this "${BADGE}:badgeNumber".`,
    ]);
    expect((await withBadge('b', 'n1')).status).toBe(201);
    await ask(mock, 'PUT', `/Users/${wordOf(first.body['id'])}`, person('a'));
    expect((await withBadge('c', 'N1')).status).toBe(201);
  });

  test('people of the start have what is required as well', async () => {
    const schemas = { extensions: [{ of: 'User', required: true, schema: schemaOf([{ name: 'floor' }]) }] };
    await expect(mockOf('rfc', { schemas, people: [{ userName: 'a' }] })).rejects.toThrow('is required');
    const mock = await mockOf('rfc', {
      schemas,
      people: [{ userName: 'a', 'urn:example:x': { floor: '3' } }],
    });
    expect(mock.users()).toMatchObject([{ 'urn:example:x': { floor: '3' } }]);
  });

  test('what a service tells at /Schemas can be served by another mock as it is', async () => {
    const schema = (await ask(await served(), 'GET', `/Schemas/${DEVICE}`)).body;
    const again = await mockOf('rfc', {
      schemas: { resourceTypes: [{ name: 'Device', endpoint: '/Devices', schema }] },
    });
    expect((await ask(again, 'GET', `/Schemas/${DEVICE}`)).body['attributes']).toEqual(schema['attributes']);
  });
});

function schemaOf(attributes: unknown, more: object = {}): object {
  return { id: 'urn:example:x', name: 'X', attributes, ...more };
}

function typeOf(attributes: unknown, more: object = {}): object {
  return { resourceTypes: [{ name: 'Thing', endpoint: '/Things', schema: schemaOf(attributes), ...more }] };
}

/** Where a file is wrong, and how. */
async function problemsOf(data: unknown, name = 'rfc'): Promise<readonly (readonly [string, string])[]> {
  const service = await loadService(name);
  try {
    withSchemas(service, data, 'x.json');
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(RollcallError);
    expect((error as RollcallError).code).toBe('usage');
    return (error as RollcallError).problems.map(
      ({ message, locus }) => [locus?.path ?? '', message] as const,
    );
  }
}

const AT = 'resourceTypes[0].schema.attributes';

describe('a file that cannot be served', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['a text', 'x', '', /object is needed/],
    ['a list', [], '', /object is needed/],
    ['null', null, '', /object is needed/],
    ['a member that is unknown', { types: [] }, 'types', /"types" is none of the members here/],
    ['__proto__', JSON.parse('{"__proto__": {"resourceTypes": []}}'), '__proto__', /none of the members/],
    ['a list that is none', { resourceTypes: {} }, 'resourceTypes', /list is needed/],
    ['too many', { resourceTypes: Array<null>(101).fill(null) }, 'resourceTypes', /101 items/],
    ['a type that is null', { resourceTypes: [null] }, 'resourceTypes[0]', /object is needed/],
    ['no name', typeOf([{ name: 'a' }], { name: undefined, x: 1 }), 'resourceTypes[0]', /"name" is missing/],
    [
      'a name that is taken',
      typeOf([{ name: 'a' }], { name: 'user' }),
      'resourceTypes[0].name',
      /"user" is taken/,
    ],
    ['a name of discovery', typeOf([{ name: 'a' }], { name: 'Schema' }), 'resourceTypes[0].name', /taken/],
    ['a name with a quote', typeOf([{ name: 'a' }], { name: 'a"' }), 'resourceTypes[0].name', /a letter/],
    ['no endpoint', typeOf([{ name: 'a' }], { endpoint: 7 }), 'resourceTypes[0].endpoint', /step of a path/],
    ...[
      '/users',
      '/Schemas',
      '/ResourceTypes',
      '/ServiceProviderConfig',
      '/BULK',
      '/Me',
      '/.search',
      '/_mock',
    ].map((endpoint): [string, unknown, string, RegExp] => [
      `the endpoint ${endpoint}`,
      typeOf([{ name: 'a' }], { endpoint }),
      'resourceTypes[0].endpoint',
      /is taken/,
    ]),
    ...['Things', '/a/b', '/', '/:id', '/*', '/..', '/a?b', '/a%2F', '', '/ä'].map(
      (endpoint): [string, unknown, string, RegExp] => [
        `the endpoint "${endpoint}"`,
        typeOf([{ name: 'a' }], { endpoint }),
        'resourceTypes[0].endpoint',
        /step of a path/,
      ],
    ),
    ['no schema', typeOf([], { schema: undefined, y: 1 }), 'resourceTypes[0]', /"schema" is missing/],
    ['a schema by its URN', typeOf([], { schema: USER }), 'resourceTypes[0].schema', /object is needed/],
    ...[
      'urn:x',
      'http://a/b',
      'urn:a b:c',
      'urn:example:x:',
      'urn:ietf:params:scim:api:messages:2.0:Error',
      '',
    ].map((id): [string, unknown, string, RegExp] => [
      `the URN "${id}"`,
      typeOf([], { schema: schemaOf([{ name: 'a' }], { id }) }),
      'resourceTypes[0].schema.id',
      /has to be a URN/,
    ]),
    ...[USER.toUpperCase(), 'urn:ietf:params:scim:schemas:core:2.0:Schema'].map(
      (id): [string, unknown, string, RegExp] => [
        `the URN ${id}`,
        typeOf([], { schema: schemaOf([{ name: 'a' }], { id }) }),
        'resourceTypes[0].schema.id',
        /is taken/,
      ],
    ),
    ['no attributes', typeOf([]), 'resourceTypes[0].schema', /"attributes" is missing, or empty/],
    ['attributes that are an object', typeOf({}), AT, /list is needed/],
    ['an attribute that is a text', typeOf(['a']), `${AT}[0]`, /object is needed/],
    ['an attribute without a name', typeOf([{}]), `${AT}[0]`, /"name" is missing/],
    ...['id', 'Schemas', 'META', 'externalID'].map((name): [string, unknown, string, RegExp] => [
      `the attribute ${name}`,
      typeOf([{ name }]),
      `${AT}[0].name`,
      /common to all resources/,
    ]),
    ...['__proto__', '$ref', '1a', 'a.b', 'a b', '', 'ä'].map((name): [string, unknown, string, RegExp] => [
      `the attribute "${name}"`,
      typeOf([{ name }]),
      `${AT}[0].name`,
      /a letter, and then/,
    ]),
    ['the attribute constructor', typeOf([{ name: 'constructor' }]), `${AT}[0].name`, /choose another/],
    ['one name twice', typeOf([{ name: 'a' }, { name: 'A' }]), `${AT}[1].name`, /here already/],
    ['an unknown type', typeOf([{ name: 'a', type: 'String' }]), `${AT}[0].type`, /one of string, complex, boolean/],
    [
      'a flag that is a text',
      typeOf([{ name: 'a', required: 'true' }]),
      `${AT}[0].required`,
      /true or false/,
    ],
    ['a flag that is null', typeOf([{ name: 'a', caseExact: null }]), `${AT}[0].caseExact`, /true or false/],
    [
      'an unknown mutability',
      typeOf([{ name: 'a', mutability: 'x' }]),
      `${AT}[0].mutability`,
      /one of readOnly/,
    ],
    ['an unknown returned', typeOf([{ name: 'a', returned: 1 }]), `${AT}[0].returned`, /one of always/],
    ['an unknown uniqueness', typeOf([{ name: 'a', uniqueness: '' }]), `${AT}[0].uniqueness`, /one of none/],
    [
      'an unknown characteristic',
      typeOf([{ name: 'a', mutable: true }]),
      `${AT}[0].mutable`,
      /none of the members/,
    ],
    [
      'a description that is a number',
      typeOf([{ name: 'a', description: 1 }]),
      `${AT}[0].description`,
      /text/,
    ],
    [
      'empty canonical values',
      typeOf([{ name: 'a', canonicalValues: [] }]),
      `${AT}[0].canonicalValues`,
      /empty/,
    ],
    [
      'a canonical number',
      typeOf([{ name: 'a', canonicalValues: [1] }]),
      `${AT}[0].canonicalValues[0]`,
      /Text/,
    ],
    [
      'one twice',
      typeOf([{ name: 'a', canonicalValues: ['x', 'x'] }]),
      `${AT}[0].canonicalValues[1]`,
      /already/,
    ],
    [
      'canonical values of an integer',
      typeOf([{ name: 'a', type: 'integer', canonicalValues: ['1'] }]),
      `${AT}[0].canonicalValues`,
      /Only a string/,
    ],
    [
      'a reference to nothing',
      typeOf([{ name: 'a', type: 'reference' }]),
      `${AT}[0]`,
      /needs "referenceTypes"/,
    ],
    [
      'a reference to an unknown type',
      typeOf([{ name: 'a', type: 'reference', referenceTypes: ['Thing', 'Gadget'] }]),
      `${AT}[0].referenceTypes`,
      /no resource type "Gadget"; there are User, Group, Thing/,
    ],
    [
      'a text that refers',
      typeOf([{ name: 'a', referenceTypes: ['uri'] }]),
      `${AT}[0].referenceTypes`,
      /Only a ref/,
    ],
    [
      'complex without parts',
      typeOf([{ name: 'a', type: 'complex' }]),
      `${AT}[0]`,
      /"subAttributes" is missing/,
    ],
    [
      'parts of a text',
      typeOf([{ name: 'a', subAttributes: [{ name: 'b' }] }]),
      `${AT}[0].subAttributes`,
      /Only a complex/,
    ],
    [
      'complex in complex',
      typeOf([{ name: 'a', type: 'complex', subAttributes: [{ name: 'b', type: 'complex' }] }]),
      `${AT}[0].subAttributes[0].type`,
      /cannot be inside of another/,
    ],
    [
      'one part twice',
      typeOf([{ name: 'a', type: 'complex', subAttributes: [{ name: 'b' }, { name: 'B' }] }]),
      `${AT}[0].subAttributes[1].name`,
      /here already/,
    ],
    [
      'writeOnly and returned',
      typeOf([{ name: 'a', mutability: 'writeOnly', returned: 'default' }]),
      `${AT}[0].returned`,
      /never returned/,
    ],
    [
      'required and readOnly',
      typeOf([{ name: 'a', mutability: 'readOnly', required: true }]),
      `${AT}[0].required`,
      /cannot be required/,
    ],
    [
      'a unique boolean',
      typeOf([{ name: 'a', type: 'boolean', uniqueness: 'server' }]),
      `${AT}[0].uniqueness`,
      /cannot be unique/,
    ],
    [
      'a unique secret',
      typeOf([{ name: 'a', returned: 'never', uniqueness: 'server' }]),
      `${AT}[0].uniqueness`,
      /cannot be unique/,
    ],
    [
      'an extension with the URN of its type',
      typeOf([{ name: 'a' }], { extensions: [{ schema: schemaOf([{ name: 'b' }]) }] }),
      'resourceTypes[0].extensions[0].schema.id',
      /is taken/,
    ],
    [
      'a type below the URN of its extension',
      typeOf([], {
        schema: schemaOf([{ name: 'a' }], { id: 'urn:example:x:y' }),
        extensions: [{ schema: schemaOf([{ name: 'b' }]) }],
      }),
      'resourceTypes[0].schema',
      /begins with the URN of the extension/,
    ],
    [
      'an extension of nothing',
      { extensions: [{ of: 'Thing', schema: schemaOf([{ name: 'b' }]) }] },
      'extensions[0].of',
      /\(User, Group\)/,
    ],
    [
      'an extension that is required by a text',
      { extensions: [{ of: 'User', required: 'yes', schema: schemaOf([{ name: 'b' }]) }] },
      'extensions[0].required',
      /true or false/,
    ],
  ])('%s is a sentence with its path', async (_what, data, path, message) => {
    const problems = await problemsOf(data);
    expect(problems.map(([at]) => at)).toContain(path);
    expect(problems.filter(([at]) => at === path).map(([, said]) => said)).toContainEqual(
      expect.stringMatching(message),
    );
  });

  test('everything that is wrong is told at once, and no more than can be read', async () => {
    const wrong = { name: 'a b', type: 'text', required: 1, subAttributes: [], x: 0 };
    expect((await problemsOf(typeOf([wrong, wrong]))).map(([at]) => at)).toEqual(
      [0, 1].flatMap((at) =>
        ['x', 'name', 'type', 'required', 'subAttributes'].map((name) => `${AT}[${at}].${name}`),
      ),
    );
    const many = await problemsOf(typeOf(Array(60).fill(wrong)));
    expect(many).toHaveLength(101);
    expect(many.at(-1)).toEqual(['', 'And 200 more.']);
  });

  test('two types of one file keep apart as well', async () => {
    const [one] = (typeOf([{ name: 'a' }]) as { resourceTypes: object[] }).resourceTypes;
    expect((await problemsOf({ resourceTypes: [one, one] })).map(([at]) => at)).toEqual([
      'resourceTypes[1].name',
      'resourceTypes[1].endpoint',
      'resourceTypes[1].schema.id',
    ]);
  });

  test('a service that reads its people in a way of its own takes no extension of them, but other types', async () => {
    const extensions = [{ of: 'User', schema: schemaOf([{ name: 'b' }]) }];
    expect((await problemsOf({ extensions }, 'cosmo-controlplane')).map(([at]) => at)).toEqual([
      'extensions[0].of',
    ]);
    const mock = await mockOf('cosmo-controlplane', { schemas: typeOf([{ name: 'a' }]) });
    const made = await ask(mock, 'POST', '/Things', { a: 'x' });
    expect([made.status, made.body['a']], made.text).toEqual([201, 'x']);
  });

  test('a type of its own takes no form of ids from the first type of the service', async () => {
    const mock = await mockOf('cosmo-controlplane', { schemas: typeOf([{ name: 'a' }]) });
    const answers = [await ask(mock, 'GET', '/Things/xyz'), await ask(mock, 'DELETE', '/Things/xyz')];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect((await ask(mock, 'GET', '/Users/xyz')).status).toBe(500);
  });

  test('an attribute called groups is one like any other, unless the type says what it is', async () => {
    const groups = { name: 'groups', type: 'complex', multiValued: true, subAttributes: [{ name: 'value' }] };
    const mock = await mockOf('rfc', { schemas: typeOf([{ name: 'a' }, groups]) });
    const { body } = await ask(mock, 'POST', '/Things', { a: 'x', groups: [{ value: 'Lab' }] });
    expect(body['groups']).toEqual([{ value: 'Lab' }]);
    for (const filter of ['groups.value eq "lab"', 'groups[value eq "lab"]', 'groups.value co "lab"']) {
      const found = await ask(mock, 'GET', `/Things?filter=${encodeURIComponent(filter)}`);
      expect([filter, found.body['totalResults']]).toEqual([filter, 1]);
    }
    const without = await ask(mock, 'GET', `/Things/${wordOf(body['id'])}?excludedAttributes=groups`);
    expect(without.body).not.toHaveProperty('groups');
  });

  test('a mock does not start with it, and says in which file', async () => {
    const started = startMock({
      service: await loadService('rfc'),
      schemas: { x: 1 },
      schemasFile: 'x.json',
    });
    await expect(started).rejects.toMatchObject({
      code: 'usage',
      problems: [{ locus: { file: 'x.json', path: 'x' } }],
    });
  });
});
