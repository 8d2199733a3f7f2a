import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DistinctIds } from '../../src/scim/distinct.ts';

test('counts as a set does', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 })), (ids) => {
      const [distinct, set] = [new DistinctIds(), new Set<string>()];
      for (const id of ids) {
        expect(distinct.has(id)).toBe(set.has(id));
        expect(distinct.add(id)).toBe(!set.has(id));
        set.add(id);
      }
      expect(distinct.size).toBe(set.size);
    }),
  );
});

test('a hundred thousand ids that differ in their last letters stay distinct', () => {
  const distinct = new DistinctIds();
  for (let number = 0; number < 100_000; number += 1)
    expect(distinct.add(`2819c223-7f76-453a-919d-${number}`)).toBe(true);
  expect(distinct.size).toBe(100_000);
  expect(distinct.add('2819c223-7f76-453a-919d-99999')).toBe(false);
});
