import { TargetError, canonical } from '../model/index.ts';
import type { Candidate, Failure, MatchAttribute, Resource } from '../model/index.ts';
import { isOutOfReach } from '../delivery/decide.ts';
import { manyInARow } from '../delivery/streak.ts';
import { correlate } from '../planning/correlate.ts';
import type { Match } from '../planning/correlate.ts';
import { PHASE } from '../planning/judge.ts';
import { createsBefore, openLinks } from '../store/asked-before.ts';
import { FLAG } from '../store/ledger.ts';
import { applyStrikes, rewrite } from '../store/stage/amend.ts';
import { forgetEarlier, releasedCreates, restingCreates } from '../store/stage/earlier.ts';
import { afterwards, createsOf, hasOtherThanCreates, liveMatches } from '../store/stage/live.ts';
import { digestOf } from '../store/stage/operation.ts';
import { addCandidate, addListed } from '../store/stage/situations.ts';
import { isKnown } from './keys.ts';
import { STAGED, leaveOut, nameOf, some, yieldsName } from './run.ts';
import type { Run, TargetRun } from './run.ts';
import { isWhole, takeStock } from './stock.ts';

/**
 * Asks the target whether the people whom the plan would create are there already: by the whole list, where that costs
 * fewer requests and can prove an absence, otherwise person by person. A create that meets an account is never sent, nor
 * one of whom the target could not be asked, now or by the plan that released it; the others go on, leavers first of all
 * (laws 12 and 13). About a create that has failed before and rests, nothing is asked: this run does not send it.
 */
export async function survey(run: Run, target: TargetRun): Promise<void> {
  await look(run, target);
  if (!target.policy.allow.includes('create')) dropCreates(run, target);
}

/** Where accounts are taken over and none are made: whoever has none yet is told of, and goes without. */
function dropCreates(run: Run, target: TargetRun): void {
  const slots: number[] = [];
  for (let slot = 0; slot < run.people.ledger.size; slot++)
    if ((target.staged.get(slot) & STAGED.create) !== 0) slots.push(slot);
  rewrite(run.stage, target.index, slots, () => undefined);
  target.creates = 0;
  for (const slot of slots) {
    target.staged.set(slot, 0);
    const text = 'create is not among what this target allows';
    run.stage.addNote(target.index, slot, nameOf(run, slot), 'notAllowed', text);
  }
}

async function look(run: Run, target: TargetRun): Promise<void> {
  if (target.stock !== undefined && target.failure === undefined) await takeStock(run, target, target.stock);
  if (target.creates === 0 || target.failure !== undefined) return;
  // Another address may be another service, which is told neither who is to come nor our credential (rule 9).
  if (target.moved !== undefined) return;
  const resting = restingCreates(run.stage, target.index);
  const creates = target.creates - resting.size;
  if (creates === 0) return;
  const asked = new Set(resting);
  const unanswered = new Map<number, Failure>();
  let trouble: Failure | undefined;
  try {
    if (!(await isListed(run, target, creates))) await lookUpEach(run, target, asked, unanswered);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    trouble = error.failure;
    if (trouble.class === 'target' && !hasOtherThanCreates(run.stage, target.index)) {
      target.failure = trouble;
      return;
    }
    // Somebody to be changed or switched off need not wait for an answer about those who are new (law 12): it is released,
    // and known to be open, also where nothing can be sent. An answer that is no SCIM says nothing of other requests.
    if (isOutOfReach(trouble) && trouble.code !== 'protocol') target.outOfReach = trouble;
  }
  if (trouble !== undefined || unanswered.size > 0) settleUnasked(run, target, asked, unanswered, trouble);
  applyStrikes(run.stage);
  settleMatches(run, target);
}

/**
 * Of whom the target gave no answer, those are left out of whom no earlier plan had one: what that has released was counted
 * then, and goes on.
 */
function settleUnasked(
  run: Run,
  target: TargetRun,
  asked: ReadonlySet<number>,
  unanswered: ReadonlyMap<number, Failure>,
  trouble: Failure | undefined,
): void {
  linkAsBefore(run, target, asked);
  const before = releasedCreates(run.stage, target.index);
  const { failed, absent } = createsBefore(run.state, target.id);
  const isSent = target.outOfReach === undefined;
  const ours: number[] = [];
  for (let slot = 0; slot < run.people.ledger.size; slot++) {
    if ((target.staged.get(slot) & STAGED.create) === 0 || asked.has(slot)) continue;
    const failure = unanswered.get(slot) ?? trouble;
    if (failure === undefined) continue;
    // Where something is sent, whatever stopped a create before may be an account that is there.
    if (!before.has(slot) || (isSent && failed.has(slot)))
      unproved(run, target, slot, nameOf(run, slot), failure);
    // What has no answer then is ours all the same when it is found (rule 10).
    else if (absent.has(slot)) ours.push(slot);
  }
  run.stage.markEachAbsent(target.index, ours);
}

