import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import type { Features } from '../../src/mock/description.ts';
import type { Mock, MockOptions } from '../../src/mock/index.ts';
import { ask, created, filtered, mockOf, person, wordOf } from './calling.ts';
import type { Reply } from './calling.ts';

const people = Array.from({ length: 25 }, (_, at) => ({
  id: `id-${at}`,
  userName: `user${at}`,
  title: `title ${at % 4}`,
}));

describe('RFC 9865 §2, paging by cursor', () => {
  test('the first page has an empty cursor, the last no nextCursor', async () => {
    const mock = await mockOf('rfc', { people });
    const first = await ask(mock, 'GET', '/Users?cursor&count=10');
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ totalResults: 25, itemsPerPage: 10 });
    expect(first.body).not.toHaveProperty('previousCursor');
    expect(first.body).not.toHaveProperty('startIndex');
    const second = await ask(mock, 'GET', `/Users?cursor=${next(first)}&count=10`);
    expect(second.body).toMatchObject({ totalResults: 25, itemsPerPage: 10 });
    const third = await ask(mock, 'GET', `/Users?cursor=${next(second)}&count=10`);
    expect(third.body).toMatchObject({ totalResults: 25, itemsPerPage: 5 });
    expect(third.body).not.toHaveProperty('nextCursor');
    expect([first, second, third].flatMap(idsOf)).toEqual(people.map(({ id }) => id));
  });

  test('a cursor is made of unreserved characters alone, whatever a list is sorted by', async () => {
    const odd = ['a&b', 'c=d', 'ü?#', '"', '\u{1F600}', 'x'.repeat(3000)].map((userName) => ({ userName }));
    const mock = await mockOf('rfc', { people: odd });
    const pages = await walk(mock, '/Users?sortBy=userName', 1);
    expect(pages).toHaveLength(6);
    for (const page of pages.slice(0, -1)) expect(next(page)).toMatch(/^[A-Za-z0-9\-._~]{1,3000}$/);
    expect(new Set(pages.flatMap(idsOf)).size).toBe(6);
  });

  test('a list that ends with its page has no nextCursor, and an empty one neither', async () => {
    const mock = await mockOf('rfc', { people });
    expect((await ask(mock, 'GET', '/Users?cursor=&count=25')).body).not.toHaveProperty('nextCursor');
    expect((await ask(mock, 'GET', '/Users?cursor=&count=24')).body).toHaveProperty('nextCursor');
    const none = await ask(mock, 'GET', `${filtered('userName eq "x"')}&cursor=`);
    expect(none.body).toMatchObject({ totalResults: 0, itemsPerPage: 0, Resources: [] });
    expect(none.body).not.toHaveProperty('nextCursor');
  });

  test.each(['0', '-3'])('count=%s gives the totals only', async (count) => {
    const mock = await mockOf('rfc', { people });
    const { status, body } = await ask(mock, 'GET', `/Users?cursor=&count=${count}`);
    expect([status, body['totalResults'], body['itemsPerPage']]).toEqual([200, 25, 0]);
    expect(body).not.toHaveProperty('nextCursor');
  });

  test('previousCursor leads back, and the first page has none, however one came to it', async () => {
    const mock = await mockOf('rfc', { people });
    const pages = await walk(mock, '/Users?sortBy=userName&sortOrder=descending', 10);
    expect(pages.map(({ body }) => 'previousCursor' in body)).toEqual([false, true, true]);
    const back = async (page: Reply) =>
      ask(
        mock,
        'GET',
        `/Users?sortBy=userName&sortOrder=descending&count=10&cursor=${wordOf(page.body['previousCursor'])}`,
      );
    const second = await back(pages[2]!);
    expect(idsOf(second)).toEqual(idsOf(pages[1]!));
    const first = await back(second);
    expect(idsOf(first)).toEqual(idsOf(pages[0]!));
    expect(first.body).not.toHaveProperty('previousCursor');
    expect(first.body).toHaveProperty('nextCursor');
  });

  test.each<[string, string[]]>([
    ['', people.map(({ id }) => id)],
    ['sortBy=userName', sortedBy(({ userName }) => userName)],
    ['sortBy=title', sortedBy(({ title }) => title)],
    ['filter=title%20eq%20%22title%201%22', people.filter((_, at) => at % 4 === 1).map(({ id }) => id)],
    ['sortBy=id&filter=not%20(userName%20ew%20%225%22)&attributes=id', []],
  ])('a walk by pages of any size is the list: %s', async (query, expected) => {
    const mock = await mockOf('rfc', { people });
    const all = idsOf(await ask(mock, 'GET', `/Users?${query}`));
    if (expected.length > 0) expect(all).toEqual(expected);
    for (const count of [1, 2, 7, 24, 25, 26]) {
      const pages = await walk(mock, `/Users?${query}`, count);
      expect(pages.flatMap(idsOf)).toEqual(all);
      expect(pages).toHaveLength(Math.ceil(all.length / count));
    }
  });

  test.each(['', 'sortBy=title&sortOrder=descending', 'sortBy=userName', 'filter=userName%20sw%20%22u%22'])(
    'who is there all along is seen exactly once, whoever else comes and goes: %s',
    async (query) => {
      const mock = await mockOf('rfc', { people });
      const seen: string[] = [];
      const gone = new Set<string>();
      let cursor: string | undefined = '';
      for (let round = 0; cursor !== undefined; round++) {
        const page: Reply = await ask(mock, 'GET', `/Users?${query}&cursor=${cursor}&count=3`);
        expect(page.status, page.text).toBe(200);
        seen.push(...idsOf(page));
        cursor = next(page);
        // One who was seen goes, among them the one at whom the cursor stands, and one who was not; others come.
        const last = seen.at(-1)!;
        const unseen = people.findLast(({ id }) => !seen.includes(id) && !gone.has(id))?.id;
        for (const id of round % 2 === 0 ? [last, unseen] : [seen.at(-2)])
          if (id !== undefined && !gone.has(id)) {
            gone.add(id);
            await ask(mock, 'DELETE', `/Users/${id}`);
          }
        if (round < 5) await created(mock, person(`a new one ${round}`, { title: `title ${round}` }));
      }
      const staying = people.filter(({ id }) => !gone.has(id)).map(({ id }) => id);
      expect(staying.length).toBeGreaterThan(5);
      expect(staying.filter((id) => !seen.includes(id))).toEqual([]);
      expect(new Set(seen).size).toBe(seen.length);
    },
  );
});

