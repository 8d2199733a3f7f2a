import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { cosmoControlplaneProfile } from '../../connectors/targets/cosmo-controlplane/profile.ts';
import { genericProfile } from '../../connectors/targets/generic/profile.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { closedPort, html, json, open, play, scimError } from './server.ts';
import type { Failure, Outcome, Profile, ScimRequest } from '../../src/model/index.ts';

const create: ScimRequest = { method: 'POST', path: '/Users', body: { userName: 'ada' } };
const update: ScimRequest = { method: 'PATCH', path: '/Users/1', body: { Operations: [{ op: 'replace' }] } };
const replace: ScimRequest = { method: 'PUT', path: '/Users/1', body: { userName: 'ada' } };
const remove: ScimRequest = { method: 'DELETE', path: '/Users/1' };

function failed(outcome: Outcome): Failure {
  if (outcome.kind !== 'failed') throw new Error(`done with ${outcome.status}`);
  return outcome.failure;
}

test('a create is one request with the media type of SCIM and our name, and gives the account', async () => {
  const server = await play((_, response) =>
    json(response, 201, { id: '42', userName: 'Ada', active: true }),
  );
  const target = open(server.baseUrl);
  const outcome = await target.send(create);
  expect(outcome).toMatchObject({
    kind: 'done',
    status: 201,
    remote: { id: '42', userName: 'Ada', active: true, emails: [] },
  });
  const [request] = server.requests;
  expect(server.requests).toHaveLength(1);
  expect(request).toMatchObject({ method: 'POST', url: '/scim/v2/Users', body: '{"userName":"ada"}' });
  expect(request?.headers).toMatchObject({
    'content-type': 'application/scim+json',
    accept: 'application/scim+json, application/json',
    'user-agent': 'rollcall/0.0.0-test',
    authorization: 'Bearer tok-4711-SECRET',
  });
  expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith('if-'))).toEqual([]);
  expect(target.exchanges).toEqual([
    { method: 'POST', path: '/Users', status: 201, attempt: 1, milliseconds: expect.any(Number) as number },
  ]);
});

test('every other write is one request too, and a delete has no body', async () => {
  const server = await play((_, response) => response.writeHead(204).end());
  const target = open(server.baseUrl);
  for (const request of [update, replace, remove])
    expect(await target.send(request)).toEqual({ kind: 'done', status: 204 });
  expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'PATCH /scim/v2/Users/1',
    'PUT /scim/v2/Users/1',
    'DELETE /scim/v2/Users/1',
  ]);
  expect(server.requests[2]).toMatchObject({ body: '' });
  expect(server.requests[2]?.headers['content-type']).toBeUndefined();
});

test('connections are kept, so that a thousand requests are not a thousand handshakes', async () => {
  const ports = new Set<number | undefined>();
  const server = await play((_, response) => {
    ports.add(response.socket?.remotePort);
    json(response, 200, { id: '1' });
  });
  const target = open(server.baseUrl);
  for (let number = 0; number < 5; number += 1) await target.send(update);
  expect(ports.size).toBe(1);
});

test('the answer to an update that is about somebody else, or no resource at all, is none', async () => {
  for (const body of [{ id: '2', active: true }, []]) {
    const server = await play((_, response) => json(response, 200, body));
    expect(failed(await open(server.baseUrl).send(update))).toMatchObject({
      class: 'unanswered',
      code: 'protocol',
    });
  }
});

test('an answer that leaves somebody on who was to be switched off is no success', async () => {
  const server = await play((_, response) => json(response, 200, { id: '1', active: 'true' }));
  const target = open(server.baseUrl);
  const said: ScimRequest['body'][] = [
    { Operations: [{ op: 'replace', path: 'active', value: false }] },
    { Operations: [{ op: 'replace', value: { active: 'false' } }] },
  ];
  for (const body of said) {
    const failure = failed(await target.send({ method: 'PATCH', path: '/Users/1', body: body! }));
    expect(failure).toMatchObject({ class: 'transient', code: 'protocol', status: 200 });
    expect(failure.message).toContain('still active');
  }
  expect(failed(await target.send({ ...replace, body: { active: false } })).message).toContain(
    'still active',
  );
  expect(await target.send({ ...replace, body: { active: true } })).toMatchObject({ kind: 'done' });
  expect(await target.send(update)).toMatchObject({ kind: 'done' });
});

