import { RollcallError } from '../model/index.ts';
import type { Held, Kind } from '../model/index.ts';
import type { Window } from '../planning/guard.ts';
import { audit } from './audit.ts';
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

/** What somebody let through, for as long as it is neither used nor expired. */
export interface Approval {
  readonly id: number;
  /** As much of it as was given. */
  readonly checksum: string;
  /** The kinds that it is for; without them, whatever has the checksum. */
  readonly kinds?: readonly Kind[];
  readonly actor: string;
  readonly at: number;
  readonly expires: number;
}

/** The approvals of a target that are neither used nor expired, oldest first. */
export function openApprovals(state: State, target: number, now: number): readonly Approval[] {
  const rows = state.db
    .prepare(
      'SELECT id, checksum, kinds, actor, at, expires FROM approval WHERE target = ? AND used_at IS NULL AND expires > ? ORDER BY id',
    )
    .all(target, now) as (Omit<Approval, 'kinds'> & { kinds: string | null })[];
  return rows.map(({ kinds, ...row }) => ({
    ...row,
    ...(kinds !== null && { kinds: kinds.split(',') as Kind[] }),
  }));
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

/** An approval of exactly these rows that is neither used nor expired, by its id. */
export function approvalFor(
  state: State,
  target: number,
  kind: Held['kind'],
  checksum: string,
  now: number,
): number | undefined {
  return openApprovals(state, target, now).find((one) => isApprovalOf(one, { kind, checksum }))?.id;
}

/** What the newest plan of a target holds back. */
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
 * Lets through, once and for 24 hours, operations that have this checksum when they are planned anew (rule 23).
 * Returns the held kinds that it is for; none where the newest plan holds nothing of that checksum.
 */
export function approve(
  state: State,
  request: {
    readonly target: number;
    readonly name: string;
    readonly checksum: string;
    readonly kinds?: readonly Kind[];
    readonly actor: string;
    readonly now: number;
  },
): readonly Held[] {
  const { target, name, actor, now, kinds } = request;
  const checksum = request.checksum.toLowerCase();
  if (!/^[0-9a-f]+$/.test(checksum) || checksum.length < shortestChecksum || checksum.length > 64)
    throw new RollcallError('usage', {
      message: `"${request.checksum}" is no checksum of a held plan`,
      hint: `give at least the first ${shortestChecksum} characters of one that plan, sync or status shows`,
    });
  return state.db
    .transaction(() => {
      const held = heldKinds(state, target).filter((one) => one.checksum.startsWith(checksum));
      const wrong =
        kinds !== undefined &&
        held.length > 0 &&
        !held.some((one) => (kinds as readonly string[]).includes(one.kind));
      if (wrong)
        throw new RollcallError(
          'usage',
          `this checksum is of ${held.map((one) => one.kind).join(', ')}, which --only leaves out`,
        );
      state.db
        .prepare(
          'INSERT INTO approval (target, checksum, kinds, actor, at, expires) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(target, checksum, kinds?.join(',') ?? null, actor, now, now + day);
      audit(state, [
        { at: now, target: name, event: 'approval.given', detail: { checksum, kinds: kinds ?? null, actor } },
      ]);
      return held;
    })
    .immediate();
}
