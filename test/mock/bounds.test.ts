import { Socket, connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import { MOST } from '../../src/mock/directory/bounds.ts';
import { openInvitation, remind } from '../../src/mock/directory/lifecycle.ts';
import { emptyOrganisation, usersOf } from '../../src/mock/directory/organisation.ts';
import type { Mail, Organisation } from '../../src/mock/directory/organisation.ts';
import { create } from '../../src/mock/directory/write.ts';
import { acceptOne, startSession } from '../../src/mock/door/acts.ts';
import { shownMails } from '../../src/mock/door/shown.ts';
import { Postman } from '../../src/mock/mail/postman.ts';
import { TOKEN, ask, created, mockOf, person } from './calling.ts';

async function withOne(): Promise<{ organisation: Organisation; stored: ReturnType<typeof create> }> {
  const service = await loadService('rfc');
  const organisation = emptyOrganisation(service, { name: 'acme' });
  const place = { service, organisation, shelf: usersOf(organisation), now: 0, base: 'http://x' };
  return { organisation, stored: create(place, { userName: 'ada' }) };
}
const mail = { emails: [{ value: 'ada@x' }] };

/** Something at an address that counts who comes, and says nothing. */
async function silence(): Promise<{ host: string; port: number; seen: () => number }> {
  let seen = 0;
  const server = createServer(() => void seen++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, seen: () => seen };
}

describe('the postman', () => {
  test('opens no connection any more when the mock ends while the library is loaded', async () => {
    const { organisation, stored } = await withOne();
    const { seen, ...server } = await silence();
    // It is asked for the origin just before it loads the library.
    const origin = (): string => {
      postman.close();
      return '';
    };
    const postman = new Postman({ server, clock: Date.now, origin, tell: () => undefined });
    const invitation = openInvitation(organisation, stored, mail, 0)!;
    const letter: Mail = { number: 1, invitation, to: 'ada@x', at: 0 };
    postman.post(letter, organisation);
    while (letter.delivery?.state === 'waiting') await new Promise((resolve) => setImmediate(resolve));
    expect([letter.delivery, seen()]).toMatchObject([{ state: 'failed', error: 'the mock has ended' }, 0]);
  });

  test('whose connection is being made when the mock ends has failed, and waits no longer', async () => {
    const { organisation, stored } = await withOne();
    const { seen: _, ...server } = await silence();
    const postman = new Postman({ server, clock: Date.now, origin: () => '', tell: () => undefined });
    const invitation = openInvitation(organisation, stored, mail, 0)!;
    const connecting = vi.spyOn(Socket.prototype, 'connect');
    onTestFinished(() => connecting.mockRestore());
    connecting.mockImplementationOnce(function (this: Socket) {
      queueMicrotask(() => postman.close());
      return this;
    });
    const letter: Mail = { number: 1, invitation, to: 'ada@x', at: 0 };
    postman.post(letter, organisation);
    while (letter.delivery?.state === 'waiting') await new Promise((resolve) => setImmediate(resolve));
    expect(letter.delivery).toMatchObject({ state: 'failed', error: 'the connection was closed' });
  });

  test('lets no more letters wait than it can keep, and says so', async () => {
    const { organisation, stored } = await withOne();
    const { seen: _, ...server } = await silence();
    const sentences: string[] = [];
    const tell = (sentence: string): void => void sentences.push(sentence);
    const postman = new Postman({ server, clock: () => 7, origin: () => '', tell });
    onTestFinished(() => postman.close());
    const invitation = openInvitation(organisation, stored, mail, 0)!;
    const letters = Array.from({ length: MOST + 2 }, (_one, at): Mail => ({
      number: at,
      invitation,
      to: 'ada@x',
      at: 0,
    }));
    for (const letter of letters) postman.post(letter, organisation);
    expect(letters.map(({ delivery }) => delivery?.state).indexOf('failed')).toBe(MOST);
    expect(letters.at(-1)?.delivery).toMatchObject({ state: 'failed', at: 7 });
    expect(sentences).toEqual([
      expect.stringContaining('more than 100000 e-mails wait for it already') as string,
    ]);
  });
});

describe('an organisation keeps', () => {
  test('the last e-mails, with the numbers that they had', async () => {
    const { organisation, stored } = await withOne();
    const invitation = openInvitation(organisation, stored, mail, 0)!;
    for (let at = 0; at < 2 * MOST; at++) remind(organisation, invitation, mail, 0);
    const mails = [...shownMails(organisation)];
    expect(mails.length).toBeGreaterThanOrEqual(MOST);
    expect(mails.length).toBeLessThanOrEqual(1.1 * MOST);
    expect(mails.at(-1)?.id).toBe(`mail-${2 * MOST}`);
  });

  test('every open invitation, and the last ones that are settled', async () => {
    const { organisation, stored } = await withOne();
    openInvitation(organisation, stored, mail, 0);
    for (let at = 1; at < 2 * MOST; at++) openInvitation(organisation, stored, mail, 0)!.state = 'withdrawn';
    const { length } = organisation.invitations;
    expect([length >= MOST, length <= 1.1 * MOST]).toEqual([true, true]);
    expect(organisation.invitations.at(-1)?.number).toBe(2 * MOST);
    expect(() => acceptOne(organisation, 'invitation-2', 0)).toThrow(
      'There is no invitation "invitation-2".',
    );
    expect(() => acceptOne(organisation, `invitation-${2 * MOST}`, 0)).toThrow('is withdrawn');
    expect(acceptOne(organisation, 'invitation-1', 0).state).toBe('accepted');
  });

  test('every open session, and refuses more than it can keep', async () => {
    const { organisation } = await withOne();
    for (let at = 0; at < MOST; at++) startSession(organisation, { userName: 'ada' }, 0);
    expect(() => startSession(organisation, { userName: 'ada' }, 0)).toThrow('open sessions are too many');
    const [oldest] = organisation.sessions.values();
    oldest!.endedAt = 1;
    expect(startSession(organisation, { userName: 'ada' }, 0).endedAt).toBeUndefined();
    expect([organisation.sessions.size, organisation.sessions.has(oldest!.id)]).toEqual([MOST, false]);
  });
});

describe('the journal', () => {
  test('is kept as far as its length goes: whole requests, the oldest going first', async () => {
    const mock = await mockOf('rfc', { journalLength: 5000 });
    for (const name of ['a', 'b', 'c', 'd']) await created(mock, person(name, { title: 'x'.repeat(1500) }));
    const kept = mock.journal();
    expect(kept.map(({ number }) => number)).toEqual([3, 4]);
    expect(kept[1]?.body).toMatchObject({ userName: 'd' });
    mock.reset();
    await created(mock, person('e'));
    expect(mock.journal().map(({ number }) => number)).toEqual([1]);
  });

  test('that is read slowly shows what was there when it was asked for', async () => {
    const mock = await mockOf('rfc', { journal: 20 });
    const title = 'x'.repeat(900_000);
    for (let at = 0; at < 20; at++) await created(mock, person(`a${at}`, { title }));
    const socket = connect(mock.port, '127.0.0.1').pause();
    onTestFinished(() => void socket.destroy());
    socket.write(
      `GET /_mock/requests HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once('readable', resolve));
    for (let at = 0; at < 20; at++) await created(mock, person(`b${at}`, { title }));
    const pieces: string[] = [];
    for await (const piece of socket.setEncoding('utf8')) pieces.push(String(piece));
    const numbers = [...pieces.join('').matchAll(/"number":(\d+)/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 20 }, (_one, at) => at + 1));
    expect((await ask(mock, 'GET', '/_mock/requests?since=39')).body['items']).toMatchObject([
      { number: 40 },
    ]);
  });
});
