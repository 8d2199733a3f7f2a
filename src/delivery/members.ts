import { TargetError } from '../model/index.ts';
import type { Answered, Failure, Outcome } from '../model/index.ts';
import { encodeMembers, memberIdsOf } from '../scim/group.ts';
import { answeredOf } from '../store/queue/queue.ts';
import type { Leased, LeasedMember, MemberOutcome } from '../store/queue/queue.ts';
import { backoff, decide } from './decide.ts';
import type { Consequence } from './decide.ts';
import type { Delivery } from './delivery.ts';
import { groupProfile } from './groups.ts';
import { readBackMembers } from './read-back.ts';
import { forPresentVersion } from './stale.ts';
import { goesWhole, putGroup } from './whole-group.ts';

type Batch = Leased & {
  readonly members: readonly LeasedMember[];
  readonly kind: 'memberAdd' | 'memberRemove';
};

/**
 * Adds people and groups to one group, or removes them, in one request. To say so twice does no harm (RFC 7644 §3.5.2.1), so that
 * what has no answer is said again, and nothing has to be read. Where the target takes all but somebody whom it does not
 * know, that one is found by halves, and the others go in.
 */
export async function attemptMembers(delivery: Delivery, batch: Batch): Promise<Consequence> {
  const group = batch.account?.remoteId;
  const waits = group === undefined ? 'group' : undefined;
  const members = waits === undefined ? await withAccepted(delivery, batch) : batch.members;
  const [ready, others] = partition({ ...batch, members }, waits);
  if (ready.length === 0) return { step: { kind: 'members', operation: batch, outcomes: others } };
  const sent = await send(delivery, batch, group!, ready);
  const { outcomes, ...rest } = sent;
  return { ...rest, step: { kind: 'members', operation: batch, outcomes: [...others, ...outcomes] } };
}

/** Who was invited can come into a group as soon as the account can be read; nothing else would tell of it (rule 14). */
async function withAccepted({ remote }: Delivery, { members }: Batch): Promise<readonly LeasedMember[]> {
  return Promise.all(
    members.map(async (member) => {
      if (!member.isInvited || member.remoteId === undefined) return member;
      const live = await remote.read(member.remoteId).catch((error: unknown) => {
        if (error instanceof TargetError) return undefined;
        throw error;
      });
      return live === undefined ? member : { ...member, isInvited: false };
    }),
  );
}

type Ready = LeasedMember & { readonly remoteId: string };

/** Who can be told now, and what is already clear of the others. */
function partition(
  { kind, key, members }: Batch,
  waits: 'group' | undefined,
): readonly [readonly Ready[], readonly MemberOutcome[]] {
  const ready: Ready[] = [];
  const others: MemberOutcome[] = [];
  for (const member of members) {
    const { remoteId, isInvited } = member;
    // Whoever has no account any more is in no group, and a group that is not there has nobody in it.
    if (kind === 'memberRemove' && (remoteId === undefined || waits !== undefined))
      others.push({ member, become: 'done' });
    else if (waits !== undefined)
      others.push({ member, become: 'waiting', code: 'group', error: `waits for the group ${key}` });
    else if (remoteId === undefined)
      others.push({
        member,
        become: 'waiting',
        code: 'reference',
        error: `waits for ${member.group === undefined ? 'the account of' : 'the group'} ${member.key}`,
      });
    else if (isInvited)
      others.push({
        member,
        become: 'waiting',
        code: 'invited',
        error: 'the invitation is not accepted yet',
      });
    else ready.push({ ...member, remoteId });
  }
  return [ready, others];
}

interface Sent extends Pick<Consequence, 'halt' | 'restUntil'> {
  readonly outcomes: readonly MemberOutcome[];
}

async function send(
  delivery: Delivery,
  batch: Batch,
  group: string,
  members: readonly Ready[],
): Promise<Sent> {
  const { remote } = delivery;
  const ids = members.map(({ remoteId }) => remoteId);
  const nested = new Set(
    members.flatMap(({ group: within, remoteId }) => (within === undefined ? [] : [remoteId])),
  );
  const profile = groupProfile(delivery);
  const putWhole = (others: readonly string[] = []): Promise<Outcome> =>
    putGroup(
      delivery,
      batch,
      batch.account!.resource,
      (members) => changed(batch.kind, [...new Set([...others, ...members])], ids),
      nested,
    );
  const patch = async (): Promise<Outcome> => {
    const request = encodeMembers(batch.kind, group, ids, profile, nested);
    return remote.send(await forPresentVersion(request, batch, () => remote.readGroup(group)));
  };
  const sent = goesWhole(delivery) ? await putWhole() : await patch();
  const lost = takenOut(delivery, batch, ids, sent);
  const outcome = lost.length > 0 ? await putWhole(lost) : sent;
  if (outcome.kind === 'done' && outcome.status !== 404) {
    const read = await readBackMembers(delivery, batch.kind, group, members, outcome.remote);
    return { outcomes: read.map((one) => ({ ...answeredOf(outcome), ...one })) };
  }
  const failure = failureIn(outcome);
  if (isOfOne(failure)) {
    const only = members.length === 1 ? members[0] : undefined;
    if (only !== undefined) return await one(delivery, batch, group, only, failure);
    // Nobody is looked for by halves in a group that is gone.
    const isAsked = failure.class === 'missing' && members.length === batch.members.length;
    if (isAsked && (await isGone(delivery, group)))
      return {
        outcomes: members.map((member) => early(delivery, batch, member, failure) ?? gone(member, batch)),
      };
    return inHalves(delivery, batch, group, members);
  }
  return later(delivery, batch, members, failure);
}

