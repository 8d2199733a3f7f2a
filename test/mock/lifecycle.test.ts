import { describe, expect, test } from 'vitest';
import { nextStep } from '../../src/mock/directory/lifecycle.ts';
import { loadService } from '../../connectors/targets/services.ts';
import { userType } from '../../src/mock/schema/user.ts';
import type { Body } from './calling.ts';
import { TOKEN, ask, created, filtered, mockOf, patchOf, person, withMail, wordOf } from './calling.ts';

const off = patchOf({ op: 'replace', path: 'active', value: false });
const on = patchOf({ op: 'replace', path: 'active', value: true });

describe('Cosmo, as documented', () => {
  test('create → mailbox → accept → session → deactivate → session ended, over HTTP alone', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, withMail('ada@example.com'));

    const mailbox = (await ask(mock, 'GET', '/_mock/mailbox')).body;
    expect(mailbox).toMatchObject({ total: 1, items: [{ to: 'ada@example.com', userId: id }] });
    const { invitationId } = (mailbox['items'] as unknown as { invitationId: string }[])[0]!;
    expect((await ask(mock, 'GET', '/_mock/invitations?state=pending')).body).toMatchObject({
      total: 1,
      items: [{ id: invitationId, userId: id, state: 'pending' }],
    });

    const early = await ask(mock, 'POST', '/_mock/sessions', { userName: 'ada@example.com' });
    expect(early.status).toBe(403);

    const accepted = await ask(mock, 'POST', `/_mock/invitations/${invitationId}/accept`);
    expect([accepted.status, accepted.body['state']]).toEqual([200, 'accepted']);
    expect(mock.users()[0]).toMatchObject({ id, membership: 'member', active: true });

    expect((await ask(mock, 'POST', '/_mock/sessions', { userName: 'ada@example.com' })).status).toBe(201);
    expect((await ask(mock, 'GET', '/_mock/sessions')).body).toMatchObject({
      total: 1,
      items: [{ endedAt: null }],
    });

    expect((await ask(mock, 'PATCH', `/Users/${id}`, off)).body['active']).toBe(false);
    const [session] = (await ask(mock, 'GET', '/_mock/sessions')).body['items'] as unknown as {
      endedAt: string;
      endedBecause: string;
    }[];
    expect(Date.parse(session!.endedAt)).toBeGreaterThan(0);
    expect(session!.endedBecause).toBe('deactivated');
    expect((await ask(mock, 'POST', '/_mock/sessions', { userName: 'ada@example.com' })).status).toBe(403);
  });

  test('somebody invited is an ordinary User: read, found, listed, changed, with active as it was asked', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, withMail('ada@example.com', { active: true }));
    expect((await ask(mock, 'GET', `/Users/${id}`)).body).toMatchObject({ id, active: true });
    expect((await ask(mock, 'GET', filtered('userName eq "ada@example.com"'))).body['totalResults']).toBe(1);
    expect((await ask(mock, 'GET', '/Users')).text).not.toMatch(/invit|member|pending/i);
    const renamed = patchOf({ op: 'replace', path: 'name.familyName', value: 'King' });
    expect((await ask(mock, 'PATCH', `/Users/${id}`, renamed)).body['name']).toEqual({ familyName: 'King' });
    expect(mock.mailbox()).toHaveLength(1);
  });

  test('without an e-mail there is no invitation, until there is an e-mail', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, person('ada'));
    expect([mock.mailbox(), mock.users()[0]?.membership]).toEqual([[], 'none']);
    const mail = patchOf({ op: 'add', path: 'emails', value: [{ value: 'ada@example.com' }] });
    await ask(mock, 'PATCH', `/Users/${id}`, mail);
    expect(mock.mailbox()).toMatchObject([{ to: 'ada@example.com' }]);
  });

  test('the invitation goes to the primary address', async () => {
    const mock = await mockOf('cosmo');
    await created(mock, person('ada', { emails: [{ value: 'one@x' }, { value: 'two@x', primary: true }] }));
    expect(mock.mailbox()[0]?.to).toBe('two@x');
  });

  test('a second create of the same person is 409, and sends nothing', async () => {
    const mock = await mockOf('cosmo');
    await created(mock, withMail('ada@example.com'));
    const again = await ask(mock, 'POST', '/Users', withMail('ADA@example.com'));
    expect([again.status, again.body['scimType']]).toEqual([409, 'uniqueness']);
    expect([mock.mailbox().length, mock.invitations().length]).toEqual([1, 1]);
  });

  test('switching off withdraws an open invitation, and switching on sends a new one', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, withMail('ada@example.com'));
    await ask(mock, 'PUT', `/Users/${id}`, withMail('ada@example.com', { active: false }));
    expect(mock.invitations()).toMatchObject([{ state: 'withdrawn' }]);
    expect(mock.users()[0]?.membership).toBe('withdrawn');
    expect((await ask(mock, 'POST', `/_mock/invitations/${mock.invitations()[0]!.id}/accept`)).status).toBe(
      409,
    );

    await ask(mock, 'PATCH', `/Users/${id}`, on);
    expect(mock.invitations().map(({ state }) => state)).toEqual(['withdrawn', 'pending']);
    expect(mock.mailbox()).toHaveLength(2);
    mock.accept('ada@example.com');
    expect(mock.users()[0]).toMatchObject({ membership: 'member', active: true });
  });

  test('a member who is switched off and on again stays a member, uninvited', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, withMail('ada@example.com'));
    mock.acceptAll();
    await ask(mock, 'PATCH', `/Users/${id}`, off);
    expect(mock.users()[0]).toMatchObject({ membership: 'member', active: false });
    await ask(mock, 'PATCH', `/Users/${id}`, on);
    expect(mock.users()[0]).toMatchObject({ membership: 'member', active: true });
    expect(mock.mailbox()).toHaveLength(1);
    expect(mock.startSession('ada@example.com').endedAt).toBeNull();
  });

  test('whoever is created switched off is invited when they are switched on', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, withMail('ada@example.com', { active: false }));
    expect(mock.mailbox()).toEqual([]);
    await ask(mock, 'PATCH', `/Users/${id}`, on);
    expect(mock.mailbox()).toHaveLength(1);
  });

  test('deleting withdraws the invitation and ends the sessions', async () => {
    const mock = await mockOf('cosmo');
    const invited = await created(mock, withMail('a@x'));
    const member = await created(mock, withMail('b@x'));
    mock.accept('b@x');
    mock.startSession('b@x');
    for (const id of [invited, member]) await ask(mock, 'DELETE', `/Users/${id}`);
    expect(mock.invitations().map(({ state }) => state)).toEqual(['withdrawn', 'accepted']);
    expect(mock.sessions()).toMatchObject([{ endedBecause: 'deleted' }]);
  });

  test('only the sessions of the person end, and a session ends once', async () => {
    let now = 1_000_000;
    const mock = await mockOf('cosmo', {
      clock: () => (now += 1000),
      people: [{ userName: 'a' }, { userName: 'b' }],
    });
    const [a] = mock.users();
    for (const name of ['a', 'a', 'b']) mock.startSession(name);
    await ask(mock, 'PATCH', `/Users/${a!.id}`, off);
    const ended = mock.sessions().map(({ endedAt }) => endedAt);
    expect(ended[0]).toBe(ended[1]);
    expect(ended[2]).toBeNull();
    await ask(mock, 'PATCH', `/Users/${a!.id}`, on);
    await ask(mock, 'PATCH', `/Users/${a!.id}`, off);
    expect(mock.sessions().map(({ endedAt }) => endedAt)).toEqual(ended);
  });

  test('invitations are accepted one by one, some, or all', async () => {
    const mock = await mockOf('cosmo');
    for (const name of ['a@x', 'b@x', 'c@x', 'd@x']) await created(mock, withMail(name));
    expect((await ask(mock, 'POST', '/_mock/invitations/b@x/accept')).body['userName']).toBe('b@x');
    expect((await ask(mock, 'POST', '/_mock/invitations/b@x/accept')).status).toBe(409);
    expect((await ask(mock, 'POST', '/_mock/invitations/nobody/accept')).status).toBe(404);
    expect((await ask(mock, 'POST', '/_mock/invitations/invitation-0/accept')).status).toBe(404);
    const some = await ask(mock, 'POST', '/_mock/invitations/accept', { count: 2 });
    expect((some.body['items'] as unknown as { userName: string }[]).map(({ userName }) => userName)).toEqual(
      ['a@x', 'c@x'],
    );
    expect((await ask(mock, 'POST', '/_mock/invitations/accept')).body['total']).toBe(1);
    expect((await ask(mock, 'POST', '/_mock/invitations/accept', { count: 'x' })).status).toBe(400);
  });
});

