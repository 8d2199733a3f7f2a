import { attribute } from './types.ts';
import type { Attribute, ResourceType, Schema } from './types.ts';

/** An attribute that finds its sub-attributes by name in any case. */
export interface CompiledAttribute extends Attribute {
  readonly subs: Attributes | undefined;
}
export type Attributes = ReadonlyMap<string, CompiledAttribute>;

export interface CompiledExtension {
  readonly id: string;
  readonly required: boolean;
  readonly attributes: Attributes;
}

/** A resource type, made ready for many look-ups: names are found in any case (RFC 7643 §2.1). */
export interface CompiledType {
  readonly type: ResourceType;
  /** Of the core schema, and `externalId`, which is common to all resources. */
  readonly attributes: Attributes;
  /** `id`, `schemas` and `meta`: the service's own, never taken from a request (RFC 7643 §3.1). */
  readonly common: Attributes;
  readonly extensions: readonly CompiledExtension[];
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
  return {
    type,
    attributes: byName([...type.schema.attributes, externalId]),
    common: byName(common),
    extensions: type.extensions.map(({ schema, required }) => ({
      id: schema.id,
      required,
      attributes: byName(schema.attributes),
    })),
  };
}

export function findAttribute(attributes: Attributes, name: string): CompiledAttribute | undefined {
  return attributes.get(name) ?? attributes.get(name.toLowerCase());
}

export function findExtension(compiled: CompiledType, urn: string): CompiledExtension | undefined {
  const wanted = urn.toLowerCase();
  return compiled.extensions.find(({ id }) => id === urn || id.toLowerCase() === wanted);
}

/** All schemas that the resource type uses, its own first. */
export function schemasOf(type: ResourceType): readonly Schema[] {
  return [type.schema, ...type.extensions.map(({ schema }) => schema)];
}

function byName(attributes: readonly Attribute[]): Attributes {
  const map = new Map<string, CompiledAttribute>();
  for (const one of attributes) {
    const compiled = { ...one, subs: one.subAttributes && byName(one.subAttributes) };
    map.set(one.name, compiled).set(one.name.toLowerCase(), compiled);
  }
  return map;
}
