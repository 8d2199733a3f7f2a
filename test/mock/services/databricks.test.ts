import { patchOf, playedAs } from './quirks.ts';
import { ada, group, made } from './people.ts';

playedAs('databricks', {
  'userName and emails cannot be changed, and a request that does is a success': [
    made,
    {
      ask: 'PATCH /Users/${ada}',
      body: patchOf(
        { op: 'replace', path: 'userName', value: 'z@example.com' },
        { op: 'replace', value: { displayName: 'Z', emails: [{ value: 'z@example.com' }] } },
      ),
      has: { userName: 'ada@example.com', displayName: 'Z', emails: ada.emails },
    },
    {
      ask: 'PUT /Users/${ada}',
      body: { ...ada, userName: 'z', emails: [] },
      has: { userName: 'ada@example.com', emails: ada.emails },
    },
  ],
  'the externalId of a user is not kept, and that of a group is unique': [
    { ...made, lacks: ['externalId'] },
    {
      ask: 'POST /Groups',
      body: { displayName: 'a', externalId: 'g1' },
      status: 201,
      has: { externalId: 'g1' },
    },
    { ask: 'POST /Groups', body: { displayName: 'b', externalId: 'g1' }, status: 409 },
  ],
  'filters: eq, ne, co, sw, with and and or': [
    made,
    {
      ask: 'GET /Users?filter=userName sw "ada" and (displayName co "love" or displayName ne "x")',
      has: { totalResults: 1 },
    },
    { ask: 'GET /Users?filter=userName pr', status: 400, has: { scimType: 'invalidFilter' } },
    { ask: 'GET /Users?filter=userName ew "com"', status: 400 },
    { ask: 'GET /Users?filter=not (userName eq "x")', status: 400 },
    { ask: 'GET /Users?sortBy=userName&sortOrder=descending', has: { totalResults: 1 } },
  ],
  'a list of groups has no members; a group has': [
    made,
    group,
    {
      ask: 'GET /Groups',
      has: { Resources: [{ displayName: 'Engineers' }] },
      lacks: ['Resources/0/members'],
    },
    { ask: 'GET /Groups/${group}', has: { members: [{ value: '${ada}' }] } },
    {
      ask: 'PATCH /Groups/${group}',
      body: patchOf({ op: 'add', value: { members: [{ value: '${ada}' }] } }),
    },
  ],
  'DELETE removes the user': [
    made,
    { ask: 'DELETE /Users/${ada}', status: 204 },
    { ask: 'GET /Users/${ada}', status: 404 },
  ],
});
