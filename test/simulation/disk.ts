import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { prepareStage } from '../../src/store/stage/database.ts';
import { Stage } from '../../src/store/stage/stage.ts';
import { openState } from '../../src/store/state.ts';
import { inFiles } from '../../src/store/store.ts';
import type { Store } from '../../src/store/store.ts';
import { Killed } from './life.ts';
import type { Life } from './life.ts';
import { Connection, connectionTo } from './connection.ts';
import type { Spoil } from './connection.ts';

/** What outlives a run: one state, for one world after the other. */
export interface Disk {
  /** The store of one run, which is cut off with it. */
  open(life: Life, spoil?: Spoil): Store;
  /** Whoever had it open is gone, and nothing is left but what was committed. */
  cut(): void;
  /** An empty state, as on the first day. */
  clear(): void;
  close(): void;
}

/** The same in every world, so that a seed gives the same one in every process. */
const salt = '00112233445566778899aabbccddeeff';

/**
 * A state in memory that is kept open, with its statements, over all runs and worlds: to open one, to migrate it and to
 * prepare its statements anew takes ten times as long as a small run does.
 */
export function diskInMemory(): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-simulation-'));
  const state = openState(join(folder, 'none'), false);
  // Further ones: what was asked for plans that were given up may end after the next one was begun.
  const places = ['one', 'two', 'three', 'four'].map((name) => scratchAt(join(folder, `${name}.db`)));
  const [{ path: first }] = places as [Scratch];
  state.db.prepare('ATTACH ? AS stage').run(first);
  // Between two worlds the trail is emptied, which nobody may do otherwise.
  const guards = state.db
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'`)
    .pluck()
    .all() as string[];
  for (const guard of guards) state.db.exec(`DROP TRIGGER "${guard}"`);
  const main = new Connection(state.db, first);
  const clear = (): void => {
    main.empty();
    for (const { connection } of places) connection.empty();
    state.db.prepare(`INSERT OR REPLACE INTO meta VALUES ('salt', ?)`).run(salt);
  };
  clear();
  return {
    open: (life, spoil) => ({
      openState: (at) => {
        const db = connectionTo(main, life, spoil);
        return { path: at, db, salt, sql: (text) => db.prepare(text), close: () => undefined };
      },
      lock: (state, name, command, now) => {
        // What stands in the state of a lock is written as it would be: each write is a moment.
        state.db
          .prepare('INSERT OR REPLACE INTO lock VALUES (?, ?, ?, ?, ?)')
          .run(name, 1, 'here', command, now);
        const release = (): void => {
          try {
            state.db.prepare('DELETE FROM lock WHERE name = ?').run(name);
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
          }
        };
        return { held: true, release };
      },
      holds: () => undefined,
      openStage: () => {
        const place = places.find(({ isFree }) => isFree)!;
        const { path, connection } = place;
        place.isFree = false;
        connection.empty();
        const close = (): void => {
          place.isFree = true;
        };
        return new Stage(undefined, { path, db: connectionTo(connection), close });
      },
    }),
    cut: () => {
      main.rollBack();
      for (const place of places) {
        place.connection.rollBack();
        place.isFree = true;
      }
    },
    clear,
    close: () => {
      state.db.close();
      for (const { connection } of places) connection.raw.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where one plan at a time is built. */
interface Scratch {
  readonly path: string;
  readonly connection: Connection;
  isFree: boolean;
}

function scratchAt(path: string): Scratch {
  const db = new Database(path);
  // Each page is written whole, and copied before that.
  db.pragma('page_size = 1024');
  db.pragma('journal_mode = MEMORY');
  db.pragma('synchronous = OFF');
  prepareStage(db);
  return { path, connection: new Connection(db, path), isFree: true };
}

/** The same with the real files, which are opened and closed by each run: what a disk in memory is measured against. */
export function diskInFiles(): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-simulation-'));
  let count = 0;
  let open: (() => void)[] = [];
  const path = (): string => join(folder, `state-${count}.db`);
  const cut = (): void => {
    for (const close of open.splice(0)) close();
  };
  return {
    open: (life, spoil) => ({
      openState: (_, create) => {
        const state = inFiles.openState(path(), create);
        state.db.prepare(`UPDATE meta SET value = ? WHERE name = 'salt'`).run(salt);
        const raw = new Connection(state.db);
        const db = connectionTo(raw, life, spoil);
        const close = (): void => void state.db.close();
        open.push(close);
        return { ...state, salt, db, sql: (text) => db.prepare(text), close };
      },
      lock: (state, name, command, now) => {
        const attempt = inFiles.lock(state, name, command, now);
        if (attempt.held) open.unshift(attempt.release);
        return attempt;
      },
      holds: inFiles.holds,
      openStage: () => {
        const stage = inFiles.openStage();
        open.push(() => stage.close());
        return stage;
      },
    }),
    cut,
    clear: () => {
      cut();
      for (const suffix of ['', '-wal', '-shm']) rmSync(path() + suffix, { force: true });
      count++;
      open = [];
    },
    close: () => {
      cut();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
