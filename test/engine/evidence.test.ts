import { expect, test } from 'vitest';
import { evidenceCsv, evidenceJson, evidenceText, newTally } from '../../src/reports/evidence.ts';
import { styleFor } from '../../src/reports/style.ts';
import { openReader } from '../../src/store/state.ts';
import { departuresIn, newestDepartures } from '../../src/store/trail/evidence.ts';
import type { Departure, EvidenceFilter } from '../../src/store/trail/evidence.ts';
import { template } from '../planning/example.ts';
import { openCompany, reporting, targetWith } from './company.ts';
import type { Company } from './company.ts';

function evidence(company: Company, filter: Partial<EvidenceFilter> = {}): readonly Departure[] {
  const state = openReader(company.configuration.state);
  try {
    const meant = { from: 0, to: Infinity, ...filter };
    const found = [...departuresIn(state, meant)];
    // From the other end, it is the same.
    expect([...newestDepartures(state, meant)].reverse()).toEqual(found);
    return found;
  } finally {
    state.close();
  }
}

const left = (id: string) => reporting(id, '', { status: 'left' });
const short = (all: readonly Departure[]) =>
  all.map(({ key, target, state, read, ended }) =>
    [key, target, state, ended === undefined ? '' : `${(ended.at - read.at) / 60_000} min`]
      .filter(Boolean)
      .join(' '),
  );

/** Two targets; the wiki holds every deactivation. */
const openTwo = (people: Company['people']) =>
  openCompany(people, {
    targets: [
      targetWith(),
      targetWith({
        name: 'wiki',
        baseUrl: 'http://127.0.0.1/wiki',
        limits: { deactivate: { count: 0, floor: 0 } },
        mapping: { protect: template(({ record }) => record['boss'] === 'vip') },
      }),
    ],
  });

test('counts from the first read that said so, whatever held it up, and lists what is open', async () => {
  const company = openTwo([reporting('ada'), reporting('bob'), reporting('cy')]);
  await company.sync();
  company.people = [reporting('ada'), left('bob')];
  await company.sync();
  const first = company.now;
  expect(short(evidence(company))).toEqual([
    'bob app confirmed 0 min',
    'cy app confirmed 0 min',
    'bob wiki open',
    'cy wiki open',
  ]);
  await company.sync();
  company.approve('wiki');
  await company.sync();
  const all = evidence(company);
  expect(short(all)).toEqual([
    'bob app confirmed 0 min',
    'cy app confirmed 0 min',
    'bob wiki confirmed 2 min',
    'cy wiki confirmed 2 min',
  ]);
  expect(all[2]).toMatchObject({
    why: 'not active in the source',
    read: {
      at: first,
      run: 2,
      file: 'people.csv',
      records: 2,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    },
    ended: { at: company.now, run: 4, status: 200 },
  });
  expect(all[3]!.why).toBe('no longer in the source');
  expect(short(evidence(company, { targets: ['app'] }))).toHaveLength(2);
  expect(evidence(company, { from: first + 1 })).toEqual([]);
  expect(evidence(company, { to: first })).toEqual([]);
});

test('tells the times apart that somebody left, and who was back before it was done', async () => {
  const company = openTwo([reporting('ada'), reporting('bob')]);
  await company.sync();
  for (const bob of [left('bob'), reporting('bob'), left('bob')]) {
    company.people = [reporting('ada'), bob];
    await company.sync();
  }
  expect(short(evidence(company))).toEqual([
    'bob app confirmed 0 min',
    'bob wiki back 1 min',
    'bob app confirmed 0 min',
    'bob wiki open',
  ]);
});

test('has those in it whom nothing switches off, and none who is only out of scope', async () => {
  const company = openTwo([reporting('ada'), reporting('bob', 'vip'), reporting('cy')]);
  await company.sync();
  company.people = [reporting('ada'), reporting('bob', 'vip', { status: 'left' }), reporting('cy')];
  const [app, wiki] = company.configuration.targets;
  const mapping = { assign: template(({ record }) => record['id'] !== 'cy') };
  company.configuration = {
    ...company.configuration,
    targets: [{ ...app!, mapping, digest: 'second' }, wiki!],
  };
  await company.sync();
  const all = evidence(company);
  expect(short(all)).toEqual(['bob app confirmed 0 min', 'bob wiki open']);
  expect(all[1]).toMatchObject({
    open: { state: 'leftOut', reason: 'protected; otherwise: not active in the source' },
  });
});

test('is told to people, to spreadsheets and to scripts', async () => {
  const company = openTwo([reporting('ada'), reporting('=bob')]);
  await company.sync();
  company.people = [reporting('ada')];
  await company.sync();
  const all = evidence(company);
  expect([...evidenceText(all, newTally(), styleFor(false))].at(-1)).toBe(
    '1 account switched off, in 0 s on average and 0 s at the longest; 1 open',
  );
  expect([...evidenceCsv(all)][1]).toMatch(/^'=bob,app,confirmed,no longer in the source,/);
  expect(JSON.parse([...evidenceJson(all, newTally(), { from: 0, to: 1 })].join(''))).toMatchObject({
    leavers: [
      { key: '=bob', state: 'confirmed', lagSeconds: 0 },
      { state: 'open', open: { state: 'held' } },
    ],
    counts: { confirmed: 1, open: 1, longestSeconds: 0 },
  });
  expect([...evidenceText([], newTally(), styleFor(false))]).toEqual(['nobody left in that time']);
});
