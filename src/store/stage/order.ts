import type { Kind } from '../../model/index.ts';
import { isSame, operationRows } from './operation.ts';
import type { OperationRow } from './operation.ts';
import type { Stage } from './stage.ts';
import { INDEX } from './tables.ts';

const digestsAtOnce = 256;

/** Operations of one kind that follow each other. */
export interface DigestRun {
  readonly kind: Kind;
  readonly count: number;
  readonly invited: number;
  readonly digests: string;
}

/**
 * Puts a target's operations in their order: (phase, key, part), keys as UTF-8 bytes. `phase` moves those that wait
 * for somebody else; without it, none does.
 */
export function putInOrder(
  stage: Stage,
  target: number,
  phase?: (slot: number, kind: string, phase: number) => number,
): void {
  stage.flush();
  stage.db.function(
    'phase_',
    { deterministic: true },
    (phase ?? (() => 0)) as (...args: unknown[]) => number,
  );
  const isEarlier = stage.has('SELECT 1 FROM earlier WHERE target = ? LIMIT 1', target);
  if (isEarlier) stage.db.exec(INDEX.earlierSlot);
  const earlier = isEarlier
    ? `EXISTS (SELECT 1 FROM earlier WHERE earlier.slot = o.slot AND earlier.target = o.target AND ${isSame('earlier', 'o')})`
    : '0';
  // Who is in one group stands together, so that one request takes many.
  const group = stage.has('SELECT 1 FROM grp LIMIT 1')
    ? "coalesce((SELECT key FROM grp WHERE grp.id = o.grp), ''), "
    : '';
  stage.db
    .prepare(
      `INSERT INTO ord (target, op, kind, phase, digest, invited, earlier)
       SELECT target, id, kind, p, digest, invited, ${earlier} FROM (SELECT id, target, slot, kind, key, part, digest, invited, grp, ${phase ? 'phase_(slot, kind, phase)' : 'phase'} AS p FROM op WHERE target = ?) AS o
       ORDER BY p, ${group}key, part`,
    )
    .run(target);
}

/** So far before everything else stands what nothing may hold up. */
const AHEAD = 100_000;

/**
 * Puts all of a target's plan before whatever another plan may put there, in its own order, and says of each operation
 * what it is a part of.
 */
export function standFirst(stage: Stage, target: number, why: string): void {
  stage.db.prepare('UPDATE ord SET phase = phase - ? WHERE target = ?').run(AHEAD, target);
  stage.db.prepare(`UPDATE op SET why = ? || ': ' || why WHERE target = ?`).run(why, target);
}

/** All of a plan, what no earlier plan released, or of that what is not let through by itself, what is, or what follows from a leave. */
const share = {
  all: '',
  fresh: ' AND earlier = 0',
  held: ' AND earlier = 0 AND let_through = 0',
  passed: ' AND earlier = 0 AND let_through = 1',
  following: ' AND earlier = 0 AND follows = 1',
} as const;

/** The digests of each kind in their order, joined, some hundreds at a time; with how many only wait for an invitation. */
export function* digestRuns(stage: Stage, target: number, which: keyof typeof share): Generator<DigestRun> {
  const [first, last] = stage
    .sql('SELECT coalesce(min(id), 0), coalesce(max(id), -1) FROM ord WHERE target = ?')
    .raw()
    .get(target) as [number, number];
  // Put together where they are: a value for each operation would be made only to be thrown away.
  const some = stage.sql(
    `SELECT kind, count(*) AS count, sum(invited) AS invited, group_concat(digest, '' ORDER BY id) AS digests
     FROM ord WHERE id BETWEEN ? AND ? AND target = ?${share[which]} GROUP BY kind`,
  );
  for (let from = first; from <= last; from += digestsAtOnce)
    yield* some.all(from, from + digestsAtOnce - 1, target) as DigestRun[];
}

/**
 * Lets a kind through for some people, or for all, or of it what follows from a leave, whatever becomes of the others, but
 * for what waits for something else; returns how many operations that are.
 */
export function letThrough(
  stage: Stage,
  target: number,
  kind: Kind,
  { keys, isFollowing = false }: { readonly keys?: readonly string[]; readonly isFollowing?: boolean } = {},
): number {
  const ofSome = ' AND op IN (SELECT id FROM op WHERE key IN (SELECT value FROM json_each(?)))';
  return stage.db
    .prepare(
      `UPDATE ord SET let_through = 1 WHERE target = ? AND kind = ? AND earlier = 0 AND behind = 0${isFollowing ? ' AND follows = 1' : ''}${keys === undefined ? '' : ofSome}`,
    )
    .run(target, kind, ...(keys === undefined ? [] : [JSON.stringify(keys)])).changes;
}

/** Takes out of a sealed plan whom nobody let through of these kinds. */
export function dropHeld(stage: Stage, target: number, kinds: readonly string[]): void {
  const held = `target = :target AND kind IN (SELECT value FROM json_each(:kinds)) AND let_through = 0`;
  for (const sql of [
    `DELETE FROM op WHERE id IN (SELECT op FROM ord WHERE ${held})`,
    `DELETE FROM ord WHERE ${held}`,
  ])
    stage.db.prepare(sql).run({ target, kinds: JSON.stringify(kinds) });
}

/** The first few people of a kind, in the order of sending. */
export function firstKeys(stage: Stage, target: number, kind: Kind, most: number): readonly string[] {
  return stage.db
    .prepare(
      'SELECT op.key FROM ord JOIN op ON op.id = ord.op WHERE ord.target = ? AND ord.kind = ? AND ord.earlier = 0 ORDER BY ord.id LIMIT ?',
    )
    .pluck()
    .all(target, kind, most) as string[];
}

/** Whether an earlier plan released some of these operations. */
export function hasEarlier(stage: Stage, target: number): boolean {
  return stage.has('SELECT 1 FROM ord WHERE target = ? AND earlier = 1 LIMIT 1', target);
}

/** The sealed plan of a target, in order; of one kind, where it is named. */
export function sealedOperations(stage: Stage, target: number, kind?: Kind): IterableIterator<OperationRow> {
  return operationRows(
    stage.db,
    `SELECT op.*, ord.phase AS sealed_phase, grp.key AS group_key FROM ord JOIN op ON op.id = ord.op
     LEFT JOIN grp ON grp.id = op.grp WHERE ord.target = ?${kind === undefined ? '' : ' AND ord.kind = ?'} ORDER BY ord.id`,
    kind === undefined ? [target] : [target, kind],
  );
}
