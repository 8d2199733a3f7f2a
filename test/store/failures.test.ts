import { describe, expect, test } from 'vitest';
import { adviceOn } from '../../src/reports/advice.ts';
import { failuresCsv, failuresJson, failuresText } from '../../src/reports/failures.ts';
import type { FailuresView } from '../../src/reports/failures.ts';
import { styleFor } from '../../src/reports/style.ts';
import { countUnfinished, isKnownKey, retryFailed, unfinishedOf } from '../../src/store/failures.ts';
import { targetStatus } from '../../src/store/status.ts';
import { openHouse } from './released.ts';
import type { House, Planned } from './released.ts';

const create = (key: string): Planned => ({ key, kind: 'create', after: { userName: key } });

/** One of each: failed with a formula for a reason, failed again, waits, in doubt, again later, left out; and one that is merely open. */
function troubled(): House {
  const house = openHouse();
  house.plan({
    operations: ['a', 'b', 'c', 'd', 'e'].map(create),
    leftOut: [{ key: 'x', rule: 'rekey', reason: 'two keys' }],
    now: 7,
  });
  const [a, b, c, d, e] = house.lease(10);
  house.confirm(
    [
      { kind: 'failed', operation: a!, error: '=cmd|"x"', code: 'invalid' },
      { kind: 'failed', operation: b!, error: 'taken', code: 'conflict' },
      { kind: 'waiting', operation: c!, error: 'not accepted', code: 'invited' },
      { kind: 'retry', operation: d!, runAt: 99_000, error: 'busy', code: 'rate', counted: true },
      { kind: 'retry', operation: e!, runAt: 99_000, error: 'broken', code: 'server', counted: true },
    ],
    20,
  );
  house.plan({ operations: [create('f'), create('g')], now: 30 });
  const [f] = house.take(Infinity, 1, 40);
  expect(f!.key).toBe('f');
  return house;
}

const viewOf = ({ state, target, name }: House): FailuresView => ({
  name,
  counts: countUnfinished(state, target),
  of: (code, most) => unfinishedOf(state, target, code, most),
});