describe('a walk by cursor', () => {
  test('is the sorted list, whatever the values are and whichever way it goes', async () => {
    const odd = fc.oneof(
      fc.constantFrom('', 'a', 'A', 'ä', '\u{1F600}', '\uFF5E', 'a'.repeat(600), `${'a'.repeat(600)}b`),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const titles = fc.array(fc.option(odd), { minLength: 1, maxLength: 12 });
    const order = fc.constantFrom('', 'ascending', 'descending');
    const property = fc.asyncProperty(
      titles,
      order,
      fc.integer({ min: 1, max: 5 }),
      async (all, word, count) => {
        const mock = await mockOf('rfc', { people: all.map((title, at) => ({ userName: `u${at}`, title })) });
        const path = `/Users?sortBy=title${word && `&sortOrder=${word}`}`;
        const listed = idsOf(await ask(mock, 'GET', path));
        const pages = await walk(mock, path, count);
        expect(pages.flatMap(idsOf)).toEqual(listed);
        expect(listed).toHaveLength(all.length);
        await mock.close();
      },
    );
    await fc.assert(property, { seed: 7644, numRuns: 30 });
  });
});

describe('RFC 9865 §2.1, errors', () => {
  const paged = async (): Promise<[Mock, string]> => {
    const mock = await mockOf('rfc', { people });
    return [mock, next(await ask(mock, 'GET', '/Users?cursor=&count=10'))!];
  };

  test.each(['x', 'AAAA', '.', '..', 'e30.e30', '%00', '%F0%9F%98%80', 'a b'])(
    'the cursor %s is 400 invalidCursor',
    async (cursor) => {
      const mock = await mockOf('rfc', { people });
      const { status, body, text } = await ask(mock, 'GET', `/Users?cursor=${cursor}`);
      expect([status, body['scimType']], text).toEqual([400, 'invalidCursor']);
    },
  );

  test('a cursor that somebody has changed is none', async () => {
    const [mock, cursor] = await paged();
    for (const other of [
      cursor.slice(1),
      cursor.slice(0, -1),
      `${cursor}A`,
      cursor.replace('.', 'A.'),
      `${cursor}.x`,
    ]) {
      const { body } = await ask(mock, 'GET', `/Users?count=10&cursor=${other}`);
      expect(body['scimType'], other).toBe('invalidCursor');
    }
  });

  test.each([
    'filter=userName%20pr&count=10',
    'sortBy=userName&count=10',
    'sortOrder=descending&count=10',
    'attributes=userName&count=10',
    'excludedAttributes=userName&count=10',
    'anything=else&count=10',
  ])('another query with the cursor of a first one is 400 invalidCursor: %s', async (query) => {
    const [mock, cursor] = await paged();
    const { status, body } = await ask(mock, 'GET', `/Users?${query}&cursor=${cursor}`);
    expect([status, body['scimType']]).toEqual([400, 'invalidCursor']);
  });

  test('so is another endpoint, and the same parameters in another order are the same query', async () => {
    const mock = await mockOf('rfc', { people });
    const cursor = next(await ask(mock, 'GET', '/Users?cursor=&count=10&sortBy=id&attributes=id'))!;
    const elsewhere = await ask(mock, 'GET', `/Groups?count=10&sortBy=id&attributes=id&cursor=${cursor}`);
    expect(elsewhere.body['scimType']).toBe('invalidCursor');
    const same = await ask(mock, 'GET', `/Users?attributes=id&sortBy=id&cursor=${cursor}&count=10`);
    expect(same.status).toBe(200);
  });

  test('a cursor of another organisation, or of before a reset, is 400 invalidCursor (§5)', async () => {
    const mock = await mockOf('rfc', {
      people,
      organisations: [{ name: 'one' }, { name: 'two' }],
      keys: [{ token: 'two', permissions: ['scim'], organisation: 'two' }],
    });
    const path = `/Users?count=10&cursor=${next(await ask(mock, 'GET', '/Users?cursor=&count=10'))!}`;
    expect((await ask(mock, 'GET', path, undefined, { token: 'two' })).body['scimType']).toBe(
      'invalidCursor',
    );
    expect((await ask(mock, 'GET', path)).status).toBe(200);
    mock.reset();
    expect((await ask(mock, 'GET', path)).body['scimType']).toBe('invalidCursor');
  });

  test.each(['count=11', 'count=0', 'count=9', ''])(
    'another count is 400 invalidCount: %s',
    async (count) => {
      const [mock, cursor] = await paged();
      const { status, body } = await ask(mock, 'GET', `/Users?cursor=${cursor}&${count}`);
      expect([status, body['scimType']]).toEqual([400, 'invalidCount']);
    },
  );

  test.each(['ten', '1.5', '', '1001', '9223372036854775807'])(
    'a first page with count=%s is 400 invalidCount',
    async (count) => {
      const mock = await mockOf('rfc', { people });
      const { status, body } = await ask(mock, 'GET', `/Users?cursor=&count=${count}`);
      expect([status, body['scimType']]).toEqual([400, 'invalidCount']);
    },
  );

  test('a cursor is good for as long as the service says, from when it was given out, and no longer', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const mock = await mockOf('rfc', { people, clock: () => now });
    const config = await ask(mock, 'GET', '/ServiceProviderConfig');
    expect(config.body['pagination']).toMatchObject({ cursor: true, cursorTimeout: 600 });
    const first = next(await ask(mock, 'GET', '/Users?cursor=&count=10'))!;
    now += 600_000;
    const second = await ask(mock, 'GET', `/Users?cursor=${first}&count=10`);
    expect(second.status).toBe(200);
    now += 1;
    const late = await ask(mock, 'GET', `/Users?cursor=${first}&count=10`);
    expect([late.status, late.body['scimType']]).toEqual([400, 'expiredCursor']);
    expect((await ask(mock, 'GET', `/Users?cursor=${next(second)}&count=10`)).status).toBe(200);
  });

  test.each(['startIndex=1&cursor=', 'cursor=&cursor=', 'startIndex=1&cursor=x'])(
    '%s is 400 invalidValue',
    async (query) => {
      const mock = await mockOf('rfc', { people });
      const { status, body } = await ask(mock, 'GET', `/Users?${query}`);
      expect([status, body['scimType']]).toEqual([400, 'invalidValue']);
    },
  );
});

