import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RollcallError } from '../../src/model/index.ts';
import { explain } from './file.ts';

/** One file of a source, and how it stood when it was found. */
export interface PageFile {
  readonly path: string;
  /** When it was written and how long it is; nothing where it is not there. */
  readonly state: string;
}

/** Numbers in names are compared as numbers, so that page 10 follows page 9. */
const byName = new Intl.Collator('en', { numeric: true });

/** The files that paths and patterns name, in their order; those of one pattern by name. */
export async function findPages(paths: readonly string[]): Promise<readonly PageFile[]> {
  const found: string[] = [];
  for (const path of paths) found.push(...(basename(path).includes('*') ? await matches(path) : [path]));
  const repeated = found.find((path, index) => found.indexOf(path) !== index);
  if (repeated !== undefined) {
    throw new RollcallError('source', {
      message: `\`path\` names ${repeated} more than once`,
      locus: { file: repeated },
      hint: 'each page is read once: take out the path or the pattern that names it again',
    });
  }
  return Promise.all(found.map(async (path) => ({ path, state: await stateOf(path) })));
}

/** Throws where files have come, gone or changed since: what was read is then no one export. */
export async function requireUnchanged(paths: readonly string[], before: readonly PageFile[]): Promise<void> {
  const now = await findPages(paths);
  const changed = [...before, ...now].find(
    ({ path, state }) =>
      !before.some((one) => one.path === path && one.state === state) ||
      !now.some((one) => one.path === path && one.state === state),
  );
  if (changed === undefined) return;
  throw new RollcallError('source', {
    message: 'the pages changed while they were read',
    locus: { file: changed.path },
    hint: 'let the export write into another folder and rename it when it is whole, then run again',
  });
}

/** How a source of these paths is called. */
export function labelOf(paths: readonly string[]): string {
  const [first = '', ...rest] = paths;
  return rest.length === 0 ? first : `${first} … ${rest.at(-1)} (${paths.length} files)`;
}

async function matches(pattern: string): Promise<readonly string[]> {
  const folder = dirname(pattern);
  const parts = basename(pattern).split('*');
  const expression = new RegExp(`^${parts.map(literally).join('.*')}$`, 's');
  const names = (await listed(folder, pattern)).filter((name) => expression.test(name));
  if (names.length === 0) {
    throw new RollcallError('source', {
      message: `no file is called ${basename(pattern)}`,
      locus: { file: folder },
      hint: 'check `path` in the configuration; `*` stands for any characters in the name of a file',
    });
  }
  names.sort((left, right) => byName.compare(left, right) || (left < right ? -1 : 1));
  return names.map((name) => join(folder, name));
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

async function listed(folder: string, pattern: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const problem = {
      message: `the folder of ${basename(pattern)} cannot be read: ${explain(error)}`,
      locus: { file: folder },
      hint: 'check `path` in the configuration: `*` may stand only behind its last slash',
    };
    throw new RollcallError('source', problem, { cause: error });
  }
}

async function stateOf(path: string): Promise<string> {
  // What cannot be looked at cannot be opened either, and is refused with the reason then.
  const state = await stat(path, { bigint: true }).catch(() => undefined);
  return state === undefined ? '' : `${state.mtimeNs} ${state.size} ${state.ino}`;
}
