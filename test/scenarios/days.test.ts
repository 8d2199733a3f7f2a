import { expect, test } from 'vitest';
import { temporaryFolder } from './place.ts';
import { realProgram, sameProcess } from './program.ts';
import { play } from './story.ts';

/** More of them: `SCENARIO_SEEDS=500 SCENARIO_SEED=1000 SCENARIO_DAYS=20 npx vitest run test/scenarios/days.test.ts`. */
const count = Number(process.env['SCENARIO_SEEDS'] ?? 8);
const first = Number(process.env['SCENARIO_SEED'] ?? 1);
const days = Number(process.env['SCENARIO_DAYS'] ?? 12);
const seeds = Array.from({ length: count }, (_, index) => first + index);

test.for(seeds)(
  'whatever the days bring, what is there is what the rules want (seed %i)',
  { timeout: 60_000 },
  async (seed, context) => {
    const folder = temporaryFolder(context);
    const story = await play({ seed, days, size: 14, folder, program: sameProcess });
    expect(story, story.told.join('\n')).toMatchObject({ faults: [], days });
  },
);

test('so it is through the real program (seed 2026)', { timeout: 120_000 }, async (context) => {
  const folder = temporaryFolder(context);
  const story = await play({ seed: 2026, days: 6, size: 10, folder, program: realProgram });
  expect(story, story.told.join('\n')).toMatchObject({ faults: [], days: 6 });
});
