import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createPace } from '../../src/delivery/pace.ts';
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
            starts.push(Date.now() - begin);
          });
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
      const at = async (...kinds: readonly RequestKind[]): Promise<number> => {
        await pace.turn(kinds);
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
        at('probe' as RequestKind),
      ]);
      await vi.advanceTimersByTimeAsync(0);
      // Nothing is leased that could not go out.
      expect(pace.free()).toBe(0);
      expect(pace.turnIn()).toBeGreaterThan(0);
      await vi.advanceTimersByTimeAsync(5000);
      expect(await asked).toEqual([0, 0, 1000, 0, 0, 1000, 0]);
      expect(pace.free()).toBe(1);
    });
  });
});
