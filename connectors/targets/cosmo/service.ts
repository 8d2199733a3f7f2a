import type { ServiceDescription } from '../../../src/mock/description.ts';
import { service as rfc } from '../generic/service.ts';

/**
 * WunderGraph Cosmo as its documentation tells it: a create invites, attributes follow, deactivation is at once, and
 * everything else is SCIM. `cosmo-controlplane` is what the published code really does.
 */
export const service: ServiceDescription = {
  ...rfc,
  name: 'cosmo',
  title: 'WunderGraph Cosmo',
  sources: [
    'https://github.com/wundergraph/cosmo/blob/c393bf15/docs-website/studio/scim.mdx',
    'https://github.com/wundergraph/cosmo/blob/c08cc1b7/docs-website/studio/scim/okta.mdx',
    'https://github.com/wundergraph/cosmo/blob/c08cc1b7/docs-website/studio/invitations.mdx',
    'https://github.com/wundergraph/cosmo/blob/288f382c/docs-website/studio/sessions.mdx',
  ],
  authentication: {
    ...rfc.authentication,
    // docs-website/studio/scim/okta.mdx: the bare API key goes into Okta's "HTTP Header" mode; the key is made with
    // the permission SCIM; SCIM is switched on in the organisation's settings.
    schemeOptional: true,
    // The documentation does not say what happens without either; the published code does
    // (controlplane/src/core/controllers/scim.ts at 6e0a147f).
    forbidden: { status: 400, detail: 'API key doesnt have the permission to perform scim operations.' },
    switchedOff: { status: 400, detail: 'Scim feature is not enabled for this organization.' },
  },
  // controlplane/src/core/controllers/scim.ts at 6e0a147f: GET on the base URL says SCIM; the connection test.
  root: { status: 200, mediaType: 'text/plain; charset=utf-8', body: 'SCIM' },
  // docs-website/studio/scim.mdx: whoever is created gets an invitation by e-mail to join the organisation.
  invitations: {
    // The documentation says that attributes follow, and makes no difference for somebody who has not accepted yet.
    readable: true,
    // RFC 7644 §3.3: a second create of one userName is a conflict.
    repeatedCreate: 'exists',
    // A create that is a conflict sends nothing.
    reminder: false,
    // The documentation does not say; the mock's own: nobody is asked in who is switched off.
    whileInactive: false,
  },
  // The documentation does not say what SCIM gets at the limit of a plan; RFC 7644 §3.12 has 403 for what is not
  // permitted with a credential that is good.
  full: { status: 403, detail: 'This organisation has all the members that it may have.' },
  // docs-website/studio/scim/okta.mdx: "Sync Password" is switched on, and people sign in with it.
  signsInByPassword: true,
  documented: {
    // docs-website/studio/scim.mdx: create, update and deactivate users, and nothing else. Its attributes have no names there;
    // Okta is the one client that it knows, and these are what a profile of Okta has (developer.okta.com, "User profile").
    User: {
      operations: ['create', 'list', 'read', 'replace', 'patch'],
      attributes: ['externalId', 'userName', 'name', 'displayName', 'nickName', 'profileUrl', 'title'].concat(
        ['userType', 'preferredLanguage', 'locale', 'timezone', 'active', 'password', 'emails'],
        ['phoneNumbers', 'addresses', 'groups', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
      ),
    },
  },
  // docs-website/studio/scim.mdx: somebody who is taken out of the application is deactivated. That open sessions end
  // with it is what the mock makes of "deactivated"; docs-website/studio/sessions.mdx only says how long they live.
  deactivation: { endsSessions: true },
};
