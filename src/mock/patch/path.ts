import { findAttribute } from '../schema/compiled.ts';
import type { CompiledAttribute, CompiledExtension, CompiledType } from '../schema/compiled.ts';
import { parseValueFilter } from '../filter/parse.ts';
import type { Filter } from '../filter/parse.ts';
import { scopeOf } from '../filter/path.ts';
import { Refused, invalid } from '../refusal.ts';

/** What a PATCH path points at (RFC 7644 §3.5.2): an attribute, some of its values, a part of them, or a whole extension. */
export interface Target {
  readonly extension: string | undefined;
  readonly attribute: CompiledAttribute;
  readonly filter: Filter | undefined;
  readonly sub: CompiledAttribute | undefined;
}

/** Throws `invalidPath` where no schema has what the path names. */
export function parsePath(compiled: CompiledType, path: string, terms: number): Target | CompiledExtension {
  const scope = scopeOf(compiled, path);
  if (!scope) throw wrong(path);
  if (scope.rest === '') {
    const extension = compiled.extensions.find(({ id }) => id === scope.extension);
    if (extension) return extension;
    throw wrong(path);
  }
  const { name, filterText, subName } = cut(scope.rest, path);
  const attribute =
    findAttribute(scope.attributes, name) ??
    (scope.extension === undefined ? findAttribute(compiled.common, name) : undefined);
  if (!attribute) throw wrong(path);
  const sub = subName === undefined ? undefined : attribute.subs && findAttribute(attribute.subs, subName);
  if (subName !== undefined && !sub) throw wrong(path);
  if (filterText !== undefined && !attribute.multiValued) {
    throw invalid('invalidPath', `"${attribute.name}" has no several values to choose from by a filter.`);
  }
  const filter = filterText === undefined ? undefined : valueFilter(withValue(attribute), filterText, terms);
  return { extension: scope.extension, attribute, filter, sub };
}

/** `emails[type eq "work"].value` into its three parts. */
function cut(rest: string, path: string): { name: string; filterText?: string; subName?: string } {
  const open = rest.indexOf('[');
  if (open < 0) {
    const [name = '', subName, ...more] = rest.split('.');
    if (more.length > 0) throw wrong(path);
    return subName === undefined ? { name } : { name, subName };
  }
  const close = rest.lastIndexOf(']');
  if (close < open) throw wrong(path);
  const parts = { name: rest.slice(0, open), filterText: rest.slice(open + 1, close) };
  const after = rest.slice(close + 1);
  if (after === '') return parts;
  if (!after.startsWith('.')) throw wrong(path);
  return { ...parts, subName: after.slice(1) };
}

/** Simple values are compared as their own `value` (RFC 7644 §3.5.2.2). */
function withValue(attribute: CompiledAttribute): CompiledAttribute {
  if (attribute.subs) return attribute;
  return { ...attribute, subs: new Map([['value', { ...attribute, name: 'value', multiValued: false }]]) };
}

/** A filter that cannot be read makes the path one that cannot be read: `invalidFilter` is for lists. */
function valueFilter(attribute: CompiledAttribute, text: string, terms: number): Filter {
  try {
    return parseValueFilter(attribute, text, terms);
  } catch (error) {
    if (error instanceof Refused) throw invalid('invalidPath', error.refusal.detail);
    throw error;
  }
}

function wrong(path: string): Error {
  return invalid('invalidPath', `"${path.slice(0, 120)}" is no attribute of this resource type.`);
}
