import { describe, expect, test } from 'vitest';
import type { Mock } from '../../../src/mock/index.ts';
import { GROUP, ask, filtered, mockOf, patchOf, person, withMail, wordOf } from '../calling.ts';
import { adding, grouped, groupsWith, membersOf, patch, three } from './talking.ts';

const invitee = withMail('ada@x', { name: { givenName: 'Ada' } });
const off = { op: 'replace', path: 'active', value: false };

function isActive(mock: Mock): unknown {
  return mock.users()[0]!['active'];
}

describe('lie: answered as if it were done', () => {
  test('POST, PATCH, PUT and DELETE', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['lie'] });
    const made = await ask(mock, 'POST', '/Users', person('new'));
    expect([made.status, made.body['userName'], typeof made.body['id']]).toEqual([201, 'new', 'string']);
    const patched = await patch(mock, '/Users/1', off);
    expect([patched.status, patched.body['active']]).toEqual([200, false]);
    expect((await ask(mock, 'PUT', '/Users/2', person('Bert'))).body['userName']).toBe('Bert');
    expect((await ask(mock, 'DELETE', '/Users/3')).status).toBe(204);
    expect((await ask(mock, 'GET', '/Users/1')).body['active']).toBe(true);
    expect(mock.users()).toMatchObject(three.map((one) => ({ ...one, active: true })));
  });

  test('members who come or go have not', async () => {
    const mock = await mockOf('rfc', { people: three });
    const id = await grouped(mock, '1');
    mock.addFault('lie');
    const added = await ask(mock, 'PATCH', `/Groups/${id}`, adding('2'));
    expect([added.status, added.body['members']]).toMatchObject([200, [{ value: '1' }, { value: '2' }]]);
    await patch(mock, `/Groups/${id}`, { op: 'remove', path: 'members[value eq "1"]' });
    expect(await membersOf(mock, id)).toEqual(['1']);
    expect([await groupsWith(mock, '1'), await groupsWith(mock, '2')]).toEqual([1, 0]);
  });

  test('what is wrong is refused all the same', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['lie'] });
    expect((await ask(mock, 'POST', '/Users', person('ada'))).status).toBe(409);
    expect((await ask(mock, 'PUT', '/Users/1', person('bob'))).status).toBe(409);
    expect((await ask(mock, 'PUT', '/Users/1', person('Ada'))).status).toBe(200);
    expect((await ask(mock, 'DELETE', '/Users/9')).status).toBe(404);
  });

  test('nobody is invited, no invitation is withdrawn, no session ends, no group is left', async () => {
    const mock = await mockOf('cosmo', { people: three });
    const open = await ask(mock, 'POST', '/Users', withMail('open@x'));
    mock.startSession('Ada');
    const group = await grouped(mock, '1');
    mock.addFault('lie');
    await ask(mock, 'POST', '/Users', withMail('new@x'));
    await patch(mock, `/Users/${wordOf(open.body['id'])}`, off);
    await patch(mock, '/Users/1', off);
    await ask(mock, 'DELETE', '/Users/1');
    expect(mock.mailbox()).toHaveLength(1);
    expect(mock.invitations()).toMatchObject([{ state: 'pending' }]);
    expect(mock.sessions()).toMatchObject([{ endedAt: null }]);
    expect(await membersOf(mock, group)).toEqual(['1']);
  });
});

test('lie: an invitation that is open already is not sent once more', async () => {
  const mock = await mockOf('cosmo-controlplane');
  const open = await ask(mock, 'POST', '/Users', invitee);
  mock.addFault('lie');
  const again = await ask(mock, 'POST', '/Users', invitee);
  expect([again.status, again.body['id']]).toEqual([201, open.body['id']]);
  expect(mock.invitations()).toMatchObject([{ sent: 1 }]);
  expect(mock.mailbox()).toHaveLength(1);
  mock.clearFaults();
  await ask(mock, 'POST', '/Users', invitee);
  expect(mock.invitations()).toMatchObject([{ sent: 2 }]);
});

