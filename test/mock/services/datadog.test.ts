import { playedAs } from './quirks.ts';
import { WEAK, group, made } from './people.ts';

playedAs(
  'datadog',
  {
    'the permission user_access_manage is needed': [{ ask: 'GET /Users', token: 'weak', status: 403 }],
    'whoever is created gets an invitation by e-mail': [
      made,
      { ask: 'GET /_mock/mailbox', has: { total: 1, items: [{ to: 'ada@example.com' }] } },
      { ask: 'GET /Users/${ada}', has: { active: true } },
      { ...made, status: 409 },
      { ask: 'GET /_mock/mailbox', has: { total: 1 } },
    ],
    'filter should be of the form userName eq <user name>': [
      made,
      { ask: 'GET /Users?filter=userName eq ada@example.com', has: { totalResults: 1 } },
      { ask: 'GET /Users?filter=userName eq "ada@example.com"', has: { totalResults: 1 } },
      { ask: 'GET /Users?filter=externalId eq "e1"', status: 400 },
    ],
    'groups: displayName, externalId, or id and members': [
      made,
      group,
      { ask: 'GET /Groups?filter=displayName eq "Engineers"', has: { totalResults: 1 } },
      { ask: 'GET /Groups?filter=id eq "${group}" and members eq "${ada}"', has: { totalResults: 1 } },
      { ask: 'GET /Groups?filter=members.value eq "${ada}"', status: 400 },
    ],
    'DELETE is 204': [
      made,
      { ask: 'DELETE /Users/${ada}', status: 204 },
      { ask: 'GET /ResourceTypes', has: { totalResults: 2 } },
    ],
  },
  WEAK,
);
