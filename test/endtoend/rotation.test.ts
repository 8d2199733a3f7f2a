import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { people } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlace, openPlaceWithService } from '../support/place.ts';
import { bodyOf, forward, listening } from '../support/serving.ts';
import { creations, playService, TOKEN } from '../support/service.ts';

const day = 24 * 60 * 60 * 1000;
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString();

/** A token that says when it ends, and is signed by nobody. */
function jwt(exp: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ exp })}.c2lnbmF0dXJl`;
}

describe.concurrent('a token', patient, () => {
  test('that ends soon is warned of by check, plan and sync on stderr, and by status where a date says so', async (context) => {
    const end = inDays(5.5);
    const soon = jwt(Math.floor(Date.parse(end) / 1000));
    const place = await openPlaceWithService(
      context,
      { auth: `{ kind: bearer, token: { env: APP_TOKEN }, expires: "${inDays(2.5)}" }` },
      { token: soon },
    );
    place.people(people(2));
    const run = (...args: string[]) => place.runWith({ env: { APP_TOKEN: soon } }, ...args);
    const [checked, planned, synced, again] = [
      await run('check'),
      await run('plan', '--json'),
      await run('sync', '--json'),
      await run('plan'),
    ];
    const status = await run('status');
    const told = [checked.stdout, planned.stderr, synced.stderr, again.stderr];
    for (const text of told) {
      expect(text).toContain(`the token of app ends in 5 days, on ${end.slice(0, 10)}`);
      expect(text).toMatch(/\(?targets\.app\.auth\.expires\)?: the secret of app ends in 2 days, on /);
      expect(text.match(/ends in/g)).toHaveLength(2);
    }
    expect(status.stderr).toContain('the secret of app ends in 2 days');
    expect(synced.code).toBe(0);
    expect(told.join('')).not.toContain(soon);
    expect((await run('sync', '--quiet')).stderr).toBe('');
  });

  test('that ends later is not', async (context) => {
    const later = jwt(Math.floor((Date.now() + 15 * day) / 1000));
    const place = await openPlaceWithService(
      context,
      { auth: `{ kind: bearer, token: { env: APP_TOKEN }, expires: "${inDays(16)}" }` },
      { token: later },
    );
    place.people(people(2));
    const planned = await place.runWith({ env: { APP_TOKEN: later } }, 'plan');
    expect({ code: planned.code, stderr: planned.stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('that is being rotated: the next one is used once the first is refused, and both commands say so', async (context) => {
    const place = await openPlaceWithService(context, {
      auth: '{ kind: bearer, token: { env: OLD }, next: { file: next-token } }',
    });
    place.write('next-token', `${TOKEN}\n`);
    place.people(people(20));
    const env = { OLD: 'the-old-one' };
    const checked = await place.runWith({ env }, 'check');
    expect(checked.code).toBe(0);
    expect(checked.stdout).toContain('two secrets are in place while one is rotated');
    expect(checked.stdout).toContain('app refuses the first secret, and is sent the next one');
    const synced = await place.runWith({ env }, 'sync', '--log-level', 'debug');
    expect(synced.code).toBe(0);
    expect(synced.stderr).toContain('app refuses the first secret, and is sent the next one');
    expect([...creations(place.mock).values()]).toEqual(Array<number>(20).fill(1));
    expect((await place.runWith({ env }, 'status')).stderr).toContain('two secrets are in place');
    expect(synced.stdout + synced.stderr + checked.stdout).not.toMatch(new RegExp(`${TOKEN}|the-old-one`));
  });

  test('whose file changes in mid-sync is picked up without a new start', async (context) => {
    const place = openPlace(context);
    const mock = await playService(context);
    let [taken, passed, refused] = ['the-old-one', 0, 0];
    const server = createServer((request, response) => {
      void bodyOf(request).then(async (body) => {
        if (passed === 10) place.write('token', (taken = 'the-new-one'));
        if (request.headers.authorization === `Bearer ${taken}`) {
          passed += 1;
          return forward(mock, request, body, response, `Bearer ${TOKEN}`);
        }
        refused += 1;
        response.writeHead(401).end();
      });
    });
    const port = await listening(context, server);
    place.write('token', taken);
    place.configure({
      baseUrl: `http://127.0.0.1:${port}${new URL(mock.url).pathname}`,
      auth: '{ kind: bearer, token: { file: token } }',
    });
    place.people(people(20));
    const ended = await place.run('sync');
    expect(ended.code).toBe(0);
    expect(refused).toBeGreaterThan(0);
    expect([...creations(mock).values()]).toEqual(Array<number>(20).fill(1));
  });
});
