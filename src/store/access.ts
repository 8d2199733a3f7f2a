import { isObject } from '../model/index.ts';
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
  readonly groups: string | null;
  readonly leaves: string | null;
  readonly reason: string | null;
  readonly offboardedSince: number | null;
  readonly offboardedBy: string | null;
}

// What leaves is of the first phase, which is a small part of what an index finds.
const SELECT = `WITH leaver AS MATERIALIZED (
    SELECT person, state, error FROM operation WHERE target = :target AND phase <= 0 AND part = 0
      AND state IN ('open', 'leased', 'waiting', 'failed', 'held') AND kind IN ('deactivate', 'delete')
  )
  SELECT person.key, account.resource ->> 'userName' AS userName, account.resource -> 'emails' AS emails, remote_id AS remoteId,
    account.state, account.resource ->> 'active' AS active, origin, linked_at AS since, state_since AS stateSince, why, confirmed_at AS confirmedAt,
    (SELECT json_group_array(name) FROM (SELECT grp.name FROM membership JOIN grp ON grp.id = membership.grp
       WHERE membership.target = :target AND membership.person = person.id ORDER BY grp.name)) AS groups,
    leaver.state AS leaves, leaver.error AS reason, offboarding.since AS offboardedSince, offboarding.actor AS offboardedBy
  FROM person CROSS JOIN account ON account.target = :target AND account.person = person.id AND account.type = 'User'
  LEFT JOIN leaver ON leaver.person = person.id
  LEFT JOIN offboarding ON offboarding.key = person.key AND offboarding.ended_at IS NULL`;

const perPage = 1000;

/** Accounts of a target by key, after one of them: what a list shows, and goes on from its last key. */
export function accessPage(
  state: State,
  { target, name, key }: AccessFilter,
  { after, most }: { readonly after: string; readonly most: number },
): readonly Access[] {
  const whom = key === undefined ? 'person.key > :after' : 'person.key = :key AND person.key > :after';
  const rows = state
    .sql(`${SELECT} WHERE ${whom} ORDER BY person.key LIMIT :most`)
    .all({ target, after, most, ...(key !== undefined && { key }) }) as AccessRow[];
  return rows.map((row) => accessOf(name, row));
}

/** All of them, in pages, so that nothing is held up and memory stays small. */
export function* accessIn(state: State, filter: AccessFilter): Generator<Access> {
  for (let after = ''; ;) {
    const rows = accessPage(state, filter, { after, most: perPage });
    yield* rows;
    if (rows.length < perPage) return;
    after = rows.at(-1)!.key;
  }
}

function accessOf(target: string, row: AccessRow): Access {
  const {
    key,
    userName,
    emails,
    remoteId,
    origin,
    since,
    stateSince,
    why,
    confirmedAt,
    groups,
    leaves,
    reason,
    offboardedSince,
    offboardedBy,
  } = row;
  const state =
    row.state === 'invited' ? (leaves === null ? 'invited' : 'leaving') : row.active === 0 ? 'off' : 'active';
  return {
    target,
    key,
    ...(userName !== null && { userName }),
    ...(emails !== null && { emails: addressesIn(emails) }),
    remoteId,
    state,
    origin,
    since,
    ...(stateSince !== null && { stateSince }),
    ...(why !== null && { why }),
    confirmedAt,
    groups: groups === null ? [] : (JSON.parse(groups) as string[]),
    ...(leaves !== null &&
      state !== 'off' && { leaves: { state: leaves, ...(reason !== null && { reason }) } }),
    ...(offboardedSince !== null && { offboarded: { since: offboardedSince, actor: offboardedBy! } }),
  };
}

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
