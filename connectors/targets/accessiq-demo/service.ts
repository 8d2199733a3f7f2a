import type { Refusal } from '../../../src/mock/refusal.ts';
import { PLAIN } from '../../../src/mock/description.ts';
import type { ServedType, ServiceDescription } from '../../../src/mock/description.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { groups, service as rfc, users } from '../generic/service.ts';
import { ENTERPRISE, settleGroup, settleUser, shownGroup, shownUser } from './service-hooks.ts';

/**
 * What the program that is published as github.com/happelj/accessiq does, read on 2026-11-26: Q1 is app/scim (at 0812824e,
 * 846ac4d2 and 233b84a3), Q2 app/services (at 846ac4d2 and c697213e), Q3 app/auth.py and app/rbac.py (at 47246dae and
 * 6e806c04), Q4 docs/scim.md (at 0812824e). What was concluded and not read says so. The words of errors that name a resource are
 * shorter here; `$ref` and `displayName` of a manager are not shown; and of a PATCH without a path that has displayName and
 * members the program does the first alone, while the mock does both.
 */
const unsupported: Refusal = {
  status: 400,
  scimType: 'invalidFilter',
  detail: 'Unsupported or malformed SCIM filter',
};
const unsupportedPath: Refusal = {
  status: 400,
  scimType: 'invalidPath',
  detail: 'Unsupported PATCH path: %s',
};

const served: Pick<ServedType, 'operations' | 'exists' | 'patch'> = {
  // Q4: DELETE is not there.
  operations: ['list', 'create', 'read', 'replace', 'patch'],
  exists: { status: 409, scimType: 'uniqueness', detail: 'Duplicate %s' },
  patch: users.patch,
};

const list: ServedType['list'] = {
  // Q1 pagination.py: 100 where nothing is said, and no upper bound.
  defaultCount: 100,
  maxCount: Number.MAX_SAFE_INTEGER,
  outOfRange: {
    status: 400,
    scimType: 'invalidValue',
    detail: 'startIndex must be greater than or equal to 1, and count to 0',
  },
};
/** Q1 sorting.py. */
const sorted = (...paths: readonly string[]): ServedType['list'] => ({
  ...list,
  sortBy: { paths, otherwise: { status: 400, scimType: 'invalidPath', detail: 'Unsupported sortBy field' } },
});

const person: ServedType = {
  ...users,
  ...served,
  type: uniqueNumbers(
    shaped(users.type, {
      // Q4 "User Resources"; the rest, such as name.givenName and phoneNumbers, is passed over.
      only: ['userName', 'name.formatted', 'displayName', 'active', 'emails'],
      // Q1: neither is looked at; emails are made of the userName.
      readOnly: ['externalId', 'emails'],
      unique: ['userName'],
    }),
  ),
  list: sorted('id', 'userName', 'displayName'),
  filters: {
    // Q1 filtering.py, USER_FILTER_OPERATORS: names as they are written there.
    forms: ['userName eq', 'id eq', 'displayName co', 'active eq'],
    exactNames: true,
    otherwise: unsupported,
  },
  patch: {
    ...users.patch,
    // Q1 PATCH_PATHS and ENTERPRISE_PATCH_PATHS; one other path fails the whole request.
    only: {
      paths: [
        ...['userName', 'displayName', 'active'],
        ...['employeeNumber', 'department', 'division', 'organization', 'costCenter', 'manager', ENTERPRISE],
      ],
      otherwise: unsupportedPath,
    },
    // Q1 `_remove_attribute`.
    lasting: {
      paths: ['userName'],
      otherwise: {
        status: 400,
        scimType: 'invalidValue',
        detail: 'userName is required and cannot be removed',
      },
    },
  },
  // Q1: integers as text; what is none is not found.
  newIds: { after: 0 },
  missing: { status: 404, detail: 'User not found' },
  hooks: { settle: settleUser, shown: shownUser },
};

