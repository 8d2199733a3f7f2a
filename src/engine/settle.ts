import { formatLocus } from '../model/index.ts';
import type { Receipt, SourceRecord } from '../model/index.ts';
import { PHASE } from '../planning/judge.ts';
import { mapRecord } from '../planning/map.ts';
import type { Mapped } from '../planning/map.ts';
import { turns } from '../planning/order.ts';
import { FLAG, STANDING, TAKEN } from '../store/ledger.ts';
import { applyStrikes, setPhase } from '../store/stage/amend.ts';
import { forgetEarlier, hasResting, newlyFree } from '../store/stage/earlier.ts';
import { settleLogins } from './logins.ts';
import { probableRekeys, renameEdges } from '../store/stage/names.ts';
import { loadLedger } from '../store/state.ts';
import { forgetRejections } from '../store/stage/remarks.ts';
import { examine, readAgain, stagePerson } from './gather.ts';
import { locusOf, placeOf, placeOfSlot, placesText } from './places.ts';
import { endsMemberships, stageDeparture } from './memberships.ts';
import { settleGroups } from './groups.ts';
import { isOffboarded } from './offboarded.ts';
import { leaversAlone, leaversWait } from './leavers.ts';
import { leaveOthers } from './only.ts';
import { protects } from './protection.ts';
import { leaveUnknownOut, settleReferences } from './references.ts';
import { settleRenumbered } from './renumber.ts';
import { SEEN } from './people.ts';
import { leaveOut, nameOf, refuse, some, strike, waitInDoubt, yieldsName } from './run.ts';
import type { Run, TargetRun } from './run.ts';
import { survey } from './survey.ts';
import { noLongerUnbound, settleUnbound } from './unbound.ts';

/**
 * What can be said only when everybody is known: duplicates, who is absent, re-keys, names that change hands,
 * accounts that exist already, references. Each step may take people out of the plan again; none adds a request.
 */
export async function settle(run: Run, receipt: Receipt): Promise<void> {
  await settleSeveral(run, run.several, receipt);
  await settleSeveral(run, noLongerUnbound(run), receipt);
  await settleSeveral(run, settleRenumbered(run), receipt);
  settleNames(run);
  applyStrikes(run.stage);
  settleAbsent(run, receipt);
  if (run.whom !== undefined) leaveOthers(run, run.whom);
  applyStrikes(run.stage);
  for (const target of run.targets) {
    settleRekeys(run, target);
    settleRenames(run, target);
    applyStrikes(run.stage);
    settleLogins(run, target);
    if (hasResting(run.stage, target.index)) leaveUnknownOut(run, target);
  }
  await run.onRead(run);
  const questions = leaversWait(run);
  if (questions !== undefined && questions > run.leaversWaitFor) return leaversAlone(run);
  if (run.isHurried) {
    run.givenUp = Promise.resolve();
    return;
  }
  const asking = ask(run);
  if (questions === undefined || (await run.isInTime(asking))) return asking;
  run.givenUp = asking.catch(() => undefined);
}

/** What only the targets know. */
async function ask(run: Run): Promise<void> {
  for (const target of run.targets) {
    if (run.givenUp !== undefined) return;
    await survey(run, target);
    applyStrikes(run.stage);
    await settleGroups(run, target);
    settleReferences(run, target);
  }
  settleUnbound(run);
}

/** Records of so many people are held in memory at one time. */
const readAtOnce = 20_000;

/** Several records for one key: two active ones reject both; an inactive one never contests (rule 4). */
async function settleSeveral(run: Run, slots: ReadonlySet<number>, receipt: Receipt): Promise<void> {
  const [...all] = slots;
  for (let from = 0; from < all.length; from += readAtOnce)
    await settleFew(run, new Set(all.slice(from, from + readAtOnce)), receipt);
}

async function settleFew(run: Run, slots: ReadonlySet<number>, receipt: Receipt): Promise<void> {
  strike(run, slots);
  applyStrikes(run.stage);
  // The first record of each may have been refused before the others were met.
  run.rejected -= forgetRejections(run.stage, slots);
  for (const [slot, records] of await readAgain(run, slots, receipt.sha256)) {
    const key = nameOf(run, slot);
    run.people.examined.set(slot, 0);
    const mapped = records.map((record) => ({ record, ...mapOf(run, key, record) }));
    const broken = mapped.filter((one) => one.refusal !== undefined);
    const active = mapped.filter((one) => one.identity?.active === true);
    if (broken.length > 0) {
      for (const { record, refusal } of broken) refuse(run, placeOf(run, record), refusal, slot, key);
      for (const { record, refusal } of mapped)
        if (refusal === undefined)
          refuse(
            run,
            placeOf(run, record),
            {
              rule: 'duplicateKey',
              reason: `another record of ${key}, at ${at(run, broken[0]!.record)}, cannot be mapped`,
            },
            slot,
            key,
          );
    } else if (active.length > 1) {
      const places = placesText(
        run,
        active.map(({ record }) => placeOf(run, record)),
      );
      for (const { record } of active)
        refuse(
          run,
          placeOf(run, record),
          {
            rule: 'duplicateKey',
            reason: `${active.length} active records have the key ${key}: ${places}`,
          },
          slot,
          key,
        );
    } else examine(run, slot, key, (active[0] ?? mapped[0]!).record);
    const { ledger } = run.people;
    // Several records have no digest of their own: the next run looks at them again.
    ledger.setFlags(slot, ledger.flags(slot) | FLAG.examine);
  }
}

