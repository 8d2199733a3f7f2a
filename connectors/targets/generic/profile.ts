import { dialects } from './dialects.ts';
import type { Profile } from '../../../src/model/index.ts';

/**
 * Any service that keeps to RFC 7643 and RFC 7644, spoken to in the dialect of the SCIM 2.0 Interoperability Profile
 * (datatracker.ietf.org/doc/html/draft-zollner-scim-interop-profile-01), below “Interop”.
 */
export const genericProfile: Profile = {
  name: 'generic',
  title: 'SCIM 2.0',
  users: {
    // RFC 7643 §4.1 and §4.3: all that is readWrite, but for x509Certificates, which are credentials
    // (OpenID IPSIE AL SCIM 2.0 Profile §6.1.2: never send those).
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
      'emails',
      'phoneNumbers',
      'ims',
      'photos',
      'addresses',
      'entitlements',
      'roles',
      'enterprise.employeeNumber',
      'enterprise.costCenter',
      'enterprise.organization',
      'enterprise.division',
      'enterprise.department',
      'enterprise.manager',
    ],
    createOnly: [],
    required: ['userName'], // RFC 7643 §4.1.1
    maxValues: {},
    match: ['externalId', 'userName', 'emails.value'], // OpenID IPSIE AL SCIM 2.0 Profile §5.4
    password: 'forbidden', // OpenID IPSIE AL SCIM 2.0 Profile §6.1.2
    // RFC 7643 §4.1.2 and §8.7.1; a server may list others (Interop §5.4), which discovery compares.
    types: {
      emails: ['work', 'home', 'other'],
      phoneNumbers: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
      ims: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
      photos: ['photo', 'thumbnail'],
      addresses: ['work', 'home', 'other'],
    },
  },
  create: {
    invites: false, // RFC 7644 §3.3: a create answers with the resource
    invitedReadable: true,
    repeatable: false, // RFC 7644 §3.3: a POST is not idempotent
    inactive: true, // RFC 7643 §4.1.1: active is an attribute like the others
  },
  update: {
    method: 'patch', // Interop §6.5
    putAlways: ['active'], // RFC 7644 §3.5.1: what a PUT leaves out may be cleared or set to its default
    patchForm: 'path', // Interop §6.5.1.1
  },
  active: { form: 'path', as: 'boolean' }, // RFC 7643 §2.3.2; Interop §6.5.1.1
  deactivate: { idSurvives: true }, // Interop §6.6: only DELETE deletes
  delete: true, // RFC 7644 §3.6
  list: {
    paging: 'auto', // Interop §6.4: index or cursor, as the server has it
    pageSize: 100, // Interop §6.4: every server accepts a count of 100
    provesAbsence: true, // RFC 7644 §3.4.2: a query returns all resources that match
  },
  lookupLagSeconds: 5, // no RFC promises that a filter finds at once what was just written
  answers: {
    exists: [], // 409 alone: RFC 7644 §3.3, Interop §6.9.1
    transient: [],
    unauthorised: [],
    notExists: [],
  },
  pace: { concurrency: 8 },
  groups: {
    supported: true, // RFC 7643 §4.2
    create: true, // RFC 7644 §3.3
    rename: true, // RFC 7643 §8.7.1: displayName of a group is readWrite
    delete: true, // RFC 7644 §3.6
    externalId: true, // RFC 7643 §3.1
    match: ['externalId', 'displayName'], // OpenID IPSIE AL SCIM 2.0 Profile §6.2.3
    members: {
      perRequest: 100, // no RFC has a number; the smallest of the services that document one is 100
      remove: 'filter', // RFC 7644 §3.5.2.2, its example of removing one member
    },
  },
  discovery: true, // RFC 7644 §4; Interop §5.1
  probe: '/Users?count=1', // RFC 7644 §4 lets the discovery documents be read without a credential
  sources: { '*': 'https://www.rfc-editor.org/rfc/rfc7643' },
  dialects,
};
