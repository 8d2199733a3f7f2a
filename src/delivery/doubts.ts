import type { Failure } from '../model/index.ts';
import type { Leased, Step } from '../store/queue/queue.ts';
import { confirmAtOnce } from './delivery.ts';
import type { DeliverOptions, Delivery } from './delivery.ts';
import { resolve } from './doubt.ts';

/** What reading those in doubt showed of the target. */
export interface Resolved {
  /** The target is halted by it. */
  readonly failure?: Failure;
  readonly restUntil?: number;
}

/** Reads whatever is in doubt, or what is of one person, before anything else is decided about those people (law 11). */
export async function resolveDoubts(
  delivery: Delivery,
  options: DeliverOptions,
  person?: number,
): Promise<Resolved> {
  const { queue, now } = delivery;
  if (person === undefined) queue.forgetMembers();
  const { pace } = options;
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
    if (person !== undefined && operation.person !== person) continue;
    // A create that was just sent may not be found yet.
    const earliest = operation.kind === 'create' ? operation.sentAt + options.lookupLagSeconds * 1000 : 0;
    if (earliest > now()) {
      if (earliest > options.until) continue;
      await options.sleep(earliest - now(), options.signal);
    }
    await pace.room();
    if (isOver()) break;
    pace.run(() => settle(operation), 'checked').catch((error: unknown) => (trouble ??= error));
  }
  await pace.idle();
  if (steps.length > 0) await queue.confirm(steps, now());
  if (trouble !== undefined) throw trouble as Error;
  if (halted !== undefined) queue.halt(halted, now());
  return { ...(halted && { failure: halted }), ...(restUntil !== undefined && { restUntil }) };
}
