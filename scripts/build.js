/**
 * Makes `dist` of the sources: `npm run build`. The program and the packages that it uses are put together in few files,
 * since to find and read some five hundred was half of the time of a short command. Types are looked at by `npm run check`.
 */
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist');

/** What is started: the program, and each thread, which is looked for under its name beside the code that starts it. */
const input = {
  main: 'src/cli/main.ts',
  'queue-thread': 'src/store/queue/queue-thread.ts',
  'stage-thread': 'src/store/stage/stage-thread.ts',
};

const bundle = await rolldown({
  input,
  cwd: root,
  platform: 'node',
  // It looks for its compiled part beside itself.
  external: ['better-sqlite3'],
});
await rm(target, { recursive: true, force: true });
const { output } = await bundle.write({ dir: target, format: 'esm', chunkFileNames: '[name]-[hash].js' });
await bundle.close();

const packages = new Set();
for (const { moduleIds = [] } of output)
  for (const id of moduleIds) {
    const [folder] = /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id) ?? [];
    if (folder !== undefined) packages.add(folder);
  }
await writeFile(
  join(target, 'LICENSES.txt'),
  (await Promise.all([...packages].sort().map(licenceOf))).join('\n\n'),
);

/** What a package asks to be passed on with it. */
async function licenceOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8');
  return `${name} ${version} (${license})\n\n${text.trim()}`;
}
