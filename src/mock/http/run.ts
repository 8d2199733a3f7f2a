import type { FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { isObject } from '../../model/index.ts';
import { attributesOf } from '../directory/write.ts';
import { usersOf } from '../directory/organisation.ts';
import { effects } from '../faults/effects.ts';
import type { Played } from '../faults/effects.ts';
import type { Fault } from '../faults/fault.ts';
import type { Answer, Exchange } from '../protocol/exchange.ts';
import type { Query } from '../description.ts';
import type { World } from '../world.ts';
import { refusalOf } from './refusals.ts';
import { pathOf } from './path.ts';
import { send, sendPadded } from './send.ts';

type Run = (exchange: Exchange) => Answer;

/** Plays one request: the faults that strike it, the operation, the answer. */
export function run(world: World, request: FastifyRequest, raw: ServerResponse, operation: Run): void {
  const exchange = exchangeOf(world, request);
  if (!world.faults.some) return deliver(world, exchange, raw, attempt(world, exchange, operation));
  const { delay, fault } = world.faults.strike(subjectOf(exchange));
  if (fault) exchange.entry.fault = fault.id;
  if (delay === 0) return playOn(world, exchange, raw, operation, fault);
  const timer = setTimeout(() => {
    raw.off('close', cancel);
    try {
      playOn(world, exchange, raw, operation, fault);
    } catch {
      // Nobody is above a timer who could answer: the connection ends, and the mock goes on.
      raw.destroy();
    }
  }, delay);
  const cancel = (): void => clearTimeout(timer);
  raw.once('close', cancel);
}

function playOn(world: World, exchange: Exchange, raw: ServerResponse, operation: Run, fault?: Fault): void {
  const answer = fault?.effect && fault.when === 'before' ? undefined : attempt(world, exchange, operation);
  if (!fault?.effect) return deliver(world, exchange, raw, answer!);
  const { word, value } = fault.effect;
  const { service } = world;
  show(
    world,
    exchange,
    raw,
    effects[word]!.play({ service, spec: fault.spec, value, answer, now: world.clock() }),
  );
}

function show(world: World, exchange: Exchange, raw: ServerResponse, played: Played): void {
  if (played.kind === 'close') raw.destroy();
  else if (played.kind === 'answer') deliver(world, exchange, raw, played.answer);
  else sendPadded(raw, played.answer, played.bytes, world.service.media.answers, exchange.entry);
}

/** An operation's answer; what it throws is one, too. */
function attempt(world: World, exchange: Exchange, operation: Run): Answer {
  try {
    return operation(exchange);
  } catch (error) {
    return world.refused(refusalOf(error));
  }
}

function deliver(world: World, exchange: Exchange, raw: ServerResponse, answer: Answer): void {
  if (!raw.destroyed) send(raw, answer, world.service.media.answers, exchange.entry);
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

function subjectOf(exchange: Exchange): { method: string; path: string; users: () => readonly string[] } {
  return {
    method: exchange.method,
    path: exchange.path.slice(exchange.service.basePath.length),
    users: () => usersNamed(exchange).map((name) => name.toLowerCase()),
  };
}

/** Whom a request is about: by the id in its path, the userName in its body, or the text in its filter. */
function usersNamed({ organisation, id, body, query }: Exchange): readonly string[] {
  const names: unknown[] = [];
  const stored = id === undefined ? undefined : usersOf(organisation).resources.byId(id);
  if (stored) names.push(attributesOf(stored)['userName']);
  if (isObject(body)) names.push(body['userName']);
  // A SearchRequest has its filter in the body (RFC 7644 §3.4.3).
  const filter = query['filter'] ?? (isObject(body) ? body['filter'] : undefined);
  if (typeof filter === 'string')
    names.push(...(filter.match(/"[^"]*"/g) ?? []).map((text) => text.slice(1, -1)));
  return names.filter((name) => typeof name === 'string');
}
