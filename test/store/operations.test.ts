import { describe, expect, test } from 'vitest';
import type { Resource } from '../../src/model/index.ts';
import { MANAGER_PATH } from '../../src/planning/diff.ts';
import type { Leased, Step } from '../../src/store/queue/queue.ts';
import { managedBy } from '../planning/example.ts';
import { openHouse } from './released.ts';
import type { House, Planned } from './released.ts';

const create = (key: string, part: Partial<Planned> = {}): Planned => ({
  key,
  kind: 'create',
  after: { userName: key, active: true },
  ...part,
});
const leave = (key: string): Planned => ({
  key,
  kind: 'deactivate',
  after: { userName: key, active: false },
});

const doneWith = (operation: Leased, remoteId = `id-${operation.key}`, part: object = {}): Step => ({
  kind: 'done',
  operation,
  account: { remoteId, resource: operation.after!, state: 'linked' },
  status: 201,
  ...part,
});

const statesOf = (house: House) =>
  house
    .rows<{ key: string; part: number; state: string }>(
      'SELECT key, part, operation.state FROM operation JOIN person ON person.id = person ORDER BY key, part',
    )
    .map(({ key, part, state }) => `${key}${part === 1 ? "'" : ''} ${state}`);

const accountsOf = (house: House) =>
  Object.fromEntries(
    house
      .rows<{ key: string; resource: string }>(
        'SELECT key, resource FROM account JOIN person ON person.id = person',
      )
      .map(({ key, resource }) => [key, JSON.parse(resource) as Resource]),
  );

describe('a lease', () => {
  test('takes one phase at a time, in order, and no more than is asked for', () => {
    const house = openHouse();
    house.plan({
      operations: [create('c'), create('a'), create('b'), leave('z'), create('d', { phase: 101 })],
    });
    expect(house.take(Infinity, 10, 0).map(({ key }) => key)).toEqual(['z']);
    expect(house.take(Infinity, 2, 0).map(({ key }) => key)).toEqual(['a', 'b']);
    expect(house.take(Infinity, 2, 0).map(({ key }) => key)).toEqual(['c']);
    expect(house.take(100, 2, 0)).toEqual([]);
    expect(house.take(101, 2, 0).map(({ key }) => key)).toEqual(['d']);
  });

  test('tells a group one thing at a time, and another group meanwhile', async () => {
    const house = openHouse();
    for (const key of ['a', 'b', 'c']) house.link(key, { userName: key, active: true });
    house.state.db.exec(`INSERT INTO grp VALUES (1, 'eng', 'Engineers'), (2, 'ops', 'Operations');
      INSERT INTO operation (run, target, phase, type, person, grp, part, kind, why, before_digest, digest, state)
      SELECT 1, 1, 20001, 'Group', person.id, grp.id, 2, 'memberAdd', '', '', '', 'open' FROM grp JOIN person`);
    const queue = house.queue();
    const next = async () =>
      (await queue.lease(Infinity, 1, 0)).map(({ key, members }) => [key, members?.[0]?.key]);
    expect(await next()).toEqual([['eng', 'a']]);
    expect(await next()).toEqual([['ops', 'a']]);
    // Both have something else to be told, and have not answered yet.
    expect(await next()).toEqual([]);
    house.state.db.exec(`DELETE FROM operation WHERE state = 'leased' AND grp = 1`);
    expect(await next()).toEqual([['eng', 'b']]);
  });

  test('takes nothing before its time', () => {
    const house = openHouse();
    const queue = house.queue();
    house.plan({ operations: [create('a'), create('b')] });
    const [first] = house.take(100, 1, 0);
    house.confirm(
      [{ kind: 'retry', operation: first!, runAt: 500, error: 'busy', code: 'server', counted: true }],
      0,
    );
    expect(house.take(100, 10, 499).map(({ key }) => key)).toEqual(['b']);
    expect(house.take(Infinity, 10, 499)).toEqual([]);
    expect(queue.nextDue()).toBe(500);
    expect(house.take(100, 10, 500)).toMatchObject([{ key: 'a', attempts: 1, sentAt: 500 }]);
    expect(queue.nextDue()).toBeUndefined();
  });

  test('has all that sending needs: the account, the password’s digest, what would be linked', () => {
    const house = openHouse();
    house.link('a', { userName: 'a' }, 'r1');
    const changes = [{ path: 'title', after: 'Dr' }];
    const update: Planned = {
      key: 'a',
      kind: 'update',
      after: { userName: 'a', title: 'Dr' },
      changes,
      why: 'title differs',
      secretDigest: 'digest',
    };
    const link: Planned = { key: 'b', kind: 'link', after: { userName: 'b' }, remoteId: 'r2' };
    house.plan({ operations: [update, link], absenceProved: false });
    const [first, second] = house.lease(77);
    expect(first).toMatchObject({
      kind: 'update',
      part: 0,
      phase: 10,
      after: update.after,
      changes,
      why: 'title differs',
      secretDigest: 'digest',
      attempts: 0,
      sentAt: 77,
      absent: false,
      account: { remoteId: 'r1', resource: { userName: 'a' }, state: 'linked' },
    });
    expect(first).not.toHaveProperty('linkTo');
    expect(second).toMatchObject({ kind: 'link', linkTo: 'r2' });
    expect(second).not.toHaveProperty('account');
  });

  test('is in doubt until something is written of it', () => {
    const house = openHouse();
    const queue = house.queue();
    house.plan({ operations: [create('a'), create('b'), create('c'), create('d')] });
    const [a, b, c, d] = house.lease(5) as [Leased, Leased, Leased, Leased];
    expect([...queue.doubtful()].map(({ key, sentAt }) => [key, sentAt])).toEqual([
      ['a', 5],
      ['b', 5],
      ['c', 5],
      ['d', 5],
    ]);
    house.confirm(
      [
        doneWith(a),
        { kind: 'failed', operation: b, error: 'no', code: 'invalid' },
        { kind: 'doubt', operation: c, error: 'cut off', code: 'unreachable' },
        { kind: 'waiting', operation: d, error: 'invited', code: 'invited' },
      ],
      6,
    );
    expect([...queue.doubtful()].map(({ key }) => key)).toEqual(['c']);
    expect(statesOf(house)).toEqual(['b failed', 'c leased', 'd waiting']);
  });

  test('of one target touches no other', () => {
    const house = openHouse();
    const other = openHouse(house.state, 'other');
    house.plan({ operations: [create('a')] });
    other.plan({ operations: [create('a')] });
    expect(house.lease()).toHaveLength(1);
    expect([...other.queue().doubtful()]).toEqual([]);
    expect(other.lease()).toHaveLength(1);
  });
});

