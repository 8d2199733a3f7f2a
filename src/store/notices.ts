import type { State } from './state.ts';

/** That somebody was told something about a target; `target` is empty where it is about the run as a whole. */
export interface Told {
  readonly target: string;
  readonly event: string;
  /** What of it would be news if it changed. */
  readonly detail: string;
  readonly since: number;
  readonly toldAt: number;
  /** It is not so any more, and they know. */
  readonly isOver: boolean;
}

/** Everything that somebody was told, until it has been over for long. */
export function toldTo(state: State, channel: string): readonly Told[] {
  const rows = state
    .sql('SELECT target, event, detail, since, told_at AS toldAt, over FROM notice WHERE channel = ?')
    .all(channel) as (Omit<Told, 'isOver'> & { readonly over: number })[];
  return rows.map(({ over, ...told }) => ({ ...told, isOver: over === 1 }));
}

export function noteTold(state: State, channel: string, all: readonly Told[]): void {
  const note = state.sql(
    'INSERT OR REPLACE INTO notice (channel, target, event, detail, since, told_at, over) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  state.db
    .transaction(() => {
      for (const { target, event, detail, since, toldAt, isOver } of all)
        note.run(channel, target, event, detail, since, toldAt, isOver ? 1 : 0);
    })
    .immediate();
}

/**
 * Whoever left and is still on, because it failed, has no answer, or waits for a person to say whether they have another key;
 * who waits for an invitation or an approval is not among them.
 */
export function leaversOn(
  state: State,
  target: number,
  most: number,
): { readonly count: number; readonly keys: readonly string[] } {
  const those = `SELECT person FROM operation WHERE target = :target AND type = 'User' AND kind IN ('deactivate', 'delete') AND state IN ('open', 'failed', 'leased')
    UNION SELECT person FROM leaving JOIN left_out USING (target, person) WHERE target = :target AND rule IN ('inDoubt', 'rekey')`;
  return {
    count: state.sql(`SELECT count(*) FROM (${those})`).pluck().get({ target }) as number,
    keys: state
      .sql(`SELECT key FROM person WHERE id IN (${those}) ORDER BY key LIMIT :most`)
      .pluck()
      .all({ target, most }) as string[],
  };
}
