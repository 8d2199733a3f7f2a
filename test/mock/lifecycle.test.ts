import { describe, expect, test } from 'vitest';
import { nextStep } from '../../src/mock/directory/lifecycle.ts';
import { ask, created, filtered, mockOf, patchOf, person, withMail } from './calling.ts';

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
  const memberships = ['none', 'invited', 'withdrawn', 'member'] as const;

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
