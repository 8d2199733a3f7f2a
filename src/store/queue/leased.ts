import type { Answered, AttributeChange, Kind, Resource } from '../../model/index.ts';

/** An operation that is leased: everything needed to send it, references still as identity keys. */
export interface Leased {
  readonly id: number;
  readonly person: number;
  readonly key: string;
  readonly kind: Kind;
  readonly part: 0 | 1 | 2;
  readonly phase: number;
  /** The group that it is about; `account` is then the group's. */
  readonly group?: number;
  /** Who comes into the group, or goes out of it, with one request; `key` is then the group's. */
  readonly members?: readonly LeasedMember[];
  readonly after?: Resource;
  readonly changes: readonly AttributeChange[];
  readonly why: string;
  readonly secretDigest?: string;
  /** A password belongs to it and is not at hand, since this run has not read the record: it follows. */
  readonly lacksPassword?: true;
  readonly attempts: number;
  /** What came of the last attempt in this plan, as an error code. */
  readonly lastCode?: string;
  readonly sentAt: number;
  /** The plan proved that nobody had this name (rule 10). */
  readonly absent: boolean;
  /** The account as it was last confirmed; absent for a create. */
  readonly account?: {
    readonly remoteId: string;
    readonly resource: Resource;
    readonly state: 'linked' | 'invited';
  };
  /** For `link`. */
  readonly linkTo?: string;
  /** Whom it refers to, if they had an account when it was leased. */
  readonly manager?: { readonly key: string; readonly remoteId: string };
}

/** One of several memberships that are sent together. */
export interface LeasedMember {
  /** Of the operation. */
  readonly id: number;
  /** 0 where it is a group. */
  readonly person: number;
  /** The group that is the member, if it is one. */
  readonly group?: number;
  readonly key: string;
  readonly attempts: number;
  /** The target's id of the person or group, if there is an account. */
  readonly remoteId?: string;
  readonly isInvited: boolean;
}

/** What became of one of them; `unsure`: it was sent, and has no answer. */
export interface MemberOutcome extends Answered {
  readonly member: LeasedMember;
  readonly become: 'done' | 'failed' | 'waiting' | 'retry' | 'unsure';
  readonly code?: string;
  readonly error?: string;
  readonly runAt?: number;
  readonly counted?: boolean;
}

export function isLeaving({ kind }: Pick<Leased, 'kind'>): boolean {
  return kind === 'deactivate' || kind === 'delete';
}

export function withoutPassword({ secretDigest: _, ...rest }: Leased): Leased {
  return { ...rest, lacksPassword: true };
}

/** What became of a leased operation, to be written down. Several are written in one transaction. */
export type Step =
  | (Answered & {
      readonly kind: 'done';
      readonly operation: Leased;
      /** The account afterwards; `null` where the link is closed. */
      readonly account: {
        readonly remoteId: string;
        readonly resource: Resource;
        readonly state: 'linked' | 'invited';
        readonly origin?: 'adopted';
      } | null;
      /** A manager who had no account when it was sent: the reference follows as part 1. */
      readonly owed?: {
        readonly manager: string;
        readonly after: Resource;
        readonly change: AttributeChange;
      };
    })
  | (Answered & {
      readonly kind: 'retry';
      readonly operation: Leased;
      readonly runAt: number;
      readonly error: string;
      readonly code: string;
      readonly counted: boolean;
      /** What the account was read to hold; the next plan goes on from it (law 11). */
      readonly confirmed?: Resource;
    })
  | (Answered & {
      readonly kind: 'failed' | 'waiting';
      readonly operation: Leased;
      readonly error: string;
      readonly code: string;
      readonly confirmed?: Resource;
    })
  | (Answered & {
      readonly kind: 'doubt';
      readonly operation: Leased;
      readonly error: string;
      readonly code: string;
    })
  | { readonly kind: 'members'; readonly operation: Leased; readonly outcomes: readonly MemberOutcome[] };

/** What a lease reads, from `LEASED_FROM`. */
export const LEASED_COLUMNS = `operation.id, operation.person, operation.grp, iif(operation.part = 2, grp.key, coalesce(person.key, grp.key)) AS key,
  iif(operation.part = 2, coalesce(person.key, within.key), NULL) AS member, operation.member AS member_group,
  coalesce(member_account.remote_id, within_account.remote_id) AS member_id, member_account.state AS member_state, operation.kind, operation.part, operation.phase, operation.after,
  operation.changes, operation.why, operation.secret_digest, operation.attempts, operation.code, operation.sent_at, operation.absent,
  operation.remote_id AS link_to, coalesce(account.remote_id, group_account.remote_id) AS remote_id, coalesce(account.resource, group_account.resource) AS resource,
  coalesce(account.state, 'linked') AS account_state,
  manager.key AS manager, manager_account.remote_id AS manager_id`;
