import type { Json, JsonObject } from '../../model/index.ts';
import { canonical, isObject } from '../../model/index.ts';
import { invalid } from '../refusal.ts';
import { findAttribute, findExtension, isHidden } from '../schema/compiled.ts';
import type { CompiledExtension, CompiledType } from '../schema/compiled.ts';
import { passOver, readAttributes, readValue, told, twice, unknown } from './value.ts';
import type { Reading } from './value.ts';

/**
 * The attributes that a POST or PUT body gives a resource, as the schemas want them (RFC 7644 §3.3 and §3.5.1).
 * What is read-only is passed over, as is `schemas` once it has been judged; extensions stay under their URN.
 */
export function readResource(compiled: CompiledType, body: unknown, reading: Reading): JsonObject {
  if (!isObject(body)) {
    throw invalid('invalidSyntax', `The body has to be a JSON object with a ${compiled.type.name}.`);
  }
  const read: Record<string, Json> = {};
  for (const name in body) {
    const value = body[name];
    if (name.includes(':')) {
      readExtension(compiled, name, value, read, reading);
      continue;
    }
    const attribute = findAttribute(compiled.attributes, name);
    if (attribute) {
      if (attribute.mutability === 'readOnly') {
        passOver(attribute.name, reading);
        continue;
      }
      if (read[attribute.name] !== undefined) throw twice(attribute.name);
      const one = readValue(attribute, value, attribute.name, reading);
      if (one !== undefined) read[attribute.name] = one;
    } else if (name.toLowerCase() === 'schemas') {
      judgeSchemas(compiled, value, reading);
    } else if (!findAttribute(compiled.common, name)) {
      unknown(name, reading);
    }
  }
  if (reading.needsSchemas && !Object.keys(body).some((name) => name.toLowerCase() === 'schemas'))
    throw invalid('invalidSyntax', '"schemas" is required.');
  judgeRequired(compiled, read, 'given');
  return read;
}

/**
 * Whether everything that has to be there is there, and in every value of a complex attribute what that has to have.
 * Judged again after a PATCH: what is never returned is `kept` then, and not among the attributes.
 */
export function judgeRequired(
  compiled: CompiledType,
  attributes: JsonObject,
  hidden: 'given' | 'kept' = 'kept',
): void {
  for (const { attribute, sub, extension, path } of compiled.required) {
    if (hidden === 'kept' && (isHidden(attribute) || (sub && isHidden(sub)))) continue;
    const holder = extension === undefined ? attributes : attributes[extension];
    if (!isObject(holder)) continue;
    const value = holder[attribute.name];
    const isThere = sub ? listed(value).every((one) => isObject(one) && has(one[sub.name])) : has(value);
    if (!isThere) throw invalid('invalidValue', `"${path}" is required.`);
  }
  for (const extension of compiled.extensions) {
    if (extension.required && attributes[extension.id] === undefined) {
      throw invalid('invalidValue', `The extension "${extension.id}" is required.`);
    }
  }
}

function has(value: unknown): boolean {
  return value !== undefined && value !== '';
}

/** The values of a complex attribute, however many it may have. */
function listed(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/**
 * Throws where a write gives another value to what cannot be changed once it is set, or takes it away
 * (RFC 7644 §3.5.1 and §3.5.2).
 */
export function judgeImmutable(compiled: CompiledType, before: JsonObject, after: JsonObject): void {
  for (const { attribute, sub, extension, path } of compiled.immutable) {
    const valueIn = (resource: JsonObject): Json | undefined => {
      const holder = extension === undefined ? resource : partOf(resource[extension]);
      return sub ? partOf(holder[attribute.name])[sub.name] : holder[attribute.name];
    };
    const old = valueIn(before);
    if (old !== undefined && canonical(old) !== canonical(valueIn(after)))
      throw invalid('mutability', `"${path}" cannot be changed once it is set.`);
  }
}

function partOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function readExtension(
  compiled: CompiledType,
  urn: string,
  value: unknown,
  read: Record<string, Json>,
  reading: Reading,
): void {
  const extension = findExtension(compiled, urn);
  if (!extension) return unknown(urn, reading);
  if (value === null) return;
  if (!isObject(value))
    throw invalid(
      'invalidValue',
      `"${extension.id}" needs an object, not ${told(secrecyOf(extension), value)}.`,
    );
  if (read[extension.id] !== undefined) throw twice(extension.id);
  const attributes = readAttributes(extension.attributes, value, `${extension.id}:`, reading);
  if (attributes) read[extension.id] = attributes;
}

function secrecyOf({ attributes }: CompiledExtension): { readonly isSecret: boolean } {
  return { isSecret: [...attributes.values()].some(({ isSecret }) => isSecret) };
}

/** Where `schemas` is given it has to name the resource type's own schema (RFC 7643 §3). */
function judgeSchemas(compiled: CompiledType, value: unknown, reading: Reading): void {
  const own = compiled.type.schema.id;
  if (!Array.isArray(value) || !value.every((urn) => typeof urn === 'string')) {
    throw invalid('invalidSyntax', '"schemas" has to be an array of strings.');
  }
  if (value.length === 1 && value[0] === own) return;
  const wanted = own.toLowerCase();
  if (!value.some((urn) => urn.toLowerCase() === wanted)) {
    throw invalid('invalidSyntax', `"schemas" has to name ${own}.`);
  }
  for (const urn of value) {
    if (urn.toLowerCase() !== wanted && !findExtension(compiled, urn)) unknown(urn, reading);
  }
}
