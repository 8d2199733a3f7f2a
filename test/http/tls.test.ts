import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import type { Host } from '../../src/daemon/contract.ts';
import { httpService } from '../../src/http/service.ts';
import { readIdentity } from '../../src/http/tls.ts';
import { RollcallError } from '../../src/model/index.ts';
import { selfSigned } from '../support/certificate.ts';
import type { Certificate } from '../support/certificate.ts';
import { temporaryFolder } from '../support/folder.ts';

/** Certificates of a test; it is left out where there is no openssl. */
function made(context: TestContext, ...hosts: readonly string[]) {
  const folder = temporaryFolder(context);
  const all = hosts.map((host) => selfSigned(folder, host));
  if (all.includes(undefined)) context.skip('there is no openssl here');
  return { folder, all: all as Certificate[] };
}

const refusal = (use: () => unknown): string => {
  try {
    use();
    return 'taken';
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    return `${error.code} ${error.locus?.path}: ${error.message}`;
  }
};

test('a certificate that cannot be served is refused with the file and the reason', (context) => {
  const { folder, all } = made(context, '127.0.0.1', 'other.example');
  const [one, other] = all as [Certificate, Certificate];
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const read = (cert: string, key: string, now = Date.now()) =>
    refusal(() => readIdentity({ cert, key }, 'rollcall.yaml', now));
  const { certFile, keyFile } = one;
  expect(read(certFile, keyFile)).toBe('taken');
  expect(read('/nowhere.pem', keyFile)).toMatch(
    /^configuration http\.tls\.cert: \/nowhere\.pem cannot be read/,
  );
  expect(read(certFile, folder)).toMatch(/^configuration http\.tls\.key: .* cannot be read \(EISDIR/);
  expect(read(keyFile, keyFile)).toMatch(/http\.tls\.cert: .* has no certificate in PEM/);
  expect(read(file('empty.pem', ''), keyFile)).toMatch(/has no certificate in PEM/);
  expect(read(certFile, certFile)).toMatch(/http\.tls\.key: .* has no private key that can be used/);
  const locked = join(folder, 'locked.key');
  execFileSync('openssl', ['pkey', '-in', keyFile, '-aes256', '-passout', 'pass:x', '-out', locked]);
  expect(read(certFile, locked)).toMatch(/has no private key that can be used/);
  expect(read(certFile, other.keyFile)).toMatch(/http\.tls\.key: .*other\.example\.key is not the key of/);
  const day = 86_400_000;
  expect(read(certFile, keyFile, Date.now() + 3 * day)).toMatch(/http\.tls\.cert: .* has ended, at \d{4}-/);
  expect(read(certFile, keyFile, Date.now() - 3 * day)).toMatch(/http\.tls\.cert: .* begins at \d{4}-/);
});

test('the daemon speaks https, and serves a renewed certificate without a restart; a half renewed one it does not', async (context) => {
  const { folder, all } = made(context, '127.0.0.1', 'other.example');
  const [one, other] = all as [Certificate, Certificate];
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  copyFileSync(one.certFile, tls.cert);
  copyFileSync(one.keyFile, tls.key);
  const lines: string[] = [];
  let port = 0;
  const say = (fields: object | string, message = ''): void => {
    lines.push(message);
    const { address } = fields as { address?: string };
    if (address !== undefined) port = Number(new URL(address).port);
  };
  const service = httpService({
    now: () => Date.now(),
    log: { info: say, warn: say, error: say },
    version: '1',
    sleep: () => Promise.resolve(),
    secretOf: () => Promise.resolve(''),
  });
  const http = { host: '127.0.0.1', port: 0, tls, keys: [], rate: { perKey: 1, wrongKeys: 1 } };
  const host = {
    configuration: { file: 'rollcall.yaml', http: { ...http, provisionSeconds: 1, knownSeconds: 1 } },
    deliver: () => Promise.resolve(),
  } as unknown as Host;
  await service.start(host);
  context.onTestFinished(() => service.stop());
  expect(lines).toContain('the certificate ends soon: have it renewed');
  expect(await asked(port)).toEqual({ status: 200, name: '127.0.0.1', hsts: 'max-age=31536000' });
  service.look!();
  copyFileSync(other.certFile, tls.cert);
  service.look!();
  expect(lines.at(-1)).toBe('the new certificate cannot be served; the old one is');
  expect(await asked(port)).toMatchObject({ name: '127.0.0.1' });
  copyFileSync(other.keyFile, tls.key);
  service.look!();
  expect(lines).toContain('the certificate was renewed');
  expect(await asked(port)).toMatchObject({ status: 200, name: 'other.example' });
});

/** Whom the certificate is for that is served, without a look at whether it is trusted. */
function asked(port: number): Promise<{ status?: number; name: string; hsts?: unknown }> {
  return new Promise((resolve, reject) => {
    request(
      { port, host: '127.0.0.1', path: '/healthz', rejectUnauthorized: false, agent: false },
      (answer) => {
        answer.resume();
        resolve({
          status: answer.statusCode!,
          name: String((answer.socket as TLSSocket).getPeerCertificate().subject.CN),
          hsts: answer.headers['strict-transport-security'],
        });
      },
    )
      .on('error', reject)
      .end();
  });
}
