import type { ServiceDescription } from '../../../src/mock/description.ts';
import { attribute } from '../../../src/mock/schema/types.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { service as rfc, users } from '../generic/service.ts';
import { INVALID_FILTER, PROJECTING, WITHOUT_PUT, bearer, teams } from '../generic/service-parts.ts';
import { OWNER, ROLE, memberBefore, patchMember, settleMember } from './service-hooks.ts';
import { settleTeam, typeWithSlug, withoutSlug } from './service-slug.ts';

/**
 * Sentry, read on 2026-11-26: P is docs.sentry.io/api/scim, and github.com/getsentry/sentry, src/sentry/scim/endpoints, of
 * which P1 is members.py (at ca0cc1b0), P2 teams.py (at 02575bd0) and P3 constants.py (at 08104864); P4 is issue 117860 and
 * pull request 117870 there. P5 is its test of groups (tests/sentry/core/endpoints/scim/test_scim_team_index.py at 15f8280a) and P6
 * its serializer of teams (TeamPostSerializer in api/endpoints/organization_teams.py). An owner is whoever has that `sentryOrgRole` in --users: what a client says of it is passed over, and nobody is
 * made an owner by SCIM (P). A PATCH without operations answers 204 here, and 200 there.
 */
const list = { defaultCount: 100, maxCount: 100 };

/** P: beside the core attributes, and under no schema of its own. */
const withRole = {
  ...users.type,
  schema: {
    ...users.type.schema,
    attributes: [...users.type.schema.attributes, attribute(ROLE, 'The role in the organization.')],
  },
};

export const service: ServiceDescription = {
  ...rfc,
  name: 'sentry',
  title: 'Sentry',
  sources: [
    'https://docs.sentry.io/api/scim/',
    'https://github.com/getsentry/sentry/blob/master/src/sentry/scim/endpoints/members.py',
    'https://github.com/getsentry/sentry/blob/master/src/sentry/scim/endpoints/teams.py',
    'https://github.com/getsentry/sentry/pull/117870',
  ],
  // P; the organisation's slug is here any one.
  basePath: '/api/0/organizations/example/scim/v2',
  // P: member:* and team:*.
  authentication: bearer('member:admin'),
  // P2: excludedAttributes=members.
  features: PROJECTING,
  resourceTypes: [
    {
      ...users,
      type: shaped(withRole, {
        // P1: what else is sent is passed over.
        only: ['userName', 'emails', 'name', 'active', ROLE],
        readOnly: ['externalId', 'emails', 'name', ROLE],
        unique: ['userName'],
        extensions: [],
      }),
      operations: WITHOUT_PUT,
      newIds: { after: 0 },
      list,
      // P: one condition; it knows "value", too.
      filters: { forms: ['userName eq', 'displayName eq'], otherwise: INVALID_FILTER },
      patch: { ...users.patch, answer: 204 },
      missing: { status: 404, detail: 'User not found.' },
      // P3, and P4 for the scimType.
      exists: { status: 409, scimType: 'uniqueness', detail: 'User already exists in the database.' },
      hooks: { settle: settleMember, before: memberBefore, patch: patchMember },
    },
    {
      ...teams,
      type: typeWithSlug(shaped(teams.type, { readOnly: ['externalId'], unique: [] })),
      operations: WITHOUT_PUT,
      // Numbers here, too; in the mock an id means one resource alone.
      newIds: { after: 1_000_000 },
      list,
      // P2: it compares slugs; here names, in any case.
      filters: { forms: ['displayName eq'], otherwise: INVALID_FILTER },
      patch: {
        ...teams.patch,
        answer: 204,
        // P2 `_remove_members_operation`: who is no member is passed over.
        removeNothing: 'ignored',
        operations: {
          most: 100,
          otherwise: { status: 400, detail: 'Too many patch ops sent, limit is 100.' },
        },
        only: {
          paths: ['displayName', 'members', 'id'],
          otherwise: { status: 400, detail: 'Invalid Replace attr. Only displayName and members supported.' },
        },
      },
      missing: { status: 404, detail: 'Group not found.' },
      exists: { status: 409, detail: 'A team with this slug already exists.' },
      hooks: { settle: settleTeam, shown: withoutSlug },
    },
  ],
  // P1, ERR_ONLY_OWNER.
  marks: { kept: { [ROLE]: OWNER } },
  deactivation: {
    endsSessions: true,
    // P1: "After setting active to false Sentry will permanently delete the Organization Member."
    removes: true,
  },
};
