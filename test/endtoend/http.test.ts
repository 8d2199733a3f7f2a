import { readFileSync, utimesSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, requested } from '../support/service.ts';

test(
  'a key is made, the daemon answers, and what was told is done and survives it',
  patient,
  async (context) => {
    const place = await openPlaceWithService(context);
    const { mock } = place;
    place.people(people(2));
    const hourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(place.path('people.csv'), hourAgo, hourAgo);
    await place.settle();
    const made = await place.run('--json', 'key', 'new', '--name', 'hr', '--scope', 'events,read');
    const { key, hash } = JSON.parse(made.stdout) as { key: string; hash: string };
    expect(key).toMatch(/^rollcall_[\w-]{43}$/);
    expect(await place.run('key', 'new', '--name', 'hr', '--scope', 'all')).toMatchObject({
      code: 1,
      stdout: '',
    });

    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const http = (host: string): string =>
      `http:\n  host: ${host}\n  port: ${port}\n  keys: [{ name: hr, hash: ${hash}, scopes: [events, read] }]\n`;
    const plain = readFileSync(place.path('rollcall.yaml'), 'utf8');
    place.write('rollcall.yaml', `${plain}${http('0.0.0.0')}`);
    expect(await place.run('daemon')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/0\.0\.0\.0 is not this machine alone[^]*behindProxy: true/) as string,
    });

    place.write('rollcall.yaml', `${plain}${http('127.0.0.1')}`);
    const daemon = place.start('daemon');
    await daemon.says(/"listening"/);
    const ask = (path: string, body?: object) =>
      fetch(`${address}${path}`, {
        headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      });
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect((await fetch(`${address}/v1/status`)).status).toBe(401);
    const at = new Date(Date.now() - 1000).toISOString();
    const told = [
      { id: '1', key: 'P0001', kind: 'leave', at },
      { id: '2', key: 'P0003', kind: 'hire', at, record: person(3) },
    ];
    for (const event of told) expect((await ask('/v1/events', event)).status).toBe(202);
    await requested(mock, 'POST', 3, { answered: true });
    expect(await (await ask('/v1/people/P0003')).json()).toMatchObject({
      targets: { app: { outcome: 'inSync' } },
    });
    daemon.kill('SIGTERM');
    const ended = await daemon.ended;
    expect(ended).toMatchObject({ code: 143, stdout: '' });
    expect(ended.stderr).not.toMatch(new RegExp(`P000|${key}|example\\.com`));
    // The file is older than what was told, also for whoever syncs without a daemon.
    await place.settle();
    expect(accounts(mock)).toEqual({
      'person1@example.com': false,
      'person2@example.com': true,
      'person3@example.com': true,
    });
  },
);

/** The program says what it listens on in its log, which a test waits for and does not read. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
