import { describe, expect, test } from 'vitest';
import type { Mock } from '../../src/mock/index.ts';
import { effects } from '../../src/mock/faults/table.ts';
import { fitsPath } from '../../src/mock/faults/fault.ts';
import { parseFault, readFault } from '../../src/mock/faults/read.ts';
import { RollcallError } from '../../src/model/index.ts';
import { ERROR, ask, created, filtered, mockOf, patchOf, person, wordOf } from './calling.ts';

async function statuses(mock: Mock, times: number, method = 'GET', path = '/Users'): Promise<number[]> {
  const all: number[] = [];
  for (let at = 0; at < times; at++) all.push((await ask(mock, method, path)).status);
  return all;
}

describe('which requests', () => {
  test('count: so often, and then no more', async () => {
    const mock = await mockOf('rfc', { faults: ['status=503,count=2'] });
    expect(await statuses(mock, 4)).toEqual([503, 503, 200, 200]);
  });

  test('after: only when so many went well', async () => {
    const mock = await mockOf('rfc', { faults: ['status=401,after=2'] });
    expect(await statuses(mock, 4)).toEqual([200, 200, 401, 401]);
  });

  test('method and path; the others are not counted', async () => {
    const mock = await mockOf('rfc', {
      people: [{ id: '7', userName: 'a' }],
      faults: ['status=500,method=get,path=/Users/7,count=1'],
    });
    expect(await statuses(mock, 2)).toEqual([200, 200]);
    expect((await ask(mock, 'DELETE', '/Users/8')).status).toBe(404);
    expect(await statuses(mock, 2, 'GET', '/Users/7')).toEqual([500, 200]);
  });

  test('user: by body, by id and by filter', async () => {
    const mock = await mockOf('rfc', { faults: ['status=500,user=Ada@example.com,after=1'] });
    const ada = await created(mock, person('ada@example.com'));
    const bob = await created(mock, person('bob@example.com'));
    expect((await ask(mock, 'GET', `/Users/${bob}`)).status).toBe(200);
    expect((await ask(mock, 'GET', `/Users/${ada}`)).status).toBe(500);
    expect(
      (await ask(mock, 'PATCH', `/Users/${ada}`, patchOf({ op: 'replace', path: 'title', value: 'x' })))
        .status,
    ).toBe(500);
    expect((await ask(mock, 'GET', filtered('userName eq "ADA@example.com"'))).status).toBe(500);
    expect((await ask(mock, 'POST', '/Users', person('ADA@example.com'))).status).toBe(500);
    expect((await ask(mock, 'GET', '/Users')).status).toBe(200);
  });

  test('share: about that many, the same ones for the same seed', async () => {
    const runs = [1, 1, 2].map(async (seed) =>
      statuses(await mockOf('rfc', { faults: [`status=500,share=0.3,seed=${seed}`] }), 100),
    );
    const [first, again, other] = await Promise.all(runs);
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    const failed = first!.filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(15);
    expect(failed).toBeLessThan(45);
  });

  test('several faults: the first that strikes is played, the others are not used up', async () => {
    const mock = await mockOf('rfc', { faults: ['status=500,count=1', 'status=503,count=1'] });
    expect(await statuses(mock, 3)).toEqual([500, 503, 200]);
  });

  test.each<[string, string, boolean]>([
    ['/Users', '/Users', true],
    ['/Users', '/Users/7', true],
    ['/Users', '/UsersX', false],
    ['/Users/', '/Users/7', true],
    ['/Users/*', '/Users/7', true],
    ['/Users/*', '/Users', false],
    ['*/7', '/Users/7', true],
    ['*/7', '/Users/77', false],
    ['*/7', '/Users/77/7', true],
    ['*', '/anything', true],
    ['/*rs/*7', '/Users/57', true],
    ['/Groups', '/Users', false],
  ])('the path %s and the request %s', (pattern, path, fits) => {
    expect(fitsPath(pattern.split(/\*+/), path)).toBe(fits);
  });

  test('a pattern of many stars ends soon', () => {
    expect(
      fitsPath(
        Array.from({ length: 500 }, () => 'a'),
        `${'a'.repeat(60_000)}b`,
      ),
    ).toBe(false);
  });
});

