import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PHASE } from '../../src/planning/judge.ts';
import { BackgroundWriter } from '../../src/store/stage/background.ts';
import { openStageDatabase } from '../../src/store/stage/database.ts';
import { usualReason } from '../../src/store/stage/operation.ts';
import { putInOrder, sealedOperations } from '../../src/store/stage/order.ts';
import { notesOf } from '../../src/store/stage/remarks.ts';
import { Stage } from '../../src/store/stage/stage.ts';
import { TABLES } from '../../src/store/stage/tables.ts';
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

  test('may have rows of any length', () => {
    const stage = new Stage(10);
    onTestFinished(() => {
      stage.close();
    });
    const long = 'é'.repeat(300_000);
    for (let slot = 0; slot < 100; slot++) stage.addNote(0, slot, `k${slot}`, 'rule', `${long}${slot}`);
    const texts = [...notesOf(stage, 0)].map(({ text }) => text.slice(long.length));
    expect(texts.map(Number).sort((left, right) => left - right)).toEqual([...Array(100).keys()]);
  });
});

/** Adds rows until it is thrown what the thread has failed at, or to the end. */
function addAll(writer: BackgroundWriter, rows: number): void {
  for (let slot = 0; slot < rows; slot++) writer.add('person', [slot % 900, `k${slot}`]);
  writer.flush();
}

describe('what the thread fails at', () => {
  const refused = expect.objectContaining({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' }) as Error;

  test.for([1000, 6000, 90_000])('is thrown here, of %i rows', async (rows, context) => {
    const path = join(temporaryFolder(context), 'stage.db');
    const db = openStageDatabase(path);
    db.exec(TABLES);
    db.close();
    for (let round = 0; round < 5; round++) {
      const writer = new BackgroundWriter(path);
      expect(() => addAll(writer, rows)).toThrow(refused);
      // Whoever asks again is told the same, and nobody waits.
      expect(() => writer.flush()).toThrow(refused);
      writer.abandon();
      await new Promise(setImmediate);
    }
  });

  test('is a place where nothing can be written', (context) => {
    const writer = new BackgroundWriter(join(temporaryFolder(context), 'no', 'such', 'folder'));
    writer.add('person', [0, 'k0']);
    expect(() => writer.flush()).toThrow(/directory does not exist/);
  });

  test('is told by the plan, which can be closed afterwards', () => {
    const stage = new Stage(10);
    for (let slot = 0; slot < 1000; slot++) stage.addPerson(slot % 900, `k${slot}`);
    expect(() => stage.keyOf(1)).toThrow(refused);
    expect(() => stage.keyOf(1)).toThrow(refused);
    expect(() => stage.close()).not.toThrow();
  });
});
