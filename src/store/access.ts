import { isObject } from '../model/index.ts';
import { offboardings } from './offboardings.ts';
import type { Offboarding } from './offboardings.ts';
import type { State } from './state.ts';

/** That somebody has an account on a target: one row of an access report. Times are milliseconds since 1970. */
export interface Access {
  readonly target: string;
  readonly key: string;
  readonly userName?: string;
  readonly emails?: readonly string[];
  readonly remoteId: string;
  /**
   * `invited`: asked to come, and not there yet; `leaving`: the same of somebody who has left, and is switched off as soon
   * as they accept (rule 14).
   */
  readonly state: 'active' | 'off' | 'invited' | 'leaving';
  readonly origin: 'created' | 'adopted';
  /** Since when it is theirs. */
  readonly since: number;
  /** Since when it is on or off, and why; not known of what was so before the trail began. */
  readonly stateSince?: number;
  readonly why?: string;
  readonly confirmedAt: number;
  /** Names of the groups that they are in there, as far as we gave them. */
  readonly groups: readonly string[];
  /** That they are to be switched off and are not yet: what it waits for. */
  readonly leaves?: { readonly state: string; readonly reason?: string };
  /** Off everywhere by a person's word, since when and whose (rule 25). */
  readonly offboarded?: { readonly since: number; readonly actor: string };
}

/** Whose accounts are meant. */
export interface AccessFilter {
  /** The id of the target in the state. */
  readonly target: number;
  readonly name: string;
  readonly key?: string;
  /** What a key or a userName has somewhere in it; capital letters of ASCII and small ones are one. */
  readonly search?: string;
  /** Whether their e-mail addresses are asked for as well. */
  readonly withEmails?: boolean;
}

interface AccessRow {
  readonly key: string;
  readonly userName: string | null;
  readonly emails: string | null;
  readonly remoteId: string;
  readonly state: 'linked' | 'invited';
  readonly active: number | null;
  readonly origin: 'created' | 'adopted';
  readonly since: number;
  readonly stateSince: number | null;
  readonly why: string | null;
  readonly confirmedAt: number;
  readonly groups: string;
  readonly person: number;
}

/** What is to switch somebody off. */
interface Leaver {
  readonly person: number;
  readonly state: string;
  readonly reason: string | null;
}

const SELECT = `SELECT person.id AS person, person.key, account.resource ->> 'userName' AS userName,
    iif(:emails, account.resource -> 'emails', NULL) AS emails, remote_id AS remoteId, account.state,
    account.resource ->> 'active' AS active, origin, linked_at AS since, state_since AS stateSince, why, confirmed_at AS confirmedAt,
    (SELECT json_group_array(grp.name) FROM membership JOIN grp ON grp.id = membership.grp
       WHERE membership.target = :target AND membership.person = person.id) AS groups
  FROM person CROSS JOIN account ON account.target = :target AND account.person = person.id AND account.type = 'User'`;
// What leaves is of the first phase, which is a small part of what an index finds.
const LEAVERS = `SELECT person, state, error AS reason FROM operation WHERE target = ? AND phase <= 0 AND part = 0
  AND state IN ('open', 'leased', 'waiting', 'failed', 'held') AND kind IN ('deactivate', 'delete')`;
const LEAVING = LEAVERS.replace('person, state, error AS reason', 'person, id');
const LEAVERS_BY_ID =
  'SELECT person, state, error AS reason FROM operation WHERE id IN (SELECT value FROM json_each(?))';
const LEAVER = `${LEAVERS} AND person = ?`;
const LEAVERS_AMONG = `${LEAVERS} AND person IN (SELECT value FROM json_each(?))`;

const PAGE = `${SELECT} WHERE person.key > :after ORDER BY person.key LIMIT :most`;
const FOUND = `${SELECT} WHERE person.key > :after
  AND (person.key LIKE :like ESCAPE '\\' OR account.resource ->> 'userName' LIKE :like ESCAPE '\\') ORDER BY person.key LIMIT :most`;
const ONE = `${SELECT} WHERE person.key = :key`;
const perPage = 1000;

/**
 * Accounts of a target by key, after one of them: what a list shows, and goes on from its last key. `leaving` has what is to
 * switch somebody off by the person, where it was found for all pages at once.
 */
