import { keepLeavers } from '../store/stage/amend.ts';
import { pauseOf } from '../store/pauses.ts';
import { leaversOf } from '../store/stage/live.ts';
import { putInOrder } from '../store/stage/order.ts';
import type { Run, TargetRun } from './run.ts';
import { questionsOf } from './survey.ts';

/**
 * How many questions about who is new somebody who leaves, at whichever target, would wait for; undefined where nobody leaves. The
 * targets are asked one after the other, and nothing is sent to any of them before (law 12). What is to be said of a halted one
 * is known when it is asked for the leavers' sake. A read that breaks a limit waits as a whole, or uses up its approval as a
 * whole; and what is said of somebody who has a new key is told under that.
 */
export function leaversWait(run: Run): number | undefined {
  const { state, stage, targets, leaversWaitFor, sourceBreaches, renumbered } = run;
  if (leaversWaitFor === Infinity || sourceBreaches.length > 0) return undefined;
  const isTold = ({ id, configuration: { mode }, moved, movedApproval, failure }: TargetRun): boolean =>
    mode === 'full' && (moved ?? movedApproval ?? failure) === undefined && pauseOf(state, id) === undefined;
  const leavers = targets.flatMap((target) => (isTold(target) ? leaversOf(stage, target.index) : []));
  if (leavers.length === 0 || leavers.some((slot) => renumbered.has(slot))) return undefined;
  const now = run.clock.now();
  return targets.reduce((sum, target) => sum + asUsual(questionsOf(stage, target), target, now), 0);
}

const usualPerSecond = 10;

/** As how many questions those count, at ten a second: more where the target's pace is slower, and no end where its budgets are short. */
function asUsual(questions: number, { pace: { budgets }, configuration }: TargetRun, now: number): number {
  if (questions > budgets.left(false, now)) return Infinity;
  const { perSecond = usualPerSecond } = configuration.pace;
  return questions * Math.max(1, usualPerSecond / perSecond);
}

/**
 * Leaves of a plan all who are to be switched off, so that the limits and the checksums are what they are in the whole of it,
 * and nothing else: their memberships, and everybody else, are for the plan that comes after.
 */
export function leaversAlone(run: Run): void {
  run.isOfLeavers = true;
  keepLeavers(run.stage);
  for (const target of run.targets) {
    target.creates = 0;
    putInOrder(run.stage, target.index);
  }
}
