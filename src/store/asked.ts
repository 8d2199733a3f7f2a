import { PHASE } from '../planning/judge.ts';
import type { State } from './state.ts';

/**
 * Of a target that somebody else delivers to while a plan is made for it. Whoever the plan is about must be as it found them:
 * nothing was written down of them since that row of the trail, and nothing is on its way for them but what the plan knew.
 */
export interface Lent {
  readonly since: number;
  /** By slot. */
  readonly inDoubt: ReadonlySet<number>;
}

/**
 * Whether whoever delivers to a target has done something for those whom the plan is about since it was begun. `examined_` says
 * of a person whether it is about them.
 */
export function hasMoved(
  { db }: State,
  { id, name }: { readonly id: number; readonly name: string },
  lent: Lent,
): boolean {
  const written = db
    .prepare(
      'SELECT 1 FROM audit JOIN person ON person.key = audit.key WHERE seq > ? AND audit.target = ? AND examined_(person.id) = 1 LIMIT 1',
    )
    .get(lent.since, name);
  if (written !== undefined) return true;
  const sent = db
    .prepare(
      `SELECT person FROM operation WHERE target = ? AND state = 'leased' AND person IS NOT NULL AND examined_(person) = 1`,
    )
    .pluck()
    .all(id) as number[];
  return sent.some((person) => !lent.inDoubt.has(person - 1));
}

/** Where people take names of one another, one after the other, their order is kept as it is. */
export function goesFirst({ db }: State, index: number): boolean {
  const inTurn = `SELECT 1 FROM stage.ord WHERE target = ? AND phase > ${PHASE.change} AND phase < ${PHASE.create} LIMIT 1`;
  return db.prepare(inTurn).get(index) === undefined;
}

/** The phase of what somebody waits for. A membership of a group that is still to be made waits for that as all others do. */
export const askedPhase = (phase: string): string =>
  `CASE WHEN ${phase} = ${PHASE.change} THEN ${PHASE.asked}
     WHEN ${phase} = ${PHASE.create} THEN ${PHASE.asked + 1}
     WHEN ${phase} > ${PHASE.create} AND ${phase} <= ${PHASE.reference} THEN ${PHASE.asked + 2}
     WHEN ${phase} = ${PHASE.memberAdd} AND EXISTS (SELECT 1 FROM group_account WHERE group_account.target = :target AND group_account.grp = op.grp) THEN ${PHASE.lastAsked}
     ELSE ${phase} END`;

/** Whether somebody leaves, or is waited for, by a plan that was released since a run began, and it is due. */
export function hasAsked(
  state: State,
  { id, since, now }: { readonly id: number; readonly since: number; readonly now: number },
): boolean {
  const found = state
    .sql(
      `SELECT 1 FROM operation WHERE target = ? AND state = 'open' AND phase <= ${PHASE.lastAsked} AND run_at <= ? AND run > ? LIMIT 1`,
    )
    .get(id, now, since);
  return found !== undefined;
}
