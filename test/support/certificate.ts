import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate and its key as PEM, and the files that they stand in. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly certFile: string;
}

/** A certificate for a host, this machine unless named, that is its own authority, made in a folder; `undefined` where there is no openssl. */
export function selfSigned(folder: string, host = '127.0.0.1'): Certificate | undefined {
  const [keyFile, certFile] = [join(folder, `${host}.key`), join(folder, `${host}.pem`)];
  const kind = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' ');
  const name = `subjectAltName=${/^[\d.]+$/.test(host) ? 'IP' : 'DNS'}:${host}`;
  const subject = ['-subj', `/CN=${host}`, '-addext', name];
  try {
    execFileSync('openssl', [...kind, ...subject, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8'), keyFile, certFile };
}
