import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PHASE } from '../../src/planning/judge.ts';
import { BackgroundWriter } from '../../src/store/stage/background.ts';
import { usualReason } from '../../src/store/stage/operation.ts';
import { putInOrder, sealedOperations } from '../../src/store/stage/order.ts';
import { notesOf } from '../../src/store/stage/remarks.ts';
import { Stage } from '../../src/store/stage/stage.ts';
import { temporaryFolder } from '../scenarios/place.ts';

const people = 3000;

/** A plan of plain creates with a reason, a note and a change among them; every kind of row is met again and again. */
function staged(farAfter: number, ask?: (stage: Stage, slot: number) => void): Stage {
  const stage = new Stage(farAfter);
  onTestFinished(() => {
    stage.close();
  });
  for (let slot = 0; slot < people; slot++) {
    const key = `k${(slot * 7919) % people}`;
    const isPlain = slot % 10 !== 0;
    stage.addPerson(slot, key);
    stage.addOperation(0, slot, {
      type: 'User',
      kind: 'create',
      key,
      part: 0,
      phase: PHASE.create,
      after: { displayName: `Łucja "${slot}"`, userName: key },
      changes: [],
      why: isPlain ? usualReason : 'back',
      beforeDigest: '',
    });
    if (slot % 100 === 0) stage.addNote(0, slot, key, 'manager', 'is unknown');
    ask?.(stage, slot);
  }
  putInOrder(stage, 0);
  return stage;
}

describe('a plan that is written by a thread', () => {
  test('is the plan that is written here, with the digests of law 1', () => {
    const near = staged(Infinity);
    const far = staged(100);
    const all = [...sealedOperations(far, 0)];
    expect(all).toHaveLength(people);
    expect(all).toEqual([...sealedOperations(near, 0)]);
    expect([...notesOf(far, 0)]).toEqual([...notesOf(near, 0)]);
  });

  test('answers while it is written, and goes on', () => {
    const asked: (string | undefined)[] = [];
    const stage = staged(100, (one, slot) => {
      if (slot === 2000) asked.push(one.keyOf(0), one.keyOf(1999), one.keyOf(2000), one.keyOf(2001));
    });
    expect(asked).toEqual(['k0', `k${(1999 * 7919) % people}`, `k${(2000 * 7919) % people}`, undefined]);
    expect([...sealedOperations(stage, 0)]).toHaveLength(people);
  });

  test('is given up without a word when it is closed in the middle', () => {
    const stage = new Stage(10);
    for (let slot = 0; slot < 1000; slot++) stage.addPerson(slot, `k${slot}`);
    expect(() => stage.close()).not.toThrow();
  });
});

test('what the thread fails at is thrown here, with the code of the database', (context) => {
  const writer = new BackgroundWriter(join(temporaryFolder(context), 'no', 'such', 'folder'));
  writer.add('person', [0, 'k0']);
  expect(() => writer.flush()).toThrow(expect.objectContaining({ message: expect.any(String) }));
});

test('a row that the database refuses is thrown here', () => {
  const stage = new Stage(10);
  onTestFinished(() => {
    stage.close();
  });
  for (let slot = 0; slot < 1000; slot++) stage.addPerson(slot % 900, `k${slot}`);
  expect(() => stage.keyOf(1)).toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' }));
});
