import type { State } from './state.ts';

/** That somebody is off everywhere by a person's word (rule 25): since when, whose, and why if they said so. */
export interface Offboarding {
  readonly id: number;
  readonly key: string;
  readonly since: number;
  readonly actor: string;
  readonly reason?: string;
  /** Accounts that are protected are meant as well. */
  readonly isProtectedMeant: boolean;
}

interface Row {
  readonly id: number;
  readonly key: string;
  readonly since: number;
  readonly actor: string;
  readonly reason: string | null;
  readonly protected: number;
}

const STANDING = 'SELECT id, key, since, actor, reason, protected FROM offboarding WHERE ended_at IS NULL';

function offboardingIn({ reason, protected: isProtected, ...row }: Row): Offboarding {
  return { ...row, ...(reason !== null && { reason }), isProtectedMeant: isProtected === 1 };
}

/** All that stand, the oldest first. */
export function offboardings(state: State): readonly Offboarding[] {
  return (state.sql(`${STANDING} ORDER BY since, id`).all() as Row[]).map(offboardingIn);
}

/** Undefined where somebody is not offboarded, or not any more. */
export function offboardingOf(state: State, key: string): Offboarding | undefined {
  const row = state.sql(`${STANDING} AND key = ?`).get(key) as Row | undefined;
  return row && offboardingIn(row);
}

/** Why somebody is off, wherever it is told: `offboarded by ada: stolen laptop`. */
export function offboardedBecause({ actor, reason }: Pick<Offboarding, 'actor' | 'reason'>): string {
  return `offboarded by ${actor}${reason === undefined ? '' : `: ${reason}`}`;
}

/** The people of those that stand, by their ids. */
export function offboardedPeople({ sql }: State): ReadonlySet<number> {
  const ids = sql(
    'SELECT person.id FROM offboarding JOIN person ON person.key = offboarding.key WHERE ended_at IS NULL',
  )
    .pluck()
    .all() as number[];
  return new Set(ids);
}

/** Somebody has another key from now on, and is as offboarded as before. In the caller's transaction. */
export function rekeyOffboarding(state: State, old: string, now: string): void {
  if (offboardingOf(state, old) === undefined || offboardingOf(state, now) !== undefined) return;
  state.sql('UPDATE offboarding SET key = ? WHERE key = ? AND ended_at IS NULL').run(now, old);
}