describe('a confirmation', () => {
  test('closes the operation, moves the account and writes the trail', () => {
    const house = openHouse();
    house.plan({ operations: [create('a', { why: 'new here' })] });
    const [operation] = house.lease();
    house.confirm([doneWith(operation!, 'r1')], 42);
    expect(statesOf(house)).toEqual([]);
    expect(house.rows('SELECT remote_id, resource, state, origin, confirmed_at FROM account')).toEqual([
      {
        remote_id: 'r1',
        resource: '{"active":true,"userName":"a"}',
        state: 'linked',
        origin: 'created',
        confirmed_at: 42,
      },
    ]);
    const [row] = house.rows<{ detail: string }>(`SELECT * FROM audit WHERE event = 'operation.done'`);
    expect(row).toMatchObject({ at: 42, run: 1, target: 'example', key: 'a' });
    expect(JSON.parse(row!.detail)).toEqual({
      actor: 'test',
      kind: 'create',
      part: 0,
      why: 'new here',
      remoteId: 'r1',
      status: 201,
      after: { active: true, userName: 'a' },
    });
  });

  test('of a change keeps id and origin, and says in the trail what changed', () => {
    const house = openHouse();
    house.link('a', { userName: 'a' }, 'r1');
    house.state.db.exec(`UPDATE account SET origin = 'adopted'`);
    const changes = [{ path: 'title', before: 'Mr', after: 'Dr' }];
    house.plan({
      operations: [{ key: 'a', kind: 'update', after: { userName: 'a', title: 'Dr' }, changes }],
    });
    const [operation] = house.lease();
    house.confirm([doneWith(operation!, 'r1')], 42);
    expect(house.rows('SELECT remote_id, origin FROM account')).toEqual([
      { remote_id: 'r1', origin: 'adopted' },
    ]);
    expect(accountsOf(house)['a']).toEqual({ userName: 'a', title: 'Dr' });
    const rows = house.rows<{ detail: string }>(`SELECT detail FROM audit WHERE event = 'operation.done'`);
    expect(JSON.parse(rows.at(-1)!.detail)).toMatchObject({ kind: 'update', changes });
  });

  test('of a deletion closes the link', () => {
    const house = openHouse();
    house.link('a', { userName: 'a' }, 'r1');
    house.plan({ operations: [{ key: 'a', kind: 'delete' }] });
    const [operation] = house.lease();
    house.confirm([{ kind: 'done', operation: operation!, account: null }], 42);
    expect(accountsOf(house)).toEqual({});
    expect(house.queue().remoteIdOf('a')).toBeUndefined();
    const rows = house.rows<{ detail: string }>(`SELECT detail FROM audit WHERE event = 'operation.done'`);
    expect(JSON.parse(rows.at(-1)!.detail)).toMatchObject({ remoteId: 'r1' });
  });

  test('is one transaction: where one step cannot be written, none is', () => {
    const house = openHouse();
    house.plan({ operations: [create('a'), create('b')] });
    const [a, b] = house.lease() as [Leased, Leased];
    const impossible = doneWith(b, 'r2', {
      account: { remoteId: 'r2', resource: {}, state: 'nonsense' },
    });
    const before = house.rows('SELECT * FROM audit').length;
    expect(() => {
      house.confirm([doneWith(a), impossible], 1);
    }).toThrow('CHECK');
    expect(statesOf(house)).toEqual(['a leased', 'b leased']);
    expect(accountsOf(house)).toEqual({});
    expect(house.rows('SELECT * FROM audit')).toHaveLength(before);
    house.confirm([doneWith(a), doneWith(b)], 2);
    expect(statesOf(house)).toEqual([]);
  });

  test('gives nobody the account of somebody else, and both in one batch are told apart', () => {
    const house = openHouse();
    house.plan({ operations: [create('a'), create('b')] });
    const [a, b] = house.lease() as [Leased, Leased];
    house.confirm([doneWith(a, 'r1'), doneWith(b, 'r1')], 1);
    expect(Object.keys(accountsOf(house))).toEqual(['a']);
    expect(house.rows(`SELECT code, error, state FROM operation`)).toEqual([
      { code: 'conflict', error: 'the target answered with the account of a (r1)', state: 'failed' },
    ]);
    expect(house.rows(`SELECT key FROM audit WHERE event = 'operation.failed'`)).toEqual([{ key: 'b' }]);
  });

  test('keeps the digest of a password until another is set', () => {
    const house = openHouse();
    const digest = () => house.rows('SELECT secret_digest FROM account')[0];
    const carryOut = (operation: Planned): void => {
      house.plan({ operations: [operation] });
      const [leased] = house.lease();
      house.confirm([doneWith(leased!, 'r1')], 1);
    };
    carryOut(create('a', { secretDigest: 'one' }));
    expect(digest()).toEqual({ secret_digest: 'one' });
    const update: Planned = { key: 'a', kind: 'update', after: { userName: 'a', title: 'x' } };
    carryOut(update);
    expect(digest()).toEqual({ secret_digest: 'one' });
    carryOut({ ...update, secretDigest: 'two' });
    expect(digest()).toEqual({ secret_digest: 'two' });
  });

  test('counts attempts that count', () => {
    const house = openHouse();
    house.plan({ operations: [create('a')] });
    for (const [counted, attempts] of [
      [true, 1],
      [false, 1],
      [true, 2],
    ] as const) {
      const [operation] = house.lease();
      house.confirm(
        [{ kind: 'retry', operation: operation!, runAt: 0, error: 'busy', code: 'server', counted }],
        0,
      );
      expect(house.rows('SELECT attempts, error, state FROM operation')).toEqual([
        { attempts, error: 'busy', state: 'open' },
      ]);
    }
  });
});

