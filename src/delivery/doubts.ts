import type { Failure } from '../model/index.ts';
import type { Leased, Step } from '../store/queue/queue.ts';
import { confirmAtOnce } from './delivery.ts';
import type { DeliverOptions, Delivery } from './delivery.ts';
import { resolve } from './doubt.ts';
import { UnderWay } from './under-way.ts';

/** What reading those in doubt showed of the target. */
export interface Resolved {
  /** The target is halted by it. */
  readonly failure?: Failure;
  readonly restUntil?: number;
  /** Operations that were not carried out, and are not said again by this run: the next plan decides. */
  readonly left?: ReadonlySet<number>;
}

/**
 * When a create that was carried out is found for certain. One that an earlier run had under way when it died may have
 * come to the target as late as that, which is before this run began, and within the time that a request has.
 */
function foundFrom(
  { kind, sentAt }: Leased,
  { since }: Delivery,
  { lookupLagSeconds, timeoutSeconds = 0 }: DeliverOptions,
): number {
  if (kind !== 'create' && kind !== 'createGroup') return 0;
  return Math.max(sentAt, Math.min(since, sentAt + timeoutSeconds * 1000)) + lookupLagSeconds * 1000;
}

/**
 * Reads whatever is in doubt, or what is of one person, before anything else is decided about those people (law 11). What
 * is in `except` was read already.
 */
export async function resolveDoubts(
  delivery: Delivery,
  options: DeliverOptions,
  { except = new Set(), person }: { readonly except?: ReadonlySet<number>; readonly person?: number } = {},
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
  const left = new Set(except);
  const own = new UnderWay();
  const settle = async (operation: Leased): Promise<void> => {
    if (isOver()) return;
    const consequence = await resolve(delivery, operation);
    steps.push(consequence.step);
    if (consequence.isLeft === true) left.add(operation.id);
    halted ??= consequence.halt;
    restUntil ??= consequence.restUntil;
    options.onStep?.(consequence.step);
    if (steps.length >= confirmAtOnce) await queue.confirm(steps.splice(0), now());
  };
  for (const operation of queue.doubtful()) {
    if (except.has(operation.id)) continue;
    if (person !== undefined && operation.person !== person) continue;
    const earliest = foundFrom(operation, delivery, options);
    if (earliest > now()) {
      if (earliest > options.until) continue;
      await options.sleep(earliest - now(), options.signal);
    }
    await pace.room();
    if (isOver()) break;
    own.add(pace.run(() => settle(operation), 'checked').catch((error: unknown) => (trouble ??= error)));
  }
  await own.ended();
  if (steps.length > 0) await queue.confirm(steps, now());
  if (trouble !== undefined) throw trouble as Error;
  if (halted !== undefined) queue.halt(halted, now());
  return {
    ...(left.size > 0 && { left }),
    ...(halted && { failure: halted }),
    ...(restUntil !== undefined && { restUntil }),
  };
}
