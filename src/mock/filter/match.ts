import type { JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { Filter } from './parse.ts';
import type { AttributePath } from './path.ts';
import { TEXT_ONLY, compared, timeOf } from './value.ts';
import type { Comparison, FilterValue } from './value.ts';

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
      return isPresent(resource, filter.path);
    case 'values':
      return elements(resource, filter.path).some((value) =>
        matches(filter.inner, isObject(value) ? (value as JsonObject) : ({ value } as JsonObject)),
      );
    case 'compare':
      return compare(resource, filter);
    case 'constant':
      return filter.passes;
  }
}

/** A value that is not empty; of a complex attribute, one with a sub-attribute that is not (RFC 7644 §3.4.2.2, `pr`). */
function isPresent(resource: JsonObject, path: AttributePath): boolean {
  const found = isWholeComplex(path) ? elements(resource, path) : valuesAt(resource, path);
  return found.some((value) => (isObject(value) ? Object.values(value).some(isFilled) : isFilled(value)));
}

function isFilled(value: unknown): boolean {
  return value !== '' && value !== null && value !== undefined;
}

function isWholeComplex({ attribute, sub }: AttributePath): boolean {
  return sub === undefined && attribute.type === 'complex';
}

/** With several values, one that matches is enough. An attribute without a value equals `null`. */
function compare(resource: JsonObject, filter: Filter & { kind: 'compare' }): boolean {
  const { operator, value, path } = filter;
  if (value === null) {
    const none = (isWholeComplex(path) ? elements : valuesAt)(resource, path).length === 0;
    return operator === 'eq' ? none : operator === 'ne' && !none;
  }
  const values = valuesAt(resource, path);
  if (values.length === 0) return operator === 'ne';
  const { caseExact, type } = compared(path);
  // A part of a date is looked for in its text, which is no date itself.
  const isTime = type === 'dateTime' && !TEXT_ONLY.has(operator);
  const wanted = form(value, caseExact, isTime);
  return values.some((one) => test(operator, form(one, caseExact, isTime), wanted));
}

function form(value: unknown, caseExact: boolean, isTime: boolean): FilterValue | undefined {
  if (typeof value === 'string') {
    const time = isTime ? timeOf(value) : undefined;
    if (time !== undefined) return time;
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
