import { describe, expect, test } from 'vitest';
import { people } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';

describe('a target that goes away', patient, () => {
  test('ends a run with 1 where nothing was sent, and with 4 where something was that may have been done', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(12));
    place.mock.addFault('status=503,method=POST,detail=busy');
    const failed = await place.run('sync', '--wait', '0s', '--json');
    expect(failed.json()).toMatchObject({ targets: { app: { state: 'failed', counts: {} } } });
    expect(failed.code).toBe(4);
    await place.mock.close();
    expect((await place.run('sync', '--wait', '0s')).code).toBe(1);
  });

  test('ends each run with 1 where nobody is there to be sent anything', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(3));
    await place.settle();
    await place.mock.close();
    place.people(people(3).map((one) => ({ ...one, first: 'Robin' })));
    for (let run = 0; run < 2; run++) {
      const failed = await place.run('sync', '--wait', '0s', '--quiet');
      expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') as string });
    }
  });

  test('is named by a plan also where everything that is new was released before', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(3));
    await place.settle();
    place.mock.addFault('status=429,method=POST');
    place.people(people(5));
    expect((await place.run('sync', '--wait', '0s', '--quiet')).code).toBe(4);
    await place.mock.close();
    const planned = await place.run('plan');
    expect(planned).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(/not all could be asked: app .*\n[^]*create {2}P0004/) as string,
    });
    const { targets } = (await place.run('plan', '--json')).json<{ targets: Record<string, object> }>();
    expect(targets['app']).toMatchObject({
      state: 'ready',
      error: { code: 'unreachable' },
      counts: { User: { create: 2 } },
    });
  });
});
