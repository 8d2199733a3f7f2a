import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { run as undoCommand } from '../../src/cli/undo.ts';
import type { TargetConfiguration } from '../../src/model/index.ts';
import { pauseTarget } from '../../src/engine/pause.ts';
import { plan } from '../../src/engine/plan.ts';
import { undoing } from '../../src/engine/undo.ts';
import { targetRow } from '../../src/store/accounts.ts';
import { heldKinds } from '../../src/store/approvals.ts';
import { currentRun } from '../../src/store/runs.ts';
import { openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { rekey } from '../../src/store/rekey.ts';
import { runOf, targetsOfRun } from '../../src/store/undo.ts';
import { exampleProfile, template } from '../planning/example.ts';
import { person } from '../support/company.ts';
import { openPlace } from '../support/place.ts';
import { accounts, playService, writes } from '../support/service.ts';
import { openCompany, reporting, viewOf } from './company.ts';
import type { Company, Person } from './company.ts';

function inState<T>(company: Company, use: (state: State) => T): T {
  const state = openState(company.configuration.state, false);
  try {
    return use(state);
  } finally {
    state.close();
  }
}

const newest = (company: Company): number => inState(company, currentRun);

/** Undoes a run, the newest unless it is said otherwise. */
async function undo(company: Company, id = newest(company)) {
  const undone = inState(company, (state) => runOf(state, id)!);
  const { result, view } = await company.sync({
    build: undoing(undone),
    pauses: `run ${id} was undone`,
    command: `undo ${id}`,
  });
  return { ...view, result };
}

const shown = (company: Company, id = newest(company)) =>
  plan(company.engine, [], viewOf, undoing(inState(company, (state) => runOf(state, id)!)));

/** Synced with some people, and then with others. */
async function changed(
  before: readonly Person[],
  after: readonly Person[],
  target: Partial<TargetConfiguration> = {},
): Promise<Company> {
  const company = openCompany(before, { target });
  await company.sync();
  company.people = after;
  await company.sync();
  company.directory.log.length = 0;
  return company;
}

const reconfigured = (company: Company, part: Partial<TargetConfiguration>): void => {
  const [target] = company.configuration.targets;
  company.configuration = { ...company.configuration, targets: [{ ...target!, ...part }] };
};

describe('an undo', () => {
  test('gives attributes, names, managers and activity back, and takes created accounts off', async () => {
    const company = await changed(
      [reporting('ada', '', { title: 'Dr' }), reporting('bob', 'ada'), reporting('cy')],
      [
        reporting('ada', '', { user: 'lovelace', title: 'Prof' }),
        reporting('bob', 'cy'),
        reporting('cy'),
        reporting('eve'),
      ],
    );
    const { operations, notes, result } = await undo(company);
    expect(operations).toEqual(['deactivate eve', 'update ada', 'update bob']);
    // Whose account was a mistake has not left, and is nobody whom an auditor asks for.
    inState(company, ({ db }) => {
      expect(db.prepare(`SELECT key FROM audit WHERE event = 'person.left'`).all()).toEqual([]);
    });
    expect(result.leaverLag).toBeUndefined();
    expect([notes, result.state]).toEqual([[], 'done']);
    expect(company.directory.content()).toMatchObject({
      ada: { title: 'Dr', active: true },
      bob: { manager: 'ada' },
      eve: { active: false },
    });
    // The source still says so, and has the last word when the target is resumed.
    expect((await company.sync()).view.operations).toEqual(['update ada', 'update bob', 'reactivate eve']);
  });

  test('pauses the target in the transaction that releases it, and one that is shown writes nothing', async () => {
    const company = await changed(
      [reporting('ada', '', { title: 'Dr' })],
      [reporting('ada', '', { title: 'Prof' })],
    );
    const paused = () =>
      inState(company, ({ db }) =>
        db.prepare('SELECT paused_since, paused_by, paused_reason FROM target').get(),
      );
    const run = newest(company);
    expect((await shown(company)).operations).toEqual(['update ada']);
    expect([newest(company), company.directory.log]).toEqual([run, []]);
    expect(paused()).toEqual({ paused_since: null, paused_by: null, paused_reason: null });
    await undo(company);
    expect(paused()).toEqual({
      paused_since: company.now,
      paused_by: 'test',
      paused_reason: `run ${run} was undone`,
    });
    inState(company, ({ db }) => {
      expect(db.prepare('SELECT command FROM run ORDER BY id DESC').pluck().get()).toBe(`undo ${run}`);
      expect(db.prepare(`SELECT count(*) FROM audit WHERE event = 'target.paused'`).pluck().get()).toBe(1);
      expect(db.prepare('SELECT count(*) FROM receipt').pluck().get()).toBe(2);
    });
  });

  test('is stopped by a person who pauses the target meanwhile, and goes on when it is asked for again', async () => {
    const crowd = (part: Person) => ['a', 'b', 'c', 'd'].map((id) => reporting(id, '', part));
    const company = await changed(crowd({ title: 'Dr' }), crowd({ title: 'Prof' }), {
      pace: { concurrency: 1 },
    });
    const run = newest(company);
    company.directory.before = () => {
      if (company.directory.log.length === 2) pauseTarget(company.engine, 'app', { actor: 'ada' });
      return undefined;
    };
    const { result } = await undo(company, run);
    expect(result).toMatchObject({ state: 'partial', counts: { update: 2 }, waiting: 2 });
    expect(result.paused).toMatchObject({ actor: 'ada' });
    company.directory.before = () => undefined;
    expect((await undo(company, run)).result).toMatchObject({ state: 'done', counts: { update: 2 } });
  });

  test('stands before whatever else waits, also before those who leave', async () => {
    const company = await changed(
      [reporting('ada', '', { title: 'Dr' })],
      [reporting('ada', '', { title: 'Prof' })],
    );
    const phases = await plan(
      company.engine,
      [],
      ({ stage }) => stage.db.prepare('SELECT phase FROM ord').pluck().all() as number[],
      undoing(inState(company, (state) => runOf(state, currentRun(state))!)),
    );
    expect(phases.every((phase) => phase < 0)).toBe(true);
  });

  test('switches on again who is still here, and nobody who has left or is rejected', async () => {
    const everybody = ['ada', 'bob', 'cy', 'dan'].map((id) => reporting(id));
    const company = await changed(everybody, everybody);
    // A slip in `assign` switches all of them off.
    reconfigured(company, { digest: 'slip', mapping: { assign: template(() => false) } });
    await company.sync();
    const slip = newest(company);
    expect(Object.values(company.directory.content()).some(({ active }) => active === true)).toBe(false);
    reconfigured(company, { digest: 'slip', mode: 'observe' });
    company.people = [
      reporting('ada'),
      reporting('bob', '', { status: 'left' }),
      reporting('cy', '', { status: 'odd' }),
    ];
    reconfigured(company, { mode: 'full' });
    await company.sync();
    const { operations, notes } = await undo(company, slip);
    expect(operations).toEqual(['reactivate ada']);
    expect(notes).toEqual([
      'bob: has left, by the source as it was read last, and is not switched on',
      'cy: has a record that was rejected, and is not switched on',
      'dan: is in the source no more, and is not switched on',
    ]);
  });

  test('takes back what was done and not what became of it: later changes and other accounts stay', async () => {
    const company = await changed(
      [reporting('ada', '', { title: 'A', name: 'N' }), reporting('bob', '', { title: 'A' })],
      [
        reporting('ada', '', { title: 'B', name: 'M' }),
        reporting('bob', '', { title: 'B' }),
        reporting('eve'),
      ],
    );
    const run = newest(company);
    company.people = [
      reporting('ada', '', { title: 'C', name: 'M' }),
      reporting('bob', '', { title: 'B' }),
      reporting('eve'),
    ];
    await company.sync();
    inState(company, (state) => {
      rekey(state, { old: 'bob', now: 'robert', actor: 'x', at: 1 });
      state.db.exec(
        `UPDATE account SET remote_id = 'id99' WHERE person = (SELECT id FROM person WHERE key = 'eve')`,
      );
    });
    const { operations, notes } = await shown(company, run);
    expect(operations).toEqual(['update ada', 'update robert']);
    expect(notes).toEqual([
      'ada: title: changed again since, and left as it is',
      'eve: has another account by now, which stays',
    ]);
  });

  test('is guarded as any plan, held, approved by its checksum, and then carried out', async () => {
    const crowd = (part: Person) =>
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => reporting(id, '', part));
    const company = await changed(crowd({ title: 'A' }), crowd({ title: 'B' }), {
      limits: { update: { count: 10, floor: 0 } },
    });
    const run = newest(company);
    const held = await undo(company, run);
    expect(held).toMatchObject({ held: ['update'], result: { state: 'held', counts: {} } });
    expect(company.directory.log).toEqual([]);
    company.approve();
    const through = await undo(company, run);
    expect([through.checksums, through.result.counts]).toEqual([held.checksums, { update: 8 }]);
    expect(inState(company, (state) => heldKinds(state, targetRow(state, 'app')!.id))).toEqual([]);
  });

  test('of a deletion makes the account anew, with what it held', async () => {
    const company = await changed(
      [reporting('ada', '', { title: 'Dr' }), reporting('bob')],
      [reporting('ada', '', { title: 'Dr' }), reporting('bob')],
    );
    reconfigured(company, {
      digest: 'slip',
      mapping: { assign: template(() => false) },
      onOutOfScope: 'delete',
    });
    await company.sync();
    expect(company.directory.content()).toEqual({});
    const slip = newest(company);
    company.people = [reporting('ada', '', { title: 'Dr' })];
    await company.sync();
    const { operations, notes } = await undo(company, slip);
    expect(operations).toEqual(['create ada']);
    expect(notes).toEqual(['bob: is in the source no more, and gets no account again']);
    expect(company.directory.content()).toMatchObject({ ada: { title: 'Dr', active: true } });
    expect((await shown(company, slip)).notes).toEqual([
      'ada: was deleted, and has another account by now, which stays',
      'bob: is in the source no more, and gets no account again',
    ]);
  });

  test('of an undo does again what was undone', async () => {
    const company = await changed(
      [reporting('ada', '', { title: 'Dr' })],
      [reporting('ada', '', { title: 'Prof' }), reporting('eve')],
    );
    await undo(company);
    const { operations } = await undo(company);
    expect(operations).toEqual(['update ada', 'reactivate eve']);
    expect(company.directory.content()).toMatchObject({ ada: { title: 'Prof' }, eve: { active: true } });
    // And of a reactivation, whoever was off is off, whatever the rule for leavers is.
    reconfigured(company, { onLeave: 'keep' });
    expect((await shown(company)).operations).toEqual(['deactivate eve', 'update ada']);
  });

  test('keeps whom onLeave keeps or protect protects, and what a target cannot follow', async () => {
    const before = [reporting('ada', '', { title: 'Dr' })];
    const after = [reporting('ada', '', { title: 'Prof' }), reporting('eve'), reporting('zoe')];
    const company = await changed(before, after);
    const protect = template(({ identity }) => identity!['userName'] === 'zoe');
    const profile = { ...exampleProfile, users: { ...exampleProfile.users, createOnly: ['title'] } };
    reconfigured(company, { onLeave: 'keep', mapping: { protect }, profile });
    const { operations, notes } = await shown(company);
    expect(operations).toEqual([]);
    expect(notes).toEqual([
      'ada: Example service cannot follow a change of title',
      'eve: was created by the run, and is kept by onLeave',
    ]);
  });

  test('knows a target by its former name, and of a run that did nothing there is nothing', async () => {
    const company = await changed(
      [reporting('ada', '', { title: 'A' })],
      [reporting('ada', '', { title: 'B' })],
    );
    const run = newest(company);
    company.directories = new Map([['new', company.directory]]);
    const [target] = company.configuration.targets;
    company.configuration = {
      ...company.configuration,
      targets: [{ ...target!, name: 'new', renamedFrom: 'app' }],
    };
    expect((await shown(company, run)).operations).toEqual(['update ada']);
    await company.sync();
    expect(inState(company, (state) => [...targetsOfRun(state, run)])).toEqual([['app', 1]]);
    expect(inState(company, (state) => [...targetsOfRun(state, currentRun(state))])).toEqual([]);
    expect((await shown(company)).operations).toEqual([]);
  });
});

