import type { Job } from '../daemon/agenda.ts';
import type { Program } from '../daemon/daemon.ts';
import type { TargetResult } from '../engine/contract.ts';
import { reconcile } from '../engine/reconcile.ts';
import type { Run } from '../engine/run.ts';
import { sync } from '../engine/sync.ts';
import { authoritiesOf, authorityOf } from '../configuration/index.ts';
import { RollcallError, formatLocus } from '../model/index.ts';
import type { Problem } from '../model/index.ts';
import { newsOf } from '../notify/index.ts';
import { reconciledViews } from '../reports/reconciled.ts';
import { withState } from '../store/state.ts';
import { actor, sleep, wire } from './engine.ts';
import type { Loaded, Traffic, Wired } from './engine.ts';
import type { Logger } from './log.ts';
import { newPassword } from '../wiring/new-password.ts';
import { newsOfError, tellNews } from '../wiring/news.ts';
import { letNurseryGrow } from './nursery.ts';
import { takeUp } from '../wiring/take-up.ts';
import type { GlobalOptions } from './terminal.ts';

const command = 'daemon';

export interface ProgramOptions {
  readonly options: GlobalOptions;
  /** How long a run waits for retries that fall due, in milliseconds. */
  readonly wait: number;
  readonly log: Logger;
}

/** What the daemon carries out: the same as `rollcall sync` and `rollcall reconcile`, told to the log. */
export function programOf(loaded: Loaded, around: ProgramOptions): Program {
  const { configuration } = loaded;
  const warn = warnDaily(around.log);
  return {
    configuration,
    engine: async () => (await wire(around.options, true, warn, loaded)).engine,
    carryOut: async (job, signal) => {
      const wired = await wire(around.options, true, warn, loaded);
      try {
        if (job.work === 'reconcile') return await compare(job, wired, around, signal);
        if (job.work === 'events') return await deliverEvents(job.targets, wired, around, signal);
        return await deliver(job.targets, wired, around, signal);
      } catch (error) {
        // Somebody else delivers to all of them.
        if (error instanceof RollcallError && error.code === 'locked') return { busy: job.targets };
        await tellNews(configuration, newsOfError(error, Date.now()), (message) => around.log.warn(message));
        throw error;
      }
    },
  };
}

interface Done {
  readonly busy: readonly string[];
}

/**
 * Carries out what was told by HTTP. Whom a target has not dealt with yet, since it was busy or out of reach, is looked at
 * as well, so that this also comes to targets for which nothing is new.
 */
async function deliverEvents(
  names: readonly string[],
  wired: Wired,
  around: ProgramOptions,
  signal: AbortSignal,
): Promise<Done> {
  const { configuration } = wired;
  const busy = new Set<string>();
  for (const name of authoritiesOf(configuration)) {
    const several = authoritiesOf(configuration).length > 1;
    const part = authorityOf(configuration, several ? name : undefined);
    const { told, settle } = await withState(configuration.state, true, (state) =>
      takeUp(state, configuration, part, Date.now()),
    );
    if (several && told.length === 0) continue;
    const engine = wired.engineFor({ part, told });
    const done = await deliver(names, { ...wired, engine }, { ...around, wait: 0 }, signal, settle);
    for (const one of done.busy) busy.add(one);
  }
  return { busy: [...busy] };
}

async function deliver(
  names: readonly string[],
  { configuration, engine, traffic }: Wired,
  { wait, log }: ProgramOptions,
  signal: AbortSignal,
  settle?: (run: Run, runId: number) => void,
): Promise<Done> {
  let grow = (): void => undefined;
  let released: Run | undefined;
  const { results, news } = await sync(
    engine,
    {
      names,
      command,
      actor: actor(),
      signal,
      wait,
      sleep,
      random: Math.random,
      newPassword,
      onRelease: (run) => {
        grow = letNurseryGrow();
        released = run;
      },
      onStep: () => grow(),
    },
    (run, all, runId) => {
      if (released === run) settle?.(run, runId);
      for (const result of all) logResult(log, run, result, runId, traffic);
      return { results: all, news: newsOf(run, all, { runId, isStopped: signal.aborted }) };
    },
  );
  await tellNews(configuration, news, (message) => log.warn(message));
  return { busy: results.filter(({ error }) => error?.code === 'locked').map(({ name }) => name) };
}

/** One line for each target: what went as it should is information, what waits for a person a warning. */
function logResult(log: Logger, run: Run, result: TargetResult, runId: number, traffic: Traffic): void {
  const { name: target, held, error, ...rest } = result;
  const { requests, writes } = traffic.get(target) ?? { requests: 0, writes: 0 };
  const line = {
    run: runId,
    target,
    ...rest,
    requests,
    writes,
    records: run.receipt!.count,
    ...(run.rejected > 0 && { rejected: run.rejected }),
    ...(run.frozen > 0 && { frozen: run.frozen }),
    ...(held.length > 0 && {
      held: held.map(({ kind, count, checksum, breaches }) => ({
        kind,
        count,
        checksum,
        reasons: breaches.map(({ message }) => message),
      })),
    }),
    ...(error && { error }),
  };
  const level = result.state === 'failed' && error?.code !== 'locked' ? 'error' : undefined;
  log[level ?? (result.state === 'done' ? 'info' : 'warn')](line, 'synced');
}

/** Compares, and where that is wanted puts right what differs, by way of a sync with its limits. */
async function compare(job: Job, wired: Wired, around: ProgramOptions, signal: AbortSignal): Promise<Done> {
  const { configuration, engine } = wired;
  const busy: string[] = [];
  for (const repair of [false, true]) {
    const names = configuration.targets
      .filter(({ name, reconcile: set }) => job.targets.includes(name) && (set?.repair ?? false) === repair)
      .map(({ name }) => name);
    if (names.length === 0 || signal.aborted) continue;
    const repairing = repair ? { command, actor: actor() } : undefined;
    const reached = await reconcile(engine, names, repairing, (found) => {
      for (const { name, counts, groups, taken, error } of reconciledViews(found)) {
        const line = {
          target: name,
          counts,
          ...(groups && { groups: groups.counts }),
          ...(taken && { taken }),
        };
        if (error === undefined) around.log.info(line, 'reconciled');
        else if (error.code !== 'locked') around.log.error({ target: name, error }, 'reconciled');
      }
      busy.push(...found.busy.map(({ name }) => name));
      return Promise.resolve(names.filter((name) => !busy.includes(name)));
    });
    if (repair && reached.length > 0 && !signal.aborted)
      busy.push(...(await deliver(reached, wired, around, signal)).busy);
  }
  return { busy };
}

const day = 86_400_000;

/** What every run would warn of is told once a day. */
function warnDaily(log: Logger): (problem: Problem) => void {
  const told = new Map<string, number>();
  return ({ message, locus, hint }) => {
    const place = formatLocus(locus);
    const now = Date.now();
    for (const [text, at] of told) if (now - at >= day) told.delete(text);
    if (told.has(`${place} ${message}`)) return;
    told.set(`${place} ${message}`, now);
    log.warn({ ...(place !== '' && { place }), ...(hint !== undefined && { hint }) }, message);
  };
}
