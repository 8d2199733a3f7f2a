import { FLAG } from '../store/ledger.ts';
import { examine } from './gather.ts';
import { slotOfKey } from './keys.ts';
import { keptRecord } from './kept.ts';
import { SEEN } from './people.ts';
import { nameOf } from './run.ts';
import type { Run } from './run.ts';

/**
 * Whoever a delta does not mention is as before. Of them, those are looked at with whom a target has not dealt yet, by
 * what is kept of their records: it was out of reach, or had no part in the run that mentioned them. A configuration that
 * has changed is not applied to anybody else: that is for the next read of everybody.
 */
export function takeAsBefore(run: Run): void {
  const { people } = run;
  const { ledger, seen } = people;
  run.isWhole &&= people.isConfigured;
  const alone = run.alone && new Set([...run.alone].map((key) => slotOfKey(run, key)));
  for (let slot = 0; slot < people.known; slot++) {
    const isKnown = (ledger.flags(slot) & (FLAG.gone | FLAG.named)) === 0;
    if (seen.get(slot) !== SEEN.no || !isKnown) continue;
    seen.set(slot, SEEN.before);
    if (alone?.has(slot) === false || !people.isPending(slot) || (ledger.flags(slot) & FLAG.rejected) !== 0)
      continue;
    const key = nameOf(run, slot);
    const record = people.isPutOff(slot) ? undefined : keptRecord(run.state, key);
    if (record === undefined) run.isWhole = false;
    else examine(run, slot, key, record);
  }
}
