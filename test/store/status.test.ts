import { describe, expect, test } from 'vitest';
import { endRun, startRun } from '../../src/store/runs.ts';
import { backlog, forgottenTargets, frozen, lastRun, targetStatus } from '../../src/store/status.ts';
import { openEmpty, openHouse } from './released.ts';
import type { House, Planned } from './released.ts';

const create = (key: string): Planned => ({ key, kind: 'create', after: { userName: key } });

/** One of everything. */
function busy(): House {
  const house = openHouse();
  house.link('on', { userName: 'on', active: true });
  house.link('off', { userName: 'off', active: false });
  house.link('invited', { userName: 'invited', active: true });
  house.state.db.exec(
    `UPDATE account SET state = 'invited' WHERE person = (SELECT id FROM person WHERE key = 'invited')`,
  );
  house.plan({
    operations: [
      create('a'),
      create('b'),
      create('c'),
      create('d'),
      { key: 'on', kind: 'delete', phase: 200 },
    ],
    leftOut: [{ key: 'x', rule: 'rekey', reason: 'two keys' }],
    held: ['delete'],
    now: 7,
  });
  const [a, b, c] = house.take(100, 3, 5);
  house.confirm(
    [
      { kind: 'failed', operation: a!, error: 'no title', code: 'invalid' },
      { kind: 'waiting', operation: b!, error: 'not accepted', code: 'invited' },
      { kind: 'doubt', operation: c!, error: 'cut off', code: 'unreachable' },
    ],
    6,
  );
  return house;
}

describe('the status of a target', () => {
  test('counts what is linked, and what is open by its state', () => {
    const house = busy();
    expect(backlog(house.state, house.target)).toEqual({ pending: 1, failed: 1, waiting: 3, held: 1 });
    expect(targetStatus(house.state, 'example', 10)).toMatchObject({
      name: 'example',
      linked: 3,
      active: 2,
      invited: 1,
      plannedAt: 7,
      backlog: { pending: 1, failed: 1, waiting: 3, held: 1 },
    });
    expect(targetStatus(house.state, 'example', 10)).not.toHaveProperty('halted');
  });

  test('names whoever is in trouble, with the reason, and nobody who just waits for their turn', () => {
    const house = busy();
    expect(targetStatus(house.state, 'example', 10)?.troubles).toEqual([
      {
        key: 'a',
        kind: 'create',
        state: 'failed',
        rule: 'invalid',
        reason: 'no title',
        again: 900_006,
      },
      { key: 'c', kind: 'create', state: 'inDoubt', rule: 'unreachable', reason: 'cut off' },
      { key: 'b', kind: 'create', state: 'waiting', rule: 'invited', reason: 'not accepted' },
      { key: 'x', state: 'leftOut', rule: 'rekey', reason: 'two keys', since: 7 },
    ]);
    const [d] = house.lease(10);
    house.confirm(
      [{ kind: 'retry', operation: d!, runAt: 99, error: 'busy', code: 'server', counted: true }],
      6,
    );
    expect(targetStatus(house.state, 'example', 10)?.troubles).toContainEqual({
      key: 'd',
      kind: 'create',
      state: 'pending',
      rule: 'server',
      reason: 'busy',
    });
  });

  test('names whose turn it is next, in the order of sending, and no more than is asked for', () => {
    const house = openHouse();
    house.plan({
      operations: [
        create('a'),
        create('b'),
        { key: 'late', kind: 'create', after: {}, phase: 900 },
        { key: 'first', kind: 'deactivate', phase: 0 },
      ],
    });
    const pending = (most: number) => targetStatus(house.state, 'example', most)?.pending;
    expect(pending(10)?.map(({ key, kind }) => `${kind} ${key}`)).toEqual([
      'deactivate first',
      'create a',
      'create b',
      'create late',
    ]);
    expect(pending(2)?.map(({ key }) => key)).toEqual(['first', 'a']);
    const [leased] = house.lease(1);
    expect(pending(10)?.map(({ key }) => key)).not.toContain(leased!.key);
  });

  test('names no more than is asked for', () => {
    const house = openHouse();
    house.plan({
      leftOut: Array.from({ length: 30 }, (_, index) => ({ key: `p${index}`, rule: 'rekey', reason: 'x' })),
    });
    expect(targetStatus(house.state, 'example', 5)?.troubles).toHaveLength(5);
    expect(targetStatus(house.state, 'example', 5)?.backlog.waiting).toBe(30);
  });

  test('says since when it is halted, and why', () => {
    const house = openHouse();
    house.queue().halt({ code: 'unauthorised', message: 'the token was refused' }, 12);
    expect(targetStatus(house.state, 'example', 1)?.halted).toEqual({
      since: 12,
      code: 'unauthorised',
      reason: 'the token was refused',
    });
  });

  test('of a target that nobody has heard of is none, and of an empty one is nought', () => {
    const house = openHouse();
    expect(targetStatus(house.state, 'nobody', 1)).toBeUndefined();
    expect(targetStatus(house.state, 'example', 1)).toEqual({
      name: 'example',
      linked: 0,
      active: 0,
      invited: 0,
      backlog: { pending: 0, failed: 0, waiting: 0, held: 0 },
      pending: [],
      troubles: [],
    });
  });
});

test('the last run is told with its end, or without one while it runs', () => {
  const state = openEmpty();
  expect(lastRun(state)).toBeUndefined();
  const id = startRun(state, { command: 'sync', actor: 'ada', now: 1 });
  expect(lastRun(state)).toEqual({ id, startedAt: 1, command: 'sync', actor: 'ada' });
  endRun(state, id, {}, 2);
  expect(lastRun(state)).toMatchObject({ endedAt: 2 });
});

test('whoever is rejected and has an account is frozen, and nobody else is', () => {
  const house = openHouse();
  house.link('a', { userName: 'a' });
  const status = { rule: 'status', reason: 'unknown word' };
  house.plan({
    rejected: [
      { key: 'b', ...status },
      { key: 'a', ...status },
    ],
    now: 30,
  });
  expect(frozen(house.state, 10)).toEqual([{ key: 'a', since: 30, ...status }]);
  house.link('b', { userName: 'b' }, 'id-b', 40);
  expect(frozen(house.state, 10).map(({ key }) => key)).toEqual(['a']);
});

test('a target that the configuration does not name any more is told with its accounts', () => {
  const house = openHouse();
  openHouse(house.state, 'other');
  house.link('a', { userName: 'a' });
  expect(forgottenTargets(house.state, ['other'])).toEqual([{ name: 'example', linked: 1 }]);
  expect(forgottenTargets(house.state, [])).toEqual([
    { name: 'example', linked: 1 },
    { name: 'other', linked: 0 },
  ]);
  expect(forgottenTargets(house.state, ['other', 'example', 'new'])).toEqual([]);
});
