import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, World } from '../http/world.ts';
import { sheet } from './frame.ts';
import type { Viewer } from './frame.ts';
import type { Query } from './look.ts';
import { cookie, cookieOf } from './sessions.ts';
import type { Sessions } from './sessions.ts';
import { signInPage } from './views/sign-in.ts';

/** What a handler of the page has at hand. */
export interface Place {
  readonly world: World;
  readonly sessions: Sessions;
  readonly names: { readonly session: string; readonly form: string };
  readonly isSecure: boolean;
}

/** Somebody who is signed in, by their cookie. */
export interface Visitor {
  readonly caller: Caller;
  readonly viewer: Viewer;
  readonly id: string;
}

/** The form that takes a key. It has a cookie of its own, so that nobody can be signed in by a page of elsewhere. */
export function askForKey(
  place: Place,
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  said?: string,
): FastifyReply {
  const id = randomBytes(32).toString('base64url');
  const next = placeIn(
    request.method === 'GET' && request.routeOptions.url !== '/sign-in'
      ? request.url
      : queryOf(request)('next'),
  );
  const content = signInPage({
    next,
    token: place.sessions.tokenFor(id),
    ...(said !== undefined && { said }),
  });
  reply.header('set-cookie', cookie(place.names.form, id, place));
  return send(reply, sheet({ title: 'Sign in' }, content), status);
}

export function queryOf(request: FastifyRequest): Query {
  const query = (request.query ?? {}) as Record<string, string | string[] | undefined>;
  return (name) => {
    const value = Object.hasOwn(query, name) ? query[name] : undefined;
    return (Array.isArray(value) ? (value[0] ?? '') : (value ?? '')).slice(0, 1024);
  };
}

export function visitorOf({ world, sessions, names }: Place, request: FastifyRequest): Visitor | undefined {
  const id = cookieOf(request.headers.cookie, names.session);
  const caller = sessions.callerOf(world.host.configuration, id, world.now());
  if (id === undefined || caller === undefined || !caller.scopes.has('read')) return undefined;
  request.caller = caller;
  const { name, scopes } = caller;
  const may = { mayApprove: scopes.has('approve'), mayOperate: scopes.has('operate') };
  return { id, caller, viewer: { name, ...may, token: sessions.tokenFor(id) } };
}

export function send(reply: FastifyReply, text: string, status = 200): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(text);
}

/** Only a place of this page, and never another host: a link to the sign-in must not lead whoever follows it elsewhere. */
export function placeIn(text: string): string {
  return /^\/(?![/\\])[\x21-\x7e]{0,1000}$/.test(text) && !text.startsWith('/sign-') ? text : '/';
}
