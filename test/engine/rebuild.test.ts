import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rebuild } from '../../src/engine/rebuild.ts';
import { matchReport } from '../../src/reports/matches.ts';
import { rebuildJson, rebuildText } from '../../src/reports/rebuild.ts';
import { styleFor } from '../../src/reports/style.ts';
import { knownOf } from '../../src/store/rebuild.ts';
import { openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { exampleMapping, exampleProfile, template } from '../planning/example.ts';
import { openCompany, reporting } from './company.ts';
import type { Company, Person } from './company.ts';

const who = { command: 'rebuild app', actor: 'test' };

function inState<T>(company: Company, use: (state: State) => T): T {
  const state = openState(company.configuration.state, false);
  try {
    return use(state);
  } finally {
    state.close();
  }
}

async function rebuilt(company: Company) {
  company.now += 60_000;
  return rebuild(company.engine, 'app', who, async (found) => ({
    ...found,
    text: [...rebuildText(found, { style: styleFor(false), people: 20 })].join('\n'),
    json: JSON.parse([...rebuildJson(found)].join('')) as { items: { remoteId: string; reason?: string }[] },
    csv: [...matchReport(found)],
  }));
}

const lose = ({ configuration: { state } }: Company): void => {
  for (const end of ['', '-wal', '-shm']) rmSync(`${state}${end}`, { force: true });
};

/** Synced, and then the state is gone. */
async function lost(
  people: readonly Person[],
  part: Parameters<typeof openCompany>[1] = {},
): Promise<Company> {
  const company = openCompany(people, part);
  await company.sync();
  company.directory.log.length = 0;
  lose(company);
  return company;
}

const crowd = (count: number): readonly Person[] =>
  Array.from({ length: count }, (_, index) => reporting(`p${index}`, index > 0 ? 'p0' : '', { title: 'Dr' }));

describe('a state that is made anew from its target', () => {
  test('knows everybody again, and nothing is to be done for those who are as they were', async () => {
    const company = await lost([...crowd(5), reporting('off')]);
    company.directory.accounts.forEach((one, id) => {
      if (one['userName'] === 'off') company.directory.accounts.set(id, { ...one, active: false });
    });
    company.people = [...crowd(5), reporting('off', '', { status: 'left' })];
    const { present, absent, unplaced, unproved, text } = await rebuilt(company);
    expect({ present, absent, unplaced, unproved }).toEqual({
      present: 6,
      absent: 0,
      unplaced: 0,
      unproved: undefined,
    });
    expect(text).toContain('linked by externalId: 6 accounts, 6 of people in the source');
    expect((await company.sync()).view).toMatchObject({ operations: [], held: [], leftOut: {} });
    expect(company.directory.log).toEqual([]);
    inState(company, ({ db }) => {
      expect(
        db.prepare(`SELECT event, key FROM audit WHERE event LIKE 'account.%' ORDER BY key`).all(),
      ).toHaveLength(6);
      expect(db.prepare(`SELECT detail FROM audit WHERE event = 'target.rebuilt'`).pluck().get()).toBe(
        '{"actor":"test","linked":6}',
      );
      expect(db.prepare('SELECT DISTINCT origin FROM account').pluck().all()).toEqual(['adopted']);
    });
  });

  test('links also whom the source does not have any more: they leave by the guard', async () => {
    const company = await lost(crowd(12), { target: { limits: { deactivate: { count: 2, floor: 0 } } } });
    company.people = crowd(12).slice(0, 9);
    expect(await rebuilt(company)).toMatchObject({ present: 9, absent: 3 });
    const { view, result } = await company.sync();
    expect(view.operations).toEqual(['deactivate p10', 'deactivate p11', 'deactivate p9']);
    expect([view.held, result.state]).toEqual([['deactivate'], 'held']);
    company.approve();
    expect((await company.sync()).result.counts).toEqual({ deactivate: 3 });
  });

  test('places nobody by a name, nor where several have one externalId, and says of each why', async () => {
    const company = await lost([reporting('ada'), reporting('bob'), reporting('cy')]);
    const { directory } = company;
    const idOf = (name: string): string =>
      [...directory.accounts].find(([, one]) => one['userName'] === name)![0];
    const { externalId: _, ...nameless } = directory.accounts.get(idOf('bob'))!;
    directory.accounts.set(idOf('bob'), nameless);
    const twin = directory.add({ userName: 'cy2', externalId: 'cy' });
    const stranger = directory.add({ userName: 'root' });
    const spaced = directory.add({ userName: 'odd', externalId: ' odd ' });
    const { json, csv, ...found } = await rebuilt(company);
    expect(found).toMatchObject({ present: 1, absent: 0, unplaced: 5 });
    const reasons = Object.fromEntries(json.items.map(({ remoteId, reason }) => [remoteId, reason]));
    expect(reasons).toMatchObject({
      [stranger]: 'it has no externalId',
      [spaced]: 'its externalId is no key',
    });
    expect(reasons[twin]).toContain('2 accounts match by externalId');
    expect(csv.filter((line) => line.startsWith(',app,'))).toEqual(
      expect.arrayContaining([expect.stringContaining(`,app,bob,${idOf('bob')},adoptable,userName,bob`)]),
    );
    // As on the first day: what fits by its name waits for a person.
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: ['link bob'], leftOut: { cy: 'disputed' } });
  });

  test('knows whose an externalId is that is no key, of those in the source alone', async () => {
    const attributes = template(({ record }) => ({
      userName: (record as Person)['user'],
      externalId: `x-${(record as Person)['id']}`,
    }));
    const company = await lost(crowd(3), { mapping: { ...exampleMapping, attributes } });
    company.people = crowd(2);
    const { json, ...found } = await rebuilt(company);
    expect(found).toMatchObject({ present: 2, absent: 0, unplaced: 1 });
    expect(json.items).toMatchObject([
      { reason: 'its externalId is nobody’s in the source, and keys are no externalIds here' },
    ]);
    expect((await company.sync()).view.operations).toEqual([]);
  });

  test('keeps what other targets know, and people keep their places', async () => {
    const company = openCompany(crowd(3));
    await company.sync();
    inState(company, ({ db }) =>
      db.exec(`DELETE FROM account WHERE target = 1; UPDATE target SET name = 'elsewhere'`),
    );
    company.people = crowd(3);
    expect(await rebuilt(company)).toMatchObject({ present: 3 });
    inState(company, ({ db }) => expect(db.prepare('SELECT count(*) FROM person').pluck().get()).toBe(3));
    expect((await company.sync()).view.operations).toEqual([]);
  });
});

