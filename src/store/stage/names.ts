import type { Stage } from './stage.ts';
import { INDEX } from './tables.ts';

/** Pairs of a leaver and a joiner with one name in one plan (rule 12). */
export function probableRekeys(
  stage: Stage,
  target: number,
): readonly { readonly joiner: number; readonly leaver: number }[] {
  stage.flush();
  if (!stage.has(`SELECT 1 FROM claim WHERE target = ? AND side = 'leave' LIMIT 1`, target)) return [];
  stage.db.exec(INDEX.claimValue);
  return stage.db
    .prepare(
      `SELECT DISTINCT a.slot AS joiner, b.slot AS leaver FROM claim b
       JOIN claim a ON a.target = b.target AND a.value = b.value AND a.side = 'create'
       WHERE b.target = ? AND b.side = 'leave' AND a.slot <> b.slot ORDER BY 1, 2`,
    )
    .all(target) as { joiner: number; leaver: number }[];
}

/** Who takes a name that whom gives up, among the renames of one plan. */
export function renameEdges(
  stage: Stage,
  target: number,
): readonly { readonly taker: number; readonly giver: number }[] {
  stage.flush();
  if (!stage.has('SELECT 1 FROM rename WHERE target = ? LIMIT 1', target)) return [];
  stage.db.exec(INDEX.renameGives);
  return stage.db
    .prepare(
      `SELECT a.slot AS taker, b.slot AS giver FROM rename a JOIN rename b ON b.target = a.target AND b.gives = a.takes
       WHERE a.target = ? AND a.slot <> b.slot ORDER BY 1, 2`,
    )
    .all(target) as { taker: number; giver: number }[];
}
