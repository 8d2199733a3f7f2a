import type { AttributeChange, Kind, Resource } from '../model/index.ts';
import type { State } from './state.ts';

/** A run that is undone, as it was called. */
export interface UndoneRun {
  readonly id: number;
  readonly command: string;
  readonly actor: string;
  readonly startedAt: number;
}

export function runOf(state: State, id: number): UndoneRun | undefined {
  return state.sql('SELECT id, command, actor, started_at AS startedAt FROM run WHERE id = ?').get(id) as
    UndoneRun | undefined;
}

/** Something that a run carried out, with what was before; older trails do not say all of it. */
export interface Done {
  readonly kind: Kind;
  readonly part?: 0 | 1 | 2;
  readonly remoteId?: string;
  readonly changes?: readonly AttributeChange[];
  /** Of a membership, the key of the group. */
  readonly group?: string;
  /** Of a membership, set where the member is a group. */
  readonly member?: 'Group';
  /** Of a deletion, what the account held, and the groups that the person was in. */
  readonly before?: Resource;
  readonly groups?: readonly string[];
}

/** All that a run carried out for one person, or of one group, the newest first. */
export interface DoneFor {
  readonly key: string;
  readonly done: readonly Done[];
}

const DONE = `event = 'operation.done' AND run = ?`;

/** How much a run carried out on each target, by the name that the target had then. */
export function targetsOfRun(state: State, run: number): ReadonlyMap<string, number> {
  const rows = state
    .sql(`SELECT target, count(*) AS count FROM audit WHERE ${DONE} GROUP BY target ORDER BY target`)
    .all(run) as { target: string; count: number }[];
  return new Map(rows.map(({ target, count }) => [target, count]));
}

/** What a run carried out on a target, by the present key of each person, one after the other. */
export function* doneBy(state: State, run: number, target: string): Generator<DoneFor> {
  const rows = state.db
    .prepare(`SELECT key, detail FROM audit WHERE ${DONE} AND target = ? ORDER BY key, seq DESC`)
    .iterate(run, target) as IterableIterator<{ key: string; detail: string }>;
  let some: { key: string; done: Done[] } | undefined;
  for (const { key, detail } of rows) {
    if (some?.key !== key) {
      if (some !== undefined) yield { ...some, key: presentKey(state, some.key) };
      some = { key, done: [] };
    }
    some.done.push(JSON.parse(detail) as Done);
  }
  if (some !== undefined) yield { ...some, key: presentKey(state, some.key) };
}

/** The key that somebody has by now whose key was another. */
function presentKey(state: State, former: string): string {
  const next = state
    .sql(
      `SELECT detail ->> 'new' FROM audit WHERE event = 'person.rekeyed' AND detail ->> 'old' = ? ORDER BY seq DESC LIMIT 1`,
    )
    .pluck();
  let key = former;
  const isKnown = state.sql('SELECT 1 FROM person WHERE key = ?');
  for (let steps = 0; steps < 10 && isKnown.get(key) === undefined; steps++) {
    const now = next.get(key) as string | undefined;
    if (now === undefined) break;
    key = now;
  }
  return key;
}
