import { audit } from './audit.ts';
import type { State } from './state.ts';
import { GROUP, KEY, WHOSE } from './whose.ts';

/** Somebody, or a group, of whom something is not done: it failed, waits, is in doubt, or nothing is planned. */
export interface Unfinished {
  readonly type: 'User' | 'Group';
  readonly key: string;
  /** Of a membership, the key of the group. */
  readonly group?: string;
  /** Absent of somebody who was left out of the plan. */
  readonly kind?: string;
  /** `pending`: it did not succeed, and is sent again when its time has come. */
  readonly state: 'failed' | 'waiting' | 'pending' | 'inDoubt' | 'leftOut';
  /** The code of the cause, or the rule. */
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  /** When it was sent last, or since when it is left out; milliseconds since 1970. */
  readonly since?: number;
  /** The first run after that sends it again. */
  readonly again?: number;
}

const STATES = `CASE operation.state WHEN 'open' THEN 'pending' WHEN 'leased' THEN 'inDoubt' ELSE operation.state END`;
const IS_TROUBLE = `(operation.state IN ('failed', 'waiting', 'leased')
  OR (operation.state = 'open' AND operation.code IS NOT NULL AND operation.code NOT IN ('reference', 'group', 'invited')))`;
const UNFINISHED = `
  SELECT operation.type, ${KEY} AS key, ${GROUP} AS "group", operation.kind, ${STATES} AS state,
    coalesce(operation.code, 'unanswered') AS code,
    coalesce(operation.error, 'it was sent, and its answer is not known yet') AS reason, operation.attempts,
    operation.sent_at AS since, iif(operation.state IN ('failed', 'open') AND operation.run_at > 0, operation.run_at, NULL) AS again
  FROM ${WHOSE} WHERE operation.target = :target AND ${IS_TROUBLE}
  UNION ALL
  SELECT 'User', person.key, NULL, NULL, 'leftOut', left_out.rule, left_out.reason, 0, left_out.since, NULL
  FROM left_out JOIN person ON person.id = left_out.person WHERE left_out.target = :target`;

/** How many there are of each code. */
export function countUnfinished(state: State, target: number): ReadonlyMap<string, number> {
  const rows = state
    .sql(`SELECT code, count(*) AS count FROM (${UNFINISHED}) GROUP BY code`)
    .all({ target }) as { code: string; count: number }[];
  return new Map(rows.map(({ code, count }) => [code, count]));
}

/** All of one code by key, row by row, as there may be as many as there are people; no more than `most`, after so many. */
export function* unfinishedOf(
  { db }: State,
  target: number,
  code: string,
  most = Infinity,
  skip = 0,
): Generator<Unfinished> {
  const rows = db
    .prepare(
      `SELECT * FROM (${UNFINISHED}) WHERE code = :code ORDER BY key, "group", kind LIMIT :most OFFSET :skip`,
    )
    .iterate({ target, code, most: most === Infinity ? -1 : most, skip });
  for (const row of rows as IterableIterator<Record<string, unknown>>)
    yield Object.fromEntries(
      Object.entries(row).filter(([, value]) => value !== null),
    ) as unknown as Unfinished;
}

/** Whether a person or a group of this key is known at all. */
export function isKnownKey(state: State, key: string): boolean {
  return (
    state
      .sql('SELECT 1 FROM person WHERE key = :key UNION ALL SELECT 1 FROM grp WHERE key = :key')
      .get({ key }) !== undefined
  );
}

/**
 * What failed on a target is due now, or what failed of one person or group: the next run sends it, or one that is
 * delivering just now. A request that the target has asked to wait keeps its time. Returns how many operations it is.
 */
export function retryFailed(
  state: State,
  request: {
    readonly target: number;
    readonly name: string;
    readonly key?: string;
    readonly actor: string;
    readonly now: number;
  },
): number {
  const { target, name, key, actor, now } = request;
  const whose = `(:key IS NULL OR person IN (SELECT id FROM person WHERE key = :key) OR (person IS NULL AND (SELECT id FROM grp WHERE key = :key) IN (grp, member)))`;
  return state.db
    .transaction(() => {
      const count = state
        .sql(
          `UPDATE operation SET state = 'open', run_at = 0, attempts = 0 WHERE target = :target AND ${whose}
           AND (state = 'failed' OR (state = 'open' AND run_at > :now AND code IS NOT 'rate'))`,
        )
        .run({ target, key: key ?? null, now }).changes;
      if (count > 0)
        audit(state, [
          {
            at: now,
            target: name,
            ...(key !== undefined && { key }),
            event: 'operation.due',
            detail: { actor, count },
          },
        ]);
      return count;
    })
    .immediate();
}
