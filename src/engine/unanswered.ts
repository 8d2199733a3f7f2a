import { canonical } from '../model/index.ts';
import type { Failure } from '../model/index.ts';
import { PHASE } from '../planning/judge.ts';
import { createsBefore, openLinks } from '../store/asked-before.ts';
import { rewrite } from '../store/stage/amend.ts';
import { releasedCreates } from '../store/stage/earlier.ts';
import { digestOf } from '../store/stage/operation.ts';
import { becomesLink } from './matches.ts';
import { STAGED, leaveOut, nameOf } from './run.ts';
import type { Run, TargetRun } from './run.ts';

/**
 * Of whom the target gave no answer, those are left out of whom no earlier plan had one: what that has released was counted
 * then, and goes on.
 */
export function settleUnasked(
  run: Run,
  target: TargetRun,
  asked: ReadonlySet<number>,
  unanswered: ReadonlyMap<number, Failure>,
  trouble: Failure | undefined,
): void {
  linkAsBefore(run, target, asked);
  const before = releasedCreates(run.stage, target.index);
  const { failed, absent } = createsBefore(run.state, target.id);
  const isSent = target.outOfReach === undefined;
  const ours: number[] = [];
  for (let slot = 0; slot < run.people.ledger.size; slot++) {
    if ((target.staged.get(slot) & STAGED.create) === 0 || asked.has(slot)) continue;
    const failure = unanswered.get(slot) ?? trouble;
    if (failure === undefined) continue;
    // Where something is sent, whatever stopped a create before may be an account that is there.
    if (!before.has(slot) || (isSent && failed.has(slot)))
      unproved(run, target, slot, nameOf(run, slot), failure);
    // What has no answer then is ours all the same when it is found (rule 10).
    else if (absent.has(slot)) ours.push(slot);
  }
  run.stage.markEachAbsent(target.index, ours);
}

/**
 * Whom an earlier plan has found, and nobody has taken over yet, is still to be taken over: that was counted, and perhaps
 * approved, when it was released.
 */
function linkAsBefore(run: Run, target: TargetRun, asked: ReadonlySet<number>): void {
  const links = openLinks(run.state, target.id);
  const slots = [...links.keys()].filter(
    (slot) => (target.staged.get(slot) & STAGED.create) !== 0 && !asked.has(slot),
  );
  rewrite(run.stage, target.index, slots, (row) => {
    const { digest, ...found } = links.get(row.slot)!;
    const link = { ...row, ...found, kind: 'link', phase: PHASE.change } as const;
    if (digestOf(link, canonical(link.after)) !== digest) return row;
    becomesLink(run, target, row.slot);
    return link;
  });
}

function unproved(run: Run, target: TargetRun, slot: number, key: string, failure: Failure): void {
  const reason = `the target could not be asked whether there is an account already: ${failure.message}`;
  leaveOut(run, target, slot, key, 'unproved', reason);
}
