import { patchOf, playedAs } from './quirks.ts';
import { ada, group, made } from './people.ts';

playedAs('sentry', {
  'only the userName is kept, which is the e-mail address; the name is N/A': [
    {
      ...made,
      has: {
        id: '1',
        userName: 'ada@example.com',
        name: { familyName: 'N/A', givenName: 'N/A' },
        emails: ada.emails,
        active: true,
      },
      lacks: ['displayName', 'externalId'],
    },
    { ...made, body: { ...ada, userName: 'ada' }, status: 400 },
    {
      ...made,
      status: 409,
      has: { scimType: 'uniqueness', status: '409', detail: 'User already exists in the database.' },
    },
  ],
  'active: false deletes the member permanently, with 204; a POST makes a new one': [
    made,
    { ask: 'PATCH /Users/${ada}', body: patchOf({ op: 'replace', value: { active: false } }), status: 204 },
    { ask: 'GET /Users/${ada}', status: 404 },
    { ...made, has: { id: '2' } },
    { ask: 'PATCH /Users/2', body: patchOf({ op: 'Replace', path: 'active', value: false }), status: 204 },
    { ask: 'GET /Users', has: { totalResults: 0 } },
  ],
  'nothing else can be patched: a text for active, true, another attribute or operation is 400': [
    made,
    ...[
      { op: 'replace', path: 'active', value: 'False' },
      { op: 'replace', path: 'active', value: true },
      { op: 'replace', path: 'displayName', value: { a: 1 } },
      { op: 'add', value: { active: false } },
    ].map((operation) => ({ ask: 'PATCH /Users/${ada}', body: patchOf(operation), status: 400 })),
    {
      ask: 'PATCH /Users/${ada}',
      body: patchOf(...Array.from({ length: 101 }, () => ({ op: 'replace', path: 'active', value: false }))),
      status: 400,
    },
    { ask: 'GET /Users/${ada}', has: { active: true } },
    { ask: 'PUT /Users/${ada}', body: ada, status: 405 },
  ],
  'one condition with eq': [
    made,
    { ask: 'GET /Users?filter=userName eq "ADA@example.com"', has: { totalResults: 1 } },
    { ask: 'GET /Users?filter=externalId eq "e1"', status: 400, has: { scimType: 'invalidFilter' } },
    { ask: 'GET /Users?filter=userName sw "a"', status: 400 },
  ],
  'teams are made empty, and keep their names; the slug of a name is that of one team': [
    made,
    {
      ...group,
      body: { displayName: 'The Engineers', members: [{ value: '1' }] },
      has: { displayName: 'The Engineers' },
      lacks: ['members', 'slug'],
    },
    { ...group, body: { displayName: 'the: engineers' }, status: 409 },
    { ...group, body: { displayName: '1234' }, status: 400 },
    {
      ask: 'PATCH /Groups/${group}',
      body: patchOf({ op: 'add', path: 'members', value: [{ value: '1' }] }),
      status: 204,
    },
    { ask: 'GET /Groups/${group}', has: { members: [{ value: '1' }] } },
    { ask: 'GET /Groups/${group}?excludedAttributes=members', lacks: ['members'] },
    {
      ask: 'PATCH /Groups/${group}',
      body: patchOf({ op: 'replace', value: { id: 1, displayName: 'New Name' } }),
      status: 204,
    },
    { ask: 'GET /Groups/${group}', has: { displayName: 'New Name', members: [{ value: '1' }] } },
    {
      ask: 'PATCH /Groups/${group}',
      body: patchOf({ op: 'remove', path: 'members[value eq "1"]' }),
      status: 204,
    },
    {
      ask: 'PATCH /Groups/${group}',
      body: patchOf({ op: 'remove', path: 'members[value eq "1"]' }),
      status: 204,
    },
    {
      ask: 'PATCH /Groups/${group}',
      body: patchOf({ op: 'replace', path: 'externalId', value: 'x' }),
      status: 400,
    },
    {
      ask: 'PATCH /Groups/${group}',
      body: patchOf(
        ...Array.from({ length: 101 }, () => ({ op: 'replace', path: 'displayName', value: 'x' })),
      ),
      status: 400,
    },
    { ask: 'DELETE /Groups/${group}', status: 204 },
  ],
});
