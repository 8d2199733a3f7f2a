import { describe, expect, test } from 'vitest';
import { RollcallError } from '../../src/model/index.ts';
import { acceptedReceipt, inDoubt, restless, targetRow } from '../../src/store/accounts.ts';
import { heldKinds } from '../../src/store/approvals.ts';
import { generation } from '../../src/store/generation.ts';
import type { Leased } from '../../src/store/queue/queue.ts';
import { loadLedger } from '../../src/store/state.ts';
import { openHouse } from './released.ts';
import type { House, Planned } from './released.ts';

const create = (key: string): Planned => ({ key, kind: 'create', after: { userName: key } });
const leave = (key: string): Planned => ({
  key,
  kind: 'deactivate',
  after: { userName: key, active: false },
});
const update = (key: string, title = 'x'): Planned => ({
  key,
  kind: 'update',
  after: { userName: key, title },
  changes: [{ path: 'title', after: title }],
});

const openOf = (house: House) =>
  house
    .rows<{ key: string; kind: string; state: string }>(
      'SELECT key, kind, operation.state FROM operation JOIN person ON person.id = person ORDER BY key, operation.id',
    )
    .map(({ key, kind, state }) => `${key} ${kind} ${state}`);

describe('a plan that is released', () => {
  test('opens its operations in their order', () => {
    const house = openHouse();
    const { run } = house.plan({ operations: [create('b'), leave('z'), update('m'), create('a')] });
    expect(
      house.rows(
        'SELECT run, phase, type, key, kind, state, run_at, attempts FROM operation JOIN person ON person.id = person ORDER BY operation.id',
      ),
    ).toMatchObject([
      { key: 'z', phase: 0, kind: 'deactivate', run, state: 'open' },
      { key: 'm', phase: 10 },
      { key: 'a', phase: 100, type: 'User', run_at: 0, attempts: 0 },
      { key: 'b', phase: 100 },
    ]);
  });

  test('makes known whom it met, once, in the ledger and among the people', () => {
    const house = openHouse();
    house.plan({ operations: [create('a')], examined: ['b'] });
    house.plan({ operations: [create('c')], examined: ['a', 'b'] });
    expect(house.rows('SELECT id, key FROM person ORDER BY id')).toEqual([
      { id: 1, key: 'b' },
      { id: 2, key: 'a' },
      { id: 3, key: 'c' },
    ]);
    const ledger = loadLedger(house.state);
    const digest = new Uint32Array(4);
    for (const [slot, key] of ['b', 'a', 'c'].entries()) {
      ledger.keyHash(key, digest);
      expect(ledger.find(digest)).toBe(slot);
    }
  });

  test('tells the target how far it came, and which read was accepted for it', () => {
    const house = openHouse();
    house.plan({ count: 10 });
    const { run } = house.plan({ count: 4, accepted: false });
    expect(targetRow(house.state, 'example')).toMatchObject({ cursor: run, digest: 'configuration' });
    const { state, target } = house;
    expect(acceptedReceipt(state, target, 'hr')).toMatchObject({ count: 10 });
    expect(acceptedReceipt(state, target, 'other')).toBeUndefined();
    expect(acceptedReceipt(state, target + 1, 'hr')).toBeUndefined();
    house.plan({ count: 7 });
    expect(acceptedReceipt(state, target, 'hr')).toMatchObject({ count: 7 });
  });

  test('is in the trail, with its counts', () => {
    const house = openHouse();
    house.plan({ operations: [create('a'), create('b'), leave('z')], held: ['deactivate'], now: 9 });
    const rows = house.rows<{ event: string; detail: string }>(
      `SELECT event, detail FROM audit WHERE event LIKE 'plan.%' ORDER BY seq`,
    );
    expect(rows.map(({ event }) => event)).toEqual(['plan.released', 'plan.held']);
    expect(JSON.parse(rows[0]!.detail)).toMatchObject({ counts: { create: 2 } });
    expect(JSON.parse(rows[1]!.detail)).toMatchObject({ kind: 'deactivate', count: 1 });
  });
});

