import { isDeepStrictEqual } from 'node:util';
import type { Schedule, TargetConfiguration } from '../model/index.ts';
import { jitterOf, nextTick } from '../planning/schedule.ts';

/** What the daemon does for a target; `events`: what was told by HTTP, of whom it concerns alone. */
export type Work = 'events' | 'sync' | 'reconcile';

/**
 * One work for several targets, whose source is read once for all of them. What was told is planned beside whoever delivers
 * to a target; that one sends it, too.
 */
export interface Job {
  readonly work: Work;
  readonly targets: readonly string[];
  /** When it was taken up. */
  readonly at: number;
}

interface Appointment {
  readonly target: string;
  readonly work: Work;
  readonly schedule: Schedule;
  readonly zone: string;
  /** Milliseconds by which it is later than its schedule. */
  readonly jitter: number;
}

type Planned = Appointment & { next: number };

/**
 * Of several works that wait for one target, the first goes first: whoever signs in waits for an answer, and a comparison
 * keeps those who leave for as long as it lists the target. It has its turn after one sync all the same, since there may
 * be another one each time.
 */
const works: readonly Work[] = ['events', 'sync', 'reconcile'];
/** A clock that is set back by less is not worth a thought. */
const jolt = 60_000;
/** A comparison lists a target whole, which may take hours and much memory: so many at a time, each of one target. */
const comparisons = 2;

/**
 * What is due when. A target does one thing at a time: what falls due in the meantime is remembered once, however often it
 * does, and so is what was missed while nobody was there. Who waits for the same source reads it together: a plan that is
 * made beside another is void where the other is released first. It knows no clock: each question brings the time along.
 */
export class Agenda {
  #planned: readonly Planned[] = [];
  #targets: readonly string[] = [];
  /** By target and work: from when on it may be taken up. */
  readonly #waiting = new Map<string, number>();
  /** By target: whose it is until it is done. */
  readonly #busy = new Map<string, Job>();
  /** Those that still read what they are made from. */
  readonly #reading = new Set<Job>();
  /** Those that deliver: from when on each has done so for at least as long as the next one is going to read and plan. */
  readonly #delivering = new Map<Job, number>();
  /** Targets whose deliveries were asked to end. */
  readonly #ending = new Set<string>();
  /** Targets of which a sync has come to its end, of its own accord, while a comparison waited: that is before the next. */
  readonly #synced = new Set<string>();
  /** Something was told that nobody has planned yet. */
  #isTold = false;
  #last = -Infinity;

