import { describe, expect, test } from 'vitest';
import { Budgets } from '../../src/delivery/budgets.ts';
import type { PaceRules } from '../../src/model/index.ts';

const minute = 60_000;
const hour = 60 * minute;
const at = 100 * hour;

const hourly = (count: number, part: Partial<PaceRules> = {}): PaceRules => ({
  concurrency: 4,
  budgets: [{ of: 'requests', count, per: 'hour' }],
  ...part,
});

function ask(budgets: Budgets, count: number, now: number, what: 'reads' | 'writes' = 'writes'): void {
  for (let index = 0; index < count; index++) budgets.ask(what, now);
}

describe('a budget of requests', () => {
  test('is spent by whatever is asked, less what is kept for those who leave, and comes back bit by bit', () => {
    const budgets = new Budgets(hourly(100));
    expect([budgets.left(false, at), budgets.left(true, at)]).toEqual([95, 100]);
    ask(budgets, 60, at);
    ask(budgets, 35, at + 30 * minute, 'reads');
    const now = at + 31 * minute;
    expect([budgets.left(false, now), budgets.left(true, now)]).toEqual([0, 5]);
    expect([budgets.freeAt(false, now) - at, budgets.freeAt(true, now)]).toEqual([hour + minute, now]);
    expect(budgets.left(false, at + hour + minute)).toBe(60);
    expect(budgets.left(false, at + 2 * hour)).toBe(95);
  });

  test('keeps one at the least, and nothing where it is said, and never all of it', () => {
    const lefts = (count: number, reserve?: number): number =>
      new Budgets(hourly(count, reserve === undefined ? {} : { reserve })).left(false, at);
    expect([lefts(10), lefts(2), lefts(1), lefts(10, 0), lefts(10, 50), lefts(5000, 1)]).toEqual([
      9, 1, 1, 10, 5, 4950,
    ]);
  });

  test('of what writes or reads counts that alone, and the narrowest counts', () => {
    const budgets = new Budgets({
      concurrency: 1,
      reserve: 0,
      budgets: [
        { of: 'writes', count: 3, per: 'minute' },
        { of: 'requests', count: 10, per: 'day' },
      ],
    });
    ask(budgets, 5, at, 'reads');
    expect(budgets.left(false, at)).toBe(3);
    ask(budgets, 3, at);
    expect(budgets.left(false, at)).toBe(0);
    expect(budgets.freeAt(false, at) - at).toBe(minute + 1000);
    expect(budgets.left(false, at + 2 * minute)).toBe(2);
  });
});

describe('a budget of people', () => {
  const rules: PaceRules = {
    concurrency: 1,
    budgets: [
      { of: 'create', count: 10, per: 'hour' },
      { of: 'memberAdd', count: 5, per: 'hour', each: 'group' },
    ],
  };

  test('is counted for each group by itself, and holds no request of another kind', () => {
    const budgets = new Budgets(rules);
    expect(budgets.groups(5, at)).toBeUndefined();
    budgets.take('memberAdd', 3, at, 7);
    budgets.take('memberAdd', 5, at, 8);
    budgets.take('create', 10, at);
    expect(budgets.groups(5, at)).toEqual({ 7: 2, 8: 0 });
    expect(budgets.groups(1, at)).toEqual({ 8: 0 });
    expect(budgets.leftOf('create', at)).toBe(0);
    expect(budgets.left(false, at)).toBe(Infinity);
    expect(budgets.kindsFreeAt(at) - at).toBe(hour + minute);
    expect(budgets.kindsFreeAt(at + 2 * hour)).toBe(Infinity);
  });
});

test('what was spent goes on in the next run, once', () => {
  const first = new Budgets(hourly(100));
  ask(first, 50, at);
  const saved = first.unsaved();
  expect(saved).toEqual([{ budget: 'requests/hour', at, count: 50 }]);
  expect(first.unsaved()).toEqual([]);
  ask(first, 1, at);
  expect(first.unsaved()).toEqual([{ budget: 'requests/hour', at, count: 1 }]);
  const next = new Budgets(hourly(100), saved);
  expect(next.left(true, at + minute)).toBe(50);
  expect(next.views(at)).toEqual([
    { of: 'requests', per: 'hour', count: 100, left: 45, reserve: 5, reserveLeft: 5 },
  ]);
  ask(next, 45, at);
  expect(next.views(at)).toMatchObject([{ left: 0, reserveLeft: 5, freeAt: at + hour + minute }]);
  ask(next, 3, at);
  expect(next.views(at)).toMatchObject([{ left: 0, reserve: 5, reserveLeft: 2 }]);
  ask(next, 9, at);
  expect(next.views(at)).toMatchObject([{ left: 0, reserveLeft: 0 }]);
});
