import type { Stage } from './stage.ts';

/** Whose the accounts of a target are, while that is found out: one row for each account that has a key. */
export class Placed {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
    stage.db.exec('CREATE TABLE placed (remote_id TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID');
  }

  put(remoteId: string, key: string): void {
    this.#stage.sql('INSERT OR REPLACE INTO placed VALUES (?, ?)').run(remoteId, key);
  }

  /** Takes back whatever several accounts were given to: which of them it is, nobody knows. Call it when all were put. */
  dropShared(): void {
    const { db } = this.#stage;
    db.exec('CREATE INDEX placed_key ON placed (key)');
    db.exec(
      `CREATE TABLE shared AS SELECT key, count(*) AS count FROM placed GROUP BY key HAVING count(*) > 1`,
    );
    db.exec('CREATE UNIQUE INDEX shared_key ON shared (key)');
    db.exec('DELETE FROM placed WHERE key IN (SELECT key FROM shared)');
  }

  /** How many accounts were given to one key, where that was more than one. */
  rivalsFor(key: string): number {
    return (this.#stage.sql('SELECT count FROM shared WHERE key = ?').pluck().get(key) ?? 0) as number;
  }

  keyOf(remoteId: string): string | undefined {
    return this.#stage.sql('SELECT key FROM placed WHERE remote_id = ?').pluck().get(remoteId) as
      string | undefined;
  }
}

/** Whether somebody whom a plan creates or links would have another externalId than their key. */
export function hasOtherExternalIds(stage: Stage, target: number): boolean {
  stage.flush();
  return stage.has(
    `SELECT 1 FROM op WHERE target = ? AND kind IN ('create', 'link') AND after ->> 'externalId' IS NOT key LIMIT 1`,
    target,
  );
}
