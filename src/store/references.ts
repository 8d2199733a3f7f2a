import { ENTERPRISE } from '../model/index.ts';
import { MANAGER_PATH } from '../planning/diff.ts';
import type { State } from './state.ts';

const managerPath = `'$."${ENTERPRISE}".manager.value'`;

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
  for (const [table, column] of [
    ['account', 'resource'],
    ['operation', 'after'],
  ] as const) {
    const manager = `${column} ->> ${managerPath}`;
    db.exec(
      `UPDATE ${table} SET ${column} = json_set(${column}, ${managerPath}, (SELECT now FROM rekeyed WHERE old = ${manager}))
       WHERE ${manager} IN (SELECT old FROM rekeyed)`,
    );
  }
}

/**
 * An account that is closed may be made anew one day, with another id. Whoever refers to it then refers to nobody, and
 * is looked at in each run until the target has been told of another manager, or of none. Only whoever delivers to a
 * target may say so of its accounts.
 */
export function markDangling({ db }: State, target: number): void {
  const manager = `account.resource ->> ${managerPath}`;
  const mark = ' (account closed)';
  db.transaction(() => {
    if (db.prepare('SELECT 1 FROM closed WHERE target = ? LIMIT 1').get(target) !== undefined) {
      const refers = `account.target = ? AND ${manager} IN (SELECT key FROM closed JOIN person ON person.id = closed.person WHERE closed.target = account.target)`;
      db.prepare(`INSERT OR IGNORE INTO dangling SELECT target, person FROM account WHERE ${refers}`).run(
        target,
      );
      db.prepare(
        `UPDATE account SET resource = json_set(resource, ${managerPath}, ${manager} || ?) WHERE ${refers}`,
      ).run(mark, target);
      // What was sent of them, and is in doubt, was said of the same account. What is still to be sent, and changes something
      // else, does not say that of the new one.
      db.prepare(
        `UPDATE operation SET after = json_set(after, ${managerPath}, after ->> ${managerPath} || ?)
         WHERE target = ? AND after ->> ${managerPath} IN (SELECT key FROM closed JOIN person ON person.id = closed.person WHERE closed.target = operation.target)
         AND (state = 'leased' OR (kind NOT IN ('create', 'link') AND NOT EXISTS (SELECT 1 FROM json_each(changes) WHERE value ->> 'path' = ?)))`,
      ).run(mark, target, MANAGER_PATH);
      db.prepare('DELETE FROM closed WHERE target = ?').run(target);
    }
    db.prepare(
      `DELETE FROM dangling WHERE target = ? AND NOT EXISTS (SELECT 1 FROM account
         WHERE account.target = dangling.target AND account.person = dangling.person AND ${manager} LIKE '%' || ?)`,
    ).run(target, mark);
  }).immediate();
}
