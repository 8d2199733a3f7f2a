import { isGroupKind, isMemberKind } from '../model/index.ts';
import type { Account, AttributeChange, Resource } from '../model/index.ts';
import { diff } from '../planning/diff.ts';
import { PHASE, managerOf } from '../planning/judge.ts';
import { restore } from '../planning/restore.ts';
import { FLAG } from '../store/ledger.ts';
import { offboardedBecause } from '../store/offboardings.ts';
import { personOf } from '../store/links.ts';
import { applyStrikes } from '../store/stage/amend.ts';
import { resourceDigest } from '../store/stage/operation.ts';
import { standFirst } from '../store/stage/order.ts';
import { doneBy } from '../store/undo.ts';
import type { Done, UndoneRun } from '../store/undo.ts';
import { filled, openRun, sealAll } from './build.ts';
import type { Build } from './build.ts';
import { stagePerson } from './gather.ts';
import { slotOfManager } from './keys.ts';
import { settleLogins } from './logins.ts';
import { endsMemberships, stageDeparture, stageMembership } from './memberships.ts';
import { protects } from './protection.ts';
import { settleReferences } from './references.ts';
import { waitInDoubt } from './run.ts';
import type { Run, TargetRun } from './run.ts';
import { settleRenames } from './settle.ts';
import { survey } from './survey.ts';

/**
 * Plans what takes back what a run has done: the trail is its input in the place of the source, with what was before each
 * step. From there on it is a plan as any other: counted, guarded, held, approved, released. Somebody who has left since,
 * by the last record that was accepted, is not switched on; what was changed once more since stays. Beside it is said what
 * is not taken back.
 */
export function undoing(undone: UndoneRun): Build {
  return async (engine, state, targets, as, remotes) => {
    const run = openRun(engine, state, targets, as, remotes, undone);
    return filled(run, async () => {
      for (const target of run.targets) {
        const { name, renamedFrom } = target.configuration;
        for (const former of new Set([name, renamedFrom ?? name]))
          for (const { key, done } of doneBy(state, undone.id, former)) takeBack(run, target, key, done);
        settleRenames(run, target);
        applyStrikes(run.stage);
        settleLogins(run, target);
        await survey(run, target);
        applyStrikes(run.stage);
        settleReferences(run, target);
        standFirst(run.stage, target.index, `undo of run ${undone.id}`);
      }
      await sealAll(run);
    });
  };
}

function takeBack(run: Run, target: TargetRun, key: string, done: readonly Done[]): void {
  const ofGroups = done.filter(({ kind }) => isGroupKind(kind));
  if (ofGroups.length > 0) takeBackGroup(run, target, key, ofGroups);
  // A person may have the same key.
  const own = done.filter(({ kind, member }) => !isGroupKind(kind) && member === undefined);
  if (ofGroups.length + own.length < done.length)
    say(run, target, -1, key, 'the group: in which groups it is is left to the source, and not taken back');
  if (own.length === 0) return;
  const person = personOf(run.state, key);
  if (person === undefined) return say(run, target, -1, key, 'is not known any more under this key');
  const slot = person - 1;
  if (target.inDoubt.has(slot))
    return waitInDoubt(run, target, slot, key, { standing: 'present', reason: '' });
  run.people.examined.set(slot, 1);
  // The next plan has the last word, also of somebody whose record is the same as ever.
  run.people.ledger.setVersion(slot, run.people.version);
  const isOn = takeBackAccount(run, target, { slot, key }, own);
  const memberships = own.filter(({ kind }) => isMemberKind(kind));
  if (isOn !== undefined) takeBackMemberships(run, target, { slot, key, isOn }, memberships);
}

interface Whose {
  readonly slot: number;
  readonly key: string;
}

