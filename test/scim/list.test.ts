import { describe, expect, test } from 'vitest';
import { cosmoControlplaneProfile } from '../../connectors/targets/cosmo-controlplane/profile.ts';
import { genericProfile } from '../../connectors/targets/generic/profile.ts';
import { failureOf, html, json, listOf, open, play, scimError } from './server.ts';
import type { Listing, Profile, Remote } from '../../src/model/index.ts';
import type { ScimTarget } from '../../src/scim/client.ts';
import type { Handler } from './server.ts';

function people(count: number, from = 1): { id: string; userName: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `u${from + index}`,
    userName: `p${from + index}`,
  }));
}

async function all(target: ScimTarget): Promise<{ listing: Listing; ids: string[] }> {
  const ids: string[] = [];
  const pages: AsyncGenerator<readonly Remote[], Listing> = target.list();
  for (;;) {
    const step = await pages.next();
    if (step.done) return { listing: step.value, ids };
    ids.push(...step.value.map(({ id }) => id));
  }
}

function paging(mode: Profile['list']['paging'], pageSize = 3): { profile: Profile } {
  return { profile: { ...genericProfile, list: { ...genericProfile.list, paging: mode, pageSize } } };
}

/** A server with index paging; `most` is its own cap, `total` what it claims. */
function indexed(everybody: readonly object[], { most = Infinity, total = everybody.length } = {}): Handler {
  return (request, response) => {
    const query = new URL(request.url, 'http://x').searchParams;
    const start = Number(query.get('startIndex') ?? 1) - 1;
    const count = Math.min(Number(query.get('count') ?? 100), most);
    json(response, 200, listOf(everybody.slice(start, start + count), total));
  };
}

const queries = (requests: readonly { url: string }[]): string[] =>
  requests.map(({ url }) => new URL(url, 'http://x').search);

test('no address in an answer is ever asked for', async () => {
  const elsewhere = await play((_, response) => json(response, 200, listOf(people(1))));
  const away = `${elsewhere.baseUrl}/Users`;
  const [ada] = people(1);
  const lead = { location: away, link: `<${away}>; rel="next"` };
  const whole = {
    ...ada,
    nickName: away,
    groups: [{ value: 'g', $ref: away }],
    meta: { resourceType: 'User', location: away },
  };
  const server = await play((_, response) =>
    json(response, 200, { ...listOf([whole]), ...whole, nextLink: away, '@odata.nextLink': away }, lead),
  );
  const target = open(server.baseUrl, paging('index'));
  await all(target);
  await target.read('u1');
  await target.find('userName', 'p1');
  await target.send({ method: 'POST', path: '/Users', body: { schemas: [], userName: 'p1' } });
  await target.discover();
  expect(server.requests.length).toBeGreaterThanOrEqual(7);
  expect(elsewhere.requests).toEqual([]);
});

