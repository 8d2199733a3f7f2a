import type { Resource, TargetConfiguration } from '../model/index.ts';
import type { LeaveRule } from '../store/brake.ts';
import { keptOf } from '../store/kept.ts';
import { groupsOf } from '../store/links.ts';
import { FLAG } from '../store/ledger.ts';
import { offboardedBecause } from '../store/offboardings.ts';
import type { Offboarding } from '../store/offboardings.ts';
import type { State } from '../store/state.ts';
import { protects } from './protection.ts';
import type { Run, TargetRun } from './run.ts';

/**
 * Of whom a complete read says, too, that they have left. Somebody whom no read has met yet is not missed by one.
 */
export function agreedBy({ people, isWhole, receipt, targets, offboarded }: Run): readonly string[] {
  if (!isWhole || receipt === undefined || receipt.isDelta === true) return [];
  if (targets.some(({ sealed }) => sealed!.held.some(({ kind }) => kind === 'source'))) return [];
  const hasLeft = (slot: number): boolean => {
    const flags = people.ledger.flags(slot);
    if ((flags & (FLAG.rejected | FLAG.named)) !== 0) return false;
    return (flags & FLAG.gone) !== 0 || (people.examined.get(slot) === 1 && (flags & FLAG.active) === 0);
  };
  return [...offboarded.atSlots].filter(([slot]) => hasLeft(slot)).map(([, { key }]) => key);
}

/** Says of somebody in a plan that nothing is planned for them, and why; false where they are not offboarded. */
export function isOffboarded(run: Run, target: TargetRun, slot: number, key: string): boolean {
  const offboarding = run.offboarded.of(slot, key);
  if (offboarding === undefined) return false;
  if (target.inDoubt.has(slot)) target.stillLeave.set(slot, offboardedBecause(offboarding));
  run.stage.addNote(target.index, slot, key, 'offboarded', offboardedText(offboarding));
  return true;
}

export function offboardedText(offboarding: Offboarding): string {
  const { key, since } = offboarding;
  return `${offboardedBecause(offboarding)}, since ${new Date(since).toISOString()}, and off everywhere until the source agrees; rollcall offboard ${key} --lift ends it`;
}

/** How a target switches off whoever is offboarded: never by a deletion that could be a deactivation. */
export function leaveRuleOf(state: State, id: number, target: TargetConfiguration): LeaveRule {
  const { name, mode, allow, profile, groups } = target;
  const isTold = mode === 'full' && allow.includes('deactivate');
  const leavesGroups = groups?.onLeave === 'remove' && allow.includes('memberRemove');
  return {
    id,
    name,
    ...(isTold && { kind: profile.deactivate.idSurvives ? ('deactivate' as const) : ('delete' as const) }),
    leavesGroups,
    isProtected: (key: string, resource: Resource) =>
      protects(target, resource, key, {
        record: JSON.parse(keptOf(state, key)?.fields ?? '{}') as Record<string, unknown>,
        groups: groupsOf(state, id, key),
      }),
  };
}
