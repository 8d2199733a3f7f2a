import type { Breach, Situation } from '../model/index.ts';
import { guardMissing } from '../planning/guard.ts';
import { NO_TOTAL } from '../scim/tally.ts';
import { releasedWithin } from '../store/approvals.ts';
import { isRepairable, takeFoundGroups } from '../store/group-repair.ts';
import { noteMissing, takeFound } from '../store/repair.ts';
import type { Repair } from '../store/repair.ts';
import { endRun, startRun } from '../store/runs.ts';
import { situationsOf } from '../store/stage/situations.ts';
import type { Found } from '../store/stage/situations.ts';
import type { Run, TargetRun } from './run.ts';
import type { Stock } from './inventory.ts';

/** Who repairs, and how much. */
export interface Repairing {
  readonly command: string;
  readonly actor: string;
  /** Somebody has named this number of accounts that are gone indeed, whatever the limit is (law 8). */
  readonly missing?: number;
}

/** What a repair has taken into the state of one target. */
export interface Taken {
  /** Accounts that are known to hold something else than they had confirmed, or to be no invitations any more. */
  readonly read: number;
  /** Links that were closed: the account is gone. */
  readonly closed: number;
  /** Why none of them was. */
  readonly held: readonly Breach[];
  /** The same of groups, where the target is given some; of those that are gone, the links are closed as well. */
  readonly groups?: Omit<Taken, 'groups'>;
}

/** Takes what was found into the state. Of a target that is only observed, nothing: nobody would put it right. */
export function repair(run: Run, repairing: Repairing): ReadonlyMap<string, Taken> {
  const { state, clock, configuration: all } = run;
  const { command, actor } = repairing;
  const id = startRun(state, { command, actor, now: clock.now(), configuration: all.digest });
  const taken = new Map<string, Taken>();
  for (const target of run.targets) {
    const { failure, stock, configuration } = target;
    if (failure !== undefined || isContradicted(stock!) || configuration.mode !== 'full') continue;
    const about = { target: target.id, name: configuration.name, run: id, now: clock.now(), actor };
    const people = takeTarget(run, target, about, repairing.missing);
    const groups = target.groups && takeGroups(run, target, about, repairing.missing);
    taken.set(configuration.name, { ...people, ...(groups && { groups }) });
  }
  endRun(state, id, { taken: Object.fromEntries(taken) }, clock.now());
  return taken;
}

/** A list that is at odds with its own numbers shows a target in trouble: nothing is concluded from it. */
export function isContradicted({ listing }: Stock): boolean {
  return listing?.complete !== true && listing?.reason !== NO_TOTAL;
}

function takeTarget({ state, stage }: Run, target: TargetRun, about: Repair, named = 0): Taken {
  const { index, id, accounts, stock, configuration } = target;
  const differing = situationsOf(stage, index);
  const read = takeFound(
    state,
    about,
    filter(differing, ({ resource, accepted }) => (resource ?? accepted) !== undefined),
  );
  const count = stock!.counts.get('missing') ?? 0;
  const window = releasedWithin(state, id, about.now, accounts.count);
  const isNamed = count <= named;
  const held = isNamed
    ? []
    : guardMissing({ count, isAnySeen: stock!.known > 0 }, configuration.limits, window);
  if (count === 0 || held.length > 0) return { read, closed: 0, held };
  noteMissing(state, about, { count, linked: accounts.count, isNamed });
  return { read, closed: takeFound(state, about, situationsOf(stage, index, 'missing')), held };
}

/** A group that is gone is made again, and filled: that harms nobody, unless it is another service that has none of ours. */
function takeGroups({ state, stage }: Run, { index, stock }: TargetRun, about: Repair, named = 0): Taken {
  const found = (situation?: Situation) => situationsOf(stage, index, situation, 'Group');
  const read = takeFoundGroups(state, about, filter(found(), isRepairable));
  const { counts, known } = stock!.groups;
  const count = counts.get('missing') ?? 0;
  const isAnySeen = known + stock!.known > 0;
  if (!isAnySeen && count > named) {
    const message = `none of the groups that are linked is there (${count}): it may be another service`;
    return { read, closed: 0, held: [{ rule: 'missing.all', number: count, message }] };
  }
  return { read, closed: takeFoundGroups(state, about, found('missing')), held: [] };
}

function* filter(all: Iterable<Found>, test: (one: Found) => boolean): Generator<Found> {
  for (const one of all) if (test(one)) yield one;
}
