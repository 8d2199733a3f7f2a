import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../engine/build.ts';
import type { Configuration, TargetConfiguration } from '../model/index.ts';
import { RollcallError } from '../model/index.ts';
import { watchedOf } from '../configuration/index.ts';
import { Agenda } from './agenda.ts';
import type { Job, Work } from './agenda.ts';
import { problemsIn } from './contract.ts';
import type { DaemonOptions, Host, Lanes, Program } from './contract.ts';
import { Returns } from './returns.ts';
import { Watch } from './watch.ts';

/** Somebody else delivers to a target: it is tried again after so long. */
const busyFor = 30_000;
/** The same of what somebody waits for. */
const eventsFor = 1000;
/** An editor may write a configuration in several steps. */
const configurationStill = 1000;

interface Watched {
  readonly paths: readonly string[];
  readonly seconds: number;
  readonly watch: Watch;
}

/**
 * Syncs on schedules. It has no loop and no clock of its own: `look` sees what has changed, `step` takes up what is due, and
 * whoever calls them knows the time.
 */
export class Daemon implements Host {
  readonly #options: DaemonOptions;
  readonly #agenda = new Agenda();
  readonly #returns = new Returns();
  readonly #runs = new Set<Promise<void>>();
  #program: Program;
  #own!: Watched;
  #sources: readonly Watched[] = [];
  #reloading: Promise<void> = Promise.resolve();
  readonly #awaited = new Set<() => void>();
  /** By job and target: what ends its delivery. */
  readonly #lanes = new Map<Job, Map<string, AbortController>>();
  /** Targets that a delivery was ended for, and that no sync has gone on with yet. */
  readonly #left = new Set<string>();
  /** What the state did not say when it was last asked. */
  readonly #unseen = new Set<string>();

