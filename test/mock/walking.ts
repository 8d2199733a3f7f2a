import type { Mock } from '../../src/mock/index.ts';
import type { Attribute } from '../../src/mock/schema/types.ts';
import { ask, wordOf } from './calling.ts';
import type { Body } from './calling.ts';

/** A schema as `/Schemas` shows it, read like a stranger: nothing but its characteristics is known. */
export interface WalkedSchema {
  readonly id: string;
  readonly attributes: readonly Attribute[];
}

export interface WalkedType {
  readonly name: string;
  readonly endpoint: string;
  readonly schema: WalkedSchema;
  readonly extensions: readonly { readonly schema: WalkedSchema; readonly required: boolean }[];
}

/** An attribute or sub-attribute of a type, wherever its schemas have it. */
export interface Spot {
  readonly urn: string | undefined;
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
  /** As a filter or a PATCH path names it. */
  readonly path: string;
}

export type Resource = Record<string, unknown>;

export async function walk(mock: Mock): Promise<readonly WalkedType[]> {
  const schemas = (await ask(mock, 'GET', '/Schemas')).body['Resources'] as unknown as WalkedSchema[];
  const schemaOf = (id: string): WalkedSchema => schemas.find((schema) => schema.id === id)!;
  const types = (await ask(mock, 'GET', '/ResourceTypes')).body['Resources'] as unknown as {
    name: string;
    endpoint: string;
    schema: string;
    schemaExtensions: { schema: string; required: boolean }[];
  }[];
  return types.map(({ name, endpoint, schema, schemaExtensions }) => ({
    name,
    endpoint,
    schema: schemaOf(schema),
    extensions: schemaExtensions.map((one) => ({ schema: schemaOf(one.schema), required: one.required })),
  }));
}

export function spotsOf({ schema, extensions }: WalkedType): readonly Spot[] {
  const within = (attributes: readonly Attribute[], urn: string | undefined): Spot[] =>
    attributes.flatMap((attribute) => {
      const path = urn === undefined ? attribute.name : `${urn}:${attribute.name}`;
      const subs = attribute.subAttributes ?? [];
      return [
        { urn, attribute, sub: undefined, path },
        ...subs.map((sub) => ({ urn, attribute, sub, path: `${path}.${sub.name}` })),
      ];
    });
  return [
    ...within(schema.attributes, undefined),
    ...extensions.flatMap((extension) => within(extension.schema.attributes, extension.schema.id)),
  ];
}

export const lastOf = ({ attribute, sub }: Spot): Attribute => sub ?? attribute;
export const isSecret = ({ returned, mutability }: Attribute): boolean =>
  returned === 'never' || mutability === 'writeOnly';
export const isWritable = ({ mutability }: Attribute): boolean => mutability !== 'readOnly';

