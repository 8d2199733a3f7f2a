import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../src/model/index.ts';
import { PLAIN } from '../../../src/mock/description.ts';
import type { ServiceDescription } from '../../../src/mock/description.ts';
import type { Refusal } from '../../../src/mock/refusal.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { groups, service as rfc, users } from '../generic/service.ts';
import { judgePrimary } from '../generic/service-parts.ts';

/**
 * AWS IAM Identity Center, as its "SCIM implementation developer guide" tells it, read on 2026-11-26: names in capitals are
 * its pages (docs.aws.amazon.com/singlesignon/latest/developerguide/createuser.html and so on). Paging by cursor and the
 * texts of errors are from github.com/slashdevops/idp-scim-sync at a375c40 (docs/Whats-New.md and testdata), which records
 * the service. No rate is documented: a fault plays 429. `x-amzn-RequestId` is not sent.
 */
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
/** All pages, "Errors": ValidationException is 400, also for what is not supported; the service has no scimType. */
const notSupported: Refusal = { status: 400, detail: 'Request is not supported: %s' };
const notThere: Refusal = { status: 404, detail: 'Resource not found' };
/** ListUsers and ListGroups: 100, of which the first 100 alone are reached without a cursor. */
const list = { defaultCount: 100, maxCount: 100, startIndex: 'ignored' } as const;
const exists: Refusal = { status: 409, detail: 'Refused to create a new, duplicate resource.' };

