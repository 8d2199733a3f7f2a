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
  expect(paceOf({ concurrency: 1 }, { rate: { perMinute: 60 } })).toEqual({
    concurrency: 1,
    budgets: [{ of: 'requests', count: 60, per: 'minute' }],
  });
});
