import { describe, expect, test } from 'vitest';
import { CORE_USER, ENTERPRISE } from '../../src/model/index.ts';
import type { Outcome, Profile, Resource } from '../../src/model/index.ts';
import { attempt } from '../../src/delivery/attempt.ts';
import { MANAGER_PATH } from '../../src/planning/diff.ts';
import type { ScimTarget } from '../../src/scim/target.ts';
import { exampleProfile, managedBy } from '../planning/example.ts';
import { openHouse } from '../store/released.ts';
import type { House, Planned } from '../store/released.ts';
import { deliveryOf, failed, playTarget, remote, throws } from './answers.ts';

const ada: Resource = { userName: 'ada', displayName: 'Ada', active: true };
const leave: Planned = {
  key: 'p1',
  kind: 'deactivate',
  after: { ...ada, active: false },
  changes: [{ path: 'active', before: true, after: false }],
};

/** Plans one operation, leases it, sends it and writes down what came of it. */
async function carryOut(
  house: House,
  operation: Planned,
  part: Partial<ScimTarget> = {},
  profile: Profile = exampleProfile,
) {
  house.plan({ operations: [operation] });
  const [leased] = house.lease();
  const target = playTarget(part);
  const consequence = await attempt(deliveryOf(house, target, { profile }), leased!);
  house.confirm([consequence.step], 0);
  return { ...consequence, sent: target.sent };
}

const accountsOf = (house: House) =>
  house
    .rows<{ key: string; remote_id: string; resource: string; state: string; origin: string }>(
      'SELECT key, remote_id, resource, account.state, origin FROM account JOIN person ON person.id = person ORDER BY key',
    )
    .map(({ resource, ...rest }) => ({ ...rest, resource: JSON.parse(resource) as Resource }));

describe('a create', () => {
  test('is sent once, and the account is what it said', async () => {
    const house = openHouse();
    const { sent } = await carryOut(house, { key: 'p1', kind: 'create', after: ada });
    expect(sent).toMatchObject([{ method: 'POST', path: '/Users', body: ada }]);
    expect(accountsOf(house)).toEqual([
      { key: 'p1', remote_id: 'new-1', resource: ada, state: 'linked', origin: 'created' },
    ]);
  });

  test("carries the target's id of the manager", async () => {
    const house = openHouse();
    house.link('p2', { userName: 'boss' }, 'r2');
    const after = managedBy('p2', ada);
    const { sent } = await carryOut(house, { key: 'p1', kind: 'create', after, needs: 'p2' });
    expect(sent[0]!.body).toMatchObject({ [ENTERPRISE]: { manager: { value: 'r2' } } });
    expect(accountsOf(house)[0]!.resource).toEqual(after);
    expect(house.rows('SELECT * FROM operation')).toEqual([]);
  });

  test('does not wait for a manager without an account: the reference follows', async () => {
    const house = openHouse();
    const after = managedBy('p2', ada);
    const { sent } = await carryOut(house, { key: 'p1', kind: 'create', after, needs: 'p2' });
    expect(JSON.stringify(sent[0]!.body)).not.toContain('manager');
    expect(accountsOf(house)[0]!.resource).toEqual(ada);
  });
});

