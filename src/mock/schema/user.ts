import { attribute } from './types.ts';
import type { Attribute, ResourceType, Schema } from './types.ts';
import { enterpriseSchema } from './enterprise.ts';

/** The sub-attributes that RFC 7643 §2.4 gives to multi-valued attributes. */
function values(what: string, types: readonly string[], value: Partial<Attribute> = {}): Attribute[] {
  return [
    attribute('value', `The ${what} itself.`, value),
    attribute('display', `A name for showing the ${what} to people.`),
    attribute('type', `What the ${what} is for.`, types.length > 0 ? { canonicalValues: types } : {}),
    attribute('primary', `Whether this is the preferred ${what}; true for at most one value.`, {
      type: 'boolean',
    }),
  ];
}

function several(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  differs: Partial<Attribute> = {},
): Attribute {
  return attribute(name, description, { type: 'complex', multiValued: true, subAttributes, ...differs });
}

const nameParts = [
  attribute('formatted', 'The whole name, as it is written for display.'),
  attribute('familyName', 'The family name.'),
  attribute('givenName', 'The given name.'),
  attribute('middleName', 'The middle names.'),
  attribute('honorificPrefix', 'A title before the name, such as Dr.'),
  attribute('honorificSuffix', 'A suffix after the name, such as III.'),
];

const addressParts = [
  attribute('formatted', 'The whole address, as it is written on an envelope.'),
  attribute('streetAddress', 'Street, house number, flat, box; may hold line breaks.'),
  attribute('locality', 'The town.'),
  attribute('region', 'The state, county or region.'),
  attribute('postalCode', 'The postal code.'),
  attribute('country', 'The country, in two letters.'),
  attribute('type', 'What the address is for.', { canonicalValues: ['work', 'home', 'other'] }),
  attribute('primary', 'Whether this is the preferred address; true for at most one value.', {
    type: 'boolean',
  }),
];

const readOnly = { mutability: 'readOnly' } as const;
const groupParts = [
  attribute('value', 'The id of the group.', { ...readOnly, caseExact: true }),
  attribute('$ref', 'The URI of the group.', {
    ...readOnly,
    type: 'reference',
    caseExact: true,
    referenceTypes: ['Group'],
  }),
  attribute('display', 'The name of the group.', readOnly),
  attribute('type', 'Whether the membership is direct or comes from a group inside the group.', {
    ...readOnly,
    canonicalValues: ['direct', 'indirect'],
  }),
];

const external = { type: 'reference', caseExact: true, referenceTypes: ['external'] } as const;

/**
 * The User schema: RFC 7643 §4.1, with the characteristics of §8.7.1 but for these, where §8.7.1 would say what is not so:
 * - References and binaries are case-exact (§2.3.6, §2.3.7), and so is `groups.value`, which holds an id (§3.1).
 * - A password is compared exactly.
 * - `groups.$ref` refers to groups alone (§4.1.2).
 * - `addresses` has `primary`, as §2.4 gives it to multi-valued attributes and as the example in §8.2 has it.
 * - An empty list of canonical values is left out: it would say that no value is canonical.
 */
export const userSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'A person with an account.',
  attributes: [
    attribute('userName', 'The name by which the person signs in; unique, without regard to case.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('name', 'The parts of the name.', { type: 'complex', subAttributes: nameParts }),
    attribute('displayName', 'The name to show to people.'),
    attribute('nickName', 'How the person likes to be called.'),
    attribute('profileUrl', 'A page about the person.', external),
    attribute('title', 'The job title.'),
    attribute('userType', 'How the person relates to the organisation, such as Employee or Contractor.'),
    attribute('preferredLanguage', 'Languages as in an Accept-Language header, such as en-GB.'),
    attribute('locale', 'The locale for dates, numbers and currency, such as en-GB.'),
    attribute('timezone', 'A time zone of the IANA database, such as Europe/Berlin.'),
    attribute('active', 'Whether the account can be used.', { type: 'boolean' }),
    attribute('password', 'The password in clear text; it can be set and never read.', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
    several('emails', 'E-mail addresses.', values('address', ['work', 'home', 'other'])),
    several(
      'phoneNumbers',
      'Telephone numbers.',
      values('number', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    ),
    several(
      'ims',
      'Addresses for instant messages.',
      values('address', ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo']),
    ),
    several('photos', 'Links to pictures.', values('picture', ['photo', 'thumbnail'], external)),
    several('addresses', 'Postal addresses.', addressParts),
    several(
      'groups',
      'The groups that the person belongs to; changed through the groups.',
      groupParts,
      readOnly,
    ),
    several('entitlements', 'Things that the person is entitled to.', values('entitlement', [])),
    several('roles', 'Roles of the person.', values('role', [])),
    several(
      'x509Certificates',
      'Certificates, DER in Base64.',
      values('certificate', [], { type: 'binary', caseExact: true }),
    ),
  ],
};

export const userType: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'People with an account.',
  schema: userSchema,
  extensions: [{ schema: enterpriseSchema, required: false }],
  indexes: [
    { path: 'userName', caseExact: false, unique: true, built: 'atOnce' },
    { path: 'externalId', caseExact: true, unique: false, built: 'atOnce' },
    { path: 'emails.value', caseExact: false, unique: false, built: 'whenAsked' },
  ],
  belongings: { attribute: 'groups' },
};
