import { RollcallError } from '../model/index.ts';
import type { Failure, Held, Kind, TargetConfiguration } from '../model/index.ts';
import { deliver, resolveDoubts } from '../delivery/deliver.ts';
import type { Delivery } from '../delivery/attempt.ts';
import type { DeliverOptions } from '../delivery/deliver.ts';
import type { ScimTarget } from '../scim/target.ts';
import { ensureTarget, targetRow } from '../store/accounts.ts';
import { lock } from '../store/locks.ts';
import type { Holder, LockAttempt } from '../store/locks.ts';
import { OperationQueue } from '../store/operations.ts';
import type { Step } from '../store/operations.ts';
import { OvertakenError, generation, release } from '../store/release.ts';
import { markDangling } from '../store/references.ts';
import { endRun, startRun } from '../store/runs.ts';
import { openState, stateError } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { backlog } from '../store/status.ts';
import { build, chosenTargets, fingerprintOf } from './build.ts';
import type { Engine } from './build.ts';
import type { Run, TargetRun } from './run.ts';

export interface SyncOptions {
  readonly names: readonly string[];
  readonly command: string;
  readonly actor: string;
  readonly signal: AbortSignal;
  /** How long it waits for retries that fall due, in milliseconds. */
  readonly wait: number;
  readonly sleep: DeliverOptions['sleep'];
  readonly random: () => number;
  /** Called when a plan is sealed and before anything is sent; throwing here stops the run. Again, if it is planned anew. */
  readonly onPlan?: (run: Run) => void;
  readonly onStep?: (target: string, step: Step) => void;
  /** Called when the plan is released: how many operations each target has to carry out. */
  readonly onRelease?: (run: Run, pending: ReadonlyMap<string, number>) => void;
}

export interface TargetResult {
  readonly name: string;
  readonly state: 'done' | 'held' | 'partial' | 'failed';
  readonly error?: { readonly code: string; readonly message: string };
  readonly held: readonly Held[];
  /** Operations that were carried out. */
  readonly counts: Readonly<Partial<Record<Kind, number>>>;
  readonly failed: number;
  readonly waiting: number;
  readonly seconds: number;
}

