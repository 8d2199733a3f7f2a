import { describe, expect, test } from 'vitest';
import { ENTERPRISE, ask, mockOf } from './calling.ts';
import { exchangesOf, play } from './playing.ts';

const okta = exchangesOf('okta');
const entra = exchangesOf('entra');
const flag = exchangesOf('entra-flag');

describe('a client plays its whole lifecycle, request by request', () => {
  test.each(['rfc', 'cosmo', 'entra-lenient'])('Okta against %s', async (service) => {
    const mock = await mockOf(service);
    const ids = await play(mock, okta);
    expect(mock.users()).toMatchObject([
      { id: ids.get('ada'), userName: 'ada@example.com', name: { familyName: 'Lovelace' }, active: true },
      { id: ids.get('ben'), userName: 'ben@example.com', name: { familyName: 'Drummond' }, active: true },
    ]);
    expect(mock.users().every((user) => user['passwordSet'])).toBe(true);
    expect((await ask(mock, 'GET', '/Groups')).body).toMatchObject({ totalResults: 0 });
  });

  test('Okta against cosmo invites each of them once', async () => {
    const mock = await mockOf('cosmo');
    await play(mock, okta);
    // Ada is switched off and on again before she accepts, so that she is asked twice.
    expect(mock.mailbox().map(({ to }) => to)).toEqual([
      'ada@example.com',
      'ada@example.com',
      'ben@example.com',
      'ben@example.com',
    ]);
    expect(mock.invitations().map(({ state }) => state)).toEqual([
      'withdrawn',
      'pending',
      'withdrawn',
      'pending',
    ]);
  });

  test('Entra against entra-lenient, without the flag', async () => {
    const mock = await mockOf('entra-lenient');
    const ids = await play(mock, entra);
    expect(mock.users()).toMatchObject([
      {
        id: ids.get('joy'),
        userName: 'joy@example.com',
        externalId: 'Eqpj',
        displayName: 'Pvlo',
        active: true,
        emails: [{ type: 'work', value: 'test@contoso.example', primary: true }],
        roles: [{ primary: true, value: 'admin' }],
      },
      { id: ids.get('noa'), emails: [{ type: 'work', value: 'noa@contoso.example' }] },
    ]);
    expect(mock.users()[0]).not.toHaveProperty([ENTERPRISE]);
    expect((await ask(mock, 'GET', '/Groups')).body).toMatchObject({ totalResults: 0 });
  });

  test('Entra against entra-lenient, with the flag', async () => {
    const mock = await mockOf('entra-lenient');
    const ids = await play(mock, flag);
    expect(mock.users()).toMatchObject([
      {
        id: ids.get('joy'),
        displayName: 'Bjfe',
        name: { formatted: 'Joy Young', givenName: 'Kkom', familyName: 'Unua' },
        active: true,
        [ENTERPRISE]: { employeeNumber: 'Aklq' },
      },
      { id: ids.get('noa'), active: true },
    ]);
    expect(mock.users()).toHaveLength(2);
  });
});

describe('the files of test/fixtures', () => {
  test.each([...okta, ...entra, ...flag].map(([name, exchange]) => [name, exchange] as const))(
    '%s says where it was read, and does not pose as a recording',
    (_name, exchange) => {
      expect(exchange.source).toMatch(/^https:\/\/[\w.-]+\/\S*$/);
      expect([
        'written from documentation',
        'written from what others observed',
        'written from documentation that does not show this body; concluded',
      ]).toContain(exchange.basis);
      expect(JSON.stringify(exchange)).not.toMatch(/record(ed|ing)|captured/i);
      expect(exchange.title.length).toBeGreaterThan(5);
    },
  );
});
