import { expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, journalled, requested, writes } from '../support/service.ts';

test(
  'somebody is offboarded while a sync delivers: before the creates that wait, and both say so',
  patient,
  async (context) => {
    const place = await openPlaceWithService(context, {
      target: 'concurrency: 1\nlimits: { deactivate: { count: 0 } }',
    });
    place.people([person(1)]);
    await place.settle();
    place.people(people(40));
    place.mock.addFault('delay=100,method=POST');
    const before = journalled(place.mock);
    const sync = place.start('sync', '--quiet');
    await requested(place.mock, 'POST', 1, { since: before });

    const off = await place.run('offboard', 'P0001', '--reason', 'stolen laptop', '--json');
    expect([off.code, off.stderr]).toEqual([0, '']);
    expect(off.json()).toMatchObject({
      key: 'P0001',
      offboarded: { reason: 'stolen laptop' },
      targets: { app: { state: 'off', confirmedAt: expect.any(String) as string, matches: [] } },
    });
    const sent = writes(place.mock, before).map(({ method }) => method);
    expect(sent).toContain('PATCH');
    expect((await sync.ended).code).toBe(0);
    const all = writes(place.mock, before).map(({ method }) => method);
    expect(all.filter((method) => method === 'POST')).toHaveLength(39);
    // It was on the wire long before the creates that had been released before it.
    expect(all.indexOf('PATCH')).toBeLessThan(30);
    expect(accounts(place.mock)).toMatchObject({
      'person1@example.com': false,
      'person2@example.com': true,
    });

    expect((await place.run('access', '--person', 'P0001')).stdout).toMatch(/off {2}.*offboarded by/);
    expect((await place.run('status')).stdout).toMatch(/P0001 {2}offboarded since .* by .*: stolen laptop/);
    expect(await place.run('provision', 'P0001')).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/P0001 {2}is offboarded, and gets nothing/) as string,
    });
    expect((await place.run('offboard', 'P0001', '--lift')).code).toBe(0);
    expect((await place.run('provision', 'P0001')).stdout).toMatch(/app {2}on \(reactivate\)/);
    for (const args of [
      ['offboard', 'X1'],
      ['offboard', 'P0001', '--lift'],
      ['offboard', ' '],
      ['provision', 'X1'],
      ['offboard', 'P0001', '--wait', 'long'],
    ])
      expect([args, (await place.run(...args)).code]).toEqual([args, 1]);
    expect(writes(place.mock, before).filter(({ method }) => method === 'PATCH')).toHaveLength(2);
  },
);
