import { openCredential } from './credential.ts';
import { cleaner, longestLogged, secretsInBody, secretsInHeaders } from './sentence.ts';
import { limitOf } from './rate-limit.ts';
import { openTransport } from './transport.ts';
import { RollcallError, TargetError } from '../model/index.ts';
import type { JsonObject } from '../model/index.ts';
import type { Headers } from './credential.ts';
import type { Asked } from './failure.ts';
import type { NoAnswer } from './no-answer.ts';
import type { TargetOptions } from './target.ts';
import type { Answer, WireRequest } from './transport.ts';

export interface Question {
  readonly method: Asked['method'];
  /** Below the base URL. */
  readonly path: string;
  /** With its question mark, or nothing. */
  readonly query?: string;
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  /** The most bytes of the answer. */
  readonly limit: number;
}

export interface Reply {
  readonly result: Answer | NoAnswer;
  readonly asked: Asked;
}

export interface Connection {
  /** Throws `TargetError` where the credential can't be read; what the target or the network does is in the reply. */
  ask(question: Question): Promise<Reply>;
  /** What is sent as the credential, in words; `undefined` before the first request. */
  credential(): string | undefined;
  close(): void;
}

const mostRedirections = 3;

/** One target's base URL with its credential: everything that is sent goes through here. */
export function openConnection(options: TargetOptions): Connection {
  const { name, profile, timeoutSeconds, onExchange, log, now = Date.now } = options;
  const isPersonal = options.logsPersonalData === true;
  const base = baseOf(options);
  const { authorisation, way } = options;
  const credential = openCredential(() => authorisation.issue(), now, options.onCredential);
  const transport = openTransport({
    concurrency: options.concurrency ?? profile.pace.concurrency,
    timeoutSeconds,
    way: way && (() => told(way, `The way to ${name} cannot be read`)),
  });

  async function once(wire: WireRequest, path: string, attempt: number): Promise<Answer | NoAnswer> {
    const started = performance.now();
    const result = await transport.exchange(wire);
    const milliseconds = Math.round(performance.now() - started);
    const status = result.kind === 'answer' ? result.status : undefined;
    const limit = result.kind === 'answer' ? limitOf(result.headers, now()) : undefined;
    const exchanged = {
      method: wire.method,
      path,
      milliseconds,
      attempt,
      ...(status !== undefined && { status }),
      ...(limit !== undefined && { limit }),
    };
    onExchange?.(exchanged);
    log?.debug({ target: name, ...exchanged, ...(isPersonal && said(wire, result)) }, 'exchange');
    return result;
  }

  /** What was said to and fro, without the credential and any password. */
  function said({ url, headers, body }: WireRequest, result: Answer | NoAnswer): object {
    const secrets = body === undefined ? [] : secretsInBody(JSON.parse(body));
    const clean = cleaner([...secretsInHeaders(headers), ...secrets], longestLogged);
    const query = new URL(url).search;
    return {
      ...(query !== '' && { query: clean(query) }),
      ...(body !== undefined && { body: clean(body) }),
      ...(result.kind === 'answer' && { answer: clean(result.text) }),
    };
  }

  /** Sends a request a second time only where the first was surely not carried out, or where it only reads. */
  async function exchange(wire: WireRequest, path: string, used: Headers[]): Promise<Answer | NoAnswer> {
    const headers = await told(() => credential.current(), `The credential of ${name} cannot be read`);
    used.push(headers);
    const result = await once({ ...wire, headers: { ...wire.headers, ...headers } }, path, 1);
    if (result.kind === 'none') {
      const isStale = wire.method === 'GET' && result.isReused && result.trouble === 'lost';
      return isStale ? once({ ...wire, headers: { ...wire.headers, ...headers } }, path, 2) : result;
    }
    if (result.status !== 401) return result;
    const fresh = await told(
      () => credential.renewed(headers),
      `${name} answered 401 to ${wire.method} ${path}, and its credential cannot be renewed`,
    );
    if (fresh === undefined) return result;
    used.push(fresh);
    return once({ ...wire, headers: { ...wire.headers, ...fresh } }, path, 2);
  }

  return {
    async ask({ method, path, query = '', body, headers, limit }) {
      const used: Headers[] = [];
      const wire: WireRequest = {
        method,
        url: `${base.href}${path}${query}`,
        headers: {
          accept: 'application/scim+json, application/json',
          'user-agent': options.userAgent,
          ...(body !== undefined && { 'content-type': 'application/scim+json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        limit,
      };
      let { url } = wire;
      let result = await exchange(wire, path, used);
      for (let hop = 0; hop < mostRedirections && method === 'GET'; hop += 1) {
        const next = redirection(result, url);
        if (next === undefined) break;
        url = next;
        result = await exchange({ ...wire, url }, path, used);
      }
      const clean = (text: string): string =>
        cleaner([...used.flatMap(secretsInHeaders), ...secretsInBody(body)])(text);
      const asked = {
        target: name,
        method,
        path,
        host: base.host,
        profile,
        timeoutSeconds,
        now: now(),
        clean,
      };
      return { result, asked };
    },
    credential: () => credential.inUse()?.name,
    close() {
      authorisation.close();
      transport.close();
    },
  };
}

interface Base {
  /** Without a slash at the end. */
  readonly href: string;
  readonly host: string;
}

function baseOf({ name, baseUrl }: TargetOptions): Base {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new RollcallError('configuration', `The baseUrl of ${name} is not an http or https address`);
  if (url.username !== '' || url.password !== '')
    throw new RollcallError('configuration', {
      message: `The baseUrl of ${name} holds a user name or password`,
      hint: 'Put the credential under auth.',
    });
  if (url.search !== '' || url.hash !== '')
    throw new RollcallError(
      'configuration',
      `The baseUrl of ${name} holds a ? or #, which cannot go on with a path`,
    );
  return { href: url.href.replace(/\/+$/, ''), host: url.host };
}

/** Where a GET may go on: at the same scheme, host and port, so that the credential never goes elsewhere. */
function redirection(result: Answer | NoAnswer, from: string): string | undefined {
  if (result.kind === 'none' || ![301, 302, 303, 307, 308].includes(result.status)) return undefined;
  const { location } = result.headers;
  if (location === undefined || !URL.canParse(location, from)) return undefined;
  const url = new URL(location, from);
  const isHere = url.origin === new URL(from).origin && url.username === '' && url.password === '';
  return isHere ? url.href : undefined;
}

/** What goes wrong before anything is sent is the target's trouble, and has its own words already where it is told so. */
async function told<T>(act: () => Promise<T>, what: string): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof TargetError) throw error;
    if (!(error instanceof RollcallError))
      throw new TargetError({ class: 'target', code: 'configuration', message: what });
    const { code, problems } = error;
    const why = problems.map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`));
    throw new TargetError({ class: 'target', code, message: `${what}: ${why.join('; ')}` });
  }
}