/**
 * Who is known to be in the group, where the answer shows it with those alone who were just added: some services take an add
 * for a replace. The group is then sent as a whole.
 */
function takenOut(
  delivery: Delivery,
  batch: Batch,
  ids: readonly string[],
  outcome: Outcome,
): readonly string[] {
  const shown = outcome.kind === 'done' && outcome.remote && memberIdsOf(outcome.remote.resource);
  if (!shown || batch.kind !== 'memberAdd' || groupProfile(delivery).groups.members.shown !== undefined)
    return [];
  const added = new Set(ids);
  if (shown.length !== added.size || !shown.every((id) => added.has(id))) return [];
  return delivery.queue
    .membersOf(batch.group!)
    .map(({ id }) => id)
    .filter((id) => !added.has(id));
}

function changed(kind: Batch['kind'], members: readonly string[], ids: readonly string[]): readonly string[] {
  if (kind === 'memberAdd') return [...new Set([...members, ...ids])];
  const gone = new Set(ids);
  return members.filter((id) => !gone.has(id));
}

function failureIn(outcome: Outcome): Failure {
  if (outcome.kind === 'failed') return outcome.failure;
  return { class: 'missing', code: 'notFound', message: 'the target answered 404', status: 404 };
}

/** Whether it may be about one of those who are named. */
function isOfOne({ class: kind }: Failure): boolean {
  return kind === 'invalid' || kind === 'missing' || kind === 'exists';
}

async function inHalves(
  delivery: Delivery,
  batch: Batch,
  group: string,
  members: readonly Ready[],
): Promise<Sent> {
  const middle = Math.ceil(members.length / 2);
  const first = await send(delivery, batch, group, members.slice(0, middle));
  const rest = members.slice(middle);
  if (first.halt !== undefined || first.restUntil !== undefined) {
    // The target wants to be left alone: the other half is said in its own time.
    const runAt = first.restUntil ?? 0;
    const waiting = all(rest, {
      become: 'retry',
      code: 'rate',
      error: 'not sent yet',
      runAt,
      counted: false,
    });
    return { ...first, outcomes: [...first.outcomes, ...waiting] };
  }
  const second = await send(delivery, batch, group, rest);
  return { ...second, outcomes: [...first.outcomes, ...second.outcomes] };
}

/** One member whom the target does not take. Out of a group who is not in it: that is what was wanted. */
async function one(
  delivery: Delivery,
  batch: Batch,
  group: string,
  member: Ready,
  failure: Failure,
): Promise<Sent> {
  const { kind } = batch;
  const again = failure.class === 'missing' ? early(delivery, batch, member, failure) : undefined;
  if (again !== undefined) return { outcomes: [again] };
  if (failure.class === 'missing' && (await isGone(delivery, group)))
    return { outcomes: [gone(member, batch)] };
  if (failure.says === (kind === 'memberAdd' ? 'isMember' : 'isNoMember'))
    return { outcomes: [{ member, become: 'done', ...answeredOf(failure) }] };
  if (kind === 'memberRemove' && (failure.class !== 'invalid' || failure.scimType === 'noTarget'))
    return { outcomes: [{ member, become: 'done', ...answeredOf(failure) }] };
  return failed(member, failure.code, failure.message, failure);
}

/** What cannot be read may be there. */
async function isGone({ remote }: Delivery, group: string): Promise<boolean> {
  return (await remote.readGroup(group).catch(() => null)) === undefined;
}

function gone(member: LeasedMember, { key }: Batch): MemberOutcome {
  const error = `the group ${key} is not on the target any more`;
  return { member, become: 'failed', code: 'notFound', error };
}

/** Somebody who got the account a moment ago, and a group that was made a moment ago, may not be known everywhere yet. */
function early(
  { profile, now }: Delivery,
  { kind }: Batch,
  member: LeasedMember,
  failure: Failure,
): MemberOutcome | undefined {
  if (kind !== 'memberAdd' || member.attempts > 0) return undefined;
  const runAt = now() + profile.lookupLagSeconds * 1000;
  return { member, become: 'retry', ...saidOf(failure), runAt, counted: true };
}

function saidOf(failure: Failure): Pick<MemberOutcome, 'code' | 'error'> {
  return { code: failure.code, error: failure.message, ...answeredOf(failure) };
}

function failed(member: LeasedMember, code: string, error: string, answered: Answered = {}): Sent {
  return { outcomes: [{ member, become: 'failed', code, error, ...answeredOf(answered) }] };
}

/** What becomes of all of them together, as of any operation; in doubt they are said once more. */
function later(delivery: Delivery, batch: Batch, members: readonly Ready[], failure: Failure): Sent {
  const attempts = Math.max(...members.map((member) => member.attempts));
  const { now, random, profile } = delivery;
  const decided = decide(
    { ...batch, attempts },
    { kind: 'failed', failure },
    profile,
    { withoutManager: false },
    now(),
    random(),
  );
  const { step, ...rest } = decided;
  const said = saidOf(failure);
  if (step.kind === 'retry')
    return {
      ...rest,
      outcomes: all(members, { become: 'retry', ...said, runAt: step.runAt, counted: step.counted }),
    };
  // What was lost is said again at once, and then no faster than anything else that fails.
  const runAt = now() + (attempts === 0 ? 0 : backoff(attempts, random()));
  if (step.kind === 'doubt')
    return { ...rest, outcomes: all(members, { become: 'unsure', ...said, runAt, counted: true }) };
  return { ...rest, outcomes: all(members, { become: 'failed', ...said }) };
}

function all(
  members: readonly LeasedMember[],
  rest: Omit<MemberOutcome, 'member'>,
): readonly MemberOutcome[] {
  return members.map((member) => ({ member, ...rest }));
}
