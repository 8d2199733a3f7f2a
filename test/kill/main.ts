/** Kills the real program by hand: `npm run build`, then `node test/kill/main.ts --kills 1000 --seed 7`. */
import type { Ending } from '../support/folder.ts';
import { told, wholeOf } from '../support/told.ts';
import { tell } from './story.ts';

const values = told({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const endings: (() => unknown)[] = [];
const ending = { onTestFinished: (end: () => unknown) => void endings.push(end) } as Ending;
const started = performance.now();
const story = await tell(ending, {
  seed: wholeOf(values.seed, '--seed', 0),
  kills: wholeOf(values.kills, '--kills'),
});
for (const end of endings.reverse()) await end();
const { kills, rounds, writes, faults } = story;
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`seed ${values.seed}: ${rounds} rounds, ${writes} writes, ${seconds} s; killed:`, kills);
console.log(faults.length === 0 ? 'nothing is missing, nothing was done twice' : faults.join('\n'));
process.exitCode = faults.length === 0 ? 0 : 1;
