import type { Resolved } from '../delivery/doubts.ts';
import { targetRow } from '../store/accounts.ts';
import { generation } from '../store/generation.ts';
import { PLANNING } from '../store/locks.ts';
import { markDangling } from '../store/references.ts';
import { OvertakenError } from '../store/release.ts';
import { endRun, startRun } from '../store/runs.ts';
import { backlog } from '../store/status.ts';
import { inFiles } from '../store/store.ts';
import { withdraw } from '../store/withdrawn.ts';
import { build } from './build.ts';
import type { Attendant } from './attendant.ts';
import type { Sync } from './contract.ts';
import { clearDoubts } from './deliver.ts';
import type { Cleared } from './deliver.ts';
import { Late, isWithin } from './late.ts';
import { releaseLeavers, releaseRun } from './releasing.ts';
import type { Run } from './run.ts';

/** A plan that is released, or was stopped before. */
export interface Released {
  readonly run: Run;
  readonly runId: number;
  readonly cleared: ReadonlyMap<string, Resolved>;
  /** Not where it was stopped before. */
  readonly isReleased: boolean;
}

const mostPlans = 10;
/** Milliseconds between two looks whether somebody else has planned, and how often it is looked at the most. */
const planningEvery = 100;
const mostLooks = 600;

/** Questions about those who are new that somebody who leaves may wait for: at ten requests a second, ten seconds. */
const usualQuestions = 100;

/** Of plans that were of those who leave alone: the number of the first one's run, and by slot whom they switch off. */
interface Leavers {
  readonly run: number;
  readonly slots: ReadonlySet<number>;
  /** Whether the last plan was one of them: the next one is of everybody. */
  readonly isNew: boolean;
}

/** Why there is to be another plan; `run` is the number of the one that has read for nothing. */
type Void =
  | { readonly why: 'overtaken' | 'answered' | 'slow'; readonly run: number }
  | { readonly why: 'late'; readonly run?: number; readonly cleared?: Cleared }
  | { readonly why: 'leavers'; readonly run: number; readonly slots: ReadonlySet<number> };

/**
 * Plans, and once more where somebody who syncs another target has released a plan in the meantime: then this one is
 * void, and so is its number, since what it saw would count as older than what the other has dealt with. Where somebody
 * leaves, and there is much to be asked about those who are new, the first plan is of those who leave alone, and is carried
 * out while the second one asks (law 12), or while something else is waited for that takes its time.
 */
export async function planAndRelease(sync: Sync, attendant: Attendant): Promise<Released> {
  const { targets, lent, circuits, options } = sync;
  const late = new Late(options);
  try {
    await late.isInTime(circuits.open(targets));
    circuits.leave(lent);
    return await planUntilReleased(sync, attendant, late);
  } finally {
    await late.close();
  }
}

async function planUntilReleased(sync: Sync, attendant: Attendant, late: Late): Promise<Released> {
  let [isOvertaken, isSlow, hasHurried] = [false, false, false];
  let leavers: Leavers | undefined;
  let before: Cleared | undefined;
  let first: number | undefined;
  for (let count = 1; ; count++) {
    if (hasHurried) await late.ended();
    const isHurried = late.isAny;
    hasHurried ||= isHurried;
    const endTurn = await turnOf(sync, isOvertaken);
    try {
      const planned = await planOnce(sync, attendant, late, {
        count,
        first,
        leavers,
        before,
        isSlow,
        isHurried,
      });
      if (!('why' in planned)) return planned;
      first ??= planned.run;
      isSlow ||= planned.why === 'slow';
      if (planned.why === 'late') before ??= planned.cleared;
      isOvertaken ||= planned.why === 'overtaken';
      leavers =
        planned.why === 'leavers' ? joined(leavers, planned) : leavers && { ...leavers, isNew: false };
    } finally {
      endTurn();
    }
  }
}

function joined(
  leavers: Leavers | undefined,
  { run, slots }: { readonly run: number; readonly slots: ReadonlySet<number> },
): Leavers {
  return { run: leavers?.run ?? run, slots: new Set([...(leavers?.slots ?? []), ...slots]), isNew: true };
}

/** What is known when a plan is made of those that were made before it in the same sync. */
interface Attempt {
  readonly count: number;
  /** The run whose read was the first one: since then it is known who has left. */
  readonly first: number | undefined;
  /** What plans of those who leave alone have released, if there were any. */
  readonly leavers: Leavers | undefined;
  /** What is read of those in doubt while it is made, or was then. */
  readonly before: Cleared | undefined;
  /** The answers about those who are new let themselves be waited for. */
  readonly isSlow: boolean;
  /** It is to be of those who leave alone, or nothing: something else is waited for meanwhile. */
  readonly isHurried: boolean;
}

