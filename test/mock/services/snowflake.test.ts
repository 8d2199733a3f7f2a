import { playedAs } from './quirks.ts';
import { ada, group, made } from './people.ts';

playedAs('snowflake', {
  'a list without a filter has one synthetic object, whoever is there': [
    { ask: 'GET /Users', has: { totalResults: 1, Resources: [{ id: '1', userName: 'synthesis_user' }] } },
    made,
    { ask: 'GET /Users', has: { totalResults: 1, Resources: [{ id: '1', userName: 'synthesis_user' }] } },
    { ask: 'GET /Groups', has: { totalResults: 1, Resources: [{ id: '1' }] } },
    { ask: 'GET /Users/1', status: 404 },
  ],
  'an unsupported filter is 200 with an empty list': [
    made,
    group,
    { ask: 'GET /Users?filter=userName eq "ada@example.com"', has: { Resources: [{ id: '${ada}' }] } },
    { ask: 'GET /Groups?filter=displayName eq "Engineers"', has: { Resources: [{ id: '${group}' }] } },
    ...[
      'externalId eq "e1"',
      'userName sw "ada"',
      'userName eq "a" or userName eq "ada@example.com"',
      'userName',
    ].map((filter) => ({ ask: `GET /Users?filter=${filter}`, has: { totalResults: 0, Resources: [] } })),
  ],
  'multi-value user attributes are not supported': [
    { ...made, body: { ...ada, emails: [...ada.emails, { value: 'b@example.com' }] }, status: 400 },
    { ...made, body: { ...ada, phoneNumbers: [{ value: '1' }] }, lacks: ['phoneNumbers'] },
  ],
  'a password is never returned, and filter.supported is a number': [
    { ...made, body: { ...ada, password: 'a-password' }, lacks: ['password'] },
    { ask: 'GET /ServiceProviderConfig', has: { filter: { supported: 0 } } },
  ],
  'groups are roles, whose names are there once': [
    made,
    group,
    { ...group, status: 409 },
    { ask: 'GET /Users/${ada}', has: { groups: [{ display: 'Engineers' }] } },
    { ask: 'DELETE /Groups/${group}', status: 204 },
  ],
});
