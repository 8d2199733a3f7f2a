import type { Stage } from './stage.ts';
import { INDEX } from './tables.ts';

/** Whether something that an earlier plan released has failed and is not sent by this run. */
export function hasResting(stage: Stage, target: number): boolean {
  stage.flush();
  return stage.has('SELECT 1 FROM earlier WHERE target = ? AND rests = 1 LIMIT 1', target);
}

/** The people whom the plan would create as an earlier one would, which has failed and rests. */
export function restingCreates(stage: Stage, target: number): ReadonlySet<number> {
  return hasResting(stage, target) ? sameCreates(stage, target, 'earlier.rests = 1') : new Set();
}

/** The people whom the plan would create as an earlier one would, which has asked whether they are there already. */
export function releasedCreates(stage: Stage, target: number): ReadonlySet<number> {
  stage.flush();
  stage.db.exec(INDEX.opSlot);
  return sameCreates(stage, target, 'true');
}

function sameCreates(stage: Stage, target: number, which: string): ReadonlySet<number> {
  const slots = stage.db
    .prepare(
      `SELECT op.slot FROM earlier JOIN op ON op.slot = earlier.slot AND op.target = earlier.target AND op.part = earlier.part
       WHERE earlier.target = ? AND op.kind = 'create' AND ${which} AND earlier.digest = op.digest`,
    )
    .pluck()
    .all(target) as number[];
  return new Set(slots);
}

/**
 * Who takes a name that its owner gives up in this plan, and did not in an earlier one; of those who are new, whose create
 * has failed and rests.
 */
export function newlyFree(stage: Stage, target: number): readonly number[] {
  stage.flush();
  for (const table of ['earlier', 'rename'])
    if (!stage.has(`SELECT 1 FROM ${table} WHERE target = ? LIMIT 1`, target)) return [];
  stage.db.exec(INDEX.opSlot);
  stage.db.exec(INDEX.earlierSlot);
  stage.db.exec(INDEX.claimValue);
  const isNew = `NOT EXISTS (SELECT 1 FROM earlier JOIN op ON op.target = earlier.target
    AND op.slot = earlier.slot AND op.digest = earlier.digest WHERE earlier.target = b.target AND earlier.slot = b.slot)`;
  return stage.db
    .prepare(
      `SELECT a.slot FROM rename a JOIN rename b ON b.target = a.target AND b.gives = a.takes
       WHERE a.target = :target AND a.slot <> b.slot AND ${isNew}
       UNION SELECT claim.slot FROM rename b CROSS JOIN claim ON claim.target = b.target AND claim.value = b.gives AND claim.side = 'create'
         CROSS JOIN earlier resting ON resting.target = b.target AND resting.slot = claim.slot AND resting.rests = 1
       WHERE b.target = :target AND ${isNew}`,
    )
    .pluck()
    .all({ target }) as number[];
}

/** What stopped these people before is out of the way now: what they want is wanted anew. */
export function forgetEarlier(stage: Stage, target: number, slots: Iterable<number>): void {
  stage.flush();
  const forget = stage.db.prepare('DELETE FROM earlier WHERE target = ? AND slot = ?');
  for (const slot of slots) forget.run(target, slot);
}
