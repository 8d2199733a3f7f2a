import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { people } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import type { Place } from '../support/place.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, creations, journalled, requested, writes } from '../support/service.ts';
import type { Mock } from '../../src/mock/index.ts';
import { PHASES, tell } from '../kill/story.ts';

/** Set ROLLCALL_SEED to the printed number to have the same moments again; by hand there are more of them (`test/kill/main.ts`). */
const seed = Number(process.env['ROLLCALL_SEED'] ?? randomInt(2 ** 31));
const kills = Number(process.env['ROLLCALL_KILLS'] ?? 8);

/** Whole numbers from a range, the same for the same seed (mulberry32, public domain). */
function numbers(stream: number): (from: number, to: number) => number {
  let state = (seed + stream) | 0;
  return (from, to) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return from + (((mixed ^ (mixed >>> 14)) >>> 0) % (to - from + 1));
  };
}

/**
 * Syncs and kills it at the so-many-th request of a method: while the service works on it, or when it has answered and
 * the answer is hardly read.
 */
async function killAt(
  place: Place & { readonly mock: Mock },
  method: string,
  count: number,
  answered: boolean,
): Promise<void> {
  const since = journalled(place.mock);
  const running = place.start('sync', '--quiet');
  await requested(place.mock, method, count, { since, answered });
  running.kill('SIGKILL');
  expect((await running.ended).signal).toBe('SIGKILL');
  console.info(`seed ${seed}: killed at ${method} number ${count}, ${answered ? 'answered' : 'asked'}`);
}

describe.concurrent('killed with SIGKILL', patient, () => {
  test('three times in the middle of 1,000 creates, the next sync ends it and everybody is created once', async (context) => {
    const place = await openPlaceWithService(context);
    const company = people(1000);
    const moment = numbers(1);
    place.people(company);
    place.mock.addFault('delay=5,method=POST');
    for (const answered of [true, false, true]) await killAt(place, 'POST', moment(60, 280), answered);
    const made = place.mock.users().length;
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(1000);

    place.mock.clearFaults();
    const ended = await place.run('sync', '--quiet');
    expect(ended).toMatchObject({ code: 0 });
    expect(place.mock.users()).toHaveLength(1000);
    const created = creations(place.mock);
    expect(created.size).toBe(1000);
    expect([...created.values()].filter((times) => times !== 1)).toEqual([]);
    expect(writes(place.mock).filter(({ status }) => status === 409)).toEqual([]);
    expect((await place.run('plan', '--exit-code')).code).toBe(0);
  });

  test('at drawn moments of creates, updates and changes of groups, nothing is missing and nothing was done twice', async (context) => {
    const told = await tell(context, { seed, kills });
    console.info(`seed ${seed}:`, JSON.stringify(told));
    expect(told.faults).toEqual([]);
    for (const phase of PHASES) expect(told.kills[phase]).toBeGreaterThanOrEqual(Math.floor(kills / 4));
  });

  test('before the first request that writes, nothing was done and the next sync does it', async (context) => {
    const place = await openPlaceWithService(context);
    const company = people(20);
    place.people(company);
    place.mock.addFault('delay=600000,method=GET');
    await killAt(place, 'GET', 1, false);
    expect(place.mock.users()).toEqual([]);
    place.mock.clearFaults();
    await place.settle();
    expect([...creations(place.mock).values()]).toEqual(company.map(() => 1));
  });

  test('while answers are lost, people who leave before the next sync are switched off all the same', async (context) => {
    const place = await openPlaceWithService(context, { target: 'concurrency: 1' });
    const [stays, absent, left] = people(3);
    place.people([stays!, absent!, left!]);
    for (const { email } of [absent!, left!]) place.mock.addFault(`drop=after,method=POST,user=${email}`);
    // The run goes on to wait for the time at which it may look them up.
    await killAt(place, 'POST', 3, false);
    expect(Object.values(accounts(place.mock))).toEqual([true, true, true]);
    expect((await place.run('status')).stdout).toMatch(/waiting [123]/);

    place.mock.clearFaults();
    place.people([stays!, { ...left!, status: 'left' }]);
    await place.settle();
    expect(accounts(place.mock)).toEqual({
      [stays!.email]: true,
      [absent!.email]: false,
      [left!.email]: false,
    });
    expect(writes(place.mock).filter(({ method }) => method === 'POST')).toHaveLength(3);
  });
});
