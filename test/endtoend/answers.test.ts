import { describe, expect, test } from 'vitest';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, creations, writes } from '../support/service.ts';
import { nextDay, team, teamOn } from '../support/team.ts';
import type { SyncReport } from '../support/team.ts';

describe.concurrent('answers that come late or never', patient, () => {
  test('429 is waited for as long as it asks, and costs one request', async (context) => {
    const place = await openPlaceWithService(context, { target: 'concurrency: 1' });
    place.people(team);
    place.mock.addFault('status=429,retryAfter=1,method=POST,after=1,count=1');
    expect((await place.run('sync')).code).toBe(0);
    const posts = writes(place.mock);
    expect(posts.map(({ status }) => status)).toEqual([201, 429, 201, 201, 201]);
    expect(Date.parse(posts[2]!.at) - Date.parse(posts[1]!.at)).toBeGreaterThanOrEqual(1000);
  });

  test('429 beyond --wait is left to the next run', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(team);
    place.mock.addFault('status=429,retryAfter=3600,method=POST');
    const started = performance.now();
    const ended = await place.run('sync', '--json', '--wait', '1s');
    expect(ended.code).toBe(4);
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(ended.json<SyncReport>().targets['app']).toMatchObject({
      state: 'partial',
      waiting: 4,
      failed: 0,
    });
    expect(writes(place.mock).length).toBeLessThanOrEqual(4);
  });

  test('a create that hangs beyond the timeout is looked up, and sent again where it came to nothing', async (context) => {
    const place = await openPlaceWithService(context, { target: 'timeout: 1s' });
    place.people(team);
    place.mock.addFault('delay=600000,method=POST,user=person3@example.com,count=1');
    const ended = await place.run('sync');
    expect(ended).toMatchObject({ code: 0 });
    expect([...creations(place.mock).values()]).toEqual([1, 1, 1, 1]);
    expect(accounts(place.mock)).toEqual(teamOn);
  });

  test('a deactivation that hangs is read by its id, and sent again', async (context) => {
    const place = await nextDay(context, 'timeout: 1s');
    place.mock.addFault('delay=600000,method=PATCH,user=person4@example.com,count=1');
    expect((await place.run('sync')).code).toBe(0);
    expect(accounts(place.mock)['person4@example.com']).toBe(false);
  });

  test('a list that hangs keeps back those who are new, and no leaver', async (context) => {
    const place = await nextDay(context, 'timeout: 1s');
    place.mock.addFault('delay=600000,method=GET');
    const ended = await place.run('sync', '--wait', '0s');
    expect(ended.code).toBe(4);
    expect(ended.stdout).toMatch(/P0005 {2}unproved: .*app did not answer within 1 seconds?/);
    expect(accounts(place.mock)).toEqual({ ...teamOn, 'person4@example.com': false });
    expect(place.mock.users()[0]).toMatchObject({ name: { givenName: 'Renamed' } });
    place.mock.clearFaults();
    // Pending delays outlive the fault: whoever waits for them has given up by now.
    expect((await place.run('sync')).code).toBe(0);
    expect(accounts(place.mock)['person5@example.com']).toBe(true);
  });
});
