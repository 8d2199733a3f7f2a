import { createHash, createHmac } from 'node:crypto';
import type { Organisation } from '../directory/organisation.ts';
import { invalid } from '../refusal.ts';
import type { Features } from '../description.ts';
import type { Exchange } from './exchange.ts';
import type { Ordered, Position, SortKey } from './order.ts';
import type { PageSizes, Paging } from './page.ts';
import { integer, single } from './parameters.ts';

type CursorFeature = NonNullable<Features['cursor']>;

/**
 * Paging by cursor (RFC 9865). A cursor says behind or before which resource its page stands, by the resource's place in
 * the order and not by a number: whoever is there all along is seen once, whoever else comes or goes. Nothing is kept for it.
 */
interface Cursor {
  readonly direction: 'after' | 'before';
  readonly position: Position;
  /** When it was given out, in milliseconds since 1970. */
  readonly at: number;
  /** As the client asked for it in the first request. */
  readonly count: number | undefined;
  /** Of all other parameters. */
  readonly query: string;
}

/** Throws `invalidCursor`, `expiredCursor`, `invalidCount` (RFC 9865 §2.1, table 3). */
export function byCursor(
  exchange: Exchange,
  { timeout, total = true }: CursorFeature,
  sizes: PageSizes,
): Paging {
  const { organisation, now } = exchange;
  const text = single(exchange.query, 'cursor');
  const asked = integer(exchange.query, 'count', 'invalidCount');
  const count = asked === undefined ? undefined : Math.max(0, asked);
  const query = digestOf(exchange);
  const cursor = text ? readCursor(organisation, text) : undefined;
  if (cursor) judge(cursor, query, count, now - timeout * 1000);
  else if (text !== undefined && count !== undefined && count > sizes.maxCount)
    throw invalid('invalidCount', `"count" is at most ${sizes.maxCount} here, and not ${count}.`);
  const size = Math.min(count ?? sizes.defaultCount, sizes.maxCount);
  const written = (direction: Cursor['direction'], position: Position): string =>
    writeCursor(organisation, { direction, position, at: now, count, query });
  return (ordered) => {
    const { from, to } = placesOf(ordered, cursor, size);
    const hasPages = size > 0 && from < to;
    return {
      from,
      to,
      isCounted: total,
      said: {
        ...(hasPages && to < ordered.length && { nextCursor: written('after', ordered.positionAt(to - 1)) }),
        ...(hasPages && from > 0 && { previousCursor: written('before', ordered.positionAt(from)) }),
      },
    };
  };
}

function judge(cursor: Cursor, query: string, count: number | undefined, oldest: number): void {
  if (cursor.at < oldest)
    throw invalid('expiredCursor', 'The cursor has expired; begin with the first page again.');
  if (cursor.query !== query)
    throw invalid(
      'invalidCursor',
      'The cursor belongs to another query; only "cursor" may change from page to page.',
    );
  if (cursor.count !== count) throw invalid('invalidCount', '"count" may not change from page to page.');
}

function placesOf(ordered: Ordered, cursor: Cursor | undefined, size: number): { from: number; to: number } {
  const { length } = ordered;
  if (cursor?.direction === 'before') {
    const to = ordered.countBefore(cursor.position, false);
    return { from: Math.max(0, to - size), to };
  }
  const from = cursor ? ordered.countBefore(cursor.position, true) : 0;
  return { from, to: Math.min(from + size, length) };
}

/** All parameters but those that are judged on their own, and the endpoint. */
function digestOf({ path, query }: Exchange): string {
  const others = Object.entries(query)
    .filter(([name, value]) => name !== 'cursor' && name !== 'count' && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([path, others]))
    .digest('base64url')
    .slice(0, 16);
}

type Written = readonly ['after' | 'before', number, number, SortKey | null, number, number | null, string];

/** Only unreserved characters of RFC 3986 §2.3: Base64 for URLs, a dot, and a seal that nobody else can make. */
function writeCursor(organisation: Organisation, { direction, position, at, count, query }: Cursor): string {
  const { place, sequence, key } = position;
  const written: Written = [direction, place, sequence, key ?? null, at, count ?? null, query];
  const payload = Buffer.from(JSON.stringify(written)).toString('base64url');
  return `${payload}.${sealOf(organisation, payload)}`;
}

function readCursor(organisation: Organisation, text: string): Cursor {
  const [payload = '', seal, ...more] = text.split('.');
  if (more.length > 0 || seal !== sealOf(organisation, payload))
    throw invalid('invalidCursor', 'This cursor is none that was given out here; begin without one.');
  const written = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Written;
  const [direction, place, sequence, key, at, count, query] = written;
  const position = { place, sequence, key: key ?? undefined };
  return { direction, position, at, count: count ?? undefined, query };
}

/** Each organisation has a key of its own, which ends with it: a cursor from before a reset, or from elsewhere, is none. */
function sealOf({ secret }: Organisation, payload: string): string {
  return createHmac('sha256', secret).update(payload).digest('base64url').slice(0, 22);
}
