import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Configuration, NotifyConfiguration, NotifyWay } from '../../src/model/index.ts';
import { NOTICES } from '../../src/model/index.ts';
import { notify } from '../../src/notify/index.ts';
import type { News } from '../../src/notify/index.ts';
import { openState } from '../../src/store/state.ts';
import { temporaryFolder } from '../support/folder.ts';
import { sinkOf } from '../support/mail-sink.ts';

interface Hook {
  readonly url: string;
  readonly received: {
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
    readonly path: string;
  }[];
}

async function hookOf(answer: (response: ServerResponse) => void): Promise<Hook> {
  const received: Hook['received'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      received.push({ headers: request.headers, body, path: request.url ?? '' });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook-s3cret`, received };
}

/** A state in which nobody was told anything yet, and everything that was warned of. */
function office(way: NotifyWay, part: Partial<NotifyConfiguration> = {}) {
  const folder = temporaryFolder({ onTestFinished });
  const path = join(folder, 'state.db');
  openState(path, true).close();
  const one = {
    name: `${way.kind} 1`,
    id: 'one',
    on: NOTICES,
    repeatSeconds: 86_400,
    timeoutSeconds: 5,
    people: false,
    ...way,
    ...part,
  } as NotifyConfiguration;
  const configuration = { state: path, file: join(folder, 'it is.yaml'), notify: [one] } as unknown;
  const warned: string[] = [];
  const env = { PATH: process.env['PATH'], HOOK_SECRET: 'k3y', APP_TOKEN: 'not-for-you', WANTED: 'yes' };
  const tell = (news: News): Promise<void> =>
    notify(configuration as Configuration, news, {
      env,
      host: 'here',
      userAgent: 'rollcall/test',
      warn: (message) => warned.push(message),
    });
  return { warned, tell };
}

const at = Date.UTC(2026, 2, 1, 9);
const checksum = '3f9a27c1b0de'.repeat(6).slice(0, 64);
const news: News = {
  at,
  run: 7,
  targets: [
    {
      target: 'app',
      failed: { code: 'unauthorised', message: 'app answered 401' },
      held: [{ kind: 'deactivate', checksum, count: 40, breaches: [{ rule: 'count', message: 'too many' }] }],
      leavers: { count: 2, keys: ['E1', 'E2'] },
    },
  ],
};
const well: News = { at: at + 1, targets: [{ target: 'app', failed: false, held: false, leavers: false }] };

describe('a webhook', () => {
  test('is told in one message for each kind, signed, with the command that approves, and without people', async () => {
    const hook = await hookOf((response) => response.writeHead(204).end());
    const { tell, warned } = office({
      kind: 'webhook',
      url: hook.url,
      secret: { kind: 'env', name: 'HOOK_SECRET' },
    });
    await tell(news);
    await tell(news);
    expect(warned).toEqual([]);
    expect(hook.received).toHaveLength(3);
    const [first, held, leavers] = hook.received.map(
      ({ body }) => JSON.parse(body) as Record<string, unknown>,
    );
    expect(first).toMatchObject({ event: 'failed', run: 7, host: 'here', at: '2026-03-01T09:00:00.000Z' });
    expect(held).toMatchObject({
      event: 'held',
      targets: [
        { target: 'app', held: [{ kind: 'deactivate', count: 40, checksum, reasons: ['too many'] }] },
      ],
    });
    expect(JSON.stringify(held)).toMatch(/rollcall approve --config '[^']*it is\.yaml' app 3f9a27c1b0de3f9a/);
    expect(leavers).toMatchObject({ event: 'leavers', targets: [{ leavers: { count: 2 } }] });
    for (const { headers, body } of hook.received) {
      expect(body).not.toMatch(/E1|k3y|s3cret/);
      const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = headers;
      expect(time).toBe(String(at / 1000));
      const own = createHmac('sha256', 'k3y')
        .update(`${String(id)}.${String(time)}.${body}`)
        .digest('base64');
      expect(signature).toBe(`v1,${own}`);
    }
    await tell(well);
    expect(JSON.parse(hook.received.at(-1)!.body)).toMatchObject({
      event: 'recovered',
      targets: [{ was: 'failed' }, { was: 'held' }, { was: 'leavers' }],
    });
  });

  test.each([
    [
      'that answers 500',
      (response: ServerResponse) => void response.writeHead(500).end('s3cret'),
      'webhook 1 could not be told: it answered 500',
    ],
    [
      'that redirects',
      (response: ServerResponse) => void response.writeHead(307, { location: '/elsewhere' }).end(),
      'webhook 1 could not be told: it answered 307, and nobody is followed to another place',
    ],
    ['that does not answer', () => undefined, 'webhook 1 could not be told: it did not answer within 0.1 s'],
  ])('%s is told by the next run, and one warning says so', async (_, answer, sentence) => {
    let isBroken = true;
    const hook = await hookOf((response) => (isBroken ? answer(response) : response.writeHead(200).end()));
    const { tell, warned } = office({ kind: 'webhook', url: hook.url }, { timeoutSeconds: 0.1 });
    await tell(news);
    expect(warned).toEqual([sentence]);
    expect(hook.received.map(({ path }) => path)).toEqual(['/hook-s3cret']);
    isBroken = false;
    await tell({ ...news, at: at + 60_000 });
    expect(hook.received).toHaveLength(4);
    expect(warned).toHaveLength(1);
  });

  test('whose address is a secret is told at that address, by https or on this machine', async () => {
    const { tell, warned } = office({ kind: 'webhook', url: { kind: 'env', name: 'APP_TOKEN' } });
    await tell(news);
    expect(warned).toEqual(['webhook 1 could not be told: this is no URL']);
  });
});

describe('a command', () => {
  test('reads JSON, gets its arguments as they are, and nothing of the environment that is not its own', async () => {
    const script = 'cat > "$1"; env > "$1.env"; printf %s "$2" > "$1.word"';
    const out = join(temporaryFolder({ onTestFinished }), 'out');
    const { tell, warned } = office(
      { kind: 'command', command: ['/bin/sh', '-c', script, 'sh', out, '$(id) "; x'], env: ['WANTED'] },
      { on: ['held'], people: true },
    );
    await tell(news);
    expect(warned).toEqual([]);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ event: 'held' });
    expect(readFileSync(`${out}.word`, 'utf8')).toBe('$(id) "; x');
    expect(readFileSync(`${out}.env`, 'utf8')).toMatch(/WANTED=yes/);
    expect(readFileSync(`${out}.env`, 'utf8')).not.toMatch(/not-for-you|k3y/);
  });

  test.each([
    ['that is not there', ['/nowhere/tell'], /could not be started \(ENOENT\)/],
    ['that fails', ['/bin/false'], /ended with exit code 1/],
    ['that does not end', ['/bin/sh', '-c', 'sleep 600 & wait'], /took longer than 0.2 s/],
    ['that reads nothing', ['/bin/true'], undefined],
  ])('%s', async (_, command, sentence) => {
    const { tell, warned } = office(
      { kind: 'command', command, env: [] },
      { timeoutSeconds: 0.2, on: ['held'] },
    );
    await tell(news);
    expect(warned).toEqual(sentence === undefined ? [] : [expect.stringMatching(sentence)]);
  });
});

describe('an e-mail', () => {
  const to = ['it@example.com', 'boss@example.com'];
  const mail = (url: string): NotifyWay => ({
    kind: 'email',
    server: { host: '127.0.0.1', port: Number(new URL(url).port), tls: 'none' },
    from: 'rollcall@example.com',
    to,
  });

  test('goes to everybody, with the people in it who were asked for', async () => {
    const sink = await sinkOf();
    const { tell, warned } = office(mail(sink.url), { on: ['leavers'], people: true });
    await tell(news);
    expect(warned).toEqual([]);
    expect(sink.received.map((one) => one.to)).toEqual([to.map((address) => `RCPT TO:<${address}>`)]);
    const { data } = sink.received[0]!;
    expect(data).toMatch(/^Subject: Rollcall on here: app has leavers who are still on/m);
    expect(data).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(data.replaceAll('=\r\n', '')).toContain(
      'app: 2 people who left could not be switched off: E1, E2',
    );
  });

  test('that the mail server refuses is a warning, and so is one that would have to go unencrypted', async () => {
    const refusals = { RCPT: '550 no s3cret here', STARTTLS: '502 there is no such command' };
    const sink = await sinkOf(
      (line) => Object.entries(refusals).find(([word]) => line.startsWith(word))?.[1] ?? 'as usual',
    );
    const { tell, warned } = office(mail(sink.url), { on: ['held'] });
    await tell(news);
    expect(warned).toEqual([
      expect.stringMatching(/^email 1 could not be told: the mail server answered 550/),
    ]);
    expect(warned.join()).not.toContain('s3cret');

    const port = Number(new URL(sink.url).port);
    const encrypted = {
      ...mail(sink.url),
      server: { host: '127.0.0.1', port, tls: 'required' },
    } as NotifyWay;
    const plain = office(encrypted, { on: ['held'] });
    await plain.tell(news);
    expect(plain.warned).toEqual([expect.stringMatching(/the mail server (answered|could not be used)/)]);
    expect(sink.received).toEqual([]);
  });
});

test('where the state cannot be read nobody is told, and nothing breaks', async () => {
  const warned: string[] = [];
  const configuration = { state: '/dev/null', file: 'x', notify: [{}] } as unknown as Configuration;
  const warn = (message: string): void => void warned.push(message);
  await notify(configuration, news, { env: {}, host: 'here', userAgent: '', warn });
  expect(warned).toEqual([expect.stringMatching(/^nobody was told of this run: /)]);
});
