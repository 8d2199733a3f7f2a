import type { ServiceDescription } from '../../../src/mock/description.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { service as rfc, users } from '../generic/service.ts';
import { INVALID_FILTER, PROJECTING, bearer, teams } from '../generic/service-parts.ts';

/**
 * Databricks, SCIM of an account, read on 2026-11-26: D1 is github.com/databricks/databricks-sdk-go, service/iam (at
 * 1ff3c78), whose comments are the documentation; D2 docs.databricks.com/aws/en/reference/scim-2-1; D3 the pages on SCIM of
 * learn.microsoft.com/azure/databricks. Service principals are not here, and its rates are not documented.
 */
const list = { defaultCount: 10_000, maxCount: 10_000 };
const filters = {
  // D1, D2: "Supported operators are equals, contains, starts with, not equals", joined by "and" and "or".
  operators: ['eq', 'ne', 'co', 'sw', 'and', 'or'],
  otherwise: INVALID_FILTER,
};

export const service: ServiceDescription = {
  ...rfc,
  name: 'databricks',
  title: 'Databricks, SCIM of an account',
  sources: [
    'https://docs.databricks.com/aws/en/reference/scim-2-1',
    'https://docs.databricks.com/api/account/accountusers',
    'https://github.com/databricks/databricks-sdk-go',
  ],
  // D1; the account's id is here any one.
  basePath: '/api/2.0/accounts/11111111-2222-3333-4444-555555555555/scim/v2',
  // D1, D3: of an account admin.
  authentication: bearer('account_admin'),
  // Databricks' Terraform provider, databricks_group_member: a member is a group as well.
  nestsGroups: true,
  // D1, D3 have no discovery documents.
  discovery: false,
  // D1: sortBy and sortOrder.
  features: { ...PROJECTING, sort: true },
  resourceTypes: [
    {
      ...users,
      // D1: the externalId of a user is reserved.
      type: shaped(users.type, { readOnly: ['externalId'], unique: ['userName'] }),
      list,
      filters,
      // D1: neither can be changed, and a request that does is a success all the same.
      createOnly: ['userName', 'emails'],
    },
    {
      ...teams,
      // D1: unique among groups.
      type: {
        ...shaped(teams.type, { unique: ['externalId'] }),
        members: { attribute: 'members', of: ['User', 'Group'] },
      },
      list,
      filters,
      // D1: for new accounts, from 2025-08-22 on, a list has no members.
      memberRules: { shown: 'one' },
    },
  ],
  // D2: at most 200 nodes in a filter.
  limits: { ...rfc.limits, filterTerms: 200 },
};
