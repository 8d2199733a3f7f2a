import { hash } from 'node:crypto';
import { audit } from './audit.ts';
import { offboardingOf } from './offboardings.ts';
import type { State } from './state.ts';

/**
 * What was told of somebody: `hire`, `change` and `leave` by whoever keeps the source, `signIn` by an identity provider,
 * which brings nobody back (rule 7).
 */
export type EventKind = 'hire' | 'change' | 'leave' | 'signIn';

export interface ToldEvent {
  /** The teller's own: the same id is the same event. */
  readonly id: string;
  /** Which source is the authority for the person. */
  readonly source: string;
  readonly key: string;
  readonly kind: EventKind;
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
  /** What it says of the person's record. */
  readonly record?: Readonly<Record<string, unknown>>;
}

export type EventState = 'accepted' | 'delivered' | 'ignored' | 'refused';

export interface KeptEvent extends ToldEvent {
  readonly seq: number;
  readonly receivedAt: number;
  readonly state: EventState;
  readonly reason?: string;
  readonly run?: number;
}

interface EventRow {
  readonly seq: number;
  readonly id: string;
  readonly source: string;
  readonly key: string;
  readonly kind: EventKind;
  readonly at: number;
  readonly received_at: number;
  readonly record: string | null;
  readonly digest: string;
  readonly state: EventState;
  readonly reason: string | null;
  readonly run: number | null;
}

const COLUMNS = 'seq, id, source, key, kind, at, received_at, record, digest, state, reason, run';

/** An event that was taken, as it is now, and whether it was known before; or that its id is another event's. */
export type Taken =
  | { readonly event: KeptEvent; readonly isKnown: boolean; readonly isOther?: undefined }
  | { readonly isOther: true };

/**
 * Writes an event down, durably, in one transaction with the trail; `judge` says why it is to be ignored, if it is. One
 * that came before is as it was. A record that is not wanted is not kept.
 */
