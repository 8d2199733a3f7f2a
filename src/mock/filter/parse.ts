import type { Accepts, Dialect } from '../dialect.ts';
import { invalid } from '../refusal.ts';
import type { ScimType } from '../refusal.ts';
import { findAttribute } from '../schema/compiled.ts';
import type { CompiledAttribute, CompiledType } from '../schema/compiled.ts';
import { resolve } from './path.ts';
import type { AttributePath } from './path.ts';
import { tokens } from './tokens.ts';
import type { Token } from './tokens.ts';

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);
const TEXT_ONLY: ReadonlySet<string> = new Set(['co', 'sw', 'ew']);
const ORDERED: ReadonlySet<string> = new Set(['gt', 'ge', 'lt', 'le']);
const NESTING = 20;

/*
 * Why this is not scim2-parse-filter (0.2.10, measured in test/mock/oracle-filter.test.ts): it knows no schema, and so
 * neither which text is compared without regard to case, nor that dates are times, nor which names there are and which
 * are never returned. Clauses inside one pair of brackets may pass on different values. It reads neither JSON's escapes
 * nor `$ref`, nor the core schema's URN; it takes `not` without parentheses and whatever table 3 forbids, says no place
 * in its errors, and nothing bounds it: many parentheses end in a RangeError. Where it holds, both give the same answer.
 */

/** A filter of RFC 7644 §3.4.2.2, its attributes found in the schemas. */
export type Filter =
  | {
      readonly kind: 'compare';
      readonly path: AttributePath;
      readonly operator: Comparison;
      readonly value: FilterValue;
    }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Filter[] }
  | { readonly kind: 'not'; readonly term: Filter }
  /** `emails[type eq "work"]`: one value has to pass the whole inner filter. */
  | { readonly kind: 'values'; readonly path: AttributePath; readonly inner: Filter };

export type FilterValue = string | number | boolean | null;

/** Throws `invalidFilter` with the place where the text cannot be followed any further. */
export function parseFilter(
  compiled: CompiledType,
  text: string,
  terms: number,
  dialect: Dialect = {},
): Filter {
  return parseWith(text, terms, dialect, 'invalidFilter', (name) => resolve(compiled, name, dialect.accepts));
}

/** The filter inside `emails[…]`, whose names are the attribute's sub-attributes. */
export function parseValueFilter(
  attribute: CompiledAttribute,
  text: string,
  terms: number,
  dialect: Dialect = {},
): Filter {
  return parseWith(text, terms, dialect, 'invalidSyntax', (name) => within(attribute, name));
}

type Resolve = (name: string) => AttributePath | undefined;

function within(attribute: CompiledAttribute, name: string): AttributePath | undefined {
  const sub = attribute.subs && findAttribute(attribute.subs, name);
  return sub && { attribute: sub };
}

