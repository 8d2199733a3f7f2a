import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BackgroundRecorder, openRecorder } from '../../src/store/queue/background.ts';
import type { Entry, Recorder } from '../../src/store/queue/recorder.ts';
import { openState } from '../../src/store/state.ts';
import { openEmpty, openHouse, temporaryFolder } from './released.ts';
import type { House } from './released.ts';

function inAThread(house: House): Recorder {
  const recorder = new BackgroundRecorder(house.state);
  onTestFinished(() => recorder.close());
  return recorder;
}

function houseOf(...keys: readonly string[]): House {
  const house = openHouse();
  house.plan({ operations: keys.map((key) => ({ key, kind: 'create', after: { userName: key } })) });
  return house;
}

const leaseOf = ({ target, name }: House, most: number): Entry => ({
  target: { id: target, name },
  run: 1,
  now: 7,
  lease: { last: Infinity, most },
});

describe('a recorder in a thread of its own', () => {
  test('leases and confirms as one here does', async () => {
    const house = houseOf('a', 'b', 'c');
    const queue = house.queue(inAThread(house));
    const [a, b] = await queue.lease(Infinity, 2, 5);
    expect(a).toMatchObject({ key: 'a', kind: 'create', after: { userName: 'a' }, sentAt: 5 });
    const account = { remoteId: 'r1', resource: a!.after!, state: 'linked' } as const;
    const [leased] = await Promise.all([
      queue.lease(Infinity, 2, 6),
      queue.confirm(
        [
          { kind: 'done', operation: a!, account, status: 201 },
          { kind: 'failed', operation: b!, error: 'no', code: 'invalid' },
        ],
        6,
      ),
    ]);
    const [c] = leased;
    expect(c).toMatchObject({ key: 'c', sentAt: 6 });
    expect(house.rows('SELECT remote_id, resource FROM account')).toEqual([
      { remote_id: 'r1', resource: '{"userName":"a"}' },
    ]);
    expect(house.rows('SELECT state FROM operation ORDER BY id')).toEqual([
      { state: 'failed' },
      { state: 'leased' },
    ]);
    expect(house.rows(`SELECT key, event FROM audit WHERE event LIKE 'operation.%'`)).toEqual([
      { key: 'a', event: 'operation.done' },
      { key: 'b', event: 'operation.failed' },
    ]);
  });

  test('answers each in turn, also those that are asked together', async () => {
    const house = houseOf('a', 'b', 'c', 'd');
    const recorder = inAThread(house);
    const all = await Promise.all([1, 2, 3].map((most) => recorder.record(leaseOf(house, most))));
    expect(all.map((rows) => rows.map(({ key }) => key))).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  test('tells what the state refuses with its code, writes nothing of it, and goes on', async () => {
    const house = houseOf('a');
    const recorder = inAThread(house);
    const unknown = { ...leaseOf(house, 1), lease: { last: Infinity, most: 'many' as unknown as number } };
    await expect(recorder.record(unknown)).rejects.toMatchObject({ code: 'SQLITE_MISMATCH' });
    expect(await recorder.record(leaseOf(house, 1))).toMatchObject([{ key: 'a' }]);
  });

  test('what stands in the way for as long as it may is told', async () => {
    const house = houseOf('a');
    const recorder = inAThread(house);
    house.state.db.exec('BEGIN IMMEDIATE');
    const recorded = recorder.record(leaseOf(house, 1));
    house.state.db.exec('COMMIT');
    expect(await recorded).toMatchObject([{ key: 'a' }]);
  });

  test('that cannot start, or is closed, refuses and keeps nobody waiting', async () => {
    const house = houseOf('a');
    const folder = temporaryFolder();
    const lost = new BackgroundRecorder({ path: folder, salt: '' });
    await expect(lost.record(leaseOf(house, 1))).rejects.toMatchObject({
      code: 'state',
      message: `${folder} is a folder`,
    });
    await lost.close();
    const closed = inAThread(house);
    await closed.close();
    await expect(closed.record(leaseOf(house, 1))).rejects.toMatchObject({ code: 'internal' });
    expect(house.rows('SELECT state FROM operation')).toEqual([{ state: 'open' }]);
  });

  test.each(['moved away', 'replaced by another'])(
    'a state that was %s meanwhile is not taken for it',
    async (how) => {
      const house = houseOf('a');
      const { path } = house.state;
      renameSync(path, `${path}-elsewhere`);
      if (how !== 'moved away') openState(path, true).close();
      const recorder = inAThread(house);
      await expect(recorder.record(leaseOf(house, 1))).rejects.toMatchObject({
        code: 'state',
        message: expect.stringContaining('moved or replaced') as string,
      });
    },
  );

  test('has let go of the state when it is closed: nothing is left beside the file', async () => {
    const path = join(temporaryFolder(), 'state.db');
    const state = openState(path, true);
    const house = openHouse(state);
    house.plan({ operations: [{ key: 'a', kind: 'create', after: { userName: 'a' } }] });
    const recorder = new BackgroundRecorder(state);
    await recorder.record(leaseOf(house, 1));
    await recorder.close();
    state.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  test('is started where there is much to send', async () => {
    const state = openEmpty();
    const few = openRecorder(state, 499);
    const many = openRecorder(state, 500);
    expect([few, many].map((recorder) => recorder instanceof BackgroundRecorder)).toEqual([false, true]);
    await many.close();
  });
});

test('what is committed is on the disk', () => {
  // https://www.sqlite.org/pragma.html#pragma_synchronous: 2 is FULL.
  expect(openEmpty().db.pragma('synchronous', { simple: true })).toBe(2);
});
