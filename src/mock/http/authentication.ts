import type { FastifyRequest } from 'fastify';
import type { Organisation } from '../directory/organisation.ts';
import type { Answer } from '../protocol/exchange.ts';
import type { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import { EVERYTHING, allows } from '../keys.ts';
import type { Credential } from '../keys.ts';

interface Admission {
  readonly credential: Credential | undefined;
  /** The credential's, as it is now: a reset may put another in its place while the request is under way. */
  readonly organisation: Organisation | undefined;
}
type Admitted = Admission | { readonly answer: Answer };

const NOBODY: Admission = { credential: undefined, organisation: undefined };

/** The credential of a request and its organisation, or what the service says to one that may not come in. */
export function authenticate(world: World, request: FastifyRequest, door: boolean): Admitted {
  const { authentication } = world.service;
  if (door) return atDoor(world, request);
  if (request.is404 && !authentication.beforeNotFound) return NOBODY;
  const lacking = world.service.requires && missingHeader(world.service.requires, request);
  if (lacking) return { answer: world.refused(lacking) };
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
  const organisation = world.organisation(credential.organisation);
  if (!organisation?.scim) return { answer: world.refused(authentication.switchedOff) };
  if (!allows(credential, authentication.permission))
    return { answer: world.refused(authentication.forbidden) };
  return { credential, organisation };
}

function missingHeader(
  requires: NonNullable<World['service']['requires']>,
  { headers }: FastifyRequest,
): Refusal | undefined {
  return Object.entries(requires).find(([name]) => !headers[name])?.[1];
}

/** The mock's own door is the same whatever service is played. */
function atDoor(world: World, request: FastifyRequest): Admitted {
  const credential = world.keys.find(request.headers.authorization, true, world.clock());
  if (typeof credential === 'string') return { answer: { status: 401 } };
  return allows(credential, EVERYTHING) ? NOBODY : { answer: { status: 403 } };
}

function challenge(world: World, refusal: Parameters<World['refused']>[0], error: string): Answer {
  const header = { 'www-authenticate': `Bearer realm="${world.service.name}"${error}` };
  return world.refused(refusal, world.service.authentication.challenge ? header : undefined);
}