export const service: ServiceDescription = {
  ...rfc,
  name: 'aws-identity-center',
  title: 'AWS IAM Identity Center',
  sources: [
    'https://docs.aws.amazon.com/singlesignon/latest/developerguide/what-is-scim.html',
    'https://docs.aws.amazon.com/singlesignon/latest/developerguide/limitations.html',
    'https://docs.aws.amazon.com/singlesignon/latest/developerguide/createuser.html',
    'https://docs.aws.amazon.com/singlesignon/latest/developerguide/patchuser.html',
    'https://docs.aws.amazon.com/singlesignon/latest/developerguide/listgroups.html',
    'https://docs.aws.amazon.com/singlesignon/latest/developerguide/patchgroup.html',
    'https://docs.aws.amazon.com/singlesignon/latest/developerguide/serviceproviderconfig.html',
    'https://github.com/slashdevops/idp-scim-sync',
  ],
  // "What is SCIM": https://scim.REGION.amazonaws.com/TENANT/scim/v2/; the tenant is here any one.
  basePath: '/11111111111-2222-3333-4444-555555555555/scim/v2',
  media: { ...rfc.media, answers: 'application/json' },
  authentication: {
    ...rfc.authentication,
    challenge: false,
    // All pages, "Errors": UnauthorizedException, AccessDeniedException.
    missing: { status: 401, detail: 'UnauthorizedException: the authorization header is missing.' },
    unknown: { status: 401, detail: 'UnauthorizedException: the authorization header is invalid.' },
    expired: { status: 401, detail: 'UnauthorizedException: the authorization header is invalid.' },
    forbidden: { status: 403, detail: 'AccessDeniedException: the operation is not permitted.' },
    switchedOff: { status: 403, detail: 'AccessDeniedException: automatic provisioning is not enabled.' },
  },
  errors: { status: 'string', scimType: false, framework: 'scim', body: errorBody },
  providerConfig: {
    says: {
      // ServiceProviderConfig: 50, although lists have 100.
      filter: { supported: true, maxResults: 50 },
      changePassword: { supported: false },
    },
  },
  features: {
    ...PLAIN,
    // ListUsers, ListGroups: with `cursor` in the first request, and no total then. For how long one is good is not said.
    cursor: { timeout: 600, total: false },
  },
  // ListUsers and ListGroups, "Not supported".
  unsupported: ['startIndex', 'attributes', 'excludedAttributes'],
  resourceTypes: [
    {
      ...users,
      type: shaped(users.type, {
        // CreateUser "Not supported", and Limitations.
        without: ['password', 'ims', 'photos', 'x509Certificates', 'entitlements'].concat([
          'emails.display',
          'addresses.display',
          'phoneNumbers.display',
          'roles.display',
        ]),
        // CreateUser "Constraints".
        required: ['userName', 'displayName', 'name', 'name.givenName', 'name.familyName'],
        // idp-scim-sync: userName, e-mail and externalId.
        unique: ['userName', 'emails.value', 'externalId'],
      }),
      unknownAttributes: 'refused',
      list,
      filters: {
        // ListUsers "Constraints"; to ask by `id` alone is discouraged there, and not refused.
        forms: ['userName eq', 'externalId eq', 'groups.value eq', 'id eq'].concat([
          `id eq and ${ENTERPRISE}:manager eq`,
          `${ENTERPRISE}:manager eq and id eq`,
        ]),
        otherwise: { status: 400, detail: 'Filter is not supported.' },
      },
      patch: {
        ...users.patch,
        // PatchUser "Constraints", and CreateUser for roles.
        only: {
          paths: [
            'userName',
            'active',
            'externalId',
            'displayName',
            'nickName',
            'profileUrl',
            'title',
            'userType',
          ]
            .concat([
              'preferredLanguage',
              'locale',
              'timezone',
              'name',
              'emails',
              'addresses',
              'phoneNumbers',
              'roles',
            ])
            .concat([ENTERPRISE, 'manager']),
          otherwise: notSupported,
        },
        // PatchUser: without a path one single attribute, and of these two one operation in a request and no removal.
        severalAtOnce: notSupported,
        once: { paths: ['userName', 'active'], otherwise: notSupported },
        lasting: { paths: ['userName', 'active'], otherwise: notSupported },
      },
      // CreateUser "Constraints": single values alone.
      bounds: {
        emails: { values: 1 },
        addresses: { values: 1 },
        phoneNumbers: { values: 1 },
        roles: { values: 1 },
      },
      missing: notThere,
      exists,
      // CreateUser "Constraints": "The emails attribute value must be marked as primary."
      hooks: { settle: (attributes) => judgePrimary(attributes, 'emails') },
    },
    {
      ...groups,
      type: {
        ...shaped(groups.type, { without: ['members.display'], unique: ['displayName', 'externalId'] }),
        members: { attribute: 'members', of: ['User'] },
      },
      unknownAttributes: 'refused',
      // "Supported API operations" has no PutGroup.
      operations: ['create', 'list', 'read', 'patch', 'delete'],
      list,
      filters: {
        // ListGroups "Constraints".
        forms: ['displayName eq', 'externalId eq', 'members.value eq', 'id eq']
          .concat(['id eq and members eq', 'members eq and id eq'])
          .concat(['id eq and members.value eq', 'members.value eq and id eq']),
        // ListGroups: 404 for a member who does not exist.
        refers: { members: notThere, 'members.value': notThere },
        otherwise: { status: 400, detail: 'Filter is not supported.' },
      },
      patch: {
        ...groups.patch,
        answer: 204,
        // Amazon's own client (awslabs/ssosync, internal/aws/client.go) and idp-scim-sync remove members by a list of
        // values. No page shows a path with a filter, so that it is not taken here.
        filteredPaths: notSupported,
        only: { paths: ['displayName', 'members', 'externalId'], otherwise: notSupported },
        removeNothing: 'ignored',
      },
      memberRules: {
        // GetGroup and ListGroups: the list of members is there, and empty.
        shown: 'never',
        // CreateGroup and PatchGroup "Constraints".
        changes: {
          most: 100,
          otherwise: { status: 400, detail: '%s members in one request; at most 100 are allowed.' },
        },
        // PatchGroup "Not supported".
        replaceAll: notSupported,
        removeAll: notSupported,
      },
      missing: notThere,
      exists,
    },
  ],
  accepts: {
    // ListUsers: id eq "…" and manager eq "…".
    bareExtensionNames: true,
    // awslabs/ssosync, internal/aws/client.go: Amazon's own client names whom it removes in a list.
    removeByValue: true,
  },
  refuses: {
    // CreateUser: neither `groups` nor `manager.displayName` can be specified.
    readOnly: true,
  },
};

/** CreateUser "Examples", "Example error response": the schema under two names, an id of the exception and the time. */
function errorBody(error: JsonObject): JsonObject {
  const { schemas, detail, status } = error;
  const [schema] = schemas as readonly string[];
  const timeStamp = new Date().toISOString().slice(0, 19).replace('T', ' ');
  return {
    schema: schema!,
    schemas: schemas!,
    detail: detail!,
    status: status!,
    exceptionRequestId: randomUUID(),
    timeStamp,
  };
}
