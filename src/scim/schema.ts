import { CORE_USER, ENTERPRISE } from '../model/index.ts';

/** What a schema says of one attribute (RFC 7643 §2.2). Names are in the spelling of the RFC. */
export interface Attribute {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'dateTime' | 'reference' | 'binary' | 'complex';
  readonly multiValued: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readWrite' | 'readOnly' | 'immutable' | 'writeOnly';
  readonly required: boolean;
  /** The words that the RFC lists for it; a service may list others in its /Schemas. */
  readonly canonicalValues: readonly string[];
  readonly subAttributes: readonly Attribute[];
}

type Part = Partial<Omit<Attribute, 'name'>>;

function attribute(name: string, part: Part = {}): Attribute {
  return {
    name,
    type: 'string',
    multiValued: false,
    caseExact: false,
    mutability: 'readWrite',
    required: false,
    canonicalValues: [],
    subAttributes: [],
    ...part,
  };
}

function complex(name: string, subAttributes: readonly Attribute[], part: Part = {}): Attribute {
  return attribute(name, { type: 'complex', subAttributes, ...part });
}

/** A multi-valued attribute with the sub-attributes of RFC 7643 §2.4. */
function several(name: string, types: readonly string[], value: Part = {}): Attribute {
  const parts = [
    attribute('value', value),
    attribute('display'),
    attribute('type', { canonicalValues: types }),
    attribute('primary', { type: 'boolean' }),
  ];
  return complex(name, parts, { multiValued: true });
}

// RFC 7643 §2.3.7: a reference is case exact; §2.3.6: so is a binary value.
const reference: Part = { type: 'reference', caseExact: true };
const readOnly: Part = { mutability: 'readOnly' };

/** RFC 7643 §3.1, §4.1 and §8.7.1. */
const core: readonly Attribute[] = [
  attribute('id', { ...readOnly, caseExact: true }),
  attribute('externalId', { caseExact: true }),
  complex('meta', [], readOnly),
  attribute('userName', { required: true }),
  complex(
    'name',
    ['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'].map((name) =>
      attribute(name),
    ),
  ),
  attribute('displayName'),
  attribute('nickName'),
  attribute('profileUrl', reference),
  attribute('title'),
  attribute('userType'),
  attribute('preferredLanguage'),
  attribute('locale'),
  attribute('timezone'),
  attribute('active', { type: 'boolean' }),
  attribute('password', { mutability: 'writeOnly', caseExact: true }),
  several('emails', ['work', 'home', 'other']),
  several('phoneNumbers', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
  several('ims', ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo']),
  several('photos', ['photo', 'thumbnail'], reference),
  complex(
    'addresses',
    [
      ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'].map((name) =>
        attribute(name),
      ),
      attribute('type', { canonicalValues: ['work', 'home', 'other'] }),
      attribute('primary', { type: 'boolean' }),
    ],
    { multiValued: true },
  ),
  complex(
    'groups',
    [
      attribute('value', { ...readOnly, caseExact: true }),
      attribute('$ref', { ...reference, ...readOnly }),
      attribute('display', readOnly),
      attribute('type', { ...readOnly, canonicalValues: ['direct', 'indirect'] }),
    ],
    { multiValued: true, ...readOnly },
  ),
  several('entitlements', []),
  several('roles', []),
  several('x509Certificates', [], { type: 'binary', caseExact: true }),
];

/** RFC 7643 §4.3. */
const enterprise: readonly Attribute[] = [
  ...['employeeNumber', 'costCenter', 'organization', 'division', 'department'].map((name) =>
    attribute(name),
  ),
  complex('manager', [
    attribute('value', { caseExact: true }),
    attribute('$ref', reference),
    attribute('displayName', readOnly),
  ]),
];

/** The attributes of a User and of the enterprise extension, by schema. */
export const USER_SCHEMAS: ReadonlyMap<string, readonly Attribute[]> = new Map([
  [CORE_USER, core],
  [ENTERPRISE, enterprise],
]);

const byPath = new Map<string, Attribute>();
for (const one of core) for (const prefix of ['', `${CORE_USER}:`]) register(prefix, one);
for (const one of enterprise)
  for (const prefix of [`${ENTERPRISE}:`, `${ENTERPRISE}.`, 'enterprise.']) register(prefix, one);

function register(prefix: string, one: Attribute): void {
  byPath.set(`${prefix}${one.name}`.toLowerCase(), one);
  for (const part of one.subAttributes) byPath.set(`${prefix}${one.name}.${part.name}`.toLowerCase(), part);
}

/**
 * The attribute at a path: `title`, `name.givenName`, `emails.value`; of the enterprise extension
 * `enterprise.department` or `urn:…:User:department`. Attribute names have no case (RFC 7643 §2.1).
 * `undefined` where the RFC knows none.
 */
export function userAttribute(path: string): Attribute | undefined {
  return byPath.get(path.toLowerCase());
}

/**
 * What names somebody or something, and is the same in another case: RFC 7643 §4.1.1 and §4.1.2 for userName and
 * e-mail addresses, RFC 5646 §2.1.1 for language tags. By the letter of its schema nearly every string of a User is
 * compared without regard to case; but a name or a title that is spelled anew is a change that people see, so what
 * people read compares exactly.
 */
const folded: ReadonlySet<string> = new Set([
  'userName',
  'emails.value',
  'preferredLanguage',
  'locale',
  ...core
    .filter((one) => one.subAttributes.some((part) => part.name === 'type'))
    .map((one) => `${one.name}.type`),
]);

/** Whether two values of an attribute are the same if they differ in case only. Paths in the spelling of the RFC. */
export function foldsCase(path: string): boolean {
  return folded.has(path);
}

/** The form in which identifiers are compared: composed (Unicode NFC), in lower case. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/**
 * The form in which two values of one attribute are compared. A URI's scheme and host have no case (RFC 3986 §6.2.2.1),
 * its path has; everything else that does not fold compares as it stands.
 */
export function comparisonForm(path: string, text: string): string {
  if (foldsCase(path)) return fold(text);
  if (userAttribute(path)?.type !== 'reference') return text;
  const [start] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(text) ?? [''];
  return start.toLowerCase() + text.slice(start.length);
}
