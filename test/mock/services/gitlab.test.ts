import { patchOf, playedAs } from './quirks.ts';
import { ada, made, without } from './people.ts';

playedAs('gitlab', {
  'a group without SAML is 404': [
    { ask: 'POST /_mock/organisations', body: { name: 'example', scim: false } },
    { ask: 'GET /Users', status: 404 },
  ],
  'the id is the externalId; externalId, userName, emails and name are required': [
    ...['externalId', 'userName', 'emails', 'name'].map((name) => ({
      ...made,
      body: without(name),
      status: 400,
    })),
    { ...made, has: { id: 'e1', 'name.formatted': 'Ada Lovelace' }, lacks: ['name', 'displayName'] },
    { ask: 'GET /Users/e1' },
    { ...made, status: 409, has: { status: 409 }, lacks: ['scimType'] },
  ],
  'a userName that is taken gets a number': [
    made,
    { ...made, body: { ...ada, externalId: 'e2' }, has: { userName: 'ada@example.com1' } },
  ],
  'eq on id, externalId and userName; anything else is an Unsupported Filter, 412, with a number': [
    made,
    ...['id eq "e1"', 'externalId eq "e1"', 'userName eq "ada@example.com"'].map((filter) => ({
      ask: `GET /Users?filter=${filter}`,
      has: { totalResults: 1 },
    })),
    {
      ask: 'GET /Users?filter=userName co "ada"',
      status: 412,
      has: { status: 412, detail: 'Unsupported Filter' },
    },
    { ask: 'GET /Users?filter=emails.value eq "ada@example.com"', status: 412 },
  ],
  'PATCH: active as text or boolean; other attributes are ignored with 204': [
    made,
    {
      ask: 'PATCH /Users/e1',
      body: patchOf({ op: 'Replace', path: 'name.formatted', value: 'Z' }),
      status: 204,
    },
    {
      ask: 'PATCH /Users/e1',
      body: patchOf({ op: 'replace', value: { userName: 'z', active: 'false' } }),
      status: 204,
    },
    {
      ask: 'GET /Users/e1',
      has: { active: false, userName: 'ada@example.com', 'name.formatted': 'Ada Lovelace' },
    },
    { ask: 'PATCH /Users/e1', body: patchOf({ op: 'Add', path: 'active', value: 'true' }), status: 204 },
    { ask: 'GET /Users/e1', has: { active: true } },
  ],
  'DELETE removes the membership and keeps the identity, which active: true restores': [
    made,
    { ask: 'DELETE /Users/e1', status: 204 },
    { ask: 'GET /Users/e1', has: { active: false } },
    { ask: 'PATCH /Users/e1', body: patchOf({ op: 'replace', path: 'active', value: 'true' }), status: 204 },
    { ask: 'GET /Users/e1', has: { active: true } },
    { ask: 'DELETE /Users/e9', status: 404 },
  ],
  'pages of 20, at most 100': [
    ...Array.from({ length: 21 }, (_, at) => ({
      ...made,
      body: { ...ada, externalId: `e${at}`, userName: `u-${at}-` },
    })),
    { ask: 'GET /Users', has: { totalResults: 21, itemsPerPage: 20 } },
    { ask: 'GET /Users?startIndex=21&count=500', has: { itemsPerPage: 1 } },
  ],
  'there is no PUT, no groups and no discovery': [
    made,
    { ask: 'PUT /Users/e1', body: ada, status: 405 },
    { ask: 'GET /Groups', status: 404 },
    { ask: 'GET /ServiceProviderConfig', status: 404 },
  ],
});
