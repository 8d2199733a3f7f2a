import type { PaceRules, TargetConfiguration } from '../model/index.ts';
import type { Resolved } from '../delivery/doubts.ts';
import { observed } from '../delivery/observed.ts';
import { createPace } from '../delivery/pace.ts';
import type { Pace, PaceStart } from '../delivery/pace.ts';
import type { ScimTarget } from '../scim/target.ts';
import { ensureTarget, targetRow } from '../store/accounts.ts';
import { openRecorder } from '../store/queue/background.ts';
import { restOf, spentOf, writeSpent } from '../store/budgets.ts';
import { haltOf } from '../store/halts.ts';
import { markDangling } from '../store/references.ts';
import { endRun } from '../store/runs.ts';
import { stateError } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { backlog } from '../store/status.ts';
import { inFiles } from '../store/store.ts';
import { pruneTrail } from '../store/trail/prune.ts';
import { chosenTargets } from './build.ts';
import type { Engine } from './build.ts';
import { Attendant } from './attendant.ts';
import { Circuits } from './circuit.ts';
import type { Sync, SyncOptions, TargetResult } from './contract.ts';
import { deliverTarget } from './deliver.ts';
import { lockTargets, lockedError } from './locks.ts';
import { fingerprintOf } from './moved.ts';
import { planAndRelease } from './planned.ts';
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
  const asked = new Map<string, ScimTarget>();
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
      const { name, renamedFrom, digest } = target;
      const id = lent.includes(target)
        ? targetRow(state, name)!.id
        : ensureTarget(state, name, fingerprintOf(target), { renamedFrom, digest });
      const pace = openPace(engine, options, target.pace, {
        isSlow: haltOf(state, id) !== undefined,
        spent: spentOf(state, id),
        restUntil: restOf(state, id),
      });
      const opened = engine.openTarget(target, ({ limit }) => limit && pace.heed(limit));
      const now = (): number => engine.clock.now();
      paces.set(name, pace);
      remotes.set(name, observed(opened, pace, now));
      asked.set(name, observed(opened, pace, now, 'planning'));
    }
    const counts = new Map(targets.map(({ name }) => [name, {}]));
    const circuits = new Circuits(state, engine.clock, remotes);
    const begun = engine.clock.now();
    const underWay = {
      engine,
      options,
      state,
      begun,
      targets,
      lent,
      remotes,
      asked,
      paces,
      circuits,
      counts,
    };
    attendant = new Attendant(underWay);
    const { run, runId, cleared, isReleased } = await planAndRelease(underWay, attendant);
    try {
      const pending = new Map(
        run.targets.map(({ id, configuration }) => [configuration.name, backlog(state, id).pending]),
      );
      if (isReleased) options.onRelease?.(run, pending);
      const results = await deliverAll(underWay, run, runId, cleared, pending, attendant, (result, id) => {
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
  attendant: Attendant,
  done: (result: TargetResult, id: number) => void,
): Promise<readonly TargetResult[]> {
  const count = [...pending.values()].reduce((sum, one) => sum + one, 0);
  const recorder = openRecorder(sync.state, count);
  try {
    const outcomes = await Promise.allSettled(
      run.targets.filter(isOurs).map(async (target) => {
        const { name } = target.configuration;
        // From here on it has somebody who delivers to it.
        await attendant.leaveOne(name);
        const known = cleared.get(name);
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
