import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { leaverLag } from '../../src/store/lag.ts';
import { migrations } from '../../src/store/migrations.ts';
import { openState } from '../../src/store/state.ts';
import { departuresIn } from '../../src/store/trail/evidence.ts';
import { openHouse, temporaryFolder } from './released.ts';

const leave = (key: string) =>
  ({ key, kind: 'deactivate', after: { userName: key, active: false }, changes: [] }) as const;

test('who waits in a state from before is known since then, and what its trail says stays', () => {
  const path = join(temporaryFolder(), 'state.db');
  const before = new Database(path);
  before.exec(migrations.slice(0, -1).join(''));
  before.exec(`INSERT INTO meta VALUES ('salt', 'salt');
    INSERT INTO target (id, name, fingerprint) VALUES (1, 'example', 'fingerprint'), (2, 'shrunk', 'another');
    INSERT INTO run (id, started_at, command, actor) VALUES (1, 10000, 'sync', 'test');
    INSERT INTO held VALUES (2, 'source', '', 1, '[]', 0);
    INSERT INTO audit VALUES (1, 12000, 1, 'example', 'on', 'person.left', '{"kind":"deactivate","why":"because"}', '', ''),
      (2, 1000, 1, 'example', 'long', 'person.left', '{}', '', ''), (3, 2000, 1, 'example', 'long', 'person.back', '{}', '', ''),
      (4, 3000, 1, 'example', 'long', 'person.left', '{}', '', ''), (5, 4000, 1, 'example', 'long', 'person.left', '{}', '', '')`);
  for (const [id, key, active, why, target, state] of [
    [1, 'on', true, 'because', 1, 'open'],
    [2, 'out', true, 'no longer assigned here', 1, 'open'],
    [3, 'off', false, 'because', 1, 'open'],
    [4, 'long', true, 'because', 1, 'held'],
    [5, 'missed', true, 'because', 2, 'held'],
    [6, 'sent', true, 'because', 2, 'open'],
  ]) {
    before.prepare('INSERT INTO person VALUES (?, ?)').run(id, key);
    before
      .prepare(
        `INSERT INTO account (target, type, person, remote_id, resource, state, origin, confirmed_at) VALUES (?, 'User', ?, ?, ?, 'linked', 'created', 0)`,
      )
      .run(target, id, `id-${String(key)}`, JSON.stringify({ userName: key, active }));
    before
      .prepare(
        `INSERT INTO operation (run, target, phase, type, person, part, kind, why, before_digest, digest, state)
         VALUES (1, ?, 0, 'User', ?, 0, 'deactivate', ?, '', '', ?)`,
      )
      .run(target, id, why, state);
  }
  // The same once more, as of whom an earlier request is on its way.
  before.exec(`INSERT INTO operation (run, target, phase, type, person, part, kind, why, before_digest, digest, state)
    SELECT run, target, phase, type, person, part, kind, why, 'other', 'other', 'leased' FROM operation WHERE person = 1`);
  before.pragma(`user_version = ${migrations.length - 1}`);
  before.close();
  chmodSync(path, 0o600);

  const state = openState(path, false);
  expect(state.db.prepare('SELECT * FROM leaving').all()).toEqual([
    { target: 1, person: 1, known_at: 10_000 },
    { target: 1, person: 4, known_at: 3_000 },
    { target: 2, person: 6, known_at: 10_000 },
  ]);
  expect([...departuresIn(state, { from: 10_000, to: Infinity })]).toMatchObject([
    { key: 'on', state: 'open', read: { at: 12_000 } },
  ]);
  state.close();
});

test('the time goes on where what is to be sent is another, and ends with the account', () => {
  const house = openHouse();
  for (const key of ['a', 'b']) house.link(key, { userName: key, active: true });
  house.plan({ operations: [leave('a'), leave('b')], now: 10_000 });
  house.plan({ operations: [{ ...leave('a'), beforeDigest: 'moved' }, leave('b')], now: 20_000 });
  const lag = () => leaverLag(house.state, house.target, 0, 30_000);
  expect(lag()).toEqual({ count: 0, open: 2, oldestOpenSeconds: 20 });
  for (const operation of house.lease(25_000))
    house.confirm([{ kind: 'done', operation, account: null, status: 404 }], 25_000);
  expect(lag()).toEqual({ count: 2, medianSeconds: 15, longestSeconds: 15, open: 0 });
  expect(house.rows('SELECT * FROM leaving')).toEqual([]);
});
