import type { Json, JsonObject } from '../../model/index.ts';
import { canonical, isObject } from '../../model/index.ts';
import type { Filter } from '../filter/parse.ts';

/** The values of a multi-valued attribute as they are stored. */
export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? [...(value as readonly Json[])] : [];
}

/** Adds what is not there yet: the same value twice is one (RFC 7644 §3.5.2.1). A new primary takes the old one's place. */
export function appended(existing: readonly Json[], added: readonly Json[]): Json[] {
  const known = new Set(existing.map(canonical));
  const fresh: Json[] = [];
  for (const value of added) {
    const form = canonical(value);
    if (known.has(form)) continue;
    known.add(form);
    fresh.push(value);
  }
  return fresh.length === 0 ? [...existing] : [...withoutPrimary(existing, fresh), ...fresh];
}

/** The values, of which `fresh` may hold the new primary one (RFC 7644 §3.5.2). */
function withoutPrimary(existing: readonly Json[], fresh: readonly Json[]): readonly Json[] {
  if (!fresh.some(isPrimary)) return existing;
  return existing.map((value) => (isPrimary(value) ? { ...(value as JsonObject), primary: false } : value));
}

/** Changes the values at the given places; a primary among them takes the place of any other. */
export function changedAt(
  values: readonly Json[],
  places: ReadonlySet<number>,
  change: (value: JsonObject) => JsonObject | undefined,
): Json[] {
  const changed = values.map((value, at) => (places.has(at) && isObject(value) ? change(value) : value));
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

function known(value: Json): string {
  return canonical(isObject(value) ? (value['value'] ?? value) : value);
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
