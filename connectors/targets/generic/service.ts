import type { ServedType, ServiceDescription } from '../../../src/mock/description.ts';
import { groupType } from '../../../src/mock/schema/group.ts';
import { userType } from '../../../src/mock/schema/user.ts';

/**
 * The empty description: RFC 7643 and RFC 7644 as they stand. Where they leave a choice, it is made here and said.
 */
export const users: ServedType = {
  type: userType,
  // RFC 7644 §3.2, table 2.
  operations: ['create', 'list', 'read', 'replace', 'patch', 'delete'],
  // RFC 7644 §3.3 leaves it open; ignoring is what most clients are used to.
  unknownAttributes: 'ignored',
  // RFC 7644 §3.4.2.4: both numbers are the service's choice.
  list: { defaultCount: 100, maxCount: 1000 },
  patch: {
    // RFC 7644 §3.5.2: either 200 with the resource, or 204.
    answer: 200,
    // RFC 7644 §3.5.2.3: sub-attributes that are not given stay.
    replaceComplex: 'merge',
    // RFC 7644 §3.12, table 9, `noTarget`: a filter that yields no match. §3.5.2.2 does not name it, and says above one of
    // its examples that a member who is not there is a success; the stricter of the two is played.
    removeNothing: 'noTarget',
  },
  // RFC 7644 §3.12, table 8.
  missing: { status: 404, detail: 'There is no resource with this id.' },
  // RFC 7644 §3.3.
  exists: { status: 409, scimType: 'uniqueness', detail: 'Another resource has this "%s".' },
};

export const groups: ServedType = { ...users, type: groupType };

export const service: ServiceDescription = {
  name: 'rfc',
  title: 'a plain SCIM 2.0 service',
  sources: ['https://www.rfc-editor.org/rfc/rfc7643', 'https://www.rfc-editor.org/rfc/rfc7644'],
  // RFC 7644 §3.13: a version in the path, which the service may have.
  basePath: '/scim/v2',
  media: {
    // RFC 7644 §3.1 and §8.1.
    answers: 'application/scim+json',
    accepts: { 'application/scim+json': { malformed: 400 }, 'application/json': { malformed: 400 } },
  },
  // RFC 7644 §2: a bearer token (RFC 6750), and 401 with a challenge (RFC 9110 §11.6.1) where there is none.
  authentication: {
    schemeOptional: false,
    // Neither RFC knows of permissions; the word is the mock's own.
    permission: 'scim',
    challenge: true,
    missing: { status: 401, detail: 'An Authorization header with a bearer token is needed.' },
    unknown: { status: 401, detail: 'This bearer token is not known.' },
    // RFC 6750 §3.1: an expired token is an invalid one.
    expired: { status: 401, detail: 'This bearer token has expired.' },
    // RFC 7644 §3.12, table 8: 403 is for a credential that is good and not enough. That SCIM can be switched off at all
    // is the mock's own, as are the words of both.
    forbidden: { status: 403, detail: 'This key does not have the permission "scim".' },
    switchedOff: { status: 403, detail: 'SCIM is switched off in this organisation.' },
    // No RFC says which comes first; the mock's own choice is that a stranger does not learn which routes there are.
    beforeNotFound: true,
  },
  // RFC 7644 §3.12.
  errors: { status: 'string', scimType: true, framework: 'scim' },
  // RFC 7644 §4.
  discovery: true,
  features: {
    // RFC 7644 §3.7; the numbers are those of its example in RFC 7643 §8.5, as far as one body may be.
    bulk: { maxOperations: 1000, maxPayloadSize: 1_048_576 },
    sort: true,
    etag: true,
    projection: true,
    search: true,
    me: true,
    // RFC 9865 §2.4: a service that was there before keeps paging by index where nothing else is asked for.
    cursor: { timeout: 600 },
    defaultPaging: 'index',
  },
  resourceTypes: [users, groups],
  // RFC 7643 §4.1.1: somebody who is not active cannot use the account.
  deactivation: { endsSessions: true },
  // The mock's own: generous, and bounded, so that no request can hold it up.
  limits: { body: 1_048_576, patchOperations: 1000, filterTerms: 200, values: 1000, members: 100_000 },
};
