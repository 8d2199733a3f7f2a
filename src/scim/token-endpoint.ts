import * as oauth from 'oauth4webapi';
import { contentOf } from './answer.ts';
import { troubleInWords } from './no-answer.ts';
import { cleaner } from './sentence.ts';
import { TargetError, isObject } from '../model/index.ts';
import type { ErrorCode, OAuth2Grant } from '../model/index.ts';
import type { NoAnswer } from './no-answer.ts';
import type { Answer, Transport } from './transport.ts';

export interface TokenRequest {
  /** Of the target, for messages. */
  readonly name: string;
  readonly tokenUrl: string;
  readonly grant: OAuth2Grant['kind'];
  /** All that is sent but how the client proves itself. */
  readonly parameters: URLSearchParams;
  readonly clientId: string;
  readonly client: oauth.ClientAuth;
  /** Whatever an answer must not bring into a message. */
  readonly secrets: readonly string[];
  readonly userAgent: string;
  readonly timeoutSeconds: number;
}

export interface Token {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** From when it was asked for. */
  readonly seconds?: number;
}

/** Bytes; a token has to fit into a header. */
const most = 64 * 1024;

const grantTypes: Readonly<Record<OAuth2Grant['kind'], string>> = {
  clientCredentials: 'client_credentials',
  refreshToken: 'refresh_token',
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
};

/**
 * Asks a token endpoint once (RFC 6749 §3.2), through the same door as everything that is sent. Throws `TargetError` with
 * what went wrong and what to do; no secret that was sent or received is in it.
 */
export async function requestToken(transport: Transport, request: TokenRequest): Promise<Token> {
  const { name, tokenUrl, grant, parameters, clientId, client, userAgent } = request;
  const server = { issuer: tokenUrl, token_endpoint: tokenUrl };
  const sent: string[] = [...request.secrets];
  let answer: Answer | undefined;

  async function post(
    url: string,
    { headers, body }: oauth.CustomFetchOptions<'POST', URLSearchParams>,
  ): Promise<Response> {
    const { authorization } = headers;
    if (authorization !== undefined) sent.push(authorization, authorization.replace(/^basic /i, ''));
    sent.push(body.get('client_assertion') ?? '', body.get('assertion') ?? '');
    const result = await transport.exchange({
      method: 'POST',
      url,
      headers: { ...headers, 'user-agent': userAgent },
      body: body.toString(),
      limit: most,
    });
    if (result.kind === 'none') throw withoutAnswer(result, request);
    answer = result;
    return responseOf(result);
  }

  const response = await oauth.genericTokenEndpointRequest(
    server,
    { client_id: clientId },
    client,
    grantTypes[grant],
    parameters,
    // Plain http was refused before, but for this machine.
    { [oauth.customFetch]: post, [oauth.allowInsecureRequests]: true },
  );
  const clean = cleaner(sent.filter((secret) => secret !== ''));
  if (response.status !== 200) throw refusalOf(answer!, request, clean);
  const odd = (why: string): TargetError =>
    failure(
      'protocol',
      `the token endpoint of ${name} at ${new URL(tokenUrl).host} answered 200, but ${clean(why)}; is tokenUrl right?`,
      200,
    );
  const content = contentOf(answer!);
  if (content.kind === 'unreadable') throw odd(`the answer ${content.why}`);
  if (content.kind !== 'json') throw odd('with no JSON');
  try {
    const token = await oauth.processGenericTokenEndpointResponse(server, { client_id: clientId }, response);
    if (token.token_type !== 'bearer') throw new Error('the token is not of the type bearer (RFC 6750)');
    if (token.expires_in === 0) throw new Error('the token had ended before it came (expires_in: 0)');
    if (!/^[\x21-\x7e]+$/.test(token.access_token))
      throw new Error('the token holds a character that cannot stand in a header');
    return {
      accessToken: token.access_token,
      ...(token.refresh_token !== undefined && { refreshToken: token.refresh_token }),
      ...(token.expires_in !== undefined && { seconds: token.expires_in }),
    };
  } catch (error) {
    // The library says which member is wrong, and not what it holds (RFC 6749 §5.1).
    throw odd((error as Error).message.replace(/^"response" body "(\w+)" property/, '$1'));
  }
}

