import { TargetError } from '../model/index.ts';
import type { Failure, Resource } from '../model/index.ts';
import { isOutOfReach } from '../delivery/decide.ts';
import { manyInARow } from '../delivery/streak.ts';
import { UnderWay } from '../delivery/under-way.ts';
import { applyStrikes, rewrite } from '../store/stage/amend.ts';
import { restingCreates } from '../store/stage/earlier.ts';
import { groupsWithAdds } from '../store/stage/groups.ts';
import { createsOf, hasOtherThanCreates } from '../store/stage/live.ts';
import { addListed } from '../store/stage/situations.ts';
import type { Stage } from '../store/stage/stage.ts';
import { settleMatches, valueOf } from './matches.ts';
import { STAGED, nameOf } from './run.ts';
import type { Run, TargetRun } from './run.ts';
import { isWhole, takeStock } from './stock.ts';
import { settleUnasked } from './unanswered.ts';

/**
 * Asks the target whether the people whom the plan would create are there already: by the whole list, where that costs
 * fewer requests and can prove an absence, otherwise person by person. A create that meets an account is never sent, nor
 * one of whom the target could not be asked, now or by the plan that released it; the others go on, leavers first of all
 * (laws 12 and 13). About a create that has failed before and rests, nothing is asked: this run does not send it.
 */
export async function survey(run: Run, target: TargetRun): Promise<void> {
  await look(run, target);
  if (!target.policy.allow.includes('create')) dropCreates(run, target);
}

/** Where accounts are taken over and none are made: whoever has none yet is told of, and goes without. */
function dropCreates(run: Run, target: TargetRun): void {
  const slots: number[] = [];
  for (let slot = 0; slot < run.people.ledger.size; slot++)
    if ((target.staged.get(slot) & STAGED.create) !== 0) slots.push(slot);
  rewrite(run.stage, target.index, slots, () => undefined);
  target.creates = 0;
  for (const slot of slots) {
    target.staged.set(slot, 0);
    const text = 'create is not among what this target allows';
    run.stage.addNote(target.index, slot, nameOf(run, slot), 'notAllowed', text);
  }
}

async function look(run: Run, target: TargetRun): Promise<void> {
  if (target.stock !== undefined && target.failure === undefined) await takeStock(run, target, target.stock);
  if (target.creates === 0 || target.failure !== undefined) return;
  // Another address may be another service, which is told neither who is to come nor our credential (rule 9).
  if (target.moved !== undefined) return;
  const resting = restingCreates(run.stage, target.index);
  const creates = target.creates - resting.size;
  if (creates === 0) return;
  const asked = new Set(resting);
  const unanswered = new Map<number, Failure>();
  let trouble: Failure | undefined;
  try {
    if (!(await isListed(run, target, creates))) trouble = await lookUpEach(run, target, asked, unanswered);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    trouble = error.failure;
    if (
      trouble.class === 'target' &&
      target.stillLeave.size === 0 &&
      !hasOtherThanCreates(run.stage, target.index)
    ) {
      target.failure = trouble;
      return;
    }
    // Somebody to be changed or switched off need not wait for an answer about those who are new (law 12): it is released,
    // and known to be open, also where nothing can be sent. An answer that is no SCIM says nothing of other requests.
    if (isOutOfReach(trouble) && trouble.code !== 'protocol') target.outOfReach = trouble;
  }
  if (trouble !== undefined || unanswered.size > 0) settleUnasked(run, target, asked, unanswered, trouble);
  applyStrikes(run.stage);
  settleMatches(run, target);
}

const stopped: Failure = {
  class: 'transient',
  code: 'rate',
  message: 'the run was to end before; the next one asks',
};

/** How many requests it takes at the most to know who, and which group, of those that are new is there already. */
export function questionsOf(stage: Stage, target: TargetRun): number {
  if ((target.moved ?? target.failure ?? target.outOfReach) !== undefined) return 0;
  const { list, users } = target.configuration.profile;
  const creates = target.creates - restingCreates(stage, target.index).size;
  const each = creates * users.match.length;
  const { accounts } = target.groups?.reader ?? {};
  const groups = groupsWithAdds(stage, target.index).filter((group) => accounts?.has(group) !== true);
  return groups.length + (list.provesAbsence ? Math.min(each, pagesOf(target)) : each);
}

