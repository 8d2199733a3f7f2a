import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { people } from '../support/company.ts';
import type { ConfigurationParts } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';
import { cut, endless, keep, listOf, playWild, scim } from '../support/wild.ts';
import type { Habit, Wild } from '../support/wild.ts';

async function open(context: TestContext, habit: Habit, count = 3, parts: Partial<ConfigurationParts> = {}) {
  const [place, server] = [openPlace(context), await playWild(context, habit)];
  place.configure({ baseUrl: server.baseUrl, ...parts });
  place.people(people(count));
  return { ...place, server };
}

function posted({ asked }: Wild): readonly unknown[] {
  return asked.filter(({ method }) => method === 'POST').map(({ body }) => body['userName']);
}

const page = JSON.stringify(listOf([{ id: 'x', userName: 'x' }]));
const bomb = gzipSync(Buffer.alloc(200_000_000, 0x20));

describe.concurrent('a list of the accounts', patient, () => {
  const broken: readonly {
    readonly name: string;
    readonly habit: Habit;
    readonly code: 1 | 4;
    readonly says: RegExp;
  }[] = [
    {
      name: 'cut in the middle',
      habit: ({ method }, response) => method === 'GET' && cut(response, 200, page.slice(0, 60)),
      code: 4,
      says: /the answer is cut off|closed the connection/,
    },
    {
      name: 'that is not whole JSON',
      habit: ({ method }, response) =>
        method === 'GET' &&
        Boolean(response.writeHead(200, { 'content-type': 'application/scim+json' }).end(page.slice(0, -5))),
      code: 4,
      says: /is not whole JSON/,
    },
    {
      name: 'of another kind',
      habit: ({ method }, response) => method === 'GET' && scim(response, 200, { hello: 'world' }),
      code: 1,
      says: /not the resource that was asked for|instead of SCIM/,
    },
    {
      name: 'without end',
      habit: ({ method }, response) =>
        method === 'GET' && endless(response, 200, '{"Resources":[', '{"id":"x"},'),
      code: 4,
      says: /larger than allowed/,
    },
    {
      name: 'that unpacks to more than anybody can hold',
      habit: ({ method }, response) =>
        method === 'GET' && Boolean(response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)),
      code: 4,
      says: /larger than allowed/,
    },
    {
      name: 'nested without end',
      habit: ({ method }, response) =>
        method === 'GET' &&
        Boolean(response.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(1_000_000))),
      code: 4,
      says: /is not whole JSON/,
    },
    {
      name: 'that is not HTTP',
      habit: ({ method }, response) =>
        method === 'GET' && Boolean(response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n')),
      code: 4,
      says: /not HTTP|closed the connection/,
    },
  ];

  test.for(broken)('$name creates nobody, and says why', async ({ habit, code, says }, context) => {
    const place = await open(context, habit);
    const ended = await place.run('sync', '--wait', '0s');
    expect(ended.stdout + ended.stderr).toMatch(says);
    expect(ended.stderr).not.toMatch(/\n {4}at /);
    expect(ended.code).toBe(code);
    expect(posted(place.server)).toEqual([]);
  });

  test('that repeats its pages for ever, or shows fewer than it counts, proves nothing: each is looked up, then created', async (context) => {
    const place = await open(context, ({ method, query }, response) => {
      if (method !== 'GET' || query.has('filter')) return false;
      return scim(response, 200, listOf([{ id: 'someone', userName: 'someone@example.com' }], 1000));
    });
    expect((await place.run('sync')).code).toBe(0);
    expect(place.server.asked.filter(({ query }) => query.has('filter')).length).toBeGreaterThanOrEqual(3);
    expect(posted(place.server)).toEqual(people(3).map(({ email }) => email));
  });
});

describe.concurrent('the answer to a lookup', patient, () => {
  test('by a server that does not filter is looked through, and links nobody to a stranger', async (context) => {
    const place = await open(context, ({ method, path, query }, response, server) => {
      if (method !== 'GET' || path !== '/Users') return false;
      if (!query.has('filter')) return scim(response, 200, listOf([], 5));
      return scim(
        response,
        200,
        listOf([{ id: 'stranger', userName: 'stranger@example.com' }, ...server.users.values()]),
      );
    });
    expect((await place.run('sync')).code).toBe(0);
    expect(posted(place.server)).toHaveLength(3);
    const status = (await place.run('status', '--json')).json<{ targets: { linked: number }[] }>();
    expect(status.targets[0]!.linked).toBe(3);
  });

  test('that is broken for one keeps back that one', async (context) => {
    const place = await open(context, ({ method, path, query }, response) => {
      if (method !== 'GET' || path !== '/Users') return false;
      const filter = query.get('filter');
      if (filter === null) return scim(response, 200, listOf([], 5));
      return (
        filter.includes('P0002') &&
        Boolean(response.writeHead(200, { 'content-type': 'application/scim+json' }).end('{"Resources":[{'))
      );
    });
    const ended = await place.run('sync', '--wait', '0s');
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(/P0002 {2}unproved: .*is not whole JSON/);
    expect(posted(place.server)).toEqual(['person1@example.com', 'person3@example.com']);
  });
});

