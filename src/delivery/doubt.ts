import { ENTERPRISE, TargetError, isGroupKind } from '../model/index.ts';
import type { Failure, Profile, Remote, Resource } from '../model/index.ts';
import { MANAGER_PATH, diff } from '../planning/diff.ts';
import { inOurWords } from '../planning/drift.ts';
import { hidesInvited } from '../planning/invited.ts';
import { managerOf, withValueOf } from '../planning/judge.ts';
import { encode } from '../scim/encode.ts';
import { isLeaving, withoutPassword } from '../store/queue/queue.ts';
import type { Leased, Step } from '../store/queue/queue.ts';
import { again, unlinked, unread } from './again.ts';
import { attempt } from './attempt.ts';
import { decide, done, isOfOne } from './decide.ts';
import type { Consequence } from './decide.ts';
import type { Delivery } from './delivery.ts';
import { resolveGroup } from './groups.ts';

/**
 * Reads what became of an operation whose answer was not recorded, and goes on from what it reads (law 11).
 * A create is looked up, not before the target's own delay; found by externalId, or by a name that the plan proved to
 * be free, it is ours, unless it bears another externalId. Anything else is read by its id. `cause` is what the target has
 * just answered, if it has.
 */
export async function resolve(delivery: Delivery, operation: Leased, cause?: Failure): Promise<Consequence> {
  const consequence = await readAndGoOn(delivery, operation, cause);
  const { step } = consequence;
  if (step.kind !== 'retry' || delivery.mayRepeat(operation)) return consequence;
  const { error, code } = step;
  return { step: { kind: 'doubt', operation, error, code }, isLeft: true };
}

async function readAndGoOn(delivery: Delivery, operation: Leased, cause?: Failure): Promise<Consequence> {
  const { profile, remote } = delivery;
  if (isGroupKind(operation.kind)) return resolveGroup(delivery, operation, cause);
  try {
    if (operation.kind === 'create') return await resolveCreate(delivery, operation);
    // It writes nothing, so that there is nothing to find out.
    if (operation.kind === 'link') return again(delivery, operation);
    if (operation.account === undefined) return unlinked(operation);
    const live = await remote.read(operation.account.remoteId);
    if (live === undefined && isLeaving(operation)) await remote.probe();
    if (live === undefined)
      return decide(
        operation,
        {
          kind: 'failed',
          failure: { class: 'missing', code: 'notFound', message: 'the account is not there' },
        },
        profile,
        { withoutManager: false },
        delivery.now(),
        0,
      );
    if (operation.kind === 'delete') return again(delivery, operation, { cause });
    const shown = inOurWords(live, (id) => delivery.queue.ownerOf(id));
    if (holds(shown, operation)) return { step: done(operation, {}, profile, { withoutManager: false }) };
    return again(delivery, operation, { cause, confirmed: asRead(shown, operation) });
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const { failure } = error;
    const isRepeated =
      isLeaving(operation) &&
      cause === undefined &&
      isOfOne(failure) &&
      delivery.stillLeaves(operation) &&
      !delivery.queue.orders().isPaused;
    return isRepeated ? leaveUnread(delivery, operation) : unread(delivery, operation, failure, cause);
  }
}

/**
 * Somebody who still leaves, and whose account cannot be read, is switched off once more: to do so twice does no harm, and
 * not to do so leaves them on for as long as nobody can tell.
 */
async function leaveUnread(delivery: Delivery, operation: Leased): Promise<Consequence> {
  const { profile, remote } = delivery;
  const { remoteId, resource: before } = operation.account!;
  const method = remote.updateMethod('Users');
  const request = encode(operation, profile, { remoteId, before, ...(method !== undefined && { method }) });
  const outcome = await remote.send(request!);
  // A 404 is believed only where the account can be asked for.
  if (outcome.kind === 'done' && outcome.status !== 404)
    return { step: done(operation, outcome, profile, { withoutManager: false }) };
  const unknown = { class: 'missing', code: 'notFound', message: 'the account cannot be read' } as const;
  return unread(delivery, operation, outcome.kind === 'failed' ? outcome.failure : unknown);
}

