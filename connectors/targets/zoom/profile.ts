import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

/**
 * Zoom. “API” is developers.zoom.us/docs/api/scim2, “Old” the former page marketplace.zoom.us/docs/api-reference/scim-api,
 * “Forum” devforum.zoom.us topic 6248. Read on 2026-11-21.
 */
export const zoomProfile = differing(genericProfile, {
  name: 'zoom',
  title: 'Zoom',
  users: {
    // API, “Create a user”
    writable: [
      'userName',
      'name.givenName',
      'name.familyName',
      'displayName',
      'userType',
      'emails',
      'phoneNumbers',
      'enterprise.department',
      'enterprise.organization',
    ],
    createOnly: ['userName', 'displayName'], // Forum: a PUT of them is answered with 200, and changes nothing
    match: ['userName'], // API, “List users”
  },
  update: { method: 'put' }, // API: PUT updates, PATCH activates and deactivates
  readBack: ['people'], // Forum: what was answered with 200 has to be read to be known
  list: { paging: 'index', pageSize: 100 }, // API, “List users”
  pace: { concurrency: 1, perSecond: 1 }, // Old: one request a second
  groups: {
    externalId: false, // API, “Create a group”
    match: ['displayName'],
  },
  discovery: false, // API names no such documents
  sources: { '*': 'https://developers.zoom.us/docs/api/scim2/' },
});