  /**
   * Takes the schedules of a configuration. `since` says when a work was last done for a target, so that what has been due
   * since then is made up for; what goes on as before keeps its next time.
   */
  keep(
    { targets, zone }: { readonly targets: readonly TargetConfiguration[]; readonly zone: string },
    since: (target: string, work: Work) => number,
  ): void {
    this.#targets = targets.map(({ name }) => name);
    this.#planned = targets
      .flatMap((target) => appointmentsOf(target, zone))
      .map((appointment) => {
        const before = this.#planned.find(({ next: _, ...rest }) => isDeepStrictEqual(rest, appointment));
        return (
          before ?? { ...appointment, next: nextOf(appointment, since(appointment.target, appointment.work)) }
        );
      });
    for (const id of this.#waiting.keys())
      if (!this.#targets.includes(partsOf(id).target)) this.#waiting.delete(id);
  }

  /** Asks for a work from a time on: something else than its schedule wants it, or it could not be done just now. */
  ask(targets: readonly string[], work: Work, from: number): void {
    for (const target of targets.filter((name) => this.#targets.includes(name))) {
      const id = `${work} ${target}`;
      this.#waiting.set(id, Math.min(from, this.#waiting.get(id) ?? Infinity));
    }
  }

  /** Something was told: it is planned at once, for targets as well that are delivered to. */
  tell(now: number): void {
    this.ask(this.#targets, 'events', now);
    this.#isTold = this.#targets.length > 0;
  }

  /** What is to be done now. Its targets are busy until they are `done`, and its source until it is `planned`. */
  take(now: number): readonly Job[] {
    this.#advance(now);
    const jobs: Job[] = [];
    for (const work of works)
      while (this.#isFree(work)) {
        const due = this.#targets.filter(
          (target) =>
            this.#isDue(work, target, now) &&
            !(work === 'sync' && this.#isCompared(target, now)) &&
            !(work === 'events' && this.#isPartOfSync(target, now)),
        );
        const targets = work === 'reconcile' ? due.slice(0, 1) : due;
        if (targets.length === 0) break;
        const job = { work, targets, at: now };
        if (work === 'events') this.#isTold = false;
        this.#reading.add(job);
        for (const target of targets) {
          this.#waiting.delete(`${work} ${target}`);
          if (work === 'reconcile') this.#synced.delete(target);
          if (!this.#busy.has(target)) this.#busy.set(target, job);
        }
        jobs.push(job);
      }
    return jobs;
  }

  #isFree(work: Work): boolean {
    const readers = [...this.#reading].filter((job) => job.work === work).length;
    return readers < (work === 'reconcile' ? comparisons : 1);
  }

  #isDue(work: Work, target: string, now: number): boolean {
    const from = this.#waiting.get(`${work} ${target}`);
    return from !== undefined && from <= now && this.#isOpen(work, target);
  }

  /** A sync takes in what was told before, and all else besides; whoever has told something now waits for an answer. */
  #isPartOfSync(target: string, now: number): boolean {
    return !this.#isTold && (this.#waiting.get(`sync ${target}`) ?? Infinity) <= now;
  }

  /** Whether it is the turn of a comparison, where a sync is due as well. */
  #isCompared(target: string, now: number): boolean {
    return this.#synced.has(target) && this.#isFree('reconcile') && this.#isDue('reconcile', target, now);
  }

  #isOpen(work: Work, target: string): boolean {
    return !this.#busy.has(target) || (work === 'events' && this.#isTold);
  }

  /** What it is made from was read, and what comes of it is about to be carried out. */
  planned(job: Job, now: number): void {
    // Of a comparison, the list took the time, and nobody makes another one for a sync.
    const took = job.work === 'reconcile' ? 0 : now - job.at;
    if (this.#reading.delete(job)) this.#delivering.set(job, now + took);
  }

  /** It has ended for some of its targets, or for all; whoever is at the end of one reads no more. */
  done(job: Job, targets: readonly string[] = job.targets): void {
    for (const target of targets)
      if (this.#busy.get(target) === job) {
        this.#busy.delete(target);
        const isOver = !this.#ending.delete(target);
        const compared = this.#waiting.get(`reconcile ${target}`) ?? Infinity;
        if (job.work === 'sync' && isOver && compared <= job.at) this.#synced.add(target);
      }
    this.#reading.delete(job);
    if (![...this.#busy.values()].includes(job)) this.#delivering.delete(job);
  }

  /** Somebody else has ended its delivery: what it leaves goes on with the next sync, and before a comparison. */
  ends(target: string): void {
    this.#ending.add(target);
  }

  /** Whose each target is that is busy. */
  busy(): readonly { readonly job: Job; readonly target: string }[] {
    return [...this.#busy].map(([target, job]) => ({ job, target }));
  }

  isBusy(target: string): boolean {
    return this.#busy.has(target);
  }

  /** Whether a target is this job's, and not that of another one beside which it is planned. */
  isOf(target: string, job: Job): boolean {
    return this.#busy.get(target) === job;
  }

  /**
   * The targets, with whose they are, whose deliveries end now and leave the rest to the sync that waits for them: whoever
   * leaves by what is read then goes before all that waits (law 12). Half of the time is for delivering at the least,
   * however often a source changes. Each is told once.
   */
  giveWay(now: number): readonly { readonly job: Job; readonly target: string }[] {
    return this.#targets.flatMap((target) => {
      if (this.#givesWayAt(target) > now) return [];
      this.#ending.add(target);
      return [{ job: this.#busy.get(target)!, target }];
    });
  }

  #givesWayAt(target: string): number {
    const wanted = this.#waiting.get(`sync ${target}`);
    const job = this.#busy.get(target);
    if (wanted === undefined || job === undefined || this.#ending.has(target) || !this.#isFree('sync'))
      return Infinity;
    return Math.max(wanted, this.#delivering.get(job) ?? Infinity);
  }

  /** When there may be something to do; infinity where there never is. What waits for a busy target waits for its end. */
  nextAt(): number {
    const waiting = [...this.#waiting].filter(([id, from]) => {
      const { work, target } = partsOf(id);
      if (work === 'events' && this.#isPartOfSync(target, Math.max(from, this.#last))) return false;
      return this.#isFree(work) && this.#isOpen(work, target);
    });
    return Math.min(
      ...this.#planned.map(({ next }) => next),
      ...waiting.map(([, from]) => from),
      ...this.#targets.map((target) => this.#givesWayAt(target)),
    );
  }

  #advance(now: number): void {
    const isSetBack = now < this.#last - jolt;
    this.#last = now;
    for (const planned of this.#planned) {
      if (planned.next <= now) this.ask([planned.target], planned.work, now);
      // Of a clock that is right at last, all times are asked anew: the others may be years away.
      if (planned.next <= now || isSetBack) planned.next = nextOf(planned, now);
    }
  }
}

function appointmentsOf(
  { name, schedule, reconcile, jitterSeconds = 0 }: TargetConfiguration,
  zone: string,
): readonly Appointment[] {
  const common = { target: name, zone, jitter: jitterOf(name, jitterSeconds * 1000) };
  return [
    ...(schedule === undefined ? [] : [{ ...common, work: 'sync' as const, schedule }]),
    ...(reconcile === undefined
      ? []
      : [{ ...common, work: 'reconcile' as const, schedule: reconcile.schedule }]),
  ];
}

/** The first time after another at which it is due, jitter and all. */
function nextOf({ schedule, zone, jitter }: Appointment, after: number): number {
  return (nextTick(schedule, zone, after - jitter) ?? Infinity) + jitter;
}

/** When a target is synced next by its schedule; undefined where it has none. */
export function nextSync(target: TargetConfiguration, zone: string, now: number): number | undefined {
  const [appointment] = appointmentsOf(target, zone).filter(({ work }) => work === 'sync');
  return appointment && nextOf(appointment, now);
}

function partsOf(id: string): { readonly work: Work; readonly target: string } {
  const at = id.indexOf(' ');
  return { work: id.slice(0, at) as Work, target: id.slice(at + 1) };
}