describe('what the client sees', () => {
  test('status: a SCIM error, with Retry-After in seconds, as text or as a date', async () => {
    const mock = await mockOf('rfc', {
      faults: [
        'status=429,retryAfter=3600,count=1',
        'status=429,retryAfter="soon, perhaps",count=1',
        'status=429,retryAfterDate=60,count=1',
        'status=409,scimType=uniqueness,detail="taken, sorry",count=1',
        'status=401,count=1',
      ],
    });
    const first = await ask(mock, 'GET', '/Users');
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '3600']);
    expect(first.body).toMatchObject({ schemas: [ERROR], status: '429' });
    expect((await ask(mock, 'GET', '/Users')).headers.get('retry-after')).toBe('soon, perhaps');
    const date = Date.parse(String((await ask(mock, 'GET', '/Users')).headers.get('retry-after')));
    expect(Math.abs(date - Date.now() - 60_000)).toBeLessThan(10_000);
    expect((await ask(mock, 'GET', '/Users')).body).toMatchObject({
      status: '409',
      scimType: 'uniqueness',
      detail: 'taken, sorry',
    });
    expect((await ask(mock, 'GET', '/Users')).headers.get('www-authenticate')).toBe('Bearer');
  });

  test('status speaks in the words of the service that is played', async () => {
    const mock = await mockOf('cosmo-controlplane', { faults: ['status=503,scimType=tooMany'] });
    expect((await ask(mock, 'GET', '/Users')).body).toEqual({
      schemas: [ERROR],
      detail: 'This fault was asked for.',
      status: 503,
    });
  });

  test('status before: nothing was done; when=after: it was done all the same', async () => {
    const mock = await mockOf('rfc', {
      faults: ['status=500,method=POST,count=1', 'status=504,method=POST,when=after,count=1'],
    });
    expect((await ask(mock, 'POST', '/Users', person('before'))).status).toBe(500);
    expect((await ask(mock, 'POST', '/Users', person('after'))).status).toBe(504);
    expect(mock.users().map((user) => user['userName'])).toEqual(['after']);
  });

  test('drop=after commits and closes the connection without an answer; drop=before does nothing', async () => {
    const mock = await mockOf('rfc', {
      faults: ['drop=after,method=POST,count=1', 'drop=before,method=POST,count=1'],
    });
    await expect(ask(mock, 'POST', '/Users', person('done'))).rejects.toThrow();
    await expect(ask(mock, 'POST', '/Users', person('not done'))).rejects.toThrow();
    expect(mock.users().map((user) => user['userName'])).toEqual(['done']);
    expect(mock.journal()).toMatchObject([
      { status: null, fault: 'fault-1', body: { userName: 'done' } },
      { status: null, fault: 'fault-2' },
    ]);
    expect((await ask(mock, 'POST', '/Users', person('done'))).status).toBe(409);
  });

  test('delay: the answer is right, and late', async () => {
    const mock = await mockOf('rfc', { faults: ['delay=60', 'delay=60,method=GET'] });
    const start = performance.now();
    expect((await ask(mock, 'GET', '/Users')).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(110);
  });

  test('delay with an effect: both', async () => {
    const mock = await mockOf('rfc', { faults: ['delay=40,status=500'] });
    const start = performance.now();
    expect((await ask(mock, 'GET', '/Users')).status).toBe(500);
    expect(performance.now() - start).toBeGreaterThan(35);
  });

  test('a client that gives up during a delay changes nothing', async () => {
    const mock = await mockOf('rfc', { faults: ['delay=80,count=1'] });
    const gone = fetch(`${mock.url}/Users`, {
      method: 'POST',
      body: '{"userName":"a"}',
      headers: { authorization: 'Bearer the-token', 'content-type': 'application/json' },
      signal: AbortSignal.timeout(20),
    });
    await expect(gone).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(mock.users()).toEqual([]);
  });

  test('html: a page with 200, or with another status', async () => {
    const mock = await mockOf('rfc', { faults: ['html,count=1', 'html,status=502,count=1'] });
    const first = await ask(mock, 'POST', '/Users', person('a'));
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(first.text).toContain('<html>');
    expect((await ask(mock, 'GET', '/Users')).status).toBe(502);
    expect(mock.users()).toEqual([]);
  });

  test('empty: the right status without a body, after it was done', async () => {
    const mock = await mockOf('rfc', { faults: ['empty'] });
    const answer = await ask(mock, 'POST', '/Users', person('a'));
    expect([answer.status, answer.text, mock.users().length]).toEqual([201, '', 1]);
  });

  test('truncate: JSON that ends in the middle, after it was done', async () => {
    const mock = await mockOf('rfc', { faults: ['truncate'] });
    const answer = await ask(mock, 'POST', '/Users', person('a'));
    expect([answer.status, mock.users().length]).toEqual([201, 1]);
    expect(answer.text.startsWith('{"schemas"')).toBe(true);
    expect(() => JSON.parse(answer.text) as unknown).toThrow();
  });

  test('huge: the right answer behind 50 MB, or as many bytes as are asked for', async () => {
    const mock = await mockOf('rfc', { faults: ['huge,count=1', 'huge=1000,count=1'] });
    const first = await ask(mock, 'GET', '/Users');
    expect([first.status, first.body['totalResults']]).toEqual([200, 0]);
    expect(first.text.length).toBeGreaterThan(50 * 1024 * 1024);
    expect((await ask(mock, 'GET', '/Users')).text.length).toBeLessThan(2000);
  });

  test('huge: a client that stops reading does not hold up the mock', async () => {
    const mock = await mockOf('rfc', { faults: ['huge,count=1'] });
    const answer = await fetch(`${mock.url}/Users`, { headers: { authorization: 'Bearer the-token' } });
    await answer.body?.cancel();
    expect((await ask(mock, 'GET', '/Users')).status).toBe(200);
  });
});

