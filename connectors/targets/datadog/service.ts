import { PLAIN } from '../../../src/mock/description.ts';
import type { ServiceDescription } from '../../../src/mock/description.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { service as rfc, users } from '../generic/service.ts';
import { INVALID_FILTER, bearer, teams } from '../generic/service-parts.ts';

/**
 * Datadog, read on 2026-11-26: DD1 is docs.datadoghq.com/api/latest/scim, DD2 docs.datadoghq.com/account_management/scim. Groups
 * are Datadog's teams, for the organisations that have them. An invitation there is good for two days, and here until it is
 * accepted. Its rates are not documented.
 */
export const service: ServiceDescription = {
  ...rfc,
  name: 'datadog',
  title: 'Datadog',
  sources: [
    'https://docs.datadoghq.com/api/latest/scim/',
    'https://docs.datadoghq.com/account_management/scim/',
  ],
  // DD1: https://api.datadoghq.com/api/v2/scim, and other sites.
  basePath: '/api/v2/scim',
  // DD1: an application key with user_access_invite and user_access_manage.
  authentication: bearer('user_access_manage'),
  features: PLAIN,
  resourceTypes: [
    {
      ...users,
      type: shaped(users.type, {
        // DD1 "Create user", "Body Data".
        only: ['userName', 'name.formatted', 'name.givenName', 'name.familyName', 'title', 'active'].concat([
          'emails',
          'roles',
          'groups',
        ]),
        // DD2: the invitation goes to the address.
        required: ['userName', 'emails', 'emails.value'],
        unique: ['userName'],
        extensions: [],
      }),
      // DD1 "List users": "Filter should be of the form userName eq <user name>."
      filters: { forms: ['userName eq'], otherwise: INVALID_FILTER },
    },
    {
      ...teams,
      // DD1 "List groups".
      filters: {
        forms: [
          'displayName eq',
          'externalId eq',
          'id eq and members eq',
          'displayName eq and externalId eq',
        ],
        otherwise: INVALID_FILTER,
      },
    },
  ],
  // DD2: whoever is created gets an invitation by e-mail.
  invitations: { readable: true, repeatedCreate: 'exists', reminder: false, whileInactive: false },
  // DD1: the form of a filter has no quotes.
  accepts: { bareFilterValues: true, partsBehindFilters: false },
};
