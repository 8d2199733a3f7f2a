import type { JsonObject } from '../../../src/model/index.ts';
import { PLAIN } from '../../../src/mock/description.ts';
import type { Held, ServiceDescription } from '../../../src/mock/description.ts';
import type { Refusal } from '../../../src/mock/refusal.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { service as rfc, users } from '../generic/service.ts';
import { INVALID_FILTER, USER_AGENT, bearer } from '../generic/service-parts.ts';

/**
 * One organisation on GitHub Enterprise Cloud with SAML single sign-on, as its documentation tells it, read on 2026-11-26.
 * O1 is docs.github.com/en/enterprise-cloud@latest/rest/scim (github/docs, content/rest/scim/scim.md, at 490755b6), O2 the
 * data that its operations are made from (github/docs, src/rest/data/ghec-2022-11-28/scim.json), O4 the description of the
 * list there. How a page is bounded and the bodies of errors are not documented: there RFC 7644 holds.
 */
const NOT_FOUND: Refusal = { status: 404, detail: 'Not Found' };

export const service: ServiceDescription = {
  ...rfc,
  name: 'github-organization',
  title: 'a GitHub organization with SAML single sign-on',
  sources: [
    'https://docs.github.com/en/enterprise-cloud@latest/rest/scim/scim',
    'https://docs.github.com/en/enterprise-cloud@latest/organizations/managing-saml-single-sign-on-for-your-organization/about-scim-for-organizations',
    'https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api',
    'https://github.com/google/go-github/issues/2209',
  ],
  // O1; the organisation's name is here any one.
  basePath: '/scim/v2/organizations/example',
  // O1.
  authentication: bearer('admin:org', {
    challenge: false,
    missing: { status: 401, detail: 'Requires authentication' },
    unknown: { status: 401, detail: 'Bad credentials' },
    expired: { status: 401, detail: 'Bad credentials' },
    // google/go-github issue 2209: a token without the scope, or not authorised for single sign-on, sees nothing there.
    forbidden: NOT_FOUND,
    // O1: the endpoints are there only for organisations with SAML single sign-on.
    switchedOff: NOT_FOUND,
  }),
  // docs.github.com "Getting started with the REST API": "User agent required".
  requires: USER_AGENT,
  // O1, O2 name /Users alone.
  discovery: false,
  features: PLAIN,
  resourceTypes: [
    {
      ...users,
      type: shaped(users.type, {
        // O1 "Supported SCIM User attributes", and O2 for those that need not be there.
        only: [
          'userName',
          'name.formatted',
          'name.givenName',
          'name.familyName',
          'displayName',
          'emails',
          'active',
          'groups',
        ],
        extensions: [],
        required: ['userName', 'name', 'name.givenName', 'name.familyName', 'emails', 'emails.value'],
        unique: ['userName'],
      }),
      filters: {
        // O2: one of these, with eq.
        forms: ['id eq', 'userName eq', 'emails eq', 'externalId eq'],
        otherwise: INVALID_FILTER,
      },
      patch: {
        ...users.patch,
        // O2: complex filter paths do not work.
        filteredPaths: 'ignored',
      },
      missing: NOT_FOUND,
      hooks: { shown },
    },
  ],
  // O2 "Provision and invite a SCIM user".
  invitations: {
    // O4: the list has those who have not accepted yet.
    readable: true,
    // O2: 409.
    repeatedCreate: 'exists',
    reminder: false,
    // O2: provisioning is inviting; the documentation makes no difference by `active`.
    whileInactive: true,
  },
  marks: {
    // O4, below.
    unlisted: { membership: 'none' },
  },
  deactivation: {
    endsSessions: true,
    // O2: `active: false` removes the person from the organisation and deletes the external identity with its id.
    removes: true,
  },
};

/**
 * O4: the list may have somebody who once began to sign in by SAML and was never linked, whose userName is null. Such is here
 * whoever is in --users with the membership "none".
 */
function shown(resource: JsonObject, { membership }: Held): JsonObject {
  return membership === 'none' ? { ...resource, userName: null } : resource;
}
