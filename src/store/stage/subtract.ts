import type { Stage } from './stage.ts';

/** One target's plan in a stage that is sealed. */
export interface SealedPlan {
  readonly stage: Stage;
  readonly target: number;
}

const WHAT = `SELECT ord.id, op.key, op.kind, op.part, coalesce(grp.key, '') AS grp, op.digest`;
const rowsOf = (schema: string): string =>
  `${WHAT} FROM ${schema}.ord AS ord JOIN ${schema}.op AS op ON op.id = ord.op LEFT JOIN ${schema}.grp AS grp ON grp.id = op.grp`;
const IS_SAME =
  'other.key = own.key AND other.kind = own.kind AND other.part = own.part AND other.grp = own.grp';

/**
 * Takes two plans of one target apart: in the newer one stays what the older would not do, row for row by its digest, and
 * in the older what the newer has no row for, whatever it leads to. Returns how many are left in each. Notes, people left
 * out and rejections that both have go from the newer one.
 */
export function takeApart(
  newer: SealedPlan,
  older: SealedPlan,
): { readonly added: number; readonly withdrawn: number } {
  const { db } = newer.stage;
  newer.stage.commit();
  older.stage.commit();
  db.prepare('ATTACH ? AS older').run(older.stage.path);
  try {
    db.exec(
      "CREATE TEMP TABLE own_row AS SELECT * FROM (SELECT 0 AS id, '' AS key, '' AS kind, 0 AS part, '' AS grp, '' AS digest) WHERE false",
    );
    db.exec('CREATE TEMP TABLE old_row AS SELECT * FROM own_row');
    db.prepare(`INSERT INTO own_row ${rowsOf('main')} WHERE ord.target = ?`).run(newer.target);
    db.prepare(`INSERT INTO old_row ${rowsOf('older')} WHERE ord.target = ?`).run(older.target);
    for (const table of ['own_row', 'old_row'])
      db.exec(`CREATE INDEX temp.${table}_what ON ${table} (key, kind, part, grp)`);
    db.exec(`DELETE FROM older.ord WHERE id IN (SELECT own.id FROM old_row AS own
      WHERE EXISTS (SELECT 1 FROM own_row AS other WHERE ${IS_SAME}))`);
    db.exec(`DELETE FROM main.ord WHERE id IN (SELECT own.id FROM own_row AS own
      WHERE EXISTS (SELECT 1 FROM old_row AS other WHERE ${IS_SAME} AND other.digest = own.digest))`);
    for (const [table, columns] of [
      ['left_out', ['key', 'rule', 'reason']],
      ['note', ['key', 'rule', 'text']],
    ] as const)
      db.prepare(
        `DELETE FROM main.${table} AS own WHERE target = ? AND EXISTS (SELECT 1 FROM older.${table} AS other
           WHERE other.target = ? AND ${columns.map((name) => `other.${name} IS own.${name}`).join(' AND ')})`,
      ).run(newer.target, older.target);
    const left = (schema: string, target: number): number =>
      db.prepare(`SELECT count(*) FROM ${schema}.ord WHERE target = ?`).pluck().get(target) as number;
    return { added: left('main', newer.target), withdrawn: left('older', older.target) };
  } finally {
    db.exec('DROP TABLE IF EXISTS own_row; DROP TABLE IF EXISTS old_row');
    db.exec('DETACH older');
  }
}

/** Drops all operations of a plan that cannot be compared. */
export function dropOperations({ stage, target }: SealedPlan): void {
  stage.flush();
  stage.db.prepare('DELETE FROM ord WHERE target = ?').run(target);
}

/** Takes the rejections that an older reading of the same records has as well out of a newer one. */
export function dropSameRejections(newer: Stage, older: Stage): void {
  newer.commit();
  older.commit();
  newer.db.prepare('ATTACH ? AS older').run(older.path);
  try {
    newer.db.exec(
      `DELETE FROM main.rejection AS own WHERE EXISTS (SELECT 1 FROM older.rejection AS other WHERE other.page = own.page
         AND other.line = own.line AND other.key IS own.key AND other.rule = own.rule AND other.reason = own.reason)`,
    );
  } finally {
    newer.db.exec('DETACH older');
  }
}
