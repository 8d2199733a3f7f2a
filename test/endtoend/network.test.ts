import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { people } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import type { Ending } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';
import type { Place } from '../support/place.ts';
import { selfSigned } from '../support/certificate.ts';
import { bodyOf, forward, listening } from '../support/serving.ts';
import { creations, playService, TOKEN } from '../support/service.ts';
import type { Mock } from '../../src/mock/index.ts';

const PROXY_PASSWORD = 'proxy:pass/word-4711';

interface Secured {
  readonly place: Place;
  readonly mock: Mock;
  readonly port: number;
  /** Requests for a token. */
  readonly asked: string[];
}

/** The mock and a token endpoint behind TLS; the token is the mock's own. */
async function secured(context: Ending): Promise<Secured | undefined> {
  const place = openPlace(context);
  const tls = selfSigned(place.folder);
  if (tls === undefined) return undefined;
  const mock = await playService(context);
  const asked: string[] = [];
  const server = createServer(tls, (request, response) => {
    void bodyOf(request).then(async (body) => {
      if (request.url !== '/token')
        return forward(mock, request, body, response, request.headers.authorization ?? '');
      asked.push(body);
      const token = { access_token: TOKEN, token_type: 'Bearer', expires_in: 600 };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(token));
    });
  });
  const port = await listening(context, server);
  place.people(people(5));
  return { place, mock, port, asked };
}

/** A proxy that opens tunnels for whoever says the password, and writes down where to. */
async function proxy(context: Ending): Promise<{ readonly port: number; readonly tunnels: string[] }> {
  const tunnels: string[] = [];
  const server = createHttpServer((_, response) => response.writeHead(400).end());
  server.on('connect', (request, socket) => {
    socket.on('error', () => undefined);
    const said = request.headers['proxy-authorization'] ?? '';
    const [user, ...password] = Buffer.from(said.replace('Basic ', ''), 'base64').toString().split(':');
    if (user !== 'roll@call' || password.join(':') !== PROXY_PASSWORD) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    tunnels.push(request.url ?? '');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const other = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      other.pipe(socket).pipe(other);
    });
    other.on('error', () => socket.destroy());
    context.onTestFinished(() => void other.destroy());
  });
  return { port: await listening(context, server), tunnels };
}

const env = { CLIENT_SECRET: 'secret-of-the-client', PROXY_PASSWORD };

describe.concurrent('the way to a target', patient, () => {
  test('is through a proxy, with a certificate of the company’s own: requests and tokens alike', async (context) => {
    const made = await secured(context);
    context.skip(made === undefined, 'there is no openssl');
    const { place, mock, port, asked } = made!;
    const between = await proxy(context);
    const configure = (lines: readonly string[]): void =>
      place.configure({
        baseUrl: `https://127.0.0.1:${port}${new URL(mock.url).pathname}`,
        auth: `{ kind: oauth2, grant: clientCredentials, tokenUrl: "https://127.0.0.1:${port}/token", clientId: c, clientSecret: { env: CLIENT_SECRET } }`,
        target: lines.join('\n'),
      });
    const address = `url: "http://127.0.0.1:${between.port}"`;
    const via = `proxy: { ${address}, username: "roll@call", password: { env: PROXY_PASSWORD } }`;
    const run = (...args: string[]) => place.runWith({ env }, ...args, '--log-level', 'debug');

    configure([via]);
    const untrusted = await run('check');
    expect(untrusted.code).toBe(1);
    expect(untrusted.stdout).toMatch(
      /not ok app: the token endpoint of app has a certificate .* cannot be trusted/,
    );
    expect(asked).toEqual([]);

    configure([via, 'ca: 127.0.0.1.pem']);
    const synced = await run('sync');
    expect(synced.code).toBe(0);
    expect(creations(mock).size).toBe(5);
    expect(asked).toHaveLength(1);
    // Two transports, each through the proxy, and nothing past it.
    expect(new Set(between.tunnels)).toEqual(new Set([`127.0.0.1:${port}`]));
    expect(between.tunnels.length).toBeGreaterThan(2);

    configure([`proxy: http://127.0.0.1:${between.port}`, 'ca: 127.0.0.1.pem']);
    const stranger = await run('check');
    expect(stranger.code).toBe(1);
    expect(stranger.stdout).toMatch(
      /cannot be reached at 127\.0\.0\.1:\d+ through the proxy 127\.0\.0\.1:\d+ \(ERR_PROXY_TUNNEL 407\)/,
    );
    for (const { stdout, stderr } of [untrusted, synced, stranger])
      for (const secret of [PROXY_PASSWORD, encodeURIComponent(PROXY_PASSWORD), TOKEN, env.CLIENT_SECRET])
        expect(stdout + stderr).not.toContain(secret);
  });

  test('that is closed leaves everything for the next run', async (context) => {
    const made = await secured(context);
    context.skip(made === undefined, 'there is no openssl');
    const { place, mock, port } = made!;
    const gone = createHttpServer();
    const closed = await listening(context, gone);
    await new Promise((resolve) => gone.close(resolve));
    const configure = (line: string): void =>
      place.configure({
        baseUrl: `https://127.0.0.1:${port}${new URL(mock.url).pathname}`,
        target: `ca: 127.0.0.1.pem\n${line}`,
      });
    configure(`proxy: http://127.0.0.1:${closed}`);
    const ended = await place.run('sync', '--wait', '0s');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(
      new RegExp(
        `app cannot be reached at 127\\.0\\.0\\.1:${port} through the proxy 127\\.0\\.0\\.1:${closed} \\(ECONNREFUSED\\)`,
      ),
    );
    expect(mock.journal()).toEqual([]);
    configure('');
    expect((await place.run('sync')).code).toBe(0);
    expect(creations(mock).size).toBe(5);
  });
});
