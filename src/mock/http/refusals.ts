import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { REQUESTS } from '../description.ts';
import type { ServiceDescription } from '../description.ts';
import { Refused } from '../refusal.ts';
import type { Refusal } from '../refusal.ts';
import { errorAnswer } from '../protocol/answers.ts';
import { discoveryPaths } from '../protocol/discovery.ts';
import { meOperations } from '../protocol/alias.ts';

/** 405 with the methods that there are, for a path that is there; 404 for any other. */
export function notFound(service: ServiceDescription, method: string, path: string): Error {
  if (service.errors.framework !== 'scim') {
    return new Refused({ status: 404, detail: `Route ${method}:${path} not found`, framework: true });
  }
  // RFC 7644 §3.11: a service without the alias SHOULD say 501. For bulk operations, §3.7 names no status, and §3.12,
  // table 8, has two that fit: 501 for an operation that is not supported, and 404 for an endpoint that is not there.
  if (path === `${service.basePath}/Me` && !service.features.me)
    return new Refused({ status: 501, detail: 'This service has no "/Me".' });
  const allowed = allowedAt(service, path);
  // A GET that no route took: a path below a discovery endpoint that leads nowhere.
  if (allowed.length === 0 || allowed.includes(method)) {
    return new Refused({
      status: 404,
      detail: `There is nothing at ${path.slice(0, 200)}.`,
      framework: true,
    });
  }
  const refusal: Refusal = {
    status: 405,
    detail: `${method} is not done here; ${allowed.join(', ')} ${allowed.length > 1 ? 'are' : 'is'}.`,
    headers: { allow: allowed.join(', ') },
    framework: true,
  };
  return new Refused(refusal);
}

function allowedAt(service: ServiceDescription, path: string): readonly string[] {
  if (!path.startsWith(service.basePath)) return [];
  const below = path.slice(service.basePath.length);
  const isRoot = below === '' || below === '/';
  if (isRoot && (service.root || service.features.search)) return ['GET'];
  if (service.features.search && below === '/.search') return ['POST'];
  if (below === '/Bulk' && service.features.bulk) return ['POST'];
  if (below === '/Me') return meOperations(service).map((name) => REQUESTS[name].method);
  for (const { type, operations } of service.resourceTypes) {
    const collection = below === type.endpoint;
    const one = below.startsWith(`${type.endpoint}/`) && !below.slice(type.endpoint.length + 1).includes('/');
    if (!collection && !one) continue;
    return operations.filter((name) => REQUESTS[name].one === one).map((name) => REQUESTS[name].method);
  }
  return discoveryPaths(service).some((known) => below === known || below.startsWith(`${known}/`))
    ? ['GET']
    : [];
}

const UNHEARD: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The address and the headers together are too long.'],
  HPE_INVALID_METHOD: [400, 'No HTTP method begins this; TLS is not spoken here.'],
};

/** For what is not even HTTP, or whose headers are too long. */
export function refusedAnswer(
  service: ServiceDescription,
  error: Error & { code?: string },
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, detail] = UNHEARD[error.code ?? ''] ?? [400, 'This is no HTTP request.'];
  endWith(service, socket, { status, detail, framework: true });
}

/** RFC 9110 §15.6.2: nothing here does what CONNECT asks for (§9.3.6), and Node's server leaves the connection to us. */
export function refusedTunnel(service: ServiceDescription, socket: Socket): void {
  socket.on('error', () => undefined);
  endWith(service, socket, { status: 501, detail: 'CONNECT is not done here.', framework: true });
}

/** RFC 9112 §3.2: a request in HTTP/1.1 names its host, and one that does not gets 400. */
export const HOSTLESS: Refusal = {
  status: 400,
  detail: 'A request in HTTP/1.1 needs a Host header.',
  framework: true,
};

/** A short answer by hand, and the end of the connection. */
function endWith(service: ServiceDescription, socket: Socket, refusal: Refusal): void {
  const { status } = refusal;
  const { body = '', mediaType = service.media.answers } = errorAnswer(service, refusal);
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: ${mediaType}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}
