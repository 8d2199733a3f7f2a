import { RollcallError } from '../model/index.ts';
import { slotOfKey } from './keys.ts';
import { strike } from './run.ts';
import type { Run } from './run.ts';
import type { Whom } from './whom.ts';

/**
 * Takes everybody out of the plan for whom this run is not meant. What was planned for them before stays as it is, and the
 * next run looks at them as if this one had not been. Throws `RollcallError('usage')` for a key that nobody has.
 */
export function leaveOthers(run: Run, { only, except = [], mayBeUnknown = false }: Whom): void {
  const named = new Set((only ?? except).map((key) => slotOf(run, key, mayBeUnknown)));
  if (only !== undefined) for (const slot of run.bound) named.add(slot);
  const { people } = run;
  const others: number[] = [];
  for (let slot = 0; slot < people.ledger.size; slot++)
    if (named.has(slot) !== (only !== undefined) && isConcerned(run, slot)) others.push(slot);
  strike(run, others);
  for (const slot of others) {
    people.examined.set(slot, 0);
    people.putOff(slot);
  }
  run.isWhole = false;
}

function slotOf(run: Run, key: string, mayBeUnknown: boolean): number {
  const slot = slotOfKey(run, key);
  if (slot >= 0 || mayBeUnknown) return slot;
  throw new RollcallError('usage', {
    message: `nobody has the key ${key}`,
    hint: '--only and --except take the keys of people, as a plan shows them',
  });
}

function isConcerned({ people, targets }: Run, slot: number): boolean {
  return people.examined.get(slot) === 1 || targets.some(({ staged }) => staged.get(slot) !== 0);
}