/**
 * Whom an earlier plan has found, and nobody has taken over yet, is still to be taken over: that was counted, and perhaps
 * approved, when it was released.
 */
function linkAsBefore(run: Run, target: TargetRun, asked: ReadonlySet<number>): void {
  const links = openLinks(run.state, target.id);
  const slots = [...links.keys()].filter(
    (slot) => (target.staged.get(slot) & STAGED.create) !== 0 && !asked.has(slot),
  );
  rewrite(run.stage, target.index, slots, (row) => {
    const { digest, ...found } = links.get(row.slot)!;
    const link = { ...row, ...found, kind: 'link', phase: PHASE.change } as const;
    if (digestOf(link, canonical(link.after)) !== digest) return row;
    becomesLink(run, target, row.slot);
    return link;
  });
}

function becomesLink(run: Run, target: TargetRun, slot: number): void {
  target.staged.set(slot, (target.staged.get(slot) & STAGED.refers) | STAGED.link);
  target.creates--;
  // What the account holds is known when it is taken over: the next run compares, whatever the record says.
  run.people.ledger.setFlags(slot, run.people.ledger.flags(slot) | FLAG.examine);
}

function unproved(run: Run, target: TargetRun, slot: number, key: string, failure: Failure): void {
  const reason = `the target could not be asked whether there is an account already: ${failure.message}`;
  leaveOut(run, target, slot, key, 'unproved', reason);
}

/** Whether a list tells of everybody; it is asked for where that costs fewer requests, unless it is known already. */
async function isListed(run: Run, target: TargetRun, creates: number): Promise<boolean> {
  const { list } = target.configuration.profile;
  if (!list.provesAbsence) return false;
  if (target.stock !== undefined) return isWhole(target.stock);
  const pages = Math.ceil(target.accounts.count / list.pageSize) + 1;
  return creates >= pages && (await listAll(run, target));
}

/** Whether the list was proven whole; what it showed is then in the stage. */
async function listAll(run: Run, target: TargetRun): Promise<boolean> {
  // A list takes its turn as everything else does.
  await target.pace.run(async () => undefined);
  const reading = target.remote.list();
  for (;;) {
    const step = await reading.next();
    if (!step.done) for (const remote of step.value) run.stage.addLive(target.index, remote);
    else {
      if (step.value.complete) run.stage.markAbsent(target.index);
      return step.value.complete;
    }
  }
}

/** Looks everybody up, and notes of whom it got an answer, and on whom alone the target fails. */
async function lookUpEach(
  run: Run,
  target: TargetRun,
  asked: Set<number>,
  unanswered: Map<number, Failure>,
): Promise<void> {
  const { pace } = target;
  let trouble: unknown;
  let inARow = 0;
  for (const { slot, after } of createsOf(run.stage, target.index)) {
    if (asked.has(slot)) continue;
    await pace.room();
    if (trouble !== undefined) break;
    const asking = pace.run(async () => {
      try {
        await lookUp(run, target, after!);
        run.stage.markAbsent(target.index, slot);
        asked.add(slot);
        inARow = 0;
      } catch (error) {
        if (isAlone(error) && ++inARow < manyInARow) unanswered.set(slot, error.failure);
        else trouble ??= error;
      }
    });
    // One that has no turn in this run is not asked about, and neither are those behind it.
    asking.catch((error: unknown) => (trouble ??= error));
  }
  await pace.idle();
  if (trouble !== undefined) throw trouble as Error;
}

/** Whether a failure may be of this one question. A target that is busy or silent is not asked about the next one. */
function isAlone(error: unknown): error is TargetError {
  if (!(error instanceof TargetError)) return false;
  return (
    error.failure.class !== 'target' && error.failure.code !== 'rate' && error.failure.code !== 'unreachable'
  );
}

async function lookUp(run: Run, target: TargetRun, resource: Resource): Promise<void> {
  for (const attribute of target.configuration.profile.users.match) {
    const value = valueOf(resource, attribute);
    if (value === undefined) continue;
    for (const remote of await target.remote.find(attribute, value)) {
      run.stage.addLive(target.index, remote);
      if (target.stock !== undefined && target.accounts.ownerOf(remote.id) === undefined)
        addListed(run.stage, target.index, remote, true);
    }
  }
}

function valueOf(resource: Resource, attribute: MatchAttribute): string | undefined {
  if (attribute !== 'emails.value') return resource[attribute] as string | undefined;
  const emails = resource['emails'] as readonly { value?: string; primary?: boolean }[] | undefined;
  return (emails?.find((email) => email.primary) ?? emails?.[0])?.value;
}

