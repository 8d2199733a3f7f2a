import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

/**
 * A group on GitLab.com. “API” is doc/development/internal_api/_index.md and “Setup” doc/user/group/saml_sso/scim_setup.md
 * of gitlab.com/gitlab-org/gitlab. Read on 2026-11-21.
 */
export const gitlabProfile = differing(genericProfile, {
  name: 'gitlab',
  title: 'GitLab.com group',
  users: {
    // API, “Create a SCIM user”
    writable: ['externalId', 'userName', 'name.formatted', 'name.givenName', 'name.familyName', 'emails'],
    // Setup: attributes are not updated since 15.0; the id is the externalId, and another one is another account.
    createOnly: ['externalId', 'userName', 'name', 'emails'],
    required: ['externalId', 'userName', 'emails', 'name'], // API, “Create a SCIM user”
    match: ['externalId', 'userName'], // API, “Get a list”: id, externalId and userName, with eq
  },
  delete: false, // Setup: a DELETE deactivates
  list: { paging: 'index', pageSize: 100 }, // API: at most
  groups: { supported: false }, // API has people alone, in a group
  discovery: false, // API names no such documents
  sources: { '*': 'https://docs.gitlab.com/user/group/saml_sso/scim_setup/' },
});
