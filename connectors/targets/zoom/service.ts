import type { ServiceDescription } from '../../../src/mock/description.ts';
import { PLAIN } from '../../../src/mock/description.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { attribute } from '../../../src/mock/schema/types.ts';
import { service as rfc, users } from '../generic/service.ts';
import { WITHOUT_PUT, bearer, teams } from '../generic/service-parts.ts';

/**
 * Zoom, SCIM2, read on 2026-11-26: Z1 is developers.zoom.us/docs/api/scim2 (and developers.zoom.us/docs/api/rest/scim-api
 * before it), Z2 the older page marketplace.zoom.us scim-api, Z3 devforum.zoom.us topic 6248. What its filters and pages may
 * be is not in what was read: there RFC 7644 holds.
 */
const extension = {
  id: 'urn:ietf:params:scim:schemas:extension:zoom:1.0:User',
  name: 'ZoomUser',
  description: 'What Zoom knows about a person.',
  attributes: [attribute('loginType', 'How the person signs in.', { type: 'integer' })],
};

export const service: ServiceDescription = {
  ...rfc,
  name: 'zoom',
  title: 'Zoom',
  sources: [
    'https://developers.zoom.us/docs/api/scim2/',
    'https://developers.zoom.us/docs/api/rest/scim-api/',
    'https://devforum.zoom.us/t/6248',
  ],
  // Z1: https://api.zoom.us/scim2/.
  basePath: '/scim2',
  authentication: bearer('scim2', {
    // Z2: without single sign-on and a vanity URL.
    switchedOff: { status: 400, detail: 'SSO is not enabled for this account.' },
  }),
  // Z3: a write is answered with 200, and not carried out; so is a create, after which nobody is there.
  mayLie: true,
  // Z1 has users and groups alone.
  discovery: false,
  features: PLAIN,
  resourceTypes: [
    {
      ...users,
      type: {
        ...shaped(users.type, {
          // Z1 "Create a user".
          only: ['userName', 'name.givenName', 'name.familyName', 'displayName', 'userType', 'active'].concat(
            ['emails', 'phoneNumbers', 'groups'],
          ),
          required: ['userName'],
          unique: ['userName'],
        }),
        extensions: [...users.type.extensions, { schema: extension, required: false }],
      },
      // Z3: a PUT of these answers 200 and changes nothing.
      createOnly: ['userName', 'displayName'],
      patch: {
        ...users.patch,
        // Z1: "Deactivate a user" is what PATCH is for; what becomes of other attributes is not said.
        only: { paths: ['active'], otherwise: 'ignored' },
      },
    },
    // Z1: list, get, create, PATCH, DELETE.
    {
      ...teams,
      // Z1 "Create a group": its name, and its members.
      type: shaped(teams.type, { readOnly: ['externalId'] }),
      operations: WITHOUT_PUT,
    },
  ],
};
