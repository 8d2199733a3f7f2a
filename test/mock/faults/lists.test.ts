import { describe, expect, test } from 'vitest';
import type { Mock } from '../../../src/mock/index.ts';
import { ask, filtered, mockOf, wordOf } from '../calling.ts';
import { grouped, names, namesIn, three } from './talking.ts';

const LIST = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] };
const people = Array.from({ length: 20 }, (_, at) => ({ id: `${at}`, userName: `user${at}` }));

describe('who is on the page', () => {
  test('omit: so many are missing, totalResults counts them, and the seed decides who', async () => {
    const runs = [1, 1, 2].map(async (seed) => {
      const mock = await mockOf('rfc', { people, faults: [`omit=3,seed=${seed}`] });
      const { body } = await ask(mock, 'GET', '/Users');
      expect(body).toMatchObject({ totalResults: 20, itemsPerPage: 17 });
      return namesIn(body);
    });
    const [first, again, other] = await Promise.all(runs);
    expect(new Set(first).size).toBe(17);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('omit and total=page: they are missing, and nothing says so', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['omit,total=page'] });
    expect((await ask(mock, 'GET', '/Users')).body).toMatchObject({ totalResults: 2, itemsPerPage: 2 });
  });

  test('repeat: so many are there twice', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['repeat=2'] });
    const { body } = await ask(mock, 'GET', '/Users');
    expect([namesIn(body).length, new Set(namesIn(body)).size, body['totalResults']]).toEqual([5, 3, 3]);
  });

  test('shuffle: pages overlap and miss some', async () => {
    const mock = await mockOf('rfc', { people, faults: ['shuffle'] });
    const pages = [];
    for (const at of [1, 6, 11, 16]) pages.push(...(await names(mock, `?startIndex=${at}&count=5`)));
    expect(pages).toHaveLength(20);
    expect(new Set(pages).size).toBeLessThan(20);
  });

  const walked = async (mock: Mock, query: string) => {
    const pages: (readonly string[])[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const { status, body, text } = await ask(mock, 'GET', `/Users?${query}count=5&cursor=${cursor}`);
      expect(status, text).toBe(200);
      pages.push(namesIn(body));
      cursor = body['nextCursor'] as string | undefined;
      expect(pages.length).toBeLessThan(10);
    }
    return pages;
  };

  test.each(['', 'sortBy=title&', 'filter=userName%20pr&'])('shuffle: by cursor, too (%s)', async (query) => {
    const titled = people.map((one, at) => ({ ...one, title: `${at % 2}` }));
    const mock = await mockOf('rfc', { people: titled, faults: ['shuffle'] });
    const pages = await walked(mock, query);
    expect(pages.map(({ length }) => length)).toEqual([5, 5, 5, 5]);
    expect(new Set(pages.flat()).size).toBeLessThan(20);
  });

  test('shuffle: by cursor through all types', async () => {
    const mock = await mockOf('rfc', { people, faults: ['shuffle'] });
    await grouped(mock, '1');
    let seen = 0;
    for (let cursor: unknown = ''; cursor !== undefined;) {
      const { body } = await ask(mock, 'POST', '/.search', { ...LIST, count: 4, cursor });
      seen += Number(body['itemsPerPage']);
      cursor = body['nextCursor'];
      expect(seen).toBeLessThan(22);
    }
    expect(seen).toBe(21);
  });

  test.each(['hidden=user3', 'lag=10'])(
    '%s: a list by cursor goes on from page to page, and nobody is there twice',
    async (fault) => {
      let now = Date.parse('2026-11-25T09:00:00Z');
      const mock = await mockOf('rfc', { clock: () => now, people, faults: [fault] });
      now += 1000;
      const seen = (await walked(mock, '')).flat();
      const wanted = people.map(({ userName }) => userName);
      expect(seen).toEqual(fault.startsWith('hidden') ? wanted.filter((one) => one !== 'user3') : wanted);
    },
  );

  test('a cursor goes on when the fault ends, and when it begins', async () => {
    const mock = await mockOf('rfc', { people });
    const first = await ask(mock, 'GET', '/Users?cursor=&count=15');
    const cursor = wordOf(first.body['nextCursor']);
    for (const fault of ['shuffle', 'hidden=user19', 'lag=1']) {
      mock.addFault(fault);
      const { status, body } = await ask(mock, 'GET', `/Users?cursor=${cursor}&count=15`);
      expect([status, Number(body['itemsPerPage']) > 0]).toEqual([200, true]);
      mock.clearFaults();
    }
    mock.addFault('shuffle');
    const shuffled = await ask(mock, 'GET', '/Users?cursor=&count=15');
    mock.clearFaults();
    const rest = await ask(mock, 'GET', `/Users?count=15&cursor=${wordOf(shuffled.body['nextCursor'])}`);
    expect([rest.status, rest.body['itemsPerPage']]).toEqual([200, 5]);
  });

  test('only lists are struck, and only lists are counted', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['omit,count=1'] });
    expect((await ask(mock, 'GET', '/Users/1')).status).toBe(200);
    expect(await names(mock)).toHaveLength(2);
    expect(await names(mock)).toHaveLength(3);
  });
});

