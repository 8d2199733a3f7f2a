import { PHASE } from '../planning/judge.ts';
import type { TargetGroups } from './target-groups.ts';
import { isPartial } from './run.ts';
import type { Run, TargetRun } from './run.ts';

/** Whether a run has read all that says which groups are in which: only then is one taken out of another (law 6). */
export function settlesNesting(run: Run): boolean {
  return tellsNesting(run) && run.receipt!.complete && run.unknownKeys === 0;
}

function tellsNesting(run: Run): boolean {
  return !isPartial(run) && run.receipt!.isDelta !== true;
}

/**
 * Stages which groups come into others, and go out of them. Where the target holds no groups in groups, none are to be
 * there: whoever is in one within was staged as a member of both.
 */
export function stageNesting(run: Run, target: TargetRun, groups: TargetGroups): void {
  if (!tellsNesting(run)) return;
  const wanted =
    groups.abilities.members.nested === true ? wantedOf(run, groups) : new Map<number, Set<number>>();
  const unknown = new Set(
    (run.receipt!.groups ?? []).flatMap((one) => (one.unknown === undefined ? [] : [one.key])),
  );
  for (const { group, member, isSure } of groups.reader.nesting()) {
    const within = wanted.get(group);
    const stays = within?.has(member) === true;
    // What is not known to be there is said once more, as of people.
    if (stays && isSure) within.delete(member);
    // Of a group whose members could not be read, none is known to have gone (rule 3).
    const isKnown = !unknown.has(run.groups.of(group).key);
    if (!stays && isKnown && settlesNesting(run))
      stage(run, target, group, member, 'memberRemove', 'no longer a member');
  }
  for (const [group, within] of wanted)
    for (const member of within) stage(run, target, group, member, 'memberAdd', 'a member by the source');
}

/** By group, which groups are to be in it: as the source has them, as far as the target is given both. */
function wantedOf({ groups: all, receipt, stage }: Run, { isSent }: TargetGroups): Map<number, Set<number>> {
  const known = new Map(
    (receipt!.groups ?? []).filter(({ name }) => isSent(name)).map((one) => [one.key, one]),
  );
  const wanted = new Map<number, Set<number>>();
  for (const { groups = [], ...group } of known.values()) {
    const members = groups
      .flatMap((key) => known.get(key) ?? [])
      .map(({ key, name }) => all.meet({ key, name }, stage));
    if (members.length > 0) wanted.set(all.meet(group, stage), new Set(members));
  }
  return wanted;
}

function stage(
  run: Run,
  target: TargetRun,
  group: number,
  member: number,
  kind: 'memberAdd' | 'memberRemove',
  why: string,
): void {
  const [known, within] = [run.groups.of(group), run.groups.of(member)];
  if (!target.policy.allow.includes(kind))
    return run.stage.addNote(
      target.index,
      -1,
      within.key,
      'notAllowed',
      `${kind} is not among what this target allows`,
    );
  run.stage.addGroup(group, known);
  run.stage.addNesting(target.index, group, member, {
    type: 'Group',
    kind,
    key: within.key,
    group: known.key,
    member: 'Group',
    part: 2,
    phase: PHASE[kind],
    changes: [],
    why,
    beforeDigest: '',
  });
}
