import { reconcile } from '../engine/reconcile.ts';
import { plan } from '../engine/plan.ts';
import { sync } from '../engine/sync.ts';
import type { Run } from '../engine/run.ts';
import { RollcallError } from '../model/index.ts';
import { newPassword } from '../wiring/new-password.ts';
import { newsOfError, tellNews } from '../wiring/news.ts';
import { newsOf } from '../notify/index.ts';
import { itemsOf } from '../reports/reconcile.ts';
import { rejectionViews } from '../reports/views.ts';
import { actorIn, loadWith, sleep } from '../wiring/engine.ts';
import type { Wired } from '../wiring/engine.ts';
import { namesIn, refuseWait, usualWait, withEngine } from './house.ts';
import type { House } from './house.ts';
import { approved, lifted, offboarded, provisioned } from './one.ts';
import {
  ofSource,
  operationEvents,
  plannedOperations,
  plannedTarget,
  reconciledTargets,
  releasedEvent,
  syncResult,
} from './results.ts';
import { running } from './running.ts';
import type { Teller, Told } from './running.ts';
import { stoppable } from './stoppable.ts';
import type {
  PlanEvent,
  PlanOptions,
  PlannedTarget,
  PlanResult,
  ReconcileEvent,
  ReconcileOptions,
  ReconcileResult,
  Rollcall,
  RollcallOptions,
  SyncEvent,
  SyncOptions,
  SyncResult,
} from './types.ts';

const usualMost = 1000;

export async function open(options: RollcallOptions): Promise<Rollcall> {
  refuseUnknown(options);
  const { config = 'rollcall.yaml', env = process.env } = options;
  const loaded = await loadWith(config, env);
  const house: House = { loaded, env, actor: options.actor ?? actorIn(env), options };
  return {
    targets: loaded.configuration.targets.map(({ name }) => name),
    plan: (asked = {}) => running((teller) => planned(house, asked, teller)),
    sync: (asked = {}) => running((teller) => synced(house, asked, teller)),
    reconcile: (asked = {}) => running((teller) => reconciled(house, asked, teller)),
    provision: (key, asked = {}) => running((teller) => provisioned(house, key, asked, teller)),
    offboard: (key, asked = {}) => running((teller) => offboarded(house, key, asked, teller)),
    lift: (key) => lifted(house, key),
    approve: (target, checksum, asked = {}) => approved(house, target, checksum, asked),
  };
}

const known = ['config', 'env', 'actor', 'log', 'logPersonalData', 'onWarning'];

/** A name that is mistyped would mean another configuration than the one that was named. */
function refuseUnknown(options: RollcallOptions): void {
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new RollcallError('usage', {
      message: `createRollcall takes no ${unknown.join(', ')}`,
      hint: `it takes ${known.join(', ')}`,
    });
}

async function planned(house: House, options: PlanOptions, teller: Teller<PlanEvent>): Promise<PlanResult> {
  const { signal, most = usualMost } = options;
  const names = namesIn(options.targets);
  return withEngine(house, options, teller, ({ engine }) =>
    plan(signal ? stoppable(engine, signal) : engine, names, async (run) => {
      if (teller.isHeard) await tellPlan(run, teller);
      const targets = run.targets.map((target): readonly [string, PlannedTarget] => [
        target.configuration.name,
        plannedTarget(run, target, most),
      ]);
      return { ...ofSource(run, most), targets: Object.fromEntries(targets) };
    }),
  );
}

async function tellPlan(run: Run, teller: Teller<PlanEvent>): Promise<void> {
  for (const rejection of rejectionViews(run)) await teller.tellInTurn({ type: 'rejected', rejection });
  for (const target of run.targets)
    for (const operation of plannedOperations(run, target))
      await teller.tellInTurn({ type: 'planned', target: target.configuration.name, operation });
}

function synced(house: House, options: SyncOptions, teller: Teller<SyncEvent>): Promise<SyncResult> {
  const targets = namesIn(options.targets);
  return withEngine(house, options, teller, (wired) =>
    deliver(house, wired, { ...options, command: ['sync', ...targets].join(' ') }, teller),
  );
}

/** Plans, releases and delivers, as `rollcall sync` does, and whoever the configuration names is told of it. */
async function deliver(
  { actor, env }: House,
  { engine, traffic, configuration }: Wired,
  options: SyncOptions & { readonly command: string },
  teller: Told<SyncEvent>,
): Promise<SyncResult> {
  const { command, most = usualMost, wait = usualWait, until } = options;
  const { signal = new AbortController().signal } = options;
  const names = namesIn(options.targets);
  refuseWait(wait);
  const warn = (message: string): void => teller.tell({ type: 'warning', problem: { message } });
  try {
    const { result, news } = await sync(
      stoppable(engine, signal),
      {
        names,
        command,
        actor,
        signal,
        wait,
        ...(until && { until: until.getTime() }),
        sleep,
        random: Math.random,
        newPassword,
        onRelease: (run, pending) => {
          for (const target of run.targets)
            teller.tell(releasedEvent(run, target, pending.get(target.configuration.name) ?? 0));
        },
        onStep: (target, step) => {
          if (teller.isHeard) for (const event of operationEvents(target, step)) teller.tell(event);
        },
      },
      (run, results, runId) => ({
        result: syncResult(run, results, runId, { traffic, most }),
        news: newsOf(run, results, { runId, isStopped: signal.aborted }),
      }),
    );
    await tellNews(configuration, news, warn, env);
    return result;
  } catch (error) {
    if (!signal.aborted) await tellNews(configuration, newsOfError(error, Date.now()), warn, env);
    throw error;
  }
}

async function reconciled(
  house: House,
  options: ReconcileOptions,
  teller: Teller<ReconcileEvent>,
): Promise<ReconcileResult> {
  const { signal, most = usualMost, repair = false, missing } = options;
  const names = namesIn(options.targets);
  if (missing !== undefined && !repair)
    throw new RollcallError('usage', {
      message: 'missing is for a repair',
      hint: 'repair: true; without it, nothing is closed that could be too much',
    });
  const command = ['reconcile', ...names, ...(repair ? ['--repair'] : [])].join(' ');
  const repairing = repair
    ? { command, actor: house.actor, ...(missing !== undefined && { missing }) }
    : undefined;
  return withEngine(house, {}, teller, async (wired) => {
    const engine = signal ? stoppable(wired.engine, signal) : wired.engine;
    const found = await reconcile(engine, names, repairing, async (all) => {
      for (const target of teller.isHeard ? all.run.targets : [])
        if (target.failure === undefined)
          for (const type of ['User', 'Group'] as const)
            for (const item of itemsOf(all.run, target, type))
              await teller.tellInTurn({ type: 'found', target: target.configuration.name, item });
      return reconciledTargets(all, most);
    });
    const isReached = Object.values(found).some(({ error }) => error === undefined);
    return {
      targets: found,
      ...(repair && isReached && { sync: await deliver(house, wired, { ...options, command }, teller) }),
    };
  });
}
