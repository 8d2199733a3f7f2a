import { raw } from '../calling.ts';
import { expect, test } from 'vitest';
import { TOKEN, mockOf } from '../calling.ts';
import { GROUP, USER, patchOf, playedAs } from './quirks.ts';

const emails = [{ value: 'mona@example.com', type: 'work', primary: true }];
const mona = {
  schemas: [USER],
  userName: 'mona.the.octocat@example.com',
  externalId: 'e1',
  displayName: 'Mona',
  active: true,
  emails,
};
const made = { ask: 'POST /Users', body: mona, status: 201, learns: 'mona' };
const ofMona = 'PATCH /Users/${mona}';
const group = {
  ask: 'POST /Groups',
  body: { schemas: [GROUP], displayName: 'Octocats', externalId: 'g1', members: [{ value: '${mona}' }] },
  status: 201,
  learns: 'octocats',
};

playedAs(
  'github-enterprise',
  {
    'a token needs the scope scim:enterprise': [
      { ask: 'GET /Users', token: null, status: 401 },
      { ask: 'GET /Users', token: 'other', status: 401 },
      { ask: 'GET /Users', token: 'weak', status: 403 },
    ],
    'there is no ServiceProviderConfig': [{ ask: 'GET /ServiceProviderConfig', status: 404 }],
    'schemas, externalId, active, userName, displayName and emails with value, type and primary are required':
      [
        ...['schemas', 'externalId', 'active', 'userName', 'displayName', 'emails'].map((name) => ({
          ...made,
          body: { ...mona, [name]: undefined },
          status: 400,
        })),
        ...['value', 'type', 'primary'].map((name) => ({
          ...made,
          body: { ...mona, emails: [{ ...emails[0], [name]: undefined }] },
          status: 400,
        })),
        { ...made, lacks: ['login', 'title'], body: { ...mona, title: 'Cat' } },
      ],
    'the userName is normalised to the login, and two that come to the same fail': [
      made,
      ...['mona-the-octocat', 'EXAMPLE\\mona_the_octocat', 'Mona.The.Octocat@other.example'].map(
        (userName) => ({
          ...made,
          body: { ...mona, userName, externalId: userName },
          status: 400,
        }),
      ),
    ],
    'a login has no dash at its ends, no two in a row, and at most 39 characters with the short code': [
      ...['-mona', 'mona-', 'mo--na', '_mona@example.com', 'm'.repeat(35)].map((userName) => ({
        ...made,
        body: { ...mona, userName },
        status: 400,
      })),
      { ...made, body: { ...mona, userName: 'm'.repeat(34) } },
    ],
    'a duplicate is 409': [made, { ...made, status: 409, has: { scimType: 'uniqueness' } }],
    'one condition with eq: userName, externalId, id, displayName; of groups externalId, id, displayName': [
      made,
      group,
      { ask: 'GET /Users?filter=externalId eq "e1"', has: { totalResults: 1 } },
      { ask: 'GET /Users?filter=displayName eq "Mona"', has: { totalResults: 1 } },
      { ask: 'GET /Groups?filter=displayName eq "Octocats"', has: { totalResults: 1 } },
      { ask: 'GET /Users?filter=externalId eq "e1" and active eq true', status: 400 },
      { ask: 'GET /Users?filter=userName sw "mona"', status: 400 },
      { ask: 'GET /Users?filter=emails.value eq "mona@example.com"', status: 400 },
      { ask: 'GET /Groups?filter=members.value eq "x"', status: 400 },
    ],
    'count is 30 by default': [
      ...Array.from({ length: 31 }, (_, at) => ({
        ask: 'POST /Groups',
        body: { schemas: [GROUP], displayName: `g${at}`, externalId: `g${at}`, members: [] },
        status: 201,
      })),
      { ask: 'GET /Groups', has: { totalResults: 31, itemsPerPage: 30, startIndex: 1 } },
      { ask: 'GET /Groups?startIndex=31', has: { itemsPerPage: 1 } },
    ],
    'excludedAttributes=members leaves the members out': [
      made,
      group,
      { ask: 'GET /Groups/${octocats}', has: { members: [{ display: 'Mona' }] } },
      { ask: 'GET /Groups/${octocats}?excludedAttributes=members', lacks: ['members'] },
    ],
    'complex filter paths have no effect in a PATCH of a user': [
      made,
      {
        ask: ofMona,
        body: patchOf(
          { op: 'replace', path: 'emails[type eq "work"].value', value: 'new@example.com' },
          { op: 'Replace', value: { displayName: 'Mona L.' } },
        ),
        has: { emails, displayName: 'Mona L.' },
      },
    ],
    'active: false suspends; the identity is kept, hidden in groups, and comes back with active: true': [
      made,
      group,
      { ask: ofMona, body: patchOf({ op: 'replace', value: { active: false } }), has: { active: false } },
      { ask: 'GET /Users/${mona}', has: { active: false } },
      { ask: 'GET /Users', has: { totalResults: 1 } },
      { ask: 'GET /Groups/${octocats}', lacks: ['members/0'] },
      { ask: ofMona, body: patchOf({ op: 'replace', path: 'active', value: true }) },
      { ask: 'GET /Groups/${octocats}', has: { members: [{ display: 'Mona' }] } },
    ],
    'DELETE cannot be undone: the identity is gone, and the userName is free': [
      made,
      { ask: 'DELETE /Users/${mona}', status: 204 },
      { ask: 'GET /Users/${mona}', status: 404 },
      { ask: ofMona, body: patchOf({ op: 'replace', path: 'active', value: true }), status: 404 },
      made,
    ],
    'groups: created, renamed, filled and deleted; a PUT without members empties; users have to be there first':
      [
        made,
        { ...group, body: { ...group.body, members: [{ value: 'nobody' }] }, status: 400 },
        group,
        {
          ask: 'PATCH /Groups/${octocats}',
          body: patchOf({ op: 'replace', path: 'displayName', value: 'Cats' }),
          has: { displayName: 'Cats', members: [{}] },
        },
        { ask: 'PUT /Groups/${octocats}', body: { ...group.body, members: undefined }, lacks: ['members'] },
        {
          ask: 'PATCH /Groups/${octocats}',
          body: patchOf({ op: 'add', path: 'members', value: [{ value: '${mona}' }] }),
          has: { members: [{}] },
        },
        {
          ask: 'PATCH /Groups/${octocats}',
          body: patchOf({ op: 'remove', path: 'members', value: [{ value: 'nobody' }] }),
          has: { members: [{}] },
        },
        {
          ask: 'PATCH /Groups/${octocats}',
          body: patchOf({ op: 'remove', path: 'members', value: [{ value: '${mona}' }] }),
          lacks: ['members'],
        },
        { ask: 'DELETE /Groups/${octocats}', status: 204 },
      ],
  },
  { keys: [{ token: 'weak', permissions: ['repo'] }] },
);