describe('unwritten: accepted, and left as it was', () => {
  test.each<[string, object]>([
    ['a path', patchOf(off)],
    ['a URN in the path', patchOf({ ...off, path: 'urn:ietf:params:scim:schemas:core:2.0:User:active' })],
    ['no path', patchOf({ op: 'replace', value: { active: false } })],
    ['another case', patchOf({ op: 'Replace', path: 'Active', value: false })],
    ['something beside it', patchOf(off, { op: 'add', path: 'title', value: 'x' })],
  ])('active in a PATCH with %s', async (_, body) => {
    const mock = await mockOf('rfc', { people: three, faults: ['unwritten=active'] });
    const answer = await ask(mock, 'PATCH', '/Users/1', body);
    expect([answer.status, answer.body['active']]).toEqual([200, true]);
    expect(isActive(mock)).toBe(true);
    if (JSON.stringify(body).includes('title')) expect(mock.users()[0]).toMatchObject({ title: 'x' });
  });

  test('active in PUT and POST; the rest is written', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['unwritten=active'] });
    const put = await ask(mock, 'PUT', '/Users/1', person('Ann', { active: false }));
    expect(put.body).toMatchObject({ userName: 'Ann', active: true });
    const post = await ask(mock, 'POST', '/Users', person('new', { active: false }));
    expect(post.body).toMatchObject({ userName: 'new', active: true });
  });

  test('with 204 there is nothing to see', async () => {
    const ada = { ...three[0], name: { givenName: 'Ada' }, emails: [{ value: 'ada@x', primary: true }] };
    const mock = await mockOf('cosmo-controlplane', { people: [ada], faults: ['unwritten=active'] });
    const answer = await patch(mock, '/Users/1', { op: 'replace', value: { active: false } });
    expect([answer.status, answer.text, isActive(mock)]).toEqual([204, '', true]);
  });

  test('whoever says nothing of it is not struck', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['unwritten=active,count=1'] });
    await patch(mock, '/Users/1', { op: 'add', path: 'title', value: 'x' });
    await patch(mock, '/Users/1', off);
    expect(isActive(mock)).toBe(true);
  });
});

