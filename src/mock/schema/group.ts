import { attribute } from './types.ts';
import type { ResourceType, Schema } from './types.ts';

const immutable = { mutability: 'immutable' } as const;

/** The Group schema: RFC 7643 §4.2, with the characteristics of §8.7.1. */
export const groupSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'Some people, under one name.',
  attributes: [
    // §4.2 requires it, and §8.7.1 says that it is not required; the text is taken at its word.
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
        // Not in §8.7.1; in the example of §8.4 and in what clients send. Kept by the service.
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
