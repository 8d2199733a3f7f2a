import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

const rest = 'https://docs.github.com/en/enterprise-cloud@latest/rest/scim/scim';

/**
 * One organization of GitHub Enterprise Cloud with SAML single sign-on. “REST” is
 * docs.github.com/en/enterprise-cloud@latest/rest/scim/scim, with its OpenAPI description (github/docs,
 * src/rest/data/ghec-2022-11-28/scim.json). Read on 2026-11-21.
 */
export const githubOrganizationProfile = differing(genericProfile, {
  name: 'github-organization',
  title: 'GitHub organization',
  users: {
    // REST, “Supported SCIM user attributes”; `groups` are taken, and say nothing here.
    writable: [
      'externalId',
      'userName',
      'name.formatted',
      'name.givenName',
      'name.familyName',
      'displayName',
      'emails.value',
      'emails.type',
      'emails.primary',
    ],
    required: ['userName', 'name.givenName', 'name.familyName', 'emails'], // REST, “Provision and invite a SCIM user”
    match: ['externalId', 'userName'], // REST, “List SCIM provisioned identities”: eq on these, id or emails
  },
  create: {
    invites: true, // REST, “Provision and invite a SCIM user”: an e-mail is sent
    invitedReadable: true, // REST, “List SCIM provisioned identities”: who is invited is among them
    inactive: false, // a create invites
  },
  deactivate: { idSurvives: false }, // REST, “Update an attribute”: active false removes from the organization, with the id
  list: {
    paging: 'index', // REST: startIndex and count
    provesAbsence: false, // REST, the same list: identities that nobody has linked have no userName
  },
  lookupLagSeconds: 10, // not documented
  // GitHub, “Rate limits for the REST API”: 5,000 requests an hour; 900 points a minute, and a write is five
  pace: { concurrency: 4, perSecond: 1.3, budgets: [{ of: 'requests', count: 5000, per: 'hour' }] },
  groups: { supported: false }, // REST has people alone
  discovery: false, // REST names no such documents
  sources: { '*': rest },
});
