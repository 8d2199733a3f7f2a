import { RollcallError } from '../../model/index.ts';
import type { Access } from '../access.ts';
import type { State } from '../state.ts';
import { Replay, TELLING } from './replay.ts';
import type { TrailRow } from './rows.ts';
import { anchorOf } from './verify.ts';

type Row = Pick<TrailRow, 'seq' | 'at' | 'target' | 'event' | 'detail'> & { readonly key: string };

/** Whose accounts are meant; everybody's on every target, where nothing is said. */
export interface AccessAtFilter {
  readonly targets?: readonly string[];
  readonly key?: string;
}

/** That somebody has another key from a row of the trail on. */
interface Rename {
  readonly seq: number;
  readonly old: string;
  readonly key: string;
}

const perPage = 1000;
const COLUMNS = 'seq, at, target, key, event, detail';

/**
 * Who had an account just before a moment (milliseconds since 1970), told from the trail: by key, and person by person, so
 * that nothing of the population is kept. Throws `RollcallError('usage')` for a time of which the trail says nothing.
 */
export function* accessAt(state: State, filter: AccessAtFilter, before: number): Generator<Access> {
  const anchor = anchorOf(state);
  if (anchor !== undefined && before <= anchor.at)
    throw new RollcallError('usage', {
      message: `the trail begins after ${new Date(anchor.at).toISOString()}: what was before went by retention`,
      hint: 'audit.keep says for how long it is kept; an export of that time knows more',
    });
  const isMeant = ({ target }: Access): boolean => filter.targets?.includes(target) ?? true;
  const renames = renamesIn(state, 'at < ?', before);
  const names = groupNames(state);
  const keyThen = anchor === undefined ? (key: string) => key : keysThen(renamesIn(state, 'at >= ?', before));
  for (const { key, rows } of people(state, renames, before, filter.key)) {
    const replay = new Replay();
    const own = keyThen(key);
    // Of somebody who has another key since, the story under the former one tells more, where there is any.
    if (anchor !== undefined && (own === key || !isTold(state, own)))
      for (const target of begun(state, key)) replay.assume(target.name, target);
    for (const row of rows) replay.take(row);
    for (const access of replay.accounts(own))
      if (isMeant(access))
        yield { ...access, groups: access.groups.map((group) => names.get(group) ?? group) };
  }
  if (anchor === undefined) return;
  for (const access of untold(state, before, filter.key)) {
    const own = keyThen(access.key);
    if (isMeant(access) && (own === access.key || !isTold(state, own))) yield { ...access, key: own };
  }
}

/** By today's key, the one that somebody had before these renames. */
function keysThen(later: readonly Rename[]): (key: string) => string {
  const was = new Map(later.map(({ key, old }) => [key, old]));
  return (key) => {
    let own = key;
    for (let count = 0; was.has(own) && count < later.length; count++) own = was.get(own)!;
    return own;
  };
}

function isTold(state: State, key: string): boolean {
  return state.sql(`SELECT 1 FROM audit WHERE key = ? AND target IS NOT NULL LIMIT 1`).get(key) !== undefined;
}

interface Story {
  readonly key: string;
  readonly rows: Iterable<Row>;
}

/** Each person of whom the trail tells, under the key of that moment, with all that was told under former ones. */
function* people(state: State, renames: readonly Rename[], before: number, key?: string): Generator<Story> {
  const became = new Map(renames.map((rename) => [rename.old, rename]));
  const was = new Map<string, Rename[]>();
  for (const rename of renames) was.set(rename.key, [...(was.get(rename.key) ?? []), rename]);
  const story = (own: string): Row[] => {
    const rows = [...rowsOf(state, own, before)].filter(({ seq }) => seq > (became.get(own)?.seq ?? 0));
    const former = (of: string): Row[] =>
      (was.get(of) ?? []).flatMap(({ old, seq }) => [
        ...[...rowsOf(state, old, before)].filter((row) => row.seq < seq),
        ...former(old),
      ]);
    return [...former(own), ...rows].sort((one, other) => one.seq - other.seq);
  };
  if (key !== undefined) {
    yield { key, rows: story(key) };
    return;
  }
  for (const own of keysIn(state)) {
    const isSimple = !became.has(own) && !was.has(own);
    yield { key: own, rows: isSimple ? rowsOf(state, own, before) : story(own) };
  }
}

