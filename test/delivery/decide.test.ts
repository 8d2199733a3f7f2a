import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAILURE_CLASSES } from '../../src/model/index.ts';
import type { Failure, Profile } from '../../src/model/index.ts';
import { backoff, decide, done } from '../../src/delivery/decide.ts';
import { MANAGER_PATH } from '../../src/planning/diff.ts';
import type { Leased } from '../../src/store/queue/queue.ts';
import { exampleProfile, managedBy, tries } from '../planning/example.ts';
import { created, failed } from './answers.ts';

const now = 1_000_000;
const whole = { userName: 'ada', active: true };

function leased(part: Partial<Leased> = {}): Leased {
  return {
    id: 7,
    person: 1,
    key: 'p1',
    kind: 'create',
    part: 0,
    phase: 100,
    after: whole,
    changes: [],
    why: '',
    attempts: 0,
    sentAt: 0,
    absent: true,
    ...part,
  };
}

const account = { remoteId: 'r1', resource: { userName: 'ada', active: true }, state: 'linked' } as const;
const update = leased({ kind: 'update', account, after: { ...whole, title: 'Dr' } });
const leaver = leased({ kind: 'deactivate', account, after: { ...whole, active: false } });

function decided(operation: Leased, kind: Failure['class'], part: Partial<Failure> = {}, random = 0) {
  return decide(operation, failed(kind, part), exampleProfile, { withoutManager: false }, now, random);
}

describe('what was carried out', () => {
  test('closes the operation and moves the account', () => {
    const outcome = created('r9');
    expect(decide(leased(), outcome, exampleProfile, { withoutManager: false }, now, 0)).toEqual({
      step: {
        kind: 'done',
        operation: leased(),
        account: { remoteId: 'r9', resource: whole, state: 'linked' },
        status: 201,
      },
    });
    expect(done(update, { status: 204 }, exampleProfile, { withoutManager: false })).toMatchObject({
      account: { remoteId: 'r1', resource: { title: 'Dr' } },
      status: 204,
    });
  });

  test('a deletion closes the link, also one that only switches off and loses the id', () => {
    for (const after of [undefined, { ...whole, active: false }]) {
      const operation = leased({ kind: 'delete', account, ...(after && { after }) });
      expect(done(operation, {}, exampleProfile, { withoutManager: false })).toMatchObject({ account: null });
    }
  });

  test('a create is an invitation where the service keeps those apart', () => {
    const profileOf = (invites: boolean, invitedReadable: boolean): Profile => ({
      ...exampleProfile,
      create: { ...exampleProfile.create, invites, invitedReadable },
    });
    const stateOf = (profile: Profile, operation = leased()) => {
      const step = done(operation, { remote: { id: 'r9' } }, profile, { withoutManager: false });
      return step.kind === 'done' && step.account?.state;
    };
    expect(stateOf(profileOf(true, false))).toBe('invited');
    expect(stateOf(profileOf(true, true))).toBe('linked');
    expect(stateOf(profileOf(false, false))).toBe('linked');
    // Whoever could be changed has accepted.
    expect(stateOf(profileOf(true, false), update)).toBe('linked');
  });

  test('a manager who had no account yet is owed, and is not confirmed', () => {
    const after = managedBy('p2', whole);
    const step = done(leased({ after }), { remote: { id: 'r9' } }, exampleProfile, { withoutManager: true });
    expect(step).toMatchObject({
      account: { resource: whole },
      owed: { manager: 'p2', after, change: { path: MANAGER_PATH, after: { value: 'p2' } } },
    });
    expect(step.kind === 'done' && step.owed?.change).not.toHaveProperty('before');
    const former = managedBy('p9', whole);
    const moved = leased({ kind: 'update', account: { ...account, resource: former }, after });
    expect(done(moved, {}, exampleProfile, { withoutManager: true })).toMatchObject({
      account: { resource: former },
      owed: { change: { before: { value: 'p9' }, after: { value: 'p2' } } },
    });
    expect(done(leased({ after }), {}, exampleProfile, { withoutManager: false })).not.toHaveProperty('owed');
  });
});

