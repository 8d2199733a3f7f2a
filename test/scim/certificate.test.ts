import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { failureOf, json, open, play } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollcall-certificate-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A certificate of its own making, or `undefined` where there is no openssl. */
function certificate(name: string): { readonly key: string; readonly cert: string } | undefined {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const subject = [
    '-subj',
    `/CN=${name}`,
    '-addext',
    `subjectAltName=${/^[\d.]+$/.test(name) ? 'IP' : 'DNS'}:${name}`,
  ];
  const make = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ];
  try {
    execFileSync('openssl', [...make, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

const own = certificate('127.0.0.1');
const other = certificate('scim.example.com');

test.skipIf(!own)(
  'a certificate that nobody vouches for stops the target, before a byte of the request is sent',
  async () => {
    const server = await play((_, response) => json(response, 201, { id: '1' }), own);
    const target = open(server.baseUrl);
    const outcome = await target.send({ method: 'POST', path: '/Users', body: {} });
    expect(outcome).toMatchObject({ failure: { class: 'target', code: 'certificate' } });
    expect(await failureOf(target.read('1'))).toMatchObject({
      class: 'target',
      code: 'certificate',
      message: `app has a certificate at 127.0.0.1:${server.port} that cannot be trusted (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    });
    expect(server.requests).toEqual([]);
  },
);

test.skipIf(!own)('nothing in the environment switches the check off', async () => {
  const server = await play((_, response) => json(response, 200, { id: '1' }), own);
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    expect(await failureOf(open(server.baseUrl).read('1'))).toMatchObject({ code: 'certificate' });
  } finally {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
  }
});

test.skipIf(!own || !other)('a certificate that is vouched for is good for its own host only', async () => {
  const trusted = getCACertificates();
  setDefaultCACertificates([...trusted, own!.cert, other!.cert]);
  try {
    const good = await play((_, response) => json(response, 200, { id: '1' }), own);
    expect(await open(good.baseUrl).read('1')).toMatchObject({ id: '1' });
    const wrong = await play((_, response) => json(response, 200, { id: '1' }), other);
    expect(await failureOf(open(wrong.baseUrl).read('1'))).toMatchObject({
      class: 'target',
      code: 'certificate',
    });
  } finally {
    setDefaultCACertificates(trusted);
  }
});

test('a server that does not speak TLS where https is asked stops the target', async () => {
  const server = await play(() => {});
  const outcome = await open(server.baseUrl.replace('http:', 'https:')).send({
    method: 'DELETE',
    path: '/Users/1',
  });
  expect(outcome).toMatchObject({ failure: { class: 'target', code: 'unreachable' } });
});
