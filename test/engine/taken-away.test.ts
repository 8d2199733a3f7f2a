import { describe, expect, test } from 'vitest';
import { isPresent } from '../../src/store/people.ts';
import { openState } from '../../src/store/state.ts';
import { column, exampleMapping, exampleProfile, template } from '../planning/example.ts';
import { openCompany, reporting as person, sendsNothing, targetWith } from './company.ts';
import type { Company, Person } from './company.ts';

const everybody = ['ada', 'bob', 'eve', 'kim'].map((id) => person(id));

/** Changes of people in the place of a read of everybody. */
function tell(company: Company, people: readonly Person[], options?: Parameters<Company['sync']>[0]) {
  company.receipt = { isDelta: true };
  company.people = people;
  return company.sync(options);
}

const left = (id: string): Person => person(id, '', { gone: 'left' });
const isOn = (company: Company, who: string, target = 'app'): unknown =>
  company.directories.get(target)!.content()[who]?.['active'];

describe('whoever a change takes away', () => {
  async function onTwo() {
    const company = openCompany(everybody, { targets: [targetWith(), targetWith({ name: 'other' })] });
    await company.sync();
    return company;
  }

  test('leaves the target that had no part in that run with the next change of anybody', async () => {
    const company = await onTwo();
    await tell(company, [left('bob')], { names: ['app'] });
    expect([isOn(company, 'bob'), isOn(company, 'bob', 'other')]).toEqual([false, true]);
    await tell(company, [person('ada', '', { title: 'Dr' })]);
    expect(isOn(company, 'bob', 'other')).toBe(false);
    expect(isOn(company, 'kim', 'other')).toBe(true);
  });

  test.each([
    ['is broken', { defect: 'ragged' }],
    ['cannot be mapped', { status: '?' }],
  ])('leaves it also where what is told of them then %s', async (_, part) => {
    const company = await onTwo();
    await tell(company, [left('bob')], { names: ['app'] });
    const { view } = await tell(company, [person('bob', '', part)]);
    expect(view.rejections).toHaveLength(1);
    expect(isOn(company, 'bob', 'other')).toBe(false);
  });

  test.each([
    ['', {}],
    [', also where no read was ever of everybody', { isDelta: true }],
  ])('is off when the account is found that a request without an answer had made%s', async (_, first) => {
    const company = openCompany(everybody);
    company.receipt = first;
    await company.sync();
    const { directory } = company;
    const failure = { class: 'unanswered', code: 'unreachable', message: 'no answer' } as const;
    directory.before = ({ body }) => {
      directory.add(body!);
      directory.trouble = { class: 'transient', code: 'server', message: 'busy' };
      return { kind: 'failed', failure };
    };
    await tell(company, [person('new')]);
    await tell(company, [left('new')]);
    expect(isOn(company, 'new')).toBe(true);
    directory.before = () => undefined;
    directory.trouble = undefined;
    for (let run = 0; run < 2; run++) await tell(company, [person('ada')]);
    expect(isOn(company, 'new')).toBe(false);
  });

  test('is off also where another target has let a read through that this one holds', async () => {
    const many = [...everybody, ...[...'abcdefgh'].map((id) => person(id))];
    const company = openCompany(many, { targets: [targetWith(), targetWith({ name: 'other' })] });
    await company.sync();
    company.people = [
      person('ada', '', { title: 'Dr' }),
      person('bob', '', { title: 'Dr' }),
      ...many.slice(2, 6),
    ];
    expect((await company.sync()).view.held).toContain('source');
    company.approve();
    await company.sync();
    const { results } = await tell(company, [left('ada'), person('bob', '', { status: 'left' })]);
    expect(results.map(({ counts }) => counts)).toEqual([{ deactivate: 2 }, { deactivate: 1 }]);
    expect([isOn(company, 'ada', 'other'), isOn(company, 'bob', 'other')]).toEqual([false, true]);
  });
});

describe('what waits of somebody who leaves', () => {
  test.each([left('bob'), person('bob', '', { status: 'left' })])(
    'goes on when a later change of them is refused',
    async (leaves) => {
      const company = openCompany(everybody);
      await company.sync();
      await tell(company, [leaves], sendsNothing());
      expect((await tell(company, [person('bob', '', { status: '?' })])).view.rejections).toHaveLength(1);
      expect(isOn(company, 'bob')).toBe(false);
    },
  );
});

test('somebody whose former key leaves in the same delta is not switched off under it', async () => {
  const mapping = { ...exampleMapping, previousKey: column('former') };
  const company = openCompany(everybody, { mapping });
  await company.sync();
  const { view } = await tell(company, [
    person('bob', '', { status: 'left' }),
    person('bob2', '', { user: 'bob', former: 'bob' }),
  ]);
  expect(view).toMatchObject({ operations: [], rejections: ['3 previousKey bob2', '3 previousKey bob'] });
  // Whom the delta does not have is as before.
  expect((await tell(company, [person('eve2', '', { user: 'eve', former: 'eve' })])).view.rejections).toEqual(
    ['2 previousKey eve2'],
  );
});

