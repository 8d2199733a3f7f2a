import type { Breach, Held, Kind, KindTotal } from '../model/index.ts';
import {
  countBehind,
  dropRemovalsFrom,
  endingGroups,
  isStaying,
  noteDeparting,
  putDeletionsBehind,
  putRemovalsBehind,
} from '../store/stage/behind.ts';
import type { Run, TargetRun } from './run.ts';

const LEAVING: readonly Held['kind'][] = ['deactivate', 'delete'];

/** The kinds of those who leave among some. */
export function leavingOf(kinds: readonly Held['kind'][]): readonly Kind[] {
  return kinds.filter((kind) => LEAVING.includes(kind)) as Kind[];
}

/**
 * Puts behind what is held of those who leave what would take their groups from them all the same: they stay on, and with
 * what they have, until somebody lets it through. `broken` are the kinds of theirs that are held, or were let through.
 * A group that ends takes its memberships with it, and the plan says nothing of them: but for those who go out of one that
 * stays for the sake of others. Returns whether the plan has fewer operations now.
 */
export function putBehind(
  { stage }: Run,
  { index, groups }: TargetRun,
  { totals, held, broken }: Leaving,
): boolean {
  const isEnding = totals.some(({ kind }) => kind === 'deleteGroup');
  if (groups === undefined || (broken.length === 0 && !isEnding)) return false;
  noteDeparting(stage, index, broken, leavingOf(held.map(({ kind }) => kind)));
  const isInUse = (group: number): boolean => {
    for (const slot of groups.reader.slotsIn(group)) if (isStaying(stage, slot)) return true;
    return false;
  };
  if (isEnding) putDeletionsBehind(stage, index, endingGroups(stage, index).filter(isInUse));
  const isLess = isEnding && dropRemovalsFrom(stage, index) > 0;
  putRemovalsBehind(stage, index);
  return isLess;
}

interface Leaving {
  readonly totals: readonly KindTotal[];
  readonly held: readonly Held[];
  readonly broken: readonly Kind[];
}

/** How many operations of a kind wait so. */
export function behindOf({ stage }: Run, { index, groups }: TargetRun, kind: Kind): number {
  if (groups === undefined || (kind !== 'memberRemove' && kind !== 'deleteGroup')) return 0;
  return countBehind(stage, index, kind);
}

/** What is told of that, where those who leave are held by something of their own. */
export function followsOf(kind: Kind, behind: number, held: readonly Held[]): readonly Breach[] {
  const kinds = leavingOf(held.map((one) => one.kind));
  if (behind === 0 || kinds.length === 0) return [];
  const whose = kind === 'memberRemove' ? 'of the same people' : 'of people in the group';
  const message = `${behind} ${behind === 1 ? 'waits' : 'wait'} for the ${kinds.join(' and ')} ${whose}, which is held`;
  return [{ rule: 'follows', number: behind, message }];
}
