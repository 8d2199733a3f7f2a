import { describe, expect, test } from 'vitest';
import { ask, created, mockOf, person, wordOf } from './calling.ts';

describe('RFC 7644 §3.9: what the service adds is there when it is asked for, and not otherwise', () => {
  test.each([
    ['', true],
    ['?attributes=members', true],
    ['?attributes=members.display', true],
    ['?excludedAttributes=displayName', true],
    ['?excludedAttributes=members.type', true],
    ['?excludedAttributes=members', false],
    ['?attributes=displayName', false],
  ])('the members of a group%s', async (query, isThere) => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('ada', { displayName: 'Ada' }));
    const group = await ask(mock, 'POST', '/Groups', { displayName: 'G', members: [{ value: id }] });
    const { body } = await ask(mock, 'GET', `/Groups/${wordOf(group.body['id'])}${query}`);
    if (isThere) expect(body['members']).toMatchObject([{ display: 'Ada' }]);
    else expect(body).not.toHaveProperty('members');
  });

  test.each([
    ['', true],
    ['?attributes=groups', true],
    ['?excludedAttributes=userName', true],
    ['?excludedAttributes=groups', false],
    ['?attributes=userName', false],
  ])('the groups of a person%s', async (query, isThere) => {
    const mock = await mockOf('rfc');
    const id = await created(mock, person('ada'));
    await ask(mock, 'POST', '/Groups', { displayName: 'G', members: [{ value: id }] });
    const { body } = await ask(mock, 'GET', `/Users/${id}${query}`);
    if (isThere) expect(body['groups']).toMatchObject([{ display: 'G', type: 'direct' }]);
    else expect(body).not.toHaveProperty('groups');
  });
});
