import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { routes } from '../../src/http/routes.ts';
import { openState } from '../../src/store/state.ts';
import { TOKEN } from '../support/service.ts';
import { bearer, keyOf, openOffice } from './office.ts';

describe('the HTTP side', () => {
  test('lets nobody in without a key that is good for it, and says nothing of what there is', async (context) => {
    const { ask } = await openOffice(context);
    const wrong = [
      {},
      { authorization: '' },
      { authorization: 'Basic eDp5' },
      { authorization: `Bearer ${keyOf('all')}x` },
      { authorization: `Bearer ${keyOf('all').slice(0, -1)}` },
    ];
    const bodies = new Set<string>();
    for (const headers of wrong)
      for (const path of ['/v1/status', '/v1/people/P0001', '/v1/nothing']) {
        const { status, text, headers: given } = await ask('GET', path, undefined, headers);
        expect([status, given['www-authenticate']]).toEqual([401, 'Bearer realm="rollcall"']);
        bodies.add(text);
      }
    expect(bodies.size).toBe(1);
    for (const { method, path, scope } of routes) {
      const url = path.replaceAll(/\{\w+\}/g, 'app');
      const other = scope === 'events' ? 'provision' : 'events';
      expect(await ask(method, url, undefined, bearer(other)), `${method} ${url}`).toMatchObject({
        status: 403,
        body: { error: { code: 'forbidden' } },
      });
    }
    expect((await ask('GET', '/metrics', undefined, {})).status).toBe(401);
    expect((await ask('GET', '/metrics', undefined, bearer('metrics'))).status).toBe(200);
    expect((await ask('GET', '/v1/status', undefined, bearer('metrics'))).status).toBe(403);
  });

  test('bounds each key, and the wrong keys of an address, and locks nobody out for others', async (context) => {
    const { ask, the } = await openOffice(context, {
      rows: 0,
      http: '  rate: { perKey: 3, wrongKeys: 2 }\n',
    });
    let now = 1_000_000;
    the.now = () => now;
    const statuses = async (count: number, headers: Record<string, string>): Promise<readonly number[]> => {
      const found: number[] = [];
      for (let index = 0; index < count; index++)
        found.push((await ask('GET', '/v1/targets', undefined, headers)).status);
      return found;
    };
    expect(await statuses(4, { authorization: 'Bearer wrong' })).toEqual([401, 401, 429, 429]);
    expect(await statuses(4, bearer('read'))).toEqual([200, 200, 200, 429]);
    expect(await statuses(1, bearer('all'))).toEqual([200]);
    expect((await ask('GET', '/v1/targets', undefined, bearer('read'))).headers['retry-after']).toBe('20');
    now += 20_000;
    expect(await statuses(2, bearer('read'))).toEqual([200, 429]);
  });

  test('answers what is odd with a sentence, and has the same headers on everything', async (context) => {
    const { ask, app, lines } = await openOffice(context);
    const json = { ...bearer('all'), 'content-type': 'application/json' };
    const odd = [
      [await ask('POST', '/v1/events', 'x'.repeat(50_000_000), json), 413],
      [await ask('POST', '/v1/events', '{"a":', json), 400],
      [await ask('POST', '/v1/events', '{"__proto__": {}}', json), 400],
      [await ask('POST', '/v1/events', '<a/>', { ...json, 'content-type': 'text/xml' }), 415],
      [await ask('OPTIONS', '/v1/events'), 405],
      [await ask('DELETE', '/v1/status'), 405],
      [await ask('HEAD', '/v1/status'), 200],
      [await ask('GET', '/v1/people/a%2Fb'), 404],
      [await ask('GET', '/v1/people/%zz'), 400],
      [await ask('GET', '/v1/people/%00'), 404],
      [await ask('GET', `/v1/people/${'x'.repeat(2000)}`), 414],
      [await ask('GET', '/v1/targets/..%2f..%2fetc/plan'), 404],
      [await ask('GET', '/v1/history?limit=0'), 400],
      [await ask('GET', '/v1/history?limit=1e9'), 400],
      [await ask('GET', '/v1/access'), 400],
      [await ask('GET', '/nothing'), 404],
      [await ask('GET', '/healthz'), 200],
      [await ask('POST', '/v1/targets/app/approve', { checksum: 'f'.repeat(20) }), 400],
      [await ask('POST', '/v1/targets/app/retry', { key: 'nobody' }), 404],
      [await ask('POST', '/v1/people/P0001/lift'), 404],
      [await ask('POST', '/v1/people/nobody/offboard'), 404],
    ] as const;
    for (const [{ status, headers, text }, expected] of odd) {
      expect([status, text.slice(0, 200)]).toEqual([expected, expect.any(String)]);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(text).not.toMatch(/node_modules|\.ts:\d|rollcall\.db/);
    }
    expect(
      (await app.inject({ method: 'OPTIONS', url: '/v1/events', headers: bearer('all') })).headers['allow'],
    ).toBe('POST');
    // The log has patterns of addresses, and neither people nor keys.
    expect(lines.join('\n')).toMatch(/"path":"\/v1\/people\/:key"/);
    expect(lines.join('\n')).not.toMatch(new RegExp(`P0001|nobody|${TOKEN}|${keyOf('all')}|person1`));
  });

  test('ends a connection on which a request is written too slowly', async (context) => {
    const { app } = await openOffice(context, { rows: 0 });
    const { server } = app;
    expect([server.headersTimeout, server.requestTimeout, server.timeout]).toEqual([10_000, 15_000, 75_000]);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\nbroken header\r\n\r\n');
    const [answer] = await new Promise<Buffer[]>((resolve) => socket.once('data', (data) => resolve([data])));
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
    expect(String(answer)).toMatch(
      /\{"error":\{"code":"syntax","message":"this request cannot be read"\}\}$/,
    );
    socket.destroy();
  });

  test('refuses what Node itself cannot take in the form of every other refusal', async (context) => {
    const { app } = await openOffice(context, { rows: 0 });
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${address}/healthz`, { headers: { x: 'x'.repeat(20_000) } });
    expect(answer.status).toBe(431);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.json()).toEqual({
      error: { code: 'tooLarge', message: 'the headers are too large' },
    });
  });

  test('is not ready with a state of a newer version, and is alive', async (context) => {
    const { ask, path } = await openOffice(context);
    expect(await ask('GET', '/readyz', undefined, {})).toMatchObject({
      status: 200,
      body: { ready: true, checks: { state: 'ok', schedule: 'ok' } },
    });
    const other = openState(path('rollcall.db'), false);
    const version = other.db.pragma('user_version', { simple: true }) as number;
    other.db.pragma('user_version = 9999');
    expect(await ask('GET', '/readyz', undefined, {})).toMatchObject({
      status: 503,
      body: { checks: { state: 'written by a newer version' } },
    });
    expect(await ask('GET', '/v1/status')).toMatchObject({ status: 503, body: { error: { code: 'state' } } });
    expect(await ask('GET', '/healthz', undefined, {})).toMatchObject({ status: 200, body: { alive: true } });
    other.db.pragma(`user_version = ${version}`);
    other.close();
  });
});
