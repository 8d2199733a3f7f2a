import type { Dialect } from '../dialect.ts';
import type { FilterRules } from '../quirks.ts';
import { Refused } from '../refusal.ts';
import type { CompiledType } from '../schema/compiled.ts';
import { parseFilter } from './parse.ts';
import type { Filter } from './parse.ts';
import type { AttributePath } from './path.ts';

/**
 * The filter of a list where the service takes some alone. `isThere` says whether a resource has an id. Throws what the
 * service says of any other filter.
 */
export function parseRuled(
  compiled: CompiledType,
  text: string,
  terms: number,
  dialect: Dialect,
  rules: FilterRules,
  isThere: (id: string) => boolean,
): Filter {
  const filter = taken(compiled, text, terms, dialect, rules);
  if (!filter) {
    if (rules.otherwise === 'nothing') return { kind: 'constant', passes: false };
    throw new Refused(rules.otherwise);
  }
  for (const [path, refusal] of Object.entries(rules.refers ?? {}))
    for (const id of comparedWith(filter, path)) if (!isThere(id)) throw new Refused(refusal);
  return filter;
}

function taken(
  compiled: CompiledType,
  text: string,
  terms: number,
  dialect: Dialect,
  { forms, operators, paths, exactNames }: FilterRules,
): Filter | undefined {
  let filter: Filter;
  try {
    filter = parseFilter(compiled, text, terms, dialect);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
  const form = formOf(filter);
  if (forms && !forms.includes(form)) return undefined;
  if (operators && !operatorsOf(filter).every((one) => operators.includes(one))) return undefined;
  if (paths && !pathsOf(filter).every((path) => paths.includes(path))) return undefined;
  return exactNames && !text.includes(form.split(' ')[0]!) ? undefined : filter;
}

/** A filter without its values: `id eq and members eq`. */
function formOf(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.map(formOf).join(` ${filter.kind} `);
    case 'not':
      return `not (${formOf(filter.term)})`;
    case 'values':
      return `${pathText(filter.path)}[${formOf(filter.inner)}]`;
    case 'compare':
      return `${pathText(filter.path)} ${filter.operator}`;
    case 'present':
      return `${pathText(filter.path)} pr`;
    case 'constant':
      return '';
  }
}

function operatorsOf(filter: Filter): readonly string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return [filter.kind, ...filter.terms.flatMap(operatorsOf)];
    case 'not':
      return ['not', ...operatorsOf(filter.term)];
    case 'values':
      return operatorsOf(filter.inner);
    case 'compare':
      return [filter.operator];
    case 'present':
      return ['pr'];
    case 'constant':
      return [];
  }
}

function pathsOf(filter: Filter): readonly string[] {
  if ('terms' in filter) return filter.terms.flatMap(pathsOf);
  if ('term' in filter) return pathsOf(filter.term);
  return 'path' in filter ? [pathText(filter.path)] : [];
}

/** What a filter compares an attribute with, as far as it is text. */
function comparedWith(filter: Filter, path: string): readonly string[] {
  if (filter.kind === 'and' || filter.kind === 'or')
    return filter.terms.flatMap((term) => comparedWith(term, path));
  const isMeant = filter.kind === 'compare' && pathText(filter.path) === path;
  return isMeant && typeof filter.value === 'string' ? [filter.value] : [];
}

function pathText({ extension, attribute, sub }: AttributePath): string {
  const place = extension === undefined ? '' : `${extension}:`;
  return `${place}${attribute.name}${sub ? `.${sub.name}` : ''}`;
}
