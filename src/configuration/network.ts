import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RollcallError } from '../model/index.ts';
import type { Network } from '../model/index.ts';
import { proxySchema } from './auth-schema.ts';
import { checkFile, readSecret } from './authentication.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import { targetSchema } from './target-schema.ts';
import { resolveSecret } from './secret.ts';
import type { Environment } from './secret.ts';

/** What a target is reached through; `path` is the target's. */
export function readNetwork(
  reading: Reading,
  path: Path,
  folder: string,
  env: Environment | undefined,
): Network {
  const proxy = readProxy(reading, [...path, 'proxy'], folder, env);
  const ca = reading.part([...path, 'ca'], targetSchema.shape.ca);
  if (ca === undefined) return { ...(proxy && { proxy }) };
  const file = resolve(folder, ca);
  checkFile(reading, [...path, 'ca'], file, 'the file of certificates');
  return { ...(proxy && { proxy }), ca: file };
}

function readProxy(
  reading: Reading,
  path: Path,
  folder: string,
  env: Environment | undefined,
): Network['proxy'] {
  const given = reading.raw(path) === undefined ? undefined : reading.part(path, proxySchema);
  if (given === undefined) return undefined;
  const { url: text, username, password } = typeof given === 'string' ? { url: given } : given;
  const at = typeof given === 'string' ? path : [...path, 'url'];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const wrong = (message: string, hint?: string): undefined =>
    reading.problem(at, message, hint) as undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
    return wrong('this is no address of a proxy', 'such as http://proxy.example.com:3128');
  if (url.username !== '' || url.password !== '')
    return wrong(
      'the address of a proxy holds no credential',
      'put it beside it: proxy: { url, username, password }',
    );
  if (!/^\/?$/.test(url.pathname) || /[?#]/.test(text))
    return wrong('the address of a proxy ends with its port');
  const baseUrl = reading.raw([...path.slice(0, -1), 'baseUrl']);
  if (typeof baseUrl === 'string' && /^http:/i.test(baseUrl))
    return wrong(
      'plain http would show the credential to the proxy',
      'leave the proxy out: plain http is for this machine',
    );
  if ((username === undefined) !== (password === undefined))
    return wrong('a proxy has a username and a password, or neither');
  return {
    url: url.href,
    ...(username !== undefined && { username }),
    ...(password !== undefined && {
      password: readSecret(reading, [...path, 'password'], password, folder, env),
    }),
  };
}

/** The proxy's address with its credential, and the certificates: read now. Throws `RollcallError('configuration')`. */
export async function openWay(
  { proxy, ca }: Network,
  env: Environment,
): Promise<{ readonly proxy?: string; readonly ca?: string }> {
  const certificates = ca === undefined ? undefined : await readCertificates(ca);
  if (proxy !== undefined && !opensTunnels(process.versions.node))
    throw new RollcallError('configuration', {
      message: `Node ${process.versions.node} opens no tunnel through a proxy, and would pass it by`,
      hint: 'use Node 22.21 or a later 22, or 24.5 or later',
    });
  if (proxy === undefined) return { ...(certificates !== undefined && { ca: certificates }) };
  const url = new URL(proxy.url);
  url.username = encodeURIComponent(proxy.username ?? '');
  if (proxy.password) url.password = encodeURIComponent(await resolveSecret(proxy.password, env));
  return { proxy: url.href, ...(certificates !== undefined && { ca: certificates }) };
}

/** Agents know proxies since 22.21 and 24.5 (nodejs.org/docs/latest-v24.x/api/http.html#built-in-proxy-support). */
export function opensTunnels(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
}

async function readCertificates(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  // A named pipe would be waited for until somebody writes into it, whatever signal comes.
  if (found?.isFile() === false)
    throw unfit(file, found.isDirectory() ? 'is a folder' : 'is no file, but a pipe or a device');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unfit(file, `cannot be read (${String((error as NodeJS.ErrnoException).code)})`);
  });
  try {
    // Node passes over what it cannot read, and the certificate that was meant is then missed without a word.
    for (const one of text.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [''])
      new X509Certificate(one);
  } catch {
    throw unfit(file, 'holds no certificate, or one that cannot be read');
  }
  return text;
}

function unfit(file: string, why: string): RollcallError {
  return new RollcallError('configuration', {
    message: `the file of certificates ${file} ${why}`,
    hint: 'it is PEM: text that begins with -----BEGIN CERTIFICATE-----',
  });
}
