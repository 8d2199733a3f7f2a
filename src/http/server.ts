import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemsIn } from '../daemon/contract.ts';
import { Refused, bodyOf, refusalOf } from './refusal.ts';
import type { Identity } from './tls.ts';
import type { World } from './world.ts';

/** A part of what is answered: the interface, what a probe asks, a page. */
export type Part = (app: FastifyInstance, world: World) => void;

/** Events carry a record each; the largest that is taken. */
const largestBody = 1024 * 1024;

/** Whoever writes slowly, on purpose or not, holds a connection for so long and no longer. */
const patience = { headers: 10_000, request: 15_000, idle: 75_000, keptAlive: 10_000 };

/** On every answer. No page of elsewhere may read one: there is no CORS. */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The server with its parts; it does not listen yet. */
export function buildServer(
  world: World,
  tls: Pick<Identity, 'cert' | 'key'> | undefined,
  parts: readonly Part[],
): FastifyInstance {
  const options = {
    bodyLimit: largestBody,
    requestTimeout: patience.request,
    connectionTimeout: patience.idle,
    keepAliveTimeout: patience.keptAlive,
    forceCloseConnections: 'idle' as const,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 1024 },
    clientErrorHandler: answerUnread,
    frameworkErrors: (error: unknown, request: unknown, reply: unknown) =>
      refuse(world, request as FastifyRequest, reply as FastifyReply, error),
  };
  const http = { maxHeaderSize: 16 * 1024, headersTimeout: patience.headers };
  const app =
    tls === undefined
      ? fastify({ ...options, http })
      : (fastify({
          ...options,
          https: { ...http, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' },
        }) as unknown as FastifyInstance);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(
      tls === undefined ? HEADERS : { ...HEADERS, 'strict-transport-security': 'max-age=31536000' },
    );
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    tell(world, request, reply);
    done();
  });
  app.setErrorHandler((error, request, reply) => refuse(world, request, reply, error));
  app.setNotFoundHandler((request, reply) =>
    refuse(world, request, reply, new Refused(404, 'notFound', 'there is nothing here')),
  );
  for (const part of parts) part(app, world);
  return app;
}

/** Of what Node could not read as a request there is nobody to answer but the connection, which ends with it. */
function answerUnread(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const statusCode = unread[error.code ?? ''] ?? 400;
  const body = JSON.stringify(bodyOf(refusalOf({ statusCode })));
  const headers = {
    ...HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  if (socket.writable)
    socket.write(`HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]!}\r\n${lines.join('')}\r\n${body}`);
  socket.destroy(error);
}

const unread: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** The log has what was asked by the pattern of its address, since the address may name a person. */
function tell({ log }: World, request: FastifyRequest, reply: FastifyReply): void {
  const { method, caller } = request;
  const line = {
    method,
    path: request.is404 ? '' : request.routeOptions.url,
    status: reply.statusCode,
    milliseconds: Math.round(reply.elapsedTime),
    ...(caller && { key: caller.name }),
  };
  // Who tries keys is to be found out; nobody else's address is written down.
  const isRefused = reply.statusCode === 401 || reply.statusCode === 429;
  if (isRefused) log.warn({ ...line, address: request.ip }, 'refused');
  else if (request.routeOptions.url !== '/healthz' && request.routeOptions.url !== '/readyz')
    log.info(line, 'asked');
}

/** Everything that goes wrong ends here: a sentence for whoever asked, and all of it for the log. */
export function refuse(world: World, request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const refusal = refusalOf(error);
  if (refusal.status >= 500)
    world.log.error({ path: request.routeOptions?.url ?? '', ...problemsIn(error) }, 'a request failed');
  void reply
    .headers({ ...HEADERS, ...refusal.headers })
    .code(refusal.status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(bodyOf(refusal)));
}
