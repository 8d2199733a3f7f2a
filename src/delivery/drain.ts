import type { Failure } from '../model/index.ts';
import { PHASE } from '../planning/judge.ts';
import { isLeaving } from '../store/queue/queue.ts';
import type { LeaseLimits, Leased, Step } from '../store/queue/queue.ts';
import { attempt } from './attempt.ts';
import type { Consequence } from './decide.ts';
import { confirmAtOnce } from './delivery.ts';
import type { DeliverOptions, Delivery } from './delivery.ts';
import { resolve } from './doubt.ts';
import type { Pace } from './pace.ts';
import { Streak } from './streak.ts';

const confirmWithin = 50;
/** The share of its places that a target has free before they are leased together. */
const worthLeasing = 0.375;
const leaseWithin = 5;
/** Milliseconds after which somebody who waits looks whether a person has said something meanwhile (rule 26). */
const lookEvery = 500;

/** Sends what is released on one target, and writes down what came of it. */
export class Drain {
  readonly #delivery: Delivery;
  readonly #options: DeliverOptions;
  readonly #pace: Pace;
  readonly #streak = new Streak();
  readonly #steps: Step[] = [];
  /** What is being written down. */
  #writing: Promise<void> = Promise.resolve();
  #firstStep = 0;
  #inFlight = 0;
  /** Places for what is being leased. */
  #reserved = 0;
  /** Milliseconds that this run waits for what falls due, each time. */
  readonly #wait: number;
  /** When the last that was sent was carried out. */
  #doneAt: number;
  /** When the target was resumed last, as far as this run has seen. */
  #resumedAt: number;
  /** Until when those who leave have been seen to be served, though others are to wait. */
  #provenUntil = 0;
  /** What is due may not be sent, since a budget for its kind is used up. */
  #isSpent = false;
  #phase = 0;
  /** Places have been free for a moment. */
  #isLate = false;
  /** There was nothing more to lease, and nothing has been written down since that may have made more due. */
  #isDry = false;
  /** Counted, so that a lease notices what was written down since it was asked for. */
  #confirmed = 0;
  #isHaltWritten = false;
  #wake: () => void = () => undefined;
  #trouble: unknown;
  halted: Failure | undefined;
  answered = false;

  constructor(delivery: Delivery, options: DeliverOptions) {
    this.#delivery = delivery;
    this.#options = options;
    this.#pace = options.pace;
    this.#doneAt = delivery.now();
    this.#wait = Math.max(0, options.until - this.#doneAt);
    this.#pace.rest(options.restUntil ?? 0, 'others');
    this.#resumedAt = delivery.queue.orders().resumedAt;
  }

