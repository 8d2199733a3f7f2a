import { isComplaint } from './answer.ts';
import { equals } from './filter.ts';
import { list } from './listing.ts';
import { pageOf, queryText } from './page.ts';
import { get, jsonOf, notScim } from './read.ts';
import { fold, foldsCase } from './schema.ts';
import { NO_TOTAL } from './tally.ts';
import { TargetError } from '../model/index.ts';
import type { Listing, MatchAttribute, Profile, Remote } from '../model/index.ts';
import type { Connection } from './connection.ts';
import type { Page, Query } from './page.ts';
import type { Asked } from './failure.ts';

const mostPages = 20;

/**
 * The accounts whose attribute really equals the value. Some services ignore the filter, the attribute or the
 * operator, so each one is compared here again, by the rules of its schema; and somebody is only absent if the answer
 * was whole. Some services answer 404 for nobody (Okta accepts it: developer.okta.com, SCIM 2.0 reference).
 */
export async function findUsers(
  connection: Connection,
  { list: { paging } }: Profile,
  attribute: MatchAttribute,
  value: string,
  limit: number,
): Promise<readonly Remote[]> {
  let asked: Asked | undefined;
  const fetch = async (query: Query): Promise<Page> => {
    const read = await get(connection, '/Users', queryText(query), limit);
    ({ asked } = read);
    if (read.answer.status === 404 && isComplaint(read.content)) return { resources: [], total: 0 };
    const page = pageOf(jsonOf(read));
    if (page === undefined) throw notScim(read);
    return page;
  };
  const plan = {
    paging: paging === 'none' ? 'none' : 'auto',
    filter: equals(attribute, value),
    maximumPages: mostPages,
  } as const;
  const found: Remote[] = [];
  const listing = await collect(list(fetch, plan), (remote) => {
    if (isMatch(remote, attribute, value)) found.push(remote);
  });
  if (found.length > 0 || listing.complete || listing.reason === NO_TOTAL) return found;
  throw new TargetError({
    class: 'transient',
    code: 'protocol',
    message: `${asked?.target ?? 'The target'} did not answer the look-up of ${attribute} whole: ${listing.reason ?? ''}`,
  });
}

async function collect(
  pages: AsyncGenerator<readonly Remote[], Listing>,
  take: (remote: Remote) => void,
): Promise<Listing> {
  for (;;) {
    const step = await pages.next();
    if (step.done) return step.value;
    step.value.forEach(take);
  }
}

function isMatch(remote: Remote, attribute: MatchAttribute, value: string): boolean {
  const is = foldsCase(attribute)
    ? (other: string | undefined) => other !== undefined && fold(other) === fold(value)
    : (other: string | undefined) => other === value;
  switch (attribute) {
    case 'emails.value':
      return remote.emails.some(is);
    case 'externalId':
      return is(remote.externalId);
    case 'userName':
      return is(remote.userName);
  }
}