/** The straight path: read, plan, guard, release, deliver. Stopped at any point, the next run goes on from there. */
export async function sync<T>(
  engine: Engine,
  options: SyncOptions,
  use: (run: Run, results: readonly TargetResult[], runId: number) => T,
): Promise<T> {
  const wanted = chosenTargets(engine.configuration, options.names);
  const state = openState(engine.configuration.state, true);
  const remotes = new Map<string, ScimTarget>();
  let locks: Locks | undefined;
  try {
    locks = lockTargets(state, wanted, options.command, engine.clock.now());
    const { targets } = locks;
    for (const target of targets) remotes.set(target.name, engine.openTarget(target));
    for (const target of targets) ensureTarget(state, target.name, fingerprintOf(target), target.renamedFrom);
    const { run, runId, troubles } = await planAndRelease(engine, state, options, targets, remotes);
    try {
      options.onRelease?.(
        run,
        new Map(
          run.targets.map((target) => [target.configuration.name, backlog(run.state, target.id).pending]),
        ),
      );
      const results = await Promise.all(
        run.targets.map((target) =>
          deliverTarget(engine, run, target, options, runId, troubles.get(target.configuration.name)),
        ),
      );
      for (const { id } of run.targets) markDangling(state, id);
      const all = [...results, ...locks.busy];
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
    for (const remote of remotes.values()) remote.close();
    for (const release of locks?.releases ?? []) release();
    state.close();
  }
}

interface Released {
  readonly run: Run;
  readonly runId: number;
  readonly troubles: ReadonlyMap<string, Failure>;
}

const mostPlans = 10;

/**
 * Plans, and once more where somebody who syncs another target has released a plan in the meantime: then this one is
 * void, and so is its number, since what it saw would count as older than what the other has dealt with.
 */
async function planAndRelease(
  engine: Engine,
  state: State,
  options: SyncOptions,
  targets: readonly TargetConfiguration[],
  remotes: ReadonlyMap<string, ScimTarget>,
): Promise<Released> {
  for (let count = 1; ; count++) {
    // Read before the number is given: a run that gets a later number and releases first changes it.
    const before = generation(state);
    const { clock } = engine;
    const runId = startRun(state, { command: options.command, actor: options.actor, now: clock.now() });
    const troubles = await clearDoubts(engine, state, options, targets, remotes, runId);
    for (const { name } of targets) markDangling(state, targetRow(state, name)!.id);
    const run = await build(engine, state, targets, runId, remotes);
    try {
      options.onPlan?.(run);
      if (!options.signal.aborted) releaseRun(run, runId, before);
      return { run, runId, troubles };
    } catch (error) {
      run.stage.close();
      if (!(error instanceof OvertakenError) || count === mostPlans) throw error;
      endRun(state, runId, { void: error.message }, clock.now());
    }
  }
}

interface Locks {
  readonly targets: readonly TargetConfiguration[];
  readonly busy: readonly TargetResult[];
  readonly releases: readonly (() => void)[];
}

/** A target that somebody else delivers to is reported, and the others go on (rule 26). */
function lockTargets(
  state: State,
  wanted: readonly TargetConfiguration[],
  command: string,
  now: number,
): Locks {
  const targets: TargetConfiguration[] = [];
  const busy: TargetResult[] = [];
  const releases: (() => void)[] = [];
  for (const target of wanted) {
    const attempt = lockBoth(state, target, command, now);
    if (attempt.held) {
      targets.push(target);
      releases.push(attempt.release);
    } else
      busy.push({
        name: target.name,
        state: 'failed',
        error: { code: 'locked', message: busyMessage(target.name, attempt.holder) },
        held: [],
        counts: {},
        failed: 0,
        waiting: 0,
        seconds: 0,
      });
  }
  if (targets.length > 0) return { targets, busy, releases };
  throw new RollcallError(
    'locked',
    busy.map(({ error }) => ({
      message: error!.message,
      hint: 'wait until it has ended; what it leaves over, the next run takes up',
    })),
  );
}

/** Under a new name a target is still the one that somebody may be delivering to under the old one. */
function lockBoth(state: State, target: TargetConfiguration, command: string, now: number): LockAttempt {
  const own = lock(state, target.name, command, now);
  if (!own.held || target.renamedFrom === undefined) return own;
  const former = lock(state, target.renamedFrom, command, now);
  if (!former.held) {
    own.release();
    return former;
  }
  const release = (): void => {
    former.release();
    own.release();
  };
  return { held: true, release };
}

function busyMessage(name: string, holder: Holder | undefined): string {
  if (holder === undefined) return `another run is delivering to ${name}`;
  return `${name} is being delivered to by \`rollcall ${holder.command}\`, process ${holder.pid} on ${holder.host}, since ${new Date(holder.since).toISOString()}`;
}

/** What was sent and never answered is read before anything is planned about those people (law 11). */
async function clearDoubts(
  engine: Engine,
  state: State,
  options: SyncOptions,
  targets: readonly TargetConfiguration[],
  remotes: ReadonlyMap<string, ScimTarget>,
  runId: number,
): Promise<ReadonlyMap<string, Failure>> {
  const troubles = new Map<string, Failure>();
  await Promise.all(
    targets.map(async (target) => {
      const delivery = deliveryOf(engine, state, options, target, remotes.get(target.name)!, runId);
      if (delivery === undefined) return;
      const failure = await resolveDoubts(delivery, deliverOptions(engine, options, target));
      if (failure !== undefined) troubles.set(target.name, failure);
    }),
  );
  return troubles;
}

function deliveryOf(
  engine: Engine,
  state: State,
  options: SyncOptions,
  target: TargetConfiguration,
  remote: ScimTarget,
  runId: number,
  passwords: ReadonlyMap<string, string> = new Map(),
): Delivery | undefined {
  const row = state.sql('SELECT id, fingerprint FROM target WHERE name = ?').get(target.name) as {
    id: number;
    fingerprint: string;
  };
  // At another base URL there may be another service: not even what was released before is sent there.
  if (row.fingerprint !== fingerprintOf(target)) return undefined;
  return {
    name: target.name,
    profile: target.profile,
    remote,
    queue: new OperationQueue(state, { id: row.id, name: target.name }, runId),
    now: () => engine.clock.now(),
    random: options.random,
    password: (key) => passwords.get(key),
  };
}

function deliverOptions(engine: Engine, options: SyncOptions, target: TargetConfiguration): DeliverOptions {
  return {
    pace: target.pace,
    signal: options.signal,
    until: engine.clock.now() + options.wait,
    lookupLagSeconds: target.profile.lookupLagSeconds,
    sleep: options.sleep,
    ...(options.onStep !== undefined && { onStep: (step: Step) => options.onStep!(target.name, step) }),
  };
}

function releaseRun(run: Run, runId: number, before: number): void {
  const open = run.targets.filter(
    (target) => target.configuration.mode === 'full' && target.failure === undefined,
  );
  release(run.state, run.stage, {
    run: runId,
    generation: before,
    now: run.clock.now(),
    receipt: run.receipt!,
    isWhole: run.receipt!.complete && run.unknownKeys === 0,
    ledger: run.people.ledger,
    isExamined: (slot) => run.people.examined.get(slot) === 1,
    targets: open.map((target) => ({
      index: target.index,
      id: target.id,
      name: target.configuration.name,
      digest: target.configuration.digest,
      fingerprint: target.fingerprint,
      linked: target.linkedCount,
      absenceProved: run.stage.isAbsenceProved(target.index),
      totals: target.sealed!.fresh,
      held: target.sealed!.held,
      // One that breaks a limit does when it is approved; one that is not complete never does.
      accepted: run.receipt!.complete && !target.sealed!.held.some(({ kind }) => kind === 'source'),
      approvals: [
        ...target.sealed!.approvals,
        ...(target.movedApproval === undefined
          ? []
          : [{ id: target.movedApproval, kind: 'target' as const }]),
      ],
    })),
  });
}

async function deliverTarget(
  engine: Engine,
  run: Run,
  target: TargetRun,
  options: SyncOptions,
  runId: number,
  trouble: Failure | undefined,
): Promise<TargetResult> {
  const started = performance.now();
  const { name, mode } = target.configuration;
  const counts: Partial<Record<Kind, number>> = {};
  let failure = trouble ?? target.failure;
  const counted = {
    ...options,
    onStep: (which: string, step: Step) => {
      if (step.kind === 'done') counts[step.operation.kind] = (counts[step.operation.kind] ?? 0) + 1;
      options.onStep?.(which, step);
    },
  };
  const delivery =
    mode === 'full' && failure === undefined
      ? deliveryOf(engine, run.state, counted, target.configuration, target.remote, runId, run.passwords)
      : undefined;
  if (delivery !== undefined)
    failure = await deliver(delivery, deliverOptions(engine, counted, target.configuration));
  const left = backlog(run.state, target.id);
  const { held } = target.sealed!;
  const isPartial = left.failed + left.waiting + left.pending > 0;
  return {
    name,
    state: failure !== undefined ? 'failed' : held.length > 0 ? 'held' : isPartial ? 'partial' : 'done',
    ...(failure !== undefined && { error: { code: failure.code, message: failure.message } }),
    held,
    counts,
    failed: left.failed,
    waiting: left.waiting + left.pending,
    seconds: Math.round((performance.now() - started) / 10) / 100,
  };
}
