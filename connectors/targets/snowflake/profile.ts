import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

/**
 * Snowflake. “Users” is docs.snowflake.com/en/user-guide/scim-user-api-reference, “Groups” its
 * scim-group-api-reference, “Change” docs.snowflake.com/en/release-notes/bcr-bundles/2026_03/bcr-2276. Read on 2026-11-21,
 * Change on 2026-11-26.
 */
export const snowflakeProfile = differing(genericProfile, {
  name: 'snowflake',
  title: 'Snowflake',
  users: {
    writable: ['externalId', 'userName', 'name.givenName', 'name.familyName', 'displayName', 'emails'], // Users
    maxValues: { emails: 1 }, // Users: no attribute holds several values
    match: ['userName'], // Users, “Get user”
  },
  list: {
    paging: 'index',
    provesAbsence: false, // Change: before it, an unfiltered list is one invented person
  },
  groups: {
    externalId: false, // Groups: a group is a role
    match: ['displayName'], // Groups, “Get group by displayName”
  },
  probe: '/Users?filter=userName%20eq%20%22rollcall%22', // Change: a list of everybody is not what it seems
  sources: { '*': 'https://docs.snowflake.com/en/user-guide/scim-user-api-reference' },
});
