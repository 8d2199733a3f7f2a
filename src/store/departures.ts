import type { Held } from '../model/index.ts';
import { NOT_ASSIGNED } from '../planning/judge.ts';
import type { AuditEvent } from './audit.ts';
import type { State } from './state.ts';
import type { TrailRow } from './trail/rows.ts';
import type { Doubted } from './withdrawn.ts';

/** The plan of one target, which is about to be taken into the state. */
interface Departing {
  readonly id: number;
  readonly index: number;
  readonly name: string;
  readonly totals: readonly { readonly kind: string }[];
  readonly held: readonly Pick<Held, 'kind'>[];
  readonly doubted?: Doubted;
}

/** What is told of one of them. */
export type Departed = Omit<AuditEvent, 'at' | 'run'>;

const LEAVING = `kind IN ('deactivate', 'delete')`;
const STAGED = `FROM stage.ord JOIN stage.op ON op.id = ord.op WHERE ord.target = :index AND ord.${LEAVING} AND op.part = 0`;
const STAGED_LEAVER = `${STAGED} AND op.why <> '${NOT_ASSIGNED}'`;
const OPEN = `FROM operation WHERE target = :id AND state IN ('open', 'leased', 'waiting', 'failed', 'held') AND phase = 0 AND part = 0 AND ${LEAVING}`;
/** Who has left and stays on until somebody says whether they have another key (rule 12). */
const MAY_BE_ANOTHER = `rule = 'rekey' AND reason LIKE 'leaves,%'`;

/**
 * What the trail has to say of people who leave, before a plan takes the place of the last: `person.left` when a read
 * first said so of somebody whose account is on, whatever becomes of it, and whether it is held, has to wait for an answer,
 * or for a person. The time between the beginning of that read, which is noted here, and the confirmation is what an
 * auditor asks for. Whoever is only out of scope has not left (rule 6), and nobody has by a plan that is not made from
 * what was read, such as an undo, by a read that is held itself (law 6), or at an address that nobody has confirmed
 * (rule 9). `run` is the first one whose read said what this plan says.
 */
export function whoLeft(state: State, departing: Departing, run: number): readonly Departed[] {
  const { id, index, name, totals, held, doubted } = departing;
  if (held.some(({ kind }) => kind === 'source' || kind === 'target')) return [];
  const left = state.db
    .prepare(
      `SELECT person.id AS person, person.key, said.kind, said.why, min(run.started_at, coalesce(left_out.since, run.started_at)) AS began,
         EXISTS (SELECT 1 FROM audit INDEXED BY audit_key WHERE key = person.key AND event = 'person.left') AS wasLeft FROM (
         SELECT op.slot + 1 AS person, op.kind, op.why ${STAGED_LEAVER} AND :leaves
         UNION ALL SELECT slot + 1, NULL, reason FROM stage.left_out WHERE target = :index AND ${MAY_BE_ANOTHER}
         UNION ALL SELECT value ->> 0, NULL, value ->> 1 FROM json_each(:doubted)
       ) AS said JOIN run ON run.id = :run JOIN person ON person.id = said.person
       JOIN account ON account.target = :id AND account.person = said.person AND account.type = 'User'
       LEFT JOIN left_out ON left_out.target = :id AND left_out.person = said.person AND ${MAY_BE_ANOTHER}
       WHERE account.resource ->> 'active' IS NOT 0 AND said.person NOT IN (SELECT person FROM leaving WHERE target = :id)
         AND said.person NOT IN (SELECT person FROM offboarded) ORDER BY said.person`,
    )
    .all({
      id,
      index,
      run,
      // Most often nobody leaves, and all of a large plan would be looked through.
      leaves: totals.some(({ kind }) => kind === 'deactivate' || kind === 'delete') ? 1 : 0,
      doubted: JSON.stringify([...(doubted?.leave ?? [])]),
    }) as {
    person: number;
    key: string;
    kind: string | null;
    why: string;
    began: number;
    wasLeft: number;
  }[];
  return left.map(({ person, key, kind, why, began, wasLeft }) => {
    // Most have never left, and have no story that is to be read.
    const known = wasLeft === 1 ? sinceWhen(state, { name, key }, began) : began;
    noteLeft(state, { id, person }, known);
    const detail = { ...(kind !== null && { kind }), why, read: known };
    return { target: name, key, event: 'person.left', detail };
  });
}

