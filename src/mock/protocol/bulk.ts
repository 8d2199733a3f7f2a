import type { ServiceDescription } from '../description.ts';
import { Refused, refuse } from '../refusal.ts';
import { locationOf } from '../resource/present.ts';
import { prepared } from './bulk/items.ts';
import type { Item } from './bulk/items.ts';
import { carryOut } from './bulk/perform.ts';
import { readBulk } from './bulk/request.ts';
import type { Answer, Exchange } from './exchange.ts';

const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/**
 * POST to `/Bulk` (RFC 7644 §3.7): each operation goes the way of a single request, one after the other, and whatever
 * makes a resource comes before what refers to it. Answers 200 however the operations end; throws 400 and 413.
 */
export function bulk(exchange: Exchange): Answer {
  const { bulk: limits } = exchange.service.features;
  if (!limits) throw refuse(404, undefined, 'This service has no bulk operations.');
  const { operations, failOnErrors } = readBulk(exchange.body, limits.maxOperations);
  const items = prepared(exchange, operations);
  carryOut(exchange, items, failOnErrors);
  // §3.7.3: all that were processed, and in the order of the request, whatever the order of the work.
  const results = items.flatMap((item) => (item.answer ? [resultOf(exchange, item, item.answer)] : []));
  return { status: 200, body: JSON.stringify({ schemas: [BULK_RESPONSE], Operations: results }) };
}

/** For a body beyond `maxPayloadSize`, which nobody has read: RFC 7644 §3.7.4 wants the limit named. */
export function tooLarge({ features }: ServiceDescription): Refused {
  const detail = `The bulk request is larger than maxPayloadSize (${features.bulk?.maxPayloadSize} bytes).`;
  return new Refused({ status: 413, detail });
}

/**
 * RFC 7644 §3.7.3: `location` for all but a POST that failed, `status` as a text, `response` where it is an error; for
 * a success it may be left out, and is.
 */
function resultOf(exchange: Exchange, item: Item, { status, headers, body }: Answer): object {
  const failed = status >= 400;
  const location = failed && item.said.method === 'POST' ? undefined : locationOfItem(exchange, item);
  const version = failed ? undefined : headers?.['etag'];
  return {
    ...item.said,
    ...(location !== undefined && { location }),
    ...(version !== undefined && { version }),
    status: String(status),
    ...(failed && body !== undefined && { response: JSON.parse(body) as unknown }),
  };
}

function locationOfItem({ base }: Exchange, { operation, id }: Item): string | undefined {
  if (!operation || id === undefined) return undefined;
  return locationOf({ id }, operation.shelf.served.type, base);
}
