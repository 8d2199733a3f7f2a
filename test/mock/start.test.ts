import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import { readPeople, startMock } from '../../src/mock/index.ts';
import { RollcallError } from '../../src/model/index.ts';
import { ask, created, mockOf, person } from './calling.ts';

describe('starting', () => {
  test('listens on 127.0.0.1 on a free port, and says where', async () => {
    const mock = await mockOf('rfc');
    expect(mock.url).toBe(`http://127.0.0.1:${mock.port}/scim/v2`);
    expect(mock.origin).toBe(`http://127.0.0.1:${mock.port}`);
  });

  test('makes a token that nobody can guess where none is given', async () => {
    const service = await loadService('rfc');
    const [one, two] = await Promise.all([startMock({ service }), startMock({ service })]);
    expect(one.token).toMatch(/^mock_[\w-]{24}$/);
    expect(one.token).not.toBe(two.token);
    expect((await ask(one, 'GET', '/Users', undefined, { token: one.token })).status).toBe(200);
    await Promise.all([one.close(), two.close()]);
  });

  test('a port in use is a sentence', async () => {
    const mock = await mockOf('rfc');
    const error = await startMock({ service: await loadService('rfc'), port: mock.port }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(RollcallError);
    expect((error as RollcallError).message).toBe(`127.0.0.1:${mock.port} is in use by another program.`);
    expect((error as RollcallError).problems[0]?.hint).toContain('--port');
  });

  test.each([
    [{ port: 70000 }, /no port/],
    [{ host: 'nowhere.invalid' }, /no address/],
    [{ faults: ['nonsense'] }, /nonsense/],
    [{ people: 'x' }, /JSON array/],
  ])('%j is a sentence, and nothing stays open', async (options, message) => {
    const started = startMock({ service: await loadService('rfc'), ...options });
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.toBeInstanceOf(RollcallError);
  });

  test('closing ends idle and busy connections at once, and the port is free', async () => {
    const service = await loadService('rfc');
    const mock = await startMock({ service, token: 'the-token', faults: ['delay=60000'] });
    const idle = connect(mock.port, '127.0.0.1');
    const idleEnds = new Promise((resolve) => idle.on('close', resolve).on('error', () => undefined));
    await new Promise((resolve) => idle.once('connect', resolve));
    const busy = ask(mock, 'GET', '/Users').catch(() => 'cut');
    while (mock.journal().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const start = performance.now();
    await mock.close();
    expect(await busy).toBe('cut');
    await idleEnds;
    expect(performance.now() - start).toBeLessThan(1000);
    const again = await startMock({ service, port: mock.port });
    await again.close();
  });
});

describe('the people of a data file', () => {
  const two = [
    { userName: 'a', active: false, title: 'x' },
    { id: 'mine', externalId: 'E', userName: 'b' },
  ];

  test.each([
    ['an array', two],
    [
      'a ListResponse',
      { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 2, Resources: two },
    ],
    ['what the door tells', { total: 2, items: two }],
  ])('%s: members at once, as active as they are said to be, with their ids', async (_what, people) => {
    const mock = await mockOf('cosmo', { people });
    expect(mock.users()).toMatchObject([
      { userName: 'a', active: false, title: 'x', membership: 'member' },
      { id: 'mine', externalId: 'E', userName: 'b', active: true, membership: 'member' },
    ]);
    expect(mock.mailbox()).toEqual([]);
    expect((await ask(mock, 'GET', '/Users/mine')).status).toBe(200);
  });

  test('everything that is wrong is named, with the file', () => {
    const wrong = [
      { userName: 'a' },
      7,
      { userName: '' },
      { userName: 'b', id: 5 },
      { userName: 'c', membership: 'guest' },
      { userName: 'd', id: 'half a \ud83d' },
    ];
    const read = () => readPeople(wrong, 'people.json');
    expect(read).toThrow(RollcallError);
    try {
      read();
    } catch (error) {
      const { problems } = error as RollcallError;
      expect(problems.map(({ message }) => message.slice(0, 15))).toEqual([
        'Person 2 of 6 i',
        'Person 3 of 6 h',
        'Person 4 of 6 h',
        'Person 5 of 6 h',
        'Person 6 of 6 h',
      ]);
      expect(problems[0]?.locus).toEqual({ file: 'people.json' });
    }
  });

  test.each([
    ['a name twice', [{ userName: 'a' }, { userName: 'A' }], /Person 2 .* refused/],
    [
      'an id twice',
      [
        { id: 'x', userName: 'a' },
        { id: 'x', userName: 'b' },
      ],
      /Person 2 .*"x" is taken/,
    ],
    ['an invitation to nowhere', [{ userName: 'a', membership: 'invited' }], /Person 1 .* e-mail address/],
    ['a value of another type', [{ userName: 'a', active: 'yes' }], /Person 1 .*"active"/],
  ])('%s is a sentence', async (_what, people, message) => {
    await expect(startMock({ service: await loadService('rfc'), people })).rejects.toThrow(message);
  });

  test('need not have what makes a create fail: people without names and e-mails are there at cosmo-controlplane', async () => {
    const people = [
      { userName: 'Ada@x.example' },
      { userName: 'bob', name: { givenName: 'Bob' }, emails: [{ value: 'bob@x.example', primary: true }] },
      { userName: 'cyd@x.example', name: null, emails: null },
    ];
    const mock = await mockOf('cosmo-controlplane', { people });
    const { body } = await ask(mock, 'GET', '/Users');
    expect(body['Resources']).toMatchObject([
      { userName: 'ada@x.example', name: { givenName: '', familyName: '' } },
      { userName: 'bob@x.example', name: { givenName: 'Bob', familyName: '' } },
      { userName: 'cyd@x.example', active: true },
    ]);
    // Whoever comes by POST does need them (test/connectors/services.controlplane.test.ts).
    expect((await ask(mock, 'POST', '/Users', { userName: 'dan@x.example' })).status).toBe(500);
  });

  test('what a service fails at is a sentence about the person', async () => {
    const people = [{ userName: 'ada', name: {}, emails: 'ada@x.example' }];
    await expect(startMock({ service: await loadService('cosmo-controlplane'), people })).rejects.toThrow(
      /^Person 1 of the mock \("ada"\) is refused: the service fails at what is said of them \("emails\.find is/,
    );
  });

  test('two mocks share nothing', async () => {
    const [one, two] = await Promise.all([mockOf('rfc'), mockOf('rfc')]);
    await created(one, person('a'));
    expect([one.users().length, two.users().length]).toEqual([1, 0]);
  });
});
