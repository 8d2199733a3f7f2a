import { describe, expect, test } from 'vitest';
import { TargetError } from '../../src/model/index.ts';
import type { Profile } from '../../src/model/index.ts';
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

describe('a run that is to end while it asks about those who are new', () => {
  const minute = 60_000;

  /** Each question takes the target a minute, and so does each page of a list and each create. */
  function slow(list: Partial<Profile['list']>, isComplete = true, names = ['app']): Company {
    const profile = { ...exampleProfile, list: { ...exampleProfile.list, ...list } };
    const targets = names.map((name) =>
      targetWith({ name, baseUrl: `http://127.0.0.1/${name}`, profile, pace: { concurrency: 1 } }),
    );
    const company = openCompany(joiners, { targets });
    for (const directory of company.directories.values())
      directory.before = () => {
        company.now += minute;
        return undefined;
      };
    const openTarget = company.engine.openTarget.bind(company.engine);
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      return {
        ...remote,
        find: (...what) => {
          // By externalId and by userName; nobody has an address.
          company.now += minute / 2;
          return remote.find(...what);
        },
        list: async function* () {
          for (let page = 0; page < 6; page++) {
            company.now += minute;
            yield [];
          }
          return { complete: isComplete, count: 0 };
        },
      };
    };
    return company;
  }
  const created = ({ directory }: Company): number =>
    directory.log.filter((line) => line.startsWith('POST')).length;
  const ends = (company: Company, minutes: number): Promise<unknown> =>
    company.sync({ until: company.now + (minutes + 1) * minute });

  test('creates in half of the time those whom it could ask about in the other half, where all are too many', async () => {
    const company = slow({ provesAbsence: false });
    for (let before = -1, runs = 0; created(company) < joiners.length; runs++) {
      expect(runs).toBeLessThan(5);
      expect(created(company)).toBeGreaterThan(before);
      before = created(company);
      await ends(company, 6);
    }
  });

  test('asks about all of them where there is time, also for more than half of it', async () => {
    const company = slow({ provesAbsence: false });
    await ends(company, 12);
    expect(company.directory.reads).toBe(2 * joiners.length);
    expect(created(company)).toBe(3);
  });

  test('reads a list to its end, which it could not go on with, and asks one by one where that proves nothing', async () => {
    const company = slow({ provesAbsence: true });
    await ends(company, 10);
    expect(created(company)).toBe(4);
    const other = slow({ provesAbsence: true }, false);
    await ends(other, 10);
    expect(created(other)).toBeGreaterThan(0);
  });

  test('comes further where it is asked in vain about some for themselves', async () => {
    const company = slow({ provesAbsence: false });
    const openTarget = company.engine.openTarget.bind(company.engine);
    const alone = { class: 'invalid', code: 'invalid', message: 'this one cannot be read' } as const;
    company.engine.openTarget = (...of) => {
      const remote = openTarget(...of);
      return {
        ...remote,
        find: async (attribute, value) => {
          const found = await remote.find(attribute, value);
          if (/new[0-6]/.test(value)) throw new TargetError(alone);
          return found;
        },
      };
    };
    await ends(company, 9);
    expect(created(company)).toBe(2);
  });

  test('asks nothing more once the time is over, not even the rest about somebody', async () => {
    const company = slow({ provesAbsence: false });
    // The time for one question, of the two about the first of them.
    await company.sync({ until: company.now + 1.25 * minute });
    expect(company.directory.reads).toBe(1);
    expect(created(company)).toBe(0);
  });

  test('shares the half of it among the targets', async () => {
    const company = slow({ provesAbsence: false }, true, ['app', 'wiki', 'shop']);
    await ends(company, 16);
    const counts = [...company.directories.values()].map(
      ({ log }) => log.filter((line) => line.startsWith('POST')).length,
    );
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });
});
