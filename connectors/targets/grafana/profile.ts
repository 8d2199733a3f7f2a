import { differing } from '../../../src/model/index.ts';
import { genericProfile } from '../generic/profile.ts';

/**
 * Grafana, with SCIM switched on. “Docs” is grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-scim-provisioning.
 * Read on 2026-11-21.
 */
export const grafanaProfile = differing(genericProfile, {
  name: 'grafana',
  title: 'Grafana',
  users: {
    writable: ['externalId', 'userName', 'displayName', 'emails'], // Docs; what is not known is ignored
    // Docs, configure-scim-with-entraid: the required attributes; externalId is what SAML says of the person
    required: ['externalId', 'userName', 'displayName', 'emails'],
  },
  delete: false, // Docs: people are deactivated, and kept
  list: { paging: 'index', pageSize: 100 },
  groups: {},
  discovery: false, // Docs names no such documents
  sources: {
    '*': 'https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-scim-provisioning/',
  },
});