/** Whether the account is on afterwards; undefined where it is gone, or its memberships go with it. */
function takeBackAccount(
  run: Run,
  target: TargetRun,
  { slot, key }: Whose,
  all: readonly Done[],
): boolean | undefined {
  const note = (text: string): void => say(run, target, slot, key, text);
  const done = all.filter(({ kind }) => !isMemberKind(kind));
  const account = target.accounts.of(slot, key);
  const has = (kind: Done['kind']): Done | undefined => done.find((one) => one.kind === kind);
  const deletion = has('delete');
  if (deletion !== undefined) {
    if (account !== undefined) note('was deleted, and has another account by now, which stays');
    else makeAnew(run, target, { slot, key }, deletion);
    return undefined;
  }
  if (account === undefined) {
    note('has no account any more');
    return undefined;
  }
  const creation = has('create');
  if (done.some(({ remoteId }) => remoteId !== undefined && remoteId !== account.remoteId)) {
    note('has another account by now, which stays');
    return undefined;
  }
  if (creation !== undefined) {
    depart(run, target, slot, account, 'was created by the run');
    return undefined;
  }
  if (has('link') !== undefined)
    note(`was linked, and stays so; rollcall unlink ${target.configuration.name} ${key} ends that`);
  const { resource, changedSince, unknown } = restore(account.resource, changesOf(done));
  if (changedSince.length > 0)
    note(`${changedSince.map(short).join(', ')}: changed again since, and left as it is`);
  if (unknown.length > 0) note('the password before is not known, and stays as it is');
  return become(run, target, slot, account, resource);
}

function changesOf(done: readonly Done[]): readonly AttributeChange[] {
  return done.flatMap(({ changes = [] }) => changes);
}

const short = (path: string): string => path.slice(path.lastIndexOf(':') + 1);

/** Stages what an account shall hold again; returns whether it is on then. */
function become(run: Run, target: TargetRun, slot: number, account: Account, desired: Resource): boolean {
  const { key } = account;
  const [isOn, shallBeOn] = [account.resource, desired].map((resource) => resource['active'] !== false);
  if (isOn && !shallBeOn) {
    depart(run, target, slot, account, 'was switched on by the run', true);
    return false;
  }
  if (!isOn && !shallBeOn) {
    if (diff(account.resource, desired).length > 0)
      say(run, target, slot, key, 'is switched off, and its attributes stay as they are');
    return false;
  }
  const why = isOn ? undefined : whyOff(run, slot);
  if (why !== undefined) {
    say(run, target, slot, key, `${why}, and is not switched on`);
    return false;
  }
  refer(run, slot, desired);
  stagePerson(run, target, slot, {
    key,
    account,
    standing: 'present',
    reason: 'as before',
    desired,
    isProtected: false,
  });
  return true;
}

/** By a person's word, or by the last record that was accepted: why somebody is to stay off. */
function whyOff({ people, offboarded }: Run, slot: number): string | undefined {
  const offboarding = offboarded.atSlot(slot);
  if (offboarding !== undefined) return `is ${offboardedBecause(offboarding)}`;
  const flags = people.ledger.flags(slot);
  if ((flags & FLAG.rejected) !== 0) return 'has a record that was rejected';
  if ((flags & FLAG.gone) !== 0) return 'is in the source no more';
  return (flags & FLAG.active) === 0 ? 'has left, by the source as it was read last' : undefined;
}

/** By the target's own rule for whoever leaves, and its protection; or switched off, which is what was before. */
function depart(
  run: Run,
  target: TargetRun,
  slot: number,
  account: Account,
  reason: string,
  again = false,
): void {
  const { key } = account;
  const isProtected = protects(target.configuration, account.resource, key);
  const { deleteAfter: _, ...rest } = target.policy;
  const policy = again ? ({ ...rest, onLeave: 'deactivate' } as const) : target.policy;
  const draft = stagePerson(
    run,
    target,
    slot,
    { key, account, standing: 'left', reason, isProtected },
    policy,
  );
  if (draft === undefined && !isProtected && account.resource['active'] !== false)
    say(run, target, slot, key, `${reason}, and is kept by onLeave`);
  if (draft !== undefined && !again && endsMemberships(target, 'left'))
    stageDeparture(run, target, slot, key, reason);
}

