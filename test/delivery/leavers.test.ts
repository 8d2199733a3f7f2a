import { expect, test } from 'vitest';
import { deliver } from '../../src/delivery/deliver.ts';
import type { DeliverOptions } from '../../src/delivery/delivery.ts';
import type { Outcome, ScimRequest } from '../../src/model/index.ts';
import { leaverLag } from '../../src/store/lag.ts';
import { openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { openHouse } from '../store/released.ts';
import type { House } from '../store/released.ts';
import { changed, created, deliveryOf, failed, paceAt, playTarget } from './answers.ts';

const queued = 100_000;

/** A state with two accounts, and a hundred thousand people who wait to be created. */
function crowded(): House {
  const house = openHouse();
  for (const key of ['gone', 'leaver']) house.link(key, { userName: key, active: true });
  house.state.db.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${queued})
     INSERT INTO person (id, key) SELECT 1000 + i, 'p' || i FROM n;
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${queued})
     INSERT INTO operation (run, target, phase, type, person, part, kind, after, changes, why, before_digest, digest, state)
       SELECT 1, ${house.target}, 100, 'User', 1000 + i, 0, 'create', '{"userName":"p' || i || '"}', '[]', '', '', '', 'open' FROM n`,
  );
  return house;
}

/** As another process releases it. */
function release(state: State, key: string): void {
  state.db
    .prepare(
      `INSERT INTO operation (run, target, phase, type, person, part, kind, after, changes, why, before_digest, digest, state)
       SELECT 1, 1, 0, 'User', id, 0, 'deactivate', ?, ?, '', '', '', 'open' FROM person WHERE key = ?`,
    )
    .run(
      JSON.stringify({ userName: key, active: false }),
      JSON.stringify([{ path: 'active', before: true, after: false }]),
      key,
    );
}

test('a leaver overtakes 100,000 creates, also one whom another process releases while they are sent', async () => {
  const house = crowded();
  const other = openState(house.state.path, false);
  const stop = new AbortController();
  const options: DeliverOptions = {
    pace: paceAt({ concurrency: 4 }),
    signal: stop.signal,
    until: 0,
    lookupLagSeconds: 0,
    sleep: async () => undefined,
  };
  release(other, 'gone');
  let released = 0;
  let wireAfter = 0;
  const send = async ({ method }: ScimRequest): Promise<Outcome> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (target.sent.length >= 40 && released === 0) {
      released = target.sent.length;
      wireAfter = performance.now();
      release(other, 'leaver');
    }
    if (method === 'POST') return created(`new-${target.sent.length}`);
    if (released > 0) {
      wireAfter = performance.now() - wireAfter;
      stop.abort();
    }
    return changed;
  };
  const target = playTarget({ send });
  await deliver(deliveryOf(house, target), options);
  other.close();
  const patches = target.sent.flatMap(({ method, path }, index) =>
    method === 'PATCH' ? [[path, index]] : [],
  );
  expect(patches[0]).toEqual(['/Users/id-gone', 0]);
  expect(patches[1]![0]).toBe('/Users/id-leaver');
  // Whatever had its place already goes first, and nobody else.
  expect(Number(patches[1]![1]) - released).toBeLessThanOrEqual(8);
  expect(wireAfter).toBeLessThan(1000);
  expect(house.rows(`SELECT count(*) AS n FROM operation WHERE kind = 'create'`)[0]!['n']).toBeGreaterThan(
    99_000,
  );
});

test('a leaver is not held by a rest that others are asked for, nor by a place in a slow rate', async () => {
  const house = openHouse();
  house.link('leaver', { userName: 'leaver', active: true });
  house.plan({
    operations: ['a', 'b', 'c'].map((key) => ({ key, kind: 'create', after: { userName: key } })),
  });
  let time = 1_000_000;
  const now = (): number => time;
  const target = playTarget({
    send: async ({ method }) =>
      method === 'POST' ? failed('transient', { code: 'rate', retryAfter: 3_600_000 }) : changed,
  });
  const slept: number[] = [];
  await deliver(deliveryOf(house, target, { now }), {
    pace: paceAt({ concurrency: 4, perSecond: 0.5 }, now),
    signal: new AbortController().signal,
    until: time + 600_000,
    lookupLagSeconds: 0,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      time += milliseconds;
    },
  });
  // Nothing but creates: what waits for an hour is left to the next run.
  expect([target.sent.length, slept]).toEqual([1, []]);

  const pace = paceAt({ concurrency: 4, perSecond: 0.5 }, now, { restUntil: time + 300_000 });
  await deliver(deliveryOf(house, target, { now }), {
    pace,
    signal: new AbortController().signal,
    until: time + 600_000,
    lookupLagSeconds: 0,
    sleep: async (milliseconds) => {
      time += milliseconds;
      if (time === 1_010_000) release(house.state, 'leaver');
    },
  });
  const at = target.sent.findIndex(({ method }) => method === 'PATCH');
  expect(at).toBe(1);
  expect(leaverLag(house.state, house.target, 0, time)).toMatchObject({ count: 1, open: 0 });
});

test('how long it takes until a leaver is off is counted from the read that showed it, over all attempts', () => {
  const house = openHouse();
  for (const key of ['a', 'b']) house.link(key, { userName: key, active: true });
  const leave = (key: string) =>
    ({ key, kind: 'deactivate', after: { userName: key, active: false }, changes: [] }) as const;
  house.plan({ operations: [leave('a'), leave('b')], now: 10_000 });
  const [a, b] = house.lease(10_500);
  expect(leaverLag(house.state, house.target, 0, 12_000)).toEqual({
    count: 0,
    open: 2,
    oldestOpenSeconds: 2,
  });
  house.confirm([{ kind: 'done', operation: a!, account: a!.account!, status: 200 }], 13_000);
  house.confirm(
    [{ kind: 'retry', operation: b!, runAt: 0, error: 'busy', code: 'server', counted: true }],
    13_000,
  );
  house.plan({ operations: [leave('b')], now: 20_000 });
  const [again] = house.lease(70_000);
  house.confirm([{ kind: 'done', operation: again!, account: again!.account!, status: 200 }], 70_500);
  expect(leaverLag(house.state, house.target, 0, 80_000)).toEqual({
    count: 2,
    medianSeconds: 3,
    longestSeconds: 60.5,
    open: 0,
  });
  expect(leaverLag(house.state, house.target, 75_000, 80_000)).toBeUndefined();
});
