import { canonical } from '../../model/index.ts';
import { digestOf, operationRows } from './operation.ts';
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
  stage.db.exec(
    'DELETE FROM left_out WHERE EXISTS (SELECT 1 FROM struck WHERE struck.slot = left_out.slot AND struck.target = -1)',
  );
  stage.db.exec('DELETE FROM struck');
}

/** The operations (part 0) of a few people. */
export function idsOf(stage: Stage, target: number, slots: ReadonlySet<number>): readonly number[] {
  if (slots.size === 0) return [];
  stage.flush();
  const rows = stage.db
    .prepare('SELECT id, slot FROM op WHERE target = ? AND part = 0')
    .raw()
    .iterate(target) as IterableIterator<[number, number]>;
  const ids: number[] = [];
  for (const [id, slot] of rows) if (slots.has(slot)) ids.push(id);
  return ids;
}

/** Writes an operation anew, or drops it where nothing of it is left. */
export function rewrite(stage: Stage, id: number, change: (row: OperationRow) => Staged | undefined): void {
  for (const row of [...operationRows(stage.db, 'SELECT op.* FROM op WHERE id = ?', [id])]) {
    const next = change(row);
    if (next === undefined) stage.db.prepare('DELETE FROM op WHERE id = ?').run(id);
    else {
      const after = next.after === undefined ? null : canonical(next.after);
      stage.db
        .prepare(
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
  }
}

export function setPhase(stage: Stage, target: number, slot: number, phase: number): void {
  stage.db
    .prepare('UPDATE op SET phase = ? WHERE target = ? AND slot = ? AND part = 0')
    .run(phase, target, slot);
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
