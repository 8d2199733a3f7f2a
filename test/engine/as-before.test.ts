import { describe, expect, test } from 'vitest';
import type { TargetConfiguration } from '../../src/model/index.ts';
import { hasGone, isPresent } from '../../src/store/people.ts';
import { openState } from '../../src/store/state.ts';
import { column, exampleMapping, template } from '../planning/example.ts';
import { openCompany, reporting as person, sendsNothing, targetWith } from './company.ts';
import type { Company, Person } from './company.ts';
import { openDirectory } from './directory.ts';

/** Whom changes do not mention: what is told of others must neither lose anything of theirs, nor do more than is owed to them. */

const everybody = ['ada', 'bob', 'eve', 'kim'].map((id) => person(id));
const many = [...'abcdefghijkl'].map((id) => person(id));

function tell(company: Company, people: readonly Person[], options?: Parameters<Company['sync']>[0]) {
  company.receipt = { isDelta: true };
  company.people = people;
  return company.sync(options);
}

const contentOf = (company: Company, target = 'app') => company.directories.get(target)!.content();
const isOn = (company: Company, who: string, target = 'app'): unknown =>
  contentOf(company, target)[who]?.['active'];

/** All of a record is kept. */
const kept = { map: template(() => ({}), { readsAll: true }) };
const assigned = (means: (of: Person) => boolean) => ({
  assign: template(({ record }) => means(record as Person), { readsAll: true }),
});
const reconfigured = (company: Company, part: Partial<TargetConfiguration>): void => {
  const targets = company.configuration.targets.map((target) => ({ ...target, digest: 'second', ...part }));
  company.configuration = { ...company.configuration, targets };
};

const standingOf = (company: Company, key: string): object => {
  const state = openState(company.configuration.state, false);
  try {
    return { isPresent: isPresent(state, key), hasGone: hasGone(state, key) };
  } finally {
    state.close();
  }
};

/** Whether somebody is there depends on the time, so that they are examined at every run. */
function clocked(company: Company, columns: readonly string[] = []): void {
  const { mapping } = company.configuration;
  const condition = template(
    ({ record }) => record['status'] === 'active' && company.engine.clock.now() > 0,
    { columns, readsAll: columns.length === 0 },
  );
  company.configuration = {
    ...company.configuration,
    mapping: { ...mapping, active: { kind: 'condition', condition } },
  };
}

describe('by the changes of one person', () => {
  test.each(['full', 'observe'] as const)(
    'nobody else is looked at who was dealt with, beside a target that is %s',
    async (mode) => {
      let looks = 0;
      const map = template(() => (looks++, {}), { readsAll: true });
      const company = openCompany(everybody, {
        targets: [targetWith({ mapping: { map } }), targetWith({ name: 'other', mode })],
      });
      await company.sync();
      looks = 0;
      await tell(company, [person('ada', '', { title: 'Dr' })]);
      expect(looks).toBe(1);
    },
  );

  test('nobody else gets an account at a new target, whatever else is looked at', async () => {
    const company = openCompany(everybody);
    clocked(company);
    await company.sync();
    company.directories = new Map([...company.directories, ['new', openDirectory()]]);
    const targets = [...company.configuration.targets, targetWith({ name: 'new' })];
    company.configuration = { ...company.configuration, targets };
    await tell(company, [person('ada', '', { title: 'Dr' })]);
    expect(Object.keys(contentOf(company, 'new'))).toEqual(['ada']);
  });

  test.each([
    ['waits', false],
    ['is examined at every run', true],
  ])(
    'nobody else who %s is switched off where the configuration reads what is not kept',
    async (_, isClocked) => {
      const all = everybody.map((one) => ({ ...one, site: 'here' }));
      const mapping = {
        ...exampleMapping,
        key: { ...column('id'), columns: ['id'] },
        attributes: template(({ record }) => ({ userName: record['user'] as string }), { columns: ['user'] }),
        active: {
          kind: 'words',
          from: { ...column('status'), columns: ['status'] },
          on: ['active'],
          off: ['left'],
        },
      } as const;
      const company = openCompany(all, { mapping, targets: [targetWith(), targetWith({ name: 'other' })] });
      if (isClocked) clocked(company, ['status']);
      await company.sync();
      if (!isClocked) await tell(company, [{ ...all[1]!, title: 'Dr' }], { names: ['other'] });
      const assign = template(({ record }) => record['site'] === 'here', { columns: ['site'] });
      reconfigured(company, { mapping: { assign } });
      await tell(company, [{ ...all[0]!, title: 'Dr' }]);
      expect(everybody.map(({ id }) => isOn(company, id!))).toEqual([true, true, true, true]);
    },
  );

  test('whoever cannot be mapped as they are kept is no rejection of these', async () => {
    const company = openCompany(many, { targets: [targetWith({ mapping: kept })] });
    clocked(company);
    await company.sync();
    const { mapping } = company.configuration;
    const attributes = template(({ record }) => (record['user'] === 'a' ? { userName: 'a' } : {}), {
      readsAll: true,
    });
    company.configuration = { ...company.configuration, mapping: { ...mapping, attributes } };
    const { view } = await tell(company, [person('a', '', { gone: 'left' })]);
    expect(view.rejections).toEqual([]);
    expect(isOn(company, 'a')).toBe(false);
  });
});

