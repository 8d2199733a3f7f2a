import { RollcallError } from '../model/index.ts';
import type { Held, Kind } from '../model/index.ts';
import type { Window } from '../planning/guard.ts';
import { audit } from './audit.ts';
import { heldByPlan } from './held-rows.ts';
import type { State } from './state.ts';

const day = 24 * 60 * 60 * 1000;
/** Fewer characters of a checksum than this say too little to let something through. */
export const shortestChecksum = 12;

/** What was released on a target within the last 24 hours, approved releases apart: they were looked at by somebody. */
export function releasedWithin(state: State, target: number, now: number, linkedNow: number): Window {
  const rows = state.db
    .prepare(
      `SELECT kind, sum(count) AS count FROM released
       WHERE target = ? AND at > ? AND approved = 0 AND NOT (kind = 'create' AND linked = 0) GROUP BY kind`,
    )
    .all(target, now - day) as { kind: Kind; count: number }[];
  // The first load begins with no account, of which nothing can be a share: the window starts after it.
  const first = state.db
    .prepare('SELECT linked FROM released WHERE target = ? AND at > ? AND linked > 0 ORDER BY at LIMIT 1')
    .pluck()
    .get(target, now - day) as number | undefined;
  return {
    released: Object.fromEntries(rows.map((row) => [row.kind, row.count])),
    linked: first ?? linkedNow,
  };
}

/** Whether somebody has ever let all of a kind through on a target, and a plan has made use of it. */
export function hasApproved(state: State, target: number, kind: Kind): boolean {
  const found = state.db
    .prepare(
      `SELECT 1 FROM approval WHERE target = ? AND used_at IS NOT NULL AND keys IS NULL AND (kinds IS NULL OR ',' || kinds || ',' LIKE ?) LIMIT 1`,
    )
    .get(target, `%,${kind},%`);
  return found !== undefined;
}

/** What somebody let through, for as long as it is neither used nor expired. */
export interface Approval {
  readonly id: number;
  /** As much of it as was given. */
  readonly checksum: string;
  /** The kinds that it is for; without them, whatever has the checksum. */
  readonly kinds?: readonly Kind[];
  /** The people whom it is for; without them, everybody whom the checksum covers. */
  readonly keys?: readonly string[];
  readonly actor: string;
  readonly at: number;
  readonly expires: number;
}

/** The approvals of a target that are neither used nor expired, oldest first. */
export function openApprovals(state: State, target: number, now: number): readonly Approval[] {
  const rows = state.db
    .prepare(
      'SELECT id, checksum, kinds, keys, actor, at, expires FROM approval WHERE target = ? AND used_at IS NULL AND expires > ? ORDER BY id',
    )
    .all(target, now) as (Omit<Approval, 'kinds' | 'keys'> & { kinds: string | null; keys: string | null })[];
  return rows.map(({ kinds, keys, ...row }) => ({
    ...row,
    ...(kinds !== null && { kinds: kinds.split(',') as Kind[] }),
    ...(keys !== null && { keys: JSON.parse(keys) as string[] }),
  }));
}

/** Gives, each time it is called, the names of the targets for which something was approved since the call before. */
export function approvalsIn(state: State): () => readonly string[] {
  let last = state.db.prepare('SELECT coalesce(max(id), 0) FROM approval').pluck().get() as number;
  return () => {
    const found = state
      .sql(
        'SELECT approval.id, target.name FROM approval JOIN target ON target.id = target WHERE approval.id > ?',
      )
      .all(last) as readonly { readonly id: number; readonly name: string }[];
    last = Math.max(last, ...found.map(({ id }) => id));
    return [...new Set(found.map(({ name }) => name))];
  };
}

/** Whether an approval lets something through. */
export function isApprovalOf(
  { checksum, kinds }: Approval,
  held: { readonly kind: Held['kind']; readonly checksum: string },
): boolean {
  return (
    held.checksum.startsWith(checksum) &&
    (kinds === undefined || (kinds as readonly string[]).includes(held.kind))
  );
}

/** The approvals of exactly these rows that are neither used nor expired. */
export function approvalsFor(
  state: State,
  target: number,
  held: { readonly kind: Held['kind']; readonly checksum: string },
  now: number,
): readonly Approval[] {
  return openApprovals(state, target, now).filter((one) => isApprovalOf(one, held));
}

/** An approval of what is let through as a whole or not at all, by its id. */
export function approvalFor(
  state: State,
  target: number,
  kind: Held['kind'],
  checksum: string,
  now: number,
): number | undefined {
  return approvalsFor(state, target, { kind, checksum }, now).find(({ keys }) => keys === undefined)?.id;
}

