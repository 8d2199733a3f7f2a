import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { audit, headOf, rowHash } from '../../src/store/audit.ts';
import { endRun, startRun } from '../../src/store/runs.ts';
import { openReader } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { pruneTrail } from '../../src/store/trail/prune.ts';
import { trailOf, trailPage } from '../../src/store/trail/rows.ts';
import type { TrailFilter, TrailRow } from '../../src/store/trail/rows.ts';
import { verifyTrail } from '../../src/store/trail/verify.ts';
import { rowIn, verifyLines } from '../../src/reports/trail-file.ts';
import { trailLine } from '../../src/reports/history.ts';
import { openEmpty } from './released.ts';

const hour = 3_600_000;

/** Runs of five rows each, one an hour: begun, three operations, ended. */
function withRuns(runs: number, state = openEmpty(), from = 0): State {
  for (let run = from; run < from + runs; run++) {
    const at = run * hour;
    const id = startRun(state, { command: 'sync', actor: 'ada', now: at, configuration: 'c'.repeat(64) });
    audit(
      state,
      ['a', 'b', 'c'].map((key) => ({
        at: at + 1,
        run: id,
        target: key === 'c' ? 'wiki' : 'cosmo',
        key,
        event: `operation.${key === 'b' ? 'failed' : 'done'}`,
        detail: { kind: 'update', why: 'title differs' },
      })),
    );
    endRun(state, id, { targets: [] }, at + 2);
  }
  return state;
}

const seqs = (state: State, filter: TrailFilter, most?: number): readonly number[] =>
  [...trailOf(state, filter, most)].map(({ seq }) => seq);

/** What somebody does who has the file and knows nothing of hashes, or all of them. */
function forge(state: State, sql: string): void {
  for (const name of state.db.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).pluck().all())
    if ((name as string).startsWith('audit')) state.db.exec(`DROP TRIGGER ${name as string}`);
  state.db.exec(sql);
}

/** Writes all hashes anew, so that the chain fits again. */
function rebuild(state: State): void {
  forge(state, '');
  let previous = '';
  for (const row of state.db.prepare('SELECT * FROM audit ORDER BY seq').all() as TrailRow[]) {
    const { seq, at, run, target, key, event, detail } = row;
    const own = rowHash(previous, [seq, at, run, target, key, event, detail]);
    state.db.prepare('UPDATE audit SET previous = ?, hash = ? WHERE seq = ?').run(previous, own, seq);
    previous = own;
  }
}

const found = (state: State, head = undefined as ReturnType<typeof headOf>): readonly string[] =>
  verifyTrail(state, head).faults.map(({ kind, seq }) => `${kind} ${seq}`);

describe('rows of the trail', () => {
  test('are told by whom, what, when and which run they are about', () => {
    const state = withRuns(4);
    expect(seqs(state, {})).toHaveLength(20);
    expect(seqs(state, { key: 'a' })).toEqual([2, 7, 12, 17]);
    expect(seqs(state, { event: 'operation.failed' })).toEqual([3, 8, 13, 18]);
    expect(seqs(state, { event: 'operation', target: 'wiki' })).toEqual([4, 9, 14, 19]);
    expect(seqs(state, { event: 'oper' })).toEqual([]);
    expect(seqs(state, { run: 2 })).toEqual([6, 7, 8, 9, 10]);
    expect(seqs(state, { since: hour, until: 2 * hour })).toEqual([6, 7, 8, 9, 10]);
    expect(seqs(state, { key: 'a', since: 2 * hour })).toEqual([12, 17]);
  });

  test('come in pages, and the newest of them in their order', () => {
    const state = withRuns(500);
    expect(seqs(state, {})).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
    expect(seqs(state, { key: 'b' }, 3)).toEqual([2488, 2493, 2498]);
    expect(seqs(state, { key: 'nobody' }, 3)).toEqual([]);
    expect(trailPage(state, { key: 'b' }, { after: 8, most: 2 }).map(({ seq }) => seq)).toEqual([13, 18]);
  });

  test('of somebody are those under their former keys, too', () => {
    const state = withRuns(1);
    audit(state, [
      { at: 9, key: 'n', event: 'person.rekeyed', detail: { old: 'a', new: 'n' } },
      { at: 10, key: 'z', event: 'person.rekeyed', detail: { old: 'n', new: 'z' } },
      { at: 11, key: 'z', target: 'cosmo', event: 'operation.done', detail: {} },
    ]);
    expect(seqs(state, { key: 'z' })).toEqual([2, 6, 7, 8]);
  });
});