/** An account that was deleted: another one with what it held, if the person is still there. */
function makeAnew(run: Run, target: TargetRun, { slot, key }: Whose, { before, groups = [] }: Done): void {
  if (before === undefined)
    return say(run, target, slot, key, 'was deleted, and what the account held was not written down');
  if (before['active'] === false)
    return say(run, target, slot, key, 'was switched off already when it was deleted');
  const why = whyOff(run, slot);
  if (why !== undefined) return say(run, target, slot, key, `${why}, and gets no account again`);
  refer(run, slot, before);
  const person = {
    key,
    standing: 'present',
    reason: 'was deleted',
    desired: before,
    isProtected: false,
  } as const;
  if (stagePerson(run, target, slot, person) === undefined) return;
  for (const group of groups) join(run, target, { slot, key }, group, 'memberAdd');
}

function refer(run: Run, slot: number, desired: Resource): void {
  const manager = managerOf(desired);
  run.people.managers.set(slot, manager === undefined ? 0 : slotOfManager(run, manager) + 1);
}

function takeBackMemberships(
  run: Run,
  target: TargetRun,
  { slot, key, isOn }: Whose & { readonly isOn: boolean },
  done: readonly Done[],
): void {
  const settled = new Set<string>();
  for (const { kind, group } of [...done].reverse()) {
    // Of several steps for one group, the oldest tells what was before.
    if (group === undefined || settled.has(group)) continue;
    settled.add(group);
    if (kind === 'memberRemove' && !isOn)
      say(run, target, slot, key, `is switched off, and is not put back into ${group}`);
    else join(run, target, { slot, key }, group, kind === 'memberAdd' ? 'memberRemove' : 'memberAdd');
  }
}

/** Into a group or out of it, unless that is so already. */
function join(
  run: Run,
  target: TargetRun,
  { slot, key }: Whose,
  groupKey: string,
  kind: 'memberAdd' | 'memberRemove',
): void {
  const { groups } = target;
  const group = run.groups.idOf(groupKey);
  if (groups === undefined || group === undefined || !groups.reader.accounts.has(group)) {
    if (kind === 'memberAdd') say(run, target, slot, key, `the group ${groupKey} is not there any more`);
    return;
  }
  const isIn = groups.reader.of(slot).some((one) => one.group === group);
  if (isIn !== (kind === 'memberRemove')) return;
  stageMembership(run, target, slot, key, group, kind, kind === 'memberAdd' ? 'was taken out' : 'was put in');
}

/** A group's name goes back to what it was; whether there is such a group at all is left to the source. */
function takeBackGroup(run: Run, target: TargetRun, key: string, done: readonly Done[]): void {
  const { groups } = target;
  const id = run.groups.idOf(key);
  const account = id === undefined ? undefined : groups?.reader.accounts.get(id);
  const other = done.find(({ kind }) => kind !== 'updateGroup');
  if (other !== undefined)
    say(run, target, -1, key, `the group: ${other.kind} is not taken back; who is in it is`);
  if (id === undefined || account === undefined || other !== undefined) return;
  const { resource: after } = restore(account.resource, changesOf(done));
  const changes = diff(account.resource, after);
  if (changes.length === 0) return;
  run.stage.addGroup(id, run.groups.of(id));
  run.groups.examine(id);
  run.stage.addGroupOperation(target.index, id, {
    type: 'Group',
    kind: 'updateGroup',
    key,
    part: 0,
    phase: PHASE.group,
    after,
    changes,
    why: 'has its former name again',
    beforeDigest: resourceDigest(account.resource),
  });
}

function say({ stage }: Run, { index }: TargetRun, slot: number, key: string, text: string): void {
  stage.addNote(index, slot, key, 'undo', text);
}
