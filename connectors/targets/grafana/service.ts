import { PLAIN } from '../../../src/mock/description.ts';
import type { ServiceDescription } from '../../../src/mock/description.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { service as rfc, users } from '../generic/service.ts';
import { bearer, teams } from '../generic/service-parts.ts';

/**
 * Grafana, read on 2026-11-26: GF1 is grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-scim-provisioning,
 * with its page configure-scim-with-entraid, GF2 its page "troubleshooting". That an existing account with the same e-mail address is linked (GF1) is not played: whoever is
 * in --users is provisioned. Groups are Grafana's teams, where group sync is switched on. What its filters and pages may be
 * is not in what was read.
 */
export const service: ServiceDescription = {
  ...rfc,
  name: 'grafana',
  title: 'Grafana',
  sources: [
    'https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-scim-provisioning/',
    'https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-scim-provisioning/troubleshooting/',
  ],
  // GF2; the stack's id is here any one.
  basePath: '/apis/scim.grafana.app/v0alpha1/namespaces/stack-123',
  // GF2: 401 for a token that is not known, 403 for a service account without the permission.
  authentication: bearer('scim'),
  // GF1 has no discovery documents.
  discovery: false,
  features: PLAIN,
  resourceTypes: [
    {
      ...users,
      type: shaped(users.type, {
        // GF1: other attributes are ignored.
        only: ['userName', 'displayName', 'active', 'emails', 'groups'],
        extensions: [],
        // GF1, "Configure the following required attributes"; externalId has to be the userUID of SAML.
        required: ['userName', 'externalId', 'displayName', 'emails', 'emails.value'],
        unique: ['userName', 'externalId'],
      }),
      // GF1: users are not deleted, only deactivated.
      operations: ['create', 'list', 'read', 'replace', 'patch'],
    },
    teams,
  ],
};
