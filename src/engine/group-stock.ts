import { TargetError } from '../model/index.ts';
import type { Drift, Item, Remote, Resource } from '../model/index.ts';
import { isOutOfReach } from '../delivery/decide.ts';
import { compareGroup, compareMembers } from '../planning/group-drift.ts';
import type { ConfirmedMember, GroupRules } from '../planning/group-drift.ts';
import { situationOf } from '../planning/situation.ts';
import type { GroupAccount } from '../store/groups.ts';
import { addSituation } from '../store/stage/situations.ts';
import { askMembers, each, overlapping, shownOf } from './group-members.ts';
import type { Asked } from './group-members.ts';
import type { TargetGroups } from './target-groups.ts';
import type { Run, TargetRun } from './run.ts';
import type { GroupStock } from './inventory.ts';

/**
 * Compares the groups of a target with what it confirmed: those that are ours one by one, with who is in them, since many
 * services leave that out of a list; the others by the list. Groups that cannot be listed are no trouble of the target.
 */
export async function takeGroups(run: Run, target: TargetRun, groups: TargetGroups): Promise<void> {
  const stock = target.stock!.groups;
  try {
    await listOthers(run, target, groups, stock);
    await compareOurs(run, target, groups, stock);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    target.failure = error.failure;
  }
}

async function listOthers(
  run: Run,
  target: TargetRun,
  { reader }: TargetGroups,
  stock: GroupStock,
): Promise<void> {
  const ours = new Set([...reader.accounts.values()].map(({ remoteId }) => remoteId));
  try {
    const reading = target.remote.listGroups();
    let step = await reading.next();
    for (; !step.done; step = await reading.next())
      for (const remote of step.value) if (!ours.has(remote.id)) addOther(run, target, stock, remote);
    stock.listing = step.value;
  } catch (error) {
    if (!(error instanceof TargetError) || isOutOfReach(error.failure)) throw error;
    stock.listing = { complete: false, reason: error.failure.message, count: 0 };
  }
}

function addOther(run: Run, target: TargetRun, stock: GroupStock, remote: Remote): void {
  const candidate = stock.candidates.get(remote.id);
  const situation = candidate?.situation ?? 'orphan';
  const { displayName, externalId } = remote;
  add(run, target, stock, {
    situation,
    type: 'Group',
    remoteId: remote.id,
    ...(situation === 'adoptable' && { key: candidate!.key }),
    ...(displayName !== undefined && { displayName }),
    ...(externalId !== undefined && { externalId }),
    ...(candidate !== undefined && { candidates: [candidate] }),
    ...(candidate?.reason !== undefined && { reason: candidate.reason }),
  });
}

function add(
  run: Run,
  target: TargetRun,
  { counts }: GroupStock,
  item: Item,
  more: { readonly slot?: number; readonly resource?: Resource } = {},
): void {
  counts.set(item.situation, (counts.get(item.situation) ?? 0) + 1);
  if (item.situation !== 'inSync') addSituation(run.stage, target.index, { item, ...more });
}

type Answer = Remote | 'absent' | 'unread';

async function compareOurs(
  run: Run,
  target: TargetRun,
  groups: TargetGroups,
  stock: GroupStock,
): Promise<void> {
  const { reader, abilities } = groups;
  const membersShown = abilities.members.shown !== 'never';
  const asked =
    membersShown || reader.accounts.size === 0 ? undefined : await askMembers(run, target, groups);
  const gone: (readonly [number, GroupAccount])[] = [];
  await each(target, [...reader.accounts], async ([id, account]) => {
    const before = reader.membersOf(id);
    const answer = await read(target, account.remoteId, membersShown);
    if (answer === 'absent') gone.push([id, account]);
    else settle(run, target, groups, { id, account, before, answer, ...(asked && { asked }) });
  });
  const { provesAbsence } = target.configuration.profile.list;
  // Some services answer 404 to a credential that may not look: a group must have been shown to it.
  const isProved = stock.known > 0 || (provesAbsence && stock.listing?.complete === true);
  for (const [id, account] of gone)
    settle(run, target, groups, { id, account, before: [], answer: isProved ? 'absent' : 'unread' });
}

async function read({ remote }: TargetRun, id: string, members: boolean): Promise<Answer> {
  try {
    return (await remote.readGroup(id, { members })) ?? 'absent';
  } catch (error) {
    if (!(error instanceof TargetError) || isOutOfReach(error.failure)) throw error;
    return 'unread';
  }
}

interface Met {
  readonly id: number;
  readonly account: GroupAccount;
  /** Who was in it before it was read: somebody may have been put into it meanwhile. */
  readonly before: readonly ConfirmedMember[];
  readonly answer: Answer;
  readonly asked?: Asked;
}

function settle(run: Run, target: TargetRun, groups: TargetGroups, met: Met): void {
  const stock = target.stock!.groups;
  const { id, account, answer } = met;
  const { remoteId, resource: confirmed } = account;
  const unsettled = groups.reader.isUnsettled(id);
  const remote = typeof answer === 'string' ? undefined : answer;
  if (remote !== undefined) stock.known++;
  const drift = remote === undefined || unsettled ? [] : driftOf(run, target, groups, met, remote);
  const kind = remote !== undefined ? 'shown' : answer === 'absent' ? 'absent' : 'unseen';
  const situation = situationOf({ state: 'linked' }, { kind, isDrifted: drift.length > 0 }, unsettled);
  const displayName = remote?.displayName ?? confirmed['displayName'];
  const found = Object.fromEntries(
    drift.flatMap(({ path, live, policy }) =>
      policy === 'fix' && path !== 'members' && live !== undefined ? [[path, live]] : [],
    ),
  );
  const item: Item = {
    situation,
    type: 'Group',
    key: run.groups.of(id).key,
    remoteId,
    ...(typeof displayName === 'string' && { displayName }),
    ...(drift.length > 0 && { changes: drift }),
    ...(situation === 'unknown' && {
      reason: unsettled
        ? 'a request for it has no answer yet'
        : 'the target did not show it, which proves nothing',
    }),
  };
  const isFound = Object.keys(found).length > 0;
  add(run, target, stock, item, { slot: id, ...(isFound && { resource: { ...confirmed, ...found } }) });
}

function driftOf(
  run: Run,
  target: TargetRun,
  groups: TargetGroups,
  { id, account, before, asked }: Met,
  remote: Remote,
): readonly Drift[] {
  const { abilities, policy, reader } = groups;
  const usual = target.configuration.drift.default;
  const rules: GroupRules = {
    rename: abilities.rename,
    ...(usual !== undefined && { default: usual }),
    ...(policy.members !== undefined && { members: policy.members }),
  };
  const { drift, notReturned } = compareGroup(account.resource, remote.resource, rules);
  const confirmed = overlapping(before, reader.membersOf(id));
  const shown = shownOf(run, target, groups, remote, asked);
  const isUnknown = confirmed.some((member) => !shown.proves(member) && member.isActive);
  for (const path of [...notReturned, ...(isUnknown ? ['members'] : [])])
    target.stock!.groups.notReturned.set(path, (target.stock!.groups.notReturned.get(path) ?? 0) + 1);
  return [...drift, ...compareMembers(confirmed, shown, rules)];
}
