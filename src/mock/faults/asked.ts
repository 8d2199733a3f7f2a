import { isObject } from '../../model/index.ts';
import { OPERATIONS, REQUESTS } from '../description.ts';
import type { Operation } from '../description.ts';
import { usersOf } from '../directory/organisation.ts';
import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import { attributesOf } from '../directory/stored.ts';
import type { Exchange } from '../protocol/exchange.ts';
import { isForMe, me } from '../protocol/me.ts';
import type { Asked } from './effect.ts';
import type { Chosen, Fault } from './fault.ts';

/** What a method asks of one resource, or of all of a type. */
function operationOf(wanted: string, isOne: boolean): Operation | undefined {
  return OPERATIONS.find((name) => REQUESTS[name].method === wanted && REQUESTS[name].one === isOne);
}

/** The methods with which something is asked for: a list also by a search (RFC 7644 §3.4.3). */
export function methodsOf(operation: Operation): readonly string[] {
  const { method } = REQUESTS[operation];
  return operation === 'list' ? [method, 'POST'] : [method];
}

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
    return { shelf: usersOf(organisation), operation: operationOf(method, method !== 'POST') };
  for (const shelf of organisation.shelves.values()) {
    const { endpoint } = shelf.served.type;
    if (below === endpoint) return { shelf, operation: operationOf(method, false) };
    if (!below.startsWith(`${endpoint}/`)) continue;
    const isSearch = below === `${endpoint}/.search` && method === 'POST';
    return { shelf, operation: isSearch ? 'list' : operationOf(method, true) };
  }
  return { shelf: undefined, operation: undefined };
}

export function askedOf(fault: Fault, chosen: Chosen, exchange: Exchange, now: number): Asked {
  const { spec, memory, random } = fault;
  const { service } = exchange;
  return {
    exchange,
    service,
    ...wantedOf(exchange),
    value: chosen.value,
    spec,
    memory,
    random,
    now,
    arrived: undefined,
  };
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
