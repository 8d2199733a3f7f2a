import { describe, expect, test } from 'vitest';
import type { PaceRules } from '../../src/model/index.ts';
import { openCompany, reporting, targetWith } from './company.ts';
import type { Company, Person } from './company.ts';

const hour = 3_600_000;
const many = (count: number, part: Person = {}): readonly Person[] =>
  Array.from({ length: count }, (_, index) => reporting(`p${String(index).padStart(3, '0')}`, '', part));

/** With everybody's account, and the pace from then on. */
async function settled(people: readonly Person[], pace: PaceRules): Promise<Company> {
  const company = openCompany(people);
  await company.sync();
  company.directory.log.length = 0;
  company.configuration = { ...company.configuration, targets: [targetWith({ pace })] };
  return company;
}

describe('a budget of requests', () => {
  const pace: PaceRules = { concurrency: 4, budgets: [{ of: 'requests', count: 20, per: 'hour' }] };

  test('is kept over runs, lets a leaver through from what is kept for that, and comes back', async () => {
    const company = await settled(many(40), pace);
    company.people = many(40, { title: 'Dr' });
    expect((await company.sync()).result).toMatchObject({
      state: 'partial',
      counts: { update: 19 },
      waiting: 21,
    });
    company.people = company.people.slice(1);
    const second = await company.sync();
    expect(second.view.operations[0]).toBe('deactivate p000');
    expect(second.result).toMatchObject({ state: 'partial', counts: { deactivate: 1 }, waiting: 21 });
    expect(company.directory.log).toHaveLength(20);
    company.now += hour + 120_000;
    expect((await company.sync()).result).toMatchObject({ counts: { update: 19 }, waiting: 2 });
  });

  test('is waited for where the run has the time', async () => {
    const company = await settled(many(25), pace);
    company.people = many(25, { title: 'Dr' });
    const begun = company.now;
    const { result } = await company.sync({
      wait: 2 * hour,
      sleep: async (milliseconds) => void (company.now += milliseconds),
    });
    expect(result).toMatchObject({ state: 'done', counts: { update: 25 } });
    expect(company.now - begun).toBeGreaterThan(hour);
  });
});

test('a budget of creates holds creates alone, and what follows goes on without them', async () => {
  const pace: PaceRules = { concurrency: 2, budgets: [{ of: 'create', count: 5, per: 'hour' }] };
  const company = await settled(many(6), pace);
  company.people = many(18, { title: 'Dr' });
  expect((await company.sync()).result).toMatchObject({ counts: { update: 6, create: 5 }, waiting: 7 });
  expect((await company.sync()).result).toMatchObject({ counts: {}, waiting: 7 });
  company.now += hour + 120_000;
  expect((await company.sync()).result).toMatchObject({ counts: { create: 5 }, waiting: 2 });
});

test('a rest that a target has asked for outlives the run, and holds a leaver only if that was asked of one', async () => {
  const company = await settled(many(8), { concurrency: 1 });
  company.people = many(8, { title: 'Dr' });
  const busy = { class: 'transient', code: 'rate', message: 'too many', retryAfter: hour } as const;
  company.directory.before = ({ body }) =>
    JSON.stringify(body).includes('active') ? undefined : { kind: 'failed', failure: busy };
  await company.sync();
  expect(company.directory.log).toHaveLength(1);
  await company.sync();
  expect(company.directory.log).toHaveLength(1);
  company.people = many(8, { title: 'Dr' }).slice(2);
  expect((await company.sync()).result).toMatchObject({ counts: { deactivate: 2 }, waiting: 6 });
  expect(company.directory.log.slice(1)).toEqual(['PATCH p000 active', 'PATCH p001 active']);

  company.directory.before = () => ({ kind: 'failed', failure: busy });
  company.people = company.people.slice(2);
  await company.sync();
  // One of the two was sent to find out.
  expect(company.directory.log.slice(3)).toEqual(['PATCH p002 active']);
  company.now += hour;
  company.directory.before = () => undefined;
  expect((await company.sync()).result).toMatchObject({ state: 'done', waiting: 0 });
});

test('a run that has a time to end begins nothing after it, and leaves the rest to the next', async () => {
  const company = await settled(many(10), { concurrency: 1 });
  company.people = many(10, { title: 'Dr' });
  const until = company.now + 60_000 + 3000;
  company.directory.before = () => {
    company.now += 1000;
    return undefined;
  };
  expect((await company.sync({ until })).result).toMatchObject({
    state: 'partial',
    counts: { update: 3 },
    waiting: 7,
    stoppedAt: until,
  });
  const { result } = await company.sync();
  expect(result).toMatchObject({ state: 'done', counts: { update: 7 } });
  expect(result).not.toHaveProperty('stoppedAt');
});

test('a rest that outlives the run leaves out whom the target cannot be asked about, and nobody else', async () => {
  const company = await settled(many(3), { concurrency: 2 });
  company.people = many(40);
  const busy = { class: 'transient', code: 'rate', message: 'too many', retryAfter: hour } as const;
  company.directory.before = ({ method }) =>
    method === 'POST' ? { kind: 'failed', failure: busy } : undefined;
  await company.sync();
  const reads = company.directory.reads;
  company.people = many(41).slice(1);
  const { result, view } = await company.sync();
  expect(result).toMatchObject({ state: 'partial', counts: { deactivate: 1 } });
  expect(view.leftOut).toEqual({ p040: 'unproved' });
  // Whom the plan before has asked about is not counted once more.
  expect(view.operations).toContain('create p039');
  expect(company.directory.reads).toBe(reads);
  company.now += hour;
  company.directory.before = () => undefined;
  expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { create: 38 } });
});
