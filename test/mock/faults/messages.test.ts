import { describe, expect, test } from 'vitest';
import { ERROR, TOKEN, ask, mockOf, person } from '../calling.ts';
import { three } from './talking.ts';

async function bytesOf(url: string): Promise<{ readonly type: string | null; readonly bytes: Buffer }> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
  return { type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) };
}

describe('status', () => {
  test.each([
    ['retryAfter=3600', '3600'],
    ['retryAfter=-5', '-5'],
    ['retryAfter=0', '0'],
    ['retryAfter=soon', 'soon'],
    ['retryAfter=99999999999', '99999999999'],
    ['count=9', null],
  ])('429 with %s', async (more, value) => {
    const mock = await mockOf('rfc', { faults: [`status=429,${more}`] });
    const { status, headers } = await ask(mock, 'GET', '/Users');
    expect([status, headers.get('retry-after')]).toEqual([429, value]);
  });

  test.each([
    [60, 'Wed, 25 Nov 2026 09:01:00 GMT'],
    [-60, 'Wed, 25 Nov 2026 08:59:00 GMT'],
  ])('429 with a date %d seconds from now (RFC 9110 §5.6.7)', async (seconds, date) => {
    const clock = () => Date.parse('2026-11-25T09:00:00Z');
    const mock = await mockOf('rfc', { clock, faults: [`status=429,retryAfterDate=${seconds}`] });
    expect((await ask(mock, 'GET', '/Users')).headers.get('retry-after')).toBe(date);
  });

  test('403 with the headers of a limit that is used up, as GitHub sends it', async () => {
    const clock = () => Date.parse('2026-11-25T09:00:00Z');
    const mock = await mockOf('rfc', {
      clock,
      faults: ['status=403,rateLimit=60,detail="slow down, please"'],
    });
    const { status, headers, body } = await ask(mock, 'GET', '/Users');
    expect([status, body['detail']]).toEqual([403, 'slow down, please']);
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
    expect(headers.get('x-ratelimit-reset')).toBe(String(clock() / 1000 + 60));
    expect(headers.get('retry-after')).toBeNull();
  });

  test.each([500, 502, 503, 504])('%d before the write, and after it', async (code) => {
    const mock = await mockOf('rfc', {
      faults: [`status=${code},method=POST,count=1`, `status=${code},method=POST,when=after,count=1`],
    });
    expect((await ask(mock, 'POST', '/Users', person('before'))).status).toBe(code);
    expect((await ask(mock, 'POST', '/Users', person('after'))).status).toBe(code);
    expect(mock.users().map((one) => one['userName'])).toEqual(['after']);
  });

  test('204 to everything', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['status=204'] });
    for (const method of ['GET', 'DELETE']) {
      const { status, text } = await ask(mock, method, '/Users/1');
      expect([status, text]).toEqual([204, '']);
    }
    expect(mock.users()).toHaveLength(3);
  });

  test('bodyStatus: 200 with an error in the body, and 400 with a body that says 409', async () => {
    const mock = await mockOf('rfc', {
      faults: ['status=200,bodyStatus=500,count=1', 'status=400,bodyStatus=409,count=1'],
    });
    const first = await ask(mock, 'GET', '/Users');
    expect([first.status, first.body]).toMatchObject([200, { schemas: [ERROR], status: '500' }]);
    const second = await ask(mock, 'GET', '/Users');
    expect([second.status, second.body['status']]).toEqual([400, '409']);
  });
});

describe('redirect', () => {
  test.each([
    ['redirect', 307, 'https://login.example.com/scim/v2/Users'],
    ['redirect=https://example.org/,status=301', 301, 'https://example.org/'],
  ])('%s', async (fault, code, location) => {
    const mock = await mockOf('rfc', { faults: [fault] });
    const answer = await fetch(`${mock.url}/Users`, {
      headers: { authorization: `Bearer ${TOKEN}` },
      redirect: 'manual',
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([code, location]);
  });
});

describe('bodies that no client can read', () => {
  test('malformed: JSON with a comma too many', async () => {
    const mock = await mockOf('rfc', { faults: ['malformed'] });
    const { status, text } = await ask(mock, 'POST', '/Users', person('a'));
    expect(status).toBe(201);
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(JSON.parse(text.replace(/,}$/, '}'))).toMatchObject({ userName: 'a' });
  });

  test('truncate and malformed of an error, too', async () => {
    const mock = await mockOf('rfc', { faults: ['truncate,status=500'] });
    const { status, text } = await ask(mock, 'GET', '/Users');
    expect(status).toBe(500);
    expect(() => JSON.parse(text) as unknown).toThrow();
  });

  const people = [{ userName: 'Zoë' }];
  test('encoding=broken: bytes that are no UTF-8', async () => {
    const mock = await mockOf('rfc', { people, faults: ['encoding=broken'] });
    const { bytes } = await bytesOf(`${mock.url}/Users`);
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow();
    const rest = Buffer.from(bytes.filter((byte) => byte < 0xfe));
    expect(JSON.parse(rest.toString('utf8'))).toMatchObject({ Resources: people });
  });

  test.each([
    ['latin1', (bytes: Buffer) => bytes.toString('latin1')],
    ['utf16', (bytes: Buffer) => bytes.subarray(2).toString('utf16le')],
    ['bom', (bytes: Buffer) => bytes.subarray(3).toString('utf8')],
  ])('encoding=%s', async (how, read) => {
    const mock = await mockOf('rfc', { people, faults: [`encoding=${how}`] });
    const { bytes } = await bytesOf(`${mock.url}/Users`);
    expect(
      () => JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as unknown,
    ).toThrow();
    expect(JSON.parse(read(bytes))).toMatchObject({ Resources: people });
  });

  test.each([
    ['mediaType=text/plain', 'text/plain'],
    ['mediaType="application/json; charset=utf-16"', 'application/json; charset=utf-16'],
    ['mediaType=none', null],
  ])('%s', async (fault, type) => {
    const mock = await mockOf('rfc', { people, faults: [fault] });
    const seen = await bytesOf(`${mock.url}/Users`);
    expect(seen.type).toBe(type);
    expect(JSON.parse(seen.bytes.toString())).toMatchObject({ Resources: people });
  });
});
