import { existsSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { load } from '../../src/cli/engine.ts';
import type { Logger } from '../../src/cli/log.ts';
import { programOf } from '../../src/cli/program.ts';
import { run as sync } from '../../src/cli/sync.ts';
import type { Job, Work } from '../../src/daemon/agenda.ts';
import { lock } from '../../src/store/locks.ts';
import { openState } from '../../src/store/state.ts';
import { csv, people, person } from '../support/company.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, journalled, writes } from '../support/service.ts';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly target?: string;
  readonly state?: string;
  readonly counts?: Readonly<Record<string, number>>;
}

/** A place whose configuration a daemon carries out, and where what is told is written down. */
async function office(context: TestContext) {
  const place = await openPlaceWithService(context);
  const told = place.path('told');
  const notify = `notify: [{ kind: command, command: [/bin/sh, -c, 'cat >> "$0"', ${told}] }]`;
  const configure = (target: string): void => {
    place.configure({ baseUrl: place.mock.url, target });
    place.write('rollcall.yaml', `${readFileSync(place.path('rollcall.yaml'), 'utf8')}${notify}\n`);
  };
  const lines: Line[] = [];
  const say =
    (level: string) =>
    (fields: object | string, message = ''): void =>
      void lines.push(
        typeof fields === 'string' ? { level, message: fields } : { level, message, ...fields },
      );
  const log = { info: say('info'), warn: say('warn'), error: say('error') } as unknown as Logger;
  const options = {
    config: place.path('rollcall.yaml'),
    color: false,
    logLevel: 'silent',
    quiet: true,
  } as const;
  /** `ends`: whatever is delivered then is left to another job. */
  const job = async (work: Work, ends = false): Promise<readonly string[]> => {
    const lane = new AbortController();
    lines.length = 0;
    const giveBackMemory = (): void => undefined;
    const program = programOf(await load(options.config), { options, wait: 0, log, giveBackMemory });
    const one: Job = { work, targets: ['app'], at: 0 };
    const lanes = {
      planned: () => void (ends && lane.abort()),
      done: () => undefined,
      givesWay: () => lane.signal,
    };
    return (await program.carryOut(one, new AbortController().signal, lanes)).busy;
  };
  const events = (): readonly string[] =>
    existsSync(told)
      ? readFileSync(told, 'utf8')
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { event: string }).event)
      : [];
  return { ...place, configure, lines, job, events, options, told };
}

test('a job is a sync with a line for each target, and whoever wants to know is told of trouble by either', async (context) => {
  const place = await office(context);
  const { mock, job, lines, events } = place;
  place.people(people(20));
  place.configure('limits: { deactivate: { count: 2 } }');
  expect(await job('sync')).toEqual([]);
  expect(lines).toMatchObject([
    { level: 'info', message: 'synced', target: 'app', state: 'done', counts: { create: 20 } },
  ]);
  expect(events()).toEqual([]);

  mock.addFault('status=401');
  place.people(people(21));
  await job('sync');
  expect(lines).toMatchObject([{ level: 'error', target: 'app', state: 'failed' }]);
  expect(await sync({ ...place.options, wait: '0s', show: '0' }, [])).toBe(1);
  expect(events()).toEqual(['failed']);

  // The target is well again, and a file has lost too many.
  mock.clearFaults();
  place.people(people(16));
  expect(await sync({ ...place.options, wait: '0s', show: '0' }, [])).toBe(3);
  expect(events()).toEqual(['failed', 'recovered', 'held']);
  expect(readFileSync(place.told, 'utf8')).toMatch(/rollcall approve --config \S+ app [0-9a-f]{16}/);
  await job('sync');
  expect(lines).toMatchObject([{ level: 'warn', state: 'held', held: [{ kind: 'deactivate', count: 4 }] }]);
  expect(events()).toHaveLength(3);

  // What keeps a run from its targets is told as well.
  rmSync(place.path('people.csv'));
  await expect(job('sync')).rejects.toThrow();
  expect(events()).toEqual(['failed', 'recovered', 'held', 'failed']);
  expect(readFileSync(place.told, 'utf8')).toMatch(/"target":null[^\n]*people\.csv/);
  expect(Object.values(accounts(mock))).toEqual(Array.from({ length: 20 }, () => true));
});

test('a target that somebody else delivers to is asked for again', async (context) => {
  const place = await office(context);
  place.people(people(1));
  place.configure('');
  const state = openState(place.path('rollcall.db'), true);
  const attempt = lock(state, 'app', 'sync', 0);
  if (!attempt.held) throw new Error('not held');
  context.onTestFinished(() => {
    attempt.release();
    state.close();
  });
  expect(await place.job('sync')).toEqual(['app']);
  expect(place.events()).toEqual([]);
});

test('of several sources, too, what was released goes on while none of them can be read, and nothing is planned', async (context) => {
  const place = await office(context);
  const { mock, job, lines } = place;
  place.configure('limits: { deactivate: { count: 0, floor: 0 } }');
  const text = readFileSync(place.path('rollcall.yaml'), 'utf8');
  const source = text.match(/^source:.*\n(?: .*\n)*/m)![0];
  const one = (name: string): string =>
    `  ${name}: { connector: csv, path: ./${name}.csv, key: "\${record.id}" }\n`;
  const union = `sources:\n${one('hr')}${one('guests')}population: { union: [hr, guests] }\n`;
  place.write('rollcall.yaml', text.replace(source, union));
  place.write('hr.csv', csv(people(3)));
  place.write('guests.csv', csv([person(9)]));
  await job('sync');
  // Somebody's leave waits for an approval, and a delivery gave way.
  place.write('hr.csv', csv([person(1, { status: 'left' }), ...people(6).slice(1)]));
  await job('sync', true);
  expect(lines).toMatchObject([{ gaveWay: true, waiting: 3, held: [{ kind: 'deactivate' }] }]);
  rmSync(place.path('hr.csv'));
  rmSync(place.path('guests.csv'));
  await expect(job('sync')).rejects.toThrow();
  await job('events');
  expect(lines).toMatchObject([{ message: 'synced', waiting: 0, counts: { create: 3 } }]);
  expect(Object.values(accounts(mock))).toEqual(Array.from({ length: 7 }, () => true));
  const state = openState(place.path('rollcall.db'), false);
  context.onTestFinished(() => state.close());
  expect(state.db.prepare('SELECT kind FROM held').pluck().all()).toEqual(['deactivate']);
});

test('comparing only tells, and repairs where that is wanted', async (context) => {
  const place = await office(context);
  const { mock, job, lines } = place;
  place.people(people(3));
  place.configure('reconcile: "0 3 * * 0"');
  await job('sync');
  mock.addFault('vanish=person1@example.com');
  const before = journalled(mock);
  await job('reconcile');
  expect(lines).toMatchObject([
    { level: 'info', message: 'reconciled', target: 'app', counts: { missing: 1 } },
  ]);
  expect(writes(mock, before)).toEqual([]);
  place.configure('reconcile: { schedule: "0 3 * * 0", repair: true }');
  mock.clearFaults();
  await job('reconcile');
  expect(lines.map(({ message }) => message)).toEqual(['reconciled', 'synced']);
  expect(Object.keys(accounts(mock))).toHaveLength(3);
});