describe('invitations', () => {
  test('are sent again at the door while they are open, to the same address', async () => {
    let now = 1_000_000;
    const mock = await mockOf('cosmo', { clock: () => (now += 1000) });
    await created(mock, withMail('ada@x'));
    const again = await ask(mock, 'POST', '/_mock/invitations/invitation-1/send');
    expect([again.status, again.body['sent']]).toEqual([200, 2]);
    expect(mock.mailbox().map(({ to, invitationId }) => [to, invitationId])).toEqual([
      ['ada@x', 'invitation-1'],
      ['ada@x', 'invitation-1'],
    ]);
    const [{ createdAt, sentAt } = { createdAt: '', sentAt: '' }] = mock.invitations();
    expect(Date.parse(sentAt)).toBeGreaterThan(Date.parse(createdAt));
    mock.accept('ada@x');
    expect((await ask(mock, 'POST', '/_mock/invitations/ada@x/send')).status).toBe(409);
    expect((await ask(mock, 'POST', '/_mock/invitations/bob@x/send')).status).toBe(404);
    expect(mock.mailbox()).toHaveLength(2);
  });

  test('that is sent once more goes to the address that the person has by now', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, withMail('ada@x'));
    const moved = patchOf({ op: 'replace', path: 'emails', value: [{ value: 'ada@y', primary: true }] });
    expect((await ask(mock, 'PATCH', `/Users/${id}`, moved)).status).toBe(200);
    expect((await ask(mock, 'POST', '/_mock/invitations/invitation-1/send')).status).toBe(200);
    expect(mock.mailbox().map(({ to }) => to)).toEqual(['ada@x', 'ada@y']);
    expect(mock.invitations()).toMatchObject([{ email: 'ada@y', sent: 2 }]);
  });

  test('can be declined: no member, and invited again only after having been switched off and on', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, withMail('ada@x'));
    const declined = await ask(mock, 'POST', '/_mock/invitations/ada@x/decline');
    expect([declined.status, declined.body['state']]).toEqual([200, 'declined']);
    expect((await ask(mock, 'POST', '/_mock/invitations/ada@x/accept')).status).toBe(409);
    expect(mock.users()[0]).toMatchObject({ membership: 'declined', active: true });
    expect(() => mock.startSession('ada@x')).toThrow('not a member: declined');
    await ask(mock, 'PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'title', value: 'x' }));
    expect(mock.mailbox()).toHaveLength(1);
    await ask(mock, 'PATCH', `/Users/${id}`, off);
    await ask(mock, 'PATCH', `/Users/${id}`, on);
    expect(mock.invitations().map(({ state }) => state)).toEqual(['declined', 'pending']);
    expect(mock.mailbox()).toHaveLength(2);
  });

  test('a change of somebody invited sends no second one, also of the e-mail address', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, withMail('ada@x'));
    const moved = patchOf({ op: 'replace', path: 'emails[type eq "work"].value', value: 'new@x' });
    expect((await ask(mock, 'PATCH', `/Users/${id}`, moved)).status).toBe(200);
    await ask(mock, 'PUT', `/Users/${id}`, withMail('ada@x', { title: 'x' }));
    expect(mock.mailbox().map(({ to }) => to)).toEqual(['ada@x']);
    expect(mock.invitations()).toMatchObject([{ email: 'ada@x', state: 'pending' }]);
  });

  test('go to people alone: a group is there at once, and nobody in it is invited by it', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, person('ada'));
    const group = await ask(mock, 'POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Engineers',
      emails: [{ value: 'engineers@x' }],
      members: [{ value: id }],
    });
    expect(group.status).toBe(201);
    expect([mock.mailbox(), mock.invitations()]).toEqual([[], []]);
  });

  test('go to people alone: another resource type may have `active` and e-mails of its own', async () => {
    const cosmo = await loadService('cosmo');
    const device = { ...userType, name: 'Device', endpoint: '/Devices' };
    const [served] = cosmo.resourceTypes;
    const service = { ...cosmo, resourceTypes: [...cosmo.resourceTypes, { ...served!, type: device }] };
    const mock = await mockOf('cosmo', { service });
    const { status } = await ask(mock, 'POST', '/Devices', withMail('printer@x'));
    expect([status, mock.mailbox()]).toEqual([201, []]);
    expect((await ask(mock, 'POST', '/Users', withMail('ada@x'))).status).toBe(201);
    expect(mock.mailbox()).toHaveLength(1);
  });

  test('somebody who is invited in the data file has an open one, of which no e-mail went out', async () => {
    const mock = await mockOf('cosmo', { people: [{ ...withMail('ada@x'), membership: 'invited' }] });
    expect([mock.mailbox(), mock.invitations()]).toMatchObject([[], [{ state: 'pending', sent: 0 }]]);
    mock.accept('ada@x');
    expect(mock.users()[0]?.membership).toBe('member');
  });

  test('somebody who is invited and has no address any more can be told and put into another mock', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, withMail('ada@x'));
    await ask(mock, 'PATCH', `/Users/${id}`, patchOf({ op: 'remove', path: 'emails' }));
    const copy = await mockOf('cosmo', { people: mock.users() });
    expect(copy.users()[0]).not.toHaveProperty('emails');
    expect(copy.accept('ada@x')).toMatchObject({ userId: id, state: 'accepted' });
  });
});

