import { describe, expect, test } from 'vitest';
import { ENTERPRISE, USER, ask, mockOf, wordOf } from './calling.ts';
import type { Attribute } from '../../src/mock/schema/types.ts';

interface SchemaDocument {
  readonly id: string;
  readonly attributes: readonly Attribute[];
}

describe('RFC 7644 §4, discovery', () => {
  test('ServiceProviderConfig says what the service can (RFC 7643 §5)', async () => {
    const mock = await mockOf('rfc');
    const { status, body } = await ask(mock, 'GET', '/ServiceProviderConfig');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 1000 },
      sort: { supported: false },
      etag: { supported: false },
      changePassword: { supported: true },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
    });
  });

  test('ResourceTypes lists User and its extension, and gives it alone (RFC 7643 §6)', async () => {
    const mock = await mockOf('rfc');
    const { body } = await ask(mock, 'GET', '/ResourceTypes');
    expect(body).toMatchObject({
      totalResults: 1,
      Resources: [
        {
          id: 'User',
          name: 'User',
          endpoint: '/Users',
          schema: USER,
          schemaExtensions: [{ schema: ENTERPRISE, required: false }],
        },
      ],
    });
    expect((await ask(mock, 'GET', '/ResourceTypes/User')).body).toEqual(body['Resources']?.[0 as never]);
    expect((await ask(mock, 'GET', '/ResourceTypes/Nothing')).status).toBe(404);
  });

  test('Schemas holds every schema that a resource type names, and gives each alone (RFC 7643 §7)', async () => {
    const mock = await mockOf('rfc');
    const { body } = await ask(mock, 'GET', '/Schemas');
    const documents = body['Resources'] as unknown as SchemaDocument[];
    expect(documents.map(({ id }) => id)).toEqual([USER, ENTERPRISE]);
    for (const document of documents)
      expect((await ask(mock, 'GET', `/Schemas/${document.id}`)).body).toEqual(document);
    expect((await ask(mock, 'GET', '/Schemas/urn:example:x')).status).toBe(404);
  });

  test('the characteristics are those of RFC 7643 §8.7.1', async () => {
    const mock = await mockOf('rfc');
    const attributes = (await ask(mock, 'GET', `/Schemas/${USER}`)).body[
      'attributes'
    ] as unknown as Attribute[];
    const named = (name: string) => attributes.find((one) => one.name === name);
    expect(attributes).toHaveLength(21);
    expect(named('userName')).toMatchObject({
      required: true,
      caseExact: false,
      uniqueness: 'server',
      mutability: 'readWrite',
    });
    expect(named('password')).toMatchObject({ mutability: 'writeOnly', returned: 'never' });
    expect(named('groups')).toMatchObject({ mutability: 'readOnly', multiValued: true });
    expect(named('active')).toMatchObject({ type: 'boolean' });
    expect(named('emails')?.subAttributes?.find(({ name }) => name === 'type')?.canonicalValues).toEqual([
      'work',
      'home',
      'other',
    ]);
    for (const one of attributes) {
      expect(Object.keys(one)).toEqual(
        expect.arrayContaining([
          'name',
          'type',
          'multiValued',
          'description',
          'required',
          'caseExact',
          'mutability',
          'returned',
          'uniqueness',
        ]),
      );
      expect(one.type === 'complex').toBe(one.subAttributes !== undefined);
    }
  });

  test.each(['/ServiceProviderConfig', '/ResourceTypes', '/Schemas'])(
    'a filter on %s is 403',
    async (path) => {
      const mock = await mockOf('rfc');
      expect((await ask(mock, 'GET', `${path}?filter=id%20eq%20%22x%22`)).status).toBe(403);
    },
  );

  test('whoever fills every writable attribute that Schemas tells of gets back what was written', async () => {
    const mock = await mockOf('rfc');
    const [user, enterprise] = (await ask(mock, 'GET', '/Schemas')).body[
      'Resources'
    ] as unknown as SchemaDocument[];
    const written = { ...filled(user!.attributes), [ENTERPRISE]: filled(enterprise!.attributes) };
    const { status, body, text } = await ask(mock, 'POST', '/Users', {
      schemas: [USER, ENTERPRISE],
      ...written,
    });
    expect(status, text).toBe(201);
    const { password: _password, ...visible } = written as { password?: unknown };
    expect(body).toMatchObject(visible);
    const path = `/Users/${wordOf(body['id'])}`;
    expect((await ask(mock, 'GET', path)).body).toEqual(body);
    expect((await ask(mock, 'PUT', path, { ...body, password: 'x' })).body).toMatchObject(visible);
  });
});

function filled(attributes: readonly Attribute[]): Record<string, unknown> {
  const writable = attributes.filter(({ mutability }) => mutability !== 'readOnly');
  return Object.fromEntries(writable.map((one) => [one.name, one.multiValued ? [value(one)] : value(one)]));
}

function value(attribute: Attribute): unknown {
  switch (attribute.type) {
    case 'complex':
      return filled(attribute.subAttributes ?? []);
    case 'boolean':
      return true;
    case 'integer':
      return 7;
    case 'decimal':
      return 1.5;
    case 'dateTime':
      return '2026-01-02T03:04:05Z';
    case 'binary':
      return 'AAEC';
    case 'reference':
      return 'https://example.com/x';
    case 'string':
      return attribute.canonicalValues?.[0] ?? `a ${attribute.name}`;
  }
}
