import { isObject } from '../../model/index.ts';
import { NOT_ASSIGNED } from '../../planning/judge.ts';
import { beganOf, isReturn, saidOf } from '../departures.ts';
import type { State } from '../state.ts';
import type { TrailRow } from './rows.ts';

/** That somebody left, and what became of their account on one target. Times are milliseconds since 1970. */
export interface Departure {
  readonly key: string;
  readonly target: string;
  /** The first read that said so: from its beginning on, the lag counts. */
  readonly read: Read;
  /** In words, as the plan had it. */
  readonly why: string;
  /**
   * `confirmed`: the target has said that they are off, or it was read. `gone`: the account was not there any more.
   * `unlinked`: somebody has said that it is not theirs. `back`: they were back before it was done. `open`: none of it yet.
   */
  readonly state: 'confirmed' | 'gone' | 'unlinked' | 'back' | 'open';
  /** Of everything but `open`. */
  readonly ended?: Ended;
  /** What it waits for. */
  readonly open?: { readonly state: string; readonly reason?: string };
}

export interface Read {
  readonly at: number;
  readonly run?: number;
  readonly file?: string;
  readonly sha256?: string;
  readonly records?: number;
  /** When the file was written, where the source knows it. */
  readonly writtenAt?: number;
}

export interface Ended {
  readonly at: number;
  readonly run?: number;
  readonly status?: number;
  readonly requestId?: string;
}

/** Whoever is asked about: people who left within a time, on these targets. */
export interface EvidenceFilter {
  readonly from: number;
  /** Not counted any more. */
  readonly to: number;
  /** All that the trail knows, where nothing is said. */
  readonly targets?: readonly string[];
}

const perPage = 500;

/** Everybody of whom a read first said within a time that they left, by the time; and then those whom nothing ever switches off. */
export function* departuresIn(state: State, filter: EvidenceFilter): Generator<Departure> {
  yield* toldIn(state, filter, 'oldest');
  for (const departure of leftAlone(state, filter)) if (isMeant(filter, departure.target)) yield departure;
}

/** The same from the other end: those whom nothing ever switches off, and then everybody, the newest first. */
export function* newestDepartures(state: State, filter: EvidenceFilter): Generator<Departure> {
  const alone = [...leftAlone(state, filter)].filter(({ target }) => isMeant(filter, target));
  yield* alone.reverse();
  yield* toldIn(state, filter, 'newest');
}

function isMeant({ targets }: EvidenceFilter, target: string | null): target is string {
  return target !== null && (targets?.includes(target) ?? true);
}

const LEFT = `SELECT * FROM audit WHERE event = 'person.left' AND at >= ? AND at < ?`;
const PAGES = {
  oldest: `${LEFT} AND (at, seq) > (?, ?) ORDER BY at, seq LIMIT ?`,
  newest: `${LEFT} AND (at, seq) < (?, ?) ORDER BY at DESC, seq DESC LIMIT ?`,
} as const;

function* toldIn(state: State, filter: EvidenceFilter, first: keyof typeof PAGES): Generator<Departure> {
  const { from, to } = filter;
  const some = state.sql(PAGES[first]);
  const waiting = new Waiting(state);
  for (let [at, seq] = [first === 'oldest' ? from : to, 0]; ;) {
    const rows = some.all(from, to, at, seq, perPage) as TrailRow[];
    for (const row of rows) {
      if (!isMeant(filter, row.target)) continue;
      const departure = departureOf(state, waiting, { ...row, target: row.target, key: row.key! });
      if (departure !== undefined) yield departure;
    }
    if (rows.length < perPage) return;
    ({ at, seq } = rows.at(-1)!);
  }
}

type Left = TrailRow & { readonly target: string; readonly key: string };

