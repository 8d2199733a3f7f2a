import { describe, expect, test } from 'vitest';
import { openCompany, reporting as person, targetWith, viewOf } from './company.ts';
import type { Company, Person } from './company.ts';
import { template } from '../planning/example.ts';

const note = 'a: the manager nobody is not in the source; left out';

/** Whether the first person of the file is passed over by the next plan, and what that plan says of them. */
const next = (company: Company) =>
  company.plan((run) => ({ isPassedOver: run.people.passedOver.get(0) === 1, ...viewOf(run) }));

async function synced(people: readonly Person[], part?: Parameters<typeof openCompany>[1]): Promise<Company> {
  const company = openCompany(people, part);
  await company.sync();
  return company;
}

describe('somebody whose manager no record names', () => {
  test('is passed over as long as that is so, and told of at each run', async () => {
    const company = await synced([person('a', 'nobody'), person('b')]);
    for (let day = 0; day < 3; day++) {
      const plan = await next(company);
      expect(plan).toMatchObject({ isPassedOver: true, operations: [], notes: [note] });
      expect((await company.sync()).view).toMatchObject({ operations: [], notes: [note] });
    }
    expect(company.directory.log).toEqual(['POST a', 'POST b']);
  });

  test.for([
    ['before', (a: Person, boss: Person) => [boss, a]],
    ['after', (a: Person, boss: Person) => [a, boss]],
  ] as const)('has the manager as soon as one comes, %s them in the file', async ([, order]) => {
    const a = person('a', 'nobody');
    const company = await synced([a]);
    await company.sync();
    company.people = order(a, person('nobody'));
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: ['create nobody', 'update a'], notes: [] });
    expect(company.directory.content()).toMatchObject({ a: { manager: 'nobody' } });
    expect((await company.sync()).view).toMatchObject({ operations: [], notes: [] });
  });

  test('is told what is wrong with a manager who comes and cannot be mapped', async () => {
    const company = await synced([person('a', 'nobody'), person('b'), person('c')]);
    await company.sync();
    company.people = [...company.people, person('nobody', '', { status: '?' })];
    const { view } = await company.sync();
    expect(view.notes).toEqual(['a: the manager nobody stands in a record that was rejected; left out']);
    expect((await next(company)).isPassedOver).toBe(false);
  });

  test('is looked at when the record says something else, or stands there twice', async () => {
    const company = await synced([person('a', 'nobody'), person('b')]);
    company.people = [person('a', 'nobody', { title: 'Dr' }), person('b')];
    expect((await company.sync()).view).toMatchObject({ operations: ['update a'], notes: [note] });
    const [first] = company.people;
    company.people = [first!, first!, person('b')];
    expect((await company.sync()).view).toMatchObject({
      operations: [],
      notes: [],
      rejections: ['2 duplicateKey a', '3 duplicateKey a'],
    });
  });

  test('is looked at when a request for them is still open', async () => {
    const company = await synced([person('a', 'nobody'), person('b')]);
    company.people = [person('a', 'nobody', { title: 'Dr' }), person('b')];
    company.directory.before = ({ method }) =>
      method === 'PATCH'
        ? { kind: 'failed', failure: { class: 'invalid', code: 'invalid', message: 'no' } }
        : undefined;
    expect((await company.sync()).result).toMatchObject({ failed: 1 });
    expect(await next(company)).toMatchObject({
      isPassedOver: false,
      operations: ['update a'],
      notes: [note],
    });
  });

  test('is looked at whole where not every target is told, or not every target is part of the run', async () => {
    const only = template(({ record }) => record['id'] !== 'a');
    const targets = [targetWith(), targetWith({ name: 'two', mapping: { assign: only } })];
    const company = await synced([person('a', 'nobody'), person('b', 'nobody')], { targets });
    await company.sync();
    const passedOver = await company.plan((run) => [0, 1].map((slot) => run.people.passedOver.get(slot)));
    expect(passedOver).toEqual([0, 0]);
    await company.plan((run) => {
      expect(viewOf(run).notes).toHaveLength(2);
      expect(viewOf(run, 1).notes).toEqual([note.replace('a:', 'b:')]);
    });
    await company.plan((run) => {
      expect(run.people.passedOver.get(1)).toBe(0);
      expect(viewOf(run).notes).toHaveLength(2);
    }, 'app');
  });

  test('is looked at by a target that was out of reach when they were no longer rejected', async () => {
    const targets = [targetWith(), targetWith({ name: 'two' })];
    const company = await synced(
      [person('a', 'nobody', { user: 'n' }), person('x', '', { user: 'n' }), person('b')],
      { targets },
    );
    const two = company.directories.get('two')!;
    two.trouble = { class: 'target', code: 'unreachable', message: 'no route' };
    company.people = [person('a', 'nobody', { user: 'n' }), person('b')];
    await company.sync();
    two.trouble = undefined;
    await company.sync();
    expect(Object.keys(two.content()).sort()).toEqual(['b', 'n']);
  });
});
