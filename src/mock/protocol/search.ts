import type { Query } from '../description.ts';
import type { Shelf } from '../directory/organisation.ts';
import { isObject } from '../../model/index.ts';
import { invalid, shown } from '../refusal.ts';
import type { Answer, Exchange } from './exchange.ts';
import { list, listAll } from './retrieve.ts';

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** POST to `/.search` below a resource type (RFC 7644 §3.4.3): the same as GET with parameters. */
export function search(exchange: Exchange, shelf: Shelf): Answer {
  return list({ ...exchange, query: searchQuery(exchange.body) }, shelf);
}

/** POST to `/.search` at the root (RFC 7644 §3.4.3). */
export function searchRoot(exchange: Exchange): Answer {
  return listRoot({ ...exchange, query: searchQuery(exchange.body) });
}

/** GET on the root itself (RFC 7644 §3.4.2.1): over all resource types that can be listed. */
export function listRoot(exchange: Exchange): Answer {
  const shelves = [...exchange.organisation.shelves.values()];
  return listAll(
    exchange,
    shelves.filter(({ served }) => served.operations.includes('list')),
  );
}

type Kind = 'string' | 'integer' | 'strings';
const MEMBERS: Readonly<Record<string, Kind>> = {
  attributes: 'strings',
  excludedAttributes: 'strings',
  filter: 'string',
  sortBy: 'string',
  sortOrder: 'string',
  startIndex: 'integer',
  count: 'integer',
  // RFC 9865 §3.
  cursor: 'string',
};

/** A SearchRequest as the parameters that it stands for. Throws `invalidSyntax` for another message, `invalidValue` for wrong types. */
function searchQuery(body: unknown): Query {
  if (!isObject(body))
    throw invalid('invalidSyntax', 'The body has to be a JSON object with a SearchRequest.');
  const given = membersOf(body);
  judgeSchemas(given.get('schemas'));
  const query: Record<string, string | readonly string[]> = {};
  for (const [name, kind] of Object.entries(MEMBERS)) {
    const value = given.get(name.toLowerCase());
    if (value === undefined || value === null) continue;
    const parameter = readers[kind](value);
    if (parameter === undefined)
      throw invalid('invalidValue', `"${name}" has to be ${WANTED[kind]}, not ${shown(value)}.`);
    if (parameter.length > 0 || kind !== 'strings') query[name] = parameter;
  }
  return query;
}

const WANTED: Readonly<Record<Kind, string>> = {
  string: 'a string',
  integer: 'an integer',
  strings: 'an array of strings',
};

const readers: Readonly<Record<Kind, (value: unknown) => string | readonly string[] | undefined>> = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  integer: (value) => (Number.isInteger(value) ? BigInt(value as number).toString() : undefined),
  strings: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined,
};

/** By their names in lower case: names count in any case (RFC 7643 §2.1). */
function membersOf(body: Record<string, unknown>): ReadonlyMap<string, unknown> {
  const members = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) {
    const lower = name.toLowerCase();
    if (members.has(lower))
      throw invalid('invalidSyntax', `${shown(name)} is given twice, in different case.`);
    members.set(lower, value);
  }
  return members;
}

function judgeSchemas(value: unknown): void {
  const wanted = SEARCH.toLowerCase();
  const isNamed =
    Array.isArray(value) && value.some((urn) => typeof urn === 'string' && urn.toLowerCase() === wanted);
  if (!isNamed) throw invalid('invalidSyntax', `"schemas" has to name ${SEARCH}.`);
}