describe('what failed', () => {
  test('transient: again later, and nobody else rests', () => {
    const { step, halt, restUntil } = decided(update, 'transient');
    expect(step).toEqual({
      kind: 'retry',
      operation: update,
      error: 'it answered transient',
      code: 'server',
      runAt: now + 2000,
      counted: true,
    });
    expect([halt, restUntil]).toEqual([undefined, undefined]);
  });

  test('transient: not before the target said, and the target rests until then', () => {
    const { step, restUntil } = decided(update, 'transient', { retryAfter: 90_000 });
    expect(step).toMatchObject({ kind: 'retry', runAt: now + 90_000 });
    expect(restUntil).toBe(now + 90_000);
  });

  test('transient: after ten attempts it has failed, unless the target asked for patience', () => {
    const ninth = { ...update, attempts: 8 };
    const tenth = { ...update, attempts: 9 };
    expect(decided(ninth, 'transient').step.kind).toBe('retry');
    expect(decided(tenth, 'transient').step).toMatchObject({
      kind: 'failed',
      error: 'it answered transient',
    });
    expect(decided(tenth, 'transient', { retryAfter: 1 }).step.kind).toBe('retry');
  });

  test("a rate limit is the target's and never an object's: it rests, longer each time, and fails nobody", () => {
    const rate = { code: 'rate' } as const;
    const { step, restUntil } = decided(update, 'transient', rate);
    expect(step).toMatchObject({ kind: 'retry', runAt: now + 2000 });
    expect(restUntil).toBe(now + 2000);
    const later = { ...update, attempts: 4 };
    expect(decided(later, 'transient', rate).restUntil).toBe(now + 32_000);
    expect(decided({ ...update, attempts: 40 }, 'transient', rate).step.kind).toBe('retry');
    // Without a word on how long, the distance must be able to grow; with one, nothing is held against the row.
    expect(step).toMatchObject({ counted: true });
    expect(decided({ ...update, attempts: 8 }, 'transient', rate).step).toMatchObject({ counted: false });
    expect(decided(update, 'transient', { ...rate, retryAfter: 5 }).step).toMatchObject({ counted: false });
  });

  test('exists: failed, as a conflict, and never patched in passing', () => {
    expect(decided(leased(), 'exists', { code: 'invalid' })).toEqual({
      step: { kind: 'failed', operation: leased(), error: 'it answered exists', code: 'conflict' },
    });
  });

  test('exists, after an attempt that may have been carried out: in doubt, for a while', () => {
    for (const lastCode of ['server', 'unanswered']) {
      const again = leased({ attempts: 1, lastCode });
      expect(decided(again, 'exists').step).toMatchObject({ kind: 'doubt', operation: again });
      expect(decided({ ...again, attempts: 9 }, 'exists').step).toMatchObject({
        kind: 'failed',
        code: 'conflict',
      });
      const update = { ...again, kind: 'update', account } as const;
      expect(decided(update, 'exists').step).toMatchObject({ kind: 'failed', code: 'conflict' });
    }
    expect(decided(leased({ attempts: 1, lastCode: 'rate' }), 'exists').step.kind).toBe('failed');
  });

  test('missing: a change has failed, and whoever leaves is off', () => {
    expect(decided(update, 'missing').step).toMatchObject({ kind: 'failed', code: 'notFound' });
    expect(decided(leased(), 'missing').step).toMatchObject({ kind: 'failed', code: 'notFound' });
    expect(decided(leaver, 'missing', { status: 404 }).step).toMatchObject({
      kind: 'done',
      account: null,
      status: 404,
    });
    const deletion = leased({ kind: 'delete', account });
    expect(decided(deletion, 'missing').step).toMatchObject({ kind: 'done', account: null });
  });

  test('missing: somebody who is invited waits, leaver or not', () => {
    const invited = { ...account, state: 'invited' } as const;
    for (const operation of [update, leaver, leased({ kind: 'delete' })])
      expect(decided({ ...operation, account: invited }, 'missing').step).toEqual({
        kind: 'waiting',
        operation: { ...operation, account: invited },
        code: 'invited',
        error: 'the invitation is not accepted yet',
      });
  });

  test('invalid: failed, until something changes', () => {
    expect(decided(update, 'invalid', { code: 'invalid' })).toEqual({
      step: { kind: 'failed', operation: update, error: 'it answered invalid', code: 'invalid' },
    });
  });

  test('target: the target is halted and the operation stays open, uncounted', () => {
    const { step, halt } = decided(update, 'target', { code: 'unauthorised' });
    expect(step).toMatchObject({ kind: 'retry', runAt: 0, counted: false, code: 'unauthorised' });
    expect(halt).toMatchObject({ class: 'target', code: 'unauthorised' });
  });

  test('unanswered: in doubt, whatever it was', () => {
    for (const operation of [leased(), update, leaver])
      expect(decided(operation, 'unanswered')).toEqual({
        step: { kind: 'doubt', operation, error: 'it answered unanswered', code: 'server' },
      });
  });
});

test('each class of failure does what the table of them says', () => {
  const kinds = ['create', 'update', 'deactivate', 'delete', 'link'] as const;
  for (const [name, row] of Object.entries(FAILURE_CLASSES)) {
    const became = new Set<string>();
    for (const kind of kinds)
      for (const state of ['linked', 'invited'] as const)
        for (const attempts of [0, 9])
          for (const part of [{}, { retryAfter: 0 }]) {
            const own = kind === 'create' ? { lastCode: 'server' } : { account: { ...account, state } };
            const { step, halt } = decided(
              leased({ kind, attempts, ...own }),
              name as Failure['class'],
              part,
            );
            became.add(step.kind);
            expect(halt !== undefined, name).toBe(row.halts);
          }
    expect([...became].sort(), name).toEqual([...row.becomes].sort());
  }
});

describe('the distance between attempts', () => {
  test('doubles from two seconds to five minutes', () => {
    expect([0, 1, 2, 3, 7, 8, 50, 2000].map((attempts) => backoff(attempts, 0))).toEqual([
      2000, 4000, 8000, 16_000, 256_000, 300_000, 300_000, 300_000,
    ]);
  });

  test('is shortened by less than a half, so that many do not come back at once', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempts, random) => {
          const longest = backoff(attempts, 0);
          const wait = backoff(attempts, random);
          expect(Number.isInteger(wait)).toBe(true);
          expect(wait).toBeLessThanOrEqual(longest);
          expect(wait).toBeGreaterThanOrEqual(longest / 2);
        },
      ),
      tries(300),
    );
    expect(backoff(3, 0.5)).toBe(12_000);
  });
});