describe('what a status means', () => {
  test.each([
    ['a name that is taken', create, 409, scimError(409, 'taken', 'uniqueness'), 'exists', 'conflict'],
    [
      'a change to a name that is taken',
      update,
      409,
      scimError(409, 'taken', 'uniqueness'),
      'exists',
      'conflict',
    ],
    ['a conflict on delete', remove, 409, scimError(409, 'busy'), 'invalid', 'invalid'],
    ['an account that is gone', update, 404, scimError(404, 'gone'), 'missing', 'notFound'],
    ['an endpoint that is not there', create, 404, scimError(404, 'what?'), 'target', 'address'],
    ['a request that is refused', create, 400, scimError(400, 'no', 'invalidValue'), 'invalid', 'invalid'],
    ['a body that is too large', update, 413, {}, 'invalid', 'invalid'],
    ['a bad credential', create, 401, scimError(401, 'who?'), 'target', 'unauthorised'],
    ['a lack of permission', create, 403, scimError(403, 'no'), 'target', 'forbidden'],
    ['too many requests', create, 429, {}, 'transient', 'rate'],
    ['a failure of the server on a change, which may be done', update, 500, {}, 'unanswered', 'server'],
    ['a failure of the server on a create, which may be there', create, 500, {}, 'unanswered', 'server'],
    ['a failure of the server on a delete, which may be done', remove, 500, {}, 'unanswered', 'server'],
    ['a server that waited for too long', create, 408, {}, 'unanswered', 'server'],
    ['a gateway that says no more than that it has nobody to ask', create, 503, {}, 'unanswered', 'server'],
    ['a server that is afraid of a replay', update, 425, {}, 'transient', 'server'],
    ['a gateway that lost its server, on a change', update, 504, {}, 'unanswered', 'server'],
    ['a gateway that lost its server, on a create', create, 504, {}, 'unanswered', 'server'],
    ['a method that is not there', replace, 405, {}, 'unsupported', 'unsupported'],
    ['a version that is not there any more', update, 412, {}, 'stale', 'stale'],
    ['no version where one is wanted', remove, 428, {}, 'stale', 'stale'],
  ] as const)('%s', async (_, request, status, body, verdict, code) => {
    const server = await play((_request, response) => json(response, status, body));
    expect(failed(await open(server.baseUrl).send(request))).toMatchObject({ class: verdict, code, status });
    expect(server.requests).toHaveLength(1);
  });

  test('to delete what is not there is done', async () => {
    const server = await play((_, response) => json(response, 404, scimError(404, 'gone')));
    expect(await open(server.baseUrl).send(remove)).toEqual({ kind: 'done', status: 404 });
  });

  test('a 404 of a gateway says nothing of the person', async () => {
    const server = await play((_, response) => html(response, 404));
    const target = open(server.baseUrl);
    for (const request of [update, remove])
      expect(failed(await target.send(request))).toMatchObject({ class: 'target', code: 'protocol' });
  });

  test('an error that comes with a good status is an error', async () => {
    const server = await play((_, response) => json(response, 200, scimError(409, 'taken')));
    const target = open(server.baseUrl);
    expect(failed(await target.send(create))).toMatchObject({ class: 'exists', status: 409 });
    expect(failed(await target.send(update))).toMatchObject({ class: 'exists' });
  });

  test('a PATCH that is refused as a method is remembered: from then on it is PUT', async () => {
    for (const status of [405, 501]) {
      const server = await play((_, response) => json(response, status, {}));
      const target = open(server.baseUrl);
      expect(target.updateMethod('Users')).toBeUndefined();
      expect(failed(await target.send(update))).toMatchObject({
        class: 'unsupported',
        retryAfter: 0,
        status,
      });
      expect(target.updateMethod('Users')).toBe('put');
      expect(target.updateMethod('Groups')).toBeUndefined();
    }
  });
});

