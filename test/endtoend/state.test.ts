import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import type { Place } from '../support/place.ts';
import { accounts, creations, journalled, requested, writes } from '../support/service.ts';

const company = people(4);

function modeOf(place: Place, name: string): string {
  return (statSync(place.path(name)).mode & 0o777).toString(8);
}

/** Makes a database of somebody else. */
function database(place: Place, sql: string): void {
  const other = new Database(place.path('rollcall.db'));
  other.exec(sql);
  other.close();
}

interface Bad {
  readonly name: string;
  readonly spoil: (place: Place) => void;
  readonly says: RegExp;
}

const bad: readonly Bad[] = [
  {
    name: 'is a folder',
    spoil: (place) => mkdirSync(place.path('rollcall.db')),
    says: /rollcall\.db is a folder/,
  },
  {
    name: 'is a text',
    spoil: (place) => place.write('rollcall.db', 'not a database at all\n'.repeat(100)),
    says: /rollcall\.db is not a Rollcall state/,
  },
  {
    name: "is somebody else's database",
    spoil: (place) => database(place, 'CREATE TABLE account (id)'),
    says: /is a database, but not one of Rollcall's/,
  },
  {
    name: 'was written by a newer Rollcall',
    spoil: (place) => database(place, 'CREATE TABLE meta (x); PRAGMA user_version = 99'),
    says: /newer Rollcall \(state version 99.*\).*\n.*update Rollcall/,
  },
];

describe.concurrent('a state that', patient, () => {
  test.for(bad)(
    '$name is left as it is, with a sentence, and nothing is sent',
    async ({ spoil, says }, context) => {
      const place = await openPlaceWithService(context);
      place.people(company);
      spoil(place);
      const before = [...place.files()].filter(([name]) => name === 'rollcall.db');
      const runs = await Promise.all([place.run('sync'), place.run('plan', '--json')]);
      for (const { code, stdout, stderr } of runs) {
        expect(code).toBe(1);
        expect(stderr + stdout.replaceAll('\\n', '\n')).not.toMatch(/\n {4}at /);
      }
      expect(runs[0].stderr).toMatch(says);
      expect(runs[1].json()).toMatchObject({ error: { code: 'state' } });
      expect(place.mock.journal()).toEqual([]);
      expect([...place.files()].filter(([name]) => name === 'rollcall.db')).toEqual(before);
    },
  );

  test('lies in a folder that is not there is said with its path', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    place.write(
      'rollcall.yaml',
      readFileSync(place.path('rollcall.yaml'), 'utf8').replace('./rollcall.db', './state/rollcall.db'),
    );
    const ended = await place.run('sync');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/state\/rollcall\.db cannot be opened in \/.*\/state/);
    expect(place.mock.journal()).toEqual([]);
  });

  test('is an empty file, as a run that was killed at its start may leave it, is a new one', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    place.write('rollcall.db', '');
    expect((await place.run('sync')).code).toBe(0);
    expect([...creations(place.mock).values()]).toEqual([1, 1, 1, 1]);
  });

  test('was damaged is said to be, and nobody is created a second time from it', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    await place.settle();
    const since = journalled(place.mock);
    truncateSync(place.path('rollcall.db'), statSync(place.path('rollcall.db')).size / 2);
    const ended = await place.run('sync');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/rollcall\.db is damaged.*\n.*move \S+rollcall\.db aside.*rollcall rebuild/);
    // As it says: aside, and anew from what the target holds.
    for (const end of ['', '-wal', '-shm']) rmSync(place.path(`rollcall.db${end}`), { force: true });
    place.people(company.slice(1));
    expect((await place.run('rebuild', 'app', '--json')).json()).toMatchObject({
      target: 'app',
      complete: true,
      linked: { inSource: 3, notInSource: 1 },
      unplaced: 0,
      items: [],
    });
    expect(writes(place.mock, since)).toEqual([]);
    await place.settle();
    expect(accounts(place.mock)).toMatchObject({ 'person1@example.com': false, 'person2@example.com': true });
    expect(writes(place.mock, since)).toHaveLength(1);
  });

  test('was lost creates nobody a second time: the accounts are there, and are asked about', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    await place.settle();
    const since = journalled(place.mock);
    rmSync(place.path('rollcall.db'));
    const ended = await place.run('sync');
    expect(ended.code).toBe(3);
    expect(ended.stdout).toMatch(/HELD link 4/);
    expect(writes(place.mock, since)).toEqual([]);
  });

  test('is made belongs to its owner alone, and so does everything beside it', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    place.mock.addFault('delay=600000,method=POST');
    const running = place.startWith({ shell: 'umask 0; exec "$@"' }, 'sync', '--quiet');
    await requested(place.mock, 'POST', 1);
    const names = [...place.files().keys()].filter((name) => name.startsWith('rollcall.db'));
    expect(names).toEqual(expect.arrayContaining(['rollcall.db', 'rollcall.db-wal', 'rollcall.db.app.lock']));
    expect(names.map((name) => [name, modeOf(place, name)])).toEqual(names.map((name) => [name, '600']));
    expect(
      [...place.files().keys()]
        .filter((name) => name.startsWith('tmp/'))
        .map((name) => modeOf(place, name.replace(/\/[^/]*$/, ''))),
    ).not.toContain('777');
    running.kill('SIGKILL');
    await running.ended;
  });

  test('somebody has opened to others is closed again', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    await place.settle();
    chmodSync(place.path('rollcall.db'), 0o666);
    expect((await place.run('sync')).code).toBe(0);
    expect(modeOf(place, 'rollcall.db')).toBe('600');
  });
});