describe('a trail as a whole', () => {
  test('is as it was written, and says where it ends', () => {
    const state = withRuns(3);
    expect(verifyTrail(state)).toEqual({
      rows: 15,
      first: 1,
      head: headOf(state),
      isWhole: true,
      faults: [],
      count: 0,
    });
    expect(verifyTrail(state, headOf(state)).count).toBe(0);
    expect(verifyTrail(openEmpty())).toEqual({ rows: 0, isWhole: true, faults: [], count: 0 });
  });

  test.each([
    ['a row that says something else', `UPDATE audit SET detail = '{}' WHERE seq = 7`, ['changed 7']],
    ['a time that is no time', `UPDATE audit SET at = 'never' WHERE seq = 7`, ['changed 7']],
    ['a row that was taken out', 'DELETE FROM audit WHERE seq = 7', ['missing 7']],
    ['the first rows taken out', 'DELETE FROM audit WHERE seq < 4', ['missing 1']],
    [
      'two rows that changed places',
      'UPDATE audit SET seq = -1 WHERE seq = 7; UPDATE audit SET seq = 7 WHERE seq = 8; UPDATE audit SET seq = 8 WHERE seq = -1',
      ['changed 7', 'changed 8'],
    ],
    ['the end cut off, runs and all', 'DELETE FROM audit WHERE seq > 10', ['cut 11', 'cut 11']],
    ['the last row cut off', 'DELETE FROM audit WHERE seq = 15', ['cut 15']],
    ['all of it', 'DELETE FROM audit', ['cut 1', 'cut 1']],
  ])('shows %s', (_, sql, faults) => {
    const state = withRuns(3);
    forge(state, sql);
    expect(found(state)).toEqual(faults);
  });

  test('shows a row that was replaced together with its hash, and names it', () => {
    const state = withRuns(3);
    const { previous, at, run, target, key, event } = trailPage(state, {}, { after: 6, most: 1 })[0]!;
    const own = rowHash(previous, [7, at, run, target, key, event, '{}']);
    forge(state, `UPDATE audit SET detail = '{}', hash = '${own}' WHERE seq = 7`);
    expect(found(state)).toEqual(['replaced 7']);
  });

  test('that was written anew as a whole fits, but for a head that somebody kept', () => {
    const state = withRuns(3);
    const head = headOf(state);
    forge(state, `UPDATE audit SET detail = '{}' WHERE seq = 7`);
    rebuild(state);
    expect(found(state)).toEqual([]);
    expect(found(state, head)).toEqual(['rebuilt 15']);
  });

  test('whose end was cut off together with the runs shows by the head alone', () => {
    const state = withRuns(3);
    const head = headOf(state);
    forge(state, 'DELETE FROM audit WHERE seq > 10; DELETE FROM run WHERE id = 3');
    expect(found(state)).toEqual([]);
    expect(found(state, head)).toEqual(['cut 15']);
    withRuns(2, state, 3);
    expect(found(state, head)).toEqual(['rebuilt 15']);
  });

  test('names the first twenty things that are wrong, and counts the others', () => {
    const state = withRuns(6);
    forge(state, `UPDATE audit SET at = at + 1`);
    const { faults, count } = verifyTrail(state);
    expect([faults.length, faults[0]!.seq, count]).toEqual([20, 1, 30]);
  });

  test('stays as it is under REPLACE and under an anchor that is made up', () => {
    const { db } = withRuns(2);
    const row = `2, 0, 1, 'cosmo', 'a', 'x', '{}', '', ''`;
    expect(() => db.exec(`INSERT OR REPLACE INTO audit VALUES (${row})`)).toThrow('append-only');
    expect(() => db.exec(`INSERT INTO audit_anchor VALUES (5, 'made up', 0)`)).toThrow('append-only');
    expect(() => db.exec('DELETE FROM audit WHERE seq = 1')).toThrow('append-only');
  });
});

describe('retention', () => {
  test('takes whole runs, oldest first, and what is left fits from there on', () => {
    const state = withRuns(10);
    const run = startRun(state, { command: 'sync', actor: 'ada', now: 20 * hour });
    expect(pruneTrail(state, { run, before: 4 * hour, now: 20 * hour })).toBe(20);
    endRun(state, run, {}, 20 * hour);
    const { count, first, isWhole } = verifyTrail(state);
    expect([count, first, isWhole]).toEqual([0, 21, true]);
    expect([...trailOf(state, { event: 'trail.pruned' })]).toMatchObject([{ run, seq: 52 }]);
    expect(pruneTrail(state, { run, before: 4 * hour, now: 20 * hour })).toBe(0);
    const next = startRun(state, { command: 'sync', actor: 'ada', now: 30 * hour });
    expect(pruneTrail(state, { run: next, before: 6 * hour, now: 30 * hour })).toBe(10);
    expect([found(state), verifyTrail(state).first]).toEqual([[], 31]);
  });

  test('leaves a run whole that is younger in part, and is not stopped by one that was killed', () => {
    const state = openEmpty();
    startRun(state, { command: 'sync', actor: 'ada', now: 0 });
    const long = startRun(state, { command: 'sync', actor: 'ada', now: hour });
    audit(state, [{ at: 5 * hour, run: long, event: 'operation.done', detail: {} }]);
    endRun(state, long, {}, 5 * hour);
    expect(pruneTrail(state, { run: long, before: 3 * hour, now: 9 * hour })).toBe(1);
    expect(seqs(state, { run: long })).toEqual([2, 3, 4, 5]);
  });

  test('may take all that there is', () => {
    const state = withRuns(2);
    const run = 2;
    expect(pruneTrail(state, { run, before: 9 * hour, now: 9 * hour })).toBe(10);
    withRuns(1, state, 20);
    expect([found(state), seqs(state, {})]).toEqual([[], [11, 12, 13, 14, 15, 16]]);
  });

  test('is no way to take a row away unseen', () => {
    const state = withRuns(4);
    pruneTrail(state, { run: 4, before: hour, now: 9 * hour });
    forge(state, 'DELETE FROM audit WHERE seq < 9');
    expect(found(state)).toEqual(['missing 6']);
    const other = withRuns(4);
    const { hash } = trailPage(other, {}, { after: 9, most: 1 })[0]!;
    forge(other, `INSERT INTO audit_anchor VALUES (10, '${hash}', 0); DELETE FROM audit WHERE seq <= 10`);
    expect(found(other)).toEqual(['missing 10']);
  });

  test('makes a head that is older than it worth nothing, and says so', () => {
    const state = withRuns(1);
    const head = headOf(state);
    withRuns(4, state, 1);
    pruneTrail(state, { run: 5, before: 3 * hour, now: 9 * hour });
    expect(found(state, head)).toEqual(['unknown 5']);
  });
});

