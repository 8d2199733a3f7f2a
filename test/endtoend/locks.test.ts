import { mkdirSync, rmSync, rmdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService, openPlace } from '../support/place.ts';
import { accounts, creations, journalled, playService, requested, writes } from '../support/service.ts';

interface PlanReport {
  readonly targets: {
    readonly app: { readonly held: readonly { readonly kind: string; readonly checksum: string }[] };
  };
}

describe.concurrent('two runs on one state file', patient, () => {
  test('the second sync names the first; plan, status, check and approve go on, and what is approved then goes out', async (context) => {
    const place = await openPlaceWithService(context, { target: 'limits: { deactivate: { count: 0 } }' });
    const company = people(3);
    place.people(company);
    await place.settle();
    place.people([...company.slice(0, 2), person(4)]);
    place.mock.addFault('delay=600000,method=POST');
    const before = journalled(place.mock);
    const first = place.start('sync', '--quiet');
    await requested(place.mock, 'POST', 1, { since: before });

    const started = performance.now();
    const second = await place.run('sync');
    expect(second.code).toBe(1);
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(second.stderr).toMatch(
      new RegExp(
        `error: app is being delivered to by \`rollcall sync\`, process ${first.pid} on \\S+, since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z`,
      ),
    );
    expect(second.stderr).toMatch(/wait until it has ended/);
    const asJson = await place.run('sync', '--json');
    expect(asJson.code).toBe(1);
    expect(asJson.json()).toMatchObject({
      error: { code: 'locked', message: expect.stringContaining(String(first.pid)) as string },
    });

    const [plan, status, check] = [
      await place.run('plan', '--json'),
      await place.run('status'),
      await place.run('check'),
    ];
    expect([plan.code, status.code, check.code]).toEqual([3, 0, 0]);
    expect(status.stdout).toMatch(/has not ended \(it runs, or it was killed\)/);
    const [held] = plan.json<PlanReport>().targets.app.held;
    expect(held!.kind).toBe('deactivate');
    expect((await place.run('approve', 'app', held!.checksum)).code).toBe(0);
    expect(writes(place.mock, before)).toHaveLength(1);

    first.kill('SIGKILL');
    await first.ended;
    place.mock.clearFaults();
    await place.settle();
    expect(accounts(place.mock)).toEqual({
      'person1@example.com': true,
      'person2@example.com': true,
      'person3@example.com': false,
      'person4@example.com': true,
    });
    expect([...creations(place.mock).values()]).toEqual([1, 1, 1, 1]);
  });

  test('of one busy target and one free one, the free one is served', async (context) => {
    const [place, busy, free] = [openPlace(context), await playService(context), await playService(context)];
    place.configure({
      baseUrl: busy.url,
      targets: `free:\n  connector: generic\n  baseUrl: ${free.url}\n  auth: { kind: bearer, token: { env: APP_TOKEN } }`,
    });
    place.people(people(2));
    busy.addFault('delay=600000,method=GET');
    const first = place.start('sync', 'app', '--quiet');
    await requested(busy, 'GET', 1);
    const second = await place.run('sync', '--json');
    expect(second.code).toBe(4);
    const { targets } = second.json<{
      targets: Record<string, { state: string; error?: { code: string } }>;
    }>();
    expect(targets['free']!.state).toBe('done');
    expect(targets['app']).toMatchObject({ state: 'failed', error: { code: 'locked' } });
    expect(Object.keys(accounts(free))).toHaveLength(2);
    first.kill('SIGKILL');
    await first.ended;
  });

  test('started at the same moment on a state that is not there yet, both end well and everybody is created once', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(20));
    place.mock.addFault('delay=20,method=POST');
    const ended = await Promise.all([place.run('sync'), place.run('sync'), place.run('sync')]);
    for (const { code, stderr } of ended) {
      expect([0, 1]).toContain(code);
      if (code === 1) expect(stderr).toMatch(/is being delivered to by|another run is delivering to app/);
    }
    expect(ended.map(({ code }) => code)).toContain(0);
    expect([...creations(place.mock).values()]).toEqual(Array.from({ length: 20 }, () => 1));
    expect(writes(place.mock)).toHaveLength(20);
  });

  test('a lock that cannot be one is said with its path and what to do, and nothing is sent', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(2));
    place.write('rollcall.db.app.lock', 'not what it should be\n'.repeat(50));
    const garbage = await place.run('sync');
    rmSync(place.path('rollcall.db.app.lock'));
    mkdirSync(place.path('rollcall.db.app.lock'));
    const folder = await place.run('sync');
    for (const { code, stderr } of [garbage, folder]) {
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^error: the lock \S+rollcall\.db\.app\.lock cannot be used .*\n.*may be removed.*\n$/,
      );
    }
    expect(place.mock.journal()).toEqual([]);
    rmdirSync(place.path('rollcall.db.app.lock'));
    expect((await place.run('sync')).code).toBe(0);
  });
});
