import type { Preset } from '../../../src/model/index.ts';
import { field } from './field.ts';

/**
 * Auth0, as a users-export job writes users, a JSON object on each line:
 * https://auth0.com/docs/manage-users/user-migration/bulk-user-exports; what a user has:
 * https://auth0.com/docs/manage-users/user-accounts/user-profiles/user-profile-structure. The job has to be asked for the
 * fields, `user_id` and `blocked` among them.
 *
 * `blocked` is there once somebody was blocked, and no other word says that a user may not sign in: a user without it is
 * on, and an export without the field makes nobody a leaver but by absence.
 */

const active = { from: field('blocked'), on: ['', false], off: [true] };
const identity = {
  userName: '${default(get(record, "email"), get(record, "username"))}',
  name: { givenName: field('given_name'), familyName: field('family_name') },
  displayName: field('name'),
  nickName: field('nickname'),
  emails: [{ value: field('email'), type: 'work', primary: true }],
  phoneNumbers: [{ value: field('phone_number'), type: 'mobile' }],
};

export const auth0: Preset = {
  name: 'auth0',
  title: 'Auth0: a user export, a JSON object on each line',
  configuration: {
    source: { connector: 'json', format: 'ndjson', key: '${record.user_id}' },
    identity: { ...identity, active },
  },
};

/** The same as CSV: the header names the fields, so that one which was not asked for is seen. */
export const auth0Csv: Preset = {
  name: 'auth0-csv',
  title: 'Auth0: a user export as CSV, with `user_id` and `blocked`',
  configuration: {
    source: { connector: 'csv', delimiter: ',', key: '${record.user_id}' },
    identity: { ...identity, active: { ...active, from: '${record.blocked}' } },
  },
};
