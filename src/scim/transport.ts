import { isUtf8 } from 'node:buffer';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { getCACertificates } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import got from 'got';
import { failureToAnswer } from './no-answer.ts';
import type { AgentOptions, ClientRequest, IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Got, Request, Response } from 'got';
import type { NoAnswer } from './no-answer.ts';

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The most bytes of the answer, unpacked. */
  readonly limit: number;
}

/** An answer whose status came; `state` says what became of its body. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** `cut`: the connection ended before the body did. `tooLarge`: given up beyond the limit. `garbled`: not UTF-8. */
  readonly state: 'whole' | 'cut' | 'tooLarge' | 'garbled';
}

export interface Transport {
  /** Throws what `way` throws; what the network does is in the answer. */
  exchange(request: WireRequest): Promise<Answer | NoAnswer>;
  close(): void;
}

export interface TransportOptions {
  readonly concurrency: number;
  readonly timeoutSeconds: number;
  /** Asked once, before the first request. */
  readonly way?: (() => Promise<Way>) | undefined;
}

/** What lies between us and a server. */
export interface Way {
  /** An HTTP proxy, with user name and password where it asks for them. What goes by TLS goes through it (RFC 9110 §9.3.6). */
  readonly proxy?: string;
  /** Certificates (PEM) that are trusted beside those which Node trusts. */
  readonly ca?: string;
}

/** Seconds to find, reach and greet a host; shorter where the whole exchange has less. */
const connectSeconds = 10;
/** What a timer can wait for at most: 24 days. */
const longestTimer = 2 ** 31 - 1;
/**
 * Milliseconds that a connection is kept without use: less than the five seconds after which Node's own servers close
 * it, because a request that meets the closing is one whose fate nobody knows.
 */
const idle = 4000;

/** HTTP for one target: every certificate is verified, nothing is sent twice, no redirection is followed, all is bounded. */
export function openTransport({ concurrency, timeoutSeconds, way }: TransportOptions): Transport {
  // One more for whoever goes beside those who have a place, and one for a list.
  const pool = { keepAlive: true, maxSockets: concurrency + 2, maxFreeSockets: concurrency, timeout: idle };
  const total = Math.min(timeoutSeconds * 1000, longestTimer);
  const reach = Math.min(connectSeconds * 1000, total);
  let opening: Promise<Wire> | undefined;
  let wire: Wire | undefined = way === undefined ? openWire(pool, {}) : undefined;
  let isClosed = false;

  async function opened(open: () => Promise<Way>): Promise<Wire> {
    opening ??= open().then((known) => (wire = openWire(pool, known)));
    // What could not be read now may be there the next time.
    opening.catch(() => (opening = undefined));
    const made = await opening;
    if (isClosed) made.close();
    return made;
  }

  return {
    async exchange({ url, method, headers, body, limit }) {
      const { client, proxy } = wire ?? (await opened(way!));
      const isSecure = url.startsWith('https:');
      const stream = client.stream(url, {
        method,
        headers: { ...headers },
        ...(body !== undefined && { body }),
      });
      return received(stream, {
        limit,
        total,
        reach,
        endsEmpty: method === 'DELETE' && body === undefined,
        isSecure,
        ...(isSecure && proxy !== undefined && { proxy }),
      });
    },
    close() {
      isClosed = true;
      wire?.close();
    },
  };
}

interface Wire {
  readonly client: Got;
  /** Host and port of the proxy. */
  readonly proxy?: string;
  close(): void;
}

function openWire(pool: AgentOptions, { proxy, ca }: Way): Wire {
  // What an agent is told counts, whatever a request or the environment says; and got need not copy it for each request.
  const agent = {
    http: new HttpAgent({ ...pool, proxyEnv: {} }),
    https: new HttpsAgent({
      ...pool,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca: [...getCACertificates(), ca] }),
      proxyEnv: proxy === undefined ? {} : { HTTPS_PROXY: proxy },
    }),
  };
  return {
    client: got.extend({ agent, retry: { limit: 0 }, followRedirect: false, throwHttpErrors: false }),
    ...(proxy !== undefined && { proxy: new URL(proxy).host }),
    close() {
      agent.http.destroy();
      agent.https.destroy();
    },
  };
}

interface Reading {
  readonly limit: number;
  /** Milliseconds for the whole exchange, and for reaching the host on a new connection. */
  readonly total: number;
  readonly reach: number;
  readonly endsEmpty: boolean;
  readonly isSecure: boolean;
  readonly proxy?: string;
}

/**
 * Follows one exchange to its end and never rejects: what went wrong is part of what comes back. The time limits are kept
 * here, because got sets four timers for every request, which cost a tenth of it.
 */
function received(stream: Request, reading: Reading): Promise<Answer | NoAnswer> {
  const { limit, total, reach, endsEmpty, isSecure, proxy } = reading;
  return new Promise((resolve) => {
    const wire = { isSent: false, isReused: false, ...(proxy !== undefined && { proxy }) };
    let response: Response | undefined;
    const chunks: Buffer[] = [];
    let size = 0;

    const tooLate = (): void =>
      void stream.destroy(Object.assign(new Error('too late'), { code: 'ETIMEDOUT' }));
    const deadline = setTimeout(tooLate, total);
    let reaching: NodeJS.Timeout | undefined;
    const finish = (result: Answer | NoAnswer): void => {
      clearTimeout(deadline);
      clearTimeout(reaching);
      resolve(result);
    };
    const settle = (state: 'whole' | 'cut' | 'tooLarge'): void => {
      if (response) finish(answer(response, Buffer.concat(chunks), state));
    };
    stream.on('request', (request: ClientRequest) => {
      request.once('socket', (socket) => {
        wire.isReused = request.reusedSocket;
        // Until the host was reached and its certificate was found good, not a byte of the request has gone out.
        if (request.reusedSocket || !isGreeting(socket)) wire.isSent = true;
        else {
          // Whoever was busy until now looks first whether the host has answered meanwhile.
          reaching = setTimeout(() => setImmediate(() => wire.isSent || tooLate()), reach);
          socket.once(isSecure ? 'secureConnect' : 'connect', () => {
            clearTimeout(reaching);
            wire.isSent = true;
          });
        }
      });
    });
    stream.on('response', (first: Response) => (response = first));
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        settle('tooLarge');
        stream.destroy();
      } else chunks.push(chunk);
    });
    stream.once('end', () => settle('whole'));
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (response) settle('cut');
      else finish(failureToAnswer(error, wire));
    });
    if (endsEmpty) stream.end();
  });
}

/** A socket of a tunnel is connected already when its TLS begins. */
function isGreeting(socket: Socket): boolean {
  return (
    socket.connecting ||
    (socket as Partial<TLSSocket> & { secureConnecting?: boolean }).secureConnecting === true
  );
}

function answer(response: Response, body: Buffer, state: 'whole' | 'cut' | 'tooLarge'): Answer {
  const { statusCode: status, headers } = response;
  if (!isUtf8(body))
    return { kind: 'answer', status, headers, text: '', state: state === 'whole' ? 'garbled' : state };
  const text = body.toString();
  // A byte order mark is allowed in front (RFC 8259 §8.1).
  return { kind: 'answer', status, headers, text: text.startsWith('\uFEFF') ? text.slice(1) : text, state };
}
