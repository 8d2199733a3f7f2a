import type { ScimTarget } from '../scim/target.ts';
import { currentRun } from '../store/runs.ts';
import { situationsOf } from '../store/stage/situations.ts';
import { openState, stateError } from '../store/state.ts';
import { keepStrays } from '../store/strays.ts';
import { build, chosenTargets } from './build.ts';
import type { Engine } from './build.ts';
import type { TargetResult } from './contract.ts';
import { lockTargets } from './locks.ts';
import { isContradicted, repair } from './repair.ts';
import type { Repairing, Taken } from './repair.ts';
import type { Run, TargetRun } from './run.ts';
import { settleUnlinked } from './unlinked.ts';

export interface Reconciled {
  readonly run: Run;
  /** Targets that somebody else delivers to, where something is to be written. */
  readonly busy: readonly TargetResult[];
  /** By name; nothing of a target that was not reached, that is only observed, or whose list contradicts itself. */
  readonly taken: ReadonlyMap<string, Taken>;
}

/**
 * What is nobody's is kept for access reports, with the time: they ask no target. Nothing else is written by a look; of a
 * target that was never synced, and of a list that contradicts itself, not even this.
 */
function noteStrays({ state, stage, clock }: Run, { id, index, stock }: TargetRun): void {
  if (id === 0 || isContradicted(stock!)) return;
  const all = (['disputed', 'adoptable', 'orphan'] as const).map((one) => situationsOf(stage, index, one));
  keepStrays(state, id, flat(all), clock.now());
}

function* flat<T>(all: readonly Iterable<T>[]): Generator<T> {
  for (const some of all) yield* some;
}

/**
 * Compares what targets really hold with what they confirmed: the path of a plan, with the live list in the place of the
 * last confirmed accounts (law 2). Alone it takes no lock, and writes nothing but what it found to be nobody's. With `repairing`, what was found is taken
 * into the state, and nothing more: the sync after it sees what differs, and plans, guards and sends as ever. The locks
 * are free again when `use` is called.
 */
export async function reconcile<T>(
  engine: Engine,
  names: readonly string[],
  repairing: Repairing | undefined,
  use: (found: Reconciled) => Promise<T>,
): Promise<T> {
  const { configuration, clock } = engine;
  const wanted = chosenTargets(configuration, names);
  const state = openState(configuration.state, repairing !== undefined);
  const remotes = new Map<string, ScimTarget>();
  const releases: (() => void)[] = [];
  let run: Run | undefined;
  const free = (): void => releases.splice(0).forEach((release) => release());
  try {
    const locks =
      repairing === undefined ? undefined : lockTargets(state, wanted, repairing.command, clock.now());
    releases.push(...(locks?.releases ?? []));
    const targets = locks?.targets ?? wanted;
    for (const target of targets) remotes.set(target.name, engine.openTarget(target));
    const version = currentRun(state) + 1;
    run = await build(engine, state, targets, { version, isKept: false, reconciles: true }, remotes);
    for (const target of run.targets)
      if (target.failure === undefined) {
        settleUnlinked(run, target, target.stock!);
        noteStrays(run, target);
      }
    const taken = repairing === undefined ? new Map<string, Taken>() : repair(run, repairing);
    free();
    return await use({ run, busy: locks?.busy ?? [], taken });
  } catch (error) {
    throw stateError(error, state);
  } finally {
    for (const remote of remotes.values()) remote.close();
    free();
    run?.stage.close();
    state.close();
  }
}
