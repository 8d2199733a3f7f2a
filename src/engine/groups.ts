import { TargetError, canonical } from '../model/index.ts';
import type { TargetConfiguration } from '../model/index.ts';
import { adaptGroup } from '../planning/adapt.ts';
import { diff } from '../planning/diff.ts';
import { PHASE } from '../planning/judge.ts';
import { openGroup } from '../store/asked-before.ts';
import { GroupReader } from '../store/groups.ts';
import type { GroupAccount } from '../store/groups.ts';
import {
  dropMemberships,
  groupOperations,
  groupsWithAdds,
  linkInstead,
  markGroupAbsent,
  removalsOf,
} from '../store/stage/groups.ts';
import { digestOf, resourceDigest } from '../store/stage/operation.ts';
import type { OperationRow } from '../store/stage/operation.ts';
import type { Stage } from '../store/stage/stage.ts';
import type { State } from '../store/state.ts';
import { leaveOutGroup, lookAgain, noteGroup } from './group-notes.ts';
import { takeGroups } from './group-stock.ts';
import { notGiven } from './memberships.ts';
import { stageNesting } from './nesting.ts';
import { isPartial } from './run.ts';
import type { Run, TargetRun } from './run.ts';
import { settleSlugs } from './slugs.ts';
import type { TargetGroups } from './target-groups.ts';

/** Nothing where a target is given no groups. */
export function targetGroups(
  state: State,
  id: number,
  { profile, groups: policy }: TargetConfiguration,
): TargetGroups | undefined {
  if (policy === undefined || !profile.groups.supported) return undefined;
  return {
    policy,
    abilities: profile.groups,
    reader: new GroupReader(state, id),
    isSent: matcher(policy.names),
  };
}

function matcher(names: readonly string[] | undefined): (name: string) => boolean {
  if (names === undefined) return () => true;
  const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const patterns = names.map((name) => new RegExp(`^${name.split('*').map(literally).join('.*')}$`, 's'));
  return (name) => patterns.some((pattern) => pattern.test(name));
}

/** What becomes of the groups themselves, once it is known who is in them. Each is asked about before it is created. */
export async function settleGroups(run: Run, target: TargetRun): Promise<void> {
  const { groups } = target;
  if (groups === undefined || target.failure !== undefined) return;
  const wanted = wantedOf(run, target, groups);
  for (const { key, name, unknown } of run.receipt!.groups ?? [])
    if (unknown !== undefined && groups.isSent(name))
      noteGroup(run, target, key, `who is in it is unknown, and nobody is taken out of it: ${unknown}`);
  for (const id of wanted) stageGroup(run, target, groups, id);
  stageNesting(run, target, groups);
  if (!isPartial(run) && run.receipt!.complete && run.unknownKeys === 0)
    for (const [id, account] of groups.reader.accounts)
      if (!wanted.has(id)) endGroup(run, target, groups, id, account);
  settleSlugs(run, target, groups);
  await surveyGroups(run, target, groups);
  if (target.stock !== undefined) await takeGroups(run, target, groups);
}

/** Groups that this target shall have: those of rules and of the source, also without anybody, and those that somebody comes into. */
function wantedOf(run: Run, target: TargetRun, groups: TargetGroups): ReadonlySet<number> {
  const { configuration, receipt, groups: all, stage } = run;
  const rules = configuration.mapping.groups.filter((rule) => rule.kind === 'rule');
  const isAll = !isPartial(run);
  const named = isAll ? [...rules, ...(receipt!.groups ?? [])] : [];
  const listed = configuration.mapping.groups.some((rule) => rule.kind === 'list');
  return new Set([
    ...named.filter(({ name }) => groups.isSent(name)).map(({ key, name }) => all.meet({ key, name }, stage)),
    ...groupsWithAdds(stage, target.index),
    // A group that people name goes on for as long as somebody is in it.
    ...(listed
      ? [...groups.reader.accounts.keys()].filter((id) => staysFull(stage, target, groups, id))
      : []),
  ]);
}

function staysFull(stage: Stage, { index }: TargetRun, { reader }: TargetGroups, id: number): boolean {
  return reader.sizeOf(id) > removalsOf(stage, index, id);
}

function stageGroup(run: Run, target: TargetRun, { abilities, reader }: TargetGroups, id: number): void {
  // What was sent about it, and has no answer, is done first as it was (law 11).
  if (reader.isUnsettled(id)) return;
  const group = run.groups.of(id);
  run.groups.examine(id);
  const after = adaptGroup(group, abilities);
  const account = reader.accounts.get(id);
  const base = { type: 'Group', key: group.key, part: 0, phase: PHASE.group, after } as const;
  if (account === undefined) {
    const create = {
      kind: 'createGroup',
      changes: diff({}, after),
      why: 'a group of the source',
      beforeDigest: '',
    } as const;
    run.stage.addGroupOperation(target.index, id, { ...base, ...create });
    return;
  }
  const changes = diff(account.resource, after);
  if (changes.length === 0 || !isAllowed(target, 'updateGroup')) return;
  if (!abilities.rename)
    return noteGroup(
      run,
      target,
      group.key,
      `${target.configuration.profile.title} cannot follow a change of the group's name`,
    );
  const update = {
    kind: 'updateGroup',
    changes,
    why: 'has another name',
    beforeDigest: resourceDigest(account.resource),
  } as const;
  run.stage.addGroupOperation(target.index, id, { ...base, ...update });
}

function isAllowed({ policy }: TargetRun, kind: TargetRun['policy']['allow'][number]): boolean {
  return policy.allow.includes(kind);
}

