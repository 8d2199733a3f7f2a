import { PLAIN } from '../../../src/mock/description.ts';
import type { ServedType, ServiceDescription } from '../../../src/mock/description.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { groups, service as rfc, users } from '../generic/service.ts';
import { INVALID_FILTER, USER_AGENT, bearer } from '../generic/service-parts.ts';
import { typeWithLogin, withLogin, withoutLogin } from './service-login.ts';

/**
 * GitHub Enterprise Cloud with managed users, as its documentation tells it, read on 2026-11-26. G1 is
 * docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim, and G3 the data that its operations are made from
 * (github/docs, src/rest/data/ghec-2022-11-28/enterprise-admin.json); G5 "Username considerations for external
 * authentication"; G6 "Deprovisioning and reinstating users with SCIM"; G8 "Getting started with the REST API"; G9 an
 * earlier text of G3, github/rest-api-description, as apidog.com/apidoc/docs-site/347364/api-3488942 has it. The bodies of
 * errors and the largest `count` are not documented: there RFC 7644 holds. What its rate limits answer is played by a fault, such as status=429,retryAfter=60.
 */

/** G1, G3: the list of each type. */
const list: ServedType['list'] = { ...users.list, defaultCount: 30 };

export const service: ServiceDescription = {
  ...rfc,
  name: 'github-enterprise',
  title: 'GitHub Enterprise Cloud with managed users',
  sources: [
    'https://docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim',
    'https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/provisioning-user-accounts-with-scim/deprovisioning-and-reinstating-users',
    'https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication',
    'https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api',
  ],
  // G1; the enterprise's name is here any one.
  basePath: '/scim/v2/enterprises/example',
  // G1: a classic personal access token with this scope. 401 and 403 are among the codes of G3.
  authentication: bearer('scim:enterprise', {
    challenge: false,
    missing: { status: 401, detail: 'Requires authentication' },
    unknown: { status: 401, detail: 'Bad credentials' },
    expired: { status: 401, detail: 'Bad credentials' },
    switchedOff: { status: 403, detail: 'Open SCIM configuration is not enabled for this enterprise.' },
  }),
  // G8: "User agent required"; without it the request is rejected.
  requires: USER_AGENT,
  // Neither G1 nor G3 has any of them.
  discovery: false,
  // G3 has excludedAttributes for groups.
  features: { ...PLAIN, projection: true },
  resourceTypes: [
    {
      ...users,
      type: typeWithLogin(
        shaped(users.type, {
          // G1 "Supported SCIM user attributes"; no extension is named.
          only: ['userName', 'name.formatted', 'name.givenName', 'name.familyName', 'name.middleName'].concat(
            ['displayName', 'active', 'emails', 'roles', 'groups'],
          ),
          extensions: [],
          // G3, body parameters of POST and PUT.
          required: ['externalId', 'active', 'userName', 'displayName', 'emails'].concat([
            'emails.value',
            'emails.type',
            'emails.primary',
          ]),
          unique: ['userName', 'externalId'],
        }),
      ),
      list,
      filters: {
        forms: ['userName eq', 'externalId eq', 'id eq', 'displayName eq'],
        otherwise: INVALID_FILTER,
      },
      patch: {
        ...users.patch,
        // G3: complex filter paths have no effect.
        filteredPaths: 'ignored',
      },
      hooks: { settle: withLogin, shown: withoutLogin },
    },
    {
      ...groups,
      type: {
        // G1 "Supported SCIM group attributes".
        ...shaped(groups.type, { unique: ['externalId'] }),
        members: { attribute: 'members', of: ['User'] },
      },
      list,
      // G3, body parameters of “Provision a SCIM enterprise group”: `members` is one of those that have to be there.
      named: { create: ['members'] },
      filters: { forms: ['externalId eq', 'id eq', 'displayName eq'], otherwise: INVALID_FILTER },
      // G3: the same holds of groups.
      patch: { ...groups.patch, filteredPaths: 'ignored' },
      // G6: who is suspended is hidden from groups, and back in them upon reinstatement.
      memberRules: { inactive: 'hidden' },
    },
  ],
  // G9, “Update an attribute for a SCIM enterprise group”: {op: "remove", path: "members", value: [{value: id}]}.
  accepts: { removeByValue: true },
  refuses: {
    // G3: `schemas` is required in every body.
    missingSchemas: true,
  },
};
