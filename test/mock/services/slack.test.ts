import { patchOf, playedAs } from './quirks.ts';
import { WEAK, ada, group, made, without } from './people.ts';

playedAs(
  'slack',
  {
    'a token needs the scope admin': [
      { ask: 'GET /Users', token: null, status: 401 },
      { ask: 'GET /Users', token: 'weak', status: 403, has: { status: '403' } },
    ],
    'userName and at least one e-mail address are required': [
      { ...made, body: without('userName'), status: 400 },
      { ...made, body: without('emails'), status: 400 },
    ],
    'a userName that is an e-mail address is converted, and so is what else is special': [
      { ...made, has: { userName: 'ada', nickName: 'ada' } },
      { ...made, body: { ...ada, userName: 'Ada+King' }, has: { userName: 'ada_king' } },
      { ...made, body: { ...ada, userName: 'a'.repeat(22) }, status: 400 },
    ],
    'guests have an extension': [
      {
        ...made,
        body: { ...ada, 'urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User': { type: 'multi' } },
        has: { 'urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User': { type: 'multi' } },
      },
    ],
    'DELETE sets a user to deactivated, and removes a group permanently': [
      made,
      group,
      { ask: 'DELETE /Users/${ada}', status: 204 },
      { ask: 'GET /Users/${ada}', has: { active: false } },
      {
        ask: 'PATCH /Users/${ada}',
        body: patchOf({ op: 'replace', path: 'active', value: true }),
        has: { active: true },
      },
      { ask: 'DELETE /Groups/${group}', status: 204 },
      { ask: 'GET /Groups/${group}', status: 404 },
    ],
    'a member is removed by a list of values': [
      made,
      group,
      {
        ask: 'PATCH /Groups/${group}',
        body: patchOf({ op: 'remove', path: 'members', value: [{ value: '${ada}' }] }),
        lacks: ['members'],
      },
    ],
    'count is 10 by default': [
      ...Array.from({ length: 11 }, (_, at) => ({
        ask: 'POST /Groups',
        body: { displayName: `g${at}` },
        status: 201,
      })),
      { ask: 'GET /Groups', has: { totalResults: 11, itemsPerPage: 10 } },
      { ask: 'GET /Groups?count=5000', has: { itemsPerPage: 11 } },
    ],
    'errors have no scimType, and ServiceProviderConfig says that there are no filters, although there are': [
      made,
      { ...made, status: 409, has: { status: '409' }, lacks: ['scimType'] },
      { ask: 'GET /ServiceProviderConfig', has: { filter: { supported: false } } },
      { ask: 'GET /Users?filter=userName eq "ada"', has: { totalResults: 1 } },
    ],
  },
  WEAK,
);
