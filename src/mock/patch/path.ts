import type { Dialect } from '../dialect.ts';
import { findAttribute } from '../schema/compiled.ts';
import type { CompiledAttribute, CompiledExtension, CompiledType } from '../schema/compiled.ts';
import { parseValueFilter } from '../filter/parse.ts';
import type { Filter } from '../filter/parse.ts';
import { scopeInExtension, scopeOf, withValue } from '../filter/path.ts';
import { invalid } from '../refusal.ts';
import type { ScimType } from '../refusal.ts';

/** What a PATCH path points at (RFC 7644 §3.5.2): an attribute, some of its values, a part of them, or a whole extension. */
export interface Target {
  readonly extension: string | undefined;
  readonly attribute: CompiledAttribute;
  readonly filter: Filter | undefined;
  readonly sub: CompiledAttribute | undefined;
}

/**
 * Throws `invalidPath` for what is no path (RFC 7644 §3.5.2, figure 7), and where no schema has what it names, of which
 * some services say `invalidSyntax`. A filter in it that cannot be read, or compares what cannot be compared, is
 * `invalidFilter` as in a list (§3.12, table 9, has that for a "Path Filter", too).
 */
export function parsePath(
  compiled: CompiledType,
  path: string,
  terms: number,
  dialect: Dialect = {},
): Target | CompiledExtension {
  const given = scopeOf(compiled, path);
  if (!given) throw unknown(path, dialect);
  if (given.rest === '') {
    const extension = compiled.extensions.find(({ id }) => id === given.extension);
    if (extension) return extension;
    throw wrong(path);
  }
  const { name, filterText, subName } = cut(given.rest, path);
  const scope = dialect.accepts?.bareExtensionNames ? scopeInExtension(compiled, given, name) : given;
  const attribute =
    findAttribute(scope.attributes, name) ??
    (scope.extension === undefined ? findAttribute(compiled.common, name) : undefined);
  if (!attribute) throw unknown(path, dialect);
  const sub = subName === undefined ? undefined : attribute.subs && findAttribute(attribute.subs, subName);
  if (subName !== undefined && !sub) throw unknown(path, dialect);
  if (filterText !== undefined && !attribute.multiValued) {
    throw invalid('invalidPath', `"${attribute.name}" has no several values to choose from by a filter.`);
  }
  const filter =
    filterText === undefined ? undefined : parseValueFilter(withValue(attribute), filterText, terms, dialect);
  return { extension: scope.extension, attribute, filter, sub };
}

/** Whether a key of an object is a path into this resource type: with a URN, a sub-attribute or a filter in it. */
export function isPath(compiled: CompiledType, key: string): boolean {
  return /[.:[]/.test(key) && scopeOf(compiled, key) !== undefined;
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

function unknown(path: string, { refuses }: Dialect): Error {
  return wrong(path, refuses?.unknownPaths ? 'invalidSyntax' : 'invalidPath');
}

function wrong(path: string, scimType: ScimType = 'invalidPath'): Error {
  return invalid(scimType, `"${path.slice(0, 120)}" is no attribute of this resource type.`);
}