/** Every key of the trail, in order; from one to the next by the index. */
function* keysIn(state: State): Generator<string> {
  const some = state
    .sql('SELECT DISTINCT key FROM audit WHERE key IS NOT NULL AND key > ? ORDER BY key LIMIT ?')
    .pluck();
  for (let last = ''; ;) {
    const keys = some.all(last, perPage) as string[];
    yield* keys;
    if (keys.length < perPage) return;
    last = keys.at(-1)!;
  }
}

function rowsOf(state: State, key: string, before: number): readonly Row[] {
  return state
    .sql(
      `SELECT ${COLUMNS} FROM audit WHERE key = ? AND at < ? AND target IS NOT NULL AND ${TELLING} ORDER BY seq`,
    )
    .all(key, before) as Row[];
}

function renamesIn(state: State, when: 'at < ?' | 'at >= ?', moment: number): readonly Rename[] {
  return state
    .sql(
      `SELECT seq, key, detail ->> 'old' AS old FROM audit WHERE event = 'person.rekeyed' AND ${when} ORDER BY seq`,
    )
    .all(moment) as Rename[];
}

function groupNames(state: State): ReadonlyMap<string, string> {
  const rows = state.sql('SELECT key, name FROM grp WHERE key <> name').all() as {
    key: string;
    name: string;
  }[];
  return new Map(rows.map(({ key, name }) => [key, name]));
}

/** What an account was when the trail that is left begins, as far as what came first of it tells. */
export interface Begun {
  readonly name: string;
  readonly isOn: boolean;
  readonly since: number | null;
  readonly remoteId: string | null;
  readonly userName: string | null;
  readonly origin: Access['origin'] | null;
}

/** The accounts of somebody that were there before the first row that is left of them. */
function begun(state: State, key: string): readonly Begun[] {
  const rows = state
    .sql(
      `SELECT name, what <> 'reactivate' AS isOn, linked_at AS since, remote_id AS remoteId, resource ->> 'userName' AS userName, origin
       FROM (SELECT target AS name, iif(event = 'operation.done', detail ->> 'kind', event) AS what, min(seq)
         FROM audit WHERE key = :key AND target IS NOT NULL AND ${TELLING} AND coalesce(detail ->> 'kind', '') NOT IN ('memberAdd', 'memberRemove') GROUP BY target)
       LEFT JOIN person ON person.key = :key LEFT JOIN target USING (name)
       LEFT JOIN account ON account.target = target.id AND account.person = person.id AND account.type = 'User'
       WHERE what NOT IN ('create', 'link', 'account.linked')`,
    )
    .all({ key }) as (Omit<Begun, 'isOn'> & { isOn: number })[];
  return rows.map((row) => ({ ...row, isOn: row.isOn === 1 }));
}

/** Accounts of which nothing that is left of the trail tells: they were then as they are now. */
function* untold(state: State, before: number, key?: string): Generator<Access> {
  const rows = state
    .sql(
      `SELECT target.name AS target, person.key, account.resource ->> 'userName' AS userName, remote_id AS remoteId, account.state,
         account.resource ->> 'active' AS active, origin, linked_at AS since, state_since AS stateSince, why, confirmed_at AS confirmedAt
       FROM account JOIN person ON person.id = account.person JOIN target ON target.id = account.target
       WHERE account.type = 'User' AND linked_at < :before AND (:key IS NULL OR person.key = :key)
         AND NOT EXISTS (SELECT 1 FROM audit WHERE audit.key = person.key AND audit.target = target.name AND ${TELLING}
           AND coalesce(detail ->> 'kind', '') NOT IN ('memberAdd', 'memberRemove')) ORDER BY person.key`,
    )
    .iterate({ before, key: key ?? null }) as IterableIterator<
    Pick<Access, 'target' | 'key' | 'remoteId' | 'origin' | 'since' | 'confirmedAt'> & {
      userName: string | null;
      state: string;
      active: number | null;
      stateSince: number | null;
      why: string | null;
    }
  >;
  for (const { userName, state: held, active, stateSince, why, ...row } of rows)
    yield {
      ...row,
      ...(userName !== null && { userName }),
      state: held === 'invited' ? 'invited' : active === 0 ? 'off' : 'active',
      ...(stateSince !== null && { stateSince }),
      ...(why !== null && { why }),
      groups: [],
    };
}
