import { describe, expect, test } from 'vitest';
import { ENTERPRISE, ERROR, USER, ask, mockOf } from './calling.ts';
import { enterpriseSchema } from '../../src/mock/schema/enterprise.ts';
import { groupSchema } from '../../src/mock/schema/group.ts';
import { providerSchemas } from '../../src/mock/schema/provider.ts';
import type { Attribute } from '../../src/mock/schema/types.ts';
import { userSchema } from '../../src/mock/schema/user.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const GROUP = `${CORE}:Group`;
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

interface Document {
  readonly [name: string]: unknown;
  readonly id: string;
  readonly attributes: readonly Attribute[];
}

interface Listed {
  readonly Resources: readonly Document[];
}

describe('RFC 7644 §4, discovery', () => {
  test('ServiceProviderConfig says what the service can (RFC 7643 §5, RFC 9865 §4)', async () => {
    const mock = await mockOf('rfc');
    const { status, headers, body } = await ask(mock, 'GET', '/ServiceProviderConfig');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/scim+json']);
    expect(body).toMatchObject({
      schemas: [`${CORE}:ServiceProviderConfig`],
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: true },
      sort: { supported: true },
      etag: { supported: true },
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', maxPageSize: 1000 },
      authenticationSchemes: [{ type: 'oauthbearertoken', name: 'Bearer token', primary: true }],
      meta: { resourceType: 'ServiceProviderConfig', location: `${mock.url}/ServiceProviderConfig` },
    });
  });

  test('what a service has not, ServiceProviderConfig does not promise', async () => {
    const { service } = await import('../../connectors/targets/generic/service.ts');
    const { PLAIN } = await import('../../src/mock/description.ts');
    const mock = await mockOf('rfc', { service: { ...service, features: PLAIN } });
    expect((await ask(mock, 'GET', '/ServiceProviderConfig')).body).toMatchObject({
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
      sort: { supported: false },
      etag: { supported: false },
      pagination: { cursor: false },
    });
  });

  test('ResourceTypes lists User with its extension and Group, and gives each alone (RFC 7643 §6)', async () => {
    const mock = await mockOf('rfc');
    const { body } = await ask(mock, 'GET', '/ResourceTypes');
    expect(body).toMatchObject({
      schemas: [LIST],
      totalResults: 2,
      startIndex: 1,
      itemsPerPage: 2,
      Resources: [
        {
          schemas: [`${CORE}:ResourceType`],
          id: 'User',
          name: 'User',
          endpoint: '/Users',
          schema: USER,
          schemaExtensions: [{ schema: ENTERPRISE, required: false }],
          meta: { resourceType: 'ResourceType', location: `${mock.url}/ResourceTypes/User` },
        },
        { id: 'Group', name: 'Group', endpoint: '/Groups', schema: GROUP, schemaExtensions: [] },
      ],
    });
    for (const document of (body as unknown as Listed).Resources)
      for (const id of [document.id, document.id.toUpperCase()])
        expect((await ask(mock, 'GET', `/ResourceTypes/${id}`)).body).toEqual(document);
  });

  test('Schemas holds the schemas of the resources and of discovery itself, and gives each alone (RFC 7643 §7)', async () => {
    const mock = await mockOf('rfc');
    const { body } = await ask(mock, 'GET', '/Schemas');
    const documents = (body as unknown as Listed).Resources;
    expect(body).toMatchObject({ schemas: [LIST], totalResults: documents.length });
    expect(documents.map(({ id }) => id)).toEqual([
      USER,
      ENTERPRISE,
      GROUP,
      `${CORE}:ServiceProviderConfig`,
      `${CORE}:ResourceType`,
      `${CORE}:Schema`,
    ]);
    for (const document of documents) {
      expect(document).toMatchObject({
        schemas: [`${CORE}:Schema`],
        meta: { resourceType: 'Schema', location: `${mock.url}/Schemas/${document.id}` },
      });
      for (const id of [document.id, document.id.toLowerCase(), encodeURIComponent(document.id)])
        expect((await ask(mock, 'GET', `/Schemas/${id}`)).body).toEqual(document);
    }
  });

  test('the discovery documents are what their own schemas say (RFC 7643 §8.7.2)', async () => {
    const mock = await mockOf('rfc');
    const [config, resourceType, schema] = providerSchemas;
    const listed = async (path: string) =>
      ((await ask(mock, 'GET', path)).body as unknown as Listed).Resources;
    const wrong = [
      ...unlike((await ask(mock, 'GET', '/ServiceProviderConfig')).body, config!.attributes, 'config'),
      ...(await listed('/ResourceTypes')).flatMap((one) => unlike(one, resourceType!.attributes, one.id)),
      ...(await listed('/Schemas')).flatMap((one) => unlike(one, schema!.attributes, one.id)),
    ];
    // The schema of schemas goes a level deeper than it says itself, as in the RFC.
    expect(wrong).toEqual([`${CORE}:Schema.attributes[3].subAttributes[11].subAttributes is in no schema`]);
  });

  test.each([
    '/ServiceProviderConfig',
    '/ResourceTypes',
    '/Schemas',
    `/Schemas/${USER}`,
    '/ResourceTypes/User',
  ])('a filter on %s is 403, and paging, sorting and projection are passed over', async (path) => {
    const mock = await mockOf('rfc');
    const refused = await ask(mock, 'GET', `${path}?filter=id%20eq%20%22x%22`);
    expect([refused.status, refused.body['schemas'], refused.body['status']]).toEqual([403, [ERROR], '403']);
    const plain = await ask(mock, 'GET', path);
    for (const query of [
      'startIndex=2&count=0',
      'count=x',
      'sortBy=id&sortOrder=descending',
      'attributes=name',
    ])
      expect((await ask(mock, 'GET', `${path}?${query}`)).text).toBe(plain.text);
  });

  test.each([
    '/Schemas/urn:example:x',
    '/Schemas/%20',
    '/Schemas/a%2Fb',
    '/Schemas/__proto__',
    '/Schemas/a/b',
    '/Schemas/',
    '/ResourceTypes/Nothing',
    '/ResourceTypes/User/x',
    '/ServiceProviderConfig/x',
  ])('GET %s is 404', async (path) => {
    const mock = await mockOf('rfc');
    const { status, body } = await ask(mock, 'GET', path);
    expect([status, body['schemas'], body['status']]).toEqual([404, [ERROR], '404']);
  });

  test.each([
    '/ServiceProviderConfig',
    '/ResourceTypes',
    '/ResourceTypes/User',
    '/Schemas',
    `/Schemas/${USER}`,
  ])('anything but GET on %s is 405 with Allow', async (path) => {
    const mock = await mockOf('rfc');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      for (const body of method === 'DELETE' ? [undefined] : [undefined, { schemas: [] }]) {
        const reply = await ask(mock, method, path, body);
        expect([reply.status, reply.headers.get('allow'), reply.body['status']]).toEqual([405, 'GET', '405']);
      }
  });
});

