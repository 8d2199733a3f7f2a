import type { AttributeChange, Kind, Resource } from '../model/index.ts';
import type { State } from './state.ts';
import { GROUP, KEY, WHOSE } from './whose.ts';

/** An operation of a target's newest plan that is held, or of any that is not done. */
export interface ListedOperation {
  readonly id: number;
  readonly run: number;
  readonly type: 'User' | 'Group';
  readonly kind: Kind;
  /** The person's, or of a membership where the member is a group, that group's; of a group its own. */
  readonly key: string;
  /** Of a membership, the key of the group. */
  readonly group?: string;
  readonly state: string;
  readonly why: string;
  /** What changes, as it stands in the plan. */
  readonly changes: readonly AttributeChange[];
  /** What is to be there. */
  readonly after?: Resource;
}

type Row = Omit<ListedOperation, 'group' | 'changes' | 'after'> & {
  readonly group: string | null;
  readonly changes: string | null;
  readonly after: string | null;
};

/** The rows are chosen before anything is joined to them: a million may be held. */
const PAGE = `SELECT operation.id, operation.run, operation.type, operation.kind, ${KEY} AS key, ${GROUP} AS "group",
    operation.state, operation.why, operation.changes, operation.after
  FROM ${WHOSE}
  WHERE operation.id IN (SELECT id FROM operation WHERE target = :target AND state = :is AND id > :after
    AND (:kind IS NULL OR kind = :kind) ORDER BY id LIMIT :most)
  ORDER BY operation.id`;

/** Operations of a target in one state, or of one kind of these, in the order in which they were planned, after one of them. */
export function operationsPage(
  state: State,
  { target, is, kind }: { readonly target: number; readonly is: string; readonly kind?: string },
  { after, most }: { readonly after: number; readonly most: number },
): readonly ListedOperation[] {
  const rows = state.sql(PAGE).all({ target, is, kind: kind ?? null, after, most }) as Row[];
  return rows.map(({ group, changes, after: resource, ...row }) => ({
    ...row,
    ...(group !== null && { group }),
    changes: changes === null ? [] : (JSON.parse(changes) as AttributeChange[]),
    ...(resource !== null && { after: JSON.parse(resource) as Resource }),
  }));
}

export interface ListedRun {
  readonly id: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly command: string;
  readonly actor: string;
  /** What became of it: of each target, or why it came to none. */
  readonly outcome?: unknown;
}

/** The newest runs before one of them. */
export function runsPage(
  state: State,
  { before, most }: { readonly before: number; readonly most: number },
): readonly ListedRun[] {
  const rows = state
    .sql(
      'SELECT id, started_at, ended_at, command, actor, outcome FROM run WHERE id < ? ORDER BY id DESC LIMIT ?',
    )
    .all(before, most) as {
    id: number;
    started_at: number;
    ended_at: number | null;
    command: string;
    actor: string;
    outcome: string | null;
  }[];
  return rows.map(({ id, started_at: startedAt, ended_at: endedAt, command, actor, outcome }) => ({
    id,
    startedAt,
    ...(endedAt !== null && { endedAt }),
    command,
    actor,
    ...(outcome !== null && { outcome: JSON.parse(outcome) as unknown }),
  }));
}
