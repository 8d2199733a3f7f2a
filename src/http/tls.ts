import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { RollcallError } from '../model/index.ts';
import type { HttpConfiguration } from '../model/index.ts';

type Files = NonNullable<HttpConfiguration['tls']>;

/** What is served with, as its files have it. */
export interface Identity {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** When it ends, in milliseconds since 1970. */
  readonly endsAt: number;
}

/**
 * Reads a certificate and its key, and whether they are good for serving: what a browser would find out on its own is said
 * before anybody is answered. Throws `RollcallError('configuration')`.
 */
export function readIdentity({ cert: certFile, key: keyFile }: Files, file: string, now: number): Identity {
  const wrong = (part: 'cert' | 'key', message: string, hint: string): RollcallError =>
    new RollcallError('configuration', { message, locus: { file, path: `http.tls.${part}` }, hint });
  const read = (part: 'cert' | 'key', path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      const hint = 'a file in PEM that whoever runs the daemon may read';
      throw wrong(part, `${path} cannot be read (${(error as Error).message})`, hint);
    }
  };
  const cert = read('cert', certFile);
  const key = read('key', keyFile);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch {
    const hint = 'the certificate first, and then those that lead to its authority';
    throw wrong('cert', `${certFile} has no certificate in PEM`, hint);
  }
  let secret: KeyObject;
  try {
    secret = createPrivateKey(key);
  } catch {
    const hint = 'one in PEM without a passphrase: nobody is there to type it when the daemon starts';
    throw wrong('key', `${keyFile} has no private key that can be used`, hint);
  }
  if (!certificate.checkPrivateKey(secret))
    throw wrong('key', `${keyFile} is not the key of ${certFile}`, 'both of the same request');
  const [begins, endsAt] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const day = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  if (endsAt <= now) throw wrong('cert', `${certFile} has ended, at ${day(endsAt)} UTC`, 'have it renewed');
  if (begins > now)
    throw wrong('cert', `${certFile} begins at ${day(begins)} UTC`, 'is the clock of this machine right?');
  return { cert, key, endsAt };
}

/** How the files look: the same text as long as nobody has written them. */
export function looksOf({ cert, key }: Files): string {
  return [cert, key]
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`;
    })
    .join('\n');
}
