import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

const help = 'https://help.salesforce.com/s/articleView?id=xcloud';

/**
 * Salesforce. The pages are help.salesforce.com/s/articleView?id=xcloud.…: “Sheet” identity_scim_rest_api.htm,
 * “Implementation” identity_scim_implementation.htm, “Create” identity_scim_create_users.htm, “Update”
 * identity_scim_update_users.htm, “Deactivate” identity_scim_deactivate_reactivate_user.htm, and “Groups”
 * identity_scim_manage_groups.htm. Sheet and Groups read on 2026-11-26, the others on 2026-11-21.
 */
export const salesforceProfile = differing(genericProfile, {
  name: 'salesforce',
  title: 'Salesforce',
  users: {
    // Create and Implementation; a name to show is made by Salesforce itself.
    writable: [
      'externalId',
      'userName',
      'name.givenName',
      'name.familyName',
      'nickName',
      'title',
      'preferredLanguage',
      'locale',
      'timezone',
      'emails.value',
      'emails.type',
      'emails.primary',
      'phoneNumbers.value',
      'phoneNumbers.type',
      'phoneNumbers.primary',
      'entitlements.value',
      'enterprise.employeeNumber',
      'enterprise.costCenter',
      'enterprise.organization',
      'enterprise.division',
      'enterprise.department',
      'enterprise.manager',
    ],
    required: ['userName', 'name.familyName', 'emails', 'entitlements'], // Create: one of the entitlements is a profile
    maxValues: { emails: 1, phoneNumbers: 1 }, // Implementation: one number; a User has one address
    match: ['userName'], // Implementation: unique in all of Salesforce
    types: { emails: ['work'] }, // Create: the one address of a User is shown with this type
  },
  update: { patchForm: 'pathless' }, // Update: the value is an object
  active: { form: 'pathless' }, // Deactivate
  delete: false, // Deactivate: a DELETE deactivates, and nobody is ever deleted
  list: {
    paging: 'index', // Sheet
    pageSize: 200, // Implementation: maxResults
  },
  answers: {
    // learn.microsoft.com/answers/questions/5828857: a create without a profile is answered with 409.
    notExists: [{ status: 409, detail: '^REQUIRED_FIELD_MISSING' }],
    // developer.salesforce.com, “Status Codes and Error Responses”: the code of a full organisation.
    licence: [{ detail: 'LICENSE_LIMIT_EXCEEDED' }],
  },
  groups: {
    create: false, // Sheet: groups are read and updated
    rename: false,
    delete: false,
    externalId: false,
    match: ['displayName'],
    members: { remove: 'value', wrapped: true }, // Groups: the list stands in an object of its own
  },
  configurationAt: '/ServiceProviderConfigs', // Sheet
  sources: {
    '*': `${help}.identity_scim_rest_api.htm&type=5`,
    entitlements: `${help}.identity_scim_create_users.htm&type=5`,
    groups: `${help}.identity_scim_manage_groups.htm&type=5`,
    delete: `${help}.identity_scim_deactivate_reactivate_user.htm&type=5`,
  },
});