describe('how long to wait', () => {
  const now = Date.UTC(2026, 10, 21, 12, 0, 0);
  test.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['an hour', { 'retry-after': '3600' }, 3_600_000],
    ['a date', { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
    ['a date that has passed', { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
    ['a year, taken as a day', { 'retry-after': '31536000' }, 86_400_000],
    ['nothing', {}, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['a negative number', { 'retry-after': '-5' }, undefined],
    [
      'a budget that is used up',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 9) },
      9000,
    ],
  ])('%s', async (_, headers, milliseconds) => {
    const server = await play((_request, response) => json(response, 429, {}, headers));
    const failure = failed(await open(server.baseUrl, { now: () => now }).send(create));
    expect(failure.class).toBe('transient');
    expect(failure.retryAfter).toBe(milliseconds);
  });

  test('a 503 and a 403 that ask for a pause are a pause, and a 403 that does not is a lack of permission', async () => {
    for (const status of [503, 403]) {
      const server = await play((_, response) => json(response, status, {}, { 'retry-after': '2' }));
      expect(failed(await open(server.baseUrl).send(create))).toMatchObject({
        class: 'transient',
        retryAfter: 2000,
      });
    }
  });
});

describe('what a profile knows of its service', () => {
  const profile = cosmoControlplaneProfile;
  test.each([
    [
      '400 whose body says 409 is a name that is taken',
      { ...scimError(400, 'User is already a part'), status: 409 },
      'exists',
    ],
    ['400 whose body says 500 may pass', { ...scimError(400, 'Slow down'), status: 500 }, 'transient'],
    [
      '400 without the permission is the credential',
      scimError(400, 'API key doesnt have the permission to perform scim operations.'),
      'target',
    ],
    [
      '400 without SCIM is the credential',
      scimError(400, 'Scim feature is not enabled for this organization.'),
      'target',
    ],
    ['any other 400 is the request', scimError(400, 'Wrong filter value.'), 'invalid'],
  ])('%s', async (_, body, verdict) => {
    const server = await play((_request, response) => json(response, 400, body));
    expect(failed(await open(server.baseUrl, { profile }).send(create)).class).toBe(verdict);
  });

  test('a 409 whose cause is something else is not a name that is taken', async () => {
    const answers = {
      ...genericProfile.answers,
      notExists: [{ status: 409, detail: '^REQUIRED_FIELD_MISSING' }],
    };
    const server = await play((_, response) =>
      json(response, 409, scimError(409, 'REQUIRED_FIELD_MISSING: ProfileId')),
    );
    const target = open(server.baseUrl, { profile: { ...genericProfile, answers } });
    expect(failed(await target.send(create)).class).toBe('invalid');
  });
});

describe('answers with a good status that are not what they should be', () => {
  const odd: readonly (readonly [string, Parameters<typeof play>[0]])[] = [
    ['empty', (_, response) => response.writeHead(200).end()],
    ['an empty object', (_, response) => json(response, 201, {})],
    ['an id that is no id', (_, response) => json(response, 201, { id: '..' })],
    ['cut JSON', (_, response) => response.writeHead(201).end('{"id":"42"')],
    [
      'a connection that ends before the body',
      (_, response) => {
        response.writeHead(201, { 'content-length': '1000' });
        response.write('{"id":"42"', () => response.socket?.destroy());
      },
    ],
    ['not UTF-8', (_, response) => response.writeHead(201).end(Buffer.from([0x7b, 0xff, 0x7d]))],
    ['huge', (_, response) => response.writeHead(201).end(`{"id":"42","x":"${'x'.repeat(5000)}"}`)],
    [
      'a bomb',
      (_, response) => {
        response.writeHead(201, { 'content-encoding': 'gzip' });
        response.end(gzipSync(`{"id":"42","x":"${' '.repeat(3_000_000)}"}`));
      },
    ],
    [
      'broken compression',
      (_, response) => response.writeHead(201, { 'content-encoding': 'gzip' }).end('nonsense'),
    ],
    [
      'nested without end',
      (_, response) => response.writeHead(201).end(`{"id":"42","x":${'['.repeat(300)}${']'.repeat(300)}}`),
    ],
  ];
  test.each(odd)('%s: a change is done by its status; of a create nobody knows', async (_, handler) => {
    const server = await play(handler);
    const target = open(server.baseUrl, { limits: { answer: 4000 } });
    expect(await target.send(update)).toMatchObject({ kind: 'done' });
    expect(await target.send(remove)).toMatchObject({ kind: 'done' });
    expect(failed(await target.send(create))).toMatchObject({ class: 'unanswered', code: 'protocol' });
    expect(server.requests).toHaveLength(3);
  });

  test('an HTML page was not answered by the service, so that nobody knows what was done', async () => {
    const server = await play((_, response) => html(response, 200));
    const target = open(server.baseUrl);
    for (const request of [create, update, replace, remove]) {
      const failure = failed(await target.send(request));
      expect(failure).toMatchObject({ class: 'unanswered', code: 'protocol' });
      expect(failure.message).toContain('an HTML page “Sign in”');
    }
  });

  test('an answer without end is given up beyond the limit', async () => {
    let isOpen = true;
    const server = await play((_, response) => {
      response.writeHead(200);
      response.once('close', () => (isOpen = false));
      const more = (): void => void (isOpen && response.write('x'.repeat(65_536), () => setImmediate(more)));
      more();
    });
    expect(await open(server.baseUrl, { limits: { answer: 200_000 } }).send(update)).toMatchObject({
      kind: 'done',
    });
    await expect.poll(() => isOpen).toBe(false);
  });
});

describe('no answer', () => {
  test('dropped after the request was read: it may have been done', async () => {
    const server = await play((_, response) => void response.socket?.destroy());
    const target = open(server.baseUrl);
    for (const request of [create, update, remove])
      expect(failed(await target.send(request))).toMatchObject({ class: 'unanswered', code: 'unreachable' });
    expect(server.requests).toHaveLength(3);
  });

  test('dropped on a connection that had been kept: a write is never sent again', async () => {
    const server = await play((_, response, number) =>
      number === 1 ? json(response, 200, { id: '1' }) : void response.socket?.destroy(),
    );
    const target = open(server.baseUrl);
    await target.send(update);
    expect(failed(await target.send(update)).class).toBe('unanswered');
    expect(server.requests).toHaveLength(2);
  });

  test('hanging: given up after the time that is allowed', async () => {
    const server = await play(() => {});
    const failure = failed(await open(server.baseUrl, { timeoutSeconds: 0.2 }).send(create));
    expect(failure).toMatchObject({ class: 'unanswered', code: 'unreachable' });
    expect(failure.message).toContain('did not answer within 0.2 seconds');
  });

  test('hanging in the middle of the answer: the status counts', async () => {
    const server = await play((_, response) => {
      response.writeHead(200);
      response.write('{"id":');
    });
    const target = open(server.baseUrl, { timeoutSeconds: 0.2 });
    expect(await target.send(update)).toMatchObject({ kind: 'done', status: 200 });
    expect(failed(await target.send(create)).class).toBe('unanswered');
  });

  test('not HTTP at all', async () => {
    const server = await play((_, response) => void response.socket?.end('SMTP ready\r\n\r\n'));
    expect(failed(await open(server.baseUrl).send(create))).toMatchObject({ class: 'unanswered' });
  });

  test('a connection that is refused: surely nothing was sent', async () => {
    const target = open(`http://127.0.0.1:${await closedPort()}/scim/v2`);
    expect(failed(await target.send(create))).toMatchObject({ class: 'target', code: 'unreachable' });
  });
});

test('a redirection of a write is never followed, and one sentence says where it led', async () => {
  const elsewhere = await play((_, response) => json(response, 200, { id: '1' }));
  for (const location of ['/scim/v3/Users', `${elsewhere.baseUrl}/Users?token=1`]) {
    const server = await play((_, response) => response.writeHead(307, { location }).end());
    const failure = failed(await open(server.baseUrl).send(create));
    expect(failure).toMatchObject({ class: 'target', code: 'protocol', status: 307 });
    expect(failure.message).toContain(`to ${location.replace('?token=1', '')}, which is not followed`);
    expect(server.requests).toHaveLength(1);
  }
  expect(elsewhere.requests).toEqual([]);
});

describe('what a profile knows of its service’s answers', () => {
  const salesforce = profiles().get('salesforce')!;
  const answered = async (profile: Profile, request: ScimRequest, status: number, body: object) => {
    const server = await play((_, response) => json(response, status, body));
    return failed(await open(server.baseUrl, { profile }).send(request));
  };

  test('no licence is left: the target’s trouble, in a sentence', async () => {
    const failure = await answered(salesforce, create, 400, { detail: 'LICENSE_LIMIT_EXCEEDED:full' });
    expect(failure).toMatchObject({ class: 'target', code: 'licence' });
    expect(failure.message).toMatch(/^app answered 400 .* no licence left for anybody else$/);
    // Nobody needs a licence in order to be read.
    const reading = await play((_, response) => json(response, 400, { detail: 'LICENSE_LIMIT_EXCEEDED' }));
    await expect(open(reading.baseUrl, { profile: salesforce }).read('1')).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  test('a conflict that is none is about what was sent', async () => {
    const detail = 'REQUIRED_FIELD_MISSING:user_must_have_one_entitlement';
    expect(await answered(salesforce, create, 409, { detail, status: 409 })).toMatchObject({
      class: 'invalid',
    });
    expect(await answered(salesforce, create, 409, { detail: 'else' })).toMatchObject({ class: 'exists' });
  });

  test('a member who is in already, or is not, is told apart from every other conflict', async () => {
    const demo = profiles().get('accessiq-demo')!;
    const member: ScimRequest = { method: 'PATCH', path: '/Groups/1', body: {} };
    expect(await answered(demo, member, 409, { scimType: 'uniqueness' })).toMatchObject({ says: 'isMember' });
    expect(await answered(demo, member, 400, { scimType: 'invalidValue' })).toMatchObject({
      says: 'isNoMember',
    });
    expect(await answered(demo, member, 409, {})).not.toHaveProperty('says');
    expect(await answered(demo, create, 409, { scimType: 'uniqueness' })).not.toHaveProperty('says');
  });

  test('a 403 about one person is no word on the credential', async () => {
    const sentry = profiles().get('sentry')!;
    const detail = 'You cannot remove the only remaining owner of the organization.';
    expect(await answered(sentry, remove, 403, { detail })).toMatchObject({ class: 'invalid' });
    expect(await answered(sentry, remove, 403, {})).toMatchObject({ class: 'target', code: 'forbidden' });
  });
});