describe('an export', () => {
  const linesOf = (state: State): string[] => [...trailOf(state, {})].map(trailLine);
  async function* each(lines: readonly string[]): AsyncGenerator<string> {
    yield* lines;
  }
  const verified = async (lines: readonly string[], head = undefined as ReturnType<typeof headOf>) => {
    const { faults, isWhole, rows } = await verifyLines(each(lines), head);
    return [faults.map(({ kind, seq }) => `${kind} ${seq}`), isWhole, rows];
  };

  test('comes back as the rows that it was made of, and proves as much as they', async () => {
    const state = withRuns(3);
    const odd = {
      at: 1,
      key: 'ä"\\\u2028\ud800',
      event: 'x',
      detail: { 10: 1e21, 2: ['\u0000', null], a: { z: 1, b: -0.5 } },
    };
    audit(state, [odd]);
    const lines = linesOf(state);
    expect(lines.map(rowIn)).toEqual([...trailOf(state, {})]);
    expect(await verified(lines, headOf(state))).toEqual([[], true, 16]);
    expect(await verified(['\uFEFF' + lines[0]!, ...lines.slice(1), ''])).toEqual([[], true, 16]);
  });

  test('shows each change: a byte, a line, a name that no hash covers', async () => {
    const state = withRuns(2);
    const head = headOf(state);
    const lines = linesOf(state);
    const swapped = [...lines.slice(0, 4), lines[5]!, lines[4]!, ...lines.slice(6)];
    const changed = (number: number, to: (line: string) => string) =>
      lines.map((line, index) => (index === number - 1 ? to(line) : line));
    expect(await verified(lines.filter((_, index) => index !== 4))).toEqual([['missing 5'], true, 9]);
    expect((await verified(swapped))[0]).toEqual(expect.arrayContaining(['moved 5']));
    expect((await verified(changed(4, (line) => line.replace('title', 'Title'))))[0]).toEqual(['changed 4']);
    expect((await verified(changed(4, (line) => line.replace('{', '{"by":"eve",'))))[0]).toEqual([
      'changed 4',
      'missing 4',
    ]);
    expect((await verified(changed(4, () => 'nonsense')))[0]).toEqual(['changed 4', 'missing 4']);
    expect((await verified(lines.slice(0, 8), head))[0]).toEqual(['cut 10']);
    expect(await verified(lines.slice(3))).toEqual([[], false, 7]);
    expect((await verified(lines.slice(3, 9).map((line) => line.replaceAll('ada', 'eve'))))[0]).toEqual([
      'changed 6',
    ]);
  });

  test('that begins after a retention says so itself', async () => {
    const state = withRuns(3);
    pruneTrail(state, { run: 3, before: hour, now: 9 * hour });
    expect(await verified(linesOf(state))).toEqual([[], true, 11]);
  });
});

test('a reader sees what is written meanwhile, and can write nothing', () => {
  const state = withRuns(1);
  const reader = openReader(state.path);
  try {
    state.db.exec('BEGIN IMMEDIATE');
    expect(seqs(reader, {})).toHaveLength(5);
    state.db.exec('COMMIT');
    withRuns(1, state, 1);
    expect(seqs(reader, {})).toHaveLength(10);
    expect(() => reader.db.exec(`INSERT INTO meta VALUES ('x', 1)`)).toThrow('readonly');
    expect(createHash('sha256').update(reader.salt).digest('hex')).toHaveLength(64);
  } finally {
    reader.close();
  }
});

test('a state of another version is told in a sentence, or brought up to date', () => {
  const state = withRuns(1);
  const { user_version: version } = state.db.prepare('PRAGMA user_version').get() as { user_version: number };
  state.db.exec('PRAGMA user_version = 99');
  expect(() => openReader(state.path)).toThrow(/was written by a newer Rollcall \(state version 99/);
  state.db.exec(`PRAGMA user_version = ${version}`);
  expect(openReaderAt(state.path)).toBe(version);
});

function openReaderAt(path: string): number {
  const reader = openReader(path);
  try {
    return (reader.db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  } finally {
    reader.close();
  }
}