describe('RFC 7643 §8.7.1, the characteristics', () => {
  test('each attribute says all of them, and no more than belongs to its type (§7)', async () => {
    const mock = await mockOf('rfc');
    const { Resources } = (await ask(mock, 'GET', '/Schemas')).body as unknown as Listed;
    for (const one of Resources.flatMap(({ attributes }) => withParts(attributes))) {
      expect(Object.keys(one)).toEqual(
        expect.arrayContaining([
          ...['name', 'type', 'multiValued', 'description', 'required'],
          ...['caseExact', 'mutability', 'returned', 'uniqueness'],
        ]),
      );
      expect(one.type === 'complex', one.name).toBe(one.subAttributes !== undefined);
      expect(one.type === 'reference', one.name).toBe(one.referenceTypes !== undefined);
      if (one.canonicalValues) expect([one.type, one.canonicalValues.length > 0]).toEqual(['string', true]);
      if (one.mutability === 'writeOnly') expect(one.returned).toBe('never');
    }
  });

  // Written down from the RFC attribute by attribute: what is not the default of §2.2. An asterisk is several values.
  test.each([
    [
      userSchema,
      `userName required server
       name{formatted familyName givenName middleName honorificPrefix honorificSuffix}
       displayName nickName
       profileUrl:reference(external) exact
       title userType preferredLanguage locale timezone
       active:boolean
       password exact writeOnly never
       emails*{value display type=work,home,other primary:boolean}
       phoneNumbers*{value display type=work,home,mobile,fax,pager,other primary:boolean}
       ims*{value display type=aim,gtalk,icq,xmpp,msn,skype,qq,yahoo primary:boolean}
       photos*{value:reference(external) exact display type=photo,thumbnail primary:boolean}
       addresses*{formatted streetAddress locality region postalCode country type=work,home,other primary:boolean}
       groups* readOnly{value exact readOnly $ref:reference(Group) exact readOnly display readOnly type=direct,indirect readOnly}
       entitlements*{value display type primary:boolean}
       roles*{value display type primary:boolean}
       x509Certificates*{value:binary exact display type primary:boolean}`,
    ],
    [
      enterpriseSchema,
      `employeeNumber costCenter organization division department
       manager{value exact $ref:reference(User) exact displayName readOnly}`,
    ],
    [
      groupSchema,
      `displayName required
       members*{value exact immutable $ref:reference(User,Group) exact immutable type=User,Group immutable display readOnly}`,
    ],
  ])('$name', ({ attributes }, expected) => {
    expect(attributes.map(told).join(' ')).toBe(expected.replace(/\s+/g, ' '));
  });
});

