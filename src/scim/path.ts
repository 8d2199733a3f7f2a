import { RollcallError } from '../model/index.ts';

/** A service's own ids are shorter; an address of eight thousand characters is what servers take (RFC 9110 §4.1). */
const longest = 2000;

/**
 * An id that can stand in a path, or `undefined`. `.` and `..` can't: every URL parser resolves them, percent-encoded
 * or not, and `/Users/..` would then be the base URL itself (RFC 3986 §5.2.4). Some services answer with a number.
 */
export function usableId(value: unknown): string | undefined {
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof id !== 'string' || id === '' || id === '.' || id === '..') return undefined;
  return id.length <= longest && id.isWellFormed() ? id : undefined;
}

/** `/Users/2819c223-…`, percent-encoded, whatever the id holds. */
export function userPath(id: string): string {
  return pathBelow('/Users', id);
}

export function groupPath(id: string): string {
  return pathBelow('/Groups', id);
}

function pathBelow(endpoint: string, id: string): string {
  if (usableId(id) === undefined)
    throw new RollcallError('protocol', `The id ${JSON.stringify(id.slice(0, 100))} cannot stand in a path`);
  return `${endpoint}/${encodeURIComponent(id)}`;
}
