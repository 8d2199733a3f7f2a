/**
 * Makes `dist` of the sources: `npm run build`. The program and the packages that it uses are put together in few files,
 * since to find and read some five hundred was half of the time of a short command. Types are looked at by `npm run check`.
 */
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist');

/** What is started or imported: the program, the library, and each thread, which is looked for under its name beside the code that starts it. */
const input = {
  main: 'src/cli/main.ts',
  index: 'src/library/index.ts',
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

await declare('src/library/index.ts');

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

/**
 * Writes what a file declares, and the files that it takes types from, into `dist/types`. Each is looked at by itself,
 * which takes a tenth of a second in the place of twenty: what they export has to say its type in so many words.
 */
async function declare(file, written = new Set()) {
  if (written.has(file)) return;
  written.add(file);
  const path = join(root, file);
  const { outputText, diagnostics } = ts.transpileDeclaration(await readFile(path, 'utf8'), {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: { isolatedDeclarations: true, declaration: true, verbatimModuleSyntax: true },
  });
  for (const { messageText } of diagnostics)
    throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  const others = [];
  const text = outputText.replace(/(from ['"])(\.{1,2}\/[^'"]*)\.ts(['"])/g, (_, before, other, after) => {
    others.push(`${other}.ts`);
    return `${before}${other}.js${after}`;
  });
  const out = join(target, 'types', relative('src', file).replace(/\.ts$/, '.d.ts'));
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, text);
  for (const other of others) await declare(relative(root, resolve(dirname(path), other)), written);
}
