import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openState } from '../../src/store/state.ts';
import { openEmpty, openHouse, temporaryFolder } from './released.ts';

describe('flushing', () => {
  test('what is committed can be done over and over, and at the same time', async () => {
    const house = openHouse();
    for (const key of ['a', 'b', 'c']) {
      house.link(key, { userName: key });
      await Promise.all([house.state.flush(), house.queue().durable()]);
    }
    expect(house.rows('SELECT 1 FROM account')).toHaveLength(3);
  });

  test('a state behind a link finds the log beside the file itself', async () => {
    const folder = temporaryFolder();
    openEmpty(join(folder, 'real.db'));
    symlinkSync(join(folder, 'real.db'), join(folder, 'link.db'));
    const state = openEmpty(join(folder, 'link.db'));
    await expect(state.flush()).resolves.toBeUndefined();
  });

  test('a log that is gone is an error in words, before anything is sent', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'state.db');
    const state = openEmpty(path);
    state.db.exec('CREATE TABLE x (y)');
    renameSync(`${path}-wal`, `${path}-elsewhere`);
    await expect(state.flush()).rejects.toMatchObject({
      code: 'state',
      problems: [{ hint: 'nothing more was sent' }],
    });
    renameSync(`${path}-elsewhere`, `${path}-wal`);
  });

  test('a state may be closed while the disk is waited for', async () => {
    const state = openState(join(temporaryFolder(), 'state.db'), true);
    state.db.exec('CREATE TABLE x (y)');
    const flushed = state.flush();
    state.close();
    await expect(flushed).resolves.toBeUndefined();
  });

  test('does not take the lock of a transaction away', async () => {
    const path = join(temporaryFolder(), 'state.db');
    const state = openEmpty(path);
    const other = openEmpty(path);
    other.db.pragma('busy_timeout = 0');
    state.db.exec('BEGIN IMMEDIATE');
    await state.flush();
    expect(() => other.db.exec('BEGIN IMMEDIATE')).toThrow('locked');
    state.db.exec('COMMIT');
    expect(() => other.db.exec('BEGIN IMMEDIATE; COMMIT')).not.toThrow();
  });
});
