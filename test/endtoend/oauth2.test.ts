import { chmodSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { authorisationServer, CLIENT_SECRET, gateway } from '../support/authorisation-server.ts';
import type { AuthorisationServer, Gateway } from '../support/authorisation-server.ts';
import { people } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import type { Ending } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';
import type { Place } from '../support/place.ts';
import type { Ended } from '../support/rollcall.ts';
import { creations, playService, TOKEN } from '../support/service.ts';
import type { Mock } from '../../src/mock/index.ts';

interface Scene {
  readonly place: Place;
  readonly server: AuthorisationServer;
  readonly mock: Mock;
  readonly door: Gateway;
}

/** A service behind an authorisation server, and a configuration for one way to get in. */
async function scene(
  context: Ending,
  auth: string,
  { lives, target }: { lives?: readonly number[]; target?: string } = {},
): Promise<Scene> {
  const place = openPlace(context);
  const server = await authorisationServer(context, lives);
  const mock = await playService(context);
  const door = await gateway(context, server, mock);
  place.write('key.pem', server.privateKey);
  place.configure({
    baseUrl: door.baseUrl,
    auth: `{ kind: oauth2, tokenUrl: "${server.tokenUrl}", ${auth} }`,
    ...(target !== undefined && { target }),
  });
  return { place, server, mock, door };
}

const bySecret = 'grant: clientCredentials, clientId: by-secret, clientSecret: { env: CLIENT_SECRET }';
const byKey = 'grant: clientCredentials, clientId: by-key, privateKey: { file: key.pem }, keyId: k1';
const byAssertion =
  'grant: jwtBearer, clientId: by-assertion, subject: provisioning@example.com, privateKey: { file: key.pem }';
const env = { CLIENT_SECRET };

/** Nothing of what was sent as a proof is in anything that was said or written. */
function expectNowhere(
  { place, server }: Scene,
  ended: readonly Ended[],
  more: readonly string[] = [],
): void {
  const files = new Map<string, Buffer>(place.files());
  ended.forEach(({ stdout, stderr }, index) => files.set(`run ${index}`, Buffer.from(stdout + stderr)));
  const [, line = ''] = server.privateKey.split('\n');
  // The proof of a JWT is its last part, and so is what an assertion has of its own.
  const secrets = [CLIENT_SECRET, TOKEN, line, ...server.tokens.map((one) => one.slice(-60)), ...more];
  for (const secret of secrets)
    for (const [name, bytes] of files) expect(bytes.indexOf(secret), `a secret in ${name}`).toBe(-1);
}

describe.concurrent('OAuth 2.0 against an authorisation server', patient, () => {
  test.for([
    ['client credentials with a secret', bySecret, 'client credentials (client_secret_basic)'],
    ['client credentials with a key', byKey, 'client credentials (private_key_jwt)'],
    ['JWT bearer', byAssertion, 'a JWT bearer assertion'],
  ] as const)(
    '%s: a token that ends in mid-sync is renewed once, and nothing is lost',
    async ([, auth, name], context) => {
      // By its own word the first token is good for ten minutes. The service's clock goes faster: after 20 people it is
      // a quarter of an hour on, and nine of ten requests that are under way meet a 401.
      const made = await scene(context, auth, { lives: [600, 7200] });
      const { place, server, mock, door } = made;
      place.people(people(60));
      const run = (...args: string[]) => place.runWith({ env }, ...args, '--log-level', 'debug');
      door.onRequest = (passed) => {
        if (passed >= 20) door.ahead = 900;
      };
      const ended = [await run('sync', '--json')];
      expect(ended[0]!.json()).toMatchObject({
        targets: { app: { state: 'done', counts: { User: { create: 60 } } } },
      });
      expect(ended[0]!.code).toBe(0);
      expect([...creations(mock).values()]).toEqual(Array<number>(60).fill(1));
      expect(server.tokens).toHaveLength(2);
      expect(door.counts.refused).toBeGreaterThan(0);

      const checked = await run('check');
      expect(checked.code).toBe(0);
      expect(checked.stdout).toContain(`to a token by ${name}, good for 120 minutes`);
      const again = await run('plan', '--exit-code');
      expect(again.code).toBe(0);
      expectNowhere(made, [...ended, checked, again]);
    },
  );

  test('a token that lives shorter than the sync is renewed before it ends', async (context) => {
    const made = await scene(context, bySecret, { lives: [2], target: 'concurrency: 1' });
    const { place, server, mock } = made;
    place.people(people(8));
    mock.addFault('delay=400,method=POST');
    const ended = await place.runWith({ env }, 'sync');
    expect(ended.code).toBe(0);
    expect([...creations(mock).values()]).toEqual(Array<number>(8).fill(1));
    expect(server.tokens.length).toBeGreaterThan(1);
    expect(new Set(server.tokens).size).toBe(server.tokens.length);
  });

  test('a refresh token that the server replaces is kept in its file', async (context) => {
    const made = await scene(
      context,
      'grant: refreshToken, clientId: by-refresh, refreshToken: { file: refresh }',
    );
    const { place, server, mock } = made;
    const first = await server.refreshToken();
    place.write('refresh', `${first}\n`);
    place.people(people(3));
    const open = await place.run('check');
    expect(open.code).toBe(1);
    expect(open.stdout).toMatch(/the secret file \S*refresh may be read by others/);
    expect(open.stdout).toContain('chmod 600');
    expect(server.tokens).toEqual([]);

    chmodSync(place.path('refresh'), 0o600);
    const content = (): string => readFileSync(place.path('refresh'), 'utf8').trim();
    const seen = [first];
    const ended: Ended[] = [open];
    for (const command of ['check', 'sync', 'check']) {
      const one = await place.run(command, '--log-level', 'debug');
      expect(one.code).toBe(0);
      ended.push(one);
      expect(seen).not.toContain(content());
      seen.push(content());
      expect(statSync(place.path('refresh')).mode & 0o777).toBe(0o600);
    }
    expect(creations(mock).size).toBe(3);

    // Whoever uses a spent one is a thief, or lost the new one: the server takes back all of them.
    place.write('refresh', `${first}\n`);
    const spent = await place.run('check');
    expect(spent.code).toBe(1);
    expect(spent.stdout).toMatch(
      /answered 400 invalid_grant.*the refresh token has ended, was withdrawn, was used before/,
    );
    ended.push(spent);
    expectNowhere(made, ended, seen.slice(0, -1));
  });

  test('a proof that the server refuses stops the target with a sentence, and nothing is sent to it', async (context) => {
    const made = await scene(context, bySecret);
    const { place, mock, door } = made;
    place.people(people(3));
    const wrong = { env: { CLIENT_SECRET: 'not-this-one-either' } };
    const ended = [
      await place.runWith(wrong, 'check', '--json'),
      await place.runWith(wrong, 'sync', '--json', '--wait', '0s'),
    ];
    for (const { code } of ended) expect(code).toBe(1);
    const says =
      /^the token endpoint of app at 127\.0\.0\.1:\d+ answered 401 invalid_client.*; look at clientId/;
    expect(ended[0]!.json()).toMatchObject({
      connections: [
        { ok: false, error: { code: 'unauthorised', message: expect.stringMatching(says) as string } },
      ],
    });
    expect(ended[1]!.json()).toMatchObject({ targets: { app: { state: 'failed' } } });
    expect([door.counts, mock.journal()]).toEqual([{ passed: 0, refused: 0 }, []]);
    expectNowhere(made, ended, ['not-this-one-either']);

    expect((await place.runWith({ env }, 'sync', '--quiet')).code).toBe(0);
    expect(creations(mock).size).toBe(3);
  });
});
