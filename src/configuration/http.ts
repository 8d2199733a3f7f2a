import { resolve } from 'node:path';
import type * as z from 'zod';
import type { ApiKeyConfiguration, HttpConfiguration } from '../model/index.ts';
import { readSecret } from './authentication.ts';
import { isLoopback } from './base-url.ts';
import { durationSeconds } from './durations.ts';
import { httpSchema } from './http-schema.ts';
import type { Reading } from './reading.ts';
import type { Environment } from './secret.ts';

const longestWait = 60;

/** The daemon's HTTP side; nothing where the configuration has none. */
export function readHttp(
  reading: Reading,
  folder: string,
  env: Environment | undefined,
): HttpConfiguration | undefined {
  if (reading.raw(['http']) === undefined) return undefined;
  const text = reading.part(['http'], httpSchema);
  if (text === undefined) return undefined;
  const { host = '127.0.0.1', port = 4101, tls, behindProxy = false, rate = {} } = text;
  if (tls === undefined && !behindProxy && !isLoopback(host) && host !== '::1')
    reading.problem(
      ['http', 'host'],
      `${host} is not this machine alone, and keys and people would go over the network in the clear`,
      'give tls: { cert, key }, or say behindProxy: true where a proxy that speaks TLS stands before it',
    );
  const provisionSeconds = durationSeconds(text.provisionWithin ?? 10);
  if (provisionSeconds > longestWait)
    reading.problem(['http', 'provisionWithin'], `nobody who signs in waits longer than ${longestWait}s`);
  return {
    host,
    port,
    ...(tls && { tls: { cert: resolve(folder, tls.cert), key: resolve(folder, tls.key) } }),
    keys: keysOf(reading, text, folder, env),
    rate: { perKey: rate.perKey ?? 600, wrongKeys: rate.wrongKeys ?? 30 },
    provisionSeconds,
    knownSeconds: durationSeconds(text.knownFor ?? '14d'),
  };
}

function keysOf(
  reading: Reading,
  { keys }: z.infer<typeof httpSchema>,
  folder: string,
  env: Environment | undefined,
): readonly ApiKeyConfiguration[] {
  return keys.map(({ name, hash, key, scopes }, index) => {
    const same = keys.findIndex((one) => one.name === name || (hash !== undefined && one.hash === hash));
    if (same < index)
      reading.problem(
        ['http', 'keys', index],
        `another key has ${keys[same]!.name === name ? 'this name' : 'this hash'}`,
      );
    const path = ['http', 'keys', index, 'key'];
    return {
      name,
      key: hash === undefined ? readSecret(reading, path, key!, folder, env) : { hash },
      scopes: [...new Set(scopes)],
    };
  });
}
