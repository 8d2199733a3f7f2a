import type { LeftOut } from '../../model/index.ts';
import type { Stage } from './stage.ts';

export function* leftOutOf(stage: Stage, target: number) {
  stage.flush();
  yield* stage.db
    .prepare<[number], LeftOut & { slot: number }>(
      'SELECT slot, key, rule, reason FROM left_out WHERE target = ? ORDER BY key',
    )
    .iterate(target);
}

export function* notesOf(stage: Stage, target: number) {
  stage.flush();
  yield* stage.db
    .prepare<[number], { slot: number; key: string; rule: string; text: string }>(
      'SELECT slot, key, rule, text FROM note WHERE target = ? ORDER BY key, rule',
    )
    .iterate(target);
}

export function* rejectionsOf(stage: Stage) {
  stage.flush();
  yield* stage.db
    .prepare<
      [],
      {
        slot: number | null;
        key: string | null;
        page: number;
        line: number;
        rule: string;
        reason: string;
      }
    >('SELECT slot, key, page, line, rule, reason FROM rejection ORDER BY page, line, rowid')
    .iterate();
}

/** Takes back what was said of these people's records; returns how many rejections that were. */
export function forgetRejections(stage: Stage, slots: Iterable<number>): number {
  stage.flush();
  return stage.db
    .prepare('DELETE FROM rejection WHERE slot IN (SELECT value FROM json_each(?))')
    .run(JSON.stringify([...slots])).changes;
}
