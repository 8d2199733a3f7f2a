/** The characteristics of an attribute (RFC 7643 §7), as `/Schemas` shows them. */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly canonicalValues?: readonly string[];
  readonly caseExact: boolean;
  readonly mutability: (typeof MUTABILITIES)[number];
  readonly returned: (typeof RETURNS)[number];
  readonly uniqueness: (typeof UNIQUENESS)[number];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}

export type AttributeType = (typeof TYPES)[number];

// The words of RFC 7643 §2.2 and §2.3. §8.7.2 leaves "binary" out, which §2.3.6 has and its own User schema uses.
export const TYPES = [
  'string',
  'complex',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'reference',
  'binary',
] as const;
export const MUTABILITIES = ['readOnly', 'readWrite', 'immutable', 'writeOnly'] as const;
export const RETURNS = ['always', 'never', 'default', 'request'] as const;
export const UNIQUENESS = ['none', 'server', 'global'] as const;

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** By what resources are found without a scan. `path` is an attribute, or a sub-attribute of a multi-valued one. */
export interface Index {
  /** Below an extension's URN where `extension` names one: `urn:…:badgeNumber`. */
  readonly path: string;
  readonly extension?: string;
  readonly caseExact: boolean;
  /** Two resources with one value are refused with 409 `uniqueness`. */
  readonly unique: boolean;
  /** Kept from the start, or built at the first look-up: what is seldom asked for need not slow down every write. */
  readonly built: 'atOnce' | 'whenAsked';
  /** Keeps values apart and finds none: of numbers and times, which a filter does not compare as text. */
  readonly uniqueOnly?: boolean;
}

/** A resource type (RFC 7643 §6). Everything that the mock knows about `User` it reads from one of these. */
export interface ResourceType {
  readonly name: string;
  readonly endpoint: string;
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly { readonly schema: Schema; readonly required: boolean }[];
  readonly indexes: readonly Index[];
  /** A multi-valued attribute whose values are ids of resources of these types (RFC 7643 §4.2). */
  readonly members?: { readonly attribute: string; readonly of: readonly string[] };
  /** A read-only attribute with the groups that a resource belongs to, made from their members (RFC 7643 §4.1.2). */
  readonly belongings?: { readonly attribute: string };
}

/** An attribute with the defaults of RFC 7643 §2.2; what differs is named. */
export function attribute(name: string, description: string, differs: Partial<Attribute> = {}): Attribute {
  return {
    name,
    type: 'string',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...differs,
  };
}
