import { ENTERPRISE, TargetError, isObject } from '../model/index.ts';
import type { Failure, Outcome, Profile, Remote, Resource } from '../model/index.ts';
import { MANAGER_PATH, diff } from '../planning/diff.ts';
import { managerOf, withValueOf } from '../planning/judge.ts';
import { encode } from '../scim/encode.ts';
import type { ScimTarget } from '../scim/target.ts';
import type { Leased, OperationQueue, Step } from '../store/operations.ts';
import { backoff, decide, done, manyAttempts } from './decide.ts';
import type { Consequence } from './decide.ts';

/** Everything that delivering to one target needs. */
export interface Delivery {
  readonly name: string;
  readonly profile: Profile;
  readonly remote: ScimTarget;
  readonly queue: OperationQueue;
  readonly now: () => number;
  readonly random: () => number;
  /** The password that goes with an operation, read now (rule 27). */
  readonly password: (key: string) => string | undefined;
}

/** Binds an operation, sends it once, and says what that means. Never throws for what a target does. */
export async function attempt(delivery: Delivery, leased: Leased): Promise<Consequence> {
  const { profile, remote, queue } = delivery;
  const password = leased.secretDigest === undefined ? undefined : delivery.password(leased.key);
  // A password that is not at hand, since another run read it, is not said to be set: the next plan sets it.
  const operation =
    leased.secretDigest !== undefined && password === undefined ? withoutPassword(leased) : leased;
  if (operation.kind === 'link') return adopt(delivery, operation);
  if (operation.kind !== 'create' && operation.account === undefined)
    return {
      step: { kind: 'failed', operation, code: 'notFound', error: 'the account is not linked any more' },
    };
  const manager = operation.after && managerOf(operation.after);
  const says = operation.kind === 'create' || operation.changes.some(({ path }) => path === MANAGER_PATH);
  const managerId = manager === undefined ? undefined : managerIdOf(operation, manager, queue);
  const withoutManager = says && manager !== undefined && managerId === undefined;
  const request = encode(operation, profile, {
    ...(operation.account && { remoteId: operation.account.remoteId, before: operation.account.resource }),
    ...(managerId !== undefined && { managerId }),
    ...(password !== undefined && { password }),
    ...(remote.updateMethod() !== undefined && { method: remote.updateMethod()! }),
  });
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
  const outcome = await remote.send(request);
  // Whoever has an account can be read at once: a leaver must not be in doubt until everybody else was served (law 12).
  if (operation.account !== undefined && isUnanswered(outcome))
    return resolve(delivery, operation, outcome.failure);
  const doubted = isLeaving(operation) && says404(outcome) ? await doubts404(remote, operation) : undefined;
  if (doubted !== undefined) return doubted;
  return decide(operation, outcome, profile, { withoutManager }, delivery.now(), delivery.random());
}

function withoutPassword({ secretDigest: _, ...rest }: Leased): Leased {
  return { ...rest, lacksPassword: true };
}

/** Mostly it was read with the lease; somebody who got their account just now is looked up. */
function managerIdOf({ manager }: Leased, key: string, queue: OperationQueue): string | undefined {
  return manager?.key === key ? manager.remoteId : queue.remoteIdOf(key);
}

