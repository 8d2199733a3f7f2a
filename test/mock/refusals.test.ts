import { describe, expect, test } from 'vitest';
import { ERROR, PATCH_OP, ask, created, mockOf, patchOf, person, raw, wordOf } from './calling.ts';

describe('RFC 7644 §2 and §3.12, who may come in', () => {
  test('without a credential 401 with a challenge (RFC 9110 §11.6.1)', async () => {
    const mock = await mockOf('rfc');
    const { status, headers, body } = await ask(mock, 'GET', '/Users', undefined, { token: null });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="rfc"');
    expect(headers.get('content-type')).toBe('application/scim+json');
    expect(body).toMatchObject({ schemas: [ERROR], status: '401' });
  });

  test.each(['Bearer wrong', 'Bearer', 'Basic dXNlcjpwYXNz', 'the-token', 'Bearer the-token x'])(
    '%s is 401',
    async (header) => {
      const mock = await mockOf('rfc');
      const answer = await ask(mock, 'GET', '/Users', undefined, {
        token: null,
        headers: { authorization: header },
      });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('invalid_token');
    },
  );

  test('the scheme is taken in any case (RFC 9110 §11.1)', async () => {
    const mock = await mockOf('rfc');
    const headers = { authorization: 'bEARER the-token' };
    expect((await ask(mock, 'GET', '/Users', undefined, { token: null, headers })).status).toBe(200);
  });

  test('a key without the permission is 403, one with it comes in, and only the token opens the door', async () => {
    const mock = await mockOf('rfc', {
      keys: [
        { token: 'reader', permissions: [] },
        { token: 'writer', permissions: ['scim'] },
      ],
    });
    expect((await ask(mock, 'GET', '/Users', undefined, { token: 'reader' })).status).toBe(403);
    expect((await ask(mock, 'GET', '/Users', undefined, { token: 'writer' })).status).toBe(200);
    expect((await ask(mock, 'GET', '/_mock/users', undefined, { token: 'writer' })).status).toBe(403);
    expect((await ask(mock, 'GET', '/_mock/users', undefined, { token: null })).status).toBe(401);
    expect((await ask(mock, 'GET', '/_mock/users', undefined, { token: 'wrong' })).status).toBe(401);
  });

  test('the door is the same whatever service is played', async () => {
    const mock = await mockOf('cosmo-controlplane', { keys: [{ token: 'weak', permissions: ['scim'] }] });
    expect((await ask(mock, 'GET', '/_mock/users', undefined, { token: 'weak' })).status).toBe(403);
    expect((await ask(mock, 'GET', '/_mock/users', undefined, { token: null })).status).toBe(401);
    expect((await ask(mock, 'GET', '/_mock/nothing', undefined, { token: null })).status).toBe(401);
  });

  test('who may not come in changes nothing, and learns nothing of what is there', async () => {
    const mock = await mockOf('rfc');
    const how = { token: 'wrong' };
    expect((await ask(mock, 'POST', '/Users', person('a'), how)).status).toBe(401);
    expect((await ask(mock, 'POST', '/Users', '{broken', how)).status).toBe(401);
    expect((await ask(mock, 'GET', '/Nothing', undefined, how)).status).toBe(401);
    expect(mock.users()).toEqual([]);
  });

  test('each organisation has people of its own, and keys that see no other', async () => {
    const mock = await mockOf('rfc', {
      organisations: [{ name: 'one' }, { name: 'two' }, { name: 'off', scim: false }],
      keys: [
        { token: 'two', permissions: ['scim'], organisation: 'two' },
        { token: 'off', permissions: ['scim'], organisation: 'off' },
      ],
    });
    const id = await created(mock, person('same'));
    expect((await ask(mock, 'GET', `/Users/${id}`, undefined, { token: 'two' })).status).toBe(404);
    expect((await ask(mock, 'POST', '/Users', person('same'), { token: 'two' })).status).toBe(201);
    expect([mock.users().length, mock.users('two').length, mock.users('off').length]).toEqual([1, 1, 0]);
    expect((await ask(mock, 'GET', '/_mock/users?organisation=two')).body['total']).toBe(1);
    expect((await ask(mock, 'GET', '/_mock/users?organisation=three')).status).toBe(404);
    expect((await ask(mock, 'GET', '/Users', undefined, { token: 'off' })).status).toBe(403);
  });
});