describe('what is not done', () => {
  test('is told by its cause, what a person has to see to first', () => {
    const house = troubled();
    const { causes, items } = (
      JSON.parse([...failuresJson([viewOf(house)])].join('')) as {
        targets: { example: { causes: { code: string; count: number; remedy: string }[]; items: object[] } };
      }
    ).targets.example;
    expect(causes.map(({ code, count }) => `${code} ${count}`)).toEqual([
      'conflict 1',
      'invalid 1',
      'server 1',
      'rate 1',
      'unanswered 1',
      'invited 1',
      'rekey 1',
    ]);
    expect(causes[0]!.remedy).toContain('rollcall retry example');
    expect(items).toMatchObject([
      { key: 'b', kind: 'create', state: 'failed', code: 'conflict', attempts: 1, again: 900_020 },
      { key: 'a', state: 'failed', reason: '=cmd|"x"' },
      { key: 'e', state: 'pending', again: 99_000 },
      { key: 'd', state: 'pending', code: 'rate' },
      { key: 'f', state: 'inDoubt', since: 40 },
      { key: 'c', state: 'waiting' },
      { key: 'x', state: 'leftOut', reason: 'two keys', since: 7 },
    ]);
    const text = [...failuresText([viewOf(house)], { style: styleFor(false, 'my.yaml'), most: 20 })].join(
      '\n',
    );
    expect(text).toContain(
      'what to do     rollcall reconcile --config my.yaml example --csv names the account',
    );
    expect(text).toContain('inDoubt create  f  it was sent, and its answer is not known yet');
    const none = [...failuresText([viewOf(house)], { style: styleFor(false), most: 0 })].join('\n');
    expect(none).toContain('… and 1 more');
  });

  test('is a file that no spreadsheet takes for formulas', () => {
    const lines = [...failuresCsv([viewOf(troubled())])];
    expect(lines).toHaveLength(8);
    expect(lines[2]).toContain(`,"'=cmd|""x""",1,1970-01-01T00:00:00.010Z,1970-01-01T00:15:00.020Z,`);
    expect(new Set(lines.map((line) => line.replace(/"(""|[^"])*"/g, '').split(',').length))).toEqual(
      new Set([13]),
    );
  });

  test.each([
    ['unlinked', 'the next sync looks for an account'],
    ['linked', 'the next sync puts right what differs'],
    ['drifted', 'the next sync puts right what differs'],
    ['missing', 'the next sync makes it anew'],
    ['password', 'the next sync sets it'],
    ['nameTaken', 'give one of the two another name'],
  ] as const)('of somebody who is looked at again, %s, names the cause', (rule, remedy) => {
    const house = openHouse();
    house.plan({ leftOut: [{ key: 'x', rule, reason: 'so' }], now: 7 });
    const text = [...failuresText([viewOf(house)], { style: styleFor(false), most: 1 })].join('\n');
    expect(text).toContain(remedy);
    expect(text).not.toContain('something else\n');
    expect(adviceOn.cause(rule)).toEqual({
      rule: expect.stringMatching(/^(rule|law) \d+: /) as string,
      change: expect.stringContaining(remedy) as string,
    });
  });

  test('of memberships names person and group', () => {
    const house = troubled();
    house.state.db.exec(`INSERT INTO grp VALUES (1, 'eng', 'Engineers');
      INSERT INTO operation (run, target, phase, type, person, grp, part, kind, why, before_digest, digest, state, code, error)
      VALUES (1, 1, 20001, 'Group', 1, 1, 2, 'memberAdd', '', '', '', 'failed', 'notFound', 'gone'),
        (1, 1, 20000, 'Group', NULL, 1, 0, 'createGroup', '', '', '', 'failed', 'invalid', 'no')`);
    expect([...unfinishedOf(house.state, 1, 'notFound')]).toMatchObject([
      { type: 'Group', key: 'a', group: 'eng', kind: 'memberAdd' },
    ]);
    const groups = [...unfinishedOf(house.state, 1, 'invalid')].filter(({ type }) => type === 'Group');
    expect(groups).toMatchObject([{ key: 'eng', kind: 'createGroup' }]);
    expect(groups[0]).not.toHaveProperty('group');
    expect(isKnownKey(house.state, 'eng')).toBe(true);
    expect(retryFailed(house.state, { target: 1, name: 'example', key: 'eng', actor: 'ada', now: 50 })).toBe(
      1,
    );
  });
});

describe('a retry', () => {
  const retry = (house: House, key?: string) =>
    retryFailed(house.state, {
      target: house.target,
      name: house.name,
      ...(key !== undefined && { key }),
      actor: 'ada',
      now: 50,
    });
  const trail = (house: House) =>
    house.rows(`SELECT key, detail FROM audit WHERE event = 'operation.due' ORDER BY seq`);

  test('makes what failed due, and what waits for its time but for a pause that was asked for', () => {
    const house = troubled();
    expect(retry(house)).toBe(3);
    expect(targetStatus(house.state, 'example', 9)?.backlog).toMatchObject({ failed: 0, pending: 5 });
    expect(house.lease(60).map(({ key, attempts }) => `${key} ${attempts}`)).toEqual([
      'a 0',
      'b 0',
      'e 0',
      'g 0',
    ]);
    expect(trail(house)).toEqual([{ key: null, detail: '{"actor":"ada","count":3}' }]);
    expect(retry(house)).toBe(0);
    expect(trail(house)).toHaveLength(1);
  });

  test('of one person leaves the others alone', () => {
    const house = troubled();
    expect(retry(house, 'a')).toBe(1);
    expect(retry(house, 'c')).toBe(0);
    expect(house.rows(`SELECT count(*) AS count FROM operation WHERE state = 'failed'`)).toEqual([
      { count: 1 },
    ]);
    expect(trail(house)).toEqual([{ key: 'a', detail: '{"actor":"ada","count":1}' }]);
    expect(isKnownKey(house.state, 'zz')).toBe(false);
  });

  test('counts as the plan’s own: made anew, what was released keeps its row, and what nobody wants is gone', () => {
    const house = troubled();
    retry(house);
    house.plan({ operations: [create('a')], examined: ['b'], now: 60 });
    expect(house.lease(70).map(({ key }) => key)).toEqual(['a', 'e', 'g']);
  });
});
