import { ENTERPRISE } from '../model/index.ts';
import type { State } from './state.ts';

/** Somebody who has another key from now on. */
export interface Rekeyed {
  readonly old: string;
  readonly now: string;
}

/**
 * What accounts and open operations say of a manager is an identity key, and follows where that key is another now.
 * The target knows the manager by an id of its own, so nothing is to be sent.
 */
export function renameReferences({ db }: State, rekeyed: readonly Rekeyed[]): void {
  if (rekeyed.length === 0) return;
  db.exec('CREATE TEMP TABLE IF NOT EXISTS rekeyed (old TEXT PRIMARY KEY, now TEXT) WITHOUT ROWID');
  db.exec('DELETE FROM rekeyed');
  const insert = db.prepare('INSERT INTO rekeyed VALUES (?, ?)');
  for (const { old, now } of rekeyed) insert.run(old, now);
  const path = `'$."${ENTERPRISE}".manager.value'`;
  for (const [table, column] of [
    ['account', 'resource'],
    ['operation', 'after'],
  ] as const) {
    const manager = `${column} ->> ${path}`;
    db.exec(
      `UPDATE ${table} SET ${column} = json_set(${column}, ${path}, (SELECT now FROM rekeyed WHERE old = ${manager}))
       WHERE ${manager} IN (SELECT old FROM rekeyed)`,
    );
  }
}
