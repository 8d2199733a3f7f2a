import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { RequestListener, ServerResponse } from 'node:http';
import * as oauth from 'oauth4webapi';
import Provider, { errors } from 'oidc-provider';
import type { TokenContext } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import type { Mock } from '../../src/mock/index.ts';
import type { Ending } from './folder.ts';
import { bodyOf, forward, listening } from './serving.ts';
import { TOKEN } from './service.ts';

export const CLIENT_SECRET = 'client-secret-do-not-tell-anybody';
const API = 'https://scim.example';
const SUBJECT = 'provisioning@example.com';
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** One for all tests of a file: making it takes longer than using it. */
const serverKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

/** What the server would use by itself, and warn of. */
class Kept extends MemoryAdapter {}

export interface AuthorisationServer {
  readonly issuer: string;
  readonly tokenUrl: string;
  /** PKCS #8; the server knows its other half, of every client that has one. */
  readonly privateKey: string;
  /** Every access token that was issued, in order. */
  readonly tokens: readonly string[];
  /** A refresh token for the client `by-refresh`, as if somebody had agreed in a browser. */
  refreshToken(): Promise<string>;
}

/**
 * An authorisation server whose clients are called by what they prove themselves with. The so-many-th token lives for the
 * so-many-th number of seconds, the last for all after it.
 */
export async function authorisationServer(
  ending: Ending,
  lives: readonly number[] = [3600],
): Promise<AuthorisationServer> {
  let listener: RequestListener = () => undefined;
  const issuer = await origin(ending, (request, response) => listener(request, response));
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const tokens: string[] = [];
  const resource = () => ({
    scope: 'scim',
    audience: API,
    accessTokenTTL: lives[Math.min(tokens.length, lives.length - 1)],
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  });
  const client = (id: string, grants: readonly string[], more: object): object => ({
    client_id: id,
    grant_types: grants,
    redirect_uris: [],
    response_types: [],
    ...more,
  });
  const publicKey = { ...key.publicKey.export({ format: 'jwk' }), kid: 'k1' };
  const provider = new Provider(issuer, {
    adapter: Kept,
    ttl: {
      Grant: 3600,
      RefreshToken: 3600,
      ClientCredentials: () => resource().accessTokenTTL,
      AccessToken: () => resource().accessTokenTTL,
    },
    clients: [
      client('by-secret', ['client_credentials'], {
        client_secret: CLIENT_SECRET,
        token_endpoint_auth_method: 'client_secret_basic',
      }),
      client('by-key', ['client_credentials'], {
        jwks: { keys: [publicKey] },
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
      }),
      client('by-assertion', [jwtBearer], { token_endpoint_auth_method: 'none' }),
      client('by-refresh', ['authorization_code', 'refresh_token'], {
        redirect_uris: ['https://rollcall.example/callback'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      }),
    ],
    jwks: { keys: [{ ...serverKey, kid: 's1', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['of no use here'] },
    scopes: ['offline_access', 'scim'],
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    rotateRefreshToken: true,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API,
        useGrantedResource: () => true,
        getResourceServerInfo: resource,
      },
    },
  });
  const tokenUrl = `${issuer}/token`;

  /** The checks of RFC 7523 §3, which the server leaves to whoever adds the grant. */
  function asserted(assertion: string): string {
    const [header = '', payload = '', signature = ''] = assertion.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const isSigned = verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      { key: createPublicKey({ key: publicKey, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    const { iss, sub, aud, exp } = claims;
    const isFor = iss === 'by-assertion' && sub === SUBJECT && aud === tokenUrl;
    if (!isSigned || !isFor || Number(exp) * 1000 < Date.now()) throw new errors.InvalidGrant('assertion');
    return SUBJECT;
  }

  provider.registerGrantType(
    jwtBearer,
    async (ctx: TokenContext) => {
      const { params } = ctx.oidc;
      const accountId = asserted(params['assertion'] ?? '');
      const token = new provider.AccessToken({
        accountId,
        client: ctx.oidc.client,
        scope: 'scim',
        gty: 'jwt',
      });
      token.resourceServer = new provider.ResourceServer(API, resource());
      const { accessTokenTTL: expires_in } = resource();
      const access_token = await token.save();
      ctx.body = { access_token, expires_in, token_type: 'Bearer' };
    },
    ['assertion', 'scope'],
  );
  const callback = provider.callback();
  listener = (request, response) => {
    tell(response, (body) => {
      const { access_token } = body as { access_token?: string };
      if (access_token !== undefined) tokens.push(access_token);
    });
    callback(request, response);
  };

  return {
    issuer,
    tokenUrl,
    privateKey: key.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    tokens,
    async refreshToken() {
      const grant = new provider.Grant({ accountId: SUBJECT, clientId: 'by-refresh' });
      grant.addOIDCScope('offline_access');
      grant.addResourceScope(API, 'scim');
      const grantId = await grant.save();
      return new provider.RefreshToken({
        accountId: SUBJECT,
        client: await provider.Client.find('by-refresh'),
        grantId,
        gty: 'authorization_code',
        scope: 'offline_access scim',
        resource: API,
      }).save();
    },
  };
}

/** Reads along what a server answers. */
function tell(response: ServerResponse, told: (body: unknown) => void): void {
  const end = response.end.bind(response) as (chunk?: unknown, ...rest: unknown[]) => ServerResponse;
  response.end = ((chunk?: unknown, ...rest: unknown[]) => {
    if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) {
      const text = chunk.toString();
      if (text.startsWith('{')) told(JSON.parse(text));
    }
    return end(chunk, ...rest);
  }) as typeof response.end;
}

export interface Gateway {
  readonly baseUrl: string;
  /** How many requests it let through, and how many it answered with 401. */
  readonly counts: { passed: number; refused: number };
  /** Seconds by which its clock is ahead. */
  ahead: number;
  /** Called before a request is judged, with how many were let through. */
  onRequest: (passed: number) => void;
}

/**
 * What a service does with a token, in front of the mock: it is taken if the authorisation server signed it for this
 * service and it has not ended (RFC 9068 §4), and the request goes on with the mock's own credential.
 */
export async function gateway(ending: Ending, server: AuthorisationServer, mock: Mock): Promise<Gateway> {
  const counts = { passed: 0, refused: 0 };
  const as = { issuer: server.issuer, jwks_uri: `${server.issuer}/jwks` };
  const keys = {};
  const own: Gateway = { baseUrl: '', counts, ahead: 0, onRequest: () => undefined };
  const base = await origin(ending, (request, response) => {
    void bodyOf(request).then(async (body) => {
      own.onRequest(counts.passed);
      const isGood = await oauth
        .validateJwtAccessToken(
          as,
          new Request('http://x/', { headers: { authorization: request.headers.authorization ?? '' } }),
          API,
          {
            [oauth.allowInsecureRequests]: true,
            [oauth.jwksCache]: keys,
            [oauth.clockSkew]: own.ahead,
            [oauth.clockTolerance]: 0,
          },
        )
        .then(
          () => true,
          () => false,
        );
      if (!isGood) {
        counts.refused += 1;
        response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
        return;
      }
      counts.passed += 1;
      await forward(mock, request, body, response, `Bearer ${TOKEN}`);
    });
  });
  return Object.assign(own, { baseUrl: `${base}${new URL(mock.url).pathname}` });
}

async function origin(ending: Ending, listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(ending, createServer(listener))}`;
}
