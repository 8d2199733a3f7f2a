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
  stage.db
    .prepare(
      `INSERT INTO ord (target, op, kind, phase, digest, invited, earlier)
       SELECT target, id, kind, p, digest, invited, ${earlier} FROM (SELECT id, target, slot, kind, key, part, digest, invited, ${phase ? 'phase_(slot, kind, phase)' : 'phase'} AS p FROM op WHERE target = ?) AS o
       ORDER BY p, key, part`,
    )
    .run(target);
}

/** All of a plan, what no earlier plan released, or what of that nobody let through for some people. */
const share = {
  all: '',
  fresh: ' AND earlier = 0',
  held: ' AND earlier = 0 AND let_through = 0',
} as const;

/**
 * The digests of each kind in their order, joined, some hundreds at a time; with how many they are and how many of
 * them only wait for an invitation.
 */
export function* digestRuns(stage: Stage, target: number, which: keyof typeof share): Generator<DigestRun> {
  const rows = stage.db
    .prepare(`SELECT kind, digest, invited FROM ord WHERE target = ?${share[which]} ORDER BY id`)
    .raw()
    .iterate(target) as IterableIterator<[Kind, string, number]>;
  let run: { -readonly [name in keyof DigestRun]: DigestRun[name] } | undefined;
  for (const [kind, digest, invited] of rows) {
    if (run === undefined || run.kind !== kind || run.count === digestsAtOnce) {
      if (run !== undefined) yield run;
      run = { kind, count: 0, invited: 0, digests: '' };
    }
    run.count++;
    run.invited += invited;
    run.digests += digest;
  }
  if (run !== undefined) yield run;
}

/** Lets a kind through for some people, whatever becomes of the others; returns how many operations that are. */
export function letThrough(stage: Stage, target: number, kind: Kind, keys: readonly string[]): number {
  return stage.db
    .prepare(
      `UPDATE ord SET let_through = 1 WHERE target = ? AND kind = ? AND earlier = 0
       AND op IN (SELECT id FROM op WHERE key IN (SELECT value FROM json_each(?)))`,
    )
    .run(target, kind, JSON.stringify(keys)).changes;
}

/** Whether an earlier plan released some of these operations. */
export function hasEarlier(stage: Stage, target: number): boolean {
  return stage.has('SELECT 1 FROM ord WHERE target = ? AND earlier = 1 LIMIT 1', target);
}

/** The sealed plan of a target, in order. */
export function sealedOperations(stage: Stage, target: number): IterableIterator<OperationRow> {
  return operationRows(
    stage.db,
    'SELECT op.*, ord.phase AS sealed_phase FROM ord JOIN op ON op.id = ord.op WHERE ord.target = ? ORDER BY ord.id',
    [target],
  );
}