async function planOnce(
  sync: Sync,
  attendant: Attendant,
  late: Late,
  { count, first, leavers, before: earlier, isSlow, isHurried }: Attempt,
): Promise<Released | Void> {
  const { engine, options, state, targets, lent, asked, paces, circuits, counts } = sync;
  const { clock } = engine;
  // Read before the number is given: a run that gets a later number and releases first changes it.
  const before = generation(state);
  const runId = startRun(state, {
    command: options.command,
    actor: options.actor,
    now: clock.now(),
    configuration: engine.configuration.digest,
  });
  await attendant.leave();
  const failed = (error: unknown): never => {
    endRun(state, runId, { error: (error as Error).message }, clock.now());
    throw error;
  };
  const anew = (planned: Void, error: string): Void => {
    endRun(state, runId, { error }, clock.now());
    return planned;
  };
  const cleared: Cleared = new Map();
  const clearing = isHurried
    ? Promise.resolve()
    : clearDoubts(sync, runId, cleared, { signal: late.signal, before: earlier });
  if (!(await late.isInTime(clearing).catch(failed)))
    return anew({ why: 'late', cleared }, 'planned anew, since what is in doubt takes its time to be read');
  attendant.begin(runId, leavers?.run);
  for (const { name } of targets) markDangling(state, targetRow(state, name)!.id);
  const make = options.build ?? build;
  const run = await make(
    engine,
    state,
    [...targets, ...lent],
    {
      version: runId,
      isKept: true,
      shut: circuits.shut,
      paces,
      asksNoMore: endOfQuestions(sync),
      ...(leavers && {
        leavers: leavers.slots,
        onRead: (read: Run) => letStay(read, attendant, runId, leavers.run),
      }),
      ...(leavers?.isNew !== true &&
        options.isAsked !== true && {
          leaversWaitFor: isHurried || isSlow ? -1 : (options.leaversWaitFor ?? usualQuestions),
          isHurried,
          isInTime: (asking: Promise<void>) => isWithin(asking, options),
        }),
      lent: new Set(lent.map(({ name }) => name)),
    },
    asked,
  ).catch(failed);
  if (run.givenUp !== undefined) {
    void run.givenUp.finally(() => run.stage.close());
    return isHurried
      ? anew({ why: 'late', run: runId }, 'planned anew, since nobody leaves')
      : anew({ why: 'slow', run: runId }, 'planned anew, since a target takes its time to answer');
  }
  const opening = isHurried ? Promise.resolve(false) : circuits.openForLeavers(run);
  const failedWith = (error: unknown): never => {
    run.stage.close();
    return failed(error);
  };
  if (!(await late.isInTime(opening).catch(failedWith))) {
    run.stage.close();
    return anew({ why: 'late', run: runId }, 'planned anew, since a halted target takes its time to answer');
  }
  if (await opening) {
    run.stage.close();
    return anew({ why: 'answered', run: runId }, 'planned anew, since a halted target answers');
  }
  try {
    options.onPlan?.(run);
    const isReleased = !options.signal.aborted;
    if (isReleased && run.isOfLeavers === true) {
      const slots = releaseLeavers(run, runId, before, first);
      if (isHurried) attendant.begin(runId, leavers?.run ?? runId);
      run.stage.close();
      endRun(state, runId, { targets: firstOf(run, counts) }, clock.now());
      return { why: 'leavers', run: runId, slots };
    }
    if (isReleased) releaseRun(run, runId, before, { ...options, ...(first !== undefined && { first }) });
    return { run, runId, cleared, isReleased };
  } catch (error) {
    run.stage.close();
    endRun(state, runId, { error: (error as Error).message }, clock.now());
    if (!(error instanceof OvertakenError) || count >= mostPlans) throw error;
    return { why: 'overtaken', run: runId };
  }
}

/**
 * Whoever is there, by what was read just now, after an earlier plan has had them switched off, is not switched off by
 * whoever looks after the targets while the rest is asked, nor where the plan comes to nothing (rule 24). `first` is the run
 * of that plan.
 */
async function letStay(run: Run, attendant: Attendant, runId: number, first: number): Promise<void> {
  if (run.targets.every(({ stays }) => stays.size === 0)) return;
  await attendant.leave();
  for (const { id, stays } of run.targets)
    withdraw(
      run.state,
      id,
      [...stays].map((slot) => slot + 1),
    );
  attendant.begin(runId, first);
}

/**
 * Whether a target is asked no more about those who are new. Where the time until the end is not enough to ask about all of
 * them one by one, half of it is left for creating those of whom it was asked: each run would end with the same questions
 * otherwise. The targets, which are asked one after the other, share the other half.
 */
function endOfQuestions({ engine: { clock }, options, targets, lent }: Sync): Run['asksNoMore'] {
  const { signal, until = Infinity, onQuestions } = options;
  const begun = new Map<string, number>();
  let half: number | undefined;
  return (target, share) => {
    const now = clock.now();
    if (half === undefined) onQuestions?.();
    half ??= (now + until) / 2;
    if (signal.aborted || now >= until || options.givesWay?.(target).aborted === true) return true;
    if (share === undefined) return false;
    const first = begun.get(target) ?? now;
    begun.set(target, first);
    const others = targets.length + lent.length - begun.size + 1;
    const end = first < half ? first + (half - first) / others : (first + until) / 2;
    return share > 0 && now >= end && first + (now - first) / share > until;
  };
}

/** How a run ends whose plan was of those who leave alone: the next one goes on. */
function firstOf(run: Run, counts: Sync['counts']): readonly object[] {
  return run.targets.map(({ id, configuration: { name } }) => {
    const { failed, waiting, pending } = backlog(run.state, id);
    return { name, state: 'partial', counts: counts.get(name) ?? {}, failed, waiting: waiting + pending };
  });
}

/**
 * Whoever was overtaken has the next turn for itself, and others wait for it with theirs: who reads a million people would
 * never be done with it beside those who plan for one. Resolves to what ends the turn.
 */
async function turnOf({ engine, options, state }: Sync, isOvertaken: boolean): Promise<() => void> {
  const { clock, store = inFiles } = engine;
  const { signal, sleep, command } = options;
  for (let looks = 0; looks < mostLooks && !signal.aborted; looks++) {
    if (!isOvertaken) {
      if (store.holds(state, PLANNING) === undefined) break;
    } else {
      const attempt = store.lock(state, PLANNING, command, clock.now());
      if (attempt.held) return attempt.release;
    }
    await sleep(planningEvery, signal);
  }
  return () => undefined;
}
