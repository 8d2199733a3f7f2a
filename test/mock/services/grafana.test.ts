import { patchOf, playedAs } from './quirks.ts';
import { WEAK, ada, group, made, without } from './people.ts';

playedAs(
  'grafana',
  {
    '401 for an unknown token, 403 for one without the permission': [
      { ask: 'GET /Users', token: 'other', status: 401 },
      { ask: 'GET /Users', token: 'weak', status: 403 },
    ],
    'an externalId is needed, the userUID of SAML': [
      { ...made, body: without('externalId'), status: 400 },
      made,
      { ...made, body: { ...ada, userName: 'b@example.com' }, status: 409 },
    ],
    'users are deactivated, and not deleted': [
      made,
      { ask: 'DELETE /Users/${ada}', status: 405 },
      {
        ask: 'PATCH /Users/${ada}',
        body: patchOf({ op: 'replace', path: 'active', value: false }),
        has: { active: false },
      },
    ],
    'unknown attributes are ignored': [{ ...made, body: { ...ada, nonsense: 1 }, lacks: ['nonsense'] }],
    'groups are teams': [
      made,
      { ...group, has: { members: [{ value: '${ada}' }] } },
      { ask: 'DELETE /Groups/${group}', status: 204 },
    ],
  },
  WEAK,
);
