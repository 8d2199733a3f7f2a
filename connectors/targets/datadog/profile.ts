import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

/**
 * Datadog. “API” is docs.datadoghq.com/api/latest/scim, “Guide” docs.datadoghq.com/account_management/scim. Read on
 * 2026-11-21.
 */
export const datadogProfile = differing(genericProfile, {
  name: 'datadog',
  title: 'Datadog',
  users: {
    writable: ['userName', 'name.formatted', 'name.givenName', 'name.familyName', 'title', 'emails', 'roles'], // API, “Create user”
    required: ['userName', 'emails'], // Guide
    match: ['userName'], // API, “List users”
  },
  create: {
    invites: true, // Guide: an invitation by e-mail, good for two days
    invitedReadable: true, // API, “Create user”: it answers with the account
    inactive: false, // a create invites
  },
  list: { paging: 'index', pageSize: 100 }, // API, “List users”
  groups: {
    match: ['externalId', 'displayName'], // API, “List groups”
  },
  sources: { '*': 'https://docs.datadoghq.com/api/latest/scim/' },
});
