import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** One source file: what it imports, and its code without comments and texts. */
export interface SourceFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly imports: readonly Import[];
  readonly code: string;
}

export interface Import {
  /** A path from the root of the repository, `node:fs`, or the name of a package. */
  readonly from: string;
  readonly kind: 'file' | 'node' | 'package';
  /** `import type`, of which nothing is left when it runs. */
  readonly isType: boolean;
  /** `import('…')`, which is loaded when it is called. */
  readonly isLate: boolean;
}

const texts = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
const isComment = (text: string): boolean => text.startsWith('//') || text.startsWith('/*');

const statements =
  /(?<![\w$.])(?:import|export)\s+(?<type>type\s)?(?:[\w$*\s{},]*?\sfrom\s*)?['"](?<name>[^'"\n]+)['"]/g;
const calls = /(?<![\w$.])(?:import|require)\s*\(\s*(?:'([^'\n]*)'|"([^"\n]*)"|([^)]*))/g;

export function parse(path: string, source: string): SourceFile {
  const spoken = source.replace(texts, (text) => (isComment(text) ? ' ' : text));
  const imports: Import[] = [];
  for (const { groups } of spoken.matchAll(statements))
    imports.push({
      ...resolve(path, groups!['name']!),
      isType: groups!['type'] !== undefined,
      isLate: false,
    });
  for (const [, single, double, other] of spoken.matchAll(calls)) {
    // In a type position (`import('…').Name`) nothing is loaded, but it is a dependency all the same.
    imports.push({ ...resolve(path, single ?? double ?? `computed:${other}`), isType: false, isLate: true });
  }
  return { path, imports, code: source.replace(texts, (text) => (isComment(text) ? ' ' : "''")) };
}

function resolve(path: string, name: string): Pick<Import, 'from' | 'kind'> {
  if (name.startsWith('.')) return { from: posix.join(posix.dirname(path), name), kind: 'file' };
  if (name.startsWith('node:')) return { from: name, kind: 'node' };
  const parts = name.split('/');
  return { from: parts.slice(0, name.startsWith('@') ? 2 : 1).join('/'), kind: 'package' };
}

/** Every TypeScript file below some folders. */
export function readSources(root: string, folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((path) => path.endsWith('.ts'))
      .sort()
      .map((path) => parse(path, readFileSync(join(root, path), 'utf8'))),
  );
}

/** Everything that is loaded with a file, itself among it. */
export function loadedWith(files: readonly SourceFile[], path: string): readonly SourceFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found = new Map<string, SourceFile>();
  const visit = (at: string): void => {
    const file = byPath.get(at);
    if (file === undefined || found.has(at)) return;
    found.set(at, file);
    for (const one of file.imports) if (one.kind === 'file' && !one.isType && !one.isLate) visit(one.from);
  };
  visit(path);
  return [...found.values()];
}
