import type { Failure } from '../model/index.ts';
import { PHASE } from '../planning/judge.ts';
import { backoff } from './decide.ts';
import type { DeliverOptions, Delivery } from './delivery.ts';
import { resolveDoubts } from './doubts.ts';
import { Drain } from './drain.ts';

/**
 * Drains what is released on one target, phase after phase: leavers, changes, creates with managers before reports,
 * references. It leases no more than can start now (law 12), and writes down what came of it in batches.
 * Returns the failure that halted the target, if one did.
 */
export async function deliver(delivery: Delivery, options: DeliverOptions): Promise<Failure | undefined> {
  const { queue, now, random } = delivery;
  const drain = new Drain(delivery, options);
  const patient = (): DeliverOptions => ({ ...options, until: drain.until });
  const isOver = (): boolean =>
    drain.halted !== undefined ||
    options.signal.aborted ||
    now() >= (options.endsAt ?? Infinity) ||
    queue.orders().isPaused;
  // Whether somebody who leaves is off is known before the first request for anybody else goes out (law 12).
  await drain.run(PHASE.leave);
  let asked: ReadonlySet<number> = new Set();
  let leftAlone: ReadonlySet<number> = new Set();
  for (let round = 0; !isOver(); round++) {
    // Nothing is in flight, so that whatever is leased has no answer: of this run, or of an earlier one that is gone.
    const doubtful = queue.doubtfulIds().filter((id) => !leftAlone.has(id));
    if (doubtful.length === 0 && round > 0) break;
    const isRepeated = doubtful.length > 0 && doubtful.every((id) => asked.has(id));
    const wait = Math.max(options.pace.restUntil(false) - now(), isRepeated ? backoff(round, random()) : 0);
    if (doubtful.length > 0 && wait > 0 && !(await hasWaited(wait, patient(), now))) break;
    if (isOver()) break;
    const {
      failure,
      restUntil,
      left = leftAlone,
    } = await resolveDoubts(delivery, patient(), { except: leftAlone });
    if (failure !== undefined) return failure;
    leftAlone = left;
    if (restUntil !== undefined) options.pace.rest(restUntil, 'others');
    asked = new Set(doubtful);
    await drain.run();
  }
  if (drain.halted === undefined && drain.answered) queue.resume(now());
  return drain.halted;
}

/**
 * Sends what nothing holds up (rule 25), or what is due up to another phase, and nothing else; what comes back to be tried
 * again is left. Returns the failure that halted the target, if one did.
 */
export async function deliverFirst(
  delivery: Delivery,
  options: DeliverOptions,
  last: number = PHASE.offboard,
): Promise<Failure | undefined> {
  const { queue, now } = delivery;
  const drain = new Drain(delivery, options);
  await drain.run(last);
  if (drain.halted === undefined && drain.answered) queue.resume(now());
  return drain.halted;
}

/** False where the time of this run is over before. */
async function hasWaited(wait: number, options: DeliverOptions, now: () => number): Promise<boolean> {
  if (now() + wait > options.until) return false;
  await options.sleep(wait, options.signal);
  return !options.signal.aborted;
}
