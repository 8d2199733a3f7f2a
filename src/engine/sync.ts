import type { PaceRules, Receipt, TargetConfiguration } from '../model/index.ts';
import type { Resolved } from '../delivery/doubts.ts';
import { observed } from '../delivery/observed.ts';
import { createPace } from '../delivery/pace.ts';
import type { Pace, PaceStart } from '../delivery/pace.ts';
import type { ScimTarget } from '../scim/target.ts';
import { ensureTarget, targetRow } from '../store/accounts.ts';
import { openRecorder } from '../store/queue/background.ts';
import { restOf, spentOf, writeSpent } from '../store/budgets.ts';
import { haltOf } from '../store/halts.ts';
import { OvertakenError, generation, release } from '../store/release.ts';
import { markDangling } from '../store/references.ts';
import { endRun, startRun } from '../store/runs.ts';
import { stateError } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { backlog } from '../store/status.ts';
import { PLANNING } from '../store/locks.ts';
import { inFiles } from '../store/store.ts';
import { pruneTrail } from '../store/trail/prune.ts';
import { build, chosenTargets, isReadHeld } from './build.ts';
import type { Engine } from './build.ts';
import { Attendant } from './attendant.ts';
import { Circuits } from './circuit.ts';
import type { Sync, SyncOptions, TargetResult } from './contract.ts';
import { clearDoubts, deliverTarget } from './deliver.ts';
import { lockTargets, lockedError } from './locks.ts';
import { fingerprintOf } from './moved.ts';
import { leaveRuleOf } from './offboarded.ts';
import { settlesNesting } from './nesting.ts';
import { isPartial } from './run.ts';
import type { Run, TargetRun } from './run.ts';

/** The straight path: read, plan, guard, release, deliver. Stopped at any point, the next run goes on from there. */
export async function sync<T>(
  engine: Engine,
  options: SyncOptions,
  use: (run: Run, results: readonly TargetResult[], runId: number) => T,
): Promise<T> {
  const wanted = chosenTargets(engine.configuration, options.names);
  const { store = inFiles } = engine;
  const state = store.openState(engine.configuration.state, true);
  const remotes = new Map<string, ScimTarget>();
  const held = new Map<string, () => void>();
  const free = (name: string): void => {
    held.get(name)?.();
    held.delete(name);
  };
  let attendant: Attendant | undefined;
  try {
    const { targets, busy, releases } = lockTargets(
      state,
      wanted,
      options.command,
      engine.clock.now(),
      store.lock,
      options.isAsked,
    );
    const lent = options.isAsked === true ? lentOf(state, wanted, busy) : [];
    if (targets.length + lent.length === 0) throw lockedError(busy);
    targets.forEach(({ name }, index) => held.set(name, releases[index]!));
    const paces = new Map<string, Pace>();
    for (const target of [...targets, ...lent]) {
      const { name, renamedFrom } = target;
      const id = lent.includes(target)
        ? targetRow(state, name)!.id
        : ensureTarget(state, name, fingerprintOf(target), renamedFrom);
      const pace = openPace(engine, options, target.pace, {
        isSlow: haltOf(state, id) !== undefined,
        spent: spentOf(state, id),
        restUntil: restOf(state, id),
      });
      paces.set(name, pace);
      remotes.set(
        name,
        observed(
          engine.openTarget(target, ({ limit }) => limit && pace.heed(limit)),
          pace,
          () => engine.clock.now(),
        ),
      );
    }
    const counts = new Map(targets.map(({ name }) => [name, {}]));
    const circuits = new Circuits(state, engine.clock, remotes);
    const underWay = { engine, options, state, targets, lent, remotes, paces, circuits, counts };
    attendant = new Attendant(underWay);
    const { run, runId, cleared, isReleased } = await planAndRelease(underWay, attendant);
    try {
      const pending = new Map(
        run.targets.map(({ id, configuration }) => [configuration.name, backlog(state, id).pending]),
      );
      if (isReleased) options.onRelease?.(run, pending);
      // From here on each target has somebody who delivers to it.
      await attendant.leave();
      const results = await deliverAll(underWay, run, runId, cleared, pending, (result, id) => {
        markDangling(state, id);
        free(result.name);
        options.onTarget?.(run, result, runId);
      });
      await attendant.close();
      const { keepAudit } = engine.configuration;
      const now = engine.clock.now();
      if (keepAudit !== undefined) pruneTrail(state, { run: runId, before: now - keepAudit, now });
      for (const { id, configuration, lentSince } of run.targets)
        if (lentSince !== undefined) writeSpent(state, id, paces.get(configuration.name)!.budgets.unsaved());
      const all = [...results, ...busy];
      endRun(
        state,
        runId,
        {
          targets: all.map(({ name, state: outcome, counts, failed, waiting }) => ({
            name,
            state: outcome,
            counts,
            failed,
            waiting,
          })),
        },
        engine.clock.now(),
      );
      return use(run, all, runId);
    } finally {
      run.stage.close();
    }
  } catch (error) {
    throw stateError(error, state);
  } finally {
    await attendant?.close().catch(() => undefined);
    for (const remote of remotes.values()) remote.close();
    for (const name of [...held.keys()]) free(name);
    state.close();
  }
}

/** One that was halted begins with one request at a time. */
export function openPace(
  { clock }: Pick<Engine, 'clock'>,
  { sleep }: Pick<SyncOptions, 'sleep'>,
  pace: PaceRules,
  start: PaceStart,
): Pace {
  // Whoever is asked to stop still keeps to the pace with what is on its way.
  const { signal } = new AbortController();
  const clockwork = {
    now: () => clock.now(),
    sleep: (milliseconds: number) => sleep(milliseconds, signal),
  };
  return createPace(pace, clockwork, start);
}