/**
 * What may be said again of what is in doubt before anything is planned: all of it, since a plan decides on it then. Not an
 * invitation that may be open: somebody who has left meanwhile is switched off when they accept it (rule 14).
 */
export function unlessInvited(profile: Profile): (operation: Leased) => boolean {
  return ({ kind }) => kind !== 'create' || !hidesInvited(profile);
}

async function resolveCreate(delivery: Delivery, operation: Leased): Promise<Consequence> {
  const { profile, remote, queue } = delivery;
  const isHidden = hidesInvited(profile);
  // Nobody can see whether they were invited; where it does nothing, whoever is still to come is invited once more. It stays
  // in doubt until that is answered: to be forgotten, should they leave, it must not have been sent at all.
  const repeated =
    isHidden && profile.create.repeatable && delivery.mayRepeat(operation)
      ? await attempt(delivery, operation)
      : undefined;
  if (repeated?.step.kind === 'done') return repeated;
  if (repeated !== undefined && repeated.step.kind !== 'failed')
    return { ...repeated, step: waits(operation) };
  const after = operation.after!;
  for (const attribute of profile.users.match) {
    const value = attribute === 'emails.value' ? firstEmail(after) : after[attribute];
    if (typeof value !== 'string') continue;
    const free = (await remote.find(attribute, value)).filter((one) => queue.ownerOf(one.id) === undefined);
    const [found] = free;
    if (found === undefined) continue;
    const isOurs =
      free.length === 1 && (attribute === 'externalId' || (operation.absent && !isAnothers(found, after)));
    if (!isOurs)
      return {
        step: {
          kind: 'failed',
          operation,
          code: 'conflict',
          error: `an account that is not linked has this ${attribute}`,
        },
      };
    const withoutManager = managerOf(after) !== undefined && !hasManager(found);
    // Whether its password went with it is not known: the next run sets it.
    const told = operation.secretDigest === undefined ? operation : withoutPassword(operation);
    return { step: done(told, { remote: found }, profile, { withoutManager }) };
  }
  if (!isHidden) return again(delivery, operation);
  // To repeat an open invitation does nothing: where somebody else has the name, there is none.
  if (repeated?.step.kind === 'failed' && repeated.step.code === 'conflict') return repeated;
  // Whoever has left, or would be invited twice, is waited for until they accept.
  return { step: waits(operation), isLeft: true };
}

/** An account that bears another externalId was made for somebody else, who has taken the name since this was planned. */
function isAnothers({ externalId }: Remote, after: Resource): boolean {
  return externalId !== undefined && after['externalId'] !== undefined && externalId !== after['externalId'];
}

function waits(operation: Leased): Step {
  const error = 'they may have been invited, which nobody can see until they accept';
  return { kind: 'doubt', operation, error, code: 'unanswered' };
}

function firstEmail(resource: Resource): unknown {
  const emails = resource['emails'] as readonly { value?: unknown; primary?: boolean }[] | undefined;
  return (emails?.find((email) => email.primary) ?? emails?.[0])?.value;
}

function hasManager({ resource }: Remote): boolean {
  return (resource[ENTERPRISE] as Resource | undefined)?.['manager'] !== undefined;
}

/** Whether an account shows the changes of an operation; a password is never shown. */
function holds(shown: Resource, operation: Leased): boolean {
  const differs = new Set(diff(shown, operation.after!).map(({ path }) => path));
  return operation.changes.every(
    ({ path }) => (path !== 'password' || operation.lacksPassword === true) && !differs.has(path),
  );
}

/**
 * The confirmed resource with what the account shows where the operation would change it: the next plan goes on from
 * there, also where it wants something else by then. What is not shown is unknown and stays (rule 3), unless it was to
 * be cleared.
 */
function asRead(shown: Resource, { account, changes }: Leased): Resource {
  return changes.reduce((resource, { path, after }) => {
    const isShown = Object.keys(withValueOf({}, shown, path)).length > 0;
    const isKnown = isShown || after === undefined || path === MANAGER_PATH;
    return isKnown ? withValueOf(resource, shown, path) : resource;
  }, account!.resource);
}