export function takeEvent(
  state: State,
  told: ToldEvent,
  {
    actor,
    now,
    judge,
  }: { readonly actor: string; readonly now: number; readonly judge: () => string | undefined },
): Taken {
  const { id, source, key, kind, at, record } = told;
  const digest = digestOf(state, told);
  return state.db
    .transaction((): Taken => {
      const known = rowOf(state, id);
      if (known !== undefined)
        return known.digest === digest ? { event: eventOf(known), isKnown: true } : { isOther: true };
      const reason = judge() ?? lateness(state, told);
      const is = reason === undefined ? 'accepted' : 'ignored';
      state
        .sql(
          `INSERT INTO event (id, actor, source, key, kind, at, received_at, record, digest, state, reason, over_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          id,
          actor,
          source,
          key,
          kind,
          at,
          now,
          record === undefined || reason !== undefined ? null : JSON.stringify(record),
          digest,
          is,
          reason ?? null,
          reason === undefined ? null : now,
        );
      const detail = { actor, id, kind, at, ...(reason !== undefined && { reason }) };
      audit(state, [{ at: now, key, event: `event.${is}`, detail }]);
      return { event: eventOf(rowOf(state, id)!), isKnown: false };
    })
    .immediate();
}

/** Keyed, so that a copy of the file cannot be searched for what was said by guessing. */
function digestOf(state: State, { source, key, kind, at, record }: ToldEvent): string {
  return hash(
    'sha256',
    `${state.salt}e${JSON.stringify([source, key, kind, at, record ?? null], sorted)}`,
    'hex',
  );
}

/** A teller that tries again may order the names otherwise. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * Why an event counts for nothing any more: of one person, what happened later and was carried out is not taken back by what
 * happened before it. Whoever has left is brought back by a hire alone, so that nothing else makes a leave late.
 */
export function lateness(state: State, { source, key, kind, at }: ToldEvent): string | undefined {
  const newer = state
    .sql(
      `SELECT max(at) FROM event WHERE source = ? AND key = ? AND at > ? AND state = 'delivered' AND over_at IS NULL
         AND kind <> 'signIn' AND (? <> 'leave' OR kind IN ('hire', 'leave'))`,
    )
    .pluck()
    .get(source, key, at, kind) as number | null;
  if (newer === null) return undefined;
  return `late: what happened to this person at ${new Date(newer).toISOString()} was carried out already`;
}

/** Whether a hire of this key still counts. */
export function isHired(state: State, key: string): boolean {
  const hired = state.sql(`SELECT 1 FROM event WHERE key = ? AND kind = 'hire' AND over_at IS NULL LIMIT 1`);
  return hired.get(key) !== undefined;
}

function rowOf(state: State, id: string): EventRow | undefined {
  return state.sql(`SELECT ${COLUMNS} FROM event WHERE id = ?`).get(id) as EventRow | undefined;
}

function eventOf({ received_at, record, digest: _, reason, run, ...row }: EventRow): KeptEvent {
  return {
    ...row,
    receivedAt: received_at,
    ...(record !== null && { record: JSON.parse(record) as Record<string, unknown> }),
    ...(reason !== null && { reason }),
    ...(run !== null && { run }),
  };
}

/** Undefined where nobody has told of it, or so long ago that it is forgotten. */
export function eventById(state: State, id: string): KeptEvent | undefined {
  const row = rowOf(state, id);
  return row && eventOf(row);
}

/** What is to be carried out of a source's people, of each in the order in which it happened. */
export function acceptedEvents(state: State, source: string, most: number): readonly KeptEvent[] {
  const rows = state
    .sql(`SELECT ${COLUMNS} FROM event WHERE state = 'accepted' AND source = ? ORDER BY seq LIMIT ?`)
    .all(source, most) as EventRow[];
  return rows.map(eventOf).sort((one, other) => one.at - other.at || one.seq - other.seq);
}

/** How many wait to be carried out. */
export function countAccepted(state: State): number {
  return state.sql(`SELECT count(*) FROM event WHERE state = 'accepted'`).pluck().get() as number;
}

/** What still counts of a source's people: of each, in the order in which it happened. */
export function countingEvents(state: State, source: string): readonly KeptEvent[] {
  const rows = state
    .sql(
      `SELECT ${COLUMNS} FROM event WHERE source = ? AND over_at IS NULL AND state IN ('accepted', 'delivered')
       ORDER BY key, at, seq`,
    )
    .all(source) as EventRow[];
  return rows.map(eventOf);
}

/**
 * What was told of somebody is of the key that they have from now on. A leave stays with the former one, which it keeps gone
 * in a file that still has it, and so does what came before it. In the caller's transaction.
 */
export function rekeyEvents(state: State, old: string, now: string): void {
  state
    .sql(
      `UPDATE event SET key = :now WHERE key = :old AND over_at IS NULL AND kind <> 'leave'
         AND NOT EXISTS (SELECT 1 FROM event AS later WHERE later.key = :old AND later.source = event.source
           AND later.kind = 'leave' AND later.over_at IS NULL AND later.at >= event.at)`,
    )
    .run({ now, old });
}

/** What became of an event that was accepted. What was refused counts for nothing. */
export function settleEvent(
  state: State,
  { seq, id, key }: KeptEvent,
  became: { readonly state: EventState; readonly reason?: string | undefined; readonly run?: number },
  now: number,
): void {
  const { state: is, reason, run } = became;
  const isOver = is !== 'delivered';
  state.db
    .transaction(() => {
      const changed = state
        .sql(
          `UPDATE event SET state = :is, reason = :reason, run = :run, over_at = iif(:isOver, :now, NULL),
             record = iif(:isOver, NULL, record) WHERE seq = :seq AND state = 'accepted'`,
        )
        .run({ is, reason: reason ?? null, run: run ?? null, isOver: isOver ? 1 : 0, now, seq }).changes;
      if (changed === 0) return;
      const detail = { id, ...(reason !== undefined && { reason }) };
      audit(state, [{ at: now, ...(run !== undefined && { run }), key, event: `event.${is}`, detail }]);
    })
    .immediate();
}

/**
 * What was told up to a time, and a read that was taken then had: inside the caller's transaction. What was not carried out
 * before it never will be; but a sign-in, which only asks for what the source says, is.
 */
export function endEvents(
  state: State,
  ended: readonly { readonly source: string; readonly key: string; readonly upTo: number }[],
  now: number,
): void {
  for (const { source, key, upTo } of ended) {
    state
      .sql(
        `UPDATE event SET over_at = ?, record = NULL WHERE source = ? AND key = ? AND at <= ? AND over_at IS NULL AND state = 'delivered'`,
      )
      .run(now, source, key, upTo);
    const waiting = state
      .sql(
        `SELECT ${COLUMNS} FROM event WHERE source = ? AND key = ? AND at <= ? AND state = 'accepted' AND kind <> 'signIn'
           AND NOT EXISTS (SELECT 1 FROM stage.rejection WHERE rejection.key = event.key)`,
      )
      .all(source, key, upTo) as EventRow[];
    for (const row of waiting)
      settleEvent(state, eventOf(row), { state: 'ignored', reason: READ_SINCE }, now);
  }
}

const READ_SINCE = 'late: the source was read since, as it was written after it, and says how it is';

const rememberedFor = 30 * 86_400_000;

/** An id is known for thirty days after its event is over. */
export function forgetEvents(state: State, now: number): void {
  state.sql('DELETE FROM event WHERE over_at < ?').run(now - rememberedFor);
}

/** Why a sign-in changes nothing for somebody, where the state alone can say so (rule 7). */
export function barredFromSignIn(state: State, key: string): string | undefined {
  if (offboardingOf(state, key) !== undefined)
    return 'offboarded: they are off everywhere until it is lifted';
  const row = state
    .sql(
      `SELECT EXISTS (SELECT 1 FROM operation WHERE person = person.id AND state = 'held' AND kind IN ('create', 'reactivate', 'link')) AS held,
         EXISTS (SELECT 1 FROM rejection WHERE person = person.id) AS rejected
       FROM person WHERE key = ?`,
    )
    .get(key) as { held: number; rejected: number } | undefined;
  if (row?.held === 1) return 'held: their account waits for an approval';
  return row?.rejected === 1 ? 'rejected: their record in the source cannot be read' : undefined;
}
