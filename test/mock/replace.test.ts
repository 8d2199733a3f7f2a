import { describe, expect, test } from 'vitest';
import { service as rfc, users } from '../../connectors/targets/generic/service.ts';
import type { ServiceDescription } from '../../src/mock/index.ts';
import { attribute } from '../../src/mock/schema/types.ts';
import type { Attribute, ResourceType } from '../../src/mock/schema/types.ts';
import { ENTERPRISE, USER, ask, created, mockOf, patchOf, person, wordOf } from './calling.ts';

const DEVICE = 'urn:example:schemas:2.0:Device';
const LABEL = 'urn:example:schemas:extension:2.0:Label';

const attributes: readonly Attribute[] = [
  attribute('displayName', 'The name.', { required: true }),
  attribute('serial', 'The number on its back.', { mutability: 'immutable', caseExact: true }),
  attribute('seen', 'When it was last seen.', { mutability: 'readOnly' }),
  attribute('maker', 'Who made it.', {
    type: 'complex',
    subAttributes: [
      attribute('name', 'The name.', { mutability: 'immutable' }),
      attribute('note', 'Anything.'),
      attribute('rank', 'What others think.', { mutability: 'readOnly' }),
    ],
  }),
];

/** A resource type with an attribute of each mutability, which the core ones do not have. */
const deviceType: ResourceType = {
  name: 'Device',
  endpoint: '/Devices',
  description: 'Things.',
  schema: { id: DEVICE, name: 'Device', description: 'A thing.', attributes },
  extensions: [
    {
      required: false,
      schema: {
        id: LABEL,
        name: 'Label',
        description: 'What is printed on it.',
        attributes: [
          attribute('code', 'The code.', { mutability: 'immutable' }),
          attribute('colour', 'The colour.'),
        ],
      },
    },
  ],
  indexes: [],
};

const service: ServiceDescription = {
  ...rfc,
  resourceTypes: [...rfc.resourceTypes, { ...users, type: deviceType }],
};

const device = {
  displayName: 'Badge reader',
  serial: 'S-1',
  maker: { name: 'Acme', note: 'old' },
  [LABEL]: { code: 'C-1', colour: 'red' },
};

async function made() {
  const mock = await mockOf('rfc', { service });
  const { status, body } = await ask(mock, 'POST', '/Devices', device);
  expect(status).toBe(201);
  return { mock, path: `/Devices/${wordOf(body['id'])}`, body };
}

describe('RFC 7644 §3.5.1, mutability in PUT', () => {
  test.each<[string, object]>([
    ['another value', { ...device, serial: 'S-2' }],
    ['another case of a value that is exact', { ...device, serial: 's-1' }],
    ['another value of a part', { ...device, maker: { name: 'Other' } }],
    ['another value in an extension', { ...device, [LABEL]: { code: 'C-2' } }],
  ])('%s of what is immutable is 400 mutability, and nothing changes', async (_what, body) => {
    const { mock, path, body: before } = await made();
    const answer = await ask(mock, 'PUT', path, body);
    expect([answer.status, answer.body['scimType']]).toEqual([400, 'mutability']);
    expect((await ask(mock, 'GET', path)).body).toEqual(before);
  });

  test('the same value of what is immutable is fine, and the first one is taken', async () => {
    const { mock, path } = await made();
    const same = await ask(mock, 'PUT', path, { ...device, displayName: 'New' });
    expect([same.status, same.body['displayName'], same.body['serial']]).toEqual([200, 'New', 'S-1']);
    const bare = await ask(mock, 'POST', '/Devices', { displayName: 'Bare' });
    const set = await ask(mock, 'PUT', `/Devices/${wordOf(bare.body['id'])}`, {
      displayName: 'Bare',
      serial: 'S-9',
    });
    expect([set.status, set.body['serial']]).toEqual([200, 'S-9']);
  });

  test('what is read-only is passed over, at the top and inside', async () => {
    const { mock, path } = await made();
    const body = {
      ...device,
      id: 'x',
      meta: { version: 'x' },
      seen: 'now',
      maker: { ...device.maker, rank: 'low' },
    };
    const answer = await ask(mock, 'PUT', path, body);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ maker: device.maker });
    expect([
      answer.body['seen'],
      answer.body['maker']?.['rank'],
      path.endsWith(wordOf(answer.body['id'])),
    ]).toEqual([undefined, undefined, true]);
  });

  test('what is left out is cleared: attributes, parts of them, values, extensions', async () => {
    const mock = await mockOf('rfc');
    const id = await created(
      mock,
      person('a', {
        schemas: [USER, ENTERPRISE],
        externalId: 'E',
        title: 'x',
        name: { givenName: 'A', familyName: 'B' },
        emails: [{ value: 'a@x' }, { value: 'b@x' }],
        [ENTERPRISE]: { department: 'D', division: 'V' },
      }),
    );
    const put = (more: object) => ask(mock, 'PUT', `/Users/${id}`, person('a', more));
    const { body } = await put({
      name: { givenName: 'A' },
      emails: [{ value: 'a@x' }],
      [ENTERPRISE]: { division: 'V' },
    });
    expect(body).toMatchObject({
      name: { givenName: 'A' },
      emails: [{ value: 'a@x' }],
      [ENTERPRISE]: { division: 'V' },
    });
    expect(JSON.stringify(body)).not.toMatch(/familyName|b@x|department|"title"|externalId/);
    const bare = await put({ name: null, emails: [] });
    for (const name of ['name', 'emails', ENTERPRISE]) expect(bare.body).not.toHaveProperty([name]);
    expect(bare.body['schemas']).toEqual([USER]);
  });

  test('without what is required, 400; of what is not there, 404, and nothing is made', async () => {
    const { mock, path } = await made();
    const missing = await ask(mock, 'PUT', path, { serial: 'S-1' });
    expect([missing.status, missing.body['scimType']]).toEqual([400, 'invalidValue']);
    expect((await ask(mock, 'PUT', '/Devices/none', device)).status).toBe(404);
    expect((await ask(mock, 'GET', '/Devices')).body['totalResults']).toBe(1);
  });

  test('PATCH sets what is immutable once, and no more (§3.5.2)', async () => {
    const mock = await mockOf('rfc', { service });
    const { body } = await ask(mock, 'POST', '/Devices', { displayName: 'Bare' });
    const serial = (value: string) =>
      ask(mock, 'PATCH', `/Devices/${wordOf(body['id'])}`, patchOf({ op: 'add', path: 'serial', value }));
    expect((await serial('S-1')).body['serial']).toBe('S-1');
    expect((await serial('S-2')).body['scimType']).toBe('mutability');
  });
});
