/** One attribute of a SCIM User, as a configuration writes it. */
export interface Attribute {
  readonly name: string;
  readonly kind: 'text' | 'boolean' | 'complex' | 'multi';
  readonly description: string;
  /** Sub-attributes of a complex or multi-valued one. */
  readonly parts: readonly Attribute[];
}

const text = (name: string, description: string): Attribute => ({
  name,
  kind: 'text',
  description,
  parts: [],
});
const yesNo = (name: string, description: string): Attribute => ({
  name,
  kind: 'boolean',
  description,
  parts: [],
});
const complex = (name: string, description: string, parts: readonly Attribute[]): Attribute => ({
  name,
  kind: 'complex',
  description,
  parts,
});

/** The usual sub-attributes of a multi-valued attribute: RFC 7643 §2.4. */
const multi = (name: string, description: string, value: string): Attribute => ({
  name,
  kind: 'multi',
  description,
  parts: [
    text('value', value),
    text('type', 'A label for the kind of value, such as work or home.'),
    yesNo('primary', 'Whether this is the preferred one of the values; true for one of them at most.'),
    text('display', 'The value as people read it.'),
  ],
});

/** What RFC 7643 §4.1 gives a User, without what the service alone writes (id, meta, groups) and without `active`. */
export const userAttributes: readonly Attribute[] = [
  text('externalId', "The source's own identifier of the person. The key, unless it is set here."),
  text('userName', 'The name by which the person signs in; unique at the target.'),
  complex('name', "The parts of the person's name.", [
    text('formatted', 'The whole name, as it is shown.'),
    text('familyName', 'Family name.'),
    text('givenName', 'Given name.'),
    text('middleName', 'Middle names.'),
    text('honorificPrefix', 'Such as Dr.'),
    text('honorificSuffix', 'Such as III.'),
  ]),
  text('displayName', 'The name that is shown to others.'),
  text('nickName', 'What the person is called casually.'),
  text('profileUrl', "The address of the person's page."),
  text('title', 'Job title.'),
  text('userType', 'Such as Employee or Contractor.'),
  text('preferredLanguage', 'As in the HTTP header Accept-Language, such as en-GB.'),
  text('locale', 'For currency, dates and numbers, such as en-GB.'),
  text('timezone', 'IANA time zone, such as Europe/Berlin.'),
  text('password', 'Read when it is sent, and kept nowhere. Few targets take one.'),
  multi('emails', 'E-mail addresses.', 'The address.'),
  multi('phoneNumbers', 'Telephone numbers.', 'The number.'),
  multi('ims', 'Addresses for instant messages.', 'The address.'),
  multi('photos', 'Addresses of pictures of the person.', 'The address of the picture.'),
  {
    name: 'addresses',
    kind: 'multi',
    description: 'Postal addresses.',
    parts: [
      text('formatted', 'The whole address, as it is written on an envelope.'),
      text('streetAddress', 'Street and number.'),
      text('locality', 'City.'),
      text('region', 'State or region.'),
      text('postalCode', 'Postal code.'),
      text('country', 'Country in two letters (ISO 3166-1), such as DE.'),
      text('type', 'Such as work or home.'),
      yesNo('primary', 'Whether this is the preferred one of the addresses.'),
    ],
  },
  multi('entitlements', 'Things that the person has a right to.', 'The entitlement.'),
  multi('roles', 'Roles of the person.', 'The role.'),
  multi('x509Certificates', 'Certificates.', 'The certificate, DER in base64.'),
];

/** The enterprise extension, RFC 7643 §4.3. */
export const enterpriseAttributes: readonly Attribute[] = [
  text('employeeNumber', 'Number within the organisation.'),
  text('costCenter', 'Cost centre.'),
  text('organization', 'Organisation.'),
  text('division', 'Division.'),
  text('department', 'Department.'),
  complex('manager', 'The manager, as a reference to another identity.', [
    text(
      'value',
      "The manager's key, as ${ref(record.manager_id)}: it becomes the target's own id when it is sent.",
    ),
  ]),
];

export const enterprise = complex(
  'enterprise',
  'The enterprise extension (urn:ietf:params:scim:schemas:extension:enterprise:2.0:User).',
  enterpriseAttributes,
);

/** Attributes that a service writes alone, and where what somebody wants of them is said. */
export const readOnlyAttributes: Readonly<Record<string, string>> = {
  id: 'the target gives it',
  meta: 'the target writes it',
  schemas: 'it follows from the attributes that are set',
  groups: 'memberships stand under `groups` at the top level',
};

export function attributeOf(list: readonly Attribute[], name: string): Attribute | undefined {
  return list.find((attribute) => attribute.name === name);
}