describe('older operations', () => {
  test('of everybody whom it judged are replaced', () => {
    const house = openHouse();
    house.plan({ operations: [update('a', 'one'), leave('b')] });
    house.plan({ operations: [update('a', 'two')] });
    expect(openOf(house)).toEqual(['a update open', 'b deactivate open']);
    expect(house.rows<{ after: string }>(`SELECT after FROM operation WHERE kind = 'update'`)).toEqual([
      { after: '{"title":"two","userName":"a"}' },
    ]);
  });

  test('go also where there is nothing to do any more: somebody is back before they were switched off', () => {
    const house = openHouse();
    house.plan({ operations: [leave('a'), leave('b')] });
    house.plan({ examined: ['a'] });
    expect(openOf(house)).toEqual(['b deactivate open']);
  });

  test('that the plan wants just so go on, with their attempts and their time', () => {
    const house = openHouse();
    house.plan({ operations: [create('a'), create('b')], now: 0 });
    const [a, b] = house.lease() as [Leased, Leased];
    house.confirm(
      [
        { kind: 'retry', operation: a, runAt: 99_000, error: 'busy', code: 'server', counted: true },
        { kind: 'failed', operation: b, error: 'no', code: 'invalid' },
      ],
      0,
    );
    const rows = house.rows(
      'SELECT id, key, operation.state, attempts, run_at FROM operation JOIN person USING (id)',
    );
    house.plan({ operations: [create('a'), create('b'), create('c')], now: 1000 });
    expect(openOf(house)).toEqual(['a create open', 'b create failed', 'c create open']);
    expect(
      house.rows('SELECT id, key, operation.state, attempts, run_at FROM operation JOIN person USING (id)'),
    ).toEqual(expect.arrayContaining([...rows]));
    // They were counted by the limits when they were released.
    expect(house.rows('SELECT kind, count FROM released ORDER BY at')).toEqual([
      { kind: 'create', count: 2 },
      { kind: 'create', count: 1 },
    ]);
  });

  test('that switch somebody off go on and count once, whatever the account is known to hold by now', () => {
    const house = openHouse();
    house.plan({ operations: [leave('a')], now: 0 });
    const after = { userName: 'a', title: 'as it was read', active: false };
    house.plan({ operations: [{ ...leave('a'), after, beforeDigest: 'another' }], now: 1000 });
    expect(openOf(house)).toEqual(['a deactivate open']);
    expect(house.rows('SELECT kind, count FROM released')).toEqual([{ kind: 'deactivate', count: 1 }]);
    expect(house.lease()).toMatchObject([{ after }]);
  });

  test('that failed are tried again when their time has come, twice as far away each time', () => {
    const house = openHouse();
    const minutes = (count: number): number => count * 60_000;
    const fail = (now: number): void => {
      const [operation] = house.lease(now);
      house.confirm([{ kind: 'failed', operation: operation!, error: 'no', code: 'invalid' }], now);
    };
    house.plan({ operations: [create('a')] });
    fail(0);
    let last = 0;
    for (const wait of [15, 30, 60, 120]) {
      house.plan({ operations: [create('a')], now: last + minutes(wait) - 1 });
      expect([wait, ...openOf(house)]).toEqual([wait, 'a create failed']);
      last += minutes(wait);
      house.plan({ operations: [create('a')], now: last });
      expect([wait, ...openOf(house)]).toEqual([wait, 'a create open']);
      fail(last);
    }
  });

  test('that failed are revived at once by any other plan', () => {
    const house = openHouse();
    house.plan({ operations: [create('a')] });
    const [a] = house.lease();
    house.confirm([{ kind: 'failed', operation: a!, error: 'no', code: 'invalid' }], 0);
    house.plan({ operations: [{ ...create('a'), after: { userName: 'a', title: 'Dr' } }] });
    expect(openOf(house)).toEqual(['a create open']);
    expect(house.rows('SELECT attempts FROM operation')).toEqual([{ attempts: 0 }]);
  });

  test('that wait for an invitation are tried at each run', () => {
    const house = openHouse();
    house.plan({ operations: [leave('a')] });
    const [a] = house.lease();
    house.confirm([{ kind: 'waiting', operation: a!, error: 'later', code: 'invited' }], 0);
    house.plan({ operations: [leave('a')], now: 1 });
    expect(openOf(house)).toEqual(['a deactivate open']);
  });

  test('that failed or waited go, where nothing is wanted any more', () => {
    const house = openHouse();
    house.plan({ operations: [create('a'), create('b')] });
    const [a, b] = house.lease() as [Leased, Leased];
    house.confirm(
      [
        { kind: 'failed', operation: a, error: 'no', code: 'invalid' },
        { kind: 'waiting', operation: b, error: 'later', code: 'invited' },
      ],
      1,
    );
    house.plan({ examined: ['a', 'b'] });
    expect(openOf(house)).toEqual([]);
  });

  test('in doubt are left alone, whatever the plan says', () => {
    const house = openHouse();
    house.plan({ operations: [create('a'), create('b')] });
    house.lease();
    house.plan({ operations: [leave('a')], examined: ['b'] });
    expect(openOf(house)).toEqual(['a create leased', 'a deactivate open', 'b create leased']);
    expect([...inDoubt(house.state, house.target)].sort()).toEqual([0, 1]);
  });

  test('of people whom it did not look at stay, and those of another target too', () => {
    const house = openHouse();
    const other = openHouse(house.state, 'other');
    house.plan({ operations: [create('a')] });
    other.plan({ operations: [create('a')] });
    house.plan({ examined: ['b'] });
    expect(openOf(house)).toEqual(['a create open', 'a create open']);
    house.plan({ examined: ['a'] });
    expect(openOf(house)).toEqual(['a create open']);
    expect(other.lease()).toHaveLength(1);
  });
});

