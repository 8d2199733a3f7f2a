import { expect, test } from 'vitest';
import { verdictText, wordsOf } from '../../src/reports/history.ts';
import { styleFor } from '../../src/reports/style.ts';

test('what was told and counts for nothing is said in words, with the reason', () => {
  const detail = {
    actor: 'http:hr',
    at: 1_795_723_528_648,
    id: 'u1',
    kind: 'leave',
    reason: 'unknown: nobody',
  };
  expect(wordsOf('event.ignored', detail)).toBe('leave, u1: unknown: nobody');
});

test('a trail that has the head which was kept says so, and without one asks to keep it', () => {
  const head = { seq: 3, hash: 'a'.repeat(64) };
  const verdict = { rows: 3, first: 1, head, isWhole: true, faults: [], count: 0 };
  const last = (kept?: typeof head) => [...verdictText(verdict, 'trail', styleFor(false), kept)].at(-1);
  expect(last()).toMatch(/keep it elsewhere/);
  expect(last({ ...head, seq: 2 })).toBe(
    '  row 2 is as it was when its head was kept, and so is all that is before it',
  );
});
