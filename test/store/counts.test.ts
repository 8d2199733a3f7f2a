import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { accountCounts } from '../../src/store/figures.ts';
import { migrations } from '../../src/store/migrations.ts';
import { openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { openEmpty, temporaryFolder } from './released.ts';

const COUNTED = `SELECT count(*) AS linked, coalesce(sum(resource ->> 'active' = 1), 0) AS active,
  coalesce(sum(state = 'invited'), 0) AS invited FROM account WHERE target = ? AND type = 'User'`;

const counted = (state: State, target: number): unknown => state.sql(COUNTED).get(target);

/** As an answer of a target is written down: one account a person, whatever it was before. */
const UPSERT = `INSERT INTO account (target, type, person, remote_id, resource, state, origin, confirmed_at)
  VALUES (:target, 'User', :person, :person, :resource, :state, 'created', 1)
  ON CONFLICT (target, person, type) DO UPDATE SET resource = excluded.resource, state = excluded.state`;

function prepare(db: Database.Database): void {
  for (const target of [1, 2])
    db.prepare(`INSERT INTO target (id, name, fingerprint) VALUES (?, ?, '')`).run(target, `t${target}`);
  for (let person = 1; person <= 5; person++)
    db.prepare('INSERT INTO person VALUES (?, ?)').run(person, `P${person}`);
}

const resources = ['{"active":true}', '{"active":false}', '{}', '{"active":true,"title":"x"}'];

test('what is kept as accounts change is what counting them finds, whatever becomes of them', () => {
  const state = openEmpty();
  prepare(state.db);
  // Every change of an account to every other, and away, on two targets.
  let number = 0;
  for (const before of resources)
    for (const after of resources)
      for (const [was, is] of [
        ['linked', 'linked'],
        ['invited', 'linked'],
        ['linked', 'invited'],
      ]) {
        const [target, person] = [1 + (number % 2), 1 + (number % 5)];
        for (const [resource, stands] of [
          [before, was],
          [after, is],
        ]) {
          state.sql(UPSERT).run({ target, person, resource, state: stands });
          expect(accountCounts(state, target)).toEqual(counted(state, target));
        }
        if (number++ % 3 === 0) state.sql('DELETE FROM account WHERE person = ?').run(person);
        for (const one of [1, 2]) expect(accountCounts(state, one)).toEqual(counted(state, one));
      }
  state.sql(`UPDATE account SET resource = json_set(resource, '$.active', json('true'))`).run();
  for (const one of [1, 2]) expect(accountCounts(state, one)).toEqual(counted(state, one));
  expect(accountCounts(state, 1)).not.toEqual({ linked: 0, active: 0, invited: 0 });
  expect(accountCounts(state, 3)).toEqual({ linked: 0, active: 0, invited: 0 });
});

test('a state from before is counted once, when it is opened', () => {
  const path = join(temporaryFolder(), 'state.db');
  const db = new Database(path);
  const before = migrations.findIndex((step) => step.includes('CREATE TABLE account_count'));
  for (const step of migrations.slice(0, before)) db.exec(step);
  db.pragma(`application_id = ${openEmpty().db.pragma('application_id', { simple: true }) as number}`);
  db.pragma(`user_version = ${before}`);
  prepare(db);
  resources.forEach((resource, index) =>
    db.prepare(UPSERT).run({
      target: 1,
      person: index + 1,
      resource,
      state: index === 3 ? 'invited' : 'linked',
    }),
  );
  db.close();
  chmodSync(path, 0o600);
  const state = openState(path, true);
  expect(accountCounts(state, 1)).toEqual({ linked: 4, active: 2, invited: 1 });
  state.close();
});