function mapOf(run: Run, key: string, record: SourceRecord): Mapped {
  if (record.defect !== undefined) return { refusal: { rule: 'ragged', reason: record.defect } };
  return mapRecord(run.configuration.mapping, key, record);
}

/** Two active people with one userName reject both (rule 4), also where one of them was not looked at in this run. */
function settleNames(run: Run): void {
  const { people } = run;
  const { ledger } = people;
  const isPresent = (slot: number): boolean =>
    people.seen.get(slot) !== SEEN.no && (ledger.flags(slot) & (FLAG.active | FLAG.rejected)) === FLAG.active;
  let examined = 0;
  for (let slot = 0; slot < ledger.size; slot++) examined += people.examined.get(slot);
  if (examined === 0) return;
  const mask = 2 ** Math.ceil(Math.log2(examined * 2 + 16)) - 1;
  const table = new Int32Array(mask + 1).fill(-1);
  const contested = new Map<number, Set<number>>();
  const meet = (slot: number, insert: boolean): void => {
    const high = ledger.nameHigh(slot);
    const low = ledger.nameLow(slot);
    if (high === 0 && low === 0) return;
    let place = high & mask;
    for (; table[place]! >= 0; place = (place + 1) & mask) {
      const other = table[place]!;
      if (other === slot) return;
      if (ledger.nameHigh(other) !== high || ledger.nameLow(other) !== low) continue;
      const both = contested.get(other) ?? new Set([other]);
      contested.set(other, both.add(slot));
      return;
    }
    if (insert) table[place] = slot;
  };
  for (let slot = 0; slot < ledger.size; slot++)
    if (people.examined.get(slot) === 1 && isPresent(slot)) meet(slot, true);
  for (let slot = 0; slot < ledger.size; slot++)
    if (people.examined.get(slot) === 0 && isPresent(slot)) meet(slot, false);
  for (const slots of contested.values()) {
    // Whom a delta does not mention is left alone, and has the name.
    const [here, others] = partition(slots, (slot) => people.seen.get(slot) !== SEEN.before);
    const places = here.map((slot) => placeOfSlot(run, slot));
    const reason =
      others.length > 0
        ? `this userName is that of ${some(others.map((slot) => nameOf(run, slot)))}`
        : `${slots.size} active people have this userName: ${placesText(run, places)}`;
    strike(run, here);
    for (const slot of here) {
      people.examined.set(slot, 0);
      refuse(run, placeOfSlot(run, slot), { rule: 'duplicateUserName', reason }, slot, nameOf(run, slot));
    }
  }
}

function partition(
  slots: Iterable<number>,
  test: (slot: number) => boolean,
): readonly [readonly number[], readonly number[]] {
  const [yes, no]: [number[], number[]] = [[], []];
  for (const slot of slots) (test(slot) ? yes : no).push(slot);
  return [yes, no];
}

/** Who is in no record any more, if the read proves it (law 6) and no record could be anybody (rule 2). */
function settleAbsent(run: Run, receipt: Receipt): void {
  if (!receipt.complete || run.unknownKeys > 0) return;
  const { people } = run;
  for (let slot = 0; slot < people.ledger.size; slot++) {
    if (
      people.seen.get(slot) !== SEEN.no ||
      people.gone(slot) ||
      (people.ledger.flags(slot) & FLAG.named) !== 0
    )
      continue;
    const key = nameOf(run, slot);
    if (isFirstAbsence(run, slot)) {
      missOnce(run, slot, key);
      continue;
    }
    people.examined.set(slot, 1);
    const before = people.ledger.flags(slot);
    if ((before & FLAG.gone) === 0) people.ledger.setVersion(slot, people.version);
    people.before.set(slot, before);
    people.ledger.setName(slot, undefined);
    people.ledger.setFlags(slot, FLAG.gone);
    run.stage.addRecord(slot);
    for (const target of run.targets) {
      const reason = 'no longer in the source';
      // Somebody whose create was not answered may have an account that nobody knows of yet.
      const account = target.accounts.of(slot, key);
      if (isOffboarded(run, target, slot, key)) continue;
      if (target.inDoubt.has(slot)) {
        const isKept = account === undefined || protects(target.configuration, account.resource, key);
        waitInDoubt(run, target, slot, key, { standing: isKept ? 'present' : 'left', reason });
        continue;
      }
      if (account === undefined) continue;
      const isProtected = protects(target.configuration, account.resource, key);
      stagePerson(run, target, slot, { key, account, standing: 'left', reason, isProtected });
      if (!isProtected && endsMemberships(target, 'left')) stageDeparture(run, target, slot, key, reason);
    }
  }
}

