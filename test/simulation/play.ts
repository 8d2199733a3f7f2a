import type { Engine } from '../../src/engine/build.ts';
import type { SyncOptions, TargetResult } from '../../src/engine/contract.ts';
import { nameOf } from '../../src/engine/run.ts';
import type { Run } from '../../src/engine/run.ts';
import type { Configuration, Source } from '../../src/model/index.ts';
import { rejectionsOf } from '../../src/store/stage/remarks.ts';
import type { State } from '../../src/store/state.ts';
import { sync } from '../../src/engine/sync.ts';
import type { ScimTarget } from '../../src/scim/target.ts';
import { randomFrom } from '../scenarios/random.ts';
import type { Spoil } from './connection.ts';
import type { Disk } from './disk.ts';
import { differencesOf } from './expected.ts';
import { KINDS } from './kinds.ts';
import { Killed, Life, never } from './life.ts';
import type { Moment } from './life.ts';
import { Way } from './network.ts';
import { Service, folded } from './service.ts';
import { configurationOf, indexOf, sourceOf, targetName } from './source.ts';
import type { Rows } from './source.ts';
import { StuckError, Time, quiet, takeTime } from './time.ts';
import { Teller, eventsIn, sourceBeside } from './events.ts';
import type { Written } from './events.ts';
import { Tellings, sourceOfChanges } from './told.ts';
import type { Telling } from './told.ts';
import { Watch } from './watch.ts';
import type { Fault, Now } from './watch.ts';
import type { Day, Row, Settings, Weather, World } from './world.ts';

/** The product without one of its laws, for the proof that this would be found. */
export interface Lawless extends Spoil {
  /** Done to the state when a run begins. */
  readonly atStart?: readonly string[];
  /** What a target answers is told otherwise. */
  readonly target?: (target: ScimTarget) => ScimTarget;
  /** Every read is taken to be complete. */
  readonly believesReads?: true;
}

export interface Played {
  readonly faults: readonly Fault[];
  /** Line by line, if it was asked for. */
  readonly trace: readonly string[];
  readonly runs: number;
  readonly requests: number;
  /** At which moments runs were killed. */
  readonly kills: Readonly<Partial<Record<Moment, number>>>;
  /** Deliveries that left something to the next run, as they were told to. */
  readonly gaveWay: number;
}

export interface PlayOptions {
  readonly lawless?: Lawless;
  readonly isTold?: boolean;
}

const firstMoment = Date.UTC(2026, 0, 5, 8);
const minute = 60_000;
const day = 24 * 60 * minute;
/** By so many runs everything is there, one person or one group a run, also where the first ones had no answer. */
const pacedRuns = 20;
const calm: Weather = { kind: 'calm', share: 0 };
const nobody: Row = { status: 'left', login: '', title: '', department: '', boss: '', groups: '' };

/** Somebody as whoever tells of events sees them: whoever has left is not there. */
function here(row: Row | undefined): Row | undefined {
  return row?.status === 'left' ? undefined : row;
}

/** Plays a world from its first day to the time at which all is well again, or to the first thing that must never be. */
export async function play(world: World, disk: Disk, options: PlayOptions = {}): Promise<Played> {
  disk.clear();
  const time = new Time(firstMoment);
  const giveBack = takeTime(time);
  try {
    const player = new Player(world, disk, time, options);
    await player.play();
    return player.played;
  } finally {
    giveBack();
    disk.cut();
  }
}

/** The source at a time, and what a run knows of it that reads it. */
interface Standing {
  readonly open: (state: State) => Source;
  readonly now: Now;
  readonly configuration: Configuration;
  /** Called when what is planned of it is taken. */
  readonly takes: (run: Run) => void;
}

/** What one run has for itself. */
interface Around {
  readonly life: Life;
  readonly random: ReturnType<typeof randomFrom>;
  readonly lane: AbortSignal;
}