describe('a password', () => {
  test('is taken and kept as a hash alone: it opens a session, and nobody reads it', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, withMail('ada@x', { password: 'hunter2-Ω' }));
    mock.acceptAll();
    const signIn = (password?: string) =>
      ask(mock, 'POST', '/_mock/sessions', { userName: 'ada@x', password });
    expect((await signIn('hunter2')).status).toBe(403);
    expect((await signIn('hunter2-Ω')).status).toBe(201);
    await ask(mock, 'PUT', `/Users/${id}`, withMail('ada@x'));
    expect((await signIn('hunter2-Ω')).status).toBe(201);
    await ask(mock, 'PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'password', value: 'other' }));
    expect([(await signIn('hunter2-Ω')).status, (await signIn('other')).status]).toEqual([403, 201]);
    for (const path of ['/Users', `/Users/${id}`, `/Users/${id}?attributes=password`])
      expect((await ask(mock, 'GET', path)).text).not.toMatch(/password|hunter2|other/);
    for (const path of ['users', 'requests', 'sessions', 'mailbox'])
      expect((await ask(mock, 'GET', `/_mock/${path}`)).text).not.toMatch(/hunter2|"other"/);
  });

  test('that nobody has set opens nothing', async () => {
    const mock = await mockOf('cosmo', { people: [{ userName: 'ada' }] });
    expect((await ask(mock, 'POST', '/_mock/sessions', { userName: 'ada', password: '' })).status).toBe(403);
  });
});

