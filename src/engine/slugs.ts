import { ownName } from '../planning/names.ts';
import { dropMemberships, groupOperations } from '../store/stage/groups.ts';
import { leaveOutGroup, lookAgain, noteGroup } from './group-notes.ts';
import type { TargetGroups } from './target-groups.ts';
import { some } from './run.ts';
import type { Run, TargetRun } from './run.ts';

/**
 * Groups whose names come out the same where a service makes a name of its own out of `displayName`. All of them are left
 * out and named before anything is sent, but for one that has that name already.
 */
export function settleSlugs(run: Run, target: TargetRun, { abilities, reader }: TargetGroups): void {
  const rule = abilities.slug;
  if (rule === undefined) return;
  const kinds = new Map<number, 'createGroup' | 'updateGroup'>();
  const names = new Map<string, number[]>();
  const ends = new Set<string>();
  const take = (id: number, displayName: unknown): void => {
    if (typeof displayName !== 'string') return;
    const { name, isRefused } = ownName(displayName, rule);
    if (kinds.has(id) && isRefused)
      leaveOut(id, `the service would call it “${name}”, and takes no such name`);
    else names.set(name, [...(names.get(name) ?? []), id]);
  };
  const leaveOut = (id: number, reason: string): void => {
    if (kinds.get(id) === 'createGroup') {
      lookAgain(run, target, id);
      leaveOutGroup(run, target, id, reason);
    } else {
      dropMemberships(run.stage, target.index, id, 'updateGroup');
      noteGroup(run, target, run.groups.of(id).key, `${reason}; it keeps the name that it has`);
    }
  };
  for (const { kind, key, after } of groupOperations(run.stage, target.index)) {
    if (kind === 'deleteGroup') ends.add(key);
    const id = run.groups.idOf(key);
    if (id === undefined || (kind !== 'createGroup' && kind !== 'updateGroup')) continue;
    kinds.set(id, kind);
    take(id, after?.['displayName']);
  }
  if (kinds.size === 0) return;
  for (const [id, { resource }] of reader.accounts)
    if (!kinds.has(id) && !ends.has(run.groups.of(id).key)) take(id, resource['displayName']);
  for (const [name, ids] of names) {
    if (ids.length === 1) continue;
    for (const id of ids.filter((one) => kinds.has(one))) {
      const others = ids.filter((one) => one !== id).map((one) => run.groups.of(one).key);
      leaveOut(id, `the service would call it “${name}”, as it would ${some(others)}`);
    }
  }
}