/** How many requests a list of everybody costs. */
function pagesOf({ configuration, accounts }: TargetRun): number {
  return Math.ceil(accounts.count / configuration.profile.list.pageSize) + 1;
}

/** Whether a list tells of everybody; it is asked for where that costs fewer requests, unless it is known already. */
async function isListed(run: Run, target: TargetRun, creates: number): Promise<boolean> {
  const { list } = target.configuration.profile;
  if (!list.provesAbsence) return false;
  if (target.stock !== undefined) return isWhole(target.stock);
  const pages = pagesOf(target);
  // A list that would be broken off, since a budget is less than that, would be begun anew by each run.
  if (creates < pages || target.pace.refusal({ reads: pages, writes: 0 }) !== undefined) return false;
  return listAll(run, target);
}

/** Whether the list was proven whole; what it showed is then in the stage. */
async function listAll(run: Run, target: TargetRun): Promise<boolean> {
  const reading = target.remote.list();
  for (;;) {
    if (run.asksNoMore(target.configuration.name)) return false;
    const step = await reading.next();
    if (!step.done) for (const remote of step.value) run.stage.addLive(target.index, remote);
    else {
      if (step.value.complete) run.stage.markAbsent(target.index);
      return step.value.complete;
    }
  }
}

/**
 * Looks everybody up, and notes of whom it got an answer, and on whom alone the target fails. Where the run is to end, nobody
 * else is asked about, and what it returns says so.
 */
async function lookUpEach(
  run: Run,
  target: TargetRun,
  asked: Set<number>,
  unanswered: Map<number, Failure>,
): Promise<Failure | undefined> {
  const { pace } = target;
  let trouble: unknown;
  let isStopped = false;
  let inARow = 0;
  const own = new UnderWay();
  const before = asked.size;
  const creates = target.creates - before;
  const questions = target.configuration.profile.users.match.length;
  let started = 0;
  // Nobody is asked about who could not be created in this run, as far as budgets say so: the next one would have to ask
  // again, and would come no further either.
  const refusal = (): TargetError | undefined => {
    const underWay = started - (asked.size - before) - unanswered.size;
    return pace.refusal({ reads: (underWay + 1) * questions, writes: started });
  };
  for (const { slot, after } of createsOf(run.stage, target.index)) {
    if (asked.has(slot)) continue;
    await pace.room();
    // Those who are under way may need less than they are thought to.
    if (refusal() !== undefined) await own.ended();
    trouble ??= refusal();
    if (trouble !== undefined) break;
    if (
      (isStopped ||= run.asksNoMore(
        target.configuration.name,
        (asked.size - before + unanswered.size) / creates,
      ))
    )
      break;
    started++;
    const asking = pace.run(async () => {
      try {
        if (!(await lookUp(run, target, after!))) {
          isStopped = true;
          return;
        }
        run.stage.markAbsent(target.index, slot);
        asked.add(slot);
        inARow = 0;
      } catch (error) {
        if (isAlone(error) && ++inARow < manyInARow) unanswered.set(slot, error.failure);
        else trouble ??= error;
      }
    });
    // One that has no turn in this run is not asked about, and neither are those behind it.
    own.add(asking.catch((error: unknown) => (trouble ??= error)));
  }
  await own.ended();
  if (trouble !== undefined) throw trouble as Error;
  return isStopped ? stopped : undefined;
}

/** Whether a failure may be of this one question. A target that is busy or silent is not asked about the next one. */
function isAlone(error: unknown): error is TargetError {
  if (!(error instanceof TargetError)) return false;
  return (
    error.failure.class !== 'target' && error.failure.code !== 'rate' && error.failure.code !== 'unreachable'
  );
}

/** False where the run is to end before all was asked. */
async function lookUp(run: Run, target: TargetRun, resource: Resource): Promise<boolean> {
  for (const attribute of target.configuration.profile.users.match) {
    const value = valueOf(resource, attribute);
    if (value === undefined) continue;
    if (run.asksNoMore(target.configuration.name)) return false;
    for (const remote of await target.remote.find(attribute, value)) {
      run.stage.addLive(target.index, remote);
      if (target.stock !== undefined && target.accounts.ownerOf(remote.id) === undefined)
        addListed(run.stage, target.index, remote, true);
    }
  }
  return true;
}
