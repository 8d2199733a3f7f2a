import type { FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { playFaults } from '../faults/play.ts';
import type { Answer, Exchange } from '../protocol/exchange.ts';
import type { Query } from '../description.ts';
import type { World } from '../world.ts';
import { refusalOf } from './refusals.ts';
import { pathOf } from './path.ts';
import { send } from './send.ts';

type Run = (exchange: Exchange) => Answer;

/** Plays one request: the faults that strike it, the operation, the answer. */
export function run(world: World, request: FastifyRequest, raw: ServerResponse, operation: Run): void {
  const exchange = exchangeOf(world, request);
  if (world.faults.some) return playFaults(world, exchange, raw, (seen) => attempt(world, seen, operation));
  const answer = attempt(world, exchange, operation);
  if (!raw.destroyed) send(raw, answer, world.service.media.answers, exchange.entry);
}

/** An operation's answer; what it throws is one, too. */
function attempt(world: World, exchange: Exchange, operation: Run): Answer {
  try {
    return operation(exchange);
  } catch (error) {
    return world.refused(refusalOf(error));
  }
}

function exchangeOf(world: World, request: FastifyRequest): Exchange {
  const { credential, entry } = request;
  const organisation = credential && world.organisation(credential.organisation);
  if (!credential || !entry || !organisation) throw new Error('A request came past the credential.');
  return {
    method: request.method,
    path: pathOf(request.url),
    query: request.query as Query,
    id: (request.params as { readonly id?: string }).id,
    body: request.body,
    headers: request.headers,
    credential,
    organisation,
    service: world.service,
    base: world.base(),
    now: entry.at,
    entry,
  };
}
