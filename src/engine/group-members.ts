import { TargetError } from '../model/index.ts';
import type { Remote } from '../model/index.ts';
import { UnderWay } from '../delivery/under-way.ts';
import { isOutOfReach } from '../delivery/decide.ts';
import { memberName } from '../planning/group-drift.ts';
import type { ConfirmedMember, MemberName, ShownMembers } from '../planning/group-drift.ts';
import { memberIdsOf } from '../scim/group.ts';
import { ownerOf } from '../store/accounts.ts';
import { ownedOf } from '../store/links.ts';
import type { TargetGroups } from './target-groups.ts';
import type { Run, TargetRun } from './run.ts';

/** More people than this are not asked for one by one: of the others the state alone says where they are. */
const mostAsked = 1000;

/** Who was asked for, and by the id of a group who of them is in it. */
export interface Asked {
  readonly people: ReadonlySet<string>;
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Where a service shows nobody who is in a group, and says of each which groups they are in. Of whom it does not, nothing is known. */
export async function askMembers(run: Run, target: TargetRun, { abilities }: TargetGroups): Promise<Asked> {
  const people = new Set<string>();
  const members = new Map<string, Set<string>>();
  if (abilities.members.query === undefined) return { people, members };
  const linked: string[] = [];
  for (const { account } of ownedOf(run.state, { id: target.id, name: target.configuration.name }))
    if (linked.push(account.remoteId) === mostAsked) break;
  await each(target, linked, async (id) => {
    try {
      for (const group of await target.remote.groupsOf(id))
        members.set(group.id, (members.get(group.id) ?? new Set()).add(id));
      people.add(id);
    } catch (error) {
      if (!(error instanceof TargetError) || isOutOfReach(error.failure)) throw error;
    }
  });
  return { people, members };
}

/** Who was in a group before and after it was read; of somebody who was in it once alone, nothing is said. */
export function overlapping(
  before: readonly ConfirmedMember[],
  after: readonly ConfirmedMember[],
): readonly ConfirmedMember[] {
  const [earlier, later] = [before, after].map((all) => new Map(all.map((one) => [one.remoteId, one])));
  const all = new Map([...earlier!, ...later!]);
  return [...all.values()].map((one) => ({
    ...one,
    isSure: earlier!.get(one.remoteId)?.isSure === true && later!.get(one.remoteId)?.isSure === true,
  }));
}

/** Who is shown to be in a group: by the group itself, or by what was asked of people. */
export function shownOf(
  run: Run,
  target: TargetRun,
  { abilities, reader }: TargetGroups,
  remote: Remote,
  asked: Asked | undefined,
): ShownMembers {
  const { shown } = abilities.members;
  const owner = (id: string): MemberName | undefined => {
    const group = reader.ownerOf(id);
    return group === undefined
      ? ownerOf(run.state, target.id, id)
      : memberName({ key: run.groups.of(group).key, isGroup: true });
  };
  if (asked !== undefined)
    return {
      ids: asked.members.get(remote.id) ?? new Set(),
      proves: ({ remoteId }) => asked.people.has(remoteId),
      ownerOf: owner,
    };
  const ids = memberIdsOf(remote.resource);
  const isWhole = ids !== undefined && !(typeof shown === 'number' && ids.length >= shown);
  return {
    ids: new Set(ids),
    // Some services do not show whoever is switched off, and keep them in the group.
    proves: ({ isActive }) => isWhole && isActive,
    ownerOf: owner,
  };
}

/** In the pace of the target; the first trouble ends it, and is thrown. */
export async function each<T>(
  { pace }: TargetRun,
  all: Iterable<T>,
  use: (one: T) => Promise<void>,
): Promise<void> {
  let trouble: unknown;
  const own = new UnderWay();
  for (const one of all) {
    await pace.room();
    if (trouble !== undefined) break;
    own.add(pace.run(() => use(one)).catch((error: unknown) => (trouble ??= error)));
  }
  await own.ended();
  if (trouble !== undefined) throw trouble as Error;
}
