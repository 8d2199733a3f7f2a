import type { Breach, Held, Kind } from '../model/index.ts';
import {
  groupsToDelete,
  isStaying,
  noteStaying,
  putDeletionsBehind,
  putRemovalsBehind,
} from '../store/stage/behind.ts';
import type { Run, TargetRun } from './run.ts';

const LEAVING: readonly Held['kind'][] = ['deactivate', 'delete'];

/**
 * Puts behind what is held of those who leave what would take their groups from them all the same: they stay on, and with
 * what they have, until somebody lets it through. Returns how many operations of a kind wait so.
 */
export function putBehind(
  { stage }: Run,
  { index, groups }: TargetRun,
  kind: Kind,
  held: readonly Held[],
): number {
  if (groups === undefined || (kind !== 'memberRemove' && kind !== 'deleteGroup')) return 0;
  const kinds = leavingIn(held);
  if (kinds.length === 0) return 0;
  noteStaying(stage, index, kinds);
  if (kind === 'memberRemove') return putRemovalsBehind(stage, index);
  const isInUse = (group: number): boolean => {
    for (const slot of groups.reader.slotsIn(group)) if (isStaying(stage, slot)) return true;
    return false;
  };
  const used = groupsToDelete(stage, index).filter(isInUse);
  putDeletionsBehind(stage, index, used);
  return used.length;
}

/** What is told of that, where those who leave are held by something of their own. */
export function followsOf(kind: Kind, behind: number, held: readonly Held[]): readonly Breach[] {
  const kinds = leavingIn(held);
  if (behind === 0 || kinds.length === 0) return [];
  const whose = kind === 'memberRemove' ? 'of the same people' : 'of people in the group';
  const message = `${behind} ${behind === 1 ? 'waits' : 'wait'} for the ${kinds.join(' and ')} ${whose}, which is held`;
  return [{ rule: 'follows', number: behind, message }];
}

function leavingIn(held: readonly Held[]): readonly Kind[] {
  return held.flatMap(({ kind }) => (LEAVING.includes(kind) ? [kind as Kind] : []));
}