function settleMatches(run: Run, target: TargetRun): void {
  const links = new Map<number, { readonly remoteId: string; readonly why: string }>();
  const met = meetings(run, target);
  const claims = claimants(met);
  for (const [slot, { key, matches, givers }] of met) {
    const found = correlate(matches);
    if (found.situation === 'absent') {
      for (const giver of givers) yieldsName(target, giver);
      forgetEarlier(run.stage, target.index, [slot]);
      continue;
    }
    if (found.situation !== 'adoptable') {
      if (found.situation === 'disputed')
        note(run, target, matches, { key, situation: 'disputed', reason: found.reason });
      leaveOut(run, target, slot, key, found.situation, found.reason);
      continue;
    }
    const { remoteId, by } = found.match;
    const rivals = claims.get(remoteId)!.filter((claim) => claim.key !== key);
    const isAlone = by === 'externalId' && !rivals.some(({ isExact }) => isExact);
    if (rivals.length > 0 && !isAlone) {
      const reason = `one account (${remoteId}) could be that of ${some([key, ...rivals.map((claim) => claim.key)])}`;
      note(run, target, matches, { key, situation: 'disputed', reason });
      leaveOut(run, target, slot, key, 'disputed', reason);
      continue;
    }
    note(run, target, [found.match], { key, situation: 'adoptable' });
    const why = `an account with this ${by} exists on the target (${remoteId})`;
    if (!target.policy.allow.includes('link')) {
      leaveOut(run, target, slot, key, 'disputed', `${why}, and link is not among what this target allows`);
      continue;
    }
    links.set(slot, { remoteId, why });
    becomesLink(run, target, slot);
  }
  rewrite(run.stage, target.index, links.keys(), (row) => ({
    ...row,
    ...links.get(row.slot)!,
    kind: 'link',
    phase: PHASE.change,
  }));
}

/** Whom a reconciliation names beside the accounts that they could have. */
function note(
  { stage }: Run,
  { index, stock }: TargetRun,
  matches: readonly Match[],
  candidate: Omit<Candidate, 'by'>,
): void {
  if (stock === undefined) return;
  for (const [remoteId, by] of foundBy(matches)) addCandidate(stage, index, remoteId, { ...candidate, by });
}

/** By what each account was found, and by its best proof where that is several things. */
function foundBy(matches: readonly Match[]): ReadonlyMap<string, Match['by']> {
  const found = new Map<string, Match['by']>();
  for (const { remoteId, by } of matches)
    if (by === 'externalId' || !found.has(remoteId)) found.set(remoteId, by);
  return found;
}

interface Claim {
  readonly key: string;
  /** By externalId: nobody else is meant, whatever name they have. */
  readonly isExact: boolean;
}

/** By the id of an account: whose it could be. */
function claimants(met: ReadonlyMap<number, Meeting>): ReadonlyMap<string, readonly Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const { key, matches } of met.values())
    for (const id of new Set(matches.map(({ remoteId }) => remoteId))) {
      const isExact = matches.some(({ remoteId, by }) => remoteId === id && by === 'externalId');
      const known = claims.get(id);
      if (known === undefined) claims.set(id, [{ key, isExact }]);
      else known.push({ key, isExact });
    }
  return claims;
}

interface Meeting {
  readonly key: string;
  readonly matches: Match[];
  /** Who give up a name in this plan, so that it is free when the create is sent. They need not hurry if none is. */
  readonly givers: number[];
}

/** The creates that meet an account, by slot. */
function meetings(run: Run, target: TargetRun): ReadonlyMap<number, Meeting> {
  const met = new Map<number, Meeting>();
  for (const { slot, key, remoteId, by, value, active, externalId } of liveMatches(run.stage, target.index)) {
    const owner = target.accounts.ownerOf(remoteId);
    const meeting = met.get(slot) ?? { key, matches: [], givers: [] };
    met.set(slot, meeting);
    if (owner !== undefined && givesUp(afterwards(run.stage, target.index, owner), by, value))
      meeting.givers.push(owner);
    else
      meeting.matches.push({
        remoteId,
        by,
        active,
        ...(owner !== undefined && { owner: nameOf(run, owner) }),
        ...(externalId !== undefined &&
          externalId !== key &&
          isKnown(run, externalId) && { anchor: externalId }),
      });
  }
  return met;
}

function givesUp(after: Resource | null | undefined, by: MatchAttribute, value: string): boolean {
  if (after === undefined) return false;
  if (after === null) return true;
  if (by !== 'emails.value') return valueOf(after, by)?.toLowerCase() !== value.toLowerCase();
  const emails = (after['emails'] ?? []) as readonly { value?: string }[];
  return emails.every((email) => email.value?.toLowerCase() !== value);
}
