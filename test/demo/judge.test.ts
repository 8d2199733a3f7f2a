import { describe, expect, test } from 'vitest';
import { judge } from '../../src/cli/demo/judge.ts';
import type { Day } from '../../src/cli/demo/judge.ts';
import type { Step } from '../../src/cli/demo/story.ts';
import { day, found, mail, patch, post, row, session, step, user, withUser } from './world.ts';

function failures(of: Step, on: Day): Record<string, string> {
  return Object.fromEntries(
    judge(of, on).flatMap(({ name, ok, found }) => (ok ? [] : [[name, found.join('; ')]])),
  );
}

test('a day that went as told has nothing to complain of', () => {
  expect(failures(step, day)).toEqual({});
  expect(judge(step, day).map(({ name }) => name)).toEqual([
    'exit',
    'accounts',
    'requests',
    'patches',
    'invitations',
    'off',
    'sessions',
    'contents',
    'rest',
  ]);
});

describe('what the mock shows otherwise is found', () => {
  const { users, mails, sessions, requests } = day.after;
  const requestsWithout = (method: string, key: string) =>
    requests.filter((one) => !(one.method === method && JSON.stringify([one.path, one.body]).includes(key)));
  test.each<[string, Day, string, RegExp]>([
    ['an exit code', { ...day, exitCode: 0 }, 'exit', /ended with 0/],
    ['what it said of it', { ...day, exitCode: 1, stderr: 'error: no\n' }, 'exit', /error: no/],
    ['an end by a signal', { ...day, exitCode: null }, 'exit', /a signal/],
    ['nobody was created', withUser('DAN', () => undefined), 'accounts', /DAN has no account/],
    ['an account vanished', withUser('FAY', () => undefined), 'accounts', /FAY has no account/],
    ['somebody too many', found({ users: [...users, user(row('GUS'))] }), 'accounts', /GUS has an account/],
    [
      'an account without a key',
      found({ users: [...users, user(row('GUS'), { externalId: undefined })] }),
      'accounts',
      /without a key/,
    ],
    [
      'two accounts for one person',
      found({ users: [...users, user(row('DAN'), { id: 'id-other' })] }),
      'accounts',
      /DAN has more than one/,
    ],
    [
      'a second POST',
      found({ requests: [...requests, post('DAN', 409)] }),
      'requests',
      /2 times POST for DAN/,
    ],
    ['no POST', found({ requests: requestsWithout('POST', 'DAN') }), 'requests', /0 times POST for DAN/],
    [
      'a leaver who was not told',
      found({ requests: requestsWithout('PATCH', 'BEN') }),
      'requests',
      /PATCH for BEN/,
    ],
    [
      'a request for somebody else',
      found({ requests: [...requests, patch('FAY', ['title'])] }),
      'requests',
      /FAY/,
    ],
    [
      'a request about nobody',
      found({ requests: [...requests, { ...post('DAN'), method: 'DELETE', path: '/scim/v2/Bulk' }] }),
      'requests',
      /DELETE for \/scim\/v2\/Bulk/,
    ],
    [
      'an answer that is none',
      found({ requests: [...requestsWithout('POST', 'DAN'), post('DAN', null)] }),
      'requests',
      /POST for DAN, answered never/,
    ],
    [
      'a PATCH of something else as well',
      found({ requests: [...requestsWithout('PATCH', 'BEN'), patch('BEN', ['active', 'title'])] }),
      'patches',
      /BEN: active, title was changed/,
    ],
    [
      'a PATCH that forgets something',
      found({ requests: [...requestsWithout('PATCH', 'ANN'), patch('ANN', ['title'])] }),
      'patches',
      /ANN: title was changed, and told of is enterprise.manager, title/,
    ],
    ['no e-mail', found({ mails: mails.slice(0, -1) }), 'invitations', /DAN got 0 e-mails/],
    ['two e-mails', found({ mails: [...mails, mail('DAN')] }), 'invitations', /DAN got 2 e-mails/],
    ['an e-mail to somebody else', found({ mails: [...mails, mail('FAY')] }), 'invitations', /FAY/],
    [
      'an e-mail to another address',
      found({ mails: [...mails.slice(0, -1), mail('DAN', { to: 'x@example.com' })] }),
      'invitations',
      /went to x@example.com, and not to dan@example.com/,
    ],
    [
      'a leaver with an open invitation',
      withUser('BEN', (one) => ({ ...one, invitation: { state: 'pending' } as never })),
      'invitations',
      /BEN has left/,
    ],
    ['a leaver who is on', withUser('BEN', (one) => ({ ...one, active: true })), 'off', /BEN is still on/],
    [
      'a leaver who is on, by the file',
      withUser('BEN', (one) => ({ ...one, active: true })),
      'contents',
      /BEN is on/,
    ],
    [
      'somebody switched off',
      withUser('FAY', (one) => ({ ...one, active: false })),
      'off',
      /FAY is switched off/,
    ],
    ['whose record was rejected', withUser('EVE', (one) => ({ ...one, active: false })), 'off', /EVE/],
    ['the one who is back', withUser('CEM', (one) => ({ ...one, active: false })), 'off', /CEM/],
    [
      'a leaver who is signed in',
      found({ sessions: day.before.sessions }),
      'sessions',
      /BEN is still signed in/,
    ],
    [
      'somebody who was signed out',
      found({
        sessions: sessions.map((one) => (one.id === 's-FAY' ? session('FAY', { endedAt: 'now' }) : one)),
      }),
      'sessions',
      /FAY was signed out/,
    ],
    [
      'another title',
      withUser('DAN', (one) => ({ ...one, title: 'Duke' })),
      'contents',
      /DAN has title "Duke"/,
    ],
    ['no telephone', withUser('FAY', ({ phoneNumbers: _, ...one }) => one), 'contents', /no phoneNumbers/],
    [
      'an attribute that no row has',
      withUser('CEM', (one) => ({ ...one, nickName: 'C' })),
      'contents',
      /nickName/,
    ],
    [
      'another manager',
      withUser('ANN', () => user(row('ANN', { title: 'Lead', manager_id: 'CEM' }))),
      'contents',
      /"CEM".*the row says.*"FAY"/,
    ],
    [
      'somebody of the file who has no account',
      { ...day, rows: new Map([...day.rows, ['GUS', row('GUS')]]) },
      'contents',
      /GUS works here/,
    ],
    [
      'whose record was rejected, in a title',
      withUser('EVE', (one) => ({ ...one, title: 'Lead' })),
      'rest',
      /EVE is not as before/,
    ],
    [
      'a change that was changed back',
      withUser('FAY', (one) => ({ ...one, meta: { ...one.meta, lastModified: 'now' } })),
      'rest',
      /FAY is not as before/,
    ],
  ])('%s', (_, on, name, sentence) => {
    expect(failures(step, on)[name]).toMatch(sentence);
  });
});

