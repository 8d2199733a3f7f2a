import { isDeepStrictEqual } from 'node:util';
import type { Schedule, TargetConfiguration } from '../model/index.ts';
import { jitterOf, nextTick } from '../planning/schedule.ts';

/** What the daemon does for a target; `events`: what was told by HTTP, of whom it concerns alone. */
export type Work = 'events' | 'sync' | 'reconcile';

/** One work for several targets, whose source is read once for all of them. */
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
 * Of several works that wait for one target, the first goes first: whoever signs in waits for an answer, and what reconcile
 * takes over, a sync then sends.
 */
const works: readonly Work[] = ['events', 'reconcile', 'sync'];
/** A clock that is set back by less is not worth a thought. */
const jolt = 60_000;

/**
 * What is due when. A target does one thing at a time: what falls due in the meantime is remembered once, however often it
 * does, and so is what was missed while nobody was there. It knows no clock: each question brings the time along.
 */
export class Agenda {
  #planned: readonly Planned[] = [];
  #targets: readonly string[] = [];
  /** By target and work: from when on it may be taken up. */
  readonly #waiting = new Map<string, number>();
  readonly #busy = new Set<string>();
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

  /** What is to be done now. Its targets are busy until it is `done`. */
  take(now: number): readonly Job[] {
    this.#advance(now);
    const jobs: Job[] = [];
    for (const work of works) {
      const targets = this.#targets.filter((target) => {
        const from = this.#waiting.get(`${work} ${target}`);
        return from !== undefined && from <= now && !this.#busy.has(target);
      });
      if (targets.length === 0) continue;
      for (const target of targets) {
        this.#waiting.delete(`${work} ${target}`);
        this.#busy.add(target);
      }
      jobs.push({ work, targets, at: now });
    }
    return jobs;
  }

  done({ targets }: Job): void {
    for (const target of targets) this.#busy.delete(target);
  }

  /** When there may be something to do; infinity where there never is. What waits for a busy target waits for that. */
  nextAt(): number {
    const waiting = [...this.#waiting].filter(([id]) => !this.#busy.has(partsOf(id).target));
    return Math.min(...this.#planned.map(({ next }) => next), ...waiting.map(([, from]) => from));
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

function partsOf(id: string): { readonly target: string } {
  return { target: id.slice(id.indexOf(' ') + 1) };
}
