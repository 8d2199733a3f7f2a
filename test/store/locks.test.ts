import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockTargets } from '../../src/engine/locks.ts';
import { DAEMON, holderOf, holds, lock } from '../../src/store/locks.ts';
import type { LockAttempt } from '../../src/store/locks.ts';
import { openState } from '../../src/store/state.ts';
import { targetWith } from '../engine/company.ts';
import { openEmpty, temporaryFolder } from './released.ts';

function release(attempt: LockAttempt): void {
  if (!attempt.held) throw new Error('not held');
  attempt.release();
}

describe('a lock', () => {
  test('is refused to a second holder, who is told of the first', () => {
    const state = openEmpty();
    const first = lock(state, 'app', 'sync', 1234);
    expect(first.held).toBe(true);
    expect(lock(state, 'app', 'sync', 5678)).toEqual({
      held: false,
      holder: { pid: process.pid, host: hostname(), command: 'sync', since: 1234 },
    });
    release(first);
  });

  test('is one for one file, by whatever link somebody comes to it', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'state.db');
    const link = join(folder, 'link.db');
    const state = openEmpty(path);
    symlinkSync(path, link);
    const other = openState(link, false);
    const first = lock(state, 'app', 'sync', 1);
    expect(lock(other, 'app', 'sync', 2).held).toBe(false);
    expect(holds(other, 'app')).toMatchObject({ command: 'sync' });
    release(first);
    other.close();
  });

  test('is free again when it is given back', () => {
    const state = openEmpty();
    release(lock(state, 'app', 'sync', 1));
    expect(holderOf(state, 'app')).toBeUndefined();
    const again = lock(state, 'app', 'sync', 2);
    expect(again.held).toBe(true);
    release(again);
  });

  test('can be asked about, without taking it or making a file for it', () => {
    const state = openEmpty();
    expect(holds(state, DAEMON)).toBeUndefined();
    expect(existsSync(`${state.path}.~daemon.lock`)).toBe(false);
    const attempt = lock(state, DAEMON, 'daemon', 7);
    expect(holds(state, DAEMON)).toMatchObject({ pid: process.pid, since: 7 });
    release(attempt);
    // One that was killed leaves what it had written, and no lock.
    state.db.prepare('INSERT INTO lock VALUES (?, 1, ?, ?, 1)').run(DAEMON, 'here', 'daemon');
    expect(holds(state, DAEMON)).toBeUndefined();
  });

  test('that cannot be written down is held by nobody', () => {
    const state = openEmpty();
    state.db.exec('ALTER TABLE lock RENAME TO elsewhere');
    expect(() => lock(state, 'app', 'sync', 1)).toThrow(/no such table/);
    state.db.exec('ALTER TABLE elsewhere RENAME TO lock');
    const again = lock(state, 'app', 'sync', 2);
    expect(again.held).toBe(true);
    release(again);
  });

  test('of all targets is given back where one of them cannot be had', () => {
    const state = openEmpty();
    const given: string[] = [];
    const one = (_: unknown, name: string): LockAttempt => {
      if (name === 'last') throw new Error('the disk is full');
      return { held: true, release: () => void given.push(name) };
    };
    const targets = [
      targetWith({ name: 'app' }),
      targetWith({ name: 'other', renamedFrom: 'last' }),
      targetWith(),
    ];
    expect(() => lockTargets(state, targets, 'sync', 1, one)).toThrow('the disk is full');
    expect(given).toEqual(['other', 'app']);
  });

  test('is of one target, and of one state', () => {
    const state = openEmpty();
    const locks = [
      lock(state, 'app', 'sync', 1),
      lock(state, 'other', 'sync', 1),
      lock(openEmpty(), 'app', 'sync', 1),
    ];
    expect(locks.map(({ held }) => held)).toEqual([true, true, true]);
    locks.forEach(release);
  });

  test('lies beside the state and is readable by its owner alone, whatever the target is called', () => {
    const state = openEmpty();
    const attempt = lock(state, '../a b/ü', 'sync', 1);
    const file = `${state.path}.${encodeURIComponent('../a b/ü')}.lock`;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    release(attempt);
  });

  test('does not keep anybody from reading or writing the state', () => {
    const path = join(temporaryFolder(), 'state.db');
    const attempt = lock(openEmpty(path), 'app', 'sync', 1);
    const other = openEmpty(path);
    other.db.prepare(`INSERT INTO meta VALUES ('note', 1)`).run();
    expect(holderOf(other, 'app')).toMatchObject({ command: 'sync' });
    release(attempt);
  });

  test('of a process that is killed is free at once', async () => {
    const path = join(temporaryFolder(), 'state.db');
    const state = openEmpty(path);
    const script = fileURLToPath(new URL('holder.ts', import.meta.url));
    const child = spawn(process.execPath, [script, path, 'app'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe('held\n');
    expect(lock(state, 'app', 'sync', 1)).toMatchObject({
      held: false,
      holder: { pid: child.pid, command: 'sync --from a-child', since: 1234 },
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const mine = lock(state, 'app', 'sync', 2);
    expect(mine.held).toBe(true);
    expect(holderOf(state, 'app')).toMatchObject({ pid: process.pid, since: 2 });
    release(mine);
  });
});