/** What the newest plan of a target holds back, and those for some people alone that were made since. */
export function heldKinds(state: State, target: number): readonly (Held & { readonly since: number })[] {
  const rows = state.db
    .prepare('SELECT kind, checksum, count, breaches, since FROM held WHERE target = ? ORDER BY kind')
    .all(target) as {
    kind: Held['kind'];
    checksum: string;
    count: number;
    breaches: string;
    since: number;
  }[];
  return rows.map((row) => ({ ...row, breaches: JSON.parse(row.breaches) as Held['breaches'] }));
}

/**
 * What of that has a checksum that begins so. Where several plans hold the same kind, each of them can be let through by
 * its own as well, when it is made anew.
 */
export function heldAs(state: State, target: number, checksum: string): readonly Held[] {
  const kinds = heldKinds(state, target);
  const isOf = (one: { readonly checksum: string }): boolean => one.checksum.startsWith(checksum);
  const found = kinds.filter(isOf);
  if (found.length > 0) return found;
  const breachesOf = (kind: Kind): Held['breaches'] => kinds.find((one) => one.kind === kind)?.breaches ?? [];
  return heldByPlan(state, target)
    .filter(isOf)
    .map((total) => ({ ...total, breaches: breachesOf(total.kind) }));
}

/**
 * Lets through, once and for 24 hours, operations that have this checksum when they are planned anew (rule 23).
 * Returns the held kinds that it is for; none where nothing of that checksum is held.
 */
export function approve(
  state: State,
  request: {
    readonly target: number;
    readonly name: string;
    readonly checksum: string;
    readonly kinds?: readonly Kind[];
    /** The people whom it is for; all of them, if it is not given. */
    readonly keys?: readonly string[];
    readonly actor: string;
    readonly now: number;
  },
): readonly Held[] {
  const { target, name, actor, now, kinds, keys } = request;
  const checksum = request.checksum.toLowerCase();
  if (!/^[0-9a-f]+$/.test(checksum) || checksum.length < shortestChecksum || checksum.length > 64)
    throw new RollcallError('usage', {
      message: `"${request.checksum}" is no checksum of a held plan`,
      hint: `give at least the first ${shortestChecksum} characters of one that plan, sync or status shows`,
    });
  return state.db
    .transaction(() => {
      const held = heldAs(state, target, checksum);
      const wrong =
        kinds !== undefined &&
        held.length > 0 &&
        !held.some((one) => (kinds as readonly string[]).includes(one.kind));
      if (wrong)
        throw new RollcallError(
          'usage',
          `this checksum is of ${held.map((one) => one.kind).join(', ')}, which --only leaves out`,
        );
      if (keys !== undefined) refuseStrangers(state, target, held, keys);
      state.db
        .prepare(
          'INSERT INTO approval (target, checksum, kinds, keys, actor, at, expires) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          target,
          checksum,
          kinds?.join(',') ?? null,
          keys ? JSON.stringify(keys) : null,
          actor,
          now,
          now + day,
        );
      const detail = { checksum, kinds: kinds ?? null, ...(keys && { keys }), actor };
      audit(state, [{ at: now, target: name, event: 'approval.given', detail }]);
      return held;
    })
    .immediate();
}

/** Somebody who is not among those who are held is a slip of the pen, and what is held as a whole has no parts. */
function refuseStrangers(state: State, target: number, held: readonly Held[], keys: readonly string[]): void {
  const whole = held.find(({ kind }) => kind === 'source' || kind === 'target');
  if (whole !== undefined)
    throw new RollcallError('usage', {
      message: `this checksum is of the ${whole.kind === 'source' ? 'read' : 'target'}, which is let through as a whole, and not for some people`,
      hint: 'approve the kind that they are held with',
    });
  if (held.length === 0) return;
  const known = new Set(
    state
      .sql(
        `SELECT key FROM operation JOIN person ON person.id = person
         WHERE target = ? AND state = 'held' AND kind IN (SELECT value FROM json_each(?))`,
      )
      .pluck()
      .all(target, JSON.stringify(held.map(({ kind }) => kind))) as string[],
  );
  const strangers = keys.filter((key) => !known.has(key));
  if (strangers.length === 0) return;
  const some = strangers.slice(0, 5).join(', ');
  throw new RollcallError('usage', {
    message: `not among those who are held: ${some}${strangers.length > 5 ? ` and ${strangers.length - 5} more` : ''}`,
    hint: 'rollcall plan names everybody who is held; nothing was approved',
  });
}
