import { RollcallError } from '../model/index.ts';
import type { Authentication, SecretReference, StaticAuthentication } from '../model/index.ts';
import type { Authorisation, Candidate, Headers, Issued } from './credential.ts';
import { expiryOf } from './expiry.ts';
import type { Way } from './transport.ts';

/** Where secrets are; no error of these holds one. */
export interface Secrets {
  /** Read at this moment, so that one which was renewed in its file is found. */
  read(reference: SecretReference, shape?: 'line' | 'text'): Promise<string>;
  /** Uses one that may be spent by that, and keeps what takes its place before it gives the result. */
  exchange<T>(
    reference: SecretReference,
    use: (current: string) => Promise<{ readonly result: T; readonly next?: string }>,
  ): Promise<T>;
}

export interface AuthorisationOptions {
  /** Of the target, for messages. */
  readonly name: string;
  readonly secrets: Secrets;
  readonly userAgent: string;
  readonly timeoutSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How a token endpoint is reached: as the target is. */
  readonly way?: () => Promise<Way>;
  readonly log?: { debug(details: object, message: string): void };
}

/** Names that the client itself says, or that frame the message. */
const reserved =
  /^(accept|connection|content-.*|expect|host|if-.*|te|trailer|transfer-encoding|upgrade|user-agent)$/i;
// RFC 9110 §5.6.2.
const token = /^[!#$%&'*+.^_`|~\w-]+$/;
/** Milliseconds after which a secret's file is looked at again, though nobody has refused what it had. */
const look = 30_000;

/** What issues the credentials of one target. */
export function openAuthorisation(
  authentication: Authentication,
  options: AuthorisationOptions,
): Authorisation {
  if (authentication.kind !== 'oauth2') {
    const { secrets, now } = options;
    return {
      issue: () => issueStatic(authentication, secrets, now),
      isWritten: true,
      close: () => undefined,
    };
  }
  // The library for it is loaded where it is needed.
  let opening: Promise<Authorisation> | undefined;
  let opened: Authorisation | undefined;
  return {
    async issue() {
      opening ??= import('./oauth2.ts').then(({ openOAuth2 }) => openOAuth2(authentication, options));
      opened = await opening;
      return opened.issue();
    },
    close: () => opened?.close(),
  };
}

/**
 * The credentials that are written down somewhere, read now. Throws `RollcallError('configuration', …)` where a secret
 * can't stand in a header; no message holds it.
 */
export async function issueStatic(
  authentication: StaticAuthentication,
  secrets: Pick<Secrets, 'read'>,
  now: () => number,
): Promise<Issued> {
  if (authentication.kind === 'none') return { candidates: [{ headers: {}, name: 'no credential' }] };
  const { next } = authentication;
  const reference = secretOf(authentication);
  const first = await candidateOf(authentication, reference, secrets);
  const hasFile = reference.kind === 'file' || next?.kind === 'file';
  return {
    candidates:
      next === undefined
        ? [first]
        : [first, { ...(await candidateOf(authentication, next, secrets)), isNext: true }],
    ...(hasFile && { renewAt: now() + look }),
  };
}

type Written = Exclude<StaticAuthentication, { kind: 'none' }>;

function secretOf(authentication: Written): SecretReference {
  switch (authentication.kind) {
    case 'bearer':
      return authentication.token;
    case 'basic':
      return authentication.password;
    case 'header':
      return authentication.value;
  }
}

async function candidateOf(
  authentication: Written,
  reference: SecretReference,
  secrets: Pick<Secrets, 'read'>,
): Promise<Candidate> {
  const secret = await secrets.read(reference);
  const end = authentication.kind === 'basic' ? undefined : expiryOf(secret);
  const name = { bearer: 'the token', basic: 'the password', header: 'the value' }[authentication.kind];
  return { headers: headersOf(authentication, secret), name, ...(end !== undefined && { endsAt: end }) };
}

function headersOf(authentication: Written, secret: string): Headers {
  switch (authentication.kind) {
    case 'bearer':
      return bearer(secret, 'The token');
    case 'basic':
      return { authorization: `Basic ${pair(authentication.username, secret)}` };
    case 'header': {
      const { name } = authentication;
      if (!token.test(name) || reserved.test(name))
        throw new RollcallError(
          'configuration',
          `“${name}” cannot be the header that carries the credential`,
        );
      return { [name.toLowerCase()]: sendable(secret, `The value of ${name}`) };
    }
  }
}

/** RFC 6750 §2.1. */
function bearer(secret: string, what: string): Headers {
  const value = sendable(secret, what);
  if (/^bearer\s/i.test(value))
    throw new RollcallError('configuration', {
      message: `${what} begins with the word “Bearer”, which is put before it anyway`,
      hint: 'Keep the token alone, without the word.',
    });
  if (/\s/.test(value)) throw refused(what, 'holds a space or a line break');
  return { authorization: `Bearer ${value}` };
}

/** RFC 7617: the user name holds no colon, and both are UTF-8. */
function pair(username: string, password: string): string {
  if (username.includes(':')) throw refused('The user name', 'holds a colon');
  const value = password.replace(/\r?\n$/, '');
  if (value === '') throw refused('The password', 'is empty');
  return Buffer.from(`${username}:${value}`, 'utf8').toString('base64');
}

/** Files and commands end with a line break that nobody means. */
function sendable(secret: string, what: string): string {
  const value = secret.trim();
  if (value === '') throw refused(what, 'is empty');
  if (!/^[\x20-\x7e]*$/.test(value)) throw refused(what, 'holds a character that cannot stand in a header');
  return value;
}

function refused(what: string, why: string): RollcallError {
  return new RollcallError('configuration', {
    message: `${what} ${why}`,
    hint: 'Look at what the environment variable, file or command gives.',
  });
}
