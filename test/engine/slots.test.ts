import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Slots } from '../../src/engine/slots.ts';
import { tries } from '../planning/example.ts';

test('a number for each slot is what was last set, and 0 before, however far the slots go', () => {
  const writes = fc.array(fc.tuple(fc.nat(20_000), fc.nat(255)), { maxLength: 40 });
  fc.assert(
    fc.property(fc.constantFrom('byte' as const, 'word' as const), writes, (kind, all) => {
      const slots = new Slots(kind, 3);
      const known = new Map<number, number>();
      for (const [slot, value] of all) {
        slots.set(slot, value);
        known.set(slot, value);
      }
      for (const slot of [0, 4095, 4096, 20_001, ...known.keys()])
        expect([slot, slots.get(slot)]).toEqual([slot, known.get(slot) ?? 0]);
    }),
    tries(100),
  );
});

test('a word holds the line of a file of four thousand million lines', () => {
  const slots = new Slots('word', 0);
  slots.set(7, 4_294_967_295);
  expect(slots.get(7)).toBe(4_294_967_295);
});
