import { invalid } from '../refusal.ts';
import type { CompiledAttribute } from '../schema/compiled.ts';
import type { AttributePath } from './path.ts';

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
export type FilterValue = string | number | boolean | null;

/** Those that look for a part of a text. */
export const TEXT_ONLY: ReadonlySet<Comparison> = new Set<Comparison>(['co', 'sw', 'ew']);
const ORDERED: ReadonlySet<Comparison> = new Set<Comparison>(['gt', 'ge', 'lt', 'le']);

/** The attribute whose values are compared: of a complex attribute without a sub-attribute, its `value` (RFC 7644 §3.4.2.2). */
export function compared({ attribute, sub }: AttributePath): CompiledAttribute {
  return sub ?? attribute.subs?.get('value') ?? attribute;
}

/** Milliseconds since 1970 of an xsd:dateTime (RFC 7643 §2.3.5), of UTC where it names no zone; `undefined` for any other text. */
export function timeOf(text: string): number | undefined {
  const match = text.length < 64 && DATE_TIME.exec(text);
  if (!match) return undefined;
  const time = Date.parse(match[1] === undefined ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * What cannot be compared: `gt` and its like on booleans and binaries, which RFC 7644 §3.4.2.2, table 3, forbids, and `co`
 * and its like on what is no text, of which it says nothing (§3.12, table 9: a combination that "is not supported").
 * A list is `strict` besides: a value of another type than the attribute's can never be meant.
 */
export function judge(path: AttributePath, operator: Comparison, value: FilterValue, strict: boolean): void {
  const { type, name } = compared(path);
  const refused = () =>
    invalid('invalidFilter', `"${operator}" cannot compare "${name}" with ${shortly(value)}.`);
  const isNumeric = type === 'integer' || type === 'decimal';
  if (TEXT_ONLY.has(operator)) {
    if (typeof value !== 'string' || type === 'boolean' || type === 'complex' || isNumeric) throw refused();
    return;
  }
  const isTime = type === 'dateTime';
  if (ORDERED.has(operator)) {
    if (type === 'boolean' || type === 'binary' || type === 'complex' || value === null) throw refused();
    if ((typeof value === 'number') !== isNumeric) throw refused();
    if (isTime && timeOf(String(value)) === undefined) throw refused();
  }
  if (!strict || value === null) return;
  const wanted = type === 'boolean' ? 'boolean' : isNumeric ? 'number' : 'string';
  if (type === 'complex' || typeof value !== wanted) throw refused();
  if (isTime && timeOf(String(value)) === undefined) throw refused();
}

function shortly(value: FilterValue): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
