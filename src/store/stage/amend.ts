import { canonical } from '../../model/index.ts';
import { PHASE } from '../../planning/judge.ts';
import { digestOf, operationRow } from './operation.ts';
import type { OperationRow, Staged } from './operation.ts';
import type { Stage } from './stage.ts';

/** One pass over all that is staged, however many were struck. */
export function applyStrikes(stage: Stage): void {
  stage.flush();
  if (stage.db.prepare('SELECT 1 FROM struck LIMIT 1').get() === undefined) return;
  for (const table of ['op', 'claim', 'rename', 'note'])
    stage.db.exec(
      `DELETE FROM ${table} WHERE EXISTS (SELECT 1 FROM struck WHERE struck.slot = ${table}.slot AND struck.target IN (${table}.target, -1))`,
    );
  for (const table of ['left_out', 'record'])
    stage.db.exec(
      `DELETE FROM ${table} WHERE EXISTS (SELECT 1 FROM struck WHERE struck.slot = ${table}.slot AND struck.target = -1)`,
    );
  stage.db.exec('DELETE FROM struck');
}

/** Writes the operations (part 0) of some people anew; one is dropped where `change` leaves nothing of it. */
export function rewrite(
  stage: Stage,
  target: number,
  slots: Iterable<number>,
  change: (row: OperationRow) => Staged | undefined,
): void {
  const some = JSON.stringify([...slots]);
  if (some === '[]') return;
  stage.flush();
  const ids = stage
    .sql('SELECT id FROM op WHERE target = ? AND part = 0 AND slot IN (SELECT value FROM json_each(?))')
    .pluck()
    .all(target, some) as number[];
  for (const id of ids) {
    const row = stage.sql('SELECT * FROM op WHERE id = ?').get(id) as Record<string, unknown>;
    const next = change(operationRow(row));
    if (next === undefined) stage.sql('DELETE FROM op WHERE id = ?').run(id);
    else write(stage, id, next);
  }
}

function write(stage: Stage, id: number, next: Staged): void {
  const after = next.after === undefined ? null : canonical(next.after);
  stage
    .sql(
      'UPDATE op SET kind = ?, phase = ?, after = ?, changes = ?, why = ?, needs = iif(?, needs, NULL), remote_id = ?, digest = ? WHERE id = ?',
    )
    .run(
      next.kind,
      next.phase,
      after,
      next.kind === 'create' ? null : JSON.stringify(next.changes),
      next.why,
      next.needs === undefined ? 0 : 1,
      next.remoteId ?? null,
      digestOf(next, after),
      id,
    );
}

/** The slots of those for whom something is staged on any target. */
export function stagedPeople(stage: Stage): ReadonlySet<number> {
  stage.flush();
  return new Set(stage.sql('SELECT DISTINCT slot FROM op WHERE slot >= 0').pluck().all() as number[]);
}

/** Of all that is staged, only who is to be switched off stays. */
export function keepLeavers(stage: Stage): void {
  stage.flush();
  stage.db.exec(`DELETE FROM op WHERE phase <> ${PHASE.leave}`);
}

export function setPhase(stage: Stage, target: number, slot: number, phase: number): void {
  stage.sql('UPDATE op SET phase = ? WHERE target = ? AND slot = ? AND part = 0').run(phase, target, slot);
}

/** Operations that wait for one slot wait for another. */
export function redirectNeeds(stage: Stage, slots: ReadonlyMap<number, number>): void {
  stage.flush();
  stage.db.exec('CREATE TEMP TABLE IF NOT EXISTS redirected (slot INTEGER PRIMARY KEY, now INTEGER)');
  const insert = stage.db.prepare('INSERT INTO redirected VALUES (?, ?)');
  for (const [slot, now] of slots) insert.run(slot, now);
  stage.db.exec(
    'UPDATE op SET needs = (SELECT now FROM redirected WHERE slot = op.needs) WHERE needs IN (SELECT slot FROM redirected)',
  );
}

/** The slots of those for whom something is staged on a target, before any are struck, or waits from an earlier plan. */
export function concernedAt(stage: Stage, target: number): readonly number[] {
  stage.flush();
  return stage
    .sql(
      `SELECT slot FROM op WHERE target = :target AND slot >= 0
       UNION SELECT slot FROM earlier WHERE target = :target AND slot >= 0 ORDER BY slot`,
    )
    .pluck()
    .all({ target }) as number[];
}