class Player {
  readonly #world: World;
  readonly #disk: Disk;
  readonly #time: Time;
  readonly #options: PlayOptions;
  readonly #faults: Fault[] = [];
  readonly #trace: string[] = [];
  readonly #services: readonly Service[];
  readonly #watches: readonly Watch[];
  readonly #rows = new Map<string, Row>();
  readonly #away = new Map<string, Row>();
  readonly #kills: Partial<Record<Moment, number>> = {};
  readonly #tellings = new Tellings();
  readonly #teller = new Teller(this.#tellings);
  #written: Written = { at: 0, rows: new Map() };
  /** What a read of a source has the place of, once it is taken. */
  readonly #given = new WeakMap<Source, readonly Telling[]>();
  #settings: Settings;
  /** The next read has to be one of everybody: there was none yet with these settings that all targets dealt with. */
  #needsAll: boolean;
  #runs = 0;
  #gaveWay = 0;
  #requests = 0;

  constructor(world: World, disk: Disk, time: Time, options: PlayOptions) {
    this.#world = world;
    this.#disk = disk;
    this.#time = time;
    this.#options = options;
    this.#settings = world.settings;
    // A target that has no part in the first run knows nobody of those who are in it.
    this.#needsAll = world.beginsWithChanges !== true || world.days.some(({ only }) => only !== undefined);
    this.#services = world.kinds.map((kind) => new Service(KINDS[kind].habits));
    this.#watches = this.#services.map(
      (service, index) =>
        new Watch(index, `${targetName(index)} (${world.kinds[index]})`, service, (fault) => {
          this.#say(() => `! ${fault.text}`);
          this.#faults.push(fault);
        }),
    );
  }

  get played(): Played {
    return {
      faults: this.#faults,
      trace: this.#trace,
      runs: this.#runs,
      requests: this.#requests,
      kills: this.#kills,
      gaveWay: this.#gaveWay,
    };
  }

  async play(): Promise<void> {
    for (const [index, one] of this.#world.days.entries()) {
      this.#say(() => `day ${index + 1}`);
      await this.#live(one);
      if (this.#faults.length > 0) return;
    }
    await this.#end();
  }

  #say = (line: () => string): void => {
    if (this.#options.isTold === true) this.#trace.push(`${this.#time.now - firstMoment} ${line()}`);
  };

  async #live(one: Day): Promise<void> {
    this.#time.now += one.minutes * minute;
    if (one.writes === 'before') this.#write();
    for (const { who, isThere, row } of one.events) this.#happen(who, isThere, row);
    if (one.writes === 'after') this.#write();
    if (one.settings !== undefined) {
      this.#settings = one.settings;
      this.#needsAll = true;
    }
    if (one.isAccepted) for (const service of this.#services) service.accept();
    await this.#run(one);
  }

  #happen(who: string, isThere: boolean | undefined, row: Partial<Row>): void {
    const known = this.#rows.get(who) ?? this.#away.get(who);
    if (known === undefined && isThere !== true) return;
    const after = { ...(known ?? nobody), ...row };
    const stays = isThere ?? this.#rows.has(who);
    const [is, was] = [stays ? after : undefined, this.#rows.get(who)];
    if (this.#world.isToldAtOnce === true) this.#tellings.tell(who, this.#time.now, here(was), here(is));
    else this.#tellings.tell(who, this.#time.now, was, is);
    this.#rows.delete(who);
    this.#away.delete(who);
    (stays ? this.#rows : this.#away).set(who, after);
    if (this.#world.isToldAtOnce === true) this.#post();
  }

  /** What happens is told, and what was refused once more; returns the state that it is written to. */
  #post(): State {
    const state = this.#disk.open(new Life()).openState('', true);
    this.#teller.post(state, this.#rows, this.#time.now, this.#written.at);
    return state;
  }

  /** What happens before it is older, and what happens after it is newer. */
  #write(): void {
    this.#written = { at: ++this.#time.now, rows: new Map(this.#rows) };
    this.#time.now++;
  }

  /** Nothing fails any more, and nobody's record is one that says nothing. Two runs, and all is as it shall be. */
  async #end(): Promise<void> {
    this.#say(() => 'all is well again');
    for (const [key, row] of [...this.#rows]) {
      const login = this.#isFree(row.login, key) ? row.login : `${key}.own`;
      this.#happen(key, true, { login, status: row.status === 'odd' ? 'active' : row.status });
    }
    for (const service of this.#services) service.accept();
    const everybody: Day = { seed: 1, minutes: 0, events: [], weather: [], isAccepted: true };
    const isToldAtOnce = this.#world.isToldAtOnce === true;
    const endsWithChanges = this.#world.endsWithChanges === true && !this.#needsAll;
    const one: Day = endsWithChanges
      ? { ...everybody, reads: isToldAtOnce ? 'events' : 'changes' }
      : everybody;
    this.#time.now += 2 * day;
    if (isToldAtOnce && !endsWithChanges) this.#write();
    // Whom nothing was told of is looked at when nothing is left to be carried out.
    if (isToldAtOnce && endsWithChanges) await this.#run(one);
    await this.#run(one);
    // Whoever was invited can be told something once they have accepted; who could not be seen is taken over first.
    if (this.#world.kinds.includes('inviting'))
      for (let count = 0; count < 2; count++) {
        for (const service of this.#services) service.accept();
        await this.#run(one);
      }
    // What may be asked in a minute is little: some of it is for the next run.
    if (this.#world.kinds.includes('paced'))
      for (let count = 0; count < pacedRuns && this.#differences().length > 0; count++) {
        this.#time.now += 2 * minute;
        await this.#run(one);
      }
    if (this.#faults.length > 0) return;
    for (const text of this.#differences()) this.#report('not as wanted', text);
    if (this.#faults.length > 0) return;
    await this.#rest(one, 'the second run');
    if (one === everybody) return;
    if (isToldAtOnce) this.#write();
    await this.#rest(everybody, 'the first read of everybody');
  }

  async #rest(one: Day, what: string): Promise<void> {
    this.#time.now += minute;
    const requests = await this.#run(one);
    for (const [index, kind] of this.#world.kinds.entries())
      // Whoever was invited and cannot be seen is asked for at each run (rule 14).
      if (requests[index]! > 0 && kind !== 'inviting' && this.#faults.length === 0)
        this.#report('not at rest', `${targetName(index)} (${kind}): ${what} asks ${requests[index]} times`);
  }

  /** What is not yet as the source says. */
  #differences(): readonly string[] {
    return this.#services.flatMap((service, index) => {
      const kind = this.#world.kinds[index]!;
      const wanted = this.#settings.targets[index]!;
      const differences = differencesOf(service, KINDS[kind], this.#rows, this.#settings, wanted);
      return differences.map((text) => `${targetName(index)} (${kind}): ${text}`);
    });
  }

  /** Whether nobody else has a name, by the source or at a service: whoever is switched off keeps theirs. */
  #isFree(login: string, key: string): boolean {
    const isOwn = folded(login).startsWith(key);
    const held = this.#services.flatMap((service) => [...service.accounts.values()]);
    return (
      isOwn &&
      held.every(({ owner, resource }) => owner === key || folded(resource['userName']) !== folded(login))
    );
  }

  #report(kind: Fault['kind'], text: string): void {
    this.#say(() => `! ${text}`);
    this.#faults.push({ kind, text });
  }

  /** One run, and how often each target was asked something by it. */
  async #run(one: Day): Promise<readonly number[]> {
    this.#runs++;
    const random = randomFrom(one.seed);
    const lane = new AbortController();
    let moments = 0;
    const life = new Life(one.killedAfter, () => {
      if (++moments === one.givesWayAfter) lane.abort();
    });
    const reads = this.#needsAll ? undefined : one.reads;
    const first = this.#stands(one, reads);
    const ways = this.#services.map((service, index) => {
      const watch = this.#watches[index]!;
      watch.begin(first.now);
      return new Way({
        name: targetName(index),
        service,
        time: this.#time,
        random,
        weather: one.weather[index] ?? calm,
        life,
        say: this.#say,
        onSend: (request) => watch.sends(request),
      });
    });
    const later = [...(one.meanwhile ?? [])];
    const happen = (): boolean => {
      const isAny = later.length > 0;
      for (const { who, isThere, row } of later.splice(0)) this.#happen(who, isThere, row);
      return isAny;
    };
    let open: Standing['open'] | undefined;
    const openSource = (state: State): Source => {
      // What was told of some people is carried out as it was told then.
      if (open !== undefined && first.now.whom === undefined && happen()) {
        this.#say(() => 'the source changes');
        const now = this.#stands(one, reads);
        for (const watch of this.#watches) watch.turns(now.now);
        open = now.open;
      }
      open ??= first.open;
      return open(state);
    };
    const engine = this.#engine(first, life, ways, openSource);
    const takes = (run: Run): void => first.takes(run);
    const results = await this.#sync(engine, one, takes, { life, random, lane: lane.signal });
    this.#time.clear();
    happen();
    if (life.killedAt !== undefined) {
      this.#kills[life.killedAt] = (this.#kills[life.killedAt] ?? 0) + 1;
      this.#say(() => `killed at ${life.killedAt}`);
      for (const way of ways) way.settle();
      this.#disk.cut();
    }
    for (const [index, way] of ways.entries()) {
      const watch = this.#watches[index]!;
      this.#requests += way.requests;
      if (!way.isCalm) watch.isClear = false;
      if (life.killedAt !== undefined) watch.dies();
      const result = results?.find(({ name }) => name === targetName(index));
      if (result?.gaveWay === true) {
        this.#gaveWay++;
        this.#say(() => `${targetName(index)} gives way`);
      }
      const isEnded = result !== undefined && result.state !== 'failed' && result.gaveWay !== true;
      if (isEnded && way.isCalm) watch.end();
    }
    return ways.map(({ requests }) => requests);
  }

  /** The source as it is now, and what a run knows of it that reads it. */
  #stands(one: Day, reads: Day['reads']): Standing {
    const configuration = configurationOf(this.#world.kinds, this.#settings);
    if (this.#world.isToldAtOnce === true) return this.#standsTold(configuration, one, reads);
    const { cut } = one;
    const takes = (run: Run): void => this.#takes(run, one.only);
    const rows: Rows = new Map(this.#rows);
    const told = this.#tellings.all;
    const giving = (source: Source): Source => {
      this.#given.set(source, told);
      return source;
    };
    if (reads !== undefined) {
      const whom = reads === 'events' && told.length > 0 ? new Set(told.map(({ key }) => key)) : undefined;
      return {
        open: (state) => giving(sourceOfChanges(told, configuration, state, () => this.#time.now)),
        now: { rows, isComplete: true, settings: this.#settings, hasChanges: true, ...(whom && { whom }) },
        configuration,
        takes,
      };
    }
    const read: Rows = cut === undefined ? rows : new Map([...rows].slice(0, cut));
    const source = sourceOf(rows, cut, this.#options.lawless?.believesReads);
    return {
      open: () => (cut === undefined ? giving(source) : source),
      now: { rows: read, isComplete: cut === undefined, settings: this.#settings },
      configuration,
      takes,
    };
  }

  /** The same where everything is told at once. */
  #standsTold(configuration: Configuration, { only }: Day, reads: Day['reads']): Standing {
    const { now } = this.#time;
    const rows: Rows = new Map(this.#rows);
    const written = this.#written;
    const state = this.#post();
    if (reads === undefined)
      return {
        open: (own) => sourceBeside(written, configuration, own, now),
        now: { rows, isComplete: true, settings: this.#settings },
        configuration,
        takes: (run) => this.#looksAtAll(run, only),
      };
    const events = eventsIn(state, configuration, now);
    const { told, settle } = events;
    const whom = told.length > 0 ? new Set(told.map(({ key }) => key)) : undefined;
    return {
      open: (own) => sourceOfChanges(told, events.configuration, own, () => this.#time.now),
      now: { rows, isComplete: true, settings: this.#settings, hasChanges: true, ...(whom && { whom }) },
      configuration: events.configuration,
      takes: (run) => void settle(run, run.people.version),
    };
  }

  /** What was told and is taken need not be told once more; what was refused has to be. */
  #takes(run: Run, only: number | undefined): void {
    const { source, stage, receipt } = run;
    const told = this.#given.get(source);
    if (told === undefined) return;
    const refused = new Set([...rejectionsOf(stage)].map(({ key }) => key ?? ''));
    this.#tellings.take(told, refused);
    if (receipt!.isDelta !== true) this.#looksAtAll(run, only);
  }

  /** Everybody was looked at by the settings as they are. */
  #looksAtAll({ targets, state, people }: Run, only: number | undefined): void {
    if (only !== undefined) return;
    const cursor = state.sql('SELECT cursor FROM target WHERE id = ?').pluck();
    if (targets.every(({ id }) => cursor.get(id) === people.version)) this.#needsAll = false;
  }

  #engine(
    { configuration, now: { whom } }: Standing,
    life: Life,
    ways: readonly Way[],
    openSource: Engine['openSource'],
  ): Engine {
    const time = this.#time;
    const { lawless } = this.#options;
    const store = this.#disk.open(life, lawless);
    let reads = 0;
    return {
      configuration,
      ...(whom && { whom: { only: [...whom], mayBeUnknown: true } }),
      clock: {
        now: () => (reads++, time.now),
        get reads() {
          return reads;
        },
      },
      openSource,
      openTarget: ({ name }) => {
        const target = ways[indexOf(name)]!.open();
        return lawless?.target?.(target) ?? target;
      },
      store: {
        ...store,
        openState: (path, create) => {
          const state = store.openState(path, create);
          for (const statement of lawless?.atStart ?? []) state.db.prepare(statement).run();
          return state;
        },
      },
    };
  }

  async #sync(
    engine: Engine,
    one: Day,
    takes: Standing['takes'],
    { life, random, lane }: Around,
  ): Promise<readonly TargetResult[] | undefined> {
    const options: SyncOptions = {
      names: one.only === undefined ? [] : [targetName(one.only)],
      command: 'sync',
      actor: 'simulation',
      signal: new AbortController().signal,
      wait: 10 * minute,
      sleep: async (milliseconds, signal) => {
        life.meet('sleep');
        await this.#time.sleep(milliseconds, signal);
        if (life.isOver) return never();
      },
      givesWay: () => lane,
      // So few people are new here that nobody would ever wait for them.
      leaversWaitFor: one.seed % 2 === 0 ? 0 : 100,
      random: () => random.below(1024) / 1024,
      newPassword: () => 'never asked for',
      onPlan: (run) => {
        if (this.#world.isToldAtOnce !== true)
          for (const { key } of rejectionsOf(run.stage))
            if (key !== null) this.#tellings.tellAgain(key, this.#time.now, this.#rows.get(key));
        for (const target of run.targets) {
          const { name } = target.configuration;
          const keys = [...target.inDoubt].map((slot) => nameOf(run, slot));
          this.#watches[indexOf(name)]!.plans(new Set(keys));
          this.#say(
            () => `${name} ${target.sealed!.totals.map(({ count, kind }) => `${count} ${kind}`).join(', ')}`,
          );
        }
      },
      onRelease: (run) => {
        for (const { configuration } of run.targets) this.#watches[indexOf(configuration.name)]!.releases();
        takes(run);
      },
      onStep: (target, step) =>
        this.#say(() => `${target} ${step.operation.kind} ${step.operation.key}: ${step.kind}`),
    };
    const running = sync(engine, options, (_, results) => results);
    running.catch(() => undefined);
    try {
      const results = await this.#time.until(Promise.race([running, life.killed]));
      this.#say(() =>
        results.map(({ name, state, error }) => `${name} ${state} ${error?.message ?? ''}`).join('; '),
      );
      return results;
    } catch (error) {
      if (life.killedAt === undefined) {
        if (error instanceof Killed) throw error;
        const { message } = error as Error;
        this.#report('threw', error instanceof StuckError ? 'the run does not end' : message);
      }
      // Whatever the run that is gone still does, it comes to nothing now.
      life.isOver = true;
      await quiet();
      return undefined;
    }
  }
}
