import type { Failure, TargetConfiguration } from '../model/index.ts';
import type { DeliverOptions, Delivery } from '../delivery/delivery.ts';
import { deliver } from '../delivery/deliver.ts';
import { unlessInvited } from '../delivery/doubt.ts';
import { resolveDoubts } from '../delivery/doubts.ts';
import { doneIn } from '../delivery/drain.ts';
import type { Resolved } from '../delivery/doubts.ts';
import { OperationQueue, isLeaving } from '../store/queue/queue.ts';
import type { Recorder, TargetOfQueue } from '../store/queue/recorder.ts';
import type { Leased, Step } from '../store/queue/queue.ts';
import { targetRow } from '../store/accounts.ts';
import { settleSpent } from '../store/budgets.ts';
import { halt } from '../store/halts.ts';
import { personOf } from '../store/links.ts';
import { forgetLags, leaverLag } from '../store/lag.ts';
import { pauseOf } from '../store/pauses.ts';
import type { Pause } from '../store/pauses.ts';
import { backlog, isInDoubt } from '../store/status.ts';
import { dropWithdrawn } from '../store/withdrawn.ts';
import { isHalting, markRefused } from './circuit.ts';
import type { Sync, TargetResult } from './contract.ts';
import { fingerprintOf } from './moved.ts';
import type { Run, TargetRun } from './run.ts';

/** By the name of a target, what is in doubt there, as far as it is read. */
export type Cleared = Map<string, Resolved>;

/**
 * What was sent and never answered is read before anything is planned about those people (law 11). After a run that was
 * killed a moment ago this waits, for as long as a target needs until it finds what it was sent: a few seconds. A target that
 * was asked in vain `before`, in the same sync, is not asked again.
 */
export async function clearDoubts(
  sync: Sync,
  runId: number,
  cleared: Cleared,
  { signal, before }: { readonly signal: AbortSignal; readonly before: Cleared | undefined },
): Promise<void> {
  await Promise.all(
    sync.targets.map(async (target) => {
      const { name } = target;
      if (sync.circuits.shut.has(name)) return;
      const earlier = before?.get(name);
      if ((earlier?.failure ?? earlier?.left) !== undefined) {
        cleared.set(name, earlier!);
        return;
      }
      // Whether somebody who was to leave still does is not known before the source was read.
      const delivery = deliveryOf(sync, target, runId, {
        password: () => undefined,
        stillLeaves: () => false,
        mayRepeat: unlessInvited(target.profile),
      });
      if (delivery === undefined) return;
      cleared.set(name, await resolveDoubts(delivery, { ...deliverOptions(sync, target), signal }));
      dropWithdrawn(sync.state, targetRow(sync.state, name)!.id);
    }),
  );
}

/** Carries out what is released on a target, unless it has shown that it cannot be reached. */
export async function deliverTarget(
  sync: Sync,
  run: Run,
  target: TargetRun,
  runId: number,
  recorder: Recorder,
  cleared: Resolved = {},
): Promise<TargetResult> {
  const started = performance.now();
  const { configuration } = target;
  const { held } = target.sealed!;
  const stillLeaves = ({ person }: Leased): boolean =>
    !target.inDoubt.has(person - 1) || (held.length === 0 && target.stillLeave.has(person - 1));
  const met = target.failure ?? target.outOfReach;
  const wanted = sync.options.givesWay?.(configuration.name);
  let failure = cleared.failure ?? met;
  if (cleared.failure === undefined && met !== undefined) haltBy(sync, target, met, runId);
  const delivery =
    failure === undefined
      ? deliveryOf(
          sync,
          configuration,
          runId,
          {
            password: (key) => run.passwords.get(key),
            stillLeaves,
            mayRepeat: (operation) =>
              !target.inDoubt.has(operation.person - 1) ||
              (isLeaving(operation) && stillLeaves(operation)) ||
              (held.length === 0 && target.stillCome.has(operation.person - 1)),
          },
          recorder,
        )
      : undefined;
  if (delivery !== undefined)
    failure = await deliver(delivery, {
      ...deliverOptions(sync, configuration),
      ...(wanted && { signal: AbortSignal.any([sync.options.signal, wanted]) }),
      ...restOf(cleared),
    });
  if (failure !== undefined && !sync.circuits.shut.has(configuration.name))
    await markRefused(run.state, target.id, failure, target.remote);
  // Whoever answered a probe and had nothing to be sent is well again.
  if (
    failure === undefined &&
    delivery?.queue.doubtfulIds().length === 0 &&
    sync.circuits.answered.has(configuration.name)
  )
    delivery.queue.resume(sync.engine.clock.now());
  settlePace(sync, target.id, configuration.name);
  const lag = leaverLag(run.state, target.id, sync.begun, sync.engine.clock.now());
  const left = backlog(run.state, target.id);
  // A run that pauses its targets has said so itself, unless a person has stopped it by another pause.
  const isOwn = sync.options.pauses !== undefined && delivery?.queue.orders().isPaused !== true;
  const paused = isOwn ? undefined : pauseOf(run.state, target.id);
  const { until = Infinity } = sync.options;
  const isOver = left.pending > 0 && sync.engine.clock.now() >= until;
  const isPartial = paused !== undefined || left.failed + left.waiting + left.pending > 0;
  const error = failure ?? (paused && pausedError(configuration.name, paused));
  return {
    name: configuration.name,
    state: failure !== undefined ? 'failed' : held.length > 0 ? 'held' : isPartial ? 'partial' : 'done',
    ...(error !== undefined && { error: { code: error.code, message: error.message } }),
    ...(paused !== undefined && { paused }),
    ...(isOver && { stoppedAt: until }),
    ...(wanted?.aborted === true && left.pending > 0 && { gaveWay: true }),
    held,
    counts: sync.counts.get(configuration.name)!,
    failed: left.failed,
    waiting: left.waiting + left.pending,
    ...(isInDoubt(run.state, target.id, sync.begun) && { isInDoubt: true }),
    ...(lag !== undefined && { leaverLag: lag }),
    seconds: Math.round((performance.now() - started) / 10) / 100,
  };
}