/** Whether somebody's absence waits for another read to confirm it; the same file once more is not another one. */
function isFirstAbsence(run: Run, slot: number): boolean {
  if (run.configuration.source.confirmAbsence !== true) return false;
  const flags = run.people.ledger.flags(slot);
  if ((flags & (FLAG.gone | TAKEN)) !== 0) return false;
  return (flags & FLAG.missed) === 0 || (run.source.isLive !== true && run.targets.every(isSameFile(run)));
}

function isSameFile({ receipt }: Run): (target: TargetRun) => boolean {
  const { sha256, writtenAt } = receipt!;
  return ({ accepted }) => accepted?.sha256 === sha256 && accepted.writtenAt === writtenAt;
}

function missOnce(run: Run, slot: number, key: string): void {
  const { ledger, seen, version } = run.people;
  if ((ledger.flags(slot) & FLAG.missed) === 0) ledger.setVersion(slot, version);
  ledger.setFlags(slot, ledger.flags(slot) | FLAG.missed);
  seen.set(slot, SEEN.before);
  const reason = 'in no record of this read; leaves if the next complete read has none either';
  for (const target of run.targets)
    if (target.accounts.has(slot)) leaveOut(run, target, slot, key, 'absentOnce', reason);
}

/**
 * A read that is held has told no target anything, so that it makes nobody a leaver (law 6): whoever was missing from it
 * for the first time is to be looked at again, and counts as missed where the next read may have their record (rule 2). Where
 * another target has let it through, they have left there, and a sign-in brings them back nowhere (rule 7).
 */
export function takeAbsencesBack({ people }: Run, isTold: boolean): void {
  const { ledger, seen, version } = people;
  for (let slot = 0; slot < ledger.size; slot++) {
    if (ledger.version(slot) !== version) continue;
    const flags = ledger.flags(slot);
    if (seen.get(slot) === SEEN.no && (flags & FLAG.gone) !== 0) people.takeBack(slot, isTold);
    if (seen.get(slot) === SEEN.before) ledger.setFlags(slot, flags & ~FLAG.missed);
  }
}

/**
 * Where no target has taken a read, nothing that it says of anybody's record is kept: a delta that comes next knows what
 * there was before, and the next read of everybody looks at them anew.
 */
export function takeRecordsBack({ people, stage, state }: Run): void {
  const { ledger, version, known } = people;
  const before = loadLedger(state);
  for (let slot = 0; slot < ledger.size; slot++) {
    if (slot < known && ledger.version(slot) === version)
      ledger.setFlags(slot, (ledger.flags(slot) & ~STANDING) | (before.flags(slot) & (STANDING | FLAG.gone)));
    people.putOff(slot);
  }
  stage.forgetRecords();
}

/** A leaver and a joiner with one name in one plan are probably one person under two keys: both wait (rule 12). */
function settleRekeys(run: Run, target: TargetRun): void {
  for (const { joiner, leaver } of probableRekeys(run.stage, target.index)) {
    const [from, to] = [nameOf(run, leaver), nameOf(run, joiner)];
    const hint = `if they are one person: rollcall rekey ${from} ${to}`;
    leaveOut(
      run,
      target,
      joiner,
      to,
      'rekey',
      `has the userName or an e-mail of ${from}, who leaves in the same plan; ${hint}`,
    );
    leaveOut(
      run,
      target,
      leaver,
      from,
      'rekey',
      `leaves, and ${to}, who is new, has the userName or an e-mail; ${hint}`,
    );
  }
}

/** Whoever gives up a name goes before whoever takes it; two who swap are named and wait (rule 26). */
export function settleRenames(run: Run, target: TargetRun): void {
  const edges = renameEdges(run.stage, target.index);
  for (const { giver } of edges) yieldsName(target, giver);
  forgetEarlier(run.stage, target.index, newlyFree(run.stage, target.index));
  const { turn, cycles } = turns(edges);
  for (const [slot, place] of turn)
    if (place > 0) setPhase(run.stage, target.index, slot, Math.min(PHASE.change + place, PHASE.create - 1));
  for (const cycle of cycles) {
    const keys = cycle.map((slot) => nameOf(run, slot));
    for (const [index, slot] of cycle.entries())
      leaveOut(
        run,
        target,
        slot,
        keys[index]!,
        'nameCycle',
        `${some(keys)} would take each other's userName; change one of them to a third name first`,
      );
  }
}

function at(run: Run, record: SourceRecord): string {
  return formatLocus(locusOf(run, placeOf(run, record)));
}
