import { EvaluationError, asText } from '../model/index.ts';
import type { SourceRecord } from '../model/index.ts';
import { FLAG } from '../store/ledger.ts';
import { slotOfManager } from './keys.ts';
import type { Run, TargetRun } from './run.ts';

/**
 * People who refer to a manager whom no record names. Real directories have many of them, and nothing is to be done as
 * long as that is so: an unchanged record is passed over as others are, but for the note that is told at each run.
 */

/** Passes over the unchanged record of such a person; false where there is more to be looked at. */
export function staysUnbound(run: Run, slot: number, key: string, record: SourceRecord): boolean {
  const { people } = run;
  if (!people.isUnbound(slot) || !isOfAllTargets(run)) return false;
  const manager = managerIn(run, record);
  if (manager === undefined) return false;
  const managerSlot = slotOfManager(run, manager);
  if ((people.ledger.flags(managerSlot) & FLAG.named) === 0) return false;
  people.managers.set(slot, managerSlot + 1);
  people.passedOver.set(slot, 1);
  for (const target of run.targets) noteAbsentManager(run, target, slot, key, manager);
  return true;
}

/** Those of them whose manager stands further down in the same file. */
export function noLongerUnbound({ people }: Run): ReadonlySet<number> {
  const { ledger, passedOver, managers } = people;
  const found = new Set<number>();
  for (let slot = 0; slot < ledger.size; slot++)
    if (passedOver.get(slot) === 1 && (ledger.flags(managers.get(slot) - 1) & FLAG.named) === 0)
      found.add(slot);
  return found;
}

/** Notes that the manager of somebody is nobody, on one target more. */
export function leaveUnbound(run: Run, target: TargetRun, slot: number, key: string, manager: string): void {
  const { ledger, unboundOn } = run.people;
  noteAbsentManager(run, target, slot, key, manager);
  unboundOn.set(slot, unboundOn.get(slot) + 1);
  ledger.setFlags(slot, ledger.flags(slot) | FLAG.unbound);
}

/** Whoever is not told of so on every target is looked at whole by the next run: the note is not for all. */
export function settleUnbound(run: Run): void {
  const { ledger, unboundOn } = run.people;
  const all = run.configuration.targets.length;
  for (let slot = 0; slot < ledger.size; slot++) {
    const targets = unboundOn.get(slot);
    if (targets > 0 && targets < all) ledger.setFlags(slot, ledger.flags(slot) | FLAG.examine);
  }
}

function noteAbsentManager(run: Run, target: TargetRun, slot: number, key: string, manager: string): void {
  run.stage.addNote(
    target.index,
    slot,
    key,
    'manager',
    `the manager ${manager} is not in the source; left out`,
  );
}

function isOfAllTargets({ targets, configuration }: Run): boolean {
  return targets.length === configuration.targets.length;
}

/** The key of the manager whom a record names. */
export function managerIn({ configuration }: Run, record: SourceRecord): string | undefined {
  try {
    return asText(configuration.mapping.manager?.evaluate({ record: record.fields() }));
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}
