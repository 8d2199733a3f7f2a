import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const nursery = new URL('../../src/cli/nursery.ts', import.meta.url).href;

/** How large the nursery of a process is in the end that makes few steps and waits for long, in megabytes. */
const program = (grow: string): string => `
  import { setTimeout as sleep } from 'node:timers/promises';
  import { getHeapSpaceStatistics } from 'node:v8';
  import { keepNurserySmall, letNurseryBeLarge, letNurseryGrow } from '${nursery}';
  keepNurserySmall();
  let kept = [];
  const fill = () => (kept = Array.from({ length: 200000 }, (_, index) => ({ index, text: String(index) })));
  for (let run = 0; run < 2; run++) {
    ${grow}
    await sleep(300);
    for (let step = 0; step < 10; step++) fill();
  }
  const { space_size: size } = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  console.log(Math.round(size / 1024 / 1024));
`;

async function sizeOf(grow: string): Promise<number> {
  const args = ['--input-type=module', '-e', program(grow)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Number(stdout);
}

test('the nursery of a run that waits does not grow for as long as it waits', async () => {
  const [bounded, unbounded] = await Promise.all([
    sizeOf('letNurseryGrow();'),
    sizeOf('letNurseryBeLarge();'),
  ]);
  expect(bounded).toBeLessThanOrEqual(32);
  expect(unbounded).toBeGreaterThan(bounded);
});
