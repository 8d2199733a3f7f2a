import { describe, expect, test } from 'vitest';
import { exampleProfile } from '../planning/example.ts';
import { openCompany, targetWith } from './company.ts';
import type { Company, Person } from './company.ts';

const person = (id: string, part: Person = {}): Person => ({ id, user: id, status: 'active', ...part });
const joiners = Array.from({ length: 9 }, (_, index) => person(`new${index}`));

describe('a delivery that gives way', () => {
  test('ends after what is on its way and leaves the rest, and the run after it begins with who left meanwhile', async () => {
    const targets = ['app', 'wiki'].map((name) =>
      targetWith({ name, baseUrl: `http://127.0.0.1/${name}`, pace: { concurrency: 2 } }),
    );
    const company = openCompany([person('ada'), person('bob')], { targets });
    await company.sync();
    company.people = [person('ada'), person('bob'), ...joiners];
    const { directory } = company;
    const controller = new AbortController();
    const never = new AbortController();
    let count = 0;
    directory.before = () => {
      if (++count === 4) controller.abort();
      return undefined;
    };
    const before = directory.log.length;
    const { results } = await company.sync({
      givesWay: (name) => (name === 'app' ? controller : never).signal,
    });
    expect(results).toMatchObject([
      { name: 'app', state: 'partial', gaveWay: true, failed: 0 },
      { name: 'wiki', state: 'done', counts: { create: 9 } },
    ]);
    const sent = directory.log.length - before;
    expect(sent).toBeGreaterThanOrEqual(4);
    // What was on its way beside the fourth, and nothing after that.
    expect(sent).toBeLessThanOrEqual(5);
    expect(results[0]!.waiting).toBe(9 - sent);

    company.people = [person('ada'), person('bob', { status: 'left' }), ...joiners];
    const { results: rest } = await company.sync({ givesWay: () => never.signal });
    expect(rest).toMatchObject([
      { state: 'done', counts: { deactivate: 1, create: 9 - sent } },
      { state: 'done' },
    ]);
    expect(rest[0]).not.toHaveProperty('gaveWay');
    const log = directory.log.slice(before);
    expect(log[sent]).toBe('PATCH bob active');
    expect(log.filter((line) => line.startsWith('POST')).sort()).toEqual(
      joiners.map(({ id }) => `POST ${id}`),
    );
  });

  test('says nothing of it where nothing is left', async () => {
    const company = openCompany(joiners);
    const controller = new AbortController();
    let count = 0;
    company.directory.before = () => {
      if (++count === joiners.length) controller.abort();
      return undefined;
    };
    const { result } = await company.sync({ givesWay: () => controller.signal });
    expect(result.state).toBe('done');
    expect(result).not.toHaveProperty('gaveWay');
  });
});

describe('questions about those who are new, one by one', () => {
  const profile = { ...exampleProfile, list: { ...exampleProfile.list, provesAbsence: false } };
  /** By externalId and by userName; nobody has an address. */
  const each = 2;
  const minute = 60_000;
  const never = new AbortController().signal;

  /** Whoever is asked about takes the target a minute, and so does whoever is created. */
  function slow(people: readonly Person[]): Company {
    const company = openCompany(people, { target: { profile, pace: { concurrency: 1 } } });
    company.directory.before = () => {
      company.now += minute;
      return undefined;
    };
    const openTarget = company.engine.openTarget.bind(company.engine);
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      const find: typeof remote.find = (...what) => {
        company.now += minute / each;
        return remote.find(...what);
      };
      return { ...remote, find };
    };
    return company;
  }
  const created = ({ directory }: Company): number =>
    directory.log.filter((line) => line.startsWith('POST')).length;
  /** Gives way from its so-manieth question on, and creates nobody. */
  const givesWayAfter = (count: number) => () => (count-- > 0 ? never : AbortSignal.abort());

  test('take half of the time at the most, so that a run that is to end comes to creating', async () => {
    const company = slow(joiners);
    let runs = 0;
    for (let before = -1; created(company) > before && created(company) < 9; runs++) {
      before = created(company);
      await company.sync({ until: company.now + 7 * minute });
    }
    expect([created(company), runs]).toEqual([9, expect.toSatisfy((count) => count <= 5)]);
    expect(company.directory.reads).toBe(9 * each);
  });

  test('give way, and are not asked twice by the runs that follow', async () => {
    const company = slow(joiners);
    const { result } = await company.sync({ givesWay: givesWayAfter(4) });
    expect(result).toMatchObject({ gaveWay: true, state: 'partial', waiting: 9 });
    company.people = [...joiners.slice(1), person('ada')];
    const { view } = await company.sync({ givesWay: givesWayAfter(2) });
    expect(view.operations).toHaveLength(3 + 2);
    expect(created(company)).toBe(0);
    expect(company.directory.reads).toBe(6 * each);
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { create: 9 } });
    expect(company.directory.reads).toBe((9 + 1) * each);
    expect(company.directory.log).not.toContain('POST new0');
  });

  test('are asked again after an hour, about whoever has changed, and where something was sent', async () => {
    for (const [seconds, change, expected] of [
      [0, undefined, 0],
      [3600, undefined, 4],
      [0, { title: 'Dr' }, 1],
      [-600, undefined, 4],
    ] as const) {
      const company = slow(joiners.slice(0, 4));
      await company.sync({ givesWay: givesWayAfter(4) });
      company.directory.reads = 0;
      company.now += seconds * 1000;
      if (change) company.people = [{ ...joiners[0]!, ...change }, ...joiners.slice(1, 4)];
      await company.sync();
      expect([seconds, change, company.directory.reads]).toEqual([seconds, change, expected * each]);
      expect(created(company)).toBe(4);
    }
    const company = slow(joiners.slice(0, 2));
    const busy = { class: 'transient', code: 'rate', message: 'busy' } as const;
    company.directory.before = () => ({ kind: 'failed', failure: busy });
    await company.sync();
    const tried = new Set(company.directory.log).size;
    company.directory.reads = 0;
    company.directory.before = () => undefined;
    company.now += 10 * minute;
    await company.sync();
    expect(tried).toBeGreaterThan(0);
    expect(company.directory.reads).toBe(tried * each);
  });

  test('do not see who came to be there meanwhile, of whom the conflict tells then', async () => {
    const company = slow(joiners.slice(0, 2));
    await company.sync({ givesWay: givesWayAfter(2) });
    company.directory.add({ userName: 'new0' });
    const { result } = await company.sync();
    expect(result).toMatchObject({ counts: { create: 1 } });
    expect(company.directory.accounts.size).toBe(2);
  });
});