describe('organisations', () => {
  const two = {
    organisations: [{ name: 'acme' }, { name: 'globex' }],
    keys: [
      { token: 'of-acme', permissions: ['scim'] },
      { token: 'of-globex', permissions: ['scim'], organisation: 'globex' },
      { token: 'no-scim', permissions: ['read'], organisation: 'globex' },
    ],
  } as const;

  test('share nothing: the key says which one is meant', async () => {
    const mock = await mockOf('cosmo', two);
    for (const token of ['of-acme', 'of-globex'])
      expect((await ask(mock, 'POST', '/Users', withMail('ada@x'), { token })).status).toBe(201);
    const { id } = mock.users('globex')[0]!;
    expect((await ask(mock, 'GET', `/Users/${id}`, undefined, { token: 'of-acme' })).status).toBe(404);
    expect((await ask(mock, 'GET', `/Users/${id}`, undefined, { token: 'of-globex' })).status).toBe(200);
    expect((await ask(mock, 'GET', '/Users', undefined, { token: 'no-scim' })).status).toBe(400);
    const { body } = await ask(mock, 'GET', '/_mock/mailbox?organisation=globex');
    expect(body).toMatchObject({ total: 1, items: [{ subject: 'You are invited to globex' }] });
    await ask(mock, 'POST', '/_mock/invitations/accept?organisation=globex');
    expect([mock.users('acme')[0]?.membership, mock.users('globex')[0]?.membership]).toEqual([
      'invited',
      'member',
    ]);
  });

  test('are listed, made and changed at the door', async () => {
    const mock = await mockOf('cosmo', two);
    await ask(mock, 'POST', '/Users', withMail('ada@x'));
    expect((await ask(mock, 'GET', '/_mock/organisations')).body['items']).toEqual([
      { name: 'acme', scim: true, limit: null, users: 1, members: 0, pendingInvitations: 1, openSessions: 0 },
      expect.objectContaining({ name: 'globex', users: 0 }),
    ]);
    await ask(mock, 'POST', '/_mock/organisations', { name: 'globex', scim: false });
    expect((await ask(mock, 'GET', '/Users', undefined, { token: 'of-globex' })).status).toBe(400);
    await ask(mock, 'POST', '/_mock/organisations', { name: 'globex', scim: true });
    expect((await ask(mock, 'GET', '/Users', undefined, { token: 'of-globex' })).status).toBe(200);
    const made = await ask(mock, 'POST', '/_mock/organisations', { name: 'initech', limit: 3 });
    expect(made.body).toMatchObject({ name: 'initech', scim: true, limit: 3 });
    const key = { token: 'of-initech', organisation: 'initech' };
    expect((await ask(mock, 'POST', '/_mock/keys', key)).status).toBe(201);
    expect((await ask(mock, 'GET', '/Users', undefined, { token: 'of-initech' })).status).toBe(200);
  });

  test.each([
    [{}],
    [{ name: 7 }],
    [{ name: 'x', scim: 'maybe' }],
    [{ name: 'x', limit: -1 }],
    [{ name: 'x', members: 3 }],
    ['a=b'],
    [7],
  ])('%j is none: 400 with a sentence', async (body) => {
    const answer = await ask(await mockOf('cosmo'), 'POST', '/_mock/organisations', body);
    expect([answer.status, typeof wordOf(answer.body['error']?.['message'])]).toEqual([400, 'string']);
  });

  test('take no more members than they may have, counted when they have accepted', async () => {
    const mock = await mockOf('cosmo', { organisations: [{ name: 'acme', limit: 1 }] });
    const ada = await created(mock, withMail('ada@x'));
    await created(mock, withMail('bob@x'));
    mock.accept('ada@x');
    const full = await ask(mock, 'POST', '/Users', withMail('eve@x'));
    expect([full.status, full.body['detail']]).toEqual([
      403,
      'This organisation has all the members that it may have.',
    ]);
    await ask(mock, 'DELETE', `/Users/${ada}`);
    expect((await ask(mock, 'POST', '/Users', withMail('eve@x'))).status).toBe(201);
    // Whoever is invited already may still accept: a create alone is judged.
    mock.acceptAll();
    const [told] = (await ask(mock, 'GET', '/_mock/organisations')).body['items'] as unknown as object[];
    expect(told).toMatchObject({ limit: 1, members: 2 });
    // What the door tells can be given back to it; null takes the limit away.
    expect((await ask(mock, 'POST', '/_mock/organisations', told)).body).toEqual(told);
    const freed = await ask(mock, 'POST', '/_mock/organisations', { name: 'acme', limit: null });
    expect(freed.body['limit']).toBeNull();
    expect((await ask(mock, 'POST', '/Users', withMail('joe@x'))).status).toBe(201);
  });

  test.each(['rfc', 'cosmo', 'cosmo-controlplane'])(
    'count their members whatever happens (%s)',
    async (as) => {
      const people = ['a', 'b', 'c'].map((name) => withMail(`${name}@x`, { name: {} }));
      const lost = [{ ...people[0], membership: 'withdrawn' }, ...people.slice(1)];
      const mock = await mockOf(as, { people: lost });
      const counted = async (): Promise<number> => {
        const { members } = (await ask(mock, 'GET', '/_mock/organisations')).body['items']?.[0] as Body;
        expect(members).toBe(mock.users().filter(({ membership }) => membership === 'member').length);
        return members as unknown as number;
      };
      expect(await counted()).toBe(2);
      const id = await created(mock, withMail('d@x', { name: {} }));
      await counted();
      mock.acceptAll();
      expect(await counted()).toBe(3);
      mock.addFault('lie,count=1');
      await ask(mock, 'POST', '/Users', withMail('e@x', { name: {} }));
      expect(await counted()).toBe(3);
      mock.addFault('hidden=b@x');
      await ask(mock, 'PATCH', `/Users/${id}`, off);
      await ask(mock, 'PATCH', `/Users/${id}`, on);
      expect(await counted()).toBe(3);
      await ask(mock, 'DELETE', `/_mock/users/${id}`);
      expect(await counted()).toBe(2);
      mock.reset();
      expect(await counted()).toBe(2);
    },
  );

  test.each([
    ['twice', { organisations: [{ name: 'a' }, { name: 'a' }] }, /two organisations called "a"/],
    [
      'a key of none',
      { keys: [{ token: 'k', permissions: [], organisation: 'b' }] },
      /"b", which there is not/,
    ],
    ['a key like the token', { keys: [{ token: TOKEN, permissions: [] }] }, /same token/],
  ])('%s is a sentence', async (_what, options, message) => {
    await expect(mockOf('cosmo', options)).rejects.toThrow(message);
  });
});

