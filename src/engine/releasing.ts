import type { Held, KindTotal, Receipt } from '../model/index.ts';
import { release, releaseFirst } from '../store/release.ts';
import type { Release, TargetRelease } from '../store/release-plan.ts';
import { dropHeld } from '../store/stage/order.ts';
import type { Doubted } from '../store/withdrawn.ts';
import { isReadHeld } from './build.ts';
import type { SyncOptions } from './contract.ts';
import { settlesNesting } from './nesting.ts';
import { agreedBy, leaveRuleOf } from './offboarded.ts';
import { isPartial } from './run.ts';
import type { Run, TargetRun } from './run.ts';

/** Takes the plan of a run into the state; `before` is the generation that it was made from, `first` the run of the first one of the sync. */
export function releaseRun(
  run: Run,
  runId: number,
  before: number,
  { actor, pauses, isAsked, first }: SyncOptions & Pick<Release, 'first'>,
): void {
  const { receipt } = run;
  const open = openTargets(run);
  release(run.state, run.stage, {
    run: runId,
    generation: before,
    now: run.clock.now(),
    ...(receipt && { receipt }),
    ended: run.source.ended?.() ?? [],
    ...(pauses !== undefined && { pauses: { actor, reason: pauses } }),
    isWhole: run.isWhole,
    isPartial: isPartial(run),
    ...(isAsked === true && { isAsked }),
    ...(first !== undefined && { first }),
    ledger: run.people.ledger,
    // A read that breaks a limit is accepted when it is approved; one that is not complete never is.
    acceptedBy: run.targets
      .filter(({ sealed }) => receipt !== undefined && isMeasure(receipt) && !isReadHeld(sealed!))
      .map(({ id }) => id),
    ...letThroughAt(run),
    isExamined: (slot) => run.people.examined.get(slot) === 1,
    isGroupExamined: (group) => run.groups.isExamined(group),
    isNestingExamined: settlesNesting(run),
    leaving: open.map(({ id, configuration }) => leaveRuleOf(run.state, id, configuration)),
    agreed: agreedBy(run),
    targets: open.map((target) => ({
      ...releaseOf(target),
      doubted: doubtedOf(run, target),
      stays: target.stays,
      absenceProved: run.stage.isAbsenceProved(target.index),
    })),
  });
}

/**
 * The same of a plan of those who leave alone; returns by slot whom it switches off. Where a limit holds somebody who leaves,
 * or their read, it is for the plan of everybody to say so.
 */
export function releaseLeavers(run: Run, runId: number, before: number, first?: number): ReadonlySet<number> {
  if (run.sourceBreaches.length > 0) return new Set();
  const targets = openTargets(run).flatMap((target) => letThroughOf(run, target));
  if (targets.length === 0) return new Set();
  const about = {
    run: runId,
    generation: before,
    now: run.clock.now(),
    receipt: run.receipt!,
    ...(first !== undefined && { first }),
    targets,
  };
  return releaseFirst(run.state, run.stage, about);
}

/** Nothing where all of it is held. */
function letThroughOf(run: Run, target: TargetRun): readonly TargetRelease[] {
  const { held, totals, fresh, parts } = target.sealed!;
  const isWhole = ({ kind }: Held): boolean => kind === 'source' || kind === 'target';
  if (target.movedApproval !== undefined || held.some(isWhole)) return [];
  const isOpen = (one: KindTotal): boolean => held.every(({ kind }) => kind !== one.kind);
  if (parts.length === 0 && !totals.some(isOpen)) return [];
  dropHeld(
    run.stage,
    target.index,
    held.map(({ kind }) => kind),
  );
  return [{ ...releaseOf(target), totals: fresh.filter(isOpen), held: [] }];
}

function openTargets({ targets }: Run): readonly TargetRun[] {
  return targets.filter((target) => target.configuration.mode === 'full' && target.failure === undefined);
}

function releaseOf(target: TargetRun): TargetRelease {
  const { index, id, configuration, fingerprint, lentSince, inDoubt, accounts, movedApproval } = target;
  const { fresh, held, parts, approvals } = target.sealed!;
  return {
    index,
    id,
    name: configuration.name,
    digest: configuration.digest,
    fingerprint,
    ...(lentSince !== undefined && { lent: { since: lentSince, inDoubt } }),
    linked: accounts.count,
    absenceProved: false,
    totals: fresh,
    held,
    parts,
    approvals: [
      ...approvals,
      ...(movedApproval === undefined ? [] : [{ id: movedApproval, kind: 'target' as const }]),
    ],
  };
}

/** What this plan says of those about whom something is in doubt, of whom it knows what they are. */
function doubtedOf({ people }: Run, { stillLeave, stillStay }: TargetRun): Doubted {
  const isKnown = (slot: number): boolean => people.examined.get(slot) === 1;
  const leave = [...stillLeave].filter(([slot]) => isKnown(slot));
  return {
    leave: new Map(leave.map(([slot, why]) => [slot + 1, why])),
    stay: [...stillStay].filter(isKnown).map((slot) => slot + 1),
  };
}

/** Whether the next read can be measured against this one. */
function isMeasure({ complete, isDelta = false }: Receipt): boolean {
  return complete && !isDelta;
}

/** Nothing where the read is as it should be, or every target holds it: then it is as if it had not been. */
function letThroughAt({ sourceBreaches, targets }: Run): { readonly letThroughAt?: readonly number[] } {
  const given = targets.filter(({ sealed }) => !isReadHeld(sealed!)).map(({ id }) => id);
  return sourceBreaches.length > 0 && given.length > 0 ? { letThroughAt: given } : {};
}