  constructor(program: Program, options: DaemonOptions) {
    this.#options = options;
    this.#program = program;
    const { now, ticks } = options;
    const since = (target: string, work: Work): number => {
      const at = ticks.of(target, work);
      // From now on, what is missed is made up for; and what a clock of the past has written lies in the future.
      if (at === undefined) ticks.note(target, work, now());
      return Math.min(at ?? now(), now());
    };
    this.#keep(since);
    // A file may have changed while nobody looked.
    if (this.#sources.length > 0) this.ask();
  }

  get configuration(): Configuration {
    return this.#program.configuration;
  }

  /** Whether it would never do anything. */
  get isIdle(): boolean {
    return !hasWork(this.configuration);
  }

  ask(targets?: readonly string[]): void {
    const { now, wake } = this.#options;
    const all = this.configuration.targets.map(({ name }) => name);
    // Whoever approves something asks as well: once is enough.
    this.#agenda.ask([...(targets ?? all), ...this.#approved()], 'sync', now());
    wake();
  }

  deliver(): Promise<void> {
    const { now, wake } = this.#options;
    const ended = new Promise<void>((resolve) => this.#awaited.add(resolve));
    this.#agenda.tell(now());
    wake();
    return ended;
  }

  engine(): Promise<Engine> {
    return this.#program.engine();
  }

  /** How often it has to look, in milliseconds: twice while something has to be still. */
  get lookEvery(): number {
    const still = this.#sources.map(({ seconds }) => seconds * 500);
    return Math.max(100, Math.min(1000, ...still));
  }

  /** Looks at the files that it watches, and whether somebody has approved something. */
  async look(): Promise<void> {
    const { lookAt, now, log } = this.#options;
    const targets = this.#approved();
    if (targets.length > 0) this.ask(targets);
    const see = async ({ paths, watch }: Watched): Promise<boolean> =>
      watch.observe(await lookAt(paths), now());
    const [file = '', ...parts] = await Promise.all(this.#own.paths.map((path) => lookAt([path])));
    // Of a connector that is not there any more, the configuration may have taken its leave.
    const own = file === '' ? '' : [file, ...parts].join('\n');
    if (this.#own.watch.observe(own, now())) await this.reload('the configuration has changed');
    for (const source of this.#sources) {
      if (!(await see(source))) continue;
      log.info({ files: source.paths }, 'the source has changed');
      this.ask();
    }
    this.#comeBack();
  }

  /**
   * Asks for what runs have left, once it is due: nobody may change the source for that, and a schedule may be a day away
   * (law 9: the row says when). The source is read again where the daemon reads it anyway, so that somebody who is back by
   * now is not switched off (rule 24).
   */
  #comeBack(): void {
    const now = this.#options.now();
    for (const target of this.configuration.targets) {
      const { name, mode } = target;
      if (mode !== 'full' || this.#agenda.isBusy(name)) continue;
      const due = this.#seen('what is due', () => this.#options.due(target));
      if (due !== undefined && Math.max(due.at, this.#returns.from(name, now, due.resumedAt)) <= now)
        this.#agenda.ask([name], this.#isSynced(target) ? 'sync' : 'events', now);
    }
  }

  #isSynced({ schedule }: TargetConfiguration): boolean {
    return schedule !== undefined || this.#sources.length > 0;
  }

  #approved(): readonly string[] {
    return this.#seen('whether something was approved', () => this.#options.approved()) ?? [];
  }

  /** A state that cannot be read for a moment is no reason to end; what was written meanwhile is seen afterwards. */
  #seen<T>(what: string, ask: () => T): T | undefined {
    try {
      const answer = ask();
      this.#unseen.delete(what);
      return answer;
    } catch (error) {
      if (!this.#unseen.has(what)) this.#options.log.error(problemsIn(error), `${what} could not be read`);
      this.#unseen.add(what);
      return undefined;
    }
  }

  /** Takes up what is due, and gives the time at which there may be more. */
  step(): number {
    const { now, log, signal } = this.#options;
    if (signal.aborted) return Infinity;
    for (const job of this.#agenda.take(now())) {
      const run = this.#run(job).finally(() => {
        this.#runs.delete(run);
        this.#options.wake();
      });
      this.#runs.add(run);
    }
    for (const { job, target } of this.#agenda.giveWay(now())) {
      log.info({ target }, 'the delivery ends, and what it leaves over goes on after another read');
      this.#left.add(target);
      this.#laneOf(job, target).abort();
    }
    return this.#agenda.nextAt();
  }

  #laneOf(job: Job, target: string): AbortController {
    const lanes = this.#lanes.get(job) ?? new Map<string, AbortController>();
    this.#lanes.set(job, lanes);
    const lane = lanes.get(target) ?? new AbortController();
    lanes.set(target, lane);
    return lane;
  }

  /** Resolves when nothing is being done any more. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all(this.#runs);
  }

  /** One that is wrong is refused, and the one that is in force stays. Several at a time come one after the other. */
  reload(why: string): Promise<void> {
    this.#reloading = this.#reloading.then(() => this.#reload(why));
    return this.#reloading;
  }

  async #reload(why: string): Promise<void> {
    const { load, log, now, ticks } = this.#options;
    try {
      const program = await load();
      const [before, after] = [this.configuration, program.configuration];
      if (after.state !== before.state)
        throw new RollcallError('configuration', {
          message: 'the state is another file now, and the daemon keeps to the one that it holds',
          locus: { path: 'state' },
          hint: 'restart the daemon',
        });
      this.#program = program;
      this.#keep((target, work) => {
        if (ticks.of(target, work) === undefined) ticks.note(target, work, now());
        return now();
      });
      log.info({ why, targets: after.targets.map(({ name }) => name) }, 'the configuration was read again');
      if (!isSame(before, after)) this.#beginAnew();
      if (this.isIdle) log.warn({}, nothingToDo);
    } catch (error) {
      log.error(problemsIn(error), 'the configuration is refused, and the one before it stays in force');
    }
  }

  /**
   * What is under way goes by a configuration that is no longer in force: it ends, and goes on by the new one, where that
   * still has the target. Whoever looks at the source anyway syncs all of them, as at a start.
   */
  #beginAnew(): void {
    const { now, log } = this.#options;
    for (const { job, target } of this.#agenda.busy()) {
      log.info({ target }, 'the delivery ends, since the configuration is another');
      this.#agenda.ends(target);
      this.#left.add(target);
      this.#laneOf(job, target).abort();
    }
    for (const target of this.configuration.targets) {
      const { name, renamedFrom = name } = target;
      const isBusy = this.#agenda.isBusy(name) || this.#agenda.isBusy(renamedFrom);
      if (isBusy) this.#agenda.ask([name], this.#isSynced(target) ? 'sync' : 'events', now());
    }
    if (this.#sources.length > 0) this.ask();
  }

  #keep(since: (target: string, work: Work) => number): void {
    const { configuration } = this.#program;
    this.#agenda.keep({ targets: configuration.targets, zone: configuration.timeZone }, since);
    const files = [configuration.file, ...(configuration.parts ?? [])];
    if (!isDeepStrictEqual(this.#own?.paths, files)) this.#own = watched(files, configurationStill / 1000);
    this.#sources = watchedOf(configuration.source).map(
      ({ paths, seconds }) =>
        this.#sources.find((one) => one.seconds === seconds && isDeepStrictEqual(one.paths, paths)) ??
        watched(paths, seconds),
    );
  }

  async #run(job: Job): Promise<void> {
    const { now, log, signal, ticks } = this.#options;
    const { work, targets, at } = job;
    const awaited = work === 'events' ? [...this.#awaited] : [];
    for (const one of awaited) this.#awaited.delete(one);
    const left = new Set(targets);
    let began: number | undefined;
    const returns = (target: string, isStuck: boolean): void => {
      const ended = now();
      if (work !== 'reconcile')
        this.#returns.ended(target, { begun: at, at: ended, took: (began ?? ended) - at, isStuck });
    };
    const end = (target: string, isStuck = true): void => {
      left.delete(target);
      returns(target, isStuck);
      // What was stopped is made up for at the next start.
      if (!signal.aborted && work !== 'events') ticks.note(target, work, at);
    };
    const lanes: Lanes = {
      planned: () => {
        began ??= now();
        // What is planned beside another job is left to that one, and so is the rest.
        for (const target of targets)
          if (this.#agenda.isOf(target, job) && !this.#laneOf(job, target).signal.aborted)
            this.#left.delete(target);
        this.#agenda.planned(job, now());
        this.#options.wake();
      },
      givesWay: (target) => this.#laneOf(job, target).signal,
      done: (target, isStuck) => {
        if (!left.has(target)) return;
        end(target, isStuck);
        this.#agenda.done(job, [target]);
        this.#options.wake();
      },
    };
    try {
      const { busy, isLeft = false } = await this.#program.carryOut(job, signal, lanes);
      if (isLeft) this.#agenda.tell(now() + eventsFor);
      this.#agenda.ask(busy, work, now() + (work === 'events' ? eventsFor : busyFor));
      for (const target of left)
        if (busy.includes(target)) returns(target, true);
        else end(target);
    } catch (error) {
      log.error({ work, targets, ...problemsIn(error) }, 'a run failed');
      for (const target of left) returns(target, true);
      if (work === 'events') this.#agenda.tell(now() + busyFor);
      // What was being delivered goes on without a source that cannot be read.
      else
        this.#agenda.ask(
          [...left].filter((target) => this.#left.has(target)),
          'events',
          now(),
        );
      // The source may never change again, and the next time of a schedule may be a day away.
      if (work === 'sync')
        for (const target of left) this.#agenda.ask([target], 'sync', this.#returns.from(target, now()));
    } finally {
      this.#agenda.done(job);
      this.#lanes.delete(job);
      for (const resolve of awaited) resolve();
    }
  }
}

/** Whether a daemon with this configuration would ever do anything. */
export function hasWork({ targets, source, http }: Configuration): boolean {
  const isPlanned = targets.some(({ schedule, reconcile }) => schedule ?? reconcile);
  return isPlanned || http !== undefined || watchedOf(source).length > 0;
}

export const nothingToDo =
  'no target has a schedule, no source is watched and nobody is answered by HTTP: nothing would ever be done';

/** Whether one says what the other does: its text, and what that makes of connectors in other files. */
function isSame(one: Configuration, other: Configuration): boolean {
  const digests = ({ digest, targets }: Configuration): readonly string[] => [
    digest,
    ...targets.map((target) => target.digest),
  ];
  return isDeepStrictEqual(digests(one), digests(other));
}

function watched(paths: readonly string[], seconds: number): Watched {
  return { paths, seconds, watch: new Watch(seconds * 1000) };
}
