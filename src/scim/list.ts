import { complaintOf } from './answer.ts';
import { ExpiredCursor, list } from './listing.ts';
import { pageOf, queryText } from './page.ts';
import { get, jsonOf, notScim } from './read.ts';
import { TargetError } from '../model/index.ts';
import type { Listing, Profile, Remote } from '../model/index.ts';
import type { Connection } from './connection.ts';
import type { Page, Query } from './page.ts';
import type { Before } from './target.ts';

/** Ten million accounts in pages of a hundred; a list that goes on beyond has no end. */
const mostPages = 100_000;
/** How often one page is asked for again, and the longest that is waited for it. */
const mostWaits = 5;
const longestWait = 120_000;

export interface Everything {
  readonly path: '/Users' | '/Groups';
  /** What is asked for on each page beside the page. */
  readonly query: Query;
  /** The most bytes of a page. */
  readonly limit: number;
  readonly before?: Before;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/**
 * All accounts, or all groups. A list of ten thousand pages that meets a rate limit goes on after the wait that the target asks for;
 * one that meets a passing failure in the middle asks for that page again. A longer wait is thrown, for whoever
 * planned the list to decide.
 */
export function listAll(
  connection: Connection,
  profile: Profile,
  { path, query: more, limit, before, wait }: Everything,
): AsyncGenerator<readonly Remote[], Listing> {
  const { paging, pageSize } = profile.list;
  const fetch = async (query: Query, number: number): Promise<Page> => {
    for (let waits = 0; ; waits += 1) {
      await before?.();
      try {
        return await page(connection, path, [...query, ...more], limit);
      } catch (error) {
        const pause = error instanceof TargetError ? pauseBefore(error, number, waits) : undefined;
        if (pause === undefined) throw error;
        await wait(pause);
      }
    }
  };
  return list(fetch, { paging, pageSize, maximumPages: mostPages });
}

function pauseBefore({ failure }: TargetError, number: number, waits: number): number | undefined {
  const isAsked = failure.code === 'rate' || failure.retryAfter !== undefined;
  if (failure.class !== 'transient' || waits >= mostWaits || (number === 1 && !isAsked)) return undefined;
  const pause = failure.retryAfter ?? 500 * 2 ** waits;
  return pause <= longestWait ? pause : undefined;
}

async function page(
  connection: Connection,
  path: Everything['path'],
  query: Query,
  limit: number,
): Promise<Page> {
  const read = await get(connection, path, queryText(query), limit);
  const { answer, content } = read;
  const isExpired = /^(expired|invalid)Cursor$/i.test(complaintOf(content).scimType ?? '');
  if (
    answer.status === 400 &&
    isExpired &&
    query.some(([name, value]) => name === 'cursor' && value !== undefined)
  )
    throw new ExpiredCursor();
  const found = pageOf(jsonOf(read));
  if (found === undefined) throw notScim(read);
  return found;
}
