import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const nursery = new URL('../../src/cli/nursery.ts', import.meta.url).href;

/** Forty short runs of a process that goes on for long, and how large its nursery is in the end, in megabytes. */
const program = (after: string): string => `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { keepNurserySmall, letNurseryGrow } from '${nursery}';
  keepNurserySmall();
  let kept = [];
  for (let run = 0; run < 40; run++) {
    const grow = letNurseryGrow();
    for (let step = 0; step < 10; step++) {
      grow();
      kept = Array.from({ length: 20000 }, (_, index) => ({ index, text: String(index) }));
    }
    ${after}
  }
  const { space_size: size } = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  console.log(Math.round(size / 1024 / 1024));
`;

async function sizeOf(after: string): Promise<number> {
  const args = ['--input-type=module', '-e', program(after)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Number(stdout);
}

test('the nursery of a process with many short runs stops growing, where each is followed by keeping it small', async () => {
  const small = await sizeOf('keepNurserySmall();');
  expect(small).toBeGreaterThanOrEqual(8);
  expect(small).toBeLessThanOrEqual(64);
  expect(await sizeOf('')).toBeGreaterThan(small);
});
