import type { Failure } from '../model/index.ts';
import { PHASE } from '../planning/judge.ts';
import type { Leased, Step } from '../store/queue/queue.ts';
import { attempt } from './attempt.ts';
import { backoff } from './decide.ts';
import type { Consequence } from './decide.ts';
import type { Delivery } from './delivery.ts';
import { resolve } from './doubt.ts';
import { createPace } from './pace.ts';
import type { Pace } from './pace.ts';

export interface DeliverOptions {
  readonly pace: { readonly concurrency: number; readonly perSecond?: number };
  /** No new operation is leased after it is aborted; what is in flight is finished. */
  readonly signal: AbortSignal;
  /** Operations that fall due later than this are left to the next run. */
  readonly until: number;
  readonly lookupLagSeconds: number;
  /** The target has asked for a rest until then. */
  readonly restUntil?: number;
  readonly onStep?: (step: Step) => void;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const confirmAtOnce = 64;
const confirmWithin = 50;
/** The share of its places that a target has free before they are leased together. */
const worthLeasing = 0.5;
const leaseWithin = 5;

/**
 * Drains what is released on one target, phase after phase: leavers, changes, creates with managers before reports,
 * references. It leases no more than can start now (law 12), and writes down what came of it in batches.
 * Returns the failure that halted the target, if one did.
 */
export async function deliver(delivery: Delivery, options: DeliverOptions): Promise<Failure | undefined> {
  const { queue, now, random } = delivery;
  const drain = new Drain(delivery, options);
  const isOver = (): boolean => drain.halted !== undefined || options.signal.aborted;
  // Whether somebody who leaves is off is known before the first request for anybody else goes out (law 12).
  await drain.run(PHASE.leave);
  let asked: ReadonlySet<number> = new Set();
  for (let round = 0; !isOver(); round++) {
    // Nothing is in flight, so that whatever is leased has no answer: of this run, or of an earlier one that is gone.
    const doubtful = queue.doubtfulIds();
    if (doubtful.length === 0 && round > 0) break;
    const isRepeated = doubtful.length > 0 && doubtful.every((id) => asked.has(id));
    const wait = Math.max(drain.restUntil - now(), isRepeated ? backoff(round, random()) : 0);
    if (doubtful.length > 0 && wait > 0 && !(await pause(wait, options, now))) break;
    const { failure, restUntil } = await resolveDoubts(delivery, options);
    if (failure !== undefined) return failure;
    drain.rest(restUntil);
    asked = new Set(doubtful);
    await drain.run();
  }
  if (drain.halted === undefined && drain.answered) queue.resume(now());
  return drain.halted;
}

/** False where the time of this run is over before. */
async function pause(wait: number, options: DeliverOptions, now: () => number): Promise<boolean> {
  if (now() + wait > options.until) return false;
  await options.sleep(wait, options.signal);
  return !options.signal.aborted;
}

class Drain {
  readonly #delivery: Delivery;
  readonly #options: DeliverOptions;
  readonly #pace: Pace;
  readonly #steps: Step[] = [];
  #firstStep = 0;
  #inFlight = 0;
  /** Places for what is being leased. */
  #reserved = 0;
  restUntil = 0;
  #phase = 0;
  /** Places have been free for a moment. */
  #isLate = false;
  /** There was nothing more to lease, and nothing has been answered since. */
  #isDry = false;
  /** Counted, so that a lease notices those which came while it was written. */
  #answers = 0;
  #isHaltWritten = false;
  #wake: () => void = () => undefined;
  #trouble: unknown;
  halted: Failure | undefined;
  answered = false;

  constructor(delivery: Delivery, options: DeliverOptions) {
    this.#delivery = delivery;
    this.#options = options;
    this.#pace = createPace(options.pace);
    this.rest(options.restUntil);
  }