/** What the library reads: without a token that says who somebody is, which nobody asked for here. */
function responseOf({ status, headers, text }: Answer): Response {
  const type = headers['content-type'];
  const init = { status, headers: { ...(type !== undefined && { 'content-type': type }) } };
  // A Response with these holds no body.
  if ([204, 205, 304].includes(status) || status < 200) return new Response(null, { status: 204 });
  try {
    const body: unknown = JSON.parse(text);
    if (!isObject(body)) return new Response(text, init);
    const { id_token: _, ...rest } = body;
    return new Response(JSON.stringify(rest), init);
  } catch {
    return new Response(text, init);
  }
}

function withoutAnswer(none: NoAnswer, { name, tokenUrl, timeoutSeconds }: TokenRequest): TargetError {
  const { host } = new URL(tokenUrl);
  const code: ErrorCode = none.trouble === 'certificate' ? 'certificate' : 'unreachable';
  return failure(code, `the token endpoint of ${name} ${troubleInWords(none, host, timeoutSeconds)}`);
}

/** What the codes of RFC 6749 §5.2 (and RFC 8707 §2) come from, and what to do about them. */
function adviceFor(error: string, grant: OAuth2Grant['kind']): readonly [ErrorCode, string] | undefined {
  switch (error) {
    case 'invalid_client':
      return [
        'unauthorised',
        'look at clientId, at clientAuthentication, and at the secret or key that proves the client',
      ];
    case 'invalid_grant':
      return ['unauthorised', spent[grant]];
    case 'unauthorized_client':
      return ['forbidden', `allow this client the grant ${grantTypes[grant]} at the authorisation server`];
    case 'unsupported_grant_type':
      return ['configuration', `this server knows no ${grantTypes[grant]}: choose another grant`];
    case 'invalid_scope':
      return ['configuration', 'look at scope'];
    case 'invalid_target':
      return ['configuration', 'look at resource or audience under parameters'];
    case 'invalid_request':
      return ['configuration', 'look at what the server asks for, and at parameters'];
    default:
      return undefined;
  }
}

const spent: Readonly<Record<OAuth2Grant['kind'], string>> = {
  clientCredentials: 'look at the client at the authorisation server',
  refreshToken:
    'the refresh token has ended, was withdrawn, was used before or is another client’s: get a new one and put it in its place',
  jwtBearer: 'look at issuer, subject, audience and the key, and whether the clock of this machine is right',
};

function refusalOf(answer: Answer, request: TokenRequest, clean: (text: string) => string): TargetError {
  const { name, tokenUrl, grant } = request;
  const { status } = answer;
  const where = `the token endpoint of ${name} at ${new URL(tokenUrl).host}`;
  if (status >= 300 && status < 400)
    return failure('protocol', `${where} redirects, which is not followed; is tokenUrl right?`, status);
  const content = contentOf(answer);
  const body = content.kind === 'json' && isObject(content.value) ? content.value : {};
  const { error, error_description: description } = body;
  const word = typeof error === 'string' ? clean(error) : '';
  const said = typeof description === 'string' && description !== '' ? `: “${clean(description)}”` : '';
  const [code, advice] = adviceFor(word, grant) ?? byStatus(status);
  return failure(code, `${where} answered ${status}${word && ` ${word}`}${said}; ${advice}`, status);
}

function byStatus(status: number): readonly [ErrorCode, string] {
  if (status === 429) return ['rate', 'it is asked too often: the next run tries again'];
  if (status >= 500) return ['server', 'it fails itself: the next run tries again'];
  if (status === 401)
    return ['unauthorised', 'look at clientId, and at the secret or key that proves the client'];
  if (status === 403) return ['forbidden', 'look at what this client may do'];
  return ['protocol', 'is tokenUrl right?'];
}

function failure(code: ErrorCode, message: string, status?: number): TargetError {
  return new TargetError({ class: 'target', code, message, ...(status !== undefined && { status }) });
}
