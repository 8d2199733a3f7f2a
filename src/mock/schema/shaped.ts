import { attribute } from './types.ts';
import type { Attribute, Index, ResourceType } from './types.ts';

/** How a service's resource type differs from one of RFC 7643; attributes as `userName` or `name.givenName`. */
export interface Shape {
  /** The attributes of the core schema that there are; all where nothing is said. */
  readonly only?: readonly string[];
  /** Those that there are not. */
  readonly without?: readonly string[];
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  /** What a client gives for these is passed over. */
  readonly readOnly?: readonly string[];
  /** Values that two resources may not share; these and no others. */
  readonly unique?: readonly string[];
  /** The URNs of the extensions that there are; all where nothing is said. */
  readonly extensions?: readonly string[];
}

/** A resource type as a service has it, made from another one; its attributes keep their order. */
export function shaped(type: ResourceType, shape: Shape): ResourceType {
  const { unique, extensions } = shape;
  const common = ['externalId'].filter((name) => names(shape).includes(name));
  const own = [...type.schema.attributes, ...common.map((name) => attribute(name, 'The key of the client.'))];
  return {
    ...type,
    schema: { ...type.schema, attributes: shapedAttributes(own, shape, '') },
    extensions: extensions
      ? type.extensions.filter(({ schema }) => extensions.includes(schema.id))
      : type.extensions,
    indexes: unique ? uniqueIndexes(type.indexes, unique) : type.indexes,
  };
}

function names({ required = [], readOnly = [] }: Shape): readonly string[] {
  return [...required, ...readOnly];
}

function shapedAttributes(
  attributes: readonly Attribute[],
  shape: Shape,
  prefix: string,
): readonly Attribute[] {
  const { only, without = [], required = [], optional = [], readOnly = [] } = shape;
  return attributes.flatMap((one) => {
    const path = prefix + one.name;
    const isLeft = !only || names(shape).includes(path) || isCovered(only, path);
    if (!isLeft || without.includes(path)) return [];
    const subs = one.subAttributes && shapedAttributes(one.subAttributes, shape, `${path}.`);
    return {
      ...one,
      ...(subs && { subAttributes: subs }),
      ...(path === 'externalId' && { caseExact: true }),
      ...(required.includes(path) && { required: true }),
      ...(optional.includes(path) && { required: false }),
      ...(readOnly.includes(path) && { mutability: 'readOnly' as const }),
    };
  });
}

/** An attribute is there with all of its parts, or with those that are named. */
function isCovered(only: readonly string[], path: string): boolean {
  return only.some((name) => name === path || name.startsWith(`${path}.`) || path.startsWith(`${name}.`));
}

function uniqueIndexes(indexes: readonly Index[], unique: readonly string[]): readonly Index[] {
  const known = indexes.map((one) => ({ ...one, unique: unique.includes(one.path) }));
  const more = unique.filter((path) => indexes.every((one) => one.path !== path));
  return [
    ...known,
    ...more.map((path): Index => ({ path, caseExact: false, unique: true, built: 'atOnce' })),
  ];
}
