import { describe, expect, test } from 'vitest';
import { ask, created, filtered, mockOf, person, wordOf } from '../calling.ts';
import type { Body } from '../calling.ts';
import { adding, grouped, membersOf, names, three } from './talking.ts';

describe('without', () => {
  test('a create answers 201 without an id', async () => {
    const mock = await mockOf('rfc', { faults: ['without=id,method=POST'] });
    const { status, body } = await ask(mock, 'POST', '/Users', person('a'));
    expect([status, body['userName'], 'id' in body]).toEqual([201, 'a', false]);
    expect(mock.users()).toHaveLength(1);
  });

  test('a create answers 201 without a Location', async () => {
    const mock = await mockOf('rfc', { faults: ['without=location'] });
    const { headers, body } = await ask(mock, 'POST', '/Users', person('a'));
    expect([headers.get('location'), typeof body['id']]).toEqual([null, 'string']);
  });

  test('groups come without their members, alone and in a list', async () => {
    const mock = await mockOf('rfc', { people: three });
    const id = await grouped(mock, '1', '2');
    mock.addFault('without=members');
    expect((await ask(mock, 'GET', `/Groups/${id}`)).body).not.toHaveProperty('members');
    const list = (await ask(mock, 'GET', '/Groups')).body['Resources'] as unknown as readonly Body[];
    expect(list[0]).toMatchObject({ id });
    expect(list[0]).not.toHaveProperty('members');
    expect(await membersOf(mock, id)).toEqual(['1', '2']);
  });

  test('a part of an attribute, and a member of the list itself', async () => {
    const mock = await mockOf('rfc', {
      people: three,
      faults: ['without=meta.location', 'without=schemas,path=/Users'],
    });
    const { body } = await ask(mock, 'GET', '/Users');
    expect(body).not.toHaveProperty('schemas');
    const [first] = body['Resources'] as unknown as readonly Body[];
    expect(first).toMatchObject({ meta: { resourceType: 'User' } });
    expect(first!['meta']).not.toHaveProperty('location');
  });
});

describe("other: somebody else's account", () => {
  test('201 with it, and its Location', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['other,method=POST'] });
    const { status, body, headers } = await ask(mock, 'POST', '/Users', person('new'));
    expect([status, body['id'], body['userName']]).toEqual([201, '1', 'Ada']);
    expect(headers.get('location')).toBe(`${mock.url}/Users/1`);
    expect(mock.users()).toHaveLength(4);
  });

  test('a filter finds it', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['other=Cyd,user=bob,method=GET'] });
    expect(await names(mock, filtered('userName eq "Bob"').slice('/Users'.length))).toEqual(['Cyd']);
    expect((await ask(mock, 'GET', '/Users/2')).body).toMatchObject({ id: '3', userName: 'Cyd' });
    expect((await ask(mock, 'GET', '/Users/1')).body).toMatchObject({ id: '1', userName: 'Ada' });
  });

  test('nobody else is there: the answer is as it was', async () => {
    const mock = await mockOf('rfc', { faults: ['other'] });
    expect((await ask(mock, 'POST', '/Users', person('only'))).body['userName']).toBe('only');
    expect((await ask(mock, 'GET', '/Users/nobody')).status).toBe(404);
  });
});

describe('values come back as others', () => {
  test('lower: the userName, or another attribute', async () => {
    const mock = await mockOf('rfc', { faults: ['lower', 'lower=emails.value'] });
    const id = await created(
      mock,
      person('Ada', { emails: [{ value: 'Ada@Example.com' }], displayName: 'Ada' }),
    );
    expect((await ask(mock, 'GET', `/Users/${id}`)).body).toMatchObject({
      userName: 'ada',
      displayName: 'Ada',
      emails: [{ value: 'ada@example.com' }],
    });
    expect(mock.users()[0]).toMatchObject({ userName: 'Ada' });
  });

  test('trim', async () => {
    const mock = await mockOf('rfc', { faults: ['trim=displayName'] });
    const { body } = await ask(mock, 'POST', '/Users', person('a', { displayName: ' Ada  ' }));
    expect(body['displayName']).toBe('Ada');
    expect(mock.users()[0]).toMatchObject({ displayName: ' Ada  ' });
  });
});

describe('etag', () => {
  test('stale: If-Match with what was read gets 412 (RFC 7644 §3.14)', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['etag=stale,method=GET'] });
    const { headers, body } = await ask(mock, 'GET', '/Users/1');
    const etag = String(headers.get('etag'));
    expect(body['meta']!['version']).toBe(etag);
    const write = await ask(mock, 'PUT', '/Users/1', person('Ada'), { headers: { 'if-match': etag } });
    expect(write.status).toBe(412);
  });

  test('missing', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['etag=missing'] });
    const { headers, body } = await ask(mock, 'GET', '/Users/1');
    expect([headers.get('etag'), 'version' in body['meta']!]).toEqual([null, false]);
  });
});

describe('ids', () => {
  test.each(['changed', 'slash', 'space', 'percent', 'unicode', 'long'])(
    '%s: everybody has another',
    async (kind) => {
      const mock = await mockOf('rfc', { people: three });
      const group = await grouped(mock, '1');
      mock.addFault(`ids=${kind}`);
      expect((await ask(mock, 'GET', '/Users/1')).status).toBe(404);
      const found = (await ask(mock, 'GET', filtered('userName eq "Ada"'))).body[
        'Resources'
      ] as unknown as readonly Body[];
      const id = wordOf(found[0]!['id']);
      expect(id).not.toBe('1');
      expect(found[0]!['meta']!['location']).toBe(`${mock.url}/Users/${encodeURIComponent(id)}`);
      const read = await ask(mock, 'GET', `/Users/${encodeURIComponent(id)}`);
      expect([read.status, read.body['id'], read.body['groups']![0]!['value']]).not.toContain('1');
      expect(read.body['userName']).toBe('Ada');

      const made = await ask(mock, 'POST', '/Users', person('new'));
      const newId = wordOf(made.body['id']);
      expect(made.headers.get('location')).toBe(`${mock.url}/Users/${encodeURIComponent(newId)}`);
      const groupId = wordOf(
        ((await ask(mock, 'GET', '/Groups')).body['Resources'] as unknown as readonly Body[])[0]!['id'],
      );
      const path = `/Groups/${encodeURIComponent(groupId)}`;
      expect((await ask(mock, 'PATCH', path, adding(newId))).status).toBe(200);
      expect((await membersOf(mock, group)).length).toBe(2);
    },
  );
});