describe('API keys', () => {
  test('are listed without their secrets, with when they were last used', async () => {
    let now = Date.parse('2026-03-01T00:00:00Z');
    const mock = await mockOf('cosmo', {
      clock: () => now,
      keys: [{ token: 'very-secret', permissions: ['scim'], name: 'Okta' }],
    });
    now += 60_000;
    await ask(mock, 'GET', '/Users', undefined, { token: 'very-secret' });
    const { text, body } = await ask(mock, 'GET', '/_mock/keys');
    expect(text).not.toMatch(/very-secret|the-token/);
    expect(body['items']).toMatchObject([
      { id: 'key-1', permissions: ['*'], organisation: 'example' },
      {
        id: 'key-2',
        name: 'Okta',
        permissions: ['scim'],
        organisation: 'example',
        createdAt: '2026-03-01T00:00:00.000Z',
        lastUsedAt: '2026-03-01T00:01:00.000Z',
        expiresAt: null,
      },
    ]);
  });

  test('are good until they expire, or are taken away', async () => {
    let now = 1_000_000;
    const mock = await mockOf('cosmo', { clock: () => now });
    const made = await ask(mock, 'POST', '/_mock/keys', { token: 'short', expires: 60 });
    const status = async (): Promise<number> =>
      (await ask(mock, 'GET', '/Users', undefined, { token: 'short' })).status;
    now += 59_999;
    expect(await status()).toBe(200);
    now += 1;
    const late = await ask(mock, 'GET', '/Users', undefined, { token: 'short' });
    expect([late.status, late.body['detail']]).toEqual([401, 'This bearer token has expired.']);
    expect(late.headers.get('www-authenticate')).toContain('error="invalid_token"');
    now = 1_000_000;
    expect(await status()).toBe(200);
    expect((await ask(mock, 'DELETE', `/_mock/keys/${wordOf(made.body['id'])}`)).status).toBe(200);
    expect(await status()).toBe(401);
    expect((await ask(mock, 'DELETE', `/_mock/keys/${wordOf(made.body['id'])}`)).status).toBe(404);
  });

  test('the key of --token is neither taken away nor replaced: nobody could come in any more', async () => {
    const mock = await mockOf('cosmo');
    expect((await ask(mock, 'DELETE', '/_mock/keys/key-1')).status).toBe(409);
    expect((await ask(mock, 'POST', '/_mock/keys', { token: TOKEN, permissions: [] })).status).toBe(409);
    expect((await ask(mock, 'GET', '/_mock')).status).toBe(200);
  });
});

