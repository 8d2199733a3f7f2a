import { FLAG } from '../store/ledger.ts';
import { examine } from './gather.ts';
import { slotOfKey } from './keys.ts';
import { keptRecord } from './kept.ts';
import { SEEN } from './people.ts';
import { STAGED, nameOf } from './run.ts';
import type { Run } from './run.ts';
import { managerIn } from './unbound.ts';

/**
 * Whoever a delta does not mention is as before. Of them, those are looked at with whom a target has not dealt yet, by
 * what is kept of their records: it was out of reach, or had no part in the run that mentioned them. A configuration that
 * has changed is not applied to anybody else: that is for the next read of everybody. Whoever goes without a manager who gets
 * an account now is looked at as well, and by the next run where this one is for others.
 */
export function takeAsBefore(run: Run): void {
  const { people } = run;
  const { ledger, seen } = people;
  run.isWhole &&= people.isConfigured;
  const alone = run.alone && new Set([...run.alone].map((key) => slotOfKey(run, key)));
  const hasNewcomers = run.targets.some(({ creates }) => creates > 0);
  for (let slot = 0; slot < people.known; slot++) {
    const isKnown = (ledger.flags(slot) & (FLAG.gone | FLAG.named)) === 0;
    if (seen.get(slot) !== SEEN.no || !isKnown) continue;
    seen.set(slot, SEEN.before);
    if (hasNewcomers && findsManager(run, slot)) {
      ledger.setVersion(slot, people.version);
      run.isToBeFollowed ||= alone?.has(slot) === false;
    }
    if (alone?.has(slot) === false || !people.isPending(slot) || (ledger.flags(slot) & FLAG.rejected) !== 0)
      continue;
    const key = nameOf(run, slot);
    const record = people.isPutOff(slot) ? undefined : keptRecord(run.state, key);
    if (record === undefined) run.isWhole = false;
    else examine(run, slot, key, record);
  }
}

/** Whether somebody goes without their manager (rule 19), who gets an account by what was said. */
function findsManager(run: Run, slot: number): boolean {
  const { ledger } = run.people;
  if ((ledger.flags(slot) & FLAG.unbound) === 0) return false;
  const record = keptRecord(run.state, nameOf(run, slot));
  const manager = record && managerIn(run, record);
  const whose = manager === undefined ? -1 : slotOfKey(run, manager);
  return whose >= 0 && run.targets.some(({ staged }) => (staged.get(whose) & STAGED.create) !== 0);
}