  /**
   * What falls due later is left to the next run. A target that is served is worth waiting for anew after each thing that it
   * has carried out: one that asks for a short rest now and then is not left for that in the middle of many.
   */
  get until(): number {
    const { until, endsAt = Infinity } = this.#options;
    return Math.min(endsAt, Math.max(until, this.#doneAt + this.#wait));
  }

  /**
   * Sends what is due, in the order of its phases, and waits for what falls due; or does the first `phase` alone, and waits
   * for nothing.
   */
  async run(phase = Infinity): Promise<void> {
    for (;;) {
      if (!this.#isBusy() || this.#isWritingDue()) await this.#write();
      const last = this.#lastPhase(phase);
      const places = this.#isStopped() ? 0 : this.#places(last <= PHASE.leave);
      if (places > 0) {
        // While something is in flight the next lease is written beside it; else nothing is known before it is there.
        const isBeside = this.#isBusy();
        const started = this.#start(places, last);
        if (isBeside || (await started)) continue;
      }
      if (this.#isBusy()) {
        await this.#somethingHappens();
        continue;
      }
      if (this.#trouble === undefined && this.#steps.length > 0) continue;
      if (this.#isStopped() || !(await this.#waitForNext(phase))) break;
    }
    await this.#write();
    if (this.#trouble !== undefined) throw this.#trouble as Error;
  }

  /**
   * The last phase of which something may be sent now. A target that is paused is sent nothing but to those who are
   * offboarded, whom no pause may hold (rule 25): not an undo either, which stands before everybody who leaves.
   */
  #lastPhase(phase: number): number {
    const last = this.#lastOrdered(phase);
    // While nobody else may be sent, somebody who leaves may be (law 12).
    return this.#pace.freeIn(false) > 0 && this.#pace.freeIn(true) === 0 ? Math.min(last, PHASE.leave) : last;
  }

  #lastOrdered(phase: number): number {
    const { isPaused, resumedAt } = this.#delivery.queue.orders();
    if (resumedAt > this.#resumedAt) {
      this.#resumedAt = resumedAt;
      this.#pace.endRests();
    }
    return isPaused ? Math.min(phase, PHASE.offboard) : phase;
  }

  /**
   * How many to lease now: a good third of the places at once, so that leases are shared, or whatever is free after a
   * moment. A target that takes its time is not kept waiting for longer than that moment.
   */
  #places(isLeaving: boolean): number {
    const free = Math.min(this.#free(isLeaving), confirmAtOnce);
    if (!this.#isBusy()) return free;
    // One lease at a time: what it brings decides which phase the next one may be of.
    if (this.#reserved > 0) return 0;
    const isWorthIt = free >= this.#pace.concurrency * worthLeasing || this.#isLate;
    return isWorthIt && !this.#isDry ? free : 0;
  }

  #free(isLeaving = false): number {
    // Whoever takes the places of others has one of them at a time.
    const first = this.#options.isBeside && !this.#isBusy() ? 'first' : undefined;
    const free = this.#pace.free(isLeaving, first) - this.#reserved;
    // During a rest that others have caused one of them tries whether it is meant for those who leave as well.
    const isTrial = isLeaving && this.#pace.restUntil(false) > this.#provenUntil && this.#isResting();
    return isTrial ? Math.min(free, this.#isBusy() ? 0 : 1) : free;
  }

  #isResting(): boolean {
    return this.#pace.restUntil(false) > this.#delivery.now();
  }

  #isBusy(): boolean {
    return this.#inFlight + this.#reserved > 0;
  }

  /** Leases what can start now, and writes down behind it what is answered; false where there is nothing to start. */
  async #start(places: number, last: number): Promise<boolean> {
    const { queue, now } = this.#delivery;
    // The next phase starts when nothing of this one is in flight: its people may be referred to.
    const until = this.#isBusy() ? Math.min(last, this.#phase) : last;
    this.#isLate = false;
    this.#reserved += places;
    const before = this.#confirmed;
    const limits = this.#limits(now());
    const leasing = queue.lease(until, places, now(), limits).catch((error: unknown) => this.#fails(error));
    // What is answered can wait for the disk; what is sent next cannot.
    void this.#write();
    const leased = (await leasing) ?? [];
    this.#reserved -= places;
    this.#wake();
    this.#isDry = leased.length < places && this.#confirmed === before;
    const [first] = leased;
    this.#isSpent = first === undefined && limits.isShort;
    if (first === undefined) return false;
    this.#phase = first.phase;
    // Asked to stop, to pause or to rest in this very moment: nothing was sent yet.
    if (this.#isStopped() || this.#lastPhase(last) < first.phase || this.#pace.freeIn(isLeaving(first)) > 0)
      this.#putBack(leased);
    else for (const operation of leased) this.#send(operation);
    return true;
  }

  /** How many may be created, and added to each group, where a budget says so. */
  #limits(now: number): LeaseLimits & { readonly isShort: boolean } {
    const { budgets } = this.#pace;
    const creates = budgets.leftOf('create', now);
    const groups = budgets.groups(this.#options.membersPerRequest ?? 1, now);
    return {
      ...(creates < Infinity && { creates }),
      ...(groups !== undefined && { groups }),
      isShort: creates <= 0 || groups !== undefined,
    };
  }

  /** Counts what is about to be done, of what a budget is for. */
  #spend({ kind, group, members }: Leased): void {
    const now = this.#delivery.now();
    if (kind === 'create') this.#pace.budgets.take('create', 1, now);
    if (kind === 'memberAdd') this.#pace.budgets.take('memberAdd', members?.length ?? 1, now, group);
  }

  /** What cannot be put back is in doubt, and is read by the next run. */
  #putBack(leased: readonly Leased[]): void {
    try {
      const { queue, now } = this.#delivery;
      queue.putBack(leased, now());
    } catch (error) {
      this.#fails(error);
    }
  }

  #fails(error: unknown): undefined {
    this.#trouble ??= error;
  }

  #send(operation: Leased): void {
    this.#inFlight++;
    this.#spend(operation);
    void this.#pace
      .run(() => attempt(this.#delivery, operation), this.#options.isBeside ? 'first' : 'checked')
      .then((consequence) => this.#cleared(operation, consequence))
      .then((consequence) => this.#take(consequence))
      .catch((error: unknown) => this.#fails(error))
      .finally(() => {
        this.#inFlight--;
        this.#wake();
      });
  }

  /** What may have been carried out is read at once, as a request of its own. */
  async #cleared(operation: Leased, sent: Consequence): Promise<Consequence> {
    if (sent.unclear === undefined) return sent;
    return this.#pace.run(() => resolve(this.#delivery, operation, sent.unclear), 'checked');
  }

  #isStopped(): boolean {
    const { signal, endsAt = Infinity } = this.#options;
    return (
      this.halted !== undefined ||
      this.#trouble !== undefined ||
      signal.aborted ||
      this.#delivery.now() >= endsAt
    );
  }

  #take({ step, halt, restUntil }: Consequence): void {
    if (this.#steps.length === 0) this.#firstStep = this.#delivery.now();
    this.#steps.push(step);
    this.halted ??= halt ?? this.#streak.take(step);
    if (halt === undefined && step.kind !== 'doubt') this.answered = true;
    if (doneIn(step) > 0) this.#doneAt = this.#delivery.now();
    if (restUntil !== undefined) this.#rest(step.operation, restUntil);
    else if (halt === undefined && isLeaving(step.operation)) this.#provenUntil = this.#pace.restUntil(false);
    this.#options.onStep?.(step);
  }

  /** What one who leaves is asked to wait for holds everybody; what others are asked to wait for may not hold those. */
  #rest(operation: Leased, until: number): void {
    this.#pace.rest(until, 'others');
    if (isLeaving(operation)) this.#pace.rest(until, 'leaving');
  }

  #isWritingDue(): boolean {
    const count = this.#steps.length;
    return count >= confirmAtOnce || (count > 0 && this.#delivery.now() - this.#firstStep >= confirmWithin);
  }

  /** Writes down what is answered, and resolves when nothing is being written any more. Never rejects. */
  async #write(): Promise<void> {
    if (this.#steps.length > 0) {
      const confirmed = this.#confirm(this.#steps.splice(0));
      this.#writing = this.#writing.then(() => confirmed);
    }
    await this.#writing;
  }

  async #confirm(steps: readonly Step[]): Promise<void> {
    const { queue, now } = this.#delivery;
    try {
      await queue.confirm(steps, now(), this.#pace.budgets.unsaved());
      this.#confirmed++;
      this.#isDry = false;
    } catch (error) {
      this.#steps.unshift(...steps);
      this.#fails(error);
    }
    this.#writeHalt();
    this.#wake();
  }

  #writeHalt(): void {
    if (this.halted === undefined || this.#isHaltWritten) return;
    const { queue, now } = this.#delivery;
    try {
      queue.halt(this.halted, now());
      this.#isHaltWritten = true;
    } catch (error) {
      this.#fails(error);
    }
  }

  #somethingHappens(): Promise<void> {
    return new Promise((resolve) => {
      // Free places are filled and an answer that is here is written down soon, also while another lets itself be waited for.
      const isFilling = this.#free() > 0 && !this.#isDry && !this.#isLate;
      const wait = isFilling ? leaseWithin : this.#steps.length > 0 ? confirmWithin : this.#patience();
      const late = (): void => {
        this.#isLate = isFilling;
        // Somebody else may have released something meanwhile, and a leaver must not wait for an answer that does not come.
        if (wait > confirmWithin) this.#isDry = false;
        resolve();
      };
      const timer = setTimeout(late, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** How long to wait for an answer before looking around: until the next may start, if it is the clock that forbids it. */
  #patience(): number {
    const turn = this.#pace.turnIn();
    return turn > 0 ? Math.min(turn, lookEvery) : lookEvery;
  }

  /**
   * Sleeps until the next operation falls due and may start; false where none falls due within the time that this run has.
   * What is due and only has no turn yet is sent by this run, however long that takes. Of the first `phase` alone, nothing
   * is waited for but the target's own pace.
   */
  async #waitForNext(phase: number): Promise<boolean> {
    const { now } = this.#delivery;
    const last = this.#lastOrdered(phase);
    const at = Math.min(this.#nextAt(Math.min(last, PHASE.leave), true), this.#nextAt(last, false));
    const until = phase < Infinity ? now() : this.until;
    const isDue = at <= now() && !this.#isDry;
    if (at === Infinity || (at > until && !isDue)) return false;
    // Where others have all places, nothing but the end of one of theirs makes room.
    const isFull = at <= now() && this.#pace.free(last <= PHASE.leave) === 0;
    const turn = Math.max(at, now() + (this.#pace.turnIn() || (isFull ? confirmWithin : 0)));
    return turn < (this.#options.endsAt ?? Infinity) && this.#napUntil(turn);
  }

  /** When the next of those up to a phase falls due and may be sent; never, where there is none. */
  #nextAt(last: number, leaving: boolean): number {
    const { queue, now } = this.#delivery;
    const free = now() + this.#pace.freeIn(leaving);
    // What is due already is what a budget has nothing left for.
    const isSpent = this.#isSpent && !leaving;
    const due = isSpent
      ? Math.min(queue.nextDue(last, now()) ?? Infinity, this.#pace.budgets.kindsFreeAt(now()))
      : (queue.nextDue(last) ?? Infinity);
    return Math.max(due, free);
  }

  /**
   * Sleeps, and wakes up early where a person has paused or resumed the target, somebody leaves, or somebody is waited for.
   * False where the run is to stop.
   */
  async #napUntil(at: number): Promise<boolean> {
    const { queue, now } = this.#delivery;
    const before = JSON.stringify(queue.orders());
    do {
      await this.#options.sleep(Math.min(Math.max(0, at - now()), lookEvery), this.#options.signal);
      if (this.#options.signal.aborted) return false;
    } while (now() < at && JSON.stringify(queue.orders()) === before && !this.#isCalled());
    return true;
  }

  #isCalled(): boolean {
    const last = this.#lastOrdered(Infinity);
    const leaving = this.#nextAt(Math.min(last, PHASE.leave), true);
    return Math.min(leaving, this.#nextAt(Math.min(last, PHASE.lastAsked), false)) <= this.#delivery.now();
  }
}

/** How many operations a step carries out. */
export function doneIn(step: Step): number {
  if (step.kind !== 'members') return step.kind === 'done' ? 1 : 0;
  return step.outcomes.filter(({ become }) => become === 'done').length;
}
