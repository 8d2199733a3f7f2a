import type { Kind, Resource } from '../../model/index.ts';
import { PHASE } from '../../planning/judge.ts';
import { operationRows } from './operation.ts';
import type { OperationRow } from './operation.ts';
import type { Stage } from './stage.ts';
import { INDEX } from './tables.ts';

/** A create that meets an account which the target holds already. */
export interface LiveMatch {
  readonly slot: number;
  readonly key: string;
  readonly remoteId: string;
  readonly by: 'externalId' | 'userName' | 'emails.value';
  /** What both have; names and addresses in lower case. */
  readonly value: string;
  readonly active: boolean;
  /** Of the account, where it has one. */
  readonly externalId?: string;
}

/** What of a create is looked for among the accounts of the target, and how it is written there. */
const liveAttributes: readonly (readonly [attribute: string, value: string])[] = [
  ['externalId', "op.after ->> 'externalId'"],
  ['userName', "lower_(op.after ->> 'userName')"],
  [
    'emails.value',
    `lower_(coalesce(
       (SELECT one.value ->> 'value' FROM json_each(op.after, '$.emails') AS one WHERE one.value ->> 'primary' = 1),
       op.after ->> '$.emails[0].value'))`,
  ],
];

/** Creates whose externalId, userName or e-mail an account of the target has already. */
export function* liveMatches(stage: Stage, target: number): Generator<LiveMatch> {
  stage.flush();
  if (!stage.has('SELECT 1 FROM live WHERE target = ? LIMIT 1', target)) return;
  stage.db.exec(INDEX.liveValue);
  // One search of the index for each create and attribute: a join with OR would read all of `live` for each create.
  const matched = ([attribute, value]: readonly [string, string]): string =>
    `SELECT op.slot, op.key, live.remote_id AS remoteId, live.attribute AS "by", live.value, live.active, live.external_id AS externalId
     FROM op CROSS JOIN live ON live.target = op.target AND live.attribute = '${attribute}' AND live.value = ${value}
     WHERE op.target = :target AND op.kind = 'create'`;
  const rows = stage.db
    .prepare(`${liveAttributes.map(matched).join(' UNION ALL ')} ORDER BY 2`)
    .all({ target }) as (Omit<LiveMatch, 'active' | 'externalId'> & {
    active: number;
    externalId: string | null;
  })[];
  for (const { externalId, ...row } of rows)
    yield { ...row, active: row.active === 1, ...(externalId !== null && { externalId }) };
}

const createsAtOnce = 256;

/** Whom a plan creates, some at a time: what is staged meanwhile is no hindrance. */
export function* createsOf(stage: Stage, target: number): Generator<OperationRow> {
  stage.flush();
  for (let last = 0; ;) {
    const some = stage
      .sql(
        `SELECT id FROM op WHERE target = ? AND kind = 'create' AND id > ? ORDER BY id LIMIT ${createsAtOnce}`,
      )
      .pluck()
      .all(target, last) as number[];
    if (some.length === 0) return;
    last = some.at(-1)!;
    yield* [
      ...operationRows(
        stage.db,
        'SELECT op.* FROM op WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id',
        [JSON.stringify(some)],
      ),
    ];
  }
}

/** Who comes by a name in a plan: those who are created, come back, or get another userName. */
export function takersOf(stage: Stage, target: number): Iterable<OperationRow> {
  stage.flush();
  return [
    ...operationRows(
      stage.db,
      `SELECT op.* FROM op WHERE target = ? AND part = 0 AND (kind IN ('create', 'reactivate') OR (kind = 'update'
         AND EXISTS (SELECT 1 FROM json_each(op.changes) WHERE value ->> 'path' = 'userName'))) ORDER BY id`,
      [target],
    ),
  ];
}

/**
 * Whether anything is to be sent that does not wait for somebody to be created, or an earlier plan has released something,
 * which may not be wanted any more.
 */
export function hasOtherThanCreates(stage: Stage, target: number): boolean {
  stage.flush();
  stage.db.exec(INDEX.opSlot);
  const isAlone = `NOT EXISTS (SELECT 1 FROM op made WHERE made.target = op.target AND made.slot = op.slot AND made.kind = 'create')`;
  return (
    stage.has(`SELECT 1 FROM op WHERE target = ? AND kind <> 'create' AND ${isAlone} LIMIT 1`, target) ||
    stage.has('SELECT 1 FROM earlier WHERE target = ? LIMIT 1', target)
  );
}

/** By slot, who is to be switched off by this plan. */
export function leaversOf(stage: Stage, target: number): readonly number[] {
  stage.flush();
  return stage
    .sql(`SELECT slot FROM op WHERE target = ? AND phase = ${PHASE.leave}`)
    .pluck()
    .all(target) as number[];
}

/** What an account shall hold after this plan: `null` where it is deleted, `undefined` where the plan does not touch it. */
export function afterwards(stage: Stage, target: number, slot: number): Resource | null | undefined {
  stage.flush();
  stage.db.exec(INDEX.opSlot);
  const row = stage.db
    .prepare(`SELECT kind, after FROM op WHERE target = ? AND slot = ? AND part = 0 AND kind <> 'create'`)
    .get(target, slot) as { kind: Kind; after: string | null } | undefined;
  if (row === undefined) return undefined;
  return row.after === null ? null : (JSON.parse(row.after) as Resource);
}
