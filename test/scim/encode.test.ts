import { expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { CORE_USER, ENTERPRISE } from '../../src/model/index.ts';

import { encode } from '../../src/scim/encode.ts';
import { changesBetween as diff } from './changes.ts';
import type { Profile, Resource } from '../../src/model/index.ts';

const generic = profiles().get('generic')!;
const cosmo = profiles().get('cosmo')!;
const controlplane = profiles().get('cosmo-controlplane')!;
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const ada: Resource = {
  externalId: 'E-1',
  userName: 'ada@example.com',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
  active: true,
  [ENTERPRISE]: { department: 'Engines', manager: { value: 'E-0' } },
};

function update(
  before: Resource,
  after: Resource,
): { kind: 'update'; after: Resource; changes: ReturnType<typeof diff> } {
  return { kind: 'update', after, changes: diff(before, after) };
}

test('generic: a create says its schemas, the key, active, and the manager by the target’s id', () => {
  expect(encode({ kind: 'create', after: ada, changes: [] }, generic, { managerId: 'm-9' })).toEqual({
    method: 'POST',
    path: '/Users',
    body: {
      schemas: [CORE_USER, ENTERPRISE],
      externalId: 'E-1',
      userName: 'ada@example.com',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
      active: true,
      [ENTERPRISE]: { department: 'Engines', manager: { value: 'm-9' } },
    },
  });
});

test('a create without a known manager goes without one, and names the extension only if something is left of it', () => {
  const body = encode({ kind: 'create', after: ada, changes: [] }, generic)?.body;
  expect(body?.[ENTERPRISE]).toEqual({ department: 'Engines' });
  const alone: Resource = { userName: 'b', [ENTERPRISE]: { manager: { value: 'E-0' } } };
  expect(encode({ kind: 'create', after: alone, changes: [] }, generic)?.body).toEqual({
    schemas: [CORE_USER],
    userName: 'b',
    active: true,
  });
});

test('no identity key of a manager is ever sent', () => {
  const after: Resource = { ...ada, [ENTERPRISE]: { manager: { value: 'KEY-OF-MANAGER' } } };
  const binding = { remoteId: 'u-1', before: { ...after, active: true } };
  for (const profile of profiles().values())
    for (const method of [undefined, 'put'] as const)
      for (const managerId of [undefined, 'm-9'])
        for (const kind of ['create', 'update', 'deactivate', 'reactivate'] as const) {
          const changes = diff(
            { active: kind !== 'reactivate' },
            { ...after, active: kind !== 'deactivate' },
          );
          const request = encode({ kind, after, changes }, profile, { ...binding, managerId, method });
          expect(JSON.stringify(request)).not.toContain('KEY-OF-MANAGER');
        }
});

test('generic: an update is a PATCH with one operation per attribute, each with its path, in lower case', () => {
  const after: Resource = {
    userName: 'ada.king@example.com',
    name: { givenName: 'Ada', familyName: 'King', honorificPrefix: 'Lady' },
    emails: [{ value: 'ada.king@example.com', type: 'work', primary: true }],
    title: 'Countess',
    active: true,
    [ENTERPRISE]: { manager: { value: 'E-2' } },
  };
  const before: Resource = { ...ada, externalId: undefined! };
  expect(encode(update(before, after), generic, { remoteId: 'u 1/x', managerId: 'm-2' })).toEqual({
    method: 'PATCH',
    path: '/Users/u%201%2Fx',
    body: {
      schemas: [patchOp],
      Operations: [
        {
          op: 'replace',
          path: 'emails',
          value: [{ value: 'ada.king@example.com', type: 'work', primary: true }],
        },
        { op: 'replace', path: 'name.familyName', value: 'King' },
        { op: 'add', path: 'name.honorificPrefix', value: 'Lady' },
        { op: 'add', path: 'title', value: 'Countess' },
        { op: 'remove', path: `${ENTERPRISE}:department` },
        { op: 'replace', path: `${ENTERPRISE}:manager`, value: { value: 'm-2' } },
        { op: 'replace', path: 'userName', value: 'ada.king@example.com' },
      ],
    },
  });
});

test('several values are always replaced as a whole, for “add” would append to what is there', () => {
  const request = encode(update({ active: true }, { active: true, emails: [{ value: 'a@b' }] }), generic, {
    remoteId: '1',
  });
  expect(request?.body?.['Operations']).toEqual([
    { op: 'replace', path: 'emails', value: [{ value: 'a@b' }] },
  ]);
});

test('several values that are gone are removed', () => {
  const request = encode(update(ada, { ...ada, emails: [] }), generic, { remoteId: '1' });
  expect(request?.body?.['Operations']).toEqual([{ op: 'remove', path: 'emails' }]);
});

test('a manager who has no account yet is left out, and an update of that alone is nothing to send', () => {
  const after: Resource = {
    ...ada,
    title: 'Countess',
    [ENTERPRISE]: { department: 'Engines', manager: { value: 'E-2' } },
  };
  const both = encode(update(ada, after), generic, { remoteId: '1' });
  expect(both?.body?.['Operations']).toEqual([{ op: 'add', path: 'title', value: 'Countess' }]);
  const alone: Resource = { ...ada, [ENTERPRISE]: { department: 'Engines', manager: { value: 'E-2' } } };
  for (const profile of [generic, { ...generic, update: { ...generic.update, method: 'put' } } as Profile])
    expect(encode(update(ada, alone), profile, { remoteId: '1' })).toBeUndefined();
});

test('a manager who is taken away is removed, whether or not another is known', () => {
  const after: Resource = { ...ada, [ENTERPRISE]: { department: 'Engines' } };
  expect(encode(update(ada, after), generic, { remoteId: '1' })?.body?.['Operations']).toEqual([
    { op: 'remove', path: `${ENTERPRISE}:manager` },
  ]);
});

test.each([
  ['generic', generic, [{ op: 'replace', path: 'active', value: false }]],
  ['cosmo', cosmo, [{ op: 'replace', path: 'active', value: false }]],
  ['cosmo-controlplane', controlplane, [{ op: 'replace', value: { active: false } }]],
] as const)('%s: switching off is a PATCH of active alone, with a real boolean', (_, profile, operations) => {
  const after = { ...ada, active: false };
  for (const changes of [diff(ada, after), []])
    expect(encode({ kind: 'deactivate', after, changes }, profile, { remoteId: '1', password: 'x' })).toEqual(
      {
        method: 'PATCH',
        path: '/Users/1',
        body: { schemas: [patchOp], Operations: operations },
      },
    );
});

test('switching on goes with everything that changed meanwhile', () => {
  const before = { ...ada, active: false };
  const after = { ...ada, title: 'Countess' };
  const request = encode({ kind: 'reactivate', after, changes: diff(before, after) }, generic, {
    remoteId: '1',
  });
  expect(request?.body?.['Operations']).toEqual([
    { op: 'replace', path: 'active', value: true },
    { op: 'add', path: 'title', value: 'Countess' },
  ]);
});

test('a delete is a DELETE, and a deactivation that loses the id is a deactivation', () => {
  expect(encode({ kind: 'delete', changes: [] }, generic, { remoteId: '1' })).toEqual({
    method: 'DELETE',
    path: '/Users/1',
  });
  const after = { ...ada, active: false };
  const request = encode({ kind: 'delete', after, changes: diff(ada, after) }, generic, { remoteId: '1' });
  expect(request).toMatchObject({
    method: 'PATCH',
    body: { Operations: [{ path: 'active', value: false }] },
  });
});

test('a link that changes nothing sends nothing, and one that changes something is an update', () => {
  expect(encode({ kind: 'link', after: ada, changes: [] }, generic, { remoteId: '1' })).toBeUndefined();
  const request = encode({ ...update({ ...ada, externalId: 'x' }, ada), kind: 'link' }, generic, {
    remoteId: '1',
  });
  expect(request?.body?.['Operations']).toEqual([{ op: 'replace', path: 'externalId', value: 'E-1' }]);
});

test('where a server has no PATCH, a PUT carries the whole resource with its id and active', () => {
  const after = { ...ada, title: 'Countess' };
  expect(encode(update(ada, after), generic, { remoteId: 'u-1', managerId: 'm-9', method: 'put' })).toEqual({
    method: 'PUT',
    path: '/Users/u-1',
    body: {
      schemas: [CORE_USER, ENTERPRISE],
      id: 'u-1',
      ...ada,
      title: 'Countess',
      [ENTERPRISE]: { department: 'Engines', manager: { value: 'm-9' } },
    },
  });
  const off = { ...ada, active: false };
  const request = encode({ kind: 'deactivate', after: off, changes: diff(ada, off) }, controlplane, {
    remoteId: 'u-1',
    method: 'put',
  });
  expect(request).toMatchObject({ method: 'PUT', body: { active: false } });
});

test('a PUT takes along what the target holds and the profile has no say in, and nothing that is readOnly', () => {
  const custom = 'urn:example:badge:1.0:User';
  const before: Resource = {
    schemas: [CORE_USER],
    id: 'u-1',
    meta: { version: 'W/"1"' },
    groups: [{ value: 'g' }],
    userName: 'old',
    title: 'gone',
    name: { givenName: 'Old', formatted: 'Old One' },
    x509Certificates: [{ value: 'MII' }],
    active: false,
    shoeSize: 43,
    [custom]: { badge: 7 },
    [ENTERPRISE]: { manager: { value: 'm-old' }, department: 'Old' },
  };
  const request = encode(update({ ...ada, title: 'gone' }, ada), generic, {
    remoteId: 'u-1',
    before,
    method: 'put',
  });
  expect(request?.body).toEqual({
    schemas: [CORE_USER, custom, ENTERPRISE],
    id: 'u-1',
    ...ada,
    x509Certificates: [{ value: 'MII' }],
    [custom]: { badge: 7 },
    [ENTERPRISE]: { department: 'Engines' },
  });
});

test('a PUT never guesses whether somebody is active', () => {
  const after: Resource = { userName: 'a', title: 'b' };
  const operation = { kind: 'update', after, changes: diff({ userName: 'a' }, after) } as const;
  expect(() => encode(operation, generic, { remoteId: '1', method: 'put' })).toThrow(
    'whether the person is active',
  );
  const request = encode(operation, generic, { remoteId: '1', method: 'put', before: { active: false } });
  expect(request?.body).toMatchObject({ active: false });
});

test('the control plane gets names by PUT with name and active, without groups or the password', () => {
  const before: Resource = {
    userName: 'ada@example.com',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: [{ value: 'ada@example.com', primary: true }],
    active: true,
  };
  const after = { ...before, name: { givenName: 'Ada', familyName: 'King' } };
  const binding = { remoteId: 'u-1', password: 's3cret', before: { groups: [{ value: 'g' }], active: true } };
  expect(encode(update(before, after), controlplane, binding)).toEqual({
    method: 'PUT',
    path: '/Users/u-1',
    body: { schemas: [CORE_USER], id: 'u-1', ...after },
  });
  const { name: _, ...nameless } = before;
  expect(encode(update(before, nameless), controlplane, { remoteId: '1' })?.body).toMatchObject({
    name: {},
    active: true,
  });
});

test('the control plane gets name and emails with every create, even empty', () => {
  const request = encode(
    { kind: 'create', after: { userName: 'ada@example.com' }, changes: [] },
    controlplane,
  );
  expect(request?.body).toEqual({
    schemas: [CORE_USER],
    userName: 'ada@example.com',
    active: true,
    name: {},
    emails: [],
  });
});

test('a password goes only where the profile takes one', () => {
  const create = { kind: 'create', after: ada, changes: [] } as const;
  const binding = { remoteId: '1', password: 's3cret!' };
  expect(encode(create, cosmo, binding)?.body).toMatchObject({ password: 's3cret!' });
  expect(encode({ kind: 'update', after: ada, changes: [] }, cosmo, binding)?.body?.['Operations']).toEqual([
    { op: 'replace', path: 'password', value: 's3cret!' },
  ]);
  for (const profile of [generic, controlplane]) {
    expect(JSON.stringify(encode(create, profile, binding))).not.toContain('s3cret!');
    expect(encode({ kind: 'update', after: ada, changes: [] }, profile, binding)).toBeUndefined();
  }
});

test('a service that wants one object without a path gets one, with what is cleared removed beside it', () => {
  const pathless: Profile = { ...generic, update: { ...generic.update, patchForm: 'pathless' } };
  const after: Resource = {
    ...ada,
    title: 'Countess',
    name: { givenName: 'Ada', familyName: 'King' },
    [ENTERPRISE]: { department: 'Analysis' },
  };
  expect(
    encode(update({ ...ada, nickName: 'A' }, after), pathless, { remoteId: '1' })?.body?.['Operations'],
  ).toEqual([
    {
      op: 'replace',
      value: { name: { familyName: 'King' }, title: 'Countess', [ENTERPRISE]: { department: 'Analysis' } },
    },
    { op: 'remove', path: 'nickName' },
    { op: 'remove', path: `${ENTERPRISE}:manager` },
  ]);
});

test('a service that wants active as text gets text', () => {
  const texts: Profile = { ...generic, active: { form: 'path', as: 'string' } };
  const request = encode({ kind: 'deactivate', after: ada, changes: [] }, texts, { remoteId: '1' });
  expect(request?.body?.['Operations']).toEqual([{ op: 'replace', path: 'active', value: 'false' }]);
});

test('what cannot be sent is refused before it is: no id, or an id that leads elsewhere', () => {
  expect(() => encode({ kind: 'delete', changes: [] }, generic)).toThrow('the id of the account');
  for (const remoteId of ['', '.', '..'])
    expect(() => encode({ kind: 'delete', changes: [] }, generic, { remoteId })).toThrow(
      'cannot stand in a path',
    );
});
