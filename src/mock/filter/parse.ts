import type { Accepts, Dialect } from '../dialect.ts';
import { invalid } from '../refusal.ts';
import type { ScimType } from '../refusal.ts';
import { findAttribute } from '../schema/compiled.ts';
import type { CompiledAttribute, CompiledType } from '../schema/compiled.ts';
import { resolve, withValue } from './path.ts';
import type { AttributePath } from './path.ts';
import { endOf, tokens } from './tokens.ts';
import type { Token } from './tokens.ts';
import { compared, judge } from './value.ts';
import type { Comparison, FilterValue } from './value.ts';

const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);
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
  | { readonly kind: 'values'; readonly path: AttributePath; readonly inner: Filter }
  /** A term about an attribute that this resource type does not have: everybody passes, or nobody. */
  | { readonly kind: 'constant'; readonly passes: boolean };

/** Throws `invalidFilter` with the place where the text cannot be followed any further. */
export function parseFilter(
  compiled: CompiledType,
  text: string,
  terms: number,
  dialect: Dialect = {},
): Filter {
  return parseWith(text, terms, ofList(dialect), known(compiled, dialect.accepts));
}

/**
 * The same filter for one of several resource types. What this type does not have is put into `unknown`, and has no
 * value here (RFC 7644 §3.4.2.1).
 */
export function parseSharedFilter(
  compiled: CompiledType,
  text: string,
  terms: number,
  unknown: Set<string>,
  dialect: Dialect = {},
): Filter {
  return parseWith(text, terms, ofList(dialect), (name) => {
    const path = resolve(compiled, name, dialect.accepts);
    if (!path) unknown.add(name);
    return path;
  });
}

/** The filter inside `emails[…]`, whose names are the attribute's sub-attributes. */
export function parseValueFilter(
  attribute: CompiledAttribute,
  text: string,
  terms: number,
  dialect: Dialect = {},
): Filter {
  const grammar = { dialect, strict: false, whenForeign: 'invalidSyntax' } as const;
  return parseWith(text, terms, grammar, knownWithin(attribute));
}

function ofList(dialect: Dialect): Grammar {
  return { dialect, strict: true, whenForeign: 'invalidFilter' };
}

/** Finds what a name stands for. Throws where nothing may be unknown; else `undefined` is an attribute without a value. */
type Resolve = (name: string) => AttributePath | undefined;

function known(compiled: CompiledType, accepts?: Accepts): Resolve {
  return (name) => {
    const path = resolve(compiled, name, accepts);
    if (!path) throw unknownName(name);
    return path;
  };
}

function knownWithin(attribute: CompiledAttribute): Resolve {
  return (name) => {
    const path = within(attribute, name);
    if (!path) throw unknownName(name);
    return path;
  };
}

export function unknownName(name: string): Error {
  return invalid('invalidFilter', `No attribute "${name.slice(0, 80)}" can be filtered by.`);
}

function within(attribute: CompiledAttribute, name: string): AttributePath | undefined {
  const sub = attribute.subs && findAttribute(attribute.subs, name);
  return sub && { attribute: sub };
}

/** What there is to a filter of a list, and to one inside a path. */
interface Grammar {
  readonly dialect: Dialect;
  /** Whether a value of another type than the attribute's is refused. */
  readonly strict: boolean;
  /** What is said of an operator that the service takes from nobody. */
  readonly whenForeign: ScimType;
}

function parseWith(
  text: string,
  limit: number,
  { dialect: { accepts = {}, refuses = {} }, strict, whenForeign }: Grammar,
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
      judgeSpaces(next);
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
    if (path?.attribute.returned === 'never' || path?.sub?.returned === 'never') {
      throw invalid('invalidFilter', `"${path.attribute.name}" is never told, and cannot be filtered by.`);
    }
    return list[next]?.kind === '[' ? values(path, depth) : comparison(path);
  }

  function group(find: Resolve, depth: number): Filter {
    const inner = disjunction(find, depth + 1);
    if (list[next++]?.kind !== ')') throw broken(list[next - 1], '")"');
    return inner;
  }

  function values(path: AttributePath | undefined, depth: number): Filter {
    const attribute = path && withValue(path.attribute);
    if (path?.sub || (attribute && !attribute.subs)) throw broken(list[next], 'an operator');
    next++;
    const inside: Resolve = attribute ? knownWithin(attribute) : () => undefined;
    const inner = disjunction(inside, depth + 1);
    const close = list[next++];
    if (close?.kind !== ']') throw broken(close, '"]"');
    const after = list[next];
    const isPart = after?.kind === 'word' && after.text.startsWith('.') && after.at === endOf(close);
    if (!isPart || !accepts.partsBehindFilters) return path ? { kind: 'values', path, inner } : NOBODY;
    next++;
    const part = comparison(inside(after.text.slice(1)));
    return path ? { kind: 'values', path, inner: { kind: 'and', terms: [inner, part] } } : NOBODY;
  }

  function comparison(path: AttributePath | undefined): Filter {
    const operator = word(list[next++]);
    if (refuses.otherOperators && operator !== undefined && operator !== 'eq')
      throw foreign(operator, whenForeign);
    if (operator === 'pr') return path ? { kind: 'present', path } : NOBODY;
    if (!isComparison(operator)) throw broken(list[next - 1], 'an operator');
    const token = list[next++];
    const value = token && (path ? meantBy(path, token, accepts, literal(token)) : literal(token));
    if (value === undefined)
      throw broken(token, 'a value (text in double quotes, a number, true, false or null)');
    judgeSpaces(next - 2);
    // Not equal to a value is whoever has none, too.
    if (!path) return operator === 'ne' && value !== null ? EVERYBODY : NOBODY;
    judge(path, operator, value, strict);
    return { kind: 'compare', path, operator, value };
  }

  /** RFC 7644 §3.4.2.2, figure 1: a space on both sides of `and`, `or` and each comparison. */
  function judgeSpaces(position: number): void {
    const [before, token, after] = [list[position - 1], list[position]!, list[position + 1]];
    if (before && endOf(before) === token.at) throw broken(token, 'a space before it');
    if (after && endOf(token) === after.at) throw broken(after, 'a space before it');
  }
}

const EVERYBODY: Filter = { kind: 'constant', passes: true };
const NOBODY: Filter = { kind: 'constant', passes: false };

function isComparison(text: string | undefined): text is Comparison {
  return text !== undefined && COMPARISONS.has(text);
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
