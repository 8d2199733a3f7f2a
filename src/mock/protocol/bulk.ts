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
 * POST to `/Bulk` (RFC 7644 §3.7): each operation goes the way of a single request, and fails or succeeds alone; nothing
 * in it makes the whole atomic. They are carried out as they are given, but whatever makes a resource comes before what
 * refers to it: §3.7 allows another sequence that keeps the client's intent. Answers 200 however the operations end, as
 * the last example of §3.7.3 does where all of them failed; throws 400 and 413. Other requests are answered in between.
 */
export async function bulk(exchange: Exchange): Promise<Answer> {
  const { bulk: limits } = exchange.service.features;
  if (!limits) throw refuse(404, undefined, 'This service has no bulk operations.');
  const { operations, failOnErrors } = readBulk(exchange.body, limits.maxOperations);
  const items = prepared(exchange, operations);
  await carryOut(exchange, items, failOnErrors);
  // §3.7.3: all that were processed. Of their order it says nothing; the request's is what a client can follow, where
  // only a POST needs a bulkId.
  const results = items.flatMap((item) => (item.answer ? [resultOf(exchange, item, item.answer)] : []));
  return { status: 200, body: JSON.stringify({ schemas: [BULK_RESPONSE], Operations: results }) };
}

/** For a body beyond `maxPayloadSize`, which nobody has read: RFC 7644 §3.7.4 wants the limit named. */
export function tooLarge({ features }: ServiceDescription): Refused {
  const detail = `The bulk request is larger than maxPayloadSize (${features.bulk?.maxPayloadSize} bytes).`;
  return new Refused({ status: 413, detail });
}

/**
 * RFC 7644 §3.7.3: `location` for all but a POST that failed, and `response` where it is an error; for a success it may be
 * left out (§3.7), and is. `status` is the code as a text, as in the definition of §3.7 and in all examples of §3.7.3; its
 * text and the example of §3.7.2 have an object with a `code` instead, which SCIM 1.1 had.
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
