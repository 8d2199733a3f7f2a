import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterwards, concurrencyOf, fullShare, slowStart } from '../../src/delivery/share.ts';
import type { Event, Share } from '../../src/delivery/share.ts';
import { tries } from '../planning/example.ts';
import { paceAt } from './answers.ts';

const answered = (milliseconds = 50): Event => ({ kind: 'answered', what: 'POST', milliseconds });
const pressed: Event = { kind: 'pressed' };

/** After these events, so many milliseconds apart. */
function after(share: Share, events: readonly Event[], apart: number, from = 0): Share {
  return events.reduce(
    (before, event, index) => afterwards(before, event, 8, from + (index + 1) * apart),
    share,
  );
}

test('too many requests halve it, once for all that were on their way, and never to nothing', () => {
  expect(after(fullShare(0), [pressed, pressed, pressed], 10).value).toBe(0.5);
  expect(after(fullShare(0), [pressed, pressed, pressed], 2000).value).toBe(0.125);
  expect(after(fullShare(0), Array<Event>(50).fill(pressed), 2000).value).toBe(1 / 16);
});

test('it recovers slowly: a tenth each five seconds, and no faster for more answers', () => {
  const half = after(fullShare(0), [pressed], 1);
  expect(after(half, Array<Event>(1000).fill(answered()), 4, 1).value).toBe(0.5);
  expect(after(half, Array<Event>(10).fill(answered()), 1000, 1).value).toBeCloseTo(0.7);
  expect(after(half, Array<Event>(60).fill(answered()), 1000, 1).value).toBe(1);
});

test('after a halt it begins with one at a time, and doubles up to half of what the target bears', () => {
  const levels: number[] = [];
  let share = slowStart(8, 0);
  for (let index = 0; index < 6; index++) {
    levels.push(concurrencyOf(share, 8));
    share = afterwards(share, answered(), 8, index);
  }
  expect(levels).toEqual([1, 2, 3, 4, 4, 4]);
  expect(slowStart(1, 0).value).toBe(1);
});

test('answers that take far longer than they did slow it, those that always did do not', () => {
  const quick = after(fullShare(0), Array<Event>(30).fill(answered(100)), 100);
  expect(quick.value).toBe(1);
  expect(after(quick, Array<Event>(30).fill(answered(5000)), 1000, 3000).value).toBeLessThan(0.6);
  expect(after(fullShare(0), Array<Event>(30).fill(answered(5000)), 1000).value).toBe(1);
  // A create takes longer than a change, and always has.
  const mixed = [
    ...Array<Event>(30).fill({ ...answered(50), what: 'PATCH' } as Event),
    ...Array<Event>(30).fill(answered(900)),
  ];
  expect(after(fullShare(0), mixed, 1000).value).toBe(1);
});

test('whatever happens, it is above nothing and never above the ceiling', () => {
  const event = fc.oneof(fc.constant(pressed), fc.nat(20_000).map(answered));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.nat(10_000)), { maxLength: 60 }),
      fc.integer({ min: 1, max: 64 }),
      (all, ceiling) => {
        let share = slowStart(ceiling, 0);
        let now = 0;
        for (const [one, wait] of all) {
          share = afterwards(share, one, ceiling, (now += wait));
          expect(share.value).toBeGreaterThan(0);
          expect(share.value).toBeLessThanOrEqual(1);
          expect(concurrencyOf(share, ceiling)).toBeGreaterThanOrEqual(1);
          expect(concurrencyOf(share, ceiling)).toBeLessThanOrEqual(ceiling);
        }
      },
    ),
    tries(100),
  );
});

test('a pace is as wide and as fast as its share, and heeds what a target says of its limit before that is used up', () => {
  let time = 1_000_000;
  const pace = paceAt({ concurrency: 8, perSecond: 4 }, () => time);
  pace.learn(pressed);
  expect([pace.concurrency, pace.free()]).toEqual([4, 2]);
  const resetAt = time + 60_000;
  pace.heed({ remaining: 300, limit: 5000, resetAt });
  expect(pace.free()).toBe(2);
  pace.heed({ remaining: 250, limit: 5000, resetAt });
  expect([pace.free(), pace.free(true), pace.freeIn(false), pace.freeIn(true)]).toEqual([0, 2, 60_000, 0]);
  pace.heed({ remaining: 0, limit: 5000, resetAt });
  expect([pace.free(true), pace.freeIn(true)]).toEqual([0, 60_000]);
  time = resetAt;
  expect(pace.free()).toBe(2);
});
