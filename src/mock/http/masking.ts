import { isObject } from '../../model/index.ts';

const MASK = '********';
/** Deeper than any SCIM message goes. */
const DEPTH = 24;

/** A request body for the journal: as it came, unless it speaks of a password. */
export function maskedBody(text: string, json: unknown): string {
  if (!/password|\\u/i.test(text)) return text;
  if (json === undefined)
    return `(not JSON, ${text.length} characters; left out because it may hold a password)`;
  return JSON.stringify(masked(json, 0));
}

/** A query for the journal: a filter that compares a password does not show it. */
export function maskedQuery(query: string): string {
  return query !== '' && /password/i.test(query) ? 'filter=(left%20out:%20it%20names%20a%20password)' : query;
}

function masked(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEPTH) return '…';
  if (Array.isArray(value)) return value.map((one) => masked(one, depth + 1));
  if (!isObject(value)) return value;
  const isOperation = typeof value['path'] === 'string' && /password$/i.test(value['path'].trim());
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      /password$/i.test(name) || (isOperation && name.toLowerCase() === 'value')
        ? MASK
        : masked(one, depth + 1),
    ]),
  );
}
