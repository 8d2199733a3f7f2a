import type { Shelf } from '../directory/organisation.ts';
import type { ListRules } from '../quirks.ts';
import { Refused, invalid } from '../refusal.ts';
import { byCursor } from './cursor.ts';
import type { Exchange } from './exchange.ts';
import { integer, single } from './parameters.ts';
import type { Paging, PageSizes } from './page.ts';

/**
 * By cursor where the client says so, or says nothing and the service is of that mind (RFC 9865 §2.4); else by index. The
 * parameters are judged before anybody looks for anything.
 */
export function pagingOf(exchange: Exchange, shelves: readonly Shelf[]): Paging {
  const { query, service } = exchange;
  const { cursor: feature, defaultPaging } = service.features;
  const lists = shelves.map(({ served }) => served.list);
  const sortable = lists[0]?.sortBy;
  const sortBy = sortable && single(query, 'sortBy');
  if (sortBy !== undefined && !sortable?.paths.includes(sortBy)) throw new Refused(sortable!.otherwise);
  const sizes: PageSizes = {
    defaultCount: Math.min(...lists.map(({ defaultCount }) => defaultCount)),
    maxCount: Math.min(...lists.map(({ maxCount }) => maxCount)),
  };
  if (!feature) return byIndex(exchange, sizes, lists[0]);
  const cursor = single(query, 'cursor');
  const startIndex = single(query, 'startIndex');
  if (cursor !== undefined && startIndex !== undefined)
    throw invalid('invalidValue', '"startIndex" and "cursor" are two ways to page, and exclude each other.');
  const isByCursor = cursor !== undefined || (startIndex === undefined && defaultPaging === 'cursor');
  return isByCursor ? byCursor(exchange, feature, sizes) : byIndex(exchange, sizes, lists[0]);
}

/** RFC 7644 §3.4.2.4: below 1 is 1, a negative count is 0; the service's own maximum holds. */
function byIndex(
  { query }: Exchange,
  { defaultCount, maxCount }: PageSizes,
  rules: Partial<ListRules> = {},
): Paging {
  const isPaged = rules.startIndex !== 'ignored';
  const start = (isPaged ? integer(query, 'startIndex') : undefined) ?? 1;
  const asked = integer(query, 'count') ?? defaultCount;
  if (rules.outOfRange && (start < 1 || asked < 0)) throw new Refused(rules.outOfRange);
  const startIndex = Math.max(1, start);
  const count = Math.min(Math.max(0, asked), maxCount);
  const from = startIndex - 1;
  return () => ({ from, to: from + count, said: { startIndex } });
}
