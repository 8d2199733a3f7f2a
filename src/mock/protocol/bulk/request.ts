import { isObject } from '../../../model/index.ts';
import { parameters } from '../../journal/journal.ts';
import { PATCH_OP, member } from '../../patch/read.ts';
import { Refused, invalid, refuse, shown } from '../../refusal.ts';
import type { Operation as Served, Query } from '../../description.ts';
import type { Shelf } from '../../directory/organisation.ts';
import type { Handler } from '../attempt.ts';
import type { Exchange } from '../exchange.ts';
import { create, patch, remove, replace } from '../write.ts';
import { referred } from './references.ts';

/** The message of RFC 7644 §3.7. */
export interface BulkRequest {
  /** Stops after so many errors; never where it was not said. */
  readonly failOnErrors: number;
  readonly operations: readonly unknown[];
}

/** One operation as a single request would be. */
export interface BulkOperation {
  readonly method: Method;
  readonly shelf: Shelf;
  /** Below the base path, without the query. */
  readonly path: string;
  readonly query: Query;
  /** The id in the path; `{ bulkId }` for one that the request itself makes. */
  readonly target: string | { readonly bulkId: string } | undefined;
  readonly bulkId: string | undefined;
  readonly version: string | undefined;
  readonly data: unknown;
}

type Method = keyof typeof METHODS;
export const METHODS = {
  POST: { operation: 'create', handler: create, one: false },
  PUT: { operation: 'replace', handler: replace, one: true },
  PATCH: { operation: 'patch', handler: patch, one: true },
  DELETE: { operation: 'delete', handler: remove, one: true },
} as const satisfies Record<string, { operation: Served; handler: Handler; one: boolean }>;

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

/** Throws 400 for a body that is no BulkRequest, and 413 for more operations than `maxOperations` (RFC 7644 §3.7.4). */
export function readBulk(body: unknown, maxOperations: number): BulkRequest {
  if (!isObject(body))
    throw invalid('invalidSyntax', 'The body has to be a JSON object with a BulkRequest message.');
  judgeSchemas(member(body, 'schemas'));
  const operations = member(body, 'Operations');
  if (!Array.isArray(operations) || operations.length === 0)
    throw invalid('invalidSyntax', '"Operations" has to be an array with at least one operation.');
  if (operations.length > maxOperations) {
    const count = operations.length;
    throw refuse(413, undefined, `${count} operations are more than maxOperations (${maxOperations}).`);
  }
  const failOnErrors = member(body, 'failOnErrors') ?? Infinity;
  if (failOnErrors !== Infinity && !(Number.isSafeInteger(failOnErrors) && Number(failOnErrors) > 0))
    throw invalid('invalidValue', `"failOnErrors" has to be 1 or more, not ${shown(failOnErrors)}.`);
  return { failOnErrors: Number(failOnErrors), operations };
}

function judgeSchemas(value: unknown): void {
  if (value === undefined) return;
  const wanted = BULK_REQUEST.toLowerCase();
  const named =
    Array.isArray(value) && value.some((urn) => typeof urn === 'string' && urn.toLowerCase() === wanted);
  if (!named) throw invalid('invalidSyntax', `"schemas" has to name ${BULK_REQUEST}.`);
}

/** What an answer repeats of an operation, however wrong the rest of it is. */
export function saidOf(operation: unknown): { method?: string; bulkId?: string } {
  if (!isObject(operation)) return {};
  const method = member(operation, 'method');
  const bulkId = member(operation, 'bulkId');
  return {
    ...(typeof method === 'string' && { method }),
    ...(typeof bulkId === 'string' && { bulkId }),
  };
}

/** One operation (RFC 7644 §3.7). Throws what a single request of that kind would get. */
export function readOperation({ organisation }: Exchange, operation: unknown): BulkOperation {
  if (!isObject(operation)) throw invalid('invalidSyntax', 'An operation has to be an object.');
  const method = member(operation, 'method');
  if (method === undefined) throw invalid('invalidSyntax', 'An operation needs a "method".');
  // RFC 9110 §9.1: methods are read with regard to case.
  if (typeof method !== 'string' || !isMethod(method))
    throw invalid('invalidValue', `"method" has to be POST, PUT, PATCH or DELETE, not ${shown(method)}.`);
  const bulkId = textOf(operation, 'bulkId');
  if (method === 'POST' && bulkId === undefined)
    throw invalid('invalidValue', 'An operation with the method POST needs a "bulkId".');
  const path = textOf(operation, 'path');
  if (path === undefined) throw invalid('invalidSyntax', 'An operation needs a "path".');
  const { shelf, target, ...place } = placeOf(organisation.shelves.values(), path);
  const { operation: name, one } = METHODS[method];
  if (one !== (target !== undefined) || !shelf.served.operations.includes(name))
    throw refuse(405, undefined, `${method} is not done at ${shown(place.path)}.`);
  const version = textOf(operation, 'version');
  const given = member(operation, 'data');
  const data = method === 'PATCH' ? patchOf(given) : given;
  return { method, shelf, target, ...place, bulkId, version, data };
}

/**
 * The data of a PATCH as the message that a single request would have. RFC 7644 §3.7 wants it "as it would appear" there,
 * and §3.5.2 wants `schemas` in that; the example of §3.7.3 has neither `schemas` nor `Operations`, only the operations
 * in brackets (within braces, which is not JSON). Whoever follows the one or the other is understood.
 */
function patchOf(data: unknown): unknown {
  if (Array.isArray(data)) return { schemas: [PATCH_OP], Operations: data as readonly unknown[] };
  const isBare = isObject(data) && member(data, 'schemas') === undefined;
  return isBare ? { schemas: [PATCH_OP], ...data } : data;
}

function isMethod(text: string): text is Method {
  return Object.hasOwn(METHODS, text);
}

function textOf(operation: Record<string, unknown>, name: string): string | undefined {
  const value = member(operation, name) ?? undefined;
  if (value !== undefined && (typeof value !== 'string' || value === ''))
    throw invalid('invalidValue', `"${name}" has to be a text, not ${shown(value)}.`);
  return value;
}

/** `/Users`, `/Users/2819…` or `/Users/bulkId:qwerty`. */
function placeOf(
  shelves: Iterable<Shelf>,
  text: string,
): Pick<BulkOperation, 'shelf' | 'path' | 'query' | 'target'> {
  const cut = text.indexOf('?');
  const path = cut < 0 ? text : text.slice(0, cut);
  const query = cut < 0 ? {} : parameters(text.slice(cut + 1));
  for (const shelf of shelves) {
    const { endpoint } = shelf.served.type;
    if (path === endpoint) return { shelf, path, query, target: undefined };
    const rest = path.startsWith(`${endpoint}/`) ? path.slice(endpoint.length + 1) : '';
    if (rest === '' || rest.includes('/')) continue;
    const id = decoded(rest);
    const bulkId = referred(id);
    return { shelf, path, query, target: bulkId === undefined ? id : { bulkId } };
  }
  throw refuse(404, undefined, `There is no resource at ${shown(text)}.`);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refused({ status: 400, scimType: 'invalidSyntax', detail: 'The "path" is not encoded well.' });
  }
}
