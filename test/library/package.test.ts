import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What is built is looked at: `npm test` builds first. */
test('what package.json points to is there, and is among what is published', () => {
  const { exports, bin, man, files, engines } = JSON.parse(read('package.json')) as {
    exports: Record<string, string | Record<string, string>>;
    bin: Record<string, string>;
    man: string;
    files: readonly string[];
    engines: { node: string };
  };
  const main = exports['.'] as Record<string, string>;
  for (const path of [...Object.values(main), ...Object.values(bin), man].map((one) =>
    one.replace('./', ''),
  )) {
    expect(existsSync(join(root, path)), path).toBe(true);
    expect(
      files.some((one) => path === one || path.startsWith(`${one}/`)),
      path,
    ).toBe(true);
  }
  // Types are looked for before what they are the types of.
  expect(Object.keys(main)).toEqual(['types', 'default']);
  expect(engines.node).toBe('>=22.21');
});

test('the declarations name nothing but each other, so that no package is needed to read them', () => {
  const folder = join(root, 'dist', 'types');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.d.ts'),
  );
  expect(files).toContain(join('library', 'index.d.ts'));
  for (const name of files) {
    const text = readFileSync(join(folder, name), 'utf8');
    for (const [, from] of text.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
      expect(from, name).toMatch(/^\.\.?\/.*\.js$/);
      expect(existsSync(join(folder, name, '..', from!.replace(/\.js$/, '.d.ts'))), `${name}: ${from}`).toBe(
        true,
      );
    }
    expect(text, name).not.toMatch(/\bNodeJS\.|\bBuffer\b/);
  }
});
