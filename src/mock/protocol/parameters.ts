import type { Query } from '../description.ts';
import { invalid, shown } from '../refusal.ts';
import type { ScimType } from '../refusal.ts';

/** A parameter that is given twice could mean either. Throws `invalidValue`. */
export function single(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalid('invalidValue', `The parameter "${name}" is given ${value.length} times.`);
}

/** What is too large to be counted with is as large as can be: 9223372036854775807 asks for everything. */
export function integer(query: Query, name: string, scimType: ScimType = 'invalidValue'): number | undefined {
  const text = single(query, name);
  if (text === undefined) return undefined;
  if (!/^[+-]?\d{1,400}$/.test(text))
    throw invalid(scimType, `"${name}" has to be an integer, not ${shown(text)}.`);
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number(text), Number.MAX_SAFE_INTEGER));
}
