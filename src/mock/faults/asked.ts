import { isObject } from '../../model/index.ts';
import type { Operation } from '../description.ts';
import { usersOf } from '../directory/organisation.ts';
import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/resources.ts';
import { attributesOf } from '../directory/stored.ts';
import type { Exchange } from '../protocol/exchange.ts';
import { isForMe, me } from '../protocol/me.ts';
import type { Asked } from './effect.ts';
import type { Chosen, Fault } from './fault.ts';

const ONE: Readonly<Record<string, Operation>> = {
  GET: 'read',
  PUT: 'replace',
  PATCH: 'patch',
  DELETE: 'delete',
};
const ALL: Readonly<Record<string, Operation>> = { GET: 'list', POST: 'create' };

/** The methods with which something is asked for. */
export const methodsOf: Readonly<Record<Operation, readonly string[]>> = {
  list: ['GET', 'POST'],
  read: ['GET'],
  create: ['POST'],
  replace: ['PUT'],
  patch: ['PATCH'],
  delete: ['DELETE'],
};

/** What a request asks for, and of which resource type. */
export function wantedOf({
  method,
  path,
  service,
  organisation,
}: Exchange): Pick<Asked, 'shelf' | 'operation'> {
  const below = path.slice(service.basePath.length);
  if ((below === '' || below === '/') && method === 'GET') return { shelf: undefined, operation: 'list' };
  if (below === '/.search' && method === 'POST') return { shelf: undefined, operation: 'list' };
  if (below === '/Me')
    return { shelf: usersOf(organisation), operation: method === 'POST' ? 'create' : ONE[method] };
  for (const shelf of organisation.shelves.values()) {
    const { endpoint } = shelf.served.type;
    if (below === endpoint) return { shelf, operation: ALL[method] };
    if (!below.startsWith(`${endpoint}/`)) continue;
    const isSearch = below === `${endpoint}/.search` && method === 'POST';
    return { shelf, operation: isSearch ? 'list' : ONE[method] };
  }
  return { shelf: undefined, operation: undefined };
}

export function askedOf(fault: Fault, chosen: Chosen, exchange: Exchange, now: number): Asked {
  const { spec, memory, random } = fault;
  const { service } = exchange;
  return { exchange, service, ...wantedOf(exchange), value: chosen.value, spec, memory, random, now };
}

/** A request for `/Me` has no id in its path: it is that of the person of the credential, and a create makes a new one. */
export function withId(exchange: Exchange): Exchange {
  return isForMe(exchange) && exchange.method !== 'POST' ? { ...exchange, id: me(exchange)?.id } : exchange;
}

/** Whom a request is about, in lower case: by the id in its path, the userName in its body, or the text in its filter. */
export function usersNamed({ organisation, id, body, query }: Exchange): readonly string[] {
  const names: unknown[] = [];
  const stored = id === undefined ? undefined : usersOf(organisation).resources.byId(id);
  if (stored) names.push(attributesOf(stored)['userName']);
  if (isObject(body)) names.push(body['userName'], ...quoted(body['filter']));
  names.push(...quoted(query['filter']));
  return names.filter((name) => typeof name === 'string').map((name) => name.toLowerCase());
}

function quoted(filter: unknown): readonly string[] {
  if (typeof filter !== 'string') return [];
  return (filter.match(/"[^"]*"/g) ?? []).map((text) => text.slice(1, -1));
}

/** The resource that a request names in its path, or by its credential. */
export function namedBy({ exchange: { id }, shelf }: Asked): Stored | undefined {
  return id === undefined ? undefined : shelf?.resources.byId(id);
}

export function isPerson({ compiled }: Shelf): boolean {
  return compiled.attributes.has('userName');
}
