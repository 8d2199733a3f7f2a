import { describe, expect, test } from 'vitest';
import { openCompany, targetWith } from './company.ts';
import type { Person } from './company.ts';

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
