import { describe, expect, test } from 'vitest';
import { pauseTarget, resumeTarget } from '../../src/engine/pause.ts';
import { targetRow } from '../../src/store/accounts.ts';
import { openState } from '../../src/store/state.ts';
import { backlog, targetStatus } from '../../src/store/status.ts';
import { openCompany, reporting } from './company.ts';
import type { Company } from './company.ts';

const statusOf = (company: Company) => {
  const state = openState(company.configuration.state, false);
  try {
    return targetStatus(state, 'app', 10)!;
  } finally {
    state.close();
  }
};

const events = (company: Company): readonly unknown[] => {
  const state = openState(company.configuration.state, false);
  try {
    return state.db
      .prepare(
        `SELECT event, detail FROM audit WHERE event IN ('target.paused', 'target.resumed') ORDER BY seq`,
      )
      .all()
      .map((row) => {
        const { event, detail } = row as { event: string; detail: string };
        return [event, JSON.parse(detail) as unknown];
      });
  } finally {
    state.close();
  }
};

describe('a paused target', () => {
  test('is planned for and sent nothing, the newest plan counts, and a resumption sends it', async () => {
    const company = openCompany([reporting('a'), reporting('b')]);
    await company.sync();
    company.directory.log.length = 0;
    const since = company.now;
    const paused = pauseTarget(company.engine, 'app', { actor: 'ada', reason: 'until Monday' });
    expect(paused).toEqual({ since, actor: 'ada', reason: 'until Monday' });

    company.people = [reporting('a', '', { title: 'first' }), reporting('c')];
    const first = await company.sync();
    expect(first.view.operations).toEqual(['deactivate b', 'update a', 'create c']);
    expect(first.result).toMatchObject({
      state: 'partial',
      paused,
      waiting: 3,
      counts: {},
      error: {
        code: 'paused',
        message: expect.stringMatching(/by ada: until Monday; rollcall resume app/) as string,
      },
    });
    // b is back before it was sent that they left, and a is called something else.
    company.people = [reporting('a', '', { title: 'second' }), reporting('b'), reporting('c')];
    const second = await company.sync();
    expect(second.result).toMatchObject({ state: 'partial', waiting: 2 });
    expect(company.directory.log).toEqual([]);
    expect(statusOf(company)).toMatchObject({ paused, backlog: { pending: 2 } });

    expect(resumeTarget(company.engine, 'app', 'eve')).toEqual({ paused, due: 0 });
    const third = await company.sync();
    expect(third.result).toMatchObject({ state: 'done', counts: { update: 1, create: 1 } });
    expect(third.result).not.toHaveProperty('paused');
    expect(company.directory.log).toEqual(['PATCH a title', 'POST c']);
    expect(company.directory.content()['a']).toMatchObject({ title: 'second' });
    expect(events(company)).toEqual([
      ['target.paused', { actor: 'ada', reason: 'until Monday' }],
      ['target.resumed', { actor: 'eve', due: 0, paused }],
    ]);
  });

  test('is told by each run, also where nothing waits, and can be paused before its first sync', async () => {
    const company = openCompany([reporting('a')]);
    pauseTarget(company.engine, 'app', { actor: 'ada' });
    expect((await company.sync()).result).toMatchObject({ state: 'partial', waiting: 1 });
    resumeTarget(company.engine, 'app', 'ada');
    await company.sync();
    pauseTarget(company.engine, 'app', { actor: 'ada' });
    expect((await company.sync()).result).toMatchObject({ state: 'partial', waiting: 0, failed: 0 });
  });

  test('said while a run delivers, it ends after what is on its way; no other target notices', async () => {
    const company = openCompany(
      [...'abcdefghijklmnop'].map((key) => reporting(key)),
      {
        target: { pace: { concurrency: 1 } },
      },
    );
    company.directory.before = () => {
      if (company.directory.log.length === 3) pauseTarget(company.engine, 'app', { actor: 'ada' });
      return undefined;
    };
    const { result } = await company.sync();
    expect(result).toMatchObject({ state: 'partial', counts: { create: 3 }, waiting: 13 });
    expect(company.directory.log).toHaveLength(3);
  });

  test('resumed while a run waits for a rest to end, is sent what waits within a second', async () => {
    const company = openCompany([reporting('a')]);
    const failure = { class: 'transient', code: 'rate', message: 'too many', retryAfter: 3_600_000 } as const;
    let isFirst = true;
    company.directory.before = () => {
      if (!isFirst) return undefined;
      isFirst = false;
      return { kind: 'failed', failure };
    };
    const begun = company.now + 60_000;
    const { result } = await company.sync({
      wait: 4_000_000,
      sleep: async (milliseconds) => {
        company.now += milliseconds;
        if (company.now - begun === 5000) resumeTarget(company.engine, 'app', 'ada');
      },
    });
    expect(result.state).toBe('done');
    expect(company.now - begun).toBeLessThanOrEqual(6000);
  });
});

test('a resumption makes everything due that waited for a time, and leaves what is in doubt', async () => {
  const company = openCompany([reporting('a'), reporting('b'), reporting('c')]);
  const answers = new Map([
    ['a', { class: 'transient', code: 'server', message: 'busy' }],
    ['b', { class: 'invalid', code: 'invalid', message: 'no' }],
    ['c', { class: 'unanswered', code: 'unreachable', message: 'cut' }],
  ] as const);
  company.directory.before = (_, name) => ({ kind: 'failed', failure: answers.get(name as 'a')! });
  await company.sync({
    onStep: (_, { kind }) => kind === 'doubt' && (company.directory.trouble = answers.get('a')!),
  });
  company.directory.trouble = undefined;
  const before = statusOf(company).troubles.map(({ key, state }) => [key, state]);
  expect(before).toEqual([
    ['b', 'failed'],
    ['c', 'inDoubt'],
    ['a', 'pending'],
  ]);
  expect(resumeTarget(company.engine, 'app', 'ada').due).toBe(2);
  const state = openState(company.configuration.state, false);
  const { id } = targetRow(state, 'app')!;
  expect(state.db.prepare('SELECT max(run_at) FROM operation').pluck().get()).toBe(0);
  expect(backlog(state, id)).toMatchObject({ waiting: 1 });
  state.close();
  company.directory.before = () => undefined;
  expect((await company.sync()).result.state).toBe('done');
});
