import type { Kind } from '../model/index.ts';
import type { State } from './state.ts';
import type { TrailRow } from './trail/rows.ts';

/** What is open for one person on one target. Times are milliseconds since 1970. */
export interface OpenOperation {
  readonly kind: Kind;
  readonly part: number;
  readonly group?: string;
  readonly state: 'open' | 'leased' | 'waiting' | 'failed' | 'held';
  readonly why: string;
  readonly code?: string;
  readonly error?: string;
  readonly attempts: number;
  readonly runAt: number;
  readonly sentAt?: number;
  /** Whose account it waits for. */
  readonly needs?: string;
}

/** Of nobody else's: one look through what is open on a target, which is little. */
export function openOf(state: State, target: number, person: number): readonly OpenOperation[] {
  const rows = state
    .sql(
      `SELECT kind, part, (SELECT key FROM grp WHERE id = grp) AS "group", state, why, code, error, attempts, run_at AS runAt,
         sent_at AS sentAt, (SELECT key FROM person WHERE id = needs) AS needs
       FROM operation WHERE target = ? AND person = ? ORDER BY phase, id`,
    )
    .all(target, person) as Record<string, unknown>[];
  return rows.map(
    (row) =>
      Object.fromEntries(
        Object.entries(row).filter(([, value]) => value !== null),
      ) as unknown as OpenOperation,
  );
}

/** Why somebody was left out of the last plan of a target. */
export function leftOutIn(
  state: State,
  target: number,
  person: number,
): { readonly rule: string; readonly reason: string; readonly since: number } | undefined {
  return state
    .sql('SELECT rule, reason, since FROM left_out WHERE target = ? AND person = ?')
    .get(target, person) as { rule: string; reason: string; since: number } | undefined;
}

/** Since when somebody's record is rejected, and why, by the last run. */
export function rejectedIn(
  state: State,
  person: number,
): { readonly since: number; readonly rule: string; readonly reason: string } | undefined {
  return state.sql('SELECT since, rule, reason FROM rejection WHERE person = ?').get(person) as
    { since: number; rule: string; reason: string } | undefined;
}

/** What was last asked of a target for somebody, and what it answered: newest first. */
export function lastAnswers(state: State, key: string, target: string, most: number): readonly TrailRow[] {
  return state
    .sql(
      `SELECT * FROM audit WHERE key = ? AND target = ? AND (event >= 'operation.' AND event < 'operation/') ORDER BY seq DESC LIMIT ?`,
    )
    .all(key, target, most) as TrailRow[];
}

/** What an account was last confirmed to hold, as JSON. */
export function resourceIn(state: State, target: number, person: number): string | undefined {
  return state
    .sql(`SELECT resource FROM account WHERE target = ? AND person = ? AND type = 'User'`)
    .pluck()
    .get(target, person) as string | undefined;
}

/** Whose account has this userName, or e-mail address, on whichever target: what people type in the place of a key. */
export function keysNamed(state: State, name: string, most: number): readonly string[] {
  return state
    .sql(
      `SELECT DISTINCT person.key FROM account JOIN person ON person.id = account.person
       WHERE account.type = 'User' AND (lower(resource ->> 'userName') = lower(:name) OR remote_id = :name) LIMIT :most`,
    )
    .pluck()
    .all({ name, most }) as string[];
}
