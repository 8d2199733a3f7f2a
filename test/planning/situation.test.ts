import { expect, test } from 'vitest';
import type { Candidate } from '../../src/model/index.ts';
import { guardMissing } from '../../src/planning/guard.ts';
import { situationOf, situationOfUnlinked } from '../../src/planning/situation.ts';

const equal = { kind: 'shown', isDrifted: false } as const;
const differs = { kind: 'shown', isDrifted: true } as const;
const absent = { kind: 'absent' } as const;
const unseen = { kind: 'unseen' } as const;

test.each([
  ['linked', equal, 'inSync'],
  ['linked', differs, 'drifted'],
  ['linked', absent, 'missing'],
  ['linked', unseen, 'unknown'],
  ['invited', equal, 'inSync'],
  ['invited', differs, 'drifted'],
  ['invited', absent, 'invited'],
  ['invited', unseen, 'invited'],
] as const)('an account that is %s, with %j, is %s', (state, sight, situation) => {
  expect(situationOf({ state }, sight, false)).toBe(situation);
  expect(situationOf({ state }, sight, true)).toBe('unknown');
});

const candidate = (situation: Candidate['situation']): Candidate => ({
  key: 'p1',
  by: 'userName',
  situation,
});

test.each([
  ['nobody', [], 'orphan', 'protected'],
  ['one for certain', [candidate('adoptable')], 'adoptable', 'adoptable'],
  ['several', [candidate('disputed'), candidate('disputed')], 'disputed', 'disputed'],
  ['one for certain among them', [candidate('disputed'), candidate('adoptable')], 'adoptable', 'adoptable'],
] as const)('an account that nobody has and %s could have', (_, candidates, situation, whereProtected) => {
  expect(situationOfUnlinked(candidates, false)).toBe(situation);
  expect(situationOfUnlinked(candidates, true)).toBe(whereProtected);
});

test('accounts that are gone are limited as switching off is, over a day', () => {
  const limits = { deactivate: { count: 3, floor: 1 } };
  const judged = (count: number, before = 0, isAnySeen = true) =>
    guardMissing({ count, isAnySeen }, limits, {
      released: { missing: before, deactivate: 9 },
      linked: 100,
    }).map(({ rule, message }) => `${rule}: ${message}`);
  expect(judged(0, 0, false)).toEqual([]);
  expect(judged(3)).toEqual([]);
  expect(judged(4)).toEqual(['count: 4 missing accounts, and the limit is 3']);
  expect(judged(2, 2)).toEqual([
    'count: 4 missing accounts within 24 hours (2 of them already closed), and the limit is 3',
  ]);
  expect(judged(1, 0, false)).toEqual([
    'missing.all: none of the accounts that are linked is there (1): it may be another service',
  ]);
  expect(guardMissing({ count: 9, isAnySeen: true }, {}, { released: {}, linked: 9 })).toEqual([]);
});
