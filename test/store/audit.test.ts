import { describe, expect, test } from 'vitest';
import { audit, rowHash } from '../../src/store/audit.ts';
import type { State } from '../../src/store/state.ts';
import { openEmpty } from './released.ts';

interface AuditRow {
  readonly seq: number;
  readonly at: number;
  readonly run: number | null;
  readonly target: string | null;
  readonly key: string | null;
  readonly event: string;
  readonly detail: string;
  readonly previous: string;
  readonly hash: string;
}

const rowsOf = ({ db }: State): readonly AuditRow[] =>
  db.prepare('SELECT * FROM audit ORDER BY seq').all() as AuditRow[];

/** The numbers of the rows that do not follow from what is before them. */
function broken(rows: readonly AuditRow[]): readonly number[] {
  return rows
    .filter(({ seq, at, run, target, key, event, detail, previous, hash }, index) => {
      const before = rows[index - 1]?.hash ?? '';
      const own = rowHash(before, [seq, at, run, target, key, event, detail]);
      return previous !== before || hash !== own || seq !== index + 1;
    })
    .map(({ seq }) => seq);
}

function written(): State {
  const state = openEmpty();
  audit(state, [
    { at: 1, event: 'a', detail: { b: 1, a: 'ä' } },
    { at: 2, run: 3, target: 't', key: 'p1', event: 'b', detail: {} },
  ]);
  audit(state, [{ at: 3, event: 'c', detail: { nothing: undefined } }]);
  return state;
}

describe('the trail', () => {
  test('has a row for each event, in order, each bound to the one before', () => {
    const rows = rowsOf(written());
    expect(rows).toMatchObject([
      {
        seq: 1,
        at: 1,
        run: null,
        target: null,
        key: null,
        event: 'a',
        detail: '{"a":"ä","b":1}',
        previous: '',
      },
      { seq: 2, at: 2, run: 3, target: 't', key: 'p1', event: 'b', detail: '{}' },
      { seq: 3, event: 'c', detail: '{}' },
    ]);
    expect(broken(rows)).toEqual([]);
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(3);
  });

  test('of nothing is not written', () => {
    const state = openEmpty();
    audit(state, []);
    expect(rowsOf(state)).toEqual([]);
  });

  test('cannot be changed or shortened through the state', () => {
    const { db } = written();
    expect(() => db.exec(`UPDATE audit SET event = 'x' WHERE seq = 2`)).toThrow('append-only');
    expect(() => db.exec('DELETE FROM audit WHERE seq = 3')).toThrow('append-only');
  });

  test('shows what was changed behind its back, whatever it is', () => {
    const columns = ['at', 'run', 'target', 'key', 'event', 'detail', 'previous', 'hash'];
    for (const column of columns) {
      const state = written();
      state.db.exec('DROP TRIGGER audit_is_append_only_u');
      state.db.exec(`UPDATE audit SET ${column} = 99 WHERE seq = 2`);
      expect([column, ...broken(rowsOf(state))]).toContain(2);
    }
  });

  test('shows a row that was taken out, put in or put elsewhere', () => {
    const rows = rowsOf(written());
    const [first, second, third] = rows as [AuditRow, AuditRow, AuditRow];
    expect(broken([first, third])).not.toEqual([]);
    expect(broken([second, third])).not.toEqual([]);
    expect(broken([first, { ...third, seq: 2 }, { ...second, seq: 3 }])).not.toEqual([]);
    expect(broken([first, second, { ...second, seq: 3 }, { ...third, seq: 4 }])).not.toEqual([]);
  });

  test('no text can pass for two cells', () => {
    expect(rowHash('', ['a', 'b'])).not.toBe(rowHash('', ['a,b']));
    expect(rowHash('', ['1'])).not.toBe(rowHash('', [1]));
    expect(rowHash('', [null])).not.toBe(rowHash('', ['null']));
  });

  test('goes with the transaction that it is written in', () => {
    const state = written();
    const fails = state.db.transaction(() => {
      audit(state, [{ at: 4, event: 'd', detail: {} }]);
      throw new Error('no');
    });
    expect(() => {
      fails();
    }).toThrow('no');
    expect(rowsOf(state)).toHaveLength(3);
    audit(state, [{ at: 5, event: 'e', detail: {} }]);
    expect(broken(rowsOf(state))).toEqual([]);
  });
});
