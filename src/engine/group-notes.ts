import { FLAG } from '../store/ledger.ts';
import { dropMemberships, dropNesting, peopleComingInto } from '../store/stage/groups.ts';
import type { Run, TargetRun } from './run.ts';

/** What keeps a group out may be over by the next run, which has to look at those who would come into it. */
export function lookAgain({ stage, people: { ledger } }: Run, { index }: TargetRun, group: number): void {
  for (const slot of peopleComingInto(stage, index, group))
    ledger.setFlags(slot, ledger.flags(slot) | FLAG.examine);
}

/** Neither the group nor those who would come into it are part of this plan, and it comes into no other one. */
export function leaveOutGroup(run: Run, target: TargetRun, id: number, reason: string): void {
  for (const kind of ['createGroup', 'memberAdd'] as const)
    dropMemberships(run.stage, target.index, id, kind);
  dropNesting(run.stage, target.index, id);
  noteGroup(run, target, run.groups.of(id).key, `${reason}; nobody is added to it`);
}

export function noteGroup(run: Run, target: TargetRun, key: string, text: string): void {
  run.stage.addNote(target.index, -1, key, 'group', `the group ${key}: ${text}`);
}
