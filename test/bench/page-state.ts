// A state that has been at work for a year, of one into which people were filled: `node page-state.ts STATE NOW` makes ten
// rows of the trail for each of them, runs, and leavers of a month.
import { audit } from '../../src/store/audit.ts';
import { openState } from '../../src/store/state.ts';

const [, , path = '', time = ''] = process.argv;
const now = Number(time);
const rowsEach = 10;
const perTransaction = 1000;
const day = 86_400_000;

const state = openState(path, false);
state.db.pragma('synchronous = OFF');
const people = state.sql('SELECT person.key FROM person ORDER BY id').pluck().all() as string[];
const count = people.length;
const leavers = Math.ceil(count / 50);

/** In transactions of so many, by what makes the row with a number. */
function inBatches(all: number, use: (from: number, to: number) => void): void {
  for (let from = 0; from < all; from += perTransaction)
    state.db.transaction(() => use(from, Math.min(all, from + perTransaction)))();
}

function makeTrail(): void {
  const { n } = state.sql('SELECT count(*) AS n FROM audit').get() as { n: number };
  const rows = Math.max(0, rowsEach * count - n - 2 * leavers);
  inBatches(rows, (from, to) =>
    audit(
      state,
      Array.from({ length: to - from }, (_, index) => ({
        at: now - 365 * day + Math.floor(((from + index) * 330 * day) / rows),
        run: 1,
        target: 'cosmo',
        key: people[((from + index) * 7919) % count]!,
        event: 'operation.done',
        detail: `{"actor":"root","changes":[{"after":"Analyst","before":"Engineer","path":"title"}],"kind":"update","part":0,"status":200,"why":"title differs"}`,
      })),
    ),
  );
}

function makeRuns(): void {
  const run = state.sql(
    'INSERT INTO run (started_at, ended_at, command, actor, outcome) VALUES (?, ?, ?, ?, ?)',
  );
  inBatches(2000, (from, to) => {
    for (let number = from; number < to; number++) {
      const at = now - (2000 - number) * 300_000;
      const targets = [
        { name: 'cosmo', state: 'done', counts: { update: number % 40 }, failed: 0, waiting: 0 },
      ];
      run.run(at, at + 20_000, 'sync', 'daemon', JSON.stringify({ targets }));
    }
  });
}

function makeLeavers(): void {
  const lag = state.sql('INSERT INTO leaver VALUES (1, ?, ?)');
  inBatches(leavers, (from, to) => {
    for (let number = from; number < to; number++) {
      const at = now - 30 * day + Math.floor((number * 29 * day) / leavers);
      const late = 20_000 + ((number * 7919) % 600_000);
      const base = { run: 1, target: 'cosmo', key: people[number * 3]! };
      audit(state, [
        { ...base, at, event: 'person.left', detail: '{"why":"left, by its status"}' },
        { ...base, at: at + late, event: 'operation.done', detail: '{"kind":"deactivate","status":200}' },
      ]);
      lag.run(at + late, late);
    }
  });
}

makeTrail();
makeRuns();
makeLeavers();
state.close();