describe('what waits', () => {
  test('of somebody out of scope goes on where a later change of them is refused', async () => {
    const company = openCompany(everybody, {
      targets: [targetWith({ mapping: assigned(({ dept }) => dept !== 'out') })],
    });
    await company.sync();
    await tell(company, [person('bob', '', { dept: 'out' })], sendsNothing());
    const { view } = await tell(company, [person('bob', '', { dept: 'out', status: '?' })]);
    expect(view.rejections).toHaveLength(1);
    expect(isOn(company, 'bob')).toBe(false);
  });

  test.each([
    ['to be switched off', person('b', '', { status: 'left' }), person('b'), false],
    ['to be created', person('new'), person('new', '', { status: 'left' }), true],
  ])(
    'for somebody who is %s goes on after a read of others that is held',
    async (_, told, read, expected) => {
      const company = openCompany(many, {
        targets: [targetWith({ mapping: kept }), targetWith({ name: 'other' })],
      });
      await company.sync();
      await tell(company, [told], sendsNothing());
      company.receipt = {};
      company.people = [person('a'), read, ...many.slice(2, 5)];
      expect((await company.sync({ names: ['app'] })).view.held).toContain('source');
      await tell(company, [person('a', '', { title: 'Dr' })], { names: ['other'] });
      expect(isOn(company, told.id!, 'other')).toBe(expected);
    },
  );

  test('for somebody who is to be switched off goes on where another target alone lets a read through', async () => {
    const company = openCompany(many, {
      targets: [targetWith({ mapping: kept }), targetWith({ name: 'other' })],
    });
    await company.sync();
    await tell(company, [person('b', '', { status: 'left' })], sendsNothing());
    company.receipt = {};
    company.people = many.slice(0, 6);
    const nothing = { names: ['app'], ...sendsNothing() };
    expect((await company.sync(nothing)).view.held).toContain('source');
    company.approve();
    await company.sync(nothing);
    await tell(company, [person('a', '', { title: 'Dr' })]);
    expect(isOn(company, 'b', 'other')).toBe(false);
  });
});

describe('what waits of somebody who is out of scope', () => {
  const outside = { mapping: assigned(({ dept }) => dept !== 'out') };

  test.each([{ only: ['ada'] }, { except: ['bob'] }])(
    'goes on beside a read that is for %j',
    async (whom) => {
      const company = openCompany(everybody, { targets: [targetWith(outside)] });
      await company.sync();
      await tell(company, [person('bob', '', { dept: 'out' })], sendsNothing());
      company.receipt = {};
      company.people = everybody.map((one) =>
        one.id === 'bob' ? { ...one, dept: 'out', title: 'Dr' } : one,
      );
      Object.assign(company.engine, { whom });
      await company.sync();
      expect(isOn(company, 'bob')).toBe(false);
    },
  );

  test('goes on where another target has heard more of them, and the configuration has changed', async () => {
    const company = openCompany(everybody, {
      targets: [targetWith(outside), targetWith({ name: 'other', mapping: kept })],
    });
    await company.sync();
    await tell(company, [person('bob', '', { dept: 'out' })], sendsNothing());
    await tell(company, [person('bob', '', { dept: 'out', title: 'Dr' })], { names: ['other'] });
    reconfigured(company, {});
    await tell(company, [person('ada', '', { title: 'Dr' })]);
    expect(isOn(company, 'bob')).toBe(false);
  });
});

test('whoever leaves by changes is not created where a read is held that knows more of them', async () => {
  const company = openCompany(many, {
    targets: [targetWith({ mapping: kept }), targetWith({ name: 'other' })],
  });
  await company.sync();
  await tell(company, [person('new')], sendsNothing());
  company.receipt = {};
  company.people = [person('new', '', { title: 'Dr' }), ...many.slice(0, 5)];
  const nothing = { names: ['app'], ...sendsNothing() };
  expect((await company.sync(nothing)).view.held).toContain('source');
  company.approve();
  await company.sync(nothing);
  await tell(company, [person('new', '', { status: 'left' })]);
  expect([isOn(company, 'new'), isOn(company, 'new', 'other')]).toEqual([undefined, undefined]);
});

test('whoever leaves by a date, before all others, has left for whoever asks', async () => {
  const company = openCompany([person('ada'), person('bob', '', { until: '2000000' })]);
  const { mapping } = company.configuration;
  const condition = template(
    ({ record }) => Number(record['until'] ?? Infinity) > company.engine.clock.now(),
    {
      readsAll: true,
    },
  );
  const active = { kind: 'condition', condition } as const;
  company.configuration = { ...company.configuration, mapping: { ...mapping, active } };
  await company.sync();
  company.now = 3_000_000;
  await tell(company, [person('ada', '', { title: 'Dr' })], { leaversWaitFor: -1 });
  expect([isOn(company, 'bob'), standingOf(company, 'bob')]).toMatchObject([false, { isPresent: false }]);
});

test('whoever was gone is gone after a read that is held, in which they are', async () => {
  const company = openCompany(many, { targets: [targetWith({ mapping: kept })] });
  await company.sync();
  company.people = many.slice(0, 11);
  await company.sync();
  company.people = [...many.slice(0, 3), many[11]!];
  expect((await company.sync()).view.held).toContain('source');
  expect(standingOf(company, 'l')).toEqual({ isPresent: false, hasGone: true });
});

test('where a target has never been told of everybody, a source does not go on from where it was', async () => {
  const marks: unknown[] = [];
  const company = openCompany(everybody, { targets: [targetWith(), targetWith({ name: 'other' })] });
  const { engine } = company;
  const open = engine.openSource.bind(engine);
  Object.assign(engine, {
    openSource: (...[state, mark]: Parameters<typeof open>) => {
      marks.push(mark);
      return open(state, mark);
    },
  });
  company.receipt = { mark: 'until here' };
  const other = company.directories.get('other')!;
  other.trouble = { class: 'target', code: 'unauthorised', message: 'no' } as never;
  await company.sync();
  other.trouble = undefined;
  await company.sync();
  await company.sync();
  expect(marks).toEqual([undefined, undefined, 'until here']);
});
