import { PLAIN } from '../../../src/mock/description.ts';
import type { ServiceDescription } from '../../../src/mock/description.ts';
import { userType } from '../../../src/mock/schema/user.ts';
import {
  NOT_FOUND,
  before,
  create,
  createAnswer,
  list,
  patch,
  present,
  replace,
  replaceAnswer,
} from './service-hooks.ts';

const UUID = '[0-9a-f]{4}(-?[0-9a-f]{4}){7}';

/**
 * What the open-source control plane of WunderGraph Cosmo does, quirk by quirk, read from its code at commit 6e0a147f.
 * C1 is controlplane/src/core/controllers/scim.ts, C2 controlplane/src/core/services/UserInviteService.ts,
 * C3 controlplane/src/core/services/ApiKeyAuthenticator.ts, C5 controlplane/src/core/repositories/OrganizationRepository.ts,
 * C6 controlplane/test/scim.test.ts, C7 controlplane/src/core/build-server.ts (at 00f7bb5f), all in github.com/wundergraph/cosmo. What was concluded and not read says so.
 */
export const service: ServiceDescription = {
  name: 'cosmo-controlplane',
  title: 'WunderGraph Cosmo, open-source control plane',
  sources: [
    'https://github.com/wundergraph/cosmo/blob/6e0a147f/controlplane/src/core/controllers/scim.ts',
    'https://github.com/wundergraph/cosmo/blob/6e0a147f/controlplane/src/core/services/UserInviteService.ts',
    'https://github.com/wundergraph/cosmo/blob/6e0a147f/controlplane/test/scim.test.ts',
    'https://github.com/wundergraph/cosmo/blob/00f7bb5f/controlplane/src/core/build-server.ts',
    'https://www.postgresql.org/docs/current/datatype-uuid.html',
  ],
  // C7 registers C1 under this prefix.
  basePath: '/scim/v2',
  media: {
    // C1 sends objects with Fastify's own serialiser.
    answers: 'application/json; charset=utf-8',
    // C1 has a parser of its own for scim+json, whose error carries no status: Fastify makes 500 of it (concluded).
    // Plain JSON goes through Fastify's parser, which says 400.
    accepts: { 'application/scim+json': { malformed: 500 }, 'application/json': { malformed: 400 } },
  },
  authentication: {
    // C1: the prefix "bearer " is cut off where there is one.
    schemeOptional: true,
    // C1, C6.
    permission: 'scim',
    challenge: false,
    missing: { status: 401, detail: 'Missing Authorization header.' },
    // C1 says whatever C3 throws.
    unknown: { status: 401, detail: 'Invalid api key' },
    expired: { status: 401, detail: 'Api key is expired' },
    // C1, C6: both are 400.
    forbidden: { status: 400, detail: 'API key doesnt have the permission to perform scim operations.' },
    switchedOff: { status: 400, detail: 'Scim feature is not enabled for this organization.' },
    // The check is a hook of the plugin, and Fastify's 404 is outside of the plugin (concluded).
    beforeNotFound: false,
  },
  // C1: a number, and no scimType anywhere.
  errors: { status: 'number', scimType: false, framework: 'fastify' },
  // C1 has routes for the root and for Users, and no other.
  discovery: false,
  // C1 serves none of it.
  features: PLAIN,
  // C1.
  root: { status: 200, mediaType: 'text/plain; charset=utf-8', body: 'SCIM' },
  resourceTypes: [
    {
      type: {
        ...userType,
        // C1, C5: an account is found by its e-mail address, which is kept in lower case and serves as the userName.
        indexes: [{ path: 'userName', caseExact: false, unique: true, built: 'atOnce' }],
      },
      // C1 has no DELETE, no Groups, no discovery.
      operations: ['list', 'create', 'read', 'replace', 'patch'],
      // C1 takes the members that it knows out of a body, and does not look for others.
      unknownAttributes: 'ignored',
      // C5 stops at 999; C1 hands startIndex and count on under names that C5 does not know.
      list: { defaultCount: 999, maxCount: 999 },
      // C1 answers 204, always. A hook does all of the PATCH here: the other two count for types of --schemas alone, and
      // are RFC 7644's (§3.5.2.3) and the mock's own.
      patch: { answer: 204, replaceComplex: 'merge', removeNothing: 'ignored' },
      missing: NOT_FOUND,
      // C5 compares with a column of type uuid (controlplane/src/db/schema.ts, organization_members.user_id): PostgreSQL
      // refuses any other text, nothing in C1 catches it, and Fastify makes 500 of it (concluded). Its manual, §8.12: it
      // also takes upper case, braces around all of it, and a hyphen or none after any four digits. The control plane
      // would find somebody by such a spelling of the id; the mock says 404 of it.
      ids: {
        form: new RegExp(`^(${UUID}|\\{${UUID}\\})$`, 'i'),
        otherwise: { status: 500, detail: 'invalid input syntax for type uuid: "%s"', framework: true },
      },
      // C1, C2: HTTP 400 around a body that says 409.
      exists: { status: 400, bodyStatus: 409, detail: 'User is already a part of the organization.' },
      hooks: { create, before, createAnswer, replace, replaceAnswer, patch, present, list },
    },
  ],
  invitations: {
    // C1: whoever has not accepted is no member, and is not found.
    readable: false,
    // C2, C6: 201 again, with the same id; somebody without any membership gets the e-mail every time, and whoever
    // is a member of another organisation at most once in 30 minutes.
    repeatedCreate: 'again',
    reminder: true,
    pause: 30 * 60 * 1000,
    // C1 does not look at `active` in a create.
    whileInactive: true,
  },
  // C2 looks at the limit before it looks for a member, and C1 makes HTTP 400 around a body that says 500 of it.
  full: {
    status: 400,
    bodyStatus: 500,
    detail: 'The user limit for this organization has been reached',
  },
  // C5 takes the members from PostgreSQL, and C1 leaves out of a list whoever Keycloak does not know; to read them alone
  // is a 404. Such is here whoever has `keycloak: false` in --users.
  marks: { unlisted: { keycloak: false } },
  // C1 sets organization_members.active; what is open is not ended, it is refused at its next use.
  deactivation: { endsSessions: false },
  // Fastify's default body limit; the rest is the mock's own.
  limits: { body: 1_048_576, patchOperations: 1000, filterTerms: 200, values: 1000 },
};
