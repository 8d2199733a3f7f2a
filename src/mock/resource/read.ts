import type { Json, JsonObject } from '../../model/index.ts';
import { canonical, isObject } from '../../model/index.ts';
import { invalid, shown } from '../refusal.ts';
import { findAttribute, findExtension } from '../schema/compiled.ts';
import type { Attributes, CompiledType } from '../schema/compiled.ts';
import { readAttributes, readValue, twice, unknown } from './value.ts';
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
  for (const name of Object.keys(body)) {
    const value = body[name];
    const attribute = findAttribute(compiled.attributes, name);
    if (attribute) {
      if (attribute.mutability === 'readOnly') continue;
      if (read[attribute.name] !== undefined) throw twice(attribute.name);
      const one = readValue(attribute, value, attribute.name, reading);
      if (one !== undefined) read[attribute.name] = one;
    } else if (name.includes(':')) {
      readExtension(compiled, name, value, read, reading);
    } else if (name.toLowerCase() === 'schemas') {
      judgeSchemas(compiled, value, reading);
    } else if (!findAttribute(compiled.common, name)) {
      unknown(name, reading);
    }
  }
  judgeRequired(compiled, read);
  return read;
}

/** Whether everything that has to be there is there; judged again after a PATCH. */
export function judgeRequired(compiled: CompiledType, attributes: JsonObject): void {
  for (const { name, required } of compiled.type.schema.attributes) {
    if (!required) continue;
    const value = attributes[name];
    if (value === undefined || value === '') throw invalid('invalidValue', `"${name}" is required.`);
  }
  for (const extension of compiled.extensions) {
    if (extension.required && attributes[extension.id] === undefined) {
      throw invalid('invalidValue', `The extension "${extension.id}" is required.`);
    }
  }
}

/** Throws where a PUT gives another value to what cannot be changed once it is set (RFC 7644 §3.5.1). */
export function judgeImmutable(compiled: CompiledType, before: JsonObject, after: JsonObject): void {
  const judge = (attributes: Attributes, old: JsonObject, fresh: JsonObject, prefix: string): void => {
    for (const attribute of new Set(attributes.values())) {
      const { name, mutability, multiValued, subs } = attribute;
      if (old[name] === undefined) continue;
      if (subs && !multiValued) judge(subs, part(old[name]), part(fresh[name]), `${prefix}${name}.`);
      if (mutability !== 'immutable') continue;
      if (canonical(old[name]) !== canonical(fresh[name]))
        throw invalid('mutability', `"${prefix}${name}" cannot be changed once it is set.`);
    }
  };
  const part = (value: Json | undefined): JsonObject => (value ?? {}) as JsonObject;
  judge(compiled.attributes, before, after, '');
  for (const { id, attributes } of compiled.extensions)
    judge(attributes, part(before[id]), part(after[id]), `${id}:`);
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
    throw invalid('invalidValue', `"${extension.id}" needs an object, not ${shown(value)}.`);
  if (read[extension.id] !== undefined) throw twice(extension.id);
  const attributes = readAttributes(extension.attributes, value, `${extension.id}:`, reading);
  if (attributes) read[extension.id] = attributes;
}

/** `schemas` may be left out; where it is given it has to name the resource type's own schema (RFC 7643 §3). */
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
