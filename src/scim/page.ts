import { isObject } from '../model/index.ts';

/** One page of a ListResponse (RFC 7644 §3.4.2, RFC 9865 §2). */
export interface Page {
  readonly resources: readonly unknown[];
  /** Absent where the server does not say, as it may with cursors. */
  readonly total?: number;
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** `undefined` where the value is no ListResponse: an empty object must not pass for an empty list. */
export function pageOf(value: unknown): Page | undefined {
  if (!isObject(value)) return undefined;
  const resources = value['Resources'] ?? value['resources'];
  const total = numberOf(value['totalResults']);
  if (!Array.isArray(resources) && (resources != null || total === undefined)) return undefined;
  const { nextCursor } = value;
  return {
    resources: Array.isArray(resources) ? resources : [],
    ...(total !== undefined && { total }),
    ...(typeof nextCursor === 'string' && nextCursor !== '' && { nextCursor }),
  };
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}

/** Parameters in order; one without a value stands bare, as AWS wants the first `cursor`. */
export type Query = readonly (readonly [name: string, value?: string | number])[];

export function queryText(query: Query): string {
  const parts = query.map(([name, value]) =>
    value === undefined ? name : `${name}=${encodeURIComponent(String(value))}`,
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