describe('RFC 9865 §2.3 and §2.4, which way to page', () => {
  test('by index where nothing is asked for', async () => {
    const mock = await mockOf('rfc', { people });
    const { body } = await ask(mock, 'GET', '/Users?count=10');
    expect(body).toMatchObject({ startIndex: 1, itemsPerPage: 10 });
    expect(body).not.toHaveProperty('nextCursor');
  });

  test('by cursor, though nobody asked for it, where that is the way of the service', async () => {
    const mock = await withFeatures({ defaultPaging: 'cursor' });
    const { body } = await ask(mock, 'GET', '/ServiceProviderConfig');
    expect(body['pagination']).toMatchObject({ defaultPaginationMethod: 'cursor' });
    const first = await ask(mock, 'GET', '/Users?count=10');
    expect(first.body).not.toHaveProperty('startIndex');
    const second = await ask(mock, 'GET', `/Users?count=10&cursor=${next(first)}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(people.slice(0, 20).map(({ id }) => id));
    const byIndex = await ask(mock, 'GET', '/Users?count=10&startIndex=11');
    expect(byIndex.body).toMatchObject({ startIndex: 11 });
    expect(byIndex.body).not.toHaveProperty('nextCursor');
  });

  test('a page is cut to the maximum then, and the same query goes on', async () => {
    const many = Array.from({ length: 1500 }, (_, at) => ({ userName: `u${at}` }));
    const mock = await withFeatures({ defaultPaging: 'cursor' }, { people: many });
    const first = await ask(mock, 'GET', '/Users?count=5000');
    expect(first.body).toMatchObject({ itemsPerPage: 1000 });
    const second = await ask(mock, 'GET', `/Users?count=5000&cursor=${next(first)}`);
    expect(second.body).toMatchObject({ itemsPerPage: 500, totalResults: 1500 });
    expect(second.body).not.toHaveProperty('nextCursor');
  });

  test('a service without cursors does not look at them', async () => {
    const mock = await withFeatures({ cursor: undefined, defaultPaging: 'cursor' });
    for (const query of ['cursor=', 'cursor=x', 'cursor=x&startIndex=1', 'cursor=x&cursor=y']) {
      const { status, body } = await ask(mock, 'GET', `/Users?${query}&count=10`);
      expect([status, body['startIndex']], query).toEqual([200, 1]);
      expect(body).not.toHaveProperty('nextCursor');
    }
  });
});

describe('RFC 9865 §3, cursors in a SearchRequest', () => {
  test('the first is empty, and each page leads to the next', async () => {
    const mock = await mockOf('rfc', { people });
    const request = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: 'userName pr',
      count: 10,
    };
    const seen: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: Reply = await ask(mock, 'POST', '/Users/.search', { ...request, cursor });
      expect(page.status, page.text).toBe(200);
      seen.push(...idsOf(page));
      cursor = next(page);
    }
    expect(seen).toEqual(people.map(({ id }) => id));
  });
});

function next({ body }: Reply): string | undefined {
  return body['nextCursor'] as string | undefined;
}

function idsOf({ body }: Reply): string[] {
  return (body['Resources'] as unknown as { id: string }[]).map(({ id }) => id);
}

async function walk(mock: Mock, path: string, count: number): Promise<Reply[]> {
  const pages: Reply[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page = await ask(mock, 'GET', `${path}&count=${count}&cursor=${cursor}`);
    expect(page.status, page.text).toBe(200);
    pages.push(page);
    cursor = next(page);
    expect(pages.length).toBeLessThan(100);
  }
  return pages;
}

function sortedBy(value: (person: (typeof people)[number]) => string): string[] {
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...people].sort((a, b) => order(value(a), value(b))).map(({ id }) => id);
}

async function withFeatures(
  differs: Partial<Record<keyof Features, unknown>>,
  options: Partial<MockOptions> = {},
): Promise<Mock> {
  const rfc = await loadService('rfc');
  const features = { ...rfc.features, ...differs } as Features;
  return mockOf('rfc', { people, service: { ...rfc, features }, ...options });
}