describe('what is told otherwise is found', () => {
  test.each<[string, Partial<Step>, string, RegExp]>([
    ['somebody more', { created: ['DAN', 'GUS'] }, 'accounts', /GUS has no account/],
    ['somebody less', { created: [] }, 'accounts', /DAN has an account/],
    [
      'a change that was not sent',
      { updated: [...step.updated, { key: 'FAY' }] },
      'requests',
      /0 times PATCH for FAY/,
    ],
    ['a change that nobody tells of', { updated: [] }, 'requests', /nobody told of PATCH for ANN/],
    ['a leaver that nobody tells of', { deactivated: [] }, 'off', /BEN is switched off/],
    ['another number of accounts', { holds: { accounts: 7, switchedOff: 1 } }, 'accounts', /holds 6/],
    ['another number of them off', { holds: { accounts: 6, switchedOff: 2 } }, 'off', /1 accounts are/],
    ['nobody was to be rejected', { rejected: [] }, 'exit', /ended with 4/],
  ])('%s', (_, changes, name, sentence) => {
    expect(failures({ ...step, ...changes }, day)[name]).toMatch(sentence);
  });
});

describe('a day on which nothing is to happen', () => {
  const nothing = { created: [], updated: [], deactivated: [], reactivated: [], rejected: [] };
  const quiet: Step = { ...step, ...nothing, holds: { accounts: 6, switchedOff: 1 }, held: true };
  const calm: Day = { ...day, before: day.after, rows: new Map(), exitCode: 3 };

  test('has nothing to complain of', () => {
    expect(failures(quiet, calm)).toEqual({});
  });

  test('does not even pass for one if the target was asked something', () => {
    const { requests } = day.after;
    const asked = { ...post('DAN'), method: 'GET', path: '/scim/v2/Users', status: 200 };
    const on = { ...calm, after: { ...day.after, requests: [...requests, asked] } };
    expect(failures(quiet, on)).toEqual({ requests: 'GET /scim/v2/Users' });
  });

  test('does not pass for one if somebody was switched off, invited, or made', () => {
    const users = day.after.users.map((one) => (one.id === 'id-FAY' ? { ...one, active: false } : one));
    const after = {
      ...day.after,
      users: [...users, user(row('GUS'))],
      mails: [...day.after.mails, mail('GUS')],
      requests: [...day.after.requests, post('GUS')],
    };
    expect(Object.keys(failures(quiet, { ...calm, after }))).toEqual([
      'accounts',
      'requests',
      'invitations',
      'off',
      'rest',
    ]);
  });

  test('does not pass for one if what was held went through', () => {
    expect(failures(quiet, { ...calm, exitCode: 0 })).toEqual({ exit: 'it ended with 0' });
  });
});