  /**
   * Sends what is due, in the order of its phases, and waits for what falls due; or does the first `phase` alone, and waits
   * for nothing.
   */
  async run(phase = Infinity): Promise<void> {
    const { now } = this.#delivery;
    for (;;) {
      if (!this.#isBusy() || this.#isWritingDue()) await this.#write();
      const stopped = this.#isStopped();
      const places = stopped || now() < this.restUntil ? 0 : this.#places();
      if (places > 0) {
        // While something is in flight the next lease is written beside it; else nothing is known before it is there.
        const isBeside = this.#isBusy();
        const started = this.#start(places, phase);
        if (isBeside || (await started)) continue;
      }
      if (this.#isBusy()) {
        await this.#somethingHappens();
        continue;
      }
      if (this.#trouble === undefined && this.#steps.length > 0) continue;
      if (this.#isStopped() || phase < Infinity || !(await this.#waitForNext())) break;
    }
    await this.#write();
    if (this.#trouble !== undefined) throw this.#trouble as Error;
  }

  /**
   * How many to lease now: half of the places at once, so that leases are shared, or whatever is free after a moment. A
   * target that takes its time is not kept waiting for longer than that moment.
   */
  #places(): number {
    const free = Math.min(this.#free(), confirmAtOnce);
    if (!this.#isBusy()) return free;
    // One lease at a time: what it brings decides which phase the next one may be of.
    if (this.#reserved > 0) return 0;
    const isWorthIt = free >= this.#pace.concurrency * worthLeasing || this.#isLate;
    return isWorthIt && !this.#isDry ? free : 0;
  }

  #free(): number {
    return this.#pace.free() - this.#reserved;
  }

  #isBusy(): boolean {
    return this.#inFlight + this.#reserved > 0;
  }

  /** Leases what can start now, and writes down what is answered with it; false where there is nothing to start. */
  async #start(places: number, last: number): Promise<boolean> {
    const { queue, now } = this.#delivery;
    // The next phase starts when nothing of this one is in flight: its people may be referred to.
    const until = this.#isBusy() ? Math.min(last, this.#phase) : last;
    this.#isLate = false;
    this.#reserved += places;
    const before = this.#answers;
    const leased = await this.#written((steps) => queue.lease(until, places, now(), steps));
    this.#reserved -= places;
    this.#wake();
    const [first] = leased ?? [];
    // What was answered meanwhile may have made more due.
    this.#isDry = (leased === undefined || leased.length < places) && this.#answers === before;
    if (leased === undefined || first === undefined) return false;
    this.#phase = first.phase;
    // Asked to stop, or to rest, in this very moment: nothing was sent yet.
    if (this.#isStopped() || now() < this.restUntil) this.#putBack(leased);
    else for (const operation of leased) this.#send(operation);
    return true;
  }

  /** What cannot be put back is in doubt, and is read by the next run. */
  #putBack(leased: readonly Leased[]): void {
    try {
      this.#delivery.queue.putBack(leased);
    } catch (error) {
      this.#trouble ??= error;
    }
  }

  #send(operation: Leased): void {
    this.#inFlight++;
    void this.#pace
      .run(() => attempt(this.#delivery, operation))
      .then((consequence) => this.#cleared(operation, consequence))
      .then((consequence) => this.#take(consequence))
      .catch((error: unknown) => (this.#trouble ??= error))
      .finally(() => {
        this.#inFlight--;
        this.#wake();
      });
  }

  /** What may have been carried out is read at once, as a request of its own. */
  async #cleared(operation: Leased, sent: Consequence): Promise<Consequence> {
    if (sent.unclear === undefined) return sent;
    return this.#pace.run(() => resolve(this.#delivery, operation, sent.unclear));
  }

  /** Sends nothing before then. */
  rest(until = 0): void {
    this.restUntil = Math.max(this.restUntil, until);
  }

  #isStopped(): boolean {
    return this.halted !== undefined || this.#trouble !== undefined || this.#options.signal.aborted;
  }

  #take({ step, halt, restUntil }: Consequence): void {
    if (this.#steps.length === 0) this.#firstStep = this.#delivery.now();
    this.#steps.push(step);
    this.#answers++;
    this.#isDry = false;
    this.halted ??= halt;
    if (halt === undefined && step.kind !== 'doubt') this.answered = true;
    this.rest(restUntil);
    this.#options.onStep?.(step);
  }

  #isWritingDue(): boolean {
    const count = this.#steps.length;
    return count >= confirmAtOnce || (count > 0 && this.#delivery.now() - this.#firstStep >= confirmWithin);
  }

  async #write(): Promise<void> {
    const { queue, now } = this.#delivery;
    if (this.#steps.length > 0) await this.#written((steps) => queue.confirm(steps, now()));
  }

  /** Writes down what is answered, with whatever `write` does besides; nothing of it where that fails. */
  async #written<T>(write: (steps: readonly Step[]) => Promise<T>): Promise<T | undefined> {
    const steps = this.#steps.splice(0);
    try {
      return await write(steps);
    } catch (error) {
      this.#steps.unshift(...steps);
      this.#trouble ??= error;
      return undefined;
    } finally {
      this.#writeHalt();
    }
  }

  #writeHalt(): void {
    if (this.halted === undefined || this.#isHaltWritten) return;
    const { queue, now } = this.#delivery;
    try {
      queue.halt(this.halted, now());
      this.#isHaltWritten = true;
    } catch (error) {
      this.#trouble ??= error;
    }
  }

  #somethingHappens(): Promise<void> {
    return new Promise((resolve) => {
      // Free places are filled and an answer that is here is written down soon, also while another lets itself be waited for.
      const isFilling = this.#free() > 0 && !this.#isDry && !this.#isLate;
      const wait = isFilling ? leaseWithin : this.#steps.length > 0 ? confirmWithin : undefined;
      const late = (): void => {
        this.#isLate = isFilling;
        resolve();
      };
      const timer = wait === undefined ? undefined : setTimeout(late, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Sleeps until the next operation falls due; false where none does within the time that this run has. */
  async #waitForNext(): Promise<boolean> {
    const { queue, now } = this.#delivery;
    const due = queue.nextDue();
    if (due === undefined) return false;
    const at = Math.max(due, this.restUntil);
    if (at > this.#options.until) return false;
    await this.#options.sleep(Math.max(0, at - now()), this.#options.signal);
    return !this.#options.signal.aborted;
  }
}

/** What reading those in doubt showed of the target. */
export interface Resolved {
  /** The target is halted by it. */
  readonly failure?: Failure;
  readonly restUntil?: number;
}

/** Reads whatever is in doubt, before anything else is decided about those people (law 11). */
export async function resolveDoubts(delivery: Delivery, options: DeliverOptions): Promise<Resolved> {
  const { queue, now } = delivery;
  const pace = createPace(options.pace);
  let halted: Failure | undefined;
  let restUntil: number | undefined;
  let trouble: unknown;
  const isOver = (): boolean =>
    options.signal.aborted || (halted ?? restUntil) !== undefined || trouble !== undefined;
  const steps: Step[] = [];
  const settle = async (operation: Leased): Promise<void> => {
    if (isOver()) return;
    const consequence = await resolve(delivery, operation);
    steps.push(consequence.step);
    halted ??= consequence.halt;
    restUntil ??= consequence.restUntil;
    options.onStep?.(consequence.step);
    if (steps.length >= confirmAtOnce) await queue.confirm(steps.splice(0), now());
  };
  for (const operation of queue.doubtful()) {
    // A create that was just sent may not be found yet.
    const earliest = operation.kind === 'create' ? operation.sentAt + options.lookupLagSeconds * 1000 : 0;
    if (earliest > now()) {
      if (earliest > options.until) continue;
      await options.sleep(earliest - now(), options.signal);
    }
    await pace.room();
    if (isOver()) break;
    pace.run(() => settle(operation)).catch((error: unknown) => (trouble ??= error));
  }
  await pace.idle();
  if (steps.length > 0) await queue.confirm(steps, now());
  if (trouble !== undefined) throw trouble as Error;
  if (halted !== undefined) queue.halt(halted, now());
  return { ...(halted && { failure: halted }), ...(restUntil !== undefined && { restUntil }) };
}
