import type { Job } from '../daemon/agenda.ts';
import type { Lanes, Program } from '../daemon/contract.ts';
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
import { Bulletin } from '../wiring/bulletin.ts';
import { newsOfError, tellNews } from '../wiring/news.ts';
import { letNurseryGrow } from './memory.ts';
import { takeUp } from '../wiring/take-up.ts';
import type { GlobalOptions } from './terminal.ts';

const command = 'daemon';

export interface ProgramOptions {
  readonly options: GlobalOptions;
  /** How long a run waits for retries that fall due, in milliseconds. */
  readonly wait: number;
  readonly log: Logger;
  /** Called after each job. */
  readonly giveBackMemory: () => void;
}

/** What the daemon carries out: the same as `rollcall sync` and `rollcall reconcile`, told to the log. */
export function programOf(loaded: Loaded, around: ProgramOptions): Program {
  const { configuration } = loaded;
  const warn = warnDaily(around.log);
  const bulletin = new Bulletin((news) =>
    tellNews(configuration, news, (message) => around.log.warn(message)),
  );
  return {
    configuration,
    engine: async () => (await wire(around.options, true, warn, loaded)).engine,
    carryOut: async (job, signal, lanes) => {
      const way = { ...(await wire(around.options, true, warn, loaded)), ...around, signal, lanes, bulletin };
      try {
        if (job.work === 'reconcile') return await compare(job, way);
        if (job.work === 'events') return await deliverEvents(job.targets, way);
        return await deliver(job.targets, way);
      } catch (error) {
        // Somebody else delivers to all of them.
        if (error instanceof RollcallError && error.code === 'locked') return { busy: job.targets };
        const news = newsOfError(error, Date.now());
        if (news !== undefined) bulletin.add(news);
        throw error;
      } finally {
        await bulletin.flush();
        around.giveBackMemory();
      }
    },
  };
}

/** How a job is carried out, and who is told of it on its way. */
interface Way extends Wired, ProgramOptions {
  readonly signal: AbortSignal;
  readonly lanes: Lanes;
  readonly bulletin: Bulletin;
}

interface Done {
  readonly busy: readonly string[];
  readonly isLeft?: boolean;
}

/**
 * Carries out what was told by HTTP. Whom a target has not dealt with yet, since it was busy or out of reach, is looked at
 * as well, so that this also comes to targets for which nothing is new. Of several sources each is planned in its turn; the
 * first that delivers to a target sends what the others plan beside it.
 */
async function deliverEvents(names: readonly string[], way: Way): Promise<Done> {
  const { configuration } = way;
  const several = authoritiesOf(configuration).length > 1;
  const runs: Promise<Done>[] = [];
  for (const name of authoritiesOf(configuration)) {
    const part = authorityOf(configuration, several ? name : undefined);
    const { told, settle } = await withState(configuration.state, true, (state) =>
      takeUp(state, configuration, part, Date.now()),
    );
    if (several && told.length === 0) continue;
    const { promise: planned, resolve } = Promise.withResolvers<void>();
    const lanes = { ...way.lanes, planned: resolve };
    const engine = way.engineFor({ part, told });
    const run = deliver(names, { ...way, engine, lanes, wait: 0 }, { settle, isAsked: told.length > 0 });
    runs.push(run);
    await Promise.race([planned, run.catch(() => undefined)]);
  }
  // Of several, one that looks at nobody goes on with what was released.
  if (runs.length === 0) {
    const [first] = authoritiesOf(configuration);
    const rest = way.engineFor({ part: authorityOf(configuration, first), told: [] });
    runs.push(deliver(names, { ...way, engine: { ...rest, whom: { only: [] } }, wait: 0 }));
  } else way.lanes.planned();
  const all = await Promise.allSettled(runs);
  const done = all.map((one) => {
    if (one.status === 'rejected') throw one.reason as Error;
    return one.value;
  });
  return {
    busy: [...new Set(done.flatMap(({ busy }) => busy))],
    isLeft: done.some(({ isLeft = false }) => isLeft),
  };
}

async function deliver(
  names: readonly string[],
  { engine, traffic, wait, log, signal, lanes, bulletin }: Way,
  events: {
    readonly isAsked?: boolean;
    readonly settle?: ReturnType<typeof takeUp>['settle'];
  } = {},
): Promise<Done> {
  const { isAsked = false, settle } = events;
  let isLeft = false;
  let grow = (): void => undefined;
  const busy = await sync(
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
      isAsked,
      givesWay: (target) => lanes.givesWay(target),
      onRelease: (run) => {
        grow = letNurseryGrow();
        isLeft = settle?.(run, run.people.version) === false;
        lanes.planned();
      },
      onStep: () => grow(),
      onTarget: (run, result, runId) => {
        logResult(log, run, result, runId, traffic);
        const isStopped = signal.aborted || result.gaveWay === true;
        bulletin.add(newsOf(run, [result], { runId, isStopped }));
        lanes.done(result.name, isStuck(result));
      },
    },
    (run, all, runId) => {
      const others = all.filter(({ error }) => error?.code === 'locked');
      for (const result of others) logResult(log, run, result, runId, traffic);
      return others.map(({ name }) => name);
    },
  );
  return { busy, isLeft };
}

/** Whether something waits, and nothing was carried out. */
function isStuck({ counts, failed, waiting, error }: TargetResult): boolean {
  return Object.keys(counts).length === 0 && (failed + waiting > 0 || error !== undefined);
}

/** One line for each target: what went as it should is information, what waits for a person a warning. */
function logResult(log: Logger, run: Run, result: TargetResult, runId: number, traffic: Traffic): void {
  const { name: target, held, error, isInDoubt: _, ...rest } = result;
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
async function compare(job: Job, way: Way): Promise<Done> {
  const { configuration, engine, log, signal } = way;
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
        if (error === undefined) log.info(line, 'reconciled');
        else if (error.code !== 'locked') log.error({ target: name, error }, 'reconciled');
      }
      busy.push(...found.busy.map(({ name }) => name));
      return Promise.resolve(names.filter((name) => !busy.includes(name)));
    });
    if (repair && reached.length > 0 && !signal.aborted) busy.push(...(await deliver(reached, way)).busy);
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
