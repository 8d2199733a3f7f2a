import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openAuthorisation } from '../../src/scim/authorise.ts';
import { TargetError } from '../../src/model/index.ts';
import { json, open, play, scimError } from './server.ts';
import type { KeyObject } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { OAuth2, SecretReference } from '../../src/model/index.ts';
import type { Issued } from '../../src/scim/credential.ts';
import type { Handler, Played, Recorded } from './server.ts';

const SECRET = 'cl/ient+secret 4711';
const start = Date.UTC(2027, 0, 1);
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = ({ privateKey }: { privateKey: KeyObject }): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const kept = (name: string): SecretReference => ({ kind: 'env', name });

interface Options {
  readonly auth?: Partial<OAuth2>;
  readonly key?: string;
  readonly now?: () => number;
}

function authorisationAt(server: Played, { auth = {}, key = pem(ec), now = () => start }: Options = {}) {
  const values: Record<string, string> = { SECRET, KEY: key, REFRESH: 'refresh-1' };
  const written: string[] = [];
  const authentication: OAuth2 = {
    kind: 'oauth2',
    grant: { kind: 'clientCredentials' },
    tokenUrl: `http://127.0.0.1:${server.port}/token`,
    client: { kind: 'basic', id: 'roll:call', secret: kept('SECRET') },
    audience: 'https://login.example',
    parameters: {},
    ...auth,
  };
  const read = async (reference: SecretReference): Promise<string> =>
    values[(reference as { name: string }).name] ?? '';
  const authorisation = openAuthorisation(authentication, {
    name: 'app',
    userAgent: 'rollcall/test',
    timeoutSeconds: 5,
    now,
    secrets: {
      read,
      async exchange(reference, use) {
        const { result, next } = await use(await read(reference));
        if (next !== undefined) written.push((values[(reference as { name: string }).name] = next));
        return result;
      },
    },
  });
  return { authorisation, written };
}

/** A token endpoint that gives what the test says; the number is that of the request. */
function tokenEndpoint(answer: (number: number) => object): Promise<Played> {
  return play((_, response, number) => json(response, 200, answer(number), applicationJson));
}

const applicationJson = { 'content-type': 'application/json' };
const bearer = (number: number): object => ({
  access_token: `access-${number}`,
  token_type: 'Bearer',
  expires_in: 3600,
});

async function issueAt(server: Played, options: Options = {}): Promise<Issued> {
  const { authorisation } = authorisationAt(server, options);
  try {
    return await authorisation.issue();
  } finally {
    authorisation.close();
  }
}

function form({ requests }: Played, index = 0): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(requests[index]!.body));
}

function decoded(jwt: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header, claims] = jwt
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
  return { header: header!, claims: claims! };
}