/** Undefined for what is told of somebody a second time, as of whom was left out of a plan in between. */
function departureOf(state: State, waiting: Waiting, left: Left): Departure | undefined {
  const { key, story } = storyOf(state, left.key, left.seq);
  // What was said before they were last back, or came, is another time that they left.
  const own = saidOf(story.filter(({ seq }) => seq < left.seq));
  if (own.some(({ target }) => target === left.target)) return undefined;
  const first = own[0] ?? left;
  const { why } = detailOf(left);
  const base = {
    key: left.key,
    target: left.target,
    read: readOf(state, first),
    why: typeof why === 'string' ? why : '',
  };
  const after = story.filter(({ seq, target }) => seq > left.seq && target === left.target);
  for (const row of after) {
    const what = endOf(row);
    if (what !== undefined) return { ...base, state: what, ended: endedBy(row) };
  }
  const open = waiting.of(key, left.target);
  return open === undefined ? { ...base, state: 'back' } : { ...base, state: 'open', open };
}

/** What the trail tells of somebody, from a row of it on under any key that they got since, of which the last is returned. */
function storyOf(
  state: State,
  key: string,
  from: number,
): { readonly key: string; readonly story: readonly TrailRow[] } {
  const story = state
    .sql(
      `SELECT * FROM audit WHERE key = ? AND (event IN ('person.left', 'person.back', 'account.missing', 'account.linked', 'account.unlinked')
         OR (event = 'account.read' AND detail LIKE '%"path":"active"%')
         OR (event = 'operation.done' AND detail ->> 'kind' IN ('create', 'link', 'reactivate', 'deactivate', 'delete'))) ORDER BY seq`,
    )
    .all(key) as TrailRow[];
  const next = state
    .sql(
      `SELECT seq, key FROM audit WHERE event = 'person.rekeyed' AND detail ->> 'old' = ? AND seq > ? ORDER BY seq LIMIT 1`,
    )
    .get(key, from) as { seq: number; key: string } | undefined;
  if (next === undefined) return { key, story };
  // The former key may be somebody else's since, and the new one may have been.
  const later = storyOf(state, next.key, next.seq);
  return {
    key: later.key,
    story: [...story.filter(({ seq }) => seq < next.seq), ...later.story.filter(({ seq }) => seq > next.seq)],
  };
}

function endOf(row: TrailRow): Exclude<Departure['state'], 'open'> | undefined {
  const detail = detailOf(row);
  switch (row.event) {
    case 'person.back':
      return 'back';
    case 'account.missing':
      return 'gone';
    case 'account.unlinked':
      return 'unlinked';
    case 'account.read': {
      const changes = Array.isArray(detail['changes']) ? (detail['changes'] as unknown[]) : [];
      const isOff = changes.some((one) => isObject(one) && one['path'] === 'active' && one['live'] === false);
      return isOff ? 'confirmed' : undefined;
    }
    case 'operation.done':
      if (['deactivate', 'delete'].includes(kindIn(row.detail))) return 'confirmed';
      return isReturn(row) ? 'back' : undefined;
    default:
      return undefined;
  }
}

function endedBy({ at, run, detail }: TrailRow): Ended {
  const { status, requestId } = detailOf({ detail });
  return {
    at,
    ...(run !== null && { run }),
    ...(typeof status === 'number' && { status }),
    ...(typeof requestId === 'string' && { requestId }),
  };
}

function detailOf({ detail }: Pick<TrailRow, 'detail'>): Record<string, unknown> {
  return JSON.parse(detail) as Record<string, unknown>;
}

function kindIn(detail: string): string {
  return String(detailOf({ detail })['kind']);
}

function readOf(state: State, left: TrailRow): Read {
  const { run } = left;
  const receipt = state
    .sql('SELECT file, sha256, count AS records, written_at AS writtenAt FROM receipt WHERE run = ?')
    .get(run) as { file: string; sha256: string; records: number; writtenAt: number | null } | undefined;
  const { writtenAt = null, ...rest } = receipt ?? releasedWith(state, left);
  return {
    at: beganOf(left),
    ...(run !== null && { run }),
    ...rest,
    ...(writtenAt !== null && { writtenAt }),
  };
}

interface Waits {
  readonly state: string;
  readonly reason: string | null;
}

