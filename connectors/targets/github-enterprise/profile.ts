import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

const rest = 'https://docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim';

/**
 * GitHub Enterprise with managed users. All pages are below docs.github.com/en/enterprise-cloud@latest: “REST” is
 * rest/enterprise-admin/scim, “Guide” provisioning-users-and-groups-with-scim-using-the-rest-api, “Leaving”
 * deprovisioning-and-reinstating-users-with-scim and “Usernames” username-considerations-for-external-authentication,
 * all three below admin/managing-iam. Read on 2026-11-21; Guide and Usernames on 2026-11-26.
 */
export const githubEnterpriseProfile = differing(genericProfile, {
  name: 'github-enterprise',
  title: 'GitHub Enterprise Managed Users',
  users: {
    // REST, “Supported SCIM user attributes”
    writable: [
      'externalId',
      'userName',
      'name.formatted',
      'name.givenName',
      'name.familyName',
      'name.middleName',
      'displayName',
      'emails.value',
      'emails.type',
      'emails.primary',
      'roles.value',
      'roles.display',
      'roles.type',
      'roles.primary',
    ],
    required: ['externalId', 'userName', 'displayName', 'emails'], // REST, “Provision a SCIM enterprise user”
    match: ['externalId', 'userName'], // REST, “List SCIM provisioned identities”: one eq, on these, id or displayName
    fill: { emails: { type: 'work', primary: false } }, // REST: each address has its value, type and primary
    // Usernames: what precedes the @, or follows the backslash; anything but letters and digits becomes a dash. A dash at
    // either end, two in a row, or a name that is taken, and the account is not made.
    login: {
      steps: [
        { find: '^.*\\\\', put: '' },
        { find: '@.*$', put: '' },
        { find: '[^A-Za-z0-9]', put: '-' },
      ],
      refused: '^-|--|-$|^.{40}',
    },
  },
  lookupLagSeconds: 10, // not documented
  list: {
    paging: 'index', // REST: startIndex and count
    pageSize: 100, // REST: 30 by default; no most is documented
  },
  pace: {
    concurrency: 4,
    perSecond: 1, // GitHub, “Rate limits for the REST API”: 900 points a minute, and a write is five; some count twice
    budgets: [
      { of: 'requests', count: 5000, per: 'hour' }, // the same page
      { of: 'create', count: 1000, per: 'hour' }, // Guide: people assigned
      { of: 'memberAdd', count: 1000, per: 'hour', each: 'group' }, // Guide: people added to one group
    ],
  },
  groups: {
    match: ['externalId', 'displayName'], // REST, “List provisioned SCIM groups”
    always: ['members'], // REST, “Provision a SCIM enterprise group”: required
    // REST: paths with filters have no effect. Its earlier text has members removed by a list of values (github/rest-api-description,
    // enterprise-admin/update-attribute-for-enterprise-group; at apidog.com/apidoc/docs-site/347364/api-3488942).
    members: { remove: 'value' },
  },
  discovery: false, // REST names no such documents
  sources: {
    '*': rest,
    userName:
      'https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication',
  },
});
