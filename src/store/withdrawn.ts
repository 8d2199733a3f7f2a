import { PHASE } from '../planning/judge.ts';
import { offboardedPeople } from './offboardings.ts';
import type { State } from './state.ts';

/** Of people whose last operation has no answer, by their ids: who is to stay by a plan, and who leaves by it, and why. */
export interface Doubted {
  readonly stay: readonly number[];
  readonly leave: ReadonlyMap<number, string>;
}

/**
 * Notes inside the caller's transaction who is to stay of those about whom something is in doubt: a later plan may know
 * nothing of them, since its read is not complete (rule 24).
 */
export function noteWithdrawn({ db }: State, target: number, { stay, leave }: Doubted): void {
  const note = db.prepare(
    `UPDATE operation SET withdrawn = ? WHERE target = ? AND state = 'leased' AND phase = ${PHASE.leave}
     AND person IN (SELECT value FROM json_each(?))`,
  );
  note.run(1, target, JSON.stringify(stay));
  note.run(null, target, JSON.stringify([...leave.keys()]));
}

/** Takes back the switching off of people who are to stay, as far as it is not carried out; what is on its way is noted. */
export function withdraw(state: State, target: number, people: readonly number[]): void {
  if (people.length === 0) return;
  state.db
    .transaction(() => {
      state
        .sql(
          `UPDATE operation SET withdrawn = 1 WHERE target = ? AND phase = ${PHASE.leave} AND type = 'User' AND state IN ('open', 'leased')
           AND person IN (SELECT value FROM json_each(?))`,
        )
        .run(target, JSON.stringify(people));
      dropWithdrawn(state, target);
    })
    .immediate();
}

/** What was in doubt, was not carried out as it is known now, and is not wanted any more, is gone; whoever is offboarded is off. */
export function dropWithdrawn(state: State, target: number): void {
  const withdrawn = `target = ? AND state = 'open' AND withdrawn = 1`;
  if (state.sql(`SELECT 1 FROM operation WHERE ${withdrawn} LIMIT 1`).get(target) === undefined) return;
  state
    .sql(
      `DELETE FROM operation WHERE ${withdrawn} AND phase = ${PHASE.leave} AND person NOT IN (SELECT value FROM json_each(?))`,
    )
    .run(target, JSON.stringify([...offboardedPeople(state)]));
}