describe('nothing is rebuilt, and nothing kept', () => {
  const refused = async (company: Company): Promise<string> => {
    const error = await rebuilt(company).then(
      () => 'it was rebuilt',
      ({ message }: Error) => message,
    );
    expect(inState(company, (state) => knownOf(state, 1).linked + knownOf(state, 2).linked)).toBe(0);
    expect(company.directory.log).toEqual([]);
    return error;
  };

  test('from a list that is cut, or a target that does not answer', async () => {
    const company = await lost(crowd(4));
    company.directory.isComplete = false;
    expect(await refused(company)).toContain('the list of app is not complete');
    company.directory.trouble = { class: 'target', code: 'unauthorised', message: 'the token is refused' };
    expect(await refused(company)).toBe('the token is refused');
  });

  test('where the writing breaks off', async () => {
    const company = await lost(crowd(4));
    inState(company, () => undefined);
    openState(company.configuration.state, true).close();
    inState(company, ({ db }) =>
      db.exec(
        `CREATE TRIGGER breaks BEFORE INSERT ON audit WHEN new.event = 'target.rebuilt' BEGIN SELECT RAISE (ABORT, 'out of paper'); END`,
      ),
    );
    await expect(rebuilt(company)).rejects.toThrow('out of paper');
    inState(company, ({ db }) => {
      for (const table of ['account', 'person', 'target', 'run', 'audit'])
        expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
      db.exec('DROP TRIGGER breaks');
    });
    expect(await rebuilt(company)).toMatchObject({ present: 4 });
  });

  test('where the state knows accounts, or has a request without an answer', async () => {
    const company = openCompany(crowd(2));
    await company.sync();
    await expect(rebuilt(company)).rejects.toThrow('the state knows 2 accounts of app');
    inState(company, ({ db }) =>
      db.exec(`DELETE FROM account; INSERT INTO operation (run, target, phase, type, person, part, kind, why, before_digest, digest, state)
        VALUES (1, 1, 0, 'User', 1, 0, 'create', '', '', '', 'leased')`),
    );
    await expect(rebuilt(company)).rejects.toThrow('of 1 request to app the answer is not known yet');
  });

  test('and a target whose list may leave people out is said to be one', async () => {
    const profile = { ...exampleProfile, list: { ...exampleProfile.list, provesAbsence: false } };
    const company = await lost(crowd(2), { target: { profile } });
    expect(await rebuilt(company)).toMatchObject({
      unproved: 'a list of Example service may leave people out',
    });
  });
});
