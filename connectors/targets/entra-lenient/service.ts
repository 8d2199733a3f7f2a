import type { ServedType, ServiceDescription } from '../../../src/mock/description.ts';
import type { ResourceType } from '../../../src/mock/schema/types.ts';
import { groups, service as rfc, users } from '../generic/service.ts';

/**
 * A service that takes whatever Microsoft Entra's client is documented or seen to send, before and after the flag
 * `aadOptscim062020`. From github.com/MicrosoftDocs/entra-docs, docs/identity/app-provisioning:
 * MSU is use-scim-to-provision-users-and-groups.md, MSC application-provisioning-config-problem-scim-compatibility.md,
 * MSA customize-application-attributes.md. MSV is Microsoft.SCIM.LogicAppValidationTemplate in
 * github.com/AzureAD/SCIMReferenceCode, Microsoft's own tests for services.
 */
const patch: ServedType['patch'] = {
  ...users.patch,
  // MSU "Group operations": 204 without a body for groups; for people 200 and 204 are both good.
  answer: 204,
};

export const service: ServiceDescription = {
  ...rfc,
  name: 'entra-lenient',
  title: "a plain SCIM 2.0 service that takes what Entra's client sends",
  sources: [
    'https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups',
    'https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility',
    'https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes',
    'https://github.com/AzureAD/SCIMReferenceCode',
    'https://github.com/Captain-P-Goldfish/SCIM-SDK/issues/686',
  ],
  // `unknownAttributes` stays "ignored": MSU "Create Group" names the schema
  // http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group, and its example 2 has `department` and
  // `manager` beside the core attributes.
  resourceTypes: [
    { ...users, patch },
    // MSU "/Groups": the name of a group has to be unique.
    { ...groups, patch, type: withUniqueName(groups.type) },
  ],
  accepts: {
    // MSC "Requests made to disable users", without the flag: "False". MSA: roles[primary eq "True"].
    textBooleans: true,
    // MSU example 1: filter=externalId eq jyoung.
    bareFilterValues: true,
    // MSU: somebody may be looked up by an address, filter=emails[type eq "work"].value eq "…".
    partsBehindFilters: true,
    // MSU example 5: the path is `manager`; example 4 filters by it.
    bareExtensionNames: true,
    // SCIM-SDK issue 686, and MSV: the manager is added as the bare id.
    bareValues: true,
    // MSU example 5: the manager is an array with one object.
    arraysOfOne: true,
    // MSC "Requests to replace multiple attributes", with the flag: `name.givenName` and `urn:…:User:employeeNumber`.
    pathKeys: true,
    // MSC "Requests made to remove a group member", without the flag; MSU "Update Group [Remove Members]".
    removeByValue: true,
    // MSV: a PATCH with "" clears an attribute, as one with null does.
    emptyClears: true,
    // MSU "Update User" replaces emails[type eq "work"].value. Entra maps addresses, not values, and does not ask first
    // whether somebody has one (concluded): a service that says noTarget never gets the address.
    replaceMakes: true,
  },
};

function withUniqueName(type: ResourceType): ResourceType {
  const { attributes } = type.schema;
  const unique = attributes.map((one) =>
    one.name === 'displayName' ? ({ ...one, uniqueness: 'server' } as const) : one,
  );
  const indexes = type.indexes.map((one) => (one.path === 'displayName' ? { ...one, unique: true } : one));
  return { ...type, schema: { ...type.schema, attributes: unique }, indexes };
}