/** What was spent, and until when the target rests, outlives the run. */
export function settlePace({ state, paces, engine }: Sync, id: number, name: string): void {
  const { budgets, ...pace } = paces.get(name)!;
  const now = engine.clock.now();
  const restUntil = pace.restUntil(false);
  forgetLags(state, id, now);
  settleSpent(state, id, budgets.unsaved(), {
    restUntil: restUntil > now ? restUntil : undefined,
    forgetBefore: budgets.forgetBefore(now),
  });
}

/** What planning met of a target that is out of reach halts it as well. */
function haltBy(
  { state, circuits, engine }: Sync,
  { id, configuration }: TargetRun,
  failure: Failure,
  run: number,
): void {
  const { name, mode } = configuration;
  if (mode !== 'full' || circuits.shut.has(name) || !isHalting(failure)) return;
  halt(state, { id, name, run }, failure, engine.clock.now());
}

/** That somebody forgot a pause shall not go unnoticed: it is told by each run, also where nothing waits. */
function pausedError(name: string, { since, actor, reason }: Pause): Pick<Failure, 'code' | 'message'> {
  const why = reason === undefined ? '' : `: ${reason}`;
  const when = new Date(since).toISOString();
  const message = `${name} is paused since ${when} by ${actor}${why}; rollcall resume ${name} sends what waits`;
  return { code: 'paused', message };
}

function restOf({ restUntil }: Resolved): Pick<DeliverOptions, 'restUntil'> {
  return restUntil === undefined ? {} : { restUntil };
}

/** Nothing where nothing may be sent: to a target that is only observed, or to another base URL than the state's. */
export function deliveryOf(
  { engine, options, state, remotes }: Sync,
  target: TargetConfiguration,
  runId: number,
  known: Pick<Delivery, 'password' | 'stillLeaves' | 'mayRepeat'>,
  recorder?: Recorder,
  meant: Pick<TargetOfQueue, 'since'> = {},
): Delivery | undefined {
  const { id, fingerprint } = targetRow(state, target.name)!;
  // At another base URL there may be another service: not even what was released before is sent there.
  if (target.mode !== 'full' || fingerprint !== fingerprintOf(target)) return undefined;
  return {
    name: target.name,
    profile: target.profile,
    drift: target.drift,
    remote: remotes.get(target.name)!,
    queue: new OperationQueue(
      state,
      {
        id,
        name: target.name,
        ...membersOf(target),
        ...meant,
        ...(options.pauses !== undefined && { isPausedByRun: true }),
        // Of somebody who was never met, nothing is there to be sent.
        ...(options.only !== undefined && { only: personOf(state, options.only) ?? 0 }),
      },
      runId,
      recorder,
    ),
    now: () => engine.clock.now(),
    since: engine.clock.now(),
    random: options.random,
    ...(typeof target.password === 'object' && {
      newPassword: options.newPassword.bind(undefined, target.password.length),
    }),
    ...known,
  };
}

/** How many members of a group one request takes. */
function membersOf({ profile: { groups } }: TargetConfiguration): { readonly members?: number } {
  return groups.supported ? { members: groups.members.perRequest } : {};
}

/** How a target is delivered to; what is done is counted. */
export function deliverOptions(
  { engine, options, paces, counts: all }: Sync,
  target: TargetConfiguration,
): DeliverOptions {
  const counts = all.get(target.name)!;
  return {
    pace: paces.get(target.name)!,
    membersPerRequest: membersOf(target).members ?? 1,
    signal: options.signal,
    until: options.until ?? engine.clock.now() + options.wait,
    ...(options.until !== undefined && { endsAt: options.until }),
    lookupLagSeconds: target.profile.lookupLagSeconds,
    timeoutSeconds: target.timeoutSeconds,
    sleep: options.sleep,
    onStep: (step: Step) => {
      const { kind } = step.operation;
      const done = doneIn(step);
      if (done > 0) counts[kind] = (counts[kind] ?? 0) + done;
      options.onStep?.(target.name, step);
    },
  };
}