/** A group that the source does not have any more (rule 18). */
function endGroup(
  run: Run,
  target: TargetRun,
  groups: TargetGroups,
  id: number,
  account: GroupAccount,
): void {
  const { policy, reader } = groups;
  run.groups.examine(id);
  if (policy.onGone === 'empty') return;
  const group = run.groups.of(id);
  const { key } = group;
  const note = policy.onGone === 'keep' || reader.isUnsettled(id) ? '' : whyKept(target, account);
  if (note !== undefined) {
    dropMemberships(run.stage, target.index, id, 'memberRemove');
    if (note !== '') noteGroup(run, target, key, note);
    return;
  }
  // Who goes out of it goes with it: whether it goes now, and does not wait for others in it, is known at the seal.
  run.stage.addGroup(id, group);
  run.stage.addGroupOperation(target.index, id, {
    type: 'Group',
    kind: 'deleteGroup',
    key,
    part: 0,
    phase: PHASE.groupEnd,
    changes: diff(account.resource, {}),
    why: `${groups.isSent(group.name) ? 'no longer in the source' : notGiven}, with ${reader.sizeOf(id)} in it`,
    beforeDigest: resourceDigest(account.resource),
  });
}

/** Why a group that is gone is not deleted, where it should be. */
function whyKept(target: TargetRun, { origin }: GroupAccount): string | undefined {
  if (!isAllowed(target, 'deleteGroup')) return 'deleteGroup is not among what this target allows';
  // Rule 13, of groups: what was there before us is not ours to delete.
  if (origin === 'adopted') return 'is gone from the source; it was on the target before, and is not deleted';
  return undefined;
}

/**
 * Whether the groups that are to be created are there already: each is asked for, and one that is found is taken over. Of
 * the others, those are left out that cannot be created.
 */
async function surveyGroups(run: Run, target: TargetRun, groups: TargetGroups): Promise<void> {
  const never = createsNone(target, groups);
  let asked = 0;
  for (const operation of groupOperations(run.stage, target.index)) {
    if (operation.kind !== 'createGroup') continue;
    const id = run.groups.meet(
      { key: operation.key, name: operation.after!['displayName'] as string },
      run.stage,
    );
    // As with people: whom and what was asked about before is to be sent, too.
    if (run.givenUp !== undefined) return;
    const refused = target.pace.refusal({
      reads: groups.abilities.match.length,
      writes: target.creates + asked++,
    });
    const isSettled =
      target.moved === undefined && (await meetGroup(run, target, groups, id, operation, refused));
    if (!isSettled && never !== undefined) leaveOutGroup(run, target, id, never);
  }
}

/** Why no group is created on a target, where none is. */
function createsNone(target: TargetRun, { abilities }: TargetGroups): string | undefined {
  if (!abilities.create) return `${target.configuration.profile.title} creates no groups by SCIM`;
  return isAllowed(target, 'createGroup') ? undefined : 'createGroup is not among what this target allows';
}

/** Looks for a group on the target; whether that has settled what becomes of it. */
async function meetGroup(
  run: Run,
  target: TargetRun,
  { abilities, reader }: TargetGroups,
  id: number,
  operation: OperationRow,
  refused: TargetError | undefined,
): Promise<boolean> {
  const leaveOut = (reason: string, mayPass = false): true => {
    if (mayPass) lookAgain(run, target, id);
    leaveOutGroup(run, target, id, reason);
    return true;
  };
  try {
    if (refused !== undefined) throw refused;
    for (const attribute of abilities.match) {
      const value = operation.after![attribute];
      if (typeof value !== 'string') continue;
      const found = await target.remote.findGroups(attribute, value);
      const [only] = found;
      if (only === undefined) continue;
      const owner = reader.ownerOf(only.id);
      const candidate = { key: operation.key, by: attribute } as const;
      if (found.length > 1 || owner !== undefined) {
        const whose =
          owner === undefined ? `${found.length} groups have` : `the group ${run.groups.of(owner).key} has`;
        const reason = `${whose} this ${attribute} on the target`;
        for (const { id: one } of found)
          target.stock?.groups.candidates.set(one, { ...candidate, situation: 'disputed', reason });
        return leaveOut(`disputed: ${reason}`, true);
      }
      target.stock?.groups.candidates.set(only.id, { ...candidate, situation: 'adoptable' });
      const why = `a group with this ${attribute} exists on the target (${only.id})`;
      if (!isAllowed(target, 'linkGroup'))
        return leaveOut(`${why}, and linkGroup is not among what this target allows`);
      const linked = { ...operation, kind: 'linkGroup', remoteId: only.id } as const;
      linkInstead(run.stage, target.index, id, only.id, why, digestOf(linked, canonical(operation.after)));
      return true;
    }
    markGroupAbsent(run.stage, target.index, id);
    return false;
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    if (goesOn(run, target, id, operation)) return true;
    return leaveOut(`the target could not be asked whether it is there: ${error.failure.message}`, true);
  }
}

/** Whether an earlier plan has asked about a group and released the same, which was counted, and perhaps approved, then. */
function goesOn(run: Run, target: TargetRun, id: number, operation: OperationRow): boolean {
  const before = openGroup(run.state, target.id, id);
  if (before === undefined) return false;
  const { remoteId, digest, why, absent } = before;
  if (remoteId === null) {
    // What has no answer then is ours all the same when it is found.
    if (digest === operation.digest && absent === 1) markGroupAbsent(run.stage, target.index, id);
    return digest === operation.digest;
  }
  const linked = { ...operation, kind: 'linkGroup', remoteId } as const;
  if (digestOf(linked, canonical(operation.after)) !== digest) return false;
  linkInstead(run.stage, target.index, id, remoteId, why, digest);
  return true;
}
