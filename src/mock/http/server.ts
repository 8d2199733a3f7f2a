import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { fastify } from 'fastify';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HTTPMethods,
  RouteShorthandOptions,
} from 'fastify';
import { REQUESTS } from '../description.ts';
import type { Operation } from '../description.ts';
import { registerDoor } from '../door/door.ts';
import { answerDoorError } from '../door/answers.ts';
import type { Organisation, Shelf } from '../directory/organisation.ts';
import { meOperations } from '../protocol/alias.ts';
import { bulk, tooLarge } from '../protocol/bulk.ts';
import { providerConfigPath, resourceTypes, schemas, serviceProviderConfig } from '../protocol/discovery.ts';
import type { Answer, Exchange } from '../protocol/exchange.ts';
import type { Later } from '../protocol/later.ts';
import { createMe, onMe } from '../protocol/me.ts';
import { list, read } from '../protocol/retrieve.ts';
import { listRoot, search, searchRoot } from '../protocol/search.ts';
import { create, patch, remove, replace } from '../protocol/write.ts';
import { Refused } from '../refusal.ts';
import type { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import { authenticate } from './authentication.ts';
import { jsonOrText, readBody } from './body.ts';
import type { Credential } from '../keys.ts';
import type { Entry } from '../journal/journal.ts';
import { isDoor, pathOf } from './path.ts';
import { HOSTLESS, notFound, refusedAnswer, refusedTunnel } from './refusals.ts';
import { refusalOf } from '../refusal.ts';
import { run } from './run.ts';
import { safely } from '../sending/safely.ts';
import { send } from '../sending/send.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent for the mock's own door. */
    entry: Entry | undefined;
    credential: Credential | undefined;
    organisation: Organisation | undefined;
  }
}

type Handler = (exchange: Exchange, shelf: Shelf) => Answer;
const handlers: Readonly<Record<Operation, Handler>> = {
  create,
  list,
  read,
  replace,
  patch,
  delete: remove,
};

/** The HTTP side: routes out of the description, and one way in and out for all of them. */
export function buildServer(world: World): FastifyInstance {
  const { service } = world;
  const app = fastify({
    bodyLimit: service.limits.body,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 8192 },
    // Node's own answer to a request without a Host has no body; ours has one.
    http: { maxHeaderSize: 64 * 1024, requireHostHeader: false },
    // No hook has seen these: an address that cannot be read, above all.
    frameworkErrors: (error, anyRequest, anyReply) => {
      const [request, reply] = [anyRequest as FastifyRequest, anyReply as FastifyReply];
      if (admit(world, request, reply)) fail(world, request, reply, error);
    },
    clientErrorHandler: (error, socket) => refusedAnswer(service, error, socket),
  });
  // RFC 9110 §10.1.1: the one that there is, 100-continue, is answered by the server itself.
  app.server.on('checkExpectation', (_request, raw: ServerResponse) => {
    const refusal = { status: 417, detail: 'There is no such expectation.', framework: true };
    send(raw, world.refused(refusal), service.media.answers, undefined);
  });
  app.server.on('connect', (_request, socket: Socket) => refusedTunnel(service, socket));
  app.decorateRequest('entry', undefined);
  app.decorateRequest('credential', undefined);
  app.decorateRequest('organisation', undefined);
  readBodies(app, world);
  app.addHook('onRequest', (request, reply, done) => {
    if (admit(world, request, reply)) done();
  });
  app.setErrorHandler((error, request, reply) => fail(world, request, reply, error));
  app.setNotFoundHandler((request, reply) => {
    fail(world, request, reply, notFound(service, request.method, pathOf(request.url)));
  });
  registerService(app, world);
  registerDoor(app, world);
  return app;
}

function readBodies(app: FastifyInstance, world: World): void {
  app.removeAllContentTypeParsers();
  for (const mediaType of Object.keys(world.service.media.accepts)) {
    app.addContentTypeParser(mediaType, { parseAs: 'buffer' }, (request, bytes, done) => {
      try {
        if (!isUnicode(request.headers['content-type'])) throw new Refused(NOT_UTF8);
        const { text, json } = readBody(world.service, mediaType, bytes as Buffer);
        if (request.entry && text !== '') world.journal.note(request.entry, text, json);
        done(null, json);
      } catch (error) {
        if (request.entry) world.journal.note(request.entry, String(bytes), undefined);
        done(error as Error);
      }
    });
  }
  // The door is for people with curl, who seldom name a media type: JSON, or a fault as text.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (request.is404) return done(null, undefined);
    if (!isDoor(pathOf(request.url))) return done(refuseMedia(world));
    done(null, jsonOrText(bytes as Buffer));
  });
}

/** RFC 8259 §8.1 and RFC 7644 §3.1 have JSON in UTF-8; a body that says it is anything else would be misread. */
function isUnicode(mediaType = ''): boolean {
  if (!mediaType.includes(';')) return true;
  const [, charset] = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(mediaType) ?? [];
  return charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset);
}
const NOT_UTF8: Refusal = { status: 415, detail: 'The body has to be UTF-8.', framework: true };

