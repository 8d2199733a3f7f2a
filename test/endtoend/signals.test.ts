import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, readdirSync, utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { people } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import type { Place } from '../support/place.ts';
import { accounts, creations, journalled, requested, writes } from '../support/service.ts';

const company = people(60);

/** Plans hold personal data: nothing of one may stay among the temporary files. */
function leftovers(place: Place): readonly string[] {
  return [...place.files().keys()].filter((name) => name.startsWith('tmp/'));
}

describe.concurrent('a run that is asked to stop', patient, () => {
  const signals = [
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
  ] as const;

  test.for(signals)(
    'by $signal finishes what is in flight, ends with $code, and the next one goes on',
    async ({ signal, code }, context) => {
      const place = await openPlaceWithService(context);
      place.people(company);
      place.mock.addFault('delay=60,method=POST');
      const running = place.start('sync', '--json');
      await requested(place.mock, 'POST', 12);
      running.kill(signal);
      const ended = await running.ended;
      expect(ended).toMatchObject({ code, signal: null });
      expect(ended.stderr).toMatch(/stopping: what is in flight is finished/);
      const asked = writes(place.mock);
      expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 201));
      expect(asked.length).toBeLessThan(company.length);
      const { targets } = ended.json<{
        targets: { app: { counts: { User: { create: number } }; waiting: number } };
      }>();
      expect(targets.app.counts.User.create).toBe(asked.length);
      expect(targets.app.waiting).toBe(company.length - asked.length);

      place.mock.clearFaults();
      const before = journalled(place.mock);
      await place.settle();
      // Nothing is in doubt, so nobody is looked up: the list of the accounts, and the creates.
      expect(writes(place.mock, before)).toHaveLength(company.length - asked.length);
      expect(place.mock.journal(before).filter(({ query }) => 'filter' in query)).toEqual([]);
      expect([...creations(place.mock).values()]).toEqual(company.map(() => 1));
    },
  );

  test('twice stops at once, and the next one looks at what was in flight', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company.slice(0, 3));
    place.mock.addFault('delay=600000,method=POST');
    const running = place.start('sync');
    await requested(place.mock, 'POST', 3);
    running.kill('SIGINT');
    await running.says(/once more to stop at once/);
    const pressed = performance.now();
    running.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, signal: null });
    expect(performance.now() - pressed).toBeLessThan(20_000);
    expect(leftovers(place)).toEqual([]);

    place.mock.clearFaults();
    await place.settle();
    expect([...creations(place.mock).values()]).toEqual([1, 1, 1]);
  });

  test('while it waits for a retry ends at once', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company.slice(0, 3));
    place.mock.addFault('status=429,retryAfter=50,method=POST');
    const running = place.start('sync', '--quiet', '--wait', '60s');
    await requested(place.mock, 'POST', 1, { answered: true });
    const pressed = performance.now();
    running.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 143 });
    expect(performance.now() - pressed).toBeLessThan(30_000);
    expect((await place.run('status')).stdout).toMatch(/pending 3|waiting 3/);
  });

  test('while it reads and plans sends nothing', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    place.mock.addFault('delay=700,method=GET');
    const running = place.start('sync', '--quiet');
    await requested(place.mock, 'GET', 1);
    running.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    expect(writes(place.mock)).toEqual([]);
    place.mock.clearFaults();
    await place.settle();
    expect(Object.keys(accounts(place.mock))).toHaveLength(company.length);
  });

  test('while it only plans ends at once and leaves nothing among the temporary files', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    place.mock.addFault('delay=600000,method=GET');
    const running = place.start('plan', '--quiet');
    await requested(place.mock, 'GET', 1);
    expect(leftovers(place)).not.toEqual([]);
    running.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 143, stdout: '' });
    expect(leftovers(place)).toEqual([]);
  });

  test('while it writes its plan into a pipe that nobody empties ends at once', async (context) => {
    const place = await openPlaceWithService(context);
    // More than a pipe holds.
    place.people(people(500));
    const pipe = place.path('tmp/pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    context.onTestFinished(() => closeSync(reader));
    const running = place.start('plan', '--quiet', '--out', pipe);
    await expect.poll(() => hasBytes(reader), { timeout: 60_000 }).toBe(true);
    running.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 143, stdout: '' });
  });

  test('by SIGKILL leaves its temporary files to the next run, which removes them and touches no others', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(company);
    place.mock.addFault('delay=600000,method=GET');
    const [killed, working] = [place.start('plan', '--quiet'), place.start('plan', '--quiet')];
    await requested(place.mock, 'GET', 2);
    killed.kill('SIGKILL');
    await killed.ended;
    const folders = readdirSync(place.path('tmp'));
    expect(folders).toHaveLength(2);
    const old = Date.now() / 1000 - 3600;
    for (const name of folders) utimesSync(place.path(`tmp/${name}`), old, old);
    place.write('tmp/something-else', 'of somebody else');

    place.mock.clearFaults();
    expect((await place.run('plan', '--quiet')).code).toBe(0);
    const left = readdirSync(place.path('tmp'));
    expect(left).toHaveLength(2);
    expect(left).toContain('something-else');
    working.kill('SIGTERM');
    await working.ended;
    expect(readdirSync(place.path('tmp'))).toEqual(['something-else']);
  });
});

/** Of a pipe that is read without waiting. */
function hasBytes(pipe: number): boolean {
  try {
    return readSync(pipe, Buffer.alloc(1)) > 0;
  } catch {
    return false;
  }
}
