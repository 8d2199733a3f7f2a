import type { Run } from '../engine/run.ts';
import { situationsOf } from '../store/stage/situations.ts';
import { csvLine } from './csv.ts';

/** The columns of the match report. `link --from` reads the first four; the others are for whoever decides. */
export const MATCH_COLUMNS = [
  'decision',
  'target',
  'key',
  'remoteId',
  'situation',
  'by',
  'userName',
  'email',
  'externalId',
  'active',
  'reason',
] as const;

/**
 * One line for each account that is nobody's and each person who could have it. Whoever writes `link` into the first
 * column, and a key where there is none, says whose it is; everything else is left as it stands.
 */
export function* matchReport({ run }: { readonly run: Run }): Generator<string> {
  yield csvLine(MATCH_COLUMNS);
  for (const target of run.targets) {
    if (target.failure !== undefined) continue;
    for (const situation of ['disputed', 'adoptable', 'orphan'] as const)
      for (const { item } of situationsOf(run.stage, target.index, situation))
        for (const { key, by, reason } of item.candidates ?? [{ key: '', by: '', reason: item.reason }])
          yield csvLine([
            '',
            target.configuration.name,
            key,
            item.remoteId,
            situation,
            by,
            item.userName ?? '',
            item.email ?? '',
            item.externalId ?? '',
            item.active === undefined ? '' : String(item.active),
            reason ?? '',
          ]);
  }
}
