import type { Json, JsonObject } from '../../../src/model/index.ts';
import { isObject } from '../../../src/model/index.ts';
import { PLAIN } from '../../../src/mock/description.ts';
import type { Circumstances, ServiceDescription } from '../../../src/mock/description.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { service as rfc, users } from '../generic/service.ts';
import { WITHOUT_PUT, bearer } from '../generic/service-parts.ts';

/**
 * GitLab.com, SCIM of a group, read on 2026-11-26: B1 is doc/development/internal_api/_index.md (at 03a752e) and B2
 * doc/user/group/saml_sso/scim_setup.md (at 80c43c7) of GitLab, B3 its code in the mirror pavankalisetti009/gitlab,
 * ee/lib/api/scim/group_scim.rb (at 24fc1355) and ee/lib/api/helpers/scim_helpers.rb (at 5857c65b), B4
 * gitlab.com/gitlab-org/gitlab/-/issues/368031. A PATCH of `id` or `externalId`, which changes both, changes nothing here.
 */
export const service: ServiceDescription = {
  ...rfc,
  name: 'gitlab',
  title: 'GitLab.com, SCIM of a group',
  sources: [
    'https://docs.gitlab.com/development/internal_api/',
    'https://docs.gitlab.com/user/group/saml_sso/scim_setup/',
    'https://gitlab.com/gitlab-org/gitlab/-/issues/368031',
  ],
  // B1; the group's path is here any one.
  basePath: '/api/scim/v2/groups/example',
  authentication: bearer('scim', {
    // B3: a token of another group is none.
    forbidden: rfc.authentication.unknown,
    // B3 `find_and_authenticate_group!`.
    switchedOff: { status: 404, detail: 'Group example does not have SAML SSO configured' },
  }),
  // B4: a number.
  errors: { status: 'number', scimType: false, framework: 'scim' },
  // B1 has neither groups nor discovery.
  discovery: false,
  features: PLAIN,
  resourceTypes: [
    {
      ...users,
      type: shaped(users.type, {
        // B1, "Create a SCIM provisioned user"; what else is sent is not kept.
        only: ['userName', 'emails', 'name', 'active'],
        required: ['externalId', 'userName', 'emails', 'emails.value', 'name'],
        unique: ['externalId'],
        extensions: [],
      }),
      operations: WITHOUT_PUT,
      // B1: the id is the externalId.
      newIds: 'externalId',
      // B3: 20 by default, at most 100.
      list: { defaultCount: 20, maxCount: 100 },
      filters: {
        // B3, B1.
        forms: ['id eq', 'externalId eq', 'userName eq'],
        // B3 `scim_error!`, B4: 412.
        otherwise: { status: 412, detail: 'Unsupported Filter' },
      },
      patch: {
        ...users.patch,
        answer: 204,
        // B3 `update_scim_user`: anything else is a success that changes nothing.
        only: { paths: ['active'], otherwise: 'ignored' },
      },
      // B2: DELETE takes the person out of the group, as `active: false` does; the identity stays, switched off.
      deletes: 'deactivated',
      missing: { status: 404, detail: 'Resource not found' },
      exists: { status: 409, detail: 'Error saving user: Extern uid has already been taken' },
      hooks: { settle, shown },
    },
  ],
  accepts: {
    // B1: the examples have "false" for `active`.
    textBooleans: true,
  },
};

/** B1: a userName that somebody has gets a number behind it. */
function settle(attributes: JsonObject, { how, directory }: Circumstances): JsonObject {
  const wanted = attributes['userName'] as string;
  if (how !== 'create') return attributes;
  let userName = wanted;
  for (let number = 1; directory.find('userName', userName).length > 0; number++) userName = wanted + number;
  return { ...attributes, userName };
}

/** B3, API::Entities::Scim::User: the formatted name stands under a key with a dot in it. */
function shown(resource: JsonObject): Json {
  const { name, ...rest } = resource;
  if (!isObject(name)) return resource;
  const { formatted, givenName = '', familyName = '' } = name as Record<string, string>;
  return { ...rest, 'name.formatted': formatted ?? `${givenName} ${familyName}`.trim() };
}
