import { expect } from 'vitest';
import { ENTERPRISE, GROUP, USER, patchOf, playedAs } from './quirks.ts';

const ada = {
  schemas: [USER],
  userName: 'ada@example.com',
  displayName: 'Ada Lovelace',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
};
const made = { ask: 'POST /Users', body: ada, status: 201, learns: 'ada' };
const group = {
  ask: 'POST /Groups',
  body: { schemas: [GROUP], displayName: 'Engineers', members: [{ value: '${ada}' }] },
  status: 201,
  learns: 'group',
};
const ofAda = 'PATCH /Users/${ada}';
const ofGroup = 'PATCH /Groups/${group}';
const nobody = { ask: 'GET /Groups?filter=members.value eq "nobody"', status: 404 };

playedAs(
  'aws-identity-center',
  {
    'UnauthorizedException 401, AccessDeniedException 403': [
      { ask: 'GET /Users', token: null, status: 401 },
      { ask: 'GET /Users', token: 'other', status: 401 },
      { ask: 'GET /Users', token: 'weak', status: 403 },
    ],
    'an error has schema and schemas, an id and a time, and no scimType': [
      {
        ...made,
        body: { ...ada, userName: undefined },
        status: 400,
        has: {
          schema: 'urn:ietf:params:scim:api:messages:2.0:Error',
          schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
          status: '400',
          exceptionRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
          timeStamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as unknown,
        },
        lacks: ['scimType'],
      },
    ],
    'givenName, familyName, userName and displayName are required': [
      ...['userName', 'displayName', 'name'].map((name) => ({
        ...made,
        body: { ...ada, [name]: undefined },
        status: 400,
      })),
      { ...made, body: { ...ada, name: { givenName: 'Ada' } }, status: 400 },
    ],
    'only single values are permitted, and the e-mail address must be marked as primary': [
      { ...made, body: { ...ada, emails: [...ada.emails, { value: 'b@example.com' }] }, status: 400 },
      { ...made, body: { ...ada, phoneNumbers: [{ value: '1' }, { value: '2' }] }, status: 400 },
      { ...made, body: { ...ada, roles: [{ value: '1' }, { value: '2' }] }, status: 400 },
      { ...made, body: { ...ada, emails: [{ value: 'ada@example.com' }] }, status: 400 },
      made,
    ],
    'ims, photos, x509Certificates, entitlements, password, groups and display are not supported': [
      { ...made, body: { ...ada, password: 'secret-word' }, status: 400 },
      ...['ims', 'photos', 'x509Certificates', 'entitlements', 'groups'].map((name) => ({
        ...made,
        body: { ...ada, [name]: [{ value: 'x' }] },
        status: 400,
      })),
      { ...made, body: { ...ada, emails: [{ ...ada.emails[0], display: 'Ada' }] }, status: 400 },
      { ...made, body: { ...ada, [ENTERPRISE]: { manager: { value: 'm', displayName: 'M' } } }, status: 400 },
      {
        ...made,
        body: { ...ada, [ENTERPRISE]: { manager: { value: 'm' }, costCenter: '7' } },
        lacks: ['meta/version'],
      },
    ],
    'a duplicate userName, e-mail address or externalId is refused': [
      { ...made, body: { ...ada, externalId: 'e1' } },
      ...[
        { userName: 'ADA@example.com', emails: [] },
        { userName: 'b' },
        { userName: 'b', emails: [], externalId: 'e1' },
      ].map((differs) => ({
        ...made,
        body: { ...ada, ...differs },
        status: 409,
        has: { detail: 'Refused to create a new, duplicate resource.', status: '409' },
        lacks: ['scimType'],
      })),
    ],
    'filters: eq, joined by and, in fixed combinations': [
      { ...made, body: { ...ada, externalId: 'e1', [ENTERPRISE]: { manager: { value: 'm' } } } },
      group,
      { ask: 'GET /Users?filter=userName eq "ada@example.com"', has: { Resources: [{ id: '${ada}' }] } },
      { ask: 'GET /Users?filter=externalId eq "e1"', has: { Resources: [{ id: '${ada}' }] } },
      { ask: 'GET /Users?filter=id eq "${ada}" and manager eq "m"', has: { Resources: [{ id: '${ada}' }] } },
      { ask: 'GET /Users?filter=manager eq "x" and id eq "${ada}"', has: { Resources: [] } },
      { ask: 'GET /Users?filter=groups.value eq "${group}"', has: { Resources: [{ id: '${ada}' }] } },
      { ask: 'GET /Groups?filter=members.value eq "${ada}"', has: { Resources: [{ id: '${group}' }] } },
      {
        ask: 'GET /Groups?filter=id eq "${group}" and members eq "${ada}"',
        has: { Resources: [{ id: '${group}' }] },
      },
      { ask: 'GET /Groups?filter=displayName eq "Engineers"', has: { Resources: [{ id: '${group}' }] } },
      { ask: 'GET /Users?filter=displayName eq "Ada"', status: 400 },
      { ask: 'GET /Users?filter=userName sw "a"', status: 400 },
      { ask: 'GET /Users?filter=userName eq "a" or externalId eq "b"', status: 400 },
      { ask: 'GET /Users?filter=userName eq "a" and externalId eq "b"', status: 400 },
    ],
    'a filter by a member who does not exist is ResourceNotFoundException': [
      nobody,
      { ...nobody, ask: 'GET /Groups?filter=id eq "x" and members eq "nobody"' },
    ],
    'members are not returned by GetGroup and ListGroups': [
      made,
      { ...group, has: { members: [] } },
      { ask: 'GET /Groups/${group}', has: { displayName: 'Engineers', members: [] } },
      { ask: 'GET /Groups', has: { Resources: [{ members: [] }] } },
    ],
    'startIndex is not supported; a list has 100 at most, and goes on by cursor, without a total': [
      ...Array.from({ length: 101 }, (_, at) => ({
        ask: 'POST /Groups',
        body: { schemas: [GROUP], displayName: `g${at}` },
        status: 201,
      })),
      {
        ask: 'GET /Groups?startIndex=101&count=500',
        has: { itemsPerPage: 100, startIndex: 1, Resources: { 0: { displayName: 'g0' } } },
      },
      {
        ask: 'GET /Groups?cursor&count=100',
        has: { itemsPerPage: 100, nextCursor: expect.any(String) as unknown },
        lacks: ['totalResults', 'startIndex'],
      },
    ],
    'PatchUser: without a path one single attribute, and userName and active once and never removed': [
      made,
      {
        ask: ofAda,
        body: patchOf({ op: 'replace', value: { title: 'Countess' } }),
        has: { title: 'Countess' },
      },
      { ask: ofAda, body: patchOf({ op: 'replace', value: { title: 'x', active: false } }), status: 400 },
      {
        ask: ofAda,
        body: patchOf(
          { op: 'replace', path: 'active', value: false },
          { op: 'replace', path: 'active', value: true },
        ),
        status: 400,
      },
      { ask: ofAda, body: patchOf({ op: 'remove', path: 'active' }), status: 400 },
      { ask: ofAda, body: patchOf({ op: 'remove', path: 'userName' }), status: 400 },
      {
        ask: ofAda,
        body: patchOf({ op: 'replace', path: 'active', value: false }),
        has: { active: false, title: 'Countess' },
      },
    ],
    'PatchGroup: only displayName, members and externalId, and at most 100 membership changes': [
      made,
      group,
      { ask: ofGroup, body: patchOf({ op: 'replace', path: 'displayName', value: 'New' }), status: 204 },
      { ask: ofGroup, body: patchOf({ op: 'replace', path: 'schemas', value: ['x'] }), status: 400 },
      { ask: ofGroup, body: patchOf({ op: 'remove', path: 'members[value eq "${ada}"]' }), status: 400 },
      {
        ask: ofGroup,
        body: patchOf({ op: 'remove', path: 'members', value: [{ value: '${ada}' }] }),
        status: 204,
      },
      {
        ask: ofGroup,
        body: patchOf({ op: 'add', path: 'members', value: [{ value: '${ada}' }] }),
        status: 204,
      },
      { ask: 'GET /Users?filter=groups.value eq "${group}"', has: { totalResults: 1 } },
      {
        ask: ofGroup,
        body: patchOf({
          op: 'add',
          path: 'members',
          value: Array.from({ length: 101 }, () => ({ value: '${ada}' })),
        }),
        status: 400,
      },
      {
        ask: 'POST /Groups',
        body: { displayName: 'Big', members: Array.from({ length: 101 }, () => ({ value: '${ada}' })) },
        status: 400,
      },
    ],
    'PatchGroup: to replace or to remove all memberships is a ValidationException': [
      made,
      group,
      {
        ask: ofGroup,
        body: patchOf({ op: 'replace', path: 'members', value: [{ value: '${ada}' }] }),
        status: 400,
      },
      { ask: ofGroup, body: patchOf({ op: 'replace', value: { members: [] } }), status: 400 },
      { ask: ofGroup, body: patchOf({ op: 'remove', path: 'members' }), status: 400 },
      { ask: 'GET /Users?filter=groups.value eq "${group}"', has: { totalResults: 1 } },
      // Amazon's own client names whom it removes in a list (awslabs/ssosync, internal/aws/client.go).
      {
        ask: ofGroup,
        body: patchOf({ op: 'remove', path: 'members', value: [{ value: '${ada}' }] }),
        status: 204,
      },
      { ask: 'GET /Users?filter=groups.value eq "${group}"', has: { totalResults: 0 } },
    ],
    'there is no PutGroup; PutUser does not touch groups; DeleteUser deletes': [
      made,
      group,
      { ask: 'PUT /Groups/${group}', body: { displayName: 'x' }, status: 405 },
      {
        ask: 'PUT /Users/${ada}',
        body: { ...ada, displayName: 'A' },
        has: { displayName: 'A', groups: [{ display: 'Engineers' }] },
      },
      { ask: 'DELETE /Users/${ada}', status: 204 },
      { ask: 'GET /Users/${ada}', status: 404 },
      { ask: 'DELETE /Groups/${group}', status: 204 },
    ],
    '/Me, /Bulk and /.search are not there; ServiceProviderConfig says 50': [
      { ask: 'GET /Me', status: 501 },
      { ask: 'POST /Bulk', body: {}, status: 404 },
      { ask: 'POST /.search', body: {}, status: 404 },
      { ask: 'GET /ServiceProviderConfig', has: { filter: { maxResults: 50 }, etag: { supported: false } } },
    ],
  },
  { keys: [{ token: 'weak', permissions: [] }] },
);
