import { describe, expect, test } from 'vitest';
import { RollcallError, causeOf } from '../../src/model/index.ts';
import type { Failure } from '../../src/model/index.ts';
import { statusOf } from '../../src/cli/status.ts';
import { explain } from '../../src/engine/explain.ts';
import { explainText, explainView } from '../../src/reports/explain.ts';
import { statusText } from '../../src/reports/status.ts';
import { styleFor } from '../../src/reports/style.ts';
import { openState } from '../../src/store/state.ts';
import { exampleMapping, exampleProfile, template } from '../planning/example.ts';
import { openCompany, reporting, targetWith } from './company.ts';
import type { Company } from './company.ts';

interface View {
  readonly outcome: string;
  readonly says: string;
  readonly rule: string;
  readonly change: string;
  readonly [name: string]: unknown;
}

/** What is said of somebody on a target, as data and in words; nobody was asked for it, and nothing was written. */
async function said(company: Company, key: string, target = 'app') {
  const { reads, log } = company.directory;
  const sent = log.length;
  const found = await explain(company.engine, key, [], (person) => ({
    view: explainView(person) as { records: { rejection?: unknown }[]; targets: Record<string, View> },
    text: [...explainText(person, styleFor(false))].join('\n'),
  }));
  expect([company.directory.reads, log.length]).toEqual([reads, sent]);
  const { outcome, says, rule, change, ...more } = found.view.targets[target]!;
  return { ...found, outcome, says, rule, change, more };
}

const failing = (failure: Partial<Failure>) => () =>
  ({ kind: 'failed', failure: { class: 'invalid', code: 'invalid', message: 'no', ...failure } }) as const;
const left = { status: 'left' };

