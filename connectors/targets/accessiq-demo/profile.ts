import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

/**
 * The AccessIQ demonstration server, as its code answers (happelj/accessiq, read on 2026-11-21): “users” and “groups”
 * are its app/services/user_service.py and group_service.py, “scim” its app/scim, “Docs” its docs/scim.md.
 */
export const accessiqDemoProfile = differing(genericProfile, {
  name: 'accessiq-demo',
  title: 'AccessIQ demonstration server',
  users: {
    // users: the rest is ignored in a POST and in a PUT, externalId, e-mail addresses and the parts of a name among it;
    // scim: in a PATCH it fails the whole request.
    writable: [
      'userName',
      'displayName',
      'enterprise.employeeNumber',
      'enterprise.costCenter',
      'enterprise.organization',
      'enterprise.division',
      'enterprise.department',
      'enterprise.manager',
    ],
    required: ['userName', 'displayName'], // users: userName is an e-mail address
    match: ['userName'], // scim: filters are userName eq, id eq, displayName co and active eq
  },
  delete: false, // scim: no such route
  lookupLagSeconds: 0, // users: one database, read directly
  answers: {
    isMember: [{ status: 409, scimType: 'uniqueness' }], // groups: adding somebody twice is a conflict
    isNoMember: [{ status: 400, scimType: 'invalidValue' }], // groups: so is removing whoever is not in it, or unknown
  },
  groups: {
    delete: false, // scim: no such route
    externalId: false, // groups: a group is a name and its members
    match: ['displayName'], // scim: filters are displayName eq, displayName co and id eq
  },
  sources: { '*': 'https://github.com/happelj/accessiq' },
});
