import type { Json } from '../../../src/model/index.ts';
import { PLAIN } from '../../../src/mock/description.ts';
import type { Query, ServedType, ServiceDescription } from '../../../src/mock/description.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { service as rfc, users } from '../generic/service.ts';
import { bearer, teams } from '../generic/service-parts.ts';

/**
 * Snowflake, read on 2026-11-26: N1 is docs.snowflake.com/user-guide/scim-user-api-reference, N2
 * docs.snowflake.com/user-guide/scim-group-api-reference, N3 docs.snowflake.com/user-guide/scim-custom, N5
 * docs.snowflake.com/release-notes/bcr-bundles/2026_03/bcr-2276. It is played as before the change of N5, which was pending
 * there. The 500 requests at once (N3: 429 beyond) are played by a fault. Which filters found anything before that change
 * is not said; here it is the names, by which identity providers ask. What a request answers beside that is RFC 7644's.
 */
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

export const service: ServiceDescription = {
  ...rfc,
  name: 'snowflake',
  title: 'Snowflake, before the behaviour change 2026_03',
  sources: [
    'https://docs.snowflake.com/en/user-guide/scim-user-api-reference',
    'https://docs.snowflake.com/en/user-guide/scim-group-api-reference',
    'https://docs.snowflake.com/en/user-guide/scim-custom',
    'https://docs.snowflake.com/en/release-notes/bcr-bundles/2026_03/bcr-2276',
  ],
  basePath: '/scim/v2',
  // N1: a token of SYSTEM$GENERATE_SCIM_ACCESS_TOKEN, for six months; it acts as the role of the integration.
  authentication: bearer('generic_scim_provisioner'),
  features: PLAIN,
  // N5: a number where there should be a boolean.
  providerConfig: { says: { filter: { supported: 0, maxResults: 0 } } },
  resourceTypes: [
    {
      ...users,
      type: shaped(users.type, {
        // N1 "User attributes".
        only: ['userName', 'name', 'emails', 'displayName', 'password', 'active', 'groups'],
        unique: ['userName'],
      }),
      // N1: "Snowflake does not support multi-value user attributes."
      bounds: { emails: { values: 1 } },
      filters: { forms: ['userName eq'], otherwise: 'nothing' },
      hooks: { list: sample({ userName: 'synthesis_user', active: true }) },
    },
    {
      ...teams,
      // N2: roles, one to one; their names are unique.
      type: shaped(teams.type, { readOnly: ['externalId'], unique: ['displayName'] }),
      filters: { forms: ['displayName eq'], otherwise: 'nothing' },
      hooks: { list: sample({ displayName: 'synthesis_user' }) },
    },
  ],
};

/** N5: without a filter a list has one resource that was made up, whatever there is. */
function sample(
  attributes: Readonly<Record<string, Json>>,
): NonNullable<NonNullable<ServedType['hooks']>['list']> {
  return ({ filter }: Query) =>
    filter === undefined
      ? {
          schemas: [LIST],
          totalResults: 1,
          startIndex: 1,
          itemsPerPage: 1,
          Resources: [{ id: '1', ...attributes }],
        }
      : undefined;
}