describe('at the door', () => {
  test('faults are put in force, counted, and taken away', async () => {
    const mock = await mockOf('rfc');
    const made = await ask(mock, 'POST', '/_mock/faults', [
      { status: 500, count: 1 },
      'status=503,method=DELETE',
    ]);
    expect([made.status, made.body['total']]).toEqual([201, 2]);
    expect(await statuses(mock, 2)).toEqual([500, 200]);
    expect((await ask(mock, 'GET', '/_mock/faults')).body['items']).toEqual([
      { id: 'fault-1', fault: { status: 500, count: 1 }, seen: 2, played: 1 },
      { id: 'fault-2', fault: { status: 503, method: 'DELETE' }, seen: 0, played: 0 },
    ]);
    expect((await ask(mock, 'DELETE', '/_mock/faults/fault-2')).body).toEqual({ removed: 1 });
    expect((await ask(mock, 'DELETE', '/Users/x')).status).toBe(404);
    expect((await ask(mock, 'POST', '/_mock/faults', 'status=418', { type: 'text/plain' })).status).toBe(201);
    expect((await ask(mock, 'DELETE', '/_mock/faults')).body).toEqual({ removed: 2 });
    expect(await statuses(mock, 1)).toEqual([200]);
  });

  test('the door itself is not struck', async () => {
    const mock = await mockOf('rfc', { faults: ['drop=before', 'delay=100000'] });
    expect((await ask(mock, 'DELETE', '/_mock/faults')).status).toBe(200);
    expect((await ask(mock, 'GET', '/Users')).status).toBe(200);
  });

  test('of a list with a fault that is none, none is put in force', async () => {
    const mock = await mockOf('rfc');
    const { status, body } = await ask(mock, 'POST', '/_mock/faults', ['status=500', 'nonsense=1']);
    expect([status, wordOf(body['error']?.['message'])]).toEqual([
      400,
      expect.stringContaining('"nonsense"'),
    ]);
    expect(await statuses(mock, 1)).toEqual([200]);
  });
});

describe('the text of --fault', () => {
  test.each([
    ['status=500,path=Users', 'path'],
    ['pageSize=0', 'pageSize'],
  ])('%s would never happen, and is refused', (text, word) => {
    expect(() => readFault(text, 'f')).toThrow(`"${word}" takes`);
  });

  test.each<[string, object]>([
    [
      'status=500,method=POST,user=ada@example.com,count=3',
      { status: 500, method: 'POST', user: 'ada@example.com', count: 3 },
    ],
    ['status=429, retryAfter=2, share=0.1', { status: 429, retryAfter: 2, share: 0.1 }],
    ['html', { html: true }],
    ['status=409,detail="a, b=c"', { status: 409, detail: 'a, b=c' }],
  ])('%s', (text, spec) => {
    expect(parseFault(text)).toEqual(spec);
    expect(readFault(text, 'x').spec).toEqual(spec);
  });

  test.each([
    '',
    'count=3',
    'status',
    'status=abc',
    'status=99',
    'status=600',
    'status=500,status=503',
    'drop',
    'drop=sometimes',
    'html=1',
    'huge=-1',
    'huge=99999999999',
    'delay=-5',
    'delay=1e9',
    'status=500,share=2',
    'status=500,share=x',
    'status=500,count=1.5',
    'status=500,when=never',
    'status=500,method=',
    'status=500,__proto__=1',
    'status=500,toString=1',
    'explode=1',
    'status=429,retryAfter=\u00e9',
    'redirect="http://x\r\nX: y"',
    'redirect=http://\u00e9/',
    'status=429,retryAfterDate=99999999999',
  ])('%j is refused with a sentence', (text) => {
    expect(() => readFault(text, 'x')).toThrow(RollcallError);
  });

  test.each([null, 7, [], { status: [500] }, { status: null }, { status: '500' }, { status: 500, path: {} }])(
    '%j is no fault',
    (given) => {
      expect(() => readFault(given, 'x')).toThrow(RollcallError);
    },
  );

  test('every effect says what it does', () => {
    for (const { says } of Object.values(effects)) expect(says).toMatch(/\S/);
  });
});
