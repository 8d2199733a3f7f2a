import { ada as product } from './people.ts';
import { expect } from 'vitest';
import { ENTERPRISE, GROUP, PATCH_OP, USER, patchOf, playedAs } from './quirks.ts';

const ada = { schemas: [USER], userName: 'Ada@Example.com', displayName: 'Ada Lovelace' };
const bob = { schemas: [USER], userName: 'bob@example.com', displayName: 'Bob' };
const made = { ask: 'POST /Users', body: ada, status: 201, learns: 'ada' };
const madeBob = { ask: 'POST /Users', body: bob, status: 201, learns: 'bob' };
const admins = {
  ask: 'POST /Groups',
  body: { schemas: [GROUP], displayName: 'Admins', members: [{ value: '${ada}' }] },
  status: 201,
  learns: 'admins',
};
const ofAda = 'PATCH /Users/${ada}';
const ofAdmins = 'PATCH /Groups/${admins}';

playedAs('accessiq', {
  'user name, e-mail address, first and last name are required, and nobody is deleted; the rest is RFC 7644':
    [
      ...(['userName', 'emails', 'name'] as const).map((name) => ({
        ask: 'POST /Users',
        body: { ...product, [name]: undefined },
        status: 400,
      })),
      {
        ask: 'POST /Users',
        body: { ...product, title: 'Countess' },
        status: 201,
        learns: 'ada',
        lacks: ['title'],
      },
      { ask: 'GET /Users?filter=externalId eq "e1"', has: { totalResults: 1 } },
      { ask: 'DELETE /Users/${ada}', status: 405 },
      { ask: 'GET /Users/${ada}', status: 200 },
    ],
});

