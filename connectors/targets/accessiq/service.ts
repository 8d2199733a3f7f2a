import type { ServiceDescription } from '../../../src/mock/description.ts';
import { service as rfc } from '../generic/service.ts';

/**
 * AccessIQ. No documentation of a SCIM service of this name is public (looked for on 2026-11-26), so that nothing is known
 * of it but that it speaks SCIM 2.0: RFC 7643 and RFC 7644 in all. `accessiq-demo` is what a published program of this
 * name does.
 */
export const service: ServiceDescription = {
  ...rfc,
  name: 'accessiq',
  title: 'AccessIQ, as far as it is public: plain SCIM 2.0',
};
