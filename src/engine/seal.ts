import { createHash } from 'node:crypto';
import { KINDS, typeOf } from '../model/index.ts';
import type { Breach, Held, Kind, KindTotal } from '../model/index.ts';
import { guardGroups, guardKinds } from '../planning/guard.ts';
import type { Window } from '../planning/guard.ts';
import { approvalFor, approvalsFor, hasApproved, releasedWithin } from '../store/approvals.ts';
import type { Approval } from '../store/approvals.ts';
import type { UsedApproval } from '../store/release-plan.ts';
import { digestRuns, firstKeys, hasEarlier, letThrough } from '../store/stage/order.ts';
import type { DigestRun } from '../store/stage/order.ts';
import { removalsByGroup } from '../store/stage/groups.ts';
import { leftOutOf } from '../store/stage/remarks.ts';
import { behindOf, followsOf, leavingOf, putBehind } from './behind.ts';
import { nameOf } from './run.ts';
import type { Run, Sealed, TargetRun } from './run.ts';

/** Counts and checksums a target's operations and judges them by every limit (laws 1 and 7). */
export function seal(run: Run, target: TargetRun): Sealed {
  let counted = countsIn(run, target);
  const now = run.clock.now();
  const released = releasedWithin(run.state, target.id, now, target.accounts.count);
  const window = { ...released, ...othersOf(target) };
  const source = sourceHold(run, target);
  const whole = [target.moved, source.held].filter((one) => one !== undefined);
  const held: Held[] = [...whole];
  const approvals: UsedApproval[] = [...source.approvals];
  const broken: Kind[] = [];
  const passed = new Set<Kind>();
  const ofWhole = whole.flatMap((one) => one.breaches);
  const judge = (total: KindTotal): void => {
    const { kind, checksum, count: number } = total;
    const first = kind === 'create' && target.moved === undefined ? canaryOf(run, target) : undefined;
    const behind = behindOf(run, target, kind);
    const breaches = [
      ...ofWhole,
      ...limitsOf(run, target, total, window),
      ...followsOf(
        kind,
        behind,
        held.filter((one) => one.breaches.length > ofWhole.length),
      ),
      ...(first === undefined ? [] : [first.breach]),
    ];
    if (breaches.length === 0) return;
    broken.push(kind);
    // What waits is told with the limit that it breaks in the end. Until then it counts for none.
    const others = { ...total, count: number - behind };
    const isRestFree =
      behind > 0 && ofWhole.length === 0 && limitsOf(run, target, others, window, false).length === 0;
    // What is held with its target can be let through with the target alone: there may be another service now.
    const given =
      target.moved === undefined ? approvalsFor(run.state, target.id, { kind, checksum }, now) : [];
    // Of a canary, some go out unasked, unless something else holds them as well.
    const isCanaryAlone = first !== undefined && breaches.length === 1;
    const isUnasked = isRestFree || (isCanaryAlone && given.length === 0);
    const passing = isUnasked
      ? { used: [], count: letThrough(run.stage, target.index, kind, first) }
      : given.length > 0 || ofWhole.length > 0
        ? pass(run, target, kind, given, behind > 0)
        : passFollowing(run, target, others, window);
    approvals.push(...passing.used.map(({ id, unasked }) => ({ id, kind, ...(unasked && { unasked }) })));
    if (passing.count > 0 && passing.count < number) passed.add(kind);
    if (passing.count < number) held.push({ kind, checksum, count: number, breaches });
  };
  for (const one of counted.fresh) if (typeOf(one.kind) === 'User') judge(one);
  const { totals } = counted;
  if (putBehind(run, target, { totals, held, broken: leavingOf(broken) })) counted = countsIn(run, target);
  for (const one of counted.fresh) if (typeOf(one.kind) === 'Group') judge(one);
  let leftOut = 0;
  for (const _ of leftOutOf(run.stage, target.index)) leftOut++;
  if (passed.size === 0) return { ...counted, held, parts: [], approvals, leftOut };
  const parts = totalsOf(digestRuns(run.stage, target.index, 'passed')).totals;
  return {
    ...counted,
    held: rest(run, target, held),
    parts: parts.filter(({ kind }) => passed.has(kind)),
    approvals,
    leftOut,
  };
}

/** Of what shares of groups and of memberships are taken. */
function othersOf({ groups }: TargetRun): Pick<Window, 'others'> {
  if (groups === undefined) return {};
  const { members, accounts } = groups.reader;
  const { size } = accounts;
  return {
    others: {
      memberRemove: members,
      updateGroup: size,
      deleteGroup: size,
      createGroup: size,
      linkGroup: size,
    },
  };
}

/** The limits that so many of a kind break: all of it, or what neither waits for something else nor was let through. */
function limitsOf(
  run: Run,
  target: TargetRun,
  total: KindTotal,
  window: Window,
  isAll = true,
): readonly Breach[] {
  const { kind } = total;
  const ofKind = guardKinds([total], target.configuration.limits, window).get(kind) ?? [];
  return kind === 'memberRemove' ? [...ofKind, ...groupBreaches(run, target, isAll)] : ofKind;
}

function groupBreaches(
  run: Run,
  { groups, index, configuration }: TargetRun,
  isAll: boolean,
): readonly Breach[] {
  if (groups === undefined) return [];
  const removals = removalsByGroup(run.stage, index, isAll).map(({ group, key, count: number }) => ({
    key,
    count: number,
    size: groups.reader.sizeOf(group),
  }));
  return guardGroups(removals, configuration.limits.memberRemove);
}