describe('explain', () => {
  test('says that all is well, and what would change it', async () => {
    const company = openCompany([reporting('ada', '', { title: 'Dr' })]);
    await company.sync();
    const { outcome, text, more } = await said(company, 'ada');
    expect(outcome).toBe('inSync');
    expect(more).toMatchObject({
      assigned: { result: true },
      standing: 'present',
      account: { state: 'active' },
    });
    expect(text).toMatch(
      /people\.csv:2 {2}ada.*\n[^]*operation\.done {2}create: [^]*decided by law 14[^]*to change/,
    );
  });

  test('says when an account that was switched off is deleted, whoever has left by word or by absence', async () => {
    const day = 86_400_000;
    const company = openCompany([reporting('ada'), reporting('bob'), reporting('cy'), reporting('dan')], {
      target: { deleteAfter: { left: 30 * day } },
    });
    await company.sync();
    company.people = [reporting('ada', '', left), reporting('cy'), reporting('dan')];
    await company.sync();
    const expected = company.now + 30 * day;
    for (const key of ['ada', 'bob']) {
      const { more, text } = await said(company, key);
      expect([key, more['deletedAfter']]).toEqual([key, new Date(expected).toISOString()]);
      expect(text).toMatch(/\n {2}deletion +by the first sync after 1970-01-31 /);
    }
    expect((await said(company, 'cy')).more).not.toHaveProperty('deletedAfter');
    const state = openState(company.configuration.state, false);
    const view = () =>
      statusOf(state, company.configuration, {
        daemon: undefined,
        most: 20,
        now: company.now,
        isWhole: true,
      });
    try {
      expect(view().targets).toMatchObject([{ deletions: { count: 2, firstAfter: expected } }]);
      expect([...statusText(view(), styleFor(false))].join('\n')).toMatch(
        /\n {2}2 accounts are off and wait to be deleted, the first by the first sync after 1970-01-31 /,
      );
      // Of whom the last plan did not delete though it was time, something else holds up.
      company.now += 31 * day;
      await company.sync();
      expect(view().targets[0]).not.toHaveProperty('deletions');
    } finally {
      state.close();
    }
  });

  test('shows what the next sync would do, with what is bent for the target', async () => {
    const company = openCompany([reporting('ada', '', { title: 'Dr' })], {
      target: {
        profile: { ...exampleProfile, users: { ...exampleProfile.users, writable: ['userName', 'title'] } },
      },
    });
    await company.sync();
    company.people = [reporting('ada', '', { title: 'Sir', name: 'Ada' })];
    const { outcome, text } = await said(company, 'ada');
    expect(outcome).toBe('planned');
    expect(text).toContain('title: "Dr" → "Sir"');
    expect(text).toContain('not held there: displayName, externalId');
  });

  test('finds the rule that rejects a record, in one or in several', async () => {
    const company = openCompany([reporting('ada'), reporting('bob'), reporting('cy')]);
    await company.sync();
    company.people = [
      reporting('ada', '', { status: 'asleep' }),
      reporting('bob'),
      reporting('bob'),
      { ...reporting('cy'), user: 'x' },
      { ...reporting('di'), user: 'x' },
    ];
    expect(await said(company, 'ada')).toMatchObject({
      outcome: 'rejected',
      rule: expect.stringMatching(/^rule 1:/) as string,
    });
    const bob = await said(company, 'bob');
    expect(bob).toMatchObject({
      outcome: 'rejected',
      says: expect.stringContaining('lines 3, 4; the account stays as it is') as string,
      rule: expect.stringMatching(/^rule 4:/) as string,
    });
    expect(bob.view.records).toHaveLength(2);
    expect(await said(company, 'di')).toMatchObject({
      outcome: 'rejected',
      says: expect.stringMatching(/this userName.*no account/) as string,
    });
    await company.sync();
    expect((await said(company, 'ada')).says).toContain(
      'the account stays as it is, since 1970-01-01 00:18:40',
    );
  });

  test('tells scope and departure apart', async () => {
    const company = openCompany([reporting('ada'), reporting('bob'), reporting('cy', '', left)], {
      target: { mapping: { assign: template(({ record }) => record['title'] !== 'guest') } },
    });
    await company.sync();
    expect(await said(company, 'cy')).toMatchObject({
      outcome: 'none',
      rule: expect.stringMatching(/^rule 5/) as string,
    });
    company.people = [reporting('ada', '', { title: 'guest' }), reporting('di', '', { title: 'guest' })];
    expect(await said(company, 'di')).toMatchObject({
      outcome: 'none',
      says: 'not assigned here, so that there is no account',
    });
    expect(await said(company, 'ada')).toMatchObject({
      outcome: 'planned',
      says: 'the next sync sends deactivate: no longer assigned here',
    });
    expect(await said(company, 'bob')).toMatchObject({
      outcome: 'planned',
      says: 'the next sync sends deactivate: no longer in the source',
    });
    await company.sync();
    expect(await said(company, 'bob')).toMatchObject({
      outcome: 'off',
      says: expect.stringContaining('no longer in the source') as string,
    });
  });

  test('shows what holds, with the command that lets it through', async () => {
    const company = openCompany([reporting('ada'), reporting('bob')], {
      target: { limits: { deactivate: { count: 0, floor: 0 } } },
    });
    await company.sync();
    company.people = [reporting('ada'), reporting('bob', '', left)];
    await company.sync();
    const { outcome, says, text, more } = await said(company, 'bob');
    expect([outcome, says]).toEqual([
      'held',
      'deactivate is held: 1 deactivate operation, and the limit is 0',
    ]);
    const [{ checksum }] = more['held'] as [{ checksum: string }];
    expect(text).toContain(`rollcall approve app ${checksum.slice(0, 16)}`);
    company.people = [];
    company.receipt = { count: 0 };
    company.configuration = {
      ...company.configuration,
      source: { ...company.configuration.source, limits: { shrunk: 1, rejected: 1, floor: 0 } },
    };
    expect(await said(company, 'ada')).toMatchObject({
      outcome: 'held',
      says: expect.stringContaining('everything that comes of this read is held') as string,
    });
  });

  test('says what is waited for: a manager, an invitation, an answer', async () => {
    const create = { ...exampleProfile.create, invites: true, invitedReadable: false };
    const company = openCompany([reporting('ada'), reporting('bob', 'ada')], {
      target: { profile: { ...exampleProfile, create } },
    });
    company.directory.before = ({ method }, name) =>
      method === 'POST' && name === 'ada' ? failing({})() : undefined;
    await company.sync();
    const bob = await said(company, 'bob');
    expect(bob.text).toMatch(/note +manager|waits for the account of ada/);
    company.people = [reporting('ada'), reporting('bob', '', left)];
    company.directory.accounts.clear();
    company.directory.before = failing({ class: 'missing', code: 'notFound', status: 404 });
    await company.sync();
    expect(await said(company, 'bob')).toMatchObject({
      outcome: 'waiting',
      rule: expect.stringMatching(/^rule 14/) as string,
    });
    const after = openCompany([reporting('eve')]);
    after.directory.before = () => {
      after.directory.trouble = { class: 'transient', code: 'server', message: 'busy' };
      return failing({ class: 'unanswered', code: 'unreachable', message: 'cut' })();
    };
    await after.sync();
    expect(await said(after, 'eve')).toMatchObject({
      outcome: 'inDoubt',
      rule: expect.stringMatching(/^law 11/) as string,
    });
  });

  test('says what failed and what to do, and that a target is halted', async () => {
    const company = openCompany([reporting('ada')]);
    company.directory.before = failing({
      status: 400,
      message: 'app answered 400: title is too long',
      requestId: 'r-1',
    });
    await company.sync();
    const { outcome, says, text } = await said(company, 'ada');
    expect([outcome, says]).toEqual([
      'failed',
      expect.stringContaining('title is too long; sent again by the first run after'),
    ]);
    expect(text).toContain('(400, request r-1)');
    company.people = [reporting('ada', '', { title: 'x' })];
    company.directory.before = failing({
      class: 'target',
      code: 'unauthorised',
      message: 'the token was refused',
      status: 401,
    });
    await company.sync();
    expect(await said(company, 'ada')).toMatchObject({
      outcome: 'halted',
      change: causeOf('unauthorised').remedy,
    });
  });

  test('names protection, a probable re-key and people who swap names', async () => {
    const company = openCompany([reporting('ada'), reporting('bob'), reporting('cy'), reporting('di')], {
      target: { mapping: { protect: template(({ record }) => record['boss'] === 'vip') } },
    });
    await company.sync();
    company.people = [
      reporting('ada', 'vip', left),
      { ...reporting('eve'), user: 'bob' },
      { ...reporting('cy'), user: 'di' },
      { ...reporting('di'), user: 'cy' },
    ];
    for (const [key, rule] of [
      ['ada', 'rule 13'],
      ['bob', 'rule 12'],
      ['eve', 'rule 12'],
      ['cy', 'rule 26'],
      ['di', 'rule 26'],
    ] as const)
      expect(await said(company, key)).toMatchObject({
        outcome: 'leftOut',
        rule: expect.stringMatching(`^${rule}`) as string,
      });
  });

  test('tells each target apart, also one that is only observed', async () => {
    const company = openCompany([reporting('ada')], {
      targets: [
        targetWith(),
        targetWith({ name: 'watched', mode: 'observe', baseUrl: 'http://127.0.0.1/w' }),
      ],
    });
    await company.sync();
    expect(await said(company, 'ada', 'watched')).toMatchObject({
      outcome: 'observed',
      says: 'this target is only observed: create would be sent',
    });
    expect((await said(company, 'ada', 'app')).outcome).toBe('inSync');
  });

  test('goes by the record that is kept, where the source cannot be read', async () => {
    const company = openCompany([reporting('ada', '', { title: 'Dr' })], {
      mapping: { ...exampleMapping, key: { ...exampleMapping.key, readsAll: true } },
    });
    await company.sync();
    const { engine } = company;
    const openSource = engine.openSource.bind(engine);
    Object.assign(company.engine, {
      openSource: (...parts: Parameters<typeof openSource>) => ({
        ...openSource(...parts),
        read: () => {
          throw new RollcallError('source', 'there is no such file');
        },
      }),
    });
    const { outcome, text, view } = await said(company, 'ada');
    expect(view).toMatchObject({
      source: { read: false, error: { code: 'source' } },
      records: [{ identity: {} }],
    });
    expect(outcome).toBe('inSync');
    expect(text).toMatch(/there is no such file\n.*the record that was accepted last/);
    await expect(said(company, 'nobody')).rejects.toThrow(
      'the source cannot be read, and the state knows nobody with the key',
    );
  });

  test.each([
    ['aad', 'did you mean ada'],
    ['ADA.LOVE', 'that is a name of ada'],
    ['nothing like it', 'check --offline --sample'],
  ])('of %s, whom nobody has, says who is near', async (key, hint) => {
    const company = openCompany([{ ...reporting('ada'), user: 'ada.love' }]);
    await company.sync();
    const error = await explain(company.engine, key, [], () => undefined).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'notFound',
      problems: [{ hint: expect.stringContaining(hint) as string }],
    });
  });
});
