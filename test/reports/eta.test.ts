import { expect, test } from 'vitest';
import { etaSeconds } from '../../src/reports/eta.ts';
import type { PaceRules } from '../../src/model/index.ts';

const hour = 3_600_000;
const now = 100 * hour;

test('the time that a plan takes knows budgets, what is spent of them, and rests', () => {
  const pace: PaceRules = {
    concurrency: 4,
    perSecond: 10,
    reserve: 0,
    budgets: [
      { of: 'requests', count: 1000, per: 'hour' },
      { of: 'create', count: 100, per: 'hour' },
    ],
  };
  expect(etaSeconds(1000, pace, { now })).toBe(100);
  expect(etaSeconds(1001, pace, { now })).toBe(3600);
  expect(etaSeconds(5000, pace, { now })).toBe(4 * 3600);
  expect(etaSeconds(200, pace, { now, creates: 101 })).toBe(3600);
  // What was spent half an hour ago is there again in half an hour.
  const spent = [{ budget: 'requests/hour', at: now - hour / 2, count: 1000 }];
  expect(etaSeconds(10, pace, { now, spent })).toBe(1800 + 60);
  expect(etaSeconds(10, pace, { now, notBefore: now + hour })).toBe(3601);
  expect(etaSeconds(0, pace, { now, notBefore: now + hour })).toBe(0);
});

test('it knows the rates of single kinds, which are sent one after the other', () => {
  const pace: PaceRules = {
    concurrency: 100,
    rates: [
      { of: 'writes', perSecond: 10 },
      { of: 'create', perSecond: 3 },
      { of: 'updateGroup', perSecond: 5 },
    ],
  };
  expect(etaSeconds(300, pace, { now, kinds: { update: 300 } })).toBe(30);
  expect(etaSeconds(300, pace, { now, kinds: { create: 300 } })).toBe(100);
  expect(etaSeconds(600, pace, { now, kinds: { create: 300, updateGroup: 300 } })).toBe(160);
});