describe('a change', () => {
  test('goes to the account by its id', async () => {
    const house = openHouse();
    house.link('p1', ada, 'r/1');
    const after = { ...ada, title: 'Dr' };
    const changes = [{ path: 'title', after: 'Dr' }];
    const { sent } = await carryOut(house, { key: 'p1', kind: 'update', after, changes });
    expect(sent).toMatchObject([{ method: 'PATCH', path: '/Users/r%2F1' }]);
    expect(accountsOf(house)[0]!.resource).toEqual(after);
  });

  test('of the manager alone waits while the manager has no account, and nothing is sent', async () => {
    const house = openHouse();
    house.link('p1', ada);
    const after = managedBy('p2', ada);
    const changes = [{ path: MANAGER_PATH, after: { value: 'p2' } }];
    const { step, sent } = await carryOut(house, { key: 'p1', kind: 'update', after, changes, needs: 'p2' });
    expect(sent).toEqual([]);
    expect(step).toMatchObject({ kind: 'waiting', code: 'reference', error: 'waits for the account of p2' });
    expect(accountsOf(house)[0]!.resource).toEqual(ada);
  });

  test('of the manager and of something else goes on without the manager, who is owed', async () => {
    const house = openHouse();
    house.link('p1', ada);
    const after = managedBy('p2', { ...ada, title: 'Dr' });
    const changes = [
      { path: 'title', after: 'Dr' },
      { path: MANAGER_PATH, after: { value: 'p2' } },
    ];
    const { step, sent } = await carryOut(house, { key: 'p1', kind: 'update', after, changes, needs: 'p2' });
    expect(JSON.stringify(sent[0]!.body)).not.toContain('manager');
    expect(step).toMatchObject({ kind: 'done', owed: { manager: 'p2' } });
    expect(accountsOf(house)[0]!.resource).toEqual({ ...ada, title: 'Dr' });
  });

  test('that says nothing is done without a request', async () => {
    const house = openHouse();
    house.link('p1', ada);
    const { step, sent } = await carryOut(house, { key: 'p1', kind: 'update', after: ada });
    expect(sent).toEqual([]);
    expect(step.kind).toBe('done');
  });

  test('of somebody whose link is gone has failed, and nothing is sent', async () => {
    const house = openHouse();
    const { step, sent } = await carryOut(house, leave);
    expect(sent).toEqual([]);
    expect(step).toMatchObject({ kind: 'failed', code: 'notFound' });
  });

  test('goes by PUT where the target knows no PATCH', async () => {
    const house = openHouse();
    house.link('p1', ada);
    const changes = [{ path: 'title', after: 'Dr' }];
    const after = { ...ada, title: 'Dr' };
    const updateMethod = (): 'put' => 'put';
    const found = {
      ...ada,
      'urn:example:badge': { badge: 7 },
      meta: { version: '1' },
      groups: [{ value: 'g' }],
    };
    const read = async (id: string) =>
      remote(id, { resource: { ...found, nickName: 'Addie' }, active: true });
    const compared = ['userName', 'displayName', 'title'];
    house.plan({ operations: [{ key: 'p1', kind: 'update', after, changes }] });
    const target = playTarget({ updateMethod, read });
    const delivery = { ...deliveryOf(house, target), drift: { compared, attributes: {} } };
    const { step } = await attempt(delivery, house.lease()[0]!);
    const { method, path, body } = target.sent[0]!;
    expect({ method, path, body }).toEqual({
      method: 'PUT',
      path: `/Users/${'id-p1'}`,
      body: {
        schemas: [CORE_USER, 'urn:example:badge'],
        id: 'id-p1',
        ...after,
        nickName: 'Addie',
        'urn:example:badge': { badge: 7 },
      },
    });
    // What is nobody's to say is not confirmed either.
    expect(step).toMatchObject({ kind: 'done', account: { resource: after } });
  });

  test('by PUT is not sent where the account is not there', async () => {
    const house = openHouse();
    house.link('p1', ada);
    const changes = [{ path: 'title', after: 'Dr' }];
    const updateMethod = (): 'put' => 'put';
    const operation = { key: 'p1', kind: 'update', after: { ...ada, title: 'Dr' }, changes } as const;
    const { sent, step } = await carryOut(house, operation, { updateMethod });
    expect(sent).toEqual([]);
    expect(step).toMatchObject({ kind: 'failed', code: 'notFound' });
  });

  test('that was refused as stale is sent again for the version that is there', async () => {
    for (const method of [undefined, 'put'] as const) {
      const house = openHouse();
      house.link('p1', ada);
      const version = 'W/"7"';
      const answers: Outcome[] = [failed('stale', { code: 'stale', status: 412 })];
      const target = playTarget({
        updateMethod: () => method,
        read: async (id) => ({ ...remote(id, { resource: ada }), version }),
        send: async () => answers.shift() ?? { kind: 'done', status: 200 },
      });
      house.plan({ operations: [leave] });
      for (const becomes of ['retry', 'done']) {
        const { step } = await attempt(deliveryOf(house, target, { now: () => 0 }), house.lease()[0]!);
        expect(step.kind).toBe(becomes);
        house.confirm([step], 0);
      }
      expect(target.sent.map((request) => request.version)).toEqual([undefined, version]);
    }
  });

  test('a fault of ours is thrown, and not taken for an answer', async () => {
    const house = openHouse();
    house.link('p1', ada);
    const send = async (): Promise<never> => {
      throw new TypeError('a bug');
    };
    await expect(carryOut(house, leave, { send })).rejects.toThrow('a bug');
  });
});

