import { describe, expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { CORE_USER } from '../../src/model/index.ts';
import { betterProfile, disagreements } from '../../src/scim/client.ts';
import { failureOf, html, json, listOf, open, play, scimError } from './server.ts';
import type { Discovery } from '../../src/scim/client.ts';
import type { Handler } from './server.ts';

const generic = profiles().get('generic')!;
const cosmo = profiles().get('cosmo')!;
const controlplane = profiles().get('cosmo-controlplane')!;

const config = { patch: { supported: true }, filter: { supported: true, maxResults: 200 } };
const userSchema = (attributes: readonly object[]): object => ({ id: CORE_USER, attributes });

/** Answers the documents that it is given, and 404 for everything else. */
function serving(documents: Readonly<Record<string, unknown>>): Handler {
  return ({ url }, response) => {
    const document = documents[url.replace('/scim/v2', '')];
    if (document === undefined) return json(response, 404, scimError(404, 'no such route'));
    return typeof document === 'string' ? response.end(document) : json(response, 200, document);
  };
}

describe('what a target says of itself', () => {
  test('is read from the three documents', async () => {
    const schemas = [userSchema([])];
    const types = [{ id: 'User' }];
    const documents = {
      '/ServiceProviderConfig': config,
      '/Schemas': listOf(schemas, 1),
      '/ResourceTypes': types,
    };
    const server = await play(serving(documents));
    expect(await open(server.baseUrl).discover()).toEqual({
      serviceProviderConfig: config,
      schemas,
      resourceTypes: types,
    });
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/scim/v2/ServiceProviderConfig',
      '/scim/v2/Schemas',
      '/scim/v2/ResourceTypes',
    ]);
  });

  test.each([
    ['not there', serving({})],
    ['a page', (_: unknown, response: Parameters<Handler>[1]) => html(response, 200)],
    ['forbidden', (_: unknown, response: Parameters<Handler>[1]) => json(response, 403, {})],
    ['not a method', (_: unknown, response: Parameters<Handler>[1]) => json(response, 501, {})],
    ['cut off', (_: unknown, response: Parameters<Handler>[1]) => response.end('{"patch":')],
  ] as const)('may be absent: %s', async (_, handler) => {
    const server = await play(handler);
    expect(await open(server.baseUrl).discover()).toEqual({});
  });

  test('is not absent only because the credential or the server is not well', async () => {
    for (const status of [401, 429, 500]) {
      const server = await play((_, response) => json(response, status, {}));
      expect(await failureOf(open(server.baseUrl).discover())).toMatchObject({ status });
    }
  });
});

describe('the two Cosmos', () => {
  test('the control plane is told by its root and by having no documents', async () => {
    const server = await play(serving({ '/': 'SCIM' }));
    const discovery = await open(server.baseUrl, { profile: cosmo }).discover();
    expect(discovery).toEqual({ root: 'SCIM' });
    expect(betterProfile(discovery, cosmo, profiles().values())?.name).toBe('cosmo-controlplane');
    expect(betterProfile(discovery, controlplane, profiles().values())).toBeUndefined();
  });

  test('the hosted one is told by its documents', async () => {
    const server = await play(serving({ '/ServiceProviderConfig': config }));
    const discovery = await open(server.baseUrl, { profile: controlplane }).discover();
    expect(betterProfile(discovery, controlplane, profiles().values())?.name).toBe('cosmo');
    expect(betterProfile(discovery, cosmo, profiles().values())).toBeUndefined();
  });

  test('nothing is said of what is neither, nor of a product without variants', () => {
    for (const discovery of [{}, { root: 'Welcome' }])
      for (const profile of [cosmo, controlplane])
        expect(betterProfile(discovery, profile, profiles().values())).toBeUndefined();
    expect(betterProfile({ root: 'SCIM' }, generic, profiles().values())).toBeUndefined();
  });
});

