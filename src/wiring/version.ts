import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's own folder: where `package.json` and `config` are, from the sources and from `dist` alike. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)));
export const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string })
  .version;

function findRoot(folder: string): string {
  const parent = dirname(folder);
  try {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string };
    if (name === 'rollcall') return folder;
  } catch {
    // Not here: the package's folder is further up.
  }
  if (parent === folder) throw new Error('the package rollcall is not where its code is');
  return findRoot(parent);
}
