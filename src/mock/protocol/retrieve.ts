import { directoryOf } from '../directory/settle.ts';
import type { Shelf } from '../directory/organisation.ts';
import type { Answer, Exchange } from './exchange.ts';
import { byAge, byPlace } from './order.ts';
import { pagingOf } from './paging.ts';
import { answerOne, representer } from './represent.ts';
import { selected, visible } from './select.ts';
import { located } from './shelf.ts';
import { byValue, sortingOf } from './sort.ts';
import { unchanged } from './version.ts';

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** GET with an id (RFC 7644 §3.4.1). */
export function read(exchange: Exchange, shelf: Shelf): Answer {
  const stored = located(exchange, shelf);
  return unchanged(exchange, shelf, stored) ?? answerOne(exchange, shelf, stored);
}

/** GET on the endpoint (RFC 7644 §3.4.2). */
export function list(exchange: Exchange, shelf: Shelf): Answer {
  const { hooks } = shelf.served;
  const own = hooks?.list?.(
    exchange.query,
    directoryOf(shelf, (found) => visible(exchange, found)),
  );
  return own === undefined ? listAll(exchange, [shelf]) : { status: 200, body: JSON.stringify(own) };
}

/** One page of the resources of one type or of several: filtered, sorted, and each shown as its type is. */
export function listAll(exchange: Exchange, shelves: readonly Shelf[]): Answer {
  const paging = pagingOf(exchange, shelves);
  const sorting = sortingOf(exchange, shelves);
  const represent = new Map(shelves.map((shelf) => [shelf, representer(exchange, shelf, true)]));
  const parts = selected(exchange, shelves);
  const sorted = sorting ? byValue(exchange, parts, sorting) : byAge(parts);
  const ordered = shelves.every(({ resources }) => resources.isByAge) ? sorted : byPlace(sorted);
  const { from, to, said, isCounted = true } = paging(ordered);
  const page = ordered.slice(from, to);
  const texts = page.map(({ shelf, stored }) => represent.get(shelf)!(stored));
  const total = isCounted ? { totalResults: ordered.length } : {};
  const numbers = { ...total, ...said, itemsPerPage: page.length };
  const head = JSON.stringify({ schemas: [LIST], ...numbers });
  return { status: 200, body: `${head.slice(0, -1)},"Resources":[${texts.join(',')}]}` };
}
