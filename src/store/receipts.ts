import type { Ended, Held, Receipt } from '../model/index.ts';
import { endEvents, forgetEvents } from './events.ts';
import { setMeta } from './state.ts';
import type { State } from './state.ts';

/** What of a plan that is released is about its read. */
interface Read {
  readonly run: number;
  readonly now: number;
  /** Absent where the plan was not made from the source. */
  readonly receipt?: Receipt;
  /** Whether everybody was looked at who had to be. */
  readonly isWhole: boolean;
  /** The ids of the targets whose next read is measured against this one. */
  readonly acceptedBy: readonly number[];
  /**
   * Where a limit of the source was broken, and a target was given the read all the same, so that what it says of people is
   * kept: the ids of those that were.
   */
  readonly letThroughAt?: readonly number[];
  readonly isPartial: boolean;
  /** What was told of people by the way, and counts for nothing any more if the read is accepted. */
  readonly ended?: readonly Ended[];
  readonly targets: readonly { readonly held: readonly Held[] }[];
}

/**
 * Of a plan that is released: the read that it was made from, with whom that rejected, and which targets' next read is
 * measured against it; nothing but the mark where it was not made from the source. In the transaction of the release,
 * where `examined_` says in SQL whom the plan has judged.
 */
export function takeReceipt(state: State, plan: Read): void {
  const { db } = state;
  const mark = markAfter(plan);
  if (mark !== undefined) setMeta(db, 'mark', mark);
  if (plan.receipt === undefined) return;
  takeRejections(state, plan);
  const { source, file, count, sha256, complete, endsLine, counts, isDelta, writtenAt } = plan.receipt;
  const { lastInsertRowid } = db
    .prepare(
      'INSERT INTO receipt (run, source, file, count, sha256, complete, ends_line, at, counts, delta, written_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      plan.run,
      source,
      file,
      count,
      sha256,
      complete ? 1 : 0,
      endsLine === false ? 0 : 1,
      plan.now,
      counts === undefined ? null : JSON.stringify(counts),
      isDelta === true ? 1 : 0,
      writtenAt ?? null,
    );
  const accept = db.prepare('UPDATE target SET receipt = ? WHERE id = ?');
  for (const id of plan.acceptedBy) accept.run(lastInsertRowid, id);
  if (isDelta !== true) takeBehind(state, plan);
}

function takeBehind({ db }: State, { run, acceptedBy, isPartial, letThroughAt }: Read): void {
  const given = JSON.stringify(letThroughAt ?? acceptedBy);
  if (!isPartial)
    db.prepare('UPDATE target SET behind = NULL WHERE id IN (SELECT value FROM json_each(?))').run(given);
  if (letThroughAt !== undefined)
    db.prepare(
      'UPDATE target SET behind = coalesce(behind, ?) WHERE planned_at IS NOT NULL AND id NOT IN (SELECT value FROM json_each(?))',
    ).run(run, given);
}

function takeRejections({ db }: State, plan: Read): void {
  db.exec('DELETE FROM rejection WHERE examined_(person) = 1');
  db.prepare(
    `INSERT INTO rejection SELECT slot + 1, ?, rule, reason, line FROM stage.rejection WHERE slot IS NOT NULL
     ON CONFLICT DO UPDATE SET rule = excluded.rule, reason = excluded.reason, line = excluded.line`,
  ).run(plan.now);
}

/** Where the source goes on; nothing where it stays as it was. The empty text: everybody is to be read again. */
function markAfter({ receipt, isWhole, targets }: Read): string | undefined {
  const holds = (kinds: (kind: Held['kind']) => boolean): boolean =>
    targets.some(({ held }) => held.some(({ kind }) => kinds(kind)));
  if (receipt?.isDelta === true)
    return isWhole && !holds((kind) => kind === 'source') ? receipt.mark : undefined;
  // An approval is for what is planned anew, so that everybody has to be there again.
  return isWhole && !holds(() => true) ? (receipt?.mark ?? '') : '';
}

/** A read that nobody accepted has the place of nothing that was told. */
export function takeEnded(state: State, { acceptedBy, ended = [], now }: Read): void {
  if (acceptedBy.length === 0) return;
  endEvents(state, ended, now);
  forgetEvents(state, now);
}
