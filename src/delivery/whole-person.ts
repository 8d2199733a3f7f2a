import { ENTERPRISE, TargetError, isObject } from '../model/index.ts';
import type { Outcome, Resource, ScimRequest } from '../model/index.ts';
import { MANAGER_PATH, attributeAt } from '../planning/diff.ts';
import { asFound, compare, inOurWords } from '../planning/drift.ts';
import { managerOf, withValueOf } from '../planning/judge.ts';
import { encode } from '../scim/encode.ts';
import type { Binding } from '../scim/encode.ts';
import { isLeaving } from '../store/queue/queue.ts';
import type { Leased } from '../store/queue/queue.ts';
import { isOfOne } from './decide.ts';
import type { Delivery } from './delivery.ts';
import { forVersionOf } from './stale.ts';

/**
 * Sends a person as a whole, for a service that takes changes in no other way. A PUT replaces all that is there
 * (RFC 7644 §3.5.1), so that the account is read just before, and what the operation does not change goes back as it was
 * found: it says no more than a PATCH would. `blind` is the request as the last confirmed account has it. It is sent where
 * somebody leaves whose account cannot be read: what it may clear weighs less than a leaver who stays on.
 */
export async function putPerson(
  delivery: Delivery,
  operation: Leased,
  binding: Binding,
  blind: ScimRequest,
): Promise<Outcome> {
  const { remote, profile } = delivery;
  try {
    const live = await remote.read(operation.account!.remoteId);
    if (live === undefined)
      return {
        kind: 'failed',
        failure: { class: 'missing', code: 'notFound', message: 'the account is not there', status: 404 },
      };
    const shown = inOurWords(live, (id) => delivery.queue.ownerOf(id));
    const found = manager(operation, live.resource, binding);
    const after = unchanged(delivery, operation, shown);
    const ours = [...delivery.drift.compared, ...operation.changes.map(({ path }) => attributeAt(path))];
    const whole = { ...operation, after: found === undefined ? after : managedBy(found, after) };
    const bound = {
      ...binding,
      before: live.resource,
      ours,
      ...(found !== undefined && { managerId: found }),
    };
    const request = encode(whole, profile, bound)!;
    return await remote.send(operation.lastCode === 'stale' ? forVersionOf(live, request) : request);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const { failure } = error;
    return isLeaving(operation) && isOfOne(failure) ? remote.send(blind) : { kind: 'failed', failure };
  }
}

/** What shall be there, with what the account shows in all that the operation does not change, be it drift or not. */
function unchanged({ profile, drift }: Delivery, { after, changes }: Leased, shown: Resource): Resource {
  const told = new Set([MANAGER_PATH, ...changes.map(({ path }) => path)]);
  const rules = { compared: drift.compared, default: 'fix', attributes: {} } as const;
  const others = compare(after!, shown, profile, rules).drift.filter(({ path }) => !told.has(path));
  return asFound(
    after!,
    others.map((one) => ({ ...one, policy: 'fix' })),
  );
}

/** The id of the manager whom the account has and keeps: nobody says another, or the other has no account yet. */
function manager({ after, changes }: Leased, live: Resource, { managerId }: Binding): string | undefined {
  const extension = live[ENTERPRISE];
  const held =
    isObject(extension) && isObject(extension['manager']) ? extension['manager']['value'] : undefined;
  const isTold = changes.some(({ path }) => path === MANAGER_PATH);
  const isSaid = isTold && (managerOf(after!) === undefined || managerId !== undefined);
  return typeof held === 'string' && held !== '' && !isSaid ? held : undefined;
}

function managedBy(remoteId: string, resource: Resource): Resource {
  return withValueOf(resource, { [ENTERPRISE]: { manager: { value: remoteId } } }, MANAGER_PATH);
}
