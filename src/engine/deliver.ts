import type { Failure, Kind, TargetConfiguration } from '../model/index.ts';
import type { Delivery } from '../delivery/attempt.ts';
import { deliver, resolveDoubts } from '../delivery/deliver.ts';
import type { DeliverOptions } from '../delivery/deliver.ts';
import { OperationQueue } from '../store/operations.ts';
import type { Step } from '../store/operations.ts';
import { targetRow } from '../store/accounts.ts';
import { backlog } from '../store/status.ts';
import { fingerprintOf } from './build.ts';
import type { Sync, TargetResult } from './contract.ts';
import type { Run, TargetRun } from './run.ts';

/** What became of a target's doubts before anything was planned. */
export interface Cleared {
  readonly failure?: Failure;
  readonly counts: Counts;
}

type Counts = Partial<Record<Kind, number>>;

/**
 * What was sent and never answered is read before anything is planned about those people (law 11). After a run that was
 * killed a moment ago this waits, for as long as a target needs until it finds what it was sent: a few seconds.
 */
export async function clearDoubts(sync: Sync, runId: number): Promise<ReadonlyMap<string, Cleared>> {
  const cleared = new Map<string, Cleared>();
  await Promise.all(
    sync.targets.map(async (target) => {
      const delivery = deliveryOf(sync, target, runId);
      if (delivery === undefined) return;
      const counts: Counts = {};
      const failure = await resolveDoubts(delivery, deliverOptions(sync, target, counts));
      cleared.set(target.name, { counts, ...(failure !== undefined && { failure }) });
    }),
  );
  return cleared;
}

/** Carries out what is released on a target, unless it has shown that it cannot be reached. */
export async function deliverTarget(
  sync: Sync,
  run: Run,
  target: TargetRun,
  runId: number,
  cleared: Cleared = { counts: {} },
): Promise<TargetResult> {
  const started = performance.now();
  const { configuration } = target;
  const counts: Counts = { ...cleared.counts };
  let failure = cleared.failure ?? target.failure;
  const delivery = failure === undefined ? deliveryOf(sync, configuration, runId, run.passwords) : undefined;
  if (delivery !== undefined) failure = await deliver(delivery, deliverOptions(sync, configuration, counts));
  const left = backlog(run.state, target.id);
  const { held } = target.sealed!;
  const isPartial = left.failed + left.waiting + left.pending > 0;
  return {
    name: configuration.name,
    state: failure !== undefined ? 'failed' : held.length > 0 ? 'held' : isPartial ? 'partial' : 'done',
    ...(failure !== undefined && { error: { code: failure.code, message: failure.message } }),
    held,
    counts,
    failed: left.failed,
    waiting: left.waiting + left.pending,
    seconds: Math.round((performance.now() - started) / 10) / 100,
  };
}

/** Nothing where nothing may be sent: to a target that is only observed, or to another base URL than the state's. */
function deliveryOf(
  { engine, options, state, remotes }: Sync,
  target: TargetConfiguration,
  runId: number,
  passwords: ReadonlyMap<string, string> = new Map(),
): Delivery | undefined {
  const { id, fingerprint } = targetRow(state, target.name)!;
  // At another base URL there may be another service: not even what was released before is sent there.
  if (target.mode !== 'full' || fingerprint !== fingerprintOf(target)) return undefined;
  return {
    name: target.name,
    profile: target.profile,
    remote: remotes.get(target.name)!,
    queue: new OperationQueue(state, { id, name: target.name }, runId),
    now: () => engine.clock.now(),
    random: options.random,
    password: (key) => passwords.get(key),
  };
}

/** How a target is delivered to; what is done is counted. */
function deliverOptions(
  { engine, options }: Sync,
  target: TargetConfiguration,
  counts: Counts,
): DeliverOptions {
  return {
    pace: target.pace,
    signal: options.signal,
    until: engine.clock.now() + options.wait,
    lookupLagSeconds: target.profile.lookupLagSeconds,
    sleep: options.sleep,
    onStep: (step: Step) => {
      if (step.kind === 'done') counts[step.operation.kind] = (counts[step.operation.kind] ?? 0) + 1;
      options.onStep?.(target.name, step);
    },
  };
}