describe('lostUpdates', () => {
  test('of two PATCHes at once one is lost; one after the other, none is', async () => {
    const mock = await mockOf('rfc', { people: three });
    const id = await grouped(mock, '1');
    mock.addFault('lostUpdates=30,path=/Groups');
    const both = await Promise.all(['2', '3'].map((one) => ask(mock, 'PATCH', `/Groups/${id}`, adding(one))));
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(await membersOf(mock, id)).toHaveLength(2);

    mock.addFault('lostUpdates=5,path=/Groups');
    for (const one of ['2', '3']) await ask(mock, 'PATCH', `/Groups/${id}`, adding(one));
    expect(await membersOf(mock, id)).toEqual(['1', '2', '3']);
  });

  /** A PATCH that takes its time, and a PUT in between. */
  const crossed = async (operation: object, between: object) => {
    const mock = await mockOf('rfc', { people: three });
    const group = await grouped(mock, '1');
    mock.addFault('lostUpdates=300,count=1');
    const slow = patch(mock, '/Users/1', operation);
    while (!mock.journal().some(({ fault }) => fault !== undefined))
      await new Promise((resolve) => setImmediate(resolve));
    const put = await ask(mock, 'PUT', '/Users/1', between);
    expect(put.status).toBe(200);
    // A group shows what its members are called.
    const named = await ask(mock, 'GET', `/Groups/${group}`);
    const found = async (name: string) =>
      (await ask(mock, 'GET', filtered(`userName eq "${name}"`))).body['totalResults'];
    return { mock, put, found, group, named, patched: await slow };
  };
  const title = { op: 'replace', path: 'title', value: 'x' };

  test('what was written meanwhile is undone, and the index knows it', async () => {
    const { mock, found, patched } = await crossed(title, person('Ann', { nickName: 'n' }));
    expect([patched.status, patched.body['userName'], patched.body['title']]).toEqual([200, 'Ada', 'x']);
    expect(mock.users()[0]).toMatchObject({ userName: 'Ada', title: 'x' });
    expect(mock.users()[0]).not.toHaveProperty('nickName');
    expect([await found('Ada'), await found('Ann')]).toEqual([1, 0]);
    expect((await ask(mock, 'POST', '/Users', person('Ann'))).status).toBe(201);
  });

  test('a name that is undone is another name for those who show it', async () => {
    const { mock, group, named } = await crossed(title, person('Ann'));
    const { body, headers } = await ask(mock, 'GET', `/Groups/${group}`);
    expect([named.body['members'], body['members']]).toMatchObject([
      [{ display: 'Ann' }],
      [{ display: 'Ada' }],
    ]);
    expect(headers.get('etag')).not.toBe(named.headers.get('etag'));
  });

  test('also by a PATCH that changes nothing itself', async () => {
    const same = { op: 'replace', path: 'userName', value: 'Ada' };
    const { mock, patched } = await crossed(same, person('Ann'));
    expect([patched.status, patched.body['userName'], mock.users()[0]!['userName']]).toEqual([
      200,
      'Ada',
      'Ada',
    ]);
  });

  test.each<[string, object]>([
    ['says nothing of them', { op: 'replace', path: 'displayName', value: 'Crew' }],
    ['adds one who was there when it arrived', { op: 'add', path: 'members', value: [{ value: '1' }] }],
  ])('members and name are as they were, too, after a PATCH that %s', async (_, operation) => {
    const mock = await mockOf('rfc', { people: three });
    const id = await grouped(mock, '1');
    mock.addFault('lostUpdates=300,count=1');
    const slow = patch(mock, `/Groups/${id}`, operation);
    while (!mock.journal().some(({ fault }) => fault !== undefined))
      await new Promise((resolve) => setImmediate(resolve));
    const between = { displayName: 'Between', members: [{ value: '2' }, { value: '3' }] };
    expect((await ask(mock, 'PUT', `/Groups/${id}`, between)).status).toBe(200);
    expect((await slow).status).toBe(200);
    expect(await membersOf(mock, id)).toEqual(['1']);
    expect((await ask(mock, 'GET', `/Groups/${id}`)).body['displayName']).not.toBe('Between');
    expect([await groupsWith(mock, '1'), await groupsWith(mock, '2'), await groupsWith(mock, '3')]).toEqual([
      1, 0, 0,
    ]);
    // What comes later is written in what is there, and not in what was remembered.
    await ask(mock, 'PATCH', `/Groups/${id}`, adding('3'));
    expect(await membersOf(mock, id)).toEqual(['1', '3']);
  });

  test('somebody who was deleted meanwhile is no member again', async () => {
    const mock = await mockOf('rfc', { people: three });
    const id = await grouped(mock, '1');
    mock.addFault('lostUpdates=300,count=1');
    const slow = ask(mock, 'PATCH', `/Groups/${id}`, adding('2'));
    while (!mock.journal().some(({ fault }) => fault !== undefined))
      await new Promise((resolve) => setImmediate(resolve));
    expect((await ask(mock, 'DELETE', '/Users/1')).status).toBe(204);
    expect((await slow).body['members']).toMatchObject([{ value: '2' }]);
    expect(await membersOf(mock, id)).toEqual(['2']);
    expect(await groupsWith(mock, '1')).toBe(0);
  });

  test('a PATCH that is refused undoes nothing', async () => {
    const wrong = { op: 'replace', path: 'active', value: 'nonsense' };
    const { mock, put, found, patched } = await crossed(wrong, person('Ann', { title: 'Boss' }));
    expect(patched.status).toBe(400);
    const { body, headers } = await ask(mock, 'GET', '/Users/1');
    expect([body['userName'], body['title']]).toEqual(['Ann', 'Boss']);
    expect(headers.get('etag')).toBe(put.headers.get('etag'));
    expect([await found('Ada'), await found('Ann')]).toEqual([0, 1]);
  });
});