describe('a leaver whom the target does not know (404)', () => {
  const gone = async () => failed('missing', { code: 'notFound', status: 404 });

  test('is off, if the credential works: the link is closed', async () => {
    const house = openHouse();
    house.link('p1', ada);
    const { step, halt } = await carryOut(house, leave, { send: gone });
    expect(step).toMatchObject({ kind: 'done', account: null, status: 404 });
    expect(halt).toBeUndefined();
    expect(accountsOf(house)).toEqual([]);
  });

  test('stays on, if the credential may not look: the target is halted', async () => {
    const house = openHouse();
    house.link('p1', ada);
    const probe = throws('target', { code: 'unauthorised', message: 'the token was refused' });
    const { step, halt } = await carryOut(house, leave, { send: gone, probe });
    expect(step).toMatchObject({ kind: 'retry', runAt: 0, counted: false, code: 'unauthorised' });
    expect(halt).toMatchObject({ message: 'the token was refused' });
    expect(accountsOf(house)).toHaveLength(1);
  });

  test.for(['deactivate', 'delete'] as const)(
    'stays on, if the account is there when it is asked for: the target does not know the method of a %s',
    async (kind) => {
      const house = openHouse();
      house.link('p1', ada);
      const read = async () => ({ id: 'r1', emails: [], active: true, resource: ada });
      const send =
        kind === 'delete' ? async () => ({ kind: 'done', status: 404 }) as const satisfies Outcome : gone;
      const { step, halt } = await carryOut(house, { ...leave, kind }, { send, read });
      expect(step).toMatchObject({ kind: 'failed', code: 'protocol' });
      expect(halt).toBeUndefined();
      expect(accountsOf(house)).toHaveLength(1);
    },
  );

  test('waits, if the invitation is still open', async () => {
    const house = openHouse();
    house.link('p1', ada);
    house.state.db.prepare(`UPDATE account SET state = 'invited'`).run();
    const { step } = await carryOut(house, leave, { send: gone });
    expect(step).toMatchObject({ kind: 'waiting', code: 'invited' });
    expect(accountsOf(house)).toHaveLength(1);
  });

  test('a fault of ours in asking is thrown', async () => {
    const house = openHouse();
    house.link('p1', ada);
    const probe = async (): Promise<never> => {
      throw new TypeError('a bug');
    };
    await expect(carryOut(house, leave, { send: gone, probe })).rejects.toThrow('a bug');
  });
});

describe('taking over an account', () => {
  const link: Planned = {
    key: 'p1',
    kind: 'link',
    after: managedBy('p2', { ...ada, title: 'Dr', [ENTERPRISE]: { department: 'D' } }),
    remoteId: 'r5',
  };

  test('sends nothing, and what it holds now is what is confirmed', async () => {
    const house = openHouse();
    const live = {
      id: 'r5',
      meta: {},
      active: false,
      userName: 'ADA',
      displayName: 'A. Lovelace',
      nickName: 'not ours',
      [ENTERPRISE]: { department: 'E', manager: { value: 'r9' } },
    };
    const read = async () => remote('r5', { active: false, resource: live });
    const { sent } = await carryOut(house, link, { read });
    expect(sent).toEqual([]);
    expect(accountsOf(house)).toEqual([
      {
        key: 'p1',
        remote_id: 'r5',
        state: 'linked',
        origin: 'adopted',
        // What it does not return may be missing there, and its manager is an id of the target: the next plan says ours.
        resource: {
          userName: 'ADA',
          displayName: 'A. Lovelace',
          active: false,
          [ENTERPRISE]: { department: 'E' },
        },
      },
    ]);
  });

  test('of one that is gone has failed', async () => {
    const { step } = await carryOut(openHouse(), link);
    expect(step).toMatchObject({ kind: 'failed', code: 'notFound', error: 'the account to link is gone' });
  });

  test('is tried again when the target could not be asked', async () => {
    const { step } = await carryOut(openHouse(), link, { read: throws('transient') });
    expect(step).toMatchObject({ kind: 'retry', counted: true });
    const { halt } = await carryOut(openHouse(), link, { read: throws('target') });
    expect(halt).toBeDefined();
    const read = async (): Promise<never> => {
      throw new TypeError('a bug');
    };
    await expect(carryOut(openHouse(), link, { read })).rejects.toThrow('a bug');
  });
});

describe('a password', () => {
  const accepting: Profile = {
    ...exampleProfile,
    users: { ...exampleProfile.users, password: 'accepted' },
  };
  const send = async (secret: string | undefined) => {
    const house = openHouse();
    house.plan({ operations: [{ key: 'p1', kind: 'create', after: ada, secretDigest: 'digest' }] });
    const [leased] = house.lease();
    const target = playTarget();
    const delivery = { ...deliveryOf(house, target, { profile: accepting }), password: () => secret };
    const { step } = await attempt(delivery, leased!);
    house.confirm([step], 0);
    return { house, body: target.sent[0]!.body! };
  };

  test('goes along, and only its digest is kept', async () => {
    const { house, body } = await send('correct horse 1!');
    expect(body['password']).toBe('correct horse 1!');
    expect(house.rows('SELECT secret_digest FROM account')).toEqual([{ secret_digest: 'digest' }]);
    for (const { name } of house.rows<{ name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table'`,
    ))
      expect(JSON.stringify(house.rows(`SELECT * FROM ${name}`))).not.toContain('correct horse');
  });

  test('that is not at hand is not said to be set', async () => {
    const { house, body } = await send(undefined);
    expect(body).not.toHaveProperty('password');
    expect(house.rows('SELECT secret_digest FROM account')).toEqual([{ secret_digest: null }]);
  });
});
