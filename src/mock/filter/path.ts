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

/** `name`, `name.givenName` or `urn:…:User:manager.value`; `undefined` where no schema has it. */
export function resolve(compiled: CompiledType, text: string): AttributePath | undefined {
  const scope = scopeOf(compiled, text);
  if (!scope) return undefined;
  const [name = '', subName, ...more] = scope.rest.split('.');
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
