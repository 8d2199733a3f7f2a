import { describe, expect, test } from 'vitest';
import { service as rfc } from '../../connectors/targets/generic/service.ts';
import type { Mock } from '../../src/mock/index.ts';
import { ask, mockOf, patchOf, person, wordOf } from './calling.ts';

interface Made {
  readonly mock: Mock;
  readonly path: string;
  readonly etag: string;
}

/** One person, in a mock whose clock goes on by a second with each request. */
async function one(more: object = {}): Promise<Made> {
  let now = 1_000_000;
  const mock = await mockOf('rfc', { clock: () => (now += 1000) });
  const { body, headers } = await ask(mock, 'POST', '/Users', person('a', { title: 'x', ...more }));
  return { mock, path: `/Users/${wordOf(body['id'])}`, etag: headers.get('etag') ?? '' };
}

const OTHER = 'W/"0.0"';
const strong = (etag: string) => etag.replace(/^W\//, '');

describe('RFC 7644 §3.14, versions', () => {
  test('are in the header and in meta of POST, GET, PUT and PATCH, and of each in a list', async () => {
    const { mock, path, etag } = await one();
    expect(etag).toMatch(/^W\/"[^"]+"$/);
    const change = patchOf({ op: 'replace', path: 'title', value: 'z' });
    const seen = [etag];
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', person('a', { title: 'y' })],
      ['PATCH', change],
    ] as const) {
      const answer = await ask(mock, method, path, body);
      expect(answer.headers.get('etag')).toBe(answer.body['meta']?.['version']);
      seen.push(wordOf(answer.body['meta']?.['version']));
    }
    expect([seen[0] === seen[1], new Set(seen).size]).toEqual([true, 3]);
    const { body } = await ask(mock, 'GET', '/Users');
    const [listed] = body['Resources'] as unknown as { meta: { version: string } }[];
    expect(listed?.meta.version).toBe(seen[3]);
  });

  test('a PATCH that answers 204 has the header all the same', async () => {
    const resourceTypes = rfc.resourceTypes.map((type) => ({
      ...type,
      patch: { ...type.patch, answer: 204 as const },
    }));
    const mock = await mockOf('rfc', { service: { ...rfc, resourceTypes } });
    const { body } = await ask(mock, 'POST', '/Users', person('a'));
    const path = `/Users/${wordOf(body['id'])}`;
    const answer = await ask(mock, 'PATCH', path, patchOf({ op: 'add', path: 'title', value: 'z' }));
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers.get('etag')).toBe((await ask(mock, 'GET', path)).headers.get('etag'));
  });

  test('no two resources ever share one, and none comes back', async () => {
    const { mock, path, etag } = await one();
    const other = await ask(mock, 'POST', '/Users', person('b'));
    expect(other.headers.get('etag')).not.toBe(etag);
    await ask(mock, 'DELETE', path);
    expect((await ask(mock, 'POST', '/Users', person('a'))).headers.get('etag')).not.toBe(etag);
  });

  test.each([
    ['the version', (etag: string) => etag],
    ['its strong form', strong],
    ['anything at all', () => '*'],
    ['a list with it', (etag: string) => `"a,b", ${OTHER} ,${etag}`],
  ])('If-Match with %s lets PUT, PATCH and DELETE through', async (_what, header) => {
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const { mock, path, etag } = await one();
      const body = method === 'PUT' ? person('b') : patchOf({ op: 'add', path: 'title', value: 'b' });
      const answer = await ask(mock, method, path, method === 'DELETE' ? undefined : body, {
        headers: { 'if-match': header(etag) },
      });
      expect(answer.status).toBe(method === 'DELETE' ? 204 : 200);
    }
  });

  test.each([
    ['another version', () => OTHER],
    ['a list without it', () => `${OTHER}, "x"`],
    ['the version without its quotes', (etag: string) => strong(etag).replaceAll('"', '')],
    ['a tag that holds it', (etag: string) => `"${strong(etag).replaceAll('"', '')}0"`],
    ['a star in quotes', () => '"*"'],
  ])('If-Match with %s is 412, and nothing changes', async (_what, header) => {
    const { mock, path, etag } = await one();
    const before = (await ask(mock, 'GET', path)).body;
    const headers = { 'if-match': header(etag) };
    for (const [method, body] of [
      ['PUT', person('b')],
      ['PATCH', patchOf({ op: 'add', path: 'title', value: 'b' })],
      ['DELETE', undefined],
      ['GET', undefined],
    ] as const) {
      const answer = await ask(mock, method, path, body, { headers });
      expect([answer.status, answer.body['status']]).toEqual([412, '412']);
    }
    expect((await ask(mock, 'GET', path)).body).toEqual(before);
  });

  test('If-Match with the version of before a change is 412: no update is lost', async () => {
    const { mock, path, etag } = await one();
    const headers = { 'if-match': etag };
    expect((await ask(mock, 'PUT', path, person('a', { title: 'mine' }), { headers })).status).toBe(200);
    expect((await ask(mock, 'PUT', path, person('a', { title: 'yours' }), { headers })).status).toBe(412);
    expect((await ask(mock, 'GET', path)).body['title']).toBe('mine');
  });

  test('If-Match on somebody who is not there is 404', async () => {
    const { mock } = await one();
    expect((await ask(mock, 'PUT', '/Users/x', person('b'), { headers: { 'if-match': '*' } })).status).toBe(
      404,
    );
  });

  test.each([
    ['the version', (etag: string) => etag],
    ['its strong form', strong],
    ['anything at all', () => '*'],
    ['a list with it', (etag: string) => `${OTHER},${etag}`],
  ])('If-None-Match with %s is 304 without a body', async (_what, header) => {
    const { mock, path, etag } = await one();
    const answer = await ask(mock, 'GET', path, undefined, { headers: { 'if-none-match': header(etag) } });
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', etag]);
  });

  test('If-None-Match with another version gives the resource, also after a change', async () => {
    const { mock, path, etag } = await one();
    const known = { headers: { 'if-none-match': etag } };
    expect((await ask(mock, 'GET', path, undefined, { headers: { 'if-none-match': OTHER } })).status).toBe(
      200,
    );
    await ask(mock, 'PATCH', path, patchOf({ op: 'add', path: 'title', value: 'new' }));
    const answer = await ask(mock, 'GET', path, undefined, known);
    expect([answer.status, answer.body['title']]).toEqual([200, 'new']);
  });

  test('If-None-Match that matches is 412 for a write (RFC 9110 §13.1.2)', async () => {
    const { mock, path } = await one();
    const answer = await ask(mock, 'PUT', path, person('b'), { headers: { 'if-none-match': '*' } });
    expect(answer.status).toBe(412);
    expect((await ask(mock, 'GET', path)).body['userName']).toBe('a');
  });

  test('a service without versions neither shows nor looks at them', async () => {
    const service = { ...rfc, features: { ...rfc.features, etag: false } };
    const mock = await mockOf('rfc', { service });
    const made = await ask(mock, 'POST', '/Users', person('a'));
    const path = `/Users/${wordOf(made.body['id'])}`;
    expect([made.headers.get('etag'), made.body['meta']?.['version']]).toEqual([null, undefined]);
    expect((await ask(mock, 'GET', path, undefined, { headers: { 'if-none-match': '*' } })).status).toBe(200);
    const put = await ask(mock, 'PUT', path, person('b'), { headers: { 'if-match': OTHER } });
    expect(put.status).toBe(200);
  });
});

