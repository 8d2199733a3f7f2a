import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import type { Mock } from '../../src/mock/index.ts';
import { ask, mockOf, person, withMail, wordOf } from './calling.ts';

/** A request of which the head alone has been sent, and what comes back once the rest is there. */
async function begun(mock: Mock, token: string, body: string) {
  const socket: Socket = connect(mock.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => (text += String(chunk)));
  socket.write(
    `POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Type: application/scim+json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  while (mock.journal().length === 0) await new Promise((resolve) => setImmediate(resolve));
  return async (): Promise<string> => {
    socket.write(body);
    await once(socket, 'close');
    return text;
  };
}

test.each(['acme', 'example'])('a request of %s that a reset overtakes is answered', async (organisation) => {
  const mock = await mockOf('rfc');
  if (organisation === 'acme') await ask(mock, 'POST', '/_mock/organisations', { name: 'acme' });
  await ask(mock, 'POST', '/_mock/keys', { token: 'k', organisation });
  const end = await begun(mock, 'k', JSON.stringify(person('ada')));
  mock.reset();
  expect(await end()).toMatch(/^HTTP\/1.1 503 [^]*reset while this request was under way/);
  expect([mock.users(), mock.journal()]).toEqual([[], []]);
});

test('a request that waits for a fault when a reset comes does nothing, and sends nobody an e-mail', async () => {
  const mock = await mockOf('cosmo', { faults: ['delay=100'] });
  const late = ask(mock, 'POST', '/Users', withMail('ada@x'));
  while (mock.journal().length === 0) await new Promise((resolve) => setImmediate(resolve));
  mock.reset();
  expect((await late).status).toBe(503);
  expect([mock.users(), mock.mailbox()]).toEqual([[], []]);
});

test.each<readonly [readonly string[]]>([[[]], [['lag=1']]])(
  'a bulk request is given up where a reset comes in between, with faults %j',
  async (faults) => {
    const mock = await mockOf('rfc', { faults });
    const operations = Array.from({ length: 500 }, (_, at) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `p${at}`,
      data: person(`p${at}`),
    }));
    const late = ask(mock, 'POST', '/Bulk', { Operations: operations });
    while (mock.users().length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(mock.users().length).toBeLessThan(500);
    mock.reset();
    expect((await late).status).toBe(503);
  },
);

test('an answer that cannot be sent is a 500, and no silence', async () => {
  const rfc = await loadService('rfc');
  const root = { status: 200, mediaType: 'text/plain\nx', body: 'SCIM' };
  const mock = await mockOf('rfc', { service: { ...rfc, root } });
  const { status, body } = await ask(mock, 'GET', '');
  expect([status, wordOf(body['detail'])]).toEqual([500, expect.stringMatching(/^The mock failed: /)]);
  expect(mock.journal()).toMatchObject([{ status: 500 }]);
});