/** Makes values out of characteristics. No two are the same, but for booleans and canonical values. */
export function fillerOf(mock: Mock, types: readonly WalkedType[]) {
  let count = 0;

  async function filled(
    attributes: readonly Attribute[],
    wants: (attribute: Attribute) => boolean,
  ): Promise<Resource> {
    const result: Resource = {};
    for (const one of attributes.filter(wants)) result[one.name] = await value(one, wants);
    return result;
  }

  async function value(attribute: Attribute, wants = isWritable): Promise<unknown> {
    if (!attribute.multiValued) return single(attribute, wants);
    const [first, second] = [await single(attribute, wants), await single(attribute, wants)];
    return [first, isRecord(second) && 'primary' in second ? { ...second, primary: false } : second];
  }

  async function single(attribute: Attribute, wants: (one: Attribute) => boolean): Promise<unknown> {
    const number = ++count;
    switch (attribute.type) {
      case 'complex':
        return complex(attribute.subAttributes ?? [], wants);
      case 'boolean':
        return attribute.name === 'primary' || number % 2 === 0;
      case 'integer':
        return number;
      case 'decimal':
        return number + 0.5;
      case 'dateTime':
        return new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
      case 'binary':
        return Buffer.from(`binary ${number}`).toString('base64');
      case 'reference': {
        const target = types.find(({ name }) => attribute.referenceTypes?.includes(name));
        return target ? (await existing(target)).location : `https://example.com/Page/${number}`;
      }
      case 'string': {
        const { canonicalValues } = attribute;
        return canonicalValues?.[number % canonicalValues.length] ?? `${attribute.name} Ä${number}`;
      }
    }
  }

  /** A reference and what stands beside it are of one resource, which is there (RFC 7643 §2.4). */
  async function complex(subs: readonly Attribute[], wants: (one: Attribute) => boolean): Promise<Resource> {
    const result = await filled(
      subs.filter(({ type }) => type !== 'reference'),
      wants,
    );
    const ref = subs.find(({ type }) => type === 'reference');
    const target = ref && types.find(({ name }) => ref.referenceTypes?.includes(name));
    if (target) {
      const { id, location } = await existing(target);
      if (wants(ref)) result[ref.name] = location;
      if ('value' in result) result['value'] = id;
      if (subs.some(({ name, canonicalValues }) => name === 'type' && canonicalValues?.includes(target.name)))
        result['type'] = target.name;
    } else if (ref && wants(ref)) result[ref.name] = await single(ref, wants);
    return result;
  }

  /** A resource of the type, made for the purpose. */
  async function existing(type: WalkedType): Promise<{ id: string; location: string }> {
    const { body, text, status } = await ask(mock, 'POST', type.endpoint, await resource(type, isNeeded));
    if (status !== 201) throw new Error(`no ${type.name} to refer to: ${text}`);
    return { id: wordOf(body['id']), location: wordOf(body['meta']?.['location']) };
  }

  async function resource(type: WalkedType, wants: (attribute: Attribute) => boolean): Promise<Resource> {
    const result: Resource = { schemas: [type.schema.id], ...(await filled(type.schema.attributes, wants)) };
    for (const { schema } of type.extensions) {
      const part = await filled(schema.attributes, wants);
      if (Object.keys(part).length === 0) continue;
      result[schema.id] = part;
      (result['schemas'] as string[]).push(schema.id);
    }
    return result;
  }

  return { value, resource };
}

export function isNeeded({ required, mutability }: Attribute): boolean {
  return required && mutability !== 'readOnly';
}

/** What of a written resource has to come back: all but what is never told, or on request alone. */
export function visible(type: WalkedType, written: Resource): Resource {
  const result: Resource = { ...shownOf(type.schema.attributes, written), schemas: written['schemas'] };
  for (const { schema } of type.extensions) {
    const part = written[schema.id];
    if (isRecord(part)) result[schema.id] = shownOf(schema.attributes, part);
  }
  return result;
}

function shownOf(attributes: readonly Attribute[], written: Resource): Resource {
  const shown = attributes.filter(
    (one) => one.name in written && !isSecret(one) && one.returned !== 'request',
  );
  return Object.fromEntries(shown.map((one) => [one.name, shownValue(one, written[one.name])]));
}

/** A value without its parts that are never told, or on request alone. */
export function shownValue({ subAttributes }: Attribute, value: unknown): unknown {
  if (!subAttributes) return value;
  if (Array.isArray(value)) return value.map((one) => shownOf(subAttributes, one as Resource));
  return shownOf(subAttributes, value as Resource);
}

/** The value at a spot; of a multi-valued complex attribute, the first one's. */
export function valueAt(resource: Resource | Body, { urn, attribute, sub }: Spot): unknown {
  const holder = urn === undefined ? resource : resource[urn];
  const value = isRecord(holder) ? holder[attribute.name] : undefined;
  if (!sub) return value;
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return isRecord(one) ? one[sub.name] : undefined;
}

/** The resource with another attribute, or without it where the value is `undefined`. */
export function withValue(resource: Resource, { urn, attribute, sub }: Spot, value: unknown): Resource {
  const holder = urn === undefined ? resource : (resource[urn] as Resource | undefined);
  const old = holder?.[attribute.name];
  const fresh = !sub
    ? value
    : Array.isArray(old)
      ? old.map((one) => put(one as Resource, sub.name, value))
      : put(old as Resource | undefined, sub.name, value);
  const changed = put(holder, attribute.name, fresh);
  return urn === undefined ? changed : put(resource, urn, changed);
}

function put(holder: Resource | undefined, name: string, value: unknown): Resource {
  const { [name]: _, ...rest } = holder ?? {};
  return value === undefined ? rest : { ...rest, [name]: value };
}

export function isRecord(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
