import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

/**
 * Figma. “API” is developers.figma.com/docs/rest-api/scim, with its pages scim-endpoints and scim-supported-schemas. Read on
 * 2026-11-26.
 */
export const figmaProfile = differing(genericProfile, {
  name: 'figma',
  title: 'Figma',
  users: {
    // API: userName is the e-mail address
    writable: [
      'externalId',
      'userName',
      'name.givenName',
      'name.familyName',
      'displayName',
      'title',
      'roles.type',
      'roles.value',
      'enterprise.employeeNumber',
      'enterprise.costCenter',
      'enterprise.organization',
      'enterprise.division',
      'enterprise.department',
      'enterprise.manager',
    ],
    match: ['externalId', 'userName'], // API, “GET Users”: filters on either
  },
  list: { paging: 'index', pageSize: 100 },
  sources: { '*': 'https://developers.figma.com/docs/rest-api/scim/' },
});
