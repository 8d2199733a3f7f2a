import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cycles, depths, turns } from '../../src/planning/order.ts';
import { tries } from './example.ts';

const byIndex = (left: number, right: number): boolean => left < right;
const depthsOf = (managers: readonly number[], before = byIndex) => {
  const { depth, broken } = depths(Int32Array.from(managers), before);
  return { depth: [...depth], broken: [...broken] };
};

/** The people on each cycle, found in another way: by walking as long as there are people. */
function cyclesOf(managers: readonly number[]): readonly (readonly number[])[] {
  const cycles = new Map<number, number[]>();
  for (let start = 0; start < managers.length; start++) {
    let at = start;
    for (let step = 0; step < managers.length && at >= 0; step++) at = managers[at]!;
    if (at < 0) continue;
    const cycle = [at];
    for (let next = managers[at]!; next !== at; next = managers[next]!) cycle.push(next);
    cycles.set(Math.min(...cycle), cycle);
  }
  return [...cycles.values()];
}

const crowds = fc
  .integer({ min: 1, max: 30 })
  .chain((size) => fc.array(fc.integer({ min: -1, max: size - 1 }), { minLength: size, maxLength: size }));

describe('who is created before whom', () => {
  test('nobody waits where nobody has a manager', () => {
    expect(depthsOf([])).toEqual({ depth: [], broken: [] });
    expect(depthsOf([-1, -1, -1])).toEqual({ depth: [0, 0, 0], broken: [] });
  });

  test('everybody stands one below the manager, in whichever order they come', () => {
    expect(depthsOf([-1, 0, 1, 2]).depth).toEqual([0, 1, 2, 3]);
    expect(depthsOf([1, 2, 3, -1]).depth).toEqual([3, 2, 1, 0]);
    expect(depthsOf([2, 2, -1, 0, 1, -1]).depth).toEqual([1, 1, 0, 2, 2, 0]);
  });

  test('on a cycle the first goes without the manager, and the others follow', () => {
    expect(depthsOf([1, 0])).toEqual({ depth: [0, 1], broken: [0] });
    expect(depthsOf([1, 2, 0])).toEqual({ depth: [0, 2, 1], broken: [0] });
    expect(depthsOf([1, 2, 0], (left, right) => left > right)).toEqual({ depth: [2, 1, 0], broken: [2] });
    expect(depthsOf([0])).toEqual({ depth: [0], broken: [0] });
  });

  test('who hangs below a cycle comes after it, wherever the walk began', () => {
    expect(depthsOf([1, 2, 1])).toEqual({ depth: [1, 0, 1], broken: [1] });
    expect(depthsOf([3, 0, 1, 2, 2, 4])).toMatchObject({ broken: [0] });
    const { depth } = depthsOf([3, 0, 1, 2, 2, 4]);
    expect(depth).toEqual([0, 1, 2, 3, 3, 4]);
  });

  test('a manager always goes before the reports, but for one on each cycle', () => {
    fc.assert(
      fc.property(crowds, (managers) => {
        const { depth, broken } = depthsOf(managers);
        for (const [one, manager] of managers.entries())
          expect(depth[one]).toBe(manager < 0 || broken.includes(one) ? 0 : depth[manager]! + 1);
        const first = cyclesOf(managers).map((cycle) => Math.min(...cycle));
        expect([...broken].sort()).toEqual(first.sort());
      }),
      tries(500),
    );
  });

  test('the same people in another order get the same places', () => {
    const shuffled = crowds.chain((managers) =>
      fc.tuple(
        fc.constant(managers),
        fc.shuffledSubarray([...managers.keys()], {
          minLength: managers.length,
          maxLength: managers.length,
        }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([managers, place]) => {
        // Person i stands at place[i]; who goes first on a cycle is told by the person, not by the place.
        const person = new Map(place.map((at, one) => [at, one]));
        const moved: number[] = [];
        for (const [one, manager] of managers.entries())
          moved[place[one]!] = manager < 0 ? -1 : place[manager]!;
        const there = depthsOf(moved, (left, right) => person.get(left)! < person.get(right)!);
        const here = depthsOf(managers);
        expect([...managers.keys()].map((one) => there.depth[place[one]!])).toEqual(here.depth);
        expect(there.broken.map((at) => person.get(at)!).sort()).toEqual([...here.broken].sort());
      }),
      tries(300),
    );
  });

  test('a chain, a cycle and many pairs of two hundred thousand', () => {
    const size = 200_000;
    const chain = Int32Array.from({ length: size }, (_, index) => index - 1);
    expect(depths(chain, byIndex).depth[size - 1]).toBe(size - 1);
    expect(
      depths(
        chain.toReversed().map((_, index) => (index + 1 < size ? index + 1 : -1)),
        byIndex,
      ).depth[0],
    ).toBe(size - 1);
    const ring = Int32Array.from({ length: size }, (_, index) => (index + 1) % size);
    expect(depths(ring, byIndex).broken).toEqual([0]);
    const pairs = Int32Array.from({ length: size }, (_, index) => index ^ 1);
    expect(depths(pairs, byIndex).broken).toHaveLength(size / 2);
  });
});

describe('cycles of managers', () => {
  test.each([
    [[-1], []],
    [[0], [[0]]],
    [[1, 2, -1], []],
    [[1, 2, 0], [[0, 1, 2]]],
    [[2, 0, 1], [[0, 2, 1]]],
    [
      [1, 0, 0, 4, 3],
      [
        [0, 1],
        [3, 4],
      ],
    ],
    [[3, 2, 1, 1], [[1, 2]]],
  ])('%j has %j', (managers, expected) => expect(cycles(Int32Array.from(managers))).toEqual(expected));

  test('somebody is on one exactly if following managers leads back to them', () => {
    const table = fc
      .integer({ min: 1, max: 12 })
      .chain((size) =>
        fc.array(fc.integer({ min: -1, max: size - 1 }), { minLength: size, maxLength: size }),
      );
    fc.assert(
      fc.property(table, (managers) => {
        const found = cycles(Int32Array.from(managers));
        const isOn = managers.map((_, start) => {
          let at = managers[start]!;
          for (let step = 0; step < managers.length && at >= 0 && at !== start; step++) at = managers[at]!;
          return at === start;
        });
        expect(found.flat().sort((left, right) => left - right)).toEqual(
          isOn.flatMap((yes, one) => (yes ? [one] : [])),
        );
        for (const cycle of found)
          cycle.forEach((one, at) => expect(managers[one]).toBe(cycle[(at + 1) % cycle.length]));
      }),
    );
  });

  test('a long chain is walked once', () => {
    const size = 200_000;
    const chain = Int32Array.from({ length: size }, (_, index) => index - 1);
    expect(cycles(chain)).toEqual([]);
    chain[0] = size - 1;
    expect(cycles(chain)[0]).toHaveLength(size);
  });
});

const turnsOf = (...edges: readonly (readonly [taker: number, giver: number])[]) => {
  const { turn, cycles } = turns(edges.map(([taker, giver]) => ({ taker, giver })));
  return {
    turn: Object.fromEntries(turn),
    cycles: cycles.map((cycle) => [...cycle].sort((left, right) => left - right)),
  };
};

describe('whose name is free first', () => {
  test('whoever gives a name up goes before whoever takes it', () => {
    expect(turnsOf()).toEqual({ turn: {}, cycles: [] });
    expect(turnsOf([1, 2])).toEqual({ turn: { 2: 0, 1: 1 }, cycles: [] });
    expect(turnsOf([1, 2], [2, 3], [3, 4])).toEqual({ turn: { 4: 0, 3: 1, 2: 2, 1: 3 }, cycles: [] });
    expect(turnsOf([3, 4], [2, 3], [1, 2])).toEqual({ turn: { 4: 0, 3: 1, 2: 2, 1: 3 }, cycles: [] });
    expect(turnsOf([1, 2], [5, 6])).toEqual({ turn: { 2: 0, 1: 1, 6: 0, 5: 1 }, cycles: [] });
  });

  test('two who swap, and three in a ring, are on a cycle and have no turn', () => {
    expect(turnsOf([1, 2], [2, 1])).toEqual({ turn: {}, cycles: [[1, 2]] });
    expect(turnsOf([1, 2], [2, 3], [3, 1])).toEqual({ turn: {}, cycles: [[1, 2, 3]] });
  });

  test('each of several cycles is told by itself, and nobody else waits', () => {
    expect(turnsOf([1, 2], [7, 8], [2, 1], [3, 4], [4, 3])).toEqual({
      turn: { 8: 0, 7: 1 },
      cycles: [
        [1, 2],
        [3, 4],
      ],
    });
  });

  test('whoever waits for somebody on a cycle has a turn of their own', () => {
    expect(turnsOf([9, 1], [1, 2], [2, 1])).toEqual({ turn: { 9: 0 }, cycles: [[1, 2]] });
    expect(turnsOf([1, 2], [2, 1], [9, 1])).toEqual({ turn: { 9: 0 }, cycles: [[1, 2]] });
  });

  test('a giver is always before the taker, unless both are on a cycle', () => {
    // A name has one owner, and goes to one person: a permutation, of which some edges are left out.
    const people = [...Array(12).keys()];
    const edges = fc
      .tuple(
        fc.shuffledSubarray(people, { minLength: 12, maxLength: 12 }),
        fc.subarray(people),
        fc.shuffledSubarray(people, { minLength: 12, maxLength: 12 }),
      )
      .map(([givers, takers, order]) =>
        order
          .filter((taker) => takers.includes(taker) && givers[taker] !== taker)
          .map((taker) => ({ taker, giver: givers[taker]! })),
      );
    fc.assert(
      fc.property(edges, (given) => {
        const { turn, cycles } = turns(given);
        const swapping = new Set(cycles.flat());
        for (const { taker, giver } of given) {
          expect(swapping.has(taker)).toBe(swapping.has(giver));
          if (!swapping.has(taker)) expect(turn.get(taker)).toBe(turn.get(giver)! + 1);
        }
        for (const one of swapping) expect(turn.has(one)).toBe(false);
        expect(swapping.size).toBe(cycles.flat().length);
      }),
      tries(500),
    );
  });

  test('a chain, a ring and many pairs of a hundred thousand', () => {
    const size = 100_000;
    const chain = Array.from({ length: size }, (_, taker) => ({ taker, giver: taker + 1 }));
    expect(turns(chain).turn.get(0)).toBe(size);
    const ring = Array.from({ length: size }, (_, taker) => ({ taker, giver: (taker + 1) % size }));
    expect(turns(ring).cycles[0]).toHaveLength(size);
    const pairs = Array.from({ length: size }, (_, taker) => ({ taker, giver: taker ^ 1 }));
    expect(turns(pairs).cycles).toHaveLength(size / 2);
  });
});
