import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

/**
 * Slack. “SCIM” is docs.slack.dev/reference/scim-api, “Limits” its page rate-limits, “SDK” slackapi/java-slack-sdk,
 * docs/english/guides/scim-api.md. Read on 2026-11-21, SCIM again on 2026-11-26.
 */
export const slackProfile = differing(genericProfile, {
  name: 'slack',
  title: 'Slack',
  users: {
    // SCIM, “User attributes” and “PATCH”: these. A nickName is the userName once more; of a photo another address is shown than
    // was sent; a manager is wanted as `managerId`, which RFC 7643 does not have.
    writable: [
      'externalId',
      'userName',
      'name.givenName',
      'name.familyName',
      'name.honorificPrefix',
      'displayName',
      'profileUrl',
      'title',
      'userType',
      'preferredLanguage',
      'locale',
      'timezone',
      'emails.value',
      'emails.primary',
      'phoneNumbers.value',
      'phoneNumbers.primary',
      'addresses.streetAddress',
      'addresses.locality',
      'addresses.region',
      'addresses.postalCode',
      'addresses.country',
      'roles.value',
      'roles.primary',
      'enterprise.employeeNumber',
      'enterprise.costCenter',
      'enterprise.organization',
      'enterprise.division',
      'enterprise.department',
    ],
    createOnly: ['externalId', 'profileUrl'], // SCIM, “PATCH”: updates to them are not supported
    maxValues: { emails: 2, phoneNumbers: 2, addresses: 1, roles: 1 }, // SCIM, “PATCH”: only so many are stored
    required: ['userName', 'emails'], // SCIM, “Create a user”
    // SCIM, “User attributes”: letters, digits, ".", "_" and "-", at most 21; anything else becomes "_". “Create a user”: an
    // address is converted to such a name, of which its answers show small letters alone. That it is what precedes the @ is
    // concluded: sent like that, it stays as it is.
    login: {
      decomposed: true,
      steps: [
        { find: '@.*$', put: '' },
        { find: '\\p{M}', put: '' },
        { find: '[^A-Za-z0-9._-]', put: '_' },
      ],
      refused: '^.{22}',
      kept: true,
    },
    primary: ['emails'], // SCIM, “Create a user”: the primary address is the one that counts
    match: ['userName', 'emails.value'], // SCIM, “Filter”
  },
  delete: false, // SCIM, “Delete a user”: it deactivates
  list: {
    paging: 'index', // SCIM: startIndex and count
    pageSize: 1000, // SCIM: at most; ten unless said
  },
  pace: {
    concurrency: 4,
    // Limits, a minute, for all apps together, with small bursts: 600 writes, and 1,000 reads; of one kind 300 that read
    // somebody or a group, and 180 that write.
    rates: [
      { of: 'reads', perSecond: 16 },
      { of: 'read', perSecond: 5 },
      { of: 'readGroup', perSecond: 5 },
      { of: 'writes', perSecond: 10 },
      { of: 'create', perSecond: 3 },
      { of: 'update', perSecond: 3 },
      { of: 'createGroup', perSecond: 3 },
      { of: 'updateGroup', perSecond: 3 },
      { of: 'deleteGroup', perSecond: 3 },
    ],
  },
  groups: {
    externalId: false, // SCIM, “Group attributes”
    match: ['displayName'],
    members: { remove: 'value' }, // SDK
  },
  sources: { '*': 'https://docs.slack.dev/reference/scim-api' },
});
