import { EvaluationError, asText } from '../model/index.ts';
import type { SourceRecord } from '../model/index.ts';
import { doubtsOf, hasAccount } from '../store/accounts.ts';
import { FLAG, TAKEN } from '../store/ledger.ts';
import { redirectNeeds } from '../store/stage/amend.ts';
import { forgetRejections } from '../store/stage/remarks.ts';
import type { Heir } from './heirs.ts';
import { notePlace, placeOf } from './places.ts';
import { SEEN } from './people.ts';
import { nameOf, refuse, some, strike } from './run.ts';
import type { Run } from './run.ts';

const formerDigest = new Uint32Array(4);

/** Notes that a record names the key which its person had before, if it does. */
export function noteFormerKey(run: Run, slot: number, key: string, record: SourceRecord): void {
  const former = formerKeyOf(run, record);
  if (former === undefined || former === key) return;
  run.people.ledger.keyHash(former, formerDigest);
  run.heirs.add(slot, placeOf(run, record), formerDigest);
}

function formerKeyOf(run: Run, record: SourceRecord): string | undefined {
  try {
    return asText(run.configuration.mapping.previousKey!.evaluate({ record: record.fields() }));
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/**
 * Moves the links of former keys to those who name them (rule 12). It is settled at the end of the read, because the
 * order of the rows must not decide:
 *
 * | the former key …                         | so                                                  |
 * |------------------------------------------|-----------------------------------------------------|
 * | has no account                           | nothing is to be moved                              |
 * | is named in a delta                      | who names it is rejected, and it if that has it too |
 * | may have one: a create has no answer     | both wait until that is known (law 11)              |
 * | is named by somebody with own accounts   | it moved before, or they are two people: left alone |
 * | is named by one, and in no active record | moved                                               |
 * | is in a record that is active, or odd    | who names it is rejected                            |
 * | … in a read that may miss records        | both wait for one that misses none (law 6)          |
 * | is named by several                      | all of them wait, and who had it is left as they are |
 *
 * Of those who name a key, one who is not active contests nothing (rule 4).
 *
 * Returns the people who moved: they have to be looked at again, under their new key.
 */
export function settleRenumbered(run: Run): ReadonlySet<number> {
  const moved = new Map<number, Heir>();
  const all = byFormer(run);
  for (const [former, heirs] of all) {
    const [heir] = heirs;
    const isUnclear = isInDoubt(run, former);
    if (heir === undefined || !(isUnclear || hasAccount(run.state, former))) continue;
    const there = `the former key ${nameOf(run, former)} stands in a record that is not inactive`;
    if (run.receipt!.isDelta === true)
      refuseAll(run, isMentioned(run, former) ? [...heirs, itself(run, former, heir)] : heirs, ofWhole);
    else if (heirs.length > 1) refuseAll(run, [...heirs, itself(run, former, heir)], contestedBy(heirs));
    else if (isThere(run, former)) refuseAll(run, heirs, there);
    else if (isUnclear) refuseAll(run, [heir, itself(run, former, heir)], unclear);
    else if (!isWhole(run)) refuseAll(run, [heir, itself(run, former, heir)], notWhole);
    else moved.set(former, lastOf(run, all, heir));
  }
  if (moved.size === 0) return new Set();
  for (const [former, heir] of moved) move(run, former, heir);
  redirect(run, new Map([...moved].map(([former, { slot }]) => [slot, former])));
  return new Set(moved.keys());
}

const unclear = 'a request for the former key was sent, and its answer is not known yet';
const ofWhole = 'a former key is settled by a read of everybody, and this is a delta';
const notWhole =
  'a former key is settled by a file that is whole: its own record may be among those that are missing';

/** Whether the delta has it, and does not say that it goes on as it was. */
function isMentioned(run: Run, slot: number): boolean {
  const seen = run.people.seen.get(slot);
  return (seen === SEEN.once || seen === SEEN.several) && !isThere(run, slot);
}

function isWhole(run: Run): boolean {
  return run.receipt!.complete && run.unknownKeys === 0 && run.sourceBreaches.length === 0;
}

/** Of a target that nothing is sent to any more, nobody will ever know. */
function isInDoubt({ state, configuration }: Run, slot: number): boolean {
  const open = configuration.targets.filter(({ mode }) => mode === 'full').map(({ name }) => name);
  return doubtsOf(state, slot).some((name) => open.includes(name));
}

/** Who names a former key, without those who have accounts themselves and those who name it in several records. */
function byFormer(run: Run): ReadonlyMap<number, readonly Heir[]> {
  const found = new Map<number, Heir[]>();
  for (const heir of run.heirs.known(run.people)) {
    const others = found.get(heir.former) ?? [];
    if (others.some(({ slot }) => slot === heir.slot) || hasAccount(run.state, heir.slot)) continue;
    found.set(heir.former, [...others, { ...heir, key: nameOf(run, heir.slot) }]);
  }
  for (const [former, heirs] of found) {
    const here = heirs.filter(({ slot }) => isThere(run, slot));
    if (here.length > 0) found.set(former, here);
  }
  return found;
}

/** Whoever had a key that several claim: whether they left cannot be said before it is clear who they are. */
function itself(run: Run, former: number, { place }: Heir): Heir {
  const { ledger, seen } = run.people;
  // What was said of somebody who is in no record now is of a former run.
  if (seen.get(former) === SEEN.no) ledger.setFlags(former, ledger.flags(former) & ~FLAG.rejected);
  seen.set(former, SEEN.once);
  return { slot: former, key: nameOf(run, former), former, place };
}

function contestedBy(heirs: readonly Heir[]): string {
  const keys = heirs.map(({ key }) => key).sort();
  return `${keys.length} people name one former key: ${some(keys)}`;
}

/** Somebody may have been renumbered several times; the last one counts. */
function lastOf(run: Run, all: ReadonlyMap<number, readonly Heir[]>, first: Heir): Heir {
  const met = new Set<number>();
  for (let heir = first; ;) {
    const next = all.get(heir.slot) ?? [];
    if (next.length !== 1 || isThere(run, heir.slot) || met.has(heir.slot)) return heir;
    met.add(heir.slot);
    heir = next[0]!;
  }
}

function isThere(run: Run, slot: number): boolean {
  const { ledger, seen } = run.people;
  return seen.get(slot) !== SEEN.no && (ledger.flags(slot) & (FLAG.active | FLAG.rejected)) !== 0;
}

function refuseAll(run: Run, heirs: readonly Heir[], reason: string): void {
  const { ledger } = run.people;
  for (const { slot, key, place } of heirs) {
    if ((ledger.flags(slot) & FLAG.rejected) !== 0) continue;
    // Whether a change took them away is as open as who they are.
    ledger.setFlags(slot, ledger.flags(slot) & ~TAKEN);
    strike(run, [slot]);
    run.people.examined.set(slot, 0);
    refuse(run, place, { rule: 'previousKey', reason }, slot, key);
  }
}

/** The slot of the former key goes on under the new one; the slot that the new key had is given up. */
function move(run: Run, former: number, { slot, key, place }: Heir): void {
  const { people, stage } = run;
  const { ledger } = people;
  const old = nameOf(run, former);
  const givenUp = `${key}\u0000given up ${slot + 1}`;
  strike(run, [slot]);
  run.rejected -= forgetRejections(stage, [slot]);
  stage.renamePerson(slot, givenUp);
  stage.renamePerson(former, key, old);
  ledger.setKey(slot, givenUp);
  ledger.setKey(former, key);
  ledger.setName(slot, undefined);
  ledger.setFlags(slot, FLAG.gone);
  ledger.setVersion(former, people.version);
  people.seen.set(slot, SEEN.no);
  people.examined.set(slot, 1);
  people.seen.set(former, SEEN.once);
  notePlace(run, former, place);
  run.renumbered.set(former, old);
}

/** Whoever refers to somebody's new key means the person who has it now. */
function redirect(run: Run, slots: ReadonlyMap<number, number>): void {
  const { managers, ledger } = run.people;
  for (let slot = 0; slot < ledger.size; slot++) {
    const manager = slots.get(managers.get(slot) - 1);
    if (manager !== undefined) managers.set(slot, manager + 1);
  }
  redirectNeeds(run.stage, slots);
}