describe('a token request', () => {
  test('by client credentials has the secret in the header, encoded as RFC 6749 §2.3.1 says', async () => {
    const server = await tokenEndpoint(bearer);
    const issued = await issueAt(server, {
      auth: { scope: 'scim:write', parameters: { resource: 'https://app' } },
    });
    const [{ method, url, headers }] = server.requests as [Recorded];
    expect(`${method} ${url}`).toBe('POST /token');
    expect(headers).toMatchObject({
      accept: 'application/json',
      'user-agent': 'rollcall/test',
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    });
    expect(Buffer.from(headers.authorization!.replace('Basic ', ''), 'base64').toString()).toBe(
      'roll%3Acall:cl%2Fient%2Bsecret+4711',
    );
    expect(form(server)).toEqual({
      grant_type: 'client_credentials',
      scope: 'scim:write',
      resource: 'https://app',
    });
    expect(issued).toEqual({
      candidates: [
        {
          headers: { authorization: 'Bearer access-1' },
          name: 'a token by client credentials (client_secret_basic), good for 60 minutes',
        },
      ],
      renewAt: start + 3540_000,
      endsAt: start + 3600_000,
    });
  });

  test('has the secret in the body where that is asked for', async () => {
    const server = await tokenEndpoint(bearer);
    await issueAt(server, { auth: { client: { kind: 'post', id: 'rollcall', secret: kept('SECRET') } } });
    expect(server.requests[0]!.headers.authorization).toBeUndefined();
    expect(form(server)).toEqual({
      grant_type: 'client_credentials',
      client_id: 'rollcall',
      client_secret: SECRET,
    });
  });

  test.each([
    ['ES256', ec, pem(ec), 'sha256'],
    ['RS256', rsa, pem(rsa), 'sha256'],
    ['PS384', rsa, JSON.stringify(rsa.privateKey.export({ format: 'jwk' })), 'sha384'],
  ] as const)(
    'signed by %s says what RFC 7523 §3 wants, by our clock',
    async (algorithm, pair, key, hash) => {
      const server = await tokenEndpoint(bearer);
      const client = {
        kind: 'privateKeyJwt',
        id: 'rollcall',
        key: { privateKey: kept('KEY'), keyId: 'k1', algorithm },
      } as const;
      // As a variable of an environment holds it.
      const { candidates } = await issueAt(server, { auth: { client }, key: key.replaceAll('\n', '\\n') });
      const { client_assertion: jwt = '', ...rest } = form(server);
      expect(rest).toEqual({
        grant_type: 'client_credentials',
        client_id: 'rollcall',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
      const { header, claims } = decoded(jwt);
      expect(header).toEqual({ alg: algorithm, kid: 'k1' });
      expect(claims).toEqual({
        iss: 'rollcall',
        sub: 'rollcall',
        aud: 'https://login.example',
        iat: start / 1000,
        exp: start / 1000 + 120,
        jti: expect.any(String) as unknown,
      });
      const [signed, signature] = [jwt.slice(0, jwt.lastIndexOf('.')), jwt.split('.')[2]!];
      const options = {
        dsaEncoding: 'ieee-p1363',
        ...(algorithm === 'PS384' && { padding: 6, saltLength: 48 }),
      } as const;
      const isGood = verify(
        hash,
        Buffer.from(signed),
        { key: createPublicKey(pair.publicKey.export({ type: 'spki', format: 'pem' })), ...options },
        Buffer.from(signature, 'base64url'),
      );
      expect(isGood).toBe(true);
      expect(candidates[0].name).toContain('client credentials (private_key_jwt)');
    },
  );

  test('by Ed25519 is named EdDSA, as servers know it', async () => {
    const server = await tokenEndpoint(bearer);
    const key = { privateKey: kept('KEY') };
    await issueAt(server, {
      auth: { client: { kind: 'privateKeyJwt', id: 'rollcall', key } },
      key: pem(generateKeyPairSync('ed25519')),
    });
    expect(decoded(form(server)['client_assertion']!).header).toEqual({ alg: 'EdDSA' });
  });

  test('by JWT bearer needs no client', async () => {
    const server = await tokenEndpoint(bearer);
    const grant = {
      kind: 'jwtBearer',
      issuer: 'service@example.com',
      subject: 'admin@example.com',
      key: { privateKey: kept('KEY') },
    } as const;
    const issued = await issueAt(server, { auth: { grant, client: { kind: 'none' } } });
    const { assertion = '', ...rest } = form(server);
    expect(rest).toEqual({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' });
    expect(decoded(assertion).claims).toMatchObject({
      iss: 'service@example.com',
      sub: 'admin@example.com',
      aud: 'https://login.example',
    });
    expect(issued.candidates[0].name).toBe('a token by a JWT bearer assertion, good for 60 minutes');
  });

  test('by refresh token hands on what comes in its place', async () => {
    const server = await tokenEndpoint((number) => ({
      ...bearer(number),
      refresh_token: `refresh-${number + 1}`,
    }));
    const auth = {
      grant: { kind: 'refreshToken', refreshToken: kept('REFRESH') },
      client: { kind: 'none', id: 'rollcall' },
    } as const;
    const { authorisation, written } = authorisationAt(server, { auth });
    await authorisation.issue();
    await authorisation.issue();
    authorisation.close();
    expect([0, 1].map((index) => form(server, index))).toEqual([
      { grant_type: 'refresh_token', client_id: 'rollcall', refresh_token: 'refresh-1' },
      { grant_type: 'refresh_token', client_id: 'rollcall', refresh_token: 'refresh-2' },
    ]);
    expect(written).toEqual(['refresh-2', 'refresh-3']);
  });
});

describe('the answer', () => {
  test.each([
    ['without expires_in is kept until a 401', { expires_in: undefined }, {}],
    ['with a short life is renewed at half of it', { expires_in: 10 }, { renewAt: 5, endsAt: 10 }],
    ['with text for a number', { expires_in: '3600' }, { renewAt: 3540, endsAt: 3600 }],
    ['with a type in other letters', { token_type: 'BEARER' }, { renewAt: 3540, endsAt: 3600 }],
    [
      'with an ID token that is none of our business',
      { id_token: 'not.a.token' },
      { renewAt: 3540, endsAt: 3600 },
    ],
  ])('%s', async (_, more, times) => {
    const server = await tokenEndpoint((number) => ({ ...bearer(number), ...more }));
    const { candidates, ...found } = await issueAt(server);
    expect(candidates[0].headers).toEqual({ authorization: 'Bearer access-1' });
    const expected = Object.entries(times).map(([name, seconds]) => [name, start + seconds * 1000]);
    expect(found).toEqual(Object.fromEntries(expected));
  });

  const where = /^the token endpoint of app at 127\.0\.0\.1:\d+ answered /;
  const refusals: readonly (readonly [string, number, object | string, string, RegExp])[] = [
    [
      'invalid_client',
      401,
      { error: 'invalid_client' },
      'unauthorised',
      /401 invalid_client; look at clientId/,
    ],
    [
      'invalid_grant',
      400,
      { error: 'invalid_grant', error_description: 'expired' },
      'unauthorised',
      /400 invalid_grant: “expired”; look at the client/,
    ],
    [
      'unauthorized_client',
      400,
      { error: 'unauthorized_client' },
      'forbidden',
      /allow this client the grant client_credentials/,
    ],
    [
      'unsupported_grant_type',
      400,
      { error: 'unsupported_grant_type' },
      'configuration',
      /choose another grant/,
    ],
    ['invalid_scope', 400, { error: 'invalid_scope' }, 'configuration', /look at scope/],
    ['invalid_target', 400, { error: 'invalid_target' }, 'configuration', /parameters/],
    ['invalid_request', 400, { error: 'invalid_request' }, 'configuration', /parameters/],
    ['an error that nobody knows', 400, { error: 'teapot' }, 'protocol', /400 teapot; is tokenUrl right\?/],
    ['too many', 429, {}, 'rate', /asked too often/],
    ['a failure of its own', 500, 'x', 'server', /it fails itself/],
    ['a redirection', 302, '', 'protocol', /redirects, which is not followed/],
    [
      'a page',
      200,
      '<html><title>Sign in</title></html>',
      'protocol',
      /200, but with no JSON; is tokenUrl right/,
    ],
    ['nothing', 200, '', 'protocol', /with no JSON/],
    ['half of it', 200, '{"access_token": "x', 'protocol', /not whole JSON/],
    ['more than a token', 200, `"${'x'.repeat(70_000)}"`, 'protocol', /larger than allowed/],
    ['a list', 200, '[]', 'protocol', /200, but/],
    ['null', 200, 'null', 'protocol', /200, but/],
    ['an error with a good status', 200, { error: 'invalid_client' }, 'protocol', /access_token/],
    ['no token', 200, { token_type: 'Bearer' }, 'protocol', /access_token must be a string/],
    ['a token that is none', 200, { access_token: 7, token_type: 'Bearer' }, 'protocol', /access_token/],
    ['no type', 200, { access_token: 'x' }, 'protocol', /token_type must be a string/],
    ['another type', 200, { access_token: 'x', token_type: 'mac' }, 'protocol', /token_type/],
    [
      'a token bound to a key',
      200,
      { access_token: 'x', token_type: 'DPoP' },
      'protocol',
      /not of the type bearer/,
    ],
    ['a life of nothing', 200, { ...bearer(1), expires_in: 0 }, 'protocol', /had ended before it came/],
    [
      'a life below nothing',
      200,
      { ...bearer(1), expires_in: -1 },
      'protocol',
      /expires_in must be a non-negative number/,
    ],
    ['a life that is no number', 200, { ...bearer(1), expires_in: 'soon' }, 'protocol', /expires_in/],
    [
      'a token that breaks a header',
      200,
      { ...bearer(1), access_token: 'a\nb' },
      'protocol',
      /cannot stand in a header/,
    ],
    ['no content', 204, '', 'protocol', /answered 204; is tokenUrl right/],
  ];
  test.each(refusals)('%s is a failure of the target', async (_, status, body, code, says) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const headers = status === 401 ? { 'www-authenticate': 'Basic realm="x"' } : {};
    const server = await play((__, response) => {
      response.writeHead(status, { ...applicationJson, location: 'http://127.0.0.1:1/', ...headers });
      response.end(status === 204 ? undefined : text);
    });
    const error = await issueAt(server).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TargetError);
    const { failure } = error as TargetError;
    expect(failure).toMatchObject({ class: 'target', code });
    if (status !== 302) expect(failure.message).toMatch(where);
    expect(failure.message).toMatch(says);
    expect(server.requests).toHaveLength(1);
  });

  test('that never comes is a failure of the target', async () => {
    const server = await play((_, response) => void response.socket?.destroy());
    const error = await issueAt(server).catch((thrown: unknown) => thrown);
    expect((error as TargetError).failure).toMatchObject({ class: 'target', code: 'unreachable' });
    expect((error as TargetError).message).toMatch(/^the token endpoint of app closed the connection/);
  });

  const echoes: readonly (readonly [string, (said: string, response: ServerResponse) => void])[] = [
    [
      'as an error',
      (said, response) => json(response, 400, { error: said, error_description: said }, applicationJson),
    ],
    [
      'as a description',
      (said, response) =>
        json(response, 401, { error: 'invalid_client', error_description: said }, applicationJson),
    ],
    ['as a page', (said, response) => response.writeHead(500).end(`<title>${said}</title>${said}`)],
    [
      'as a type',
      (said, response) => json(response, 200, { access_token: said, token_type: said }, applicationJson),
    ],
    [
      'as a life',
      (said, response) =>
        json(response, 200, { ...bearer(1), access_token: said, expires_in: said }, applicationJson),
    ],
    ['as text', (said, response) => response.writeHead(200, applicationJson).end(said)],
  ];
  test.each(echoes)('that repeats what it was sent %s brings no secret into a message', async (_, echo) => {
    const grants: readonly Partial<OAuth2>[] = [
      {},
      { client: { kind: 'post', id: 'rollcall', secret: kept('SECRET') } },
      { client: { kind: 'privateKeyJwt', id: 'rollcall', key: { privateKey: kept('KEY') } } },
      {
        client: { kind: 'none', id: 'rollcall' },
        grant: { kind: 'refreshToken', refreshToken: kept('REFRESH') },
      },
      {
        client: { kind: 'none' },
        grant: { kind: 'jwtBearer', issuer: 'i', subject: 's', key: { privateKey: kept('KEY') } },
      },
    ];
    for (const auth of grants) {
      let sent: readonly string[] = [];
      const handler: Handler = (request, response) => {
        const { client_secret, client_assertion, assertion, refresh_token } = Object.fromEntries(
          new URLSearchParams(request.body),
        );
        const basic = request.headers.authorization?.replace('Basic ', '');
        sent = [basic, client_secret, client_assertion, assertion, refresh_token].filter(
          (one) => one !== undefined,
        );
        echo(sent.join(' '), response);
      };
      const error = await issueAt(await play(handler), { auth }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(sent).toHaveLength(1);
      const told = `${(error as Error).stack} ${JSON.stringify(error)}`;
      for (const secret of [...sent, SECRET, encodeURIComponent(SECRET)]) expect(told).not.toContain(secret);
    }
  });
});

describe('a key', () => {
  const client = (algorithm?: 'RS256' | 'ES384') =>
    ({
      kind: 'privateKeyJwt',
      id: 'rollcall',
      key: { privateKey: kept('KEY'), ...(algorithm && { algorithm }) },
    }) as const;
  const encrypted = ec.privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-128-cbc',
    passphrase: 'x',
  });
  test.each([
    ['that is none', 'hush-hush', undefined, 'the private key is no private key'],
    [
      'that is public',
      ec.publicKey.export({ type: 'spki', format: 'pem' }) as string,
      undefined,
      'is no private key',
    ],
    ['that is half', pem(ec).slice(0, 100), undefined, 'is no private key'],
    ['with a passphrase', encrypted as string, undefined, 'has a passphrase'],
    [
      'that is too short',
      pem(generateKeyPairSync('rsa', { modulusLength: 1024 })),
      undefined,
      'fewer than 2048 bits',
    ],
    [
      'of a curve that signs nothing',
      pem(generateKeyPairSync('x25519')),
      undefined,
      'of a kind that signs no assertion',
    ],
    ['for another algorithm', pem(ec), 'RS256', 'cannot sign with RS256'],
    ['of another curve', pem(ec), 'ES384', 'cannot sign with ES384'],
  ] as const)('%s is refused before anything is sent, and not repeated', async (_, key, algorithm, says) => {
    const server = await tokenEndpoint(bearer);
    const error = await issueAt(server, { auth: { client: client(algorithm) }, key }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'configuration' });
    expect((error as Error).message).toContain(says);
    expect(`${(error as Error).stack}${JSON.stringify(error)}`).not.toMatch(/hush-hush|MII|MIG|KEY-----\n/);
    expect(server.requests).toEqual([]);
  });
});

