import { CronTime } from 'cron';
import { describe, expect, test } from 'vitest';
import { loadParser } from '../../src/configuration/schedule.ts';
import type { Schedule } from '../../src/model/index.ts';
import { offsetAt } from '../../src/planning/calendar.ts';
import { jitterOf, nextTick } from '../../src/planning/schedule.ts';

const parse = await loadParser();
const scheduleOf = (text: string): Schedule => parse(text) as Schedule;

/** The next ticks as the clock on the wall shows them, with the hours by which it is ahead of UTC. */
function ticks(text: string, zone: string, from: string, count: number): readonly string[] {
  let after = Date.parse(from);
  return Array.from({ length: count }, () => {
    after = nextTick(scheduleOf(text), zone, after)!;
    const offset = offsetAt(zone, after);
    return `${new Date(after + offset).toISOString().slice(8, 16)}+${offset / 3_600_000}`;
  });
}

const berlin = 'Europe/Berlin';

describe('when the clocks are put forward', () => {
  test('in Berlin, what is due in the hour that is skipped is due once, at the change', () => {
    expect(ticks('30 2 * * *', berlin, '2026-03-28T00:00Z', 3)).toEqual([
      '28T02:30+1',
      '29T03:00+2',
      '30T02:30+2',
    ]);
    expect(ticks('*/20 2,3 * * *', berlin, '2026-03-28T22:00Z', 4)).toEqual([
      '29T03:00+2',
      '29T03:20+2',
      '29T03:40+2',
      '30T02:00+2',
    ]);
  });

  test('in Berlin, what is due every quarter of an hour goes on after a quarter of an hour', () => {
    expect(ticks('*/15 * * * *', berlin, '2026-03-29T00:40Z', 3)).toEqual([
      '29T01:45+1',
      '29T03:00+2',
      '29T03:15+2',
    ]);
  });

  test.each([
    ['Australia/Sydney', '30 2 * * *', '2026-10-02T20:00Z', ['04T03:00+11', '05T02:30+11']],
    ['Australia/Lord_Howe', '15 2 * * *', '2026-10-03T00:00Z', ['04T02:30+11', '05T02:15+11']],
    ['America/New_York', '30 2 * * *', '2026-03-08T05:00Z', ['08T03:00+-4', '09T02:30+-4']],
    // Midnight itself is skipped.
    ['Africa/Cairo', '0 0 * * *', '2026-04-23T12:00Z', ['24T01:00+3', '25T00:00+3']],
  ])('in %s too', (zone, text, from, expected) => {
    expect(ticks(text, zone, from, expected.length)).toEqual(expected);
  });
});

describe('when the clocks are put back', () => {
  test('in Berlin, what is due in the hour that comes twice is due once, the first time', () => {
    expect(ticks('30 2 * * *', berlin, '2026-10-24T12:00Z', 2)).toEqual(['25T02:30+2', '26T02:30+1']);
    expect(ticks('*/20 2 * * *', berlin, '2026-10-24T12:00Z', 4)).toEqual([
      '25T02:00+2',
      '25T02:20+2',
      '25T02:40+2',
      '26T02:00+1',
    ]);
  });

  test('in Berlin, what is due every quarter of an hour is due eight times in those two hours', () => {
    expect(ticks('*/15 * * * *', berlin, '2026-10-24T23:50Z', 9)).toEqual([
      '25T02:00+2',
      '25T02:15+2',
      '25T02:30+2',
      '25T02:45+2',
      '25T02:00+1',
      '25T02:15+1',
      '25T02:30+1',
      '25T02:45+1',
      '25T03:00+1',
    ]);
  });

  test('asked from within the second of the two hours, the answer is not in the past', () => {
    expect(ticks('30 2 * * *', berlin, '2026-10-25T01:10Z', 1)).toEqual(['26T02:30+1']);
    expect(ticks('50 * * * *', berlin, '2026-10-25T01:10Z', 1)).toEqual(['25T02:50+1']);
  });

  test.each([
    ['Australia/Sydney', '*/30 * * * *', '2026-04-04T15:20Z', ['05T02:30+11', '05T02:00+10', '05T02:30+10']],
    [
      'Australia/Lord_Howe',
      '*/15 * * * *',
      '2026-04-04T14:40Z',
      ['05T01:45+11', '05T01:30+10.5', '05T01:45+10.5', '05T02:00+10.5'],
    ],
  ])('in %s time never goes back', (zone, text, from, expected) => {
    expect(ticks(text, zone, from, expected.length)).toEqual(expected);
  });
});

test('every tick is after the one before it, and fixed hours are due once a day', () => {
  for (const zone of [berlin, 'Australia/Lord_Howe'])
    for (const month of [2, 8]) {
      const [from, to] = [Date.UTC(2026, month, 20), Date.UTC(2026, month + 1, 28)];
      const count = (text: string): number => {
        const schedule = scheduleOf(text);
        for (let at = from, number = 0; ; number++) {
          const next = nextTick(schedule, zone, at)!;
          expect(next).toBeGreaterThan(at);
          if (next >= to) return number;
          at = next;
        }
      };
      const days = (to - from) / 86_400_000;
      expect(count('30 2 * * *')).toBe(days);
      expect(Math.abs(count('7 * * * *') - days * 24)).toBeLessThanOrEqual(1);
    }
});

test('where no clock changes, the next tick is the one that the library of cron knows', () => {
  const texts = [
    '* * * * *',
    '*/7 * * * *',
    '5,35 8-18/2 * * mon-fri',
    '0 0 1 * *',
    '15 6 1-7 * mon',
    '0 3 * * 0',
    '59 23 31 12 *',
    '*/10 * * * * *',
    '30 15 10 * * *',
    '@hourly',
    '@weekly',
    '0 9 13 * 5',
  ];
  for (const text of texts)
    for (let at = Date.UTC(2026, 0, 1, 5, 6, 7), step = 0; step < 7; step++) {
      const next = nextTick(scheduleOf(text), 'UTC', at);
      expect([text, next]).toEqual([
        text,
        new CronTime(text, 'UTC').getNextDateFrom(new Date(at), 'UTC').toMillis(),
      ]);
      at = next! + (step % 3) * 999;
    }
});

test('a day that is in no calendar never comes', () => {
  expect(nextTick(scheduleOf('0 0 30 2 *'), 'UTC', 0)).toBeUndefined();
});

test('the jitter of a name is always the same, below its bound, and spread', () => {
  const names = Array.from({ length: 200 }, (_, index) => `app-${index}`);
  const found = names.map((name) => jitterOf(name, 60_000));
  expect(found).toEqual(names.map((name) => jitterOf(name, 60_000)));
  for (const jitter of found) expect(jitter).toBeLessThan(60_000);
  for (let from = 0; from < 60_000; from += 15_000)
    expect(found.filter((jitter) => jitter >= from && jitter < from + 15_000).length).toBeGreaterThan(25);
  expect(jitterOf('app', 0)).toBe(0);
});
