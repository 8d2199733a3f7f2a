import { describe, expect, test } from 'vitest';
import { PHASE } from '../../src/planning/judge.ts';
import { settleSpent } from '../../src/store/budgets.ts';
import { dueOn, duesIn } from '../../src/store/due.ts';
import { halt } from '../../src/store/halts.ts';
import { pause, resume } from '../../src/store/pauses.ts';
import { openState } from '../../src/store/state.ts';
import { temporaryFolder, openEmpty, openHouse } from './released.ts';
import type { House, Planned } from './released.ts';

const create = (key: string, phase = 100): Planned => ({
  key,
  kind: 'create',
  after: { userName: key },
  phase,
});
const failure = { class: 'target', code: 'unreachable', message: 'no answer' } as const;
const due = ({ state, name }: House) => dueOn(state, { name }, PHASE.offboard);

describe('what earlier runs have left', () => {
  test('is nothing on a target that was never met, or that has all', () => {
    const house = openHouse();
    expect(dueOn(house.state, { name: 'nobody' }, 0)).toBeUndefined();
    expect(due(house)).toBeUndefined();
    house.link('a', { userName: 'a' });
    expect(due(house)).toBeUndefined();
  });

  test('is due when the first of it is: what is open at once, what failed when it is worth another trial', () => {
    const house = openHouse();
    house.plan({ operations: [create('a'), create('b'), create('c')] });
    expect(due(house)).toEqual({ at: 0, resumedAt: 0 });
    const [a, b, c] = house.lease(10);
    // Leased, and without an answer: it is read, and that is due as well.
    expect(due(house)).toMatchObject({ at: 0 });
    house.confirm(
      [
        { kind: 'failed', operation: a!, error: 'broken', code: 'invalid' },
        { kind: 'retry', operation: b!, runAt: 99_000, error: 'busy', code: 'server', counted: true },
        { kind: 'done', operation: c!, account: { remoteId: 'c', resource: {}, state: 'linked' } },
      ],
      20,
    );
    expect(due(house)).toMatchObject({ at: 99_000 });
    house.rows('DELETE FROM operation WHERE run_at = 99000 RETURNING id');
    expect(due(house)).toMatchObject({ at: 20 + 15 * 60_000 });
  });

  test('is not what waits for somebody’s account, for an approval, or for a plan', () => {
    const house = openHouse();
    house.plan({
      operations: [{ ...create('a'), needs: 'boss' }],
      leftOut: [{ key: 'x', rule: 'rekey', reason: 'two keys' }],
    });
    house.rows("UPDATE operation SET state = 'waiting' RETURNING id");
    expect(due(house)).toBeUndefined();
    house.rows("UPDATE operation SET state = 'held' RETURNING id");
    expect(due(house)).toBeUndefined();
  });

  test('waits for the end of a rest, and for the next probe of a halted target', () => {
    const house = openHouse();
    const { state, target, name } = house;
    house.plan({ operations: [create('a')] });
    settleSpent(state, target, [], { restUntil: 5000, forgetBefore: 0 });
    expect(due(house)).toMatchObject({ at: 5000 });
    for (const now of [6000, 7000, 8000]) halt(state, { id: target, name }, failure, now);
    expect(due(house)).toMatchObject({ at: 8000 + 2 * 60_000 });
    resume(state, { id: target, name }, { actor: 'kim', now: 9000 });
    expect(due(house)).toEqual({ at: 0, resumedAt: 9000 });
  });

  test('on a paused target is what no pause holds up', () => {
    const house = openHouse();
    const { state, target, name } = house;
    house.plan({ operations: [create('a')] });
    pause(state, { id: target, name }, { actor: 'kim', now: 10 });
    expect(due(house)).toBeUndefined();
    house.plan({ operations: [create('b', PHASE.offboard)] });
    expect(due(house)).toMatchObject({ at: 0 });
  });

  test('is seen as soon as somebody else has written it', () => {
    const path = `${temporaryFolder()}/state.db`;
    const house = openHouse(openEmpty(path));
    const watching = openState(path, false);
    const seen = duesIn(watching, PHASE.offboard);
    expect(seen(house)).toBeUndefined();
    house.plan({ operations: [create('a')] });
    expect(seen(house)).toEqual({ at: 0, resumedAt: 0 });
    expect(seen({ name: 'nobody' })).toBeUndefined();
    watching.close();
  });
});
