import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { failureOf, json, open, play } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollcall-certificate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const own = selfSigned(folder, '127.0.0.1');
const other = selfSigned(folder, 'scim.example.com');

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