describe('RFC 7644 §3.5.1 and §3.5.2, a change that changes nothing', () => {
  const emails = [{ value: 'a@x', type: 'work', primary: true }];

  test.each<[string, string, (before: object) => object]>([
    ['PUT of what GET gave', 'PUT', (before) => before],
    ['PUT in another order', 'PUT', (before) => Object.fromEntries(Object.entries(before).reverse())],
    ['PUT with the same password', 'PUT', (before) => ({ ...before, password: 'secret' })],
    ['PATCH add of what is there', 'PATCH', () => patchOf({ op: 'add', path: 'emails', value: emails })],
    ['PATCH replace by the same', 'PATCH', () => patchOf({ op: 'replace', path: 'title', value: 'x' })],
    ['PATCH without a path', 'PATCH', () => patchOf({ op: 'replace', value: { title: 'x', emails } })],
    [
      'PATCH there and back',
      'PATCH',
      () => patchOf({ op: 'remove', path: 'title' }, { op: 'add', path: 'title', value: 'x' }),
    ],
  ])('%s leaves version and lastModified alone', async (_what, method, body) => {
    const { mock, path, etag } = await one({ emails, password: 'secret' });
    const before = (await ask(mock, 'GET', path)).body;
    const answer = await ask(mock, method, path, body(before));
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, etag]);
    expect(answer.body).toEqual(before);
    // And a real change does move both.
    const changed = await ask(mock, 'PATCH', path, patchOf({ op: 'add', path: 'title', value: 'new' }));
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect(changed.body['meta']?.['lastModified']).not.toBe(before['meta']?.['lastModified']);
  });

  test('a new password is a change, though nobody can see it', async () => {
    const { mock, path, etag } = await one({ password: 'secret' });
    const answer = await ask(
      mock,
      'PATCH',
      path,
      patchOf({ op: 'replace', path: 'password', value: 'other' }),
    );
    expect(answer.headers.get('etag')).not.toBe(etag);
    expect(() => mock.startSession('a', 'secret')).toThrow();
    expect(mock.startSession('a', 'other')).toMatchObject({ endedAt: null });
  });
});
