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

/** How somebody stands on a target who is to be off there. */
export interface OffStanding {
  /** Absent where no account is linked. */
  readonly account?: {
    readonly remoteId: string;
    readonly isOn: boolean;
    readonly isInvited: boolean;
    readonly confirmedAt: number;
  };
  /** What is still to be carried out for them, or is not answered yet. */
  readonly open?: {
    readonly state: 'open' | 'leased' | 'waiting' | 'failed' | 'held';
    readonly kind: string;
    readonly runAt: number;
    readonly inDoubt: boolean;
    readonly code?: string;
    readonly error?: string;
  };
  readonly isSpared: boolean;
  /** The rule of the target: nothing where nobody is to be switched off by us there. */
  readonly isTold: boolean;
}

export function offStanding(
  state: State,
  { id: offboarding, key }: Offboarding,
  target: number,
): OffStanding {
  const account = state
    .sql(
      `SELECT remote_id AS remoteId, resource ->> 'active' IS NOT 0 AS isOn, state = 'invited' AS isInvited,
         max(confirmed_at, coalesce(state_since, 0)) AS confirmedAt
       FROM person JOIN account ON account.person = person.id AND target = ? AND type = 'User' WHERE person.key = ?`,
    )
    .get(target, key) as
    { remoteId: string | null; isOn: number; isInvited: number; confirmedAt: number } | undefined;
  const open = state
    .sql(
      `SELECT state, kind, run_at AS runAt, in_doubt AS inDoubt, code, error FROM operation
       WHERE target = ? AND person = (SELECT id FROM person WHERE key = ?) AND part <> 2 ORDER BY state = 'leased' DESC, phase LIMIT 1`,
    )
    .get(target, key) as
    | {
        state: NonNullable<OffStanding['open']>['state'];
        kind: string;
        runAt: number;
        inDoubt: number;
        code: string | null;
        error: string | null;
      }
    | undefined;
  const spared = state
    .sql('SELECT 1 FROM spared WHERE offboarding = ? AND target = ?')
    .get(offboarding, target);
  const rule = state.sql('SELECT leave_kind FROM target WHERE id = ?').pluck().get(target);
  return {
    ...(typeof account?.remoteId === 'string' && {
      account: {
        remoteId: account.remoteId,
        isOn: account.isOn === 1,
        isInvited: account.isInvited === 1,
        confirmedAt: account.confirmedAt,
      },
    }),
    ...(open && {
      open: {
        state: open.state,
        kind: open.kind,
        runAt: open.runAt,
        inDoubt: open.inDoubt === 1,
        ...(open.code !== null && { code: open.code }),
        ...(open.error !== null && { error: open.error }),
      },
    }),
    isSpared: spared !== undefined,
    isTold: typeof rule === 'string',
  };
}

/** When a target last carried something out for somebody, by the trail. */
export function lastDone(state: State, key: string, target: string, since: number): number | undefined {
  return state
    .sql(
      `SELECT at FROM audit WHERE key = ? AND target = ? AND event = 'operation.done' AND at >= ? ORDER BY seq DESC LIMIT 1`,
    )
    .pluck()
    .get(key, target, since) as number | undefined;
}
