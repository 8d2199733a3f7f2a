import { hash } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isObject } from '../model/index.ts';
import type { Problem } from '../model/index.ts';
import { readDocument } from './document.ts';
import type { ConfigurationDocument } from './document.ts';
import { readTextFile } from './file.ts';
import { formatPath } from './path.ts';
import type { Path } from './path.ts';

export const codeFile = /\.[cm]?[jt]s$/;
export const dataFile = /\.(ya?ml|json)$/;

const maximumDepth = 16;
const maximumValues = 10_000;

interface Read {
  readonly document?: ConfigurationDocument;
  readonly problems: readonly Problem[];
}

/**
 * What a file of the user's own says, as plain data: YAML or JSON as it stands there, JavaScript or TypeScript what it
 * exports as default. Node runs TypeScript of which nothing is left but the types that are taken out.
 * Throws `RollcallError('configuration')` where there is no such file, or no text in it.
 */
export async function readOwnData(file: string): Promise<Read> {
  const { text: content } = await readTextFile(file, 'connector');
  return dataFile.test(file) ? readDocument(content, file) : importData(file, content);
}

async function importData(file: string, content: string): Promise<Read> {
  // A module is loaded once for each address: one that was edited since, in a process that goes on, has another.
  const address = pathToFileURL(file).href;
  const url = `${address}?${hash('sha256', content, 'hex').slice(0, 16)}`;
  const problems: Problem[] = [];
  try {
    const module = (await import(/* @vite-ignore */ url)) as { readonly default?: unknown };
    if (module.default === undefined)
      return {
        problems: [
          { message: 'this file has no default export', locus: { file }, hint: 'export default { … }' },
        ],
      };
    const locate = (path: Path) => ({ file, ...(path.length > 0 && { path: formatPath(path) }) });
    const value = new Copy((path, message) => problems.push({ message, locus: locate(path) })).of(
      module.default,
      [],
    );
    if (problems.length > 0) return { problems };
    return { problems, document: { file, value, locate, locateKey: (path, key) => locate([...path, key]) } };
  } catch (error) {
    return { problems: [thrown(error, file, address)] };
  }
}

/** The first line of what was thrown, and the line at which that was, if it is told. */
function thrown(error: unknown, file: string, url: string): Problem {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const said = message
    .split('\n')[0]!
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, 200);
  const [, line] =
    [url, resolve(file)].map((name) => /^(?:\?\w+)?:(\d+)/.exec(stack.split(name)[1] ?? '')).find(Boolean) ??
    [];
  return {
    message: `this file cannot be loaded: ${said}`,
    locus: { file, ...(line !== undefined && { line: Number(line) }) },
  };
}

/** A copy of a value that is data and nothing else: code, instances of classes and what has no end are refused. */
class Copy {
  readonly #problem: (path: Path, message: string) => void;
  #left = maximumValues;

  constructor(problem: (path: Path, message: string) => void) {
    this.#problem = problem;
  }

  of(value: unknown, path: Path): unknown {
    if (this.#left < 0) return undefined;
    if (--this.#left < 0 || path.length > maximumDepth) {
      this.#left = -1;
      return void this.#problem(path, `${name(path)} is larger or deeper than any profile`);
    }
    if (Array.isArray(value)) return value.map((item, index) => this.of(item, [...path, index]));
    if (isPlain(value) && !Object.hasOwn(value, '__proto__'))
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, part]) => part !== undefined)
          .map(([key, part]) => [key, this.of(part, [...path, key])]),
      );
    if (value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value))
      return value;
    const what = typeof value === 'object' ? 'is no plain data' : `is a ${typeof value}`;
    return void this.#problem(
      path,
      `${name(path)} ${what}, and a profile is text, numbers, true, false, lists and maps`,
    );
  }
}

function name(path: Path): string {
  return String(path.at(-1) ?? 'the default export');
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
