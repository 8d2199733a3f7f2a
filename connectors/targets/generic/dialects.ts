import type { ProfilePart } from '../../../src/model/index.ts';

/**
 * What Okta and Microsoft Entra send, so that Rollcall can take their place in front of a service that was made for
 * one of them. Okta is developer.okta.com, “SCIM 2.0 reference” (okta/okta-developer-docs,
 * docs/reference/scim/scim-20), Entra is learn.microsoft.com/entra/identity/app-provisioning:
 * “Tutorial” its use-scim-to-provision-users-and-groups, “Compatibility” its
 * application-provisioning-config-problem-scim-compatibility. All read on 2026-11-21.
 */

/** An app that was made by Okta's wizard. */
const oktaWizard: ProfilePart = {
  users: {
    match: ['userName'], // Okta: the look-up before a create is by userName
    password: 'accepted', // Okta: a create carries one
  },
  create: { always: ['groups'] }, // Okta, “Create users”
  update: { method: 'put', putAlways: ['active', 'groups'] }, // Okta, “Update a specific user (PUT)”
  meta: ['put'],
  active: { method: 'put' }, // Okta: such an app is switched off by PUT
  list: { paging: 'index' }, // Okta, “Retrieve users”
  groups: {
    externalId: false, // Okta, “Create groups”: displayName and members
    match: ['displayName'],
    always: ['members'],
    update: 'put', // Okta, “Update a specific group name” and “membership”, by PUT
  },
};

/** An app of Okta's catalogue, the Okta Integration Network. */
const oktaCatalogue: ProfilePart = {
  ...oktaWizard,
  active: { form: 'pathless', as: 'boolean' }, // Okta, “Update a specific user (PATCH)”
  groups: {
    externalId: false,
    match: ['displayName'],
    always: ['members'],
    patchForm: 'pathless', // Okta, “Update a specific group name”, by PATCH: with the id in the value
  },
};

/** Entra as it is without the flag `aadOptscim062020`. */
const entra: ProfilePart = {
  users: { match: ['externalId', 'userName'] }, // Tutorial: whichever attribute is chosen for matching, by eq
  create: { always: ['roles'] }, // Tutorial, “Create User”
  meta: ['post'], // Tutorial, “Create User”, “Create Group”
  update: {
    operations: 'title', // Compatibility: Add, Replace and Remove
    byType: true, // Tutorial, “Update User [Multi-valued properties]”
    managerAs: 'id', // AzureAD/SCIMReferenceCode, Microsoft.SCIM.LogicAppValidationTemplate
  },
  active: { form: 'path', as: 'title' }, // Compatibility: “False”
  groups: {
    schemas: ['http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'], // Tutorial, “Create Group”
    members: { remove: 'value', reference: true }, // Compatibility; Tutorial, “Update Group [Remove Members]”
  },
};

/** Entra with the flag. */
const entra2020: ProfilePart = {
  ...entra,
  update: {
    patchForm: 'paths', // Compatibility: single values share one operation without a path
    byType: true,
    managerAs: 'id',
  },
  active: { form: 'path', as: 'boolean' }, // Compatibility
  groups: {
    schemas: ['http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    members: { remove: 'filter', reference: true }, // Compatibility
  },
};

export const dialects: Readonly<Record<string, ProfilePart>> = {
  'okta-aiw': oktaWizard,
  'okta-oin': oktaCatalogue,
  entra,
  'entra-2020': entra2020,
};
