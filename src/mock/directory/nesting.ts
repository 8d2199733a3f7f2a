import { invalid } from '../refusal.ts';
import type { Shelf } from './organisation.ts';
import type { Stored } from './stored.ts';

/**
 * How deep groups may lie in groups, which is the mock's own limit: whoever is in the innermost is in all of them, and each
 * of a thousand people of a list shows each of those groups.
 */
export const DEEPEST = 100;

/** Throws `invalidValue` for a group that may not be a member of another one, as groups would be nested too deeply. */
export function judgeNesting(shelf: Shelf, group: Stored | undefined, member: Stored): void {
  const path = `${shelf.served.type.members?.attribute}.value`;
  const holders = ({ id }: Stored): readonly Stored[] => shelf.resources.find(path, id) ?? [];
  const above = group ? levels(group, holders) : 0;
  const below = levels(member, (one) => groupsIn(shelf, one));
  if (above + below + 2 <= DEEPEST) return;
  throw invalid('invalidValue', `Groups would be nested more than ${DEEPEST} deep.`);
}

/** How many steps it takes to everything that is reached from a group. Circles are gone round once. */
function levels(from: Stored, next: (group: Stored) => readonly Stored[]): number {
  const seen = new Set([from]);
  let count = 0;
  for (let level = [from]; count < DEEPEST; count++) {
    level = level.flatMap((one) => next(one).filter((other) => !seen.has(other) && seen.add(other)));
    if (level.length === 0) break;
  }
  return count;
}

function groupsIn({ resources, served }: Shelf, { members }: Stored): readonly Stored[] {
  const found: Stored[] = [];
  for (const [id, type] of members?.types ?? []) {
    const one = type === served.type.name ? resources.byId(id) : undefined;
    if (one) found.push(one);
  }
  return found;
}
