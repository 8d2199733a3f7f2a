import { describe, expect, test } from 'vitest';
import { RollcallError } from '../../src/model/index.ts';
import { approvalFor, approve, heldKinds, releasedWithin } from '../../src/store/approvals.ts';
import { openHouse } from './released.ts';
import type { House, Planned } from './released.ts';

const day = 24 * 60 * 60 * 1000;
const leaves = (...keys: readonly string[]): readonly Planned[] =>
  keys.map((key) => ({ key, kind: 'deactivate', after: { active: false } }));

function holding(): { house: House; checksum: string } {
  const house = openHouse();
  house.plan({ operations: leaves('a', 'b'), held: ['deactivate'], now: 50 });
  const [held] = heldKinds(house.state, house.target);
  return { house, checksum: held!.checksum };
}

const give = (house: House, checksum: string, part: Partial<Parameters<typeof approve>[1]> = {}) =>
  approve(house.state, {
    target: house.target,
    name: house.name,
    checksum,
    actor: 'ada',
    now: 100,
    ...part,
  });

const problemOf = (act: () => unknown): RollcallError => {
  try {
    act();
  } catch (error) {
    if (error instanceof RollcallError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('what is held', () => {
  test('is told with its checksum, its number, its breaches, and since when', () => {
    const { house, checksum } = holding();
    expect(heldKinds(house.state, house.target)).toEqual([
      {
        kind: 'deactivate',
        checksum,
        count: 2,
        breaches: [{ rule: 'count', message: 'too many' }],
        since: 50,
      },
    ]);
    expect(heldKinds(house.state, house.target + 1)).toEqual([]);
  });
});

describe('an approval', () => {
  test('is for exactly the rows of its checksum, on its target', () => {
    const { house, checksum } = holding();
    expect(give(house, checksum)).toMatchObject([{ kind: 'deactivate', count: 2 }]);
    const { state, target } = house;
    expect(approvalFor(state, target, 'deactivate', checksum, 100)).toBe(1);
    expect(approvalFor(state, target, 'deactivate', `0${checksum.slice(1)}`, 100)).toBeUndefined();
    expect(approvalFor(state, target, 'deactivate', 'e'.repeat(64), 100)).toBeUndefined();
    expect(approvalFor(state, target + 1, 'deactivate', checksum, 100)).toBeUndefined();
  });

  test('may be given by the beginning of a checksum, in either case, if it says enough', () => {
    const { house, checksum } = holding();
    give(house, checksum.slice(0, 12).toUpperCase());
    expect(approvalFor(house.state, house.target, 'deactivate', checksum, 100)).toBe(1);
    for (const wrong of ['', checksum.slice(0, 11), `${checksum}0`, 'not a checksum', '%'.repeat(12)]) {
      const error = problemOf(() => give(house, wrong));
      expect(error.code).toBe('usage');
      expect(error.problems[0]!.hint).toContain('first 12 characters');
    }
    expect(house.rows('SELECT count(*) AS count FROM approval')).toEqual([{ count: 1 }]);
  });

  test('ends after a day', () => {
    const { house, checksum } = holding();
    give(house, checksum);
    const at = (now: number) => approvalFor(house.state, house.target, 'deactivate', checksum, now);
    expect(at(100 + day - 1)).toBe(1);
    expect(at(100 + day)).toBeUndefined();
  });

  test('is used once', () => {
    const { house, checksum } = holding();
    give(house, checksum);
    house.plan({ operations: leaves('a', 'b'), approvals: [{ id: 1, kind: 'deactivate' }], now: 200 });
    expect(approvalFor(house.state, house.target, 'deactivate', checksum, 300)).toBeUndefined();
    expect(house.rows('SELECT used_at FROM approval')).toEqual([{ used_at: 200 }]);
    expect(heldKinds(house.state, house.target)).toEqual([]);
  });

  test('of some kinds is of no others', () => {
    const { house, checksum } = holding();
    give(house, checksum, { kinds: ['create', 'deactivate'] });
    const of = (kind: 'create' | 'deactivate' | 'delete') =>
      approvalFor(house.state, house.target, kind, checksum, 100);
    expect([of('create'), of('deactivate'), of('delete')]).toEqual([1, 1, undefined]);
  });

  test('that leaves out what the checksum is of is a mistake, and is not kept', () => {
    const { house, checksum } = holding();
    const error = problemOf(() => give(house, checksum, { kinds: ['create'] }));
    expect(error.message).toBe('this checksum is of deactivate, which --only leaves out');
    expect(house.rows('SELECT * FROM approval')).toEqual([]);
  });

  test('of what is not held yet is kept for when it is', () => {
    const { house } = holding();
    expect(give(house, 'e'.repeat(64))).toEqual([]);
    expect(approvalFor(house.state, house.target, 'create', 'e'.repeat(64), 100)).toBe(1);
  });

  test('is in the trail, with who gave it', () => {
    const { house, checksum } = holding();
    give(house, checksum, { kinds: ['deactivate'] });
    const [row] = house.rows<{ at: number; target: string; detail: string }>(
      `SELECT at, target, detail FROM audit WHERE event = 'approval.given'`,
    );
    expect(row).toMatchObject({ at: 100, target: 'example' });
    expect(JSON.parse(row!.detail)).toEqual({ checksum, kinds: ['deactivate'], actor: 'ada' });
  });
});

describe('the window of a day', () => {
  const window = (house: House, now: number, linked = 7) =>
    releasedWithin(house.state, house.target, now, linked);

  test('sums what was released, and forgets it after a day', () => {
    const house = openHouse();
    house.plan({ operations: leaves('a', 'b'), linked: 100, now: 0 });
    house.plan({ operations: leaves('c'), linked: 98, now: 1000 });
    expect(window(house, 2000)).toEqual({ released: { deactivate: 3 }, linked: 100 });
    expect(window(house, day - 1)).toEqual({ released: { deactivate: 3 }, linked: 100 });
    expect(window(house, day)).toEqual({ released: { deactivate: 1 }, linked: 98 });
    expect(window(house, day + 1000)).toEqual({ released: {}, linked: 7 });
  });

  test('has neither what is held nor what somebody approved', () => {
    const house = openHouse();
    house.plan({ operations: leaves('a'), held: ['deactivate'], linked: 100 });
    house.plan({
      operations: [...leaves('a'), { key: 'b', kind: 'update', after: { title: 'x' } }],
      approvals: [{ id: 99, kind: 'deactivate' }],
      linked: 100,
    });
    expect(window(house, 10)).toEqual({ released: { update: 1 }, linked: 100 });
  });

  test('begins after the first load, which is a share of nothing', () => {
    const house = openHouse();
    house.plan({ operations: [{ key: 'a', kind: 'create', after: { userName: 'a' } }], linked: 0 });
    expect(window(house, 10, 1)).toEqual({ released: {}, linked: 1 });
    house.plan({ operations: leaves('a'), linked: 1, now: 5 });
    expect(window(house, 10, 0)).toEqual({ released: { deactivate: 1 }, linked: 1 });
    house.plan({ operations: [{ key: 'b', kind: 'create', after: { userName: 'b' } }], linked: 1, now: 6 });
    expect(window(house, 10)).toEqual({ released: { create: 1, deactivate: 1 }, linked: 1 });
  });

  test('of one target says nothing of another', () => {
    const house = openHouse();
    const other = openHouse(house.state, 'other');
    house.plan({ operations: leaves('a'), linked: 100 });
    expect(window(other, 10)).toEqual({ released: {}, linked: 7 });
  });
});