function told(one: Attribute): string {
  const { name, type, multiValued, canonicalValues, referenceTypes, subAttributes } = one;
  const kind = type === 'string' || type === 'complex' ? '' : `:${type}`;
  const values = canonicalValues ? `=${canonicalValues.join(',')}` : '';
  const references = referenceTypes ? `(${referenceTypes.join(',')})` : '';
  const parts = subAttributes ? `{${subAttributes.map(told).join(' ')}}` : '';
  const words = [
    one.required ? 'required' : '',
    one.caseExact ? 'exact' : '',
    one.mutability === 'readWrite' ? '' : one.mutability,
    one.returned === 'default' ? '' : one.returned,
    one.uniqueness === 'none' ? '' : one.uniqueness,
  ].filter((word) => word !== '');
  const first = `${name}${multiValued ? '*' : ''}${kind}${references}${values}`;
  return [first, ...words].join(' ') + parts;
}

function withParts(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.flatMap((one) => [one, ...withParts(one.subAttributes ?? [])]);
}

/** Where a document is not what a schema says: members that it does not know, of another type, or missing. */
function unlike(document: object, attributes: readonly Attribute[], path: string): readonly string[] {
  const known = new Map(attributes.map((one) => [one.name, one]));
  const common = ['schemas', 'meta', 'id'];
  const members = Object.entries(document as Record<string, unknown>);
  const wrong = members.flatMap(([name, value]): readonly string[] => {
    const attribute = known.get(name);
    if (!attribute) return common.includes(name) ? [] : [`${path}.${name} is in no schema`];
    if (Array.isArray(value) !== attribute.multiValued)
      return [`${path}.${name} has another number of values`];
    return [value].flat().flatMap((one: unknown, at) => {
      const place = `${path}.${name}[${at}]`;
      if (attribute.type === 'complex') return unlike(one as object, attribute.subAttributes ?? [], place);
      const wanted = { boolean: 'boolean', integer: 'number' }[attribute.type as string] ?? 'string';
      const isKnown = attribute.canonicalValues?.includes(one as string) ?? true;
      return typeof one === wanted && isKnown ? [] : [`${place} is ${JSON.stringify(one)}`];
    });
  });
  const isThere = new Set(members.map(([name]) => name));
  const missing = attributes.filter(({ name, required }) => required && !isThere.has(name));
  return [...wrong, ...missing.map(({ name }) => `${path}.${name} is missing`)];
}
