import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

const page = 'https://accessiq.gitbook.io/accessiq-docs/identity-and-single-sign-on/scim';

/**
 * AccessIQ as its product page describes it: “Page” is accessiq.gitbook.io/accessiq-docs, “SCIM Provisioning”, read on
 * 2026-11-26. Where it says nothing, RFC 7643 and RFC 7644 are taken at their word.
 *
 * A demonstration server of the same name, which is open source, is the profile accessiq-demo.
 */
export const accessiqProfile = differing(genericProfile, {
  name: 'accessiq',
  title: 'AccessIQ',
  users: {
    // Page, “Choose What to Sync”: user name, e-mail, first, last and display name, and groups. externalId is what SCIM
    // has for the provider's own key (RFC 7643 §3.1).
    writable: ['externalId', 'userName', 'name.givenName', 'name.familyName', 'displayName', 'emails'],
    required: ['userName', 'emails', 'name.givenName', 'name.familyName'], // Page, the same table
  },
  delete: false, // Page: people are deactivated, and kept
  groups: {
    delete: false, // Page: a group is an organisation, with more in it than SCIM knows of
  },
  sources: { '*': page },
});
