import { ANY_GROUP } from '../model/index.ts';
import type { Identity, MembershipOf } from '../model/index.ts';
import { PHASE } from '../planning/judge.ts';
import type { TargetGroups } from './target-groups.ts';
import { STAGED } from './run.ts';
import type { Run, TargetRun } from './run.ts';

/** Of a group that the source still has, and `groups.names` does not name any more. */
export const notGiven = 'not among the groups that this target is given';

/** Stages what changes of somebody's memberships on a target who is there and has an account, or gets one. */
export function stageMemberships(run: Run, target: TargetRun, slot: number, identity: Identity): void {
  const { groups } = target;
  if (groups === undefined || !(target.accounts.has(slot) || isCreated(target, slot))) return;
  const own = identity.groups.map((name) => ({ key: identity.groupKeys?.get(name) ?? name, name }));
  const flattened = (identity.indirectly ?? []).filter((one) => isFlattened(one, groups));
  const wanted = new Set(
    [...own, ...flattened]
      .filter(({ name }) => groups.isSent(name))
      .map(({ key, name }) => run.groups.meet({ key, name }, run.stage)),
  );
  for (const { group, isSure } of groups.reader.of(slot)) {
    const stays = wanted.has(group);
    // What is not known to be there is said once more: to do so twice does no harm (RFC 7644 §3.5.2.1).
    if (stays && isSure) wanted.delete(group);
    const { key, name } = run.groups.of(group);
    if (stays || !isKnown(identity, key)) continue;
    const why = groups.isSent(name) ? 'no longer a member' : notGiven;
    stageMembership(run, target, slot, identity.key, group, 'memberRemove', why);
  }
  for (const group of wanted)
    stageMembership(run, target, slot, identity.key, group, 'memberAdd', 'a member by the source');
}

/** Of a group whose members could not be read, nobody is known to have gone (rule 3). */
function isKnown({ unknownGroups }: Identity, group: string): boolean {
  return unknownGroups === undefined || !(unknownGroups.has(group) || unknownGroups.has(ANY_GROUP));
}

/** Whether a group within does not stand for the person: the target holds none in groups, or is not given that one. */
export function isFlattened(
  { through = [] }: MembershipOf,
  { abilities, isSent }: Pick<TargetGroups, 'abilities' | 'isSent'>,
): boolean {
  return abilities.members.nested !== true || !through.every(isSent);
}

/** Stages that somebody goes out of all groups of a target, whose account is switched off there. */
export function stageDeparture(run: Run, target: TargetRun, slot: number, key: string, why: string): void {
  const { groups } = target;
  if (groups?.policy.onLeave !== 'remove') return;
  for (const { group } of groups.reader.of(slot))
    stageMembership(run, target, slot, key, group, 'memberRemove', why);
}

function isCreated(target: TargetRun, slot: number): boolean {
  return (target.staged.get(slot) & STAGED.create) !== 0;
}

/** Stages that somebody comes into a group, or goes out of it. */
export function stageMembership(
  run: Run,
  target: TargetRun,
  slot: number,
  key: string,
  group: number,
  kind: 'memberAdd' | 'memberRemove',
  why: string,
): void {
  if (!target.policy.allow.includes(kind)) {
    const text = `${kind} is not among what this target allows`;
    return run.stage.addNote(target.index, slot, key, 'notAllowed', text);
  }
  const known = run.groups.of(group);
  run.stage.addGroup(group, known);
  run.stage.addMembership(target.index, slot, group, {
    type: 'Group',
    kind,
    key,
    group: known.key,
    part: 2,
    phase: PHASE[kind],
    changes: [],
    why,
    beforeDigest: '',
  });
}

/** Whether somebody who departs leaves memberships behind that are to be removed. */
export function endsMemberships(
  { policy, configuration }: TargetRun,
  standing: 'left' | 'outOfScope',
): boolean {
  const rule = standing === 'left' ? policy.onLeave : policy.onOutOfScope;
  // An account that is deleted takes its memberships with it.
  return rule === 'deactivate' && configuration.profile.deactivate.idSurvives;
}
