/**
 * Plays days by hand: `node test/scenarios/main.ts --seed 7 --days 20`. With `--seeds 100`, that many from the first
 * on. `--real` runs the real program, a process for each command; `--tell` says what each day brought.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { told, wholeOf } from '../support/told.ts';
import { realProgram, sameProcess } from './program.ts';
import { play } from './story.ts';

const values = told({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    days: { type: 'string', default: '12' },
    people: { type: 'string', default: '14' },
    only: { type: 'string' },
    without: { type: 'string' },
    calm: { type: 'boolean', default: false },
    real: { type: 'boolean', default: false },
    tell: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

let failed = 0;
const first = wholeOf(values.seed, '--seed', 0);
const last = first + wholeOf(values.seeds, '--seeds') - 1;
for (let seed = first; seed <= last; seed++) {
  const folder = mkdtempSync(join(tmpdir(), `rollcall-days-${seed}-`));
  const story = await play({
    seed,
    days: wholeOf(values.days, '--days'),
    size: wholeOf(values.people, '--people'),
    folder,
    program: values.real ? realProgram : sameProcess,
    calm: values.calm,
    ...(values.only !== undefined && { only: values.only.split(',') }),
    ...(values.without !== undefined && { without: values.without.split(',') }),
  });
  if (story.faults.length > 0) failed++;
  console.log(
    `seed ${seed}: ${story.days} days, ${story.faults.length === 0 ? 'as the rules want it' : 'NOT as the rules want it'}`,
  );
  if (values.tell || story.faults.length > 0) console.log(story.told.map((line) => `  ${line}`).join('\n'));
  for (const fault of story.faults) console.log(`  ! ${fault}`);
  if (values.keep) console.log(`  ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
