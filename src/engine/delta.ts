import { unfinished } from '../store/accounts.ts';
import { FLAG, TAKEN } from '../store/ledger.ts';
import { keptOfPerson } from '../store/kept.ts';
import { operationsOf } from '../store/links.ts';
import { examine } from './gather.ts';
import { slotOfKey } from './keys.ts';
import { keptRecord, takenRecord } from './kept.ts';
import { SEEN } from './people.ts';
import { STAGED, nameOf } from './run.ts';
import type { Run } from './run.ts';
import { managerIn } from './unbound.ts';

/**
 * Whoever a delta does not mention is as before. Of them, those are looked at with whom a target has not dealt yet, by
 * what is kept of their records: it was out of reach, or had no part in the run that mentioned them. So are those who are
 * examined at every run. Whoever goes without a manager who has an account now is looked at as well, also by a run that is
 * for others (rule 19). A configuration that has changed is not applied to anybody else: that is for the next read of
 * everybody.
 */
export function takeAsBefore(run: Run): void {
  const { people } = run;
  const { ledger, seen } = people;
  run.isWhole &&= people.isConfigured;
  const alone = run.alone && new Set([...run.alone].map((key) => slotOfKey(run, key)));
  for (let slot = 0; slot < people.known; slot++) {
    const flags = ledger.flags(slot);
    if (seen.get(slot) === SEEN.no && (flags & (FLAG.gone | FLAG.named)) === 0) seen.set(slot, SEEN.before);
    else if (seen.get(slot) === SEEN.once && isStillTaken(flags)) {
      ledger.setFlags(slot, flags & ~FLAG.rejected);
      seen.set(slot, SEEN.before);
    } else continue;
    if (alone?.has(slot) === false) continue;
    if (people.isPending(slot) || isStillOn(run, slot)) run.isWhole = lookAt(run, slot) && run.isWhole;
    else if (isLookedAtAnew(run, slot)) lookAt(run, slot);
  }
  if (people.isConfigured && run.whom?.except === undefined) bind(run, [...whoFindManager(run)]);
}

/** Whoever was taken away, and of whom this delta says what cannot be: they are as before, and that is gone. */
function isStillTaken(flags: number): boolean {
  return (flags & FLAG.rejected) !== 0 && (flags & TAKEN) !== 0;
}

/** Whoever was taken away goes off whatever has become of the configuration since. */
function isStillOn(run: Run, slot: number): boolean {
  const { people, targets } = run;
  if (people.isConfigured || (people.ledger.flags(slot) & TAKEN) === 0) return false;
  const key = nameOf(run, slot);
  return targets.some(({ accounts }) => {
    const account = accounts.of(slot, key);
    return account !== undefined && account.resource['active'] !== false;
  });
}

/** Whoever is examined at every run is so by what is kept of them as well: a date may have come, or a question be answered now. */
function isLookedAtAnew({ people }: Run, slot: number): boolean {
  return people.isConfigured && !people.isPutOff(slot) && (people.ledger.flags(slot) & FLAG.examine) !== 0;
}

/** What is kept of a record says nothing of an absence. False where there is more to be said of somebody than what is kept tells. */
function lookAt(run: Run, slot: number): boolean {
  const { people, state } = run;
  const flags = people.ledger.flags(slot);
  if ((flags & (FLAG.rejected | FLAG.missed)) !== 0) return true;
  if (people.isApart(slot)) people.apart.set(slot, 1);
  const isTaken = (flags & TAKEN) !== 0;
  const kept = !isTaken && people.isPutOff(slot) ? undefined : keptOfPerson(state, slot + 1);
  const record = isTaken
    ? takenRecord(kept, (flags & FLAG.outside) !== 0, run.keeping)
    : keptRecord(kept, run.keeping);
  return record !== undefined && examine(run, slot, nameOf(run, slot), record);
}

function isCreated({ targets }: Run, slot: number): boolean {
  return targets.some(({ staged }) => (staged.get(slot) & STAGED.create) !== 0);
}

/** Of more people it is not known soon enough: they are for the next read of everybody. */
const mostUnbound = 10_000;

/**
 * Of those who go without their manager, those whose manager gets an account by this run, or has one by a run that could
 * not deal with them.
 */
function* whoFindManager(run: Run): Generator<number> {
  const { people, targets } = run;
  const { ledger, seen, examined } = people;
  const isAnyCreated = targets.some(({ creates }) => creates > 0);
  let most = mostUnbound;
  for (let slot = 0; slot < people.known && most > 0; slot++) {
    if (seen.get(slot) !== SEEN.before || examined.get(slot) === 1) continue;
    if ((ledger.flags(slot) & FLAG.unbound) === 0) continue;
    const isLate = people.isPending(slot);
    if (!isAnyCreated && !isLate) continue;
    most--;
    const record = keptRecord(keptOfPerson(run.state, slot + 1), run.keeping);
    const manager = record && managerIn(run, record);
    const whose = manager === undefined ? -1 : slotOfKey(run, manager);
    if (whose < 0) continue;
    if (isCreated(run, whose) || (isLate && targets.some(({ accounts }) => accounts.has(whose)))) yield slot;
  }
}

/** What waits for an approval stays as it is where a run is for others. */
function bind(run: Run, slots: readonly number[]): void {
  const { people, state, stage, targets, clock, alone, bound } = run;
  const isHeld = (slot: number): boolean =>
    targets.some(({ id }) => operationsOf(state, id, slot + 1).some((one) => one.state === 'held'));
  const free = alone === undefined ? slots : slots.filter((slot) => !isHeld(slot));
  for (const slot of slots) people.ledger.setVersion(slot, people.version);
  for (const slot of free) lookAt(run, slot);
  if (alone === undefined || free.length === 0) return;
  for (const slot of free) bound.add(slot);
  const own = free.map((slot) => slot + 1);
  for (const { id, index } of targets)
    for (const operation of unfinished(state, id, own))
      // Those of groups belong to nobody, and are known already.
      if (bound.has(operation.slot)) stage.addEarlier(index, operation, operation.restsUntil > clock.now());
}