describe('index paging', () => {
  test('reads to the end and proves it by the total', async () => {
    const server = await play(indexed(people(8)));
    const { listing, ids } = await all(open(server.baseUrl, paging('index')));
    expect(listing).toEqual({ complete: true, count: 8 });
    expect(ids).toEqual(people(8).map(({ id }) => id));
    expect(queries(server.requests)).toEqual([
      '?startIndex=1&count=3',
      '?startIndex=4&count=3',
      '?startIndex=7&count=3',
    ]);
  });

  test('nobody at all is a proof too, in one request', async () => {
    const server = await play(indexed([]));
    expect((await all(open(server.baseUrl, paging('auto')))).listing).toEqual({ complete: true, count: 0 });
    expect(server.requests).toHaveLength(1);
  });

  test('a page shorter than asked for is not the end', async () => {
    const server = await play(indexed(people(7), { most: 2 }));
    const { listing } = await all(open(server.baseUrl, paging('index', 100)));
    expect(listing).toEqual({ complete: true, count: 7 });
    expect(server.requests).toHaveLength(4);
  });

  test('a last page that is exactly full is asked beyond, once', async () => {
    const server = await play(indexed(people(6)));
    expect((await all(open(server.baseUrl, paging('index')))).listing.complete).toBe(true);
    expect(queries(server.requests).at(-1)).toBe('?startIndex=7&count=3');
    const strict = await play((request, response) =>
      request.url.includes('startIndex=4')
        ? json(response, 400, scimError(400, 'past the end'))
        : json(response, 200, listOf(people(3), 3)),
    );
    expect((await all(open(strict.baseUrl, paging('index')))).listing).toEqual({ complete: true, count: 3 });
  });

  test('a server that says how many are on the page in the place of how many there are proves nothing', async () => {
    const everybody = people(7);
    const server = await play((request, response) => {
      const start = Number(new URL(request.url, 'http://x').searchParams.get('startIndex') ?? 1) - 1;
      const page = everybody.slice(start, start + 3);
      json(response, 200, listOf(page, page.length));
    });
    const { listing, ids } = await all(open(server.baseUrl, paging('index')));
    expect(ids).toHaveLength(3);
    expect(listing).toEqual({ complete: false, count: 3, reason: 'it has more than it says' });
  });

  test.each([
    [
      'a total that is never reached',
      indexed(people(4), { total: 9 }),
      'it says that there are 9, and gave 4',
    ],
    ['more than the total', indexed(people(5), { total: 4 }), 'it says that there are 4, and gave 5'],
    ['the same person twice', indexed([...people(4), ...people(1)]), '1 entries came more than once'],
    [
      'somebody without an id',
      indexed([...people(1), { userName: 'x' }]),
      '1 entries have no id that can be used',
    ],
    ['nothing but people without an id', indexed([{}, {}, {}, {}]), '3 entries have no id that can be used'],
  ])('%s is not complete', async (_, handler, reason) => {
    const server = await play(handler);
    const { listing } = await all(open(server.baseUrl, paging('index')));
    expect(listing).toMatchObject({ complete: false, reason });
  });

  test('a server that ignores the start index is not read for ever', async () => {
    const server = await play((_, response) => json(response, 200, listOf(people(3), 9)));
    const { listing, ids } = await all(open(server.baseUrl, paging('index')));
    expect(ids).toHaveLength(3);
    expect(listing.complete).toBe(false);
    expect(server.requests).toHaveLength(2);
  });

  test('a total that changes on the way is not complete', async () => {
    const server = await play((_, response, number) =>
      json(response, 200, listOf(people(number < 3 ? 3 : 0, number * 3), number === 1 ? 5 : 6)),
    );
    const { listing } = await all(open(server.baseUrl, paging('index')));
    expect(listing).toMatchObject({
      complete: false,
      reason: 'the number of accounts changed while it was read',
    });
  });

  test('a list that always has more ends at its total', async () => {
    const server = await play((_, response, number) => json(response, 200, listOf(people(3, number * 3), 6)));
    const { listing } = await all(open(server.baseUrl, paging('index')));
    expect(listing).toEqual({ complete: false, count: 6, reason: 'it has more than it says' });
    expect(server.requests).toHaveLength(3);
  });

  test('without any total, everybody is read, and nothing is proved', async () => {
    const server = await play((_, response, number) =>
      json(response, 200, listOf(number < 3 ? people(3, number * 3) : [])),
    );
    const { listing, ids } = await all(open(server.baseUrl, paging('index')));
    expect(ids).toHaveLength(6);
    expect(listing).toEqual({ complete: false, count: 6, reason: 'it does not say how many there are' });
  });
});

describe('cursor paging (RFC 9865)', () => {
  const cursorOf = (url: string): string | null => new URL(url, 'http://x').searchParams.get('cursor');
  /** Pages 0, 1, 2 … under the cursors c1, c2 …; the last has none. */
  function cursored(pages: readonly (readonly object[])[], total?: number): Handler {
    return (request, response) => {
      const number = Number((cursorOf(request.url) || 'c0').slice(1));
      json(
        response,
        200,
        listOf(pages[number] ?? [], total, number + 1 < pages.length ? `c${number + 1}` : undefined),
      );
    };
  }

  test('begins with the bare parameter where the profile says cursor, and repeats the others unchanged', async () => {
    const server = await play(cursored([people(3), [], people(1, 4)]));
    const { listing, ids } = await all(open(server.baseUrl, paging('cursor')));
    expect(queries(server.requests)).toEqual(['?cursor&count=3', '?count=3&cursor=c1', '?count=3&cursor=c2']);
    expect(ids).toEqual(['u1', 'u2', 'u3', 'u4']);
    expect(listing).toEqual({ complete: true, count: 4 });
  });

  test('is noticed although index was asked for', async () => {
    for (const mode of ['index', 'auto'] as const) {
      const server = await play(cursored([people(2), people(2, 3)], 4));
      const { listing } = await all(open(server.baseUrl, paging(mode)));
      expect(listing).toEqual({ complete: true, count: 4 });
      expect(cursorOf(server.requests[1]!.url)).toBe('c1');
    }
  });

  test('a total that the cursor does not reach is not complete', async () => {
    const server = await play(cursored([people(2), people(1, 3)], 5));
    expect((await all(open(server.baseUrl, paging('cursor')))).listing).toMatchObject({ complete: false });
  });

  test('a cursor that leads back, or nowhere, ends the list', async () => {
    for (const resources of [people(2), []]) {
      const server = await play((_, response) => json(response, 200, listOf(resources, undefined, 'again')));
      expect((await all(open(server.baseUrl, paging('cursor')))).listing.complete).toBe(false);
      expect(server.requests).toHaveLength(2);
    }
    const wandering = await play((_, response, number) =>
      json(response, 200, listOf([], undefined, `c${number}`)),
    );
    expect((await all(open(wandering.baseUrl, paging('cursor')))).listing.complete).toBe(false);
    expect(wandering.requests).toHaveLength(100);
  });

  test('a cursor that has expired is a new beginning, once, and nobody is given twice', async () => {
    let hasExpired = false;
    const pages = cursored([people(2), people(2, 3)], 4);
    const server = await play((request, response, number) => {
      if (cursorOf(request.url) !== 'c1' || hasExpired) return pages(request, response, number);
      hasExpired = true;
      return json(response, 400, scimError(400, 'too late', 'expiredCursor'));
    });
    const { listing, ids } = await all(open(server.baseUrl, paging('cursor')));
    expect(ids).toEqual(['u1', 'u2', 'u3', 'u4']);
    expect(listing).toEqual({ complete: true, count: 4 });
    expect(server.requests).toHaveLength(4);
  });

  test('a cursor that expires each time is a failure', async () => {
    const server = await play((request, response) =>
      cursorOf(request.url) === 'c1'
        ? json(response, 400, scimError(400, 'too late', 'expiredCursor'))
        : json(response, 200, listOf(people(1), 2, 'c1')),
    );
    await expect(all(open(server.baseUrl, paging('cursor')))).rejects.toThrow();
    expect(server.requests).toHaveLength(4);
  });

  test('somebody who was given and is gone after the new beginning proves nothing', async () => {
    const server = await play((_, response, number) => {
      if (number === 2) return json(response, 400, scimError(400, 'too late', 'expiredCursor'));
      return number === 1
        ? json(response, 200, listOf(people(2), 2, 'c1'))
        : json(response, 200, listOf(people(1), 1));
    });
    expect((await all(open(server.baseUrl, paging('cursor')))).listing).toMatchObject({
      complete: false,
      count: 2,
    });
  });
});