const group: ServedType = {
  ...groups,
  ...served,
  type: {
    ...shaped(groups.type, { readOnly: ['externalId'], unique: ['displayName'] }),
    // Q4: members are users of AccessIQ.
    members: { attribute: 'members', of: ['User'] },
  },
  list: sorted('id', 'displayName'),
  filters: { forms: ['displayName eq', 'displayName co', 'id eq'], exactNames: true, otherwise: unsupported },
  patch: {
    ...groups.patch,
    only: { paths: ['displayName', 'members'], otherwise: unsupportedPath },
  },
  memberRules: {
    // Q2 `_add_member`, `_remove_member`.
    present: { status: 409, scimType: 'uniqueness', detail: 'Duplicate group member %s' },
    absent: { status: 400, scimType: 'invalidValue', detail: 'Group member %s not found' },
    // Q1 `_parse_member_patch_value`: a remove of members without a value is refused.
    removeAll: { status: 400, scimType: 'invalidValue', detail: 'members value must be an object or array' },
  },
  // Q1: integers here, too; in the mock an id means one resource alone.
  newIds: { after: 1_000_000 },
  missing: { status: 404, detail: 'Group not found' },
  hooks: { settle: settleGroup, shown: shownGroup },
};

export const service: ServiceDescription = {
  ...rfc,
  name: 'accessiq-demo',
  title: 'AccessIQ, the program published by happelj',
  sources: [
    'https://github.com/happelj/accessiq/blob/0812824ea220ca9590c9580a114d003402053acf/docs/scim.md',
    'https://github.com/happelj/accessiq/blob/0812824ea220ca9590c9580a114d003402053acf/app/scim/provisioning.py',
    'https://github.com/happelj/accessiq/blob/233b84a3b26eb49f3193584cbc84ce818b8f09a4/app/scim/group_provisioning.py',
    'https://github.com/happelj/accessiq/blob/846ac4d21b54d75846ae7ea1ea712ae44018933d/app/scim/filtering.py',
  ],
  // Q1 constants.py.
  basePath: '/scim/v2',
  media: {
    answers: 'application/scim+json',
    // FastAPI answers 422 for a body that is not JSON, and nothing in Q1 changes that (concluded).
    accepts: { 'application/scim+json': { malformed: 422 }, 'application/json': { malformed: 422 } },
  },
  authentication: {
    ...rfc.authentication,
    // Q3: a token of POST /login, for 30 minutes, of somebody who is security_admin or iam_admin. The mock's keys stand for
    // it; `expires` of --key lets one end.
    permission: 'iam_admin',
    challenge: true,
    missing: { status: 401, detail: 'Authentication required' },
    unknown: { status: 401, detail: 'Authentication required' },
    expired: { status: 401, detail: 'Authentication required' },
    forbidden: { status: 403, detail: 'Insufficient privileges' },
    // Q1: the routes ask for it, and an unknown route is none (concluded).
    beforeNotFound: false,
  },
  // Q1 models.py.
  features: { ...PLAIN, sort: true, projection: true },
  providerConfig: {
    says: { filter: { supported: true, maxResults: 100 }, changePassword: { supported: false } },
  },
  resourceTypes: [person, group],
  accepts: {
    // Q1 `_normalize_enterprise_patch_path`.
    bareExtensionNames: true,
    // Q1 `_parse_manager_value`: the bare id is taken, too.
    bareValues: true,
    // Q1: a remove with `members` and a value takes out those who are named.
    removeByValue: true,
  },
};

/** Q4: "employeeNumber is unique when present". */
function uniqueNumbers(type: ServedType['type']): ServedType['type'] {
  const path = `${ENTERPRISE}:employeeNumber`;
  return {
    ...type,
    indexes: [
      ...type.indexes,
      { path, extension: ENTERPRISE, caseExact: true, unique: true, built: 'atOnce' },
    ],
  };
}