/** A plan of those who leave alone keeps nothing of its read but what the trail says of its release. */
function releasedWith(
  state: State,
  { run, target }: TrailRow,
): Partial<Read> & { readonly writtenAt?: null } {
  const detail = state
    .sql(`SELECT detail FROM audit WHERE run = ? AND target = ? AND event = 'plan.released'`)
    .pluck()
    .get(run, target) as string | undefined;
  const { source } = detail === undefined ? {} : detailOf({ detail });
  if (!isObject(source)) return {};
  return { sha256: String(source['sha256']), records: Number(source['count']) };
}

/** By target and person, the operation that is to switch them off: two numbers for each, found once. */
class Waiting {
  readonly #state: State;
  readonly #byTarget = new Map<string, ReadonlyMap<number, number>>();

  constructor(state: State) {
    this.#state = state;
  }

  /** What switching somebody off waits for; undefined where nothing is wanted of them any more. */
  of(key: string, target: string): Departure['open'] {
    const person = this.#state.sql('SELECT id FROM person WHERE key = ?').pluck().get(key) as
      number | undefined;
    if (person === undefined) return undefined;
    const operation = this.#operations(target).get(person);
    const row = (
      operation === undefined
        ? this.#state
            .sql(
              `SELECT 'leftOut' AS state, reason FROM left_out JOIN target ON target.id = left_out.target WHERE person = ? AND target.name = ?`,
            )
            .get(person, target)
        : this.#state.sql('SELECT state, error AS reason FROM operation WHERE id = ?').get(operation)
    ) as Waits | undefined;
    const open = row ?? this.#leaving(person, target);
    return open && { state: open.state, ...(open.reason !== null && { reason: open.reason }) };
  }

  /** Of whom nothing is wanted for now: until their record can be read, or the next plan looks at them. */
  #leaving(person: number, target: string): Waits | undefined {
    return this.#state
      .sql(
        `SELECT iif(rejection.person IS NULL, 'open', 'rejected') AS state, reason FROM leaving JOIN target ON target.id = leaving.target
         LEFT JOIN rejection ON rejection.person = leaving.person WHERE leaving.person = ? AND target.name = ?`,
      )
      .get(person, target) as Waits | undefined;
  }

  #operations(target: string): ReadonlyMap<number, number> {
    const known = this.#byTarget.get(target);
    if (known !== undefined) return known;
    const rows = this.#state
      .sql(
        `SELECT person, operation.id FROM target CROSS JOIN operation ON operation.target = target.id
         AND operation.state IN ('open', 'leased', 'waiting', 'failed', 'held') AND phase <= 0 AND part = 0
         AND kind IN ('deactivate', 'delete') WHERE target.name = ?`,
      )
      .all(target) as { person: number; id: number }[];
    const found = new Map(rows.map(({ person, id }) => [person, id]));
    this.#byTarget.set(target, found);
    return found;
  }
}

/** Who left and keeps the account all the same: a protected one, or one that may have become another's (rules 12 and 13). */
function* leftAlone(state: State, { from, to }: EvidenceFilter): Generator<Departure> {
  const rows = state
    .sql(
      `SELECT person.key, target.name AS target, since, reason FROM left_out CROSS JOIN person ON person.id = left_out.person
       CROSS JOIN target ON target.id = left_out.target CROSS JOIN account ON account.target = target.id AND account.person = person.id AND account.type = 'User'
       WHERE since >= ? AND since < ? AND account.resource ->> 'active' IS NOT 0 AND reason NOT LIKE ?
         AND (rule = 'protected' OR (rule = 'rekey' AND reason LIKE 'leaves,%'
           AND NOT EXISTS (SELECT 1 FROM leaving WHERE leaving.target = target.id AND leaving.person = person.id)))
         AND NOT EXISTS (SELECT 1 FROM audit WHERE audit.key = person.key AND audit.target = target.name AND event = 'person.left' AND at >= ? AND at < ?)
       ORDER BY since, person.key`,
    )
    .all(from, to, `%${NOT_ASSIGNED}`, from, to) as {
    key: string;
    target: string;
    since: number;
    reason: string;
  }[];
  for (const { key, target, since: at, reason } of rows)
    yield { key, target, read: { at }, why: reason, state: 'open', open: { state: 'leftOut', reason } };
}