describe('a reference that is owed', () => {
  const change = { path: MANAGER_PATH, after: { value: 'boss' } };
  const report = create('a', { after: managedBy('boss', { userName: 'a' }), needs: 'boss' });
  const owe = (operation: Leased): Step =>
    doneWith(operation, 'id-a', {
      account: { remoteId: 'id-a', resource: { userName: 'a' }, state: 'linked' },
      owed: { manager: 'boss', after: operation.after!, change },
    });

  /** The report is created without the manager, whose own create was leased in the same phase. */
  function reportCreated(): { house: House; boss: Leased } {
    const house = openHouse();
    house.plan({ operations: [create('boss'), report] });
    const [a, boss] = house.lease() as [Leased, Leased];
    house.confirm([owe(a)], 1);
    return { house, boss };
  }

  test('waits for the manager, and is opened by the manager’s account', () => {
    const { house, boss } = reportCreated();
    expect(statesOf(house)).toEqual(["a' waiting", 'boss leased']);
    expect(house.lease(1000)).toEqual([]);
    house.confirm([doneWith(boss, 'id-boss')], 2);
    expect(statesOf(house)).toEqual(["a' open"]);
    const [reference] = house.lease(1000);
    expect(reference).toMatchObject({
      key: 'a',
      kind: 'update',
      part: 1,
      phase: 10_000,
      changes: [change],
      after: managedBy('boss', { userName: 'a' }),
      account: { remoteId: 'id-a', resource: { userName: 'a' } },
    });
  });

  test('is opened at once where the manager came in the same batch, in either order', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const house = openHouse();
      house.plan({ operations: [create('boss'), report] });
      const [a, boss] = house.lease() as [Leased, Leased];
      const steps = [owe(a), doneWith(boss)];
      house.confirm(
        order.map((index) => steps[index]!),
        1,
      );
      expect(statesOf(house)).toEqual(["a' open"]);
    }
  });

  test('is not owed twice', () => {
    const house = openHouse();
    const second: Planned = { ...report, kind: 'update', part: 1, changes: [change], phase: 10_000 };
    house.plan({ operations: [create('boss'), report, second] });
    const [a] = house.lease();
    house.confirm([owe(a!)], 1);
    expect(statesOf(house)).toEqual(["a' open", 'boss leased']);
  });

  test('to somebody whom nobody knows is not owed at all', () => {
    const house = openHouse();
    house.plan({ operations: [create('a')] });
    const [a] = house.lease();
    house.confirm([owe(a!)], 1);
    expect(statesOf(house)).toEqual([]);
  });

  test('of the manager alone, which waits, is opened in the same way', () => {
    const house = openHouse();
    house.link('a', { userName: 'a' });
    const update: Planned = {
      key: 'a',
      kind: 'update',
      after: managedBy('boss', { userName: 'a' }),
      changes: [change],
      needs: 'boss',
    };
    house.plan({ operations: [create('boss'), update] });
    const [waits] = house.lease();
    house.confirm([{ kind: 'waiting', operation: waits!, error: 'waits for boss', code: 'reference' }], 1);
    const [boss] = house.lease();
    house.confirm([doneWith(boss!)], 2);
    expect(statesOf(house)).toEqual(['a open']);
  });

  test('is opened by nobody else, and nothing else is', () => {
    const house = openHouse();
    house.plan({ operations: [create('boss'), report, create('c'), create('d')] });
    const [a, , c, d] = house.lease() as [Leased, Leased, Leased, Leased];
    house.confirm([owe(a), { kind: 'waiting', operation: d, error: 'x', code: 'invited' }], 1);
    house.confirm([doneWith(c)], 2);
    expect(statesOf(house)).toEqual(["a' waiting", 'boss leased', 'd waiting']);
  });
});

