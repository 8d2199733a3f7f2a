import { expect, test } from 'vitest';
import { untilOf } from '../../src/cli/until.ts';

test('a time until which a run goes on is a length, or the next time of a clock', () => {
  const noon = new Date(2026, 5, 1, 12, 0, 0).getTime();
  expect(untilOf('30m', noon) - noon).toBe(1_800_000);
  expect(untilOf('18:30', noon) - noon).toBe(6.5 * 3_600_000);
  expect(untilOf('11:59', noon) - noon).toBe(23 * 3_600_000 + 59 * 60_000);
  expect(untilOf('12:00', noon) - noon).toBe(24 * 3_600_000);
  for (const wrong of ['', '0', '0s', '25:00', '12:60', '12:5', 'noon', '-5m', '30 minutes'])
    expect(() => untilOf(wrong, noon)).toThrow(/neither a length of time nor a time of day/);
});
