import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { RollcallError } from '../../src/model/index.ts';
import { ensureTarget, targetRow } from '../../src/store/accounts.ts';
import { migrations } from '../../src/store/migrations.ts';
import { currentRun, endRun, startRun } from '../../src/store/runs.ts';
import { meta, openState, setMeta, stateError } from '../../src/store/state.ts';
import { openEmpty, temporaryFolder } from './released.ts';

const fresh = (): string => join(temporaryFolder(), 'state.db');

function refused(path: string, create = true): RollcallError {
  try {
    openState(path, create).close();
  } catch (error) {
    if (error instanceof RollcallError) return error;
    throw error;
  }
  throw new Error(`${path} was opened`);
}

function foreign(path: string, sql: string): Buffer {
  const other = new Database(path);
  other.exec(sql);
  other.close();
  chmodSync(path, 0o644);
  return readFileSync(path);
}

describe('a new state', () => {
  test('is readable by its owner alone, has the newest schema and a secret of its own', () => {
    const state = openEmpty();
    expect(statSync(state.path).mode & 0o777).toBe(0o600);
    expect(state.db.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(state.db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(state.salt).toMatch(/^[0-9a-f]{32}$/);
    expect(state.salt).not.toBe(openEmpty().salt);
  });

  test('is not made by a command that only looks', () => {
    const path = fresh();
    const state = openState(path, false);
    expect(state.db.memory).toBe(true);
    expect(currentRun(state)).toBe(0);
    state.close();
    expect(existsSync(path)).toBe(false);
  });

  test('keeps what it was told when it is opened again', () => {
    const path = fresh();
    const first = openState(path, true);
    setMeta(first.db, 'generation', 7);
    setMeta(first.db, 'generation', 8);
    first.close();
    const second = openState(path, false);
    expect(meta(second.db, 'generation')).toBe(8);
    expect(meta(second.db, 'nothing')).toBeUndefined();
    expect(second.salt).toBe(first.salt);
    second.close();
  });

  test('that several processes make at once is one', async () => {
    const path = fresh();
    const script = `import { openState } from ${JSON.stringify(fileURLToPath(new URL('../../src/store/state.ts', import.meta.url)))};
      process.stdout.write(openState(process.argv[1], true).salt);`;
    const open = async (): Promise<string> =>
      (await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', script, path]))
        .stdout;
    const salts = await Promise.all([open(), open(), open()]);
    expect(new Set(salts).size).toBe(1);
    expect(salts[0]).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('a file that is no state of ours', () => {
  test('but written by a newer Rollcall is refused, and left as it is', () => {
    const path = fresh();
    const bytes = foreign(path, `CREATE TABLE meta (x); PRAGMA user_version = ${migrations.length + 1}`);
    const error = refused(path);
    expect(error.code).toBe('state');
    expect(error.message).toContain('written by a newer Rollcall');
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  test('but somebody else’s database is refused, and left as it is', () => {
    const path = fresh();
    const bytes = foreign(path, 'CREATE TABLE customers (id)');
    expect(refused(path).message).toContain("not one of Rollcall's");
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  test('but a text, a folder, or in a folder that is not there is refused with its path', () => {
    const text = fresh();
    writeFileSync(text, 'id,name\n'.repeat(1000));
    expect(refused(text).message).toContain(`${text} is not a Rollcall state`);
    const folder = fresh();
    mkdirSync(folder);
    expect(refused(folder).message).toBe(`${folder} is a folder`);
    const lost = join(temporaryFolder(), 'nowhere', 'state.db');
    expect(refused(lost).message).toContain(lost);
  });

  test('but one that was cut is refused, and not begun anew', () => {
    const path = fresh();
    const state = openState(path, true);
    for (let index = 0; index < 2000; index++)
      state.db.prepare('INSERT INTO person (key) VALUES (?)').run(`person ${index}`.padEnd(100));
    state.close();
    truncateSync(path, 4096 * 3);
    const error = refused(path);
    expect(error.code).toBe('state');
    expect(error.message).toContain('is damaged');
    expect(statSync(path).size).toBe(4096 * 3);
  });
});

test('a failure of the file in use is a sentence, and a fault of ours stays one', () => {
  const state = openEmpty();
  const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  expect(stateError(full, state)).toBeInstanceOf(RollcallError);
  expect(stateError(full, state).message).toContain('the disk is full');
  const bug = new TypeError('a bug');
  expect(stateError(bug, state)).toBe(bug);
});

describe('a target in the state', () => {
  test('is made known once', () => {
    const state = openEmpty();
    const id = ensureTarget(state, 'app', 'one');
    expect(ensureTarget(state, 'app', 'two')).toBe(id);
    expect(targetRow(state, 'app')).toMatchObject({ id, fingerprint: 'one', cursor: 0, digest: '' });
    expect(targetRow(state, 'other')).toBeUndefined();
  });

  test('keeps its accounts under another name, if the configuration says which', () => {
    const state = openEmpty();
    const id = ensureTarget(state, 'app', 'one');
    expect(ensureTarget(state, 'new', 'one', { renamedFrom: 'nobody' })).not.toBe(id);
    expect(ensureTarget(state, 'renamed', 'one', { renamedFrom: 'app' })).toBe(id);
    expect(targetRow(state, 'app')).toBeUndefined();
    // Said again at every run, it is done once.
    expect(ensureTarget(state, 'renamed', 'one', { renamedFrom: 'new' })).toBe(id);
  });
});

test('runs have numbers that rise, a beginning, and an end with what came of them', () => {
  const state = openEmpty();
  const first = startRun(state, { command: 'sync', actor: 'ada', now: 10 });
  const second = startRun(state, { command: 'plan', actor: 'ada', now: 20 });
  expect([first, second, currentRun(state)]).toEqual([1, 2, 2]);
  endRun(state, first, { done: true }, 15);
  expect(state.db.prepare('SELECT started_at, ended_at, outcome FROM run ORDER BY id').all()).toEqual([
    { started_at: 10, ended_at: 15, outcome: '{"done":true}' },
    { started_at: 20, ended_at: null, outcome: null },
  ]);
});
