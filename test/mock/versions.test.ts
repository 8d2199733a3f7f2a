import { describe, expect, test } from 'vitest';
import { service as rfc } from '../../connectors/targets/generic/service.ts';
import type { Mock } from '../../src/mock/index.ts';
import { ask, mockOf, patchOf, person, wordOf } from './calling.ts';
import type { Reply } from './calling.ts';

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

describe('RFC 7644 §3.14, the version tells of what the service puts together from other resources', () => {
  type Id = string;
  interface Company {
    readonly ask: (
      method: string,
      path: string,
      body?: object,
      headers?: Record<string, string>,
    ) => Promise<Reply>;
    readonly ada: Id;
    readonly bob: Id;
    readonly team: Id;
    readonly all: Id;
  }

  /** Ada is in the team and Bob is not; the team is in a group of all, which has nobody else. */
  async function company(): Promise<Company> {
    let now = 1_000_000;
    const mock = await mockOf('rfc', { clock: () => (now += 1000) });
    const make = async (path: string, body: object) =>
      wordOf((await ask(mock, 'POST', path, body)).body['id']);
    const ada = await make('/Users', person('ada', { displayName: 'Ada' }));
    const bob = await make('/Users', person('bob'));
    const team = await make('/Groups', { displayName: 'Team', members: [{ value: ada }] });
    const all = await make('/Groups', { displayName: 'All', members: [{ value: team }] });
    return {
      ask: (method, path, body, headers) => ask(mock, method, path, body, headers ? { headers } : {}),
      ...{ ada, bob, team, all },
    };
  }

  const member = (op: string, id: Id) =>
    op === 'add'
      ? patchOf({ op, path: 'members', value: [{ value: id }] })
      : patchOf({ op, path: `members[value eq "${id}"]` });
  const renamed = (name: string) => patchOf({ op: 'replace', path: 'displayName', value: name });

  const changes: readonly [
    string,
    (at: Company) => string,
    (at: Company) => readonly [string, string, object?],
  ][] = [
    [
      'a person who joins a group',
      ({ bob }) => `/Users/${bob}`,
      ({ team, bob }) => ['PATCH', `/Groups/${team}`, member('add', bob)],
    ],
    [
      'a person who joins a new group',
      ({ bob }) => `/Users/${bob}`,
      ({ bob }) => ['POST', '/Groups', { displayName: 'New', members: [{ value: bob }] }],
    ],
    [
      'a person who leaves a group',
      ({ ada }) => `/Users/${ada}`,
      ({ team, ada }) => ['PATCH', `/Groups/${team}`, member('remove', ada)],
    ],
    [
      'a person who is left out of a group by PUT',
      ({ ada }) => `/Users/${ada}`,
      ({ team }) => ['PUT', `/Groups/${team}`, { displayName: 'Team' }],
    ],
    [
      'a person whose group has another name',
      ({ ada }) => `/Users/${ada}`,
      ({ team }) => ['PATCH', `/Groups/${team}`, renamed('Crew')],
    ],
    [
      'a person whose group is deleted',
      ({ ada }) => `/Users/${ada}`,
      ({ team }) => ['DELETE', `/Groups/${team}`],
    ],
    [
      'a person whose group leaves another',
      ({ ada }) => `/Users/${ada}`,
      ({ all, team }) => ['PATCH', `/Groups/${all}`, member('remove', team)],
    ],
    [
      'a person who joins by themselves what they were in by a group',
      ({ ada }) => `/Users/${ada}`,
      ({ all, ada }) => ['PATCH', `/Groups/${all}`, member('add', ada)],
    ],
    [
      'a group whose member has another name',
      ({ team }) => `/Groups/${team}`,
      ({ ada }) => ['PATCH', `/Users/${ada}`, renamed('Countess')],
    ],
    [
      'a group whose group has another name',
      ({ all }) => `/Groups/${all}`,
      ({ team }) => ['PATCH', `/Groups/${team}`, renamed('Crew')],
    ],
  ];

  test.each(changes)('%s has another version', async (_what, pathOf, changeOf) => {
    const at = await company();
    const path = pathOf(at);
    const before = await at.ask('GET', path);
    const known = { 'if-none-match': before.headers.get('etag') ?? '' };
    expect((await at.ask('GET', path, undefined, known)).status).toBe(304);
    expect((await at.ask(...changeOf(at))).status).toBeLessThan(300);
    const after = await at.ask('GET', path, undefined, known);
    expect([after.status, after.headers.get('etag') === before.headers.get('etag')]).toEqual([200, false]);
    // Nobody has updated it (RFC 7643 §3.1).
    expect(after.body['meta']?.['lastModified']).toBe(before.body['meta']?.['lastModified']);
    // Header, meta, a list, a filter and both conditions mean the same.
    const etag = after.headers.get('etag') ?? '';
    expect(after.body['meta']?.['version']).toBe(etag);
    for (const query of [
      'count=10',
      `filter=${encodeURIComponent(`meta.version eq ${JSON.stringify(etag)}`)}`,
      'attributes=meta.version',
    ]) {
      const { body } = await at.ask('GET', `${path.slice(0, path.lastIndexOf('/'))}?${query}`);
      const all = body['Resources'] as unknown as { id: string; meta: { version: string } }[];
      expect(all.find(({ id }) => path.endsWith(id))?.meta.version, query).toBe(etag);
    }
    expect((await at.ask('GET', path, undefined, { 'if-none-match': etag })).status).toBe(304);
    const change = patchOf({ op: 'add', path: 'externalId', value: 'x' });
    expect((await at.ask('PATCH', path, change, { 'if-match': known['if-none-match'] })).status).toBe(412);
    const patched = await at.ask('PATCH', path, change, { 'if-match': etag });
    expect(patched.status).toBe(200);
    expect((await at.ask('GET', path)).headers.get('etag')).toBe(patched.headers.get('etag'));
  });

  test.each<[string, (at: Company) => string, (at: Company) => readonly [string, string, object?]]>([
    [
      'a person whose group has another member',
      ({ ada }) => `/Users/${ada}`,
      ({ team, bob }) => ['PATCH', `/Groups/${team}`, member('add', bob)],
    ],
    [
      'a person whose group is changed otherwise',
      ({ ada }) => `/Users/${ada}`,
      ({ team }) => ['PATCH', `/Groups/${team}`, patchOf({ op: 'add', path: 'externalId', value: 'x' })],
    ],
    [
      'a group whose member is changed otherwise',
      ({ team }) => `/Groups/${team}`,
      ({ ada }) => ['PATCH', `/Users/${ada}`, patchOf({ op: 'add', path: 'title', value: 'x' })],
    ],
    [
      'a group that is in another one',
      ({ team }) => `/Groups/${team}`,
      ({ all, bob }) => ['PATCH', `/Groups/${all}`, member('add', bob)],
    ],
    [
      'a group that has a member already',
      ({ team }) => `/Groups/${team}`,
      ({ team, ada }) => ['PATCH', `/Groups/${team}`, member('add', ada)],
    ],
  ])('%s has the same version', async (_what, pathOf, changeOf) => {
    const at = await company();
    const before = await at.ask('GET', pathOf(at));
    expect((await at.ask(...changeOf(at))).status).toBeLessThan(300);
    const known = { 'if-none-match': before.headers.get('etag') ?? '' };
    expect((await at.ask('GET', pathOf(at), undefined, known)).status).toBe(304);
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
