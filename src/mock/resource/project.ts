import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { Query } from '../description.ts';
import { resolve } from '../filter/path.ts';
import type { AttributePath } from '../filter/path.ts';
import { scopeOf } from '../filter/path.ts';
import { invalid } from '../refusal.ts';
import { findAttribute } from '../schema/compiled.ts';
import type { Attributes, CompiledAttribute, CompiledType } from '../schema/compiled.ts';

/** What a client asks for (RFC 7644 §3.9): only these attributes, or all but these. */
export interface Projection {
  readonly kind: 'only' | 'without';
  /** A whole extension has a path without an attribute. */
  readonly paths: readonly ProjectedPath[];
}

export type ProjectedPath = AttributePath | { readonly extension: string };

/**
 * `undefined` where all that is returned by default is wanted, and nothing is there that is returned on request alone.
 * Names that no schema has are passed over. Throws `invalidValue` where both parameters are given, which exclude each other.
 */
export function projectionOf(compiled: CompiledType, query: Query): Projection | undefined {
  const only = namesOf(query['attributes']);
  const without = namesOf(query['excludedAttributes']);
  if (only && without)
    throw invalid('invalidValue', '"attributes" and "excludedAttributes" exclude each other.');
  if (only) return { kind: 'only', paths: pathsOf(compiled, only) };
  if (without) return { kind: 'without', paths: pathsOf(compiled, without) };
  return compiled.onRequest ? { kind: 'without', paths: [] } : undefined;
}

function namesOf(value: Query[string]): readonly string[] | undefined {
  if (value === undefined || value === '') return undefined;
  const texts: readonly string[] = typeof value === 'string' ? [value] : value;
  return texts.flatMap((text) => text.split(',')).map((name) => name.trim());
}

function pathsOf(compiled: CompiledType, names: readonly string[]): readonly ProjectedPath[] {
  return names.flatMap((name): readonly ProjectedPath[] => {
    const scope = scopeOf(compiled, name);
    if (scope?.rest === '' && scope.extension !== undefined) return [{ extension: scope.extension }];
    const path = resolve(compiled, name);
    return path ? [path] : [];
  });
}

/** The part of a resource that goes out. `returned: always` is there whatever is asked for, `never` is not. */
export function project(compiled: CompiledType, resource: JsonObject, projection: Projection): JsonObject {
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(resource)) {
    const extension = compiled.extensions.find(({ id }) => id === name);
    if (extension) {
      const kept = isObject(value) ? part(extension.attributes, value, projection, name) : undefined;
      if (kept) result[name] = kept;
      continue;
    }
    const attribute = findAttribute(compiled.attributes, name) ?? findAttribute(compiled.common, name);
    if (!attribute) continue;
    const kept = one(attribute, value, projection, undefined);
    if (kept !== undefined) result[name] = kept;
  }
  return result;
}

function part(
  attributes: Attributes,
  value: JsonObject,
  projection: Projection,
  extension: string,
): JsonObject | undefined {
  const result: Record<string, Json> = {};
  for (const [name, inner] of Object.entries(value)) {
    const attribute = findAttribute(attributes, name);
    const kept = attribute && one(attribute, inner, projection, extension);
    if (kept !== undefined) result[name] = kept;
  }
  return Object.keys(result).length > 0 ? result : undefined;
}

/** One attribute: all of it, the sub-attributes that are wanted, or nothing. */
function one(
  attribute: CompiledAttribute,
  value: Json,
  { kind, paths }: Projection,
  extension: string | undefined,
): Json | undefined {
  if (attribute.returned === 'never') return undefined;
  const own = paths.filter((path) =>
    'attribute' in path ? path.attribute === attribute : path.extension === extension,
  );
  const isNamed = own.some((path) => !('attribute' in path) || path.sub === undefined);
  const subs = new Set(own.flatMap((path) => ('attribute' in path && path.sub ? [path.sub] : [])));
  if (kind === 'without') {
    if (attribute.returned !== 'always' && (isNamed || attribute.returned === 'request')) return undefined;
    return inside(attribute, value, (sub) => !subs.has(sub) && sub.returned !== 'request');
  }
  // A whole attribute has all of its parts but those that have to be asked for by name.
  if (isNamed || attribute.returned === 'always')
    return inside(attribute, value, (sub) => sub.returned !== 'request' || subs.has(sub));
  return subs.size === 0 ? undefined : inside(attribute, value, (sub) => subs.has(sub));
}

function inside(
  { subs }: CompiledAttribute,
  value: Json,
  isWanted: (sub: CompiledAttribute) => boolean,
): Json | undefined {
  if (!subs) return value;
  const keep = (item: Json): JsonObject | undefined => {
    if (!isObject(item)) return undefined;
    const entries = Object.entries(item).filter(([name]) => {
      const sub = findAttribute(subs, name);
      return sub && sub.returned !== 'never' && (sub.returned === 'always' || isWanted(sub));
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  };
  if (!Array.isArray(value)) return keep(value);
  const kept = (value as readonly Json[]).flatMap((item) => keep(item) ?? []);
  return kept.length > 0 ? kept : undefined;
}
