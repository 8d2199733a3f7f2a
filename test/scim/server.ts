import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { onTestFinished } from 'vitest';
import { genericProfile } from '../../connectors/targets/generic/profile.ts';
import { openTarget } from '../../src/scim/client.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authorisation, Headers } from '../../src/scim/credential.ts';
import type { AddressInfo } from 'node:net';
import type { Exchanged, ScimTarget, TargetOptions } from '../../src/scim/client.ts';

export interface Recorded {
  readonly method: string;
  /** With the query, as it was sent. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Played {
  /** With `/scim/v2`. */
  readonly baseUrl: string;
  readonly port: number;
  readonly requests: Recorded[];
}

export type Handler = (request: Recorded, response: ServerResponse, number: number) => unknown;

/** A real server on a free port that answers as the handler says; closed, with all its connections, after the test. */
export async function play(
  handler: Handler,
  tls?: { readonly key: string; readonly cert: string },
): Promise<Played> {
  const requests: Recorded[] = [];
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      requests.push(request);
      handler(request, response, requests.length);
    });
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { port, requests, baseUrl: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/scim/v2` };
}

/** Answers with JSON, as SCIM does. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
  response.end(JSON.stringify(body));
}

export function html(
  response: ServerResponse,
  status: number,
  text = '<html><title>Sign in</title></html>',
): void {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end(text);
}

/** A SCIM error (RFC 7644 §3.12). */
export function scimError(status: number, detail: string, scimType?: string): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    detail,
    scimType,
  };
}

/** A page of a list (RFC 7644 §3.4.2). */
export function listOf(resources: readonly object[], total?: number, nextCursor?: string): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: total,
    Resources: resources,
    nextCursor,
  };
}

export const TOKEN = 'tok-4711-SECRET';

/** Issues what it is given, and has nothing to renew ahead of time. */
export function giving(headers: () => Headers | Promise<Headers>): Authorisation {
  const issue = async () => ({ candidates: [{ headers: await headers(), name: 'a credential' }] as const });
  return { issue, close: () => undefined };
}

/** A target on that server, with a bearer token and the generic profile unless said otherwise. */
export function open(
  baseUrl: string,
  options: Partial<TargetOptions> = {},
): ScimTarget & { readonly exchanges: Exchanged[] } {
  const exchanges: Exchanged[] = [];
  const target = openTarget({
    name: 'app',
    baseUrl,
    profile: genericProfile,
    authorisation: giving(() => ({ authorization: `Bearer ${TOKEN}` })),
    timeoutSeconds: 5,
    userAgent: 'rollcall/0.0.0-test',
    onExchange: (exchange) => exchanges.push(exchange),
    wait: async () => {},
    ...options,
  });
  onTestFinished(() => target.close());
  return { ...target, exchanges };
}

/** The failure of a read, or of a write. */
export async function failureOf(reading: Promise<unknown>): Promise<unknown> {
  const result = await reading.catch((error: unknown) => error);
  return result !== null && typeof result === 'object' && 'failure' in result ? result.failure : result;
}

/** A port of this machine that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
