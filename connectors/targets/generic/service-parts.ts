import { PLAIN } from '../../../src/mock/description.ts';
import type {
  AuthenticationDescription,
  Features,
  ServedType,
  ServiceDescription,
} from '../../../src/mock/description.ts';
import type { JsonObject } from '../../../src/model/index.ts';
import { invalid } from '../../../src/mock/refusal.ts';
import type { Refusal } from '../../../src/mock/refusal.ts';
import { groups, service, users } from './service.ts';

/** What several descriptions say in the same way, where their documentation leaves it to RFC 7644. */

/** A bearer token with a permission that has a name; 401 and 403 as RFC 7644 §3.12, table 8, has them. */
export function bearer(
  permission: string,
  differs: Partial<AuthenticationDescription> = {},
): AuthenticationDescription {
  const forbidden: Refusal = {
    status: 403,
    detail: `This token does not have the permission "${permission}".`,
  };
  return { ...service.authentication, permission, forbidden, ...differs };
}

/** A REST API that answers nobody who does not say who they are. */
export const USER_AGENT: NonNullable<ServiceDescription['requires']> = {
  'user-agent': {
    status: 403,
    detail: 'Request forbidden by administrative rules: the User-Agent header is missing.',
  },
};

/** `attributes` and `excludedAttributes`, and nothing else of what is optional. */
export const PROJECTING: Features = { ...PLAIN, projection: true };

export const INVALID_FILTER: Refusal = {
  status: 400,
  scimType: 'invalidFilter',
  detail: 'This filter is not supported.',
};

/** Groups of people alone, with nothing in common but a name: a service's teams or roles. */
export const teams: ServedType = {
  ...groups,
  type: { ...groups.type, members: { attribute: 'members', of: ['User'] } },
};

/** Everything but PUT. */
export const WITHOUT_PUT: ServedType['operations'] = users.operations.filter((name) => name !== 'replace');

/** Throws where none of several values is said to be the primary one. */
export function judgePrimary(attributes: JsonObject, name: string): JsonObject {
  const values = (attributes[name] ?? []) as readonly JsonObject[];
  if (values.length > 0 && !values.some(({ primary }) => primary === true))
    throw invalid('invalidValue', `One value of "${name}" must be marked as primary.`);
  return attributes;
}

/** Whether a text looks like an e-mail address. */
export function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^[^\s@]+@[^\s@]+$/.test(value);
}
