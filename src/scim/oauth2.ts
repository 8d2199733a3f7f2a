import * as oauth from 'oauth4webapi';
import { signAssertion } from './assertion.ts';
import { requestToken } from './token-endpoint.ts';
import { openTransport } from './transport.ts';
import type { OAuth2 } from '../model/index.ts';
import type { AuthorisationOptions } from './authorise.ts';
import type { Authorisation, Issued } from './credential.ts';
import type { Token, TokenRequest } from './token-endpoint.ts';

/** Seconds that a token endpoint has; a refresh token is held for that long (`kept-secret.ts`). */
const longestWait = 30;
/** A token is renewed so long before it ends: a minute, or half its life. In milliseconds. */
const ahead = 60_000;

/** Tokens of an authorisation server, each asked for when it is needed; every secret is read at that moment. */
export function openOAuth2(authentication: OAuth2, options: AuthorisationOptions): Authorisation {
  const { name, secrets, userAgent, now, way, log } = options;
  const timeoutSeconds = Math.min(options.timeoutSeconds, longestWait);
  const transport = openTransport({ concurrency: 1, timeoutSeconds, way });
  const { grant, tokenUrl, scope, parameters } = authentication;

  async function ask(own: Readonly<Record<string, string>>): Promise<Token> {
    const client = await proofOf(authentication, options);
    const request: TokenRequest = {
      name,
      tokenUrl,
      grant: grant.kind,
      parameters: new URLSearchParams({ ...parameters, ...(scope !== undefined && { scope }), ...own }),
      clientId: authentication.client.id ?? '-',
      client: client.auth,
      secrets: [...client.secrets, ...Object.values(own)],
      userAgent,
      timeoutSeconds,
    };
    const started = performance.now();
    const token = await requestToken(transport, request);
    const milliseconds = Math.round(performance.now() - started);
    log?.debug({ target: name, grant: grant.kind, milliseconds, seconds: token.seconds }, 'token');
    return token;
  }

  function tokenBy(): Promise<Token> {
    switch (grant.kind) {
      case 'clientCredentials':
        return ask({});
      case 'refreshToken':
        return secrets.exchange(grant.refreshToken, async (current) => {
          const token = await ask({ refresh_token: current });
          const { refreshToken: next } = token;
          return { result: token, ...(next !== undefined && { next }) };
        });
      case 'jwtBearer': {
        const { audience } = authentication;
        return signAssertion(grant.key, { ...grant, audience }, secrets, now).then((assertion) =>
          ask({ assertion }),
        );
      }
    }
  }

  return {
    async issue() {
      // The clock of the token runs from when it was asked for: the answer may have been long on its way.
      const asked = now();
      return issuedOf(await tokenBy(), `a token by ${inWords(authentication)}`, asked);
    },
    close: () => transport.close(),
  };
}

function issuedOf({ accessToken, seconds }: Token, name: string, asked: number): Issued {
  const lasting = seconds === undefined ? '' : `, good for ${lastingInWords(seconds)}`;
  const candidates = [
    { headers: { authorization: `Bearer ${accessToken}` }, name: `${name}${lasting}` },
  ] as const;
  // Without expires_in (RFC 6749 §5.1) only a 401 says that it has ended.
  if (seconds === undefined) return { candidates };
  const life = seconds * 1000;
  return { candidates, renewAt: asked + life - Math.min(ahead, life / 2), endsAt: asked + life };
}

function lastingInWords(seconds: number): string {
  return seconds < 120 ? `${Math.floor(seconds)} seconds` : `${Math.floor(seconds / 60)} minutes`;
}

/** `client credentials (private_key_jwt)`. */
function inWords({ grant, client }: OAuth2): string {
  const granted = {
    clientCredentials: 'client credentials',
    refreshToken: 'a refresh token',
    jwtBearer: 'a JWT bearer assertion',
  }[grant.kind];
  // As the registry of RFC 7591 §2 calls them.
  const proved = {
    basic: 'client_secret_basic',
    post: 'client_secret_post',
    privateKeyJwt: 'private_key_jwt',
    none: undefined,
  }[client.kind];
  return proved === undefined ? granted : `${granted} (${proved})`;
}

interface Proof {
  readonly auth: oauth.ClientAuth;
  readonly secrets: readonly string[];
}

async function proofOf({ client, audience }: OAuth2, { secrets, now }: AuthorisationOptions): Promise<Proof> {
  switch (client.kind) {
    case 'none':
      return { auth: client.id === undefined ? () => undefined : oauth.None(), secrets: [] };
    case 'privateKeyJwt': {
      const { id } = client;
      const jwt = await signAssertion(client.key, { issuer: id, subject: id, audience }, secrets, now);
      return { auth: asserting(id, jwt), secrets: [jwt] };
    }
    case 'basic':
    case 'post': {
      const secret = (await secrets.read(client.secret)).trim();
      const auth = client.kind === 'basic' ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret);
      return { auth, secrets: [secret] };
    }
  }
}

/** RFC 7523 §2.2. */
function asserting(id: string, assertion: string): oauth.ClientAuth {
  return (_server, _client, body) => {
    body.set('client_id', id);
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', assertion);
  };
}
