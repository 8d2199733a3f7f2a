import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PHASE } from '../../src/planning/judge.ts';
import { applyStrikes, rewrite } from '../../src/store/stage/amend.ts';
import { liveMatches } from '../../src/store/stage/live.ts';
import { probableRekeys, renameEdges } from '../../src/store/stage/names.ts';
import { resourceDigest } from '../../src/store/stage/operation.ts';
import type { Staged } from '../../src/store/stage/operation.ts';
import { putInOrder, sealedOperations } from '../../src/store/stage/order.ts';
import { leftOutOf, notesOf, rejectionsOf } from '../../src/store/stage/remarks.ts';
import { Stage } from '../../src/store/stage/stage.ts';
import { managedBy, tries } from '../planning/example.ts';
import { remote } from '../delivery/answers.ts';
import { totalsOf } from './released.ts';

function openStage(): Stage {
  const stage = new Stage();
  onTestFinished(() => {
    stage.close();
  });
  return stage;
}

const staged = (key: string, part: Partial<Staged> = {}): Staged => ({
  type: 'User',
  kind: 'create',
  key,
  part: 0,
  phase: PHASE.create,
  after: { userName: key },
  changes: [],
  why: 'new',
  beforeDigest: '',
  ...part,
});

const keysOf = (stage: Stage, target = 0) => [...sealedOperations(stage, target)].map(({ key }) => key);

