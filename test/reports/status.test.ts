import { describe, expect, test } from 'vitest';
import { statusText } from '../../src/reports/status.ts';
import type { StatusView } from '../../src/reports/status.ts';
import { styleFor } from '../../src/reports/style.ts';
import { expectGolden } from '../golden/golden.ts';

const at = Date.UTC(2026, 7, 1, 9, 30, 15, 250);
const evil = '\u001b[2J\nforged: everything is well\u202e';

const view: StatusView = {
  state: '/srv/rollcall.db',
  lastRun: { id: 12, startedAt: at, endedAt: at + 61_000, command: 'sync app', actor: 'ada' },
  targets: [
    {
      name: 'app',
      mode: 'full',
      linked: 1234,
      active: 1200,
      invited: 2,
      backlog: { pending: 1204, failed: 1, waiting: 9, held: 3 },
      halted: { since: at, code: 'unauthorised', reason: `the token was refused${evil}` },
      held: [
        {
          kind: 'deactivate',
          checksum: 'abcdef0123456789'.repeat(4),
          count: 3,
          breaches: [{ rule: 'count', message: '3 deactivate operations, and the limit is 2' }],
          since: at,
        },
      ],
      approvals: [
        {
          id: 1,
          checksum: 'abcdef012345',
          kinds: ['deactivate'],
          actor: 'ada',
          at,
          expires: at + 86_400_000,
        },
        { id: 2, checksum: '1'.repeat(64), actor: `eve${evil}`, at, expires: at + 86_400_000 },
      ],
      pending: [{ key: `p4${evil}`, kind: 'update', why: `title differs${evil}` }],
      troubles: [
        { key: `p1${evil}`, state: 'failed', kind: 'create', rule: 'invalid', reason: `no title${evil}` },
        { key: 'p2', state: 'leftOut', rule: 'rekey', reason: 'two keys', since: at },
        { key: 'p3', state: 'inDoubt', kind: 'update', reason: 'cut off' },
      ],
    },
    { name: 'new', mode: 'full', held: [], approvals: [] },
  ],
  frozen: [{ key: 'p9', since: at, rule: 'status', reason: `status "${evil}" is not named` }],
  forgotten: [{ name: 'old', linked: 1 }],
};
const linesOf = (shown: StatusView): readonly string[] =>
  [...statusText(shown, styleFor(false))].flatMap((line) => line.split('\n'));

describe('where everything stands, for people', () => {
  test('says when a target is next, and by whom', () => {
    const next = { ...view.targets[1]!, schedule: '*/15 * * * *', nextRun: at };
    const daemon = { pid: 12, host: 'here', command: 'daemon', since: at };
    expect(linesOf({ ...view, daemon, targets: [next] })).toEqual(
      expect.arrayContaining([
        'daemon: process 12 on here, since 2026-08-01 09:30:15 UTC',
        '  next run: 2026-08-01 09:30:15 UTC, by its schedule */15 * * * *',
      ]),
    );
    expect(linesOf({ ...view, targets: [next] })).toContain(
      '  no daemon runs: by its schedule */15 * * * *, the next run would be 2026-08-01 09:30:15 UTC',
    );
  });

  test('is as it was read last', () => {
    expectGolden('status.txt', `${linesOf(view).join('\n')}\n`);
  });

  test('has no line that is not ours, and nothing that moves a cursor', () => {
    expect(linesOf(view).filter((line) => line.startsWith('forged'))).toEqual([]);
    for (const line of linesOf(view)) expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });

  test('says that a run has not ended, and that there was none', () => {
    const { endedAt: _, ...running } = view.lastRun!;
    expect(linesOf({ ...view, lastRun: running })[0]).toContain('has not ended');
    const { lastRun: __, ...none } = view;
    expect(linesOf(none)[0]).toBe('nothing was ever synced with this state');
  });
});
