import { typeOf } from '../model/index.ts';
import type { Kind } from '../model/index.ts';
import { MANAGER_PATH } from '../planning/diff.ts';
import { PHASE, isReferenceAlone, managerOf, withValueOf, withoutReference } from '../planning/judge.ts';
import type { Draft } from '../planning/judge.ts';
import { depths } from '../planning/order.ts';
import { FLAG } from '../store/ledger.ts';
import { resourceDigest } from '../store/stage/operation.ts';
import type { OperationRow } from '../store/stage/operation.ts';
import { rewrite } from '../store/stage/amend.ts';
import { putInOrder } from '../store/stage/order.ts';
import { slotOfKey } from './keys.ts';
import { SEEN } from './people.ts';
import { STAGED, nameOf } from './run.ts';
import type { Run, TargetRun } from './run.ts';
import { leaveUnbound } from './unbound.ts';

/** References to people who have no account and get none are left out (rule 19); the others get their order (law 10). */
export function settleReferences(run: Run, target: TargetRun): void {
  const { people, stage } = run;
  const { size } = people.ledger;
  const managers = new Int32Array(target.creates === 0 ? 0 : size).fill(-1);
  const late = new Set<number>();
  const unresolved = new Set<number>();
  const renumbered = new Set<number>();
  for (let slot = 0; slot < size; slot++) {
    const staged = target.staged.get(slot);
    if ((staged & STAGED.refers) === 0) continue;
    const manager = people.managers.get(slot) - 1;
    if (run.renumbered.has(manager)) renumbered.add(slot);
    if (canBeReferredTo(target, manager)) continue;
    const whose = target.staged.get(manager);
    if ((whose & (STAGED.create | STAGED.link)) === 0) unresolved.add(slot);
    else if ((staged & STAGED.create) === 0) {
      if ((staged & STAGED.yields) === 0) late.add(slot);
    } else if ((whose & STAGED.create) !== 0) managers[slot] = manager;
  }
  rewrite(stage, target.index, unresolved, (row) => leaveManagerOut(run, target, row));
  rewrite(stage, target.index, renumbered, (row) => keepManager(run, target, row));
  const { depth, broken } = depths(managers, (left, right) => nameOf(run, left) < nameOf(run, right));
  breakCycles(run, target, broken);
  const waits = late.size > 0 || depth.some((one) => one > 0);
  putInOrder(stage, target.index, waits ? phaseOf : undefined);

  function phaseOf(slot: number, kind: string, phase: number): number {
    if (kind === 'create') return phase + depth[slot]!;
    // Of somebody's memberships, and of groups, none waits for a manager.
    if (typeOf(kind as Kind) === 'Group') return phase;
    return late.has(slot) && phase < PHASE.create ? PHASE.reference : phase;
  }
}

/**
 * The part of it that needs no answer of the target: whoever is to be created and refers to nobody. Done before it is
 * asked, so that a create which has failed before is recognised by what it would really say.
 */
export function leaveUnknownOut(run: Run, target: TargetRun): void {
  const { people, stage } = run;
  const unknown = new Set<number>();
  for (let slot = 0; slot < people.ledger.size; slot++) {
    const staged = target.staged.get(slot);
    if ((staged & STAGED.create) === 0 || (staged & STAGED.refers) === 0) continue;
    const manager = people.managers.get(slot) - 1;
    if (run.renumbered.has(manager) || canBeReferredTo(target, manager)) continue;
    if ((target.staged.get(manager) & (STAGED.create | STAGED.link)) !== 0) continue;
    unknown.add(slot);
    target.staged.set(slot, staged & ~STAGED.refers);
  }
  rewrite(stage, target.index, unknown, (row) => leaveManagerOut(run, target, row));
}

/** Whoever is deleted by this plan cannot be referred to. */
function canBeReferredTo(target: TargetRun, slot: number): boolean {
  return target.accounts.has(slot) && (target.staged.get(slot) & STAGED.ends) === 0;
}

function leaveManagerOut(run: Run, target: TargetRun, row: OperationRow): Draft | undefined {
  const { ledger } = run.people;
  const { slot, key, needs } = row;
  const manager = slotOfKey(run, needs!);
  if (manager < 0 || (ledger.flags(manager) & FLAG.named) !== 0) leaveUnbound(run, target, slot, key, needs!);
  else {
    const text = `the manager ${needs!} ${whyNot(run, manager)}; left out`;
    run.stage.addNote(target.index, slot, key, 'manager', text);
    ledger.setFlags(slot, ledger.flags(slot) | FLAG.unbound | FLAG.examine);
  }
  // Of an operation that says nothing else, nothing is left, whatever the account holds.
  const before = isReferenceAlone(row) ? undefined : target.accounts.of(slot, key);
  return withoutReference(row, before?.resource);
}

/** A manager under another key is no other manager: where the account refers to the person already, nothing is to be said. */
function keepManager(run: Run, target: TargetRun, row: OperationRow): Draft | undefined {
  const before = target.accounts.of(row.slot, row.key)?.resource;
  const former = run.renumbered.get(run.people.managers.get(row.slot) - 1);
  // The key that the manager had before today is nobody's any more.
  if (row.needs === former) return leaveManagerOut(run, target, row);
  if (before === undefined || managerOf(before) !== former) return row;
  const changes = row.changes.filter(({ path }) => path !== MANAGER_PATH);
  return changes.length === 0 && row.kind === 'update' ? undefined : { ...row, changes };
}

/** Whoever goes first on a cycle of managers goes without; the reference follows as part 1. */
function breakCycles(run: Run, target: TargetRun, broken: readonly number[]): void {
  rewrite(run.stage, target.index, broken, ({ slot, key, needs: manager, ...rest }) => {
    const whole = rest.after!;
    const after = withValueOf(whole, {}, MANAGER_PATH);
    const reference: Draft = {
      type: 'User',
      kind: 'update',
      key,
      part: 1,
      phase: PHASE.reference,
      after: whole,
      changes: [{ path: MANAGER_PATH, after: { value: manager! } }],
      why: 'managers on a cycle: the reference follows when both exist',
      needs: manager!,
      beforeDigest: resourceDigest(after),
    };
    run.stage.addOperation(target.index, slot, reference, run.people.managers.get(slot) - 1);
    return { ...rest, key, after };
  });
}

function whyNot({ people }: Run, slot: number): string {
  if (people.seen.get(slot) === SEEN.no) return 'is not in the source';
  if ((people.ledger.flags(slot) & FLAG.rejected) !== 0) return 'stands in a record that was rejected';
  return 'has no account here and gets none';
}
