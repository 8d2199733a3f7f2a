import { sync } from '../engine/sync.ts';
import type { SyncOptions, TargetResult } from '../engine/contract.ts';
import type { Run } from '../engine/run.ts';
import { newsOf } from '../notify/index.ts';
import type { News } from '../notify/index.ts';
import { planText } from '../reports/plan.ts';
import { targetsError } from '../reports/error.ts';
import { syncJson, syncText, syncViews } from '../reports/sync.ts';
import type { SyncView } from '../reports/sync.ts';
import { headOf } from '../store/audit.ts';
import { comparePlan, readPlanFile } from './planfile.ts';
import { isTomorrow, untilOf } from './until.ts';
import { duration } from './duration.ts';
import { actor, sleep, wire } from './engine.ts';
import type { Traffic, Wired } from './engine.ts';
import { tellError } from './execute.ts';
import { openLog } from './log.ts';
import { newsOfError, tellNews } from '../wiring/news.ts';
import { letNurseryGrow } from './memory.ts';
import { newPassword } from '../wiring/new-password.ts';
import { openProgress } from './progress.ts';
import { openSignals } from './signals.ts';
import { print, say, shownOf, styleOf } from './terminal.ts';
import type { GlobalOptions, InputOptions, ShowOptions } from './terminal.ts';

interface Options extends GlobalOptions, ShowOptions, InputOptions {
  readonly plan?: string;
  readonly wait: string;
  readonly until?: string;
}

export async function run(options: Options, names: readonly string[]): Promise<number> {
  const expected = options.plan === undefined ? undefined : await readPlanFile(options.plan);
  shownOf(options);
  duration(options.wait, '--wait');
  if (options.until !== undefined && isTomorrow(options.until, Date.now()))
    say(options, `goes on until ${options.until} tomorrow: that time of today is over`);
  const wired = await wire(options);
  return carryOut(options, names, wired, {
    command: ['sync', ...names].join(' '),
    ...(expected !== undefined && { check: (planned) => comparePlan(expected, planned) }),
    tellJson: (pieces) => print(pieces, ''),
  });
}

/** How a sync is called, and what is made of it. */
export interface Carrying {
  readonly command: string;
  /** Throws where the plan is not to be carried out. */
  readonly check?: (planned: Run) => void;
  /** How the plan is made, where it is not from the source, and why its targets are paused then. */
  readonly made?: Pick<SyncOptions, 'build' | 'pauses'>;
  readonly tellJson: (pieces: Iterable<string>) => Promise<void>;
}

/** Plans, releases and delivers, tells of it as the options say, and returns the exit code. */
export async function carryOut(
  options: GlobalOptions & ShowOptions & { readonly wait: string; readonly until?: string },
  names: readonly string[],
  { engine, traffic }: Wired,
  { command, check, made = {}, tellJson }: Carrying,
): Promise<number> {
  const wait = duration(options.wait, '--wait');
  const until = options.until === undefined ? undefined : untilOf(options.until, Date.now());
  const shown = shownOf(options);
  const signals = openSignals(() =>
    say(
      options,
      'stopping: what is in flight is finished, the rest is left to the next run (once more to stop at once)',
    ),
  );
  const progress = openProgress(options);
  const warn = (message: string): void => openLog(options.logLevel).warn(message);
  let news: News | undefined;
  let grow = (): void => undefined;
  try {
    const code = await sync(
      engine,
      {
        names,
        command,
        actor: actor(),
        signal: signals.signal,
        wait,
        ...(until !== undefined && { until }),
        sleep,
        random: Math.random,
        newPassword,
        ...made,
        // What somebody has looked at is one plan.
        ...(check && { onPlan: check, leaversWaitFor: Infinity }),
        onQuestions: () => {
          progress.ask(() => [...traffic.values()].reduce((sum, { requests }) => sum + requests, 0));
        },
        onRelease: (planned, pending) => {
          progress.stop();
          if (!options.json && !options.quiet)
            for (const line of planText(planned, {
              style: styleOf(options),
              ...shown,
            }))
              process.stdout.write(`${line}\n`);
          grow = letNurseryGrow();
          progress.start(pending, engine.configuration);
        },
        onStep: (target, step) => {
          grow();
          progress.step(target, step);
        },
      },
      async (planned, results, runId) => {
        progress.stop();
        news = newsOf(planned, results, { runId, isStopped: signals.signal.aborted });
        const code = exitCode(planned, results);
        const style = styleOf(options);
        const views = syncViews(planned, results);
        const error = code === 1 ? targetsError(results, style) : undefined;
        const trail = headOf(planned.state);
        if (options.json) await tellJson(syncJson(planned, views, runId, traffic, trail, error));
        else if (!options.quiet) await print(syncText(views, traffic, style, trail));
        else tellTroubles(options, views, traffic);
        return code;
      },
    );
    await tellNews(engine.configuration, news, warn);
    return signals.exitCode ?? code;
  } catch (error) {
    progress.stop();
    await tellNews(engine.configuration, newsOfError(error, Date.now()), warn);
    // 1 says that nothing was sent: what breaks after the first request that writes is something else.
    if (![...traffic.values()].some(({ writes }) => writes > 0)) throw error;
    tellError(options, error);
    return signals.exitCode ?? 4;
  } finally {
    progress.stop();
    signals.close();
  }
}

/** Quiet is about what went well: whoever gets an exit code from a cron job gets the reason with it. */
function tellTroubles(options: GlobalOptions, results: readonly SyncView[], traffic: Traffic): void {
  const troubled = results.filter(({ state }) => state !== 'done');
  if (troubled.length === 0) return;
  const text = [...syncText(troubled, traffic, styleOf(options, process.stderr))].join('\n').trim();
  process.stderr.write(`${text}\n`);
}

/** 3 wins over 4; 1 only where nothing that may have been carried out was sent anywhere, because no target could be reached. */
function exitCode(planned: Run, results: readonly TargetResult[]): number {
  const isNothingDone = ({ state, counts, isInDoubt }: TargetResult): boolean =>
    state === 'failed' && Object.keys(counts).length === 0 && isInDoubt !== true;
  if (results.every(isNothingDone)) return 1;
  if (results.some((result) => result.held.length > 0)) return 3;
  const isWhole = results.every(
    (result) => result.state === 'done' && result.failed === 0 && result.waiting === 0,
  );
  return isWhole && planned.frozen + planned.missed === 0 ? 0 : 4;
}