describe('RFC 7644 §3.12, routes and media types', () => {
  test.each([
    ['GET', '/Nothing'],
    ['GET', '/users'],
    ['GET', '/Users/a/b'],
    ['GET', '//'],
  ])('%s %s is 404', async (method, path) => {
    const mock = await mockOf('rfc');
    const { status, body, headers } = await ask(mock, method, path);
    expect([status, body['status']]).toEqual([404, '404']);
    expect(headers.get('content-type')).toBe('application/scim+json');
  });

  test.each([
    ['PUT', '/Users', ['GET', 'POST']],
    ['DELETE', '/Users', ['GET', 'POST']],
    ['POST', '/Users/1', ['DELETE', 'GET', 'PATCH', 'PUT']],
    ['OPTIONS', '/Users/1', ['DELETE', 'GET', 'PATCH', 'PUT']],
    ['POST', '/Schemas', ['GET']],
    ['DELETE', '/ServiceProviderConfig', ['GET']],
  ])('%s %s is 405, with the methods that there are (RFC 9110 §15.5.6)', async (method, path, allowed) => {
    const mock = await mockOf('rfc');
    const { status, headers } = await ask(mock, method, path);
    expect(status).toBe(405);
    expect(headers.get('allow')?.split(', ').sort()).toEqual(allowed);
  });

  test.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'nonsense',
    'multipart/form-data; boundary=x',
  ])('a body of %s is 415', async (type) => {
    const mock = await mockOf('rfc');
    const { status, body } = await ask(mock, 'POST', '/Users', person('a'), { type });
    expect([status, body['status']]).toEqual([415, '415']);
  });

  test('a body without a media type is 415', async () => {
    const mock = await mockOf('rfc');
    const text = await raw(
      mock,
      'POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the-token\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
    );
    expect(text).toMatch(/^HTTP\/1.1 415 /);
  });
});

