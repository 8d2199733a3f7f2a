import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { csv, people } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import type { Ending } from '../support/folder.ts';
import { openPlace, openPlaceWithService } from '../support/place.ts';
import type { Place } from '../support/place.ts';
import type { Ended } from '../support/rollcall.ts';
import { playService, requested, TOKEN } from '../support/service.ts';

/** Characters that JSON, URLs and terminals write in another way. */
const ODD = 'z9/+"\\%=tok&en<4711>';

/** Every form in which a secret might be found again. */
function formsOf(secret: string): readonly string[] {
  const text = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(secret),
    text.toString('base64'),
    text.toString('hex'),
  ];
}

/** Looks through all that was said and all that was written. */
function expectNowhere(place: Place, ended: readonly Ended[], secrets: readonly string[]): void {
  const places = new Map<string, Buffer>(place.files());
  for (const [index, { stdout, stderr }] of ended.entries()) {
    places.set(`stdout of run ${index}`, Buffer.from(stdout));
    places.set(`stderr of run ${index}`, Buffer.from(stderr));
  }
  for (const secret of secrets)
    for (const form of formsOf(secret))
      for (const [name, bytes] of places) expect(bytes.indexOf(form), `${form} in ${name}`).toBe(-1);
}

type Answer = (request: IncomingMessage, response: ServerResponse, number: number) => void;

