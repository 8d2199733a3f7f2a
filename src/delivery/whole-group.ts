import { TargetError } from '../model/index.ts';
import type { Outcome, Remote, Resource } from '../model/index.ts';
import { encodeWholeGroup, groupIdsOf, memberIdsOf } from '../scim/group.ts';
import type { Leased } from '../store/queue/queue.ts';
import type { Delivery } from './delivery.ts';
import { forVersionOf } from './stale.ts';

/** The last request for each group: the next one starts from what it left. */
const queues = new WeakMap<Delivery['remote'], Map<string, Promise<unknown>>>();

/** Whether a change of a group sends the whole of it: the profile says so, or the target has refused PATCH for groups. */
export function goesWhole({ profile, remote }: Delivery): boolean {
  return (
    (profile.groups.supported && profile.groups.update === 'put') || remote.updateMethod('Groups') === 'put'
  );
}

/**
 * Sends a group as a whole, for a service that takes it in no other way. Who is in it is read just before, since a PUT
 * removes whomever it does not name (RFC 7644 §3.5.1), and two changes of one group never cross. `nested` are those of the
 * ids that are groups.
 */
export function putGroup(
  delivery: Delivery,
  operation: Leased,
  resource: Resource,
  change: (members: readonly string[]) => readonly string[] = (members) => members,
  nested: ReadonlySet<string> = new Set(),
): Promise<Outcome> {
  const { remote } = delivery;
  const id = operation.account!.remoteId;
  const groups = queues.get(remote) ?? new Map<string, Promise<unknown>>();
  queues.set(remote, groups);
  const sent = (groups.get(id) ?? Promise.resolve()).then(() =>
    put(delivery, operation, resource, change, nested),
  );
  groups.set(id, sent);
  return sent;
}

async function put(
  delivery: Delivery,
  operation: Leased,
  resource: Resource,
  change: (members: readonly string[]) => readonly string[],
  nested: ReadonlySet<string>,
): Promise<Outcome> {
  const { remote } = delivery;
  const id = operation.account!.remoteId;
  try {
    const live = await remote.readGroup(id, { members: true });
    if (live === undefined)
      return {
        kind: 'failed',
        failure: { class: 'missing', code: 'notFound', message: 'the group is not there', status: 404 },
      };
    const held = heldBy(delivery, operation, live);
    const request = encodeWholeGroup(
      id,
      resource,
      change(held.members),
      new Set([...nested, ...held.groups]),
    );
    return await remote.send(operation.lastCode === 'stale' ? forVersionOf(live, request) : request);
  } catch (error) {
    if (error instanceof TargetError) return { kind: 'failed', failure: error.failure };
    throw error;
  }
}

/**
 * Who is in a group. One that is read without its members may have none, or not show them: whoever was confirmed to be in it
 * stays in it, since what a target does not return is unknown (rule 3).
 */
function heldBy(
  { profile, queue }: Delivery,
  { group }: Leased,
  { resource }: Remote,
): { readonly members: readonly string[]; readonly groups: readonly string[] } {
  const shown = memberIdsOf(resource);
  const isHidden = profile.groups.supported && profile.groups.members.shown === 'never';
  if (shown !== undefined && !isHidden) return { members: shown, groups: groupIdsOf(resource) };
  const known = group === undefined ? [] : queue.membersOf(group);
  return {
    members: known.map(({ id }) => id),
    groups: known.filter(({ isGroup }) => isGroup).map(({ id }) => id),
  };
}