describe('what no client should send', () => {
  test.each([
    '{',
    '{"userName":"a"',
    '{"userName":"a",}',
    "{'userName':'a'}",
    'null\u0000',
    '<html>',
    '{"userName":NaN}',
    '\u{feff}{"userName":"a"}',
  ])('JSON that is none (%j) is 400 invalidSyntax, without a stack trace', async (text) => {
    const mock = await mockOf('rfc');
    const { status, body } = await ask(mock, 'POST', '/Users', text);
    expect([status, body['scimType']]).toEqual([400, 'invalidSyntax']);
    expect(wordOf(body['detail'])).not.toMatch(/\bat .*[:/]\d+/);
  });

  test('a body that is not UTF-8 is 400', async () => {
    const mock = await mockOf('rfc');
    const bytes = Buffer.concat([Buffer.from('{"userName":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect((await ask(mock, 'POST', '/Users', bytes)).status).toBe(400);
    expect(mock.users()).toEqual([]);
  });

  test('a replacement character that was sent is a character like any other', async () => {
    const mock = await mockOf('rfc');
    const { status, body } = await ask(mock, 'POST', '/Users', person('a', { title: 'Z\uFFFDe' }));
    expect([status, body['title']]).toEqual([201, 'Z\uFFFDe']);
  });

  test('a body above the limit is 413, and the mock goes on', async () => {
    const mock = await mockOf('rfc');
    const { status, body } = await ask(mock, 'POST', '/Users', person('a', { title: 'x'.repeat(2_000_000) }));
    expect([status, body['status']]).toEqual([413, '413']);
    await created(mock, person('a', { title: 'x'.repeat(1_000_000) }));
  });

  test.each([
    ['a list', '['.repeat(400_000) + ']'.repeat(400_000)],
    ['an attribute', `{"userName":"a","title":${'['.repeat(300_000)}${']'.repeat(300_000)}}`],
    ['an unknown attribute', `{"userName":7,"x":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
    ['with a password', `{"userName":7,"password":${'['.repeat(300_000)}${']'.repeat(300_000)}}`],
  ])('JSON that is nested without end (%s) is 400, and is told in the journal', async (_what, text) => {
    const mock = await mockOf('rfc');
    expect((await ask(mock, 'POST', '/Users', text)).status).toBe(400);
    const { status, body } = await ask(mock, 'GET', '/_mock/requests');
    expect([status, body['total']]).toEqual([200, 1]);
  });

  test('__proto__ and constructor are names like any others', async () => {
    const mock = await mockOf('rfc');
    const text =
      '{"userName":"a","__proto__":{"title":"x"},"constructor":{"prototype":{"admin":true}},"name":{"__proto__":{"givenName":"x"}}}';
    const { status, body } = await ask(mock, 'POST', '/Users', text);
    expect(status).toBe(201);
    expect(body).not.toHaveProperty('title');
    expect(body).not.toHaveProperty('name');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    const patch = `{"schemas":["${PATCH_OP}"],"Operations":[{"op":"add","value":{"__proto__":{"title":"x"},"name":{"__proto__":{"polluted":1}}}}]}`;
    const { status: patched } = await ask(mock, 'PATCH', `/Users/${wordOf(body['id'])}`, patch);
    expect(patched).toBe(200);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test.each(['/Users/%ff', '/Users/%', '/Users?filter=%ff%fe', '/Users?%=%&&&=', '/Users?__proto__=x'])(
    '%s is answered, not fallen over',
    async (path) => {
      const mock = await mockOf('rfc');
      const { status, text } = await ask(mock, 'GET', path);
      expect([200, 400, 404]).toContain(status);
      expect(text).not.toMatch(/\.ts:\d+/);
    },
  );

  test('an address that cannot be read is answered to whoever may come in, and is in the journal', async () => {
    const mock = await mockOf('rfc');
    expect((await ask(mock, 'GET', '/Users/%zz', undefined, { token: null })).status).toBe(401);
    expect((await ask(mock, 'GET', '/Users/%zz')).status).toBe(400);
    expect(mock.journal()).toMatchObject([
      { path: '/scim/v2/Users/%zz', status: 401 },
      { path: '/scim/v2/Users/%zz', status: 400 },
    ]);
    expect((await ask(mock, 'GET', '/_mock/%zz', undefined, { token: null })).status).toBe(401);
    expect((await ask(mock, 'GET', '/_mock/%zz')).body).toMatchObject({ error: { status: 400 } });
    expect(mock.journal()).toHaveLength(2);
  });

  test('what is not HTTP is refused in the words of the framework, where it is the framework that speaks', async () => {
    const plain = await raw(await mockOf('rfc'), 'GET\r\n\r\n');
    expect(plain).toMatch(/Content-Type: application\/scim\+json\r\n[^]*"status":"400"/);
    const fastify = await raw(await mockOf('cosmo-controlplane'), 'GET\r\n\r\n');
    expect(fastify).toMatch(/Content-Type: application\/json; charset=utf-8\r\n[^]*"statusCode":400/);
    expect(fastify).not.toContain('urn:ietf');
  });

  test('a very long id is 404, and headers without end are 431', async () => {
    const mock = await mockOf('rfc');
    expect((await ask(mock, 'GET', `/Users/${'x'.repeat(7000)}`)).status).toBe(404);
    const text = await raw(
      mock,
      `GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(200_000)}\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1.1 431 [^]*"status":"431"/);
  });

  test.each([
    'FOO / HTTP/1.1\r\n\r\n',
    'GET\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n',
  ])('what is not HTTP (%j) is 400, and the connection ends', async (bytes) => {
    const mock = await mockOf('rfc');
    expect(await raw(mock, bytes)).toMatch(/^HTTP\/1.1 400 /);
    expect((await ask(mock, 'GET', '/Users')).status).toBe(200);
  });

  test('a query that is not UTF-8 says so, and an expectation that nobody knows is 417 (RFC 9110 §10.1.1)', async () => {
    const mock = await mockOf('rfc');
    for (const query of ['filter=userName%20eq%20%22%ff%22', 'count=%zz', 'filter=%']) {
      const { status, body } = await ask(mock, 'GET', `/Users?${query}`);
      expect([status, body['detail']]).toEqual([400, 'The query is not UTF-8 in percent-encoding.']);
    }
    expect((await ask(mock, 'GET', `/Users?filter=userName%20eq%20%22%C3%A9%22`)).status).toBe(200);
    const expecting = 'GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nExpect: more\r\nConnection: close\r\n\r\n';
    expect(await raw(mock, expecting)).toMatch(/^HTTP\/1.1 417 [^]*"status":"417"/);
  });

  test.each(['rfc', 'cosmo'])('%s: without a Host it is 400 (RFC 9112 §3.2), in HTTP/1.1', async (name) => {
    const mock = await mockOf(name);
    const { pathname } = new URL(mock.url);
    const rest = 'Authorization: Bearer the-token\r\nConnection: close\r\n\r\n';
    const hostless = await raw(mock, `GET ${pathname}/Users HTTP/1.1\r\n${rest}`);
    expect(hostless).toMatch(/^HTTP\/1.1 400 [^]*A request in HTTP\/1.1 needs a Host header\./);
    expect(await raw(mock, `GET /_mock/users HTTP/1.1\r\n${rest}`)).toMatch(/^HTTP\/1.1 400 [^]*Host header/);
    expect(await raw(mock, `GET ${pathname}/Users HTTP/1.0\r\n${rest}`)).toMatch(/^HTTP\/1.1 200 /);
    expect(mock.journal()).toMatchObject([{ status: 400 }, { status: 200 }]);
  });

  test.each([
    ['iso-8859-1', 415],
    ['"ISO-8859-1"', 415],
    ['utf-16', 415],
    ['UTF-8', 201],
    ['"utf-8"', 201],
    ['us-ascii', 201],
  ])('a body in %s is %d (RFC 8259 §8.1)', async (charset, status) => {
    const mock = await mockOf('rfc');
    const type = `application/scim+json; charset=${charset}`;
    expect((await ask(mock, 'POST', '/Users', person('a'), { type })).status).toBe(status);
    expect(mock.users()).toHaveLength(status === 201 ? 1 : 0);
  });

  test('CONNECT gets an answer, and the connection ends (RFC 9110 §15.6.2)', async () => {
    const mock = await mockOf('rfc');
    const text = await raw(mock, 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1.1 501 Not Implemented\r\n[^]*application\/scim\+json[^]*"status":"501"/);
    expect((await ask(mock, 'GET', '/Users')).status).toBe(200);
  });

  test('a method that nobody knows is 405', async () => {
    const mock = await mockOf('rfc');
    const text = await raw(
      mock,
      'PROPFIND /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the-token\r\nConnection: close\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1.1 40[45] /);
  });

  test('a thousand operations on a thousand values end soon', async () => {
    const mock = await mockOf('rfc');
    const roles = Array.from({ length: 1000 }, (_, at) => ({ value: `role ${at}`, type: 'x' }));
    const id = await created(mock, person('a', { roles }));
    const operations = Array.from({ length: 1000 }, (_, at) => ({
      op: 'replace',
      path: `roles[value eq "role ${at}"].display`,
      value: `${at}`,
    }));
    expect((await ask(mock, 'PATCH', `/Users/${id}`, patchOf(...operations))).status).toBe(200);
  });

  test('a client that goes away in the middle of a request harms nobody', async () => {
    const mock = await mockOf('rfc');
    await raw(
      mock,
      'POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the-token\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"userName":',
    );
    expect((await ask(mock, 'GET', '/Users')).body['totalResults']).toBe(0);
  });
});