describe('requests to a target', () => {
  const create = { method: 'POST', path: '/Users', body: {} } as const;

  test('share one token, and after a 401 one renewal', async () => {
    const tokens = await tokenEndpoint(bearer);
    let good = 'access-1';
    const app = await play((request, response, number) => {
      if (number === 3) good = 'access-2';
      return request.headers.authorization === `Bearer ${good}`
        ? json(response, 201, { id: String(number) })
        : json(response, 401, scimError(401, 'expired'));
    });
    const { authorisation } = authorisationAt(tokens);
    const target = open(app.baseUrl, { authorisation });
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => target.send(create)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array<string>(8).fill('done'));
    expect(tokens.requests).toHaveLength(2);
    expect(target.exchanges.filter(({ status }) => status === 201)).toHaveLength(8);
  });

  test('that are refused with a new token, too, end after one repetition each', async () => {
    const tokens = await tokenEndpoint(bearer);
    const app = await play((_, response) => json(response, 401, scimError(401, 'no')));
    const { authorisation } = authorisationAt(tokens);
    const target = open(app.baseUrl, { authorisation });
    expect(await target.send(create)).toMatchObject({
      failure: { class: 'target', code: 'unauthorised', status: 401 },
    });
    expect([tokens.requests.length, app.requests.length]).toEqual([2, 2]);
  });

  test('are not sent where there is no token, and it is said why', async () => {
    const tokens = await play((_, response) =>
      json(response, 401, { error: 'invalid_client' }, applicationJson),
    );
    const app = await play((_, response) => json(response, 201, { id: '1' }));
    const { authorisation } = authorisationAt(tokens);
    const target = open(app.baseUrl, { authorisation });
    const outcome = await target.send(create);
    expect(outcome).toMatchObject({ failure: { class: 'target', code: 'unauthorised' } });
    expect(JSON.stringify(outcome)).toContain('invalid_client; look at clientId');
    expect(app.requests).toEqual([]);
  });
});