describe('members', () => {
  test.each<[string, object]>([
    ['a path', adding('2')],
    ['no path', patchOf({ op: 'add', value: { members: [{ value: '2' }] } })],
  ])('addReplaces: a PATCH with %s that adds one takes the others away', async (_, body) => {
    const mock = await mockOf('rfc', { people: three });
    const id = await grouped(mock, '1', '3');
    mock.addFault('addReplaces');
    expect((await ask(mock, 'PATCH', `/Groups/${id}`, body)).status).toBe(200);
    expect(await membersOf(mock, id)).toEqual(['2']);
  });

  const filter = { op: 'remove', path: 'members[value eq "1"]' };
  const list = { op: 'Remove', path: 'members', value: [{ value: '1' }] };
  test.each<[string, object, number, readonly string[]]>([
    ['filter', filter, 200, ['2', '3']],
    ['filter', list, 400, ['1', '2', '3']],
    ['list', filter, 400, ['1', '2', '3']],
    ['list', list, 200, ['2', '3']],
    ['all', filter, 200, ['2', '3']],
    ['all', list, 200, []],
  ])('removeForm=%s and %j: %d', async (form, operation, code, left) => {
    const mock = await mockOf('rfc', { people: three });
    const id = await grouped(mock, '1', '2', '3');
    mock.addFault(`removeForm=${form}`);
    expect((await patch(mock, `/Groups/${id}`, operation)).status).toBe(code);
    expect(await membersOf(mock, id)).toEqual(left);
  });

  test('removeForm=all: the list takes everybody out, also where it would be understood', async () => {
    const mock = await mockOf('rfc', { people: three });
    const id = await grouped(mock, '1', '2', '3');
    mock.addFault(['removeForm=all', 'removeForm=list']);
    expect((await patch(mock, `/Groups/${id}`, list)).status).toBe(200);
    expect(await membersOf(mock, id)).toEqual([]);
  });

  test('without a fault, one unknown member is 400 for all (RFC 7644 §3.5.2)', async () => {
    const mock = await mockOf('rfc', { people: three });
    const id = await grouped(mock, '1');
    expect((await ask(mock, 'PATCH', `/Groups/${id}`, adding('2', 'nobody'))).status).toBe(400);
    expect(await membersOf(mock, id)).toEqual(['1']);
  });

  test('unknownMembers=dropped: 201 and 200, and they are not there', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['unknownMembers=dropped'] });
    const made = await ask(mock, 'POST', '/Groups', {
      schemas: [GROUP],
      displayName: 'g',
      members: [{ value: '1' }, { value: 'nobody' }],
    });
    expect([made.status, made.body['members']]).toMatchObject([201, [{ value: '1' }]]);
    const id = wordOf(made.body['id']);
    expect((await ask(mock, 'PATCH', `/Groups/${id}`, adding('2', 'no one'))).status).toBe(200);
    expect(
      (await patch(mock, `/Groups/${id}`, { op: 'add', value: { members: [{ value: 'none' }] } })).status,
    ).toBe(200);
    expect(await membersOf(mock, id)).toEqual(['1', '2']);
  });
});

describe('activeForm', () => {
  const path = (value: unknown) => patchOf({ op: 'replace', path: 'active', value });
  const pathless = (value: unknown) => patchOf({ op: 'replace', value: { active: value } });
  test.each<[string, object, number]>([
    ['string', path('False'), 200],
    ['string', pathless('false'), 200],
    ['string', path(false), 400],
    ['string', pathless(false), 400],
    ['string', path('no'), 400],
    ['boolean', path(false), 200],
    ['boolean', pathless(false), 200],
    ['boolean', path('False'), 400],
    ['boolean', pathless('False'), 400],
  ])('%s and %j: %d', async (form, body, code) => {
    const mock = await mockOf('rfc', { people: three, faults: [`activeForm=${form}`] });
    expect((await ask(mock, 'PATCH', '/Users/1', body)).status).toBe(code);
    expect(isActive(mock)).toBe(code === 400);
  });

  test('boolean: a service that takes texts does not any more', async () => {
    const ada = { ...three[0], name: { givenName: 'Ada' }, emails: [{ value: 'ada@x', primary: true }] };
    const mock = await mockOf('cosmo-controlplane', { people: [ada] });
    expect((await ask(mock, 'PATCH', '/Users/1', path('True'))).status).toBe(204);
    mock.addFault('activeForm=boolean');
    expect((await ask(mock, 'PATCH', '/Users/1', path('False'))).status).toBe(400);
    expect(isActive(mock)).toBe(true);
  });

  test('in PUT and POST', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['activeForm=string'] });
    expect((await ask(mock, 'PUT', '/Users/1', person('Ada', { active: 'false' }))).body['active']).toBe(
      false,
    );
    expect((await ask(mock, 'POST', '/Users', person('new', { active: true }))).status).toBe(400);
  });
});
