import type { JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import { compared } from './parse.ts';
import type { Comparison, Filter, FilterValue } from './parse.ts';
import type { AttributePath } from './path.ts';

/** Whether a resource (or one value, for the filter inside `[ ]`) passes a filter. */
export function matches(filter: Filter, resource: JsonObject): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => matches(term, resource));
    case 'or':
      return filter.terms.some((term) => matches(term, resource));
    case 'not':
      return !matches(filter.term, resource);
    case 'present':
      return valuesAt(resource, filter.path).some((value) => value !== '');
    case 'values':
      return elements(resource, filter.path).some(
        (value) => isObject(value) && matches(filter.inner, value as JsonObject),
      );
    case 'compare':
      return compare(valuesAt(resource, filter.path), filter);
  }
}

/** With several values, one that matches is enough. An attribute without a value equals `null`. */
function compare(values: readonly unknown[], filter: Filter & { kind: 'compare' }): boolean {
  const { operator, value, path } = filter;
  if (value === null) return operator === 'eq' ? values.length === 0 : operator === 'ne' && values.length > 0;
  if (values.length === 0) return operator === 'ne';
  const { caseExact, type } = compared(path);
  const wanted = form(value, caseExact, type);
  return values.some((one) => test(operator, form(one, caseExact, type), wanted));
}

function form(value: unknown, caseExact: boolean, type: string): FilterValue | undefined {
  if (typeof value === 'string') {
    if (type === 'dateTime') {
      const time = Date.parse(value);
      return Number.isNaN(time) ? value : time;
    }
    return caseExact ? value : value.toLowerCase();
  }
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

function test(
  operator: Comparison,
  actual: FilterValue | undefined,
  wanted: FilterValue | undefined,
): boolean {
  if (operator === 'eq') return actual === wanted;
  if (operator === 'ne') return actual !== wanted;
  if (actual === undefined || actual === null || wanted === undefined || wanted === null) return false;
  switch (operator) {
    case 'co':
      return String(actual).includes(String(wanted));
    case 'sw':
      return String(actual).startsWith(String(wanted));
    case 'ew':
      return String(actual).endsWith(String(wanted));
    case 'gt':
      return actual > wanted;
    case 'ge':
      return actual >= wanted;
    case 'lt':
      return actual < wanted;
    case 'le':
      return actual <= wanted;
  }
}

function elements(resource: JsonObject, { extension, attribute }: AttributePath): readonly unknown[] {
  const holder = extension === undefined ? resource : resource[extension];
  const value = isObject(holder) ? holder[attribute.name] : undefined;
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The single values that a path leads to; for a complex one without `value`, the objects themselves. */
function valuesAt(resource: JsonObject, path: AttributePath): readonly unknown[] {
  const found = elements(resource, path);
  const last = compared(path);
  if (last === path.attribute) return found;
  return found.flatMap((one) => {
    const value = isObject(one) ? one[last.name] : undefined;
    return value === undefined || value === null ? [] : [value];
  });
}
