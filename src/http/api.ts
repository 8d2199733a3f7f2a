import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiScope } from '../model/index.ts';
import { Keys, bearerOf } from './keys.ts';
import { Rate } from './rate.ts';
import { Refused } from './refusal.ts';
import { checkAnswer } from './route.ts';
import type { Route } from './route.ts';
import { refuse } from './server.ts';
import type { Part } from './server.ts';
import type { Caller, World } from './world.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; nobody before the key was looked at, and where none is needed. */
    caller: Caller | undefined;
  }
}

/** Says who asks, or refuses; a page may ask the same of a key that it was given. */
export type Gate = (request: FastifyRequest, given: string | undefined) => Promise<Caller>;

/** One for the server: it counts what each key and each address asks. */
export function openGate(world: World): Gate {
  const keys = new Keys(world);
  const rate = new Rate();
  return async (request, given) => {
    const { configuration } = world.host;
    const now = world.now();
    const { perKey = 600, wrongKeys = 30 } = configuration.http?.rate ?? {};
    const caller = given === undefined ? undefined : await keys.callerOf(configuration, given);
    // A right key is never refused for others' wrong ones: 256 bits cannot be tried out, and nobody shall lock out another.
    const wait =
      caller === undefined
        ? rate.take(`address ${request.ip}`, wrongKeys, now)
        : rate.take(`key ${caller.name}`, perKey, now);
    if (wait > 0)
      throw new Refused(429, 'rate', 'too many requests', { headers: { 'retry-after': String(wait) } });
    if (caller === undefined)
      throw new Refused(401, 'unauthorised', 'this needs a key: Authorization: Bearer …', {
        headers: { 'www-authenticate': 'Bearer realm="rollcall"' },
      });
    return caller;
  };
}

export function requireScope({ scopes }: Caller, scope: ApiScope): void {
  if (scopes.has(scope) || (scope === 'metrics' && scopes.has('read'))) return;
  throw new Refused(403, 'forbidden', `this key is not good for this: it takes the scope ${scope}`);
}

/** The interface: everything below `/v1` needs a key, also what is not there. */
export function api(gate: Gate, routes: readonly Route[]): Part {
  return (app, world) => {
    app.decorateRequest('caller', undefined);
    app.register(
      (within, _options, done) => {
        within.addHook('onRequest', async (request) => {
          request.caller = await gate(request, bearerOf(request.headers.authorization));
          const { scope } = request.routeOptions.config as { scope?: ApiScope };
          if (scope !== undefined) requireScope(request.caller, scope);
        });
        for (const one of routes) serve(within, world, one);
        const allowed = methodsOf(routes);
        within.setNotFoundHandler((request, reply) =>
          refuse(world, request, reply, notHere(request, allowed)),
        );
        done();
      },
      { prefix: '/v1' },
    );
  };
}

/** `/v1/targets/{name}` as fastify has it, without its prefix. */
function pathOf({ path }: Route): string {
  return path.replace(/^\/v1/, '').replaceAll(/\{(\w+)\}/g, ':$1');
}

function serve(app: FastifyInstance, world: World, one: Route): void {
  app.route({
    method: one.method,
    url: pathOf(one),
    config: { scope: one.scope },
    handler: async (request, reply) => {
      const { params, query, body } = request;
      const answer = await one.answer({ params, query, body, caller: request.caller!, world });
      if (world.isChecked) checkAnswer(one, answer);
      await reply
        .code(answer.status)
        .headers(answer.headers ?? {})
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(answer.body));
    },
  });
}

type Allowed = readonly { readonly path: RegExp; readonly methods: readonly string[] }[];

function methodsOf(routes: readonly Route[]): Allowed {
  const paths = new Map<string, string[]>();
  for (const { path, method } of routes)
    paths.set(path, [...(paths.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
  return [...paths].map(([path, methods]) => ({
    path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    methods,
  }));
}

/** Another method than those that there are (RFC 9110 §15.5.6), OPTIONS as well: no page of elsewhere is let in. */
function notHere({ url, method }: FastifyRequest, allowed: Allowed): Refused {
  const [path = ''] = url.split('?');
  const found = allowed.find((one) => one.path.test(path));
  if (found === undefined) return new Refused(404, 'notFound', 'there is nothing here');
  return new Refused(405, 'method', `${method} is not asked of this address`, {
    headers: { allow: found.methods.join(', ') },
  });
}