test('whoever is missing from a read that is held is there as before, until a target lets it through', async () => {
  const many = [...'abcdefghijkl'].map((id) => person(id));
  const company = openCompany(many, { targets: [targetWith(), targetWith({ name: 'other' })] });
  await company.sync();
  company.people = many.slice(0, 6);
  expect((await company.sync()).view.held).toContain('source');
  const areThere = (): unknown => {
    const state = openState(company.configuration.state, false);
    const all = [...'agl'].map((key) => isPresent(state, key));
    state.close();
    return all;
  };
  expect(areThere()).toEqual([true, true, true]);
  company.approve();
  await company.sync();
  expect(isOn(company, 'g')).toBe(false);
  expect(areThere()).toEqual([true, false, false]);
});

describe('somebody who left', () => {
  test.each([
    ['by a change', left('bob')],
    ['by what their record says', person('bob', '', { status: 'left' })],
  ])('%s is deleted after their time also where a target had no part in that run', async (_, gone) => {
    const deleteAfter = { left: 3_600_000 };
    const company = openCompany(everybody, {
      targets: [targetWith({ deleteAfter }), targetWith({ name: 'other', deleteAfter })],
    });
    const read = (names?: readonly string[]) => company.sync(names && { names });
    await read();
    company.people = [everybody[0]!, gone, ...everybody.slice(2)];
    await read();
    company.now += 7_200_000;
    for (const names of [['app'], ['app'], undefined, undefined]) await read(names);
    expect([isOn(company, 'bob'), isOn(company, 'bob', 'other')]).toEqual([undefined, undefined]);
  });

  test('waits for no second absence', async () => {
    const limits = { deactivate: { count: 0, floor: 0 } };
    const company = openCompany(everybody, { targets: [targetWith({ limits })] });
    const { configuration } = company;
    company.configuration = { ...configuration, source: { ...configuration.source, confirmAbsence: true } };
    await company.sync();
    expect((await tell(company, [left('bob')])).view.held).toEqual(['deactivate']);
    company.receipt = {};
    company.people = everybody.filter(({ id }) => id !== 'bob');
    expect((await company.sync()).view.held).toEqual(['deactivate']);
  });

  test('leaves the other target also after a read that all of them hold', async () => {
    const many = [...'abcdefghijkl'].map((id) => person(id));
    const company = openCompany(many, { targets: [targetWith(), targetWith({ name: 'other' })] });
    await company.sync();
    await tell(company, [left('b')], { names: ['app'] });
    company.receipt = {};
    company.people = many.slice(2, 6);
    expect((await company.sync()).view.held).toContain('source');
    await tell(company, [person('a', '', { title: 'Dr' })]);
    expect([isOn(company, 'b'), isOn(company, 'b', 'other')]).toEqual([false, false]);
  });
});

describe('a change that a target had no part in reaches it with the next one, also where passwords are told', () => {
  test.each([
    ['that says that they left', { status: 'left' }, { active: false }],
    ['out of its scope', { dept: 'out' }, { active: false }],
    ['of an attribute', { title: 'Boss' }, { title: 'Boss' }],
  ])('%s', async (_, part, expected) => {
    const profile = { ...exampleProfile, users: { ...exampleProfile.users, password: 'accepted' as const } };
    const assign = (means: (of: Person) => boolean) => ({
      assign: { ...template(({ record }) => means(record as Person)), readsAll: true },
    });
    const all = everybody.map((one) => ({ ...one, pass: 'a first one', dept: 'in' }));
    const company = openCompany(all, {
      mapping: { ...exampleMapping, password: { ...column('pass'), columns: ['pass'] } },
      targets: [
        targetWith({ profile, mapping: assign(({ dept }) => dept !== 'out') }),
        targetWith({ profile, name: 'other', mapping: assign(({ id }) => id !== 'bob') }),
      ],
    });
    await company.sync();
    expect([isOn(company, 'bob'), isOn(company, 'bob', 'other')]).toEqual([true, undefined]);
    await tell(company, [{ ...all[1]!, ...part }], { names: ['other'] });
    await tell(company, [{ ...all[0]!, title: 'Dr' }]);
    expect(company.directory.content()['bob']).toMatchObject(expected);
  });
});

describe('whoever is there for a time', () => {
  test.each([
    ['a read of everybody', {}],
    ['changes alone', { isDelta: true }],
  ])('leaves by the changes of others when it is over, where they are known by %s', async (_, first) => {
    const company = openCompany([person('ada'), person('bob', '', { until: String(2_000_000) })]);
    const { mapping } = company.configuration;
    const condition = template(
      ({ record }) => Number(record['until'] ?? Infinity) > company.engine.clock.now(),
      { readsAll: true },
    );
    company.configuration = {
      ...company.configuration,
      mapping: { ...mapping, active: { kind: 'condition', condition } },
    };
    company.receipt = first;
    await company.sync();
    await tell(company, [person('ada', '', { title: 'Dr' })]);
    expect([isOn(company, 'ada'), isOn(company, 'bob')]).toEqual([true, true]);
    company.now = 3_000_000;
    await tell(company, [person('ada', '', { title: 'Professor' })]);
    expect([isOn(company, 'ada'), isOn(company, 'bob')]).toEqual([true, false]);
  });
});