describe.concurrent('the answer to a create', patient, () => {
  test('that says nothing of use is looked up, whatever is wrong with it, and nobody is created twice', async (context) => {
    const habits: readonly Habit[] = [
      (_asked, response) => scim(response, 201),
      (_asked, response) => scim(response, 201, { userName: 'without an id' }),
      (asked, response) => cut(response, 201, JSON.stringify(asked.body).slice(0, 40)),
      (_asked, response) =>
        Boolean(
          response
            .writeHead(201, { 'content-type': 'text/html' })
            .end('<html><title>Thank you</title></html>'),
        ),
      (_asked, response) => endless(response, 201, '{"id":"', 'x'),
      (_asked, response) =>
        Boolean(response.writeHead(200, { 'content-type': 'application/scim+json' }).end('{"id": ')),
      (_asked, response) => scim(response, 502, { detail: 'the server behind is gone' }),
      (_asked, response) => Boolean(response.socket?.destroy()),
      (_asked, response) =>
        Boolean(response.socket?.end('HTTP/1.1 201 Created\r\ncontent-length: banana\r\n\r\n')),
    ];
    const place = await open(
      context,
      (asked, response, server) => {
        const number = Number(/\d+/.exec(String(asked.body['userName']))?.[0]);
        if (asked.method !== 'POST' || number > habits.length) return false;
        keep(asked, server.users);
        return habits[number - 1]!(asked, response, server);
      },
      habits.length + 1,
    );
    const ended = await place.run('sync');
    expect(ended).toMatchObject({ code: 0 });
    expect([...posted(place.server)].sort()).toEqual(
      people(habits.length + 1)
        .map(({ email }) => email)
        .sort(),
    );
    expect((await place.run('plan', '--exit-code')).code).toBe(0);
  });

  test('that names an account which is somebody else’s already fails that create alone', async (context) => {
    const place = await open(
      context,
      (asked, response, server) => {
        if (asked.method !== 'POST' || asked.body['userName'] === 'person1@example.com') return false;
        const user = keep(asked, server.users)!;
        return scim(
          response,
          201,
          asked.body['userName'] === 'person2@example.com' ? { ...user, id: 'id-1' } : user,
        );
      },
      4,
      { target: 'concurrency: 1' },
    );
    const ended = await place.run('sync', '--wait', '0s');
    expect(ended.stderr).not.toMatch(/\n {4}at /);
    expect(ended.code).toBe(4);
    const status = (await place.run('status', '--json')).json<{
      targets: { linked: number; troubles: { key: string; reason: string }[] }[];
    }>();
    expect(status.targets[0]!.linked).toBe(3);
    expect(status.targets[0]!.troubles).toEqual([
      expect.objectContaining({ key: 'P0002', reason: expect.stringMatching(/id-1/) as string }),
    ]);
  });

  test('that is 500 although the account was made is not taken for somebody else’s account', async (context) => {
    let failed = 0;
    const place = await open(context, (asked, response, server) => {
      if (asked.method !== 'POST' || asked.body['userName'] !== 'person2@example.com' || failed++ > 0)
        return false;
      keep(asked, server.users);
      return scim(response, 500, { detail: 'the mail server is down' });
    });
    const ended = await place.run('sync');
    expect(ended.code).toBe(0);
    expect(place.server.users.size).toBe(3);
    expect((await place.run('plan', '--exit-code')).code).toBe(0);
  });

  test('that leads elsewhere is not followed, and the credential stays here', async (context) => {
    const elsewhere = await playWild(context);
    const place = await open(context, ({ method }, response) =>
      scim(response, 307, {}, { location: `${elsewhere.baseUrl}/${method === 'GET' ? 'Users' : 'x'}` }),
    );
    const ended = await place.run('sync', '--wait', '0s');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(
      /redirects GET \/Users to http:\/\/127\.0\.0\.1:\d+\/scim\/v2\/Users, which is not followed/,
    );
    expect(elsewhere.asked).toEqual([]);
  });
});

describe.concurrent('the answer to a deactivation', patient, () => {
  test('that is broken is settled by reading the account; one that leaves somebody on is no success', async (context) => {
    const place = await open(
      context,
      (asked, response, server) => {
        if (asked.method !== 'PATCH') return false;
        if (asked.path === '/Users/id-1') {
          keep(asked, server.users);
          return cut(response, 200, '{"id":');
        }
        return asked.path === '/Users/id-2' && scim(response, 200, server.users.get('id-2'));
      },
      4,
      { target: 'concurrency: 1', source: 'limits: { shrunk: 100 }' },
    );
    await place.settle();
    place.people(people(4).map((row) => ({ ...row, status: row.id === 'P0004' ? 'active' : 'left' })));
    const ended = await place.run('sync', '--wait', '0s');
    expect(ended.code).toBe(4);
    expect([...place.server.users.values()].map(({ active }) => active)).toEqual([false, true, false, true]);
    const status = await place.run('status');
    expect(status.stdout).toMatch(/P0002 .*active/);
    expect(status.stdout).not.toMatch(/P0001|P0003/);
  });
});
