import { RollcallError } from '../model/index.ts';
import { FLAG } from '../store/ledger.ts';
import type { Digest } from '../store/ledger.ts';
import { slotOfKey } from './keys.ts';
import { SEEN } from './people.ts';
import type { People } from './people.ts';
import { strike } from './run.ts';
import type { Run } from './run.ts';
import type { Whom } from './whom.ts';

/**
 * Takes everybody out of the plan for whom this run is not meant. What was planned for them before stays as it is, and the
 * next run looks at them as if this one had not been. Throws `RollcallError('usage')` for a key that nobody has.
 */
export function leaveOthers(run: Run, { only, except = [], mayBeUnknown = false }: Whom): void {
  const named = new Set((only ?? except).map((key) => slotOf(run, key, mayBeUnknown)));
  const { people } = run;
  const others: number[] = [];
  for (let slot = 0; slot < people.ledger.size; slot++)
    if (named.has(slot) !== (only !== undefined) && isConcerned(run, slot)) others.push(slot);
  strike(run, others);
  for (const slot of others) {
    people.examined.set(slot, 0);
    putOff(people, slot);
  }
  run.isWhole = false;
}

/**
 * What this read says of somebody who is left out, nobody was told: the next read of everybody has to look at it, also where
 * a delta has been carried out in between, which knows nothing but the record from before.
 */
function putOff({ ledger, seen, version }: People, slot: number): void {
  if (ledger.version(slot) !== version) return;
  if (seen.get(slot) === SEEN.no) ledger.setFlags(slot, FLAG.examine);
  else ledger.setRecord(slot, noRecord);
}

/** The digest of no record. */
const noRecord: Digest = new Uint32Array(4);

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
