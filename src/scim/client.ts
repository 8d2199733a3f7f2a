import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openConnection } from './connection.ts';
import { discover, probe } from './discover.ts';
import { failureWithoutAnswer } from './failure.ts';
import { findGroups, findGroupsOf, findUsers, withoutMembers } from './find.ts';
import { listAll } from './list.ts';
import { outcomeOf } from './outcome.ts';
import { readGroup, readUser } from './read.ts';
import { TargetError } from '../model/index.ts';
import type { Outcome, ScimRequest } from '../model/index.ts';
import type { Query } from './page.ts';
import type { Authorisation } from './credential.ts';
import type { Before, Endpoint, ScimTarget, TargetOptions } from './target.ts';

export { openAuthorisation } from './authorise.ts';
export { betterProfile, disagreements } from './discovery.ts';
export { encode } from './encode.ts';
export { TargetError } from '../model/index.ts';
export type { Binding, Sendable } from './encode.ts';
export type { Discovery, Exchanged, Probe, ScimTarget, TargetOptions } from './target.ts';

const megabyte = 1024 * 1024;

/**
 * A target to talk to; `close` it when it is done with. Throws `RollcallError('configuration', …)` where the base URL
 * is none. Nothing is retried: who sends decides when to send again.
 */
export function openTarget(options: TargetOptions): ScimTarget {
  const { profile, wait = sleep } = options;
  const connection = openConnection(options);
  const most = { page: 10 * megabyte, answer: megabyte, ...options.limits };
  /** Where PATCH was refused as a method: a service may take it for people and not for groups. */
  const withoutPatch = new Set<Endpoint>();

  async function send(request: ScimRequest): Promise<Outcome> {
    const { version, ...question } = request;
    const { result, asked } = await connection.ask({
      ...question,
      ...(version !== undefined && { headers: { 'if-match': version } }),
      limit: most.answer,
    });
    if (result.kind === 'none') return { kind: 'failed', failure: failureWithoutAnswer(result, asked) };
    if (request.method === 'PATCH' && (result.status === 405 || result.status === 501)) {
      const endpoint = request.path.startsWith('/Groups/') ? 'Groups' : 'Users';
      withoutPatch.add(endpoint);
      const message = `${asked.target} has no PATCH for ${endpoint} (${result.status}); changes go by PUT from now on`;
      const { status } = result;
      const failure = { class: 'unsupported', code: 'unsupported', message, status, retryAfter: 0 } as const;
      return { kind: 'failed', failure };
    }
    return outcomeOf(result, asked, request.body);
  }

  const everything = (path: '/Users' | '/Groups', query: Query, before?: Before) =>
    listAll(connection, profile, {
      path,
      query,
      ...(before && { before }),
      limit: most.page,
      wait: (milliseconds) => wait(milliseconds),
    });

  return {
    name: options.name,
    send: (request) =>
      send(request).catch((error: unknown) => {
        if (error instanceof TargetError) return { kind: 'failed', failure: error.failure };
        throw error;
      }),
    read: (id) => readUser(connection, id, most.answer),
    find: (attribute, value) => findUsers(connection, profile, attribute, value, most.page),
    findGroups: (attribute, value) => findGroups(connection, profile, attribute, value, most.page),
    readGroup: (id, options) =>
      options?.members === true
        ? readGroup(connection, id, most.page, [])
        : readGroup(connection, id, most.answer, withoutMembers(profile)),
    groupsOf: (memberId) => findGroupsOf(connection, profile, memberId, most.page),
    listGroups: (before) => everything('/Groups', withoutMembers(profile), before),
    list: (before) => everything('/Users', [], before),
    discover: () => discover(connection, profile, most.answer),
    probe: async () => {
      const answered = await probe(connection, profile, most.answer);
      const credential = connection.credential();
      return { ...answered, ...(credential !== undefined && { credential }) };
    },
    mark: (salt) => markOf(options.authorisation, salt),
    updateMethod: (endpoint) => (withoutPatch.has(endpoint) ? 'put' : undefined),
    close: () => connection.close(),
  };
}

async function markOf(authorisation: Authorisation, salt: string): Promise<string | undefined> {
  if (authorisation.isWritten !== true) return undefined;
  try {
    const { candidates } = await authorisation.issue();
    const headers = candidates.map((one) => one.headers);
    return createHmac('sha256', salt).update(JSON.stringify(headers)).digest('hex');
  } catch {
    // That it cannot be read is told by the request that needs it.
    return undefined;
  }
}