describe('by hand, behind the back of whoever provisions', () => {
  test('somebody is switched off and on by userName or id, with all that follows', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, withMail('ada@x'));
    mock.acceptAll();
    mock.startSession('ada@x');
    const before = (await ask(mock, 'GET', `/Users/${id}`)).headers.get('etag');
    const switched = await ask(mock, 'POST', '/_mock/users/ada@x/deactivate');
    expect([switched.status, switched.body]).toMatchObject([
      200,
      { id, active: false, membership: 'member' },
    ]);
    expect(mock.sessions()).toMatchObject([{ endedBecause: 'deactivated' }]);
    const seen = await ask(mock, 'GET', `/Users/${id}`);
    expect([seen.body['active'], seen.headers.get('etag') === before]).toEqual([false, false]);
    await ask(mock, 'POST', `/_mock/users/${id}/activate`);
    expect((await ask(mock, 'GET', '/_mock/users/ADA@x')).body).toMatchObject({ active: true });
    expect(mock.mailbox()).toHaveLength(1);
  });

  test('somebody is taken out, and somebody signs out', async () => {
    const mock = await mockOf('cosmo', { people: [{ userName: 'ada' }, { userName: 'bob' }] });
    mock.startSession('ada');
    const { id } = mock.startSession('bob');
    expect((await ask(mock, 'DELETE', '/_mock/users/ada')).status).toBe(200);
    const out = await ask(mock, 'POST', `/_mock/sessions/${id}/end`);
    expect([out.status, out.body['endedBecause']]).toEqual([200, 'signedOut']);
    expect((await ask(mock, 'POST', `/_mock/sessions/${id}/end`)).status).toBe(409);
    expect(mock.sessions().map(({ endedBecause }) => endedBecause)).toEqual(['deleted', 'signedOut']);
    expect(mock.users().map(({ userName }) => userName)).toEqual(['bob']);
  });

  test.each([
    ['GET', '/_mock/users/nobody'],
    ['POST', '/_mock/users/nobody/deactivate'],
    ['DELETE', '/_mock/users/nobody'],
    ['POST', '/_mock/sessions/nothing/end'],
    ['POST', '/_mock/invitations/nobody@x/decline'],
    ['GET', '/_mock/users/ada?organisation=nothing'],
  ])('%s %s is 404', async (method, path) => {
    expect((await ask(await mockOf('cosmo', { people: [{ userName: 'ada' }] }), method, path)).status).toBe(
      404,
    );
  });
});

