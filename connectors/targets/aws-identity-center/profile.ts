import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

const guide = 'https://docs.aws.amazon.com/singlesignon/latest/developerguide';

/**
 * AWS IAM Identity Center. The operations are pages of docs.aws.amazon.com/singlesignon/latest/developerguide (CreateUser
 * is its createuser.html, and so on), “Limitations” its limitations.html; read on 2026-11-26.
 */
export const awsIdentityCenterProfile = differing(genericProfile, {
  name: 'aws-identity-center',
  title: 'AWS IAM Identity Center',
  users: {
    // PatchUser and Limitations: these, without `display` of several values. CreateUser takes roles, PatchUser does not.
    writable: [
      'externalId',
      'userName',
      'name',
      'displayName',
      'nickName',
      'profileUrl',
      'title',
      'userType',
      'preferredLanguage',
      'locale',
      'timezone',
      'emails.value',
      'emails.type',
      'emails.primary',
      'phoneNumbers.value',
      'phoneNumbers.type',
      'phoneNumbers.primary',
      'addresses.formatted',
      'addresses.streetAddress',
      'addresses.locality',
      'addresses.region',
      'addresses.postalCode',
      'addresses.country',
      'addresses.type',
      'addresses.primary',
      'enterprise.employeeNumber',
      'enterprise.costCenter',
      'enterprise.organization',
      'enterprise.division',
      'enterprise.department',
      'enterprise.manager',
    ],
    required: ['userName', 'displayName', 'name.givenName', 'name.familyName'], // CreateUser, “Constraints”
    maxValues: { emails: 1, phoneNumbers: 1, addresses: 1 }, // CreateUser, “Constraints”
    primary: ['emails'], // CreateUser, “Constraints”: the address is marked as primary
    match: ['externalId', 'userName'], // ListUsers, “Constraints”: filters on either
  },
  list: {
    paging: 'cursor', // ListUsers: without the parameter, one page is all that comes
    pageSize: 100, // ListUsers: at most
  },
  pace: { concurrency: 4 }, // no number is documented; ThrottlingException is (CreateUser, “Errors”)
  groups: {
    match: ['externalId', 'displayName'], // ListGroups, “Constraints”
    excludes: false, // GetGroup, ListGroups: members never come, and excludedAttributes is not supported
    members: {
      perRequest: 100, // PatchGroup, “Constraints”
      remove: 'value', // awslabs/ssosync, internal/aws/client.go: Amazon's own client removes by a list of values
      shown: 'never', // GetGroup: the list of members is there, and empty
      query: 'members.value', // ListGroups, “Constraints”
    },
  },
  sources: {
    '*': `${guide}/limitations.html`,
    emails: `${guide}/createuser.html`,
    phoneNumbers: `${guide}/createuser.html`,
    addresses: `${guide}/createuser.html`,
    displayName: `${guide}/createuser.html`,
    name: `${guide}/createuser.html`,
    groups: `${guide}/patchgroup.html`,
  },
});