describe('what the list says of itself', () => {
  test.each([
    ['total=7', 7],
    ['total=0', 0],
    ['total=+2', 5],
    ['total=-2', 1],
    ['total=-9', 0],
    ['total=page', 1],
    ['total=text', '3'],
    ['total=missing', undefined],
  ])('%s', async (fault, total) => {
    const mock = await mockOf('rfc', { people: three, faults: [fault] });
    expect((await ask(mock, 'GET', '/Users?count=1')).body['totalResults']).toBe(total);
  });

  test.each(['GET', 'POST'])('pageSize: no page is longer, asked for with %s', async (method) => {
    const mock = await mockOf('rfc', { people: three, faults: ['pageSize=2'] });
    const get = (count: string) =>
      method === 'GET'
        ? ask(mock, 'GET', `/Users${count && `?count=${count}`}`)
        : ask(mock, 'POST', '/Users/.search', { ...LIST, ...(count && { count: Number(count) }) });
    for (const count of ['', '3']) {
      const { status, body } = await get(count);
      if (status === 404 || status === 405) return;
      expect(body).toMatchObject({ totalResults: 3, itemsPerPage: 2 });
    }
    expect((await get('1')).body).toMatchObject({ itemsPerPage: 1 });
  });

  test('neverEnds: there is always another page', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['neverEnds'] });
    let index = 1;
    for (let page = 0; page < 10; page++) {
      const { body } = await ask(mock, 'GET', `/Users?startIndex=${index}&count=2`);
      expect(Number(body['totalResults'])).toBeGreaterThan(index + 1);
      expect(Number(body['itemsPerPage'])).toBeGreaterThan(0);
      index += Number(body['itemsPerPage']);
    }
    expect(index).toBeGreaterThan(10);
  });

  test('neverEnds with nobody there: empty pages, and always more of them', async () => {
    const mock = await mockOf('rfc', { faults: ['neverEnds'] });
    expect((await ask(mock, 'GET', '/Users?startIndex=50')).body).toMatchObject({
      totalResults: 1049,
      itemsPerPage: 0,
    });
  });

  test('neverEnds with a cursor (RFC 9865): nextCursor is always there', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['neverEnds'] });
    const first = await ask(mock, 'GET', '/Users?cursor=&count=2');
    expect(first.body['nextCursor']).toEqual(expect.any(String));
    expect((await ask(mock, 'GET', '/Users?cursor=again&count=2')).body['nextCursor']).toEqual(
      expect.any(String),
    );
  });
});

describe('ignore', () => {
  test.each([
    ['filter', filtered('userName eq "Bob"'), ['Ada', 'Bob', 'Cyd']],
    ['count', '/Users?count=1', ['Ada', 'Bob', 'Cyd']],
    ['startIndex', '/Users?startIndex=3', ['Ada', 'Bob', 'Cyd']],
  ])('%s has no effect', async (parameter, path, found) => {
    const mock = await mockOf('rfc', { people: three });
    expect(namesIn((await ask(mock, 'GET', path)).body)).toHaveLength(1);
    mock.addFault(`ignore=${parameter}`);
    expect(namesIn((await ask(mock, 'GET', path)).body)).toEqual(found);
  });

  test('attributes has no effect', async () => {
    const mock = await mockOf('rfc', { people: three });
    expect((await ask(mock, 'GET', '/Users/1?attributes=title')).body).not.toHaveProperty('userName');
    mock.addFault('ignore=attributes');
    expect((await ask(mock, 'GET', '/Users/1?attributes=title')).body).toHaveProperty('userName');
  });
});
