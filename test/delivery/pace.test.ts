import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createPace } from '../../src/delivery/pace.ts';
import type { Pace } from '../../src/delivery/pace.ts';
import type { RequestKind } from '../../src/model/index.ts';

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe('a pace', () => {
  test('starts no more at a time than the target bears', async () => {
    const pace = createPace({ concurrency: 3 });
    let running = 0;
    let most = 0;
    for (let index = 0; index < 12; index++)
      void pace.run(async () => {
        most = Math.max(most, ++running);
        await soon();
        running--;
      });
    expect(pace.free()).toBe(0);
    await pace.idle();
    expect(most).toBe(3);
    expect(pace.free()).toBe(3);
  });

  test('gives the result, and the error, of what it ran', async () => {
    const pace = createPace({ concurrency: 1 });
    await expect(pace.run(async () => 7)).resolves.toBe(7);
    const fails = async (): Promise<never> => {
      throw new Error('no');
    };
    await expect(pace.run(fails)).rejects.toThrow('no');
    await expect(pace.run(async () => 8)).resolves.toBe(8);
  });

  test('has room when something can start', async () => {
    const pace = createPace({ concurrency: 1 });
    let finish: () => void = () => undefined;
    void pace.run(() => new Promise<void>((resolve) => (finish = resolve)));
    void pace.run(soon);
    let hasRoom = false;
    const room = pace.room().then(() => (hasRoom = true));
    await soon();
    expect(hasRoom).toBe(false);
    finish();
    await room;
    await pace.idle();
  });

  describe('by the clock', () => {
    const startedAt = async (limits: Parameters<typeof createPace>[0], ...after: readonly number[]) => {
      vi.useFakeTimers();
      onTestFinished(() => {
        vi.useRealTimers();
      });
      const pace = createPace(limits);
      const begin = Date.now();
      const starts: number[] = [];
      for (const at of after)
        setTimeout(() => {
          void pace.run(async () => {
            await pace.ask('writes', [], 'delivery');
            starts.push(Date.now() - begin);
          }, 'checked');
        }, at);
      await vi.advanceTimersByTimeAsync(20_000);
      return starts;
    };

    test('in no second starts more than the cap, wherever the second begins', async () => {
      // One early and many late in the window that a fixed clock would count.
      const late = Array.from({ length: 14 }, () => 900);
      const starts = await startedAt({ concurrency: 50, perSecond: 5 }, 0, ...late);
      expect(starts).toHaveLength(15);
      for (let index = 5; index < starts.length; index++)
        expect(starts[index]! - starts[index - 5]!).toBeGreaterThanOrEqual(1000);
      expect(starts.at(-1)).toBeLessThan(4000);
    });

    test('a fraction of a cap is rounded down', async () => {
      const starts = await startedAt({ concurrency: 50, perSecond: 2.9 }, 0, 0, 0);
      expect(starts[2]! - starts[0]!).toBeGreaterThanOrEqual(1000);
    });

    test('of less than one in a second keeps the distance', async () => {
      const starts = await startedAt({ concurrency: 4, perSecond: 0.5 }, 0, 0, 0);
      expect(starts).toHaveLength(3);
      expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(2000);
      expect(starts[2]! - starts[1]!).toBeGreaterThanOrEqual(2000);
    });

    test('keeps the kinds of requests apart, each at its own rate, and all that write at theirs', async () => {
      vi.useFakeTimers();
      onTestFinished(() => {
        vi.useRealTimers();
      });
      const pace = createPace({
        concurrency: 50,
        rates: [
          { of: 'writes', perSecond: 3 },
          { of: 'create', perSecond: 1 },
          { of: 'reads', perSecond: 2 },
        ],
      });
      const begin = Date.now();
      const at = async (what: 'reads' | 'writes', ...kinds: readonly RequestKind[]): Promise<number> => {
        await pace.ask(what, kinds, 'delivery');
        return Date.now() - begin;
      };
      expect(pace.free()).toBe(1);
      const asked = Promise.all([
        at('writes', 'create'),
        at('writes', 'update'),
        at('writes', 'create'),
        at('reads', 'read'),
        at('reads'),
        at('reads'),
      ]);
      await vi.advanceTimersByTimeAsync(0);
      // Nothing is leased that could not go out.
      expect(pace.free()).toBe(0);
      expect(pace.turnIn()).toBeGreaterThan(0);
      await vi.advanceTimersByTimeAsync(5000);
      expect(await asked).toEqual([0, 0, 1000, 0, 0, 1000]);
      expect(pace.free()).toBe(1);
    });

    test('of a burst starts no more at once, and no more in a second than the rate', async () => {
      const starts = await startedAt(
        { concurrency: 50, perSecond: 10, burst: 3 },
        ...Array.from({ length: 21 }, () => 0),
      );
      expect(starts).toEqual([
        0, 0, 0, 300, 300, 300, 600, 600, 600, 900, 1000, 1000, 1200, 1300, 1300, 1500, 1600, 1600, 1800,
        1900, 2000,
      ]);
    });
  });

  describe('of questions that planning asks', () => {
    const questions = (pace: Pace, count: number, at: (index: number) => void): void => {
      for (let index = 0; index < count; index++)
        void pace.run(async () => {
          await pace.ask('reads', [], 'planning');
          at(index);
        });
    };

    test('keeps each to its turn, and lets whoever delivers have the next one', async () => {
      vi.useFakeTimers();
      onTestFinished(() => {
        vi.useRealTimers();
      });
      const pace = createPace({ concurrency: 8, perSecond: 1 });
      const begin = Date.now();
      const at: [string, number][] = [];
      questions(pace, 8, (index) => at.push([`question ${index}`, Date.now() - begin]));
      await vi.advanceTimersByTimeAsync(2500);
      expect(at.map(([, when]) => when)).toEqual([0, 1000, 2000]);
      void pace.run(async () => {
        await pace.ask('reads', ['read'], 'delivery');
        at.push(['read', Date.now() - begin]);
        await pace.ask('writes', ['update'], 'delivery');
        at.push(['PUT', Date.now() - begin]);
      }, 'first');
      // A place is free as soon as one of the questions has been asked.
      await vi.advanceTimersByTimeAsync(20_000);
      expect(at.slice(3, 6)).toEqual([
        ['read', 3000],
        ['PUT', 4000],
        [expect.stringContaining('question'), 5000],
      ]);
      expect(at).toHaveLength(10);
    });

    test('stops before what is kept for those who leave, however many are asked at a time', async () => {
      const budgets = [{ of: 'requests', count: 40, per: 'hour' }] as const;
      const sleep = async (): Promise<void> => undefined;
      const pace = createPace({ concurrency: 8, budgets, reserve: 10 }, { now: () => 0, sleep });
      let count = 0;
      const asked = Array.from({ length: 50 }, () =>
        pace.run(async () => {
          for (let index = 0; index < 2; index++) {
            await pace.ask('reads', [], 'planning');
            count++;
          }
        }),
      );
      const refused = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected');
      expect(count).toBe(36);
      expect(refused.length).toBeGreaterThan(30);
      expect(pace.free(true)).toBe(4);
      await pace.ask('writes', ['update'], 'delivery');
      expect(pace.free(true)).toBe(3);
    });
  });

  test('promises nobody what those that it has let start are about to ask', async () => {
    const pace = createPace({
      concurrency: 8,
      perSecond: 3,
      budgets: [{ of: 'requests', count: 40, per: 'hour' }],
    });
    let ask: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (ask = resolve));
    const done = pace.run(async () => {
      await started;
      await pace.ask('writes', [], 'delivery');
    }, 'checked');
    expect(pace.free()).toBe(2);
    const nothing = pace.run(async () => undefined, 'checked');
    await nothing;
    expect(pace.free()).toBe(2);
    ask();
    await done;
    expect([pace.free(), pace.budgets.left(true, performance.now())]).toEqual([2, 39]);
  });
});
