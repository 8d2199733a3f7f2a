import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

/**
 * A Databricks account. “SDK” is databricks/databricks-sdk-go, service/iam, “Docs” docs.databricks.com/aws/en/reference/scim-2-1
 * and learn.microsoft.com/azure/databricks/admin/users-groups/scim, read on 2026-11-21. “Terraform” is
 * databricks/terraform-provider-databricks, docs/resources/group_member.md, read on 2026-11-26.
 */
export const databricksProfile = differing(genericProfile, {
  name: 'databricks',
  title: 'Databricks account',
  users: {
    writable: [
      'userName',
      'name.givenName',
      'name.familyName',
      'displayName',
      'emails',
      'roles',
      'entitlements',
    ], // SDK
    createOnly: ['userName', 'emails'], // SDK: a change is ignored in silence
    match: ['userName'], // SDK: the externalId of a person is reserved
  },
  list: { paging: 'index', pageSize: 100 }, // SDK: startIndex and count
  groups: { members: { nested: true } }, // Terraform: a member is a group, a service principal or a user, in an account too
  discovery: false, // SDK names no such documents
  sources: {
    '*': 'https://docs.databricks.com/aws/en/admin/users-groups/scim/',
    groups:
      'https://github.com/databricks/terraform-provider-databricks/blob/main/docs/resources/group_member.md',
  },
});
