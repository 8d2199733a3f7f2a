import type { Profile } from '../../../src/model/index.ts';

/**
 * WunderGraph Cosmo as WunderGraph documents it. “Docs” is cosmo-docs.wundergraph.com/studio/scim with its Okta pages
 * (wundergraph/cosmo, docs-website/studio/scim.mdx, scim/okta.mdx, scim/okta-oin-version.mdx), “Invitations” its page
 * studio/invitations. Read on 2026-11-21. Where they say nothing, RFC 7643 and RFC 7644 are taken at their word.
 *
 * What the open-source control plane really does differs: that is the profile cosmo-controlplane.
 */
export const cosmoProfile: Profile = {
  name: 'cosmo',
  title: 'WunderGraph Cosmo',
  users: {
    // Docs, “Update user attributes”: what changes in the provider is synced to Cosmo, without naming attributes. These
    // are the ones of a person that Okta's SCIM template maps (developer.okta.com, SCIM 2.0 reference); no groups.
    writable: [
      'externalId',
      'userName',
      'name',
      'displayName',
      'nickName',
      'profileUrl',
      'title',
      'userType',
      'preferredLanguage',
      'locale',
      'timezone',
      'emails',
      'phoneNumbers',
      'addresses',
      'enterprise.employeeNumber',
      'enterprise.costCenter',
      'enterprise.organization',
      'enterprise.division',
      'enterprise.department',
      'enterprise.manager',
    ],
    createOnly: [],
    required: ['userName', 'emails'], // Docs, Okta: the unique identifier is the e-mail, and the invitation goes there
    maxValues: {},
    match: ['externalId', 'userName', 'emails.value'], // Docs, Okta: “email” as the unique identifier field
    password: 'accepted', // Docs, Okta: “Sync Password”; it holds at least one number and one symbol
    types: {
      emails: ['work', 'home', 'other'], // RFC 7643 §4.1.2
      phoneNumbers: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
      addresses: ['work', 'home', 'other'],
    },
  },
  create: {
    invites: true, // Docs, “Create users”: an invitation is sent to the user's e-mail
    invitedReadable: true, // RFC 7644 §3.3: what a POST has created has a location, and can be read there
    repeatable: false, // not documented, and an invitation that is sent twice is read twice: look it up first
    inactive: false, // a create invites
  },
  update: {
    method: 'patch', // Interop §6.5, as for every service that says nothing else
    putAlways: ['active'], // RFC 7644 §3.5.1
    patchForm: 'path',
  },
  active: { form: 'path', as: 'boolean' }, // RFC 7643 §2.3.2
  deactivate: { idSurvives: true }, // Docs, “Deactivate users”: the account is deactivated
  delete: false, // Docs name create, update and deactivate
  list: {
    paging: 'auto', // Docs, Okta: “Import New Users” works, so there is a list
    pageSize: 100,
    provesAbsence: true, // RFC 7644 §3.4.2
  },
  lookupLagSeconds: 5, // not documented
  answers: {
    exists: [], // RFC 7644 §3.3: 409
    transient: [],
    // Docs, Okta: the API key needs the permission SCIM, and SCIM is switched on in the settings.
    // wundergraph/cosmo, controlplane/src/core/controllers/scim.ts answers 400 otherwise.
    unauthorised: [
      { status: 400, detail: 'api key doesn.?t have the permission|scim feature is not enabled' },
    ],
    notExists: [],
  },
  pace: { concurrency: 8 }, // no limit is documented
  groups: { supported: false }, // Docs name none
  discovery: true, // RFC 7644 §4
  variant: { of: 'cosmo' },
  probe: '/Users?count=1',
  sources: { '*': 'https://cosmo-docs.wundergraph.com/studio/scim' },
};
