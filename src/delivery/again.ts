import type { Failure, Resource } from '../model/index.ts';
import type { Leased } from '../store/queue/queue.ts';
import { backoff, isOutOfReach, manyAttempts } from './decide.ts';
import type { Consequence } from './decide.ts';
import type { Delivery } from './delivery.ts';

/** Nothing was sent, since there is no account; whoever is still to be created is told their reference afterwards. */
export function unlinked(operation: Leased): Consequence {
  return operation.part === 1
    ? { step: { kind: 'waiting', operation, code: 'reference', error: 'waits for their own account' } }
    : { step: { kind: 'failed', operation, code: 'notFound', error: 'the account is not linked any more' } };
}

/** It stays in doubt until the target can be asked, and keeps nobody else unless the target is out of reach. */
export function unread(
  { now }: Delivery,
  operation: Leased,
  failure: Failure,
  cause: Failure = failure,
): Consequence {
  const { retryAfter } = failure;
  return {
    step: { kind: 'doubt', operation, error: cause.message, code: cause.code },
    ...(isOutOfReach(failure) && { halt: failure }),
    ...(retryAfter !== undefined && { restUntil: now() + retryAfter }),
  };
}

/**
 * The request left no trace, or half of one: it is sent again, and not for ever. At once if it was lost, or is of an
 * earlier run; not where the server has just said that it fails.
 */
export function again(
  { now, since, random }: Delivery,
  operation: Leased,
  { cause, confirmed }: { readonly cause?: Failure | undefined; readonly confirmed?: Resource } = {},
): Consequence {
  const error =
    cause?.message ?? 'the request was sent, and what it asked for was not done; it is sent again';
  const base = { operation, code: cause?.code ?? 'unanswered', error, ...(confirmed && { confirmed }) };
  const isOfThisRun = operation.sentAt >= since;
  // A run that ended in the middle says nothing of the target: nothing fails by that.
  if (isOfThisRun && operation.attempts + 1 >= manyAttempts) return { step: { kind: 'failed', ...base } };
  const hasFailed = cause?.status !== undefined || operation.lastCode === 'server' || operation.attempts > 0;
  const wait = hasFailed && isOfThisRun ? backoff(operation.attempts, random()) : 0;
  return { step: { kind: 'retry', ...base, runAt: now() + wait, counted: true } };
}
