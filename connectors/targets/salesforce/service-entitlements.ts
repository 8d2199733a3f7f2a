import type { JsonObject } from '../../../src/model/index.ts';
import type { ServedType } from '../../../src/mock/description.ts';
import { Refused } from '../../../src/mock/refusal.ts';
import { attribute } from '../../../src/mock/schema/types.ts';
import type { ResourceType } from '../../../src/mock/schema/types.ts';
import { users } from '../generic/service.ts';

/** The first three characters of a record id tell its kind; 00e is a profile. The pages above do not say so (from common use). */
const PROFILE = '00e';

/**
 * S2, S3: exactly one entitlement is a Profile, and any others are permission sets; each is shown with its type. S10: what
 * is said where there is none, with HTTP 409.
 */
export function settle(attributes: JsonObject): JsonObject {
  const entitlements = (attributes['entitlements'] ?? []) as readonly JsonObject[];
  const typed = entitlements.map((one) => ({ ...one, type: isProfile(one) ? 'Profile' : 'PermissionSet' }));
  if (typed.filter(isProfile).length !== 1)
    throw new Refused({
      status: 409,
      detail: 'REQUIRED_FIELD_MISSING:user_must_have_one_entitlement_which_must_be_a_profileid;',
    });
  // S3: the answer has it in lower case.
  const userName = (attributes['userName'] as string).toLowerCase();
  return { ...attributes, userName, entitlements: typed, ...withAddress(attributes) };
}

/** S3: the address is the User's one, without a type of its own; the answer has it as that for work (concluded). */
function withAddress({ emails }: JsonObject): JsonObject {
  return Array.isArray(emails)
    ? { emails: (emails as JsonObject[]).map((one) => ({ ...one, type: 'work' })) }
    : {};
}

function isProfile({ value }: JsonObject): boolean {
  return typeof value === 'string' && value.startsWith(PROFILE);
}

/** S1: they can be read, at most 200 in a list. Their schema is not in what was read; the mock's own is small. */
export const entitlements: ServedType = readable('Entitlement', '/Entitlements', [
  { id: '00e000000000001AAA', attributes: { displayName: 'Standard User', type: 'Profile' } },
  { id: '00e000000000002AAA', attributes: { displayName: 'System Administrator', type: 'Profile' } },
  { id: '0PS000000000001AAA', attributes: { displayName: 'Reports', type: 'PermissionSet' } },
]);

export const roles: ServedType = readable('Role', '/Roles', [
  { id: '00E000000000001AAA', attributes: { displayName: 'Sales', type: 'Role' } },
]);

function readable(name: string, endpoint: string, presets: ServedType['presets']): ServedType {
  const type: ResourceType = {
    name,
    endpoint,
    description: `What Salesforce has as ${name}.`,
    schema: {
      id: `urn:example:params:scim:schemas:salesforce:${name}`,
      name,
      description: `What Salesforce has as ${name}.`,
      attributes: [attribute('displayName', 'The name.'), attribute('type', 'What it is.')],
    },
    extensions: [],
    indexes: [],
  };
  return {
    ...users,
    type,
    operations: ['list', 'read'],
    list: { defaultCount: 200, maxCount: 200 },
    ...(presets && { presets }),
  };
}
