import type { Kind } from '../../model/index.ts';
import type { OperationRow } from './operation.ts';
import { operationRows } from './operation.ts';
import type { Stage } from './stage.ts';

/** The plan proved that the target has no such group: one that is there later is ours (rule 10). */
export function markGroupAbsent(stage: Stage, target: number, group: number): void {
  stage
    .sql(`UPDATE op SET absent = 1 WHERE target = ? AND grp = ? AND kind = 'createGroup'`)
    .run(target, group);
}

/** The groups to which a plan adds somebody. */
export function groupsWithAdds(stage: Stage, target: number): readonly number[] {
  stage.flush();
  return stage.db
    .prepare(`SELECT DISTINCT grp FROM op WHERE target = ? AND kind = 'memberAdd' ORDER BY grp`)
    .pluck()
    .all(target) as number[];
}

/** By slot, who comes into a group by a plan. */
export function peopleComingInto(stage: Stage, target: number, group: number): readonly number[] {
  stage.flush();
  return stage.db
    .prepare(`SELECT slot FROM op WHERE target = ? AND grp = ? AND kind = 'memberAdd'`)
    .pluck()
    .all(target, group) as number[];
}

/** Takes what a plan says of a group's memberships out of it again. */
export function dropMemberships(stage: Stage, target: number, group: number, kind: Kind): void {
  stage.flush();
  stage.db.prepare('DELETE FROM op WHERE target = ? AND grp = ? AND kind = ?').run(target, group, kind);
}

/** Takes out of a plan that a group comes into others. */
export function dropNesting(stage: Stage, target: number, member: number): void {
  stage.flush();
  stage.db
    .prepare(`DELETE FROM op WHERE target = ? AND member = ? AND kind = 'memberAdd'`)
    .run(target, member);
}

/** How many a plan takes out of a group. */
export function removalsOf(stage: Stage, target: number, group: number): number {
  return stage
    .sql(`SELECT count(*) FROM op WHERE target = ? AND grp = ? AND kind = 'memberRemove'`)
    .pluck()
    .get(target, group) as number;
}

/** How many a plan takes out of each group, and has not before; all, or those who neither wait for something else nor were let through. */
export function removalsByGroup(
  stage: Stage,
  target: number,
  isAll: boolean,
): readonly { readonly group: number; readonly key: string; readonly count: number }[] {
  return stage.db
    .prepare(
      `SELECT op.grp AS "group", grp.key, count(*) AS count FROM ord JOIN op ON op.id = ord.op JOIN grp ON grp.id = op.grp
       WHERE ord.target = ? AND ord.kind = 'memberRemove' AND ord.earlier = 0${isAll ? '' : ' AND ord.behind = 0 AND ord.let_through = 0'} GROUP BY op.grp ORDER BY grp.key`,
    )
    .all(target) as { group: number; key: string; count: number }[];
}

/** The requests that the memberships of a plan take, so many at a time. */
export function membershipRequests(stage: Stage, target: number, perRequest: number): number {
  return stage.db
    .prepare(
      `SELECT coalesce(sum((count + CAST(? AS INTEGER) - 1) / CAST(? AS INTEGER)), 0) FROM (SELECT count(*) AS count FROM ord JOIN op ON op.id = ord.op
       WHERE ord.target = ? AND op.part = 2 GROUP BY op.grp, op.kind)`,
    )
    .pluck()
    .get(perRequest, perRequest, target) as number;
}

/** What a plan does with groups themselves. */
export function groupOperations(stage: Stage, target: number): readonly OperationRow[] {
  stage.flush();
  return [
    ...operationRows(
      stage.db,
      `SELECT op.*, grp.key AS group_key FROM op JOIN grp ON grp.id = op.grp WHERE target = ? AND part <> 2 ORDER BY op.id`,
      [target],
    ),
  ];
}

/** A group that exists already is taken over and not created. */
export function linkInstead(
  stage: Stage,
  target: number,
  group: number,
  remoteId: string,
  why: string,
  digest: string,
): void {
  stage
    .sql(
      `UPDATE op SET kind = 'linkGroup', remote_id = ?, why = ?, digest = ? WHERE target = ? AND grp = ? AND kind = 'createGroup'`,
    )
    .run(remoteId, why, digest, target, group);
}
