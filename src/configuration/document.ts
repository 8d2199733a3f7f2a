import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, ParsedNode, Scalar } from 'yaml';
import type { Locus, Problem } from '../model/index.ts';
import { formatPath } from './path.ts';
import type { Path } from './path.ts';
import { sourceOffset } from './scalar.ts';
import { syntaxErrors } from './syntax.ts';

/** The configuration as plain data, and where each part of it stands in the file. */
export interface ConfigurationDocument {
  readonly file: string;
  readonly value: unknown;
  /** Of a value, or of its nearest parent that is there. `offset` counts in the value's own text. */
  locate(path: Path, offset?: number): Locus;
  locateKey(path: Path, key: string): Locus;
}

interface Place {
  readonly start: number;
  readonly key?: number;
  readonly scalar?: Scalar.Parsed;
}

const maximumDepth = 64;
const maximumValues = 50_000;
const mostErrors = 10;

/** YAML 1.2; JSON is YAML too. Nothing of the text comes back in a problem. */
export function readDocument(
  text: string,
  file: string,
): { readonly document?: ConfigurationDocument; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const locus = (offset: number, path?: Path): Locus => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, ...(path?.length && { path: formatPath(path) }) };
  };
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const syntax = [...parsed.errors, ...parsed.warnings].slice(0, mostErrors).map((error): Problem => {
    const [message, hint] = syntaxErrors[error.code];
    return { message, locus: locus(error.pos[0]), ...(hint !== undefined && { hint }) };
  });
  if (syntax.length > 0) return { problems: syntax };

  const problems: Problem[] = [];
  const places = new Map<string, Place>();
  const reader = new Reader(parsed, places, (message, offset, path, hint) =>
    problems.push({ message, locus: locus(offset, path), ...(hint !== undefined && { hint }) }),
  );
  const value = reader.read(parsed.contents, [], undefined, 0);
  if (problems.length > 0) return { problems };

  const find = (path: Path): Place => {
    for (let length = path.length; length >= 0; length--) {
      const place = places.get(name(path.slice(0, length)));
      if (place) return place;
    }
    return { start: 0 };
  };
  return {
    problems,
    document: {
      file,
      value,
      locate(path, offset) {
        const { start, scalar } = find(path);
        return locus(offset !== undefined && scalar ? sourceOffset(text, scalar, offset) : start, path);
      },
      locateKey(path, key) {
        return locus(places.get(name([...path, key]))?.key ?? find(path).start, path);
      },
    },
  };
}

/** Walks the tree once: references are followed, but neither round in a circle nor into billions of values. */
class Reader {
  readonly #parsed: Document;
  readonly #places: Map<string, Place>;
  readonly #problem: (message: string, offset: number, path: Path, hint?: string) => void;
  #left = maximumValues;

  constructor(
    parsed: Document,
    places: Map<string, Place>,
    problem: (message: string, offset: number, path: Path, hint?: string) => void,
  ) {
    this.#parsed = parsed;
    this.#places = places;
    this.#problem = problem;
  }

  read(node: ParsedNode | null, path: Path, key: number | undefined, fallback: number): unknown {
    const start = node?.range[0] ?? fallback;
    if (--this.#left < 0 || path.length > maximumDepth) {
      // Said once: what follows is not looked at.
      if (this.#left >= -1 && path.length <= maximumDepth + 1)
        this.#problem('references or nesting blow the file up beyond all measure', start, path);
      this.#left = -2;
      return undefined;
    }
    this.#places.set(name(path), {
      start,
      ...(key !== undefined && { key }),
      ...(isScalar(node) && { scalar: node }),
    });
    if (isAlias(node)) {
      const target = node.resolve(this.#parsed) as ParsedNode | undefined;
      if (target) return this.read(target, path, key, start);
      this.#problem(
        'there is no anchor of this name above',
        start,
        path,
        'put text that begins with * in quotes',
      );
      return undefined;
    }
    if (isMap(node)) return this.#readMap(node.items, path, start);
    if (isSeq(node))
      return node.items.map((item, index) => this.read(item, [...path, index], undefined, start));
    return isScalar(node) ? node.value : null;
  }

  #readMap(items: readonly { key: unknown; value: unknown }[], path: Path, start: number): unknown {
    const result: Record<string, unknown> = {};
    for (const item of items) {
      const keyNode = item.key as ParsedNode | null;
      const keyStart = keyNode?.range[0] ?? start;
      const keyName = isScalar(keyNode) ? keyNode.value : undefined;
      if (typeof keyName !== 'string' && typeof keyName !== 'number' && typeof keyName !== 'boolean') {
        this.#problem('a key is text', keyStart, path);
        continue;
      }
      if (keyName === '__proto__') {
        this.#problem('a key cannot have this name', keyStart, path);
        continue;
      }
      result[String(keyName)] = this.read(
        item.value as ParsedNode | null,
        [...path, String(keyName)],
        keyStart,
        keyStart,
      );
    }
    return result;
  }
}

function name(path: Path): string {
  return path.join('\u0000');
}