describe('a list without pages', () => {
  const options = {
    profile: { ...cosmoControlplaneProfile, list: { ...cosmoControlplaneProfile.list, pageSize: 4 } },
  };

  test('is one request without parameters', async () => {
    const server = await play(indexed(people(3)));
    expect((await all(open(server.baseUrl, options))).listing).toEqual({ complete: true, count: 3 });
    expect(queries(server.requests)).toEqual(['']);
  });

  test('proves nothing once it is as long as it can be', async () => {
    const server = await play(indexed(people(4)));
    expect((await all(open(server.baseUrl, options))).listing).toMatchObject({
      complete: false,
      reason: 'it holds no more than 4',
    });
  });
});

describe('what goes wrong on the way', () => {
  test('a limit is waited out as long as the target asks, and the list goes on', async () => {
    const waits: number[] = [];
    const pages = indexed(people(5));
    const server = await play((request, response, number) =>
      number === 2 ? json(response, 429, {}, { 'retry-after': '3' }) : pages(request, response, number),
    );
    const target = open(server.baseUrl, {
      ...paging('index'),
      wait: async (milliseconds) => void waits.push(milliseconds),
    });
    expect((await all(target)).listing).toEqual({ complete: true, count: 5 });
    expect(waits).toEqual([3000]);
  });

  test('a limit of an hour is not waited out here', async () => {
    const server = await play((_, response) => json(response, 429, {}, { 'retry-after': '3600' }));
    expect(await failureOf(all(open(server.baseUrl)))).toMatchObject({
      class: 'transient',
      retryAfter: 3_600_000,
    });
    expect(server.requests).toHaveLength(1);
  });

  test('a failure of a page in the middle is asked again, of the first page never', async () => {
    const pages = indexed(people(5));
    const server = await play((request, response, number) =>
      number === 2 ? json(response, 500, {}) : pages(request, response, number),
    );
    expect((await all(open(server.baseUrl, paging('index')))).listing.complete).toBe(true);
    const down = await play((_, response) => json(response, 500, {}));
    await failureOf(all(open(down.baseUrl)));
    expect(down.requests).toHaveLength(1);
  });

  test('a page that stays broken ends the read with an error, never with a short list', async () => {
    const pages = indexed(people(5));
    const server = await play((request, response, number) =>
      number === 1 ? pages(request, response, number) : response.writeHead(200).end('{"Resources":[{"id":'),
    );
    expect(await failureOf(all(open(server.baseUrl, paging('index'))))).toMatchObject({
      class: 'transient',
      code: 'protocol',
    });
    expect(server.requests).toHaveLength(7);
  });

  test.each([
    ['an HTML page', (_: unknown, response: Parameters<Handler>[1]) => html(response, 200), 'protocol'],
    [
      'no such endpoint',
      (_: unknown, response: Parameters<Handler>[1]) => json(response, 404, scimError(404, 'x')),
      'address',
    ],
    [
      'a bad credential',
      (_: unknown, response: Parameters<Handler>[1]) => json(response, 401, {}),
      'unauthorised',
    ],
    [
      'an empty object',
      (_: unknown, response: Parameters<Handler>[1]) => json(response, 200, {}),
      'protocol',
    ],
  ] as const)('%s stops the target', async (_, handler, code) => {
    const server = await play(handler);
    expect(await failureOf(all(open(server.baseUrl)))).toMatchObject({ class: 'target', code });
  });

  test('a page larger than allowed is given up', async () => {
    const server = await play((_, response) => json(response, 200, listOf(people(1000), 1000)));
    const failure = await failureOf(all(open(server.baseUrl, { limits: { page: 2000 } })));
    expect(failure).toMatchObject({
      class: 'transient',
      message: expect.stringContaining('larger than allowed') as string,
    });
  });
});
