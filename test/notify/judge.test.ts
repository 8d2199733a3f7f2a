import { describe, expect, test } from 'vitest';
import type { Held, Kind } from '../../src/model/index.ts';
import { NOTICES } from '../../src/model/index.ts';
import type { Notice } from '../../src/model/index.ts';
import { judge } from '../../src/notify/judge.ts';
import type { TargetNews } from '../../src/notify/news.ts';
import type { Told } from '../../src/store/notices.ts';

const minute = 60_000;
const hour = 60 * minute;
const failed = { code: 'unauthorised', message: 'it answered 401' };
const held = (...kinds: readonly Kind[]): readonly Held[] =>
  kinds.map((kind) => ({ kind, checksum: 'c'.repeat(64), count: 9, breaches: [] }));
const leavers = (count: number) => ({ count, keys: [] });

/** Somebody who is told of each run, and remembers what arrived. */
function somebody(on: readonly Notice[] = NOTICES, repeatSeconds = 24 * 3600) {
  let told: readonly Told[] = [];
  return (at: number, ...targets: readonly TargetNews[]): readonly string[] => {
    const messages = judge({ at, targets }, told, { on, repeatSeconds });
    for (const { told: rows } of messages)
      told = [
        ...told.filter((one) => !rows.some((row) => row.target === one.target && row.event === one.event)),
        ...rows,
      ];
    return messages.map(
      ({ event, items }) =>
        `${event} ${items.map(({ target, was }) => target + (was ? ` ${was}` : '')).join()}`,
    );
  };
}

const fails: TargetNews = { target: 'app', failed };
const works: TargetNews = { target: 'app', failed: false, held: false, leavers: false };

describe('who is told', () => {
  test('hears of the first failure, of none after it for a day, and once that all is well again', () => {
    const run = somebody();
    expect(run(0, works)).toEqual([]);
    expect(run(15 * minute, fails)).toEqual(['failed app']);
    for (let at = 30 * minute; at < 24 * hour; at += 15 * minute) expect(run(at, fails)).toEqual([]);
    expect(run(24 * hour + 15 * minute, fails)).toEqual(['failed app']);
    expect(run(25 * hour, works)).toEqual(['recovered app failed']);
    expect(run(26 * hour, works)).toEqual([]);
  });

  test('is not flooded by what comes and goes with every run', () => {
    const run = somebody();
    const heard = Array.from({ length: 96 }, (_, index) =>
      run(index * 15 * minute, index % 2 ? works : fails),
    );
    expect(heard.flat().length).toBeLessThanOrEqual(2 * 24);
    expect(heard.flat().at(0)).toBe('failed app');
  });

  test('hears of all targets in one message, and of nothing that is not known', () => {
    const run = somebody();
    const both = [fails, { ...fails, target: 'other' }];
    expect(run(0, ...both)).toEqual(['failed app,other']);
    expect(run(hour, { target: 'app' }, { target: 'other', failed: false })).toEqual([
      'recovered other failed',
    ]);
    expect(run(2 * hour, works)).toEqual(['recovered app failed']);
  });

  test('hears of another kind that is held after an hour at most, and not of another number of it', () => {
    const run = somebody();
    expect(run(0, { target: 'app', held: held('deactivate') })).toEqual(['held app']);
    expect(run(2 * hour, { target: 'app', held: held('deactivate') })).toEqual([]);
    expect(run(3 * hour, { target: 'app', held: held('deactivate', 'delete') })).toEqual(['held app']);
    expect(run(3 * hour + minute, { target: 'app', held: held('create', 'delete') })).toEqual([]);
    expect(run(5 * hour, { target: 'app', held: held('create') })).toEqual(['held app']);
    expect(run(6 * hour, works)).toEqual(['recovered app held']);
  });

  test('hears of leavers who are still on, and of more of them', () => {
    const run = somebody();
    expect(run(0, { target: 'app', leavers: leavers(1) })).toEqual(['leavers app']);
    expect(run(30 * minute, { target: 'app', leavers: leavers(7) })).toEqual([]);
    expect(run(hour, { target: 'app', leavers: leavers(7) })).toEqual(['leavers app']);
    expect(run(9 * hour, { target: 'app', leavers: leavers(3) })).toEqual([]);
    expect(run(10 * hour, works)).toEqual(['recovered app leavers']);
  });

  test('hears of several things in one message for each kind', () => {
    expect(somebody()(0, { target: 'app', failed, held: held('create'), leavers: leavers(2) })).toEqual([
      'failed app',
      'held app',
      'leavers app',
    ]);
  });

  test('hears only of what they asked for', () => {
    const run = somebody(['held', 'recovered']);
    expect(run(0, { target: 'app', failed, held: held('create') })).toEqual(['held app']);
    expect(run(hour, works)).toEqual(['recovered app held']);
  });

  test('is not silenced by a clock that is set back', () => {
    const run = somebody();
    expect(run(1000 * hour, fails)).toEqual(['failed app']);
    expect(run(0, fails)).toEqual(['failed app']);
  });
});
