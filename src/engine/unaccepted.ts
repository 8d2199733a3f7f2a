import { FLAG } from '../store/ledger.ts';
import { loadLedger } from '../store/state.ts';
import { concernedAt } from '../store/stage/amend.ts';
import { SEEN } from './people.ts';
import { leaveOut, nameOf } from './run.ts';
import type { Run } from './run.ts';

/**
 * Changes are applied to what is kept of people's records. Where a read was let through at one target and is held at another,
 * what it said is kept, and must not come to the one that holds it by the way (law 7): whoever was changed by it, or since, is
 * left out there, and what waits for them goes on, until that target is given a read of everybody. Whom the changes take away
 * as such has left whatever the record says.
 */
export function leaveOutUnaccepted(run: Run): void {
  const behind = run.targets.filter((target) => target.behind !== undefined);
  if (behind.length === 0) return;
  const { ledger, seen } = run.people;
  // As it was before this run: by now, everybody whom the changes mention is as new as it.
  const before = loadLedger(run.state);
  for (const target of behind)
    for (const slot of concernedAt(run.stage, target.index)) {
      const isChanged = slot < run.people.known && before.version(slot) >= target.behind!;
      if (!isChanged || (ledger.flags(slot) & FLAG.removed) !== 0) continue;
      // Nobody who leaves by these very changes is created by what waits.
      const isGoing =
        seen.get(slot) === SEEN.once && (ledger.flags(slot) & (FLAG.active | FLAG.rejected)) === 0;
      if (isGoing && !target.accounts.has(slot)) continue;
      const reason = 'a read that this target holds has changed them, and nobody has let it through here';
      leaveOut(run, target, slot, nameOf(run, slot), 'unaccepted', reason);
    }
}