test('memberships go back as well, in the group and out of it, by the command', async (context) => {
  const place = openPlace(context);
  const mock = await playService(context, 'rfc');
  place.write(
    'rollcall.yaml',
    `state: ./rollcall.db
source: { connector: csv, path: ./people.csv, key: "\${record.id}" }
identity:
  userName: \${record.email}
  active: { from: "\${record.status}", on: [active], off: [left] }
groups:
  - { from: "\${split(record.department, ';')}" }
targets:
  app:
    connector: generic
    baseUrl: ${mock.url}
    auth: { kind: bearer, token: { env: APP_TOKEN } }
    assign: \${record.last != "gone"}
    onOutOfScope: delete
    allow: [create, update, deactivate, reactivate, delete]
    limits: { delete: { count: 9, floor: 9 } }
`,
  );
  const config = place.path('rollcall.yaml');
  const usual = { config, quiet: true, color: false, logLevel: 'silent', wait: '0s', show: '0' } as const;
  const inGroups = (...departments: readonly string[]) =>
    departments.map((department, index) => person(index + 1, { department }));
  const nameOf = (id: string) => mock.users().find((one) => one.id === id)!.userName as unknown as string;
  const members = (): object =>
    Object.fromEntries(
      mock.groups().map(({ displayName, members: all = [] }): [string, readonly string[]] => {
        const ids = (all as unknown as { value: string }[]).map(({ value }) => value);
        return [displayName as unknown as string, ids.map(nameOf).sort()];
      }),
    );
  place.people(inGroups('Sales', 'Sales;Board', ''));
  await place.settle();
  const first = members();
  place.people(inGroups('Board', 'Board', '', 'Board'));
  await place.settle();
  const second = members();
  place.people(inGroups('Board', 'Board', '', 'Board').map((one) => ({ ...one, last: 'gone' })));
  await place.settle();
  expect(accounts(mock)).toEqual({});
  expect(await undoCommand(usual, '3')).toBe(0);
  expect(members()).toEqual(second);
  // Those of the second run have other accounts by now.
  expect(await undoCommand({ ...usual, plan: true, exitCode: true }, '2')).toBe(0);
  const sent = writes(mock).length;
  await expect(undoCommand(usual, '99')).rejects.toThrow('there is no run 99: the newest is 4');
  expect(writes(mock)).toHaveLength(sent);

  // As a resumption does.
  const db = new Database(place.path('rollcall.db'));
  db.exec('UPDATE target SET paused_since = NULL');
  db.close();
  place.people(inGroups('Sales', 'Sales;Board', ''));
  await place.settle();
  expect(members()).toEqual(first);
  expect(await undoCommand(usual, '5')).toBe(0);
  expect(members()).toMatchObject(second);
});
