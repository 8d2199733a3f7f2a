// The reads of the trail beside the bare SQL that they need: `node trail-loop.ts STATE PEOPLE ROUNDS` makes a state of so
// many people with ten rows of the trail for each, and measures both in turns, in this one process.
import { historyCsv, trailLine } from '../../src/reports/history.ts';
import { accessCsv, accessJson } from '../../src/reports/access.ts';
import { accessIn, accessPage } from '../../src/store/access.ts';
import { audit, rowHash } from '../../src/store/audit.ts';
import { ensureTarget } from '../../src/store/accounts.ts';
import { personOf } from '../../src/store/links.ts';
import { openReader, openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { lastAnswers, leftOutIn, openOf, rejectedIn, resourceIn } from '../../src/store/story.ts';
import { trailOf } from '../../src/store/trail/rows.ts';
import type { TrailRow } from '../../src/store/trail/rows.ts';
import { verifyTrail } from '../../src/store/trail/verify.ts';

const [, , path = '', people = '', rounds = ''] = process.argv;
const count = Number(people);
const rowsEach = 10;
/** People who are asked about one by one. */
const asked = Math.min(count, 2000);

const keyOf = (number: number): string => `E${String(number).padStart(7, '0')}`;

function make(): void {
  const state = openState(path, true);
  state.db.pragma('synchronous = OFF');
  const target = ensureTarget(state, 'cosmo', 'fingerprint');
  const person = state.sql('INSERT INTO person (id, key) VALUES (?, ?)');
  const account = state.sql(
    `INSERT INTO account (target, type, person, remote_id, resource, state, origin, confirmed_at, state_since, why)
     VALUES (?, 'User', ?, ?, ?, 'linked', 'created', 1000, 1000, 'in the source and assigned')`,
  );
  state.sql(`INSERT INTO grp VALUES (1, 'Engineers', 'Engineers')`).run();
  const member = state.sql('INSERT INTO membership VALUES (?, ?, 1, 1)');
  const resourceOf = (number: number): string =>
    `{"active":true,"displayName":"Person ${number}","emails":[{"primary":true,"type":"work","value":"person.${number}@example.com"}],"name":{"familyName":"Number ${number}","givenName":"Person"},"userName":"person.${number}@example.com"}`;
  state.db.transaction(() => {
    for (let number = 1; number <= count; number++) {
      person.run(number, keyOf(number));
      account.run(target, number, `id-${number}`, resourceOf(number));
      if (number % 10 === 0) member.run(target, number);
    }
  })();
  for (let from = 0; from < rowsEach * count; from += 1000)
    state.db.transaction(() =>
      audit(
        state,
        Array.from({ length: Math.min(1000, rowsEach * count - from) }, (_, index) => {
          const number = ((from + index) % count) + 1;
          const isFirst = from + index < count;
          const detail = isFirst
            ? `{"actor":"root","after":${resourceOf(number)},"kind":"create","part":0,"remoteId":"id-${number}","status":201,"why":"in the source and assigned"}`
            : `{"actor":"root","changes":[{"after":"Analyst","before":"Engineer","path":"title"}],"kind":"update","part":0,"remoteId":"id-${number}","status":200,"why":"title differs"}`;
          return {
            at: from + index,
            run: Math.ceil((from + 1) / count),
            target: 'cosmo',
            key: keyOf(number),
            event: 'operation.done',
            detail,
          };
        }),
      ),
    )();
  state.close();
}

/** What is read has to be looked at, so that nobody passes over it. */
let seen = 0;
const look = (value: unknown): void => void (seen += String(value).length);

function each(state: State, sql: string, ...values: unknown[]): void {
  for (const row of state.db.prepare(sql).iterate(...values)) look((row as { key: unknown }).key);
}

const chosen = Array.from({ length: asked }, (_, index) => Math.floor((index * count) / asked) + 1);

const BARE_ACCESS = `SELECT person.key, account.*, (SELECT group_concat(grp.name) FROM membership JOIN grp ON grp.id = membership.grp
  WHERE membership.target = account.target AND membership.person = account.person) AS groups
  FROM account JOIN person ON person.id = account.person WHERE target = 1 AND type = 'User' ORDER BY person.key`;

const measures: Readonly<Record<string, (state: State) => void>> = {
  'history: bare SQL': (state) => each(state, 'SELECT * FROM audit ORDER BY seq'),
  'history --format jsonl': (state) => {
    for (const row of trailOf(state, {})) look(trailLine(row));
  },
  'history --format csv': (state) => {
    for (const line of historyCsv(trailOf(state, {}))) look(line);
  },
  'history --person: bare SQL': (state) => {
    const sql = state.db.prepare('SELECT * FROM audit WHERE key = ? ORDER BY seq');
    for (const number of chosen) for (const row of sql.all(keyOf(number))) look((row as TrailRow).detail);
  },
  'history --person': (state) => {
    for (const number of chosen)
      for (const row of trailOf(state, { key: keyOf(number) })) look(trailLine(row));
  },
  'access: bare SQL': (state) => each(state, BARE_ACCESS),
  'access --format csv': (state) => {
    for (const line of accessCsv({ accounts: accessIn(state, { target: 1, name: 'cosmo' }), targets: [] }))
      look(line);
  },
  'access --json': (state) => {
    for (const piece of accessJson({ accounts: accessIn(state, { target: 1, name: 'cosmo' }), targets: [] }))
      look(piece);
  },
  'explain: bare SQL': (state) => {
    const statements = [
      'SELECT * FROM account WHERE target = 1 AND person = ?',
      'SELECT * FROM operation WHERE target = 1 AND person = ?',
      'SELECT * FROM left_out WHERE target = 1 AND person = ?',
      'SELECT * FROM rejection WHERE person = ?',
      'SELECT grp.* FROM membership JOIN grp ON grp.id = grp WHERE target = 1 AND person = ?',
    ].map((sql) => state.db.prepare(sql));
    const known = state.db.prepare('SELECT id FROM person WHERE key = ?').pluck();
    const trail = state.db.prepare('SELECT * FROM audit WHERE key = ? ORDER BY seq DESC');
    for (const number of chosen) {
      const id = known.get(keyOf(number));
      for (const sql of statements) look(sql.all(id).length);
      look(trail.all(keyOf(number)).length);
    }
  },
  'explain, what it asks the state': (state) => {
    for (const number of chosen) {
      const key = keyOf(number);
      const person = personOf(state, key)!;
      look(resourceIn(state, 1, person));
      look(accessPage(state, { target: 1, name: 'cosmo', key }, { after: '', most: 1 }).length);
      look(openOf(state, 1, person).length);
      look(leftOutIn(state, 1, person));
      look(rejectedIn(state, person));
      look(lastAnswers(state, key, 'cosmo', 3).length);
    }
  },
  'history --verify: SQL and sha256': (state) => {
    for (const row of state.db
      .prepare('SELECT * FROM audit ORDER BY seq')
      .iterate() as IterableIterator<TrailRow>) {
      const { seq, at, run, target, key, event, detail, previous } = row;
      look(rowHash(previous, [seq, at, run, target, key, event, detail]));
    }
  },
  'history --verify': (state) => {
    const { count: faults, rows } = verifyTrail(state);
    if (faults > 0 || rows !== rowsEach * count)
      throw new Error(`the trail has ${faults} faults in ${rows} rows`);
  },
};

make();
const state = openReader(path);
const taken: Record<string, { seconds: number; cpuSeconds: number }[]> = {};
const names = Object.keys(measures);
// The first round warms up, so that nobody pays for what the others find compiled and in memory.
for (let round = 0; round <= Number(rounds); round++)
  for (const name of round % 2 === 0 ? names : names.toReversed()) {
    const before = process.cpuUsage();
    const started = performance.now();
    measures[name]!(state);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    if (round > 0) (taken[name] ??= []).push({ seconds, cpuSeconds: (user + system) / 1e6 });
  }
state.close();
process.stdout.write(JSON.stringify({ taken, seen }));
