import { attribute } from './types.ts';
import type { Attribute, ResourceType, Schema } from './types.ts';

/** An attribute that finds its sub-attributes by name in any case. */
export interface CompiledAttribute extends Attribute {
  readonly subs: Attributes | undefined;
  /** Whether its value, or a part of it, is never told: no message names what was given for it. */
  readonly isSecret: boolean;
}
export type Attributes = ReadonlyMap<string, CompiledAttribute>;

export interface CompiledExtension {
  readonly id: string;
  readonly required: boolean;
  readonly attributes: Attributes;
}

/** An attribute or a sub-attribute, wherever the schemas have it. */
export interface Spot {
  readonly extension: string | undefined;
  readonly attribute: CompiledAttribute;
  readonly sub: CompiledAttribute | undefined;
  /** As a message names it. */
  readonly path: string;
}

/** A resource type, made ready for many look-ups: names are found in any case (RFC 7643 §2.1). */
export interface CompiledType {
  readonly type: ResourceType;
  /** Of the core schema, and `externalId`, which is common to all resources. */
  readonly attributes: Attributes;
  /** `id`, `schemas` and `meta`: the service's own, never taken from a request (RFC 7643 §3.1). */
  readonly common: Attributes;
  /** Longest URN first, so that a name below one URN is not looked for below another that begins it. */
  readonly extensions: readonly CompiledExtension[];
  /** What a client has to give. */
  readonly required: readonly Spot[];
  /** What cannot be changed once it is set, single values only: one of several is told by nothing but itself. */
  readonly immutable: readonly Spot[];
  /** What is never returned. */
  readonly hidden: readonly Spot[];
  /** What the type declares as its `belongings`. */
  readonly belongings: CompiledAttribute | undefined;
  /** Whether anything is returned on request alone. */
  readonly onRequest: boolean;
}

const readOnly = { mutability: 'readOnly' } as const;
const common: readonly Attribute[] = [
  attribute('id', 'The identifier that the service gave.', {
    ...readOnly,
    caseExact: true,
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('schemas', 'The schemas in use.', {
    ...readOnly,
    type: 'reference',
    multiValued: true,
    returned: 'always',
  }),
  attribute('meta', 'Data about the resource.', {
    ...readOnly,
    type: 'complex',
    subAttributes: [
      attribute('resourceType', 'The resource type.', { ...readOnly, caseExact: true }),
      attribute('created', 'When it was made.', { ...readOnly, type: 'dateTime' }),
      attribute('lastModified', 'When it was last changed.', { ...readOnly, type: 'dateTime' }),
      attribute('location', 'Its URI.', { ...readOnly, type: 'reference', caseExact: true }),
      attribute('version', 'Its version.', { ...readOnly, caseExact: true }),
    ],
  }),
];
const externalId = attribute('externalId', 'The identifier that the client gave.', { caseExact: true });

export function compile(type: ResourceType): CompiledType {
  const attributes = byName([externalId, ...type.schema.attributes]);
  const extensions = type.extensions
    .map(({ schema, required }) => ({ id: schema.id, required, attributes: byName(schema.attributes) }))
    .sort((one, other) => other.id.length - one.id.length);
  const spots = [
    ...spotsOf(attributes, undefined),
    ...extensions.flatMap((extension) => spotsOf(extension.attributes, extension.id)),
  ];
  return {
    type,
    attributes,
    common: byName(common),
    extensions,
    required: spots.filter(isRequired),
    immutable: spots.filter(isImmutable),
    hidden: spots.filter(({ attribute, sub }) => isHidden(sub ?? attribute)),
    belongings: type.belongings && attributes.get(type.belongings.attribute),
    onRequest: spots.some(({ attribute, sub }) => (sub ?? attribute).returned === 'request'),
  };
}

/** RFC 7643 §7: the values of what is `writeOnly` are not returned, whatever `returned` says. */
export function isHidden({ returned, mutability }: Attribute): boolean {
  return returned === 'never' || mutability === 'writeOnly';
}

function isRequired({ attribute, sub }: Spot): boolean {
  const { required, mutability } = sub ?? attribute;
  return required && mutability !== 'readOnly' && attribute.mutability !== 'readOnly';
}

function isImmutable({ attribute, sub }: Spot): boolean {
  return (sub ?? attribute).mutability === 'immutable' && !(sub && attribute.multiValued);
}

function spotsOf(attributes: Attributes, extension: string | undefined): readonly Spot[] {
  const prefix = extension === undefined ? '' : `${extension}:`;
  return [...new Set(attributes.values())].flatMap((attribute) => {
    const path = prefix + attribute.name;
    const subs = [...new Set(attribute.subs?.values())];
    return [
      { extension, attribute, sub: undefined, path },
      ...subs.map((sub) => ({ extension, attribute, sub, path: `${path}.${sub.name}` })),
    ];
  });
}

export function findAttribute(attributes: Attributes, name: string): CompiledAttribute | undefined {
  return attributes.get(name) ?? attributes.get(name.toLowerCase());
}

export function findExtension(compiled: CompiledType, urn: string): CompiledExtension | undefined {
  const { extensions } = compiled;
  const same = extensions.find(({ id }) => id === urn);
  if (same) return same;
  const wanted = urn.toLowerCase();
  return extensions.find(({ id }) => id.toLowerCase() === wanted);
}

/** All schemas that the resource type uses, its own first. */
export function schemasOf(type: ResourceType): readonly Schema[] {
  return [type.schema, ...type.extensions.map(({ schema }) => schema)];
}

function byName(attributes: readonly Attribute[], areSecret = false): Attributes {
  const map = new Map<string, CompiledAttribute>();
  for (const one of attributes) {
    const isOwn = areSecret || isHidden(one);
    const subs = one.subAttributes && byName(one.subAttributes, isOwn);
    const isSecret = isOwn || [...(subs?.values() ?? [])].some((sub) => sub.isSecret);
    const compiled = { ...one, subs, isSecret };
    map.set(one.name, compiled).set(one.name.toLowerCase(), compiled);
  }
  return map;
}
