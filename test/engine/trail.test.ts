import { expect, test } from 'vitest';
import { isObject } from '../../src/model/index.ts';
import type { Outcome } from '../../src/model/index.ts';
import { openReader } from '../../src/store/state.ts';
import { trailOf } from '../../src/store/trail/rows.ts';
import { verifyTrail } from '../../src/store/trail/verify.ts';
import { trailLine } from '../../src/reports/history.ts';
import { rowIn } from '../../src/reports/trail-file.ts';
import { exampleMapping, exampleProfile, template } from '../planning/example.ts';
import { column, openCompany, reporting, stops, targetWith } from './company.ts';
import type { Company } from './company.ts';

interface Event {
  readonly run: number | null;
  readonly target: string | null;
  readonly key: string | null;
  readonly event: string;
  readonly detail: Record<string, unknown>;
}

/** What the trail says, all of which fits together and comes back from an export. */
function trailIn(company: Company, filter: Parameters<typeof trailOf>[1] = {}): readonly Event[] {
  const state = openReader(company.configuration.state);
  try {
    expect(verifyTrail(state).faults).toEqual([]);
    return [...trailOf(state, filter)].map((row) => {
      expect(rowIn(trailLine(row))).toEqual(row);
      return { ...row, detail: JSON.parse(row.detail) as Record<string, unknown> };
    });
  } finally {
    state.close();
  }
}

const short = ({ event, key, detail }: Event): string =>
  [event, key, isObject(detail) && detail['kind']].filter((part) => typeof part === 'string').join(' ');

test('a run is told from its beginning to its end: who, with what, each plan, and what became of it', async () => {
  const company = openCompany([reporting('ada'), reporting('bob')]);
  await company.sync();
  const events = trailIn(company);
  expect(events.map(short)).toEqual([
    'run.started',
    'plan.released',
    'operation.done ada create',
    'operation.done bob create',
    'run.ended',
  ]);
  expect(events[0]!.detail).toEqual({ actor: 'test', command: 'sync', configuration: 'configured' });
  expect(events[1]!.detail).toMatchObject({
    actor: 'test',
    configuration: 'first',
    counts: { create: 2 },
    checksums: { create: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    source: { count: 2 },
  });
  expect(events[2]!.detail).toMatchObject({ actor: 'test', status: 201, after: { userName: 'ada' } });
  expect(events.at(-1)!.detail).toMatchObject({ targets: [{ name: 'app', state: 'done' }] });
  await expect(company.sync({ onPlan: stops })).rejects.toThrow('stopped');
  expect(trailIn(company).at(-1)).toMatchObject({
    event: 'run.ended',
    detail: { error: 'stopped by the test' },
  });
});

test('an operation is told with what was before and after, with the answer and what the target calls it', async () => {
  const company = openCompany([reporting('ada', '', { title: 'Dr' })], {
    target: { onLeave: 'delete', allow: ['create', 'update', 'delete'] },
  });
  await company.sync();
  company.people = [reporting('ada', '', { title: 'Sir' })];
  const refused: Outcome = {
    kind: 'failed',
    failure: { class: 'invalid', code: 'invalid', message: 'no', status: 400, requestId: 'r-17' },
  };
  company.directory.before = () => refused;
  await company.sync();
  company.directory.before = () => ({ kind: 'done', status: 204, requestId: 'r-18' });
  company.people = [];
  await company.sync();
  const [, failed, deleted] = trailIn(company, { event: 'operation' });
  expect(failed).toMatchObject({
    event: 'operation.failed',
    detail: { actor: 'test', code: 'invalid', error: 'no', status: 400, requestId: 'r-17' },
  });
  expect(deleted).toMatchObject({
    event: 'operation.done',
    detail: { kind: 'delete', before: { userName: 'ada', title: 'Dr' }, status: 204, requestId: 'r-18' },
  });
});

test('no password and no secret is ever in it', async () => {
  const profile = { ...exampleProfile, users: { ...exampleProfile.users, password: 'accepted' as const } };
  const company = openCompany([reporting('ada', '', { pass: 'hunter2-hunter2' })], {
    targets: [targetWith({ profile })],
    mapping: {
      ...exampleMapping,
      attributes: template(({ record }) => ({ userName: record['user'] as string })),
      password: column('pass'),
    },
  });
  await company.sync();
  company.people = [reporting('ada', '', { pass: 'another-another' })];
  await company.sync();
  const text = JSON.stringify(trailIn(company));
  expect(company.directory.content()['ada']).toMatchObject({ password: 'another-another' });
  expect(text).toContain('"path":"password"');
  expect(text).not.toMatch(/hunter2|another/);
});

test('says once when a read first said that somebody left, held or not, and that they are back', async () => {
  const company = openCompany([reporting('ada'), reporting('bob'), reporting('cy')], {
    target: { limits: { deactivate: { count: 0, floor: 0 } } },
  });
  await company.sync();
  const left = (): readonly string[] => trailIn(company, { event: 'person' }).map(short);
  company.people = [reporting('ada'), reporting('bob', '', { status: 'left' })];
  await company.sync();
  await company.sync();
  expect(left()).toEqual(['person.left bob deactivate', 'person.left cy deactivate']);
  company.people = [reporting('ada'), reporting('bob', '', { status: 'left' }), reporting('cy')];
  await company.sync();
  expect(left().slice(2)).toEqual(['person.back cy deactivate']);
  company.approve();
  await company.sync();
  await company.sync();
  expect(left()).toHaveLength(3);
  company.people = [reporting('ada'), reporting('bob'), reporting('cy', '', { status: 'left' })];
  await company.sync();
  expect(left().slice(3)).toEqual(['person.left cy deactivate']);
});

test('keeps as much of itself as the configuration says, and goes on from there', async () => {
  const company = openCompany([reporting('ada')], { keepAudit: 150_000 });
  for (let count = 0; count < 6; count++) await company.sync();
  const events = trailIn(company);
  expect(events[0]).toMatchObject({ event: 'run.started' });
  expect(events[0]!.run).toBeGreaterThan(1);
  expect(events.filter(({ event }) => event === 'trail.pruned').length).toBeGreaterThan(1);
});
