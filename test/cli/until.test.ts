import { expect, test } from 'vitest';
import { isTomorrow, untilOf } from '../../src/cli/until.ts';

const noon = new Date(2026, 5, 1, 12, 0, 0).getTime();

test('a time until which a run goes on is a length, or the next time of a clock', () => {
  expect(untilOf('30m', noon) - noon).toBe(1_800_000);
  expect(untilOf('18:30', noon) - noon).toBe(6.5 * 3_600_000);
  expect(untilOf('11:59', noon) - noon).toBe(23 * 3_600_000 + 59 * 60_000);
  expect(untilOf('12:00', noon) - noon).toBe(24 * 3_600_000);
  for (const wrong of ['', '0', '0s', '25:00', '12:60', '12:5', 'noon', '-5m', '30 minutes'])
    expect(() => untilOf(wrong, noon)).toThrow(/neither a length of time nor a time of day/);
});

test('a time of day that is over today is one of tomorrow, and a length of time never is', () => {
  expect(isTomorrow('12:01', noon)).toBe(false);
  expect(isTomorrow('12:00', noon)).toBe(true);
  expect(isTomorrow('36h', noon)).toBe(false);
  expect(() => isTomorrow('25:00', noon)).toThrow(/neither a length of time nor a time of day/);
});