export function accessPage(
  state: State,
  { target, name, key, search, withEmails = false }: AccessFilter,
  { after, most }: { readonly after: string; readonly most: number },
  leaving?: ReadonlyMap<number, number>,
): readonly Access[] {
  const emails = withEmails ? 1 : 0;
  // One person is one row, and is looked up by nothing but the key.
  if (key !== undefined && key <= after) return [];
  const rows = (
    key !== undefined
      ? state.sql(ONE).all({ target, key, emails })
      : search === undefined
        ? state.sql(PAGE).all({ target, after, most, emails })
        : state.sql(FOUND).all({ target, after, most, emails, like: likeOf(search) })
  ) as AccessRow[];
  const leavers = leaving === undefined ? leaversAmong(state, target, rows) : leaversOf(state, leaving, rows);
  const offboarded = new Map(offboardings(state).map((one) => [one.key, one]));
  return rows.map((row) => accessOf(name, row, leavers?.get(row.person), offboarded.get(row.key)));
}

/** A pattern of SQL for whatever has a text in it, in which nothing but the two ends stands for something else. */
function likeOf(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

/** All of them, in pages, so that nothing is held up and memory stays small. */
export function* accessIn(state: State, filter: AccessFilter): Generator<Access> {
  const leaving = filter.key === undefined ? leavingOf(state, filter.target) : undefined;
  for (let after = ''; ;) {
    const rows = accessPage(state, filter, { after, most: perPage }, leaving);
    yield* rows;
    if (rows.length < perPage) return;
    after = rows.at(-1)!.key;
  }
}

/** By person, the operation that is to switch them off: two numbers for each, found once for a list as a whole. */
function leavingOf(state: State, target: number): ReadonlyMap<number, number> {
  const rows = state.sql(LEAVING).all(target) as { person: number; id: number }[];
  return new Map(rows.map(({ person, id }) => [person, id]));
}

function leaversOf(
  state: State,
  leaving: ReadonlyMap<number, number>,
  rows: readonly AccessRow[],
): ReadonlyMap<number, Leaver> | undefined {
  if (leaving.size === 0) return undefined;
  const ids = rows.flatMap(({ person }) => leaving.get(person) ?? []);
  const some = state.sql(LEAVERS_BY_ID).all(JSON.stringify(ids)) as Leaver[];
  return new Map(some.map((leaver) => [leaver.person, leaver]));
}

/** By person; nothing where nobody leaves. */
function leaversAmong(
  state: State,
  target: number,
  rows: readonly AccessRow[],
): ReadonlyMap<number, Leaver> | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const some =
    rows.length === 1
      ? state.sql(LEAVER).all(target, first.person)
      : state.sql(LEAVERS_AMONG).all(target, JSON.stringify(rows.map(({ person }) => person)));
  return some.length === 0 ? undefined : new Map((some as Leaver[]).map((leaver) => [leaver.person, leaver]));
}

function accessOf(
  target: string,
  row: AccessRow,
  leaver: Leaver | undefined,
  offboarding: Offboarding | undefined,
): Access {
  const { key, userName, emails, remoteId, origin, since, stateSince, why, confirmedAt, groups } = row;
  const invited = leaver === undefined ? 'invited' : 'leaving';
  const state = row.state === 'invited' ? invited : row.active === 0 ? 'off' : 'active';
  // Put together in one go, as there may be a million of them.
  const access: { -readonly [name in keyof Access]: Access[name] } = {
    target,
    key,
    remoteId,
    state,
    origin,
    since,
    confirmedAt,
    groups: groups === '[]' ? nobodys : (JSON.parse(groups) as string[]).sort(),
  };
  if (userName !== null) access.userName = userName;
  if (emails !== null) access.emails = addressesIn(emails);
  if (stateSince !== null) access.stateSince = stateSince;
  if (why !== null) access.why = why;
  if (leaver !== undefined && state !== 'off')
    access.leaves = { state: leaver.state, ...(leaver.reason !== null && { reason: leaver.reason }) };
  if (offboarding !== undefined) access.offboarded = { since: offboarding.since, actor: offboarding.actor };
  return access;
}

const nobodys: readonly string[] = [];

function addressesIn(emails: string): readonly string[] {
  const values = JSON.parse(emails) as unknown;
  if (!Array.isArray(values)) return [];
  return values.flatMap((one: unknown) =>
    isObject(one) && typeof one['value'] === 'string' ? [one['value']] : [],
  );
}

/** The targets that the state knows, also those that are not configured any more. */
export function knownTargets(state: State): readonly { readonly id: number; readonly name: string }[] {
  return state.sql('SELECT id, name FROM target ORDER BY name').all() as { id: number; name: string }[];
}