describe('what is staged', () => {
  test('comes back as it was, whatever kind it is', () => {
    const stage = openStage();
    const operations: readonly Staged[] = [
      staged('a', {
        kind: 'deactivate',
        phase: 0,
        changes: [{ path: 'active', before: true, after: false }],
        beforeDigest: 'b',
      }),
      staged('b', { kind: 'update', phase: 10, secretDigest: 'digest', invited: true, beforeDigest: 'b' }),
      staged('c', { kind: 'link', phase: 10, remoteId: 'r1' }),
      staged('d', { why: 'in the source and assigned' }),
      staged('e', { after: managedBy('d', { userName: 'e' }), needs: 'd' }),
    ];
    for (const [slot, operation] of operations.entries())
      stage.addOperation(0, slot, operation, operation.needs === undefined ? undefined : 3);
    const { after: _, ...deletion } = staged('f', { kind: 'delete', phase: 200 });
    stage.addOperation(0, 9, deletion);
    putInOrder(stage, 0);
    const rows = [...sealedOperations(stage, 0)];
    expect(rows.map(({ digest: _d, slot: _s, ...row }) => row)).toEqual([...operations, deletion]);
    expect(rows.map(({ slot }) => slot)).toEqual([0, 1, 2, 3, 4, 9]);
    for (const { digest } of rows) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('lies in a folder of its own, which is gone when it is closed', () => {
    const stage = new Stage();
    const folder = dirname(stage.path);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    stage.addOperation(0, 0, staged('a'));
    stage.close();
    expect(existsSync(folder)).toBe(false);
  });

  test('is many more than are written at once', () => {
    const stage = openStage();
    for (let index = 0; index < 1000; index++) {
      stage.addOperation(0, index, staged(`p${String(index).padStart(4, '0')}`));
      stage.addPerson(index, `p${index}`);
    }
    putInOrder(stage, 0);
    expect(keysOf(stage)).toHaveLength(1000);
    expect(stage.keyOf(999)).toBe('p999');
    expect(stage.keyOf(1000)).toBeUndefined();
  });
});

describe('the order', () => {
  test('is by phase, then by key as UTF-8 bytes, then by part', () => {
    const stage = openStage();
    const keys = ['b', 'a', 'Z', 'é', '\u{1F600}', '\uFFFD', 'aa', '10', '9', ''];
    for (const [slot, key] of keys.entries()) stage.addOperation(0, slot, staged(key));
    stage.addOperation(0, 1, staged('a', { kind: 'update', part: 1 }));
    stage.addOperation(0, 50, staged('zz', { kind: 'deactivate', phase: 0 }));
    putInOrder(stage, 0);
    const sorted = [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    const expected = sorted.flatMap((key) => (key === 'a' ? ['a', "a'"] : [key]));
    expect([...sealedOperations(stage, 0)].map(({ key, part }) => (part === 1 ? `${key}'` : key))).toEqual([
      'zz',
      ...expected,
    ]);
  });

  test('may move whoever waits for somebody, and says the phase that came of it', () => {
    const stage = openStage();
    for (const [slot, key] of ['a', 'b', 'c'].entries()) stage.addOperation(0, slot, staged(key));
    putInOrder(stage, 0, (slot, kind, phase) => {
      expect([kind, phase]).toEqual(['create', PHASE.create]);
      return slot === 0 ? phase + 2 : phase;
    });
    expect([...sealedOperations(stage, 0)].map(({ key, phase }) => [key, phase])).toEqual([
      ['b', 100],
      ['c', 100],
      ['a', 102],
    ]);
  });

  test('is of one target', () => {
    const stage = openStage();
    stage.addOperation(0, 0, staged('a'));
    stage.addOperation(1, 0, staged('b'));
    putInOrder(stage, 0);
    putInOrder(stage, 1);
    expect([keysOf(stage, 0), keysOf(stage, 1)]).toEqual([['a'], ['b']]);
  });
});

describe('a checksum', () => {
  const checksum = (operations: readonly (readonly [number, Staged])[]): string => {
    const stage = new Stage();
    try {
      for (const [slot, operation] of operations) stage.addOperation(0, slot, operation);
      putInOrder(stage, 0);
      return JSON.stringify(totalsOf(stage));
    } finally {
      stage.close();
    }
  };

  test('is the same for the same operations, in whatever order and place they were met', () => {
    const people = Array.from({ length: 12 }, (_, index) => staged(`p${index}`));
    const expected = checksum([...people.entries()]);
    const shuffled = fc.shuffledSubarray([...people.keys()], { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(shuffled, shuffled, (order, slots) => {
        expect(checksum(order.map((index, at) => [slots[at]!, people[index]!]))).toBe(expected);
      }),
      tries(15),
    );
  });

  test('covers what is done, and neither why nor in which phase', () => {
    const one = staged('a', { kind: 'update', beforeDigest: 'b' });
    const same = (part: Partial<Staged>) => checksum([[0, { ...one, ...part }]]) === checksum([[0, one]]);
    expect(same({ why: 'something else' })).toBe(true);
    expect(same({ phase: 99 })).toBe(true);
    expect(same({ invited: true })).toBe(true);
    expect(same({ changes: [{ path: 'title' }] })).toBe(true);
    expect(same({ after: { userName: 'b' } })).toBe(false);
    expect(same({ key: 'b' })).toBe(false);
    expect(same({ kind: 'reactivate' })).toBe(false);
    expect(same({ part: 1 })).toBe(false);
    expect(same({ beforeDigest: 'c' })).toBe(false);
    expect(same({ remoteId: 'r1' })).toBe(false);
    expect(same({ secretDigest: 's' })).toBe(false);
  });

  test('of a resource does not depend on the order of its names', () => {
    const digest = resourceDigest({ a: 1, b: { c: 2, d: [1, 2] } });
    expect(resourceDigest({ b: { d: [1, 2], c: 2 }, a: 1 })).toBe(digest);
    expect(resourceDigest({ a: 1, b: { c: 2, d: [2, 1] } })).not.toBe(digest);
  });
});

describe('a strike', () => {
  test('takes all that was staged for somebody, on one target or on all', () => {
    const stage = openStage();
    for (const target of [0, 1])
      for (const [slot, key] of ['a', 'b', 'c'].entries()) {
        stage.addOperation(target, slot, staged(key));
        stage.addNote(target, slot, key, 'manager', 'left out');
      }
    stage.strike(0, [0]);
    stage.strike(-1, [1]);
    applyStrikes(stage);
    // What is staged afterwards stays.
    stage.addOperation(1, 1, staged('b', { kind: 'update' }));
    applyStrikes(stage);
    for (const target of [0, 1]) putInOrder(stage, target);
    expect([keysOf(stage, 0), keysOf(stage, 1)]).toEqual([['c'], ['a', 'b', 'c']]);
    expect([...notesOf(stage, 0)].map(({ key }) => key)).toEqual(['c']);
    expect([...notesOf(stage, 1)].map(({ key }) => key)).toEqual(['a', 'c']);
  });

  test('on all targets takes back that somebody was left out, and on one does not', () => {
    const stage = openStage();
    stage.leaveOut(0, 0, 'a', 'rekey', 'one');
    stage.leaveOut(0, 0, 'a', 'disputed', 'two');
    stage.leaveOut(0, 1, 'b', 'rekey', 'three');
    stage.strike(0, [0]);
    stage.strike(-1, [1]);
    applyStrikes(stage);
    expect([...leftOutOf(stage, 0)]).toEqual([{ slot: 0, key: 'a', rule: 'disputed', reason: 'two' }]);
  });
});

describe('names', () => {
  test('that a joiner wants and a leaver has are a pair, once, and nobody pairs with themselves', () => {
    const stage = openStage();
    stage.addClaims(0, 'leave', 1, ['ada', 'ada@x.example']);
    stage.addClaims(0, 'create', 2, ['ada', 'ada@x.example']);
    stage.addClaims(0, 'create', 3, ['eve']);
    stage.addClaims(0, 'leave', 4, ['bob']);
    stage.addClaims(1, 'create', 5, ['bob']);
    expect(probableRekeys(stage, 0)).toEqual([{ joiner: 2, leaver: 1 }]);
    expect(probableRekeys(stage, 1)).toEqual([]);
  });

  test('that one takes and another gives up are an edge', () => {
    const stage = openStage();
    stage.addRename(0, 1, 'ada', 'bob');
    stage.addRename(0, 2, 'bob', 'eve');
    stage.addRename(0, 3, 'zoe', 'Zoe');
    stage.addRename(1, 4, 'eve', 'x');
    expect(renameEdges(stage, 0)).toEqual([{ taker: 1, giver: 2 }]);
    expect(renameEdges(stage, 1)).toEqual([]);
    expect(renameEdges(stage, 2)).toEqual([]);
  });
});

describe('accounts that are there already', () => {
  test('meet creates by externalId as it is, and by names whatever their case', () => {
    const stage = openStage();
    const after = (userName: string, externalId: string, email: string) => ({
      userName,
      externalId,
      emails: [{ value: 'other@x.example' }, { value: email, primary: true }],
    });
    stage.addOperation(0, 0, staged('a', { after: after('Ada', 'X1', 'ADA@x.example') }));
    stage.addOperation(0, 1, staged('b', { after: { userName: 'nobody' } }));
    stage.addOperation(0, 2, staged('c', { kind: 'update', after: { userName: 'ada' } }));
    stage.addLive(0, remote('r1', { userName: 'ADA' }));
    stage.addLive(0, remote('r2', { externalId: 'X1', active: false }));
    stage.addLive(0, remote('r3', { externalId: 'x1', emails: ['home@x.example', 'ada@X.example'] }));
    stage.addLive(1, remote('r4', { userName: 'nobody' }));
    const found = [...liveMatches(stage, 0)].map(({ key, remoteId, by, active }) => [
      key,
      remoteId,
      by,
      active,
    ]);
    expect(found.sort()).toEqual([
      ['a', 'r1', 'userName', true],
      ['a', 'r2', 'externalId', false],
      ['a', 'r3', 'emails.value', true],
    ]);
    expect([...liveMatches(stage, 1)]).toEqual([]);
  });
});

describe('an operation that is written anew', () => {
  test('has another digest, and one of which nothing is left is gone', () => {
    const stage = openStage();
    stage.addOperation(0, 0, staged('a'));
    stage.addOperation(0, 1, staged('b', { after: managedBy('a', { userName: 'b' }), needs: 'a' }), 0);
    stage.addOperation(0, 2, staged('c'));
    rewrite(stage, 0, [0], () => undefined);
    rewrite(stage, 0, [1], ({ needs: _, ...row }) => ({
      ...row,
      kind: 'link',
      phase: 10,
      remoteId: 'r1',
      after: { userName: 'b' },
    }));
    putInOrder(stage, 0);
    const [link, create] = [...sealedOperations(stage, 0)];
    expect(link).toMatchObject({
      key: 'b',
      kind: 'link',
      phase: 10,
      remoteId: 'r1',
      after: { userName: 'b' },
    });
    expect(link).not.toHaveProperty('needs');
    expect(create).toMatchObject({ key: 'c' });
    const other = openStage();
    other.addOperation(0, 0, staged('b', { after: managedBy('a', { userName: 'b' }) }));
    putInOrder(other, 0);
    expect([...sealedOperations(other, 0)][0]!.digest).not.toBe(link!.digest);
  });
});

test('rejections come back in the order of the file, with or without a person', () => {
  const stage = openStage();
  const reject = (line: number, key: string | undefined, slot: number | undefined, page = 0): void => {
    stage.addRejection({ line, page, rule: 'x', reason: 'y', key }, slot);
  };
  reject(1, 'b', undefined, 1);
  reject(9, 'a', 1);
  reject(2, undefined, undefined);
  expect([...rejectionsOf(stage)]).toEqual([
    { page: 0, line: 2, key: null, slot: null, rule: 'x', reason: 'y' },
    { page: 0, line: 9, key: 'a', slot: 1, rule: 'x', reason: 'y' },
    { page: 1, line: 1, key: 'b', slot: null, rule: 'x', reason: 'y' },
  ]);
});
