import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

/**
 * Sentry. “Code” is getsentry/sentry, src/sentry/scim/endpoints, “Docs” docs.sentry.io/api/scim. Read on 2026-11-21; teams.py again on 2026-11-26.
 */
export const sentryProfile = differing(genericProfile, {
  name: 'sentry',
  title: 'Sentry',
  users: {
    writable: ['userName'], // Code, members.py: the rest is not kept
    createOnly: ['userName'], // Code, members.py: PATCH knows active alone
    match: ['userName'], // Code, utils.py: one eq
  },
  create: {
    invites: true, // Code, members.py: a new member gets an invitation
    invitedReadable: true, // Code, members.py: and is a member at once
    inactive: false, // a create invites
  },
  deactivate: { idSurvives: false }, // Code, members.py: active false deletes the member
  list: { paging: 'index', pageSize: 100 }, // Code, constants.py: SCIM_COUNT
  answers: {
    refused: [{ status: 403, detail: 'only remaining owner' }], // Code, members.py: ERR_ONLY_OWNER
  },
  groups: {
    externalId: false, // Code, teams.py: a group is a team
    // Code, teams.py: the slug of a team is Django's slugify of its name, has at most 50 characters, is not a number
    // (docs.djangoproject.com, django.utils.text) and that of one team alone; the name stays as it is sent.
    slug: {
      decomposed: true,
      steps: [
        { find: '[^\\x20-\\x7e]', put: '' },
        { find: '[^\\w\\s-]', put: '' },
        { find: '[\\s-]+', put: '-' },
        { find: '^[-_]+|[-_]+$', put: '' },
      ],
      refused: '^\\d+$|^.{51}',
    },
    match: ['displayName'], // Code, utils.py
    members: { perRequest: 100 }, // Code, teams.py: so many operations in a PATCH
  },
  sources: { '*': 'https://docs.sentry.io/api/scim/' },
});
