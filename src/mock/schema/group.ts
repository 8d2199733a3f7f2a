import { attribute } from './types.ts';
import type { ResourceType, Schema } from './types.ts';

const immutable = { mutability: 'immutable' } as const;

/**
 * The Group schema: RFC 7643 §4.2, with the characteristics of §8.7.1 but for these:
 * - `displayName` is required, as §4.2 says; §8.7.1 says "REQUIRED" in its description and `false` in its characteristic.
 * - `members.value` and `members.$ref` hold an id and a reference, which are case-exact (§3.1, §2.3.7).
 * - `members.display` is not in §8.7.1; it is in the example of §8.4 and in what clients send. The service keeps it.
 */
export const groupSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'Some people, under one name.',
  attributes: [
    attribute('displayName', 'The name to show to people.', { required: true }),
    attribute('members', 'Who belongs to the group.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', 'The id of the member.', { ...immutable, caseExact: true }),
        attribute('$ref', 'The URI of the member.', {
          ...immutable,
          type: 'reference',
          caseExact: true,
          referenceTypes: ['User', 'Group'],
        }),
        attribute('type', 'The resource type of the member.', {
          ...immutable,
          canonicalValues: ['User', 'Group'],
        }),
        attribute('display', 'The name of the member.', { mutability: 'readOnly' }),
      ],
    }),
  ],
};

export const groupType: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Groups of people.',
  schema: groupSchema,
  extensions: [],
  indexes: [
    { path: 'displayName', caseExact: false, unique: false, built: 'atOnce' },
    { path: 'externalId', caseExact: true, unique: false, built: 'atOnce' },
    { path: 'members.value', caseExact: true, unique: false, built: 'atOnce' },
  ],
  members: { attribute: 'members', of: ['User', 'Group'] },
};
