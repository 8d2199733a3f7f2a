import type { Answered, AttributeChange, Failure, Outcome, Profile, Resource } from '../model/index.ts';
import { MANAGER_PATH } from '../planning/diff.ts';
import { hidesInvited } from '../planning/invited.ts';
import { managerOf, withValueOf } from '../planning/judge.ts';
import { answeredOf } from '../store/queue/queue.ts';
import type { Leased, Step } from '../store/queue/queue.ts';

/** What the outcome of one operation means for the target as a whole. */
export interface Consequence {
  readonly step: Step;
  /** Nothing can be sent to this target now: it is halted (law 13). */
  readonly halt?: Failure;
  /** The target asks for a rest until then. */
  readonly restUntil?: number;
  /** It may have been carried out, and the account can be read at once. */
  readonly unclear?: Failure;
  /** It was not carried out, and what is to become of it is for the next plan to say. */
  readonly isLeft?: true;
}

const longestBackoff = 5 * 60 * 1000;
/** After so many attempts in one plan an operation has failed; the next plan makes it anew. */
export const manyAttempts = 10;

/**
 * What becomes of the operation and of the target (law 13): what `FAILURE_CLASSES` says of the class of a failure, decided
 * by the operation's kind and its earlier attempts. A pure function of the outcome, the row and the clock; `random` is in
 * [0, 1).
 */
export function decide(
  operation: Leased,
  outcome: Outcome,
  profile: Profile,
  bound: Bound,
  now: number,
  random: number,
): Consequence {
  if (outcome.kind === 'done') {
    // A DELETE of what is not there is done, but who was invited is not gone by not being shown (rule 14).
    const isHidden = outcome.status === 404 && operation.account?.state === 'invited';
    return { step: isHidden ? notAccepted(operation) : done(operation, outcome, profile, bound) };
  }
  const { failure } = outcome;
  const answered = answeredOf(failure);
  const base = { operation, error: failure.message, code: failure.code, ...answered };
  switch (failure.class) {
    case 'transient': {
      const { attempts } = operation;
      const isRate = failure.code === 'rate';
      const isAsked = failure.retryAfter !== undefined;
      if (attempts + 1 >= manyAttempts && !isRate && !isAsked) return { step: { kind: 'failed', ...base } };
      // No rest at all is no answer to when: asking at once and for ever helps nobody.
      const wait = failure.retryAfter || backoff(attempts, random);
      // A rate limit is the target's trouble: it is counted for the distance to grow, and never until the row fails.
      const counted = !isRate || (!isAsked && attempts + 2 < manyAttempts);
      return {
        step: { kind: 'retry', ...base, runAt: now + wait, counted },
        ...((isRate || isAsked) && { restUntil: now + wait }),
      };
    }
    case 'exists':
      if (mayBeOurs(operation, profile)) return { step: { kind: 'doubt', ...base } };
      return { step: { kind: 'failed', ...base, code: 'conflict' } };
    case 'missing':
      if (operation.account?.state === 'invited') return { step: { ...notAccepted(operation), ...answered } };
      // Somebody who leaves and has no account any more is off.
      if (['delete', 'deactivate', 'deleteGroup'].includes(operation.kind))
        return {
          step: { kind: 'done', operation, account: null, ...answered },
        };
      return { step: { kind: 'failed', ...base, code: 'notFound' } };
    case 'stale': {
      const { attempts } = operation;
      if (attempts + 1 >= manyAttempts) return { step: { kind: 'failed', ...base } };
      const wait = attempts === 0 ? 0 : backoff(attempts, random);
      return { step: { kind: 'retry', ...base, runAt: now + wait, counted: true } };
    }
    case 'unsupported': {
      const isOtherwise = failure.retryAfter !== undefined && operation.attempts + 1 < manyAttempts;
      if (isOtherwise) return { step: { kind: 'retry', ...base, runAt: now, counted: true } };
      return { step: { kind: 'failed', ...base } };
    }
    case 'invalid':
      return { step: { kind: 'failed', ...base } };
    case 'target':
      return { step: { kind: 'retry', ...base, runAt: 0, counted: false }, halt: failure };
    case 'unanswered':
      return {
        step: { kind: 'doubt', ...base },
        ...(failure.retryAfter !== undefined && { restUntil: now + failure.retryAfter }),
      };
  }
}

function notAccepted(operation: Leased): Step {
  return { kind: 'waiting', operation, code: 'invited', error: 'the invitation is not accepted yet' };
}

/** Whether an earlier attempt of a create, which met a failure of the server, may have made the account that is in the way. */
function mayBeOurs({ kind, attempts, lastCode }: Leased, profile: Profile): boolean {
  // Somebody who was invited is in nobody's way until they have accepted.
  const isUnclear = lastCode === 'server' || lastCode === 'unanswered';
  const isCreate = kind === 'create' || kind === 'createGroup';
  return isCreate && isUnclear && !hidesInvited(profile) && attempts + 1 < manyAttempts;
}

/**
 * Whether nothing else would be answered either, so that another request is not worth a trial. A credential that may not
 * ask this question may still switch somebody off, and so may one that has no licence left for anybody new.
 */
export function isOutOfReach({ class: kind, code }: Failure): boolean {
  return kind === 'target' && code !== 'forbidden' && code !== 'licence';
}

/** Whether it is this account that cannot be read, and not the target that has no time or lets nobody in. */
export function isOfOne(failure: Failure): boolean {
  return failure.code !== 'rate' && failure.retryAfter === undefined && !isOutOfReach(failure);
}

/** 2, 4, 8 … seconds up to five minutes, each shortened by up to a half so that many do not come back at once. */
export function backoff(attempts: number, random: number): number {
  return Math.round(Math.min(2 ** (attempts + 1) * 1000, longestBackoff) * (1 - random / 2));
}

/** What was bound when the operation was sent (law 10). */
export interface Bound {
  /** The resource went out without the manager, who had no account yet. */
  readonly withoutManager: boolean;
}

/** The step for an operation that the target has carried out. */
export function done(
  operation: Leased,
  outcome: Answered & { readonly remote?: { readonly id: string } },
  profile: Profile,
  bound: Bound,
): Step {
  const answered = answeredOf(outcome);
  if (operation.kind === 'delete' || operation.kind === 'deleteGroup')
    return { kind: 'done', operation, account: null, ...answered };
  const remoteId = operation.account?.remoteId ?? outcome.remote?.id ?? '';
  const invited = operation.kind === 'create' && hidesInvited(profile);
  const before = operation.account?.resource ?? {};
  const whole = operation.after!;
  const resource = bound.withoutManager ? withValueOf(whole, before, MANAGER_PATH) : whole;
  const manager = managerOf(whole);
  const owed =
    bound.withoutManager && manager !== undefined
      ? { owed: { manager, after: whole, change: referenceChange(before, manager) } }
      : {};
  return {
    kind: 'done',
    operation,
    account: { remoteId, resource, state: invited ? 'invited' : 'linked' },
    ...owed,
    ...answered,
  };
}

function referenceChange(before: Resource, manager: string): AttributeChange {
  const had = managerOf(before);
  return {
    path: MANAGER_PATH,
    after: { value: manager },
    ...(had !== undefined && { before: { value: had } }),
  };
}
