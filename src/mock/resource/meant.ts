import type { Accepts } from '../dialect.ts';
import type { CompiledAttribute } from '../schema/compiled.ts';

/** A value of a request in the form that the schema wants, where a service takes another one for it; else as it is. */
export function asMeant(
  { type, multiValued, subs }: CompiledAttribute,
  value: unknown,
  accepts: Accepts | undefined,
): unknown {
  if (!accepts) return value;
  const isOne = accepts.arraysOfOne && !multiValued && Array.isArray(value) && value.length === 1;
  const one: unknown = isOne ? (value as readonly unknown[])[0] : value;
  if (typeof one !== 'string') return one;
  if (type === 'boolean' && accepts.textBooleans) {
    const text = one.toLowerCase();
    return text === 'true' ? true : text === 'false' ? false : one;
  }
  return accepts.bareValues && !multiValued && subs?.has('value') ? { value: one } : one;
}