function isLeaving({ kind }: Leased): boolean {
  return kind === 'deactivate' || kind === 'delete';
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
async function doubts404(remote: ScimTarget, operation: Leased): Promise<Consequence | undefined> {
  try {
    await remote.probe();
    const live = await remote.read(operation.account!.remoteId);
    if (live === undefined) return undefined;
    const error = `${remote.name} answered 404 to the request, and has the account when it is asked for it`;
    return { step: { kind: 'failed', operation, code: 'protocol', error } };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const { failure } = error;
    const base = { operation, error: failure.message, code: failure.code };
    return { step: { kind: 'retry', ...base, runAt: 0, counted: false }, halt: failure };
  }
}

/** Takes over an account that exists: its present content becomes the confirmed one, and the next run sees what differs. */
async function adopt(delivery: Delivery, operation: Leased): Promise<Consequence> {
  const { remote, profile } = delivery;
  try {
    const found = await remote.read(operation.linkTo!);
    if (found === undefined)
      return { step: { kind: 'failed', operation, code: 'notFound', error: 'the account to link is gone' } };
    const account = {
      remoteId: found.id,
      resource: confirmedOf(found, operation.after!, profile),
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

/** What an account holds, in the attributes that we have a say in; its manager is an id of the target and is left out. */
function confirmedOf(remote: Remote, desired: Resource, profile: Profile): Resource {
  const kept: Record<string, Resource[string]> = { active: remote.active ?? true };
  const names = new Set(
    profile.users.writable.map((path) => (path.startsWith('enterprise') ? ENTERPRISE : path.split('.')[0]!)),
  );
  for (const name of names) {
    const value = remote.resource[name];
    if (value === undefined || name === 'active') continue;
    if (name !== ENTERPRISE) kept[name] = value;
    else {
      const { manager: _, ...rest } = value as Resource;
      kept[name] = rest;
    }
  }
  // What a target does not return is unknown, not empty (rule 3): it is taken to be as we would say it.
  for (const name of Object.keys(desired))
    if (!(name in remote.resource) && name !== ENTERPRISE) kept[name] = desired[name]!;
  return kept;
}

/**
 * Reads what became of an operation whose answer was not recorded, and goes on from what it reads (law 11).
 * A create is looked up, not before the target's own delay; found by externalId, or by a name that the plan proved to
 * be free, it is ours. Anything else is read by its id. `cause` is what the target has just answered, if it has.
 */
export async function resolve(delivery: Delivery, operation: Leased, cause?: Failure): Promise<Consequence> {
  const { profile, remote } = delivery;
  try {
    if (operation.kind === 'create') return await resolveCreate(delivery, operation);
    // It writes nothing, so that there is nothing to find out.
    if (operation.kind === 'link') return again(delivery, operation);
    if (operation.account === undefined)
      return {
        step: { kind: 'failed', operation, code: 'notFound', error: 'the account is not linked any more' },
      };
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
    const shown = inOurWords(live, delivery.queue);
    if (holds(shown, operation)) return { step: done(operation, {}, profile, { withoutManager: false }) };
    return again(delivery, operation, { cause, confirmed: asRead(shown, operation) });
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const { failure } = error;
    // It stays in doubt until the target can be asked.
    const step: Step = { kind: 'doubt', operation, error: (cause ?? failure).message };
    if (failure.class === 'target') return { step, halt: failure };
    return isLeaving(operation) && cause === undefined ? leaveUnread(delivery, operation) : { step };
  }
}

/**
 * Somebody who leaves and whose account cannot be read is switched off once more: to do so twice does no harm, and not to
 * do so leaves them on for as long as nobody can tell.
 */
async function leaveUnread({ profile, remote }: Delivery, operation: Leased): Promise<Consequence> {
  const { remoteId, resource: before } = operation.account!;
  const request = encode(operation, profile, {
    remoteId,
    before,
    ...(remote.updateMethod() !== undefined && { method: remote.updateMethod()! }),
  });
  const outcome = request === undefined ? undefined : await remote.send(request);
  if (outcome?.kind === 'done') return { step: done(operation, outcome, profile, { withoutManager: false }) };
  const error = outcome?.failure.message ?? 'the account cannot be read';
  return { step: { kind: 'doubt', operation, error } };
}

async function resolveCreate(delivery: Delivery, operation: Leased): Promise<Consequence> {
  const { profile, remote, queue } = delivery;
  if (profile.create.invites && !profile.create.invitedReadable && profile.create.repeatable)
    return again(delivery, operation);
  const after = operation.after!;
  for (const attribute of profile.users.match) {
    const value = attribute === 'emails.value' ? firstEmail(after) : after[attribute];
    if (typeof value !== 'string') continue;
    const free = (await remote.find(attribute, value)).filter((one) => queue.ownerOf(one.id) === undefined);
    const [found] = free;
    if (found === undefined) continue;
    const isOurs = free.length === 1 && (attribute === 'externalId' || operation.absent);
    if (!isOurs)
      return {
        step: {
          kind: 'failed',
          operation,
          code: 'conflict',
          error: `an account that is not linked has this ${attribute}`,
        },
      };
    const withoutManager = managerOf(after) !== undefined && !live(found, MANAGER_PATH);
    return { step: done(operation, { remote: found }, profile, { withoutManager }) };
  }
  return again(delivery, operation);
}

/**
 * The request left no trace, or half of one: it is sent again, and not for ever; at once only if it was lost, and not
 * where the server says that it fails.
 */
function again(
  { now, random }: Delivery,
  operation: Leased,
  { cause, confirmed }: { readonly cause?: Failure | undefined; readonly confirmed?: Resource } = {},
): Consequence {
  const error =
    cause?.message ?? 'the request was sent, and what it asked for was not done; it is sent again';
  const base = { operation, code: cause?.code ?? 'unanswered', error, ...(confirmed && { confirmed }) };
  if (operation.attempts + 1 >= manyAttempts) return { step: { kind: 'failed', ...base } };
  const isLost = cause?.status === undefined && operation.attempts === 0;
  const wait = isLost ? 0 : backoff(operation.attempts, random());
  return { step: { kind: 'retry', ...base, runAt: now() + wait, counted: true } };
}

function firstEmail(resource: Resource): unknown {
  const emails = resource['emails'] as readonly { value?: unknown; primary?: boolean }[] | undefined;
  return (emails?.find((email) => email.primary) ?? emails?.[0])?.value;
}

function live(remote: Remote, path: typeof MANAGER_PATH): boolean {
  const extension = remote.resource[ENTERPRISE] as Resource | undefined;
  return path === MANAGER_PATH && extension?.['manager'] !== undefined;
}

/** What an account holds as we say it: the manager is an identity key, and nobody where the id is nobody's. */
function inOurWords(remote: Remote, queue: OperationQueue): Resource {
  const shown: Resource = {
    ...remote.resource,
    ...(remote.active !== undefined && { active: remote.active }),
  };
  const extension = shown[ENTERPRISE];
  if (!isObject(extension)) return shown;
  const { manager, ...rest } = extension;
  const id = isObject(manager) ? manager['value'] : undefined;
  const key = typeof id === 'string' ? queue.ownerOf(id) : undefined;
  return { ...shown, [ENTERPRISE]: { ...rest, ...(key !== undefined && { manager: { value: key } }) } };
}

/** Whether an account shows the changes of an operation; a password is never shown. */
function holds(shown: Resource, operation: Leased): boolean {
  const differs = new Set(diff(shown, operation.after!).map(({ path }) => path));
  return operation.changes.every(({ path }) => path !== 'password' && !differs.has(path));
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
