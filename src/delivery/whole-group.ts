import { TargetError } from '../model/index.ts';
import type { Outcome, Resource } from '../model/index.ts';
import { encodeWholeGroup, groupIdsOf, memberIdsOf } from '../scim/group.ts';
import type { Delivery } from './delivery.ts';

/** The last request for each group: the next one starts from what it left. */
const queues = new WeakMap<Delivery['remote'], Map<string, Promise<unknown>>>();

/**
 * Sends a group as a whole, for a service that takes it in no other way. Who is in it is read just before, since a PUT
 * removes whomever it does not name (RFC 7644 §3.5.1), and two changes of one group never cross. `nested` are those of the
 * ids that are groups.
 */
export function putGroup(
  delivery: Delivery,
  id: string,
  resource: Resource,
  change: (members: readonly string[]) => readonly string[],
  nested: ReadonlySet<string> = new Set(),
): Promise<Outcome> {
  const { remote } = delivery;
  const groups = queues.get(remote) ?? new Map<string, Promise<unknown>>();
  queues.set(remote, groups);
  const sent = (groups.get(id) ?? Promise.resolve()).then(() => put(delivery, id, resource, change, nested));
  groups.set(id, sent);
  return sent;
}

async function put(
  delivery: Delivery,
  id: string,
  resource: Resource,
  change: (members: readonly string[]) => readonly string[],
  nested: ReadonlySet<string>,
): Promise<Outcome> {
  const { remote } = delivery;
  try {
    const live = await remote.readGroup(id, { members: true });
    if (live === undefined)
      return {
        kind: 'failed',
        failure: { class: 'missing', code: 'notFound', message: 'the group is not there', status: 404 },
      };
    const members = change(memberIdsOf(live.resource) ?? []);
    const groups = new Set([...nested, ...groupIdsOf(live.resource)]);
    return await remote.send(encodeWholeGroup(id, resource, members, groups));
  } catch (error) {
    if (error instanceof TargetError) return { kind: 'failed', failure: error.failure };
    throw error;
  }
}
