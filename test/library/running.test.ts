import { expect, test } from 'vitest';
import { running } from '../../src/library/running.ts';

interface Counted {
  readonly type: 'number' | 'skipped';
  readonly count: number;
}

const number = (count: number): Counted => ({ type: 'number', count });

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const event of events) found.push(event);
  return found;
}

test('its events are those from the beginning, for each who listens, and end with it', async () => {
  const run = running<string, Counted>(async (teller) => {
    for (const count of [1, 2, 3]) {
      teller.tell(number(count));
      await Promise.resolve();
    }
    return 'done';
  });
  const [one, other] = await Promise.all([all(run), all(run)]);
  expect(one).toEqual([1, 2, 3].map(number));
  expect(other).toEqual(one);
  expect(await run).toBe('done');
  expect(await all(run)).toEqual([]);
});

test('what nobody takes in time is counted, and the rest comes in its order', async () => {
  const run = running<void, Counted>(async (teller) => {
    for (let count = 0; count < 10_007; count++) teller.tell(number(count));
    await Promise.resolve();
  });
  const events = await all(run);
  expect(events).toHaveLength(10_001);
  expect(events.at(-2)).toEqual(number(9999));
  expect(events.at(-1)).toEqual({ type: 'skipped', count: 7 });
});

test('whoever tells in turn waits for whoever listens, and for nobody who has stopped', async () => {
  let told = 0;
  const run = running<number, Counted>(async (teller) => {
    while (told < 5000) await teller.tellInTurn(number(told++));
    return told;
  });
  let taken = 0;
  for await (const event of run) {
    expect(event.count).toBe(taken++);
    expect(told - taken).toBeLessThanOrEqual(1001);
    if (taken === 3000) break;
  }
  expect(await run).toBe(5000);
});

test('an error ends the events as well as the promise, and is handled by either', async () => {
  const failing = () =>
    running<void, Counted>(async (teller) => {
      teller.tell(number(1));
      await Promise.reject(new Error('no'));
    });
  const seen: Counted[] = [];
  const listen = async (): Promise<void> => {
    for await (const event of failing()) seen.push(event);
  };
  await expect(listen()).rejects.toThrow('no');
  expect(seen).toEqual([number(1)]);
  await expect(failing()).rejects.toThrow('no');
});