playedAs(
  'accessiq-demo',
  {
    'Authentication: 401 and 403 are SCIM-shaped, and 401 has a challenge': [
      {
        ask: 'GET /Users',
        token: null,
        status: 401,
        has: { status: '401', detail: 'Authentication required' },
      },
      { ask: 'GET /Users', token: 'other', status: 401 },
      { ask: 'GET /Users', token: 'employee', status: 403, has: { detail: 'Insufficient privileges' } },
    ],
    'DELETE /Users and DELETE /Groups are not implemented': [
      made,
      admins,
      { ask: 'DELETE /Users/${ada}', status: 405 },
      { ask: 'DELETE /Groups/${admins}', status: 405 },
      { ask: 'POST /Bulk', body: {}, status: 404 },
    ],
    'userName maps to the e-mail address, in lower case; emails are made of it, ids are numbers': [
      {
        ...made,
        body: {
          ...ada,
          externalId: 'e1',
          name: { givenName: 'Ada', familyName: 'Lovelace' },
          emails: [{ value: 'other@example.com' }],
          phoneNumbers: [{ value: '1' }],
        },
        has: {
          id: '1',
          userName: 'ada@example.com',
          name: { formatted: 'Ada Lovelace' },
          emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
          active: true,
        },
        lacks: ['externalId', 'name/givenName', 'phoneNumbers', 'meta/created'],
      },
      { ...madeBob, body: { ...bob, userName: 'bob' }, status: 400, has: { scimType: 'invalidValue' } },
      { ask: 'GET /Users/x', status: 404 },
    ],
    'displayName is required, and name.formatted stands in for it': [
      {
        ask: 'POST /Users',
        body: { ...bob, displayName: undefined },
        status: 400,
        has: { scimType: 'invalidValue' },
      },
      {
        ask: 'POST /Users',
        body: { schemas: [USER], userName: 'c@example.com', name: { formatted: 'Cy' } },
        status: 201,
        has: { displayName: 'Cy' },
      },
      { ask: 'POST /Users', body: { ...bob, displayName: 'x'.repeat(101) }, status: 400 },
    ],
    'duplicate userName and employee numbers return 409 with scimType: uniqueness': [
      { ...made, body: { ...ada, [ENTERPRISE]: { employeeNumber: '7' } } },
      {
        ...madeBob,
        body: { ...bob, userName: 'ADA@example.com' },
        status: 409,
        has: { scimType: 'uniqueness' },
      },
      {
        ...madeBob,
        body: { ...bob, [ENTERPRISE]: { employeeNumber: '7' } },
        status: 409,
        has: { scimType: 'uniqueness' },
      },
    ],
    'users cannot manage themselves, managers must be there, and cycles are rejected': [
      made,
      { ...madeBob, body: { ...bob, [ENTERPRISE]: { manager: { value: '${ada}' } } } },
      { ask: ofAda, body: patchOf({ op: 'replace', path: 'manager', value: '1' }), status: 400 },
      { ask: ofAda, body: patchOf({ op: 'replace', path: 'manager', value: { value: '99' } }), status: 400 },
      {
        ask: ofAda,
        body: patchOf({ op: 'replace', path: 'manager', value: { value: '${bob}' } }),
        status: 400,
        has: { detail: 'Manager cycle detected' },
      },
    ],
    'PATCH takes add, replace and remove in any case, for few paths; any other fails the whole request': [
      made,
      {
        ask: ofAda,
        body: patchOf(
          { op: 'Replace', path: 'displayName', value: 'Ada' },
          { op: 'ADD', path: 'department', value: 'R&D' },
          { op: 'replace', path: `${ENTERPRISE}:costCenter`, value: '7' },
        ),
        has: { displayName: 'Ada', [ENTERPRISE]: { department: 'R&D', costCenter: '7' } },
      },
      ...['name.givenName', 'emails', 'externalId', 'phoneNumbers[type eq "work"].value'].map((path) => ({
        ask: ofAda,
        body: patchOf(
          { op: 'replace', path: 'displayName', value: 'Z' },
          { op: 'replace', path, value: 'x' },
        ),
        status: 400,
        has: { scimType: 'invalidPath' },
      })),
      {
        ask: ofAda,
        body: patchOf({ op: 'replace', value: { title: 'x' } }),
        status: 400,
        has: { scimType: 'invalidPath' },
      },
      { ask: 'GET /Users/${ada}', has: { displayName: 'Ada' } },
      {
        ask: ofAda,
        body: patchOf({ op: 'remove', path: 'displayName' }),
        has: { displayName: 'ada@example.com' },
      },
    ],
    'active is a boolean, with or without a path; removed, it switches the person off': [
      made,
      { ask: ofAda, body: patchOf({ op: 'replace', path: 'active', value: 'False' }), status: 400 },
      { ask: ofAda, body: patchOf({ op: 'replace', value: { active: false } }), has: { active: false } },
      { ask: ofAda, body: patchOf({ op: 'replace', path: 'active', value: true }), has: { active: true } },
      { ask: ofAda, body: patchOf({ op: 'remove', path: 'active' }), has: { active: false } },
      {
        ask: ofAda,
        body: patchOf({ op: 'remove', path: 'userName' }),
        status: 400,
        has: { scimType: 'invalidValue' },
      },
    ],
    'a PUT without active reactivates, and one without the extension clears the profile': [
      {
        ...made,
        body: { ...ada, active: false, [ENTERPRISE]: { department: 'R&D' } },
        has: { active: false },
      },
      { ask: 'PUT /Users/${ada}', body: ada, has: { active: true }, lacks: [ENTERPRISE] },
    ],
    'unsupported or malformed filters return 400 with scimType: invalidFilter': [
      made,
      { ask: 'GET /Users?filter=userName eq "ADA@example.com"', has: { totalResults: 1 } },
      { ask: 'GET /Users?filter=displayName co "love"', has: { totalResults: 1 } },
      { ask: 'GET /Users?filter=active eq false', has: { totalResults: 0 } },
      ...[
        'externalId eq "e1"',
        'username eq "ada@example.com"',
        'userName co "ada"',
        'userName eq ada@example.com',
        'userName eq "a" and active eq true',
        'userName',
      ].map((filter) => ({
        ask: `GET /Users?filter=${filter}`,
        status: 400,
        has: { scimType: 'invalidFilter' },
      })),
    ],
    'pages begin at 1, have 100 by default, and no upper bound; pages out of range are empty': [
      made,
      { ask: 'GET /Users?startIndex=0', status: 400, has: { scimType: 'invalidValue' } },
      { ask: 'GET /Users?count=-1', status: 400 },
      { ask: 'GET /Users?count=0', has: { totalResults: 1, Resources: [] } },
      { ask: 'GET /Users?startIndex=5&count=5000', has: { startIndex: 5, Resources: [] } },
    ],
    'unsupported sort fields return 400 with scimType: invalidPath': [
      made,
      { ask: 'GET /Users?sortBy=displayName', has: { totalResults: 1 } },
      { ask: 'GET /Users?sortBy=active', status: 400, has: { scimType: 'invalidPath' } },
      { ask: 'GET /Groups?sortBy=userName', status: 400 },
    ],
    'a member who is there already is a conflict, one who is not cannot be removed, and nothing of such a PATCH is done':
      [
        made,
        madeBob,
        admins,
        {
          ask: ofAdmins,
          body: patchOf({ op: 'add', path: 'members', value: [{ value: '${bob}' }, { value: '${ada}' }] }),
          status: 409,
          has: { scimType: 'uniqueness' },
        },
        {
          ask: ofAdmins,
          body: patchOf({ op: 'remove', path: 'members[value eq "${bob}"]' }),
          status: 400,
          has: { scimType: 'invalidValue' },
        },
        { ask: ofAdmins, body: patchOf({ op: 'remove', path: 'members' }), status: 400 },
        { ask: 'GET /Groups/${admins}', has: { members: [{ value: '1', display: 'Ada Lovelace' }] } },
        { ask: ofAdmins, body: patchOf({ op: 'add', path: 'members', value: { value: '${bob}' } }) },
        {
          ask: ofAdmins,
          body: patchOf({ op: 'remove', path: 'members', value: [{ value: '${ada}' }] }),
          has: { members: [{ value: '2' }] },
        },
        {
          ask: ofAdmins,
          body: {
            schemas: [PATCH_OP],
            Operations: [{ op: 'add', path: 'members', value: { members: [{ value: '1' }] } }],
          },
          status: 400,
        },
      ],
    'duplicate group names return 409; a member who is named twice, too': [
      made,
      admins,
      { ...admins, body: { displayName: 'ADMINS' }, status: 409, has: { scimType: 'uniqueness' } },
      {
        ...admins,
        body: { displayName: 'Others', members: [{ value: '1' }, { value: '1' }] },
        status: 409,
        has: { detail: 'Duplicate group member 1' },
      },
      { ask: 'POST /Groups', body: { displayName: 'Empty' }, status: 201, has: { members: [] } },
      {
        ask: ofAdmins,
        body: patchOf({ op: 'replace', path: 'displayName', value: 'New' }),
        has: { displayName: 'New' },
      },
    ],
    'ServiceProviderConfig: sort and patch, at most 100, no bulk, etag or password': [
      {
        ask: 'GET /ServiceProviderConfig',
        has: {
          patch: { supported: true },
          filter: { supported: true, maxResults: 100 },
          sort: { supported: true },
          bulk: { supported: false },
          etag: { supported: false },
          changePassword: { supported: false },
          authenticationSchemes: [expect.objectContaining({ type: 'oauthbearertoken' })],
        },
      },
    ],
  },
  { keys: [{ token: 'employee', permissions: [] }] },
);
