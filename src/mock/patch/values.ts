import type { Json, JsonObject } from '../../model/index.ts';
import { canonical, isObject } from '../../model/index.ts';
import type { Filter } from '../filter/parse.ts';
import { findAttribute } from '../schema/compiled.ts';
import type { Attributes } from '../schema/compiled.ts';

/** The values of a multi-valued attribute as they are stored. */
export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? [...(value as readonly Json[])] : [];
}

/** A value as a filter looks at it: a simple one is its own `value` (RFC 7644 §3.5.2.2). */
export function asObject(value: Json): JsonObject {
  return isObject(value) ? value : { value };
}

export function same(one: Json | undefined, other: Json | undefined): boolean {
  return canonical(one) === canonical(other);
}

/** Whether an object gives another value to what is immutable in the existing one. */
export function isAnother(existing: JsonObject, given: Record<string, unknown>, subs: Attributes): boolean {
  return Object.entries(given).some(([name, value]) => {
    const sub = findAttribute(subs, name);
    const before = sub?.mutability === 'immutable' ? existing[sub.name] : undefined;
    return before !== undefined && value !== null && !same(before, value as Json);
  });
}

/** What stays of an object that is replaced: what a client cannot write, or not again. */
export function lasting(existing: JsonObject | undefined, subs: Attributes): Record<string, Json> {
  const stays = Object.entries(existing ?? {}).filter(([name]) => {
    const mutability = subs.get(name)?.mutability;
    return mutability === 'readOnly' || mutability === 'immutable';
  });
  return Object.fromEntries(stays);
}

/**
 * Adds what is not there yet (RFC 7644 §3.5.2.1). A `value` with its `type` stands there once (RFC 7643 §2.4): when it
 * is added again, what else is said of it is added to it. A new primary takes the old one's place (RFC 7644 §3.5.2).
 */
export function appended(existing: readonly Json[], added: readonly Json[]): Json[] {
  const values = [...existing];
  const places = new Map<string, number>();
  values.forEach((value, at) => {
    const key = identity(value);
    if (!places.has(key)) places.set(key, at);
  });
  const fresh = new Set<number>();
  for (const value of added) {
    const key = identity(value);
    const at = places.get(key) ?? values.length;
    const before = values[at];
    const after = isObject(before) ? { ...before, ...(value as JsonObject) } : value;
    if (before !== undefined && same(before, after)) continue;
    places.set(key, at);
    values[at] = after;
    fresh.add(at);
  }
  return fresh.size === 0 ? values : withPrimaryOf(values, fresh);
}

function identity(value: Json): string {
  if (!isObject(value)) return canonical(value);
  const { value: own, type } = value;
  return typeof own === 'string' ? `${typeof type === 'string' ? type : ''} ${own}` : canonical(value);
}

/** Where one of the values at the given places is primary, no other one is. */
function withPrimaryOf(values: Json[], places: ReadonlySet<number>): Json[] {
  if (![...places].some((at) => isPrimary(values[at]))) return values;
  return values.map((value, at) =>
    !places.has(at) && isPrimary(value) ? { ...(value as JsonObject), primary: false } : value,
  );
}

/** Changes the values at the given places; one that becomes primary takes the place of any other. */
export function changedAt(
  values: readonly Json[],
  places: ReadonlySet<number>,
  change: (value: Json) => Json | undefined,
): Json[] {
  const changed = values.map((value, at) => (places.has(at) ? change(value) : value));
  const newPrimary = changed.some(
    (value, at) => places.has(at) && isPrimary(value) && !isPrimary(values[at]),
  );
  return changed.flatMap((value, at) => {
    if (value === undefined) return [];
    return newPrimary && !places.has(at) && isPrimary(value)
      ? [{ ...(value as JsonObject), primary: false }]
      : [value];
  });
}

/** The values without those that are listed; values with a `value` are known by it. */
export function withoutListed(existing: readonly Json[], listed: readonly Json[]): Json[] {
  const gone = new Set(listed.map(known));
  return existing.filter((value) => !gone.has(known(value)));
}

/** The values that are not there yet, each once; as above, they are known by their `value`, whatever else is said of them. */
export function notListed(values: readonly Json[], listed: readonly Json[]): Json[] {
  const there = new Set(listed.map(known));
  return values.filter((value) => !there.has(known(value)) && there.add(known(value)));
}

/** What a value is told by. */
export function known(value: Json): string {
  return canonical(isObject(value) ? (value['value'] ?? value) : value);
}

/** How many comparisons a filter makes with one value, at the most. */
export function termsOf(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.reduce((sum, term) => sum + termsOf(term), 0);
    case 'not':
      return termsOf(filter.term);
    case 'values':
      return termsOf(filter.inner);
    case 'compare':
    case 'present':
    case 'constant':
      return 1;
  }
}

/** The value that a filter such as `type eq "work"` describes; `undefined` where it asks for more than equality. */
export function described(filter: Filter): JsonObject | undefined {
  if (filter.kind === 'compare' && filter.operator === 'eq' && filter.value !== null) {
    return { [filter.path.attribute.name]: filter.value };
  }
  if (filter.kind !== 'and') return undefined;
  let all: JsonObject = {};
  for (const term of filter.terms) {
    const part = described(term);
    if (!part) return undefined;
    all = { ...all, ...part };
  }
  return all;
}

function isPrimary(value: unknown): boolean {
  return isObject(value) && value['primary'] === true;
}
