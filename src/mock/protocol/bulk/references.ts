import { isObject } from '../../../model/index.ts';

/** What a `bulkId:` reference stands for by now; `undefined` where that is not made yet. */
export type IdOf = (bulkId: string) => string | undefined;

const PREFIX = 'bulkId:';
/** Inside of a longer text: a quoted value of a PATCH path, or a segment of a URI. */
const INSIDE = /(?<=["/])bulkId:([^"/]+)(?=["/]|$)/g;
/** Deeper than any SCIM message goes; below that nothing is looked at, so that no nesting can exhaust the stack. */
const DEPTH = 32;

/** The bulkId that a text refers to as a whole (RFC 7644 §3.7.2). */
export function referred(text: string): string | undefined {
  return text.startsWith(PREFIX) && text.length > PREFIX.length ? text.slice(PREFIX.length) : undefined;
}

/**
 * The bulkIds that the data of an operation refers to, wherever in it. A whole text that begins with `bulkId:` is a
 * reference in any case; inside of a longer text only the known ones are, because it may be somebody's prose.
 */
export function references(data: unknown, isKnown: (bulkId: string) => boolean): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (value: unknown, depth: number): void => {
    if (typeof value === 'string') {
      const whole = referred(value);
      if (whole !== undefined) found.add(whole);
      else if (value.includes(PREFIX))
        for (const [, bulkId = ''] of value.matchAll(INSIDE)) if (isKnown(bulkId)) found.add(bulkId);
    } else if (depth < DEPTH && typeof value === 'object' && value !== null) {
      for (const one of Object.values(value)) walk(one, depth + 1);
    }
  };
  walk(data, 0);
  return found;
}

/**
 * The data with ids in the place of its references. What cannot be filled in yet is left out: the value that holds it,
 * such as a member or a manager, or at the top of the resource the attribute alone.
 */
export function filledIn(data: unknown, idOf: IdOf): unknown {
  return filled(data, idOf, 0);
}

/** `undefined` for what is left out; JSON has none of its own. */
function filled(value: unknown, idOf: IdOf, depth: number): unknown {
  if (typeof value === 'string') return filledText(value, idOf);
  if (depth >= DEPTH || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map((one) => filled(one, idOf, depth + 1)).filter((one) => one !== undefined);
  if (!isObject(value)) return value;
  const entries: [string, unknown][] = [];
  for (const [name, one] of Object.entries(value)) {
    const fresh = filled(one, idOf, depth + 1);
    if (fresh !== undefined) entries.push([name, fresh]);
    else if (depth > 0 && typeof one === 'string') return undefined;
  }
  return Object.fromEntries(entries);
}

function filledText(text: string, idOf: IdOf): string | undefined {
  if (!text.includes(PREFIX)) return text;
  const whole = referred(text);
  if (whole !== undefined) return idOf(whole);
  return text.replace(INSIDE, (reference, bulkId: string) => idOf(bulkId) ?? reference);
}
