import type { Attribute, Fault, Value } from './entry.ts';

/**
 * Active Directory gives no more than some values of an attribute at a time (1,500 of `member`), under a name that says
 * which: `member;range=0-1499`. The last range ends with `*` (MS-ADTS §3.1.1.3.1.3.3):
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-adts/e27b48db-6f82-44cd-9038-2e54f790cc1f
 */
export const RANGE = /^(.+?);range=(\d{1,10})-(\d{1,10}|\*)$/i;

interface Range {
  readonly start: number;
  /** `*` where it is the last. */
  readonly end: string;
  readonly values: readonly Value[];
}

interface Whole {
  readonly attributes: readonly Attribute[];
  /** What is known only in part: it is left out, and not told apart from what nobody reads. */
  readonly faults: readonly Fault[];
}

/** The attributes of an entry with each that stands there in ranges in one piece, as far as somebody reads it. */
export function withoutRanges(
  attributes: readonly Attribute[],
  line: number,
  isRead: (name: string) => boolean,
): Whole {
  const parts = Map.groupBy(attributes, ({ name }) => nameIn(name, isRead)?.toLowerCase());
  if (parts.size <= 1) return { attributes, faults: [] };
  const faults: Fault[] = [];
  const others = parts.get(undefined) ?? [];
  const whole: Attribute[] = [];
  for (const [folded, ranges] of parts) {
    if (folded === undefined) continue;
    const name = nameIn(ranges[0]!.name, isRead)!;
    const values = valuesOf(ranges.map(rangeOf));
    if (Array.isArray(values)) whole.push({ name, values });
    else faults.push({ line, attribute: name, message: values });
  }
  // Beside the ranges the bare name may stand without a value.
  const rest = others.filter(({ name }) => !parts.has(name.toLowerCase()));
  return { attributes: [...rest, ...whole], faults };
}

function nameIn(name: string, isRead: (name: string) => boolean): string | undefined {
  const base = RANGE.exec(name)?.[1];
  return base !== undefined && isRead(base) ? base : undefined;
}

function rangeOf({ name, values }: Attribute): Range {
  const [, , start, end] = RANGE.exec(name)!;
  return { start: Number(start), end: end!, values };
}

/** All values, or what of them is missing. */
function valuesOf(ranges: readonly Range[]): Value[] | string {
  const sorted = [...ranges].sort((one, other) => one.start - other.start);
  const values: Value[] = [];
  for (const { start, end, values: own } of sorted) {
    const isFull = end === '*' || own.length === Number(end) - start + 1;
    if (start !== values.length || !isFull) return missingAfter(Math.min(start, values.length));
    for (const value of own) values.push(value);
  }
  return sorted.at(-1)?.end === '*' ? values : missingAfter(values.length);
}

function missingAfter(count: number): string {
  return `stands there in ranges, and what follows its first ${count} values is missing: the last range is the one that ends with *`;
}
