import { TargetError } from '../model/index.ts';
import type { Remote } from '../model/index.ts';
import { asFound, compare, inOurWords } from '../planning/drift.ts';
import { memberIdsOf } from '../scim/group.ts';
import type { Leased, LeasedMember, MemberOutcome } from '../store/queue/queue.ts';
import type { Consequence } from './decide.ts';
import type { Delivery } from './delivery.ts';

/**
 * Reads an account after a change that was answered well, where the profile says that such an answer may be untrue. What it
 * does not return is believed (rule 3); what cannot be read is in doubt, and is read later (law 11).
 */
export async function readBack(
  delivery: Delivery,
  operation: Leased,
  consequence: Consequence,
): Promise<Consequence> {
  const { profile, remote, queue, drift } = delivery;
  const { step } = consequence;
  if (step.kind !== 'done' || step.account === null || operation.account === undefined) return consequence;
  if (profile.readBack?.includes('people') !== true) return consequence;
  const { resource } = step.account;
  try {
    const live = await remote.read(step.account.remoteId);
    if (live === undefined) return consequence;
    const shown = inOurWords(live, (id) => queue.ownerOf(id));
    const told = new Set(operation.changes.map(({ path }) => path));
    const rules = { compared: drift.compared, default: 'fix', attributes: {} } as const;
    const untrue = compare(resource, shown, profile, rules).drift.filter(({ path }) => told.has(path));
    if (untrue.length === 0) return consequence;
    const paths = untrue.map(({ path }) => path.slice(path.lastIndexOf(':') + 1)).join(', ');
    const error = `${remote.name} answered ${step.status ?? 'well'}, and did not change ${paths}`;
    const confirmed = asFound(resource, untrue);
    return { step: { kind: 'failed', operation, code: 'protocol', error, confirmed } };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const { code, message } = error.failure;
    return { step: { kind: 'doubt', operation, code, error: message } };
  }
}

/**
 * Of people who were put into a group or out of it, of whom that is not so, by the same words. Read where the profile says so,
 * or where the answer itself shows a group that is not what it should be. What cannot be read is believed.
 */
export async function readBackMembers<T extends LeasedMember & { readonly remoteId: string }>(
  { profile, remote }: Delivery,
  kind: 'memberAdd' | 'memberRemove',
  group: string,
  members: readonly T[],
  answer?: Remote,
): Promise<readonly MemberOutcome[]> {
  const all = members.map((member): MemberOutcome => ({ member, become: 'done' }));
  const answered = answer && memberIdsOf(answer.resource);
  const isOdd =
    answered !== undefined &&
    members.some(({ remoteId }) => answered.includes(remoteId) !== (kind === 'memberAdd'));
  if (profile.readBack?.includes('members') !== true && !isOdd) return all;
  const live = await remote.readGroup(group, { members: true }).catch((error: unknown) => {
    if (error instanceof TargetError) return undefined;
    throw error;
  });
  const shown = profile.groups.supported ? profile.groups.members.shown : 'never';
  if (live === undefined || shown === 'never') return all;
  // A group that says nothing of members has none (RFC 7643 §2.5), where the service shows them.
  const held = new Set(memberIdsOf(live.resource));
  if (kind === 'memberAdd' && shown !== undefined && held.size >= shown) return all;
  const verb = kind === 'memberAdd' ? 'add' : 'remove';
  return members.map((member): MemberOutcome => {
    if (held.has(member.remoteId) === (kind === 'memberAdd')) return { member, become: 'done' };
    const error = `${remote.name} answered well, and did not ${verb} this member`;
    return { member, become: 'failed', code: 'protocol', error };
  });
}
