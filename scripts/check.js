/**
 * Looks at everything but the tests: `npm run check`. As many checks run at a time as there are processors; each says
 * what it has found when it is done, and the exit code is 1 where one of them failed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';

/** The longest first. */
const checks = [
  'eslint .',
  'tsc -p tsconfig.json --noEmit',
  'prettier --check .',
  'vitest run test/walls.test.ts',
  'node scripts/generate.js --check',
];

/** Programs of `node_modules/.bin` are found because npm runs this. */
async function run(command) {
  const child = spawn(`${command} 2>&1`, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const output = await text(child.stdout);
  const [code] = await ended;
  console.log(`${code === 0 ? 'ok' : 'FAILED'}: ${command}${code === 0 ? '' : `\n${output}`}`);
  if (code !== 0) process.exitCode = 1;
}

const waiting = [...checks];
const lane = async () => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
};
await Promise.all(Array.from({ length: availableParallelism() }, lane));