/** A server that answers every request as it is told, with the credential at hand. */
async function hostile(ending: Ending, answer: Answer): Promise<string> {
  let number = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => answer(request, response, ++number));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`;
}

function scim(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
  response.end(JSON.stringify(body));
}

const empty = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 0,
  Resources: [],
};

describe.concurrent('a secret', patient, () => {
  test('that a hostile server throws back in every way is in no output, no log, no plan and no state', async (context) => {
    const place = openPlace(context);
    const told: string[] = [];
    const baseUrl = await hostile(context, (request, response) => {
      const token = request.headers.authorization ?? '';
      told.push(token);
      if (request.method === 'GET') return scim(response, 200, empty);
      const bare = token.replace('Bearer ', '');
      const posts = told.length;
      if (posts % 6 === 0)
        return scim(response, 400, { detail: `who is ${token}?`, scimType: bare, status: '400' });
      if (posts % 6 === 1) return scim(response, 409, { detail: bare.split('').join('\u200b') });
      if (posts % 6 === 2)
        return scim(
          response,
          302,
          {},
          { location: `https://127.0.0.1/login/${encodeURIComponent(bare)}?t=${encodeURIComponent(bare)}` },
        );
      if (posts % 6 === 3) {
        response.writeHead(500, { 'content-type': 'text/html', 'x-token': bare.replace(/[^ -~]/g, '') });
        return response.end(`<html><title>${bare}</title>${bare}</html>`);
      }
      if (posts % 6 === 4)
        return scim(response, 400, {
          error: { message: bare },
          message: JSON.stringify({ authorization: token }),
        });
      response.writeHead(201, { 'content-type': 'text/plain' });
      response.end(`token=${encodeURIComponent(bare)} ${bare.toUpperCase()}`);
    });
    place.configure({ baseUrl, target: 'concurrency: 1' });
    place.people(people(12));
    const env = { APP_TOKEN: ODD };
    const run = (...args: string[]) =>
      place.runWith({ env }, ...args, '--log-level', 'debug', '--log-personal-data');
    const ended = [
      await run('check'),
      await run('plan', '--out', 'plan.ndjson', '--all'),
      await run('sync', '--wait', '0s'),
      await run('sync', '--wait', '0s', '--json'),
      await run('status'),
      await run('status', '--json'),
    ];
    expect(told.length).toBeGreaterThan(8);
    expect(new Set(told)).toEqual(new Set([`Bearer ${ODD}`]));
    expect(ended[2]!.stderr).toContain('"exchange"');
    // What is said to and fro is there; of whom, the log does not say unless it is asked for.
    expect(ended[2]!.stderr).toMatch(/"body":"\{.*person1/);
    expect(ended[2]!.stderr).toContain('"answer":');
    expect(place.files().has('rollcall.db')).toBe(true);
    expectNowhere(place, ended, [ODD]);
    expect(ended[2]!.stdout.toLowerCase()).not.toContain(ODD.toLowerCase());
  });

  test('is in no write-ahead log either, which a killed run leaves behind', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(40));
    place.mock.addFault('delay=20,method=POST');
    const running = place.start('sync', '--log-level', 'debug');
    await requested(place.mock, 'POST', 20);
    running.kill('SIGKILL');
    const ended = await running.ended;
    expect([...place.files().keys()]).toContain('rollcall.db-wal');
    expect(ended.stderr).not.toMatch(/person\d|"(body|answer|query)"/);
    expectNowhere(place, [ended], [TOKEN]);
  });

  test('in the text of the configuration works, and check says how to move it', async (context) => {
    const place = await openPlaceWithService(context, { auth: `{ kind: bearer, token: ${TOKEN} }` });
    place.people(people(2));
    const [told, asJson] = [await place.run('check'), await place.run('check', '--json')];
    expect(told.code).toBe(0);
    expect(told.stdout).toMatch(
      /warning \S*rollcall\.yaml:16:\d+ \(targets\.app\.auth\.token\): a secret stands in the text of the configuration\n.*\{ env: NAME \}.*\{ file: PATH \}/,
    );
    expect(asJson.json()).toMatchObject({
      warnings: [{ locus: { line: 16, path: 'targets.app.auth.token' } }],
    });
    const rest = [
      await place.run('plan', '--out', 'plan.ndjson'),
      await place.run('sync', '--log-level', 'debug'),
      await place.run('status'),
    ];
    expect(rest.map(({ code }) => code)).toEqual([0, 0, 0]);
    expectNowhere(place, [told, asJson, ...rest], [TOKEN]);
  });

  test('that stands in a wrong place of the configuration is not repeated by its complaint', async (context) => {
    const place = openPlace(context);
    place.people(people(1));
    const good = 'https://scim.example.com/v2';
    const wrong = [
      { baseUrl: `https://user:${TOKEN}@scim.example.com/v2`, auth: '{ kind: none }' },
      { baseUrl: `${good}?key=${TOKEN}`, auth: '{ kind: none }' },
      { baseUrl: `${good}/3`, auth: `{ kind: bearer, token: { env: ${TOKEN} } }` },
      { baseUrl: `${good}/4`, auth: `{ kind: bearer, token: [${TOKEN}] }` },
      { baseUrl: `${good}/5`, auth: `{ kind: bearer, ${TOKEN}: yes }` },
      { baseUrl: `${good}/6`, auth: `{ kind: ${TOKEN} }` },
    ];
    const targets = wrong.map(
      ({ baseUrl, auth }, index) =>
        `wrong${index}:\n  connector: generic\n  baseUrl: ${baseUrl}\n  auth: ${auth}`,
    );
    place.configure({ baseUrl: good, targets: targets.join('\n') });
    const ended = [
      await place.run('plan', '--log-level', 'debug'),
      await place.run('plan', '--json', '--log-level', 'debug'),
    ];
    for (const index of wrong.keys()) expect(ended[0]!.stderr).toContain(`targets.wrong${index}.`);
    place.configure({ baseUrl: good, auth: `{ kind: bearer, token: { env: ${TOKEN}` });
    ended.push(await place.run('plan'));
    expect(ended.map(({ code }) => code)).toEqual([1, 1, 1]);
    expectNowhere(place, ended, [TOKEN]);
  });

  test('of a person, a password, reaches the service and nothing else', async (context) => {
    const [place, mock] = [openPlace(context), await playService(context, 'cosmo')];
    const passwords = ['correct-horse-1!', 'battery-staple-2!'];
    place.configure({ baseUrl: mock.url, connector: 'cosmo', identity: 'password: ${record.password}' });
    const [head, ...rows] = csv(people(2)).trimEnd().split('\n');
    place.write(
      'people.csv',
      [`${head},password`, ...rows.map((row, index) => `${row},${passwords[index]}`), ''].join('\n'),
    );
    const run = (...args: string[]) => place.run(...args, '--log-level', 'debug', '--log-personal-data');
    const ended = [
      await run('plan', '--all', '--out', 'plan.ndjson'),
      await run('plan', '--json'),
      await run('sync', '--all'),
      await run('status', '--json'),
    ];
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(mock.users().map(({ passwordSet }) => passwordSet)).toEqual([true, true]);
    expectNowhere(place, ended, passwords);

    place.write(
      'people.csv',
      [
        `${head},password`,
        ...rows.map((row, index) => `${row},${index === 0 ? 'another-3!' : passwords[index]}`),
        '',
      ].join('\n'),
    );
    ended.push(await run('plan', '--json'), await run('sync', '--all'));
    expect(ended.at(-1)!.code).toBe(0);
    expectNowhere(place, ended, [...passwords, 'another-3!']);
    expect((await place.run('plan', '--exit-code')).code).toBe(0);
  });

  test('that is made for a person sets a password at the service', async (context) => {
    const [place, mock] = [openPlace(context), await playService(context, 'cosmo')];
    place.configure({ baseUrl: mock.url, connector: 'cosmo', target: 'password: generate' });
    place.people(people(2));
    await place.settle();
    expect(mock.users().map(({ passwordSet }) => passwordSet)).toEqual([true, true]);
  });
});
