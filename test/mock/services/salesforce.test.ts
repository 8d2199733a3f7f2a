import { expect } from 'vitest';
import { USER, patchOf, playedAs } from './quirks.ts';

const PROFILE = '00e000000000001AAA';
const SET = '0PS000000000001AAA';
const ada = {
  schemas: [USER],
  userName: 'Ada@Example.com',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ type: 'work', primary: true, value: 'ada@example.com' }],
  entitlements: [{ value: PROFILE }],
};
const made = { ask: 'POST /Users', body: ada, status: 201, learns: 'ada' };
const ofAda = 'PATCH /Users/${ada}';
const SALES = '00G000000000002AAA';

playedAs('salesforce', {
  'ServiceProviderConfigs is in the plural: patch and filters of at most 200, no bulk, sort or etag, oauth2':
    [
      {
        ask: 'GET /ServiceProviderConfigs',
        has: {
          patch: { supported: true },
          filter: { supported: true, maxResults: 200 },
          bulk: { supported: false },
          sort: { supported: false },
          etag: { supported: false },
          changePassword: { supported: true },
          authenticationSchemes: [expect.objectContaining({ type: 'oauth2' })],
        },
      },
      { ask: 'GET /ServiceProviderConfig', status: 404 },
    ],
  'Entitlements and Roles can be read': [
    {
      ask: 'GET /Entitlements',
      has: { Resources: [{ id: PROFILE, type: 'Profile' }, {}, { type: 'PermissionSet' }] },
    },
    { ask: `GET /Entitlements/${PROFILE}`, has: { displayName: 'Standard User' } },
    { ask: 'GET /Roles', has: { totalResults: 1 } },
    { ask: 'POST /Roles', body: {}, status: 405 },
  ],
  'exactly one entitlement is a profile; without one the answer is 409, with a number, no scimType, and not "exists"':
    [
      {
        ...made,
        body: { ...ada, entitlements: [] },
        status: 409,
        has: { status: 409, detail: expect.stringMatching(/^REQUIRED_FIELD_MISSING:/) as unknown },
        lacks: ['scimType'],
      },
      { ...made, body: { ...ada, entitlements: [{ value: SET }] }, status: 409 },
      {
        ...made,
        body: { ...ada, entitlements: [...ada.entitlements, { value: '00e000000000002AAA' }] },
        status: 409,
      },
      {
        ...made,
        body: { ...ada, entitlements: [...ada.entitlements, { value: SET }] },
        has: { userName: 'ada@example.com', entitlements: [{ type: 'Profile' }, { type: 'PermissionSet' }] },
      },
    ],
  'userName, familyName and an e-mail address are required, and the userName is unique': [
    ...['userName', 'name', 'emails'].map((name) => ({
      ...made,
      body: { ...ada, [name]: undefined },
      status: 400,
    })),
    { ...made, body: { ...ada, phoneNumbers: [{ value: '1' }, { value: '2' }] }, status: 400 },
    made,
    { ...made, status: 409, has: { status: 409 }, lacks: ['scimType'] },
  ],
  'a PATCH has no path, and answers 200 with the user': [
    made,
    {
      ask: ofAda,
      body: patchOf({ op: 'replace', value: { nickName: 'Countess' } }),
      has: { nickName: 'Countess', active: true },
    },
    { ask: 'PUT /Users/${ada}', body: ada, status: 405 },
  ],
  'deactivate by active: false or by DELETE, to the same effect; users are never deleted': [
    made,
    { ask: ofAda, body: patchOf({ op: 'replace', value: { active: false } }), has: { active: false } },
    { ask: ofAda, body: patchOf({ op: 'replace', value: { active: true } }), has: { active: true } },
    { ask: 'DELETE /Users/${ada}', status: 204 },
    { ask: 'GET /Users/${ada}', has: { active: false } },
    { ask: 'GET /Users?filter=userName eq "ada@example.com"', has: { totalResults: 1 } },
    { ...made, status: 409 },
  ],
  'members are added and removed by an object with members in it, although there is a path': [
    made,
    {
      ask: `PATCH /Groups/${SALES}`,
      body: patchOf({ op: 'add', path: 'members', value: { members: [{ value: '${ada}' }] } }),
      has: { displayName: 'Sales', members: [{ value: '${ada}' }] },
    },
    {
      ask: `PATCH /Groups/${SALES}`,
      body: patchOf({ op: 'remove', path: 'members', value: { members: [{ value: '${ada}' }] } }),
      lacks: ['members'],
    },
  ],
  'groups can be read and updated, not created or deleted': [
    { ask: 'GET /Groups?filter=displayName eq "Sales"', has: { Resources: [{ id: SALES }] } },
    { ask: 'POST /Groups', body: { displayName: 'New' }, status: 405 },
    { ask: `DELETE /Groups/${SALES}`, status: 405 },
  ],
});