function parseWith(
  text: string,
  limit: number,
  { accepts = {}, refuses = {} }: Dialect,
  whenForeign: ScimType,
  resolveName: Resolve,
): Filter {
  const list = tokens(text, accepts.bareFilterValues);
  let next = 0;
  let count = 0;
  const filter = disjunction(resolveName, 0);
  if (next < list.length) throw broken(list[next], 'nothing more');
  return filter;

  function disjunction(find: Resolve, depth: number): Filter {
    return chain('or', () => chain('and', () => term(find, depth)));
  }

  function chain(kind: 'and' | 'or', part: () => Filter): Filter {
    const terms = [part()];
    while (word(list[next]) === kind) {
      if (kind === 'or' && refuses.otherOperators) throw foreign('or', whenForeign);
      next++;
      terms.push(part());
    }
    return terms.length === 1 ? terms[0]! : { kind, terms };
  }

  function term(find: Resolve, depth: number): Filter {
    if (depth > NESTING) throw invalid('invalidFilter', `The filter is nested more than ${NESTING} deep.`);
    if (++count > limit) throw invalid('invalidFilter', `The filter has more than ${limit} terms.`);
    const token = list[next++];
    if (token?.kind === '(') return group(find, depth);
    if (word(token) === 'not' && list[next]?.kind === '(') {
      if (refuses.otherOperators) throw foreign('not', whenForeign);
      next++;
      return { kind: 'not', term: group(find, depth) };
    }
    if (token?.kind !== 'word') throw broken(token, 'an attribute');
    const path = find(token.text);
    if (!path)
      throw invalid('invalidFilter', `No attribute "${token.text.slice(0, 80)}" can be filtered by.`);
    if (path.attribute.returned === 'never' || path.sub?.returned === 'never') {
      throw invalid('invalidFilter', `"${path.attribute.name}" is never told, and cannot be filtered by.`);
    }
    return list[next]?.kind === '[' ? values(path, depth) : comparison(path);
  }

  function group(find: Resolve, depth: number): Filter {
    const inner = disjunction(find, depth + 1);
    if (list[next++]?.kind !== ')') throw broken(list[next - 1], '")"');
    return inner;
  }

  function values(path: AttributePath, depth: number): Filter {
    if (!path.attribute.subs || path.sub) throw broken(list[next], 'an operator');
    next++;
    const inner = disjunction((name) => within(path.attribute, name), depth + 1);
    if (list[next++]?.kind !== ']') throw broken(list[next - 1], '"]"');
    const after = list[next];
    // `emails[type eq "work"].value eq "a@b"` is outside of RFC 7644's grammar, and is what Entra sends:
    // github.com/MicrosoftDocs/entra-docs docs/identity/app-provisioning/use-scim-to-provision-users-and-groups.md
    if (after?.kind !== 'word' || !after.text.startsWith('.')) return { kind: 'values', path, inner };
    next++;
    const sub = within(path.attribute, after.text.slice(1));
    if (!sub) throw broken(after, 'a sub-attribute');
    return { kind: 'values', path, inner: { kind: 'and', terms: [inner, comparison(sub)] } };
  }

  function comparison(path: AttributePath): Filter {
    const operator = word(list[next++]);
    if (refuses.otherOperators && operator !== undefined && operator !== 'eq')
      throw foreign(operator, whenForeign);
    if (operator === 'pr') return { kind: 'present', path };
    if (operator === undefined || !COMPARISONS.has(operator)) throw broken(list[next - 1], 'an operator');
    const token = list[next++];
    const value = token && meantBy(path, token, accepts, literal(token));
    if (value === undefined)
      throw broken(token, 'a value (text in double quotes, a number, true, false or null)');
    judge(path, operator, value);
    return { kind: 'compare', path, operator: operator as Comparison, value };
  }
}

/** What RFC 7644 §3.4.2.2, table 3, forbids: `gt` and its like on booleans and binaries, `co` and its like on what is no text. */
function judge(path: AttributePath, operator: string, value: FilterValue): void {
  const { type, name } = compared(path);
  const refused = () =>
    invalid('invalidFilter', `"${operator}" cannot compare "${name}" with ${JSON.stringify(value)}.`);
  if (TEXT_ONLY.has(operator) && (typeof value !== 'string' || type === 'boolean')) throw refused();
  if (!ORDERED.has(operator)) return;
  if (type === 'boolean' || type === 'binary' || type === 'complex' || value === null) throw refused();
  if ((typeof value === 'number') !== (type === 'integer' || type === 'decimal')) throw refused();
  if (type === 'dateTime' && Number.isNaN(Date.parse(String(value)))) throw refused();
}

/** The attribute whose values are compared: of a complex attribute without a sub-attribute, its `value` (RFC 7644 §3.4.2.2). */
export function compared({ attribute, sub }: AttributePath): CompiledAttribute {
  return sub ?? attribute.subs?.get('value') ?? attribute;
}

function literal(token: Token): FilterValue | undefined {
  if (token.kind === 'string' || token.kind === 'number') return token.value;
  const text = word(token);
  return text === 'true' ? true : text === 'false' ? false : text === 'null' ? null : undefined;
}

/** A value as the client means it, where the service takes text without quotes, or booleans that are texts. */
function meantBy(
  path: AttributePath,
  token: Token,
  { textBooleans, bareFilterValues }: Accepts,
  value: FilterValue | undefined,
): FilterValue | undefined {
  const { type } = compared(path);
  if (type === 'boolean') {
    const isText = token.kind === 'string' ? textBooleans : token.kind === 'word' && bareFilterValues;
    const text = String(token.kind === 'string' ? token.value : token.text).toLowerCase();
    return isText && (text === 'true' || text === 'false') ? text === 'true' : value;
  }
  if (!bareFilterValues || value === null || type === 'integer' || type === 'decimal') return value;
  return token.kind === 'word' || token.kind === 'number' ? token.text : value;
}

function foreign(operator: string, scimType: ScimType): Error {
  return invalid(scimType, `Only "eq" and "and" are taken here, and not "${operator.slice(0, 20)}".`);
}

function word(token: Token | undefined): string | undefined {
  return token?.kind === 'word' ? token.text.toLowerCase() : undefined;
}

function broken(token: Token | undefined, wanted: string): Error {
  const detail = token
    ? `At character ${token.at + 1} ("${token.text.slice(0, 40)}") the filter needs ${wanted}.`
    : `The filter ends where it needs ${wanted}.`;
  return invalid('invalidFilter', detail);
}
