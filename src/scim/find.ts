import { isComplaint } from './answer.ts';
import { failureOf } from './failure.ts';
import { equals } from './filter.ts';
import { list } from './listing.ts';
import { pageOf, queryText } from './page.ts';
import { get, jsonOf, notScim } from './read.ts';
import { fold, foldsCase } from './schema.ts';
import { NO_TOTAL } from './tally.ts';
import { TargetError } from '../model/index.ts';
import type { GroupMatch, Listing, MatchAttribute, Profile, Remote } from '../model/index.ts';
import type { Connection } from './connection.ts';
import type { Page, Query } from './page.ts';
import type { Asked } from './failure.ts';

const mostPages = 20;

/**
 * The accounts whose attribute really equals the value. Some services ignore the filter, the attribute or the
 * operator, so each one is compared here again, by the rules of its schema; and somebody is only absent if the answer
 * was whole. Some services answer 404 for nobody (Okta accepts it: developer.okta.com, SCIM 2.0 reference), which is
 * believed of those that answer something else to another question.
 */
export function findUsers(
  connection: Connection,
  profile: Profile,
  attribute: MatchAttribute,
  value: string,
  limit: number,
): Promise<readonly Remote[]> {
  return find(connection, profile, { path: '/Users', attribute, value, limit });
}

/** The groups whose attribute really equals the value; who is in them is not asked for. */
export function findGroups(
  connection: Connection,
  profile: Profile,
  attribute: GroupMatch,
  value: string,
  limit: number,
): Promise<readonly Remote[]> {
  const query = withoutMembers(profile);
  return find(connection, profile, { path: '/Groups', attribute, value, limit, query });
}

/**
 * The groups that somebody is in (RFC 7644 §3.4.2.2), where the profile says how to ask. Whether it is so cannot be seen in
 * the answer: it is for services that document the question and show no members.
 */
export function findGroupsOf(
  connection: Connection,
  profile: Profile,
  memberId: string,
  limit: number,
): Promise<readonly Remote[]> {
  const attribute = profile.groups.supported ? profile.groups.members.query : undefined;
  if (attribute === undefined) return Promise.resolve([]);
  const query = withoutMembers(profile);
  return find(connection, profile, { path: '/Groups', attribute, value: memberId, limit, query });
}

/** Leaves out who is in a group, where the service can be asked to (RFC 7644 §3.9). */
export function withoutMembers({ groups }: Profile): Query {
  return groups.supported && groups.excludes === false ? [] : [['excludedAttributes', 'members']];
}

type Attribute = MatchAttribute | GroupMatch | MemberQuery;
type MemberQuery = 'members' | 'members.value';

interface Sought {
  readonly path: '/Users' | '/Groups';
  readonly attribute: Attribute;
  readonly value: string;
  readonly limit: number;
  readonly query?: Query;
}

async function find(
  connection: Connection,
  profile: Profile,
  { path, attribute, value, limit, query: more = [] }: Sought,
): Promise<readonly Remote[]> {
  let asked: Asked | undefined;
  const fetch = async (query: Query): Promise<Page> => {
    const read = await get(connection, path, queryText([...query, ...more]), limit);
    ({ asked } = read);
    if (read.answer.status === 404 && isComplaint(read.content)) {
      await answersAtAll(connection, profile, limit);
      return { resources: [], total: 0 };
    }
    const page = pageOf(jsonOf(read));
    if (page === undefined) throw notScim(read);
    return page;
  };
  const plan = {
    paging: profile.list.paging === 'none' ? 'none' : 'auto',
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

const answering = new WeakMap<Connection, Promise<unknown>>();

/** Throws `TargetError` for a service that answers 404 to whatever is asked: it is asked once. */
function answersAtAll(connection: Connection, { probe }: Profile, limit: number): Promise<unknown> {
  const known = answering.get(connection);
  if (known !== undefined) return known;
  const [path = '/', query] = probe.split('?', 2);
  const asking = get(connection, path, query === undefined ? '' : `?${query}`, limit).then((read) => {
    if (read.answer.status === 404) throw new TargetError(failureOf(read.answer, read.content, read.asked));
  });
  asking.catch(() => answering.delete(connection));
  answering.set(connection, asking);
  return asking;
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

function isMatch(remote: Remote, attribute: Attribute, value: string): boolean {
  // RFC 7643 §8.7.1: the displayName of a group has no case.
  const is =
    foldsCase(attribute) || attribute === 'displayName'
      ? (other: string | undefined) => other !== undefined && fold(other) === fold(value)
      : (other: string | undefined) => other === value;
  switch (attribute) {
    case 'emails.value':
      return remote.emails.some(is);
    case 'externalId':
      return is(remote.externalId);
    case 'userName':
      return is(remote.userName);
    case 'displayName':
      return is(remote.displayName);
    case 'members':
    case 'members.value':
      return true;
  }
}
