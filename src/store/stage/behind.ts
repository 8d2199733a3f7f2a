import type { Kind } from '../../model/index.ts';
import type { Stage } from './stage.ts';

/** Notes whom a target's plan would switch off, or delete (which leaves nothing), and does not, since that kind is held. */
export function noteStaying(stage: Stage, target: number, kinds: readonly Kind[]): void {
  stage.db.exec('CREATE TEMP TABLE IF NOT EXISTS staying (slot INTEGER PRIMARY KEY, ends INTEGER)');
  stage.db.exec('DELETE FROM staying');
  stage.db
    .prepare(
      `INSERT OR IGNORE INTO staying SELECT op.slot, op.after IS NULL FROM ord JOIN op ON op.id = ord.op
       WHERE ord.target = ? AND ord.kind IN (SELECT value FROM json_each(?)) AND ord.earlier = 0 AND ord.let_through = 0`,
    )
    .run(target, JSON.stringify(kinds));
}

/** Whether somebody is among them. */
export function isStaying(stage: Stage, slot: number): boolean {
  return stage.sql('SELECT 1 FROM staying WHERE slot = ?').get(slot) !== undefined;
}

/**
 * Puts behind what is held that they go out of groups; returns how many memberships that are. An account that is deleted
 * takes its own with it: whoever has some to be taken from them beside that is off already.
 */
export function putRemovalsBehind(stage: Stage, target: number): number {
  return stage.db
    .prepare(
      `UPDATE ord SET behind = 1 WHERE target = ? AND kind = 'memberRemove' AND earlier = 0
       AND (SELECT slot FROM op WHERE op.id = ord.op) IN (SELECT slot FROM staying WHERE ends = 0)`,
    )
    .run(target).changes;
}

/** The groups that a plan deletes, and did not before. */
export function groupsToDelete(stage: Stage, target: number): readonly number[] {
  return stage.db
    .prepare(
      `SELECT op.grp FROM ord JOIN op ON op.id = ord.op WHERE ord.target = ? AND ord.kind = 'deleteGroup' AND ord.earlier = 0 ORDER BY ord.id`,
    )
    .pluck()
    .all(target) as number[];
}

/** Puts behind what is held that some groups are deleted. */
export function putDeletionsBehind(stage: Stage, target: number, groups: readonly number[]): void {
  stage.db
    .prepare(
      `UPDATE ord SET behind = 1 WHERE target = ? AND kind = 'deleteGroup' AND earlier = 0
       AND (SELECT grp FROM op WHERE op.id = ord.op) IN (SELECT value FROM json_each(?))`,
    )
    .run(target, JSON.stringify(groups));
}
