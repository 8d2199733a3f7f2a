import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { people, person } from '../support/company.ts';
import type { Ending } from '../support/folder.ts';
import { openPlace, openPlaceWithService } from '../support/place.ts';
import { accounts, creations, journalled, playService, writes } from '../support/service.ts';

interface Report {
  readonly targets: Readonly<
    Record<
      string,
      {
        readonly state: string;
        readonly error?: { readonly code: string; readonly message: string };
        readonly counts: { readonly User: Readonly<Record<string, number>> };
        readonly failed: number;
        readonly waiting: number;
      }
    >
  >;
}

const company = people(4);
const allOn = Object.fromEntries(company.map(({ email }) => [email, true]));

/** Four people with accounts; then one changes, one leaves, and one is new. */
async function nextDay(context: TestContext, target?: string) {
  const place = await openPlaceWithService(context, { ...(target !== undefined && { target }) });
  place.people(company);
  expect(await place.run('sync', '--quiet')).toMatchObject({ code: 0 });
  place.people([{ ...company[0]!, first: 'Renamed' }, ...company.slice(1, 3), person(5)]);
  return { ...place, before: journalled(place.mock) };
}

async function listening(ending: Ending, server: Server & { closeAllConnections(): void }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A certificate that nobody but this test vouches for, or `undefined` where there is no openssl. */
function selfSigned(folder: string): { readonly key: string; readonly cert: string } | undefined {
  const make =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1';
  const named = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', 'tls.key', '-out', 'tls.pem'];
  try {
    execFileSync('openssl', [...make.split(' '), ...named], { cwd: folder, stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { key: readFileSync(`${folder}/tls.key`, 'utf8'), cert: readFileSync(`${folder}/tls.pem`, 'utf8') };
}

describe.concurrent('a target that fails as a whole is left with a sentence, and nobody is harmed:', () => {
  const refusals = [
    { name: '401', fault: 'status=401', code: 'unauthorised', says: /app answered 401 to \w+ \/Users/ },
    { name: '403', fault: 'status=403', code: 'forbidden', says: /app answered 403 to \w+ \/Users/ },
    {
      name: 'a sign-in page',
      fault: 'html',
      code: 'protocol',
      says: /an HTML page “Sign in” instead of SCIM/,
    },
    {
      name: 'a gateway page',
      fault: 'html,status=404',
      code: 'protocol|notFound',
      says: /an HTML page “Sign in”/,
    },
  ];

  test.for(refusals)('$name', async ({ fault, code, says }, context) => {
    const place = await nextDay(context);
    place.mock.addFault(fault);
    const ended = await place.run('sync', '--json', '--wait', '0s');
    expect(ended.code).toBe(1);
    const { state, error, counts } = ended.json<Report>().targets['app']!;
    expect({ state, counts }).toEqual({ state: 'failed', counts: { User: {}, Group: {} } });
    expect(error!.code).toMatch(new RegExp(`^(${code})$`));
    expect(error!.message).toMatch(says);
    // The whole target is in trouble: it is not asked once for each person.
    expect(journalled(place.mock) - place.before).toBeLessThanOrEqual(4);
    expect(accounts(place.mock)).toEqual(allOn);
    expect((await place.run('check')).code).toBe(1);

    place.mock.clearFaults();
    expect(await place.run('sync', '--quiet')).toMatchObject({ code: 0 });
    expect(accounts(place.mock)).toEqual({
      ...allOn,
      'person4@example.com': false,
      'person5@example.com': true,
    });
  });

  test.for(refusals)('$name to a deactivation alone', async ({ fault, says }, context) => {
    const place = await nextDay(context);
    place.people(company.slice(0, 3));
    place.mock.addFault(fault);
    const ended = await place.run('sync', '--json', '--wait', '0s');
    expect(ended.code).toBe(1);
    const { state, error } = ended.json<Report>().targets['app']!;
    expect(state).toBe('failed');
    expect(error!.message).toMatch(says);
    expect(journalled(place.mock) - place.before).toBeLessThanOrEqual(3);
    expect(accounts(place.mock)).toEqual(allOn);
    place.mock.clearFaults();
    expect(await place.run('sync', '--quiet')).toMatchObject({ code: 0 });
    expect(accounts(place.mock)).toEqual({ ...allOn, 'person4@example.com': false });
  });

  test('a name that does not resolve', async (context) => {
    const place = openPlace(context);
    place.configure({ baseUrl: 'https://scim.rollcall.invalid/scim/v2', target: 'timeout: 5s' });
    place.people(company);
    const ended = await place.run('sync');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/unreachable: app cannot be (found|reached).* scim\.rollcall\.invalid/);
  });

  test('a connection that is refused', async (context) => {
    const place = openPlace(context);
    const gone = createHttpServer();
    const port = await listening(context, gone);
    await new Promise((resolve) => gone.close(resolve));
    place.configure({ baseUrl: `http://127.0.0.1:${port}/scim/v2` });
    place.people(company);
    const ended = await place.run('sync');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(
      new RegExp(`unreachable: app refused the connection to 127\\.0\\.0\\.1:${port}`),
    );
  });

  test('a certificate that nobody vouches for, before it is told the credential', async (context) => {
    const place = openPlace(context);
    const tls = selfSigned(place.folder);
    if (tls === undefined) return context.skip('there is no openssl here');
    let asked = 0;
    const server = createServer(tls, (_request, response) => {
      asked++;
      response.end('{}');
    });
    place.configure({ baseUrl: `https://127.0.0.1:${await listening(context, server)}/scim/v2` });
    place.people(company);
    const ended = await place.runWith({ env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }, 'sync');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(
      /certificate: app has a certificate at 127\.0\.0\.1:\d+ that cannot be trusted/,
    );
    expect(asked).toBe(0);
  });

  test('a halted target is said in status, and one that works beside it is served', async (context) => {
    const [place, broken] = [await openPlaceWithService(context), await playService(context)];
    broken.addFault('status=401');
    place.configure({
      baseUrl: place.mock.url,
      targets: `broken:\n  connector: generic\n  baseUrl: ${broken.url}\n  auth: { kind: bearer, token: { env: APP_TOKEN } }`,
    });
    place.people(company);
    const ended = await place.run('sync');
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(/broken {2}failed/);
    expect(accounts(place.mock)).toEqual(allOn);
    expect(broken.users()).toEqual([]);
    const again = await place.run('sync', '--json');
    expect(again.code).toBe(4);
    expect(again.json<Report>().targets['app']).toMatchObject({ state: 'done', counts: { User: {} } });
    broken.clearFaults();
    expect((await place.run('sync')).code).toBe(0);
    expect(accounts(broken)).toEqual(allOn);
  });

  test('401 in the middle of delivery halts, is said in status, and costs nobody an attempt', async (context) => {
    const place = await openPlaceWithService(context, { target: 'concurrency: 1' });
    place.people(company);
    place.mock.addFault('status=401,method=POST,after=2');
    const ended = await place.run('sync');
    expect(ended.code).toBe(4);
    expect(place.mock.users()).toHaveLength(2);
    expect(writes(place.mock)).toHaveLength(3);
    expect((await place.run('status')).stdout).toMatch(/HALTED since .*: app answered 401 to POST \/Users/);
    place.mock.clearFaults();
    expect((await place.run('sync')).code).toBe(0);
    expect(accounts(place.mock)).toEqual(allOn);
    expect((await place.run('status')).stdout).not.toMatch(/HALTED/);
  });
});

describe.concurrent('one person whom the target refuses stops nobody else:', () => {
  test('500 for one', async (context) => {
    const place = await nextDay(context);
    place.mock.addFault('status=500,user=person1@example.com');
    const ended = await place.run('sync', '--wait', '0s');
    expect(ended.code).toBe(4);
    expect(accounts(place.mock)).toEqual({
      ...allOn,
      'person4@example.com': false,
      'person5@example.com': true,
    });
    expect((await place.run('status')).stdout).toMatch(/P0001 .*app answered 500 to PATCH \/Users\//);
    place.mock.clearFaults();
    expect((await place.run('sync')).code).toBe(0);
  });

  test('500 to the question whether one who is new is there already', async (context) => {
    // With so many accounts, two are cheaper to look up one by one than by the list.
    const many = people(101);
    const place = await openPlaceWithService(context);
    place.people(many);
    expect((await place.run('sync', '--quiet')).code).toBe(0);
    place.people([...many.slice(1), person(102), person(103)]);
    place.mock.addFault('status=500,method=GET,user=person102@example.com');
    const ended = await place.run('sync', '--wait', '0s');
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(/P0102 {2}unproved: .*app answered 500 to GET \/Users/);
    const held = accounts(place.mock);
    expect(held['person1@example.com']).toBe(false);
    expect(held['person102@example.com']).toBeUndefined();
    expect(held['person103@example.com']).toBe(true);
    place.mock.clearFaults();
    expect((await place.run('sync')).code).toBe(0);
    expect(accounts(place.mock)['person102@example.com']).toBe(true);
  });

  test('400 for a create, which is not sent again until something changes', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    place.mock.addFault('status=400,scimType=invalidValue,detail="no such city",user=person2@example.com');
    expect((await place.run('sync')).code).toBe(4);
    expect(place.mock.users()).toHaveLength(3);
    expect((await place.run('status')).stdout).toMatch(/P0002 .*invalidValue, “no such city”/);
    place.mock.clearFaults();
    place.people(company.map((row) => (row.id === 'P0002' ? { ...row, first: 'Other' } : row)));
    expect((await place.run('sync')).code).toBe(0);
    expect(accounts(place.mock)).toEqual(allOn);
  });
});

describe.concurrent('answers that come late or never', () => {
  test('429 is waited for as long as it asks, and costs one request', async (context) => {
    const place = await openPlaceWithService(context, { target: 'concurrency: 1' });
    place.people(company);
    place.mock.addFault('status=429,retryAfter=1,method=POST,after=1,count=1');
    expect((await place.run('sync')).code).toBe(0);
    const posts = writes(place.mock);
    expect(posts.map(({ status }) => status)).toEqual([201, 429, 201, 201, 201]);
    expect(Date.parse(posts[2]!.at) - Date.parse(posts[1]!.at)).toBeGreaterThanOrEqual(1000);
  });

  test('429 beyond --wait is left to the next run', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    place.mock.addFault('status=429,retryAfter=3600,method=POST');
    const started = performance.now();
    const ended = await place.run('sync', '--json', '--wait', '1s');
    expect(ended.code).toBe(4);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(ended.json<Report>().targets['app']).toMatchObject({ state: 'partial', waiting: 4, failed: 0 });
    expect(writes(place.mock).length).toBeLessThanOrEqual(4);
  });

  test('a create whose answer is lost after the account was made is looked up, not repeated', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    place.mock.addFault('drop=after,method=POST,user=person3@example.com');
    const ended = await place.run('sync');
    expect(ended).toMatchObject({ code: 0 });
    const posts = writes(place.mock).map(({ body }) => (body as { userName: string }).userName);
    expect(posts.filter((userName) => userName === 'person3@example.com')).toHaveLength(1);
    expect(accounts(place.mock)).toEqual(allOn);
    expect((await place.run('plan', '--exit-code')).code).toBe(0);
  });

  test('a create that hangs beyond the timeout is looked up, and sent again where it came to nothing', async (context) => {
    const place = await openPlaceWithService(context, { target: 'timeout: 1s' });
    place.people(company);
    place.mock.addFault('delay=600000,method=POST,user=person3@example.com,count=1');
    const ended = await place.run('sync');
    expect(ended).toMatchObject({ code: 0 });
    expect([...creations(place.mock).values()]).toEqual([1, 1, 1, 1]);
    expect(accounts(place.mock)).toEqual(allOn);
  });

  test('a deactivation that hangs is read by its id, and sent again', async (context) => {
    const place = await nextDay(context, 'timeout: 1s');
    place.mock.addFault('delay=600000,method=PATCH,user=person4@example.com,count=1');
    expect((await place.run('sync')).code).toBe(0);
    expect(accounts(place.mock)['person4@example.com']).toBe(false);
  });

  test('a list that hangs keeps back those who are new, and no leaver', async (context) => {
    const place = await nextDay(context, 'timeout: 1s');
    place.mock.addFault('delay=600000,method=GET');
    const ended = await place.run('sync', '--wait', '0s');
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(/P0005 {2}unproved: .*app did not answer within 1 seconds?/);
    expect(accounts(place.mock)).toEqual({ ...allOn, 'person4@example.com': false });
    expect(place.mock.users()[0]).toMatchObject({ name: { givenName: 'Renamed' } });
    place.mock.clearFaults();
    // Pending delays outlive the fault: whoever waits for them has given up by now.
    expect((await place.run('sync')).code).toBe(0);
    expect(accounts(place.mock)['person5@example.com']).toBe(true);
  });
});