describe('where the documents disagree with the profile', () => {
  const all = userSchema(
    [
      ...generic.users.writable.filter((path) => !path.startsWith('enterprise.') && path !== 'externalId'),
    ].map((name) => ({ name })),
  );
  const enterprise = {
    id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    attributes: ['employeeNumber', 'costCenter', 'organization', 'division', 'department', 'manager'].map(
      (name) => ({ name }),
    ),
  };
  const good = { serviceProviderConfig: config, schemas: [all, enterprise] } as Discovery;

  test('there is nothing to say of a service that is as expected', () => {
    expect(disagreements(good, generic)).toEqual([]);
    expect(disagreements({ root: 'SCIM' }, controlplane)).toEqual([]);
  });

  test('a name is required where a part of it is', () => {
    const named = { schemas: [userSchema([{ name: 'name', required: true }])] } as Discovery;
    const aws = profiles().get('aws-identity-center')!;
    expect(disagreements(named, aws).join()).not.toContain('require');
    expect(disagreements(named, generic).join()).toContain('require name');
  });

  test.each([
    ['no documents', {}, 'serves no discovery documents'],
    ['no PATCH', { serviceProviderConfig: { patch: { supported: false } } }, 'has no PATCH'],
    ['no filters', { serviceProviderConfig: { filter: { supported: false } } }, 'has no filters'],
    [
      'smaller pages',
      { serviceProviderConfig: { pagination: { maxPageSize: 50 } } },
      'hold 50 at most, and 100',
    ],
    [
      'smaller results',
      { serviceProviderConfig: { filter: { supported: true, maxResults: 20 } } },
      'hold 20 at most',
    ],
    ['no such attribute', { schemas: [userSchema([{ name: 'userName' }])] }, 'do not name name, displayName'],
    [
      'a fixed attribute',
      { schemas: [userSchema([{ name: 'title', mutability: 'readOnly' }])] },
      'say that title cannot be written',
    ],
    [
      'a required attribute',
      { schemas: [userSchema([{ name: 'costCode', required: true }])] },
      'require costCode',
    ],
    [
      'other types',
      {
        schemas: [
          userSchema([{ name: 'emails', subAttributes: [{ name: 'type', canonicalValues: ['work'] }] }]),
        ],
      },
      'lists no type home, other for emails',
    ],
  ])('%s', (_, discovery, words) => {
    expect(disagreements(discovery as Discovery, generic).join('\n')).toContain(words);
  });

  test('documents of a service that is expected to have none', () => {
    expect(disagreements(good, controlplane)[0]).toContain('expects none');
  });

  test('documents in any shape are no crash', () => {
    for (const schemas of [
      [{}],
      [{ id: CORE_USER, attributes: 7 }],
      [{ id: CORE_USER, attributes: [null, { name: 1 }] }],
    ])
      expect(disagreements({ serviceProviderConfig: { patch: 'yes' }, schemas }, generic)).toEqual([]);
  });
});

describe('“test connection”', () => {
  test('asks what the profile says, and is content with a list', async () => {
    const server = await play((_, response) => json(response, 200, listOf([], 0)));
    expect(await open(server.baseUrl).probe()).toMatchObject({ status: 200 });
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /scim/v2/Users?count=1',
    ]);
  });

  test('is content with the control plane’s one word, and no other', async () => {
    const server = await play(serving({ '/': 'SCIM' }));
    expect(await open(server.baseUrl, { profile: controlplane }).probe()).toMatchObject({ status: 200 });
    const other = await play(serving({ '/': 'Welcome' }));
    expect(await failureOf(open(other.baseUrl, { profile: controlplane }).probe())).toMatchObject({
      class: 'target',
      code: 'protocol',
    });
  });

  test.each([
    [
      'a page',
      (_: unknown, response: Parameters<Handler>[1]) => html(response, 200),
      'protocol',
      'an HTML page “Sign in” instead of SCIM',
    ],
    [
      'nothing there',
      (_: unknown, response: Parameters<Handler>[1]) => json(response, 404, {}),
      'address',
      'is baseUrl right, and may the credential do this?',
    ],
    [
      'no permission',
      (_: unknown, response: Parameters<Handler>[1]) => json(response, 403, scimError(403, 'no scope')),
      'forbidden',
      'no scope',
    ],
    [
      'a bad key',
      (_: unknown, response: Parameters<Handler>[1]) => json(response, 401, {}),
      'unauthorised',
      '401',
    ],
  ] as const)('%s fails with the reason', async (_, handler, code, words) => {
    const server = await play(handler);
    const failure = await failureOf(open(server.baseUrl).probe());
    expect(failure).toMatchObject({
      class: 'target',
      code,
      message: expect.stringContaining(words) as string,
    });
  });
});
