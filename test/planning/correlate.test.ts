import { describe, expect, test } from 'vitest';
import { correlate } from '../../src/planning/correlate.ts';
import type { Match } from '../../src/planning/correlate.ts';

const match = (part: Partial<Match> = {}): Match => ({
  remoteId: 'r1',
  by: 'userName',
  active: true,
  ...part,
});

describe('the accounts that a create would meet', () => {
  test('none: the account is absent', () => {
    expect(correlate([])).toEqual({ situation: 'absent' });
  });

  test.each(['externalId', 'userName', 'emails.value'] as const)('one, active, by %s: adoptable', (by) => {
    expect(correlate([match({ by })])).toMatchObject({
      situation: 'adoptable',
      match: { remoteId: 'r1', by },
    });
  });

  test('one that is switched off is the same person by externalId alone', () => {
    expect(correlate([match({ by: 'externalId', active: false })]).situation).toBe('adoptable');
    for (const by of ['userName', 'emails.value'] as const) {
      const found = correlate([match({ by, active: false })]);
      expect(found).toMatchObject({ situation: 'disputed' });
      expect((found as { reason: string }).reason).toContain(`(r1) has this ${by}`);
    }
  });

  test('one that has the externalId of somebody else is theirs, whatever its name', () => {
    const theirs = { anchor: 'E2' };
    for (const by of ['userName', 'emails.value'] as const)
      expect(correlate([match({ by, ...theirs })])).toEqual({
        situation: 'disputed',
        reason: `an account (r1) has this ${by}, and the externalId of E2`,
      });
    expect(correlate([match(theirs), match({ by: 'externalId', ...theirs })]).situation).toBe('adoptable');
  });

  test('one that is found by several attributes is one', () => {
    const found = correlate([match({ by: 'emails.value' }), match({ by: 'userName' })]);
    expect(found).toMatchObject({ situation: 'adoptable', match: { remoteId: 'r1' } });
  });

  test('one that is found by externalId among other attributes is found by externalId', () => {
    const off = { active: false };
    for (const matches of [
      [match({ by: 'userName', ...off }), match({ by: 'externalId', ...off })],
      [match({ by: 'externalId', ...off }), match({ by: 'userName', ...off })],
    ])
      expect(correlate(matches)).toMatchObject({ situation: 'adoptable', match: { by: 'externalId' } });
  });

  test('several by a name are disputed, and named', () => {
    expect(correlate([match(), match({ remoteId: 'r2', by: 'emails.value' })])).toEqual({
      situation: 'disputed',
      reason: '2 accounts match by userName: r1, r2',
    });
  });

  test('externalId decides between several, unless several have it', () => {
    const exact = match({ remoteId: 'r2', by: 'externalId' });
    expect(correlate([match(), exact])).toMatchObject({ situation: 'adoptable', match: { remoteId: 'r2' } });
    expect(correlate([exact, match({ remoteId: 'r3', by: 'externalId' })]).situation).toBe('disputed');
  });

  test("somebody else's account is never taken, whatever else matches", () => {
    const found = correlate([
      match({ remoteId: 'r2', by: 'externalId' }),
      match({ by: 'userName', owner: 'p7' }),
    ]);
    expect(found).toEqual({ situation: 'nameTaken', reason: 'the account of p7 has this userName' });
  });
});