describe('the plain service', () => {
  test('has no invitations: whoever is created is a member', async () => {
    const mock = await mockOf('rfc');
    const id = await created(mock, withMail('ada@example.com'));
    expect([mock.users()[0]?.membership, mock.mailbox(), mock.invitations()]).toEqual(['member', [], []]);
    mock.startSession('ada@example.com');
    await ask(mock, 'PATCH', `/Users/${id}`, off);
    expect(mock.sessions()[0]?.endedBecause).toBe('deactivated');
  });
});

describe('the step from one state to the next', () => {
  const rule = { readable: true, repeatedCreate: 'exists', reminder: false, whileInactive: false } as const;
  const service = { invitations: rule, deactivation: { endsSessions: true } };
  const memberships = ['none', 'invited', 'withdrawn', 'declined', 'member'] as const;

  test.each(memberships)('nobody who is switched off is invited (%s)', (membership) => {
    for (const active of [true, false]) {
      const step = nextStep(service, { membership, active }, { active: false, email: 'a@x' });
      expect(step.invite).toBe(false);
      expect(step.membership).not.toBe('invited');
    }
  });

  test('nobody is invited twice, and no member is invited', () => {
    for (const membership of ['invited', 'member'] as const) {
      for (const active of [true, false]) {
        expect(nextStep(service, { membership, active }, { active: true, email: 'a@x' }).invite).toBe(false);
      }
    }
  });

  test('sessions end only when somebody who was on is switched off', () => {
    const ends = (before: boolean, after: boolean) =>
      nextStep(service, { membership: 'member', active: before }, { active: after, email: undefined })
        .endSessions;
    expect([ends(true, false), ends(true, true), ends(false, false), ends(false, true)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