/** Those of whoever else delivers that this run may plan for: known under this name, at this address. */
function lentOf(
  state: State,
  wanted: readonly TargetConfiguration[],
  busy: readonly TargetResult[],
): readonly TargetConfiguration[] {
  return wanted.filter((target) => {
    const { name, mode } = target;
    if (mode !== 'full' || !busy.some((one) => one.name === name)) return false;
    return targetRow(state, name)?.fingerprint === fingerprintOf(target);
  });
}

function isOurs({ lentSince }: TargetRun): boolean {
  return lentSince === undefined;
}

/**
 * All targets side by side, their steps written down by one recorder. One that has come to its end is `done`, however long
 * another takes (law 13).
 */
async function deliverAll(
  sync: Sync,
  run: Run,
  runId: number,
  cleared: ReadonlyMap<string, Resolved>,
  pending: ReadonlyMap<string, number>,
  done: (result: TargetResult, id: number) => void,
): Promise<readonly TargetResult[]> {
  const count = [...pending.values()].reduce((sum, one) => sum + one, 0);
  const recorder = openRecorder(sync.state, count);
  try {
    const outcomes = await Promise.allSettled(
      run.targets.filter(isOurs).map(async (target) => {
        const known = cleared.get(target.configuration.name);
        const result = await deliverTarget(sync, run, target, runId, recorder, known);
        done(result, target.id);
        return result;
      }),
    );
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason as Error;
      return outcome.value;
    });
  } finally {
    await recorder.close();
  }
}

interface Released {
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

/**
 * Plans, and once more where somebody who syncs another target has released a plan in the meantime: then this one is
 * void, and so is its number, since what it saw would count as older than what the other has dealt with.
 */
async function planAndRelease(sync: Sync, attendant: Attendant): Promise<Released> {
  const { targets, lent, circuits } = sync;
  await circuits.open(targets);
  circuits.leave(lent);
  let isOvertaken = false;
  for (let count = 1; ; count++) {
    const endTurn = await turnOf(sync, isOvertaken);
    try {
      const planned = await planOnce(sync, attendant, count);
      if (typeof planned !== 'string') return planned;
      isOvertaken ||= planned === 'overtaken';
    } finally {
      endTurn();
    }
  }
}

/** Or why it is void, and to be planned anew. */
async function planOnce(
  sync: Sync,
  attendant: Attendant,
  count: number,
): Promise<Released | 'overtaken' | 'answered'> {
  const { engine, options, state, targets, lent, remotes, paces, circuits } = sync;
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
  const cleared = await clearDoubts(sync, runId);
  attendant.begin(runId);
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
      lent: new Set(lent.map(({ name }) => name)),
    },
    remotes,
  ).catch((error: unknown) => {
    endRun(state, runId, { error: (error as Error).message }, clock.now());
    throw error;
  });
  if (await circuits.openForLeavers(run)) {
    run.stage.close();
    endRun(state, runId, { error: 'planned anew, since a halted target answers' }, clock.now());
    return 'answered';
  }
  try {
    options.onPlan?.(run);
    const isReleased = !options.signal.aborted;
    if (isReleased) releaseRun(run, runId, before, options);
    return { run, runId, cleared, isReleased };
  } catch (error) {
    run.stage.close();
    endRun(state, runId, { error: (error as Error).message }, clock.now());
    if (!(error instanceof OvertakenError) || count === mostPlans) throw error;
    return 'overtaken';
  }
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

/** Whether the next read can be measured against this one. */
function isMeasure({ complete, isDelta = false }: Receipt): boolean {
  return complete && !isDelta;
}

function releaseRun(run: Run, runId: number, before: number, { actor, pauses, isAsked }: SyncOptions): void {
  const { receipt } = run;
  const open = run.targets.filter(
    (target) => target.configuration.mode === 'full' && target.failure === undefined,
  );
  release(run.state, run.stage, {
    run: runId,
    generation: before,
    now: run.clock.now(),
    ...(receipt && { receipt }),
    ended: run.source.ended?.() ?? [],
    ...(pauses !== undefined && { pauses: { actor, reason: pauses } }),
    isWhole: run.isWhole,
    isPartial: isPartial(run),
    ...(isAsked === true && { isAsked }),
    ledger: run.people.ledger,
    // A read that breaks a limit is accepted when it is approved; one that is not complete never is.
    acceptedBy: run.targets
      .filter(({ sealed }) => receipt !== undefined && isMeasure(receipt) && !isReadHeld(sealed!))
      .map(({ id }) => id),
    isExamined: (slot) => run.people.examined.get(slot) === 1,
    isGroupExamined: (group) => run.groups.isExamined(group),
    isNestingExamined: settlesNesting(run),
    leaving: open.map(({ id, configuration }) => leaveRuleOf(run.state, id, configuration)),
    agreed: run.offboarded.agreedBy(run),
    targets: open.map((target) => ({
      index: target.index,
      id: target.id,
      name: target.configuration.name,
      digest: target.configuration.digest,
      fingerprint: target.fingerprint,
      ...(target.lentSince !== undefined && {
        lent: { since: target.lentSince, inDoubt: target.inDoubt },
      }),
      linked: target.accounts.count,
      absenceProved: run.stage.isAbsenceProved(target.index),
      totals: target.sealed!.fresh,
      held: target.sealed!.held,
      parts: target.sealed!.parts,
      approvals: [
        ...target.sealed!.approvals,
        ...(target.movedApproval === undefined
          ? []
          : [{ id: target.movedApproval, kind: 'target' as const }]),
      ],
    })),
  });
}