export const LEASED_FROM = `operation LEFT JOIN person ON person.id = operation.person LEFT JOIN grp ON grp.id = operation.grp
  LEFT JOIN group_account ON group_account.target = operation.target AND group_account.grp = operation.grp
  LEFT JOIN account AS member_account ON operation.part = 2 AND member_account.target = operation.target
    AND member_account.person = operation.person AND member_account.type = 'User'
  LEFT JOIN grp AS within ON within.id = operation.member
  LEFT JOIN group_account AS within_account ON within_account.target = operation.target AND within_account.grp = operation.member
  LEFT JOIN account ON account.target = operation.target AND account.person = operation.person AND account.type = operation.type
  LEFT JOIN person AS manager ON manager.id = operation.needs
  LEFT JOIN account AS manager_account ON manager_account.target = operation.target AND manager_account.person = operation.needs
    AND manager_account.type = 'User'`;

/** A row of that. */
export interface LeasedRow {
  readonly id: number;
  readonly person: number | null;
  readonly grp: number | null;
  readonly key: string;
  readonly member: string | null;
  readonly member_group: number | null;
  readonly member_id: string | null;
  readonly member_state: 'linked' | 'invited' | null;
  readonly kind: Kind;
  readonly part: 0 | 1 | 2;
  readonly phase: number;
  readonly after: string | null;
  readonly changes: string | null;
  readonly why: string;
  readonly secret_digest: string | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly sent_at: number | null;
  readonly absent: number;
  readonly link_to: string | null;
  readonly remote_id: string | null;
  readonly resource: string | null;
  readonly account_state: 'linked' | 'invited' | null;
  readonly manager: string | null;
  readonly manager_id: string | null;
}

export function leasedOf(row: LeasedRow, sentAt = row.sent_at ?? 0): Leased {
  return {
    id: row.id,
    person: row.person ?? 0,
    key: row.key,
    ...(row.grp !== null && { group: row.grp }),
    kind: row.kind,
    part: row.part,
    phase: row.phase,
    ...(row.after !== null && { after: JSON.parse(row.after) as Resource }),
    changes: row.changes === null ? [] : (JSON.parse(row.changes) as AttributeChange[]),
    why: row.why,
    ...(row.secret_digest !== null && { secretDigest: row.secret_digest }),
    attempts: row.attempts,
    ...(row.code !== null && { lastCode: row.code }),
    sentAt,
    absent: row.absent === 1,
    ...(row.remote_id !== null && {
      account: {
        remoteId: row.remote_id,
        resource: JSON.parse(row.resource!) as Resource,
        state: row.account_state!,
      },
    }),
    ...(row.link_to !== null && { linkTo: row.link_to }),
    ...(row.manager_id !== null && { manager: { key: row.manager!, remoteId: row.manager_id } }),
  };
}

/** What is leased, the memberships of one group as one request. */
export function requestsOf(rows: readonly LeasedRow[], now: number): readonly Leased[] {
  const groups = Map.groupBy(rows, ({ id, part, grp, kind }) => (part === 2 ? `${grp} ${kind}` : id));
  return [...groups.values()].map((some) => {
    const leased = leasedOf(some[0]!, now);
    return leased.part === 2 ? { ...leased, members: some.map(memberOf) } : leased;
  });
}

function memberOf(row: LeasedRow): LeasedMember {
  const { id, person, member, member_group: group, member_id: remoteId, attempts } = row;
  return {
    id,
    person: person ?? 0,
    ...(group !== null && { group }),
    key: member!,
    attempts,
    ...(remoteId !== null && { remoteId }),
    isInvited: row.member_state === 'invited',
  };
}

/**
 * Milliseconds until what failed is worth another trial, if nothing changes before: a quarter of an hour, twice as long
 * each time, up to a day. The first run after that sends it again; a leaver's is sent by each run.
 */
export function nextTrial(operation: Pick<Leased, 'kind' | 'attempts'>): number {
  return isLeaving(operation) ? 0 : Math.min(15 * 2 ** operation.attempts, 24 * 60) * 60_000;
}
