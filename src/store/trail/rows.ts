import type { State } from '../state.ts';

/** A row of the audit trail as it stands in the state. Times are milliseconds since 1970. */
export interface TrailRow {
  readonly seq: number;
  readonly at: number;
  readonly run: number | null;
  readonly target: string | null;
  readonly key: string | null;
  readonly event: string;
  /** Canonical JSON. */
  readonly detail: string;
  readonly previous: string;
  readonly hash: string;
}

/** Which rows are meant; all of them where nothing is said. */
export interface TrailFilter {
  /** Of one person or group, under each of the keys that they have had. */
  readonly key?: string;
  readonly target?: string;
  /** From then on. */
  readonly since?: number;
  /** Before then. */
  readonly until?: number;
  /** `operation.failed`, or what several begin with: `operation`. */
  readonly event?: string;
  readonly run?: number;
}

/** A part of the trail: rows after one, oldest first, and no more of them than `most`. */
export interface TrailPage {
  readonly after: number;
  readonly most: number;
}

const perPage = 1000;

/** Rows of the trail, a page at a time: what a list shows, and goes on from the `seq` of its last row. */
export function trailPage(
  state: State,
  filter: TrailFilter,
  { after, most }: TrailPage,
): readonly TrailRow[] {
  const { where, values } = conditionsOf(state, filter);
  return state
    .sql(`SELECT * FROM audit WHERE ${['seq > ?', ...where].join(' AND ')} ORDER BY seq LIMIT ?`)
    .all(after, ...values, most) as TrailRow[];
}

/**
 * The rows of the trail, oldest first: the newest `most` of them, or all. They are read in pages, so that a million of
 * them need no more memory than a few, and no lock is held on what is written meanwhile.
 */
export function* trailOf(state: State, filter: TrailFilter, most = Infinity): Generator<TrailRow> {
  let after = most === Infinity ? 0 : beforeNewest(state, filter, most);
  for (;;) {
    const rows = trailPage(state, filter, { after, most: perPage });
    yield* rows;
    if (rows.length < perPage) return;
    after = rows.at(-1)!.seq;
  }
}

/** The newest rows before one, newest first: what a list shows that goes back in time. */
export function trailBefore(
  state: State,
  filter: TrailFilter,
  { before, most }: { readonly before: number; readonly most: number },
): readonly TrailRow[] {
  const { where, values } = conditionsOf(state, filter);
  return state
    .sql(`SELECT * FROM audit WHERE ${['seq < ?', ...where].join(' AND ')} ORDER BY seq DESC LIMIT ?`)
    .all(before, ...values, most) as TrailRow[];
}

function beforeNewest(state: State, filter: TrailFilter, most: number): number {
  const { where, values } = conditionsOf(state, filter);
  const rest = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  const first = state
    .sql(`SELECT min(seq) FROM (SELECT seq FROM audit ${rest} ORDER BY seq DESC LIMIT ?)`)
    .pluck()
    .get(...values, most) as number | null;
  return (first ?? 1) - 1;
}

interface Conditions {
  readonly where: readonly string[];
  readonly values: readonly (string | number)[];
}

function conditionsOf(state: State, { key, target, since, until, event, run }: TrailFilter): Conditions {
  const all: (readonly [string, ...(string | number)[]])[] = [];
  if (key !== undefined) {
    const keys = keysOf(state, key);
    if (keys.length === 1) all.push(['key = ?', key]);
    else all.push(['key IN (SELECT value FROM json_each(?))', JSON.stringify(keys)]);
  }
  if (run !== undefined) all.push(['run = ?', run]);
  if (target !== undefined) all.push(['target = ?', target]);
  if (since !== undefined) all.push(['at >= ?', since]);
  if (until !== undefined) all.push(['at < ?', until]);
  if (event !== undefined)
    all.push([`(event = ? OR (event >= ? || '.' AND event < ? || '/'))`, event, event, event]);
  return {
    where: all.map(([condition]) => condition),
    values: all.flatMap(([, ...values]) => values),
  };
}

/** A person's key and those that they had before, as far as the trail goes back. */
export function keysOf(state: State, key: string): readonly string[] {
  const keys = [key];
  const former = state
    .sql(`SELECT detail ->> 'old' FROM audit WHERE key = ? AND event = 'person.rekeyed' ORDER BY seq`)
    .pluck();
  for (let index = 0; index < keys.length; index++)
    for (const old of former.all(keys[index]) as string[]) if (!keys.includes(old)) keys.push(old);
  return keys;
}