describe('a kind that is held', () => {
  test('is not sent, and the other kinds are', () => {
    const house = openHouse();
    house.plan({ operations: [leave('a'), create('b')], held: ['deactivate'] });
    expect(openOf(house)).toEqual(['a deactivate held', 'b create open']);
    expect(house.lease().map(({ key }) => key)).toEqual(['b']);
    expect(house.rows('SELECT kind, count, approved FROM released')).toEqual([
      { kind: 'create', count: 1, approved: 0 },
    ]);
  });

  test('cancels older leaves that are no longer wanted, and stops none that was let through', () => {
    const house = openHouse();
    house.plan({ operations: [leave('a'), leave('b')] });
    house.plan({ operations: [leave('b'), leave('c')], examined: ['a'], held: ['deactivate'] });
    expect(openOf(house)).toEqual(['b deactivate open', 'c deactivate held']);
  });

  test('is replaced by the next plan, also for people whom that did not look at', () => {
    const house = openHouse();
    house.plan({ operations: [leave('a'), leave('b')], held: ['deactivate'] });
    house.plan({ operations: [create('c')] });
    expect(openOf(house)).toEqual(['c create open']);
    expect(heldKinds(house.state, house.target)).toEqual([]);
  });

  test('tells since when the same rows wait, and begins anew with others', () => {
    const house = openHouse();
    const since = () => heldKinds(house.state, house.target).map((one) => one.since);
    house.plan({ operations: [leave('a')], held: ['deactivate'], now: 10 });
    house.plan({ operations: [leave('a')], held: ['deactivate'], now: 20 });
    expect(since()).toEqual([10]);
    house.plan({ operations: [leave('a'), leave('b')], held: ['deactivate'], now: 30 });
    expect(since()).toEqual([30]);
  });

  test('as a whole target keeps the base URL that the accounts came from', () => {
    const house = openHouse();
    house.plan({ operations: [create('a')], held: ['target', 'create'], fingerprint: 'elsewhere' });
    expect(targetRow(house.state, 'example')).toMatchObject({ fingerprint: 'fingerprint' });
    expect(house.lease()).toEqual([]);
    house.plan({
      operations: [create('a')],
      approvals: [{ id: 1, kind: 'target' }],
      fingerprint: 'elsewhere',
    });
    expect(targetRow(house.state, 'example')).toMatchObject({ fingerprint: 'elsewhere' });
  });
});

describe('people who are left out or rejected', () => {
  const leftOut = (house: House) =>
    house.rows(
      'SELECT key, rule, reason, since FROM left_out JOIN person ON person.id = person ORDER BY key',
    );
  const rejected = (house: House) =>
    house.rows('SELECT key, rule, since FROM rejection JOIN person ON person.id = person ORDER BY key');

  test('are known since the first time, with the newest reason, until they are no more', () => {
    const house = openHouse();
    house.plan({ leftOut: [{ key: 'a', rule: 'rekey', reason: 'one' }], now: 10 });
    house.plan({ leftOut: [{ key: 'a', rule: 'disputed', reason: 'two' }], now: 20 });
    expect(leftOut(house)).toEqual([{ key: 'a', rule: 'disputed', reason: 'two', since: 10 }]);
    house.plan({ examined: ['b'], now: 30 });
    expect(leftOut(house)).toHaveLength(1);
    house.plan({ examined: ['a'], now: 40 });
    expect(leftOut(house)).toEqual([]);
  });

  test('are known as rejected since the first time, until a record is accepted', () => {
    const house = openHouse();
    house.plan({ rejected: [{ key: 'a', rule: 'status', reason: 'one' }], now: 10 });
    house.plan({ rejected: [{ key: 'a', rule: 'userName', reason: 'two' }], now: 20 });
    expect(rejected(house)).toEqual([{ key: 'a', rule: 'userName', since: 10 }]);
    house.plan({ examined: ['a'], now: 30 });
    expect(rejected(house)).toEqual([]);
  });

  test('and people with open operations are looked at in every run', () => {
    const house = openHouse();
    house.plan({
      examined: ['calm'],
      operations: [create('busy')],
      leftOut: [{ key: 'left out', rule: 'rekey', reason: 'x' }],
      rejected: [{ key: 'rejected', rule: 'x', reason: 'x' }],
    });
    const bits = restless(house.state, 4);
    const named = house
      .rows<{ id: number; key: string }>('SELECT id, key FROM person')
      .filter(({ id }) => bits[id - 1] === 1)
      .map(({ key }) => key);
    expect(named.sort()).toEqual(['busy', 'left out', 'rejected']);
  });
});

describe('a plan that another overtook', () => {
  test('is refused, and nothing of it is taken', () => {
    const house = openHouse();
    house.plan({ operations: [create('a')] });
    const before = generation(house.state);
    const people = house.rows('SELECT * FROM person');
    expect(() => house.plan({ operations: [leave('a'), create('b')], generation: before - 1 })).toThrow(
      RollcallError,
    );
    expect(openOf(house)).toEqual(['a create open']);
    expect(house.rows('SELECT * FROM person')).toEqual(people);
    expect(generation(house.state)).toBe(before);
    house.plan({ operations: [create('b')] });
    expect(generation(house.state)).toBe(before + 1);
  });
});