const hubot = {
  schemas: [USER],
  userName: 'hubot@example.com',
  name: { givenName: 'Hu', familyName: 'Bot' },
  emails: [{ value: 'hubot@example.com' }],
};
const invited = { ask: 'POST /Users', body: hubot, status: 201, learns: 'hubot' };

playedAs(
  'github-organization',
  {
    'a token without the scope, or a wrong one, is 404': [
      { ask: 'GET /Users', token: 'weak', status: 404, has: { detail: 'Not Found' } },
      { ask: 'GET /Users', token: 'other', status: 401 },
    ],
    'only /Users is there': [
      { ask: 'GET /Groups', status: 404 },
      { ask: 'GET /ServiceProviderConfig', status: 404 },
    ],
    'userName, givenName, familyName and an e-mail address are required': [
      { ...invited, body: { ...hubot, userName: undefined }, status: 400 },
      { ...invited, body: { ...hubot, name: undefined }, status: 400 },
      { ...invited, body: { ...hubot, name: { givenName: 'Hu' } }, status: 400 },
      { ...invited, body: { ...hubot, emails: undefined }, status: 400 },
    ],
    'provision and invite: an e-mail goes out, and the list has who has not accepted': [
      invited,
      { ask: 'GET /_mock/mailbox', has: { items: [{ to: 'hubot@example.com' }] } },
      { ask: 'GET /Users', has: { totalResults: 2, Resources: [{ userName: null }, { active: true }] } },
      { ...invited, status: 409 },
      { ask: 'GET /_mock/mailbox', has: { total: 1 } },
    ],
    'somebody who was never linked has null for a userName': [
      { ask: 'GET /Users', has: { Resources: [{ userName: null, id: 'unlinked' }] } },
    ],
    'filters: id, userName, emails, externalId, with eq': [
      { ...invited, body: { ...hubot, externalId: 'e1' } },
      { ask: 'GET /Users?filter=emails eq "hubot@example.com"', has: { totalResults: 1 } },
      { ask: 'GET /Users?filter=externalId eq "e1"', has: { totalResults: 1 } },
      { ask: 'GET /Users?filter=displayName eq "x"', status: 400, has: { scimType: 'invalidFilter' } },
      { ask: 'GET /Users?filter=userName eq "a" or userName eq "b"', status: 400 },
    ],
    'active: false by PATCH removes from the organisation and deletes the id; whoever comes back is invited anew':
      [
        invited,
        { ask: 'POST /_mock/invitations/accept', body: {} },
        {
          ask: 'PATCH /Users/${hubot}',
          body: patchOf({ op: 'replace', value: { active: false } }),
          has: { active: false },
        },
        { ask: 'GET /Users/${hubot}', status: 404 },
        {
          ask: 'PATCH /Users/${hubot}',
          body: patchOf({ op: 'replace', value: { active: true } }),
          status: 404,
        },
        invited,
        { ask: 'GET /_mock/invitations?state=pending', has: { total: 1 } },
      ],
    'active: false by PUT does the same, also while the invitation is open': [
      invited,
      { ask: 'PUT /Users/${hubot}', body: { ...hubot, active: false } },
      { ask: 'GET /Users/${hubot}', status: 404 },
      { ask: 'GET /_mock/invitations?state=pending', has: { total: 0 } },
    ],
    'DELETE removes from the organisation': [
      invited,
      { ask: 'DELETE /Users/${hubot}', status: 204 },
      { ask: 'GET /Users/${hubot}', status: 404 },
    ],
    'a PUT must carry every required value, and what is left out is removed': [
      { ...invited, body: { ...hubot, displayName: 'Hubot' } },
      { ask: 'PUT /Users/${hubot}', body: { schemas: [USER], userName: 'hubot@example.com' }, status: 400 },
      { ask: 'PUT /Users/${hubot}', body: hubot, lacks: ['displayName'] },
    ],
    'complex filter paths do not work': [
      invited,
      {
        ask: 'PATCH /Users/${hubot}',
        body: patchOf({ op: 'replace', path: 'emails[type eq "work"].value', value: 'x@example.com' }),
        has: { emails: hubot.emails },
      },
    ],
  },
  {
    keys: [{ token: 'weak', permissions: ['repo'] }],
    people: [
      {
        ...hubot,
        id: 'unlinked',
        userName: 'someone',
        emails: [{ value: 's@example.com' }],
        membership: 'none',
      },
    ],
  },
);

test.each(['github-enterprise', 'github-organization'])(
  '--as %s: a request without a User-Agent is rejected',
  async (name) => {
    const mock = await mockOf(name);
    const { pathname } = new URL(mock.url);
    const head = `GET ${pathname}/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${TOKEN}\r\n`;
    expect(await raw(mock, `${head}\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await raw(mock, `${head}User-Agent: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
  },
);
