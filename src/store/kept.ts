import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openScratch, scratchError } from './scratch.ts';
import type { State } from './state.ts';

/** What the state keeps of the last record that was accepted of somebody. */
export interface KeptRecord {
  readonly key: string;
  /** The fields that the configuration reads, as JSON; nothing where a change or an absence took the record away. */
  readonly fields?: string;
  /** The name of the source whose record it is, where there are several. */
  readonly part?: string;
}

/** Reads what is kept of people's records, as the last release left it. */
export function keptOf(state: State, key: string): KeptRecord | undefined {
  return found(
    state
      .sql('SELECT key, fields, part FROM record JOIN person ON person.id = record.person WHERE key = ?')
      .get(key),
  );
}

/** The same of a person by their number. */
export function keptOfPerson(state: State, person: number): KeptRecord | undefined {
  return found(
    state
      .sql(
        'SELECT key, fields, part FROM record JOIN person ON person.id = record.person WHERE person.id = ?',
      )
      .get(person),
  );
}

/**
 * The same of somebody who is known by the name of an entry, in its normal form; of whoever was removed under it only where
 * nobody has it now.
 */
export function keptAt(state: State, place: string): KeptRecord | undefined {
  return found(
    state
      .sql(
        'SELECT key, fields, part FROM record JOIN person ON person.id = record.person WHERE place = ? ORDER BY fields IS NULL LIMIT 1',
      )
      .get(place),
  );
}

function found(row: unknown): KeptRecord | undefined {
  if (row === undefined) return undefined;
  const { key, fields, part } = row as { [Name in 'key' | 'fields' | 'part']: string | null } & {
    key: string;
  };
  return fields === null ? { key } : { key, fields, ...(part !== null && { part }) };
}

/** What changes make of records, one after the other, on the disk: a delta may be as long as a full read. */
export interface Draft {
  readonly key: string;
  /** The name of the entry that it now is, in its normal form, where entries have names. */
  readonly place?: string | undefined;
  /** What whoever wrote it makes of it. */
  readonly text: string;
}

export interface Drafts {
  of(key: string): Draft | undefined;
  at(place: string): Draft | undefined;
  put(draft: Draft): void;
  /** All of them, in the order in which they were put first. */
  all(): IterableIterator<Draft>;
  close(): void;
}

/** Throws `RollcallError('state', …)` where there is no place for temporary files. */
export function openDrafts(): Drafts {
  const scratch = openScratch();
  const db = new Database(join(scratch.folder, 'drafts.db'));
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.exec(`CREATE TABLE draft (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, place TEXT, text TEXT NOT NULL);
    CREATE INDEX draft_place ON draft (place) WHERE place IS NOT NULL;
    BEGIN`);
  const byKey = db.prepare('SELECT key, place, text FROM draft WHERE key = ?');
  const byPlace = db.prepare('SELECT key, place, text FROM draft WHERE place = ? ORDER BY id DESC LIMIT 1');
  const write = db.prepare(
    `INSERT INTO draft (key, place, text) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET place = excluded.place, text = excluded.text`,
  );
  return {
    of: (key) => byKey.get(key) as Draft | undefined,
    at: (place) => byPlace.get(place) as Draft | undefined,
    put: ({ key, place, text }) => {
      try {
        write.run(key, place ?? null, text);
      } catch (error) {
        throw scratchError(error);
      }
    },
    all: () =>
      db.prepare('SELECT key, place, text FROM draft ORDER BY id').iterate() as IterableIterator<Draft>,
    close: () => {
      db.close();
      scratch.close();
    },
  };
}
