import type { Profile } from '../../../src/model/index.ts';

/**
 * The open-source control plane of WunderGraph Cosmo, as its code answers (wundergraph/cosmo at 6e0a147f, of 2026-08-21):
 * “scim.ts” is controlplane/src/core/controllers/scim.ts, “UserInviteService.ts” and “Keycloak.ts” are in
 * controlplane/src/core/services, “OrganizationRepository.ts” in controlplane/src/core/repositories, and “scim.test.ts”
 * is controlplane/test/scim.test.ts.
 */
export const cosmoControlplaneProfile: Profile = {
  name: 'cosmo-controlplane',
  title: 'WunderGraph Cosmo control plane',
  users: {
    // scim.ts: of a POST only the e-mail and the two names are stored, of a PUT the two names and active; the rest is
    // echoed and forgotten, externalId too.
    writable: ['userName', 'name.givenName', 'name.familyName', 'emails.value', 'emails.primary'],
    createOnly: ['userName', 'emails'], // scim.ts: PUT and PATCH leave both as they are
    lasting: ['name.givenName', 'name.familyName'], // scim.ts: a PUT sets the names that are not empty
    required: ['userName', 'emails'], // scim.ts: a POST without emails is a TypeError, answered with 500
    maxValues: { emails: 1 }, // scim.ts: the primary address is the one that counts
    primary: ['emails'], // scim.ts: and whatever is stored is shown as primary
    match: ['emails.value', 'userName'], // scim.ts: whatever attribute a filter names, its value is looked up as e-mail
    password: 'ignored', // scim.ts, UserInviteService.ts: not passed on
  },
  create: {
    invites: true, // UserInviteService.ts
    invitedReadable: false, // scim.ts: 404 until the person is a member; scim.test.ts
    repeatable: true, // UserInviteService.ts: a pending invitation is sent again, the id is the same
    inactive: false, // scim.ts: active is ignored in a POST
    always: ['name', 'emails'], // scim.ts: without name it is a TypeError, answered with 500
  },
  update: {
    method: 'put', // scim.ts: PATCH knows active alone
    putAlways: ['name', 'active'], // scim.ts: without name a TypeError; without active an update that sets nothing
    patchForm: 'path', // with a PUT for the rest, a PATCH says active alone
  },
  // scim.ts: with a path the value must be a string, without one a boolean; the other two pairs fail or do nothing.
  active: { form: 'pathless', as: 'boolean' },
  deactivate: { idSurvives: true }, // OrganizationRepository.ts: the membership stays, not active
  delete: false, // scim.ts: no such route
  list: {
    paging: 'none', // scim.ts: startIndex and count have no effect
    pageSize: 999, // OrganizationRepository.ts: the most members that come
    provesAbsence: false, // scim.ts: members whom Keycloak does not know are left out
  },
  lookupLagSeconds: 0, // OrganizationRepository.ts: one PostgreSQL, read directly
  answers: {
    exists: [{ status: 400, bodyStatus: 409 }], // scim.ts, scim.test.ts: “User is already a part of the organization.”
    // scim.ts: every other refusal of an invitation is a 400 that says 500, among them “Slow down” and the user limit.
    transient: [
      { status: 400, bodyStatus: 500 },
      { status: 400, detail: 'slow down' },
    ],
    // scim.ts: an API key without the permission, and an organization without SCIM, are answered with 400.
    unauthorised: [
      { status: 400, detail: 'api key doesn.?t have the permission|scim feature is not enabled' },
    ],
    notExists: [],
  },
  pace: { concurrency: 4 }, // scim.ts: no limit, but each call asks Keycloak as well
  groups: { supported: false }, // scim.ts: no such route
  discovery: false, // scim.ts: no such routes
  variant: { of: 'cosmo', root: 'SCIM' }, // scim.ts: GET /
  probe: '/', // scim.ts: needs the credential like every route, and reads nothing
  sources: {
    '*': 'https://github.com/wundergraph/cosmo/blob/main/controlplane/src/core/controllers/scim.ts',
  },
};