describe('a halted target', () => {
  test('keeps since when it is halted, and the newest reason', () => {
    const house = openHouse();
    const queue = house.queue();
    queue.halt({ code: 'unreachable', message: 'no such host' }, 10);
    queue.halt({ code: 'unauthorised', message: 'the token was refused' }, 20);
    expect(house.rows('SELECT halted_since, halted_code, halted_reason FROM target')).toEqual([
      { halted_since: 10, halted_code: 'unauthorised', halted_reason: 'the token was refused' },
    ]);
    queue.resume(30);
    queue.resume(40);
    expect(house.rows('SELECT halted_since, halted_code, halted_reason FROM target')).toEqual([
      { halted_since: null, halted_code: null, halted_reason: null },
    ]);
    expect(house.rows(`SELECT at FROM audit WHERE event = 'target.resumed'`)).toEqual([{ at: 30 }]);
  });
});

test('ids of the target and keys of people find each other, within one target', () => {
  const house = openHouse();
  const other = openHouse(house.state, 'other');
  house.link('a', { userName: 'a' }, 'r1');
  expect([house.queue().remoteIdOf('a'), house.queue().ownerOf('r1')]).toEqual(['r1', 'a']);
  expect([other.queue().remoteIdOf('a'), other.queue().ownerOf('r1')]).toEqual([undefined, undefined]);
});
