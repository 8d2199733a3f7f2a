import { patchOf, playedAs } from './quirks.ts';
import { ada, group, made, without } from './people.ts';

playedAs('atlassian', {
  'an e-mail address is required; userName and externalId are there once': [
    { ...made, body: without('emails'), status: 400 },
    made,
    { ...made, status: 409 },
    { ...made, body: { ...ada, userName: 'b@example.com' }, status: 409 },
  ],
  'one eq: userName and externalId of users, displayName of groups; no sort': [
    made,
    group,
    { ask: 'GET /Users?filter=externalId eq "e1"', has: { totalResults: 1 } },
    { ask: 'GET /Users?filter=displayName eq "Ada Lovelace"', status: 400 },
    { ask: 'GET /Users?filter=userName eq "a" or userName eq "b"', status: 400 },
    { ask: 'GET /Groups?filter=displayName eq "Engineers"', has: { totalResults: 1 } },
    { ask: 'GET /Groups?filter=members.value eq "${ada}"', status: 400 },
    { ask: 'GET /ServiceProviderConfig', has: { sort: { supported: false } } },
  ],
  'attributes or excludedAttributes, not both': [
    made,
    { ask: 'GET /Users/${ada}?attributes=userName', lacks: ['emails'] },
    { ask: 'GET /Users/${ada}?attributes=userName&excludedAttributes=emails', status: 400 },
  ],
  'active: false keeps the record; DELETE deletes it, and only a create brings the person back': [
    made,
    {
      ask: 'PATCH /Users/${ada}',
      body: patchOf({ op: 'replace', path: 'active', value: false }),
      has: { active: false },
    },
    { ask: 'GET /Users/${ada}', has: { active: false } },
    { ask: 'DELETE /Users/${ada}', status: 204 },
    { ask: 'GET /Users/${ada}', status: 404 },
    made,
  ],
  'a PUT of a group takes the name alone, and of a user clears what is left out': [
    made,
    group,
    {
      ask: 'PUT /Groups/${group}',
      body: { displayName: 'New', members: [] },
      has: { displayName: 'New', members: [{}] },
    },
    { ask: 'PUT /Users/${ada}', body: without('displayName'), lacks: ['displayName'] },
    {
      ask: 'PATCH /Groups/${group}',
      body: patchOf({ op: 'remove', path: 'members[value eq "${ada}"]' }),
      lacks: ['members'],
    },
  ],
  'a group name is there once (409), and groups are not nested': [
    made,
    group,
    { ...group, status: 409 },
    { ...group, body: { displayName: 'Outer', members: [{ value: '${group}' }] }, status: 400 },
    { ask: 'DELETE /Groups/${group}', status: 204 },
    { ask: 'DELETE /Groups/${group}', status: 404 },
  ],
});
