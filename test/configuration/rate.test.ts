import { expect, test } from 'vitest';
import { paceOf } from '../../src/configuration/rate.ts';
import type { PaceRules } from '../../src/model/index.ts';

const profile: PaceRules = {
  concurrency: 4,
  perSecond: 1,
  budgets: [
    { of: 'requests', count: 5000, per: 'hour' },
    { of: 'create', count: 1000, per: 'hour' },
  ],
};

test('a target’s numbers take the place of its profile’s, and what it does not say stays', () => {
  expect(paceOf(profile, {})).toEqual(profile);
  expect(paceOf(profile, { concurrency: 2, rate: 3 })).toEqual({ ...profile, concurrency: 2, perSecond: 3 });
  expect(paceOf(profile, { rate: { perHour: 100, perDay: 1000, reserve: 10 } })).toEqual({
    concurrency: 4,
    perSecond: 1,
    budgets: [
      { of: 'create', count: 1000, per: 'hour' },
      { of: 'requests', count: 100, per: 'hour' },
      { of: 'requests', count: 1000, per: 'day' },
    ],
    reserve: 10,
  });
  // Who says how many in a second says it of all kinds of requests.
  const rates = [{ of: 'create', perSecond: 3 }] as const;
  expect(paceOf({ concurrency: 1, rates }, { rate: { perHour: 9 } })).toMatchObject({ rates });
  expect(paceOf({ concurrency: 1, rates }, { rate: 2 })).toEqual({ concurrency: 1, perSecond: 2 });
  expect(paceOf({ concurrency: 1 }, { rate: { perMinute: 60 } })).toEqual({
    concurrency: 1,
    budgets: [{ of: 'requests', count: 60, per: 'minute' }],
  });
});

test('a burst is one of the rate that it is said with', () => {
  expect(paceOf(profile, { rate: { perSecond: 10, burst: 3 } })).toMatchObject({ perSecond: 10, burst: 3 });
  expect(paceOf({ ...profile, burst: 1 }, { rate: { perHour: 9 } })).toMatchObject({
    perSecond: 1,
    burst: 1,
  });
  expect(paceOf({ ...profile, burst: 1 }, { rate: 5 })).not.toHaveProperty('burst');
});
