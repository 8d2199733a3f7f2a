import type { Account, LeftOutRule } from '../model/index.ts';
import { accountOf } from './accounts.ts';
import type { AccountRow } from './accounts.ts';
import type { State } from './state.ts';

/** Whose account is which: one row of a target. */
export interface Link {
  readonly key: string;
  readonly remoteId: string;
  readonly origin: 'created' | 'adopted';
  readonly state: 'linked' | 'invited';
  readonly active: boolean;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** The links of a target, by key; row by row, as there may be a million. */
export function* linksOf({ db }: State, target: number): Generator<Link> {
  const rows = db
    .prepare(
      `SELECT key, remote_id AS remoteId, origin, state, resource ->> 'active' = 1 AS active, linked_at AS since
       FROM account JOIN person ON person.id = account.person WHERE target = ? AND type = 'User' ORDER BY key`,
    )
    .iterate(target) as IterableIterator<Omit<Link, 'active'> & { readonly active: number }>;
  for (const row of rows) yield { ...row, active: row.active === 1 };
}

export function linkOf(
  state: State,
  target: number,
  person: number,
): Omit<Link, 'key' | 'active' | 'since'> | undefined {
  return state
    .sql(
      `SELECT remote_id AS remoteId, origin, state FROM account WHERE target = ? AND person = ? AND type = 'User'`,
    )
    .get(target, person) as Omit<Link, 'key' | 'active' | 'since'> | undefined;
}

/** An account with its person, whose slot in the ledger is their id less one. */
export interface OwnedAccount {
  readonly slot: number;
  readonly account: Account;
}

const OWNED = `SELECT account.person - 1 AS slot, key, remote_id, resource, state, origin, secret_digest, confirmed_at
  FROM account JOIN person ON person.id = account.person WHERE target = ? AND type = 'User'`;
type OwnedRow = AccountRow & { readonly slot: number; readonly key: string };

/** Whose account an id of a target is. */
export function ownedAt(
  state: State,
  target: { readonly id: number; readonly name: string },
  remoteId: string,
): OwnedAccount | undefined {
  const row = state.sql(`${OWNED} AND remote_id = ?`).get(target.id, remoteId) as OwnedRow | undefined;
  return row && { slot: row.slot, account: accountOf(row, target.name, row.key) };
}

const ownedAtOnce = 256;

/** All accounts of a target by slot, from one on; some at a time, so that what is written meanwhile is no hindrance. */
export function* ownedOf(
  state: State,
  target: { readonly id: number; readonly name: string },
  from = 0,
): Generator<OwnedAccount> {
  const some = state.sql(`${OWNED} AND account.person > ? ORDER BY account.person LIMIT ${ownedAtOnce}`);
  for (let last = from; ;) {
    const rows = some.all(target.id, last) as OwnedRow[];
    if (rows.length === 0) return;
    last = rows.at(-1)!.slot + 1;
    for (const row of rows) yield { slot: row.slot, account: accountOf(row, target.name, row.key) };
  }
}

/** The id of a person, who is known from the first sync on that read their record. */
export function personOf(state: State, key: string): number | undefined {
  return state.sql('SELECT id FROM person WHERE key = ?').pluck().get(key) as number | undefined;
}

/** Keys that begin or end as another does, or are written as it is in other letters: where a slip of the hand is looked for. */
export function keysLike(state: State, key: string): readonly string[] {
  const half = Math.max(1, Math.floor(key.length / 2));
  return state
    .sql(
      `SELECT key FROM person WHERE length(key) BETWEEN :length - 2 AND :length + 2 AND instr(key, char(0)) = 0
       AND (lower(substr(key, 1, :half)) = lower(:begin) OR lower(substr(key, -:half)) = lower(:end)) LIMIT 5000`,
    )
    .pluck()
    .all({ length: key.length, half, begin: key.slice(0, half), end: key.slice(-half) }) as string[];
}

/** What somebody's account on a target was last confirmed to hold, as text. */
export function resourceOf(state: State, target: number, key: string): string | undefined {
  return state
    .sql(
      `SELECT resource FROM person JOIN account ON account.person = person.id AND target = ? AND type = 'User' WHERE person.key = ?`,
    )
    .pluck()
    .get(target, key) as string | undefined;
}

/** The names of the groups that somebody is in on a target, as far as we gave them. */
export function groupsOf(state: State, target: number, key: string): readonly string[] {
  return state
    .sql(
      `SELECT grp.name FROM person JOIN membership ON membership.person = person.id AND target = ?
       JOIN grp ON grp.id = membership.grp WHERE person.key = ? ORDER BY grp.name`,
    )
    .pluck()
    .all(target, key) as string[];
}

/** What is still to be carried out for somebody on a target, in the order of sending. */
export function operationsOf(
  state: State,
  target: number,
  person: number,
): readonly { readonly kind: string; readonly state: string; readonly error: string | null }[] {
  return state
    .sql('SELECT kind, state, error FROM operation WHERE target = ? AND person = ? ORDER BY phase, id')
    .all(target, person) as { kind: string; state: string; error: string | null }[];
}

/** The keyed digest of the password with which somebody is to be created on a target, if there is one (rule 27). */
export function secretOfCreate(state: State, target: number, person: number): string | undefined {
  const digest = state
    .sql(`SELECT secret_digest FROM operation WHERE target = ? AND person = ? AND kind = 'create' LIMIT 1`)
    .pluck()
    .get(target, person) as string | null | undefined;
  return digest ?? undefined;
}

/** Whether something was sent for somebody whose answer is not known yet. */
export function isInDoubt(state: State, target: number, person: number): boolean {
  const found = state
    .sql(`SELECT 1 FROM operation WHERE target = ? AND person = ? AND state = 'leased'`)
    .get(target, person);
  return found !== undefined;
}

// What follows is written inside of the caller's transaction, by whoever holds the target's lock.

export interface NewLink {
  readonly remoteId: string;
  /** Canonical. */
  readonly resource: string;
  readonly now: number;
  readonly why: string;
}

/** Somebody has an account that was there before; what was to be made for them is not made any more. */
export function openLink(state: State, target: number, person: number, link: NewLink): void {
  state
    .sql(`DELETE FROM operation WHERE target = ? AND person = ? AND state <> 'leased'`)
    .run(target, person);
  state
    .sql(
      `INSERT INTO account (target, type, person, remote_id, resource, state, origin, confirmed_at, state_since, why)
       VALUES (?, 'User', ?, ?, ?, 'linked', 'adopted', ?, ?, ?)`,
    )
    .run(target, person, link.remoteId, link.resource, link.now, link.now, link.why);
}

/** The account is nobody's from now on. What was to be done to it is not done any more. */
export function closeLink(state: State, target: number, person: number): void {
  state
    .sql(`DELETE FROM operation WHERE target = ? AND person = ? AND state <> 'leased'`)
    .run(target, person);
  state.sql(`DELETE FROM account WHERE target = ? AND person = ? AND type = 'User'`).run(target, person);
}

/** An account holds what was read of it, as text: and where that switches it on or off, it is so from now on. */
export function takeRead(state: State, target: number, person: number, resource: string, now: number): void {
  state
    .sql(
      `UPDATE account SET resource = :resource, confirmed_at = :now,
         state_since = iif(resource ->> 'active' IS :resource ->> 'active', state_since, :now),
         why = iif(resource ->> 'active' IS :resource ->> 'active', why, 'the target says so')
       WHERE target = :target AND person = :person AND type = 'User'`,
    )
    .run({ resource, now, target, person });
}

/** The next plan for a target looks at this person, whose record may be the same as ever. */
export function lookAgain(
  state: State,
  target: number,
  person: number,
  why: { readonly rule: LeftOutRule; readonly reason: string; readonly now: number },
): void {
  state
    .sql('INSERT OR REPLACE INTO left_out VALUES (?, ?, ?, ?, ?)')
    .run(target, person, why.rule, why.reason, why.now);
}
