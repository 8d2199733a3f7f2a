import { DistinctIds } from './distinct.ts';
import { Tally } from './tally.ts';
import { TargetError } from '../model/index.ts';
import type { Listing, Profile, Remote } from '../model/index.ts';
import type { Page, Query } from './page.ts';

/** A cursor that the server no longer knows (RFC 9865 §2.1): the list starts anew, once. */
export class ExpiredCursor extends Error {}

export interface ListPlan {
  readonly paging: Profile['list']['paging'];
  /** The count to ask for; with `none`, the most that the one answer can hold. Without it the server decides. */
  readonly pageSize?: number;
  readonly filter?: string;
  readonly maximumPages: number;
}

/** Fetches one page, the first being 1; throws `ExpiredCursor` or `TargetError`. */
export type Fetch = (query: Query, number: number) => Promise<Page>;

/** Pages in a row that bring nobody, after which a cursor is taken to lead nowhere. */
const barrenPages = 100;

/**
 * All resources, each once, and in the end whether they prove to be all: by the server's own total against distinct
 * ids, or by a cursor that came to its end. Short and empty pages go on; a page that only repeats ends the list.
 */
export async function* list(fetch: Fetch, plan: ListPlan): AsyncGenerator<readonly Remote[], Listing> {
  const given = new DistinctIds();
  try {
    return yield* follow(fetch, plan, new Tally(given));
  } catch (error) {
    if (!(error instanceof ExpiredCursor)) throw error;
  }
  return yield* follow(fetch, plan, new Tally(given, new DistinctIds()));
}

async function* follow(
  fetch: Fetch,
  plan: ListPlan,
  tally: Tally,
): AsyncGenerator<readonly Remote[], Listing> {
  const first = firstQuery(plan);
  let query = first;
  let cursor: string | undefined;
  let barren = 0;
  for (let number = 1; number <= plan.maximumPages; number += 1) {
    const page = await fetch(query, number);
    const { fresh, progress } = tally.take(page);
    if (fresh.length > 0) yield fresh;
    barren = progress > 0 ? 0 : barren + 1;
    if (page.nextCursor !== undefined) {
      // An empty page is not the end of a cursor (RFC 9865 §2), but one that repeats, or a hundred of them, is.
      const isRepeat = page.resources.length > 0 && progress === 0;
      if (page.nextCursor === cursor || isRepeat || barren >= barrenPages)
        return tally.listing(false, 'its pages repeat themselves');
      cursor = page.nextCursor;
      query = [...first.filter(([name]) => name !== 'cursor'), ['cursor', cursor]];
      continue;
    }
    if (cursor !== undefined || plan.paging === 'cursor') return tally.listing(false);
    if (plan.paging === 'none') return tally.listing(true, cut(tally.rows, plan));
    if (page.resources.length === 0) return tally.listing(true);
    if (progress === 0) return tally.listing(true, 'its pages repeat themselves');
    query = [['startIndex', tally.rows + 1], ...first.filter(([name]) => name !== 'startIndex')];
    if (tally.isFull) {
      const goesOn = await hasMore(fetch, query, number + 1, page, plan, tally);
      return tally.listing(true, goesOn ? 'it has more than it says' : undefined);
    }
  }
  return tally.listing(true, `it goes on after ${plan.maximumPages} pages`);
}

function firstQuery({ paging, pageSize, filter }: ListPlan): Query {
  return [
    ...(filter === undefined ? [] : ([['filter', filter]] as const)),
    ...(paging === 'cursor' ? ([['cursor']] as const) : []),
    ...(paging === 'index' ? ([['startIndex', 1]] as const) : []),
    ...(paging === 'none' || pageSize === undefined ? [] : ([['count', pageSize]] as const)),
  ];
}

/** A service that gives everything at once and no more than so many says nothing about those beyond. */
function cut(rows: number, { pageSize }: ListPlan): string | undefined {
  return pageSize !== undefined && rows >= pageSize ? `it holds no more than ${pageSize}` : undefined;
}

/**
 * Whether there are more than the total that was reached. Some services say how many are on the page in the place of
 * how many there are; then the page is exactly full, and one more request tells. A page that is not there, is empty,
 * or holds only what was read before confirms the end.
 */
async function hasMore(
  fetch: Fetch,
  query: Query,
  number: number,
  page: Page,
  { pageSize = Infinity }: ListPlan,
  tally: Tally,
): Promise<boolean> {
  if (page.resources.length < pageSize) return false;
  try {
    return !tally.knowsAll(await fetch(query, number));
  } catch (error) {
    const isPastEnd =
      error instanceof TargetError && (error.failure.class === 'invalid' || error.failure.status === 404);
    if (isPastEnd) return false;
    throw error;
  }
}
