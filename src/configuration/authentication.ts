import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Authentication, SecretReference } from '../model/index.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import { authSchema } from './auth-schema.ts';
import { readOAuth2 } from './oauth2.ts';
import { isVariableName } from './secret.ts';
import type { Environment } from './secret.ts';

/**
 * How a target is told who we are. Of each secret only that it is there is looked at, for every target at once; it is
 * read when it is needed.
 */
export function readAuthentication(
  reading: Reading,
  path: Path,
  folder: string,
  env: Environment | undefined,
): Authentication | undefined {
  if (reading.raw(path) === undefined) {
    reading.warning(
      path.slice(0, -1),
      'requests to this target carry no credential',
      'auth says which; { kind: none } says that none is meant',
    );
    return { kind: 'none' };
  }
  const auth = reading.part(path, authSchema);
  if (!auth) return undefined;
  if (auth.kind === 'none') return { kind: 'none' };
  const secret = (name: string, raw: RawSecret): SecretReference =>
    readSecret(reading, [...path, name], raw, folder, env);
  const ending = endingOf(reading, path, auth.expires);
  if (auth.kind === 'oauth2') {
    const oauth2 = readOAuth2(auth, { reading, path, secret: (name) => secret(name, auth[name] ?? '') });
    return oauth2 && { ...oauth2, ...ending };
  }
  if (auth.next !== undefined)
    reading.warning(
      [...path, 'next'],
      'two secrets are in place while one is rotated',
      'once the new one is in force, put it in the place of the first and take next away',
    );
  const rest = { ...(auth.next !== undefined && { next: secret('next', auth.next) }), ...ending };
  switch (auth.kind) {
    case 'bearer':
      return { kind: 'bearer', token: secret('token', auth.token), ...rest };
    case 'basic':
      if (auth.username.includes(':'))
        reading.problem([...path, 'username'], 'a username holds no colon: HTTP Basic ends it there');
      return { kind: 'basic', username: auth.username, password: secret('password', auth.password), ...rest };
    case 'header':
      if (ownHeaders.test(auth.name))
        reading.problem([...path, 'name'], 'this header says how the request itself is sent');
      return { kind: 'header', name: auth.name, value: secret('value', auth.value), ...rest };
  }
}

function endingOf(reading: Reading, path: Path, text: string | undefined): { readonly expires?: number } {
  if (text === undefined) return {};
  const expires = Date.parse(text);
  // What Date.parse makes of the 30th of February is the 2nd of March.
  const isDay =
    Number.isFinite(expires) && new Date(text.slice(0, 10)).toISOString().startsWith(text.slice(0, 10));
  if (isDay) return { expires };
  reading.problem([...path, 'expires'], 'there is no such day');
  return {};
}

/** Headers that the requests have already: a credential in their place would break every one of them. */
const ownHeaders =
  /^(?:accept|accept-encoding|connection|content-.*|expect|host|te|trailer|transfer-encoding|upgrade|user-agent)$/i;

export type RawSecret =
  string | { env?: string | undefined; file?: string | undefined; command?: string | undefined };

/** A secret by reference; of what it refers to only that it is there is looked at. */
export function readSecret(
  reading: Reading,
  path: Path,
  raw: RawSecret,
  folder: string,
  env: Environment | undefined,
): SecretReference {
  if (typeof raw === 'string') return readLiteral(reading, path, raw);
  if (raw.command !== undefined) return { kind: 'command', command: raw.command };
  if (raw.file !== undefined) {
    const file = resolve(folder, raw.file);
    checkFile(reading, [...path, 'file'], file);
    return { kind: 'file', path: file };
  }
  const name = raw.env ?? '';
  const value = env?.[name];
  if (env !== undefined && (value === undefined || value === '')) {
    const what = isVariableName(name)
      ? `the environment variable ${name}`
      : 'the environment variable named here';
    const hint = isVariableName(name)
      ? undefined
      : 'env takes the name of a variable, such as COSMO_API_KEY, and not the secret itself';
    reading.problem([...path, 'env'], `${what} is ${value === undefined ? 'not set' : 'empty'}`, hint);
  }
  return { kind: 'env', name };
}

function readLiteral(reading: Reading, path: Path, value: string): SecretReference {
  if (value.includes('${'))
    reading.problem(path, 'a secret is no expression', 'write { env: NAME } for an environment variable');
  else
    reading.warning(
      path,
      'a secret stands in the text of the configuration',
      'move it: { env: NAME } reads an environment variable, { file: PATH } a file, { command: … } what a command prints',
    );
  const reference = { kind: 'literal', value } as const;
  // Whoever prints or stores a configuration does not print or store the secret.
  return Object.defineProperty(reference, 'value', { enumerable: false });
}

export function checkFile(reading: Reading, path: Path, file: string, what = 'the secret file'): void {
  try {
    if (!statSync(file).isDirectory()) return;
    reading.problem(path, `${what} is a folder`);
  } catch {
    reading.problem(path, `${what} is not there`);
  }
}
