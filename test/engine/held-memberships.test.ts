import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { wire } from '../../src/cli/engine.ts';
import type { Held, Kind } from '../../src/model/index.ts';
import type { SyncOptions } from '../../src/engine/contract.ts';
import { plan as planWith } from '../../src/engine/plan.ts';
import { offboardNow } from '../../src/engine/offboard-now.ts';
import { resumeTarget } from '../../src/engine/pause.ts';
import { sync } from '../../src/engine/sync.ts';
import { undoing } from '../../src/engine/undo.ts';
import { heldText } from '../../src/reports/held.ts';
import { styleFor } from '../../src/reports/style.ts';
import { targetRow } from '../../src/store/accounts.ts';
import { approve, heldKinds } from '../../src/store/approvals.ts';
import { currentRun } from '../../src/store/runs.ts';
import { openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { runOf } from '../../src/store/undo.ts';
import { people, person } from '../support/company.ts';
import type { Person } from '../support/company.ts';
import { openPlace } from '../support/place.ts';
import { accounts, journalled, playService, writes } from '../support/service.ts';
import { viewOf } from './company.ts';
import type { PlanView } from './company.ts';

// Whoever a guard holds on a target does not lose their groups there all the same.

interface Settings {
  readonly groups?: string;
  /** Of the target. */
  readonly connector?: string;
  readonly limits?: string;
  readonly more?: string;
  /** Of the source. */
  readonly source?: string;
}

const configuration = (
  url: string,
  {
    groups,
    connector = 'generic',
    limits = 'deactivate: { floor: 0, count: 2 }',
    more = '',
    source = '',
  }: Settings,
) => `state: ./rollcall.db
source: { connector: csv, path: ./people.csv, key: "\${record.id}"${source} }
identity: { userName: "\${record.email}", active: { from: "\${record.status}", on: [active], off: [left] } }
groups: [${groups ?? '{ name: Crew, members: "${record.department == \'Crew\'}" }'}]
targets:
  app: { connector: ${connector}, baseUrl: "${url}", auth: { kind: bearer, token: { env: APP_TOKEN } }, limits: { ${limits} }${more} }
`;

interface Ran {
  readonly view: PlanView;
  readonly counts: Readonly<Partial<Record<Kind, number>>>;
  readonly held: readonly Held[];
}

async function opened(context: TestContext, settings: Settings = {}) {
  const place = openPlace(context);
  const mock = await playService(context);
  const configure = (other: Settings): void => place.write('rollcall.yaml', configuration(mock.url, other));
  configure(settings);
  place.write('whole.yaml', 'title: Whole\ngroups: { update: put }\n');
  const engineNow = async () =>
    (await wire({ config: place.path('rollcall.yaml'), color: false, logLevel: 'silent' }, true)).engine;
  const inState = <T>(use: (state: State) => T): T => {
    const state = openState(place.path('rollcall.db'), false);
    try {
      return use(state);
    } finally {
      state.close();
    }
  };
  const run = async (options: Partial<SyncOptions> = {}): Promise<Ran> => {
    let view: PlanView | undefined;
    const [result] = await sync(
      await engineNow(),
      {
        names: [],
        command: 'sync',
        actor: 'test',
        signal: new AbortController().signal,
        wait: 0,
        sleep: async () => undefined,
        random: () => 0,
        newPassword: () => '',
        onPlan: (planned) => (view = viewOf(planned)),
        ...options,
      },
      (_, results) => results,
    );
    return { view: view!, counts: result!.counts, held: result!.held };
  };
  return {
    mock,
    configure,
    run,
    inState,
    reads: (rows: readonly Person[], options?: Partial<SyncOptions>): Promise<Ran> => {
      place.people(rows);
      return run(options);
    },
    plan: async () => planWith(await engineNow(), [], ({ targets }) => targets[0]!.sealed!),
    undo: async (id: number): Promise<Ran> => {
      const undone = inState((state) => runOf(state, id)!);
      return run({ build: undoing(undone), pauses: 'undone', command: `undo ${id}` });
    },
    offboard: async (key: string) =>
      offboardNow(
        await engineNow(),
        { key, actor: 'test', command: `offboard ${key}` },
        { signal: new AbortController().signal, wait: 0, sleep: async () => undefined, random: () => 0 },
      ),
    resume: async () => resumeTarget(await engineNow(), 'app', 'test'),
    waits: (): Readonly<Record<string, number>> =>
      inState((state) => {
        const held = heldKinds(state, targetRow(state, 'app')!.id);
        return Object.fromEntries(held.map(({ kind, count }) => [kind, count]));
      }),
    /** Lets through what is held of some kinds; of some people alone, where they are named. */
    approve: (kinds: readonly Held['kind'][], keys?: readonly string[]): void =>
      inState((state) => {
        const { id: target } = targetRow(state, 'app')!;
        for (const { kind, checksum } of heldKinds(state, target))
          if (kinds.includes(kind))
            approve(state, {
              target,
              name: 'app',
              checksum,
              actor: 'test',
              now: Date.now(),
              ...(keys && { keys }),
            });
      }),
    /** The same of what a plan shows, which the state need not hold. */
    approveOf: (held: readonly Held[], keys?: readonly string[]): void =>
      inState((state) => {
        const { id: target } = targetRow(state, 'app')!;
        const given = { target, name: 'app', actor: 'test', now: Date.now(), ...(keys && { keys }) };
        for (const { checksum } of held) approve(state, { ...given, checksum });
      }),
    /** How many are in each group. */
    sizes: (): Readonly<Record<string, number>> => {
      const groups = mock.groups() as unknown as readonly {
        displayName: string;
        members: readonly string[];
      }[];
      return Object.fromEntries(groups.map(({ displayName, members }) => [displayName, members.length]));
    },
  };
}

/** Ten people, of whom the first eight are in the crew. */
const ten = (left: number, more: Partial<Person> = {}): Person[] =>
  people(10).map((one, index) => ({
    ...one,
    department: index < 8 ? 'Crew' : 'Desk',
    ...(index < left && { status: 'left', ...more }),
  }));
/** The last of the crew stays, and goes out of it. */
const moved = (rows: readonly Person[]): Person[] =>
  rows.map((one) => (one.id === 'P0008' ? { ...one, department: 'Desk' } : one));

const wordsOf = (held: readonly Held[]): readonly string[] => [...heldText('app', held, styleFor(false))];
const messages = (held: readonly Held[], kind: Kind): readonly string[] =>
  held.find((one) => one.kind === kind)!.breaches.map(({ message }) => message);

describe('where switching off is held', () => {
  test('the memberships of those people wait for it, and go with it; whoever stays goes out of a group as ever', async (context) => {
    const { reads, run, plan, approve: let_, sizes, waits } = await opened(context);
    await reads(ten(0));
    expect(sizes()).toEqual({ Crew: 8 });
    const { counts, held } = await reads(moved(ten(5)));
    expect([counts, sizes()]).toEqual([{ memberRemove: 1 }, { Crew: 7 }]);
    expect(held).toMatchObject([
      { kind: 'deactivate', count: 5 },
      { kind: 'memberRemove', count: 5, breaches: [{ rule: 'follows', number: 5 }] },
    ]);
    expect(wordsOf(held)).toEqual([
      expect.stringMatching(/HELD deactivate 5: 5 deactivate operations/),
      expect.stringMatching(/if that is meant: rollcall approve app/),
      '  HELD memberRemove 5: 5 wait for the deactivate of the same people, which is held',
    ]);
    // What is shown is what the next plan has, and it stays so.
    expect((await plan()).held.map(({ checksum }) => checksum)).toEqual(held.map(({ checksum }) => checksum));
    expect((await run()).counts).toEqual({});
    expect(waits()).toEqual({ deactivate: 5, memberRemove: 5 });
    let_(['deactivate']);
    const last = await run();
    expect([last.counts, last.held, sizes()]).toEqual([{ deactivate: 5, memberRemove: 5 }, [], { Crew: 2 }]);
    expect((await run()).view.operations).toEqual([]);
  });

  test('those of some people go with some of them', async (context) => {
    const { reads, run, approve: let_, sizes, waits } = await opened(context);
    await reads(ten(0));
    await reads(ten(5));
    let_(['deactivate'], ['P0001', 'P0002']);
    expect((await run()).counts).toEqual({ deactivate: 2, memberRemove: 2 });
    expect([waits(), sizes()]).toEqual([{ deactivate: 3, memberRemove: 3 }, { Crew: 6 }]);
    let_(['deactivate']);
    expect((await run()).counts).toEqual({ deactivate: 3, memberRemove: 3 });
  });

  test('an approval of them alone changes nothing, and is not used up', async (context) => {
    const { reads, run, approve: let_, sizes, inState } = await opened(context);
    await reads(ten(0));
    await reads(ten(5));
    let_(['memberRemove']);
    let_(['memberRemove'], ['P0001']);
    expect([(await run()).counts, sizes()]).toEqual([{}, { Crew: 8 }]);
    expect(inState(({ db }) => db.prepare('SELECT used_at FROM approval').pluck().all())).toEqual([
      null,
      null,
    ]);
    let_(['deactivate']);
    expect((await run()).counts).toEqual({ deactivate: 5, memberRemove: 5 });
  });

  test('a limit that they break in the end is shown with them, so that both are approved for one sync', async (context) => {
    const limits = 'deactivate: { floor: 0, count: 2 }, memberRemove: { floor: 0, count: 3 }';
    const { reads, run, approve: let_, sizes } = await opened(context, { limits });
    await reads(ten(0));
    const { counts, held } = await reads(moved(ten(5)));
    expect([counts, sizes()]).toEqual([{ memberRemove: 1 }, { Crew: 7 }]);
    expect(messages(held, 'memberRemove')).toEqual([
      '6 memberRemove operations, and the limit is 3',
      '5 wait for the deactivate of the same people, which is held',
    ]);
    expect(wordsOf(held).filter((line) => line.includes('rollcall approve'))).toHaveLength(2);
    let_(['deactivate', 'memberRemove']);
    expect((await run()).counts).toEqual({ deactivate: 5, memberRemove: 5 });
    expect((await run()).view.operations).toEqual([]);
  });

  test('the same where it is approved alone: they are held as before, with the same checksum', async (context) => {
    const limits = 'deactivate: { floor: 0, count: 2 }, memberRemove: { floor: 0, count: 3 }';
    const { reads, run, approve: let_, sizes } = await opened(context, { limits });
    await reads(ten(0));
    const { held: first } = await reads(ten(5));
    let_(['deactivate']);
    const { counts, held } = await run();
    expect([counts, sizes()]).toEqual([{ deactivate: 5 }, { Crew: 8 }]);
    expect(held).toEqual([{ ...first[1], breaches: [first[1]!.breaches[0]] }]);
    let_(['memberRemove']);
    expect((await run()).counts).toEqual({ memberRemove: 5 });
  });

  test('of removals that break their own limit, the others go by an approval of theirs, and all by both', async (context) => {
    const limits = 'deactivate: { floor: 0, count: 2 }, memberRemove: { floor: 0, count: 0 }';
    for (const isBoth of [true, false]) {
      const { reads, run, approve: let_, sizes, waits } = await opened(context, { limits });
      await reads(ten(0));
      expect((await reads(moved(ten(5)))).counts).toEqual({});
      expect(waits()).toEqual({ deactivate: 5, memberRemove: 6 });
      let_(isBoth ? ['deactivate', 'memberRemove'] : ['memberRemove']);
      const { counts } = await run();
      if (isBoth) {
        expect(counts).toEqual({ deactivate: 5, memberRemove: 6 });
        continue;
      }
      expect([counts, sizes()]).toEqual([{ memberRemove: 1 }, { Crew: 7 }]);
      let_(['deactivate', 'memberRemove']);
      expect((await run()).counts).toEqual({ deactivate: 5, memberRemove: 5 });
    }
  });

  test('what a plan shows of both is approved before a sync, and goes; whoever else goes counts for the limit', async (context) => {
    const limits = 'deactivate: { floor: 0, count: 2 }, memberRemove: { floor: 0, count: 3 }';
    const { reads, run, plan, approveOf, sizes } = await opened(context, { limits });
    await reads(ten(0));
    await reads(moved(ten(5)), { signal: AbortSignal.abort() });
    const { held } = await plan();
    expect(held.map(({ kind, count }) => [kind, count])).toEqual([
      ['deactivate', 5],
      ['memberRemove', 5],
    ]);
    approveOf(held);
    const last = await run();
    expect([last.counts, last.held, sizes()]).toEqual([{ deactivate: 5, memberRemove: 6 }, [], { Crew: 2 }]);
    // One went unasked, so that two more may.
    const out = ten(5).map((one, index) =>
      index === 5 || index === 6 ? { ...one, department: 'Desk' } : one,
    );
    expect((await reads(moved(out))).counts).toEqual({ memberRemove: 2 });
    expect((await reads(moved(ten(5)))).counts).toEqual({ memberAdd: 2 });
    expect((await reads(moved(out))).counts).toEqual({});
  });

  test('of what a plan shows, some go by an approval for some, and none by one of their memberships alone', async (context) => {
    const limits = 'deactivate: { floor: 0, count: 2 }, memberRemove: { floor: 0, count: 1 }';
    const { reads, run, plan, approveOf, sizes, waits } = await opened(context, { limits });
    await reads(ten(0));
    await reads(moved(ten(5)), { signal: AbortSignal.abort() });
    const { held } = await plan();
    const [off, out] = held;
    approveOf([out!], ['P0001', 'P0005']);
    approveOf([off!]);
    expect((await run()).counts).toEqual({ deactivate: 5, memberRemove: 2 });
    expect([waits(), sizes()]).toEqual([{ memberRemove: 4 }, { Crew: 6 }]);
  });

  test('what is let through of a kind that is held is in the trail with its checksum', async (context) => {
    const { reads, inState } = await opened(context);
    await reads(ten(0));
    const { held } = await reads(moved(ten(5)));
    const said = inState(
      ({ db }) =>
        db
          .prepare(`SELECT detail FROM audit WHERE event = 'plan.released' ORDER BY seq DESC LIMIT 1`)
          .pluck()
          .get() as string,
    );
    const { counts, checksums } = JSON.parse(said) as Record<string, Readonly<Record<string, unknown>>>;
    expect(counts).toEqual({ memberRemove: 1 });
    expect(checksums!['memberRemove']).toMatch(/^[0-9a-f]{64}$/);
    expect(held.map(({ checksum }) => checksum)).not.toContain(checksums!['memberRemove']);
  });

  test('the limit of each group counts whoever goes, and not whoever waits', async (context) => {
    const limits = 'deactivate: { floor: 0, count: 2 }, memberRemove: { floor: 0, percent: 20 }';
    const { reads, sizes } = await opened(context, { limits });
    await reads(ten(0));
    const { counts, held } = await reads(moved(ten(3)));
    expect([counts, sizes()]).toEqual([{ memberRemove: 1 }, { Crew: 7 }]);
    expect(messages(held, 'memberRemove')).toContainEqual(
      expect.stringMatching(/^4 of the 8 members of the group Crew are 50.0 %/),
    );
  });

  test('whoever is out of scope keeps their groups as well', async (context) => {
    const { reads, sizes, waits, configure } = await opened(context);
    await reads(ten(0));
    configure({ more: `, assign: "\${record.department != 'Crew' || record.id > 'P0004'}"` });
    expect((await reads(ten(0))).counts).toEqual({});
    expect([waits(), sizes()]).toEqual([{ deactivate: 4, memberRemove: 4 }, { Crew: 8 }]);
  });

  test('whoever is back, or is rejected, waits for nothing any more', async (context) => {
    const { reads, waits, sizes } = await opened(context);
    await reads(ten(0));
    await reads(ten(5));
    const rows = ten(5).map((one) => (one.id === 'P0001' ? { ...one, status: 'who knows' } : one));
    await reads(rows);
    expect(waits()).toEqual({ deactivate: 4, memberRemove: 4 });
    await reads(ten(0));
    expect([waits(), sizes()]).toEqual([{}, { Crew: 8 }]);
  });

  test('where a read is held and approved, and they are held still', async (context) => {
    const settings: Settings = { source: ', limits: { shrunk: 10, floor: 0 }' };
    const { reads, run, approve: let_, sizes, waits } = await opened(context, settings);
    await reads(ten(0));
    const rest = moved(ten(0)).slice(3);
    const { held } = await reads(rest);
    expect(held.map(({ kind, count }) => [kind, count])).toEqual([
      ['source', 7],
      ['deactivate', 3],
      ['memberRemove', 4],
    ]);
    let_(['source', 'memberRemove']);
    expect([(await run()).counts, sizes()]).toEqual([{ memberRemove: 1 }, { Crew: 7 }]);
    expect(waits()).toEqual({ deactivate: 3, memberRemove: 3 });
    let_(['deactivate']);
    expect((await run()).counts).toEqual({ deactivate: 3, memberRemove: 3 });
  });

  test('whoever is off already does not keep them until the account is deleted', async (context) => {
    const {
      reads,
      run,
      approve: let_,
      sizes,
      waits,
      inState,
    } = await opened(context, {
      limits:
        'deactivate: { floor: 9, count: 9 }, delete: { floor: 0, count: 0 }, memberRemove: { floor: 0, count: 0 }',
      more: ', onLeave: { deleteAfter: 1h }, allow: [create, deactivate, delete, createGroup, memberAdd, memberRemove]',
    });
    await reads(ten(0));
    expect((await reads(ten(2))).counts).toEqual({ deactivate: 2 });
    inState(({ db }) => db.exec('UPDATE account SET confirmed_at = 0'));
    let_(['memberRemove']);
    expect((await run()).counts).toEqual({ memberRemove: 2 });
    expect([waits(), sizes()]).toEqual([{ delete: 2 }, { Crew: 6 }]);
  });

  test('whoever of them is offboarded goes out of their groups, and the others do not', async (context) => {
    const { reads, run, offboard, sizes, waits } = await opened(context);
    await reads(ten(0));
    await reads(ten(5));
    await offboard('P0001');
    expect([(await run()).counts, sizes()]).toEqual([{}, { Crew: 7 }]);
    expect(waits()).toEqual({ deactivate: 4, memberRemove: 4 });
  });

  test('what an earlier plan released of somebody else goes on', async (context) => {
    const { reads, run, sizes, mock, waits } = await opened(context);
    await reads(ten(0));
    mock.addFault('status=503,method=PATCH');
    await reads(moved(ten(0)));
    await reads(moved(ten(5)));
    expect([waits(), sizes()]).toEqual([{ deactivate: 5, memberRemove: 5 }, { Crew: 8 }]);
    mock.clearFaults();
    expect([(await run({ wait: 100_000 })).counts, sizes()]).toEqual([{ memberRemove: 1 }, { Crew: 7 }]);
  });

  test('a group that goes as a whole keeps them', async (context) => {
    const {
      reads,
      run,
      approve: let_,
      sizes,
      mock,
    } = await opened(context, {
      connector: './whole.yaml',
    });
    await reads(ten(0));
    const before = journalled(mock);
    expect((await reads(moved(ten(5)))).counts).toEqual({ memberRemove: 1 });
    expect(writes(mock, before).map(({ method }) => method)).toEqual(['PUT']);
    expect(sizes()).toEqual({ Crew: 7 });
    let_(['deactivate']);
    await run();
    expect(sizes()).toEqual({ Crew: 2 });
  });

  test('a group that ends with them stays until they go', async (context) => {
    const settings: Settings = {
      groups: '{ from: "${split(record.department, \\";\\")}" }',
      limits: 'deactivate: { floor: 0, count: 2 }, deleteGroup: { floor: 5, count: 5 }',
      more: ', groups: { onGone: delete }',
    };
    const { reads, run, approve: let_, sizes, waits } = await opened(context, settings);
    const desks = (status: string) => [
      ...people(3).map((one) => ({ ...one, department: 'Crew', status })),
      person(4, { department: 'Desk' }),
    ];
    await reads([...desks('active'), person(5, { department: 'Alone' })]);
    const { counts, held } = await reads([...desks('left'), person(5, { department: 'Desk' })]);
    expect([counts, sizes()]).toEqual([
      { memberAdd: 1, deleteGroup: 1 },
      { Crew: 3, Desk: 2 },
    ]);
    expect(waits()).toEqual({ deactivate: 3, deleteGroup: 1 });
    expect(messages(held, 'deleteGroup')).toEqual([
      '1 waits for the deactivate of people in the group, which is held',
    ]);
    let_(['deactivate']);
    expect((await run()).counts).toEqual({ deactivate: 3, deleteGroup: 1 });
    expect(sizes()).toEqual({ Desk: 2 });
  });

  test('whoever else was in a group that ends with them goes out of it at once', async (context) => {
    const settings = (removals: string): Settings => ({
      groups: '{ from: "${split(record.department, \\";\\")}" }',
      limits: `deactivate: { floor: 0, count: 2 }, deleteGroup: { floor: 5, count: 5 }, memberRemove: ${removals}`,
      more: ', groups: { onGone: delete }',
    });
    const rows = (status: string, department: string): Person[] => [
      ...people(3).map((one) => ({ ...one, department: 'Crew', status })),
      person(4, { department }),
      person(5, { department: 'Desk' }),
    ];
    for (const isFree of [true, false]) {
      const removals = isFree ? '{ floor: 5, count: 5 }' : '{ floor: 0, count: 0 }';
      const { reads, run, plan, approve: let_, sizes, waits } = await opened(context, settings(removals));
      await reads(rows('active', 'Crew'));
      expect(sizes()).toEqual({ Crew: 4, Desk: 1 });
      const { counts } = await reads(rows('left', 'Desk'));
      expect([counts, sizes()]).toEqual([
        { memberAdd: 1, ...(isFree && { memberRemove: 1 }) },
        { Crew: isFree ? 3 : 4, Desk: 2 },
      ]);
      const held = { deactivate: 3, deleteGroup: 1, ...(!isFree && { memberRemove: 1 }) };
      expect(waits()).toEqual(held);
      expect((await plan()).totals.map(({ kind, count }) => [kind, count])).toEqual(Object.entries(held));
      if (isFree) {
        let_(['deactivate'], ['P0001']);
        expect((await run()).counts).toEqual({ deactivate: 1, memberRemove: 1 });
        expect([waits(), sizes()]).toEqual([
          { deactivate: 2, deleteGroup: 1 },
          { Crew: 2, Desk: 2 },
        ]);
      }
      let_(['deactivate']);
      // A group that goes now takes everybody with it who is in it.
      expect((await run()).counts).toEqual({ deactivate: isFree ? 2 : 3, deleteGroup: 1 });
      expect([waits(), sizes()]).toEqual([{}, { Desk: 2 }]);
    }
  });

  test('nothing of it goes with a plan of those who leave alone, nor with the one after', async (context) => {
    const { reads, run, approve: let_, sizes, waits, mock } = await opened(context);
    await reads(ten(0));
    const newcomer = person(11, { department: 'Crew' });
    expect((await reads([...ten(5), newcomer], { leaversWaitFor: 0 })).counts).toEqual({
      create: 1,
      memberAdd: 1,
    });
    expect([waits(), sizes()]).toEqual([{ deactivate: 5, memberRemove: 5 }, { Crew: 9 }]);
    let_(['deactivate'], ['P0001', 'P0002']);
    const { counts } = await reads([...ten(5), newcomer, person(12)], { leaversWaitFor: 0 });
    expect(counts).toEqual({ deactivate: 2, memberRemove: 2, create: 1 });
    expect([waits(), sizes()]).toEqual([{ deactivate: 3, memberRemove: 3 }, { Crew: 7 }]);
    let_(['deactivate']);
    expect((await run()).counts).toEqual({ deactivate: 3, memberRemove: 3 });
    expect(Object.values(accounts(mock)).filter((isOn) => !isOn)).toHaveLength(5);
  });

  test('an undo that is held takes nobody out of the groups that it put them in', async (context) => {
    const { reads, undo, approve: let_, sizes, waits, inState, run, resume } = await opened(context);
    await reads(ten(0).slice(5));
    await reads(ten(0));
    const id = inState(currentRun);
    expect(sizes()).toEqual({ Crew: 8 });
    expect((await undo(id)).counts).toEqual({});
    expect([waits(), sizes()]).toEqual([{ deactivate: 5, memberRemove: 5 }, { Crew: 8 }]);
    let_(['deactivate']);
    expect((await undo(id)).counts).toEqual({ deactivate: 5, memberRemove: 5 });
    expect([waits(), sizes()]).toEqual([{}, { Crew: 3 }]);
    await resume();
    await run();
    expect(sizes()).toEqual({ Crew: 8 });
  });
});

test('where few leave, their memberships go with them, whatever else is held', async (context) => {
  const { reads, sizes } = await opened(context, {
    limits: 'deactivate: { floor: 5, count: 5 }, update: { floor: 0, count: 0 }',
  });
  await reads(ten(0));
  const rows = ten(2).map((one) => (one.id === 'P0009' ? { ...one, email: 'other@example.com' } : one));
  const { counts, held } = await reads(rows);
  expect(held.map(({ kind }) => kind)).toEqual(['update']);
  expect([counts, sizes()]).toEqual([{ deactivate: 2, memberRemove: 2 }, { Crew: 6 }]);
});
