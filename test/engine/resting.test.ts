import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/model/index.ts';
import { openCompany } from './company.ts';
import type { Company, Person } from './company.ts';

const person = (id: string, part: Person = {}): Person => ({ id, user: id, status: 'active', ...part });
const refusal: Outcome = {
  kind: 'failed',
  failure: { class: 'invalid', code: 'invalid', message: 'it does not take them', status: 400 },
};
const quarter = 15 * 60_000;
/** Somebody is looked for by externalId, and then by userName. */
const lookUp = 2;

/** A company of which the directory has refused some, for good. */
async function refused(people: readonly Person[], names: readonly string[]): Promise<Company> {
  const company = openCompany(people);
  company.directory.before = (_, name) => (names.includes(name) ? refusal : undefined);
  await company.sync();
  company.directory.reads = 0;
  company.directory.log.length = 0;
  return company;
}

describe('while somebody whom the target refused rests', () => {
  test('a run in which nothing changed asks the target nothing, and sends it nothing', async () => {
    const people = [person('a'), person('b'), person('c', { boss: 'b' }), person('d', { boss: 'nobody' })];
    const company = await refused(people, ['b', 'd']);
    company.people = [...people].reverse();
    const { result } = await company.sync();
    expect(company.directory.reads).toBe(0);
    expect(company.directory.log).toEqual([]);
    expect(result).toMatchObject({ state: 'partial', failed: 2 });
  });

  test('others are looked for as ever, and the one who rests is not', async () => {
    const company = await refused([person('a'), person('b')], ['b']);
    company.people = [...company.people, person('c')];
    const { result } = await company.sync();
    expect(company.directory.reads).toBe(lookUp);
    expect(company.directory.log).toEqual(['POST c']);
    expect(result).toMatchObject({ failed: 1, counts: { create: 1 } });
  });

  test('a target that cannot be asked about others does not leave them out', async () => {
    const company = await refused([person('a'), person('b')], ['b']);
    company.people = [...company.people, person('c')];
    company.directory.trouble = { class: 'transient', code: 'rate', message: 'not now' };
    const { view, result } = await company.sync();
    expect(Object.keys(view.leftOut)).toEqual(['c']);
    expect(result).toMatchObject({ failed: 1 });
  });
});

describe('whoever rested is asked about before anything is sent', () => {
  test('when the time of the next trial has come', async () => {
    const company = await refused([person('a'), person('b')], ['b']);
    company.directory.before = () => undefined;
    company.now += quarter;
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { create: 1 } });
    expect(company.directory.reads).toBe(lookUp);
  });

  test('when they are wanted otherwise, and what was found meanwhile is not created again', async () => {
    const company = await refused([person('a'), person('b')], ['b']);
    company.directory.before = () => undefined;
    company.directory.add({ userName: 'b', externalId: 'b' });
    company.people = [person('a'), person('b', { title: 'Dr' })];
    const { view } = await company.sync();
    expect(company.directory.reads).toBe(lookUp + 1);
    expect(company.directory.log).toEqual([]);
    expect(view.operations).toEqual(['link b']);
  });

  test('when the manager whom they are to be created with has an account by now', async () => {
    const company = await refused([person('a'), person('b', { boss: 'late' })], ['b']);
    company.directory.before = () => undefined;
    company.people = [...company.people, person('late')];
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { create: 2 } });
    expect(company.directory.log).toEqual(['POST late', 'POST b']);
  });

  test('a trial that falls due between the plan and its release waits for the next run', async () => {
    const company = await refused([person('a'), person('b')], ['b']);
    company.directory.before = () => undefined;
    const { result } = await company.sync({ onPlan: () => void (company.now += quarter) });
    expect(company.directory.log).toEqual([]);
    expect(result).toMatchObject({ failed: 1 });
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { create: 1 } });
    expect(company.directory.reads).toBe(lookUp);
  });
});
