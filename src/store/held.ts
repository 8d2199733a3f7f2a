import type { AttributeChange, Held, Kind, Resource } from '../model/index.ts';
import { approve, approvalsFor, heldKinds } from './approvals.ts';
import type { Approval } from './approvals.ts';
import type { State } from './state.ts';

/** One operation that waits for an approval, as a list shows it. */
export interface HeldOperation {
  readonly id: number;
  readonly type: 'User' | 'Group';
  readonly kind: Kind;
  /** The person's, or of a membership where the member is a group, that group's; of a group its own. */
  readonly key: string;
  /** Of a membership, the key of the group. */
  readonly group?: string;
  readonly why: string;
  readonly changes: readonly AttributeChange[];
  readonly after?: Resource;
}

/** Of one kind, or all; after the row with this number. */
export interface HeldPage {
  readonly kind?: Kind;
  readonly after: number;
  readonly most: number;
}

const PAGE = `SELECT operation.id, operation.type, operation.kind, coalesce(person.key, within.key, grp.key) AS key,
    iif(operation.part = 2, grp.key, NULL) AS "group", why, changes, after
  FROM operation LEFT JOIN person ON person.id = operation.person LEFT JOIN grp ON grp.id = operation.grp
  LEFT JOIN grp AS within ON within.id = operation.member
  WHERE operation.id IN (SELECT id FROM operation WHERE target = :target AND state = 'held'
    AND (:kind IS NULL OR kind = :kind) AND id > :after ORDER BY id LIMIT :most)
  ORDER BY operation.id`;

/** What is held on a target, a page at a time and in the order of the plan. */
export function heldOperations(
  state: State,
  target: number,
  { kind, after, most }: HeldPage,
): readonly HeldOperation[] {
  const rows = state.sql(PAGE).all({ target, kind: kind ?? null, after, most }) as (Omit<
    HeldOperation,
    'group' | 'changes' | 'after'
  > & { group: string | null; changes: string | null; after: string | null })[];
  return rows.map(({ group, changes, after: resource, ...row }) => ({
    ...row,
    ...(group !== null && { group }),
    changes: changes === null ? [] : (JSON.parse(changes) as AttributeChange[]),
    ...(resource !== null && { after: JSON.parse(resource) as Resource }),
  }));
}

/** What somebody has looked at, and lets through. */
export interface Looked {
  readonly target: number;
  readonly name: string;
  readonly kind: Held['kind'];
  /** As a whole. */
  readonly checksum: string;
  readonly actor: string;
  readonly now: number;
}

/**
 * Approves what is held, if it is still what was looked at: `changed` where the newest plan holds something else, `given`
 * with the approval where there is one already, so that a second press of a button writes nothing.
 */
export function approveHeld(
  state: State,
  { target, name, kind, checksum, actor, now }: Looked,
):
  | { readonly is: 'approved'; readonly held: Held }
  | { readonly is: 'given'; readonly approval: Approval }
  | { readonly is: 'changed' } {
  return state.db
    .transaction(() => {
      const held = heldKinds(state, target).find((one) => one.kind === kind && one.checksum === checksum);
      if (held === undefined) return { is: 'changed' } as const;
      const approval = approvalsFor(state, target, held, now).find(({ keys }) => keys === undefined);
      if (approval !== undefined) return { is: 'given', approval } as const;
      approve(state, { target, name, checksum, actor, now });
      return { is: 'approved', held } as const;
    })
    .immediate();
}
