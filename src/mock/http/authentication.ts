import type { FastifyRequest } from 'fastify';
import type { Answer } from '../protocol/exchange.ts';
import type { World } from '../world.ts';
import { EVERYTHING, allows } from './keys.ts';
import type { Credential } from './keys.ts';

type Admitted = { readonly credential: Credential | undefined } | { readonly answer: Answer };

/** The credential of a request, or what the service says to one that may not come in. */
export function authenticate(world: World, request: FastifyRequest, door: boolean): Admitted {
  const { authentication } = world.service;
  if (door) return atDoor(world, request);
  if (request.is404 && !authentication.beforeNotFound) return { credential: undefined };
  const credential = world.keys.find(
    request.headers.authorization,
    authentication.schemeOptional,
    request.entry?.at ?? world.clock(),
  );
  if (credential === 'missing') return { answer: challenge(world, authentication.missing, '') };
  if (typeof credential === 'string') {
    const refusal = credential === 'expired' ? authentication.expired : undefined;
    return { answer: challenge(world, refusal ?? authentication.unknown, ', error="invalid_token"') };
  }
  if (!world.organisation(credential.organisation)?.scim)
    return { answer: world.refused(authentication.switchedOff) };
  if (!allows(credential, authentication.permission))
    return { answer: world.refused(authentication.forbidden) };
  return { credential };
}

/** The mock's own door is the same whatever service is played. */
function atDoor(world: World, request: FastifyRequest): Admitted {
  const credential = world.keys.find(request.headers.authorization, true, world.clock());
  if (typeof credential === 'string') return { answer: { status: 401 } };
  return allows(credential, EVERYTHING) ? { credential } : { answer: { status: 403 } };
}

function challenge(world: World, refusal: Parameters<World['refused']>[0], error: string): Answer {
  const header = { 'www-authenticate': `Bearer realm="${world.service.name}"${error}` };
  return world.refused(refusal, world.service.authentication.challenge ? header : undefined);
}
