import { RollcallError } from '../model/index.ts';
import type { Authentication, SecretReference } from '../model/index.ts';

export type Headers = Readonly<Record<string, string>>;

/** Names that the client itself says, or that frame the message. */
const reserved =
  /^(accept|connection|content-.*|expect|host|if-.*|te|trailer|transfer-encoding|upgrade|user-agent)$/i;
// RFC 9110 §5.6.2.
const token = /^[!#$%&'*+.^_`|~\w-]+$/;

/**
 * The headers that carry the credential. `resolve` reads a secret at this moment, so that a token which was renewed
 * in its file is found. Throws `RollcallError('configuration', …)` where the secret can't stand in a header; no
 * message holds it.
 */
export async function authorise(
  authentication: Authentication,
  resolve: (reference: SecretReference) => Promise<string>,
): Promise<Headers> {
  switch (authentication.kind) {
    case 'none':
      return {};
    case 'bearer': {
      const value = sendable(await resolve(authentication.token), 'The token');
      if (/^bearer\s/i.test(value))
        throw new RollcallError('configuration', {
          message: 'The token begins with the word “Bearer”, which is put before it anyway',
          hint: 'Keep the token alone, without the word.',
        });
      if (/\s/.test(value)) throw refused('The token', 'holds a space or a line break');
      return { authorization: `Bearer ${value}` };
    }
    case 'basic':
      return {
        authorization: `Basic ${pair(authentication.username, await resolve(authentication.password))}`,
      };
    case 'header': {
      const { name } = authentication;
      if (!token.test(name) || reserved.test(name))
        throw new RollcallError(
          'configuration',
          `“${name}” cannot be the header that carries the credential`,
        );
      return { [name.toLowerCase()]: sendable(await resolve(authentication.value), `The value of ${name}`) };
    }
  }
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
