import { patchOf, playedAs } from './quirks.ts';
import { WEAK, ada, group, made } from './people.ts';

const ZOOM = 'urn:ietf:params:scim:schemas:extension:zoom:1.0:User';

playedAs(
  'zoom',
  {
    'the scope is scim2, and without single sign-on there is 400': [
      { ask: 'GET /Users', token: 'weak', status: 403 },
      { ask: 'POST /_mock/organisations', body: { name: 'example', scim: false } },
      { ask: 'GET /Users', status: 400, has: { detail: 'SSO is not enabled for this account.' } },
    ],
    'a PUT of userName or displayName answers 200 without an effect': [
      { ...made, body: { ...ada, [ZOOM]: { loginType: 1 } }, has: { [ZOOM]: { loginType: 1 } } },
      {
        ask: 'PUT /Users/${ada}',
        body: { ...ada, userName: 'z@example.com', displayName: 'Z', name: { givenName: 'Z' } },
        has: { userName: 'ada@example.com', displayName: 'Ada Lovelace', name: { givenName: 'Z' } },
      },
    ],
    'PATCH activates and deactivates': [
      made,
      {
        ask: 'PATCH /Users/${ada}',
        body: patchOf(
          { op: 'replace', path: 'active', value: false },
          { op: 'replace', path: 'title', value: 'x' },
        ),
        has: { active: false },
        lacks: ['title'],
      },
      { ask: 'DELETE /Users/${ada}', status: 204 },
      { ask: 'GET /Users/${ada}', status: 404 },
    ],
    'groups: list, get, create, PATCH and DELETE': [
      made,
      group,
      { ask: 'PUT /Groups/${group}', body: { displayName: 'x' }, status: 405 },
      {
        ask: 'PATCH /Groups/${group}',
        body: patchOf({ op: 'replace', path: 'displayName', value: 'x' }),
        has: { displayName: 'x' },
      },
      { ask: 'DELETE /Groups/${group}', status: 204 },
    ],
  },
  WEAK,
);
