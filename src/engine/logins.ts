import type { Resource } from '../model/index.ts';
import { ownName } from '../planning/names.ts';
import { activeNames } from '../store/accounts.ts';
import { applyStrikes } from '../store/stage/amend.ts';
import { afterwards, takersOf } from '../store/stage/live.ts';
import { leaveOut, nameOf, some } from './run.ts';
import type { Run, TargetRun } from './run.ts';

/**
 * People whose names come out the same where a service makes a name of its own out of `userName`. All of them are left
 * out and named before anything is sent, but for one who has that name already. Switching off waits for nothing.
 */
export function settleLogins(run: Run, target: TargetRun): void {
  const rule = target.configuration.profile.users.login;
  if (rule === undefined) return;
  const taken = new Map<string, number[]>();
  const takers = new Set<number>();
  for (const { slot, key, after } of takersOf(run.stage, target.index)) {
    const { userName } = after as Resource & { readonly userName?: string };
    if (userName === undefined) continue;
    const { name, isRefused } = ownName(userName, rule);
    takers.add(slot);
    if (isRefused)
      leaveOut(
        run,
        target,
        slot,
        key,
        'login',
        `the service would call them “${name}”, and takes no such name`,
      );
    else taken.set(name, [...(taken.get(name) ?? []), slot]);
  }
  if (taken.size === 0) return applyStrikes(run.stage);
  for (const { slot, userName } of activeNames(run.state, target.id)) {
    const sharing = takers.has(slot) ? undefined : taken.get(ownName(userName, rule).name);
    if (sharing !== undefined && stays(run, target, slot)) sharing.push(slot);
  }
  for (const [name, slots] of taken) {
    if (slots.length === 1) continue;
    for (const slot of slots.filter((one) => takers.has(one))) {
      const others = slots.filter((one) => one !== slot).map((one) => nameOf(run, one));
      const reason = `the service would call them “${name}”, as it would ${some(others)}`;
      leaveOut(run, target, slot, nameOf(run, slot), 'login', reason);
    }
  }
  applyStrikes(run.stage);
}

/** Whether somebody's account is still on after this plan. */
function stays(run: Run, target: TargetRun, slot: number): boolean {
  const after = afterwards(run.stage, target.index, slot);
  return after === undefined || (after !== null && after['active'] !== false);
}
