import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

/**
 * Atlassian's user provisioning. “REST” is developer.atlassian.com/cloud/admin/user-provisioning/rest, with its pages
 * intro, users and groups. Read on 2026-11-21.
 */
export const atlassianProfile = differing(genericProfile, {
  name: 'atlassian',
  title: 'Atlassian',
  users: {
    // REST, users
    writable: [
      'externalId',
      'userName',
      'name',
      'displayName',
      'nickName',
      'title',
      'preferredLanguage',
      'timezone',
      'emails',
      'phoneNumbers',
      'enterprise.employeeNumber',
      'enterprise.costCenter',
      'enterprise.organization',
      'enterprise.division',
      'enterprise.department',
    ],
    required: ['userName', 'emails'], // REST, users: an address on a verified domain
    primary: ['emails'], // REST, users: one value must be marked as primary
    match: ['externalId', 'userName'], // REST, users: one eq, on either
  },
  delete: false, // REST, users: DELETE deactivates
  list: { paging: 'index', pageSize: 100 }, // REST, users: at most
  groups: {
    externalId: false, // REST, groups: a group is its name and its members
    match: ['displayName'], // REST, groups: one eq
  },
  sources: { '*': 'https://developer.atlassian.com/cloud/admin/user-provisioning/rest/intro/' },
});
