import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { Dialect } from '../dialect.ts';
import { invalid, shown } from '../refusal.ts';
import { findAttribute } from '../schema/compiled.ts';
import type { Attributes, CompiledAttribute } from '../schema/compiled.ts';
import { asMeant } from './meant.ts';

export interface Reading {
  /** What is done with an attribute that no schema knows. */
  readonly unknown: 'ignored' | 'refused';
  /** The most values that a multi-valued attribute may hold. */
  readonly values: number;
  /** Whether a resource has to say its `schemas`. */
  readonly needsSchemas?: boolean;
  /** The RFC's where nothing is given. */
  readonly dialect?: Dialect;
}

/**
 * One attribute's value as the schema wants it: names in their proper case, what is read-only or unassigned left out.
 * `undefined` is an attribute without a value: `null`, `[]`, `{}` (RFC 7643 §2.5).
 * Throws `invalidValue` for a value of another type.
 */
export function readValue(
  attribute: CompiledAttribute,
  value: unknown,
  path: string,
  reading: Reading,
): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (!attribute.multiValued) return readOne(attribute, value, path, reading);
  if (!Array.isArray(value))
    throw invalid('invalidValue', `"${path}" holds several values and needs an array.`);
  judgeCount(value, path, reading);
  const values: Json[] = [];
  for (const item of value) {
    const one = item === null ? undefined : readOne(attribute, item, path, reading);
    if (one !== undefined) values.push(one);
    // To leave it out would empty the group of a client that has made a mistake.
    else if (item !== null && attribute.subs?.has('$ref'))
      throw invalid(
        'invalidValue',
        `A value of "${path}" refers to nothing: it needs a "value" or a "$ref".`,
      );
  }
  if (attribute.subs && values.length > 1) onePrimary(values, path);
  return values.length > 0 ? values : undefined;
}

/** One value of an attribute, also of a multi-valued one. */
export function readOne(
  attribute: CompiledAttribute,
  value: unknown,
  path: string,
  reading: Reading,
): Json | undefined {
  const meant = asMeant(attribute, value, reading.dialect?.accepts);
  if (attribute.subs) {
    const read = readComplex(attribute, attribute.subs, meant, path, reading);
    if (attribute.multiValued) judgeType(attribute, read, path, reading);
    return read;
  }
  const isLoose = attribute.type === 'reference' && reading.unknown === 'ignored';
  const good = checks[isLoose ? 'string' : (attribute.type as keyof typeof checks)](meant);
  if (!good)
    throw invalid(
      'invalidValue',
      `"${path}" is ${named(attribute.type)}, and ${told(attribute, value)} is not.`,
    );
  return meant as Json;
}

/** A value in a message: what is never told (RFC 7643 §7) is not told there either. */
export function told({ isSecret }: Pick<CompiledAttribute, 'isSecret'>, value: unknown): string {
  return isSecret ? 'what was given' : shown(value);
}

function readComplex(
  attribute: CompiledAttribute,
  subs: Attributes,
  value: unknown,
  path: string,
  reading: Reading,
): JsonObject | undefined {
  if (!isObject(value)) {
    throw invalid('invalidValue', `"${path}" is complex and needs an object, not ${told(attribute, value)}.`);
  }
  return readAttributes(subs, value, `${path}.`, reading);
}

/** The known, writable, assigned attributes of an object; `undefined` where none is left. */
export function readAttributes(
  attributes: Attributes,
  value: Record<string, unknown>,
  prefix: string,
  reading: Reading,
): JsonObject | undefined {
  const read: Record<string, Json> = {};
  let some = false;
  for (const name in value) {
    const attribute = findAttribute(attributes, name);
    if (!attribute) {
      unknown(prefix + name, reading);
      continue;
    }
    if (attribute.mutability === 'readOnly') {
      passOver(prefix + attribute.name, reading);
      continue;
    }
    if (read[attribute.name] !== undefined) throw twice(prefix + attribute.name);
    const one = readValue(attribute, value[name], prefix + attribute.name, reading);
    if (one === undefined) continue;
    read[attribute.name] = one;
    some = true;
  }
  return some ? read : undefined;
}

/** What is read-only in a body; most services say nothing of it (RFC 7644 §3.3). */
export function passOver(path: string, { dialect }: Reading): void {
  if (dialect?.refuses?.readOnly) throw invalid('mutability', `"${path}" is read-only.`);
}

export function unknown(path: string, reading: Reading): void {
  if (reading.unknown === 'refused') {
    throw invalid(
      'invalidSyntax',
      `No schema of this resource type has an attribute "${path.slice(0, 80)}".`,
    );
  }
}

/** Where a service takes no `type` but those that it publishes (RFC 7643 §7, `canonicalValues`). */
export function judgeType(
  { subs }: CompiledAttribute,
  value: Json | undefined,
  path: string,
  { dialect }: Reading,
): void {
  if (!dialect?.refuses?.otherTypes) return;
  const known = subs?.get('type')?.canonicalValues;
  const type = isObject(value) ? value['type'] : undefined;
  if (!known || type === undefined || known.includes(type as string)) return;
  throw invalid('invalidValue', `The type ${shown(type)} of "${path}" is none of ${known.join(', ')}.`);
}

/** For a member of a group who is said to be of another type than they are. */
export function wrongType(id: string, type: string, said: string): Error {
  return invalid('invalidValue', `The member ${shown(id)} is a ${type}, not a ${shown(said)}.`);
}

export function twice(path: string): Error {
  return invalid('invalidSyntax', `"${path}" is given twice, in different case.`);
}

export function judgeCount(
  { length }: { readonly length: number },
  path: string,
  reading: Pick<Reading, 'values'>,
): void {
  if (length <= reading.values) return;
  throw invalid('invalidValue', `"${path}" has ${length} values; at most ${reading.values} are allowed.`);
}

export function onePrimary(values: readonly Json[], path: string): void {
  let primaries = 0;
  for (const value of values) if (isObject(value) && value['primary'] === true) primaries++;
  if (primaries > 1)
    throw invalid('invalidValue', `"${path}" has ${primaries} primary values; at most one is allowed.`);
}

const checks = {
  string: (value: unknown) => typeof value === 'string',
  // RFC 7643 §2.3.7 has a URI here, and RFC 3986 §2 no such characters in one. Only a service that is strict about names,
  // too, looks at it: clients send whatever a directory has for a photo or a profile.
  reference: (value: unknown) =>
    typeof value === 'string' && /^[^\0-\x20<>"{}|\\^`\x7f-\uffff]*$/.test(value),
  boolean: (value: unknown) => typeof value === 'boolean',
  // JSON may hold numbers that this program cannot: they are refused instead of being changed (RFC 8259 §6).
  decimal: (value: unknown) => Number.isFinite(value),
  integer: (value: unknown) => Number.isSafeInteger(value),
  binary: (value: unknown) => typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value),
  dateTime: (value: unknown) =>
    typeof value === 'string' &&
    value.length < 64 &&
    /^\d{4}-\d\d-\d\dT/.test(value) &&
    !Number.isNaN(Date.parse(value)),
};

function named(type: string): string {
  if (type === 'binary') return 'Base64';
  return type === 'integer' ? 'an integer' : type === 'dateTime' ? 'a date and time' : `a ${type}`;
}
