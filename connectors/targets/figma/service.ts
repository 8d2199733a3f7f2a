import type { JsonObject } from '../../../src/model/index.ts';
import { isObject } from '../../../src/model/index.ts';
import { PLAIN } from '../../../src/mock/description.ts';
import type { ServiceDescription } from '../../../src/mock/description.ts';
import { invalid } from '../../../src/mock/refusal.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { service as rfc, users } from '../generic/service.ts';
import { INVALID_FILTER, bearer, isAddress, teams } from '../generic/service-parts.ts';

/**
 * Figma, read on 2026-11-26: F1 is developers.figma.com/docs/rest-api/scim, F2
 * developers.figma.com/docs/rest-api/scim-supported-schemas, F3 developers.figma.com/docs/rest-api/scim-endpoints. That a person who is deactivated is "removed from the
 * organization" (F2) is here what RFC 7643 has: the resource stays, and can be reactivated, which F2 says as well. Of the
 * discovery documents F3 has ServiceProviderConfig alone; all three are served here. How large a page may be is not in it.
 */
const SEATS = ['Full', 'Dev', 'Collab', 'View'];

export const service: ServiceDescription = {
  ...rfc,
  name: 'figma',
  title: 'Figma',
  sources: [
    'https://developers.figma.com/docs/rest-api/scim/',
    'https://developers.figma.com/docs/rest-api/scim-supported-schemas/',
    'https://developers.figma.com/docs/rest-api/scim-endpoints/',
  ],
  // F1; the tenant's id is here any one.
  basePath: '/scim/v2/1234567890',
  authentication: bearer('scim'),
  // F1: `meta.version` is a weak ETag.
  features: { ...PLAIN, etag: true },
  resourceTypes: [
    {
      ...users,
      type: shaped(users.type, {
        // F2.
        only: [
          'userName',
          'name.givenName',
          'name.familyName',
          'displayName',
          'title',
          'active',
          'roles',
          'emails',
          'groups',
        ],
        unique: ['userName'],
      }),
      // F3 "GET Users".
      filters: { forms: ['userName eq', 'externalId eq'], otherwise: INVALID_FILTER },
      bounds: {
        userName: { characters: 100 },
        displayName: { characters: 100 },
        externalId: { characters: 255 },
      },
      hooks: { settle },
    },
    {
      ...teams,
      // F3 "GET Groups".
      filters: { forms: ['displayName eq', 'externalId eq'], otherwise: INVALID_FILTER },
      bounds: { displayName: { characters: 255 }, externalId: { characters: 255 } },
    },
  ],
};

/** F2: the userName is the e-mail address; a role of the type "seatType" is one of four. */
function settle(attributes: JsonObject): JsonObject {
  if (!isAddress(attributes['userName']))
    throw invalid('invalidValue', 'The userName has to be an e-mail address.');
  for (const role of (attributes['roles'] ?? []) as readonly JsonObject[])
    if (isObject(role) && role['type'] === 'seatType' && !SEATS.includes(role['value'] as string))
      throw invalid('invalidValue', `A seat is one of ${SEATS.join(', ')}.`);
  return attributes;
}
