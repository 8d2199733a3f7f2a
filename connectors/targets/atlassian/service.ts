import type { JsonObject } from '../../../src/model/index.ts';
import type { Circumstances, ServiceDescription } from '../../../src/mock/description.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { service as rfc, users } from '../generic/service.ts';
import { INVALID_FILTER, PROJECTING, bearer, judgePrimary, teams } from '../generic/service-parts.ts';

/**
 * Atlassian Cloud, "User provisioning REST API", read on 2026-11-26: T1 is
 * developer.atlassian.com/cloud/admin/user-provisioning/rest, and its texts as mrrefactoring.github.io/jira.js repeats them. That
 * an address has to be on a verified domain, and that an existing managed account is linked, is not played: the mock knows no
 * domains. Its rates are not documented.
 */
const list = { defaultCount: 100, maxCount: 100 };

export const service: ServiceDescription = {
  ...rfc,
  name: 'atlassian',
  title: 'Atlassian Cloud user provisioning',
  sources: [
    'https://developer.atlassian.com/cloud/admin/user-provisioning/rest/intro',
    'https://developer.atlassian.com/cloud/admin/user-provisioning/rest/api-group-users',
    'https://developer.atlassian.com/cloud/admin/user-provisioning/rest/api-group-groups',
    'https://mrrefactoring.github.io/jira.js/api/functions/userProvisioning.deleteUser.html',
  ],
  // T1; the directory's id is here any one.
  basePath: '/scim/directory/11111111-2222-3333-4444-555555555555',
  // T1: the API key of the directory.
  authentication: bearer('directory'),
  // T1: no sort; attributes or excludedAttributes.
  features: PROJECTING,
  resourceTypes: [
    {
      ...users,
      // T1 "Users": these and the enterprise extension; the name of the department and the organisation stand there.
      type: shaped(users.type, {
        only: [
          'userName',
          'name',
          'displayName',
          'nickName',
          'title',
          'preferredLanguage',
          'timezone',
          'active',
          'emails',
          'phoneNumbers',
          'groups',
        ],
        required: ['userName', 'emails', 'emails.value'],
        unique: ['userName', 'externalId'],
      }),
      list,
      // T1 "Get users".
      filters: { forms: ['userName eq', 'externalId eq'], otherwise: INVALID_FILTER },
      // T1 "Delete a user": the user is deactivated, and every later operation is answered with 404 until they are active again.
      deletes: 'hidden',
      // T1 "Create a user", `emails`: one value must be marked as primary.
      hooks: { settle: (attributes) => judgePrimary(attributes, 'emails') },
    },
    {
      ...teams,
      // T1 "Create a group": 409 for a name that is there; no groups in groups; a group is its name and its members.
      type: shaped(teams.type, { readOnly: ['externalId'], unique: ['displayName'] }),
      list,
      filters: { forms: ['displayName eq'], otherwise: INVALID_FILTER },
      hooks: { settle },
    },
  ],
};

/** T1 "Update a group by ID": a PUT takes the name alone; members change by PATCH. */
function settle(attributes: JsonObject, { how, held }: Circumstances): JsonObject {
  if (how !== 'replace') return attributes;
  const { members: _, ...rest } = attributes;
  const before = held?.attributes['members'];
  return before === undefined ? rest : { ...rest, members: before };
}