/** Who goes first on a target that begins with a few; nothing once somebody has let the others through. */
function canaryOf(
  run: Run,
  { id, index, configuration, accounts, canary }: TargetRun,
): { readonly breach: Breach; readonly keys: readonly string[] } | undefined {
  if (configuration.canary === undefined || hasApproved(run.state, id, 'create')) return undefined;
  const { count, group } = { count: undefined, group: undefined, ...configuration.canary };
  const keys =
    count === undefined
      ? [...canary].map((slot) => nameOf(run, slot))
      : firstKeys(run.stage, index, 'create', Math.max(0, count - accounts.count));
  const whom = count === undefined ? `the members of ${group}` : `${count} people`;
  const message = `canary: ${whom} are created first, and the others when somebody approves them`;
  return { breach: { rule: 'canary', message }, keys };
}

interface Passing {
  readonly used: readonly Pick<UsedApproval, 'id' | 'unasked'>[];
  readonly count: number;
}

/** What approvals let through of a kind, and which of them that uses up. */
function pass(
  run: Run,
  target: TargetRun,
  kind: Kind,
  given: readonly Approval[],
  isSomeBehind: boolean,
): Passing {
  const whole = given.find(({ keys }) => keys === undefined);
  if (whole !== undefined && !isSomeBehind) return { used: [whole], count: Infinity };
  if (given.length === 0) return { used: [], count: 0 };
  const keys = whole === undefined ? given.flatMap((one) => one.keys!) : undefined;
  const passed = letThrough(run.stage, target.index, kind, { ...(keys && { keys }) });
  return { used: passed === 0 ? [] : whole === undefined ? given : [whole], count: passed };
}

/**
 * While those who leave were held, what followed from that was shown by itself, and the others went out under their limit:
 * so they do when somebody let both through (rule 23).
 */
function passFollowing(run: Run, target: TargetRun, others: KindTotal, window: Window): Passing {
  const { stage, state, clock } = run;
  const { id, index } = target;
  const { kind } = others;
  const none = { used: [], count: 0 };
  if (kind !== 'memberRemove') return none;
  const [part] = totalsOf(digestRuns(stage, index, 'following')).totals;
  const given = part === undefined ? [] : approvalsFor(state, id, part, clock.now());
  const whole = given.find(({ keys }) => keys === undefined);
  if (given.length === 0) return none;
  const keys = given.flatMap((one) => one.keys ?? []);
  const count = letThrough(stage, index, kind, { isFollowing: true, ...(whole === undefined && { keys }) });
  if (count === 0) return none;
  if (whole === undefined) return { used: given, count };
  const left = { ...others, count: others.count - count };
  if (limitsOf(run, target, left, window, false).length > 0) return { used: [whole], count };
  letThrough(stage, index, kind);
  return { used: [{ id: whole.id, unasked: left.count }], count: others.count };
}

/** What stays held when some people of a kind were let through: fewer operations, with a checksum of their own. */
function rest(run: Run, target: TargetRun, held: readonly Held[]): readonly Held[] {
  const { totals } = totalsOf(digestRuns(run.stage, target.index, 'held'));
  return held.map((one) => ({ ...one, ...totals.find(({ kind }) => kind === one.kind) }));
}

/** A read that breaks a limit stops every target, until somebody says that this very file is meant. */
function sourceHold(
  run: Run,
  target: TargetRun,
): { readonly held?: Held; readonly approvals: Sealed['approvals'] } {
  const { receipt } = run;
  const { sourceBreaches: breaches } = target;
  if (breaches.length === 0) return { approvals: [] };
  const rules = [...new Set(breaches.map(({ rule }) => rule))].sort();
  const checksum = createHash('sha256')
    .update(`source\0${receipt!.sha256}\0${rules.join('\0')}`)
    .digest('hex');
  const approval = approvalFor(run.state, target.id, 'source', checksum, run.clock.now());
  if (approval !== undefined) return { approvals: [{ id: approval, kind: 'source' }] };
  return { held: { kind: 'source', checksum, count: receipt!.count, breaches }, approvals: [] };
}

type Counted = Pick<Sealed, 'totals' | 'fresh' | 'unfinished' | 'invited'>;

/** What there is in a target's plan, as it stands. */
export function countsIn(run: Run, target: TargetRun): Counted {
  const all = totalsOf(digestRuns(run.stage, target.index, 'all'));
  const fresh = hasEarlier(run.stage, target.index)
    ? totalsOf(digestRuns(run.stage, target.index, 'fresh'))
    : all;
  return {
    totals: all.totals,
    fresh: fresh.totals,
    unfinished: all.count - fresh.count,
    invited: fresh.invited,
  };
}

interface Counts {
  readonly totals: readonly KindTotal[];
  readonly count: number;
  readonly invited: number;
}

/** Counts operations by their kinds, with a checksum over their digests in order. */
function totalsOf(runs: Iterable<DigestRun>): Counts {
  const kinds = new Map<Kind, { count: number; readonly hash: ReturnType<typeof createHash> }>();
  let all = 0;
  let waiting = 0;
  for (const { kind, count: number, invited, digests } of runs) {
    let entry = kinds.get(kind);
    if (!entry) kinds.set(kind, (entry = { count: 0, hash: createHash('sha256') }));
    entry.count += number;
    entry.hash.update(digests);
    all += number;
    waiting += invited;
  }
  const totals = KINDS.filter((kind) => kinds.has(kind)).map((kind) => {
    const { count: number, hash } = kinds.get(kind)!;
    return { kind, count: number, checksum: hash.digest('hex') };
  });
  return { totals, count: all, invited: waiting };
}
