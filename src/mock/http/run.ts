import type { FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Organisation } from '../directory/organisation.ts';
import { playFaults } from '../faults/play.ts';
import type { Answer, Exchange } from '../protocol/exchange.ts';
import { after } from '../protocol/later.ts';
import type { Later } from '../protocol/later.ts';
import type { Query } from '../description.ts';
import { Refused } from '../refusal.ts';
import type { World } from '../world.ts';
import { refusalOf } from '../refusal.ts';
import { safely } from '../sending/safely.ts';
import { send } from '../sending/send.ts';

type Run = (exchange: Exchange) => Later<Answer>;

/** Plays one request: the faults that strike it, the operation, the answer. Nobody is above who could answer for it. */
export function run(world: World, request: FastifyRequest, raw: ServerResponse, operation: Run): void {
  safely(world, request.entry, raw, () => {
    const exchange = exchangeOf(world, request);
    const carryOut = (seen: Exchange): Later<Answer> => attempt(world, exchange, seen, operation);
    if (world.faults.some) return playFaults(world, exchange, raw, carryOut);
    void after(carryOut(exchange), (answer) => {
      safely(world, request.entry, raw, () => {
        if (!raw.destroyed) send(raw, answer, world.service.media.answers, exchange.entry);
      });
    });
  });
}

/** An operation's answer; what it throws is one, too. `seen` is the exchange as the faults make it. */
function attempt(world: World, { organisation }: Exchange, seen: Exchange, operation: Run): Later<Answer> {
  const refused = (error: unknown): Answer => world.refused(refusalOf(error));
  try {
    judgeHeld(world, organisation);
    const answer = operation(seen);
    return answer instanceof Promise ? answer.catch(refused) : answer;
  } catch (error) {
    return refused(error);
  }
}

/** What a request would write belongs to nobody after a reset, and what it would read is not there. */
function judgeHeld(world: World, organisation: Organisation): void {
  if (!world.holds(organisation)) throw new Refused(OVERTAKEN);
}
const OVERTAKEN = { status: 503, detail: 'The mock was reset while this request was under way.' };

function exchangeOf(world: World, request: FastifyRequest): Exchange {
  const { credential, entry, organisation } = request;
  if (!credential || !entry || !organisation) throw new Error('A request came past the credential.');
  return {
    method: request.method,
    path: entry.path,
    query: request.query as Query,
    id: (request.params as { readonly id?: string }).id,
    body: request.body,
    headers: request.headers,
    credential,
    organisation,
    service: world.service,
    base: world.base(),
    now: entry.at,
    clock: world.clock,
    turn: async () => {
      await setImmediate();
      judgeHeld(world, organisation);
    },
    entry,
  };
}