function refuseMedia({ service }: World): Error {
  const known = Object.keys(service.media.accepts).join(' or ');
  return new Refused({ status: 415, detail: `The body has to be ${known}.`, framework: true });
}

/** Opens the journal, and asks for the credential before anything else is looked at. */
function admit(world: World, request: FastifyRequest, reply: FastifyReply): boolean {
  const { url } = request;
  const path = pathOf(url);
  const door = isDoor(path);
  if (!door)
    request.entry = world.journal.open(world.clock(), request.method, path, url.slice(path.length + 1));
  if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
    fail(world, request, reply, new Refused(HOSTLESS));
    return false;
  }
  const admitted = authenticate(world, request, door);
  if ('credential' in admitted) {
    if (!door && !isReadable(url.slice(path.length))) {
      hand(world, request, reply, world.refused(UNREADABLE));
      return false;
    }
    request.credential = admitted.credential;
    request.organisation = admitted.organisation;
    return true;
  }
  if (door)
    answerDoorError(reply, admitted.answer.status, "The mock's own door needs the credential of --token.");
  else hand(world, request, reply, admitted.answer);
  return false;
}

/** Whether every `%xx` of a query is part of a character in UTF-8 (RFC 3986 §2.5): a byte that is not would be read as text. */
function isReadable(query: string): boolean {
  if (!query.includes('%')) return true;
  try {
    decodeURIComponent(query);
    return true;
  } catch {
    return false;
  }
}
const UNREADABLE: Refusal = {
  status: 400,
  scimType: 'invalidSyntax',
  detail: 'The query is not UTF-8 in percent-encoding.',
  framework: true,
};

function registerService(app: FastifyInstance, world: World): void {
  const { service } = world;
  const { basePath, root } = service;
  for (const { type, operations } of service.resourceTypes) {
    const onShelf = (handler: Handler) => (exchange: Exchange) => {
      const shelf = exchange.organisation.shelves.get(type.name);
      if (!shelf) throw new Error(`No shelf for ${type.name}.`);
      return handler(exchange, shelf);
    };
    for (const operation of operations) {
      const { method, one } = REQUESTS[operation];
      const path = basePath + type.endpoint + (one ? '/:id' : '');
      route(app, world, method, path, onShelf(handlers[operation]));
    }
    if (service.features.search && operations.includes('list'))
      route(app, world, 'POST', `${basePath + type.endpoint}/.search`, onShelf(search));
  }
  if (service.features.search) route(app, world, 'POST', `${basePath}/.search`, searchRoot);
  for (const operation of meOperations(service)) {
    const act =
      operation === 'create' ? createMe : (exchange: Exchange) => onMe(exchange, handlers[operation]);
    route(app, world, REQUESTS[operation].method, `${basePath}/Me`, act);
  }
  if (service.features.bulk) {
    route(app, world, 'POST', `${basePath}/Bulk`, bulk, {
      bodyLimit: service.features.bulk.maxPayloadSize,
      errorHandler: (error, request, reply) => {
        fail(world, request, reply, error.statusCode === 413 ? tooLarge(service) : error);
      },
    });
  }
  if (service.discovery) {
    route(app, world, 'GET', basePath + providerConfigPath(service), serviceProviderConfig);
    for (const suffix of ['', '/:id']) {
      route(app, world, 'GET', `${basePath}/ResourceTypes${suffix}`, resourceTypes);
      route(app, world, 'GET', `${basePath}/Schemas${suffix}`, schemas);
    }
  }
  const atRoot = root ? () => root : service.features.search ? listRoot : undefined;
  if (atRoot) for (const path of [basePath, `${basePath}/`]) route(app, world, 'GET', path, atRoot);
}

function route(
  app: FastifyInstance,
  world: World,
  method: HTTPMethods,
  url: string,
  operation: (exchange: Exchange) => Later<Answer>,
  options: RouteShorthandOptions = {},
): void {
  app.route({
    ...options,
    method,
    url,
    handler: (request, reply) => {
      reply.hijack();
      run(world, request, reply.raw, operation);
    },
  });
}

/** Everything that goes wrong outside of an operation ends here: a sentence, never a stack trace. */
function fail(world: World, request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const refusal = refusalOf(error);
  if (isDoor(pathOf(request.url))) return answerDoorError(reply, refusal.status, refusal.detail);
  hand(world, request, reply, world.refused(refusal));
}

function hand(world: World, request: FastifyRequest, reply: FastifyReply, answer: Answer): void {
  const { raw } = reply;
  reply.hijack();
  safely(world, request.entry, raw, () => {
    if (raw.headersSent) raw.destroy();
    else send(raw, answer, world.service.media.answers, request.entry);
  });
}
