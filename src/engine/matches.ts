import type { Candidate, MatchAttribute, Resource } from '../model/index.ts';
import { correlate } from '../planning/correlate.ts';
import type { Match } from '../planning/correlate.ts';
import { PHASE } from '../planning/judge.ts';
import { FLAG } from '../store/ledger.ts';
import { rewrite } from '../store/stage/amend.ts';
import { createsInDoubt } from '../store/asked-before.ts';
import { forgetEarlier } from '../store/stage/earlier.ts';
import { afterwards, liveMatches } from '../store/stage/live.ts';
import { addCandidate } from '../store/stage/situations.ts';
import { isKnown } from './keys.ts';
import { STAGED, leaveOut, nameOf, some, yieldsName } from './run.ts';
import type { Run, TargetRun } from './run.ts';

/** What comes of the accounts that a target has shown: whose they are, who takes one over, and who waits since nobody knows. */
export function settleMatches(run: Run, target: TargetRun): void {
  const links = new Map<number, { readonly remoteId: string; readonly why: string }>();
  const met = meetings(run, target);
  const claims = claimants(met);
  const doubted = target.inDoubt.size === 0 ? [] : [...createsInDoubt(run.state, target.id)];
  const { match: lookedFor } = target.configuration.profile.users;
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
    // It is theirs, if their create came to be: whoever takes it over before that is known takes it away from them.
    const named =
      by === 'externalId'
        ? []
        : matches.filter((one) => one.remoteId === remoteId && lookedFor.includes(one.by));
    const [other] =
      doubted.find(
        ([one, after]) => one !== slot && named.some((match) => bears(after, match.by, match.value)),
      ) ?? [];
    if (other !== undefined) {
      const reason = `the account ${remoteId} may be that of ${nameOf(run, other)}, whose create has no answer yet`;
      leaveOut(run, target, slot, key, 'inDoubt', reason);
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

/** What both have, in lower case where it is no externalId. */
type Met = Match & { readonly value: string };

interface Meeting {
  readonly key: string;
  readonly matches: Met[];
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
        value,
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
  return after === null || (after !== undefined && !bears(after, by, value));
}

/** Whether somebody would be found by this value, as it is found among all addresses. */
function bears(resource: Resource, by: MatchAttribute, value: string): boolean {
  if (by !== 'emails.value') return valueOf(resource, by)?.toLowerCase() === value.toLowerCase();
  const emails = (resource['emails'] ?? []) as readonly { readonly value?: string }[];
  return emails.some((email) => email.value?.toLowerCase() === value);
}

/** Somebody who would be created has an account there, and takes it over. */
export function becomesLink(run: Run, target: TargetRun, slot: number): void {
  target.staged.set(slot, (target.staged.get(slot) & STAGED.refers) | STAGED.link);
  target.creates--;
  // What the account holds is known when it is taken over: the next run compares, whatever the record says.
  run.people.ledger.setFlags(slot, run.people.ledger.flags(slot) | FLAG.examine);
}

/** By what somebody is looked for. */
export function valueOf(resource: Resource, attribute: MatchAttribute): string | undefined {
  if (attribute !== 'emails.value') return resource[attribute] as string | undefined;
  const emails = resource['emails'] as readonly { value?: string; primary?: boolean }[] | undefined;
  return (emails?.find((email) => email.primary) ?? emails?.[0])?.value;
}