/** Runs as somebody whom permissions bind: root reads and writes everything. */
async function bound(context: TestContext, place: Place): Promise<{ readonly uid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const uid = 65534;
  execFileSync('chown', ['-R', String(uid), place.folder]);
  const { code } = await place.runWith({ uid }, '--version').catch(() => ({ code: 1 }));
  if (code !== 0) context.skip('nobody else may run the program here');
  return { uid };
}

describe.concurrent('a state that may only be read', patient, () => {
  test('as a file stops a sync before anything is sent', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    await place.settle();
    place.people([...company.slice(1), person(5)]);
    const user = await bound(context, place);
    const since = journalled(place.mock);
    if (user.uid !== undefined) execFileSync('chown', ['root', place.path('rollcall.db')]);
    chmodSync(place.path('rollcall.db'), 0o444);
    const ended = await place.runWith(user, 'sync');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: the state \S+rollcall\.db (cannot be written|cannot be used)/);
    expect(writes(place.mock, since)).toEqual([]);
  });

  test('because of its folder stops a sync before anything is sent', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    const user = await bound(context, place);
    chmodSync(place.folder, 0o555);
    const ended = await place.runWith(user, 'sync');
    chmodSync(place.folder, 0o755);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: the state \S+rollcall\.db cannot be (written|opened)/);
    expect(place.mock.journal()).toEqual([]);
  });
});

describe.concurrent('a disk that is full', patient, () => {
  test('while the plan is made stops the run with a sentence, and nothing is sent', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(3000));
    const ended = await place.runWith({ shell: 'ulimit -f 200; exec "$@"' }, 'sync');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: /);
    expect(ended.stderr).not.toMatch(/\n {4}at /);
    expect(writes(place.mock)).toEqual([]);
    expect([...place.files().keys()].filter((name) => name.startsWith('tmp/'))).toEqual([]);
  });

  test('in the middle of delivery stops the run, and the next one creates nobody twice', async (context) => {
    const place = await openPlaceWithService(context);
    const many = people(600);
    place.people(many);
    // Enough for the plan, and not for all that is written down of the answers.
    const ended = await place.runWith({ shell: 'ulimit -f 2800; exec "$@"' }, 'sync', '--quiet');
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/^error: the state \S+rollcall\.db .*\n.*is looked up by the next run\n$/);
    const made = place.mock.users().length;
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(600);
    await place.settle();
    expect(Object.keys(accounts(place.mock))).toHaveLength(600);
    expect([...creations(place.mock).values()].filter((times) => times !== 1)).toEqual([]);
  });

  test('or no place for temporary files at all is told with what to do', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    const ended = await place.runWith({ env: { TMPDIR: place.path('nowhere') } }, 'plan');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: nothing temporary can be written in \S+nowhere.*\n.*TMPDIR/);
  });
});
