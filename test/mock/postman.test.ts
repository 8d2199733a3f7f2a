import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import { startMock } from '../../src/mock/index.ts';
import type { Mock } from '../../src/mock/index.ts';
import { RollcallError } from '../../src/model/index.ts';
import { sinkOf } from '../support/mail-sink.ts';
import { ask, created, mockOf, patchOf, withMail } from './calling.ts';

/** Until no e-mail waits any more. */
async function settled(mock: Mock): Promise<void> {
  while (mock.mailbox().some(({ delivery }) => delivery?.state === 'waiting'))
    await new Promise((resolve) => setImmediate(resolve));
}

describe('a mail server', () => {
  test('gets no e-mail of what was only said to be done', async () => {
    const sink = await sinkOf();
    const mock = await mockOf('cosmo', { smtp: sink.url, faults: ['lie,count=1'] });
    await created(mock, withMail('ada@example.com'));
    await created(mock, withMail('bob@example.com'));
    await sink.arrived(1);
    await settled(mock);
    expect(sink.received.map(({ to }) => to)).toEqual([['RCPT TO:<bob@example.com>']]);
  });

  test('gets each invitation as one e-mail to one address, which says how to accept', async () => {
    const sink = await sinkOf();
    const mock = await mockOf('cosmo', { smtp: sink.url, organisations: [{ name: 'Café Ünïcode' }] });
    await created(mock, withMail('ada@example.com'));
    await created(mock, withMail('bob@example.com'));
    await sink.arrived(2);
    await settled(mock);
    expect(sink.received.map(({ to }) => to)).toEqual([
      ['RCPT TO:<ada@example.com>'],
      ['RCPT TO:<bob@example.com>'],
    ]);
    const { from, data } = sink.received[0]!;
    expect(from).toMatch(/^MAIL FROM:<invitations@rollcall-mock\.invalid>/);
    expect(data).toContain('To: ada@example.com');
    expect(data).toMatch(/^Subject: =\?UTF-8\?/m);
    const body = data.replaceAll('=\r\n', '');
    expect(body).toContain(`POST ${mock.origin}/_mock/invitations/invitation-1/accept`);
    expect(mock.mailbox()).toMatchObject([
      { to: 'ada@example.com', delivery: { state: 'sent', error: null } },
      { to: 'bob@example.com', delivery: { state: 'sent', error: null } },
    ]);
  });

  test('gets a reminder and the second invitation, and nothing of whoever is not invited', async () => {
    const sink = await sinkOf();
    const mock = await mockOf('cosmo', { smtp: sink.url });
    const id = await created(mock, withMail('ada@x', { active: false }));
    await ask(mock, 'PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: true }));
    await ask(mock, 'POST', '/_mock/invitations/ada@x/send');
    await sink.arrived(2);
    expect(sink.received).toHaveLength(2);
  });

  test('an address is never two, and never a header', async () => {
    const sink = await sinkOf();
    const mock = await mockOf('cosmo', { smtp: sink.url });
    const nasty = 'a@x, b@x\r\nBcc: c@x';
    await created(mock, withMail('ada', { emails: [{ value: nasty }] }));
    await created(mock, withMail('eve', { emails: [{ value: 'not an address' }] }));
    await created(mock, withMail('end@example.com'));
    await settled(mock);
    const addressed = sink.received.flatMap(({ to }) => to);
    expect(addressed.filter((to) => /<[abc]@x>/.test(to))).toEqual([]);
    for (const { data } of sink.received) expect(data).not.toMatch(/^Bcc:/im);
    expect(addressed.at(-1)).toBe('RCPT TO:<end@example.com>');
  });

  test('one that is not there breaks no request: it is told in the mailbox, and once in a sentence', async () => {
    const sentences: string[] = [];
    const sink = createServer();
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    const { port } = sink.address() as AddressInfo;
    await new Promise((resolve) => sink.close(resolve));
    const tell = (sentence: string): void => void sentences.push(sentence);
    const mock = await mockOf('cosmo', { smtp: `smtp://127.0.0.1:${port}`, tell });
    await created(mock, withMail('ada@x'));
    await created(mock, withMail('bob@x'));
    await settled(mock);
    expect((await ask(mock, 'GET', '/_mock/mailbox')).body['items']).toMatchObject([
      {
        to: 'ada@x',
        delivery: { state: 'failed', error: expect.stringContaining('ECONNREFUSED') as string },
      },
      { to: 'bob@x', delivery: { state: 'failed' } },
    ]);
    expect(sentences).toEqual([
      `the mail server 127.0.0.1:${port} did not take the e-mail to ada@x: connect ECONNREFUSED 127.0.0.1:${port}`,
    ]);
    expect((await ask(mock, 'POST', '/_mock/invitations/ada@x/accept')).status).toBe(200);
  });

  test('one that refuses an address is told of that address, and gets the next one', async () => {
    const sentences: string[] = [];
    const sink = await sinkOf((command) =>
      /ada/.test(command) ? '550 5.1.1 nobody of\tthat name' : 'as usual',
    );
    const mock = await mockOf('cosmo', { smtp: sink.url, tell: (one) => void sentences.push(one) });
    await created(mock, withMail('ada@example.com'));
    await created(mock, withMail('bob@example.com'));
    await settled(mock);
    expect(mock.mailbox().map(({ delivery }) => delivery?.state)).toEqual(['failed', 'sent']);
    expect(mock.mailbox()[0]?.delivery?.error).toContain('550 5.1.1 nobody of that name');
    expect(sentences).toHaveLength(1);
  });

  test('one that says nothing holds nothing up: the mock answers, resets and ends at once', async () => {
    const sink = await sinkOf(() => undefined);
    const mock = await startMock({ service: await loadService('cosmo'), token: 'the-token', smtp: sink.url });
    await created(mock, withMail('ada@x'));
    await created(mock, withMail('bob@x'));
    expect(mock.mailbox().map(({ delivery }) => delivery?.state)).toEqual(['waiting', 'waiting']);
    expect((await ask(mock, 'POST', '/_mock/reset')).status).toBe(200);
    expect(mock.mailbox()).toEqual([]);
    const begun = performance.now();
    await mock.close();
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  test('without one, the mailbox says nothing of delivery', async () => {
    const mock = await mockOf('cosmo');
    await created(mock, withMail('ada@x'));
    expect(mock.mailbox()[0]).not.toHaveProperty('delivery');
  });

  test.each([
    'smtp://',
    'http://127.0.0.1:25',
    'smtp://user:pass@127.0.0.1:25',
    'smtps://127.0.0.1:465',
    'smtp://127.0.0.1:25/path',
    'smtp://127.0.0.1:99999',
    '127.0.0.1:25',
    '',
  ])('%j names none', async (smtp) => {
    const started = startMock({ service: await loadService('cosmo'), smtp });
    await expect(started).rejects.toBeInstanceOf(RollcallError);
    await expect(started).rejects.toThrow(/smtp:\/\/HOST:PORT/);
  });
});
