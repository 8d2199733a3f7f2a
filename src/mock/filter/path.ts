import type { Accepts } from '../dialect.ts';
import { findAttribute } from '../schema/compiled.ts';
import type { Attributes, CompiledAttribute, CompiledType } from '../schema/compiled.ts';

/** An attribute that a path or a filter names, found in the schemas. */
export interface AttributePath {
  /** The URN of the extension that it belongs to; absent for the core schema and the common attributes. */
  readonly extension?: string;
  readonly attribute: CompiledAttribute;
  readonly sub?: CompiledAttribute;
}

/** A URN before the name (RFC 7644 §3.10), taken off: which attributes it leads to, and what is left of the text. */
export interface Scope {
  readonly extension?: string;
  readonly attributes: Attributes;
  readonly rest: string;
}

/** `undefined` where the text begins with a URN that is none of this resource type's. */
export function scopeOf(compiled: CompiledType, text: string): Scope | undefined {
  const lower = text.toLowerCase();
  if (!lower.startsWith('urn:')) return { attributes: compiled.attributes, rest: text };
  for (const { id, attributes } of compiled.extensions) {
    const rest = after(id, lower, text);
    if (rest !== undefined) return { extension: id, attributes, rest };
  }
  const rest = after(compiled.type.schema.id, lower, text);
  return rest === undefined ? undefined : { attributes: compiled.attributes, rest };
}

function after(urn: string, lower: string, text: string): string | undefined {
  const wanted = urn.toLowerCase();
  if (lower === wanted) return '';
  return lower.startsWith(`${wanted}:`) ? text.slice(urn.length + 1) : undefined;
}

/** The scope of an attribute that is named without the URN of its extension, where the service takes that. */
export function scopeInExtension(compiled: CompiledType, scope: Scope, name: string): Scope {
  if (scope.extension !== undefined || findAttribute(scope.attributes, name)) return scope;
  const extension = compiled.extensions.find(({ attributes }) => findAttribute(attributes, name));
  return extension ? { extension: extension.id, attributes: extension.attributes, rest: scope.rest } : scope;
}

/** `name`, `name.givenName` or `urn:…:User:manager.value`; `undefined` where no schema has it. */
export function resolve(compiled: CompiledType, text: string, accepts?: Accepts): AttributePath | undefined {
  const given = scopeOf(compiled, text);
  if (!given) return undefined;
  const [name = '', subName, ...more] = given.rest.split('.');
  const scope = accepts?.bareExtensionNames ? scopeInExtension(compiled, given, name) : given;
  if (more.length > 0) return undefined;
  const attribute =
    findAttribute(scope.attributes, name) ??
    (scope.extension === undefined ? findAttribute(compiled.common, name) : undefined);
  if (!attribute) return undefined;
  const place = scope.extension === undefined ? {} : { extension: scope.extension };
  if (subName === undefined) return { ...place, attribute };
  const sub = attribute.subs && findAttribute(attribute.subs, subName);
  return sub && { ...place, attribute, sub };
}

/** Simple values are compared as their own `value` (RFC 7644 §3.5.2.2). */
export function withValue(attribute: CompiledAttribute): CompiledAttribute {
  if (attribute.subs || !attribute.multiValued) return attribute;
  return { ...attribute, subs: new Map([['value', { ...attribute, name: 'value', multiValued: false }]]) };
}
