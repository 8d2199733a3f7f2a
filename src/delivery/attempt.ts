import { TargetError, isGroupKind, isMemberKind } from '../model/index.ts';
import type { Outcome } from '../model/index.ts';
import { MANAGER_PATH } from '../planning/diff.ts';
import { inOurWords, takenOver } from '../planning/drift.ts';
import { managerOf } from '../planning/judge.ts';
import { encode } from '../scim/encode.ts';
import { isLeaving, withoutPassword } from '../store/queue/queue.ts';
import type { Leased, OperationQueue } from '../store/queue/queue.ts';
import { unlinked } from './again.ts';
import { decide, done } from './decide.ts';
import type { Consequence } from './decide.ts';
import type { Delivery } from './delivery.ts';
import { attemptGroup } from './groups.ts';
import { attemptMembers } from './members.ts';
import { readBack } from './read-back.ts';
import { forPresentVersion } from './stale.ts';
import { putPerson } from './whole-person.ts';

/** Binds an operation, sends it once, and says what that means. Never throws for what a target does. */
export async function attempt(delivery: Delivery, leased: Leased): Promise<Consequence> {
  const { profile, remote, queue } = delivery;
  const { members } = leased;
  if (members !== undefined && isMemberKind(leased.kind))
    return attemptMembers(delivery, { ...leased, kind: leased.kind, members });
  if (isGroupKind(leased.kind)) return attemptGroup(delivery, leased);
  const given = leased.secretDigest === undefined ? undefined : delivery.password(leased.key);
  // A password that is not at hand, since another run read it, is not said to be set: the next plan sets it.
  const operation =
    leased.secretDigest !== undefined && given === undefined ? withoutPassword(leased) : leased;
  const password = leased.kind === 'create' ? (delivery.newPassword?.() ?? given) : given;
  if (operation.kind === 'link') return adopt(delivery, operation);
  if (operation.kind !== 'create' && operation.account === undefined) return unlinked(operation);
  const manager = operation.after && managerOf(operation.after);
  const says = operation.kind === 'create' || operation.changes.some(({ path }) => path === MANAGER_PATH);
  const managerId = manager === undefined ? undefined : managerIdOf(operation, manager, queue);
  const withoutManager = says && manager !== undefined && managerId === undefined;
  const binding = {
    ...(operation.account && { remoteId: operation.account.remoteId, before: operation.account.resource }),
    ...(managerId !== undefined && { managerId }),
    ...(password !== undefined && { password }),
    ...(remote.updateMethod('Users') !== undefined && { method: remote.updateMethod('Users')! }),
  };
  const request = encode(operation, profile, binding);
  if (request === undefined)
    return withoutManager
      ? {
          step: {
            kind: 'waiting',
            operation,
            code: 'reference',
            error: `waits for the account of ${manager}`,
          },
        }
      : { step: done(operation, {}, profile, { withoutManager: false }) };
  const outcome =
    request.method === 'PUT'
      ? await putPerson(delivery, operation, binding, request)
      : await remote.send(
          await forPresentVersion(request, operation, () => remote.read(operation.account!.remoteId)),
        );
  const doubted = isLeaving(operation) && says404(outcome) ? await doubts404(delivery, operation) : undefined;
  if (doubted !== undefined) return doubted;
  const decided = await readBack(
    delivery,
    operation,
    decide(operation, outcome, profile, { withoutManager }, delivery.now(), delivery.random()),
  );
  // Whoever has an account can be read at once: a leaver must not be in doubt until everybody else was served (law 12).
  return operation.account !== undefined && isUnanswered(outcome)
    ? { ...decided, unclear: outcome.failure }
    : decided;
}

/** Mostly it was read with the lease; somebody who got their account just now is looked up. */
function managerIdOf({ manager }: Leased, key: string, queue: OperationQueue): string | undefined {
  return manager?.key === key ? manager.remoteId : queue.remoteIdOf(key);
}

/** May have been carried out, and the target does not ask for a rest before it is asked. */
function isUnanswered(outcome: Outcome): outcome is Extract<Outcome, { kind: 'failed' }> {
  return (
    outcome.kind === 'failed' &&
    outcome.failure.class === 'unanswered' &&
    outcome.failure.retryAfter === undefined
  );
}

function says404(outcome: Outcome): boolean {
  return outcome.kind === 'failed' ? outcome.failure.class === 'missing' : outcome.status === 404;
}

/**
 * That somebody is off because the account is gone is not believed at once: some services answer 404 to a credential
 * that may not look, and to a method that they do not know. Nothing is returned where the account is not there indeed.
 */
async function doubts404(delivery: Delivery, operation: Leased): Promise<Consequence | undefined> {
  const { remote } = delivery;
  try {
    await remote.probe();
    const live = await remote.read(operation.account!.remoteId);
    if (live === undefined) return undefined;
    const error = `${remote.name} answered 404 to the request, and has the account when it is asked for it`;
    return { step: { kind: 'failed', operation, code: 'protocol', error } };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const { failure } = error;
    return decide(
      operation,
      { kind: 'failed', failure },
      delivery.profile,
      { withoutManager: false },
      delivery.now(),
      delivery.random(),
    );
  }
}

/** Takes over an account that exists: its present content becomes the confirmed one, and the next run sees what differs. */
async function adopt(delivery: Delivery, operation: Leased): Promise<Consequence> {
  const { remote, profile, drift, queue } = delivery;
  try {
    const found = await remote.read(operation.linkTo!);
    if (found === undefined)
      return { step: { kind: 'failed', operation, code: 'notFound', error: 'the account to link is gone' } };
    // What it does not return may be empty, or not shown: the next plan says it once, and nothing is cleared (rule 3).
    const shown = inOurWords(found, (id) => queue.ownerOf(id));
    const account = {
      remoteId: found.id,
      resource: takenOver(found, shown, profile, drift),
      state: 'linked',
      origin: 'adopted',
    } as const;
    return { step: { kind: 'done', operation, account, status: 200 } };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return decide(
      operation,
      { kind: 'failed', failure: error.failure },
      profile,
      { withoutManager: false },
      delivery.now(),
      delivery.random(),
    );
  }
}
