/**
 * Writes the files that are made from the code: `npm run gen`. With `--check` it writes nothing, and exits with 1 where
 * a file is not what the code would make of it.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { configurationSchema } from '../dist/src/configuration/index.js';

const root = join(import.meta.dirname, '..');

/** Each gives a file's whole text, from its present text where only a part of it is made. */
const generators = [
  { file: 'config/schema.json', make: () => `${JSON.stringify(configurationSchema(), null, 2)}\n` },
];

const isCheck = process.argv.includes('--check');
const stale = [];
for (const { file, make } of generators) {
  const path = join(root, file);
  const before = await readFile(path, 'utf8').catch(() => '');
  const after = await make(before);
  if (before === after) continue;
  stale.push(file);
  if (isCheck) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, after);
}

if (stale.length > 0) {
  console.log(
    isCheck ? `stale: ${stale.join(', ')}. \`npm run gen\` makes them anew.` : `written: ${stale.join(', ')}`,
  );
  if (isCheck) process.exitCode = 1;
}
