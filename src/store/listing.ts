import type { State } from './state.ts';

/** An operation of a target's newest plan that is held, or of any that is not done. */
export interface ListedOperation {
  readonly id: number;
  readonly run: number;
  readonly type: string;
  readonly kind: string;
  readonly key: string;
  readonly group?: string;
  readonly state: string;
  readonly why: string;
  /** What changes, as it stands in the plan; of a create, what the account shall hold. */
  readonly changes: readonly { readonly path: string; readonly before?: unknown; readonly after?: unknown }[];
  readonly after?: unknown;
}

interface Row {
  readonly id: number;
  readonly run: number;
  readonly type: string;
  readonly kind: string;
  readonly key: string;
  readonly group: string | null;
  readonly state: string;
  readonly why: string;
  readonly changes: string | null;
  readonly after: string | null;
}

/** Operations of a target in one state, in the order in which they were planned, after one of them. */
export function operationsPage(
  state: State,
  { target, is, kind }: { readonly target: number; readonly is: string; readonly kind?: string },
  { after, most }: { readonly after: number; readonly most: number },
): readonly ListedOperation[] {
  const rows = state
    .sql(
      `SELECT operation.id, run, type, kind, coalesce(person.key, grp.key) AS key, iif(person.key IS NULL, NULL, grp.key) AS "group",
         state, why, changes, iif(kind = 'create', after, NULL) AS after
       FROM operation LEFT JOIN person ON person.id = operation.person LEFT JOIN grp ON grp.id = operation.grp
       WHERE target = :target AND state = :is AND operation.id > :after AND (:kind IS NULL OR kind = :kind)
       ORDER BY operation.id LIMIT :most`,
    )
    .all({ target, is, kind: kind ?? null, after, most }) as Row[];
  return rows.map(({ group, changes, after: wanted, ...row }) => ({
    ...row,
    ...(group !== null && { group }),
    changes: changes === null ? [] : (JSON.parse(changes) as ListedOperation['changes']),
    ...(wanted !== null && { after: JSON.parse(wanted) as unknown }),
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