/** Notes since when it is known that somebody left. */
export function noteLeft(
  state: State,
  { id, person }: { readonly id: number; readonly person: number },
  known: number,
): void {
  state.sql('INSERT OR IGNORE INTO leaving VALUES (?, ?, ?)').run(id, person, known);
}

/** When the first read began that said that somebody left whom one says so of now: at another target it may have been before. */
export function sinceWhen(
  state: State,
  { name, key }: { readonly name: string; readonly key: string },
  began: number,
): number {
  const story = state
    .sql(
      `SELECT * FROM audit WHERE key = ? AND (event IN ('person.left', 'person.back', 'account.linked')
         OR (event = 'operation.done' AND detail ->> 'kind' IN ('create', 'link', 'reactivate'))) ORDER BY seq`,
    )
    .all(key) as TrailRow[];
  const said = saidOf(story);
  // What was said of this account is over: it was off since.
  const isNew = said.every(({ target }) => target !== name);
  return isNew && said[0] !== undefined ? Math.min(began, beganOf(said[0])) : began;
}

/** Of a story of somebody, in order, where it was said that they left since they were last back, or came. */
export function saidOf(story: readonly TrailRow[]): readonly TrailRow[] {
  return story.slice(story.findLastIndex(isReturn) + 1).filter(({ event }) => event === 'person.left');
}

/** When the read began that said that somebody left; of what was written before that was told, when its plan was released. */
export function beganOf({ at, detail }: Pick<TrailRow, 'at' | 'detail'>): number {
  const { read } = JSON.parse(detail) as { readonly read?: unknown };
  return typeof read === 'number' ? read : at;
}

export function isReturn({ event, detail }: Pick<TrailRow, 'event' | 'detail'>): boolean {
  if (event === 'person.back' || event === 'account.linked') return true;
  const { kind } = JSON.parse(detail) as { readonly kind?: unknown };
  return event === 'operation.done' && (kind === 'create' || kind === 'link' || kind === 'reactivate');
}

/**
 * The same of those who were to be switched off and are not any more (rule 24), or only since they are out of scope (rule 6):
 * `person.back`. Of whom a plan does not know what they are, what was said stands; and so it does while it is not known
 * whether a request has switched them off. A plan of those who leave `alone` knows nothing of others.
 */
export function whoIsBack(
  { db }: State,
  { id, index, name, doubted }: Departing,
  run: number,
  alone = false,
): readonly Departed[] {
  const back = db
    .prepare(
      `SELECT person, key, person IN (SELECT slot + 1 FROM stage.left_out WHERE target = :index AND rule = 'protected') AS isProtected
       FROM leaving JOIN person ON id = person WHERE target = :id AND examined_(person) = 1
         AND person NOT IN (SELECT person FROM offboarded) AND person NOT IN (SELECT op.slot + 1 ${STAGED_LEAVER})
         AND (NOT :alone OR person IN (SELECT op.slot + 1 ${STAGED}))
         AND person NOT IN (SELECT slot + 1 FROM stage.left_out WHERE target = :index AND (rule = 'unaccepted' OR ${MAY_BE_ANOTHER}))
         AND (person IN (SELECT value FROM json_each(:stay)) OR person NOT IN (SELECT slot + 1 FROM stage.left_out WHERE target = :index AND rule = 'inDoubt'))
         AND person NOT IN (SELECT person ${OPEN} AND state = 'leased') ORDER BY person`,
    )
    .all({ id, index, alone: alone ? 1 : 0, stay: JSON.stringify(doubted?.stay ?? []) }) as {
    person: number;
    key: string;
    isProtected: number;
  }[];
  if (back.length === 0) return [];
  const kinds = new Map(db.prepare(`SELECT person, kind ${OPEN}`).raw().all({ id }) as [number, string][]);
  const forget = db.prepare('DELETE FROM leaving WHERE target = ? AND person = ?');
  for (const { person } of back) forget.run(id, person);
  // Whoever goes off all the same is known to do so since now.
  db.prepare(
    `UPDATE operation SET known_at = (SELECT started_at FROM run WHERE id = ?) WHERE target = ? AND known_at IS NOT NULL
     AND person IN (SELECT value FROM json_each(?))`,
  ).run(run, id, JSON.stringify(back.map(({ person }) => person)));
  // Who is protected by now is not back, and stays on all the same (rule 13).
  return back
    .filter(({ isProtected }) => isProtected === 0)
    .map(({ person, key }) => ({
      target: name,
      key,
      event: 'person.back',
      detail: { ...(kinds.has(person) && { kind: kinds.get(person) }) },
    }));
}
