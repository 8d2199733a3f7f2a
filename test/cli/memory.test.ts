import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { memoryGivenBack } from '../../src/cli/memory.ts';

const memory = new URL('../../src/cli/memory.ts', import.meta.url).href;

/** What a program prints that has the functions at hand, and `fill`, which leaves much behind. */
async function printed(program: string): Promise<number[]> {
  const text = `
    import { setTimeout as sleep } from 'node:timers/promises';
    import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
    import { keepNurserySmall, letNurseryBeLarge, letNurseryGrow, memoryGivenBack } from '${memory}';
    keepNurserySmall();
    let kept = [];
    const fill = () => (kept = Array.from({ length: 200000 }, (_, index) => ({ index, text: String(index) })));
    const megabytes = (bytes) => Math.round(bytes / 1024 / 1024);
    ${program}
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', text]);
  return stdout.trim().split(/\s+/).map(Number);
}

/** How large the nursery of a process is in the end that makes few steps in two runs, and waits for long. */
const sizeOf = (grow: string): Promise<number[]> =>
  printed(`
    for (let run = 0; run < 2; run++) {
      ${grow}
      await sleep(300);
      for (let step = 0; step < 10; step++) fill();
    }
    const { space_size: size } = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    console.log(megabytes(size));
  `);

const requests = (count: number): string =>
  `const grow = letNurseryGrow(); for (let call = 0; call < ${count}; call++) grow();`;

test('the nursery of a run that waits does not grow for as long as it waits', async () => {
  const [[bounded], [unbounded]] = await Promise.all([
    sizeOf(requests(1024)),
    sizeOf('letNurseryBeLarge();'),
  ]);
  expect(bounded).toBeLessThanOrEqual(32);
  expect(unbounded).toBeGreaterThan(bounded!);
});

test('it grows while a run makes many requests, and not for a few', async () => {
  const small = (count: number): Promise<number[]> =>
    printed(`
      ${requests(count)}
      for (let step = 0; step < 3; step++) fill();
      console.log(megabytes(getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space').space_size));
    `);
  const [[few], [many]] = await Promise.all([small(1023), small(1024)]);
  expect(many).toBeGreaterThan(few! * 4);
});

test('what a job leaves behind is given back to the system, at most once a minute', async () => {
  const [before, soon, later, soonAgain, afterMinutes] = await printed(`
    let time = 0;
    const giveBack = memoryGivenBack(() => time);
    const held = () => console.log(megabytes(getHeapStatistics().total_physical_size));
    letNurseryBeLarge();
    const work = () => { for (let step = 0; step < 5; step++) fill(); kept = []; keepNurserySmall(); };
    work(); held();
    time += 59_999; giveBack(); held();
    time += 1; giveBack(); held();
    work();
    time += 59_999; giveBack(); held();
    time += 60_000; giveBack(); held();
  `);
  expect(soon).toBeGreaterThanOrEqual(before!);
  expect(later).toBeLessThan(before! / 4);
  expect(soonAgain).toBeGreaterThan(later! * 2);
  expect(afterMinutes).toBeLessThan(before! / 4);
});

test('it takes at most a hundredth of the time, however long it takes', () => {
  let [time, count] = [0, 0];
  const giveBack = memoryGivenBack(
    () => time,
    () => {
      time += 2000;
      count += 1;
    },
  );
  for (; time < 2_000_000; time += 1000) giveBack();
  // The first one after a minute, and another one each 200 seconds after that.
  expect(count).toBe(10);
});

test('of a job that ends within a minute of the last time, it is given back when that is over, once', () => {
  vi.useFakeTimers();
  try {
    let count = 0;
    const giveBack = memoryGivenBack(
      () => Date.now(),
      () => (count += 1),
    );
    const after = (seconds: number): number => {
      vi.advanceTimersByTime(seconds * 1000);
      return count;
    };
    expect(after(20)).toBe(0);
    giveBack();
    giveBack();
    expect([after(39), after(2), after(600)]).toEqual([0, 1, 1]);
    giveBack();
    expect(count).toBe(2);
    giveBack();
    expect([after(59), after(2), after(600)]).toEqual([2, 3, 3]);
  } finally {
    vi.useRealTimers();
  }
});

test('nothing else in the program sees the collector', async () => {
  expect(
    await printed(`memoryGivenBack(() => 0); console.log(typeof globalThis.gc === 'undefined' ? 1 : 0);`),
  ).toEqual([1]);
});
