import type { Candidate, Item, Remote } from '../model/index.ts';
import { situationOfUnlinked } from '../planning/situation.ts';
import { FLAG } from '../store/ledger.ts';
import { addSituation, unlinked } from '../store/stage/situations.ts';
import { slotOfKey } from './keys.ts';
import type { Run, TargetRun } from './run.ts';
import type { Stock } from './inventory.ts';

/** Accounts that are somebody's after all, and why one is not where nobody could have it. */
export interface Placing {
  readonly isPlaced: (remoteId: string) => boolean;
  readonly why: (remote: Remote) => string;
}

/** The accounts of a target that are nobody's: who could have them is known once the plan is made. */
export function settleUnlinked(run: Run, target: TargetRun, { counts }: Stock, placing?: Placing): void {
  for (const { remote, candidates } of unlinked(run.stage, target.index)) {
    // Somebody may have got it since the list was read.
    if (target.accounts.ownerOf(remote.id) !== undefined || placing?.isPlaced(remote.id) === true) continue;
    const situation = situationOfUnlinked(candidates, isProtected(target, remote));
    counts.set(situation, (counts.get(situation) ?? 0) + 1);
    const item = itemOf(run, target, remote, situation, candidates);
    const reason = candidates.length > 0 ? undefined : placing?.why(remote);
    addSituation(run.stage, target.index, { item: { ...item, ...(reason !== undefined && { reason }) } });
  }
}

function itemOf(
  run: Run,
  target: TargetRun,
  remote: Remote,
  situation: Item['situation'],
  candidates: readonly Candidate[],
): Item {
  const { id, userName, externalId, active, emails } = remote;
  const sure = situation === 'adoptable' ? candidates.find((one) => one.situation === situation) : undefined;
  const reason = sure === undefined ? (candidates[0]?.reason ?? whyOrphan(run, target, remote)) : undefined;
  return {
    situation,
    type: 'User',
    remoteId: id,
    ...(sure !== undefined && { key: sure.key }),
    ...(userName !== undefined && { userName }),
    ...(externalId !== undefined && { externalId }),
    ...(emails[0] !== undefined && { email: emails[0] }),
    ...(active !== undefined && { active }),
    ...(candidates.length > 0 && { candidates: sure === undefined ? candidates : [sure] }),
    ...(reason !== undefined && { reason }),
  };
}

/** An orphan that has the key of somebody whom we know: of a leaver who was never linked, or a second one. */
function whyOrphan(run: Run, target: TargetRun, { externalId }: Remote): string | undefined {
  const slot = externalId === undefined ? -1 : slotOfKey(run, externalId);
  if (slot < 0 || (run.people.ledger.flags(slot) & FLAG.named) !== 0) return undefined;
  return target.accounts.has(slot)
    ? `${externalId} has another account here`
    : `${externalId} is somebody who gets no account here now`;
}

/** Whether `protect` is true of an account of which there is no record. What cannot be said of it, does not protect it: it is only told. */
function isProtected({ configuration }: TargetRun, { resource, externalId = '', active }: Remote): boolean {
  const { protect } = configuration.mapping;
  if (protect === undefined) return false;
  try {
    const identity = { ...resource, key: externalId, active: active === true };
    return protect.evaluate({ record: {}, identity, groups: [] }) === true;
  } catch {
    return false;
  }
}
