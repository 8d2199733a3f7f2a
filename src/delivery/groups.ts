import { TargetError } from '../model/index.ts';
import type { Failure, Remote, Resource } from '../model/index.ts';
import { diff } from '../planning/diff.ts';
import { encodeGroup } from '../scim/group.ts';
import type { GroupProfile } from '../scim/group.ts';
import type { Leased } from '../store/queue/queue.ts';
import { decide, done } from './decide.ts';
import type { Consequence } from './decide.ts';
import type { Delivery } from './delivery.ts';
import { again, unread } from './again.ts';
import { forPresentVersion } from './stale.ts';
import { goesWhole, putGroup } from './whole-group.ts';

const alone = { withoutManager: false } as const;

/** What a target does with groups. Nothing of them is planned for one that does nothing. */
export function groupProfile({ profile }: Delivery): GroupProfile {
  const { groups } = profile;
  if (!groups.supported) throw new Error(`${profile.name} takes no groups`);
  return { ...profile, groups };
}

/** Sends what becomes of a group itself, once, and says what that means. */
export async function attemptGroup(delivery: Delivery, operation: Leased): Promise<Consequence> {
  const { remote, profile } = delivery;
  const { kind, account, after, changes } = operation;
  if (kind === 'linkGroup') return adopt(delivery, operation);
  if (kind !== 'createGroup' && account === undefined) return unlinked(operation);
  const sendable = { kind: kind as 'createGroup', changes, ...(after && { after }) };
  const known = groupProfile(delivery);
  const isWhole = kind === 'updateGroup' && goesWhole(delivery);
  const outcome = isWhole
    ? await putGroup(delivery, operation, after!)
    : await remote.send(
        await forPresentVersion(encodeGroup(sendable, account?.remoteId, known), operation, () =>
          remote.readGroup(account!.remoteId),
        ),
      );
  return decide(operation, outcome, profile, alone, delivery.now(), delivery.random());
}

/** Reads what became of it, where its answer was not recorded, and goes on from what it reads (law 11). */
export async function resolveGroup(
  delivery: Delivery,
  operation: Leased,
  cause?: Failure,
): Promise<Consequence> {
  const { remote, profile } = delivery;
  const { kind, account } = operation;
  try {
    if (kind === 'linkGroup') return again(delivery, operation);
    if (kind === 'createGroup') return await resolveCreate(delivery, operation, cause);
    if (account === undefined) return unlinked(operation);
    const live = await remote.readGroup(account.remoteId);
    if (kind === 'deleteGroup')
      return live === undefined
        ? { step: done(operation, {}, profile, alone) }
        : again(delivery, operation, { cause });
    if (live === undefined) return { step: gone(operation) };
    const held = shown(live, operation.after!);
    return diff(held, operation.after!).length === 0
      ? { step: done(operation, {}, profile, alone) }
      : again(delivery, operation, { cause });
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return unread(delivery, operation, error.failure, cause);
  }
}

/** The plan looked for it, and it was not there: what is there now is ours. */
async function resolveCreate(
  delivery: Delivery,
  operation: Leased,
  cause: Failure | undefined,
): Promise<Consequence> {
  const { remote, queue, profile } = delivery;
  for (const attribute of groupProfile(delivery).groups.match) {
    const value = operation.after![attribute];
    if (typeof value !== 'string') continue;
    const found = (await remote.findGroups(attribute, value)).filter((one) => !queue.ownsGroup(one.id));
    const [one] = found;
    if (one === undefined) continue;
    if (found.length === 1 && (attribute === 'externalId' || operation.absent))
      return { step: done(operation, { remote: one }, profile, alone) };
    const error = `a group that is not linked has this ${attribute}`;
    return { step: { kind: 'failed', operation, code: 'conflict', error } };
  }
  return again(delivery, operation, { cause });
}

/** Takes over a group that exists; the next run sees what differs. Who is in it stays in it. */
async function adopt(delivery: Delivery, operation: Leased): Promise<Consequence> {
  const { remote, profile } = delivery;
  try {
    const found = await remote.readGroup(operation.linkTo!);
    if (found === undefined)
      return { step: { kind: 'failed', operation, code: 'notFound', error: 'the group to link is gone' } };
    const resource = shown(found, operation.after!);
    const account = { remoteId: found.id, resource, state: 'linked', origin: 'adopted' } as const;
    return { step: { kind: 'done', operation, account, status: 200 } };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const outcome = { kind: 'failed', failure: error.failure } as const;
    return decide(operation, outcome, profile, alone, delivery.now(), delivery.random());
  }
}

/** What a group shows of what we have a say in; what a target does not return is unknown, and taken to be as we say it (rule 3). */
function shown({ resource }: Remote, after: Resource): Resource {
  return Object.fromEntries(Object.keys(after).map((name) => [name, resource[name] ?? after[name]!]));
}

function unlinked(operation: Leased): Consequence {
  return { step: { kind: 'failed', operation, code: 'notFound', error: 'the group is not linked any more' } };
}

function gone(operation: Leased): Consequence['step'] {
  return { kind: 'failed', operation, code: 'notFound', error: 'the group is not there' };
}
