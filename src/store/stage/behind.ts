import type { Kind } from '../../model/index.ts';
import type { Stage } from './stage.ts';

/**
 * Notes whom a target's plan switches off, or deletes (which leaves nothing), by kinds that break a limit; and who of them
 * stays on, since that kind is held.
 */
export function noteDeparting(
  stage: Stage,
  target: number,
  kinds: readonly Kind[],
  held: readonly Kind[],
): void {
  stage.db.exec(
    'CREATE TEMP TABLE IF NOT EXISTS departing (slot INTEGER PRIMARY KEY, ends INTEGER, stays INTEGER)',
  );
  stage.db.exec('DELETE FROM departing');
  if (kinds.length === 0) return;
  stage.db
    .prepare(
      `INSERT OR IGNORE INTO departing
       SELECT op.slot, op.after IS NULL, ord.let_through = 0 AND ord.kind IN (SELECT value FROM json_each(:held))
       FROM ord JOIN op ON op.id = ord.op WHERE ord.target = :target AND ord.kind IN (SELECT value FROM json_each(:kinds)) AND ord.earlier = 0`,
    )
    .run({ target, kinds: JSON.stringify(kinds), held: JSON.stringify(held) });
}

/** Whether somebody is among those who stay on. */
export function isStaying(stage: Stage, slot: number): boolean {
  return stage.sql('SELECT 1 FROM departing WHERE slot = ? AND stays = 1').get(slot) !== undefined;
}

/**
 * Says of which memberships the end follows from that, and puts behind what is held those of whoever stays on. An account
 * that is deleted takes its own with it: whoever has some to be taken from them beside that is off already.
 */
export function putRemovalsBehind(stage: Stage, target: number): void {
  stage.db
    .prepare(
      `UPDATE ord SET follows = 1, behind = departing.stays FROM op JOIN departing ON departing.slot = op.slot AND departing.ends = 0
       WHERE op.id = ord.op AND ord.target = ? AND ord.kind = 'memberRemove' AND ord.earlier = 0`,
    )
    .run(target);
}

/** The groups that a plan deletes, and did not before. */
export function endingGroups(stage: Stage, target: number): readonly number[] {
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

/**
 * Takes out of a plan who goes out of a group that it deletes; where that waits, only who stays on until then. Returns how
 * many memberships that are.
 */
export function dropRemovalsFrom(stage: Stage, target: number): number {
  const ending = `SELECT op.grp FROM ord JOIN op ON op.id = ord.op WHERE ord.target = :target AND ord.kind = 'deleteGroup'`;
  const { changes } = stage.db
    .prepare(
      `DELETE FROM op WHERE target = :target AND kind = 'memberRemove' AND (grp IN (${ending} AND ord.behind = 0)
       OR grp IN (${ending}) AND slot IN (SELECT slot FROM departing WHERE stays = 1))`,
    )
    .run({ target });
  if (changes > 0)
    stage.db
      .prepare(`DELETE FROM ord WHERE target = ? AND kind = 'memberRemove' AND op NOT IN (SELECT id FROM op)`)
      .run(target);
  return changes;
}

/** How many operations of a kind wait so. */
export function countBehind(stage: Stage, target: number, kind: Kind): number {
  return stage.db
    .prepare('SELECT count(*) FROM ord WHERE target = ? AND kind = ? AND behind = 1')
    .pluck()
    .get(target, kind) as number;
}
