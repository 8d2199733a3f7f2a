import { describe, expect, test } from 'vitest';
import { leftOutOf } from '../../src/store/stage/remarks.ts';
import { openCompany } from './company.ts';
import type { Company, Person } from './company.ts';

const person = (id: string, user: string, part: Person = {}): Person => ({
  id,
  user,
  status: 'active',
  ...part,
});

async function settled(...people: readonly Person[]): Promise<Company> {
  const company = openCompany(people);
  await company.sync();
  company.directory.log.length = 0;
  return company;
}

const names = (company: Company): readonly string[] => Object.keys(company.directory.content()).sort();

describe('a name that changes', () => {
  test('is an update, and a change of case alone is none', async () => {
    const company = await settled(person('1', 'ada'));
    company.people = [person('1', 'ada.lovelace')];
    expect((await company.sync()).view.operations).toEqual(['update 1']);
    expect(names(company)).toEqual(['ada.lovelace']);
    company.people = [person('1', 'Ada.Lovelace')];
    expect((await company.sync()).view.operations).toEqual([]);
    expect(company.directory.log).toEqual(['PATCH ada userName']);
  });

  test('and is given on is free before it is taken, in a chain of ninety too', async () => {
    for (const length of [3, 90]) {
      const numbers = Array.from({ length }, (_, index) => index);
      // The one with the last key gives the first name up.
      const company = await settled(...numbers.map((index) => person(`k${1000 - index}`, `u${index}`)));
      company.people = numbers.map((index) => person(`k${1000 - index}`, `u${index + 1}`));
      const { result } = await company.sync();
      expect(result).toMatchObject({ state: 'done', counts: { update: length }, failed: 0 });
      expect(company.directory.log).toHaveLength(length);
    }
  });

  test('and is given on by somebody who gets a new manager is free before it is taken, too', async () => {
    const company = await settled(person('1', 'ada'), person('2', 'bob'));
    company.people = [
      person('1', 'ada.l', { boss: '3', title: 'Dr' }),
      person('2', 'ada'),
      person('3', 'new'),
    ];
    const { result } = await company.sync();
    expect(result).toMatchObject({ state: 'done', failed: 0, waiting: 0 });
    expect(company.directory.content()).toMatchObject({
      'ada.l': { manager: 'new', title: 'Dr' },
      ada: { active: true },
    });
    expect((await company.sync()).view.operations).toEqual([]);
  });

  test('and that nobody takes, since who is new waits for something else, is changed in one request with a new manager', async () => {
    const company = await settled(person('1', 'ada', { mail: 'a@x.example' }));
    company.people = [
      person('1', 'ada.l', { mail: 'a@x.example', boss: '3' }),
      person('2', 'ada', { mail: 'a@x.example' }),
      person('3', 'new'),
    ];
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: ['create 3', 'update 1'], leftOut: { 2: 'nameTaken' } });
    expect(company.directory.log).toEqual(['POST new', 'PATCH ada manager userName']);
    expect(company.directory.content()).toMatchObject({ 'ada.l': { manager: 'new' } });
  });

  test('between two who swap is disputed, both are named, and nobody else waits', async () => {
    const company = await settled(person('1', 'ada'), person('2', 'bob'), person('3', 'eve'));
    company.people = [person('1', 'bob'), person('2', 'ada'), person('3', 'eva')];
    const { view, result } = await company.sync();
    expect(view).toMatchObject({ operations: ['update 3'], leftOut: { 1: 'nameCycle', 2: 'nameCycle' } });
    expect(result).toMatchObject({ state: 'partial', waiting: 2 });
    company.people = [person('1', 'third'), person('2', 'ada'), person('3', 'eva')];
    const next = await company.sync();
    expect(next.result.state).toBe('done');
    expect(names(company)).toEqual(['ada', 'eva', 'third']);
  });

  test('to one that a leaver has fails alone, and is told', async () => {
    const company = await settled(person('1', 'ada'), person('2', 'bob'));
    company.people = [person('1', 'ada', { status: 'left' }), person('2', 'ada')];
    const { result } = await company.sync();
    expect(result).toMatchObject({ failed: 1, counts: { deactivate: 1 } });
  });
});

describe('a leaver and a joiner with one name', () => {
  test('are probably one person: both wait and are named, and it can be said who is who', async () => {
    const company = await settled(person('1', 'ada'), person('2', 'bob'));
    company.people = [person('9', 'ADA'), person('2', 'bob')];
    const { view, result } = await company.sync();
    expect(view).toMatchObject({ operations: [], leftOut: { 1: 'rekey', 9: 'rekey' } });
    expect(result).toMatchObject({ state: 'partial', waiting: 2 });
    expect(company.directory.log).toEqual([]);
    const reasons = await company.plan((run) => [...leftOutOf(run.stage, 0)].map(({ reason }) => reason));
    for (const reason of reasons) expect(reason).toContain('rollcall rekey 1 9');
  });

  test('are so by an e-mail address as well', async () => {
    const company = await settled(person('1', 'ada', { mail: 'a@x.example' }));
    company.people = [person('9', 'other', { mail: 'A@X.example' })];
    expect((await company.sync()).view.leftOut).toEqual({ 1: 'rekey', 9: 'rekey' });
  });

  test('but somebody out of scope is no leaver, and the joiner meets their account', async () => {
    const company = openCompany([person('1', 'ada')], {
      target: {
        mapping: {
          assign: {
            text: '',
            locus: {},
            columns: [],
            readsClock: false,
            variables: [],
            evaluate: ({ record }) => record['dept'] !== 'out',
          },
        },
      },
    });
    await company.sync();
    company.people = [person('1', 'other', { dept: 'out' }), person('9', 'ada')];
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: ['deactivate 1'], leftOut: { 9: 'nameTaken' } });
  });

  test('and a joiner in a later plan meets the account of whoever left', async () => {
    const company = await settled(person('1', 'ada'), person('2', 'bob'));
    company.people = [person('2', 'bob')];
    await company.sync();
    company.people = [person('2', 'bob'), person('9', 'ada')];
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: [], leftOut: { 9: 'nameTaken' } });
  });
});
