import type { ServiceDescription } from '../../../src/mock/description.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { groups, service as rfc, users } from '../generic/service.ts';

/** Everything but DELETE. */
const KEPT = users.operations.filter((name) => name !== 'delete');

/**
 * AccessIQ. P is its product page, accessiq.gitbook.io/accessiq-docs, “SCIM Provisioning”, read on 2026-11-26; where it says
 * nothing, RFC 7643 and RFC 7644 are played. `accessiq-demo` is what a published program of this name does.
 */
export const service: ServiceDescription = {
  ...rfc,
  name: 'accessiq',
  title: 'AccessIQ, as its product page has it',
  resourceTypes: [
    {
      ...users,
      type: shaped(users.type, {
        // P, “Choose What to Sync”.
        only: ['userName', 'name.givenName', 'name.familyName', 'displayName', 'active', 'emails', 'groups'],
        required: ['userName', 'emails', 'name', 'name.givenName', 'name.familyName'],
        unique: ['userName'],
        extensions: [],
      }),
      // P: people are deactivated, and kept.
      operations: KEPT,
    },
    // P: a group becomes an organisation, which is more than SCIM knows of.
    { ...groups, operations: KEPT },
  ],
};
